/*
 * caller.c - who calls, and whether they may.
 *
 * Owns authority, and the defence against requests that another site makes a browser send: a token in every form, and
 * the headers by which browsers tell where a request comes from. A session and an API token never count together. Looks
 * sessions up through functions that know only the token; fails closed.
 */
#include "desk/desk.h"

#include "core/formats/query.h"
#include "core/log.h"

static const char *const roles[] = {
	[ROLE_NONE] = "", [ROLE_OPERATOR] = "operator", [ROLE_ADMIN] = "admin", [ROLE_OWNER] = "owner"
};

enum role role_parse(struct str s)
{
	for (enum role r = ROLE_OPERATOR; r <= ROLE_OWNER; r++)
		if (str_equal(s, str_of(roles[r])))
			return r;
	return ROLE_NONE;
}

const char *role_name(enum role role)
{
	return roles[role];
}

static struct str slice_of(const unsigned char *bytes, size_t n)
{
	return (struct str){ (const char *)bytes, n };
}

struct str token_hash(struct pool *pool, struct str token)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	crypt_sha256(token, digest);
	return pool_str(pool, slice_of(digest, sizeof(digest)));
}

struct str csrf_of(struct pool *pool, struct str secret)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf text;
	crypt_hmac_sha256(secret, STR("deskbell csrf"), digest);
	buf_init(&text, 100);
	crypt_base64url(&text, slice_of(digest, sizeof(digest)));
	return pool_take(pool, &text);
}

struct str bearer_of(const struct request *request)
{
	struct str token = request_header(request, "HTTP_AUTHORIZATION");
	if (!token.p)
		token = request_header(request, "REDIRECT_HTTP_AUTHORIZATION");
	struct str scheme = str_take_until(&token, ' ');
	return !str_equal_nocase(scheme, STR("Bearer")) ? STR_NONE : token.p ? str_trim(token) : STR("");
}

static enum err caller_find_program(struct desk_request *v, struct str token)
{
	struct sql_token_find_rows rows;
	if (token.n < 20 || token.n > 100)
		return ERR_OK;
	enum err e = sql_token_find(request_db(v), v->pool, token_hash(v->pool, token), &rows);
	if (e != ERR_OK || rows.n == 0)
		return e;
	struct sql_token_find_row found = sql_token_find_row(&rows, 0);
	v->caller = (struct caller){ .kind = CALLER_TOKEN,
		.id = found.token_id,
		.name = found.token_name,
		.token = token,
		.org_id = found.org_id,
		.role = role_parse(found.role),
		.may_write = str_equal(found.scope, STR("write")),
		.org_name = found.org_name,
		.bot_mode = found.bot_mode };
	return ERR_OK;
}

static void take_person(struct desk_request *v, const struct sql_session_find_rows *r, struct str token)
{
	const struct sql_session_find_row row = sql_session_find_row(r, 0);
	struct str language = row.language;
	v->caller = (struct caller){ .kind = CALLER_PERSON,
		.may_write = true,
		.id = row.user_id,
		.email = row.email,
		.name = row.name,
		.token = token,
		.org_id = row.org_id,
		.role = role_parse(row.role),
		.org_name = row.org_name,
		.bot_mode = row.bot_mode,
		.orgs = row.orgs };
	v->snapshot = row.snapshot;
	v->caller.second_missing = v->no_counts = row.second_missing;
	v->csrf = csrf_of(v->pool, token);
	if (language.p)
		v->locale.language = translation_negotiate(language);
	v->locale.translation = translation_of(v->locale.language);
	v->locale.zone = zone_load(v->pool, row.time_zone);
}

static enum err find_person(struct desk_request *v)
{
	struct str token = request_cookie(v, COOKIE_SESSION);
	struct sql_session_find_rows r;
	if (!token_is_shaped(token))
		return ERR_OK;
	enum err e =
		REQUEST_CALL(v, sql_session_find, token_hash(v->pool, token), v->desk->conf->desk_session_idle_s, &r);
	if (e == ERR_OK && r.n > 0)
		take_person(v, &r, token);
	return e;
}

/* A form for people who are signed out has a cookie of its own, and its token is derived from that: another site can
 * make a browser send the cookie, but can neither read nor set it. */
static void find_form_cookie(struct desk_request *v)
{
	struct str secret = request_cookie(v, COOKIE_FORM);
	if (!token_is_shaped(secret)) {
		if (strcmp(v->route->method, "GET") != 0)
			return;
		secret = token_new(v->pool);
		request_set_cookie(v, COOKIE_FORM, secret, -1);
	}
	v->csrf = csrf_of(v->pool, secret);
}

enum err caller_find(struct desk_request *v)
{
	struct str bearer = bearer_of(v->request);
	if (v->route->authority == DESK_PUBLIC)
		return ERR_OK;
	if (v->route->authority == DESK_SIGNED_OUT_FORM) {
		find_form_cookie(v);
		return ERR_OK;
	}
	return bearer.p ? caller_find_program(v, bearer) : find_person(v);
}

/* With the page that was wanted, for after signing in; without it where that address is no longer one to be sent to. */
static enum err send_to_sign_in(struct desk_request *v)
{
	struct buf path;
	buf_init(&path, 4096);
	buf_add_cstr(&path, "/sign-in");
	size_t bare = path.len;
	struct str wanted = v->request->path;
	if (v->request->query.n)
		wanted = pool_printf(
			v->pool, "%.*s?%.*s", (int)wanted.n, wanted.p, (int)v->request->query.n, v->request->query.p);
	if (path_is_own(wanted) && !str_equal(wanted, STR("/")))
		query_add(&path, "next", wanted);
	if (!path_is_own(buf_str(&path)))
		buf_truncate(&path, bare);
	request_redirect(v, pool_take(v->pool, &path).p);
	v->answered = true;
	return ERR_OK;
}

static enum err refuse_nobody(struct desk_request *v)
{
	bool page = v->answer == ANSWER_HTML && !strcmp(v->route->method, "GET");
	return page && !bearer_of(v->request).p ? send_to_sign_in(v) : request_refuse(v, 401, NULL);
}

static enum err refuse_role(struct desk_request *v)
{
	return request_refuse(v, 403,
		v->caller.role == ROLE_NONE
			? T("You do not belong to an organisation any more. Ask its owner to invite you again.")
			: T("This needs another role. Ask the owner of your organisation."));
}

/* On to setting it up, for a user who looks at a page. */
static enum err refuse_without_second(struct desk_request *v)
{
	if (v->answer != ANSWER_HTML || strcmp(v->route->method, "GET") != 0)
		return request_refuse(v, 403,
			T("Your organisation asks for a second factor. Set one up on your account page first."));
	request_redirect(v, "/account/second-factor");
	v->answered = true;
	return ERR_OK;
}

enum err caller_check(struct desk_request *v)
{
	static const enum role needed[] = { [DESK_PERSON] = ROLE_NONE,
		[DESK_OPERATOR] = ROLE_OPERATOR,
		[DESK_ADMIN] = ROLE_ADMIN,
		[DESK_OWNER] = ROLE_OWNER };
	enum err e = ERR_OK;
	if (v->route->authority == DESK_PUBLIC || v->route->authority == DESK_SIGNED_OUT_FORM)
		return ERR_OK;
	if (v->caller.kind == CALLER_NOBODY)
		e = refuse_nobody(v);
	else if (v->caller.kind == CALLER_TOKEN && v->route->api == DESK_API_NO)
		e = request_refuse(v, 403, T("API tokens may not do this."));
	else if (v->route->api == DESK_API_WRITE && !v->caller.may_write)
		e = request_refuse(v, 403, T("This API token may only read. Generate one that may write."));
	else if (v->caller.second_missing && v->route->authority != DESK_PERSON)
		e = refuse_without_second(v);
	else if (v->caller.role < needed[v->route->authority])
		e = refuse_role(v);
	else
		return ERR_OK;
	return e == ERR_OK ? ERR_DENIED : e;
}

/* scheme://host[:port] of the request as the browser wrote it; with public.base_url also that one. */
static bool origin_is_ours(struct desk_request *v, struct str origin)
{
	struct str host = request_header(v->request, "HTTP_HOST"), rest = origin;
	if (*v->desk->conf->public_base_url && str_equal(origin, str_of(v->desk->conf->public_base_url)))
		return true;
	const char *behind = memmem(rest.p, rest.n, "://", 3);
	if (!behind || !host.p)
		return false;
	rest = (struct str){ behind + 3, rest.n - (size_t)(behind + 3 - rest.p) };
	return str_equal_nocase(rest, host);
}

/* The token's own bytes; false when it is none. */
static bool csrf_bytes(struct str token, size_t n, unsigned char *out)
{
	struct buf bytes;
	buf_init(&bytes, 1024);
	bool good = token.p && crypt_base64url_decode(&bytes, token) && bytes.len == n;
	if (good)
		memcpy(out, bytes.data, n);
	buf_fini(&bytes);
	return good;
}

struct str csrf_masked(struct pool *pool, struct str token)
{
	unsigned char bytes[2 * CRYPT_SHA256_BYTES], *mask = bytes + CRYPT_SHA256_BYTES;
	struct buf text;
	if (!csrf_bytes(token, CRYPT_SHA256_BYTES, bytes))
		return token;
	crypt_random(mask, CRYPT_SHA256_BYTES);
	for (size_t i = 0; i < CRYPT_SHA256_BYTES; i++)
		bytes[i] ^= mask[i];
	buf_init(&text, 128);
	crypt_base64url(&text, (struct str){ (const char *)bytes, sizeof(bytes) });
	return pool_take(pool, &text);
}

/* Whether the token of a form is ours, under its mask. */
static bool csrf_is_ours(struct str given, struct str token)
{
	unsigned char bytes[2 * CRYPT_SHA256_BYTES], own[CRYPT_SHA256_BYTES];
	if (!csrf_bytes(token, sizeof(own), own) || !csrf_bytes(given, sizeof(bytes), bytes))
		return false;
	for (size_t i = 0; i < sizeof(own); i++)
		bytes[i] ^= bytes[sizeof(own) + i];
	return crypt_equal(
		(struct str){ (const char *)bytes, sizeof(own) }, (struct str){ (const char *)own, sizeof(own) });
}

bool request_is_from_here(struct desk_request *v)
{
	struct str origin = request_header(v->request, "HTTP_ORIGIN");
	struct str site = request_header(v->request, "HTTP_SEC_FETCH_SITE");
	return origin.p ? origin_is_ours(v, origin) : site.p && str_equal(site, STR("same-origin"));
}

bool csrf_is_right(struct desk_request *v)
{
	struct str origin = request_header(v->request, "HTTP_ORIGIN");
	struct str site = request_header(v->request, "HTTP_SEC_FETCH_SITE");
	const struct param *field = params_find(&v->params, "csrf");
	struct str given = request_header(v->request, "HTTP_X_CSRF_TOKEN");
	if (v->caller.kind == CALLER_TOKEN)
		return true;
	if ((origin.p && !origin_is_ours(v, origin))
		|| (site.p && !str_equal(site, STR("same-origin")) && !str_equal(site, STR("none"))))
		return false;
	if (!given.p && field)
		given = field->value;
	return given.p && csrf_is_ours(given, v->csrf);
}
