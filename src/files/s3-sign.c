/*
 * s3-sign.c - signs a request to an S3-compatible service (AWS Signature Version 4).
 *
 * libcurl signs, too, but a body that it streams only since 7.87, and hosts have 7.80. Pure. The keys that are derived
 * from the secret are wiped; the signature itself is no secret. Source: AWS, "Signature Version 4 signing process":
 * canonical request, string to sign, signing key.
 */
#include "files/s3-sign.h"

#include "core/crypto/crypt.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define SIGNED "host;x-amz-content-sha256;x-amz-date"
#define SCOPE_END "s3/aws4_request"
#define TEXT_MAX_BYTES 8192

static struct str s3_sign_hex(struct pool *pool, const unsigned char digest[CRYPT_SHA256_BYTES])
{
	struct buf b;
	buf_init(&b, 2 * CRYPT_SHA256_BYTES + 1);
	crypt_hex(&b, (struct str){ (const char *)digest, CRYPT_SHA256_BYTES });
	return pool_take(pool, &b);
}

static struct str s3_sign_canonical(struct pool *pool, const struct s3_request *r, const char *at)
{
	struct str query = r->query.p ? r->query : STR("");
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct str text = pool_printf(pool,
		"%s\n%.*s\n%.*s\nhost:%.*s\nx-amz-content-sha256:%.*s\nx-amz-date:%s\n\n" SIGNED "\n%.*s", r->method,
		(int)r->path.n, r->path.p, (int)query.n, query.p, (int)r->host.n, r->host.p, (int)r->sha256.n,
		r->sha256.p, at, (int)r->sha256.n, r->sha256.p);
	crypt_sha256(text, digest);
	return s3_sign_hex(pool, digest);
}

/* One step of the chain that derives the key; `key` is replaced. */
static void s3_sign_step(unsigned char key[CRYPT_SHA256_BYTES], struct str data)
{
	unsigned char out[CRYPT_SHA256_BYTES];
	crypt_hmac_sha256((struct str){ (const char *)key, CRYPT_SHA256_BYTES }, data, out);
	memcpy(key, out, sizeof(out));
	secret_wipe(out, sizeof(out));
}

static void s3_sign_key(const struct s3_account *account, struct str date, unsigned char key[CRYPT_SHA256_BYTES])
{
	struct buf first;
	buf_init(&first, TEXT_MAX_BYTES);
	buf_add_cstr(&first, "AWS4");
	buf_add_str(&first, secret_bytes(account->secret_key));
	crypt_hmac_sha256(buf_str(&first), date, key);
	secret_wipe(first.data, first.len);
	buf_fini(&first);
	s3_sign_step(key, account->region);
	s3_sign_step(key, STR("s3"));
	s3_sign_step(key, STR("aws4_request"));
}

void s3_sign(struct pool *pool, const struct s3_account *account, const struct s3_request *request,
	const char *headers[S3_HEADERS])
{
	unsigned char key[CRYPT_SHA256_BYTES], signature[CRYPT_SHA256_BYTES];
	char at[32];
	struct tm parts;
	time_t now = (time_t)request->at_s;
	gmtime_r(&now, &parts);
	strftime(at, sizeof(at), "%Y%m%dT%H%M%SZ", &parts);
	struct str date = { at, 8 }, canonical = s3_sign_canonical(pool, request, at);
	struct str scope = pool_printf(
		pool, "%.*s/%.*s/" SCOPE_END, (int)date.n, date.p, (int)account->region.n, account->region.p);
	s3_sign_key(account, date, key);
	crypt_hmac_sha256((struct str){ (const char *)key, sizeof(key) },
		pool_printf(pool, "AWS4-HMAC-SHA256\n%s\n%s\n%s", at, scope.p, canonical.p), signature);
	secret_wipe(key, sizeof(key));
	headers[0] = pool_printf(pool, "x-amz-content-sha256: %.*s", (int)request->sha256.n, request->sha256.p).p;
	headers[1] = pool_printf(pool, "x-amz-date: %s", at).p;
	headers[2] = pool_printf(pool,
		"Authorization: AWS4-HMAC-SHA256 Credential=%.*s/%s,SignedHeaders=" SIGNED ",Signature=%s",
		(int)account->access_key.n, account->access_key.p, scope.p, s3_sign_hex(pool, signature).p)
			     .p;
	headers[3] = NULL;
}
