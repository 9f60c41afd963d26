/*
 * cmd-queue.c - `deskbellctl queue list`: what waits to be sent or answered, for how long, and why; `queue retry`,
 * `queue discard` of one message.
 *
 * The outbox's states belong to sql/functions/outbox.sql: what a person may change goes through its functions.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/work/queue-reason.h"

const struct arg_spec ctl_queue_list_args[] = { ARG_SOME_ORG,
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL,
		"how many waiting messages and answers are listed, the oldest; default 200" },
	ARG_JSON, ARG_LAST };

static const struct column summary_columns[] = { { "org", "ORG", COLUMN_NUMBER, 0 },
	{ "channel", "CHANNEL", COLUMN_NUMBER, 0 }, { "platform", "PLATFORM", COLUMN_TEXT, 0 },
	{ "state", "STATE", COLUMN_TEXT, 0 }, { "messages", "MESSAGES", COLUMN_NUMBER, 0 },
	{ "oldest_s", "OLDEST", COLUMN_AGE, 0 }, COLUMN_LAST };

static const struct column waiting_columns[] = { { "org", "ORG", COLUMN_NUMBER, 0 },
	{ "channel", "CHANNEL", COLUMN_NUMBER, 0 }, { "conversation", "CONVERSATION", COLUMN_NUMBER, 0 },
	{ "message", "MESSAGE", COLUMN_NUMBER, 0 }, { "state", "STATE", COLUMN_TEXT, 0 },
	{ "attempts", "TRIES", COLUMN_NUMBER, 0 }, { "age_s", "AGE", COLUMN_AGE, 0 },
	{ "next_attempt_at", "NEXT TRY", COLUMN_TIME, 0 }, { "is_later", NULL, COLUMN_FLAG, 0 },
	{ "lease_until", NULL, COLUMN_TIME, 0 }, { "lease_is_over", NULL, COLUMN_FLAG, 0 },
	{ "error_class", NULL, COLUMN_TEXT, 0 }, { "error_code", NULL, COLUMN_TEXT, 0 },
	{ "reason", NULL, COLUMN_REASON, 0 }, { "behind_message", NULL, COLUMN_NUMBER, 0 },
	{ "channel_paused_until", NULL, COLUMN_TIME, 0 }, { "channel_reason", NULL, COLUMN_REASON, 0 }, COLUMN_LAST };

static const struct column answer_columns[] = { { "org", "ORG", COLUMN_NUMBER, 0 },
	{ "conversation", "CONVERSATION", COLUMN_NUMBER, 0 }, { "attempts", "TRIES", COLUMN_NUMBER, 0 },
	{ "due_at", "DUE", COLUMN_TIME, 0 }, { "age_s", "WAITING", COLUMN_AGE, 0 },
	{ "is_later", NULL, COLUMN_FLAG, 0 }, { "in_work", "IN WORK", COLUMN_FLAG, 0 }, COLUMN_LAST };

static struct str refused_words(struct pool *pool, const struct sql_queue_waiting_rows *r, int i)
{
	const struct sql_queue_waiting_row row = sql_queue_waiting_row(r, i);
	struct str words = reason_text(pool, NULL, row.reason), next = reason_next(pool, NULL, row.reason),
		   code = row.error_code;
	return pool_printf(pool, "%.*s%s%.*s%s%.*s%.*s", OUT_STR(words), code.n ? " (code " : "", OUT_STR(code),
		code.n ? ")" : "", next.n ? 1 : 0, " ", OUT_STR(next));
}

static struct str paused_words(struct pool *pool, const struct sql_queue_waiting_rows *r, int i)
{
	const struct sql_queue_waiting_row row = sql_queue_waiting_row(r, i);
	struct str until = out_time(pool, row.channel_paused_until),
		   reason = reason_whole(pool, NULL, row.channel_reason);
	return pool_printf(pool, "the channel is paused until %.*s: %.*s", OUT_STR(until),
		OUT_STR(reason.p ? reason : STR("the platform asked for it")));
}

/* Why it has not gone out, in words; the platform's own are the best where there are any. */
static struct str why_waiting(struct pool *pool, const struct sql_queue_waiting_rows *r, int i)
{
	const struct sql_queue_waiting_row row = sql_queue_waiting_row(r, i);
	struct waiting_row w = { .state = row.state,
		.behind = row.has_behind_message,
		.lease_over = row.lease_is_over,
		.paused = row.has_channel_paused_until,
		.has_reason = row.reason.p,
		.later = row.is_later };
	switch (waiting_because(&w)) {
	case WAITING_BEHIND:
		return pool_printf(
			pool, "waits for message %lld of the same conversation", (long long)row.behind_message);
	case WAITING_SENDING: return STR("is being sent");
	case WAITING_LOST: return STR("its sender stopped in the middle; the next one decides what became of it");
	case WAITING_PAUSED: return paused_words(pool, r, i);
	case WAITING_REFUSED: return refused_words(pool, r, i);
	case WAITING_UNKNOWN: return STR("the platform did not answer; a status may still tell what became of it");
	case WAITING_LATER: return STR("waits for its next try");
	case WAITING_SENDER: break;
	}
	return STR("waits for a sender; is one running? ('deskbellctl doctor')");
}

struct queue {
	int64_t org, limit;
	struct sql_queue_summary_rows summary;
	struct sql_queue_waiting_rows waiting;
	struct sql_queue_answers_rows answers;
};

static enum err cmd_queue_load(struct ctl *ctl, void *arg)
{
	struct queue *q = arg;
	const int64_t *org = q->org ? &q->org : NULL;
	enum err e = sql_queue_summary(ctl->db, ctl->pool, org, &q->summary);
	if (e == ERR_OK)
		e = sql_queue_waiting(ctl->db, ctl->pool, org, q->limit, &q->waiting);
	if (e == ERR_OK)
		e = sql_queue_answers(ctl->db, ctl->pool, org, q->limit, &q->answers);
	return e;
}

static void cmd_queue_print_json(struct ctl *ctl, const struct queue *q)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_key(w, "summary");
	out_json_rows(w, summary_columns, q->summary.result);
	json_key(w, "waiting");
	json_begin_array(w);
	for (int row = 0; row < q->waiting.n; row++) {
		json_begin_object(w);
		out_json_row(w, waiting_columns, q->waiting.result, row);
		json_member_str(w, "why", why_waiting(ctl->pool, &q->waiting, row));
		json_end_object(w);
	}
	json_end_array(w);
	json_key(w, "answers");
	out_json_rows(w, answer_columns, q->answers.result);
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_queue_print(struct ctl *ctl, const struct queue *q)
{
	out_table(ctl->pool, summary_columns, q->summary.result, "Nothing was ever sent.");
	puts("\nMessages that wait:");
	out_table(ctl->pool, waiting_columns, q->waiting.result, "none");
	for (int row = 0; row < q->waiting.n; row++) {
		struct str why = out_safe(ctl->pool, why_waiting(ctl->pool, &q->waiting, row));
		printf("  message %lld: %.*s\n", (long long)sql_queue_waiting_row(&q->waiting, row).message,
			OUT_STR(why));
	}
	if (q->waiting.n == q->limit)
		puts("  There may be more; --limit N shows them.");
	puts("\nAnswers that wait to be worked out:");
	out_table(ctl->pool, answer_columns, q->answers.result, "none");
}

enum err ctl_queue_list(struct ctl *ctl)
{
	struct queue q = { .org = arg_number(ctl, "org"),
		.limit = arg_number(ctl, "limit") ? arg_number(ctl, "limit") : 200 };
	enum err e = ctl_transaction(ctl, q.org, cmd_queue_load, &q);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_queue_print_json(ctl, &q);
	else
		cmd_queue_print(ctl, &q);
	return ERR_OK;
}

const struct arg_spec ctl_queue_retry_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "MESSAGE", NULL, true, SHAPE_ID, NULL, "the message's id ('deskbellctl queue list' shows it)" },
	ARG_LAST };

const struct arg_spec ctl_queue_discard_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "MESSAGE", NULL, true, SHAPE_ID, NULL, "the message's id ('deskbellctl queue list' shows it)" },
	ARG_LAST };

struct change {
	int64_t org, message;
	sql_queue_retry_query *query;
	const char *action;
	struct str was;
};

static enum err cmd_queue_change(struct ctl *ctl, void *arg)
{
	struct change *c = arg;
	struct sql_queue_retry_rows r;
	enum err e = c->query(ctl->db, ctl->pool, c->org, c->message, &r);
	if (e != ERR_OK)
		return e;
	c->was = sql_queue_retry_row(&r, 0).outcome;
	if (!c->was.p)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"organisation %lld has no message %lld that waits or has failed; one that is being sent or was "
			"accepted cannot be changed",
			(long long)c->org, (long long)c->message);
	return ctl_audit(ctl, c->org, c->action,
		pool_printf(ctl->pool, "{\"message\":%lld,\"was\":\"%.*s\"}", (long long)c->message, OUT_STR(c->was)));
}

static enum err change_one(struct ctl *ctl, sql_queue_retry_query *query, const char *action, const char *done)
{
	struct change c = {
		.org = arg_number(ctl, "org"), .message = arg_number(ctl, "MESSAGE"), .query = query, .action = action
	};
	enum err e = ctl_transaction(ctl, c.org, cmd_queue_change, &c);
	if (e == ERR_OK)
		printf("Message %lld (was %.*s) %s.\n", (long long)c.message, OUT_STR(c.was), done);
	return e;
}

enum err ctl_queue_retry(struct ctl *ctl)
{
	return change_one(ctl, sql_queue_retry, "queue.retry", "is due now");
}

enum err ctl_queue_discard(struct ctl *ctl)
{
	return change_one(ctl, sql_queue_discard, "queue.discard", "will not be sent");
}
