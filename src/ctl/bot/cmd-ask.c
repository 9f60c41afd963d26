/*
 * cmd-ask.c - `deskbellctl ask`: what the bot would answer, one message a line in, one JSON object a line out.
 *
 * Runs the sender's own pipeline and guards on the same data; what the sender keeps in the database between two
 * messages is kept here in memory, when the lines are the turns of conversations. Stores and sends nothing; the
 * organisation's bot mode and windows play no part. A model that is not stored is trained for this run only.
 */
#include "answer/findings.h"
#include "answer/guard.h"
#include "answer/pipeline.h"
#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/hours/calendar.h"

#include <math.h>
#include <stdlib.h>

#define TURNS_MOST 12 /* that a question knows of, as in deskbell_claim_answers */

const struct arg_spec ctl_ask_args[] = { ARG_THE_ORG,
	{ ARG_FLAG, "turns", NULL, false, SHAPE_ANY, NULL,
		"the lines are turns of one conversation; an empty line begins another" },
	{ ARG_OPTION, "now", "TIME", false, SHAPE_ANY, NULL,
		"the moment at which they are written, as 2026-12-10T10:30:00+01:00; default: now" },
	ARG_LAST };

/* A conversation as the database would have it. */
struct held {
	struct pool *pool;
	struct turn turns[TURNS_MOST];
	int n;
	struct conversation_memory memory;
	int64_t consecutive_fallbacks, replies;
	bool operator_has_it;
};

struct asking {
	struct question q;
	struct pipeline *pipeline;
	struct http_client *http;
	bool turns; /* the lines belong together */
	struct held held;
};

static void cmd_ask_write_number(struct json_writer *w, const char *name, double value)
{
	json_key(w, name);
	json_write_double(w, round(value * 1e6) / 1e6);
}

static void cmd_ask_write_score(struct json_writer *w, double score)
{
	cmd_ask_write_number(w, "score", score);
}

static void cmd_ask_write_candidates(struct json_writer *w, const struct answer *a)
{
	json_key(w, "candidates");
	json_begin_array(w);
	for (int i = 0; i < a->n_candidates; i++) {
		json_begin_object(w);
		json_member_str(w, "skill", a->candidates[i].skill->title);
		cmd_ask_write_score(w, a->candidates[i].score);
		if (a->candidates[i].cosine > -1) {
			cmd_ask_write_number(w, "words", a->candidates[i].words);
			cmd_ask_write_number(w, "cosine", a->candidates[i].cosine);
		}
		json_end_object(w);
	}
	json_end_array(w);
}

static void cmd_ask_write_passages(struct json_writer *w, const struct answer *a)
{
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < a->n_passages; i++) {
		json_begin_object(w);
		json_member_str(w, "document", a->passages[i].document);
		cmd_ask_write_score(w, a->passages[i].score);
		json_member_str(w, "text", a->passages[i].text);
		json_end_object(w);
	}
	json_end_array(w);
}

/* Why triggers, and documents, were compared by words where there is a model for embeddings. */
static void write_embedding_reasons(struct json_writer *w, const struct findings *f)
{
	for (int kind = EMBEDDING_KINDS; f && kind-- > 0;)
		if (f->embedding_reasons[kind].p)
			out_reason(w, embedding_reason_members[kind], f->embedding_reasons[kind]);
}

static void print_answer(const struct answer *a)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "stage", str_of(a->stage ? a->stage : "guard"));
	out_reason(w, "reason", str_of(a->reason));
	json_key(w, "skill");
	json_write_str(w, a->skill);
	cmd_ask_write_score(w, a->score);
	cmd_ask_write_candidates(w, a);
	cmd_ask_write_passages(w, a);
	json_key(w, "reply");
	json_write_str(w, a->reply);
	json_member_str(w, "act", str_of(act_name(a->act)));
	json_member_str(w, "language", a->language);
	json_key(w, "buttons");
	json_begin_array(w);
	for (int i = 0; i < a->n_buttons; i++)
		json_write_str(w, a->buttons[i]);
	json_end_array(w);
	json_member_bool(w, "hand_over", a->hand_over);
	findings_write_evidence(w, a->findings);
	out_reason(w, "handover", a->hand_over ? str_of(a->attention) : STR_NONE);
	write_embedding_reasons(w, a->findings);
	json_end_object(w);
	out_json_end(&j);
}

static enum err cmd_ask_read_organisation(struct ctl *ctl, struct question *q)
{
	struct sql_organization_find_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_organization_find, org, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	*q = (struct question){ .org_id = org,
		.organization = row.name,
		.bot_mode = BOT_ACTIVE,
		.bot_mode_known = true,
		.has_text = true,
		.now_s = clock_wall_ms() / 1000,
		.language = row.language,
		.skills_revision = row.skills_revision };
	settings_read(ctl->pool, row.settings, &q->settings);
	const char *now = arg_text(ctl, "now");
	if (now && !calendar_parse_moment(str_of(now), &q->now_s))
		return explain(&ctl->why, ERR_USAGE, "--now must be a moment such as 2026-12-10T10:30:00+01:00");
	return ERR_OK;
}

static void cmd_ask_answered(void *arg)
{
	*(bool *)arg = true;
}

static void held_begin(struct held *held)
{
	if (held->pool)
		pool_free(held->pool);
	*held = (struct held){ .pool = pool_new() };
}

static void held_add(struct held *held, const char *from, struct str text)
{
	if (!text.p)
		return;
	if (held->n == TURNS_MOST)
		memmove(held->turns, held->turns + 1, (size_t)--held->n * sizeof(*held->turns));
	held->turns[held->n++] = (struct turn){ .from = str_of(from), .text = pool_str(held->pool, text) };
}

/* What deskbell_commit_answer does with it. */
static void held_commit(struct held *held, const struct question *q, const struct answer *a)
{
	struct buf memory;
	struct json_writer w;
	bool act = a->stage && (!strcmp(a->stage, "act") || !strcmp(a->stage, "clarify"));
	held_add(held, "contact", q->text);
	held_add(held, "bot", a->reply);
	held->replies += a->reply.p != NULL;
	if (a->stage && !act)
		held->consecutive_fallbacks = strcmp(a->stage, "fallback") == 0 ? held->consecutive_fallbacks + 1 : 0;
	held->operator_has_it |= a->hand_over;
	if (!a->stage)
		return;
	buf_init(&memory, 1 << 20);
	json_writer_init(&w, &memory);
	conversation_memory_write(&w, &a->memory);
	conversation_memory_read(held->pool, buf_str(&memory), &held->memory);
	buf_fini(&memory);
}

static void held_show(const struct held *held, struct question *q)
{
	q->recent = (struct turn *)held->turns;
	q->n_recent = held->n;
	q->memory = held->memory;
	q->consecutive_fallbacks = held->consecutive_fallbacks;
	q->replies_last_hour = held->replies;
	q->operator_has_it = held->operator_has_it;
}

/* Why there is no answer, as the sender would decide. */
static bool is_refused(const struct refusal *refusal, const struct question *q, struct answer *a)
{
	if (!refusal->code)
		return false;
	*a = (struct answer){ .reason = refusal->code, .attention = refusal->attention, .memory = q->memory };
	return true;
}

static enum err answer_line(struct asking *asking, struct pool *pool, struct str line)
{
	struct answer a;
	bool done = false;
	asking->q.text = line;
	held_show(&asking->held, &asking->q);
	struct refusal refusal = guard_refuses(pool, &asking->q, 1);
	if (!asking->turns || !is_refused(&refusal, &asking->q, &a)) {
		pipeline_answer(asking->pipeline, pool, &asking->q, &a, cmd_ask_answered, &done);
		while (!done)
			http_client_run(asking->http, NULL, 0, 1000);
		if (a.db_unreachable)
			return ERR_DB_UNREACHABLE;
		refusal = guard_refuses_reply(pool, &asking->q, a.reply);
		(void)is_refused(&refusal, &asking->q, &a);
	}
	print_answer(&a);
	fflush(stdout);
	if (asking->turns)
		held_commit(&asking->held, &asking->q, &a);
	return ERR_OK;
}

static enum err answer_lines(struct asking *asking)
{
	struct pool *pool = pool_new();
	enum err e = ERR_OK;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	ctl_invite("one message a line");
	while (e == ERR_OK && !ferror(stdout) && (n = getline(&line, &room, stdin)) >= 0) {
		struct str text = str_trim((struct str){ line, (size_t)n });
		if (asking->turns && !text.n)
			held_begin(&asking->held);
		else
			e = answer_line(asking, pool, text);
		pool_reset(pool);
	}
	free(line);
	pool_free(pool);
	return e;
}

enum err ctl_ask(struct ctl *ctl)
{
	struct asking asking = { .turns = arg_flag(ctl, "turns") };
	const struct crypt_keys *keys = NULL;
	enum err e = cmd_ask_read_organisation(ctl, &asking.q);
	/* Only the key of a model's endpoint is sealed: without a key file one can still ask. */
	if (e == ERR_OK && *ctl->conf.key_file)
		e = ctl_load_keys(ctl, &keys);
	if (e != ERR_OK)
		return e;
	asking.http = http_client_new(&(struct http_client_options){ .max_connections = 1 });
	e = pipeline_new(&ctl->conf, ctl->db, keys, asking.http, &asking.pipeline, &ctl->why);
	if (e == ERR_OK)
		e = pipeline_prepare(asking.pipeline, asking.q.org_id, asking.q.skills_revision);
	held_begin(&asking.held);
	if (e == ERR_OK)
		e = answer_lines(&asking);
	pool_free(asking.held.pool);
	pipeline_free(asking.pipeline);
	http_client_free(asking.http);
	return e == ERR_OK && ferror(stdin) ? explain(&ctl->why, ERR_IO, "standard input cannot be read") : e;
}
