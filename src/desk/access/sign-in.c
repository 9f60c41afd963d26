/*
 * sign-in.c - proving a password, beginning a session, and the pages for both ends of it.
 *
 * A wrong address is answered like a wrong password, after the same time. A session
 * always begins under a new token, whatever the browser brought, so no page can plant one. How guessing is slowed down
 * stands in sql/functions/sign-in.sql.
 */
#include "desk/desk.h"
#include "desk/logo.h"

#include "core/log.h"
#include "domain/account.h"
#include "domain/text.h"

#define TOKEN_BYTES 32
#define BROWSER_MAX 300 /* characters of what it calls itself */

struct str token_new(struct pool *pool)
{
	struct buf text;
	buf_init(&text, 100);
	crypt_random_token(&text, TOKEN_BYTES);
	return pool_take(pool, &text);
}

static struct str sign_in_bytes(const unsigned char *p, size_t n)
{
	return (struct str){ (const char *)p, n };
}

/* Shows the database what proves the password; the attempt is used up by that, right or wrong. */
static enum err sign_in_prove(struct desk_request *v, struct str password, struct str setting, struct sign_in *out)
{
	unsigned char proof[CRYPT_SHA256_BYTES];
	struct sql_sign_in_prove_rows rows;
	request_put_db(v);
	enum err e = password_prove(v->desk->passwords, password, setting, proof);
	if (e == ERR_OK)
		e = sql_sign_in_prove(request_db(v), v->pool, out->hash, sign_in_bytes(proof, sizeof(proof)), &rows);
	secret_wipe(proof, sizeof(proof));
	if (e == ERR_OK) {
		out->user_id = sql_sign_in_prove_row(&rows, 0).user_id;
		out->needs_second = sql_sign_in_prove_row(&rows, 0).second;
	}
	if (e != ERR_OK || out->user_id == 0)
		LOG_LIMITED(LOG_LEVEL_INFO, "sign_in.refused", F_CSTR("error", err_info(e)->name),
			F_STR("remote", v->request->remote_address));
	return e;
}

enum err sign_in_check(struct desk_request *v, struct str email, struct str password, struct sign_in *out)
{
	struct sql_sign_in_begin_rows rows;
	struct str token = token_new(v->pool);
	*out = (struct sign_in){ .token = token, .hash = token_hash(v->pool, token) };
	enum err e = sql_sign_in_begin(request_db(v), v->pool, email, v->request->remote_address, out->hash, &rows);
	if (e != ERR_OK)
		return e;
	struct sql_sign_in_begin_row begun = sql_sign_in_begin_row(&rows, 0);
	out->wait_s = begun.wait_s;
	if (out->wait_s == 0)
		return sign_in_prove(v, password, begun.setting, out);
	LOG_LIMITED(LOG_LEVEL_WARN, "sign_in.too_many", F_INT("wait_s", out->wait_s),
		F_STR("remote", v->request->remote_address));
	return ERR_OK;
}

enum err session_begin(struct desk_request *v, struct str attempt_hash)
{
	struct str token = token_new(v->pool), old = request_cookie(v, COOKIE_SESSION);
	struct sql_session_start_rows rows;
	enum err e = sql_session_start(request_db(v), v->pool,
		&(struct sql_session_start_args){ .attempt_hash = attempt_hash,
			.hash = token_hash(v->pool, token),
			.old_hash = old.p ? token_hash(v->pool, old) : STR_NONE,
			.address = v->request->remote_address,
			.browser = text_label(v->pool, request_header(v->request, "HTTP_USER_AGENT"), BROWSER_MAX),
			.idle_s = v->desk->conf->desk_session_idle_s,
			.max_s = v->desk->conf->desk_session_max_s },
		&rows);
	if (e != ERR_OK)
		return e;
	struct sql_session_start_row begun = sql_session_start_row(&rows, 0);
	if (!begun.has_user_id)
		return ERR_DENIED;
	LOG_INFO("sign_in.begun", F_INT("user", begun.user_id), F_STR("remote", v->request->remote_address));
	request_set_cookie(v, COOKIE_SESSION, token, v->desk->conf->desk_session_max_s);
	return ERR_OK;
}

/* ---- pages ---- */

static const struct field fields[] = { { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
					       T("Write an address such as anna@example.com.") },
	{ "password", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, T("Write your password.") },
	{ "next", FIELD_LINE, FIELD_OPTIONAL, 1000, NULL, T("Write an address.") }, FIELD_LAST };

static enum err sign_in_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "sign-in", "none", T("Sign in"));
	form_write(w, "form", "/sign-in", form);
	logo_write_visited(v, w, STR_NONE);
	return page_end(v, status);
}

enum err desk_sign_in(struct desk_request *v)
{
	struct form form;
	struct str next = request_query(v->request, "next");
	form_init(&form, fields);
	if (path_is_own(next))
		form_set(&form, "next", next);
	return sign_in_show(v, &form, 200);
}

enum err desk_sign_in_save(struct desk_request *v)
{
	struct form form;
	struct sign_in result;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return sign_in_show(v, &form, 400);
	enum err e = sign_in_check(v, form_value(&form, "email"), form_value(&form, "password"), &result);
	if (e == ERR_TIMEOUT)
		return request_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (result.wait_s > 0) {
		response_header(v->response, "Retry-After", pool_printf(v->pool, "%lld", (long long)result.wait_s));
		form_fail(&form, request_translate(v, T("Too many attempts. Wait a little, then try again.")));
		return sign_in_show(v, &form, 429);
	}
	if (result.user_id == 0) {
		form_fail(&form, request_translate(v, T("The address or the password is wrong.")));
		return sign_in_show(v, &form, 401);
	}
	return sign_in_finish(v, &result, form_value(&form, "next"));
}

enum err desk_sign_out(struct desk_request *v)
{
	enum err e = REQUEST_CALL(v, sql_session_end, token_hash(v->pool, v->caller.token));
	if (e != ERR_OK)
		return e;
	request_set_cookie(v, COOKIE_SESSION, STR(""), 0);
	flash_set(v, "signed-out");
	request_redirect(v, "/sign-in");
	return ERR_OK;
}

enum err desk_organisation_choose(struct desk_request *v)
{
	struct sql_session_choose_rows r;
	enum err e = REQUEST_CALL(v, sql_session_choose, token_hash(v->pool, v->caller.token), v->path.ids[0], &r);
	if (e != ERR_OK)
		return e;
	if (!sql_session_choose_row(&r, 0).done)
		return ERR_NOT_FOUND;
	request_redirect(v, "/");
	return ERR_OK;
}
