/*
 * skill-cache.c - the prepared skills of organisations.
 *
 * Owns a fixed number of slots by organisation; a slot whose revision is not the asked one is loaded anew, so a change is live with the next message.
 */
#include "answer/skill-cache.h"

#include "core/json.h"
#include "db/statements.h"

#include <stdlib.h>

#define SLOTS 64

struct slot {
	int64_t org_id, revision;
	struct pool *pool; /* NULL: empty */
	struct skill_index *index;
};

struct skill_cache {
	struct db *db;
	struct slot slots[SLOTS];
};

struct skill_cache *skill_cache_new(struct db *db)
{
	struct skill_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		fatal(ERR_INTERNAL, "out of memory");
	cache->db = db;
	return cache;
}

void skill_cache_free(struct skill_cache *cache)
{
	if (!cache)
		return;
	for (int i = 0; i < SLOTS; i++)
		pool_free(cache->slots[i].pool);
	free(cache);
}

static void read_triggers(struct pool *pool, struct str json, struct skill *skill)
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

static enum err load(struct skill_cache *cache, int64_t org_id, struct slot *slot)
{
	struct db_result *r;
	enum err e = DB_QUERY(cache->db, slot->pool, &sql_skills_of, &r, DB_INT(org_id));
	if (e != ERR_OK)
		return e;
	int n = db_rows(r);
	struct skill *skills = pool_new_array(slot->pool, (size_t)n + 1, struct skill);
	for (int row = 0; row < n; row++) {
		skills[row] = (struct skill){ .id = db_int(r, row, 0), .title = db_str(r, row, 1), .response = db_str(r, row, 2), .requires_human_handover = db_bool(r, row, 3) };
		read_triggers(slot->pool, db_str(r, row, 4), &skills[row]);
	}
	slot->index = skill_index_new(slot->pool, skills, n);
	return ERR_OK;
}

enum err skill_cache_get(struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out)
{
	struct slot *slot = &cache->slots[(uint64_t)org_id % SLOTS];
	if (!slot->pool || slot->org_id != org_id || slot->revision != revision) {
		pool_free(slot->pool);
		*slot = (struct slot){ .org_id = org_id, .revision = revision, .pool = pool_new() };
		enum err e = load(cache, org_id, slot);
		if (e != ERR_OK) {
			pool_free(slot->pool);
			slot->pool = NULL;
			return e;
		}
	}
	*out = slot->index;
	return ERR_OK;
}
