/*
 * knowledge-store.c - documents, and their passages.
 *
 * Owns the tables documents, passages and knowledge_indexes; what happens to the index is told to index-writer.c. What
 * a passage added to the index is worked out again from its own row when it goes, so that nothing has to be kept for
 * it; a fingerprint of the terms notices a library that would now answer otherwise, and then everything is made anew.
 * Everything happens in the caller's transaction: a process that dies leaves the state before.
 */
#include "answer/retrieval/knowledge-store.h"

#include "answer/retrieval/index-writer.h"
#include "answer/retrieval/passages.h"
#include "answer/retrieval/terms.h"
#include "core/buf.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/quota.h"

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

/* Columns of the statements. */
enum { LOCK_NEXT, LOCK_FINGERPRINT };
enum { OLD_ID, OLD_TITLE, OLD_LANGUAGE, OLD_SAME };
enum { PASSAGE_ID, PASSAGE_HEADING, PASSAGE_TEXT, PASSAGE_WORDS, PASSAGE_NGRAMS, PASSAGE_TITLE, PASSAGE_LANGUAGE };

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
	struct db_result *r;
	struct knowledge_writer *w = pool_new_of(pool, struct knowledge_writer);
	*w = (struct knowledge_writer){
		.db = db, .pool = pool, .scratch = pool_new(), .passage = pool_new(), .org = org_id
	};
	pool_defer(pool, free_pool, w->scratch);
	pool_defer(pool, free_pool, w->passage);
	w->index = index_writer_new(db, pool, org_id);
	w->fingerprint = terms_fingerprint(pool);
	enum err e = DB_QUERY(db, pool, &sql_knowledge_lock_statement, &r, DB_INT(org_id));
	if (e != ERR_OK)
		return e;
	*out = w;
	w->next_passage = (int)db_int(r, 0, LOCK_NEXT);
	e = quota_begin(&w->quota, db, org_id, QUOTA_OF_DOCUMENTS);
	if (e != ERR_OK)
		return e;
	bool other = !db_is_null(r, 0, LOCK_FINGERPRINT) && db_int(r, 0, LOCK_FINGERPRINT) != w->fingerprint;
	return other ? knowledge_rebuild(w) : ERR_OK;
}

/* Takes a document's passages out of the index and the table. */
static enum err drop_passages(struct knowledge_writer *w, int64_t document, struct str title, struct str language)
{
	struct db_result *r;
	enum err e =
		DB_QUERY(w->db, w->scratch, &sql_passages_of_document_statement, &r, DB_INT(w->org), DB_INT(document));
	for (int row = 0; e == ERR_OK && row < db_rows(r); row++) {
		struct terms t = terms_of_passage(
			w, title, db_str(r, row, PASSAGE_HEADING), db_str(r, row, PASSAGE_TEXT), language);
		w->passages--;
		w->length[0] -= db_int(r, row, PASSAGE_WORDS);
		w->length[1] -= db_int(r, row, PASSAGE_NGRAMS);
		e = index_writer_remove(w->index, (int)db_int(r, row, PASSAGE_ID), &t);
	}
	if (e == ERR_OK && db_rows(r) > 0)
		e = DB_QUERY(w->db, w->scratch, &sql_passages_drop_statement, NULL, DB_INT(w->org), DB_INT(document));
	return e;
}

/* Columns of many rows, as the statements take them. */
struct columns {
	struct buf headings, texts, words, pieces;
	struct db_array heading_array, text_array;
};

static void columns_begin(struct columns *c)
{
	buf_init(&c->headings, LIST_MAX_BYTES);
	buf_init(&c->texts, LIST_MAX_BYTES);
	buf_init(&c->words, LIST_MAX_BYTES);
	buf_init(&c->pieces, LIST_MAX_BYTES);
	db_array_begin(&c->heading_array, &c->headings);
	db_array_begin(&c->text_array, &c->texts);
	buf_add_char(&c->words, '{');
	buf_add_char(&c->pieces, '{');
}

static void columns_add(struct columns *c, const struct passage *p, const struct terms *t)
{
	const char *gap = c->words.len > 1 ? "," : "";
	db_array_text(&c->heading_array, p->heading);
	db_array_text(&c->text_array, p->text);
	buf_addf(&c->words, "%s%d", gap, t->length[0]);
	buf_addf(&c->pieces, "%s%d", gap, t->length[1]);
}

static enum err columns_end(struct columns *c)
{
	db_array_end(&c->heading_array);
	db_array_end(&c->text_array);
	buf_add_char(&c->words, '}');
	buf_add_char(&c->pieces, '}');
	return c->headings.err != ERR_OK ? c->headings.err : c->texts.err;
}

static void columns_free(struct columns *c)
{
	buf_fini(&c->headings);
	buf_fini(&c->texts);
	buf_fini(&c->words);
	buf_fini(&c->pieces);
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
		e = DB_QUERY(w->db, w->scratch, &sql_passages_add_statement, NULL, DB_INT(w->org), DB_INT(id),
			DB_INT(first), DB_TEXT(buf_str(&c.headings)), DB_TEXT(buf_str(&c.texts)),
			DB_TEXT(buf_str(&c.words)), DB_TEXT(buf_str(&c.pieces)));
	columns_free(&c);
	return e;
}

static enum err knowledge_store_add_document(
	struct knowledge_writer *w, const struct knowledge_document *d, struct knowledge_stored *stored)
{
	struct db_result *r;
	enum err e = DB_QUERY(w->db, w->scratch, &sql_document_add_statement, &r, DB_INT(w->org), DB_TEXT(d->title),
		DB_TEXT(d->text), DB_TEXT(d->language), DB_TEXT(d->url), DB_TEXT(d->failure), DB_TEXT(d->source));
	if (e == ERR_OK)
		*stored = (struct knowledge_stored){ .document_id = db_int(r, 0, 0), .outcome = KNOWLEDGE_ADDED };
	return e;
}

static enum err replace_document(struct knowledge_writer *w, const struct knowledge_document *d,
	const struct db_result *old, struct knowledge_stored *stored)
{
	int64_t id = db_int(old, 0, OLD_ID);
	*stored = (struct knowledge_stored){ .document_id = id, .outcome = KNOWLEDGE_UNCHANGED };
	if (db_bool(old, 0, OLD_SAME))
		return ERR_OK;
	stored->outcome = KNOWLEDGE_REPLACED;
	enum err e = drop_passages(w, id, db_str(old, 0, OLD_TITLE), db_str(old, 0, OLD_LANGUAGE));
	if (e != ERR_OK)
		return e;
	return DB_QUERY(w->db, w->scratch, &sql_document_replace_statement, NULL, DB_INT(w->org), DB_TEXT(d->title),
		DB_TEXT(d->text), DB_TEXT(d->language), DB_TEXT(d->url), DB_TEXT(d->failure), DB_TEXT(d->source),
		DB_INT(id));
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
	struct db_result *old;
	d.text = d.text.p ? d.text : STR("");
	d.language = d.language.p ? d.language : STR("");
	pool_reset(w->scratch);
	enum err e = DB_QUERY(w->db, w->scratch, &sql_document_of_title_statement, &old, DB_INT(w->org),
		DB_TEXT(d.title), DB_TEXT(d.text), DB_TEXT(d.language), DB_TEXT(d.url), DB_TEXT(d.failure));
	if (e != ERR_OK)
		return e;
	e = db_rows(old) ? replace_document(w, &d, old, stored) : knowledge_store_add_document(w, &d, stored);
	return e == ERR_OK ? index_document(w, &d, stored) : e;
}

enum err knowledge_title_is_free(struct knowledge_writer *w, struct str title, int64_t except)
{
	struct db_result *r;
	enum err e = DB_QUERY(w->db, w->pool, &sql_document_has_title_statement, &r, DB_INT(w->org), DB_TEXT(title));
	if (e != ERR_OK)
		return e;
	return db_rows(r) > 0 && db_int(r, 0, 0) != except ? ERR_CONFLICT : ERR_OK;
}

enum err knowledge_change(struct knowledge_writer *w, int64_t document_id, const struct knowledge_document *document,
	struct knowledge_stored *stored)
{
	enum { TEXT = OLD_SAME + 1, URL, SOURCE, FAILURE };
	struct knowledge_document d = *document;
	struct db_result *old;
	pool_reset(w->scratch);
	enum err e = DB_QUERY(w->db, w->scratch, &sql_document_of_id_statement, &old, DB_INT(w->org),
		DB_INT(document_id), DB_TEXT(d.title), DB_TEXT(d.text), DB_TEXT(d.language), DB_TEXT(d.url));
	if (e != ERR_OK || db_rows(old) == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	if (!d.text.p) {
		d.text = db_str(old, 0, TEXT);
		d.url = db_str(old, 0, URL);
		d.source = db_str(old, 0, SOURCE);
		d.failure = db_str(old, 0, FAILURE);
	}
	e = knowledge_title_is_free(w, d.title, document_id);
	if (e == ERR_OK)
		e = replace_document(w, &d, old, stored);
	return e == ERR_OK ? index_document(w, &d, stored) : e;
}

enum err knowledge_delete(struct knowledge_writer *w, int64_t document_id)
{
	enum { TITLE = 1, LANGUAGE };
	struct db_result *r;
	pool_reset(w->scratch);
	enum err e = DB_QUERY(w->db, w->scratch, &sql_document_find_statement, &r, DB_INT(w->org), DB_INT(document_id));
	if (e != ERR_OK || db_rows(r) == 0)
		return e != ERR_OK ? e : ERR_NOT_FOUND;
	e = drop_passages(w, document_id, db_str(r, 0, TITLE), db_str(r, 0, LANGUAGE));
	return e != ERR_OK ? e
			   : DB_QUERY(w->db, w->scratch, &sql_document_delete_statement, NULL, DB_INT(w->org),
				   DB_INT(document_id));
}

/* Some passages of the whole: their terms, and how many there are now. `*last` is the last one's number. */
static enum err rebuild_some(struct knowledge_writer *w, int *last, bool *done)
{
	struct db_result *r;
	struct buf ids, words, pieces;
	pool_reset(w->scratch);
	enum err e = DB_QUERY(w->db, w->scratch, &sql_passages_after_statement, &r, DB_INT(w->org), DB_INT(*last));
	*done = e != ERR_OK || db_rows(r) == 0;
	if (*done)
		return e;
	buf_init(&ids, LIST_MAX_BYTES);
	buf_init(&words, LIST_MAX_BYTES);
	buf_init(&pieces, LIST_MAX_BYTES);
	for (int row = 0; row < db_rows(r) && e == ERR_OK; row++) {
		struct terms t = terms_of_passage(w, db_str(r, row, PASSAGE_TITLE), db_str(r, row, PASSAGE_HEADING),
			db_str(r, row, PASSAGE_TEXT), db_str(r, row, PASSAGE_LANGUAGE));
		*last = (int)db_int(r, row, PASSAGE_ID);
		w->length[0] += t.length[0] - db_int(r, row, PASSAGE_WORDS);
		w->length[1] += t.length[1] - db_int(r, row, PASSAGE_NGRAMS);
		buf_addf(&ids, "%c%d", row ? ',' : '{', *last);
		buf_addf(&words, "%c%d", row ? ',' : '{', t.length[0]);
		buf_addf(&pieces, "%c%d", row ? ',' : '{', t.length[1]);
		e = index_writer_add(w->index, *last, &t);
	}
	buf_add_char(&ids, '}');
	buf_add_char(&words, '}');
	buf_add_char(&pieces, '}');
	if (e == ERR_OK)
		e = DB_QUERY(w->db, w->scratch, &sql_passages_measure_statement, NULL, DB_INT(w->org),
			DB_TEXT(buf_str(&ids)), DB_TEXT(buf_str(&words)), DB_TEXT(buf_str(&pieces)));
	buf_fini(&ids);
	buf_fini(&words);
	buf_fini(&pieces);
	return e;
}

enum err knowledge_rebuild(struct knowledge_writer *w)
{
	int last = -1;
	bool done = false;
	enum err e = index_writer_flush(w->index);
	if (e == ERR_OK)
		e = DB_QUERY(w->db, w->scratch, &sql_passage_terms_forget_statement, NULL, DB_INT(w->org));
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
	e = DB_QUERY(w->db, w->scratch, &sql_knowledge_count_statement, NULL, DB_INT(w->org), DB_INT(w->next_passage),
		DB_INT(w->passages), DB_INT(w->length[0]), DB_INT(w->length[1]), DB_INT(w->fingerprint));
	return e == ERR_OK ? quota_end(&w->quota, why) : e;
}
