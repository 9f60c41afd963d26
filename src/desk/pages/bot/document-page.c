/*
 * document-page.c - /knowledge/{id}: what the search finds of a document, its title, language and text, fetching it
 * again, and deleting it.
 *
 * Of a pasted text that is not too long the text itself can be changed; what was uploaded or fetched is replaced by
 * uploading or fetching it again. A fetch that fails leaves the document as it is. Two who change the same document:
 * the second is told and decides.
 */
#include "desk/pages/bot/document-input.h"

#include "desk/pager.h"

#define PASSAGES_ROWS 20
#define TEXT_MAX_CHARACTERS 50000

static const struct field fields[] = { { "do", FIELD_CHOICE, FIELD_OPTIONAL, 8, "save|fetch",
					       T("Say what is to be done: save or fetch.") },
	{ "title", FIELD_LINE, FIELD_REQUIRED, KNOWLEDGE_TITLE_MAX_BYTES, NULL,
		T("Write a title, one line of at most 300 bytes.") },
	{ "body", FIELD_TEXT, FIELD_OPTIONAL, DOCUMENT_PASTE_MAX_BYTES, NULL,
		T("Paste text of at most 500 kB; send longer ones as a file.") },
	{ "language", FIELD_LINE, FIELD_OPTIONAL, 35, NULL, T("Choose a language.") },
	{ "version", FIELD_LINE, FIELD_OPTIONAL, 30, NULL, T("Load the page again.") }, FIELD_LAST };

/* Columns of document_view and of document_passages. */
enum { ID, TITLE, LANGUAGE, SOURCE, URL, STATE, REASON, PASSAGES, CHANGED, VERSION, TEXT };
enum { POSITION, HEADING, PASSAGE_TEXT };

struct looking {
	int64_t after;
	struct db_result *document, *passages;
};

static enum err document_page_find(struct desk_request *v, struct db_result **out)
{
	enum err e = DB_QUERY(v->db, v->pool, &sql_document_view_statement, out, DB_INT(v->caller.org_id),
		DB_INT(v->path.ids[0]), DB_INT(TEXT_MAX_CHARACTERS));
	return e == ERR_OK && db_rows(*out) == 0 ? ERR_NOT_FOUND : e;
}

static enum err find_alone(struct desk_request *v, void *arg)
{
	return document_page_find(v, arg);
}

static enum err document_page_load(struct desk_request *v, void *arg)
{
	struct looking *l = arg;
	enum err e = document_page_find(v, &l->document);
	return e != ERR_OK ? e
			   : DB_QUERY(v->db, v->pool, &sql_document_passages_statement, &l->passages,
				   DB_INT(v->caller.org_id), DB_INT(v->path.ids[0]), DB_INT(l->after),
				   DB_INT(PASSAGES_ROWS + 1));
}

static struct str document_page_own_path(struct desk_request *v)
{
	return pool_printf(v->pool, "/knowledge/%lld", (long long)v->path.ids[0]);
}

/* ---- showing ---- */

static void member_or_false(struct json_writer *w, const char *key, struct str value)
{
	if (value.p)
		json_member_str(w, key, value);
	else
		json_member_bool(w, key, false);
}

/* `failure`: of a fetch just now; else absent. */
static void document_page_write_document(
	struct desk_request *v, struct json_writer *w, const struct db_result *r, struct str failure)
{
	struct str url = str_equal(db_str(r, 0, SOURCE), STR("url")) ? db_str(r, 0, URL) : STR_NONE;
	bool failed = !str_equal(db_str(r, 0, STATE), STR("ready"));
	json_key(w, "document");
	json_begin_object(w);
	json_member_i64(w, "id", db_int(r, 0, ID));
	json_member_str(w, "title", db_str(r, 0, TITLE));
	json_member_str(w, "source", document_source_words(v, db_str(r, 0, SOURCE), db_str(r, 0, URL)));
	member_or_false(w, "url", url);
	json_member_str(w, "language", document_language_name(v, db_str(r, 0, LANGUAGE)));
	json_member_str(w, "passages", locale_number(v->pool, &v->locale, db_int(r, 0, PASSAGES)));
	locale_write_time(w, "changed", &v->locale, db_int(r, 0, CHANGED));
	member_or_false(w, "failed",
		failure.p ? failure
		: failed  ? request_stored_sentence(v, db_str(r, 0, REASON))
			  : STR_NONE);
	member_or_false(w, "next_step",
		failure.p ? str_of(request_translate(v, T("The document is as it was before."))) : STR_NONE);
	json_member_bool(w, "working", false);
	json_member_bool(w, "editable", !db_is_null(r, 0, TEXT));
	json_end_object(w);
}

static void document_page_write_passages(struct desk_request *v, struct json_writer *w, const struct looking *l)
{
	const struct db_result *r = l->passages;
	int rows = db_rows(r), shown = rows > PASSAGES_ROWS ? PASSAGES_ROWS : rows;
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < shown; i++) {
		struct str heading = db_str(r, i, HEADING);
		json_begin_object(w);
		json_member_str(w, "n", locale_number(v->pool, &v->locale, db_int(r, i, POSITION)));
		member_or_false(w, "heading", heading.n ? heading : STR_NONE);
		json_member_str(w, "text", db_str(r, i, PASSAGE_TEXT));
		json_end_object(w);
	}
	json_end_array(w);
	pager_write(
		v, w, document_page_own_path(v).p, l->after, rows > PASSAGES_ROWS ? db_int(r, shown - 1, POSITION) : 0);
}

static void document_page_fill(struct form *form, const struct db_result *r)
{
	form_init(form, fields);
	form_set(form, "title", db_str(r, 0, TITLE));
	form_set(form, "language", db_str(r, 0, LANGUAGE));
	form_set(form, "body", db_str(r, 0, TEXT));
	form_set(form, "version", db_str(r, 0, VERSION));
}

/* `typed` is NULL for a form as it is stored; `changed`: what was typed may now replace what is stored. */
static enum err document_page_show(
	struct desk_request *v, struct form *typed, bool changed, struct str failure, int status)
{
	struct looking l = { .after = pager_after(v) };
	struct form stored;
	enum err e = request_transaction(v, document_page_load, &l);
	if (e != ERR_OK)
		return e;
	if (!typed)
		document_page_fill(typed = &stored, l.document);
	if (changed)
		form_set(typed, "version", db_str(l.document, 0, VERSION));
	if (form_value(typed, "body").n > DOCUMENT_PASTE_MAX_BYTES)
		form_set(typed, "body", STR(""));
	struct json_writer *w = page_begin(v, "document", "knowledge", T("Document"));
	document_page_write_document(v, w, l.document, failure);
	document_page_write_passages(v, w, &l);
	document_write_languages(v, w, form_value(typed, "language"), true);
	form_write(w, "form", document_page_own_path(v).p, typed);
	return page_end(v, status);
}

enum err desk_document(struct desk_request *v)
{
	return document_page_show(v, NULL, false, STR_NONE, 200);
}

/* ---- changing ---- */

struct change {
	struct form form;
	struct knowledge_document document; /* of a fetch: its text */
	bool fetched, changed;
	struct explain why;
};

static enum err document_page_record(struct desk_request *v, const char *action, struct str title)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 8192);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "document", v->path.ids[0]);
	json_member_str(&w, "title", title);
	json_end_object(&w);
	enum err e = request_audit(v, action, buf_str(&detail));
	buf_fini(&detail);
	return e;
}

/* What is stored now, of which a fetch keeps title and language, and of which a text that is not sent stays. */
static enum err document_page_merge(struct change *c, const struct db_result *r, struct knowledge_document *d)
{
	struct str version = form_value(&c->form, "version"), body = form_value(&c->form, "body");
	*d = c->document;
	if (c->fetched) {
		d->title = db_str(r, 0, TITLE);
		d->language = db_str(r, 0, LANGUAGE);
		return ERR_OK;
	}
	c->changed = !str_is_empty(version) && !str_equal(version, db_str(r, 0, VERSION));
	d->title = form_value(&c->form, "title");
	d->language = form_value(&c->form, "language").p ? form_value(&c->form, "language") : db_str(r, 0, LANGUAGE);
	if (!db_is_null(r, 0, TEXT) && !str_is_empty(body)) {
		d->text = body;
		d->source = STR("paste");
	}
	return c->changed ? ERR_CONFLICT : ERR_OK;
}

static enum err document_page_store(struct desk_request *v, void *arg)
{
	struct change *c = arg;
	struct knowledge_document d;
	struct knowledge_stored stored;
	struct knowledge_writer *w;
	struct db_result *r;
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK)
		e = document_page_find(v, &r);
	if (e == ERR_OK)
		e = document_page_merge(c, r, &d);
	if (e == ERR_OK)
		e = knowledge_change(w, v->path.ids[0], &d, &stored);
	if (e == ERR_OK)
		e = knowledge_end(w, &c->why);
	return e == ERR_OK ? document_page_record(v, c->fetched ? "knowledge.fetch" : "knowledge.change", d.title) : e;
}

static enum err document_page_finish(struct desk_request *v)
{
	flash_set(v, "document-saved");
	request_redirect(v, document_page_own_path(v).p);
	return ERR_OK;
}

static enum err document_page_fetch(struct desk_request *v)
{
	struct change c = { .fetched = true };
	struct db_result *r;
	form_init(&c.form, fields);
	enum err e = request_transaction(v, find_alone, &r);
	if (e != ERR_OK)
		return e;
	if (!str_equal(db_str(r, 0, SOURCE), STR("url")))
		return ERR_INVALID;
	if (!request_enter_gate(v, GATE_DOCUMENTS))
		return request_refuse_busy(v, GATE_DOCUMENTS);
	e = document_from_url(v, db_str(r, 0, URL), db_str(r, 0, TITLE), &c.document, &c.why);
	if (e == ERR_INVALID)
		return document_page_show(v, NULL, false, str_of(c.why.text), 400);
	if (e == ERR_OK)
		e = request_transaction(v, document_page_store, &c);
	if (e == ERR_QUOTA)
		return document_page_show(v, NULL, false, str_of(request_quota(v, &c.why)), 403);
	return e == ERR_OK ? document_page_finish(v) : e;
}

static enum err document_page_save(struct desk_request *v, struct change *c)
{
	if (!request_enter_gate(v, GATE_DOCUMENTS)) {
		form_fail(&c->form, request_busy_text(v, GATE_DOCUMENTS));
		return document_page_show(v, &c->form, false, STR_NONE, 503);
	}
	enum err e = request_transaction(v, document_page_store, c);
	if (e == ERR_OK)
		return document_page_finish(v);
	if (e == ERR_QUOTA) {
		form_fail(&c->form, request_quota(v, &c->why));
		return document_page_show(v, &c->form, false, STR_NONE, 403);
	}
	if (e != ERR_CONFLICT)
		return e;
	if (c->changed)
		form_fail(&c->form,
			request_translate(v, T("Somebody else changed this at the same time. What you wrote is "
					       "still here; saving again replaces what they wrote.")));
	else
		form_refuse(&c->form, "title", request_translate(v, T("There is a document with this title already.")));
	return document_page_show(v, &c->form, c->changed, STR_NONE, 409);
}

enum err desk_document_save(struct desk_request *v)
{
	struct change c = { .fetched = false };
	const struct param *what = params_find(&v->params, "do");
	if (what && str_equal(what->value, STR("fetch")))
		return document_page_fetch(v);
	bool good = form_parse(v->pool, &c.form, fields, &v->params, v->locale.translation);
	if (!knowledge_is_language(form_value(&c.form, "language")))
		form_refuse(&c.form, "language", request_translate(v, T("Choose a language.")));
	if (!good || c.form.wrong)
		return document_page_show(v, &c.form, false, STR_NONE, 400);
	return document_page_save(v, &c);
}

/* ---- deleting ---- */

static enum err document_page_forget(struct desk_request *v, void *arg)
{
	struct db_result **r = arg;
	struct knowledge_writer *w;
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK)
		e = document_page_find(v, r);
	if (e == ERR_OK)
		e = knowledge_delete(w, v->path.ids[0]);
	if (e == ERR_OK)
		e = knowledge_end(w, NULL);
	return e == ERR_OK ? document_page_record(v, "knowledge.delete", db_str(*r, 0, TITLE)) : e;
}

enum err desk_document_delete(struct desk_request *v)
{
	struct db_result *r;
	enum err e = request_transaction(v, find_alone, &r);
	if (e != ERR_OK)
		return e;
	struct str title = db_str(r, 0, TITLE);
	const char *words = request_translate(v, T("Delete the document"));
	struct confirmation c = { .nav = "knowledge",
		.title = T("Delete the document"),
		.question = pool_printf(v->pool, "%s: %.*s", words, (int)title.n, title.p).p,
		.words = request_translate(
			v, T("Its passages are deleted too. Answers that were given stay in the conversations.")),
		.button = words,
		.action = pool_printf(v->pool, "%s/delete", document_page_own_path(v).p).p,
		.back = document_page_own_path(v).p };
	if (!request_confirmed(v, &c, &e))
		return e;
	if (!request_enter_gate(v, GATE_DOCUMENTS))
		return request_refuse_busy(v, GATE_DOCUMENTS);
	if ((e = request_transaction(v, document_page_forget, &r)) != ERR_OK)
		return e;
	flash_set(v, "document-deleted");
	request_redirect(v, "/knowledge");
	return ERR_OK;
}
