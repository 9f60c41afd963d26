/*
 * sim-llm-state.h - settings, keys and counters of the simulated language model. One table gives the struct, the
 * parser, the bounds and the display. Used under the simulator's lock.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_STATE_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_STATE_H

#include "core/json/json.h"
#include "core/secret.h"
#include "simulator/llm/sim-llm-rules.h"
#include "simulator/llm/sim-llm-words.h"

/* INT(name, default, min, max)  BOOL(name, default) */
#define LLM_LIST(INT, BOOL) \
	INT(latency_ms, 0, 0, 600000) \
	INT(fault_every, 0, 0, 1000000000) \
	INT(retry_after_s, 1, 0, 86400) \
	INT(context_tokens, 128000, 16, 10000000) \
	INT(overlap_min, 2, 1, 100) \
	BOOL(require_key, true)

struct llm_names {
	struct str *list;
	size_t n;
};

/* Each has its own memory, so that one can be replaced alone. */
enum llm_part { LLM_CHAT_MODELS, LLM_EMBEDDING_MODELS, LLM_TRANSCRIPTION_MODELS, LLM_RULES, LLM_SYNONYMS, LLM_N_PARTS };

struct llm_settings {
#define INT(name, def, min, max) int64_t name;
#define BOOL(name, def) bool name;
	LLM_LIST(INT, BOOL)
#undef INT
#undef BOOL
	const struct llm_fault *fault; /* NULL: drawn */
	struct pool *pools[LLM_N_PARTS];
	struct llm_names chat_models, embedding_models, transcription_models;
	struct llm_rules rules;
	struct llm_synonyms synonyms;
};

struct llm {
	struct llm_settings settings;
	struct secret **keys;
	size_t n_keys;
	int64_t calls; /* valid requests, for "every n-th" */
	int64_t in_flight, in_flight_max;
	uint64_t epoch; /* grows with every reset, after which record numbers start again */
};

void llm_init(struct llm *llm);
void llm_fini(struct llm *llm);
/* Settings and counters as at the start; keys stay, and so does what is under way. */
void llm_reset(struct llm *llm);
void llm_forget_keys(struct llm *llm);
/* ERR_INVALID with words that hold no key. */
enum err llm_add_key(struct llm *llm, struct str key, struct explain *why) MUST_CHECK;
bool llm_knows_key(const struct llm *llm, struct str key);

/* Changes what the object names, all or nothing. ERR_INVALID with words for an unknown name or a bad value. */
enum err llm_update(struct llm *llm, const struct json *changes, struct explain *why) MUST_CHECK;
void llm_write(struct json_writer *w, struct pool *pool, const struct llm *llm);

#endif
