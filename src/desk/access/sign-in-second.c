/*
 * sign-in-second.c - /sign-in/second: the second factor, between the password and the session.
 *
 * The browser holds the token of its proven attempt in a cookie for ten minutes; the attempt knows whose it is. The
 * database counts every try and takes a code once (sql/functions/second-factor.sql); here the sealed secret is opened
 * and codes are compared. Without the keys of key.file only recovery codes work.
 */
#include "desk/access/second-factor.h"
#include "desk/logo.h"

#include "core/formats/query.h"
#include "core/log.h"
#include "core/crypto/totp.h"
#include "domain/account.h"

#define ATTEMPT_S 600

static const struct field fields[] = {
	{ "code", FIELD_LINE, FIELD_REQUIRED, 40, NULL,
		T("Enter the six digits that your application shows, or a recovery code.") },
	{ "next", FIELD_LINE, FIELD_OPTIONAL, 1000, NULL, T("Write an address.") }, FIELD_LAST
};

static const char *second_path(struct desk_request *v, struct str next)
{
	struct buf path;
	buf_init(&path, 4096);
	buf_add_cstr(&path, "/sign-in/second");
	size_t bare = path.len;
	if (path_is_own(next))
		query_add(&path, "next", next);
	if (!path_is_own(buf_str(&path)))
		buf_truncate(&path, bare);
	return pool_take(v->pool, &path).p;
}

enum err sign_in_finish(struct desk_request *v, const struct sign_in *result, struct str next)
{
	if (result->needs_second) {
		request_set_cookie(v, COOKIE_ATTEMPT, result->token, ATTEMPT_S);
		request_redirect(v, second_path(v, next));
		return ERR_OK;
	}
	enum err e = session_begin(v, result->hash);
	if (e == ERR_OK)
		request_redirect(v, path_is_own(next) ? pool_cstr(v->pool, next) : "/");
	return e;
}

static enum err sign_in_second_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "sign-in-second", "none", T("Sign in"));
	logo_write_visited(v, w, STR_NONE);
	form_write(w, "form", "/sign-in/second", form);
	return page_end(v, status);
}

/* The cookie is gone, or its attempt: from the beginning. */
static enum err start_again(struct desk_request *v)
{
	request_set_cookie(v, COOKIE_ATTEMPT, STR(""), 0);
	flash_set(v, "sign-in-again");
	request_redirect(v, "/sign-in");
	return ERR_OK;
}

enum err desk_sign_in_second(struct desk_request *v)
{
	struct form form;
	struct str next = request_query(v->request, "next");
	if (!token_is_shaped(request_cookie(v, COOKIE_ATTEMPT)))
		return start_again(v);
	form_init(&form, fields);
	if (path_is_own(next))
		form_set(&form, "next", next);
	return sign_in_second_show(v, &form, 200);
}

/* `step` is the database's; the step of the code, or 0. */
static int64_t sign_in_second_find_step(
	struct desk_request *v, const struct sql_second_challenge_row *challenge, struct str code)
{
	struct secret *secret = second_factor_open(v, challenge->user_id, challenge->secret);
	if (!secret)
		return 0;
	int64_t step = totp_find(secret_bytes(secret), code, challenge->step);
	secret_free(secret);
	return step;
}

static enum err try_code(struct desk_request *v, struct str attempt, const struct sql_second_challenge_row *challenge,
	struct str code, bool *good)
{
	struct sql_second_pass_rows passed;
	struct sql_recovery_use_rows used;
	struct str recovery = recovery_code_hash(v->pool, code);
	enum err e;
	if (recovery.p) {
		e = sql_recovery_use(request_db(v), v->pool, attempt, recovery, &used);
		*good = e == ERR_OK && sql_recovery_use_row(&used, 0).done;
		return e;
	}
	e = sql_second_pass(request_db(v), v->pool, attempt, sign_in_second_find_step(v, challenge, code), &passed);
	*good = e == ERR_OK && sql_second_pass_row(&passed, 0).done;
	return e;
}

enum err desk_sign_in_second_check(struct desk_request *v)
{
	struct form form;
	struct sql_second_challenge_rows rows;
	struct str token = request_cookie(v, COOKIE_ATTEMPT);
	bool good = false;
	if (!token_is_shaped(token))
		return start_again(v);
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return sign_in_second_show(v, &form, 400);
	struct str attempt = token_hash(v->pool, token), next = form_value(&form, "next");
	enum err e = sql_second_challenge(request_db(v), v->pool, attempt, &rows);
	if (e != ERR_OK)
		return e;
	struct sql_second_challenge_row challenge = sql_second_challenge_row(&rows, 0);
	if (!challenge.has_user_id)
		return start_again(v);
	if (challenge.wait_s > 0) {
		response_header(v->response, "Retry-After", pool_printf(v->pool, "%lld", (long long)challenge.wait_s));
		form_fail(&form, request_translate(v, T("Too many attempts. Wait a little, then try again.")));
		return sign_in_second_show(v, &form, 429);
	}
	if ((e = try_code(v, attempt, &challenge, form_value(&form, "code"), &good)) != ERR_OK)
		return e;
	if (!good) {
		LOG_INFO("sign_in.second_refused", F_INT("user", challenge.user_id),
			F_STR("remote", v->request->remote_address));
		form_set(&form, "code", STR(""));
		form_refuse(&form, "code",
			request_translate(
				v, T("This code is wrong or was used already. Wait for the next one, and check the "
				     "clock of your telephone.")));
		return sign_in_second_show(v, &form, 401);
	}
	request_set_cookie(v, COOKIE_ATTEMPT, STR(""), 0);
	return sign_in_finish(v, &(struct sign_in){ .hash = attempt }, next);
}
