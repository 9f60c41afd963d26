/*
 * sign-in.c - comparing a password, beginning a session, and the pages for both ends of it.
 *
 * Whoever types a wrong address is told the same after the same time as whoever types a wrong password. A session
 * always begins under a new token, whatever the browser brought, so nobody can plant one. How guessing is slowed down
 * stands in sql/functions/sign-in.sql.
 */
#include "desk/desk.h"

#include "core/log.h"
#include "domain/account.h"

#define TOKEN_BYTES 32

struct str token_new(struct pool *pool)
{
	struct buf text;
	buf_init(&text, 100);
	crypt_random_token(&text, TOKEN_BYTES);
	struct str token = pool_str(pool, buf_str(&text));
	buf_fini(&text);
	return token;
}

enum err sign_in_check(struct visit *v, struct str email, struct str password, struct sign_in *out)
{
	struct db_result *r;
	bool same;
	*out = (struct sign_in){ .user_id = 0 };
	enum err e = VISIT_CALL(v, &sql_sign_in_begin, &r, DB_TEXT(email), DB_TEXT(v->request->remote_address));
	if (e != ERR_OK)
		return e;
	out->wait_s = db_int(r, 0, 0);
	if (out->wait_s > 0) {
		LOG_WARN("sign_in.too_many", F_INT("wait_s", out->wait_s), F_STR("remote", v->request->remote_address));
		return ERR_OK;
	}
	visit_put_db(v);
	e = password_compare(v->desk->passwords, password, db_str(r, 0, 3), &same);
	if (e != ERR_OK || !same) {
		LOG_INFO("sign_in.refused", F_CSTR("error", err_info(e)->name),
			F_STR("remote", v->request->remote_address));
		return e;
	}
	out->user_id = db_int(r, 0, 2);
	e = VISIT_CALL(v, &sql_sign_in_good, &r, DB_INT(db_int(r, 0, 1)), DB_INT(out->user_id));
	if (e == ERR_OK)
		out->org_id = db_int(r, 0, 0);
	return e;
}

static struct str clean_header(struct visit *v, const char *name)
{
	struct buf text;
	buf_init(&text, 3 * HTTP_HEADER_MAX + 1);
	buf_add_utf8_clean(&text, request_header(v->request, name));
	struct str clean = pool_str(v->pool, buf_str(&text));
	buf_fini(&text);
	return clean;
}

enum err session_begin(struct visit *v, int64_t user_id, int64_t org_id)
{
	struct str token = token_new(v->pool), old = visit_cookie(v, COOKIE_SESSION);
	int64_t max_s = v->desk->conf->desk_session_max_s;
	enum err e = VISIT_CALL(v, &sql_session_start, NULL, DB_INT(user_id), org_id ? DB_INT(org_id) : DB_NULL,
		DB_BYTES(token_hash(v->pool, token)), old.p ? DB_BYTES(token_hash(v->pool, old)) : DB_NULL,
		DB_TEXT(v->request->remote_address), DB_TEXT(clean_header(v, "HTTP_USER_AGENT")), DB_INT(max_s));
	if (e != ERR_OK)
		return e;
	LOG_INFO("sign_in.begun", F_INT("user", user_id), F_STR("remote", v->request->remote_address));
	visit_set_cookie(v, COOKIE_SESSION, token, max_s);
	return ERR_OK;
}

/* ---- pages ---- */

static const struct field fields[] = { { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
					       T("Write an address such as anna@example.com.") },
	{ "password", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, T("Write your password.") },
	{ "next", FIELD_LINE, FIELD_OPTIONAL, 1000, NULL, T("Write an address.") }, FIELD_LAST };

static enum err show(struct visit *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "sign-in", "none", T("Sign in"));
	form_write(w, "form", "/sign-in", form);
	return page_end(v, status);
}

enum err desk_sign_in(struct visit *v)
{
	struct form form;
	struct str next = request_query(v->request, "next");
	form_init(&form, fields);
	if (path_is_own(next))
		form_set(&form, "next", next);
	return show(v, &form, 200);
}

enum err desk_sign_in_save(struct visit *v)
{
	struct form form;
	struct sign_in result;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return show(v, &form, 400);
	enum err e = sign_in_check(v, form_value(&form, "email"), form_value(&form, "password"), &result);
	if (e == ERR_TIMEOUT)
		return visit_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (result.wait_s > 0) {
		response_header(v->response, "Retry-After", pool_printf(v->pool, "%lld", (long long)result.wait_s));
		form_fail(&form, visit_words(v, T("There were too many attempts. Wait a little, then try again.")));
		return show(v, &form, 429);
	}
	if (result.user_id == 0) {
		form_fail(&form, visit_words(v, T("The address or the password is wrong.")));
		return show(v, &form, 401);
	}
	if ((e = session_begin(v, result.user_id, result.org_id)) != ERR_OK)
		return e;
	struct str next = form_value(&form, "next");
	visit_redirect(v, path_is_own(next) ? pool_cstr(v->pool, next) : "/");
	return ERR_OK;
}

enum err desk_sign_out(struct visit *v)
{
	enum err e = VISIT_CALL(v, &sql_session_end, NULL, DB_BYTES(token_hash(v->pool, v->caller.token)));
	if (e != ERR_OK)
		return e;
	visit_set_cookie(v, COOKIE_SESSION, STR(""), 0);
	visit_say(v, "signed-out");
	visit_redirect(v, "/sign-in");
	return ERR_OK;
}

enum err desk_organisation_choose(struct visit *v)
{
	struct db_result *r;
	enum err e = VISIT_CALL(
		v, &sql_session_choose, &r, DB_BYTES(token_hash(v->pool, v->caller.token)), DB_INT(v->path.ids[0]));
	if (e != ERR_OK)
		return e;
	if (!db_bool(r, 0, 0))
		return ERR_NOT_FOUND;
	visit_redirect(v, "/");
	return ERR_OK;
}
