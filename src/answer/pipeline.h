/*
 * pipeline.h - from a customer's words to an answer: skill, then knowledge, then fallback.
 *
 * Stages are rows of a table; a stage that fails passes to the next and leaves its reason. Guards, which decide whether
 * there is to be an answer at all, come before and fail closed.
 */
#ifndef DESKBELL_ANSWER_PIPELINE_H
#define DESKBELL_ANSWER_PIPELINE_H

#include "answer/question.h"
#include "core/conf.h"
#include "core/crypto/crypt.h"
#include "core/net/http-client.h"
#include "db/db.h"

struct pipeline;

/* All borrowed; `http` carries what is asked of models. Never NULL. ERR_CONFIG and the like are told by `why` when the
 * installation's endpoints are set up wrongly: then there is no pipeline. */
enum err pipeline_new(const struct conf *conf, struct db *db, const struct crypt_keys *keys, struct http_client *http,
	struct pipeline **out, struct explain *why) MUST_CHECK;
/* For one that only looks, inside a transaction of the organisation: asks no model (documents are quoted), trains and
 * stores nothing, and pipeline_answer is done when it returns. Never NULL. */
struct pipeline *pipeline_new_quiet(struct db *db);
/* The same, with a skill (borrowed) as though it were stored: in place of the one of its id, or next to the others. */
struct pipeline *pipeline_new_draft(struct db *db, const struct skill *draft);
void pipeline_free(struct pipeline *pipeline);

/* Works out the answer and calls `done` once, often before it returns; while a model is asked the caller runs the http
 * client. Always finds an answer, at least the fallback, unless the database is unreachable: whatever else fails falls
 * open to the next stage. `q` and `out` must stay until then; the answer lives in `pool`. */
void pipeline_answer(struct pipeline *pipeline, struct pool *pool, const struct question *q, struct answer *out,
	void (*done)(void *arg), void *arg);

/* For a loop: what takes long is done in the background, with `program` as trainer (skill-cache.h). Borrowed. */
void pipeline_in_background(struct pipeline *pipeline, const char *program);
/* Becomes readable when pipeline_poll has something to do; -1: never. */
int pipeline_socket(const struct pipeline *pipeline);

/* What models there are, for others that ask them. */
struct endpoint_sources;
const struct endpoint_sources *pipeline_endpoints(const struct pipeline *pipeline);
/* The embeddings of documents that the pipeline keeps, for the one who makes them. */
struct embedding_cache;
struct embedding_cache *pipeline_embeddings(const struct pipeline *pipeline);

/* For one that has time and wants nothing stored (a person who tries a message): the organisation's skills are made
 * ready however long it takes. */
enum err pipeline_prepare(struct pipeline *pipeline, int64_t org_id, int64_t skills_revision) MUST_CHECK;
/* Takes and stores what is worked out next to the answers; true while something is under way, `*again` when it is
 * to be called again at once. To be called now and then.
 */
bool pipeline_poll(struct pipeline *pipeline, bool *again);

#endif
