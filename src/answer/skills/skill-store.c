/*
 * skill-store.c - skills and their model in the database. Each call is one statement and one transaction of the system
 * scope.
 */
#include "answer/skills/skill-store.h"

#include "core/crypto/crypt.h"
#include "core/json/json.h"
#include "db/statements.h"

#define MODEL_MAX_BYTES (128u << 20)

/* Columns of skills_of. */
enum { REVISION, ID, TITLE, RESPONSE, HANDOVER, TRIGGERS };

static void skill_store_read_triggers(struct pool *pool, struct str json, struct skill *skill)
{
	const struct json *list;
	if (json_parse(pool, json, &list, NULL) != ERR_OK)
		return;
	struct str *triggers = pool_new_array(pool, json_length(list) + 1, struct str);
	for (size_t i = 0; i < json_length(list); i++)
		triggers[i] = json_str(json_at(list, i));
	skill->triggers = triggers;
	skill->n_triggers = (int)json_length(list);
}

enum err skill_store_load(struct db *db, struct pool *pool, int64_t org_id, struct skill_set *out)
{
	struct db_result *r;
	enum err e = DB_QUERY(db, pool, &sql_skills_of_statement, &r, DB_INT(org_id));
	if (e != ERR_OK)
		return e;
	*out = (struct skill_set){ .n = db_rows(r), .all = pool_new_array(pool, (size_t)db_rows(r) + 1, struct skill) };
	for (int row = 0; row < out->n; row++) {
		out->revision = db_int(r, row, REVISION);
		out->all[row] = (struct skill){ .id = db_int(r, row, ID),
			.title = db_str(r, row, TITLE),
			.response = db_str(r, row, RESPONSE),
			.requires_human_handover = db_bool(r, row, HANDOVER) };
		skill_store_read_triggers(pool, db_str(r, row, TRIGGERS), &out->all[row]);
	}
	return ERR_OK;
}

enum err skill_store_load_model(struct db *db, struct pool *pool, int64_t org_id, struct str *bytes)
{
	struct db_result *r;
	struct buf decoded;
	*bytes = STR_NONE;
	enum err e = DB_QUERY(db, pool, &sql_skill_model_of_statement, &r, DB_INT(org_id));
	if (e != ERR_OK || db_rows(r) == 0)
		return e;
	buf_init(&decoded, MODEL_MAX_BYTES);
	if (crypt_base64url_decode(&decoded, db_str(r, 0, 1)) && decoded.err == ERR_OK)
		*bytes = pool_str(pool, buf_str(&decoded));
	buf_fini(&decoded);
	return ERR_OK;
}

enum err skill_store_save_model(
	struct db *db, int64_t org_id, int64_t revision, struct str bytes, int64_t took_ms, bool *stored)
{
	struct pool *pool = pool_new();
	struct db_result *r;
	enum err e = DB_QUERY(db, pool, &sql_skill_model_store_statement, &r, DB_INT(org_id), DB_INT(revision),
		DB_BYTES(bytes), DB_INT(took_ms));
	*stored = e == ERR_OK && db_bool(r, 0, 0);
	pool_free(pool);
	return e;
}
