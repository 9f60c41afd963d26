/*
 * account-page.c - /account: a person's own name, language, time zone, password and sessions.
 *
 * A new password ends all other sessions and renews this one's token. Everything is asked and changed by the session's
 * token, so a mistake here can only reach the caller.
 */
#include "web/desk.h"

#include "core/log.h"
#include "domain/account.h"

static const struct field fields[] = { { "name", FIELD_LINE, FIELD_OPTIONAL, 200, NULL,
					       T("Write your name, at most 200 bytes.") },
	{ "language", FIELD_CHOICE, FIELD_OPTIONAL, 8, "en|es|tr", T("Choose a language.") },
	{ "time_zone", FIELD_LINE, FIELD_REQUIRED, 60, NULL, T("Write a time zone such as Europe/Istanbul.") },
	FIELD_LAST };
static const struct field password_fields[] = { { "old", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL,
							T("Write your present password.") },
	{ "new", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL,
		T("Write a password of at least 10 characters.") },
	FIELD_LAST };

static struct str own_hash(struct visit *v)
{
	return token_hash(v->pool, v->caller.token);
}

static void write_sessions(struct visit *v, struct json_writer *w, const struct db_result *r)
{
	json_key(w, "sessions");
	json_begin_array(w);
	for (int i = 0; i < db_rows(r); i++) {
		json_begin_object(w);
		json_member_i64(w, "id", db_int(r, i, 0));
		json_member_str(w, "address", db_str(r, i, 1));
		json_member_str(w, "browser", db_str(r, i, 2));
		locale_write_time(w, "created", &v->locale, db_int(r, i, 3));
		locale_write_time(w, "seen", &v->locale, db_int(r, i, 4));
		json_member_bool(w, "current", db_bool(r, i, 5));
		json_end_object(w);
	}
	json_end_array(w);
}

/* NULL for a form that is as it is stored. */
static enum err show(struct visit *v, const struct form *form, const struct form *password, int status)
{
	struct form stored, empty;
	struct db_result *r, *account;
	enum err e =
		VISIT_CALL(v, &sql_session_list, &r, DB_BYTES(own_hash(v)), DB_INT(v->desk->conf->desk_session_idle_s));
	if (e == ERR_OK)
		e = VISIT_CALL(v, &sql_session_find, &account, DB_BYTES(own_hash(v)),
			DB_INT(v->desk->conf->desk_session_idle_s));
	if (e != ERR_OK)
		return e;
	form_init(&stored, fields);
	form_init(&empty, password_fields);
	form_set(&stored, "name", v->caller.name);
	form_set(&stored, "language", str_of(v->locale.language));
	if (db_rows(account) > 0)
		form_set(&stored, "time_zone", db_str(account, 0, 5));
	struct json_writer *w = page_begin(v, "account", "account", T("Your account"));
	form_write(w, "form", "/account", form ? form : &stored);
	form_write(w, "password", "/account/password", password ? password : &empty);
	write_sessions(v, w, r);
	return page_end(v, status);
}

enum err desk_account(struct visit *v)
{
	return show(v, NULL, NULL, 200);
}

enum err desk_account_save(struct visit *v)
{
	struct form form;
	struct db_result *r;
	enum err e = ERR_OK;
	if (form_parse(v->pool, &form, fields, &v->params, v->locale.translation)) {
		e = VISIT_CALL(v, &sql_time_zone_is_known, &r, DB_TEXT(form_value(&form, "time_zone")));
		if (e == ERR_OK && !db_bool(r, 0, 0))
			form_refuse(
				&form, "time_zone", visit_words(v, T("Write a time zone such as Europe/Istanbul.")));
	}
	if (e != ERR_OK)
		return e;
	if (form.wrong)
		return show(v, &form, NULL, 400);
	struct str language = form_value(&form, "language"), name = form_value(&form, "name");
	e = VISIT_CALL(v, &sql_account_save, NULL, DB_BYTES(own_hash(v)), DB_TEXT(name.p ? name : STR("")),
		str_is_empty(language) ? DB_NULL : DB_TEXT(language), DB_TEXT(form_value(&form, "time_zone")));
	if (e != ERR_OK)
		return e;
	visit_say(v, "account-saved");
	visit_redirect(v, "/account");
	return ERR_OK;
}

static enum err change_password(struct visit *v, struct str password)
{
	struct buf hash;
	struct str token = token_new(v->pool);
	visit_put_db(v);
	buf_init(&hash, 512);
	enum err e = password_hash(v->desk->passwords, password, &hash);
	if (e == ERR_OK)
		e = VISIT_CALL(v, &sql_password_change, NULL, DB_BYTES(own_hash(v)), DB_TEXT(buf_str(&hash)),
			DB_BYTES(token_hash(v->pool, token)));
	buf_fini(&hash);
	if (e == ERR_TIMEOUT)
		return visit_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	LOG_INFO("account.password", F_INT("user", v->caller.id), F_STR("remote", v->request->remote_address));
	visit_set_cookie(v, COOKIE_SESSION, token, v->desk->conf->desk_session_max_s);
	visit_say(v, "password-changed");
	visit_redirect(v, "/account");
	return ERR_OK;
}

enum err desk_account_password(struct visit *v)
{
	struct form form;
	struct sign_in result;
	if (!form_parse(v->pool, &form, password_fields, &v->params, v->locale.translation))
		return show(v, NULL, &form, 400);
	enum err e = sign_in_check(v, v->caller.email, form_value(&form, "old"), &result);
	if (e == ERR_TIMEOUT)
		return visit_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (result.wait_s > 0)
		return visit_refuse_for(v, 429, NULL, result.wait_s);
	if (result.user_id != v->caller.id) {
		form_refuse(&form, "old", visit_words(v, T("The password is wrong.")));
		return show(v, NULL, &form, 401);
	}
	return change_password(v, form_value(&form, "new"));
}

static enum err end_sessions(struct visit *v, struct db_value which)
{
	struct db_result *r;
	enum err e = VISIT_CALL(v, &sql_session_revoke, &r, DB_BYTES(own_hash(v)), which);
	if (e != ERR_OK)
		return e;
	if (which.kind != DB_VALUE_NULL && db_int(r, 0, 0) == 0)
		return ERR_NOT_FOUND;
	visit_say(v, "session-ended");
	visit_redirect(v, "/account");
	return ERR_OK;
}

enum err desk_account_session_end(struct visit *v)
{
	return end_sessions(v, DB_INT(v->path.ids[0]));
}

enum err desk_account_sessions_end(struct visit *v)
{
	return end_sessions(v, DB_NULL);
}
