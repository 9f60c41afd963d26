/*
 * skills.h - the skills of an organisation and which one a message asks for.
 */
#ifndef DESKBELL_ANSWER_SKILLS_SKILLS_H
#define DESKBELL_ANSWER_SKILLS_SKILLS_H

#include "core/pool.h"
#include "core/str.h"

struct skill {
	int64_t id;
	struct str title, response;
	bool requires_human_handover;
	const struct str *triggers;
	int n_triggers;
};

struct skill_index;
struct skill_model;

#define SKILL_CANDIDATES_MAX 3

struct skill_candidate {
	const struct skill *skill;
	double score;  /* probability, 0 to 1, that a message like this is about the skill */
	double words;  /* the same by words alone */
	double cosine; /* of the embeddings, to the nearest phrase; -1 when they were not asked */
};

struct skill_match {
	const struct skill *skill; /* the best one; NULL when no phrase has anything in common with the message */
	double score;
	bool exact;   /* the message is a trigger, but for case, accents and punctuation; its score is 1 */
	bool answers; /* the score is good enough to answer alone */
	bool settled; /* it answers, and no embedding could make another skill of it */
	struct skill_candidate candidates[SKILL_CANDIDATES_MAX]; /* the best first, the first is `skill` */
	int n_candidates;
};

/* How sure a skill must be to answer alone when the organisation has chosen nothing; see confidence.c. */
extern const double skill_threshold_default;

/* Prepares matching. Everything that `skills` points to is borrowed and must live as long as the index, which lives in
 * `pool`. */
struct skill_index *skill_index_new(struct pool *pool, const struct skill *skills, int n);
/* With a model (borrowed) matching is best; without one it goes by similarity to triggers. */
void skill_index_set_model(struct skill_index *index, const struct skill_model *model);
bool skill_index_has_model(const struct skill_index *index);
/* Questions that some skill or document must not answer (borrowed); NULL: none. */
struct counter_examples;
void skill_index_set_counter_examples(struct skill_index *index, const struct counter_examples *examples);
const struct counter_examples *skill_index_counter_examples(const struct skill_index *index);
/* The embeddings, for training and reading models. */
struct phrases;
const struct phrases *skill_index_phrases(const struct skill_index *index);
/* Finds the best skill for a text, of which each line may be a message of its own. A threshold of 0 is the default one.
 * Thread-safe; scratch memory comes from `pool`. */
struct skill_match skill_index_match(
	const struct skill_index *index, struct pool *pool, struct str text, double threshold);

/* How similar the embedding of a message is to those of phrases. */
struct similarity_scale;
struct skill_similarity {
	const double *cosines; /* by skill, to the nearest of its phrases */
	const struct similarity_scale *scale;
};

/* The same by words and embeddings; with a similarity of NULL it is skill_index_match. */
struct skill_match skill_index_match_similar(const struct skill_index *index, struct pool *pool, struct str text,
	double threshold, const struct skill_similarity *similarity);
/* What speaks for each skill (confidence.h), for those who fit its numbers; `out` has room for all skills. */
struct evidence;
void skill_index_evidence(const struct skill_index *index, struct pool *pool, struct str text, struct evidence *out);
/* The skills, for the fallback's topics. */
const struct skill *skill_index_skills(const struct skill_index *index, int *n);

#endif
