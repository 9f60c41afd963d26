/*
 * crypt-push.h - the cryptography of Web Push: the encryption of a message (RFC 8291) and the signature of VAPID
 * (RFC 8292). A part of the door to OpenSSL.
 */
#ifndef DESKBELL_CORE_CRYPT_PUSH_H
#define DESKBELL_CORE_CRYPT_PUSH_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

#define CRYPT_P256_PUBLIC_BYTES 65 /* an uncompressed point */
#define CRYPT_P256_PRIVATE_BYTES 32
#define CRYPT_P256_SIGNATURE_BYTES 64 /* r and s */
#define CRYPT_PUSH_AUTH_BYTES 16
#define CRYPT_PUSH_SALT_BYTES 16
#define CRYPT_PUSH_TEXT_MAX 3993 /* what fits into a body of 4096 bytes */

/* A pair of keys on the curve P-256. Wipe it after use. */
struct crypt_p256 {
	unsigned char public_key[CRYPT_P256_PUBLIC_BYTES], private_key[CRYPT_P256_PRIVATE_BYTES];
};

/* What is random in a message: given by tests only. */
struct crypt_push_chance {
	struct crypt_p256 pair;
	unsigned char salt[CRYPT_PUSH_SALT_BYTES];
};

void crypt_p256_new(struct crypt_p256 *out);
/* ECDSA with SHA-256 over `text`, in the form that JSON Web Signatures want. False when the pair is none. */
bool crypt_p256_sign(const struct crypt_p256 *pair, struct str text, unsigned char out[CRYPT_P256_SIGNATURE_BYTES]);
/* Whether `text` is an uncompressed point that lies on the curve. */
bool crypt_p256_is_point(struct str text);
/* Appends the body of a push message, encrypted for the browser whose keys are given. ERR_INVALID when they are none,
 * ERR_TOO_LARGE when the text does not fit. `chance` is NULL outside of tests. */
enum err crypt_push_encrypt(struct str text, struct str browser_key, struct str auth,
	const struct crypt_push_chance *chance, struct buf *out) MUST_CHECK;

#endif
