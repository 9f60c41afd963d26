/*
 * setup-page.c - /setup: the first organisation and its owner, with a one-time code that `deskbellctl setup-code`
 * prints.
 *
 * The code is looked at before the password is hashed, and used up in the transaction that makes the organisation: two
 * at once with one code make one organisation.
 */
#include "desk/desk.h"

#include "core/log.h"
#include "domain/account.h"

static const struct field fields[] = {
	{ "code", FIELD_LINE, FIELD_REQUIRED, 64, NULL, T("Write the code that 'deskbellctl setup-code' printed.") },
	{ "organisation", FIELD_LINE, FIELD_REQUIRED, 200, NULL,
		T("Write the name of your business, at most 200 bytes.") },
	{ "language", FIELD_CHOICE, FIELD_OPTIONAL, 8, "en|es|tr", T("Choose a language.") },
	{ "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
		T("Write an address such as anna@example.com.") },
	{ "new_password", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, NEW_PASSWORD_WORDS }, FIELD_LAST
};

static enum err setup_page_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "setup", "none", T("Set up Deskbell"));
	form_write(w, "form", "/setup", form);
	return page_end(v, status);
}

enum err desk_setup(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	form_set(&form, "code", request_cookie(v, COOKIE_SETUP)); /* of the set-up in the browser */
	form_set(&form, "language", str_of(v->locale.language));
	return setup_page_show(v, &form, 200);
}

static enum err refuse_code(struct desk_request *v, struct form *form)
{
	LOG_LIMITED(LOG_LEVEL_WARN, "setup.refused", F_STR("remote", v->request->remote_address));
	form_refuse(form, "code",
		request_translate(v,
			T("This code is wrong, older than 30 minutes, or was used. Print a new one with 'deskbellctl "
			  "setup-code'.")));
	return setup_page_show(v, form, 403);
}

static enum err setup_page_save(struct desk_request *v, struct form *form, struct str code, struct str hash)
{
	struct sql_setup_rows rows;
	struct str language = form_value(form, "language"), attempt = token_hash(v->pool, token_new(v->pool));
	enum err e = sql_setup(request_db(v), v->pool,
		&(struct sql_setup_args){ .code_hash = code,
			.name = form_value(form, "organisation"),
			.language = str_is_empty(language) ? str_of(v->locale.language) : language,
			.email = form_value(form, "email"),
			.password_hash = hash,
			.attempt_hash = attempt,
			.address = v->request->remote_address },
		&rows);
	if (e == ERR_CONFLICT) {
		form_refuse(form, "email",
			request_translate(
				v, T("This address has an account already. Sign in, or use another address.")));
		return setup_page_show(v, form, 409);
	}
	if (e != ERR_OK)
		return e;
	struct sql_setup_row made = sql_setup_row(&rows, 0);
	if (!made.has_user_id)
		return refuse_code(v, form);
	LOG_INFO("setup.done", F_INT("org", made.org_id), F_INT("user", made.user_id));
	if ((e = session_begin(v, attempt)) != ERR_OK)
		return e;
	if (request_cookie(v, COOKIE_SETUP).p)
		request_set_cookie(v, COOKIE_SETUP, STR(""), 0);
	request_redirect(v, "/");
	return ERR_OK;
}

enum err desk_setup_save(struct desk_request *v)
{
	struct form form;
	struct sql_setup_is_open_rows r;
	struct buf hash;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation)
		|| !new_password_is_good(v, &form,
			(const struct str[]){ form_value(&form, "email"), form_value(&form, "organisation") }, 2))
		return setup_page_show(v, &form, 400);
	struct str code = token_hash(v->pool, form_value(&form, "code"));
	enum err e = REQUEST_CALL(v, sql_setup_is_open, code, &r);
	if (e != ERR_OK)
		return e;
	if (!sql_setup_is_open_row(&r, 0).is_open)
		return refuse_code(v, &form);
	request_put_db(v);
	buf_init(&hash, 512);
	e = password_hash(v->desk->passwords, form_value(&form, "new_password"), &hash);
	e = e == ERR_TIMEOUT ? request_refuse_for(v, 503, NULL, 2)
	    : e == ERR_OK    ? setup_page_save(v, &form, code, buf_str(&hash))
			     : e;
	buf_fini(&hash);
	return e;
}
