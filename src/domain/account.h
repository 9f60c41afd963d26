/*
 * account.h - what is an address, a password, a name: the same for the desk and the command line.
 */
#ifndef DESKBELL_DOMAIN_ACCOUNT_H
#define DESKBELL_DOMAIN_ACCOUNT_H

#include "core/buf.h"
#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#define EMAIL_MAX_BYTES 254 /* RFC 5321, 4.5.3.1.3 */
#define PASSWORD_MIN_CHARACTERS 10
#define PASSWORD_MAX_BYTES 500 /* below libcrypt's limit */

/* Has one @ with something on both sides, no white space or control characters, valid UTF-8. */
bool email_is_valid(struct str s);

/* A new API token of 256 random bits, in its one spelling. */
void api_token_new(struct buf *out);
/* The context that binds the sealed secret of a second factor to its account. In the pool. */
struct str second_factor_seal_context(struct pool *pool, int64_t user_id);
/* ERR_INVALID with words when it is too short, too long, could not be typed, or is easy to guess: made of common
 * passwords, words, names, dates, patterns of the keyboard, or of `personal` texts (the address, the name of the
 * organisation; absent ones are allowed). */
enum err password_check(
	struct str password, const struct str *personal, int n_personal, struct explain *why) MUST_CHECK;

#endif
