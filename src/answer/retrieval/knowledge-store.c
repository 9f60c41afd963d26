/*
 * knowledge-store.c - documents, and their passages.
 *
 * Owns the tables documents, passages and knowledge_indexes; what happens to the index is told to index-writer.c. What
 * a passage added to the index is worked out again from its own row when it goes, so that nothing has to be kept for
 * it; a fingerprint of the terms notices a library that would now answer otherwise, and then everything is made again.
 * Everything happens in the caller's transaction: a process that dies leaves the state before.
 */
#include "answer/retrieval/knowledge-store.h"

#include "answer/retrieval/index-writer.h"
#include "answer/retrieval/passages.h"
#include "answer/terms/terms.h"
#include "core/buf.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/quota.h"

#define PAGE_ADDRESS_BYTES 150 /* in a title */
#define LIST_MAX_BYTES (64u << 20)

struct knowledge_writer {
	struct db *db;
	struct pool *pool;
	struct pool *scratch; /* of one document */
	struct pool *passage; /* of one passage: its terms take a hundred times the memory of its text */
	int64_t org;
	int64_t fingerprint;
	int next_passage;
	int64_t passages, length[TERM_KINDS]; /* by how much the sums change */
	struct index_writer *index;
	struct quota_change quota;
};

/* What is indexed of a passage: the title and the headings too, since a sentence seldom says what it is about. Valid
 * until the next call. */
static struct terms terms_of_passage(
	struct knowledge_writer *w, struct str title, struct str heading, struct str text, struct str language)
{
	pool_reset(w->passage);
	struct str whole = pool_printf(w->passage, "%.*s\n%.*s\n%.*s\n%.*s", (int)title.n, title.p ? title.p : "",
		(int)title.n, title.p ? title.p : "", (int)heading.n, heading.p ? heading.p : "", (int)text.n,
		text.p ? text.p : "");
	return terms_of(w->passage, whole, language);
}

static void free_pool(void *pool)
{
	pool_free(pool);
}

enum err knowledge_begin(struct db *db, struct pool *pool, int64_t org_id, struct knowledge_writer **out)
{
	struct sql_knowledge_lock_rows r;
	struct knowledge_writer *w = pool_new_of(pool, struct knowledge_writer);
	*w = (struct knowledge_writer){
		.db = db, .pool = pool, .scratch = pool_new(), .passage = pool_new(), .org = org_id
	};
	pool_defer(pool, free_pool, w->scratch);
	pool_defer(pool, free_pool, w->passage);
	w->index = index_writer_new(db, pool, org_id);
	w->fingerprint = terms_fingerprint(pool);
	enum err e = sql_knowledge_lock(db, pool, org_id, &r);
	if (e != ERR_OK)
		return e;
	*out = w;
	const struct sql_knowledge_lock_row row = sql_knowledge_lock_row(&r, 0);
	w->next_passage = (int)row.next_passage;
	e = quota_begin(&w->quota, db, org_id, QUOTA_OF_DOCUMENTS);
	if (e != ERR_OK)
		return e;
	bool other = row.has_fingerprint && row.fingerprint != w->fingerprint;
	return other ? knowledge_rebuild(w) : ERR_OK;
}

/* Takes a document's passages out of the index and the table. */
static enum err drop_passages(struct knowledge_writer *w, int64_t document, struct str title, struct str language)
{
	struct sql_passages_of_document_rows r;
	enum err e = sql_passages_of_document(w->db, w->scratch, w->org, document, &r);
	for (int i = 0; e == ERR_OK && i < r.n; i++) {
		const struct sql_passages_of_document_row row = sql_passages_of_document_row(&r, i);
		struct terms t = terms_of_passage(w, title, row.heading, row.text, language);
		w->passages--;
		w->length[0] -= row.words;
		w->length[1] -= row.ngrams;
		e = index_writer_remove(w->index, (int)row.id, &t);
	}
	if (e == ERR_OK && r.n > 0)
		e = sql_passages_drop(w->db, w->scratch, w->org, document);
	return e;
}

/* Columns of many rows, as the statements take them. */
struct columns {
	struct buf headings, texts, words, ngrams;
	struct db_array heading_array, text_array;
};

static void columns_begin(struct columns *c)
{
	buf_init(&c->headings, LIST_MAX_BYTES);
	buf_init(&c->texts, LIST_MAX_BYTES);
	buf_init(&c->words, LIST_MAX_BYTES);
	buf_init(&c->ngrams, LIST_MAX_BYTES);
	db_array_begin(&c->heading_array, &c->headings);
	db_array_begin(&c->text_array, &c->texts);
	buf_add_char(&c->words, '{');
	buf_add_char(&c->ngrams, '{');
}

static void columns_add(struct columns *c, const struct passage *p, const struct terms *t)
{
	const char *gap = c->words.len > 1 ? "," : "";
	db_array_text(&c->heading_array, p->heading);
	db_array_text(&c->text_array, p->text);
	buf_addf(&c->words, "%s%d", gap, t->length[0]);
	buf_addf(&c->ngrams, "%s%d", gap, t->length[1]);
}

static enum err columns_end(struct columns *c)
{
	db_array_end(&c->heading_array);
	db_array_end(&c->text_array);
	buf_add_char(&c->words, '}');
	buf_add_char(&c->ngrams, '}');
	return c->headings.err != ERR_OK ? c->headings.err : c->texts.err;
}

static void columns_free(struct columns *c)
{
	buf_fini(&c->headings);
	buf_fini(&c->texts);
	buf_fini(&c->words);
	buf_fini(&c->ngrams);
}

static enum err add_passages(
	struct knowledge_writer *w, int64_t id, const struct knowledge_document *d, const struct passages *p)
{
	struct columns c;
	enum err e = ERR_OK;
	int first = w->next_passage;
	if (p->n > INDEX_PASSAGES_MAX - first)
		return ERR_TOO_LARGE;
	columns_begin(&c);
	for (int i = 0; i < p->n && e == ERR_OK; i++) {
		struct terms t = terms_of_passage(w, d->title, p->all[i].heading, p->all[i].text, d->language);
		columns_add(&c, &p->all[i], &t);
		w->length[0] += t.length[0];
		w->length[1] += t.length[1];
		e = index_writer_add(w->index, w->next_passage++, &t);
	}
	w->passages += p->n;
	enum err whole = columns_end(&c);
	e = e == ERR_OK ? whole : e;
	if (e == ERR_OK)
		e = sql_passages_add(w->db, w->scratch,
			&(struct sql_passages_add_args){ .org_id = w->org,
				.document_id = id,
				.first_id = first,
				.headings = buf_str(&c.headings),
				.texts = buf_str(&c.texts),
				.words = buf_str(&c.words),
				.ngrams = buf_str(&c.ngrams) });
	columns_free(&c);
	return e;
}

static enum err knowledge_store_add_document(
	struct knowledge_writer *w, const struct knowledge_document *d, struct knowledge_stored *stored)
{
	struct sql_document_add_rows r;
	enum err e = sql_document_add(w->db, w->scratch,
		&(struct sql_document_add_args){ .org_id = w->org,
			.title = d->title,
			.text = d->text,
			.language = d->language,
			.url = d->url,
			.reason = d->failure,
			.source = d->source },
		&r);
	if (e == ERR_OK)
		*stored = (struct knowledge_stored){ .document_id = sql_document_add_row(&r, 0).id,
			.outcome = KNOWLEDGE_ADDED };
	return e;
}

/* The document that is replaced, with what it is indexed under. */
struct old_document {
	int64_t id;
	struct str title, language;
	bool is_same;
};

static enum err replace_document(struct knowledge_writer *w, const struct knowledge_document *d,
	const struct old_document *old, struct knowledge_stored *stored)
{
	*stored = (struct knowledge_stored){ .document_id = old->id, .outcome = KNOWLEDGE_UNCHANGED };
	if (old->is_same)
		return ERR_OK;
	stored->outcome = KNOWLEDGE_REPLACED;
	enum err e = drop_passages(w, old->id, old->title, old->language);
	if (e != ERR_OK)
		return e;
	return sql_document_replace(w->db, w->scratch,
		&(struct sql_document_replace_args){ .org_id = w->org,
			.title = d->title,
			.text = d->text,
			.language = d->language,
			.url = d->url,
			.reason = d->failure,
			.source = d->source,
			.id = old->id });
}

/* The passages of a document that was just written. */
static enum err index_document(
	struct knowledge_writer *w, const struct knowledge_document *d, struct knowledge_stored *stored)
{
	if (stored->outcome == KNOWLEDGE_UNCHANGED || d->failure.p)
		return ERR_OK;
	struct passages p = passages_of(w->scratch, d->text);
	stored->passages = p.n;
	return add_passages(w, stored->document_id, d, &p);
}

enum err knowledge_put(
	struct knowledge_writer *w, const struct knowledge_document *document, struct knowledge_stored *stored)
{
	struct knowledge_document d = *document;
	struct sql_document_of_title_rows r;
	d.text = d.text.p ? d.text : STR("");
	d.language = d.language.p ? d.language : STR("");
	pool_reset(w->scratch);
	enum err e = sql_document_of_title(w->db, w->scratch,
		&(struct sql_document_of_title_args){ .org_id = w->org,
			.title = d.title,
			.text = d.text,
			.language = d.language,
			.url = d.url,
			.reason = d.failure },
		&r);
	if (e != ERR_OK)
		return e;
	const struct sql_document_of_title_row row = sql_document_of_title_row(&r, 0);
	const struct old_document old = { row.id, row.title, row.language, row.is_same };
	e = r.n ? replace_document(w, &d, &old, stored) : knowledge_store_add_document(w, &d, stored);
	return e == ERR_OK ? index_document(w, &d, stored) : e;
}

enum err knowledge_title_is_free(struct knowledge_writer *w, struct str title, int64_t except)
{
	struct sql_document_has_title_rows r;
	enum err e = sql_document_has_title(w->db, w->pool, w->org, title, &r);
	if (e != ERR_OK)
		return e;
	return r.n > 0 && sql_document_has_title_row(&r, 0).id != except ? ERR_CONFLICT : ERR_OK;
}

enum err knowledge_change(struct knowledge_writer *w, int64_t document_id, const struct knowledge_document *document,
	struct knowledge_stored *stored)
{
	struct knowledge_document d = *document;
	struct sql_document_of_id_rows r;
	pool_reset(w->scratch);
	enum err e = sql_document_of_id(w->db, w->scratch,
		&(struct sql_document_of_id_args){ .org_id = w->org,
			.id = document_id,
			.title = d.title,
			.text = d.text,
			.language = d.language,
			.url = d.url },
		&r);
	if (e != ERR_OK || r.n == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	const struct sql_document_of_id_row row = sql_document_of_id_row(&r, 0);
	const struct old_document old = { row.id, row.title, row.language, row.is_same };
	if (!d.text.p) {
		d.text = row.text;
		d.url = row.url;
		d.source = row.source;
		d.failure = row.reason;
	}
	e = knowledge_title_is_free(w, d.title, document_id);
	if (e == ERR_OK)
		e = replace_document(w, &d, &old, stored);
	return e == ERR_OK ? index_document(w, &d, stored) : e;
}

/* "Prices - example.org/en/prices": many pages of a site have the same title. */
static struct str titled_by_address(struct knowledge_writer *w, const struct knowledge_document *page)
{
	struct str address = page->url;
	str_take_until(&address, '/');
	str_take_until(&address, '/');
	address = str_cut(address, PAGE_ADDRESS_BYTES);
	struct str title = str_cut(page->title, KNOWLEDGE_TITLE_MAX_BYTES - PAGE_ADDRESS_BYTES - 3);
	return pool_printf(w->pool, "%.*s - %.*s", (int)title.n, title.p, (int)address.n, address.p);
}

enum err knowledge_put_page(
	struct knowledge_writer *w, const struct knowledge_document *page, struct knowledge_stored *stored)
{
	struct knowledge_document d = *page;
	struct sql_document_of_address_rows r;
	enum err e = sql_document_of_address(w->db, w->pool, w->org, page->url, &r);
	if (e == ERR_OK && r.n > 0) {
		const struct sql_document_of_address_row row = sql_document_of_address_row(&r, 0);
		d.title = row.title;
		return knowledge_change(w, row.id, &d, stored);
	}
	if (e == ERR_OK)
		e = knowledge_title_is_free(w, d.title, 0);
	if (e == ERR_CONFLICT)
		d.title = titled_by_address(w, page);
	return e == ERR_OK || e == ERR_CONFLICT ? knowledge_put(w, &d, stored) : e;
}

enum err knowledge_delete(struct knowledge_writer *w, int64_t document_id)
{
	struct sql_document_find_rows r;
	pool_reset(w->scratch);
	enum err e = sql_document_find(w->db, w->scratch, w->org, document_id, &r);
	if (e != ERR_OK || r.n == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	const struct sql_document_find_row row = sql_document_find_row(&r, 0);
	e = drop_passages(w, document_id, row.title, row.language);
	return e != ERR_OK ? e : sql_document_delete(w->db, w->scratch, w->org, document_id);
}

/* Some passages of the whole: their terms, and how many there are now. `*last` is the last one's number. */
static enum err rebuild_some(struct knowledge_writer *w, int *last, bool *done)
{
	struct sql_passages_after_rows r;
	struct buf ids, words, ngrams;
	pool_reset(w->scratch);
	enum err e = sql_passages_after(w->db, w->scratch, w->org, *last, &r);
	*done = e != ERR_OK || r.n == 0;
	if (*done)
		return e;
	buf_init(&ids, LIST_MAX_BYTES);
	buf_init(&words, LIST_MAX_BYTES);
	buf_init(&ngrams, LIST_MAX_BYTES);
	for (int i = 0; i < r.n && e == ERR_OK; i++) {
		const struct sql_passages_after_row row = sql_passages_after_row(&r, i);
		struct terms t = terms_of_passage(w, row.title, row.heading, row.text, row.language);
		*last = (int)row.id;
		w->length[0] += t.length[0] - row.words;
		w->length[1] += t.length[1] - row.ngrams;
		buf_addf(&ids, "%c%d", i ? ',' : '{', *last);
		buf_addf(&words, "%c%d", i ? ',' : '{', t.length[0]);
		buf_addf(&ngrams, "%c%d", i ? ',' : '{', t.length[1]);
		e = index_writer_add(w->index, *last, &t);
	}
	buf_add_char(&ids, '}');
	buf_add_char(&words, '}');
	buf_add_char(&ngrams, '}');
	if (e == ERR_OK)
		e = sql_passages_measure(w->db, w->scratch, w->org, buf_str(&ids), buf_str(&words), buf_str(&ngrams));
	buf_fini(&ids);
	buf_fini(&words);
	buf_fini(&ngrams);
	return e;
}

enum err knowledge_rebuild(struct knowledge_writer *w)
{
	int last = -1;
	bool done = false;
	enum err e = index_writer_flush(w->index);
	if (e == ERR_OK)
		e = sql_passage_terms_forget(w->db, w->scratch, w->org);
	while (e == ERR_OK && !done)
		e = rebuild_some(w, &last, &done);
	if (e == ERR_OK)
		LOG_INFO("knowledge.rebuilt", F_INT("org", w->org), F_INT("last_passage", last));
	return e;
}

enum err knowledge_end(struct knowledge_writer *w, struct explain *why)
{
	enum err e = index_writer_flush(w->index);
	if (e != ERR_OK)
		return e;
	pool_reset(w->scratch);
	e = sql_knowledge_count(w->db, w->scratch,
		&(struct sql_knowledge_count_args){ .org_id = w->org,
			.next_passage = w->next_passage,
			.passages = w->passages,
			.words = w->length[0],
			.ngrams = w->length[1],
			.fingerprint = w->fingerprint });
	return e == ERR_OK ? quota_end(&w->quota, why) : e;
}
