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
