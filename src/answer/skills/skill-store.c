/*
 * skill-store.c - skills and their model in the database. Each call is one statement and one transaction of the system
 * scope.
 */
#include "answer/skills/skill-store.h"

#include "core/crypto/crypt.h"
#include "core/json/json.h"
#include "db/statements.h"

#define MODEL_MAX_BYTES (128u << 20)

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
	struct sql_skills_of_rows r;
	enum err e = sql_skills_of(db, pool, org_id, &r);
	if (e != ERR_OK)
		return e;
	*out = (struct skill_set){ .n = r.n, .all = pool_new_array(pool, (size_t)r.n + 1, struct skill) };
	for (int i = 0; i < out->n; i++) {
		const struct sql_skills_of_row row = sql_skills_of_row(&r, i);
		out->revision = row.revision;
		out->all[i] = (struct skill){ .id = row.skill_id,
			.title = row.title,
			.response = row.response,
			.requires_human_handover = row.requires_human_handover };
		skill_store_read_triggers(pool, row.triggers, &out->all[i]);
	}
	return ERR_OK;
}

enum err skill_store_load_model(struct db *db, struct pool *pool, int64_t org_id, struct str *bytes)
{
	struct sql_skill_model_of_rows r;
	struct buf decoded;
	*bytes = STR_NONE;
	enum err e = sql_skill_model_of(db, pool, org_id, &r);
	if (e != ERR_OK || r.n == 0)
		return e;
	buf_init(&decoded, MODEL_MAX_BYTES);
	if (crypt_base64url_decode(&decoded, sql_skill_model_of_row(&r, 0).model) && decoded.err == ERR_OK)
		*bytes = pool_str(pool, buf_str(&decoded));
	buf_fini(&decoded);
	return ERR_OK;
}

enum err skill_store_save_model(
	struct db *db, int64_t org_id, int64_t revision, struct str bytes, int64_t took_ms, bool *stored)
{
	struct pool *pool = pool_new();
	struct sql_skill_model_store_rows r;
	enum err e = sql_skill_model_store(db, pool, org_id, revision, bytes, took_ms, &r);
	*stored = e == ERR_OK && sql_skill_model_store_row(&r, 0).is_stored;
	pool_free(pool);
	return e;
}
