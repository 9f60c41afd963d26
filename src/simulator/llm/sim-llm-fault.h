/*
 * sim-llm-fault.h - the ways in which a language model's service lets its client down, by name.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_FAULT_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_FAULT_H

#include "core/buf.h"
#include "core/str.h"

struct llm_call;
struct llm_completion;
struct llm_embeddings;

struct llm_error {
	int http;
	const char *type, *param, *code; /* each NULL: null */
	const char *message;
};

struct llm_fault {
	const char *name;
	struct llm_error error; /* http 0: none; otherwise the answer is this error */
	const char *body;       /* not NULL: with 200, these bytes */
	/* Each may be NULL. Changes what is to be written ... */
	void (*shape)(struct llm_call *call, struct llm_completion *completion);
	void (*embeddings)(struct llm_embeddings *embeddings);
	/* ... and what was written or how it leaves. */
	void (*spoil)(struct llm_call *call);
};

/* ERR_INVALID with the names that there are. */
enum err llm_fault_find(struct str name, const struct llm_fault **out, struct explain *why) MUST_CHECK;
/* One of all; `draw` is any number. */
const struct llm_fault *llm_fault_draw(uint64_t draw);
/* What such a service says with this status. */
struct llm_error llm_fault_error(int http);

#endif
