/*
 * replies-page.c - /settings/replies: what the team writes often, chosen in the composer by a word after a slash.
 *
 * An organisation has at most REPLIES_MAX of them (quota.canned_replies), so they fit on one page and into the
 * composer.
 */
#include "desk/desk.h"
#include "desk/pages/bot/content-form.h"

#include "domain/quota.h"

#define REPLIES_MAX 100
#define TEXT_MAX 4096   /* what one message holds on every platform */
#define SHOWN_BYTES 300 /* of each in the list; the form has the whole */

static const struct field fields[] = {
	{ "shortcut", FIELD_LINE, FIELD_REQUIRED, 120, NULL,
		T("Write one word of letters, digits, dashes and underscores, at most 30 characters.") },
	{ "title", FIELD_LINE, FIELD_REQUIRED, 320, NULL, T("Write a title of at most 80 characters.") },
	{ "folder", FIELD_LINE, FIELD_OPTIONAL, 160, NULL, T("Write the name of a folder, at most 40 characters.") },
	{ "text", FIELD_TEXT, FIELD_REQUIRED, 16384, NULL, T("Write a text of at most 4096 characters.") }, FIELD_LAST
};

struct replies {
	struct form form;
	int64_t id;                          /* of the one that is edited; 0: a new one */
	struct sql_canned_reply_page_rows r; /* all of them */
	struct explain why;                  /* of ERR_QUOTA */
	struct content_form_view content;
};

static enum err replies_page_load(struct desk_request *v, void *arg)
{
	struct replies *p = arg;
	enum err e = sql_canned_reply_page(v->db, v->pool, v->caller.org_id, REPLIES_MAX, &p->r);
	return e == ERR_OK && p->id ? content_form_load(v, REPLY_OF_CANNED, p->id, &p->content) : e;
}

static void write_replies(struct desk_request *v, struct json_writer *w, const struct sql_canned_reply_page_rows *r)
{
	json_member_bool(w, "has_replies", r->n > 0);
	json_key(w, "replies");
	json_begin_array(w);
	for (int i = 0; i < r->n; i++) {
		const struct sql_canned_reply_page_row row = sql_canned_reply_page_row(r, i);
		long long id = row.id;
		json_begin_object(w);
		json_member_str(w, "id", pool_printf(v->pool, "%lld", id));
		json_member_str(w, "href", pool_printf(v->pool, "/settings/replies?edit=%lld", id));
		bool begins = i == 0 || !str_equal(row.folder, sql_canned_reply_page_row(r, i - 1).folder);
		page_member_or_false(w, "begins", begins ? row.folder : STR_NONE);
		page_write_text(w, "folder", row.folder);
		json_member_str(w, "shortcut", row.shortcut);
		json_member_str(w, "title", row.title);
		json_member_str(w, "text", str_cut(row.body, SHOWN_BYTES));
		json_member_bool(w, "cut", row.body.n > SHOWN_BYTES);
		page_member_or_false(w, "with", row.content_name);
		json_end_object(w);
	}
	json_end_array(w);
}

static enum err replies_page_show(struct desk_request *v, struct replies *p, int status)
{
	enum err e = request_transaction(v, replies_page_load, p);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "replies", "settings", T("Canned replies"));
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, "replies", true);
	json_end_object(w);
	write_replies(v, w, &p->r);
	json_member_bool(w, "editing", p->id > 0);
	content_form_write(v, pool_printf(v->pool, "/settings/replies/%lld/content", (long long)p->id), &p->content);
	form_write(w, "form",
		p->id ? pool_printf(v->pool, "/settings/replies?edit=%lld", (long long)p->id).p : "/settings/replies",
		&p->form);
	return page_end(v, status);
}

static enum err replies_page_find(struct desk_request *v, void *arg)
{
	struct replies *p = arg;
	struct sql_canned_reply_find_rows r;
	enum err e = sql_canned_reply_find(v->db, v->pool, v->caller.org_id, p->id, &r);
	if (e != ERR_OK)
		return e;
	if (r.n == 0)
		return ERR_NOT_FOUND;
	const struct sql_canned_reply_find_row row = sql_canned_reply_find_row(&r, 0);
	form_set(&p->form, "shortcut", row.shortcut);
	form_set(&p->form, "folder", row.folder);
	form_set(&p->form, "title", row.title);
	form_set(&p->form, "text", row.body);
	return ERR_OK;
}

/* Which one is edited, by the address; 0: none. */
static enum err take_edited(struct desk_request *v, int64_t *id)
{
	struct str edit = request_query(v->request, "edit");
	*id = 0;
	return !edit.p || (str_to_i64(edit, id) && *id > 0) ? ERR_OK : ERR_NOT_FOUND;
}

enum err desk_replies(struct desk_request *v)
{
	struct replies p = { .id = 0 };
	form_init(&p.form, fields);
	enum err e = take_edited(v, &p.id);
	if (e == ERR_OK && p.id)
		e = request_transaction(v, replies_page_find, &p);
	return e == ERR_OK ? replies_page_show(v, &p, 200) : e;
}

/* ---- saving ---- */

static bool is_shortcut_char(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
	       || c >= 0xc0;
}

/* Whether the text has at most so many characters, and only those that `allowed` allows (NULL: any). */
static bool has_most(struct str s, size_t most, bool (*allowed)(uint32_t c))
{
	size_t characters = 0, n;
	uint32_t c;
	for (; s.n > 0; s.p += n, s.n -= n) {
		n = str_utf8_next(s, &c);
		if (n == 0 || ++characters > most || (allowed && !allowed(c)))
			return false;
	}
	return true;
}

static void replies_page_check(struct desk_request *v, struct form *form)
{
	if (!has_most(form_value(form, "shortcut"), 30, is_shortcut_char))
		form_refuse(form, "shortcut", request_translate(v, fields[0].words));
	if (!has_most(form_value(form, "title"), 80, NULL))
		form_refuse(form, "title", request_translate(v, fields[1].words));
	if (!has_most(form_value(form, "folder"), 40, NULL))
		form_refuse(form, "folder", request_translate(v, fields[2].words));
	if (!has_most(form_value(form, "text"), TEXT_MAX, NULL))
		form_refuse(form, "text", request_translate(v, fields[3].words));
}

static enum err replies_page_write(struct desk_request *v, struct replies *p, int64_t *id)
{
	struct sql_canned_reply_set_rows set;
	struct sql_canned_reply_add_rows added;
	const int64_t org = v->caller.org_id;
	const struct str shortcut = form_value(&p->form, "shortcut"), title = form_value(&p->form, "title"),
			 text = form_value(&p->form, "text"),
			 folder = form_value(&p->form, "folder").p ? form_value(&p->form, "folder") : STR("");
	enum err e;
	*id = p->id;
	if (p->id) {
		e = sql_canned_reply_set(v->db, v->pool,
			&(struct sql_canned_reply_set_args){ .org_id = org,
				.id = p->id,
				.shortcut = shortcut,
				.folder = folder,
				.title = title,
				.body = text },
			&set);
		return e == ERR_OK && set.n == 0 ? ERR_NOT_FOUND : e;
	}
	e = sql_canned_reply_add(v->db, v->pool, org, shortcut, folder, title, text, &added);
	*id = e == ERR_OK ? sql_canned_reply_add_row(&added, 0).id : 0;
	return e;
}

static enum err replies_page_store(struct desk_request *v, void *arg)
{
	struct replies *p = arg;
	struct quota_change quota;
	int64_t id;
	enum err e = quota_begin(&quota, v->db, v->caller.org_id, QUOTA_OF_CANNED_REPLIES);
	if (e == ERR_OK)
		e = replies_page_write(v, p, &id);
	if (e == ERR_OK)
		e = quota_end(&quota, &p->why);
	if (e != ERR_OK)
		return e;
	return request_audit(
		v, p->id ? "reply.edit" : "reply.add", pool_printf(v->pool, "{\"reply\":%lld}", (long long)id));
}

enum err desk_replies_save(struct desk_request *v)
{
	struct replies p = { .id = 0 };
	enum err e = take_edited(v, &p.id);
	if (e != ERR_OK)
		return e;
	form_parse(v->pool, &p.form, fields, &v->params, v->locale.translation);
	replies_page_check(v, &p.form);
	if (p.form.wrong)
		return replies_page_show(v, &p, 400);
	e = request_transaction(v, replies_page_store, &p);
	if (e == ERR_QUOTA)
		form_fail(&p.form, request_quota(v, &p.why));
	else if (e == ERR_CONFLICT)
		form_refuse(&p.form, "shortcut", request_translate(v, T("Another canned reply has this shortcut.")));
	else if (e == ERR_INVALID)
		form_refuse(&p.form, "shortcut", request_translate(v, fields[0].words));
	else if (e != ERR_OK)
		return e;
	if (p.form.wrong)
		return replies_page_show(v, &p, e == ERR_QUOTA ? 403 : e == ERR_CONFLICT ? 409 : 400);
	flash_set(v, "reply-saved");
	request_redirect(v, "/settings/replies");
	return ERR_OK;
}

/* ---- what it takes along ---- */

enum err desk_reply_content(struct desk_request *v)
{
	return content_form_answer(v, REPLY_OF_CANNED, v->path.ids[0]);
}

enum err desk_reply_content_save(struct desk_request *v)
{
	struct replies p = { .id = v->path.ids[0] };
	form_init(&p.form, fields);
	enum err e = content_form_save(v, REPLY_OF_CANNED, p.id, &p.content.error);
	if (e == ERR_OK && p.content.error) {
		e = request_transaction(v, replies_page_find, &p);
		return e == ERR_OK ? replies_page_show(v, &p, 400) : e;
	}
	if (e == ERR_OK)
		request_redirect(v, pool_printf(v->pool, "/settings/replies?edit=%lld", (long long)p.id).p);
	return e;
}

/* ---- deleting ---- */

static enum err remove_reply(struct desk_request *v, void *arg)
{
	struct sql_canned_reply_remove_rows r;
	(void)arg;
	enum err e = sql_canned_reply_remove(v->db, v->pool, v->caller.org_id, v->path.ids[0], &r);
	if (e != ERR_OK)
		return e;
	if (r.n == 0)
		return ERR_NOT_FOUND;
	return request_audit(v, "reply.delete", pool_printf(v->pool, "{\"reply\":%lld}", (long long)v->path.ids[0]));
}

enum err desk_reply_delete(struct desk_request *v)
{
	struct replies p = { .id = v->path.ids[0] };
	form_init(&p.form, fields);
	enum err e = request_transaction(v, replies_page_find, &p);
	if (e != ERR_OK)
		return e;
	struct confirmation c = { .title = T("Delete the canned reply"),
		.nav = "settings",
		.question = request_translate(v, T("Delete this canned reply?")),
		.words = pool_cstr(v->pool, form_value(&p.form, "title")),
		.button = request_translate(v, T("Delete")),
		.action = pool_printf(v->pool, "/settings/replies/%lld/delete", (long long)p.id).p,
		.back = "/settings/replies" };
	if (!request_confirmed(v, &c, &e))
		return e;
	if ((e = request_transaction(v, remove_reply, NULL)) != ERR_OK)
		return e;
	flash_set(v, "reply-deleted");
	request_redirect(v, "/settings/replies");
	return ERR_OK;
}
