/*
 * skill-embeddings.c - the embeddings of phrases, compared one by one.
 *
 * A phrase finds its embedding by the digest of its text: the database has one for each text, whichever skills it
 * stands in. Never writes.
 */
#include "answer/skills/skill-embeddings.h"

#include "answer/embeddings/packed-embedding.h"
#include "core/buf.h"
#include "core/crypto/crypt.h"
#include "db/statements.h"

#include <math.h>

#define MAX_BYTES (32u << 20) /* as bytes, 20,000 of 1536 numbers */

struct skill_embeddings {
	const struct phrases *phrases;
	int dims;
	signed char *values;
	float *lengths;
	int *place; /* by phrase: which of the embeddings */
};

/* The row of a text, -1 when it has none. */
static int skill_embeddings_find_row(
	const struct sql_phrase_embeddings_load_rows *r, struct str text, struct buf *digest)
{
	unsigned char sum[CRYPT_SHA256_BYTES];
	int low = 0, high = r->n;
	crypt_sha256(text, sum);
	buf_reset(digest);
	crypt_hex(digest, (struct str){ (const char *)sum, sizeof(sum) });
	while (low < high) {
		int middle = low + (high - low) / 2;
		struct str there = sql_phrase_embeddings_load_row(r, middle).digest;
		int order = there.n == digest->len ? memcmp(there.p, buf_str(digest).p, there.n) : -1;
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

static bool place_all(struct skill_embeddings *v, const struct sql_phrase_embeddings_load_rows *r)
{
	struct buf digest;
	bool all = true;
	buf_init(&digest, 2 * CRYPT_SHA256_BYTES);
	for (int i = 0; i < v->phrases->n_of_skills && all; i++) {
		v->place[i] = skill_embeddings_find_row(r, v->phrases->all[i].text, &digest);
		all = v->place[i] >= 0 && v->lengths[v->place[i]] > 0;
	}
	buf_fini(&digest);
	return all;
}

static bool take_rows(struct skill_embeddings *v, struct pool *pool, const struct sql_phrase_embeddings_load_rows *r)
{
	size_t n = (size_t)r->n, dims = (size_t)v->dims;
	if (n > MAX_BYTES / dims)
		return false;
	v->values = pool_alloc(pool, n * dims);
	v->lengths = pool_new_array(pool, n, float);
	v->place = pool_new_array(pool, (size_t)v->phrases->n_of_skills, int);
	for (size_t i = 0; i < n; i++)
		v->lengths[i] = packed_embedding_read(
			sql_phrase_embeddings_load_row(r, (int)i).embedding, v->values + i * dims, v->dims);
	return place_all(v, r);
}

enum err skill_embeddings_load(struct db *db, struct pool *pool, int64_t org_id, const struct embedding_state *state,
	const struct phrases *phrases, const struct skill_embeddings **out)
{
	struct pool *scratch = pool_new();
	struct sql_phrase_embeddings_load_rows r;
	struct skill_embeddings *v = pool_new_of(pool, struct skill_embeddings);
	*v = (struct skill_embeddings){ .phrases = phrases, .dims = state->dims };
	*out = NULL;
	enum err e = sql_phrase_embeddings_load(db, scratch, org_id, &r);
	if (e == ERR_OK && state->dims > 0 && take_rows(v, pool, &r))
		*out = v;
	pool_free(scratch);
	return e;
}

void skill_embeddings_cosines(const struct skill_embeddings *v, const float *asked, float *out)
{
	for (int i = 0; i < v->phrases->n_of_skills; i++)
		out[i] = (float)packed_embedding_cosine(
			v->values + (size_t)v->place[i] * (size_t)v->dims, v->lengths[v->place[i]], asked, v->dims);
}

void skill_embeddings_nearest(const struct skill_embeddings *v, struct pool *scratch, const float *asked, double *out)
{
	const struct phrases *p = v->phrases;
	float *cosines = pool_new_array(scratch, (size_t)p->n_of_skills, float);
	skill_embeddings_cosines(v, asked, cosines);
	for (int s = 0; s < p->n_skills; s++)
		out[s] = -1;
	for (int i = 0; i < p->n_of_skills; i++)
		out[p->all[i].skill] = fmax(out[p->all[i].skill], (double)cosines[i]);
}

void skill_embeddings_of_phrase(const struct skill_embeddings *v, int phrase, float *out)
{
	int place = v->place[phrase];
	for (int i = 0; i < v->dims; i++)
		out[i] = (float)v->values[(size_t)place * (size_t)v->dims + (size_t)i] / v->lengths[place];
}
