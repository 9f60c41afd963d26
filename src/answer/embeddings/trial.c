/*
 * trial.c - tries an organisation's embeddings with its own texts: what all kinds share.
 *
 * Owns a trial in the caller's pool; stores nothing.
 * Fusing a weak model with good words makes both worse, hence the comparison; it is the organisation's own text, hence
 * there is nothing to be labelled by a user.
 */
#include "answer/embeddings/trial-parts.h"

#include "answer/skills/training/off-topic.h"

enum err embedding_trial_new(
	struct pool *pool, struct db *db, int64_t org_id, enum embedding_kind kind, struct embedding_trial **out)
{
	static enum err (*const begin[EMBEDDING_KINDS])(
		const struct embedding_trial *, struct embedding_trial **) = { passage_trial_new, phrase_trial_new };
	struct embedding_trial begun = { .pool = pool, .db = db, .org_id = org_id };
	enum err e = embedding_state_load(db, pool, org_id, kind, &begun.state);
	if (e == ERR_OK)
		e = begin[kind](&begun, out);
	if (e == ERR_OK && (*out)->n_texts)
		trial_add_parallel_questions(*out);
	return e;
}

void trial_add_text(struct embedding_trial *t, struct str text)
{
	t->texts[t->n_texts++] = text;
}

void trial_add_off_topic(struct embedding_trial *t)
{
	int left = TRIAL_TEXTS_MAX - t->n_texts, all = off_topic_examples_count();
	t->off_topic = t->n_texts;
	for (int i = 0; i < left; i++)
		trial_add_text(t, str_of(off_topic_examples[i * all / left]));
}

const float *trial_embedding(const struct embedding_trial *t, int text)
{
	return t->values + (size_t)text * (size_t)t->state.dims;
}

const struct str *embedding_trial_texts(const struct embedding_trial *t, int *n)
{
	*n = t->n_texts;
	return t->texts;
}

bool embedding_trial_begin(struct embedding_trial *t, const float *values, int dims)
{
	t->values = values;
	return dims == t->state.dims;
}

enum err embedding_trial_run(
	struct embedding_trial *t, struct db *db, size_t max_bytes, const atomic_bool *stop, struct trial_result *out)
{
	enum err e = ERR_OK;
	t->db = db;
	t->embeddings = embedding_cache_new(db, max_bytes);
	for (int i = 0; i < t->n_probes && e == ERR_OK; i++)
		e = atomic_load(stop) ? ERR_TIMEOUT : t->step(t, i);
	embedding_cache_free(t->embeddings);
	*out = (struct trial_result){ .helps = false };
	if (e == ERR_OK) {
		t->judge(t, out);
		if (t->n_texts) /* else there is no question of any language, and no embedding */
			language_trial_judge(t, out);
	}
	return e;
}
