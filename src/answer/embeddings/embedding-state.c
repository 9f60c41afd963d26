/*
 * embedding-state.c - reads what vectors an organisation has. What writes it is outbox/embed.c.
 */
#include "answer/embeddings/embedding-state.h"

#include "db/statements.h"

const char *const vectors_kind_names[VECTORS_KINDS] = {
	[VECTORS_PASSAGES] = "passages", [VECTORS_PHRASES] = "phrases"
};

/* Columns of vectors_of. */
enum { MODEL, DIMS, LAST, PASSAGES, REVISION, TRIED, HELPS, LOW, HIGH };

enum err vectors_state_of(
	struct db *db, struct pool *pool, int64_t org_id, enum vectors_kind kind, struct vectors_state *out)
{
	struct db_result *r;
	*out = (struct vectors_state){ .dims = 0 };
	enum err e =
		DB_QUERY(db, pool, &sql_vectors_of_statement, &r, DB_INT(org_id), DB_CSTR(vectors_kind_names[kind]));
	if (e != ERR_OK || db_rows(r) == 0)
		return e;
	*out = (struct vectors_state){ .model = db_str(r, 0, MODEL),
		.dims = (int)db_int(r, 0, DIMS),
		.last_passage = (int)db_int(r, 0, LAST),
		.passages = (int)db_int(r, 0, PASSAGES),
		.revision = db_int(r, 0, REVISION),
		.tried = db_bool(r, 0, TRIED),
		.helps = db_bool(r, 0, HELPS),
		.scale = { db_double(r, 0, LOW), db_double(r, 0, HIGH) } };
	return ERR_OK;
}
