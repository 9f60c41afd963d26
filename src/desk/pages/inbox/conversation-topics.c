/*
 * conversation-topics.c - the topics of a chat: what each is called, and to which of them a reply goes.
 *
 * A reply goes where the customer wrote last unless the operator chooses another topic; deskbell_topic decides it.
 */
#include "desk/pages/inbox/conversation.h"

#include "desk/media.h"

enum err thread_topics_load(struct desk_request *v, struct thread *t)
{
	bool any = false;
	for (int i = 0; i < t->messages.n; i++)
		any = any || !str_is_empty(t->held[i].topic_id);
	return any ? sql_thread_topics(v->db, v->pool, v->caller.org_id, t->conversation, &t->topics) : ERR_OK;
}

/* A topic has no name here when it was opened before the bot came. */
static struct str conversation_topics_named(struct desk_request *v, struct str id, struct str name)
{
	return str_is_empty(name) ? media_filled(v->pool, v->locale.translation, T("Topic {{other}}"), STR_NONE, id)
				  : name;
}

struct str thread_topic(struct desk_request *v, const struct thread *t, const struct description *held)
{
	if (str_is_empty(held->topic_id))
		return STR_NONE;
	for (int i = 0; i < t->topics.n; i++) {
		const struct sql_thread_topics_row row = sql_thread_topics_row(&t->topics, i);
		if (str_equal(row.id, held->topic_id))
			return conversation_topics_named(v, row.id, row.name);
	}
	return conversation_topics_named(v, held->topic_id, held->topic);
}

void thread_topics_write(struct desk_request *v, const struct thread *t, int64_t chosen)
{
	struct json_writer *w = &v->w;
	json_key(w, "topics");
	json_begin_array(w);
	for (int i = 0; i < t->topics.n; i++) {
		const struct sql_thread_topics_row row = sql_thread_topics_row(&t->topics, i);
		bool is_chat = str_is_empty(row.id);
		int64_t id = 0;
		str_to_i64(row.id, &id);
		json_begin_object(w);
		json_member_str(w, "id", is_chat ? STR("0") : row.id);
		json_member_str(w, "name",
			is_chat ? str_of(request_translate(v, T("The chat itself, no topic")))
				: conversation_topics_named(v, row.id, row.name));
		json_member_bool(w, "here", chosen == TOPIC_OF_LAST ? i == 0 : id == chosen);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_topics", t->topics.n > 0);
}

struct str topic_wanted(struct desk_request *v, int64_t chosen)
{
	if (chosen == TOPIC_OF_LAST)
		return STR_NONE;
	return chosen == 0 ? STR("") : pool_printf(v->pool, "%lld", (long long)chosen);
}
