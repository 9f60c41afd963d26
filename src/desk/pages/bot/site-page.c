/*
 * site-page.c - /knowledge/site: pages of a site, chosen and fetched as documents.
 *
 * Owns what is ticked and what became of it. What was found is kept in the form, so that choosing fetches nothing
 * again. A request fetches only so many pages and for so long; what it does not reach stays ticked for the next one.
 * Each page is stored by itself, so that one that fails takes no other with it.
 */
#include "desk/pages/bot/document-input.h"

#include "answer/retrieval/site-import.h"
#include "core/clock.h"

#define AT_ONCE 20
#define FIND_TIMEOUT_MS 8000
#define FETCH_WITHIN_MS 10000
#define LIST_MAX_BYTES (400 * 1024)
#define URL_MAX_BYTES 2000
#define SHOWN_BYTES 120

enum page_state { PAGE_NEW, PAGE_KNOWN, PAGE_STORED, PAGE_FAILED };

struct site_row {
	struct str url;
	bool ticked;
	enum page_state state;
	int64_t document_id;
	struct str failed; /* why, as words */
};

struct site {
	struct form form;
	struct site_row *rows;
	int n, stored, failed;
};

static const struct field fields[] = { { "site", FIELD_LINE, FIELD_REQUIRED, URL_MAX_BYTES, NULL,
					       T("Write an address such as https://example.com/prices.") },
	{ "list", FIELD_TEXT, FIELD_REQUIRED, LIST_MAX_BYTES, NULL, T("Find the pages of the site again.") },
	{ "language", FIELD_LINE, FIELD_OPTIONAL, 35, NULL, T("Choose a language.") },
	{ "more", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") },
	{ "foreign", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") }, FIELD_LAST };

/* ---- showing ---- */

static enum err site_page_mark_known(struct desk_request *v, void *arg)
{
	struct site *s = arg;
	struct sql_document_addresses_rows r;
	enum err e = sql_document_addresses(v->db, v->pool, v->caller.org_id, &r);
	for (int i = 0; e == ERR_OK && i < r.n; i++) {
		const struct sql_document_addresses_row row = sql_document_addresses_row(&r, i);
		for (int k = 0; k < s->n; k++)
			if (str_equal(s->rows[k].url, row.url) && !s->rows[k].document_id) {
				s->rows[k].document_id = row.id;
				s->rows[k].state = s->rows[k].state == PAGE_NEW ? PAGE_KNOWN : s->rows[k].state;
			}
	}
	return e;
}

/* "/prices?id=3" */
static struct str path_of(struct str url)
{
	str_take_until(&url, '/');
	str_take_until(&url, '/');
	str_take_until(&url, '/');
	return url.p ? (struct str){ url.p - 1, url.n + 1 } : STR("/");
}

static void site_page_write_row(struct desk_request *v, struct json_writer *w, const struct site_row *row)
{
	json_begin_object(w);
	json_member_str(w, "url", row->url);
	json_member_str(w, "path", str_cut(path_of(row->url), SHOWN_BYTES));
	json_member_bool(w, "ticked", row->ticked);
	json_member_bool(w, "known", row->state == PAGE_KNOWN);
	json_member_bool(w, "stored", row->state == PAGE_STORED);
	page_write_text(w, "failed", row->failed);
	page_write_text(w, "href",
		row->document_id ? pool_printf(v->pool, "/knowledge/%lld", (long long)row->document_id) : STR_NONE);
	json_end_object(w);
}

static int count_ticked(const struct site *s)
{
	int n = 0;
	for (int i = 0; i < s->n; i++)
		n += s->rows[i].ticked;
	return n;
}

static enum err site_page_show(struct desk_request *v, struct site *s, int status)
{
	enum err e = request_transaction(v, site_page_mark_known, s);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "knowledge-site", "knowledge", T("Pages of the site"));
	int left = count_ticked(s);
	json_member_str(w, "limit", locale_number(v->pool, &v->locale, AT_ONCE));
	json_member_str(w, "shown", locale_number(v->pool, &v->locale, s->n));
	json_member_bool(w, "tried", s->stored + s->failed > 0);
	json_member_str(w, "stored", locale_number(v->pool, &v->locale, s->stored));
	json_member_str(w, "left", locale_number(v->pool, &v->locale, left));
	json_member_bool(w, "some_left", left > 0);
	document_write_languages(v, w, form_value(&s->form, "language"), true);
	json_key(w, "pages");
	json_begin_array(w);
	for (int i = 0; i < s->n; i++)
		site_page_write_row(v, w, &s->rows[i]);
	json_end_array(w);
	form_write(w, "form", "/knowledge/site", &s->form);
	return page_end(v, status);
}

/* ---- finding ---- */

static struct str site_page_list(struct desk_request *v, const struct sitemap *pages)
{
	struct buf list;
	buf_init(&list, LIST_MAX_BYTES + URL_MAX_BYTES);
	for (int i = 0; i < pages->n; i++) {
		buf_add_str(&list, pages->urls[i]);
		buf_add_char(&list, '\n');
	}
	return pool_take(v->pool, &list);
}

static void site_page_add_row(struct site *s, struct str url)
{
	if (url.n && s->n < SITEMAP_PAGES_MAX)
		s->rows[s->n++] = (struct site_row){ .url = url };
}

/* What is no document yet, as much as is fetched at once. */
static void tick_new(struct site *s)
{
	int ticked = 0;
	for (int i = 0; i < s->n && ticked < AT_ONCE; i++) {
		s->rows[i].ticked = s->rows[i].state == PAGE_NEW;
		ticked += s->rows[i].ticked;
	}
}

enum err site_page_offer(struct desk_request *v, struct str url, struct str language, struct explain *why)
{
	struct site s = { .rows = pool_new_array(v->pool, SITEMAP_PAGES_MAX, struct site_row) };
	struct site_pages found;
	request_put_db(v);
	enum err e = site_pages_find(v->pool, v->desk->conf, url, FIND_TIMEOUT_MS, &found, why);
	if (e != ERR_OK) {
		document_explain(v, why);
		return ERR_INVALID;
	}
	form_init(&s.form, fields);
	form_set(&s.form, "site", found.site);
	form_set(&s.form, "list", site_page_list(v, &found.pages));
	form_set(&s.form, "language", language);
	form_set(&s.form, "more", found.pages.more ? STR("on") : STR(""));
	form_set(&s.form, "foreign", found.pages.foreign ? STR("on") : STR(""));
	for (int i = 0; i < found.pages.n; i++)
		site_page_add_row(&s, found.pages.urls[i]);
	e = request_transaction(v, site_page_mark_known, &s);
	tick_new(&s);
	return e == ERR_OK ? site_page_show(v, &s, 200) : e;
}

/* ---- fetching ---- */

struct fetched_page {
	struct knowledge_document document;
	struct knowledge_stored stored;
	struct explain why;
};

static enum err site_page_store(struct desk_request *v, void *arg)
{
	struct fetched_page *p = arg;
	struct knowledge_writer *w;
	p->stored = (struct knowledge_stored){ .document_id = 0 };
	enum err e = knowledge_begin(v->db, v->pool, v->caller.org_id, &w);
	if (e == ERR_OK)
		e = knowledge_put_page(w, &p->document, &p->stored);
	if (e == ERR_OK)
		e = knowledge_end(w, &p->why);
	return e == ERR_OK ? document_record(v, &p->stored, p->document.title) : e;
}

/* ERR_QUOTA ends the round; what else is wrong with a page is told next to it. */
static enum err site_page_fetch(struct desk_request *v, struct site *s, struct site_row *row)
{
	struct fetched_page p = { .document = { .language = form_value(&s->form, "language") }, .why = { "" } };
	row->ticked = false;
	enum err e = document_from_url(v, row->url, STR_NONE, &p.document, &p.why);
	if (e == ERR_INVALID) {
		row->state = PAGE_FAILED;
		row->failed = pool_str(v->pool, str_of(p.why.text));
		s->failed++;
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = request_transaction(v, site_page_store, &p);
	if (e == ERR_OK) {
		row->state = PAGE_STORED;
		row->document_id = p.stored.document_id;
		s->stored++;
	}
	if (e == ERR_QUOTA) {
		row->ticked = true;
		form_fail(&s->form, request_quota(v, &p.why));
	}
	return e;
}

static void site_page_read(struct desk_request *v, struct site *s)
{
	s->rows = pool_new_array(v->pool, SITEMAP_PAGES_MAX, struct site_row);
	for (struct str rest = form_value(&s->form, "list"); rest.p;)
		site_page_add_row(s, str_trim(str_take_until(&rest, '\n')));
	for (int i = 0; i < v->params.n; i++)
		for (int k = 0; k < s->n && str_equal(v->params.items[i].name, STR("page")); k++)
			if (str_equal(v->params.items[i].value, s->rows[k].url))
				s->rows[k].ticked = true;
}

static enum err site_page_fetch_ticked(struct desk_request *v, struct site *s)
{
	int64_t until = clock_mono_us() + FETCH_WITHIN_MS * 1000;
	enum err e = ERR_OK;
	for (int i = 0, n = 0; i < s->n && n < AT_ONCE && e == ERR_OK && clock_mono_us() < until; i++) {
		n += s->rows[i].ticked;
		if (s->rows[i].ticked)
			e = site_page_fetch(v, s, &s->rows[i]);
	}
	return e == ERR_QUOTA ? ERR_OK : e;
}

enum err desk_knowledge_site(struct desk_request *v)
{
	struct site s = { .n = 0 };
	bool good = form_parse(v->pool, &s.form, fields, &v->params, v->locale.translation);
	site_page_read(v, &s);
	if (!knowledge_is_language(form_value(&s.form, "language")))
		form_refuse(&s.form, "language", request_translate(v, T("Choose a language.")));
	if (!good || s.form.wrong || count_ticked(&s) == 0) {
		if (!form_first_error(&s.form))
			form_fail(&s.form, request_translate(v, T("Tick the pages that are to be fetched.")));
		return site_page_show(v, &s, 400);
	}
	if (!request_enter_gate(v, GATE_DOCUMENTS)) {
		form_fail(&s.form, request_busy_text(v, GATE_DOCUMENTS));
		return site_page_show(v, &s, 503);
	}
	enum err e = site_page_fetch_ticked(v, &s);
	return e == ERR_OK ? site_page_show(v, &s, s.form.error ? 403 : 200) : e;
}
