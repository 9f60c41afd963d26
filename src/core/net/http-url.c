/*
 * http-url.c - reading and escaping addresses.
 *
 * Behind libcurl's door because libcurl's parser reads them: two parsers that disagree about where the host ends are
 * how a check is passed for one host and the request made to another. Fails by saying that the text is no address.
 */
#include "core/net/http-url.h"

#include <curl/curl.h>

static bool http_url_part(struct pool *pool, CURLU *parsed, CURLUPart what, unsigned flags, struct str *out)
{
	char *text = NULL;
	bool there = curl_url_get(parsed, what, &text, flags) == CURLUE_OK;

	*out = there ? pool_str(pool, str_of(text)) : STR_NONE;
	curl_free(text);
	return there;
}

/* A space becomes %20, outside of the host: libcurl 8 wants to be told, 7 does it anyway. */
#define TAKE (CURLU_URLENCODE | CURLU_ALLOW_SPACE)

static bool http_url_set(struct pool *pool, CURLU *parsed, const char *base, struct str text)
{
	if (str_is_empty(text) || str_find_char(text, '\0') >= 0)
		return false;
	if (base && curl_url_set(parsed, CURLUPART_URL, base, TAKE) != CURLUE_OK)
		return false;
	return curl_url_set(parsed, CURLUPART_URL, pool_cstr(pool, text), TAKE) == CURLUE_OK
	       && curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK;
}

bool http_url_parse(struct pool *pool, const char *base, struct str text, struct http_url *out)
{
	CURLU *parsed = curl_url();
	struct str scheme, port, user, password;
	bool good;

	if (!parsed)
		fatal(ERR_INTERNAL, "out of memory");
	*out = (struct http_url){ 0 };
	good = http_url_set(pool, parsed, base, text) && http_url_part(pool, parsed, CURLUPART_SCHEME, 0, &scheme)
	       && http_url_part(pool, parsed, CURLUPART_HOST, 0, &out->host)
	       && http_url_part(pool, parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, &port)
	       && http_url_part(pool, parsed, CURLUPART_URL, 0, &out->url)
	       && (str_equal(scheme, STR("http")) || str_equal(scheme, STR("https")));
	if (good) {
		out->origin = pool_printf(pool, "%s://%s:%s", scheme.p, out->host.p, port.p);
		out->is_https = str_equal(scheme, STR("https"));
		out->has_user = http_url_part(pool, parsed, CURLUPART_USER, 0, &user);
		out->has_user = http_url_part(pool, parsed, CURLUPART_PASSWORD, 0, &password) || out->has_user;
	}
	curl_url_cleanup(parsed);
	return good;
}
