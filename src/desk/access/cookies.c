/*
 * cookies.c - the desk's cookies.
 *
 * Owns their names and flags. Where the browser speaks https the names have the prefix __Host-, by which browsers hold
 * us to Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2), so that no neighbour under the same domain can plant one.
 * It does so when public.base_url says so, when the web server's variable HTTPS says so, or when a proxy that is
 * trusted (desk.forwarded_proto) says so; nothing that a client writes takes Secure away. All are HttpOnly and
 * SameSite=Lax.
 */
#include "desk/desk.h"

static const char *const names[] = { [COOKIE_SESSION] = "__Host-deskbell",
	[COOKIE_FORM] = "__Host-deskbell-form",
	[COOKIE_FLASH] = "__Host-deskbell-flash",
	[COOKIE_ATTEMPT] = "__Host-deskbell-attempt",
	[COOKIE_SETUP] = "__Host-deskbell-setup" };

bool request_is_secure(const struct desk *desk, const struct request *request)
{
	struct str https = request_header(request, "HTTPS"), proto = request_header(request, "HTTP_X_FORWARDED_PROTO");
	bool trusted = desk->conf->desk_forwarded_proto == CONF_FORWARDED_TRUST;
	return desk->secure || str_equal_nocase(https, STR("on")) || str_equal(https, STR("1"))
	       || (trusted && str_equal_nocase(proto, STR("https")));
}

static const char *cookies_name_of(const struct desk_request *v, enum cookie cookie)
{
	return names[cookie] + (v->secure ? 0 : strlen("__Host-"));
}

struct str request_cookie(const struct desk_request *v, enum cookie cookie)
{
	return cookie_find(request_header(v->request, "HTTP_COOKIE"), cookies_name_of(v, cookie));
}

void request_set_cookie(struct desk_request *v, enum cookie cookie, struct str value, int64_t max_age_s)
{
	struct str line = pool_printf(v->pool, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s", cookies_name_of(v, cookie),
		(int)value.n, value.p ? value.p : "", v->secure ? "; Secure" : "");
	if (max_age_s >= 0)
		line = pool_printf(v->pool, "%.*s; Max-Age=%lld", (int)line.n, line.p, (long long)max_age_s);
	response_header(v->response, "Set-Cookie", line);
}

bool token_is_shaped(struct str s)
{
	struct buf bytes;
	buf_init(&bytes, 64);
	bool good = s.n == 43 && crypt_base64url_decode(&bytes, s) && bytes.len == 32;
	buf_fini(&bytes);
	return good;
}
