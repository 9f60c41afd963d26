/*
 * term-coverage.c - how much of a question the sentences of a passage say.
 *
 * Pure. The index knows that words stand in the same passage; that they stand in one sentence is a better sign that
 * they are about each other, and what the question calls by name often stands in the title only.
 */
#include "answer/terms/term-coverage.h"

#include "answer/retrieval/sentences.h"
#include "answer/terms/terms.h"

#define MAYBE_SIZE 2048

/* A question while texts are read. */
struct search {
	const struct query_terms *asked;
	int *read_at;           /* of each term: the number of the text that has it, 0 for none yet */
	int number;             /* of the text that is being read, from 1 on */
	double sum;             /* of what this text has that the first one has not */
	bool maybe[MAYBE_SIZE]; /* by the end of the hash; most terms of a text are not asked for */
};

static int term_coverage_place_of(const struct query_terms *asked, uint32_t hash)
{
	int low = 0, high = asked->n;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (asked->all[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < asked->n && asked->all[low].hash == hash ? low : -1;
}

static void look_for(void *arg, uint32_t hash)
{
	struct search *s = arg;
	int place = s->maybe[hash % MAYBE_SIZE] ? term_coverage_place_of(s->asked, hash) : -1;
	if (place < 0 || s->read_at[place] == 1 || s->read_at[place] == s->number)
		return;
	s->read_at[place] = s->number;
	s->sum += s->asked->all[place].weight;
}

static double read_next(struct pool *pool, struct search *s, struct str text, struct str language)
{
	s->number++;
	s->sum = 0;
	terms_each(pool, text, language, look_for, s);
	return s->sum;
}

struct term_coverage term_coverage_read(
	struct pool *pool, const struct query_terms *asked, struct str above, struct str text, struct str language)
{
	struct term_coverage r = { 0 };
	if (!asked || !asked->n)
		return r;
	struct search s = { .asked = asked, .read_at = pool_new_array(pool, (size_t)asked->n, int) };
	double most = 0;
	for (int i = 0; i < asked->n; i++)
		s.maybe[asked->all[i].hash % MAYBE_SIZE] = true;
	r.above = read_next(pool, &s, above, language);
	for (struct str one = sentence_next(&text); one.n; one = sentence_next(&text)) {
		double more = read_next(pool, &s, one, language);
		most = more > most ? more : most;
	}
	r.sentence = r.above + most;
	return r;
}

double term_coverage_of(struct pool *pool, const struct query_terms *asked, struct str text, struct str language)
{
	return term_coverage_read(pool, asked, text, STR_NONE, language).above;
}
