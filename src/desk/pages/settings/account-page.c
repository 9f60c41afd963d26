/*
 * account-page.c - /account: a person's own name, language, time zone, password and sessions; for owners also the API
 * tokens of the organisation.
 *
 * A new password ends all other sessions and renews this one's token. Everything is asked and changed by the session's
 * token, so a mistake here can only reach the caller. An API token is shown once, on the page that answers its making.
 */
#include "desk/pages/settings/ring-page.h"

#include "core/log.h"
#include "domain/account.h"

#define NAME_FIELD \
	{ \
		"name", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("Write your name, at most 200 bytes.") \
	}
#define LANGUAGE_FIELD \
	{ \
		"language", FIELD_CHOICE, FIELD_OPTIONAL, 8, "en|es|tr", T("Choose a language.") \
	}
#define ZONE_FIELD \
	{ \
		"time_zone", FIELD_LINE, FIELD_REQUIRED, 60, NULL, T("Write a time zone such as Europe/Istanbul.") \
	}
#define PASSWORD_FIELD \
	{ \
		"password", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, \
			T("Write your present password.") \
	}
#define NEW_PASSWORD_FIELD \
	{ \
		"new_password", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, NEW_PASSWORD_WORDS \
	}
#define TITLE_FIELD \
	{ \
		"title", FIELD_LINE, FIELD_REQUIRED, 100, NULL, T("Write what the token is for.") \
	}
#define ROLE_FIELD \
	{ \
		"role", FIELD_CHOICE, FIELD_REQUIRED, 16, "operator|admin", T("Choose a role.") \
	}

#define SCOPE_FIELD \
	{ \
		"scope", FIELD_CHOICE, FIELD_REQUIRED, 8, "read|write", T("Choose what the token may do.") \
	}
#define DAYS_FIELD \
	{ \
		"days", FIELD_CHOICE, FIELD_REQUIRED, 8, "30|90|365|never", T("Choose when the token ends.") \
	}

static const struct field fields[] = { NAME_FIELD, LANGUAGE_FIELD, ZONE_FIELD, FIELD_LAST };
static const struct field password_fields[] = { PASSWORD_FIELD, NEW_PASSWORD_FIELD, FIELD_LAST };
static const struct field token_fields[] = { TITLE_FIELD, ROLE_FIELD, SCOPE_FIELD, DAYS_FIELD, FIELD_LAST };
static const struct field all_fields[] = { NAME_FIELD, LANGUAGE_FIELD, ZONE_FIELD, PASSWORD_FIELD, NEW_PASSWORD_FIELD,
	TITLE_FIELD, ROLE_FIELD, SCOPE_FIELD, DAYS_FIELD, FIELD_LAST };

static struct str account_page_own_hash(struct desk_request *v)
{
	return token_hash(v->pool, v->caller.token);
}

/* The first that stands in the text; browsers name others that they want to be taken for. */
static const char *first_in(struct str text, const char *const (*table)[2])
{
	for (; (*table)[0]; table++)
		if (memmem(text.p, text.n, (*table)[0], strlen((*table)[0])))
			return (*table)[1];
	return NULL;
}

struct str account_browser_name(struct desk_request *v, struct str agent)
{
	static const char *const browsers[][2] = { { "Edg/", "Edge" }, { "OPR/", "Opera" }, { "Firefox/", "Firefox" },
		{ "FxiOS/", "Firefox" }, { "CriOS/", "Chrome" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" },
		{ NULL, NULL } };
	static const char *const systems[][2] = { { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Android", "Android" },
		{ "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "Linux", "Linux" }, { NULL, NULL } };
	if (str_is_empty(agent))
		return str_of(request_translate(v, T("Unknown browser")));
	const char *browser = first_in(agent, browsers), *on = first_in(agent, systems);
	return browser && on ? pool_printf(v->pool, "%s, %s", browser, on) : str_cut(agent, 60);
}

static void write_sessions(struct desk_request *v, struct json_writer *w, const struct sql_session_list_rows *r)
{
	json_key(w, "sessions");
	json_begin_array(w);
	for (int i = 0; i < r->n; i++) {
		json_begin_object(w);
		const struct sql_session_list_row row = sql_session_list_row(r, i);
		json_member_i64(w, "id", row.id);
		json_member_str(w, "address", row.address);
		json_member_str(w, "agent", account_browser_name(v, row.agent));
		locale_write_time(w, "created", &v->locale, row.created_ms);
		locale_write_time(w, "seen", &v->locale, row.seen_ms);
		json_member_bool(w, "here", row.current);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_others", r->n > 1);
}

/* A member that is a time, or false. */
static void write_time(struct desk_request *v, struct json_writer *w, const char *name, bool has, int64_t ms)
{
	if (has)
		locale_write_time(w, name, &v->locale, ms);
	else
		json_member_bool(w, name, false);
}

static void write_tokens(struct desk_request *v, struct json_writer *w, const struct sql_own_token_list_rows *rows)
{
	json_member_bool(w, "has_tokens", rows->n > 0);
	json_key(w, "tokens");
	json_begin_array(w);
	for (int i = 0; i < rows->n; i++) {
		struct sql_own_token_list_row t = sql_own_token_list_row(rows, i);
		json_begin_object(w);
		json_member_i64(w, "id", t.id);
		json_member_str(w, "title", t.name);
		page_write_flag(w, "role", t.role);
		page_write_flag(w, "scope", t.scope);
		json_member_str(w, "maker", t.maker);
		locale_write_time(w, "created", &v->locale, t.created_ms);
		write_time(v, w, "used", t.has_used_ms, t.used_ms);
		write_time(v, w, "until", t.has_expires_ms, t.expires_ms);
		json_member_bool(w, "expired", t.expired);
		json_end_object(w);
	}
	json_end_array(w);
}

static void write_languages(struct json_writer *w, struct str chosen)
{
	static const char *const names[][2] = { { "en", "English" }, { "es", "Español" }, { "tr", "Türkçe" } };
	json_key(w, "languages");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		json_begin_object(w);
		json_member_str(w, "code", str_of(names[i][0]));
		json_member_str(w, "name", str_of(names[i][1]));
		json_member_bool(w, "here", str_equal(chosen, str_of(names[i][0])));
		json_end_object(w);
	}
	json_end_array(w);
}

/* Lays one of the page's forms, as it was sent, over what is shown. */
static void lay_over(struct form *shown, const struct form *sent)
{
	for (size_t i = 0; sent->fields[i].name; i++) {
		form_set(shown, sent->fields[i].name, sent->values[i]);
		if (sent->errors[i])
			form_refuse(shown, sent->fields[i].name, sent->errors[i]);
	}
}

static enum err load_form(struct desk_request *v, struct form *form)
{
	struct sql_session_find_rows account;
	enum err e = REQUEST_CALL(
		v, sql_session_find, account_page_own_hash(v), v->desk->conf->desk_session_idle_s, &account);
	if (e != ERR_OK)
		return e;
	form_init(form, all_fields);
	form_set(form, "name", v->caller.name);
	form_set(form, "language", str_of(v->locale.language));
	if (account.n > 0)
		form_set(form, "time_zone", sql_session_find_row(&account, 0).time_zone);
	return ERR_OK;
}

/* `sent`: one of the forms with what is wrong in it; NULL when the page is opened. `token`: a new one, else absent. */
static enum err account_page_show(struct desk_request *v, const struct form *sent, struct str token, int status)
{
	struct form form;
	struct sql_session_list_rows sessions;
	struct sql_own_token_list_rows tokens;
	struct ring_part ring;
	bool is_owner = v->caller.role == ROLE_OWNER,
	     is_member = v->caller.role >= ROLE_OPERATOR && !v->caller.second_missing;
	enum err e = load_form(v, &form);
	if (e == ERR_OK && is_member)
		e = ring_part_load(v, &ring);
	if (e == ERR_OK)
		e = REQUEST_CALL(
			v, sql_session_list, account_page_own_hash(v), v->desk->conf->desk_session_idle_s, &sessions);
	if (e == ERR_OK && is_owner)
		e = sql_own_token_list(request_db(v), v->pool, account_page_own_hash(v), v->caller.org_id, &tokens);
	if (e != ERR_OK)
		return e;
	if (sent)
		lay_over(&form, sent);
	struct json_writer *w = page_begin(v, "account", "account", T("Account"));
	form_write(w, "form", "/account", &form);
	write_languages(w, form_value(&form, "language"));
	write_sessions(v, w, &sessions);
	if (is_member)
		ring_part_write(v, w, &ring);
	else
		json_member_bool(w, "ring", false);
	if (is_owner)
		write_tokens(v, w, &tokens);
	page_member_or_false(w, "token", token);
	return page_end(v, status);
}

enum err desk_account(struct desk_request *v)
{
	return account_page_show(v, NULL, STR_NONE, 200);
}

enum err desk_account_save(struct desk_request *v)
{
	struct form form;
	enum err e;
	if (form_parse(v->pool, &form, fields, &v->params, v->locale.translation)
		&& !zone_is_known(form_value(&form, "time_zone")))
		form_refuse(&form, "time_zone", request_translate(v, T("Write a time zone such as Europe/Istanbul.")));
	if (form.wrong)
		return account_page_show(v, &form, STR_NONE, 400);
	struct str language = form_value(&form, "language"), name = form_value(&form, "name");
	e = REQUEST_CALL(v, sql_account_save, account_page_own_hash(v), name.p ? name : STR(""),
		str_is_empty(language) ? STR_NONE : language, form_value(&form, "time_zone"));
	if (e != ERR_OK)
		return e;
	flash_set(v, "account-saved");
	request_redirect(v, "/account");
	return ERR_OK;
}

static enum err change_password(struct desk_request *v, struct str password, struct str attempt_hash)
{
	struct buf hash;
	struct str token = token_new(v->pool);
	struct sql_password_change_rows rows;
	request_put_db(v);
	buf_init(&hash, 512);
	enum err e = password_hash(v->desk->passwords, password, &hash);
	if (e == ERR_OK)
		e = sql_password_change(request_db(v), v->pool, account_page_own_hash(v), attempt_hash, buf_str(&hash),
			token_hash(v->pool, token), &rows);
	buf_fini(&hash);
	if (e == ERR_TIMEOUT)
		return request_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (!sql_password_change_row(&rows, 0).done)
		return ERR_DENIED;
	LOG_INFO("account.password", F_INT("user", v->caller.id), F_STR("remote", v->request->remote_address));
	request_set_cookie(v, COOKIE_SESSION, token, v->desk->conf->desk_session_max_s);
	flash_set(v, "password-changed");
	request_redirect(v, "/account");
	return ERR_OK;
}

enum err desk_account_password(struct desk_request *v)
{
	struct form form;
	struct sign_in result;
	const struct str personal[] = { v->caller.email, v->caller.name, v->caller.org_name };
	if (!form_parse(v->pool, &form, password_fields, &v->params, v->locale.translation)
		|| !new_password_is_good(v, &form, personal, 3))
		return account_page_show(v, &form, STR_NONE, 400);
	enum err e = sign_in_check(v, v->caller.email, form_value(&form, "password"), &result);
	if (e == ERR_TIMEOUT)
		return request_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (result.wait_s > 0)
		return request_refuse_for(v, 429, NULL, result.wait_s);
	if (result.user_id != v->caller.id) {
		form_refuse(&form, "password", request_translate(v, T("The password is wrong.")));
		return account_page_show(v, &form, STR_NONE, 401);
	}
	return change_password(v, form_value(&form, "new_password"), result.hash);
}

static enum err account_page_end_sessions(struct desk_request *v, const int64_t *which)
{
	struct sql_session_revoke_rows r;
	enum err e = REQUEST_CALL(v, sql_session_revoke, account_page_own_hash(v), which, &r);
	if (e != ERR_OK)
		return e;
	if (which && sql_session_revoke_row(&r, 0).revoked == 0)
		return ERR_NOT_FOUND;
	flash_set(v, "session-ended");
	request_redirect(v, "/account");
	return ERR_OK;
}

enum err desk_account_session_end(struct desk_request *v)
{
	return account_page_end_sessions(v, &v->path.ids[0]);
}

enum err desk_account_sessions_end(struct desk_request *v)
{
	return account_page_end_sessions(v, NULL);
}

enum err desk_account_token_add(struct desk_request *v)
{
	struct form form;
	struct sql_own_token_add_rows rows;
	struct buf text;
	int64_t days;
	if (!form_parse(v->pool, &form, token_fields, &v->params, v->locale.translation))
		return account_page_show(v, &form, STR_NONE, 400);
	buf_init(&text, 100);
	api_token_new(&text);
	struct str token = pool_take(v->pool, &text);
	enum err e = sql_own_token_add(request_db(v), v->pool,
		&(struct sql_own_token_add_args){ .hash = account_page_own_hash(v),
			.org_id = v->caller.org_id,
			.name = form_value(&form, "title"),
			.role = form_value(&form, "role"),
			.scope = form_value(&form, "scope"),
			.days = str_to_i64(form_value(&form, "days"), &days) ? &days : NULL,
			.token_hash = token_hash(v->pool, token) },
		&rows);
	if (e != ERR_OK)
		return e;
	return sql_own_token_add_row(&rows, 0).added ? account_page_show(v, NULL, token, 200) : ERR_DENIED;
}

enum err desk_account_token_revoke(struct desk_request *v)
{
	struct sql_own_token_revoke_rows r;
	enum err e =
		REQUEST_CALL(v, sql_own_token_revoke, account_page_own_hash(v), v->caller.org_id, v->path.ids[0], &r);
	if (e != ERR_OK)
		return e;
	if (!sql_own_token_revoke_row(&r, 0).done)
		return ERR_NOT_FOUND;
	flash_set(v, "token-revoked");
	request_redirect(v, "/account");
	return ERR_OK;
}
