/*
 * totp.h - time-based one-time passwords (RFC 6238): six digits, SHA-1, steps of 30 seconds, as every authenticator
 * application takes them.
 */
#ifndef DESKBELL_CORE_TOTP_H
#define DESKBELL_CORE_TOTP_H

#include "core/buf.h"
#include "core/str.h"

#define TOTP_STEP_S 30
#define TOTP_DIGITS 6
#define TOTP_SECRET_BYTES 20 /* RFC 4226, section 4, R6 */

/* The code of one step (Unix time / TOTP_STEP_S). */
int totp_code(struct str secret, int64_t step);
/* Looks for `typed` (digits, white space between them allowed) among the codes of the step before `now`, `now` and the
 * step after; its step, or 0. All three are compared, whichever fits. */
int64_t totp_find(struct str secret, struct str typed, int64_t now);
/* Appends the bytes in base32 (RFC 4648, section 6) without padding. */
void base32(struct buf *out, struct str bytes);

#endif
