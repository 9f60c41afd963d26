/*
 * invitation-page.c - /invitations/{token}: joining an organisation.
 *
 * A new user chooses a password; one who has an account proves it by the password they have, slowed down as a
 * sign-in. The link is a secret of 256 bits, good once and for seven days. It is never logged: routes are logged by
 * their pattern.
 */
#include "desk/desk.h"
#include "desk/logo.h"

#include "core/log.h"
#include "domain/account.h"

static const struct field new_fields[] = {
	{ "name", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("Write your name, at most 200 bytes.") },
	{ "new_password", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, NEW_PASSWORD_WORDS }, FIELD_LAST
};
static const struct field known_fields[] = {
	{ "password", FIELD_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, T("Write your password.") }, FIELD_LAST
};

struct invitation {
	struct str org_name, email, role, invited_by;
	bool has_account;
	struct str hash;
};

/* Absent role: there is no such invitation, and the page says so. */
static enum err invitation_page_find(struct desk_request *v, struct invitation *out)
{
	struct sql_invitation_find_rows r;
	*out = (struct invitation){ .hash = token_hash(v->pool, v->path.word) };
	enum err e = REQUEST_CALL(v, sql_invitation_find, out->hash, &r);
	if (e != ERR_OK || r.n == 0)
		return e;
	const struct sql_invitation_find_row row = sql_invitation_find_row(&r, 0);
	out->org_name = row.org_name;
	out->email = row.email;
	out->role = row.role;
	out->has_account = row.has_account;
	out->invited_by = row.invited_by;
	return ERR_OK;
}

static enum err invitation_page_refuse_link(struct desk_request *v)
{
	return request_refuse(
		v, 404, T("This invitation was used, taken back, or is older than seven days. Ask for a new one."));
}

static enum err invitation_page_show(
	struct desk_request *v, const struct invitation *i, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "invitation", "none", T("Invitation"));
	logo_write_visited(v, w, i->hash);
	json_key(w, "invitation");
	json_begin_object(w);
	json_member_str(w, "organisation", i->org_name);
	json_member_str(w, "email", i->email);
	page_member_or_false(w, "by", i->invited_by);
	page_write_flag(w, "role", i->role);
	json_member_bool(w, "has_account", i->has_account);
	json_end_object(w);
	form_write(w, "form", pool_cstr(v->pool, v->request->path), form);
	return page_end(v, status);
}

enum err desk_invitation(struct desk_request *v)
{
	struct invitation i;
	struct form form;
	enum err e = invitation_page_find(v, &i);
	if (e != ERR_OK)
		return e;
	if (!i.role.p)
		return invitation_page_refuse_link(v);
	form_init(&form, i.has_account ? known_fields : new_fields);
	return invitation_page_show(v, &i, &form, 200);
}

static enum err invitation_page_accept(struct desk_request *v, const struct invitation *i,
	const struct sign_in *attempt, struct str password_hash, struct str name)
{
	struct sql_invitation_accept_rows rows;
	enum err e = sql_invitation_accept(request_db(v), v->pool, i->hash, attempt->hash, password_hash,
		name.p ? name : STR(""), v->request->remote_address, &rows);
	if (e == ERR_INVALID || (e == ERR_OK && !sql_invitation_accept_row(&rows, 0).has_org_id))
		return invitation_page_refuse_link(v);
	return e == ERR_OK ? sign_in_finish(v, attempt, STR_NONE) : e;
}

static enum err accept_known(struct desk_request *v, const struct invitation *i, struct form *form)
{
	struct sign_in result;
	enum err e = sign_in_check(v, i->email, form_value(form, "password"), &result);
	if (e == ERR_TIMEOUT)
		return request_refuse_for(v, 503, NULL, 2);
	if (e != ERR_OK)
		return e;
	if (result.wait_s > 0)
		return request_refuse_for(v, 429, NULL, result.wait_s);
	if (result.user_id == 0) {
		form_refuse(form, "password", request_translate(v, T("The password is wrong.")));
		return invitation_page_show(v, i, form, 401);
	}
	return invitation_page_accept(v, i, &result, STR_NONE, STR_NONE);
}

static enum err accept_new(struct desk_request *v, const struct invitation *i, struct form *form)
{
	struct buf hash;
	request_put_db(v);
	buf_init(&hash, 512);
	enum err e = password_hash(v->desk->passwords, form_value(form, "new_password"), &hash);
	e = e == ERR_TIMEOUT ? request_refuse_for(v, 503, NULL, 2)
	    : e == ERR_OK
		    ? invitation_page_accept(v, i, &(struct sign_in){ .hash = token_hash(v->pool, token_new(v->pool)) },
			    buf_str(&hash), form_value(form, "name"))
		    : e;
	buf_fini(&hash);
	return e;
}

enum err desk_invitation_accept(struct desk_request *v)
{
	struct invitation i;
	struct form form;
	enum err e = invitation_page_find(v, &i);
	if (e != ERR_OK)
		return e;
	if (!i.role.p)
		return invitation_page_refuse_link(v);
	const struct str personal[] = { i.email, i.org_name };
	if (!form_parse(v->pool, &form, i.has_account ? known_fields : new_fields, &v->params, v->locale.translation)
		|| (!i.has_account && !new_password_is_good(v, &form, personal, 2)))
		return invitation_page_show(v, &i, &form, 400);
	return i.has_account ? accept_known(v, &i, &form) : accept_new(v, &i, &form);
}
