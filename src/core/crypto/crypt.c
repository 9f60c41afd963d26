/*
 * crypt.c - digests, random bytes, sealing and password hashes.
 *
 * The only file that knows OpenSSL and libcrypt. It owns the algorithms, fetched once for the process (a fetch takes
 * locks and a search through the providers, and a digest is worked out on each webhook request). The keys come from
 * crypt-keys.c. It never prints a key, a plain text or a token, and never says which part of a sealed value did not
 * fit. What the caller can get wrong comes back as enum err with words; a library that refuses its own algorithm or has
 * no random bytes is fatal, since nothing may go on without them.
 *
 * Sealing is AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce: with one key that is safe for 2^32 values, far
 * more than there are settings.
 */
#include "core/crypto/crypt.h"
#include "core/crypto/crypt-keys.h"
#include "core/text/reason.h"

#include <crypt.h>
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NONCE_BYTES 12
#define TAG_BYTES 16
#define SEALED_VERSION "s1."
/* A channel secret is a few hundred bytes; this only keeps lengths far from INT_MAX. */
#define SEALED_MAX (1 << 20)

static struct {
	pthread_once_t once;
	EVP_MD *sha256;
	EVP_CIPHER *aes;
	EVP_MAC_CTX *hmac; /* copied for each use: setting one up again would look its digest up by name */
} library = { .once = PTHREAD_ONCE_INIT };

static void library_load(void)
{
	OSSL_PARAM digest[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char[]){ "SHA256" }, 0),
		OSSL_PARAM_construct_end() };
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	library.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	library.aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	library.hmac = mac ? EVP_MAC_CTX_new(mac) : NULL;
	/* OpenSSL 3.0 copies only a context that has had some key. */
	if (!library.sha256 || !library.aes || !library.hmac
		|| !EVP_MAC_init(library.hmac, (const unsigned char *)"", 0, digest))
		fatal(ERR_INTERNAL, "OpenSSL does not offer SHA-256, HMAC and AES-256-GCM");
	EVP_MAC_free(mac);
}

static void library_ready(void)
{
	pthread_once(&library.once, library_load);
}

static const unsigned char *crypt_octets(struct str s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

static struct str crypt_slice(const void *p, size_t n)
{
	return (struct str){ p, n };
}

void crypt_sha256(struct str data, unsigned char out[CRYPT_SHA256_BYTES])
{
	library_ready();
	if (!EVP_Digest(crypt_octets(data), data.n, out, NULL, library.sha256, NULL))
		fatal(ERR_INTERNAL, "OpenSSL failed at SHA-256");
}

/* The library's own type under our name, so that callers need not know the library. */
static EVP_MD_CTX *sha256_context(struct crypt_sha256 *digest)
{
	return (EVP_MD_CTX *)(void *)digest;
}

struct crypt_sha256 *crypt_sha256_begin(void)
{
	EVP_MD_CTX *context;

	library_ready();
	context = EVP_MD_CTX_new();
	if (!context || !EVP_DigestInit_ex(context, library.sha256, NULL))
		fatal(ERR_INTERNAL, "OpenSSL failed at SHA-256");
	return (struct crypt_sha256 *)(void *)context;
}

void crypt_sha256_add(struct crypt_sha256 *digest, struct str data)
{
	if (!EVP_DigestUpdate(sha256_context(digest), data.p, data.n))
		fatal(ERR_INTERNAL, "OpenSSL failed at SHA-256");
}

void crypt_sha256_end(struct crypt_sha256 *digest, unsigned char *out)
{
	if (out && !EVP_DigestFinal_ex(sha256_context(digest), out, NULL))
		fatal(ERR_INTERNAL, "OpenSSL failed at SHA-256");
	EVP_MD_CTX_free(sha256_context(digest));
}

void crypt_hmac_sha256(struct str key, struct str data, unsigned char out[CRYPT_SHA256_BYTES])
{
	EVP_MAC_CTX *ctx;
	size_t n = 0;

	library_ready();
	ctx = EVP_MAC_CTX_dup(library.hmac);
	if (!ctx || !EVP_MAC_init(ctx, crypt_octets(key), key.n, NULL)
		|| !EVP_MAC_update(ctx, crypt_octets(data), data.n) || !EVP_MAC_final(ctx, out, &n, CRYPT_SHA256_BYTES)
		|| n != CRYPT_SHA256_BYTES)
		fatal(ERR_INTERNAL, "OpenSSL failed at HMAC-SHA-256");
	EVP_MAC_CTX_free(ctx);
}

void crypt_hmac_sha1(struct str key, struct str data, unsigned char out[CRYPT_SHA1_BYTES])
{
	size_t n = 0;

	if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, crypt_octets(key), key.n, crypt_octets(data), data.n, out,
		    CRYPT_SHA1_BYTES, &n)
		|| n != CRYPT_SHA1_BYTES)
		fatal(ERR_INTERNAL, "OpenSSL failed at HMAC-SHA-1");
}

bool crypt_equal(struct str a, struct str b)
{
	return a.n == b.n && CRYPTO_memcmp(crypt_octets(a), crypt_octets(b), a.n) == 0;
}

void crypt_random(void *out, size_t n)
{
	if (n > INT_MAX || RAND_bytes(out, (int)n) != 1)
		fatal(ERR_INTERNAL, "the system has no random bytes");
}

void crypt_random_token(struct buf *out, size_t bytes)
{
	unsigned char raw[256];

	if (bytes > sizeof(raw))
		bug("a token of %zu bytes", bytes);
	crypt_random(raw, bytes);
	crypt_base64url(out, crypt_slice(raw, bytes));
	secret_wipe(raw, sizeof(raw));
}

/* Text forms */

void crypt_hex(struct buf *out, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = crypt_octets(bytes);

	for (size_t i = 0; i < bytes.n; i++) {
		buf_add_char(out, digits[p[i] >> 4]);
		buf_add_char(out, digits[p[i] & 15]);
	}
}

static int crypt_hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool crypt_unhex(struct str hex, unsigned char *out, size_t n)
{
	if (hex.n / 2 != n || hex.n % 2)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = crypt_hex_value(hex.p[2 * i]), low = crypt_hex_value(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* The two digits in which the alphabets differ, and padding, which only one of them has. */
static void to_url(char *text, int n)
{
	for (int i = 0; i < n; i++)
		text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
}

#define GROUPS 1024 /* of three bytes, which are four digits, at a time */

static void crypt_add_base64(struct buf *out, struct str bytes, bool url)
{
	char digits[4 * GROUPS + 1];
	for (size_t at = 0; at < bytes.n; at += 3 * GROUPS) {
		size_t some = bytes.n - at < 3 * GROUPS ? bytes.n - at : 3 * GROUPS;
		int n = EVP_EncodeBlock((unsigned char *)digits, crypt_octets(bytes) + at, (int)some);
		if (url)
			to_url(digits, n);
		while (url && n > 0 && digits[n - 1] == '=')
			n--;
		buf_add(out, digits, (size_t)n);
	}
}

void crypt_base64(struct buf *out, struct str bytes)
{
	crypt_add_base64(out, bytes, false);
}

void crypt_base64url(struct buf *out, struct str bytes)
{
	crypt_add_base64(out, bytes, true);
}

/* The digits of the standard alphabet with padding; false when there are others. */
static bool to_standard(struct str text, bool url, char *digits, size_t *n)
{
	for (*n = 0; *n < text.n; ++*n) {
		char c = text.p[*n];
		if (url && memchr("+/=", c, 3))
			return false;
		digits[*n] = url && c == '-' ? '+' : url && c == '_' ? '/' : c;
	}
	while (url && *n % 4)
		digits[(*n)++] = '=';
	return *n % 4 == 0;
}

/* At most so many groups. What was decoded must encode to the same digits again: the library passes over white space,
 * and over bits behind the last byte. What is decoded may be a key. */
static bool decode_some(struct buf *out, struct str text, bool url)
{
	char digits[4 * GROUPS + 1], again[4 * GROUPS + 1];
	unsigned char bytes[3 * GROUPS];
	size_t n;
	if (!to_standard(text, url, digits, &n))
		return false;
	int padding = (digits[n - 1] == '=') + (digits[n - 2] == '=');
	int decoded = EVP_DecodeBlock(bytes, (const unsigned char *)digits, (int)n) - padding;
	bool same = decoded >= 0 && EVP_EncodeBlock((unsigned char *)again, bytes, decoded) == (int)n
		    && !memcmp(again, digits, n);
	if (same)
		buf_add(out, bytes, (size_t)decoded);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	OPENSSL_cleanse(digits, sizeof(digits));
	OPENSSL_cleanse(again, sizeof(again));
	return same;
}

static bool crypt_decode(struct buf *out, struct str text, bool url)
{
	size_t start = out->len;
	for (size_t at = 0; at < text.n; at += 4 * GROUPS) {
		size_t some = text.n - at < 4 * GROUPS ? text.n - at : 4 * GROUPS;
		if (!decode_some(out, (struct str){ text.p + at, some }, url)) {
			buf_truncate(out, start);
			return false;
		}
	}
	return true;
}

bool crypt_base64_decode(struct buf *out, struct str text)
{
	return crypt_decode(out, text, false);
}

bool crypt_base64url_decode(struct buf *out, struct str text)
{
	return crypt_decode(out, text, true);
}

/* Sealing */

/* `out` gets plain.n bytes of cipher text and the tag behind them. */
static bool gcm_encrypt(const struct crypt_key *key, const unsigned char *nonce, struct str context, struct str plain,
	unsigned char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool good = ctx && EVP_EncryptInit_ex2(ctx, library.aes, key->bytes, nonce, NULL)
		    && EVP_EncryptUpdate(ctx, NULL, &n, crypt_octets(context), (int)context.n)
		    && EVP_EncryptUpdate(ctx, out, &n, crypt_octets(plain), (int)plain.n)
		    && EVP_EncryptFinal_ex(ctx, out + plain.n, &n)
		    && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, out + plain.n);

	EVP_CIPHER_CTX_free(ctx);
	return good;
}

/* `box` is cipher text and tag; `out` gets box.n - TAG_BYTES bytes, which mean nothing unless it returns true. */
static bool gcm_decrypt(
	const struct crypt_key *key, const unsigned char *nonce, struct str context, struct str box, unsigned char *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int length = (int)(box.n - TAG_BYTES), n = 0;
	unsigned char tag[TAG_BYTES];
	bool good;

	memcpy(tag, box.p + length, TAG_BYTES);
	good = ctx && EVP_DecryptInit_ex2(ctx, library.aes, key->bytes, nonce, NULL)
	       && EVP_DecryptUpdate(ctx, NULL, &n, crypt_octets(context), (int)context.n)
	       && EVP_DecryptUpdate(ctx, out, &n, crypt_octets(box), length)
	       && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, tag)
	       && EVP_DecryptFinal_ex(ctx, out + length, &n);
	EVP_CIPHER_CTX_free(ctx);
	return good;
}

/* The known answers of the standards: FIPS 180-4 "abc"; RFC 4231, case 2; the GCM specification, case 14. */
bool crypt_works(void)
{
	static const char hash[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			  mac[] = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
			  box[] = "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919";
	static const struct crypt_key zero_key = { .id = "" };
	unsigned char plain[16] = { 0 }, out[CRYPT_SHA256_BYTES], want[CRYPT_SHA256_BYTES];
	struct str zeros = crypt_slice(plain, sizeof(plain));

	crypt_sha256(STR("abc"), out);
	if (!crypt_unhex(str_of(hash), want, sizeof(want)) || memcmp(out, want, sizeof(want)) != 0)
		return false;
	crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	if (!crypt_unhex(str_of(mac), want, sizeof(want)) || memcmp(out, want, sizeof(want)) != 0)
		return false;
	if (!crypt_unhex(str_of(box), want, sizeof(want)) || !gcm_encrypt(&zero_key, plain, STR(""), zeros, out)
		|| memcmp(out, want, sizeof(want)) != 0)
		return false;
	out[0] ^= 1;
	return gcm_decrypt(&zero_key, plain, STR(""), crypt_slice(want, sizeof(want)), plain)
	       && !gcm_decrypt(&zero_key, plain, STR(""), crypt_slice(out, sizeof(out)), plain);
}

void crypt_seal(const struct crypt_keys *keys, struct str context, struct str plain, struct buf *out)
{
	struct crypt_key key;
	size_t n = NONCE_BYTES + plain.n + TAG_BYTES;
	unsigned char *box;

	library_ready();
	if (plain.n > SEALED_MAX / 2 || context.n > SEALED_MAX || !crypt_key_at(keys, 0, &key))
		bug("sealing %zu bytes under a context of %zu", plain.n, context.n);
	box = malloc(n);
	if (!box)
		fatal(ERR_INTERNAL, "out of memory");
	crypt_random(box, NONCE_BYTES);
	if (!gcm_encrypt(&key, box, context, plain, box + NONCE_BYTES))
		fatal(ERR_INTERNAL, "OpenSSL failed at AES-256-GCM");
	buf_addf(out, SEALED_VERSION "%s.", key.id);
	secret_wipe(&key, sizeof(key));
	crypt_base64url(out, crypt_slice(box, n));
	free(box);
}

static enum err box_open(
	const struct crypt_key *key, struct str context, struct str box, struct secret **out, struct explain *why)
{
	size_t n = box.n - NONCE_BYTES - TAG_BYTES;
	unsigned char *plain = malloc(n + 1);
	bool good;

	if (!plain)
		fatal(ERR_INTERNAL, "out of memory");
	good = gcm_decrypt(
		key, crypt_octets(box), context, crypt_slice(box.p + NONCE_BYTES, box.n - NONCE_BYTES), plain);
	if (good)
		*out = secret_new(crypt_slice(plain, n));
	secret_wipe(plain, n + 1);
	free(plain);
	return good ? ERR_OK : explain_code(why, ERR_SEALED, CODE(sealed_moved));
}

struct str crypt_sealed_under(struct str sealed)
{
	if (!str_has_prefix(sealed, STR(SEALED_VERSION)))
		return STR_NONE;
	sealed.p += strlen(SEALED_VERSION);
	sealed.n -= strlen(SEALED_VERSION);
	struct str id = str_take_until(&sealed, '.');
	return sealed.p && crypt_key_id_is_valid(id) ? id : STR_NONE;
}

enum err crypt_open(
	const struct crypt_keys *keys, struct str context, struct str sealed, struct secret **out, struct explain *why)
{
	struct crypt_key key;
	struct str id;
	struct buf box;
	enum err e;

	library_ready();
	if (!str_has_prefix(sealed, STR(SEALED_VERSION)) || sealed.n > SEALED_MAX || context.n > SEALED_MAX)
		return explain_code(why, ERR_SEALED, CODE(sealed_other_form));
	sealed.p += strlen(SEALED_VERSION);
	sealed.n -= strlen(SEALED_VERSION);
	id = str_take_until(&sealed, '.');
	if (!crypt_key_id_is_valid(id))
		return explain_code(why, ERR_SEALED, CODE(sealed_damaged));
	if (!crypt_key_find(keys, id, &key))
		return EXPLAIN(
			why, ERR_SEALED, sealed_key_missing, F_STR("key", ((struct str){ id.p, CRYPT_KEY_ID_CHARS })));
	buf_init(&box, SEALED_MAX);
	if (crypt_base64url_decode(&box, sealed) && box.err == ERR_OK && box.len >= NONCE_BYTES + TAG_BYTES)
		e = box_open(&key, context, buf_str(&box), out, why);
	else
		e = explain_code(why, ERR_SEALED, CODE(sealed_damaged));
	secret_wipe(&key, sizeof(key));
	buf_fini(&box);
	return e;
}

bool crypt_digest(const struct crypt_keys *keys, size_t key_index, const char *purpose, struct str value,
	unsigned char out[CRYPT_SHA256_BYTES])
{
	unsigned char derived[CRYPT_SHA256_BYTES], label[CRYPT_SHA256_BYTES];
	struct crypt_key key;

	if (!crypt_key_at(keys, key_index, &key))
		return false;
	/* A key of its own for each purpose, none of them the sealing key: HMAC as extraction (RFC 5869) over a
	 * fixed-length label. */
	crypt_sha256(str_of(purpose), label);
	crypt_hmac_sha256(crypt_slice(key.bytes, CRYPT_KEY_BYTES), crypt_slice(label, sizeof(label)), derived);
	crypt_hmac_sha256(crypt_slice(derived, sizeof(derived)), value, out);
	secret_wipe(derived, sizeof(derived));
	secret_wipe(&key, sizeof(key));
	return true;
}

/* Passwords */

/* crypt(3) wants NUL-terminated text; its work area holds the password, so it is wiped. NULL when libcrypt refuses. */
static bool password_crypt(struct str password, const char *setting, struct buf *out)
{
	struct crypt_data *work = calloc(1, sizeof(*work));
	char text[CRYPT_MAX_PASSPHRASE_SIZE] = "";
	const char *hash;

	if (!work)
		fatal(ERR_INTERNAL, "out of memory");
	memcpy(text, crypt_octets(password), password.n);
	hash = crypt_rn(text, setting, work, sizeof(*work));
	if (hash)
		buf_add_cstr(out, hash);
	secret_wipe(text, sizeof(text));
	secret_wipe(work, sizeof(*work));
	free(work);
	return hash != NULL;
}

static bool password_is_usable(struct str password)
{
	return password.n < CRYPT_MAX_PASSPHRASE_SIZE && (password.n == 0 || !memchr(password.p, '\0', password.n));
}

enum err crypt_password_hash(struct str password, struct buf *out)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	if (!password_is_usable(password))
		return ERR_INVALID;
	if (!crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof(setting)) || !password_crypt(password, setting, out))
		return ERR_INTERNAL;
	return out->err;
}

bool crypt_password_proof(struct str password, struct str setting, unsigned char out[CRYPT_SHA256_BYTES])
{
	char text[CRYPT_OUTPUT_SIZE] = "";
	struct buf hash;

	/* Only our own kind: a weak or failed hash in the database must not open a door. */
	if (!password_is_usable(password) || setting.n >= sizeof(text) || !str_has_prefix(setting, STR("$y$"))
		|| memchr(setting.p, '\0', setting.n))
		return false;
	memcpy(text, setting.p, setting.n);
	buf_init(&hash, CRYPT_OUTPUT_SIZE);
	bool done = password_crypt(password, text, &hash);
	if (done) {
		crypt_sha256(buf_str(&hash), out);
		secret_wipe(hash.data, hash.len);
	}
	buf_fini(&hash);
	return done;
}
