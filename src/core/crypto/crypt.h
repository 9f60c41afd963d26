/*
 * crypt.h - the door to OpenSSL and libcrypt.
 */
#ifndef DESKBELL_CORE_CRYPT_H
#define DESKBELL_CORE_CRYPT_H

#include "core/buf.h"
#include "core/err.h"
#include "core/secret.h"
#include "core/str.h"

#define CRYPT_SHA256_BYTES 32
#define CRYPT_SHA1_BYTES 20

void crypt_sha256(struct str data, unsigned char out[CRYPT_SHA256_BYTES]);
/* SHA-256 of what comes piece by piece. `crypt_sha256_end` frees; `out` NULL only frees. */
struct crypt_sha256;
struct crypt_sha256 *crypt_sha256_begin(void);
void crypt_sha256_add(struct crypt_sha256 *digest, struct str data);
void crypt_sha256_end(struct crypt_sha256 *digest, unsigned char *out);
/* RFC 2104 over SHA-256. Thread-safe. */
void crypt_hmac_sha256(struct str key, struct str data, unsigned char out[CRYPT_SHA256_BYTES]);
/* RFC 2104 over SHA-1, for codes that others make by it (core/crypto/totp.h) and for nothing new. */
void crypt_hmac_sha1(struct str key, struct str data, unsigned char out[CRYPT_SHA1_BYTES]);
/* Constant time for equal lengths; false at once for different ones. */
bool crypt_equal(struct str a, struct str b);
/* `n` bytes from the system's generator; failure is fatal. */
void crypt_random(void *out, size_t n);
/* A random token of `bytes` bytes as base64url without padding, appended to `out`. */
void crypt_random_token(struct buf *out, size_t bytes);

/* Whether SHA-256, HMAC and AES-256-GCM give the answers that the standards print. */
bool crypt_works(void);

void crypt_hex(struct buf *out, struct str bytes); /* lower case */
/* Exactly 2*n hex digits, lower or upper case, into n bytes; false otherwise. */
bool crypt_unhex(struct str hex, unsigned char *out, size_t n);
/* RFC 4648, section 4, with padding, and section 5, without. Only the canonical form is read, so that one value has one
 * text; false for any other, `out` is as before then. */
void crypt_base64(struct buf *out, struct str bytes);
bool crypt_base64_decode(struct buf *out, struct str text);
void crypt_base64url(struct buf *out, struct str bytes);
bool crypt_base64url_decode(struct buf *out, struct str text);

/*
 * The key file: one key a line, newest first, `ID BASE64URL(32 bytes)`; `#` comments. ID is 8 hex digits. The newest
 * seals, all open, so that a rotation can go on while programs run: keys in memory follow the file when it has changed.
 * Must not be readable by group or others. Thread-safe.
 */
struct crypt_keys;

enum err crypt_keys_load(const char *path, struct crypt_keys **out, struct explain *why) MUST_CHECK;
void crypt_keys_free(struct crypt_keys *keys);
/* Writes a fresh key file with mode 0600; ERR_CONFLICT when `path` exists. Written to a temporary name, synced and
 * linked into place. */
enum err crypt_keys_create(const char *path, struct explain *why) MUST_CHECK;
/* Puts a fresh key in front of the others, which stay; mode and owner are kept, several at once take turns. ERR_IO,
 * ERR_CONFIG with words: then the file is as it was. */
enum err crypt_keys_add(const char *path, struct explain *why) MUST_CHECK;
/* Takes out all keys but the newest, which must be the one of this id: ERR_CONFLICT otherwise. */
enum err crypt_keys_drop_old(const char *path, struct str newest, struct explain *why) MUST_CHECK;
/* The id of the key that seals now, 8 hex digits, in `pool`. */
struct str crypt_keys_newest(struct pool *pool, const struct crypt_keys *keys);
/* Whether there is a key of this id. */
bool crypt_keys_have(const struct crypt_keys *keys, struct str id);

/* AES-256-GCM, random 96-bit nonce. Appends `s1.KEYID.BASE64URL(nonce, ciphertext, tag)`. `context` is bound as
 * associated data: a sealed value copied to another organisation, channel or field does not open. */
void crypt_seal(const struct crypt_keys *keys, struct str context, struct str plain, struct buf *out);
/* ERR_SEALED with words when the text is malformed, its key is absent, or the context or any bit differs. */
enum err crypt_open(const struct crypt_keys *keys, struct str context, struct str sealed, struct secret **out,
	struct explain *why) MUST_CHECK;

/* The id of the key under which a value is sealed, part of `sealed`; absent when it is no sealed value. */
struct str crypt_sealed_under(struct str sealed);

/* A keyed digest for finding a secret without storing it: HMAC-SHA256 under a key derived from key `key_index` (0 is
 * the newest) and `purpose`. Returns false when there is no such key. Look-ups try every index, inserts use 0. */
bool crypt_digest(const struct crypt_keys *keys, size_t key_index, const char *purpose, struct str value,
	unsigned char out[CRYPT_SHA256_BYTES]);

/* yescrypt (crypt(5), prefix $y$) with a random salt; the hash is appended to `out`. */
enum err crypt_password_hash(struct str password, struct buf *out) MUST_CHECK;
/* SHA-256 of the yescrypt hash of `password` under `setting` ("$y$j9T$SALT$"): what proves a password to the database,
 * which keeps the SHA-256 of that. False when the setting is none of ours or the password cannot be hashed. */
bool crypt_password_proof(struct str password, struct str setting, unsigned char out[CRYPT_SHA256_BYTES]);

#endif
