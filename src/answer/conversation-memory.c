/*
 * conversation-memory.c - what the bot keeps of a conversation, as JSON. Pure.
 */
#include "answer/conversation-memory.h"

void conversation_memory_read(struct pool *pool, struct str text, struct conversation_memory *out)
{
	const struct json *json;
	*out = (struct conversation_memory){ .n_options = 0 };
	if (str_is_empty(text) || json_parse(pool, text, &json, NULL) != ERR_OK)
		return;
	out->language = json_str(json_get(json, "language"));
	out->topic = json_str(json_get(json, "topic"));
	out->kind_said = json_bool(json_get(json, "kind_said"), false);
	out->awaits = json_bool(json_get(json, "awaits"), false);
	out->referral = json_str(json_get(json, "referral"));
	const struct json *options = json_get(json, "options");
	for (size_t i = 0; i < json_length(options) && out->n_options < OPTIONS_MAX; i++)
		out->options[out->n_options++] = json_str(json_at(options, i));
}

void conversation_memory_write(struct json_writer *w, const struct conversation_memory *m)
{
	json_begin_object(w);
	json_member_str(w, "language", m->language);
	json_member_str(w, "topic", m->topic);
	json_member_str(w, "referral", m->referral);
	json_member_bool(w, "kind_said", m->kind_said);
	json_member_bool(w, "awaits", m->awaits);
	json_key(w, "options");
	json_begin_array(w);
	for (int i = 0; i < m->n_options; i++)
		json_write_str(w, m->options[i]);
	json_end_array(w);
	json_end_object(w);
}
