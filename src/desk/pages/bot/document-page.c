/*
 * document-page.c - /knowledge/{id}: what the search finds of a document, its title, language and text, fetching it
 * again, and deleting it.
 *
 * Of a pasted text that is not too long the text itself can be changed; what was uploaded or fetched is replaced by
 * uploading or fetching it again. A fetch that fails leaves the document as it is. Two who change the same document:
 * the second is told and decides.
 */
#include "desk/pages/bot/document-input.h"

#include "desk/format/pager.h"
#include "desk/pages/bot/counter-examples-page.h"
#include "desk/pages/bot/document-questions.h"

#define PASSAGES_ROWS 20
#define TRY_MAX_BYTES 120
#define TEXT_MAX_CHARACTERS 50000

static const struct field fields[] = { { "do", FIELD_CHOICE, FIELD_OPTIONAL, 8, "save|fetch",
					       T("Choose what is done: save or fetch.") },
	{ "title", FIELD_LINE, FIELD_REQUIRED, DOCUMENT_TITLE_TYPED_MAX_BYTES, NULL, T("Write a title of one line.") },
	{ "body", FIELD_TEXT, FIELD_OPTIONAL, DOCUMENT_PASTE_MAX_BYTES, NULL,
		T("Paste text of at most 500 kB; send longer ones as a file.") },
	{ "language", FIELD_LINE, FIELD_OPTIONAL, 35, NULL, T("Choose a language.") },
	{ "version", FIELD_LINE, FIELD_OPTIONAL, 30, NULL, T("Load the page again.") }, FIELD_LAST };

struct looking {
	int64_t after;
	struct sql_document_view_rows document;
	struct sql_document_passages_rows passages;
	struct sql_counter_example_list_rows counter_examples;
	bool tries; /* questions, on the first page of the passages */
	struct str typed;
	struct document_questions questions;
};

static enum err document_page_find(struct desk_request *v, struct sql_document_view_rows *out)
{
	enum err e = sql_document_view(v->db, v->pool, v->caller.org_id, v->path.ids[0], TEXT_MAX_CHARACTERS, out);
	return e == ERR_OK && out->n == 0 ? ERR_NOT_FOUND : e;
}

static enum err find_alone(struct desk_request *v, void *arg)
{
	return document_page_find(v, arg);
}

static enum err document_page_load(struct desk_request *v, void *arg)
{
	struct looking *l = arg;
	enum err e = document_page_find(v, &l->document);
	if (e == ERR_OK)
		e = counter_examples_list(v, 0, v->path.ids[0], &l->counter_examples);
	if (e == ERR_OK && l->tries) {
		const struct sql_document_view_row row = sql_document_view_row(&l->document, 0);
		e = document_questions_find(v, &row, l->typed, &l->questions);
	}
	return e != ERR_OK ? e
			   : sql_document_passages(v->db, v->pool, v->caller.org_id, v->path.ids[0], l->after,
				   PASSAGES_ROWS + 1, &l->passages);
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
	struct desk_request *v, struct json_writer *w, const struct sql_document_view_rows *r, struct str failure)
{
	const struct sql_document_view_row row = sql_document_view_row(r, 0);
	struct str url = str_equal(row.source, STR("url")) ? row.url : STR_NONE;
	bool failed = !str_equal(row.state, STR("ready"));
	json_key(w, "document");
	json_begin_object(w);
	json_member_i64(w, "id", row.id);
	json_member_str(w, "title", row.title);
	json_member_str(w, "source", document_source_words(v, row.source, row.url));
	member_or_false(w, "url", url);
	json_member_str(w, "language", document_language_name(v, row.language));
	json_member_str(w, "passages", locale_number(v->pool, &v->locale, row.passages));
	locale_write_time(w, "changed", &v->locale, row.changed_ms);
	member_or_false(w, "failed", failure.p ? failure : failed ? request_reason(v, row.reason) : STR_NONE);
	member_or_false(w, "next_step",
		failure.p ? str_of(request_translate(v, T("The document is as it was before."))) : STR_NONE);
	json_member_bool(w, "working", false);
	json_member_bool(w, "editable", row.text.p);
	json_end_object(w);
}

static void document_page_write_passages(struct desk_request *v, struct json_writer *w, const struct looking *l)
{
	const struct sql_document_passages_rows *r = &l->passages;
	int rows = r->n, shown = rows > PASSAGES_ROWS ? PASSAGES_ROWS : rows;
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < shown; i++) {
		const struct sql_document_passages_row row = sql_document_passages_row(r, i);
		struct str heading = row.heading;
		json_begin_object(w);
		json_member_str(w, "n", locale_number(v->pool, &v->locale, row.position));
		member_or_false(w, "heading", heading.n ? heading : STR_NONE);
		json_member_str(w, "text", row.text);
		json_end_object(w);
	}
	json_end_array(w);
	pager_write(v, w, document_page_own_path(v).p, l->after,
		rows > PASSAGES_ROWS ? sql_document_passages_row(r, shown - 1).position : 0);
}

static void document_page_fill(struct form *form, const struct sql_document_view_rows *r)
{
	form_init(form, fields);
	const struct sql_document_view_row row = sql_document_view_row(r, 0);
	form_set(form, "title", row.title);
	form_set(form, "language", row.language);
	form_set(form, "body", row.text);
	form_set(form, "version", row.version);
}

/* `typed` is NULL for a form as it is stored; `changed`: what was typed may now replace what is stored. */
static enum err document_page_show(
	struct desk_request *v, struct form *typed, bool changed, struct str failure, int status)
{
	struct looking l = { .after = pager_after(v), .typed = request_query_text(v, "try", TRY_MAX_BYTES) };
	l.tries = l.after == 0 && v->route->method[0] == 'G';
	struct form stored;
	enum err e = request_transaction(v, document_page_load, &l);
	if (e != ERR_OK)
		return e;
	if (!typed)
		document_page_fill(typed = &stored, &l.document);
	if (changed)
		form_set(typed, "version", sql_document_view_row(&l.document, 0).version);
	if (form_value(typed, "body").n > DOCUMENT_PASTE_MAX_BYTES)
		form_set(typed, "body", STR(""));
	struct json_writer *w = page_begin(v, "document", "knowledge", T("Document"));
	document_page_write_document(v, w, &l.document, failure);
	document_page_write_passages(v, w, &l);
	json_member_bool(w, "tries", l.tries);
	document_questions_write(v, w, &l.questions, l.typed);
	counter_examples_write(v, w, &l.counter_examples);
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
static enum err document_page_merge(
	struct pool *pool, struct change *c, const struct sql_document_view_rows *r, struct knowledge_document *d)
{
	struct str version = form_value(&c->form, "version"), body = form_value(&c->form, "body");
	*d = c->document;
	const struct sql_document_view_row row = sql_document_view_row(r, 0);
	if (c->fetched) {
		d->title = row.title;
		d->language = row.language;
		return ERR_OK;
	}
	c->changed = !str_is_empty(version) && !str_equal(version, row.version);
	d->title = knowledge_title(pool, form_value(&c->form, "title"));
	d->language = form_value(&c->form, "language").p ? form_value(&c->form, "language") : row.language;
	if (row.text.p && !str_is_empty(body)) {
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
	struct sql_document_view_rows r;
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK)
		e = document_page_find(v, &r);
	if (e == ERR_OK)
		e = document_page_merge(v->pool, c, &r, &d);
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
	struct sql_document_view_rows r;
	form_init(&c.form, fields);
	enum err e = request_transaction(v, find_alone, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_document_view_row row = sql_document_view_row(&r, 0);
	if (!str_equal(row.source, STR("url")))
		return ERR_INVALID;
	if (!request_enter_gate(v, GATE_DOCUMENTS))
		return request_refuse_busy(v, GATE_DOCUMENTS);
	e = document_from_url(v, row.url, row.title, &c.document, &c.why);
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
		form_fail(&c->form, request_translate(v, T("Another user has changed this. Your text is still here; "
							   "save again to replace theirs.")));
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
	struct sql_document_view_rows *r = arg;
	struct knowledge_writer *w;
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK)
		e = document_page_find(v, r);
	if (e == ERR_OK)
		e = knowledge_delete(w, v->path.ids[0]);
	if (e == ERR_OK)
		e = knowledge_end(w, NULL);
	return e == ERR_OK ? document_page_record(v, "knowledge.delete", sql_document_view_row(r, 0).title) : e;
}

enum err desk_document_delete(struct desk_request *v)
{
	struct sql_document_view_rows r;
	enum err e = request_transaction(v, find_alone, &r);
	if (e != ERR_OK)
		return e;
	struct str title = sql_document_view_row(&r, 0).title;
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
