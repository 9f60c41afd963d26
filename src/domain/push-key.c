/*
 * push-key.c - the installation's pair of keys for Web Push.
 *
 * Owns how it is sealed. The private half leaves this host in no form but sealed.
 */
#include "domain/push-key.h"

#include "core/secret.h"

#include <string.h>

struct str push_key_bytes(struct pool *pool, struct str hex)
{
	unsigned char *bytes = pool_alloc(pool, hex.n / 2 + 1);
	return crypt_unhex(hex, bytes, hex.n / 2) ? (struct str){ (const char *)bytes, hex.n / 2 } : STR_NONE;
}

void push_key_new(struct pool *pool, const struct crypt_keys *keys, struct str *public_key, struct str *sealed)
{
	struct crypt_p256 pair;
	struct buf text;
	crypt_p256_new(&pair);
	buf_init(&text, 1000);
	crypt_seal(keys, STR(PUSH_KEY_CONTEXT),
		(struct str){ (const char *)pair.private_key, sizeof(pair.private_key) }, &text);
	*sealed = pool_str(pool, buf_str(&text));
	*public_key = pool_str(pool, (struct str){ (const char *)pair.public_key, sizeof(pair.public_key) });
	buf_fini(&text);
	secret_wipe(&pair, sizeof(pair));
}

enum err push_key_open(const struct crypt_keys *keys, struct str public_key, struct str sealed, struct crypt_p256 *out,
	struct explain *why)
{
	struct secret *plain = NULL;
	enum err e = crypt_open(keys, STR(PUSH_KEY_CONTEXT), sealed, &plain, why);
	if (e != ERR_OK)
		return e;
	struct str bytes = secret_bytes(plain);
	bool good = bytes.n == sizeof(out->private_key) && crypt_p256_is_point(public_key);
	if (good) {
		memcpy(out->private_key, bytes.p, sizeof(out->private_key));
		memcpy(out->public_key, public_key.p, sizeof(out->public_key));
	}
	secret_free(plain);
	return good ? ERR_OK : explain(why, ERR_SEALED, "the stored key for Web Push is damaged");
}
