/*
 * core-web-push.c - tests of Web Push: the vector of RFC 8291 (appendix A), the signature of VAPID, endpoints that are
 * refused, and what answers mean.
 */
#include "check.h"
#include "core.h"

#include "core/crypto/crypt.h"
#include "core/json/json.h"
#include "core/net/web-push.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#define TEXT "When I grow up, I want to be a watermelon"
#define BROWSER_KEY "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define BODY \
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_" \
	"c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl" \
	"7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"

/* Exactly `n` bytes of base64url, in the pool. */
static struct str bytes_of(struct pool *pool, const char *text, size_t n)
{
	struct buf out;
	buf_init(&out, 5000);
	CU_ASSERT_TRUE(crypt_base64url_decode(&out, str_of(text)));
	struct str bytes = pool_str(pool, buf_str(&out));
	buf_fini(&out);
	CHECK_INT(bytes.n, n);
	return bytes;
}

static struct crypt_push_chance vector_chance(struct pool *pool)
{
	struct crypt_push_chance c;
	memcpy(c.salt, bytes_of(pool, "DGv6ra1nlYgDCS1FRnbzlw", sizeof(c.salt)).p, sizeof(c.salt));
	memcpy(c.pair.private_key, bytes_of(pool, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw", 32).p, 32);
	memcpy(c.pair.public_key,
		bytes_of(pool,
			"BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8", 65)
			.p,
		65);
	return c;
}

static void encrypts_the_vector(void)
{
	struct pool *pool = pool_new();
	struct crypt_push_chance chance = vector_chance(pool);
	struct str key = bytes_of(pool, BROWSER_KEY, 65), auth = bytes_of(pool, AUTH, 16);
	struct buf out, again;
	buf_init(&out, 5000);
	buf_init(&again, 5000);
	CHECK_INT(crypt_push_encrypt(STR(TEXT), key, auth, &chance, &out), ERR_OK);
	CU_ASSERT_TRUE(str_equal(buf_str(&out), bytes_of(pool, BODY, 144)));
	CHECK_INT(crypt_push_encrypt(STR(TEXT), key, auth, NULL, &again), ERR_OK);
	CHECK_INT(again.len, 144);
	CU_ASSERT_FALSE(str_equal(buf_str(&out), buf_str(&again)));
	buf_fini(&out);
	buf_fini(&again);
	pool_free(pool);
}

static void refuses_keys_that_are_none(void)
{
	struct pool *pool = pool_new();
	struct str key = bytes_of(pool, BROWSER_KEY, 65), auth = bytes_of(pool, AUTH, 16);
	char off_curve[65], compressed[33], too_long[CRYPT_PUSH_TEXT_MAX + 1];
	struct buf out;
	buf_init(&out, 10000);
	memcpy(off_curve, key.p, 65);
	off_curve[64] ^= 1;
	memcpy(compressed, key.p, 33);
	compressed[0] = 2;
	memset(too_long, 'x', sizeof(too_long));
	CU_ASSERT_TRUE(crypt_p256_is_point(key));
	CU_ASSERT_FALSE(crypt_p256_is_point((struct str){ off_curve, 65 }));
	CU_ASSERT_FALSE(crypt_p256_is_point((struct str){ compressed, 33 }));
	CU_ASSERT_FALSE(crypt_p256_is_point((struct str){ "", 1 }));
	CHECK_INT(crypt_push_encrypt(STR(TEXT), (struct str){ off_curve, 65 }, auth, NULL, &out), ERR_INVALID);
	CHECK_INT(crypt_push_encrypt(STR(TEXT), key, (struct str){ auth.p, 15 }, NULL, &out), ERR_INVALID);
	CHECK_INT(crypt_push_encrypt((struct str){ too_long, sizeof(too_long) }, key, auth, NULL, &out), ERR_TOO_LARGE);
	CHECK_INT(out.len, 0);
	CHECK_INT(crypt_push_encrypt((struct str){ too_long, CRYPT_PUSH_TEXT_MAX }, key, auth, NULL, &out), ERR_OK);
	CHECK_INT(out.len, 4096);
	buf_fini(&out);
	pool_free(pool);
}

/* Checked by OpenSSL alone, without our code. */
static bool signed_by(struct str key, struct str text, struct str raw)
{
	unsigned char der[128], *end = der;
	ECDSA_SIG *s = ECDSA_SIG_new();
	EVP_PKEY *pkey = NULL;
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){ "P-256" }, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)(uintptr_t)key.p, key.n),
		OSSL_PARAM_construct_end() };
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	ECDSA_SIG_set0(s, BN_bin2bn((const unsigned char *)raw.p, 32, NULL),
		BN_bin2bn((const unsigned char *)raw.p + 32, 32, NULL));
	int n = i2d_ECDSA_SIG(s, &end);
	bool good = EVP_PKEY_fromdata_init(context) == 1
		    && EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) == 1
		    && EVP_DigestVerifyInit_ex(digest, NULL, "SHA256", NULL, NULL, pkey, NULL) == 1
		    && EVP_DigestVerify(digest, der, (size_t)n, (const unsigned char *)text.p, text.n) == 1;
	EVP_MD_CTX_free(digest);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(pkey);
	ECDSA_SIG_free(s);
	return good;
}

static struct web_push push_to(struct pool *pool, const char *endpoint)
{
	return (struct web_push){ .endpoint = str_of(endpoint),
		.browser_key = bytes_of(pool, BROWSER_KEY, 65),
		.auth = bytes_of(pool, AUTH, 16),
		.text = STR(TEXT),
		.topic = STR("c7"),
		.contact = STR("mailto:desk@example.com"),
		.ttl_s = 3600,
		.now_s = 1700000000 };
}

static void signs_for_the_service(void)
{
	struct pool *pool = pool_new();
	struct crypt_p256 keys;
	struct http_request request;
	struct web_push push = push_to(pool, "https://push.example.org/send/1?x=2");
	crypt_p256_new(&keys);
	CHECK_INT(web_push_build(pool, &keys, &push, &request), ERR_OK);
	struct str line = str_of(request.headers[0]);
	CU_ASSERT_TRUE(str_has_prefix(line, STR("Authorization: vapid t=")));
	line.p += strlen("Authorization: vapid t=");
	line.n -= strlen("Authorization: vapid t=");
	struct str token = str_take_until(&line, ','), head = token;
	struct str first = str_take_until(&head, '.'), claims = str_take_until(&head, '.');
	struct str signed_text = { first.p, (size_t)(claims.p + claims.n - first.p) };
	struct str key = { (const char *)keys.public_key, 65 };
	CU_ASSERT_TRUE(signed_by(key, signed_text, bytes_of(pool, pool_cstr(pool, head), 64)));
	CU_ASSERT_FALSE(signed_by(key, STR("another text"), bytes_of(pool, pool_cstr(pool, head), 64)));
	struct buf text;
	buf_init(&text, 1000);
	CU_ASSERT_TRUE(crypt_base64url_decode(&text, claims));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&text),
		"{\"aud\":\"https://push.example.org\",\"exp\":1700043200,\"sub\":\"mailto:desk@example.com\"}");
	buf_fini(&text);
	CU_ASSERT_TRUE(
		str_equal(str_trim(line), pool_printf(pool, "k=%.*s", 87, strstr(request.headers[0], "k=") + 2)));
	CU_ASSERT_STRING_EQUAL(request.headers[1], "TTL: 3600");
	CU_ASSERT_STRING_EQUAL(request.headers[4], "Topic: c7");
	CU_ASSERT_TRUE(request.public_only);
	pool_free(pool);
}

static void refuses_endpoints(void)
{
	static const char *const bad[] = { "http://push.example.org/1", "ftp://push.example.org/1", "push.example.org",
		"https://user@push.example.org/1", "https://a:b@push.example.org/1", "http://127.0.0.1:1/1", "",
		"https://", "javascript:alert(1)" };
	struct pool *pool = pool_new();
	struct crypt_p256 keys;
	struct http_request request;
	crypt_p256_new(&keys);
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct web_push push = push_to(pool, bad[i]);
		CHECK_ROW(web_push_build(pool, &keys, &push, &request) == ERR_INVALID, bad[i]);
	}
	CU_ASSERT_TRUE(web_push_endpoint_is_good(pool, STR("http://127.0.0.1:8000/1"), true));
	CU_ASSERT_FALSE(web_push_endpoint_is_good(pool, STR("http://10.0.0.1/1"), true));
	pool_free(pool);
}

static void judges_answers(void)
{
	static const struct {
		int status;
		enum web_push_outcome wanted;
	} rows[] = { { 201, WEB_PUSH_TAKEN }, { 200, WEB_PUSH_TAKEN }, { 404, WEB_PUSH_GONE }, { 410, WEB_PUSH_GONE },
		{ 429, WEB_PUSH_LATER }, { 500, WEB_PUSH_LATER }, { 503, WEB_PUSH_LATER }, { 406, WEB_PUSH_LATER },
		{ 400, WEB_PUSH_REFUSED }, { 401, WEB_PUSH_REFUSED }, { 403, WEB_PUSH_REFUSED },
		{ 413, WEB_PUSH_REFUSED }, { 302, WEB_PUSH_REFUSED } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct http_response r = { .outcome = HTTP_ANSWERED, .status = rows[i].status };
		CHECK_INT(web_push_judge(&r), rows[i].wanted);
	}
	struct http_response none = { .outcome = HTTP_NOT_SENT };
	CHECK_INT(web_push_judge(&none), WEB_PUSH_LATER);
}

CU_TestInfo core_web_push_tests[] = {
	{ "encrypts as RFC 8291 shows", encrypts_the_vector },
	{ "refuses keys that are none", refuses_keys_that_are_none },
	{ "signs for the push service", signs_for_the_service },
	{ "refuses endpoints that may not be called", refuses_endpoints },
	{ "judges answers", judges_answers },
	CU_TEST_INFO_NULL,
};
