/*
 * counter-examples.h - questions that a skill or a document must not answer, because a user said that its answer to
 * them was wrong.
 */
#ifndef DESKBELL_ANSWER_SKILLS_COUNTER_EXAMPLES_H
#define DESKBELL_ANSWER_SKILLS_COUNTER_EXAMPLES_H

#include "answer/skills/skills.h"
#include "db/db.h"

/* All of an organisation; in the pool in which they were loaded. */
struct counter_examples;

enum err counter_examples_load(
	struct db *db, struct pool *pool, int64_t org_id, struct counter_examples **out) MUST_CHECK;

#define REFUSED_MAX 32

/* What must not answer one message. */
struct refused {
	int64_t skills[REFUSED_MAX], documents[REFUSED_MAX];
	int n_skills, n_documents;
};

/* What must not answer a message that says any of the texts. `examples` may be NULL. A skill with a trigger that is
 * nearer to a text than the counter-example answers it all the same. */
void counter_examples_refuse(const struct counter_examples *examples, struct pool *pool, const struct skill *skills,
	int n_skills, const struct str *texts, int n_texts, struct refused *out);
/* Both: `refused` may be NULL. */
bool refused_skill(const struct refused *refused, int64_t skill_id);
bool refused_document(const struct refused *refused, int64_t document_id);

#endif
