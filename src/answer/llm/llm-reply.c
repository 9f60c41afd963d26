/*
 * llm-reply.c - from an endpoint's JSON to the JSON object that the model wrote. Pure.
 *
 * Owns the tolerance for what servers and models do with one and the same request: content as text or as parts, code
 * fences, a chain of thought before the object, words around it, line breaks inside of strings. Bounded: no more than
 * TRIES places are looked at. Sources: OpenAI, "The chat completion object"; the documentation of vLLM, llama.cpp and
 * Ollama on the same.
 */
#include "answer/llm/llm-reply.h"

#include "core/buf.h"
#include "core/text/reason.h"

#define CONTENT_MAX_BYTES (64 * 1024)
#define TRIES 24

struct llm_cost llm_reply_cost(const struct llm_outcome *outcome)
{
	const struct json *usage = json_get(outcome->body, "usage");
	struct llm_cost cost = { .took_us = outcome->took_us, .tries = outcome->tries };

	if (!json_i64(json_get(usage, "prompt_tokens"), &cost.prompt_tokens) || cost.prompt_tokens < 0)
		cost.prompt_tokens = 0;
	if (!json_i64(json_get(usage, "completion_tokens"), &cost.completion_tokens) || cost.completion_tokens < 0)
		cost.completion_tokens = 0;
	return cost;
}

/* A string, or the text of an array of parts. */
static struct str llm_reply_content_of(struct pool *pool, const struct json *message)
{
	const struct json *content = json_get(message, "content");
	struct buf out;

	if (json_kind(content) != JSON_ARRAY)
		return str_cut(json_str(content), CONTENT_MAX_BYTES);
	buf_init(&out, CONTENT_MAX_BYTES);
	for (size_t i = 0; i < json_length(content); i++) {
		const struct json *part = json_at(content, i);
		buf_add_str(&out, json_kind(part) == JSON_STRING ? json_str(part) : json_str(json_get(part, "text")));
	}
	return pool_take(pool, &out);
}

/* Without the chain of thought that some servers leave before the reply; it is full of drafts. */
static struct str without_thoughts(struct str s)
{
	static const struct str end = { "</think>", 8 };
	const char *at;

	while (s.n > 0 && (at = memmem(s.p, s.n, end.p, end.n)) != NULL)
		s = (struct str){ at + end.n, s.n - (size_t)(at - s.p) - end.n };
	return s;
}

struct str llm_reply_text(struct pool *pool, const struct llm_outcome *outcome)
{
	const struct json *choice = json_at(json_get(outcome->body, "choices"), 0);

	return without_thoughts(llm_reply_content_of(pool, json_get(choice, "message")));
}

/* How long the object is that begins `s`; 0 when it does not end. */
static size_t object_length(struct str s)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (in_string && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			in_string = !in_string;
		else if (!in_string && s.p[i] == '{')
			depth++;
		else if (!in_string && s.p[i] == '}' && --depth == 0)
			return i + 1;
	}
	return 0;
}

/* Models break lines inside of strings, which JSON does not allow: those control characters become escapes. */
static struct str with_control_escaped(struct pool *pool, struct str object)
{
	struct buf out;
	bool in_string = false;

	buf_init(&out, 6 * CONTENT_MAX_BYTES);
	for (size_t i = 0; i < object.n; i++) {
		unsigned char byte = (unsigned char)object.p[i];
		bool escape = in_string && byte == '\\' && i + 1 < object.n;

		in_string ^= byte == '"';
		if (in_string && byte < 0x20)
			buf_addf(&out, "\\u%04x", byte);
		else
			buf_add(&out, object.p + i, escape ? 2 : 1);
		i += escape;
	}
	return pool_take(pool, &out);
}

static const struct json *find_object(struct pool *pool, struct str text, const char *key)
{
	const struct json *found = NULL;

	for (int tries = 0; tries < TRIES; tries++) {
		const struct json *object;
		ptrdiff_t at = str_find_char(text, '{');
		if (at < 0)
			break;
		text = (struct str){ text.p + at, text.n - (size_t)at };
		size_t n = object_length(text);
		struct str words = with_control_escaped(pool, (struct str){ text.p, n });
		bool good = n > 0 && json_parse(pool, words, &object, NULL) == ERR_OK;
		if (good && json_get(object, key))
			found = object;
		n = good ? n : 1;
		text = (struct str){ text.p + n, text.n - n };
	}
	return found;
}

static struct str words_without_object(const struct json *choice, struct str content)
{
	struct str end = json_str(json_get(choice, "finish_reason"));

	if (str_equal(end, STR("length")))
		return str_of(CODE(model_cut_off));
	if (str_equal(end, STR("content_filter")))
		return str_of(CODE(endpoint_filtered));
	if (!choice || str_is_empty(str_trim(content)))
		return str_of(CODE(model_replied_nothing));
	return str_of(CODE(model_without_form));
}

const struct json *llm_reply_object(
	struct pool *pool, const struct llm_outcome *outcome, const char *key, struct str *reason, bool *refused)
{
	const struct json *choice = json_at(json_get(outcome->body, "choices"), 0);
	const struct json *message = json_get(choice, "message"), *object;
	struct str content = without_thoughts(llm_reply_content_of(pool, message));

	*refused = !str_is_empty(json_str(json_get(message, "refusal")));
	*reason = outcome->body ? STR_NONE : pool_str(pool, outcome->reason);
	if (!outcome->body || *refused) {
		if (*refused)
			*reason = str_of(CODE(model_refused));
		return NULL;
	}
	object = find_object(pool, content, key);
	if (!object)
		*reason = words_without_object(choice, content);
	return object;
}
