/*
 * sim-llm-chat.c - POST /v1/chat/completions.
 *
 * Owns the form of a completion. Never decides what is said: that is a rule's, or llm-reply.c's.
 */
#include "simulator/llm/sim-llm-chat.h"

#include "core/clock.h"
#include "simulator/llm/sim-llm-reply.h"
#include "simulator/random.h"

static void write_tool_call(struct json_writer *w)
{
	json_key(w, "tool_calls");
	json_write_raw(w, STR("[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"look_up\","
			      "\"arguments\":\"{\\\"what\\\":\\\"everything\\\"}\"}}]"));
}

static void sim_llm_chat_write_choice(struct json_writer *w, const struct llm_completion *c)
{
	json_begin_object(w);
	json_member_i64(w, "index", 0);
	json_key(w, "message");
	json_begin_object(w);
	json_member_str(w, "role", STR("assistant"));
	json_key(w, "content");
	json_write_str(w, c->content);
	json_key(w, "refusal");
	json_write_str(w, c->refusal);
	if (c->tool_call)
		write_tool_call(w);
	json_end_object(w);
	json_key(w, "logprobs");
	json_write_null(w);
	json_member_str(w, "finish_reason", str_of(c->finish_reason));
	json_end_object(w);
}

static void write_usage(struct json_writer *w, const struct llm_chat *chat, const struct llm_completion *c)
{
	int64_t completion_tokens = llm_tokens(c->content);

	json_key(w, "usage");
	json_begin_object(w);
	json_member_i64(w, "prompt_tokens", chat->prompt_tokens);
	json_member_i64(w, "completion_tokens", completion_tokens);
	json_member_i64(w, "total_tokens", chat->prompt_tokens + completion_tokens);
	json_end_object(w);
}

static void write_completion(const struct llm_chat *chat, const struct llm_completion *c)
{
	struct llm_call *call = chat->call;
	struct json_writer w;

	json_writer_init(&w, &call->ex->out);
	json_begin_object(&w);
	json_member_str(&w, "id",
		pool_printf(call->ex->pool, "chatcmpl-%016llx",
			(unsigned long long)random_mix(simulator_serial(call->sim))));
	json_member_str(&w, "object", STR("chat.completion"));
	json_member_i64(&w, "created", clock_wall_ms() / 1000);
	json_member_str(&w, "model", call->model);
	json_key(&w, "choices");
	json_begin_array(&w);
	if (!c->no_choices)
		sim_llm_chat_write_choice(&w, c);
	json_end_array(&w);
	write_usage(&w, chat, c);
	json_end_object(&w);
	llm_succeed(call);
}

/* No more than the request allows, cut between two characters. */
static void limit_content(const struct llm_chat *chat, struct llm_completion *c)
{
	if (llm_tokens(c->content) <= chat->completion_tokens)
		return;
	c->content.n = (size_t)chat->completion_tokens * 4;
	while (c->content.n && ((unsigned char)c->content.p[c->content.n] & 0xc0) == 0x80)
		c->content.n--;
	c->finish_reason = "length";
}

void llm_post_chat(struct llm_call *call)
{
	struct llm_chat chat = { .call = call, .body = call->body };
	struct llm_completion completion = { .finish_reason = "stop" };

	if (!llm_chat_check(&chat) || !llm_choose(call, "chat", &chat.texts))
		return;
	completion.content = call->reply.p ? call->reply
			     : chat.picture_bytes
				     ? pool_printf(call->ex->pool, "A picture of %zu bytes.", chat.picture_bytes)
				     : llm_reply(&chat);
	limit_content(&chat, &completion);
	if (call->fault && call->fault->shape)
		call->fault->shape(call, &completion);
	write_completion(&chat, &completion);
}
