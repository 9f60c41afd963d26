/*
 * llm.h - what a language model is asked: to answer from given sources, and to note what a customer wants.
 *
 * Text of customers and documents is data: it goes, as one JSON object, into the user message; the system message is a
 * constant. What comes back is data too: an answer counts only when it names a source that it was given, and links,
 * addresses and numbers in it only when they stand in a source.
 */
#ifndef DESKBELL_ANSWER_LLM_LLM_H
#define DESKBELL_ANSWER_LLM_LLM_H

#include "answer/llm/llm-endpoint.h"

struct llm_source {
	int64_t id; /* the caller's, given back in `cited` */
	struct str title, text, url;
};

struct llm_turn {
	bool from_business;
	struct str text;
};

struct llm_question {
	struct str text; /* may be several lines: a burst of messages */
	const struct llm_turn *recent;
	int n_recent; /* the turns before the question, oldest first; only the last few are used */
	const struct llm_source *sources;
	int n_sources; /* best first; only the first few are used */
	struct str language, organization;
};

/* What a call cost. Tokens as the endpoint says, 0 when it does not. */
struct llm_cost {
	int64_t prompt_tokens, completion_tokens, took_us;
	int tries;
};

enum llm_verdict {
	LLM_ANSWERED,
	LLM_DECLINED, /* the sources do not answer, or nothing that may be sent is left of the answer */
	LLM_FAILED    /* no usable reply */
};

struct llm_answer {
	enum llm_verdict verdict;
	struct str text;      /* plain text for a chat, at most 3000 UTF-16 units; absent unless answered */
	const int64_t *cited; /* ids of the sources it rests on, each once */
	int n_cited;
	int n_links_removed; /* links, addresses and numbers that were in no source */
	struct str reason;   /* why it is declined or failed (core/text/reason.h); absent when answered */
	struct llm_cost cost;
};

/* What a customer wants; absent when not said. Each at most 200 bytes (`summary` 600) in one line. */
struct llm_lead {
	struct str service, date, location, budget, intent, name, phone, email, summary;
	bool non_business;
};

struct llm_lead_reply {
	bool ok;
	struct llm_lead lead; /* empty unless ok */
	struct str reason;    /* why it failed (core/text/reason.h); absent when ok */
	struct llm_cost cost;
};

/* Asks for an answer. The arguments are copied; the sources' texts and the result are in `pool`, which must live until
 * `done`. That is called once, from http_client_run or http_client_free. */
void llm_answer(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	const struct llm_question *question, void (*done)(void *arg, const struct llm_answer *answer), void *arg);

/* Asks what the customer of a conversation wants; `messages` oldest first, of which the last are used. `language` is
 * that of the summary. Everything else as above. A name, a phone number and an e-mail address count only when they
 * stand in the customer's messages. */
void llm_extract_lead(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	const struct llm_turn *messages, int n_messages, struct str language,
	void (*done)(void *arg, const struct llm_lead_reply *reply), void *arg);

#endif
