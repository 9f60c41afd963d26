/*
 * stage-vector.c - the vector of the message, for the second stage.
 *
 * Asked for only where the organisation's documents have vectors of the present model that help (vector-trial.h) and
 * the budget of the day allows it. Whatever fails is told in the decision, and the documents are searched by words.
 */
#include "answer/stage.h"

#include "answer/embeddings.h"
#include "answer/knowledge.h"
#include "db/statements.h"

struct stage_vector {
	struct run *run;
	struct vectors_state state;
	struct asked_vector asked;
	void (*then)(struct run *run, const struct asked_vector *vector);
};

static bool tell(struct run *run, const char *reason)
{
	json_member_str(&run->detail, "vector_reason", str_of(reason));
	return false;
}

static void on_vector(void *arg, const struct embeddings *e)
{
	struct stage_vector *work = arg;
	struct run *run = work->run;
	json_member_i64(&run->detail, "vector_took_us", e->took_us);
	if (DB_QUERY(run->pipeline->db, run->pool, &sql_llm_used, NULL, DB_INT(run->q->org_id), DB_CSTR("embedding"),
		    DB_BOOL(!e->ok), DB_INT(e->tokens), DB_INT(0))
		!= ERR_OK)
		(void)tell(run, "the database could not be asked");
	else if (!e->ok)
		json_member_str(&run->detail, "vector_reason", e->reason);
	else if (e->dims != work->state.dims)
		(void)tell(run, "the model's vectors have another length than those of the documents");
	else
		work->asked.values = e->vectors;
	work->then(run, work->asked.values ? &work->asked : NULL);
}

/* Whether the documents' vectors can be asked at all; what only has not happened yet is told, too. */
static bool is_of_use(struct run *run, const struct vectors_state *state, const struct llm_endpoint *endpoint)
{
	if (!state->model.p)
		return tell(run, "the documents have no vectors yet");
	if (!str_equal(state->model, endpoint_label(run->pool, endpoint)))
		return tell(run, "the documents have vectors of another model");
	if (!state->tried)
		return tell(run, "the documents' vectors have not been tried yet");
	return state->helps || tell(run, "with the documents' vectors their own headings are found less well");
}

static bool may_ask(struct run *run, int64_t daily_calls)
{
	struct db_result *r;
	if (DB_QUERY(run->pipeline->db, run->pool, &sql_llm_reserve, &r, DB_INT(run->q->org_id), DB_CSTR("embedding"),
		    DB_INT(daily_calls))
		!= ERR_OK)
		return tell(run, "the database could not be asked");
	return db_bool(r, 0, 0) || tell(run, "the budget of the day is used up");
}

bool stage_vector_ask(struct run *run, void (*then)(struct run *run, const struct asked_vector *vector))
{
	struct stage_vector *work = pool_new_of(run->pool, struct stage_vector);
	struct endpoint_choice choice;
	struct explain why;
	*work = (struct stage_vector){ .run = run, .then = then };
	work->asked = (struct asked_vector){ .vectors = run->pipeline->vectors, .state = &work->state };
	if (!endpoint_find(run->pool, &run->pipeline->endpoints, run->q->org_id, &run->q->settings, ENDPOINT_EMBEDDINGS,
		    &choice, &why))
		return *why.text && tell(run, why.text);
	if (vectors_state_of(run->pipeline->db, run->pool, run->q->org_id, &work->state) != ERR_OK)
		return tell(run, "the database could not be asked");
	if (!is_of_use(run, &work->state, &choice.endpoint) || !may_ask(run, choice.daily_calls))
		return false;
	embeddings_request(run->pipeline->http, run->pool, &choice.endpoint, &run->q->text, 1, on_vector, work);
	return true;
}
