/*
 * knowledge-page.c - /knowledge: the documents, and adding one.
 *
 * A document is known by its title, whatever its case. One of the same title is only replaced when that was asked for.
 */
#include "desk/pages/bot/document-input.h"

#include "desk/format/pager.h"

#define PAGE_ROWS 50
#define URL_MAX_BYTES 2000

/* ---- the list ---- */

struct listing {
	int64_t after;
	struct sql_document_page_rows documents;
};

static enum err knowledge_page_load(struct desk_request *v, void *arg)
{
	struct listing *l = arg;
	return sql_document_page(v->db, v->pool, v->caller.org_id, l->after, PAGE_ROWS + 1, &l->documents);
}

static void knowledge_page_write_document(
	struct desk_request *v, struct json_writer *w, const struct sql_document_page_rows *r, int i)
{
	const struct sql_document_page_row row = sql_document_page_row(r, i);
	bool ready = str_equal(row.state, STR("ready"));
	json_begin_object(w);
	json_member_i64(w, "id", row.id);
	json_member_str(w, "href", pool_printf(v->pool, "/knowledge/%lld", (long long)row.id));
	json_member_str(w, "title", row.title);
	json_member_str(w, "source", document_source_words(v, row.source, row.url));
	json_member_str(w, "language", document_language_name(v, row.language));
	json_member_str(w, "passages", locale_number(v->pool, &v->locale, row.passages));
	locale_write_time(w, "changed", &v->locale, row.changed_ms);
	json_member_bool(w, "ready", ready);
	json_member_bool(w, "working", false);
	page_write_reason(v, "failed", ready ? STR_NONE : row.reason);
	json_end_object(w);
}

enum err desk_knowledge(struct desk_request *v)
{
	struct listing l = { .after = pager_after(v) };
	enum err e = request_transaction(v, knowledge_page_load, &l);
	if (e != ERR_OK)
		return e;
	int rows = l.documents.n, shown = rows > PAGE_ROWS ? PAGE_ROWS : rows;
	struct json_writer *w = page_begin(v, "knowledge", "knowledge", T("Knowledge"));
	page_write_flag(w, "tab", STR_NONE);
	json_member_bool(w, "has_documents", rows > 0);
	json_key(w, "documents");
	json_begin_array(w);
	for (int i = 0; i < shown; i++)
		knowledge_page_write_document(v, w, &l.documents, i);
	json_end_array(w);
	pager_write(
		v, w, "/knowledge", l.after, rows > PAGE_ROWS ? sql_document_page_row(&l.documents, shown - 1).id : 0);
	return page_end(v, 200);
}

/* ---- adding ---- */

static const struct field fields[] = { { "kind", FIELD_CHOICE, FIELD_REQUIRED, 8, "file|url|site|text",
					       T("Choose what is sent: file, url, site or text.") },
	{ "file", FIELD_FILE, FIELD_OPTIONAL, DOCUMENT_UPLOAD_MAX_BYTES, NULL,
		T("Choose a file of at most 20 MB: text, Markdown, HTML or PDF.") },
	{ "replace", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") },
	{ "url", FIELD_LINE, FIELD_OPTIONAL, URL_MAX_BYTES, NULL,
		T("Write an address such as https://example.com/prices.") },
	{ "title", FIELD_LINE, FIELD_OPTIONAL, DOCUMENT_TITLE_TYPED_MAX_BYTES, NULL, T("Write a title of one line.") },
	{ "body", FIELD_TEXT, FIELD_OPTIONAL, DOCUMENT_PASTE_MAX_BYTES, NULL,
		T("Paste text of at most 500 kB; send longer ones as a file.") },
	{ "language", FIELD_LINE, FIELD_OPTIONAL, 35, NULL, T("Choose a language.") }, FIELD_LAST };

struct adding {
	struct form form;
	struct knowledge_document document;
	struct knowledge_stored stored;
	struct explain why;
};

static enum err find_language(struct desk_request *v, void *arg)
{
	struct sql_organization_find_rows r;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e == ERR_OK)
		*(struct str *)arg = sql_organization_find_row(&r, 0).language;
	return e;
}

/* What is too long to be shown again is left out. */
static enum err knowledge_page_show(struct desk_request *v, struct form *form, int status)
{
	struct str language = form_value(form, "language");
	enum err e = language.p ? ERR_OK : request_transaction(v, find_language, &language);
	if (e != ERR_OK)
		return e;
	if (form_value(form, "body").n > DOCUMENT_PASTE_MAX_BYTES)
		form_set(form, "body", STR(""));
	struct json_writer *w = page_begin(v, "knowledge-new", "knowledge", T("Add a document"));
	json_member_str(w, "limit", STR("20 MB"));
	document_write_languages(v, w, language, true);
	form_write(w, "form", "/knowledge/new", form);
	return page_end(v, status);
}

enum err desk_knowledge_new(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	return knowledge_page_show(v, &form, 200);
}

static enum err knowledge_page_read_file(struct desk_request *v, struct adding *a)
{
	const struct param *file = params_find(&v->params, "file");
	if (!file)
		return ERR_INVALID;
	return document_from_file(v, form_file_name(&a->form, "file"), file->type, file->value,
		form_value(&a->form, "title"), &a->document, &a->why);
}

static enum err read_url(struct desk_request *v, struct adding *a)
{
	return document_from_url(v, form_value(&a->form, "url"), form_value(&a->form, "title"), &a->document, &a->why);
}

static enum err knowledge_page_read_text(struct desk_request *v, struct adding *a)
{
	return document_from_text(
		v, form_value(&a->form, "body"), form_value(&a->form, "title"), &a->document, &a->why);
}

static const struct kind {
	const char *name, *field;                                   /* where its faults are told */
	bool titled;                                                /* it has no title of its own */
	enum err (*read)(struct desk_request *v, struct adding *a); /* NULL: its pages are offered */
	const char *missing;
} kinds[] = { { "file", "file", false, knowledge_page_read_file, T("Choose a file: text, Markdown, HTML or PDF.") },
	{ "url", "url", false, read_url, T("Write an address such as https://example.com/prices.") },
	{ "site", "url", false, NULL, T("Write an address such as https://example.com/prices.") },
	{ "text", "body", true, knowledge_page_read_text, T("Paste the text.") } };

static const struct kind *knowledge_page_kind_of(const struct form *form)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_equal(form_value(form, "kind"), str_of(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

/* Whether everything is there that the kind needs. */
static bool is_complete(struct desk_request *v, struct adding *a, const struct kind *kind)
{
	struct str language = form_value(&a->form, "language");
	if (str_is_empty(form_value(&a->form, kind->field)))
		form_refuse(&a->form, kind->field, request_translate(v, kind->missing));
	if (kind->titled && str_is_empty(form_value(&a->form, "title")))
		form_refuse(&a->form, "title", request_translate(v, T("Write a title of one line.")));
	if (!knowledge_is_language(language))
		form_refuse(&a->form, "language", request_translate(v, T("Choose a language.")));
	return !a->form.wrong;
}

static enum err knowledge_page_store(struct desk_request *v, void *arg)
{
	struct adding *a = arg;
	struct knowledge_writer *w;
	a->stored = (struct knowledge_stored){ .document_id = 0 };
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK && !form_checked(&a->form, "replace"))
		e = knowledge_title_is_free(w, a->document.title, 0);
	if (e == ERR_OK)
		e = knowledge_put(w, &a->document, &a->stored);
	if (e == ERR_OK)
		e = knowledge_end(w, &a->why);
	return e == ERR_OK ? document_record(v, &a->stored, a->document.title) : e;
}

static enum err knowledge_page_add(struct desk_request *v, struct adding *a, const struct kind *kind)
{
	a->document.language = form_value(&a->form, "language");
	enum err e = a->document.language.p ? ERR_OK : request_transaction(v, find_language, &a->document.language);
	if (e == ERR_OK && kind->read)
		e = kind->read(v, a);
	if ((e == ERR_OK && !kind->read) || (e == ERR_INVALID && str_equal(a->document.source, STR("sitemap")))) {
		e = site_page_offer(v, form_value(&a->form, "url"), a->document.language, &a->why);
		if (e != ERR_INVALID)
			return e;
	}
	if (e == ERR_INVALID) {
		form_refuse(&a->form, kind->field, a->why.text);
		return knowledge_page_show(v, &a->form, 400);
	}
	if (e == ERR_OK)
		e = request_transaction(v, knowledge_page_store, a);
	if (e == ERR_QUOTA) {
		a->stored.document_id = 0; /* what was stored is taken back */
		form_fail(&a->form, request_quota(v, &a->why));
		return knowledge_page_show(v, &a->form, 403);
	}
	if (e != ERR_CONFLICT)
		return e;
	form_refuse(&a->form, kind->titled ? "title" : kind->field,
		request_translate(v, T("There is a document with this title already.")));
	return knowledge_page_show(v, &a->form, 409);
}

enum err desk_knowledge_add(struct desk_request *v)
{
	struct adding a = { .why = { "" } };
	bool good = form_parse(v->pool, &a.form, fields, &v->params, v->locale.translation);
	const struct kind *kind = knowledge_page_kind_of(&a.form);
	if (!kind || !good || !is_complete(v, &a, kind))
		return knowledge_page_show(v, &a.form, 400);
	if (!request_enter_gate(v, GATE_DOCUMENTS)) {
		form_fail(&a.form, request_busy_text(v, GATE_DOCUMENTS));
		return knowledge_page_show(v, &a.form, 503);
	}
	enum err e = knowledge_page_add(v, &a, kind);
	if (e != ERR_OK || !a.stored.document_id)
		return e;
	flash_set(v, a.stored.outcome == KNOWLEDGE_ADDED ? "document-added" : "document-saved");
	request_redirect(v, pool_printf(v->pool, "/knowledge/%lld", (long long)a.stored.document_id).p);
	return ERR_OK;
}
