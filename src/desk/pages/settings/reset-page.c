/*
 * reset-page.c - /reset/{token}: choosing a new password by a link that an owner has made, or that was sent to the
 * account's address.
 *
 * The link is a secret of 256 bits, good once and for an hour; one of an owner only while the account belongs to no
 * other organisation. It begins no session: who has chosen a password signs in with it, so that whatever else a sign-in
 * asks for is asked. It is never logged: routes are logged by their pattern.
 */
#include "desk/desk.h"
#include "desk/logo.h"

#include "core/log.h"
#include "domain/account.h"

static const struct field fields[] = {
	{ "new_password", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, NEW_PASSWORD_WORDS }, FIELD_LAST
};

static enum err reset_page_refuse_link(struct desk_request *v)
{
	return request_refuse(v, 404, T("This link was used, or is older than an hour. Ask for a new one."));
}

/* Absent address: the link is not good. */
static enum err reset_page_find(struct desk_request *v, struct sql_reset_find_row *out)
{
	struct sql_reset_find_rows rows;
	*out = (struct sql_reset_find_row){ .email = STR_NONE };
	enum err e = sql_reset_find(request_db(v), v->pool, token_hash(v->pool, v->path.word), &rows);
	if (e == ERR_OK && rows.n > 0)
		*out = sql_reset_find_row(&rows, 0);
	return e;
}

static enum err reset_page_show(
	struct desk_request *v, const struct sql_reset_find_row *reset, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "reset", "none", T("New password"));
	logo_write_visited(v, w, token_hash(v->pool, v->path.word));
	json_key(w, "reset");
	json_begin_object(w);
	json_member_str(w, "email", reset->email);
	json_member_str(w, "organisation", reset->org_name.p ? reset->org_name : STR(""));
	json_end_object(w);
	form_write(w, "form", pool_cstr(v->pool, v->request->path), form);
	return page_end(v, status);
}

enum err desk_reset(struct desk_request *v)
{
	struct sql_reset_find_row reset;
	struct form form;
	enum err e = reset_page_find(v, &reset);
	if (e != ERR_OK)
		return e;
	form_init(&form, fields);
	return reset.email.p ? reset_page_show(v, &reset, &form, 200) : reset_page_refuse_link(v);
}

enum err desk_reset_save(struct desk_request *v)
{
	struct sql_reset_find_row reset;
	struct sql_reset_use_rows rows;
	struct form form;
	struct buf hash;
	enum err e = reset_page_find(v, &reset);
	if (e != ERR_OK)
		return e;
	if (!reset.email.p)
		return reset_page_refuse_link(v);
	const struct str personal[] = { reset.email, reset.org_name };
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation)
		|| !new_password_is_good(v, &form, personal, reset.org_name.p ? 2 : 1))
		return reset_page_show(v, &reset, &form, 400);
	request_put_db(v);
	buf_init(&hash, 512);
	e = password_hash(v->desk->passwords, form_value(&form, "new_password"), &hash);
	if (e == ERR_OK)
		e = sql_reset_use(request_db(v), v->pool, token_hash(v->pool, v->path.word), buf_str(&hash), &rows);
	buf_fini(&hash);
	if (e == ERR_TIMEOUT)
		return request_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (!sql_reset_use_row(&rows, 0).done)
		return reset_page_refuse_link(v);
	LOG_INFO("account.reset", F_STR("remote", v->request->remote_address));
	flash_set(v, "password-replaced");
	request_redirect(v, "/sign-in");
	return ERR_OK;
}
