/*
 * pipeline.h - from a customer's words to an answer: skill, then knowledge, then fallback.
 *
 * Stages are rows of a table; a stage that fails passes to the next and leaves its reason. Guards, which decide whether
 * there is to be an answer at all, come before and fail closed.
 */
#ifndef DESKBELL_ANSWER_PIPELINE_H
#define DESKBELL_ANSWER_PIPELINE_H

#include "answer/skills.h"
#include "core/json.h"
#include "db/db.h"
#include "domain/bot-mode.h"

/* What is known about the conversation when its job is claimed. Strings are borrowed. */
struct question {
	int64_t org_id, conversation_id;
	enum bot_mode bot_mode;
	bool bot_mode_known;
	bool operator_has_it;
	bool has_text;
	bool has_window;      /* the platform has a 24-hour window */
	double message_age_s; /* of the customer's last message, by the platform's clock */
	double window_age_s;
	struct str text; /* what the customer wrote since the last answer, one message a line */
	struct str language, fallback_text;
	int64_t skills_revision;
	double skill_threshold; /* how sure a skill must be to answer alone; 0: the default */
};

struct answer {
	const char *stage;  /* skill, knowledge, fallback; NULL when a guard decided */
	const char *reason; /* in plain words */
	double score;       /* of what answers; in a fallback that of the best skill */
	struct str skill;   /* title; absent unless stage is skill */
	struct str reply;   /* absent: no answer */
	bool hand_over;     /* a person has to take it from here */
	struct skill_candidate
		candidates[SKILL_CANDIDATES_MAX]; /* the best skills, whether one answers or not; until the next call */
	int n_candidates;
	struct str detail; /* JSON object: scores, candidates, failures; for "why this answer" */
};

struct pipeline;

/* Both borrowed. Never NULL. */
struct pipeline *pipeline_new(const struct conf *conf, struct db *db);
void pipeline_free(struct pipeline *pipeline);

/* NULL when the bot may answer (in shadow mode: may draft); otherwise why not, in plain words. `stale_after_s` bounds
 * the message's age. */
const char *guard_refuses(const struct question *q, int64_t stale_after_s);
/* Works out the answer; always finds one, at least the fallback. Whatever fails falls open to the next stage. The
 * answer lives in `pool`. */
void pipeline_answer(struct pipeline *pipeline, struct pool *pool, const struct question *q, struct answer *out);

/* For one that has time and wants nothing stored (a person who tries a message): the organisation's skills are made
 * ready however long it takes. */
enum err pipeline_prepare(struct pipeline *pipeline, int64_t org_id, int64_t skills_revision) MUST_CHECK;
/* Takes and stores what is worked out beside the answers; true while something is under way. To be called now and then.
 */
bool pipeline_tend(struct pipeline *pipeline);

#endif
