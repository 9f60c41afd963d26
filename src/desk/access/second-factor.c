/*
 * second-factor.c - secrets of second factors and recovery codes: made, sealed, opened, read.
 *
 * A secret is bound to its account, so one that is copied to another does not open. Never logs a secret or a code.
 */
#include "desk/access/second-factor.h"

#include "core/log.h"
#include "core/crypto/totp.h"
#include "domain/account.h"

#define RECOVERY_BYTES 10 /* 80 bits, 16 characters */
#define RECOVERY_CHARS 16
#define GROUP_CHARS 4

enum err second_factor_new(struct desk_request *v, int64_t user_id, struct str *sealed)
{
	unsigned char secret[TOTP_SECRET_BYTES];
	struct buf out;
	if (!v->desk->keys)
		return ERR_CONFIG;
	crypt_random(secret, sizeof(secret));
	buf_init(&out, 1000);
	crypt_seal(v->desk->keys, second_factor_seal_context(v->pool, user_id),
		(struct str){ (const char *)secret, sizeof(secret) }, &out);
	*sealed = pool_take(v->pool, &out);
	secret_wipe(secret, sizeof(secret));
	return ERR_OK;
}

struct secret *second_factor_open(struct desk_request *v, int64_t user_id, struct str sealed)
{
	struct secret *secret = NULL;
	struct explain why = { "the keys of key.file cannot be used" };
	if (!v->desk->keys
		|| crypt_open(v->desk->keys, second_factor_seal_context(v->pool, user_id), sealed, &secret, &why)
			   != ERR_OK) {
		LOG_ERROR("second_factor.sealed", F_INT("user", user_id), F_CSTR("reason", why.text));
		return NULL;
	}
	return secret;
}

struct str recovery_code_new(struct pool *pool)
{
	unsigned char bytes[RECOVERY_BYTES];
	struct buf raw, code;
	crypt_random(bytes, sizeof(bytes));
	buf_init(&raw, 64);
	buf_init(&code, 64);
	base32(&raw, (struct str){ (const char *)bytes, sizeof(bytes) });
	for (size_t i = 0; i < raw.len; i++)
		buf_addf(&code, "%s%c", i && i % GROUP_CHARS == 0 ? "-" : "", raw.data[i]);
	buf_fini(&raw);
	return pool_take(pool, &code);
}

struct str recovery_code_hash(struct pool *pool, struct str typed)
{
	char code[RECOVERY_CHARS];
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];
		if (c == '-' || c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (n == RECOVERY_CHARS || !((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
			return STR_NONE;
		code[n++] = c;
	}
	return n == RECOVERY_CHARS ? token_hash(pool, (struct str){ code, n }) : STR_NONE;
}
