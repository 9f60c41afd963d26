/*
 * skill-words.h - the words of skills, made once and kept by a process while the skills are the same.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_SKILL_WORDS_H
#define DESKBELL_ANSWER_EVIDENCE_SKILL_WORDS_H

#include "answer/evidence/unit.h"
#include "answer/skills/skills.h"

struct skill_words {
	uint64_t digest; /* of what the words were made from; 0: nothing yet */
	struct unit_words title, response;
	struct unit_words *phrases; /* as many as the skill has triggers */
	bool has_money, has_time, has_duration, has_number;
};

/* Of a few organisations, the latest ones. */
struct skill_words_cache;
struct skill_words_cache *skill_words_cache_new(struct pool *pool);
void skill_words_cache_free(struct skill_words_cache *cache);

struct skill_words_of;
/* The words of an organisation's skills at a revision; `language` is that of the business. Borrowed until the next
 * call. */
struct skill_words_of *skill_words_get(
	struct skill_words_cache *cache, int64_t org_id, int64_t revision, int n_skills, struct str language);
/* Those of the skill at a place; made at the first call, and again when the skill is another: an index may be of a
 * later revision than was asked for. */
const struct skill_words *skill_words_at(struct skill_words_of *of, const struct skill *skills, int place);

#endif
