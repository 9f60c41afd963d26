/*
 * cmd-conversation.c - `deskbellctl conversation list`, `conversation show`: what was said, what became of it, and why
 * the bot did what it did.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/contact/search.h"

#include <limits.h>

const struct arg_spec ctl_conversation_list_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "search", "WORDS", false, SHAPE_ANY, NULL, "only those that hold these words" },
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL, "how many, the latest first; default 50" }, ARG_JSON,
	ARG_LAST };

const struct arg_spec ctl_conversation_show_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "CONVERSATION", NULL, true, SHAPE_ID, NULL,
		"the conversation's id ('deskbellctl conversation list' shows them)" },
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL, "how many messages, the newest; default 100" }, ARG_JSON,
	ARG_LAST };

static int64_t limit_or(const struct ctl *ctl, int64_t fallback)
{
	return arg_number(ctl, "limit") ? arg_number(ctl, "limit") : fallback;
}

struct listing {
	int64_t org, limit;
	struct sql_conversation_list_rows rows;
};

static enum err load_list(struct ctl *ctl, void *arg)
{
	struct listing *l = arg;
	struct str hits;
	int most = l->limit < INT_MAX ? (int)l->limit : INT_MAX;
	enum err e =
		search_conversations(ctl->db, ctl->pool, l->org, str_of(arg_text(ctl, "search")), most, &hits, NULL);
	if (e == ERR_OK)
		e = sql_conversation_list(ctl->db, ctl->pool, l->org, most, hits, &l->rows);
	return e;
}

enum err ctl_conversation_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 },
		{ "channel", NULL, COLUMN_NUMBER, 0 }, { "platform", "PLATFORM", COLUMN_TEXT, 0 },
		{ "name", "NAME", COLUMN_TEXT, 30 }, { "phone", "PHONE", COLUMN_TEXT, 0 },
		{ "agent", "AGENT", COLUMN_TEXT, 0 }, { "needs_attention", "ATTENTION", COLUMN_FLAG, 0 },
		{ "unread", "UNREAD", COLUMN_NUMBER, 0 }, { "last_message_at", "LAST", COLUMN_TIME, 0 },
		{ "window_s", "WINDOW LEFT", COLUMN_AGE, 0 }, COLUMN_LAST };
	struct listing l = { .org = arg_number(ctl, "org"), .limit = limit_or(ctl, 50) };
	enum err e = ctl_transaction(ctl, l.org, load_list, &l);
	if (e == ERR_OK)
		out_listing(ctl, columns, l.rows.result,
			arg_text(ctl, "search") ? "No conversation holds these words."
						: "There is no conversation yet.");
	return e;
}

static const struct column head_columns[] = { { "id", NULL, COLUMN_NUMBER, 0 }, { "channel", NULL, COLUMN_NUMBER, 0 },
	{ "platform", NULL, COLUMN_TEXT, 0 }, { "name", NULL, COLUMN_TEXT, 0 }, { "phone", NULL, COLUMN_TEXT, 0 },
	{ "agent", NULL, COLUMN_TEXT, 0 }, { "needs_attention", NULL, COLUMN_FLAG, 0 },
	{ "attention_reason", NULL, COLUMN_REASON, 0 }, { "unread", NULL, COLUMN_NUMBER, 0 },
	{ "window_s", NULL, COLUMN_AGE, 0 }, { "has_blocked_us", NULL, COLUMN_FLAG, 0 }, COLUMN_LAST };

static const struct column message_columns[] = { { "id", NULL, COLUMN_NUMBER, 0 }, { "at", NULL, COLUMN_TIME, 0 },
	{ "direction", NULL, COLUMN_TEXT, 0 }, { "sender", NULL, COLUMN_TEXT, 0 }, { "kind", NULL, COLUMN_TEXT, 0 },
	{ "status", NULL, COLUMN_TEXT, 0 }, { "body", NULL, COLUMN_TEXT, 0 }, { "reason", NULL, COLUMN_REASON, 0 },
	COLUMN_LAST };

static const struct column decision_columns[] = { { "at", "WHEN", COLUMN_TIME, 0 },
	{ "message", "MESSAGE", COLUMN_NUMBER, 0 }, { "outcome", "OUTCOME", COLUMN_TEXT, 0 },
	{ "stage", "STAGE", COLUMN_TEXT, 0 }, { "reason", "WHY", COLUMN_REASON, 90 }, { "draft", NULL, COLUMN_TEXT, 0 },
	COLUMN_LAST };

struct shown_conversation {
	int64_t org, id, limit;
	struct sql_conversation_find_rows head;
	struct sql_conversation_messages_rows messages;
	struct sql_conversation_decisions_rows decisions;
};

static enum err cmd_conversation_load(struct ctl *ctl, void *arg)
{
	struct shown_conversation *t = arg;
	enum err e = sql_conversation_find(ctl->db, ctl->pool, t->org, t->id, &t->head);
	if (e == ERR_OK && t->head.n == 0)
		return ctl_no_conversation(ctl, t->org, t->id);
	if (e == ERR_OK)
		e = sql_conversation_messages(ctl->db, ctl->pool, t->org, t->id, t->limit, &t->messages);
	if (e == ERR_OK)
		e = sql_conversation_decisions(ctl->db, ctl->pool, t->org, t->id, &t->decisions);
	return e;
}

static void cmd_conversation_print_json(const struct shown_conversation *t)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_row(w, head_columns, t->head.result, 0);
	json_key(w, "messages");
	out_json_rows(w, message_columns, t->messages.result);
	json_key(w, "decisions");
	out_json_rows(w, decision_columns, t->decisions.result);
	json_end_object(w);
	out_json_end(&j);
}

static void print_head(struct ctl *ctl, const struct shown_conversation *t)
{
	const struct sql_conversation_find_rows *r = &t->head;
	const struct sql_conversation_find_row row = sql_conversation_find_row(r, 0);
	struct str name = out_safe(ctl->pool, row.name), phone = out_safe(ctl->pool, row.phone),
		   reason = reason_text(ctl->pool, NULL, row.attention_reason);
	struct str left = out_age(ctl->pool, row.window_s);
	printf("Conversation %lld with %.*s %.*s (%.*s, channel %lld)\n", (long long)t->id, OUT_STR(name),
		OUT_STR(phone), OUT_STR(row.platform), (long long)row.channel);
	printf("  answered by the %.*s; %lld unread; ", OUT_STR(row.agent), (long long)row.unread);
	if (!row.has_window_s)
		puts("replies are possible at any time");
	else if (row.window_s > 0)
		printf("%.*s left to reply\n", OUT_STR(left));
	else
		puts("the 24-hour window is closed");
	if (row.has_blocked_us)
		puts("  the customer has blocked you: nothing that is sent arrives");
	if (row.needs_attention)
		printf("  needs attention: %.*s\n", OUT_STR(reason));
	puts("");
}

static void print_message(struct ctl *ctl, const struct sql_conversation_messages_rows *r, int i)
{
	const struct sql_conversation_messages_row row = sql_conversation_messages_row(r, i);
	bool inbound = str_equal(row.direction, STR("inbound"));
	struct str at = out_time(ctl->pool, row.at), kind = out_safe(ctl->pool, row.kind);
	struct str body = out_safe(ctl->pool, row.body);
	struct str reason = out_safe(ctl->pool, reason_whole(ctl->pool, NULL, row.reason));
	bool is_text = str_equal(kind, STR("text"));
	printf("%.*s  %s %-8.*s  %-9.*s  ", OUT_STR(at), inbound ? "<-" : "->", OUT_STR(row.sender),
		OUT_STR(row.status));
	if (!is_text)
		printf("[%.*s] ", OUT_STR(kind));
	printf("%.*s\n", OUT_STR(body));
	if (reason.n > 0)
		printf("%21s%.*s\n", "", OUT_STR(reason));
}

enum err ctl_conversation_show(struct ctl *ctl)
{
	struct shown_conversation t = {
		.org = arg_number(ctl, "org"), .id = arg_number(ctl, "CONVERSATION"), .limit = limit_or(ctl, 100)
	};
	enum err e = ctl_transaction(ctl, t.org, cmd_conversation_load, &t);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json")) {
		cmd_conversation_print_json(&t);
		return ERR_OK;
	}
	print_head(ctl, &t);
	for (int row = 0; row < t.messages.n; row++)
		print_message(ctl, &t.messages, row);
	puts("\nThe bot's latest decisions:");
	out_table(ctl->pool, decision_columns, t.decisions.result, "none");
	return ERR_OK;
}
