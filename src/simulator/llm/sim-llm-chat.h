/*
 * sim-llm-chat.h - one chat request between its checks and its completion.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_CHAT_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_CHAT_H

#include "simulator/llm/sim-llm.h"

struct llm_chat {
	struct llm_call *call;
	const struct json *body;
	struct llm_texts texts;    /* one a message: its parts in a row */
	size_t picture_bytes;      /* of all pictures, as they stand in their addresses; 0: there is none */
	bool wants_json;           /* response_format is json_object or json_schema */
	int64_t completion_tokens; /* the limit that the request sets; INT64_MAX without one */
	int64_t prompt_tokens;
};

struct llm_completion {
	struct str content; /* absent: null */
	struct str refusal; /* absent: null */
	const char *finish_reason;
	bool no_choices, tool_call;
};

/* Reads and checks what the request says. False after an error was answered. */
bool llm_chat_check(struct llm_chat *chat);

#endif
