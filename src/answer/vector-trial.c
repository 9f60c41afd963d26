/*
 * vector-trial.c - tries an organisation's vectors with its own headings.
 *
 * Owns a trial in the caller's pool; stores nothing. One text at a time, so that the caller's other work goes on.
 * Fusing a weak model with good words makes both worse, hence the comparison; it is the organisation's own text, hence
 * there is nothing to be labelled by anybody.
 */
#include "answer/vector-trial.h"

#include "answer/knowledge.h"
#include "answer/negatives.h"
#include "db/statements.h"

#include <stdlib.h>

#define HEADINGS_MAX 32
#define FOUND_MOST 60
#define RANK_SLACK 1e-9

enum { PROBE_TITLE, PROBE_HEADING, PROBE_PASSAGES };

/* A text and what it found. */
struct probe {
	struct str text;
	int *own; /* its passages, ascending; of a message about nothing none */
	int n_own;
	struct ranked found;
};

struct vector_trial {
	struct pool *pool;
	struct db *db;
	struct vectors *vectors;
	int64_t org_id;
	struct vectors_state state;
	struct probe probes[TRIAL_TEXTS_MAX];
	struct str texts[TRIAL_TEXTS_MAX];
	int n, n_headings, n_tried;
	const float *values;
};

/* "Delivery > Abroad": the last one says what it is about. */
static struct str last_heading(struct str heading)
{
	struct str last = heading;
	for (size_t i = 0; i + 2 < heading.n; i++)
		if (memcmp(heading.p + i, " > ", 3) == 0)
			last = (struct str){ heading.p + i + 3, heading.n - i - 3 };
	return last;
}

static void read_own(struct pool *pool, struct str list, struct probe *probe)
{
	size_t most = 1;
	for (size_t i = 0; i < list.n; i++)
		most += list.p[i] == ' ';
	probe->own = pool_new_array(pool, most, int);
	while (list.p) {
		int64_t id;
		if (str_to_i64(str_take_until(&list, ' '), &id))
			probe->own[probe->n_own++] = (int)id;
	}
}

static void add_text(struct vector_trial *t, struct str text)
{
	t->probes[t->n].text = t->texts[t->n] = text;
	t->n++;
}

enum err vector_trial_new(
	struct pool *pool, struct db *db, struct vectors *vectors, int64_t org_id, struct vector_trial **out)
{
	struct vector_trial *t = pool_new_of(pool, struct vector_trial);
	struct db_result *r;
	*t = (struct vector_trial){ .pool = pool, .db = db, .vectors = vectors, .org_id = org_id };
	*out = t;
	enum err e = vectors_state_of(db, pool, org_id, &t->state);
	if (e == ERR_OK)
		e = DB_QUERY(db, pool, &sql_embedding_probes, &r, DB_INT(org_id), DB_INT(HEADINGS_MAX));
	if (e != ERR_OK)
		return e;
	for (int row = 0; row < db_rows(r) && row < HEADINGS_MAX; row++) {
		struct str heading = db_str(r, row, PROBE_HEADING);
		read_own(pool, db_str(r, row, PROBE_PASSAGES), &t->probes[t->n]);
		add_text(t, str_is_empty(heading) ? db_str(r, row, PROBE_TITLE) : last_heading(heading));
	}
	t->n_headings = t->n;
	int left = TRIAL_TEXTS_MAX - t->n, all = negatives_count();
	for (int i = 0; i < left && t->n_headings; i++) /* from all languages */
		add_text(t, str_of(negatives[i * all / left]));
	return ERR_OK;
}

const struct str *vector_trial_texts(const struct vector_trial *trial, int *n)
{
	*n = trial->n;
	return trial->texts;
}

bool vector_trial_begin(struct vector_trial *trial, const float *values, int dims)
{
	trial->values = values;
	return dims == trial->state.dims;
}

static struct tallied *copy(struct pool *pool, const struct tallied *all, int n)
{
	struct tallied *kept = pool_new_array(pool, (size_t)n, struct tallied);
	if (n)
		memcpy(kept, all, (size_t)n * sizeof(*all));
	return kept;
}

enum err vector_trial_step(struct vector_trial *t, bool *done)
{
	*done = t->n_tried >= t->n;
	if (*done)
		return ERR_OK;
	struct probe *probe = &t->probes[t->n_tried];
	struct asked_vector vector = { .vectors = t->vectors,
		.state = &t->state,
		.values = t->values + (size_t)t->n_tried * (size_t)t->state.dims };
	t->n_tried++;
	*done = t->n_tried == t->n;
	struct pool *scratch = pool_new();
	enum err e = knowledge_rank(t->db, scratch, t->org_id, probe->text, &vector, &probe->found);
	if (e == ERR_OK) {
		probe->found.words = copy(t->pool, probe->found.words, probe->found.n_words);
		probe->found.alike = copy(t->pool, probe->found.alike, probe->found.n_alike);
	}
	pool_free(scratch);
	return e;
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static bool is_own(const struct probe *probe, int passage)
{
	return probe->n_own
	       && bsearch(&passage, probe->own, (size_t)probe->n_own, sizeof(passage), compare_ints) != NULL;
}

/* The highest cosine among its own passages, or among the others; false when there is none. */
static bool best_cosine(const struct probe *probe, bool own, double *out)
{
	bool any = false;
	for (int i = 0; i < probe->found.n_alike; i++) {
		const struct tallied *one = &probe->found.alike[i];
		if (is_own(probe, one->passage) != own || (any && one->score <= *out))
			continue;
		*out = one->score;
		any = true;
	}
	return any;
}

static double reciprocal_rank(const struct probe *probe, const struct tallied *best, int n)
{
	for (int i = 0; i < n; i++)
		if (is_own(probe, best[i].passage))
			return 1.0 / (i + 1);
	return 0;
}

static void compare_ranks(const struct vector_trial *t, struct trial_result *result)
{
	struct tallied best[FOUND_MOST];
	for (int i = 0; i < t->n_headings; i++) {
		const struct probe *probe = &t->probes[i];
		int n = probe->found.n_words < FOUND_MOST ? probe->found.n_words : FOUND_MOST;
		result->rank_words += reciprocal_rank(probe, probe->found.words, n) / t->n_headings;
		n = fusion_best(&probe->found, &result->scale, best, FOUND_MOST);
		result->rank_both += reciprocal_rank(probe, best, n) / t->n_headings;
	}
}

struct trial_result vector_trial_result(struct vector_trial *t)
{
	struct trial_result result = { .headings = t->n_headings };
	double of_own[TRIAL_TEXTS_MAX], of_others[TRIAL_TEXTS_MAX], of_nothing[TRIAL_TEXTS_MAX];
	struct cosines own = { of_own, 0 }, others = { of_others, 0 }, nothing = { of_nothing, 0 };
	for (int i = 0; i < t->n; i++) {
		struct cosines *rest = i < t->n_headings ? &others : &nothing;
		own.n += best_cosine(&t->probes[i], true, &own.all[own.n]);
		rest->n += best_cosine(&t->probes[i], false, &rest->all[rest->n]);
	}
	result.helps = likeness_scale_from(own, others, nothing, &result.scale);
	compare_ranks(t, &result);
	result.helps = result.helps && result.rank_both >= result.rank_words - RANK_SLACK;
	return result;
}
