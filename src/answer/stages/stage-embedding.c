/*
 * stage-embedding.c - the embedding of the message, for the stages that compare it.
 *
 * Asked for once, by the first stage that can use it: one whose embeddings are of the present model and help
 * (trial.h), while the budget of the day allows it. Whatever fails is told in the decision, for each stage, and
 * the stage goes by words.
 */
#include "answer/stages/stage.h"

#include "answer/embeddings/embeddings.h"
#include "db/statements.h"
#include "domain/text.h"

struct embedding_work {
	struct run *run;
	enum embedding_kind kind;
	void (*then)(struct run *run, bool usable);
};

/* What is told of each kind, as codes. */
static const struct words {
	const char *none, *outdated, *other_model, *untried, *harm, *other_length;
} words_of[EMBEDDING_KINDS] = {
	[EMBEDDING_PASSAGES] = { .none = CODE(documents_without_embeddings),
		.other_model = CODE(documents_of_other_model),
		.untried = CODE(documents_untried),
		.harm = CODE(documents_harmed),
		.other_length = CODE(documents_other_length) },
	[EMBEDDING_PHRASES] = { .none = CODE(triggers_without_embeddings),
		.outdated = CODE(triggers_outdated),
		.other_model = CODE(triggers_of_other_model),
		.untried = CODE(triggers_untried),
		.harm = CODE(triggers_harmed),
		.other_length = CODE(triggers_other_length) },
};

bool stage_embedding_not_used(struct run *run, enum embedding_kind kind, const char *reason)
{
	run->findings.embedding_reasons[kind] = str_of(reason);
	return false;
}

/* Whether the embedding that came, or did not, can be compared with those of a kind. */
static bool is_usable(struct run *run, enum embedding_kind kind)
{
	const struct message_embedding *v = &run->embedding;
	if (v->values && v->dims == run->embeddings[kind].dims)
		return true;
	return stage_embedding_not_used(run, kind, v->values ? words_of[kind].other_length : v->reason);
}

static void stage_embedding_on_embedding(void *arg, const struct embeddings *e)
{
	struct embedding_work *work = arg;
	struct run *run = work->run;
	run->findings.has_embedding = true;
	run->findings.embedding_took_us = e->took_us;
	run->embedding.reason = pool_cstr(run->pool, e->reason);
	if (sql_llm_used(run->pipeline->db, run->pool, run->q->org_id, STR("embedding"), !e->ok, e->tokens, 0)
		!= ERR_OK)
		run->embedding.reason = CODE(db_failed);
	else if (e->ok) {
		run->embedding.values = e->values;
		run->embedding.dims = e->dims;
	}
	work->then(run, is_usable(run, work->kind));
}

bool stage_embedding_is_across(const struct run *run, enum embedding_kind kind)
{
	return embedding_state_knows(&run->embeddings[kind], str_of(run->understood.language->tag));
}

/* Whether the stored embeddings can be asked at all; what only has not happened yet is told, too. */
static bool is_of_use(struct run *run, enum embedding_kind kind, const struct llm_endpoint *endpoint)
{
	const struct embedding_state *state = &run->embeddings[kind];
	const struct words *w = &words_of[kind];
	if (!state->model.p)
		return stage_embedding_not_used(run, kind, w->none);
	if (!str_equal(state->model, endpoint_label(run->pool, endpoint)))
		return stage_embedding_not_used(run, kind, w->other_model);
	if (!state->tried)
		return stage_embedding_not_used(run, kind, w->untried);
	if (w->outdated && state->revision != run->q->skills_revision)
		return stage_embedding_not_used(run, kind, w->outdated);
	return state->helps || stage_embedding_is_across(run, kind) || stage_embedding_not_used(run, kind, w->harm);
}

static bool may_ask(struct run *run, enum embedding_kind kind, int64_t daily_calls)
{
	struct sql_llm_reserve_rows r;
	if (sql_llm_reserve(run->pipeline->db, run->pool, run->q->org_id, STR("embedding"), daily_calls, &r) != ERR_OK)
		return stage_embedding_not_used(run, kind, CODE(db_failed));
	return sql_llm_reserve_row(&r, 0).is_reserved || stage_embedding_not_used(run, kind, CODE(daily_budget_used));
}

enum embedding_verdict stage_embedding(
	struct run *run, enum embedding_kind kind, void (*then)(struct run *run, bool usable))
{
	struct embedding_state *state = &run->embeddings[kind];
	struct endpoint_choice choice;
	struct explain why;
	if (!run->pipeline->http || str_is_empty(text_fold(run->pool, run->q->text)))
		return EMBEDDING_NONE; /* what has no words means nothing to a model either */
	if (!endpoint_find(run->pool, &run->pipeline->endpoints, run->q->org_id, &run->q->settings, ENDPOINT_EMBEDDINGS,
		    &choice, &why)) {
		if (*why.text)
			(void)stage_embedding_not_used(run, kind, pool_cstr(run->pool, explain_stored(&why)));
		return EMBEDDING_NONE;
	}
	if (embedding_state_load(run->pipeline->db, run->pool, run->q->org_id, kind, state) != ERR_OK) {
		(void)stage_embedding_not_used(run, kind, CODE(db_failed));
		return EMBEDDING_NONE;
	}
	if (!is_of_use(run, kind, &choice.endpoint))
		return EMBEDDING_NONE;
	if (run->embedding.asked)
		return is_usable(run, kind) ? EMBEDDING_READY : EMBEDDING_NONE;
	if (!may_ask(run, kind, choice.daily_calls))
		return EMBEDDING_NONE;
	struct embedding_work *work = pool_new_of(run->pool, struct embedding_work);
	*work = (struct embedding_work){ .run = run, .kind = kind, .then = then };
	run->embedding.asked = true;
	embeddings_request(run->pipeline->http, run->pool, &choice.endpoint, EMBED_QUESTION, &run->q->text, 1,
		stage_embedding_on_embedding, work);
	return EMBEDDING_WAITING;
}

/* ---- of other texts ---- */

struct texts_work {
	struct run *run;
	void (*then)(struct run *run, const struct embeddings *found);
};

static void stage_embedding_on_texts(void *arg, const struct embeddings *e)
{
	struct texts_work *work = arg;
	struct run *run = work->run;
	enum err counted =
		sql_llm_used(run->pipeline->db, run->pool, run->q->org_id, STR("embedding"), !e->ok, e->tokens, 0);
	bool usable = counted == ERR_OK && e->ok && e->dims == run->embedding.dims;
	work->then(run, usable ? e : NULL);
}

bool stage_embedding_of_texts(
	struct run *run, const struct str *texts, int n, void (*then)(struct run *run, const struct embeddings *found))
{
	struct endpoint_choice choice;
	struct explain why;
	if (!endpoint_find(run->pool, &run->pipeline->endpoints, run->q->org_id, &run->q->settings, ENDPOINT_EMBEDDINGS,
		    &choice, &why)
		|| !may_ask(run, EMBEDDING_PASSAGES, choice.daily_calls))
		return false;
	struct texts_work *work = pool_new_of(run->pool, struct texts_work);
	*work = (struct texts_work){ .run = run, .then = then };
	embeddings_request(run->pipeline->http, run->pool, &choice.endpoint, EMBED_PASSAGE, texts, n,
		stage_embedding_on_texts, work);
	return true;
}
