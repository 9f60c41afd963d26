/*
 * counter-examples.c - questions that a skill or a document must not answer.
 *
 * A message is such a question when it shares most words with it (question-words.h): near enough for other wording,
 * and not for another town or another day. Kept with the prepared skills of an organisation, so that a message costs no
 * statement. An organisation without counter-examples is answered as though there were no such thing.
 */
#include "answer/skills/counter-examples.h"

#include "answer/question-words.h"
#include "db/statements.h"

#define NEAR 0.6
#define TRIGGERS_COMPARED 200

struct counter_example {
	int64_t skill_id, document_id; /* one of them is 0 */
	struct question_words words;
};

struct counter_examples {
	struct str language;
	struct counter_example *all;
	int n;
};

enum err counter_examples_load(struct db *db, struct pool *pool, int64_t org_id, struct counter_examples **out)
{
	struct sql_counter_examples_of_rows r;
	struct pool *rows = pool_new(), *scratch = pool_new();
	enum err e = sql_counter_examples_of(db, rows, org_id, &r);
	*out = NULL;
	if (e == ERR_OK && r.n > 0) {
		*out = pool_new_of(pool, struct counter_examples);
		(*out)->language = pool_str(pool, sql_counter_examples_of_row(&r, 0).language);
		(*out)->all = pool_new_array(pool, (size_t)r.n, struct counter_example);
		(*out)->n = r.n;
	}
	for (int i = 0; e == ERR_OK && i < r.n; i++, pool_reset(scratch)) {
		const struct sql_counter_examples_of_row row = sql_counter_examples_of_row(&r, i);
		struct question_words words = question_words_of(scratch, row.language, row.question);
		struct counter_example *one = &(*out)->all[i];
		*one = (struct counter_example){ .skill_id = row.skill_id, .document_id = row.document_id };
		one->words.n = words.n;
		one->words.all = pool_new_array(pool, (size_t)words.n, uint64_t);
		memcpy(one->words.all, words.all, (size_t)words.n * sizeof(*words.all));
	}
	pool_free(scratch);
	pool_free(rows);
	return e;
}

static bool counter_examples_has(const int64_t *ids, int n, int64_t id)
{
	for (int i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static void counter_examples_add(int64_t *ids, int *n, int64_t id)
{
	if (*n < REFUSED_MAX && !counter_examples_has(ids, *n, id))
		ids[(*n)++] = id;
}

/* How near the message is to the skill's own triggers. */
static double nearest_trigger(const struct counter_examples *examples, struct pool *pool, const struct skill *skills,
	int n_skills, int64_t id, const struct question_words *asked)
{
	double nearest = 0;
	for (int s = 0; s < n_skills; s++)
		for (int t = 0; skills[s].id == id && t < skills[s].n_triggers && t < TRIGGERS_COMPARED; t++) {
			struct question_words words =
				question_words_of(pool, examples->language, skills[s].triggers[t]);
			double shared = question_words_shared(&words, asked);
			nearest = shared > nearest ? shared : nearest;
		}
	return nearest;
}

void counter_examples_refuse(const struct counter_examples *examples, struct pool *pool, const struct skill *skills,
	int n_skills, const struct str *texts, int n_texts, struct refused *out)
{
	*out = (struct refused){ .n_skills = 0 };
	for (int i = 0; examples && i < n_texts; i++) {
		struct question_words asked = question_words_of(pool, examples->language, texts[i]);
		for (int k = 0; k < examples->n; k++) {
			const struct counter_example *one = &examples->all[k];
			double shared = question_words_shared(&one->words, &asked);
			if (shared < NEAR)
				continue;
			if (one->document_id)
				counter_examples_add(out->documents, &out->n_documents, one->document_id);
			else if (!counter_examples_has(out->skills, out->n_skills, one->skill_id)
				 && nearest_trigger(examples, pool, skills, n_skills, one->skill_id, &asked) <= shared)
				counter_examples_add(out->skills, &out->n_skills, one->skill_id);
		}
	}
}

bool refused_skill(const struct refused *refused, int64_t skill_id)
{
	return refused && counter_examples_has(refused->skills, refused->n_skills, skill_id);
}

bool refused_document(const struct refused *refused, int64_t document_id)
{
	return refused && counter_examples_has(refused->documents, refused->n_documents, document_id);
}
