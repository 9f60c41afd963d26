/*
 * skill-store.h - skills and their model in the database.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILL_STORE_H
#define DESKBELL_ANSWER_SKILLS_SKILL_STORE_H

#include "answer/skills/skills.h"
#include "db/db.h"

/* Skills of one revision, as one snapshot of the database showed them. */
struct skill_set {
	struct skill *all;
	int n;
	int64_t revision; /* 0 when there are none */
};

/* The enabled skills. Strings live in `pool`. */
enum err skill_store_load(struct db *db, struct pool *pool, int64_t org_id, struct skill_set *out) MUST_CHECK;
/* The stored model's bytes; absent when there is none or it cannot be read as bytes. */
enum err skill_store_load_model(struct db *db, struct pool *pool, int64_t org_id, struct str *bytes) MUST_CHECK;
/* Keeps the model, unless one of later skills is there or the skills have never had this revision; `*stored` says
 * which. */
enum err skill_store_save_model(
	struct db *db, int64_t org_id, int64_t revision, struct str bytes, int64_t took_ms, bool *stored) MUST_CHECK;

#endif
