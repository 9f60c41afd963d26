/*
 * crypt-push.c - the cryptography of Web Push, on the curve P-256.
 *
 * Owns the steps of RFC 8291 and the form of an ES256 signature. A browser's key comes from outside: what is not an
 * uncompressed point on the curve is refused before it is used. Keeps nothing; what is secret on the way is wiped.
 */
#include "core/crypto/crypt-push.h"
#include "core/crypto/crypt.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#define RECORD_BYTES 4096
#define CEK_BYTES 16
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define LAST_RECORD 2 /* the byte after the text of the last record */

static struct str crypt_push_slice(const void *p, size_t n)
{
	return (struct str){ p, n };
}

/* The key as OpenSSL has it; without a private part when `private_key` is NULL. NULL when it is none. */
static EVP_PKEY *crypt_push_pkey(const unsigned char *public_key, const unsigned char *private_key)
{
	EVP_PKEY *key = NULL;
	BIGNUM *number = private_key ? BN_bin2bn(private_key, CRYPT_P256_PRIVATE_BYTES, NULL) : NULL;
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM *params = NULL;

	if (build && context && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0)
		&& OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, public_key, CRYPT_P256_PUBLIC_BYTES)
		&& (!number || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number)))
		params = OSSL_PARAM_BLD_to_param(build);
	if (!params || EVP_PKEY_fromdata_init(context) != 1
		|| EVP_PKEY_fromdata(context, &key, number ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	BN_clear_free(number);
	return key;
}

void crypt_p256_new(struct crypt_p256 *out)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	BIGNUM *number = NULL;
	size_t n = 0;

	if (!key
		|| !EVP_PKEY_get_octet_string_param(
			key, OSSL_PKEY_PARAM_PUB_KEY, out->public_key, sizeof(out->public_key), &n)
		|| n != sizeof(out->public_key) || !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number)
		|| BN_bn2binpad(number, out->private_key, CRYPT_P256_PRIVATE_BYTES) != CRYPT_P256_PRIVATE_BYTES)
		fatal(ERR_INTERNAL, "OpenSSL makes no key on the curve P-256");
	BN_clear_free(number);
	EVP_PKEY_free(key);
}

bool crypt_p256_is_point(struct str text)
{
	EVP_PKEY *key = NULL;

	/* OpenSSL itself would take the point at infinity and compressed points. */
	if (text.n == CRYPT_P256_PUBLIC_BYTES && text.p[0] == 4)
		key = crypt_push_pkey((const unsigned char *)text.p, NULL);
	EVP_PKEY_free(key);
	return key != NULL;
}

/* OpenSSL's DER as two numbers of 32 bytes. */
static bool crypt_push_raw_signature(const unsigned char *der, size_t n, unsigned char *out)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)n);
	bool good = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, CRYPT_P256_SIGNATURE_BYTES / 2) > 0
		    && BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + CRYPT_P256_SIGNATURE_BYTES / 2,
			       CRYPT_P256_SIGNATURE_BYTES / 2)
			       > 0;

	ECDSA_SIG_free(signature);
	return good;
}

bool crypt_p256_sign(const struct crypt_p256 *pair, struct str text, unsigned char out[CRYPT_P256_SIGNATURE_BYTES])
{
	unsigned char der[128];
	size_t n = sizeof(der);
	EVP_PKEY *key = crypt_push_pkey(pair->public_key, pair->private_key);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = key && context && EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1
		    && EVP_DigestSign(context, der, &n, (const unsigned char *)text.p, text.n) == 1
		    && crypt_push_raw_signature(der, n, out);

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}

static bool crypt_push_agree(const struct crypt_p256 *own, struct str other, unsigned char out[CRYPT_SHA256_BYTES])
{
	size_t n = CRYPT_SHA256_BYTES;
	EVP_PKEY *mine = crypt_push_pkey(own->public_key, own->private_key),
		 *theirs = crypt_push_pkey((const unsigned char *)other.p, NULL);
	EVP_PKEY_CTX *context = mine ? EVP_PKEY_CTX_new_from_pkey(NULL, mine, NULL) : NULL;
	bool good = theirs && context && EVP_PKEY_derive_init(context) == 1
		    && EVP_PKEY_derive_set_peer(context, theirs) == 1 && EVP_PKEY_derive(context, out, &n) == 1
		    && n == CRYPT_SHA256_BYTES;

	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(mine);
	EVP_PKEY_free(theirs);
	return good;
}

/* HKDF with SHA-256 (RFC 5869) for at most 32 bytes. */
static void crypt_push_hkdf(struct str salt, struct str secret, struct str info, unsigned char out[CRYPT_SHA256_BYTES])
{
	unsigned char key[CRYPT_SHA256_BYTES];
	struct buf text;

	buf_init(&text, 300);
	buf_add_str(&text, info);
	buf_add_char(&text, 1);
	crypt_hmac_sha256(salt, secret, key);
	crypt_hmac_sha256(crypt_push_slice(key, sizeof(key)), buf_str(&text), out);
	secret_wipe(key, sizeof(key));
	buf_fini(&text);
}

/* RFC 8291, section 3.4: what the content is encrypted with comes from. */
static void crypt_push_key_material(struct str shared, struct str browser_key, struct str auth,
	const unsigned char *own_key, unsigned char out[CRYPT_SHA256_BYTES])
{
	struct buf info;

	buf_init(&info, 200);
	buf_add(&info, "WebPush: info", sizeof("WebPush: info"));
	buf_add_str(&info, browser_key);
	buf_add(&info, (const char *)own_key, CRYPT_P256_PUBLIC_BYTES);
	crypt_push_hkdf(auth, shared, buf_str(&info), out);
	buf_fini(&info);
}

/* The one record: text, its end and the tag. */
static bool crypt_push_record(
	const unsigned char *key, const unsigned char *nonce, struct str text, unsigned char *out, int *n)
{
	const unsigned char end = LAST_RECORD;
	int last = 0;
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool good = context && EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, key, nonce) == 1
		    && EVP_EncryptUpdate(context, out, n, (const unsigned char *)text.p, (int)text.n) == 1
		    && EVP_EncryptUpdate(context, out + *n, &last, &end, 1) == 1;

	*n += last;
	good = good && EVP_EncryptFinal_ex(context, out + *n, &last) == 1
	       && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, out + *n) == 1;
	*n += TAG_BYTES;
	EVP_CIPHER_CTX_free(context);
	return good;
}

/* The header (RFC 8188, section 2.1) and the record. */
static bool crypt_push_write(
	const struct crypt_push_chance *chance, const unsigned char *material, struct str text, struct buf *out)
{
	static const unsigned char head[] = { RECORD_BYTES >> 24, RECORD_BYTES >> 16, RECORD_BYTES >> 8 & 255,
		RECORD_BYTES & 255, CRYPT_P256_PUBLIC_BYTES };
	unsigned char key[CRYPT_SHA256_BYTES], nonce[CRYPT_SHA256_BYTES], record[RECORD_BYTES];
	struct str salt = crypt_push_slice(chance->salt, sizeof(chance->salt)),
		   secret = crypt_push_slice(material, CRYPT_SHA256_BYTES);
	int n = 0;

	crypt_push_hkdf(salt, secret,
		crypt_push_slice("Content-Encoding: aes128gcm", sizeof("Content-Encoding: aes128gcm")), key);
	crypt_push_hkdf(
		salt, secret, crypt_push_slice("Content-Encoding: nonce", sizeof("Content-Encoding: nonce")), nonce);
	bool good = crypt_push_record(key, nonce, text, record, &n);
	buf_add_str(out, salt);
	buf_add(out, (const char *)head, sizeof(head));
	buf_add(out, (const char *)chance->pair.public_key, CRYPT_P256_PUBLIC_BYTES);
	buf_add(out, (const char *)record, (size_t)n);
	secret_wipe(key, sizeof(key));
	return good;
}

enum err crypt_push_encrypt(struct str text, struct str browser_key, struct str auth,
	const struct crypt_push_chance *chance, struct buf *out)
{
	struct crypt_push_chance fresh;
	unsigned char shared[CRYPT_SHA256_BYTES], material[CRYPT_SHA256_BYTES];

	if (auth.n != CRYPT_PUSH_AUTH_BYTES || !crypt_p256_is_point(browser_key))
		return ERR_INVALID;
	if (text.n > CRYPT_PUSH_TEXT_MAX)
		return ERR_TOO_LARGE;
	if (chance) {
		fresh = *chance;
	} else {
		crypt_p256_new(&fresh.pair);
		crypt_random(fresh.salt, sizeof(fresh.salt));
	}
	bool good = crypt_push_agree(&fresh.pair, browser_key, shared);
	if (good) {
		crypt_push_key_material(
			crypt_push_slice(shared, sizeof(shared)), browser_key, auth, fresh.pair.public_key, material);
		good = crypt_push_write(&fresh, material, text, out);
	}
	secret_wipe(&fresh, sizeof(fresh));
	secret_wipe(shared, sizeof(shared));
	secret_wipe(material, sizeof(material));
	return good ? out->err : ERR_INTERNAL;
}
