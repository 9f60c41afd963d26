/*
 * web-push.c - a message for a browser through its vendor's push service.
 *
 * Owns the token of VAPID (RFC 8292) and what the answers mean. The address is hostile input: a browser named it. Knows
 * nothing of who is to be told what.
 */
#include "core/net/web-push.h"

#include "core/crypto/crypt.h"
#include "core/json/json.h"

#define TOKEN_LIFE_S (12 * 3600)
#define TOKEN_MAX_BYTES 4000

static bool web_push_is_loopback(struct str host)
{
	return str_equal(host, STR("127.0.0.1")) || str_equal(host, STR("localhost")) || str_equal(host, STR("[::1]"));
}

bool web_push_endpoint_is_good(struct pool *pool, struct str endpoint, bool allow_private)
{
	struct http_url url;
	if (endpoint.n > WEB_PUSH_ENDPOINT_MAX || !http_url_parse(pool, NULL, endpoint, &url) || url.has_user)
		return false;
	return url.is_https || (allow_private && web_push_is_loopback(url.host));
}

/* The origin without the port that its scheme has anyway: RFC 6454, section 6.2. */
static struct str web_push_audience(const struct http_url *url)
{
	struct str origin = url->origin;
	if (url->is_https && str_has_suffix(origin, STR(":443")))
		origin.n -= 4;
	return origin;
}

/* What is signed: header and claims. */
static void web_push_claims(struct buf *out, const struct web_push *push, struct str audience)
{
	struct json_writer w;
	struct buf claims;
	buf_init(&claims, TOKEN_MAX_BYTES);
	json_writer_init(&w, &claims);
	json_begin_object(&w);
	json_member_str(&w, "aud", audience);
	json_member_i64(&w, "exp", push->now_s + TOKEN_LIFE_S);
	json_member_str(&w, "sub", push->contact);
	json_end_object(&w);
	crypt_base64url(out, STR("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
	buf_add_char(out, '.');
	crypt_base64url(out, buf_str(&claims));
	buf_fini(&claims);
}

static bool web_push_authorization(struct pool *pool, const struct crypt_p256 *keys, const struct web_push *push,
	const struct http_url *url, const char **out)
{
	unsigned char signature[CRYPT_P256_SIGNATURE_BYTES];
	struct buf token;
	buf_init(&token, TOKEN_MAX_BYTES);
	web_push_claims(&token, push, web_push_audience(url));
	bool good = crypt_p256_sign(keys, buf_str(&token), signature);
	buf_add_char(&token, '.');
	crypt_base64url(&token, (struct str){ (const char *)signature, sizeof(signature) });
	buf_add_cstr(&token, ", k=");
	crypt_base64url(&token, (struct str){ (const char *)keys->public_key, sizeof(keys->public_key) });
	*out = pool_printf(pool, "Authorization: vapid t=%s", buf_cstr(&token)).p;
	good = good && token.err == ERR_OK;
	buf_fini(&token);
	return good;
}

static const char *const *web_push_headers(struct pool *pool, const struct web_push *push, const char *authorization)
{
	const char **headers = pool_new_array(pool, 6, const char *);
	int n = 0;
	headers[n++] = authorization;
	headers[n++] = pool_printf(pool, "TTL: %lld", (long long)push->ttl_s).p;
	headers[n++] = "Content-Encoding: aes128gcm";
	headers[n++] = "Urgency: high";
	if (push->topic.n)
		headers[n++] = pool_printf(pool, "Topic: %.*s", (int)push->topic.n, push->topic.p).p;
	headers[n] = NULL;
	return headers;
}

enum err web_push_build(
	struct pool *pool, const struct crypt_p256 *keys, const struct web_push *push, struct http_request *out)
{
	struct http_url url;
	struct buf body;
	const char *authorization;
	if (!web_push_endpoint_is_good(pool, push->endpoint, push->allow_private)
		|| !http_url_parse(pool, NULL, push->endpoint, &url))
		return ERR_INVALID;
	buf_init(&body, 2 * CRYPT_PUSH_TEXT_MAX);
	enum err e = crypt_push_encrypt(push->text, push->browser_key, push->auth, NULL, &body);
	struct str bytes = pool_str(pool, buf_str(&body));
	buf_fini(&body);
	if (e == ERR_OK && !web_push_authorization(pool, keys, push, &url, &authorization))
		e = ERR_INTERNAL;
	if (e == ERR_OK)
		*out = (struct http_request){ .method = "POST",
			.url = url.url.p,
			.headers = web_push_headers(pool, push, authorization),
			.content_type = STR("application/octet-stream"),
			.body = bytes,
			.max_response_bytes = 4096,
			.public_only = !push->allow_private };
	return e;
}

enum web_push_outcome web_push_judge(const struct http_response *response)
{
	if (response->outcome != HTTP_ANSWERED || response->status == 429 || response->status == 406
		|| response->status >= 500)
		return WEB_PUSH_LATER;
	if (response->status >= 200 && response->status < 300)
		return WEB_PUSH_TAKEN;
	return response->status == 404 || response->status == 410 ? WEB_PUSH_GONE : WEB_PUSH_REFUSED;
}
