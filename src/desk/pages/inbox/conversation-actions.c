/*
 * conversation-actions.c - what operators do with a conversation besides writing: take it over, give it back, assign,
 * close, tag, note.
 *
 * Each is one call under the conversation's lock; done twice it changes nothing, and says so to nobody.
 */
#include "desk/pages/inbox/conversation.h"

#define NOTE_BYTES 16000
#define TAG_BYTES 160
#define TAG_CHARACTERS 40

static const struct field assign_fields[] = { { "user", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a person.") },
	FIELD_LAST };
static const struct field tag_fields[] = { { "add", FIELD_LINE, FIELD_OPTIONAL, TAG_BYTES, NULL, T("Write a tag.") },
	{ "remove", FIELD_LINE, FIELD_OPTIONAL, TAG_BYTES, NULL, T("Write a tag.") }, FIELD_LAST };
static const struct field note_fields[] = {
	{ "note", FIELD_TEXT, FIELD_OPTIONAL, NOTE_BYTES, NULL, T("Write at most 16,000 bytes.") }, FIELD_LAST
};

/* What is done, with what it needs; what the database answered, absent when it says nothing. */
struct act {
	enum err (*run)(struct desk_request *v, struct act *act);
	struct str text;
	int64_t user;
	bool opens;
	struct str outcome;
};

static enum err conversation_actions_run(struct desk_request *v, void *arg)
{
	struct act *act = arg;
	struct sql_conversation_platform_rows found;
	enum err e = sql_conversation_platform(v->db, v->pool, v->caller.org_id, v->path.ids[0], &found);
	if (e == ERR_OK && found.n == 0)
		return ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = act->run(v, act);
	if (e != ERR_OK)
		return e;
	return str_equal(act->outcome, STR("gone")) ? ERR_NOT_FOUND : ERR_OK;
}

/* Does it and goes back to the conversation, or to `path`; says `said` unless it is NULL or nothing was changed. */
static enum err do_and_return(struct desk_request *v, struct act *act, const char *said, const char *path)
{
	enum err e = request_transaction(v, conversation_actions_run, act);
	if (e != ERR_OK)
		return e;
	if (str_equal(act->outcome, STR("non_member")))
		return request_refuse(v, 400, T("This person does not belong to the organisation any more."));
	if (said && !str_equal(act->outcome, STR("same")))
		flash_set(v, said);
	request_redirect(v, path ? path : pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p);
	return ERR_OK;
}

static enum err run_agent(struct desk_request *v, struct act *act)
{
	struct sql_set_agent_rows r;
	enum err e = sql_set_agent(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->text, &r);
	act->outcome = sql_set_agent_row(&r, 0).outcome;
	return e;
}

static enum err run_open(struct desk_request *v, struct act *act)
{
	struct sql_set_open_rows r;
	enum err e = sql_set_open(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->opens, &r);
	act->outcome = sql_set_open_row(&r, 0).outcome;
	return e;
}

static enum err run_assign(struct desk_request *v, struct act *act)
{
	struct sql_assign_rows r;
	enum err e = sql_assign(
		v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->user ? &act->user : NULL, &r);
	act->outcome = sql_assign_row(&r, 0).outcome;
	return e;
}

static enum err run_tag_add(struct desk_request *v, struct act *act)
{
	return sql_tag_add(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text);
}

static enum err run_tag_remove(struct desk_request *v, struct act *act)
{
	return sql_tag_remove(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text);
}

static enum err run_note(struct desk_request *v, struct act *act)
{
	return sql_note_set(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text);
}

static enum err run_view(struct desk_request *v, struct act *act)
{
	struct sql_view_rows r;
	enum err e = sql_view(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, false, &r);
	act->outcome = sql_view_row(&r, 0).outcome;
	return e;
}

static enum err set_agent(struct desk_request *v, const char *agent, const char *said)
{
	struct act act = { .run = run_agent, .text = str_of(agent) };
	return do_and_return(v, &act, said, NULL);
}

enum err desk_conversation_take_over(struct desk_request *v)
{
	return set_agent(v, "operator", "taken-over");
}

enum err desk_conversation_return(struct desk_request *v)
{
	return set_agent(v, "bot", "returned-to-bot");
}

static enum err set_open(struct desk_request *v, bool opens, const char *said, const char *path)
{
	struct act act = { .run = run_open, .opens = opens };
	return do_and_return(v, &act, said, path);
}

enum err desk_conversation_close(struct desk_request *v)
{
	return set_open(v, false, "conversation-closed", "/inbox");
}

enum err desk_conversation_reopen(struct desk_request *v)
{
	return set_open(v, true, "conversation-reopened", NULL);
}

enum err desk_conversation_assign(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, assign_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	struct act act = { .run = run_assign, .user = form_number(&form, "user") };
	return do_and_return(v, &act, "conversation-assigned", NULL);
}

static size_t conversation_actions_characters(struct str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

enum err desk_conversation_tags(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, tag_fields, &v->params, v->locale.translation);
	struct str add = form_value(&form, "add"), remove = form_value(&form, "remove");
	struct str tag = str_is_empty(add) ? remove : add;
	if (!good || str_is_empty(tag) || conversation_actions_characters(tag) > TAG_CHARACTERS)
		return request_refuse(v, 400, T("Write a tag of at most 40 characters."));
	struct act act = { .run = str_is_empty(add) ? run_tag_remove : run_tag_add, .text = tag };
	return do_and_return(v, &act, NULL, NULL);
}

enum err desk_conversation_note(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, note_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, T("The note is too long. Shorten it."));
	struct str note = form_value(&form, "note");
	struct act act = { .run = run_note, .text = str_is_empty(note) ? STR_NONE : note };
	return do_and_return(v, &act, "note-saved", NULL);
}

enum err desk_conversation_read(struct desk_request *v)
{
	struct act act = { .run = run_view };
	return do_and_return(v, &act, NULL, NULL);
}
