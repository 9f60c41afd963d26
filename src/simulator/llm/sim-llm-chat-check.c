/*
 * sim-llm-chat-check.c - what a chat request must look like ("Create chat completion" of OpenAI's reference).
 *
 * Answers the first thing that is wrong, with the parameter's path and a code. Stricter than most compatible servers: a
 * client that gets by here should get by there. What the simulator itself cannot do (streams, several choices) is
 * refused in words, never ignored.
 */
#include <inttypes.h>

#include "simulator/llm/sim-llm-chat.h"

static const char *const known_members[] = { "model", "messages", "temperature", "top_p", "n", "stream",
	"stream_options", "stop", "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty",
	"logit_bias", "logprobs", "top_logprobs", "user", "seed", "tools", "tool_choice", "parallel_tool_calls",
	"response_format", "store", "metadata", "modalities", "prediction", "reasoning_effort", "service_tier",
	"verbosity", "safety_identifier", "prompt_cache_key", NULL };

static bool is_role(struct str role)
{
	static const char *const roles[] = { "system", "developer", "user", "assistant", "tool", "function" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		if (str_equal(role, str_of(roles[i])))
			return true;
	return false;
}

static const char *message_path(const struct llm_chat *chat, size_t i, const char *member)
{
	return pool_printf(chat->call->ex->pool, "messages[%zu]%s", i, member).p;
}

static bool refuse_content(const struct llm_chat *chat, size_t i)
{
	const char *path = message_path(chat, i, ".content");

	return llm_refuse(chat->call, path, "invalid_type",
		"Invalid type for '%s': expected one of a string or array of objects.", path);
}

/* A picture stands in its address; one that would have to be fetched is none for the simulator. */
static bool sim_llm_take_picture(struct llm_chat *chat, const struct json *part)
{
	struct str address = json_str(json_path(part, "image_url", "url", NULL));
	bool good = str_has_prefix(address, STR("data:image/jpeg;base64,"))
		    || str_has_prefix(address, STR("data:image/png;base64,"));

	chat->picture_bytes += good ? address.n : 0;
	return good;
}

/* The texts of the parts in a row. */
static bool join_parts(struct llm_chat *chat, const struct json *parts, size_t i, struct str *out)
{
	struct buf text;
	bool good = json_length(parts) > 0;

	buf_init(&text, (size_t)16 * 1024 * 1024);
	for (size_t k = 0; k < json_length(parts) && good; k++) {
		const struct json *part = json_at(parts, k), *words = json_get(part, "text");

		if (str_equal(json_str(json_get(part, "type")), STR("image_url")))
			good = sim_llm_take_picture(chat, part);
		else
			good = str_equal(json_str(json_get(part, "type")), STR("text"))
			       && json_kind(words) == JSON_STRING;
		buf_add_str(&text, json_str(words));
	}
	*out = pool_take(chat->call->ex->pool, &text);
	return good || refuse_content(chat, i);
}

static bool check_message(struct llm_chat *chat, const struct json *message, size_t i)
{
	struct str role = json_str(json_get(message, "role"));
	const struct json *content = json_get(message, "content");
	bool assistant = str_equal(role, STR("assistant"));

	if (json_kind(message) != JSON_OBJECT)
		return llm_refuse(chat->call, message_path(chat, i, ""), "invalid_type",
			"Invalid type for 'messages[%zu]': expected an object.", i);
	if (!role.p)
		return llm_refuse(chat->call, message_path(chat, i, ".role"), "missing_required_parameter",
			"Missing required parameter: 'messages[%zu].role'.", i);
	if (!is_role(role))
		return llm_refuse(chat->call, message_path(chat, i, ".role"), "invalid_value",
			"Invalid value: '%.*s'. Supported values are: 'system', 'assistant', 'user', 'function', "
			"'tool', and 'developer'.",
			(int)(role.n < 40 ? role.n : 40), role.p);
	if (str_equal(role, STR("user")))
		chat->texts.last = i;
	chat->texts.list[i] = json_str(content);
	if (json_kind(content) == JSON_ARRAY)
		return join_parts(chat, content, i, &chat->texts.list[i]);
	return json_kind(content) == JSON_STRING || (assistant && json_get(message, "tool_calls"))
	       || refuse_content(chat, i);
}

static bool check_messages(struct llm_chat *chat)
{
	const struct json *messages = json_get(chat->body, "messages");

	if (json_kind(messages) == JSON_ABSENT)
		return llm_refuse(chat->call, "messages", "missing_required_parameter",
			"Missing required parameter: 'messages'.");
	if (json_kind(messages) != JSON_ARRAY)
		return llm_refuse(chat->call, "messages", "invalid_type",
			"Invalid type for 'messages': expected an array of objects.");
	if (!json_length(messages))
		return llm_refuse(chat->call, "messages", "empty_array",
			"Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty "
			"array instead.");
	chat->texts.n = chat->texts.last = json_length(messages);
	chat->texts.list = pool_new_array(chat->call->ex->pool, chat->texts.n, struct str);
	for (size_t i = 0; i < chat->texts.n; i++) {
		if (!check_message(chat, json_at(messages, i), i))
			return false;
		chat->prompt_tokens += llm_tokens(chat->texts.list[i]) + 4;
	}
	return true;
}

static bool sim_llm_chat_check_number(struct llm_chat *chat, const char *name, double min, double max)
{
	const struct json *v = json_get(chat->body, name);
	enum json_kind kind = json_kind(v);
	double n = json_double(v, 0);

	if (kind == JSON_ABSENT || kind == JSON_NULL)
		return true;
	if (kind != JSON_INT && kind != JSON_DOUBLE)
		return llm_refuse(chat->call, name, "invalid_type", "Invalid type for '%s': expected a decimal.", name);
	if (n > max)
		return llm_refuse(chat->call, name, "decimal_above_max_value",
			"Invalid '%s': decimal above maximum value. Expected a value <= %g, but got %g instead.", name,
			max, n);
	return n >= min
	       || llm_refuse(chat->call, name, "decimal_below_min_value",
		       "Invalid '%s': decimal below minimum value. Expected a value >= %g, but got %g instead.", name,
		       min, n);
}

static bool check_limit(struct llm_chat *chat, const char *name)
{
	const struct json *v = json_get(chat->body, name);
	int64_t n = 0;

	if (json_kind(v) == JSON_ABSENT || json_kind(v) == JSON_NULL)
		return true;
	if (json_kind(v) != JSON_INT || !json_i64(v, &n))
		return llm_refuse(
			chat->call, name, "invalid_type", "Invalid type for '%s': expected an integer.", name);
	if (n < 1)
		return llm_refuse(chat->call, name, "integer_below_min_value",
			"Invalid '%s': integer below minimum value. Expected a value >= 1, but got %" PRId64
			" instead.",
			name, n);
	chat->completion_tokens = n;
	return true;
}

static bool check_own_limits(struct llm_chat *chat)
{
	int64_t n;
	const struct json *choices = json_get(chat->body, "n");

	if (json_bool(json_get(chat->body, "stream"), false))
		return llm_refuse(chat->call, "stream", "unsupported_value",
			"The simulator does not stream: leave 'stream' out.");
	if (json_kind(choices) == JSON_INT && (!json_i64(choices, &n) || n != 1))
		return llm_refuse(chat->call, "n", "unsupported_value", "The simulator gives one choice: 'n' is 1.");
	return true;
}

static bool says_json(const struct llm_chat *chat)
{
	for (size_t i = 0; i < chat->texts.n; i++)
		if (llm_find_nocase(chat->texts.list[i], STR("json")) >= 0)
			return true;
	return false;
}

static bool sim_llm_chat_check_schema(struct llm_chat *chat, const struct json *schema)
{
	chat->wants_json = true;
	if (str_is_empty(json_str(json_get(schema, "name"))))
		return llm_refuse(chat->call, "response_format.json_schema.name", "missing_required_parameter",
			"Missing required parameter: 'response_format.json_schema.name'.");
	return json_kind(json_get(schema, "schema")) == JSON_OBJECT
	       || llm_refuse(chat->call, "response_format.json_schema.schema", "missing_required_parameter",
		       "Missing required parameter: 'response_format.json_schema.schema'.");
}

static bool check_format(struct llm_chat *chat)
{
	const struct json *format = json_get(chat->body, "response_format");
	struct str type = json_str(json_get(format, "type"));

	if (json_kind(format) == JSON_ABSENT || str_equal(type, STR("text")))
		return true;
	if (str_equal(type, STR("json_schema")))
		return sim_llm_chat_check_schema(chat, json_get(format, "json_schema"));
	if (!str_equal(type, STR("json_object")))
		return llm_refuse(chat->call, "response_format.type", "invalid_value",
			"Invalid value for 'response_format.type'. Supported values are: 'json_object', 'json_schema', "
			"and 'text'.");
	chat->wants_json = true;
	return says_json(chat)
	       || llm_refuse(chat->call, "messages", NULL,
		       "'messages' must contain the word 'json' in some form, to use 'response_format' of type "
		       "'json_object'.");
}

static bool check_context(struct llm_chat *chat)
{
	int64_t max = chat->call->sim->llm.settings.context_tokens;

	return chat->prompt_tokens <= max
	       || llm_refuse(chat->call, "messages", "context_length_exceeded",
		       "This model's maximum context length is %" PRId64
		       " tokens. However, your messages resulted in %" PRId64
		       " tokens. Please reduce the length of the messages.",
		       max, chat->prompt_tokens);
}

bool llm_chat_check(struct llm_chat *chat)
{
	chat->completion_tokens = INT64_MAX;
	return llm_check_model(chat->call, &chat->call->sim->llm.settings.chat_models)
	       && llm_check_members(chat->call, known_members) && check_messages(chat)
	       && sim_llm_chat_check_number(chat, "temperature", 0, 2) && sim_llm_chat_check_number(chat, "top_p", 0, 1)
	       && sim_llm_chat_check_number(chat, "presence_penalty", -2, 2)
	       && sim_llm_chat_check_number(chat, "frequency_penalty", -2, 2) && check_limit(chat, "max_tokens")
	       && check_limit(chat, "max_completion_tokens") && check_own_limits(chat) && check_format(chat)
	       && check_context(chat);
}
