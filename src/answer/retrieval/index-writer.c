/*
 * index-writer.c - changes to the rows of the knowledge index.
 *
 * Owns the table passage_terms. Changes are gathered, sorted by row, and written with a few statements: what is removed
 * first, what is added behind what is there, which keeps entries in order of passages because numbers only grow. Must
 * run under the organisation's lock (knowledge-store.c). What was added and not yet written cannot be removed, so it is
 * written before.
 */
#include "answer/retrieval/index-writer.h"

#include "answer/retrieval/postings.h"
#include "core/buf.h"
#include "db/statements.h"

#include <stdlib.h>

#define CHANGES_MAX (1u << 18)
#define LIST_MAX_BYTES (64u << 20)

struct change {
	int32_t term;
	int passage;
	unsigned char entry[POSTING_BYTES];
};

struct changes {
	struct change *all;
	size_t n, room;
};

struct index_writer {
	struct db *db;
	int64_t org;
	struct changes added, removed;
};

/* Rows that a statement takes: term, block, entries. */
struct rows {
	struct buf terms, blocks, counts, offsets, entries;
};

static void free_writer(void *writer)
{
	struct index_writer *w = writer;
	free(w->added.all);
	free(w->removed.all);
}

struct index_writer *index_writer_new(struct db *db, struct pool *pool, int64_t org_id)
{
	struct index_writer *w = pool_new_of(pool, struct index_writer);
	*w = (struct index_writer){ .db = db, .org = org_id };
	pool_defer(pool, free_writer, w);
	return w;
}

static void index_writer_gather(struct changes *c, int passage, const struct terms *t)
{
	if (c->n + (size_t)t->n > c->room) {
		c->room = 2 * c->room + (size_t)t->n;
		c->all = realloc(c->all, c->room * sizeof(*c->all));
		if (!c->all)
			fatal(ERR_INTERNAL, "out of memory");
	}
	for (int i = 0; i < t->n; i++) {
		struct change *new = &c->all[c->n++];
		new->term = (int32_t)t->all[i].hash;
		new->passage = passage;
		posting_write(new->entry, passage, t->all[i].count, t->length[term_kind(t->all[i].hash)]);
	}
}

enum err index_writer_add(struct index_writer *w, int passage, const struct terms *terms)
{
	index_writer_gather(&w->added, passage, terms);
	return w->added.n < CHANGES_MAX ? ERR_OK : index_writer_flush(w);
}

enum err index_writer_remove(struct index_writer *w, int passage, const struct terms *terms)
{
	enum err e = ERR_OK;
	if (w->added.n && passage >= w->added.all[0].passage)
		e = index_writer_flush(w);
	index_writer_gather(&w->removed, passage, terms);
	return e == ERR_OK && w->removed.n >= CHANGES_MAX ? index_writer_flush(w) : e;
}

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	if (x->term != y->term)
		return x->term < y->term ? -1 : 1;
	return (x->passage > y->passage) - (x->passage < y->passage);
}

/* How many changes from the first on are of the same row. */
static size_t same_row(const struct change *c, size_t n)
{
	size_t k = 1;
	while (k < n && c[k].term == c[0].term && posting_block(c[k].passage) == posting_block(c[0].passage))
		k++;
	return k;
}

static void rows_begin(struct rows *r)
{
	struct buf *const all[] = { &r->terms, &r->blocks, &r->counts, &r->offsets, &r->entries };
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		buf_init(all[i], LIST_MAX_BYTES);
}

static void rows_add(struct rows *r, int32_t term, int block, struct str entries)
{
	char gap = r->terms.len ? ',' : '{';
	buf_addf(&r->terms, "%c%d", gap, term);
	buf_addf(&r->blocks, "%c%d", gap, block);
	buf_addf(&r->counts, "%c%zu", gap, entries.n / POSTING_BYTES);
	buf_addf(&r->offsets, "%c%zu", gap, r->entries.len);
	buf_add_str(&r->entries, entries);
}

static enum err rows_end(struct rows *r)
{
	if (!r->terms.len)
		buf_add_char(&r->terms, '{'), buf_add_char(&r->blocks, '{'), buf_add_char(&r->counts, '{'),
			buf_add_char(&r->offsets, '{');
	buf_add_char(&r->terms, '}');
	buf_add_char(&r->blocks, '}');
	buf_add_char(&r->counts, '}');
	buf_add_char(&r->offsets, '}');
	return r->entries.err != ERR_OK ? r->entries.err : r->offsets.err;
}

static void rows_free(struct rows *r)
{
	buf_fini(&r->terms);
	buf_fini(&r->blocks);
	buf_fini(&r->counts);
	buf_fini(&r->offsets);
	buf_fini(&r->entries);
}

static enum err index_writer_write_rows(
	struct index_writer *w, struct pool *pool, sql_passage_terms_add_query *query, struct rows *r)
{
	return query(w->db, pool,
		&(struct sql_passage_terms_add_args){ .org_id = w->org,
			.terms = buf_str(&r->terms),
			.blocks = buf_str(&r->blocks),
			.counts = buf_str(&r->counts),
			.starts = buf_str(&r->offsets),
			.entries = buf_str(&r->entries) });
}

static enum err flush_added(struct index_writer *w, struct pool *pool)
{
	const struct changes *c = &w->added;
	struct rows rows;
	struct buf entries;
	rows_begin(&rows);
	buf_init(&entries, POSTINGS_BLOCK * POSTING_BYTES);
	for (size_t i = 0, k; i < c->n; i += k) {
		k = same_row(c->all + i, c->n - i);
		buf_reset(&entries);
		for (size_t j = i; j < i + k; j++)
			buf_add(&entries, c->all[j].entry, POSTING_BYTES);
		rows_add(&rows, c->all[i].term, posting_block(c->all[i].passage), buf_str(&entries));
	}
	enum err e = rows_end(&rows);
	if (e == ERR_OK)
		e = index_writer_write_rows(w, pool, sql_passage_terms_add, &rows);
	buf_fini(&entries);
	rows_free(&rows);
	return e;
}

/* What is left of a row's entries without those of the removed passages; both are in order. */
static void index_writer_filter(struct buf *left, struct str entries, const struct change *removed, size_t n)
{
	size_t k = 0;
	for (size_t at = 0; at + POSTING_BYTES <= entries.n; at += POSTING_BYTES) {
		const unsigned char *entry = (const unsigned char *)entries.p + at;
		while (k < n && removed[k].passage % POSTINGS_BLOCK < posting_slot(entry))
			k++;
		if (k == n || removed[k].passage % POSTINGS_BLOCK != posting_slot(entry))
			buf_add(left, entry, POSTING_BYTES);
	}
}

static const struct change *index_writer_find_row(const struct changes *c, int32_t term, int block, size_t *n)
{
	struct change key = { .term = term, .passage = block * POSTINGS_BLOCK };
	size_t low = 0, high = c->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_changes(&c->all[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == c->n || c->all[low].term != term || posting_block(c->all[low].passage) != block)
		return NULL;
	*n = same_row(c->all + low, c->n - low);
	return c->all + low;
}

/* The rows as they will be. */
static enum err filter_rows(const struct changes *c, const struct sql_passage_terms_of_rows *r, struct rows *rows)
{
	struct buf entries, left;
	buf_init(&entries, LIST_MAX_BYTES);
	buf_init(&left, LIST_MAX_BYTES);
	for (int i = 0; i < r->n; i++) {
		const struct sql_passage_terms_of_row row = sql_passage_terms_of_row(r, i);
		size_t n = 0;
		int32_t term = (int32_t)row.term;
		int block = (int)row.block;
		const struct change *removed = index_writer_find_row(c, term, block, &n);
		buf_reset(&entries);
		buf_reset(&left);
		if (!removed || !postings_decode(&entries, row.entries))
			continue;
		index_writer_filter(&left, buf_str(&entries), removed, n);
		rows_add(rows, term, block, buf_str(&left));
	}
	buf_fini(&entries);
	buf_fini(&left);
	return rows_end(rows);
}

static enum err index_writer_load_rows(struct index_writer *w, struct pool *pool, struct sql_passage_terms_of_rows *out)
{
	const struct changes *c = &w->removed;
	struct rows rows;
	rows_begin(&rows);
	for (size_t i = 0; i < c->n; i += same_row(c->all + i, c->n - i))
		rows_add(&rows, c->all[i].term, posting_block(c->all[i].passage), STR_NONE);
	enum err e = rows_end(&rows);
	if (e == ERR_OK)
		e = sql_passage_terms_of(w->db, pool, w->org, buf_str(&rows.terms), buf_str(&rows.blocks), out);
	rows_free(&rows);
	return e;
}

static enum err flush_removed(struct index_writer *w, struct pool *pool)
{
	struct sql_passage_terms_of_rows r;
	struct rows rows;
	enum err e = index_writer_load_rows(w, pool, &r);
	if (e != ERR_OK)
		return e;
	rows_begin(&rows);
	e = filter_rows(&w->removed, &r, &rows);
	if (e == ERR_OK)
		e = index_writer_write_rows(w, pool, sql_passage_terms_replace, &rows);
	if (e == ERR_OK)
		e = sql_passage_terms_drop(
			w->db, pool, w->org, buf_str(&rows.terms), buf_str(&rows.blocks), buf_str(&rows.counts));
	rows_free(&rows);
	return e;
}

enum err index_writer_flush(struct index_writer *w)
{
	enum err e = ERR_OK;
	struct pool *pool = pool_new();
	struct changes *const both[] = { &w->removed, &w->added };
	for (int i = 0; i < 2; i++)
		if (both[i]->n)
			qsort(both[i]->all, both[i]->n, sizeof(struct change), compare_changes);
	if (w->removed.n)
		e = flush_removed(w, pool);
	if (e == ERR_OK && w->added.n)
		e = flush_added(w, pool);
	w->removed.n = w->added.n = 0;
	pool_free(pool);
	return e;
}
