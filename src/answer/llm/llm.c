/*
 * llm.c - asks a model, and hands on what may be used of its reply.
 *
 * Owns nothing but the state of a question under way, in the caller's pool. What is sent is made in llm-prompt.c, how
 * it is sent in llm-endpoint.c, what comes back is judged in llm-answer.c and llm-lead.c.
 */
#include "answer/llm/llm.h"

#include "answer/llm/llm-prompt.h"
#include "answer/llm/llm-reply.h"
#include "documents/plain-text.h"

#include "core/buf.h"

#define RESPONSE_MAX_BYTES (1 << 20)
#define SAID_MAX_BYTES (1 << 18)

struct asked_answer {
	struct pool *pool;
	struct llm_source *sources;
	int n_sources;
	void (*done)(void *arg, const struct llm_answer *answer);
	void *arg;
};

struct asked_lead {
	struct pool *pool;
	struct str said;
	void (*done)(void *arg, const struct llm_lead_reply *reply);
	void *arg;
};

static void llm_ask(struct http_client *http, const struct llm_endpoint *endpoint, struct str messages,
	void (*done)(void *arg, const struct llm_outcome *outcome), void *arg)
{
	llm_endpoint_call(http, &(struct llm_call){ .endpoint = endpoint,
					.path = "/chat/completions",
					.members = messages,
					.options = llm_chat_options,
					.max_response_bytes = RESPONSE_MAX_BYTES,
					.done = done,
					.arg = arg });
}

static void answer_came(void *arg, const struct llm_outcome *outcome)
{
	struct asked_answer *asked = arg;
	struct llm_answer answer;

	llm_read_answer(asked->pool, outcome, asked->sources, asked->n_sources, &answer);
	asked->done(asked->arg, &answer);
}

static struct llm_source *copy_sources(struct pool *pool, const struct llm_source *from, int n)
{
	struct llm_source *to = pool_new_array(pool, (size_t)n, struct llm_source);

	for (int i = 0; i < n; i++)
		to[i] = (struct llm_source){ from[i].id, pool_str(pool, from[i].title), pool_str(pool, from[i].text),
			pool_str(pool, from[i].url) };
	return to;
}

void llm_answer(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	const struct llm_question *question, void (*done)(void *arg, const struct llm_answer *answer), void *arg)
{
	struct asked_answer *asked = pool_new_of(pool, struct asked_answer);
	struct pool *own = pool_new();
	int n = question->n_sources < LLM_SOURCES_MAX ? question->n_sources : LLM_SOURCES_MAX;

	*asked = (struct asked_answer){ pool, copy_sources(pool, question->sources, n), n, done, arg };
	llm_ask(http, endpoint, llm_prompt_answer(own, question), answer_came, asked);
	pool_free(own);
}

static void lead_came(void *arg, const struct llm_outcome *outcome)
{
	struct asked_lead *asked = arg;
	struct llm_lead_reply reply;

	llm_read_lead(asked->pool, outcome, asked->said, &reply);
	asked->done(asked->arg, &reply);
}

/* The customer's messages, one a line. */
static struct str said_by_customer(struct pool *pool, const struct llm_turn *messages, int n)
{
	struct buf out;

	buf_init(&out, SAID_MAX_BYTES);
	for (int i = 0; i < n; i++) {
		if (messages[i].from_business)
			continue;
		buf_add_str(&out, messages[i].text);
		buf_add_char(&out, '\n');
	}
	struct str said = plain_text(pool, buf_str(&out));
	buf_fini(&out);
	return said;
}

void llm_extract_lead(struct http_client *http, struct pool *pool, const struct llm_endpoint *endpoint,
	const struct llm_turn *messages, int n_messages, struct str language,
	void (*done)(void *arg, const struct llm_lead_reply *reply), void *arg)
{
	struct asked_lead *asked = pool_new_of(pool, struct asked_lead);
	struct pool *own = pool_new();

	*asked = (struct asked_lead){ pool, said_by_customer(pool, messages, n_messages), done, arg };
	llm_ask(http, endpoint, llm_prompt_lead(own, messages, n_messages, language), lead_came, asked);
	pool_free(own);
}
