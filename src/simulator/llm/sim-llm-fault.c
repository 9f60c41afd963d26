/*
 * sim-llm-fault.c - faults by name: errors, broken connections, broken bodies, and answers that are well formed but
 * wrong.
 *
 * One row each; a row may act in more than one place. A shape has no meaning for embeddings and `embeddings` none for
 * chat: there the answer is as usual. Sources: the error codes of OpenAI's guide, and what clients of such services
 * report.
 */
#include "simulator/llm/sim-llm-fault.h"

#include "simulator/llm/sim-llm-chat.h"
#include "simulator/llm/sim-llm-embedding-list.h"

#define HUGE_BYTES ((size_t)10 * 1024 * 1024)
#define DEEP_LEVELS 100000

static void shape_null(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR_NONE;
}

static void shape_no_choices(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->no_choices = true;
}

static void shape_tool_call(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR_NONE;
	c->tool_call = true;
	c->finish_reason = "tool_calls";
}

static void shape_fenced(struct llm_call *call, struct llm_completion *c)
{
	c->content = pool_printf(call->ex->pool, "```json\n%.*s\n```", (int)c->content.n, c->content.p);
}

static void shape_chatty(struct llm_call *call, struct llm_completion *c)
{
	c->content = pool_printf(call->ex->pool, "Sure! Here is the JSON:\n\n%.*s\n\nI hope this helps.",
		(int)c->content.n, c->content.p);
}

static void shape_prose(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR("As far as I know, yes, they do.");
}

static void shape_refusal(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR_NONE;
	c->refusal = STR("I'm sorry, but I cannot assist with that request.");
}

static void shape_filtered(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR("");
	c->finish_reason = "content_filter";
}

static void shape_length(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content.n /= 2;
	c->finish_reason = "length";
}

static void shape_wrong_json(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR("{\"answer\":{\"text\":[\"yes\"]},\"sources\":\"all of them\",\"intent\":[],\"budget\":{}}");
}

/* What a model says that did not look at its sources. */
static void shape_made_up(struct llm_call *call, struct llm_completion *c)
{
	(void)call;
	c->content = STR("{\"answer\":\"Yes, with a discount of 90 percent, see https://made-up.example/offer\","
			 "\"sources\":[99]}");
}

static void shape_huge(struct llm_call *call, struct llm_completion *c)
{
	char *p = pool_alloc(call->ex->pool, HUGE_BYTES);

	memset(p, 'a', HUGE_BYTES);
	c->content = (struct str){ p, HUGE_BYTES };
}

static void embeddings_missing(struct llm_embeddings *v)
{
	v->n--;
}

static void embeddings_short(struct llm_embeddings *v)
{
	v->missing_at_end = 1;
}

static void embeddings_reversed(struct llm_embeddings *v)
{
	v->reversed = true;
}

static void embeddings_no_index(struct llm_embeddings *v)
{
	v->no_index = true;
}

static void embeddings_zero(struct llm_embeddings *v)
{
	memset(v->values, 0, v->n * v->dimensions * sizeof(*v->values));
}

static void spoil_reset(struct llm_call *call)
{
	call->silent = true;
	exchange_drop(call->ex);
}

static void spoil_hang(struct llm_call *call)
{
	call->hangs = true;
	spoil_reset(call);
}

static void spoil_cut_headers(struct llm_call *call)
{
	call->silent = true;
	exchange_cut(call->ex, 0);
}

static void spoil_cut_body(struct llm_call *call)
{
	call->silent = true;
	exchange_cut(call->ex, call->ex->out.len / 2);
}

static void spoil_truncate(struct llm_call *call)
{
	buf_truncate(&call->ex->out, call->ex->out.len / 2);
}

/* Valid JSON with 10 MB of white space behind it. */
static void spoil_huge(struct llm_call *call)
{
	char *p = buf_reserve(&call->ex->out, HUGE_BYTES);

	if (!p)
		return;
	memset(p, ' ', HUGE_BYTES);
	buf_commit(&call->ex->out, HUGE_BYTES);
}

static void spoil_deep(struct llm_call *call)
{
	buf_reset(&call->ex->out);
	for (unsigned i = 0; i < DEEP_LEVELS; i++)
		buf_add_char(&call->ex->out, '[');
}

#define INVALID "invalid_request_error"

static const struct llm_fault faults[] = {
	{ "server_error", { 500, "server_error", NULL, NULL, "The server had an error while processing your request." },
		NULL, NULL, NULL, NULL },
	{ "overloaded",
		{ 503, "server_error", NULL, NULL, "The engine is currently overloaded, please try again later." },
		NULL, NULL, NULL, NULL },
	{ "rate_limit", { 429, "requests", NULL, "rate_limit_exceeded", "Rate limit reached for requests." }, NULL,
		NULL, NULL, NULL },
	{ "quota",
		{ 429, "insufficient_quota", NULL, "insufficient_quota",
			"You exceeded your current quota, please check your plan and billing details." },
		NULL, NULL, NULL, NULL },
	{ "unauthorized", { 401, INVALID, NULL, "invalid_api_key", "Incorrect API key provided." }, NULL, NULL, NULL,
		NULL },
	{ "too_long",
		{ 400, INVALID, "messages", "context_length_exceeded",
			"This model's maximum context length is smaller than your request." },
		NULL, NULL, NULL, NULL },
	{ "garbage", { 0 }, "<<<!doctype html><h1>It works!", NULL, NULL, NULL },
	{ "empty_body", { 0 }, "", NULL, NULL, NULL },
	{ "null_body", { 0 }, "null", NULL, NULL, NULL },
	{ "wrong_types", { 0 },
		"{\"id\":1,\"object\":[],\"choices\":{\"0\":{\"message\":\"yes\"}},\"data\":\"none\",\"usage\":-1}",
		NULL, NULL, NULL },
	{ "not_utf8", { 0 },
		"{\"id\":\"1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
		"\"assistant\",\"content\":\"caf\xe9 \xff\xfe\"},\"finish_reason\":\"stop\"}],\"data\":\"\xff\"}",
		NULL, NULL, NULL },
	{ "content_null", { 0 }, NULL, shape_null, NULL, NULL },
	{ "no_choices", { 0 }, NULL, shape_no_choices, NULL, NULL },
	{ "tool_call", { 0 }, NULL, shape_tool_call, NULL, NULL },
	{ "fenced", { 0 }, NULL, shape_fenced, NULL, NULL },
	{ "chatty", { 0 }, NULL, shape_chatty, NULL, NULL },
	{ "prose", { 0 }, NULL, shape_prose, NULL, NULL },
	{ "refusal", { 0 }, NULL, shape_refusal, NULL, NULL },
	{ "filtered", { 0 }, NULL, shape_filtered, NULL, NULL },
	{ "length", { 0 }, NULL, shape_length, NULL, NULL },
	{ "wrong_json", { 0 }, NULL, shape_wrong_json, NULL, NULL },
	{ "made_up", { 0 }, NULL, shape_made_up, NULL, NULL },
	{ "huge_content", { 0 }, NULL, shape_huge, NULL, NULL },
	{ "missing_embedding", { 0 }, NULL, NULL, embeddings_missing, NULL },
	{ "short_embedding", { 0 }, NULL, NULL, embeddings_short, NULL },
	{ "reversed", { 0 }, NULL, NULL, embeddings_reversed, NULL },
	{ "no_index", { 0 }, NULL, NULL, embeddings_no_index, NULL },
	{ "zero_embeddings", { 0 }, NULL, NULL, embeddings_zero, NULL },
	{ "reset", { 0 }, NULL, NULL, NULL, spoil_reset },
	{ "hang", { 0 }, NULL, NULL, NULL, spoil_hang },
	{ "cut_headers", { 0 }, NULL, NULL, NULL, spoil_cut_headers },
	{ "cut_body", { 0 }, NULL, NULL, NULL, spoil_cut_body },
	{ "truncated", { 0 }, NULL, NULL, NULL, spoil_truncate },
	{ "huge", { 0 }, NULL, NULL, NULL, spoil_huge },
	{ "deep", { 0 }, NULL, NULL, NULL, spoil_deep },
};

#define N_FAULTS (sizeof(faults) / sizeof(*faults))

static enum err sim_llm_fault_unknown_fault(struct explain *why)
{
	struct buf names;
	enum err err;

	buf_init(&names, 4096);
	for (size_t i = 0; i < N_FAULTS; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", faults[i].name);
	err = explain(why, ERR_INVALID, "fault is one of: %s", buf_cstr(&names));
	buf_fini(&names);
	return err;
}

enum err llm_fault_find(struct str name, const struct llm_fault **out, struct explain *why)
{
	for (size_t i = 0; i < N_FAULTS; i++)
		if (str_equal(name, str_of(faults[i].name))) {
			*out = &faults[i];
			return ERR_OK;
		}
	return sim_llm_fault_unknown_fault(why);
}

const struct llm_fault *llm_fault_draw(uint64_t draw)
{
	return &faults[draw % N_FAULTS];
}

struct llm_error llm_fault_error(int http)
{
	for (size_t i = 0; i < N_FAULTS; i++)
		if (faults[i].error.http == http)
			return faults[i].error;
	return (struct llm_error){ .http = http,
		.type = http < 500 ? INVALID : "server_error",
		.message = "The simulator was told to answer this." };
}
