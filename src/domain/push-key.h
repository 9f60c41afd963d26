/*
 * push-key.h - the installation's pair of keys for Web Push: made once, its private half sealed.
 */
#ifndef DESKBELL_DOMAIN_PUSH_KEY_H
#define DESKBELL_DOMAIN_PUSH_KEY_H

#include "core/crypto/crypt-push.h"
#include "core/crypto/crypt.h"
#include "core/pool.h"

/* The context that binds the sealed half to its place. */
#define PUSH_KEY_CONTEXT "web push key"

/* The bytes of hex digits, in `pool`; absent when they are none. */
struct str push_key_bytes(struct pool *pool, struct str hex);
/* A fresh pair: the public half, and the private one sealed; both in `pool`. */
void push_key_new(struct pool *pool, const struct crypt_keys *keys, struct str *public_key, struct str *sealed);
/* Opens what is stored. ERR_SEALED with words when it cannot be opened, or is no pair. */
enum err push_key_open(const struct crypt_keys *keys, struct str public_key, struct str sealed, struct crypt_p256 *out,
	struct explain *why) MUST_CHECK;

#endif
