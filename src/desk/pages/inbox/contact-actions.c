/*
 * contact-actions.c - what an admin does for the person who a conversation is with: a copy of everything that is stored
 * about them, and its erasure.
 *
 * Both are POSTs, because both are entered in the audit log: a GET changes nothing. The copy is a file and not a page
 * of the desk: it goes to the person. An erasure asks first, with the contact's id to be typed: names may be hard to
 * type, and the id is in the question. The receipt is the entry of the audit log.
 */
#include "desk/pages/inbox/conversation.h"

#include "domain/contact/contact-copy.h"
#include "files/file-collect.h"

#define COPY_MAX_BYTES (16u << 20)

static const struct field copy_fields[] = {
	{ "format", FIELD_CHOICE, FIELD_REQUIRED, 4, "json|html", T("Choose one of the list.") }, FIELD_LAST
};

struct contact_work {
	int64_t contact;
	bool html;
	struct str receipt;
};

/* Whom the conversation of the address is with. */
static enum err contact_load(struct desk_request *v, void *arg)
{
	struct contact_work *work = arg;
	struct sql_contact_of_conversation_rows r;
	enum err e = sql_contact_of_conversation(v->db, v->pool, v->caller.org_id, v->path.ids[0], &r);
	if (e == ERR_OK && r.n == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		work->contact = sql_contact_of_conversation_row(&r, 0).contact_id;
	return e;
}

/* ---- the copy ---- */

static const char *contact_word(void *arg, const char *english)
{
	return request_translate(arg, english);
}

static enum err contact_write_copy(struct desk_request *v, void *arg)
{
	struct contact_work *work = arg;
	struct contact_copy to = { .out = &v->response->body, .html = work->html, .word = contact_word, .arg = v };
	buf_reset(to.out);
	enum err e = contact_load(v, work);
	if (e == ERR_OK)
		e = request_audit(
			v, "contact.export", pool_printf(v->pool, "{\"contact\":%lld}", (long long)work->contact));
	if (e == ERR_OK)
		e = contact_copy(v->db, v->pool, v->caller.org_id, work->contact, &to);
	return e == ERR_OK && to.out->len > COPY_MAX_BYTES ? ERR_TOO_LARGE : e;
}

enum err desk_contact_export(struct desk_request *v)
{
	struct contact_work work = { .contact = 0 };
	struct form form;
	if (!form_parse(v->pool, &form, copy_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	work.html = str_equal(form_value(&form, "format"), STR("html"));
	enum err e = request_transaction(v, contact_write_copy, &work);
	if (e == ERR_TOO_LARGE) {
		buf_reset(&v->response->body);
		return request_refuse(v, 413,
			T("This contact has too many messages for the browser. Ask the administrator of the server for "
			  "'deskbellctl contact export'."));
	}
	if (e != ERR_OK)
		return e;
	v->response->status = 200;
	v->response->content_type = work.html ? "text/html; charset=utf-8" : "application/json";
	response_header(v->response, "Content-Disposition",
		pool_printf(v->pool, "attachment; filename=\"contact-%lld.%s\"", (long long)work.contact,
			work.html ? "html" : "json"));
	return ERR_OK;
}

/* ---- the erasure ---- */

static enum err contact_actions_erase(struct desk_request *v, void *arg)
{
	struct contact_work *work = arg;
	enum err e = contact_load(v, work);
	if (e == ERR_OK)
		e = contact_erase(v->db, v->pool, v->caller.org_id, work->contact, &work->receipt);
	return e == ERR_OK ? request_audit(v, "contact.erase",
		       pool_printf(v->pool, "{\"contact\":%lld,\"removed\":%.*s}", (long long)work->contact,
			       (int)work->receipt.n, work->receipt.p))
			   : e;
}

/* The erasure is committed: what it named is named by nothing. */
static enum err contact_actions_collect(struct desk_request *v, void *unused)
{
	(void)unused;
	return file_collect(v->desk->conf, v->db, v->pool, v->caller.org_id);
}

static bool contact_confirmed(struct desk_request *v, const struct contact_work *work, enum err *e)
{
	const char *path = pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p;
	struct confirmation c = { .title = T("Erase the contact"),
		.nav = "inbox",
		.question = request_translate(v, T("Erase this contact and everything that is stored about them?")),
		.words = request_translate(v, T("This cannot be undone. Type the number of the contact to erase it.")),
		.button = request_translate(v, T("Erase")),
		.effects = { request_translate(
				     v, T("All conversations, messages, leads and notes of this contact are deleted.")),
			request_translate(v, T("Replies that wait are not sent.")),
			request_translate(
				v, T("A later message belongs to a new contact. Older backups are not changed.")) },
		.type = pool_printf(v->pool, "%lld", (long long)work->contact),
		.action = pool_printf(v->pool, "%s/contact/erase", path).p,
		.back = path };
	return request_confirmed(v, &c, e);
}

enum err desk_contact_erase(struct desk_request *v)
{
	struct contact_work work = { .contact = 0 };
	enum err e = request_transaction(v, contact_load, &work);
	if (e != ERR_OK || !contact_confirmed(v, &work, &e))
		return e;
	e = request_transaction(v, contact_actions_erase, &work);
	if (e == ERR_OK)
		e = request_transaction(v, contact_actions_collect, NULL);
	if (e != ERR_OK)
		return e;
	flash_set(v, "contact-erased");
	request_redirect(v, "/inbox");
	return ERR_OK;
}

/* ---- two contacts that are one person ---- */

static const struct field merge_fields[] = {
	{ "conversation", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL,
		T("Enter the number of the other conversation: it is at the end of its "
		  "address.") },
	FIELD_LAST
};

struct merge {
	struct contact_work work;
	int64_t conversation, other;
};

static enum err contact_actions_merge(struct desk_request *v, void *arg)
{
	struct merge *m = arg;
	struct sql_contact_of_conversation_rows r;
	struct sql_contact_merge_rows done;
	const int64_t org = v->caller.org_id;
	enum err e = contact_load(v, &m->work);
	if (e == ERR_OK)
		e = sql_contact_of_conversation(v->db, v->pool, org, m->conversation, &r);
	if (e != ERR_OK)
		return e;
	m->other = r.n ? sql_contact_of_conversation_row(&r, 0).contact_id : 0;
	e = sql_contact_merge(v->db, v->pool, org, m->work.contact, m->other, &done);
	if (e != ERR_OK)
		return e;
	if (!sql_contact_merge_row(&done, 0).has_merge_id)
		return ERR_CONFLICT;
	return request_audit(v, "contact.merge",
		pool_printf(
			v->pool, "{\"contact\":%lld,\"other\":%lld}", (long long)m->work.contact, (long long)m->other));
}

static enum err contact_actions_separate(struct desk_request *v, void *arg)
{
	struct merge *m = arg;
	struct sql_contact_unmerge_rows done;
	enum err e = contact_load(v, &m->work);
	if (e == ERR_OK)
		e = sql_contact_unmerge(v->db, v->pool, v->caller.org_id, m->work.contact, &done);
	if (e != ERR_OK)
		return e;
	if (!sql_contact_unmerge_row(&done, 0).has_other_id)
		return ERR_NOT_FOUND;
	return request_audit(v, "contact.separate",
		pool_printf(v->pool, "{\"contact\":%lld,\"other\":%lld}", (long long)m->work.contact,
			(long long)sql_contact_unmerge_row(&done, 0).other_id));
}

static void contact_actions_back(struct desk_request *v, const char *flash)
{
	flash_set(v, flash);
	request_redirect(v, pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p);
}

enum err desk_contact_merge(struct desk_request *v)
{
	struct merge m = { .conversation = 0 };
	struct form form;
	if (!form_parse(v->pool, &form, merge_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, merge_fields[0].words);
	m.conversation = form_number(&form, "conversation");
	enum err e = request_transaction(v, contact_actions_merge, &m);
	if (e == ERR_CONFLICT)
		return request_refuse(v, 409,
			T("There is no other contact with this conversation. Enter the number at the end of its "
			  "address."));
	if (e == ERR_OK)
		contact_actions_back(v, "contact-merged");
	return e;
}

enum err desk_contact_separate(struct desk_request *v)
{
	struct merge m = { .conversation = 0 };
	enum err e = request_transaction(v, contact_actions_separate, &m);
	if (e == ERR_OK)
		contact_actions_back(v, "contact-separated");
	return e;
}
