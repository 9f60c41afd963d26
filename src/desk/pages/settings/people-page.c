/*
 * people-page.c - /settings/people: members, roles, invitations, links for forgotten passwords.
 *
 * An organisation never loses its last owner; the database decides that, since two owners may leave at the same moment.
 * A link is shown once, on the page that answers the invitation; only its digest is kept.
 */
#include "desk/desk.h"
#include "desk/format/avatar.h"

#include "core/net/mail.h"
#include "domain/account.h"
#include "domain/quota.h"

#define AVATAR_HUES 5 /* colours of htdocs/desk.css */

static const struct field fields[] = { { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
					       T("Write an address such as anna@example.com.") },
	{ "role", FIELD_CHOICE, FIELD_REQUIRED, 16, "operator|admin|owner", T("Choose a role.") }, FIELD_LAST };
static const struct field role_fields[] = {
	{ "role", FIELD_CHOICE, FIELD_REQUIRED, 16, "operator|admin|owner", T("Choose a role.") }, FIELD_LAST
};

struct people {
	struct sql_people_list_rows members;
	struct sql_invitation_list_rows invitations;
};

static enum err people_page_load(struct desk_request *v, void *arg)
{
	struct people *p = arg;
	enum err e = sql_people_list(v->db, v->pool, v->caller.org_id, &p->members);
	if (e == ERR_OK)
		e = sql_invitation_list(v->db, v->pool, v->caller.org_id, &p->invitations);
	return e;
}

static void write_people(struct desk_request *v, struct json_writer *w, const struct sql_people_list_rows *r)
{
	json_key(w, "people");
	json_begin_array(w);
	for (int i = 0; i < r->n; i++) {
		const struct sql_people_list_row row = sql_people_list_row(r, i);
		int64_t id = row.user_id;
		struct str email = row.email, name = row.name.n ? row.name : email;
		bool you = v->caller.kind == CALLER_PERSON && v->caller.id == id;
		json_begin_object(w);
		json_member_i64(w, "id", id);
		json_member_str(w, "email", email);
		json_member_str(w, "name", name);
		json_member_str(w, "initials", person_initials(v->pool, name));
		json_member_i64(w, "hue", id % AVATAR_HUES + 1);
		page_write_flag(w, "role", row.role);
		locale_write_time(w, "since", &v->locale, row.since_ms);
		json_member_bool(w, "you", you);
		json_member_bool(w, "editable", v->caller.role == ROLE_OWNER && !you);
		json_end_object(w);
	}
	json_end_array(w);
}

static void write_invitations(struct desk_request *v, struct json_writer *w, const struct sql_invitation_list_rows *r)
{
	json_key(w, "invitations");
	json_begin_array(w);
	for (int i = 0; i < r->n; i++) {
		json_begin_object(w);
		const struct sql_invitation_list_row row = sql_invitation_list_row(r, i);
		json_member_i64(w, "id", row.id);
		json_member_str(w, "email", row.email);
		page_write_flag(w, "role", row.role);
		locale_write_time(w, "until", &v->locale, row.expires_ms);
		json_member_bool(w, "expired", row.is_expired);
		page_write_reason(v, "mail_reason", row.mail_reason);
		json_end_object(w);
	}
	json_end_array(w);
}

/* A link that was just made: an invitation, or one for a new password. */
struct made {
	const char *kind; /* member of the model */
	struct str email, link;
	int64_t until_ms;
	bool by_mail; /* the address gets a link by e-mail as well */
};

/* `made` is NULL unless there is one. */
static enum err people_page_show(struct desk_request *v, const struct form *form, const struct made *made, int status)
{
	struct people people;
	enum err e = request_transaction(v, people_page_load, &people);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "people", "settings", T("People"));
	form_write(w, "form", "/settings/people/invite", form);
	page_write_flag(w, "tab", STR("people"));
	static const char *const kinds[] = { "invitation", "reset" };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!made || strcmp(made->kind, kinds[i]) != 0)
			json_member_bool(w, kinds[i], false);
	if (made) {
		json_key(w, made->kind);
		json_begin_object(w);
		json_member_str(w, "email", made->email);
		json_member_str(w, "link", made->link);
		json_member_bool(w, "by_mail", made->by_mail);
		locale_write_time(w, "until", &v->locale, made->until_ms);
		json_end_object(w);
	}
	write_people(v, w, &people.members);
	write_invitations(v, w, &people.invitations);
	return page_end(v, status);
}

static void begin_form(struct form *form)
{
	form_init(form, fields);
	form_set(form, "role", STR("operator"));
}

enum err desk_people(struct desk_request *v)
{
	struct form form;
	begin_form(&form);
	return people_page_show(v, &form, NULL, 200);
}

struct change {
	struct form form;
	struct explain why;
	struct str token;
	struct str outcome;
	struct str role; /* absent: the membership is taken away */
	int64_t until_ms;
	bool by_mail, sender_is_alive;
};

static enum err people_page_record(
	struct desk_request *v, const char *action, int64_t user, struct str email, struct str role)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	if (user)
		json_member_i64(&w, "user", user);
	json_member_str(&w, "email", email);
	json_member_str(&w, "role", role);
	json_end_object(&w);
	enum err e = request_audit(v, action, buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err add_invitation(struct desk_request *v, void *arg)
{
	struct change *c = arg;
	struct sql_invitation_add_rows rows;
	struct str email = form_value(&c->form, "email"), role = form_value(&c->form, "role");
	struct quota_change quota;
	enum err e = quota_begin(&quota, v->db, v->caller.org_id, QUOTA_OF_PEOPLE);
	if (e == ERR_OK)
		e = sql_invitation_add(v->db, v->pool, token_hash(v->pool, c->token), email, role,
			c->by_mail ? str_of(v->locale.language) : STR_NONE, &rows);
	if (e != ERR_OK)
		return e;
	struct sql_invitation_add_row added = sql_invitation_add_row(&rows, 0);
	if (!added.has_until_ms)
		return ERR_DENIED;
	if (added.until_ms < 0)
		return ERR_CONFLICT;
	c->until_ms = added.until_ms;
	if ((e = quota_end(&quota, &c->why)) != ERR_OK
		|| (e = request_sender_is_alive(v, &c->sender_is_alive)) != ERR_OK)
		return e;
	return people_page_record(v, "invitation.add", 0, email, role);
}

/* The page with a link on it, which is shown only this once. */
static enum err show_link(
	struct desk_request *v, const char *kind, const char *path, struct str email, const struct change *c)
{
	struct str base = request_base_url(v);
	struct made made = { .kind = kind,
		.email = email,
		.link = pool_printf(v->pool, "%.*s/%s/%.*s", (int)base.n, base.p, path, (int)c->token.n, c->token.p),
		.until_ms = c->until_ms,
		.by_mail = c->by_mail };
	struct form next;
	begin_form(&next);
	return people_page_show(v, &next, &made, 200);
}

enum err desk_people_invite(struct desk_request *v)
{
	struct change c = { .token = token_new(v->pool), .by_mail = mail_is_configured(v->desk->conf) };
	if (!form_parse(v->pool, &c.form, fields, &v->params, v->locale.translation))
		return people_page_show(v, &c.form, NULL, 400);
	enum err e = request_transaction(v, add_invitation, &c);
	if (e == ERR_CONFLICT) {
		form_refuse(
			&c.form, "email", request_translate(v, T("This person belongs to the organisation already.")));
		return people_page_show(v, &c.form, NULL, 409);
	}
	if (e == ERR_QUOTA) {
		form_fail(&c.form, request_quota(v, &c.why));
		return people_page_show(v, &c.form, NULL, 403);
	}
	if (e != ERR_OK)
		return e;
	if (c.by_mail)
		request_wake_sender(v, c.sender_is_alive);
	return show_link(v, "invitation", "invitations", form_value(&c.form, "email"), &c);
}

/* ---- forgotten passwords ---- */

static enum err add_reset(struct desk_request *v, void *arg)
{
	struct change *c = arg;
	struct sql_reset_add_rows rows;
	struct sql_member_email_rows members;
	enum err e = sql_reset_add(v->db, v->pool, token_hash(v->pool, c->token), v->path.ids[0], &rows);
	if (e == ERR_OK)
		e = sql_member_email(v->db, v->pool, v->caller.org_id, v->path.ids[0], &members);
	if (e != ERR_OK)
		return e;
	struct sql_reset_add_row added = sql_reset_add_row(&rows, 0);
	if (!added.has_until_ms || members.n == 0)
		return ERR_NOT_FOUND;
	c->until_ms = added.until_ms;
	c->outcome = sql_member_email_row(&members, 0).email;
	return added.until_ms > 0 ? people_page_record(v, "user.reset-link", v->path.ids[0], STR_NONE, STR_NONE)
				  : ERR_CONFLICT;
}

enum err desk_people_reset(struct desk_request *v)
{
	struct change c = { .token = token_new(v->pool) };
	enum err e = request_transaction(v, add_reset, &c);
	if (e == ERR_CONFLICT && c.until_ms == -1)
		return request_refuse(v, 409, T("This is your own account. Change your password on the page Account."));
	if (e == ERR_CONFLICT)
		return request_refuse(v, 409,
			T("This user belongs to another organisation, too. Ask the administrator of the server to "
			  "replace the password: deskbellctl user password."));
	return e == ERR_OK ? show_link(v, "reset", "reset", c.outcome, &c) : e;
}

/* ---- invitations, roles ---- */

static enum err remove_invitation(struct desk_request *v, void *arg)
{
	struct sql_invitation_remove_rows rows;
	(void)arg;
	enum err e = sql_invitation_remove(v->db, v->pool, v->path.ids[0], &rows);
	if (e != ERR_OK)
		return e;
	struct str email = sql_invitation_remove_row(&rows, 0).email;
	return email.p ? people_page_record(v, "invitation.remove", 0, email, STR_NONE) : ERR_NOT_FOUND;
}

enum err desk_people_invitation_remove(struct desk_request *v)
{
	enum err e = request_transaction(v, remove_invitation, NULL);
	if (e != ERR_OK)
		return e;
	flash_set(v, "invitation-removed");
	request_redirect(v, "/settings/people");
	return ERR_OK;
}

static enum err set_member(struct desk_request *v, void *arg)
{
	struct change *c = arg;
	struct sql_member_set_rows rows;
	enum err e = sql_member_set(v->db, v->pool, v->path.ids[0], c->role, &rows);
	if (e != ERR_OK)
		return e;
	c->outcome = sql_member_set_row(&rows, 0).outcome;
	if (!c->outcome.p)
		return ERR_DENIED;
	if (str_equal(c->outcome, STR("absent")))
		return ERR_NOT_FOUND;
	if (str_equal(c->outcome, STR("last-owner")))
		return ERR_OK;
	return people_page_record(v, c->role.p ? "user.role" : "user.remove", v->path.ids[0], STR_NONE, c->role);
}

static enum err change_member(struct desk_request *v, struct str role, const char *said)
{
	struct change c = { .role = role };
	enum err e = request_transaction(v, set_member, &c);
	if (e != ERR_OK)
		return e;
	bool refused = str_equal(c.outcome, STR("last-owner"));
	if (refused && v->answer == ANSWER_JSON)
		return request_refuse(v, 409, T("This is the last owner. Make another user an owner first."));
	flash_set(v, refused ? "last-owner" : said);
	request_redirect(v, "/settings/people");
	return ERR_OK;
}

enum err desk_people_role(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, role_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	return change_member(v, form_value(&form, "role"), "role-changed");
}

enum err desk_people_remove(struct desk_request *v)
{
	return change_member(v, STR_NONE, "person-removed");
}

static enum err reset_second(struct desk_request *v, void *arg)
{
	struct str *outcome = arg;
	struct sql_second_reset_rows rows;
	enum err e = sql_second_reset(v->db, v->pool, v->path.ids[0], &rows);
	if (e != ERR_OK)
		return e;
	*outcome = sql_second_reset_row(&rows, 0).outcome;
	return outcome->p ? ERR_OK : ERR_DENIED;
}

enum err desk_people_second_reset(struct desk_request *v)
{
	struct str outcome = STR_NONE;
	enum err e = request_transaction(v, reset_second, &outcome);
	if (e != ERR_OK)
		return e;
	if (str_equal(outcome, STR("absent")))
		return ERR_NOT_FOUND;
	if (str_equal(outcome, STR("elsewhere")) && v->answer == ANSWER_JSON)
		return request_refuse(v, 409,
			T("This person belongs to other organisations, too, so the second factor "
			  "cannot be reset from here."));
	flash_set(v, str_equal(outcome, STR("done"))   ? "second-factor-reset"
		     : str_equal(outcome, STR("none")) ? "second-factor-none"
						       : "second-factor-elsewhere");
	request_redirect(v, "/settings/people");
	return ERR_OK;
}
