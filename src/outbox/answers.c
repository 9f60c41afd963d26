/*
 * answers.c - works out the answers that are due.
 *
 * A job is claimed under a lease, worked out outside of any transaction - perhaps over many rounds, while a model is
 * asked - and committed, together with the others of its round, only if the conversation's version is still the one
 * that was read (deskbell_commit_answer). Never sends. Dies anywhere without loss: the lease runs out and the job is
 * due again; what this sender itself lost with its connection it claims again at once, because it says which
 * conversations it is really working on.
 */
#include "outbox/sender.h"

#include "answer/findings.h"
#include "answer/guard.h"
#include "answer/llm/endpoints.h"
#include "channel/reply-content.h"
#include "channel/reply-parts.h"
#include "core/clock.h"
#include "core/process/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/text.h"
#include "outbox/busy.h"
#include "outbox/open-channels.h"

#include <stdlib.h>

#define TRANSCRIPT_WAIT_S 120 /* how long an answer waits for a voice note to be written down, */
#define TRANSCRIPT_PAUSE_S 2  /* and how often it looks; the transcript itself makes it due at once */
#define BURST_MAX_BYTES 16384 /* of what a customer wrote since the last answer */

struct answer_job {
	struct busy busy; /* among those of the sender */
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* holds the job itself */
	const struct channel_ops *ops;
	int64_t channel_id, version, attempts;
	bool hears_later; /* a voice note among the messages may be written down in a moment */
	struct str external_id, config, messages;
	const struct json *received; /* of the messages, the last one last: id, topic */
	struct question q;
	struct answer answer;
	const char *refusal;                 /* why there is no reply, a code; NULL: there is one */
	const struct reply_content *content; /* that goes along with the reply; NULL: none */
	int64_t began_us;
	struct str decision;     /* as deskbell_commit_answer takes it, once it is known */
	struct answer_job *next; /* among those that wait to be committed */
};

static void read_recent(struct answer_job *job, struct str text)
{
	const struct json *list;
	if (str_is_empty(text) || json_parse(job->pool, text, &list, NULL) != ERR_OK)
		return;
	job->q.recent = pool_new_array(job->pool, json_length(list), struct turn);
	for (size_t i = 0; i < json_length(list); i++) {
		const struct json *turn = json_at(list, i);
		job->q.recent[job->q.n_recent++] = (struct turn){ .from = json_str(json_get(turn, "from")),
			.text = json_str(json_get(turn, "text")),
			.age_s = json_double(json_get(turn, "age_s"), 0) };
	}
}

/* What came last of a burst that is too long to be worked with, from the beginning of a message where there is one. */
static struct str last_of_burst(struct str text)
{
	if (text.n <= BURST_MAX_BYTES)
		return text;
	text = (struct str){ text.p + text.n - BURST_MAX_BYTES, BURST_MAX_BYTES };
	while (text.n && ((unsigned char)*text.p & 0xc0) == 0x80)
		text = (struct str){ text.p + 1, text.n - 1 };
	struct str rest = text;
	(void)str_take_until(&rest, '\n');
	return str_is_empty(rest) ? text : rest;
}

static void read_question(struct answer_job *job, const struct sql_claim_answers_row *row)
{
	struct pool *pool = job->pool;
	struct question *q = &job->q;
	*q = (struct question){ .org_id = job->org->org_id,
		.conversation_id = row->conversation_id,
		.organization = pool_str(pool, row->organization),
		.operator_has_it = str_equal(row->agent, STR("operator")),
		.noticed = row->noticed,
		.has_contents = row->has_contents,
		.now_s = clock_wall_ms() / 1000,
		.has_window = job->ops && job->ops->has_window,
		.message_age_s = row->message_age_s,
		.window_age_s = row->has_window_age_s ? row->window_age_s : 1e12,
		.consecutive_fallbacks = row->consecutive_fallbacks,
		.replies_last_hour = row->replies_last_hour,
		.text = pool_str(pool, last_of_burst(row->message_text)),
		.language = pool_str(pool, row->language),
		.skills_revision = row->skills_revision };
	q->has_text = !str_is_empty(q->text);
	q->bot_mode_known =
		bot_mode_parse(row->bot_mode, &q->bot_mode) && settings_read(pool, row->settings, &q->settings);
	read_recent(job, row->recent);
	conversation_memory_read(pool, row->memory, &q->memory);
}

static struct answer_job *answers_job_new(
	struct sender *s, struct org_work *org, const struct sql_claim_answers_row *row)
{
	struct pool *pool = pool_new();
	struct answer_job *job = pool_new_of(pool, struct answer_job);
	*job = (struct answer_job){ .sender = s,
		.org = org,
		.pool = pool,
		.ops = channel_find(row->platform),
		.channel_id = row->channel_id,
		.version = row->version,
		.attempts = row->attempts,
		.hears_later = row->hears_later,
		.external_id = pool_str(pool, row->external_id),
		.config = pool_str(pool, row->config),
		.messages = pool_str(pool, row->messages),
		.began_us = clock_mono_us() };
	read_question(job, row);
	if (json_parse(pool, row->received, &job->received, NULL) != ERR_OK)
		job->received = NULL;
	busy_add(&s->answers, &job->busy, org->org_id, job->q.conversation_id);
	works_hold(&s->works, org, WORK_ANSWER, 1);
	return job;
}

static void answers_job_free(struct answer_job *job)
{
	busy_remove(&job->sender->answers, &job->busy);
	works_hold(&job->sender->works, job->org, WORK_ANSWER, -1);
	pool_free(job->pool);
}

static void answers_told(void *arg, const struct http_response *response)
{
	(void)response;
	pool_free(arg);
}

/* Fills a request about a customer's message; NULL where the platform has none. */
typedef enum err (*build_request)(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out);

/* Tells the platform something of the nth message. Nothing waits for it and nothing depends on it. */
static void answers_tell(const struct answer_job *job, build_request build, size_t n)
{
	const struct json *item = json_at(job->received, n);
	struct received message = { json_str(json_get(item, "id")), json_get(item, "topic") };
	struct sender *s = job->sender;
	struct http_request request;
	if (!build || !job->config.p)
		return;
	struct pool *pool = pool_new();
	struct channel channel = { .org_id = job->q.org_id,
		.id = job->channel_id,
		.ops = job->ops,
		.external_id = pool_str(pool, job->external_id) };
	if (open_channels_get(s->channels, pool, job->config, &channel, NULL) != ERR_OK
		|| build(pool, s->conf, &channel, &message, &request) != ERR_OK) {
		pool_free(pool);
		return;
	}
	request.done = answers_told;
	request.arg = pool;
	http_client_submit(s->http, &request);
}

/* Every one of them: the customer may have pressed two buttons, or written something after it. */
static void answers_acknowledge(const struct answer_job *job)
{
	for (size_t i = 0; job->ops && i < json_length(job->received); i++)
		answers_tell(job, job->ops->build_acknowledge, i);
}

/* The customer sees that an answer is being written. */
static void show_typing(const struct answer_job *job)
{
	size_t n = json_length(job->received);
	if (job->sender->conf->answer_typing == CONF_ON && job->q.bot_mode == BOT_ACTIVE && job->ops && n)
		answers_tell(job, job->ops->build_seen, n - 1);
}

static const char *outcome_of(const struct answer_job *job)
{
	if (job->refusal)
		return "silent";
	return job->q.bot_mode == BOT_SHADOW ? "draft" : "replied";
}

/* Leads are worked out in shadow mode too, but not where the bot is off, nor, unless it is allowed, where a person is
 * at work. */
static bool wants_lead(const struct answer_job *job)
{
	const struct question *q = &job->q;
	return q->bot_mode_known && q->bot_mode != BOT_OFF && q->has_text && q->settings.leads
	       && (!q->operator_has_it || q->settings.leads_while_operator);
}

/* Whose file or place goes along with the answer; 0 for the fallback's. */
static const char *answers_content_owner(const struct answer_job *job, int64_t *owner_id)
{
	*owner_id = job->answer.skill_id;
	return *owner_id ? REPLY_OF_SKILL : REPLY_OF_FALLBACK;
}

/* It is sent without what cannot be found: the text answers, too. */
static void answers_find_content(struct answer_job *job)
{
	const struct answer *answer = &job->answer;
	bool is_fallback = answer->stage && !strcmp(answer->stage, "fallback") && !answer->hand_over;
	struct reply_content *found;
	int64_t id;
	const char *owner = answers_content_owner(job, &id);
	if (!job->q.has_contents || (!answer->skill_id && !is_fallback))
		return;
	enum err e = reply_content_find(job->sender->db, job->pool, job->q.org_id, owner, id, &found);
	if (e != ERR_OK)
		LOG_WARN("answer.without_content", F_INT("org", job->q.org_id), F_CSTR("error", err_info(e)->name));
	job->content = e == ERR_OK ? found : NULL;
}

static void answers_write_content(const struct answer_job *job, struct json_writer *w)
{
	int64_t id;
	const char *owner = answers_content_owner(job, &id);
	json_key(w, "content");
	json_begin_object(w);
	json_member_str(w, "owner", str_of(owner));
	json_member_i64(w, "id", id);
	json_end_object(w);
}

static void write_detail(struct answer_job *job, struct json_writer *w)
{
	json_key(w, "detail");
	json_begin_object(w);
	json_member_str(w, "bot_mode", str_of(bot_mode_name(job->q.bot_mode)));
	json_member_str(w, "agent", job->q.operator_has_it ? STR("operator") : STR("bot"));
	json_member_i64(w, "took_us", clock_mono_us() - job->began_us);
	json_member_str(w, "skill", job->answer.skill);
	if (job->content)
		answers_write_content(job, w);
	if (job->answer.findings) {
		json_key(w, "stages");
		findings_write(w, &job->answer);
	}
	json_end_object(w);
}

static void write_buttons(const struct answer_job *job, struct json_writer *w)
{
	json_key(w, "buttons");
	json_begin_array(w);
	for (int i = 0; i < job->answer.n_buttons; i++)
		json_write_str(w, job->answer.buttons[i]);
	json_end_array(w);
}

/* What deskbell_commit_answer takes. */
static struct str decision_of(struct answer_job *job)
{
	const char *outcome = outcome_of(job);
	struct str reply = strcmp(outcome, "replied") == 0 ? job->answer.reply : STR_NONE;
	struct buf b;
	struct json_writer w;
	buf_init(&b, 16u << 20);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_i64(&w, "version", job->version);
	json_key(&w, "messages");
	json_write_raw(&w, job->messages);
	json_member_str(&w, "outcome", str_of(outcome));
	json_member_str(&w, "stage", str_of(job->answer.stage));
	json_member_str(&w, "reason", str_of(job->refusal ? job->refusal : job->answer.reason));
	write_detail(job, &w);
	json_member_str(&w, "draft", job->answer.reply);
	reply_parts_write(&w, job->pool, reply, job->ops, job->content);
	write_buttons(job, &w);
	json_member_str(&w, "attention", str_of(job->answer.attention));
	json_member_bool(&w, "hand_over", job->answer.hand_over);
	if (job->answer.stage) {
		json_key(&w, "memory");
		conversation_memory_write(&w, &job->answer.memory);
	}
	json_member_bool(&w, "wants_lead", wants_lead(job));
	json_end_object(&w);
	return pool_take(job->pool, &b);
}

static enum err answers_commit(struct answer_job *job, struct str *became)
{
	struct sql_commit_answer_rows rows;
	enum err e = ERR_DB_RACE;
	for (int i = 0; i < 5 && e == ERR_DB_RACE; i++)
		e = sql_commit_answer(
			job->sender->db, job->pool, job->q.org_id, job->q.conversation_id, job->decision, &rows);
	if (e == ERR_OK)
		*became = sql_commit_answer_row(&rows, 0).became;
	return e;
}

/* An answer that cannot be committed for a reason of its own is not lost: the job comes again, later and later. */
static void answers_postpone(struct answer_job *job)
{
	int64_t pause_s = jobs_pause_s(job->attempts);
	if (sql_postpone_answer(job->sender->db, job->pool, job->q.org_id, job->q.conversation_id, pause_s) != ERR_OK)
		LOG_WARN("answer.lease_kept", F_INT("conversation", job->q.conversation_id));
}

/* The answer, or why there is none, is known: it waits for answers_store. */
static void answers_conclude(struct answer_job *job)
{
	job->decision = decision_of(job);
	job->next = job->sender->concluded;
	job->sender->concluded = job;
}

/* Ends a job whose commit came to this. */
static void answers_end(struct answer_job *job, enum err e, struct str became)
{
	if (e == ERR_DB_UNREACHABLE) {
		job->sender->db_lost = true;
	} else if (e != ERR_OK) {
		answers_postpone(job);
	} else {
		if (!strcmp(outcome_of(job), "replied"))
			works_due(&job->sender->works, job->org, WORK_DELIVERY);
		if (wants_lead(job))
			works_due(&job->sender->works, job->org, WORK_LEAD);
	}
	histogram_add(&job->sender->answer_times, clock_mono_us() - job->began_us);
	LOG_INFO("answer.decided", F_INT("org", job->q.org_id), F_INT("conversation", job->q.conversation_id),
		F_CSTR("outcome", outcome_of(job)), F_CSTR("stage", job->answer.stage ? job->answer.stage : "guard"),
		F_STR("became", became), F_INT("took_us", clock_mono_us() - job->began_us),
		F_CSTR("error", err_info(e)->name));
	answers_job_free(job);
}

static int answers_by_key(const void *a, const void *b)
{
	const struct question *x = &(*(struct answer_job *const *)a)->q, *y = &(*(struct answer_job *const *)b)->q;
	if (x->org_id != y->org_id)
		return x->org_id < y->org_id ? -1 : 1;
	return x->conversation_id < y->conversation_id ? -1 : x->conversation_id > y->conversation_id;
}

/* Takes what waits out of the sender, in the order of the keys: two senders never wait for each other. */
static int answers_take_concluded(struct sender *s, struct pool *pool, struct answer_job ***jobs)
{
	int n = 0;
	for (const struct answer_job *job = s->concluded; job; job = job->next)
		n++;
	*jobs = pool_new_array(pool, (size_t)n + 1, struct answer_job *);
	for (int i = 0; i < n; i++, s->concluded = s->concluded->next)
		(*jobs)[i] = s->concluded;
	qsort(*jobs, (size_t)n, sizeof(**jobs), answers_by_key);
	return n;
}

static enum err answers_commit_together(
	struct sender *s, struct pool *pool, struct answer_job *const *jobs, int n, struct sql_commit_answer_row *rows)
{
	struct sql_commit_answer_args *args = pool_new_array(pool, (size_t)n, struct sql_commit_answer_args);
	for (int i = 0; i < n; i++)
		args[i] = (struct sql_commit_answer_args){ .org_id = jobs[i]->q.org_id,
			.conversation_id = jobs[i]->q.conversation_id,
			.decision = jobs[i]->decision };
	return sql_commit_answer_each(s->db, pool, n, args, rows);
}

bool answers_store(struct sender *s)
{
	struct answer_job **jobs;
	if (!s->concluded)
		return true;
	struct pool *pool = pool_new();
	int n = answers_take_concluded(s, pool, &jobs);
	struct sql_commit_answer_row *rows = pool_new_array(pool, (size_t)n, struct sql_commit_answer_row);
	crash_point("answer-before-commit");
	int64_t began_us = clock_mono_us();
	enum err e = answers_commit_together(s, pool, jobs, n, rows);
	crash_point("answer-after-commit");
	int64_t took_us = clock_mono_us() - began_us;
	for (int i = 0; i < n; i++)
		works_charged(&s->works, jobs[i]->org, WORK_ANSWER, 1, n, took_us);
	s->db_lost = e == ERR_DB_UNREACHABLE;
	for (int i = 0; i < n; i++) {
		struct str became = STR_NONE;
		enum err own = s->db_lost ? ERR_DB_UNREACHABLE : e;
		if (own == ERR_OK)
			became = rows[i].became;
		else if (own != ERR_DB_UNREACHABLE)
			own = answers_commit(jobs[i], &became);
		answers_end(jobs[i], own, became);
	}
	pool_free(pool);
	return !s->db_lost;
}

static void answers_refuse(struct answer_job *job, const struct refusal *refusal)
{
	job->refusal = refusal->code;
	job->answer.attention = refusal->attention;
	job->answer.hand_over = false;
}

/* The pipeline has its answer. */
static void answers_answered(void *arg)
{
	struct answer_job *job = arg;
	if (job->answer.db_unreachable) {
		job->sender->db_lost = true;
		answers_job_free(job);
		return;
	}
	struct refusal refusal = guard_refuses_reply(job->pool, &job->q, job->answer.reply);
	if (refusal.code)
		answers_refuse(job, &refusal);
	else if (!job->answer.reply.p)
		job->refusal = job->answer.reason;
	else
		answers_find_content(job);
	answers_conclude(job);
}

/* A message without text may get the organisation's notice instead of an answer. */
static bool takes_notice(const struct answer_job *job, const struct refusal *refusal)
{
	const struct question *q = &job->q;
	return refusal->notice && q->bot_mode == BOT_ACTIVE && !q->noticed && q->settings.unsupported_notice.n;
}

static void answers_work_out(struct answer_job *job)
{
	struct sender *s = job->sender;
	answers_acknowledge(job);
	if (!job->q.bot_mode_known) {
		LOG_ERROR("answer.settings_unreadable", F_INT("org", job->q.org_id));
		answers_postpone(job);
		answers_job_free(job);
		return;
	}
	struct refusal refusal = guard_refuses(job->pool, &job->q, s->conf->answer_stale_after_s);
	if (takes_notice(job, &refusal)) {
		job->answer = (struct answer){ .stage = "notice",
			.reason = CODE(unsupported_notice),
			.reply = job->q.settings.unsupported_notice,
			.memory = job->q.memory };
		answers_conclude(job);
	} else if (refusal.code) {
		answers_refuse(job, &refusal);
		answers_conclude(job);
	} else {
		show_typing(job);
		pipeline_answer(s->pipeline, job->pool, &job->q, &job->answer, answers_answered, job);
	}
}

/* A voice note is written down first, unless that takes too long; without a transcript it is answered as ever. */
static bool answers_hold(struct answer_job *job)
{
	const struct question *q = &job->q;
	if (!job->hears_later || !q->bot_mode_known || q->bot_mode == BOT_OFF || q->operator_has_it
		|| q->message_age_s > TRANSCRIPT_WAIT_S
		|| !endpoint_is_set(pipeline_endpoints(job->sender->pipeline), &q->settings, ENDPOINT_TRANSCRIPTION))
		return false;
	enum err e = sql_hold_answer(job->sender->db, job->pool, q->org_id, q->conversation_id, TRANSCRIPT_PAUSE_S);
	if (e == ERR_DB_UNREACHABLE)
		job->sender->db_lost = true;
	if (e != ERR_OK)
		LOG_WARN("answer.lease_kept", F_INT("conversation", q->conversation_id));
	answers_job_free(job);
	return true;
}

static void answers_start(struct sender *s, struct org_work *org, struct db_result *result, int row)
{
	const struct sql_claim_answers_row claimed =
		sql_claim_answers_row(&(struct sql_claim_answers_rows){ result, db_rows(result) }, row);
	if (row == 0)
		crash_point("answer-after-claim");
	struct answer_job *job = answers_job_new(s, org, &claimed);
	if (!answers_hold(job))
		answers_work_out(job);
}

int answers_run(struct sender *s)
{
	return jobs_run(s, &(const struct claim){ .work = WORK_ANSWER,
				   .statement = &sql_claim_answers_statement,
				   .busy = &s->answers,
				   .lease_s = s->conf->outbox_lease_s,
				   .start = answers_start });
}
