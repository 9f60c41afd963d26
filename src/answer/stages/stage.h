/*
 * stage.h - what the stages of the pipeline share; for pipeline.c and stage-*.c only.
 */
#ifndef DESKBELL_ANSWER_STAGE_H
#define DESKBELL_ANSWER_STAGE_H

#include "answer/findings.h"
#include "answer/llm/endpoints.h"
#include "answer/pipeline.h"
#include "answer/embeddings/embedding-state.h"
#include "answer/embeddings/embeddings.h"
#include "answer/skills/counter-examples.h"
#include "answer/skills/skill-cache.h"
#include "answer/wording.h"

#include "answer/retrieval/knowledge.h"

struct skill_cache;
struct skill_words_cache;
struct embedding_cache;

struct pipeline {
	struct pool *pool; /* as long as the pipeline */
	struct db *db;
	struct http_client *http; /* NULL: no model is asked */
	struct llm_endpoints installed;
	struct endpoint_sources endpoints;
	struct skill_cache *skills;
	struct skill_words_cache *skill_words;
	struct embedding_cache *embeddings;
};

enum stage_verdict {
	STAGE_ANSWERED,
	STAGE_PASSED, /* not mine */
	STAGE_FAILED, /* something is broken: the next stage has its turn */
	STAGE_WAITING /* stage_resume will be called */
};

/* The embedding of the message. */
struct message_embedding {
	bool asked;          /* it has been asked for, and it came or did not: */
	const float *values; /* NULL: it did not, */
	const char *reason;  /* for this */
	int dims;
};

#define FEW_PASSAGES_MAX 40   /* with so many at most a question looks at each passage */
#define LLM_SOURCES CITED_MAX /* passages shown to the model */

/* How surely a skill is meant by a message in another language: by embeddings alone, 0 to 1. */
struct skill_meaning {
	int64_t skill_id;
	double similarity;
};

/* What the documents have for the message. */
struct knowledge_work {
	struct passage_hit hits[PASSAGES_MAX + FEW_PASSAGES_MAX];
	int n;                                      /* found by the message as it is, the best first; behind them */
	int n_all;                                  /* those that were not */
	bool large;                                 /* there are more than a question looks at */
	bool by_meaning;                            /* for a message in another language, by its embedding */
	struct llm_source sources[LLM_SOURCES + 1]; /* and the clock */
	struct llm_turn *recent;
};

/* One run: what the stages share. Lives in the run's pool. */
struct run {
	struct pipeline *pipeline;
	struct pool *pool;
	const struct question *q;
	struct answer *answer;
	struct choice *choice; /* of stage-choose.c */
	void (*done)(void *arg);
	void *arg;
	int stage; /* position in the table */
	struct understood understood;
	struct speaker speaker;
	struct findings findings;
	struct message_embedding embedding;
	struct skill_waiter waiter;                         /* for skills that are being prepared */
	struct embedding_state embeddings[EMBEDDING_KINDS]; /* of a kind once stage_embedding was called for it */
	struct skill_meaning *meaning; /* of all skills, for a message in another language; NULL: not known */
	int n_meaning;
	struct knowledge_work *knowledge;
	struct refused refused;
	bool skill_exact; /* the message is a training phrase of the best skill of answer->candidates */
};

/* Goes on after a stage that waited. */
void stage_resume(struct run *run, enum stage_verdict verdict);
/* What a failed call of the database means to a stage: away ends the run, anything else is a failure of this stage. */
enum stage_verdict stage_db_failed(struct run *run, enum err e);

enum embedding_verdict {
	EMBEDDING_NONE,   /* go by words; why is in the findings, unless there is no endpoint or there are no words */
	EMBEDDING_READY,  /* run->embedding can be compared with the embeddings of the kind */
	EMBEDDING_WAITING /* `then` will be called once */
};

/* Asks for the embedding of the message, once a run, where those of the kind are of use; `usable` is false when it did
 * not come, which is told. */
enum embedding_verdict stage_embedding(
	struct run *run, enum embedding_kind kind, void (*then)(struct run *run, bool usable));
/* Whether the message is in another language than the organisation's, which the model of a kind knows. */
bool stage_embedding_is_across(const struct run *run, enum embedding_kind kind);
/* Asks for the embeddings of texts of documents, to be compared with that of the message, which has come; false where
 * the budget does not allow it. Else `then` is called once, with NULL when they did not come. */
bool stage_embedding_of_texts(
	struct run *run, const struct str *texts, int n, void (*then)(struct run *run, const struct embeddings *found));
/* Writes down why embeddings of a kind were not used; false. */
bool stage_embedding_not_used(struct run *run, enum embedding_kind kind, const char *reason);

/* Whether the message wants a person: then nothing is looked up that is not a skill for that. */
bool stage_wants_person(const struct run *run);
/* Offers a person by a button below the reply. */
void stage_offer_person(struct run *run);
enum stage_verdict stage_act(struct run *run);
/* Whether a skill is written for greetings, which are answered before any question is. */
bool stage_act_has_skill(struct pool *pool, const struct skill *skill, struct str language);
/* When nothing answers what stands next to a greeting or thanks: answers as though nothing did, and says whether. */
bool stage_act_instead(struct run *run);
enum stage_verdict stage_skill(struct run *run);
enum stage_verdict stage_knowledge(struct run *run);
/* A passage as the answer tells of it. */
struct answer_passage stage_passage_of(const struct passage_hit *hit);
/* Weighs what the stages before have found, and answers with the best, asks back, or passes. */
enum stage_verdict stage_choose(struct run *run);
/* Asks a model, if there is one and its budget allows, to answer from the passages; else, and when it fails, goes on
 * with stage_quote. */
enum stage_verdict stage_model(struct run *run);
/* Answers with what stage_choose found in documents, or asks back; passes when that is nothing. */
enum stage_verdict stage_quote(struct run *run);

#endif
