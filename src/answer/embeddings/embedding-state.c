/*
 * embedding-state.c - reads what embeddings an organisation has. What writes it is outbox/embed.c.
 */
#include "answer/embeddings/embedding-state.h"

#include "db/statements.h"

const char *const embedding_kind_names[EMBEDDING_KINDS] = {
	[EMBEDDING_PASSAGES] = "passages", [EMBEDDING_PHRASES] = "phrases"
};

/* Columns of embedding_state_of. */
enum { MODEL, DIMS, LAST, PASSAGES, REVISION, TRIED, HELPS, LOW, HIGH };

enum err embedding_state_load(
	struct db *db, struct pool *pool, int64_t org_id, enum embedding_kind kind, struct embedding_state *out)
{
	struct db_result *r;
	*out = (struct embedding_state){ .dims = 0 };
	enum err e = DB_QUERY(
		db, pool, &sql_embedding_state_of_statement, &r, DB_INT(org_id), DB_CSTR(embedding_kind_names[kind]));
	if (e != ERR_OK || db_rows(r) == 0)
		return e;
	*out = (struct embedding_state){ .model = db_str(r, 0, MODEL),
		.dims = (int)db_int(r, 0, DIMS),
		.last_passage = (int)db_int(r, 0, LAST),
		.passages = (int)db_int(r, 0, PASSAGES),
		.revision = db_int(r, 0, REVISION),
		.tried = db_bool(r, 0, TRIED),
		.helps = db_bool(r, 0, HELPS),
		.scale = { db_double(r, 0, LOW), db_double(r, 0, HIGH) } };
	return ERR_OK;
}
