/*
 * passage-trial.c - tries the embeddings of passages with the organisation's own headings.
 */
#include "answer/embeddings/trial-parts.h"

#include "answer/retrieval/knowledge.h"
#include "db/statements.h"

#include <stdlib.h>

#define HEADINGS_MAX 32
#define FOUND_MOST 60
/* Headings stand word by word in what they are compared with, questions do not: hence the lower ones of them. */
#define OWN_BELOW 0.25
#define RANK_SLACK 1e-9

/* A text and what it found. */
struct probe {
	int *own; /* its passages, ascending; of an off-topic example none */
	int n_own;
	struct ranked found;
};

struct passage_trial {
	struct embedding_trial all; /* first: this is what others hold */
	struct probe probes[TRIAL_TEXTS_MAX];
	int n_headings;
};

/* "Delivery > Abroad": the last one says what it is about. */
static struct str passage_trial_last_heading(struct str heading)
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

static struct tallied *passage_trial_copy(struct pool *pool, const struct tallied *all, int n)
{
	struct tallied *kept = pool_new_array(pool, (size_t)n, struct tallied);
	if (n)
		memcpy(kept, all, (size_t)n * sizeof(*all));
	return kept;
}

static enum err passage_trial_step(struct embedding_trial *all, int nth)
{
	struct passage_trial *t = (struct passage_trial *)all;
	struct probe *probe = &t->probes[nth];
	struct question_embedding embedding = {
		.embeddings = all->embeddings, .state = &all->state, .values = trial_embedding(all, nth)
	};
	struct pool *scratch = pool_new();
	enum err e = knowledge_rank(all->db, scratch, all->org_id, all->texts[nth], &embedding, &probe->found);
	if (e == ERR_OK) {
		probe->found.words = passage_trial_copy(all->pool, probe->found.words, probe->found.n_words);
		probe->found.similar = passage_trial_copy(all->pool, probe->found.similar, probe->found.n_similar);
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
	for (int i = 0; i < probe->found.n_similar; i++) {
		const struct tallied *one = &probe->found.similar[i];
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

static void compare_ranks(const struct passage_trial *t, struct trial_result *result)
{
	struct tallied best[FOUND_MOST];
	for (int i = 0; i < t->n_headings; i++) {
		const struct probe *probe = &t->probes[i];
		int n = probe->found.n_words < FOUND_MOST ? probe->found.n_words : FOUND_MOST;
		result->words += reciprocal_rank(probe, probe->found.words, n) / t->n_headings;
		n = fusion_best(&probe->found, &result->scale, best, FOUND_MOST);
		result->both += reciprocal_rank(probe, best, n) / t->n_headings;
	}
}

static void passage_trial_judge(struct embedding_trial *all, struct trial_result *result)
{
	struct passage_trial *t = (struct passage_trial *)all;
	double of_own[TRIAL_TEXTS_MAX], of_others[TRIAL_TEXTS_MAX], of_nothing[TRIAL_TEXTS_MAX];
	struct cosines own = { of_own, 0 }, others = { of_others, 0 }, nothing = { of_nothing, 0 };
	result->probes = t->n_headings;
	for (int i = 0; i < all->n_probes; i++) {
		struct cosines *rest = i < t->n_headings ? &others : &nothing;
		own.n += best_cosine(&t->probes[i], true, &own.all[own.n]);
		rest->n += best_cosine(&t->probes[i], false, &rest->all[rest->n]);
	}
	bool tells_apart = similarity_scale_from(own, OWN_BELOW, others, nothing, &result->scale);
	compare_ranks(t, result);
	result->helps = tells_apart && result->both >= result->words - RANK_SLACK;
}

enum err passage_trial_new(const struct embedding_trial *begun, struct embedding_trial **out)
{
	struct passage_trial *t = pool_new_of(begun->pool, struct passage_trial);
	struct sql_embedding_probes_rows r;
	t->all = *begun;
	t->all.step = passage_trial_step;
	t->all.judge = passage_trial_judge;
	*out = &t->all;
	enum err e = sql_embedding_probes(begun->db, begun->pool, begun->org_id, HEADINGS_MAX, &r);
	if (e != ERR_OK)
		return e;
	for (; t->n_headings < r.n && t->n_headings < HEADINGS_MAX; t->n_headings++) {
		const struct sql_embedding_probes_row row = sql_embedding_probes_row(&r, t->n_headings);
		struct str heading = row.heading;
		read_own(begun->pool, row.passages, &t->probes[t->n_headings]);
		trial_add_text(&t->all, str_is_empty(heading) ? row.title : passage_trial_last_heading(heading));
	}
	if (t->n_headings)
		trial_add_off_topic(&t->all);
	t->all.n_probes = t->all.n_texts;
	return ERR_OK;
}
