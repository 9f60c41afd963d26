/*
 * sim-llm-rules.h - what the simulated model is told to say: the first rule that matches a request speaks.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_RULES_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_RULES_H

#include "core/json/json.h"
#include "core/pool.h"
#include "simulator/llm/sim-llm-fault.h"

/* INT(name, default, min, max) */
#define LLM_RULE_LIST(INT) \
	INT(status, 0, 200, 599) \
	INT(delay_ms, 0, 0, 600000) \
	INT(times, 0, 0, 1000000000)

struct llm_rule {
	struct str when;      /* absent: always */
	const char *in;       /* a literal: "last", the last user message; "any", each message */
	const char *endpoint; /* a literal: "chat", "embeddings" */
	struct str reply;     /* absent: none */
	bool reply_is_json;
	const struct llm_fault *fault; /* NULL: none */
#define INT(name, def, min, max) int64_t name;
	LLM_RULE_LIST(INT)
#undef INT
	int64_t used;
};

struct llm_rules {
	struct llm_rule *list;
	size_t n;
};

/* What a request says, for rules to look at. */
struct llm_texts {
	struct str *list;
	size_t n;
	size_t last; /* index of the last user message; n: none */
};

/* ERR_INVALID with words. All in `pool`. */
enum err llm_rules_parse(
	struct pool *pool, const struct json *v, struct llm_rules *out, struct explain *why) MUST_CHECK;
/* Uses up one turn of the first rule that matches, and returns its index; -1 when none does. */
ptrdiff_t llm_rules_take(struct llm_rules *rules, const char *endpoint, const struct llm_texts *texts);
void llm_rules_write(struct json_writer *w, const struct llm_rules *rules);

#endif
