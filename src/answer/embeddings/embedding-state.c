/*
 * embedding-state.c - reads what embeddings an organisation has. What writes it is outbox/embed.c.
 */
#include "answer/embeddings/embedding-state.h"

#include "db/statements.h"

const char *const embedding_kind_names[EMBEDDING_KINDS] = {
	[EMBEDDING_PASSAGES] = "passages", [EMBEDDING_PHRASES] = "phrases"
};

enum err embedding_state_load(
	struct db *db, struct pool *pool, int64_t org_id, enum embedding_kind kind, struct embedding_state *out)
{
	struct sql_embedding_state_of_rows r;
	*out = (struct embedding_state){ .dims = 0 };
	enum err e = sql_embedding_state_of(db, pool, org_id, str_of(embedding_kind_names[kind]), &r);
	if (e != ERR_OK || r.n == 0)
		return e;
	const struct sql_embedding_state_of_row row = sql_embedding_state_of_row(&r, 0);
	*out = (struct embedding_state){ .model = row.model,
		.dims = (int)row.dims,
		.last_passage = (int)row.last_passage,
		.passages = (int)row.passages,
		.revision = row.revision,
		.tried = row.tried,
		.helps = row.helps,
		.scale = { row.low, row.high },
		.language = row.language,
		.languages = row.languages,
		.across = { row.across_low, row.across_high } };
	return ERR_OK;
}

bool embedding_state_knows(const struct embedding_state *state, struct str language)
{
	for (struct str rest = state->languages; rest.p;)
		if (str_equal(str_take_until(&rest, ' '), language))
			return true;
	return false;
}

struct similarity_scale embedding_state_scale_across(const struct embedding_state *state, struct cosines all)
{
	double middle = cosines_middle(all);
	return (struct similarity_scale){ middle + state->across.low, middle + state->across.high };
}
