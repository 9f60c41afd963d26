/*
 * findings.h - what the stages found on their way to an answer: for "why this answer", and for who tries a
 * question.
 */
#ifndef DESKBELL_ANSWER_FINDINGS_H
#define DESKBELL_ANSWER_FINDINGS_H

#include "answer/embeddings/embedding-state.h"
#include "answer/evidence/candidates.h"
#include "answer/llm/llm.h"
#include "answer/question.h"
#include "core/json/json.h"

#define SOURCES_MAX 8
#define CITED_MAX 6
#define FAILED_MAX 8

/* Where an answer comes from: a skill or a document. */
struct answer_source {
	bool is_skill;
	int64_t id;
	struct str title;
};

/* What was weighed for one question of the message, the best first. */
struct weighing {
	struct weighing *next;
	struct {
		bool is_skill;
		struct str name;
		double score;
	} candidates[CANDIDATES_KEPT];
	int n;
};

/* What became of the question to a model; the answer's own passages are what it was shown. */
struct model_finding {
	struct str model;    /* absent: none was asked, */
	struct str reason;   /* perhaps for this, or its answer is no use for it; absent: none */
	const char *verdict; /* NULL: it has not answered */
	struct llm_cost cost;
	int n_links_removed;
	struct str cited[CITED_MAX]; /* titles */
	int n_cited;
};

/* All zero: nothing was looked for. The skills and passages that were found are the answer's own. */
struct findings {
	bool has_skills;  /* skills were compared, */
	bool skill_model; /* with a model of them, */
	bool skill_exact; /* and the message is a training phrase of one */
	bool has_passages;
	struct weighing *weighings, **last_weighing;
	struct answer_source sources[SOURCES_MAX];
	int n_sources;
	bool leaned; /* on what was asked before */
	bool has_embedding;
	int64_t embedding_took_us;
	struct str embedding_reasons[EMBEDDING_KINDS]; /* why they were not used; absent: they were, or there is no
							  model */
	struct model_finding model;
	const char *failed[FAILED_MAX]; /* names of stages */
	int n_failed;
};

/* Adds to the sources; what is too many is left out. */
void findings_add_source(struct findings *findings, bool is_skill, int64_t id, struct str title);
/* Adds what was weighed for a question; the names are copied into `pool`. */
void findings_add_weighing(struct findings *findings, struct pool *pool, const struct candidates *candidates);
/* Adds a stage that failed. */
void findings_add_failed(struct findings *findings, const char *stage);

/* The member of each kind's reason. */
extern const char *const embedding_reason_members[EMBEDDING_KINDS];
/* Writes the member "evidence": what was weighed, a list for each question; nothing where nothing was weighed. */
void findings_write_evidence(struct json_writer *w, const struct findings *findings);
/* Writes an object of all that was found: decisions.detail keeps it as "stages". */
void findings_write(struct json_writer *w, const struct answer *answer);

#endif
