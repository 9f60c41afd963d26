/*
 * document-fetch.c - a document from a web address, fetched once.
 *
 * The address was typed by an administrator of one of many organisations on this host, and pages redirect where they
 * like: each step is a request of its own that may reach public addresses only (http-client.h, public_only). Owns an
 * HTTP client for the time of one call. Sends no cookies, no credentials and nothing about the organisation. Never
 * keeps what is not answered with 200. Failures have words for the person who typed.
 */
#include "documents/document-fetch.h"

#include "core/clock.h"
#include "core/net/http-client.h"
#include "core/text/reason.h"
#include "documents/sitemap.h"

#define REDIRECTS_MAX 5
#define URL_MAX_BYTES 2000
#define CLOCKS_DIFFER_MS 20 /* libcurl's idea of a time limit and ours */
#define ACCEPT "Accept: text/html, application/xhtml+xml, application/pdf, text/markdown, text/plain;q=0.9, */*;q=0.1"

/* One fetch over all its redirects. */
struct fetch {
	struct pool *pool;
	struct http_client *client;
	const struct document_fetch_options *options;
	int64_t deadline_us;
	size_t max_bytes;
	struct http_url url; /* the present step */
	struct http_response answer;
	struct explain *why;
};

/* ---- addresses ---- */

static bool has_scheme(struct str url)
{
	str_take_until(&url, ':');
	return str_has_prefix(url, STR("//"));
}

static enum err document_fetch_check_address(const struct fetch *f, const struct http_url *url)
{
	if (url->has_user)
		return explain_code(f->why, ERR_INVALID, CODE(url_credentials));
	if (url->url.n > URL_MAX_BYTES)
		return EXPLAIN(f->why, ERR_INVALID, url_too_long, F_INT("limit", URL_MAX_BYTES));
	return ERR_OK;
}

static enum err read_address(struct fetch *f, struct str text)
{
	text = str_trim(text);
	if (str_is_empty(text) || text.n > URL_MAX_BYTES || str_find_char(text, '\0') >= 0)
		return EXPLAIN(f->why, ERR_INVALID, url_empty_or_long, F_INT("limit", URL_MAX_BYTES));
	if (!has_scheme(text))
		text = pool_printf(f->pool, "https://%.*s", (int)text.n, text.p);
	if (!http_url_parse(f->pool, NULL, text, &f->url))
		return explain_code(f->why, ERR_INVALID, CODE(url_not_web));
	return document_fetch_check_address(f, &f->url);
}

static enum err document_fetch_follow(struct fetch *f)
{
	struct http_url next;

	if (str_is_empty(f->answer.location) || !http_url_parse(f->pool, f->url.url.p, f->answer.location, &next))
		return EXPLAIN(f->why, ERR_REMOTE, page_redirects_nowhere, F_STR("host", f->url.host));
	if (f->url.is_https && !next.is_https)
		return EXPLAIN(f->why, ERR_INVALID, page_redirects_to_http, F_STR("host", f->url.host));
	f->url = next;
	return document_fetch_check_address(f, &f->url);
}

/* ---- one step ---- */

static void document_fetch_keep_answer(void *arg, const struct http_response *response)
{
	struct fetch *f = arg;

	f->answer = *response;
	f->answer.body = pool_str(f->pool, response->body);
	f->answer.content_type = pool_str(f->pool, response->content_type);
	f->answer.location = pool_str(f->pool, response->location);
	f->answer.reason = pool_cstr(f->pool, str_of(response->reason));
}

static int document_fetch_left_ms(const struct fetch *f)
{
	int64_t left = (f->deadline_us - clock_mono_us() + 999) / 1000;

	return left > 0 ? (int)left : 0;
}

static enum err document_fetch_too_slow(const struct fetch *f)
{
	return EXPLAIN(f->why, ERR_TIMEOUT, page_timeout, F_STR("host", f->url.host));
}

static enum err document_fetch_ask(struct fetch *f)
{
	static const char *const headers[] = { ACCEPT, NULL };
	struct http_request request = { .method = "GET",
		.url = f->url.url.p,
		.headers = headers,
		.timeout_ms = document_fetch_left_ms(f),
		.public_only = !f->options->allow_private,
		.refuse_long = true,
		.done = document_fetch_keep_answer,
		.arg = f };

	if (request.timeout_ms == 0)
		return document_fetch_too_slow(f);
	http_client_submit(f->client, &request);
	while (http_client_active(f->client) > 0)
		http_client_run(f->client, NULL, 0, 1000);
	if (f->answer.outcome == HTTP_ANSWERED)
		return ERR_OK;
	if (f->answer.too_long)
		return EXPLAIN(f->why, ERR_TOO_LARGE, page_too_large, F_STR("host", f->url.host),
			F_INT("limit", (f->max_bytes + (1 << 20) - 1) >> 20));
	if (document_fetch_left_ms(f) <= CLOCKS_DIFFER_MS)
		return document_fetch_too_slow(f);
	return EXPLAIN(f->why, ERR_REMOTE, page_not_fetched, F_REASON("reason", str_of(f->answer.reason)));
}

/* ---- the answer ---- */

static const struct {
	int status;
	enum err e;
	const char *code;
} refusals[] = {
	{ 401, ERR_INVALID, CODE(page_sign_in) },
	{ 403, ERR_INVALID, CODE(page_forbidden) },
	{ 404, ERR_NOT_FOUND, CODE(page_absent) },
	{ 410, ERR_NOT_FOUND, CODE(page_gone) },
	{ 429, ERR_REMOTE, CODE(page_rate) },
	{ 503, ERR_REMOTE, CODE(page_overloaded) },
};

static enum err refuse_status(const struct fetch *f)
{
	int status = f->answer.status;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status)
			return explain_fields(f->why, refusals[i].e, refusals[i].code,
				(const struct log_field[]){
					F_STR("host", f->url.host), F_INT("status", status), { .key = NULL } });
	return EXPLAIN(f->why, ERR_REMOTE, page_status, F_STR("host", f->url.host), F_INT("status", status));
}

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* "text/html; charset=iso-8859-9" */
static struct str charset_of(struct str content_type)
{
	str_take_until(&content_type, ';');
	while (content_type.p) {
		struct str parameter = str_trim(str_take_until(&content_type, ';'));
		if (!str_equal_nocase(str_trim(str_take_until(&parameter, '=')), STR("charset")))
			continue;
		parameter = str_trim(parameter);
		if (parameter.n > 1 && parameter.p[0] == '"')
			parameter = (struct str){ parameter.p + 1, parameter.n - 2 };
		return parameter;
	}
	return STR_NONE;
}

/* The path's last part, for what it ends with. */
static struct str document_fetch_path_of(struct str url)
{
	return str_take_until(&url, '?');
}

static enum err document_fetch_take_answer(const struct fetch *f, struct document_source *out)
{
	bool is_index;
	out->is_sitemap = sitemap_is(f->answer.body, &is_index);
	if (out->is_sitemap)
		return ERR_OK;
	struct str charset = charset_of(f->answer.content_type);
	enum err e = document_format_of(
		document_fetch_path_of(f->url.url), f->answer.content_type, f->answer.body, &out->format, f->why);

	if (e == ERR_OK && out->format != DOCUMENT_PDF && !str_is_empty(charset))
		out->bytes = document_decode(f->pool, f->answer.body, charset);
	return e;
}

static enum err document_fetch_answer(struct fetch *f, struct str url)
{
	enum err e = read_address(f, url);

	for (int i = 0; e == ERR_OK; i++) {
		e = document_fetch_ask(f);
		if (e != ERR_OK || !is_redirect(f->answer.status))
			break;
		if (i == REDIRECTS_MAX)
			return EXPLAIN(f->why, ERR_REMOTE, page_redirects_too_often, F_STR("host", f->url.host),
				F_INT("limit", REDIRECTS_MAX));
		e = document_fetch_follow(f);
	}
	return e != ERR_OK || f->answer.status == 200 ? e : refuse_status(f);
}

/* `read`: what the format is made of; NULL: the bytes are wanted as they are. */
static enum err document_fetch_with(struct pool *pool, struct str url, const struct document_fetch_options *options,
	enum err (*read)(const struct fetch *f, struct document_source *out), struct document_source *out,
	struct explain *why)
{
	static const struct document_fetch_options usual = { .allow_private = false };
	struct fetch f = { .pool = pool, .options = options ? options : &usual, .why = why };
	int timeout_ms = f.options->timeout_ms > 0 ? f.options->timeout_ms : DOCUMENT_FETCH_TIMEOUT_MS;

	*out = (struct document_source){ .url = STR_NONE };
	f.deadline_us = clock_mono_us() + (int64_t)timeout_ms * 1000;
	f.max_bytes = f.options->max_bytes > 0 ? f.options->max_bytes : DOCUMENT_FETCH_MAX_BYTES;
	f.client = http_client_new(
		&(struct http_client_options){ .max_connections = 2, .max_response_bytes = f.max_bytes });
	enum err e = document_fetch_answer(&f, url);
	http_client_free(f.client);
	if (e != ERR_OK)
		return e;
	out->url = f.url.url;
	out->bytes = f.answer.body;
	return read ? read(&f, out) : ERR_OK;
}

enum err document_fetch(struct pool *pool, struct str url, const struct document_fetch_options *options,
	struct document_source *out, struct explain *why)
{
	return document_fetch_with(pool, url, options, document_fetch_take_answer, out, why);
}

enum err document_fetch_bytes(struct pool *pool, struct str url, const struct document_fetch_options *options,
	struct document_source *out, struct explain *why)
{
	return document_fetch_with(pool, url, options, NULL, out, why);
}
