/*
 * embedding-cache.c - the embeddings of passages.
 *
 * Owns a cache: of an organisation all embeddings of one model, by ascending number of their passages, compared one by
 * one (a million numbers take half a millisecond). Passages get their embeddings in the order of their numbers, so that
 * what was added since is what comes behind the last one. Embeddings of passages that were deleted stay until they are
 * many; the look-up of passages leaves them out. When the memory is full the organisation that was asked for
 * longest ago goes. Never writes.
 */
#include "answer/embeddings/embedding-cache.h"

#include "answer/embeddings/packed-embedding.h"
#include "core/buf.h"
#include "core/log.h"
#include "db/statements.h"

#include <stdlib.h>

#define SLOTS 64
#define NEAREST 60       /* passages that are looked at for their similarity alone */
#define ROWS_AT_ONCE 500 /* some megabytes as text */
#define GONE_MOST 100    /* embeddings of deleted passages that are kept, */
#define GONE_SHARE 4     /* or one of so many */

struct slot {
	int64_t org_id;
	struct str model; /* in memory of its own, as the arrays; p NULL: empty */
	int dims, n, last_passage;
	int *passages;
	signed char *values;
	float *lengths; /* of the embeddings as bytes */
	uint64_t used;  /* the higher, the later */
};

struct embedding_cache {
	struct db *db;
	size_t max_bytes;
	uint64_t uses;
	struct slot slots[SLOTS];
};

struct embedding_cache *embedding_cache_new(struct db *db, size_t max_bytes)
{
	struct embedding_cache *v = calloc(1, sizeof(*v));
	if (!v)
		fatal(ERR_INTERNAL, "out of memory");
	v->db = db;
	v->max_bytes = max_bytes;
	return v;
}

static void embedding_cache_empty(struct slot *slot)
{
	free((char *)slot->model.p);
	free(slot->passages);
	free(slot->values);
	free(slot->lengths);
	*slot = (struct slot){ .n = 0 };
}

void embedding_cache_free(struct embedding_cache *v)
{
	if (!v)
		return;
	for (int i = 0; i < SLOTS; i++)
		embedding_cache_empty(&v->slots[i]);
	free(v);
}

/* What an organisation's embeddings take, each. */
static size_t bytes_each(int dims)
{
	return (size_t)dims + sizeof(int) + sizeof(float);
}

static size_t embedding_cache_bytes_of(const struct slot *slot, int n)
{
	return (size_t)n * bytes_each(slot->dims);
}

/* Makes room for some embeddings more by dropping what others have and was used longest ago; false when nothing helps.
 */
static bool embedding_cache_make_room(struct embedding_cache *v, const struct slot *slot, int n)
{
	size_t wanted = embedding_cache_bytes_of(slot, n), used;
	struct slot *oldest;
	do {
		oldest = NULL;
		used = 0;
		for (int i = 0; i < SLOTS; i++) {
			struct slot *s = &v->slots[i];
			used += s != slot ? embedding_cache_bytes_of(s, s->n) : 0;
			if (s != slot && s->n && (!oldest || s->used < oldest->used))
				oldest = s;
		}
		if (used + wanted > v->max_bytes && oldest)
			embedding_cache_empty(oldest);
	} while (used + wanted > v->max_bytes && oldest);
	return used + wanted <= v->max_bytes;
}

static void *embedding_cache_grown(void *array, size_t count, size_t size)
{
	void *now = reallocarray(array, count, size);
	if (!now)
		fatal(ERR_INTERNAL, "out of memory");
	return now;
}

/* Adds rows; those whose embeddings are of another length are left out: they are being made again. */
static bool add_rows(struct embedding_cache *v, struct slot *slot, const struct sql_passage_embeddings_load_rows *r)
{
	int n = slot->n + r->n;
	if (!embedding_cache_make_room(v, slot, n))
		return false;
	slot->passages = embedding_cache_grown(slot->passages, (size_t)n, sizeof(*slot->passages));
	slot->values = embedding_cache_grown(slot->values, (size_t)n * (size_t)slot->dims, sizeof(*slot->values));
	slot->lengths = embedding_cache_grown(slot->lengths, (size_t)n, sizeof(*slot->lengths));
	for (int i = 0; i < r->n; i++) {
		const struct sql_passage_embeddings_load_row row = sql_passage_embeddings_load_row(r, i);
		slot->last_passage = (int)row.passage_id;
		float length = packed_embedding_read(
			row.embedding, slot->values + (size_t)slot->n * (size_t)slot->dims, slot->dims);
		if (length > 0) {
			slot->lengths[slot->n] = length;
			slot->passages[slot->n++] = slot->last_passage;
		}
	}
	return true;
}

static enum err load_rest(struct embedding_cache *v, struct slot *slot, const struct embedding_state *state, bool *fits)
{
	enum err e = ERR_OK;
	bool more = slot->last_passage < state->last_passage;
	*fits = true;
	while (e == ERR_OK && more && *fits) {
		struct pool *pool = pool_new();
		struct sql_passage_embeddings_load_rows r;
		e = sql_passage_embeddings_load(
			v->db, pool, slot->org_id, slot->last_passage, ROWS_AT_ONCE, STR_NONE, &r);
		if (e == ERR_OK && r.n > 0)
			*fits = add_rows(v, slot, &r);
		more = e == ERR_OK && r.n == ROWS_AT_ONCE;
		pool_free(pool);
	}
	if (e == ERR_OK && slot->last_passage < state->last_passage)
		slot->last_passage = state->last_passage;
	return e;
}

/* The organisation's slot, or the one to be used for it. */
static struct slot *embedding_cache_slot_of(struct embedding_cache *v, int64_t org_id)
{
	struct slot *oldest = &v->slots[0];
	for (int i = 0; i < SLOTS; i++) {
		if (v->slots[i].org_id == org_id)
			return &v->slots[i];
		if (v->slots[i].used < oldest->used)
			oldest = &v->slots[i];
	}
	return oldest;
}

static bool is_current(const struct slot *slot, int64_t org_id, const struct embedding_state *state)
{
	return slot->org_id == org_id && slot->dims == state->dims && str_equal(slot->model, state->model)
	       && slot->n <= state->passages + state->passages / GONE_SHARE + GONE_MOST;
}

/* All embeddings, or NULL when they are too many. */
static enum err take_all(
	struct embedding_cache *v, int64_t org_id, const struct embedding_state *state, const struct slot **out)
{
	struct slot *slot = embedding_cache_slot_of(v, org_id);
	bool fits;
	*out = NULL;
	if ((size_t)state->passages > v->max_bytes / bytes_each(state->dims))
		return ERR_OK;
	if (!is_current(slot, org_id, state)) {
		embedding_cache_empty(slot);
		slot->org_id = org_id;
		slot->model = (struct str){ strndup(state->model.p, state->model.n), state->model.n };
		if (!slot->model.p)
			fatal(ERR_INTERNAL, "out of memory");
		slot->dims = state->dims;
		slot->last_passage = -1;
	}
	slot->used = ++v->uses;
	enum err e = load_rest(v, slot, state, &fits);
	if (e == ERR_OK && fits)
		*out = slot;
	else
		embedding_cache_empty(slot);
	return e;
}

static int embedding_cache_place_of(const struct slot *slot, int passage)
{
	int low = 0, high = slot->n;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (slot->passages[middle] < passage)
			low = middle + 1;
		else
			high = middle;
	}
	return low < slot->n && slot->passages[low] == passage ? low : -1;
}

static void compare_all(const struct slot *slot, struct pool *pool, const float *asked, struct ranked *ranked)
{
	double *cosines = pool_new_array(pool, (size_t)slot->n, double);
	int n = 0;
	for (int i = 0; i < slot->n; i++) {
		cosines[i] = packed_embedding_cosine(
			slot->values + (size_t)i * (size_t)slot->dims, slot->lengths[i], asked, slot->dims);
		n = tallied_keep(ranked->similar, n, NEAREST, (struct tallied){ slot->passages[i], cosines[i] });
	}
	ranked->n_similar = n;
	for (int i = 0; i < ranked->n_words; i++) {
		int at = embedding_cache_place_of(slot, ranked->words[i].passage);
		bool known = false;
		for (int k = 0; k < n && at >= 0; k++)
			known |= ranked->similar[k].passage == slot->passages[at];
		if (at >= 0 && !known)
			ranked->similar[ranked->n_similar++] = (struct tallied){ slot->passages[at], cosines[at] };
	}
}

/* Only those that the words found, from the database. */
static enum err compare_some(struct embedding_cache *v, struct pool *pool, int64_t org_id,
	const struct embedding_state *state, const float *asked, struct ranked *ranked)
{
	signed char *embedding = pool_alloc(pool, (size_t)state->dims);
	struct buf ids;
	struct sql_passage_embeddings_load_rows r;
	buf_init(&ids, 16 * (size_t)ranked->n_words + 16);
	for (int i = 0; i < ranked->n_words; i++)
		buf_addf(&ids, "%c%d", i ? ',' : '{', ranked->words[i].passage);
	buf_add_cstr(&ids, ids.len ? "}" : "{}");
	enum err e = sql_passage_embeddings_load(v->db, pool, org_id, -1, ranked->n_words, buf_str(&ids), &r);
	buf_fini(&ids);
	for (int row = 0; e == ERR_OK && row < r.n; row++) {
		const struct sql_passage_embeddings_load_row found = sql_passage_embeddings_load_row(&r, row);
		float length = packed_embedding_read(found.embedding, embedding, state->dims);
		if (length > 0)
			ranked->similar[ranked->n_similar++] = (struct tallied){ (int)found.passage_id,
				packed_embedding_cosine(embedding, length, asked, state->dims) };
	}
	return e;
}

enum err embedding_cache_compare(struct embedding_cache *v, struct pool *pool, int64_t org_id,
	const struct embedding_state *state, const float *asked, struct ranked *ranked)
{
	const struct slot *slot;
	ranked->similar = pool_new_array(pool, (size_t)ranked->n_words + NEAREST, struct tallied);
	ranked->n_similar = 0;
	if (state->dims < 1)
		return ERR_OK;
	enum err e = take_all(v, org_id, state, &slot);
	if (e != ERR_OK)
		return e;
	if (!slot)
		return compare_some(v, pool, org_id, state, asked, ranked);
	compare_all(slot, pool, asked, ranked);
	return ERR_OK;
}
