/*
 * forgotten.c - /sign-in/forgotten: the owner of an address asks for a new password.
 *
 * Whether the address has an account is told to its owner only, by e-mail: the page says the same in each case, and the
 * database takes the same steps (deskbell_reset_request). The e-mail is sent later by the sender, so an answer takes as
 * long as any other. Nothing of the request gets into the e-mail: its link begins with public.base_url. Without e-mail
 * in the configuration the page says who can make a link.
 */
#include "desk/desk.h"
#include "desk/logo.h"

#include "core/log.h"
#include "core/net/mail.h"
#include "domain/account.h"

static const struct field forgotten_fields[] = { { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
							 T("Write an address such as anna@example.com.") },
	FIELD_LAST };

static enum err forgotten_show(struct desk_request *v, const struct form *form, bool is_sent, int status)
{
	struct json_writer *w = page_begin(v, "forgotten", "none", T("Forgotten password"));
	logo_write_visited(v, w, STR_NONE);
	json_member_bool(w, "by_mail", mail_is_configured(v->desk->conf));
	json_member_bool(w, "sent", is_sent);
	form_write(w, "form", "/sign-in/forgotten", form);
	return page_end(v, status);
}

enum err desk_forgotten(struct desk_request *v)
{
	struct form form;
	form_init(&form, forgotten_fields);
	return forgotten_show(v, &form, false, 200);
}

enum err desk_forgotten_ask(struct desk_request *v)
{
	struct form form;
	bool is_alive = false;
	if (!mail_is_configured(v->desk->conf))
		return desk_forgotten(v);
	if (!form_parse(v->pool, &form, forgotten_fields, &v->params, v->locale.translation))
		return forgotten_show(v, &form, false, 400);
	enum err e = sql_reset_request(request_db(v), v->pool, form_value(&form, "email"), v->request->remote_address,
		str_of(v->locale.language));
	if (e == ERR_OK)
		e = request_sender_is_alive(v, &is_alive);
	if (e != ERR_OK)
		return e;
	request_wake_sender(v, is_alive);
	LOG_LIMITED(LOG_LEVEL_INFO, "account.reset_asked", F_STR("remote", v->request->remote_address));
	return forgotten_show(v, &form, true, 200);
}
