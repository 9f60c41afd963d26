/*
 * skill-cache.h - the prepared skills of organisations, kept by a process as long as they are current.
 */
#ifndef DESKBELL_ANSWER_SKILL_CACHE_H
#define DESKBELL_ANSWER_SKILL_CACHE_H

#include "answer/skills.h"
#include "db/db.h"

struct skill_cache;

struct skill_cache *skill_cache_new(struct db *db);
void skill_cache_free(struct skill_cache *cache);
/* The index of an organisation at this revision, loaded if need be; borrowed until the next call. */
enum err skill_cache_get(struct skill_cache *cache, int64_t org_id, int64_t revision, const struct skill_index **out) MUST_CHECK;

#endif
