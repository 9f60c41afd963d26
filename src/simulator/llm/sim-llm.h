/*
 * sim-llm.h - one call of the simulated language model, shared by the files that answer its endpoints.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_H

#include "simulator/simulator.h"

#define LLM_JSON_TYPE "application/json"

struct llm_call {
	struct simulator *sim;
	struct exchange *ex;
	const struct json *body; /* an object, when an endpoint runs that takes one */
	struct str model;
	struct str reply;              /* what a rule wants said; absent: what the model thinks itself */
	const struct llm_fault *fault; /* NULL: none */
	const char *outcome;           /* for the record; NULL: by status */
	const char *key;               /* for the record */
	int64_t delay_ms;
	int64_t rule;
	int64_t record;
	uint64_t epoch; /* of the record's number */
	bool silent;    /* no whole answer is given */
	bool hangs;
};

/* Endpoints; each leaves an answer in the exchange. With the lock held. */
void llm_post_chat(struct llm_call *call);
void llm_post_embeddings(struct llm_call *call);
void llm_post_transcription(struct llm_call *call);

/* Answers with `error`; a false to return. */
bool llm_fail(struct llm_call *call, const struct llm_error *error);
/* Answers 400 invalid_request_error; `param` and `code` may be NULL. A false to return. */
bool llm_refuse(struct llm_call *call, const char *param, const char *code, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Answers 200 with the JSON in `out`. */
void llm_succeed(struct llm_call *call);
/* Looks the model up that the call names. False after an error was answered. */
bool llm_knows_model(struct llm_call *call, const struct llm_names *models);
/* Reads the model's name and looks it up. False after an error was answered. */
bool llm_check_model(struct llm_call *call, const struct llm_names *models);
/* Refuses members that are not in the list, which ends with NULL. */
bool llm_check_members(struct llm_call *call, const char *const *known);
/* Takes the rule and the fault for a valid request. False when one of them has answered. */
bool llm_choose(struct llm_call *call, const char *endpoint, const struct llm_texts *texts);
/* What a text counts, roughly: four bytes each. */
int64_t llm_tokens(struct str text);

#endif
