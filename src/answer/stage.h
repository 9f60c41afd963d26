/*
 * stage.h - what the stages of the pipeline share; for pipeline.c and stage-*.c only.
 */
#ifndef DESKBELL_ANSWER_STAGE_H
#define DESKBELL_ANSWER_STAGE_H

#include "answer/endpoints.h"
#include "answer/pipeline.h"
#include "core/json.h"

struct asked_vector;
struct skill_cache;
struct vectors;

struct pipeline {
	struct pool *pool; /* as long as the pipeline */
	struct db *db;
	struct http_client *http;
	struct llm_endpoints installed;
	struct endpoint_sources endpoints;
	struct skill_cache *skills;
	struct vectors *vectors;
};

enum stage_verdict {
	STAGE_ANSWERED,
	STAGE_PASSED, /* not mine */
	STAGE_FAILED, /* something is broken: the next stage has its turn */
	STAGE_WAITING /* stage_resume will be called */
};

/* One run: what the stages share. Lives in the run's pool. */
struct run {
	struct pipeline *pipeline;
	struct pool *pool;
	const struct question *q;
	struct answer *answer;
	void (*done)(void *arg);
	void *arg;
	int stage;                        /* position in the table */
	bool wish;                        /* the customer asks for a person in so many words */
	const struct skill_index *skills; /* NULL when they could not be loaded */
	struct json_writer detail;        /* an object: what each stage found */
	struct buf detail_text;
	struct knowledge_work *knowledge; /* of stage-knowledge.c */
};

/* Goes on after a stage that waited. */
void stage_resume(struct run *run, enum stage_verdict verdict);
/* What a failed call of the database means to a stage: away ends the run, anything else is a failure of this stage. */
enum stage_verdict stage_db_failed(struct run *run, enum err e);

/* Asks for the vector of the message where it can be of use: then `then` is called once, later, with NULL when it did
 * not come. False: `then` is not called. Why there is none is in the detail. */
bool stage_vector_ask(struct run *run, void (*then)(struct run *run, const struct asked_vector *vector));

enum stage_verdict stage_skill(struct run *run);
enum stage_verdict stage_knowledge(struct run *run);

#endif
