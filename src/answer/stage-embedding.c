/*
 * stage-embedding.c - the vector of the message, for the stages that compare it.
 *
 * Asked for once, by the first stage that can use it: one whose vectors are of the present model and help
 * (vector-trial.h), while the budget of the day allows it. Whatever fails is told in the decision, for each stage, and
 * the stage goes by words.
 */
#include "answer/stage.h"

#include "answer/embeddings/embeddings.h"
#include "db/statements.h"
#include "domain/text.h"

struct vector_work {
	struct run *run;
	enum vectors_kind kind;
	void (*then)(struct run *run, bool usable);
};

/* What is told of each kind, and where. */
static const struct words {
	const char *member;
	const char *none, *outdated, *other_model, *untried, *harm, *other_length;
} words_of[VECTORS_KINDS] = {
	[VECTORS_PASSAGES] = { .member = "vector_reason",
		.none = T("the documents have no vectors yet"),
		.other_model = T("the documents have vectors of another model"),
		.untried = T("the documents' vectors have not been tried yet"),
		.harm = T("with the documents' vectors their own headings are found less well"),
		.other_length = T("the model's vectors have another length than those of the documents") },
	[VECTORS_PHRASES] = { .member = "skill_vector_reason",
		.none = T("the triggers have no vectors yet"),
		.outdated = T("the skills have changed: their vectors are being made"),
		.other_model = T("the triggers have vectors of another model"),
		.untried = T("the triggers' vectors have not been tried yet"),
		.harm = T("with the triggers' vectors their own skills are found less well"),
		.other_length = T("the model's vectors have another length than those of the triggers") },
};

bool stage_vector_tell(struct run *run, enum vectors_kind kind, const char *reason)
{
	json_member_str(&run->detail, words_of[kind].member, str_of(reason));
	return false;
}

/* Whether the vector that came, or did not, can be compared with those of a kind. */
static bool is_usable(struct run *run, enum vectors_kind kind)
{
	const struct message_vector *v = &run->vector;
	if (v->values && v->dims == run->vectors[kind].dims)
		return true;
	return stage_vector_tell(run, kind, v->values ? words_of[kind].other_length : v->reason);
}

static void stage_embedding_on_vector(void *arg, const struct embeddings *e)
{
	struct vector_work *work = arg;
	struct run *run = work->run;
	json_member_i64(&run->detail, "vector_took_us", e->took_us);
	run->vector.reason = pool_cstr(run->pool, e->reason);
	if (DB_QUERY(run->pipeline->db, run->pool, &sql_llm_used_statement, NULL, DB_INT(run->q->org_id),
		    DB_CSTR("embedding"), DB_BOOL(!e->ok), DB_INT(e->tokens), DB_INT(0))
		!= ERR_OK)
		run->vector.reason = T("the database could not be asked");
	else if (e->ok) {
		run->vector.values = e->vectors;
		run->vector.dims = e->dims;
	}
	work->then(run, is_usable(run, work->kind));
}

/* Whether the stored vectors can be asked at all; what only has not happened yet is told, too. */
static bool is_of_use(struct run *run, enum vectors_kind kind, const struct llm_endpoint *endpoint)
{
	const struct vectors_state *state = &run->vectors[kind];
	const struct words *w = &words_of[kind];
	if (!state->model.p)
		return stage_vector_tell(run, kind, w->none);
	if (!str_equal(state->model, endpoint_label(run->pool, endpoint)))
		return stage_vector_tell(run, kind, w->other_model);
	if (!state->tried)
		return stage_vector_tell(run, kind, w->untried);
	if (w->outdated && state->revision != run->q->skills_revision)
		return stage_vector_tell(run, kind, w->outdated);
	return state->helps || stage_vector_tell(run, kind, w->harm);
}

static bool may_ask(struct run *run, enum vectors_kind kind, int64_t daily_calls)
{
	struct db_result *r;
	if (DB_QUERY(run->pipeline->db, run->pool, &sql_llm_reserve_statement, &r, DB_INT(run->q->org_id),
		    DB_CSTR("embedding"), DB_INT(daily_calls))
		!= ERR_OK)
		return stage_vector_tell(run, kind, T("the database could not be asked"));
	return db_bool(r, 0, 0) || stage_vector_tell(run, kind, T("the budget of the day is used up"));
}

enum vector_verdict stage_vector(struct run *run, enum vectors_kind kind, void (*then)(struct run *run, bool usable))
{
	struct vectors_state *state = &run->vectors[kind];
	struct endpoint_choice choice;
	struct explain why;
	if (!run->pipeline->http || str_is_empty(text_fold(run->pool, run->q->text)))
		return VECTOR_NONE; /* what has no words means nothing to a model either */
	if (!endpoint_find(run->pool, &run->pipeline->endpoints, run->q->org_id, &run->q->settings, ENDPOINT_EMBEDDINGS,
		    &choice, &why)) {
		if (*why.text)
			(void)stage_vector_tell(run, kind, why.text);
		return VECTOR_NONE;
	}
	if (vectors_state_of(run->pipeline->db, run->pool, run->q->org_id, kind, state) != ERR_OK) {
		(void)stage_vector_tell(run, kind, T("the database could not be asked"));
		return VECTOR_NONE;
	}
	if (!is_of_use(run, kind, &choice.endpoint))
		return VECTOR_NONE;
	if (run->vector.asked)
		return is_usable(run, kind) ? VECTOR_READY : VECTOR_NONE;
	if (!may_ask(run, kind, choice.daily_calls))
		return VECTOR_NONE;
	struct vector_work *work = pool_new_of(run->pool, struct vector_work);
	*work = (struct vector_work){ .run = run, .kind = kind, .then = then };
	run->vector.asked = true;
	embeddings_request(
		run->pipeline->http, run->pool, &choice.endpoint, &run->q->text, 1, stage_embedding_on_vector, work);
	return VECTOR_WAITING;
}
