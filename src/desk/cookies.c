/*
 * cookies.c - the desk's cookies.
 *
 * Owns their names and flags. With https in public.base_url the names have the prefix __Host-, by which browsers hold
 * us to Secure, Path=/ and no Domain (RFC 6265bis, 4.1.3.2), so that no neighbour under the same domain can plant one.
 * The configuration decides and never the request, which a stranger writes. All are HttpOnly and SameSite=Lax.
 */
#include "desk/desk.h"

static const char *const names[] = { [COOKIE_SESSION] = "__Host-deskbell",
	[COOKIE_FORM] = "__Host-deskbell-form",
	[COOKIE_SAID] = "__Host-deskbell-said" };

static const char *name_of(const struct visit *v, enum cookie cookie)
{
	return names[cookie] + (v->desk->secure ? 0 : strlen("__Host-"));
}

struct str visit_cookie(const struct visit *v, enum cookie cookie)
{
	return cookie_find(request_header(v->request, "HTTP_COOKIE"), name_of(v, cookie));
}

void visit_set_cookie(struct visit *v, enum cookie cookie, struct str value, int64_t max_age_s)
{
	struct str line = pool_printf(v->pool, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s", name_of(v, cookie),
		(int)value.n, value.p ? value.p : "", v->desk->secure ? "; Secure" : "");
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
