/*
 * crypt-keys.h - the keys in memory; shared by crypt.c and crypt-keys.c only. Everybody else uses crypt.h.
 */
#ifndef DESKBELL_CORE_CRYPT_KEYS_H
#define DESKBELL_CORE_CRYPT_KEYS_H

#include "core/str.h"

#define CRYPT_KEY_BYTES 32
#define CRYPT_KEY_ID_CHARS 8
#define CRYPT_KEYS_MAX 64

struct crypt_key {
	char id[CRYPT_KEY_ID_CHARS + 1];
	unsigned char bytes[CRYPT_KEY_BYTES];
};

struct crypt_keys {
	size_t n;                             /* at least 1 once loaded */
	struct crypt_key key[CRYPT_KEYS_MAX]; /* newest first */
};

bool crypt_key_id_is_valid(struct str id);
/* NULL when there is none with this id. */
const struct crypt_key *crypt_key_find(const struct crypt_keys *keys, struct str id);

#endif
