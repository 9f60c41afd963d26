/*
 * answers.c - works out the answers that are due.
 *
 * A job is claimed under a lease, worked out outside of any transaction and committed only if the conversation's
 * version is still the one that was read (deskbell_commit_answer). Never sends. Dies anywhere without loss: the lease
 * runs out and the job is due again.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/text.h"
#include "domain/wake.h"

#define BATCH 32
#define TAG_BYTES 16

/* Columns of claim_answers. */
enum {
	ORG,
	CONVERSATION,
	REV,
	ATTEMPTS,
	BOT_MODE,
	FALLBACK,
	LANGUAGE,
	SKILLS_REVISION,
	PLATFORM,
	AGENT,
	VERSION,
	WINDOW_AGE,
	UP_TO,
	TEXT_LIKE,
	MESSAGE_AGE,
	TEXT,
	CHANNEL,
	EXTERNAL,
	CONFIG,
	LAST_PROVIDER_ID,
	SKILL_THRESHOLD
};

struct job {
	struct pool *pool;
	const struct db_result *r;
	int row;
	const struct channel_ops *ops;
	struct question q;
	struct answer answer;
	const char *refusal; /* a guard's words, or NULL */
	int64_t took_us;
};

static void read_question(struct job *job)
{
	const struct db_result *r = job->r;
	int row = job->row;
	job->ops = channel_find(db_str(r, row, PLATFORM));
	job->q = (struct question){ .org_id = db_int(r, row, ORG),
		.conversation_id = db_int(r, row, CONVERSATION),
		.operator_has_it = str_equal(db_str(r, row, AGENT), STR("operator")),
		.has_text = db_int(r, row, TEXT_LIKE) > 0,
		.has_window = job->ops && job->ops->has_window,
		.message_age_s = db_double(r, row, MESSAGE_AGE),
		.window_age_s = db_is_null(r, row, WINDOW_AGE) ? 1e12 : db_double(r, row, WINDOW_AGE),
		.text = db_str(r, row, TEXT),
		.language = db_str(r, row, LANGUAGE),
		.fallback_text = db_str(r, row, FALLBACK),
		.skills_revision = db_int(r, row, SKILLS_REVISION),
		.skill_threshold = db_double(r, row, SKILL_THRESHOLD) };
	job->q.bot_mode_known = bot_mode_parse(db_str(r, row, BOT_MODE), &job->q.bot_mode);
}

static void seen(void *arg, const struct http_response *response)
{
	(void)response;
	pool_free(arg);
}

/* Tells the customer that somebody is at it. Nothing waits for it and nothing depends on it. */
static void show_typing(struct sender *s, const struct job *job)
{
	struct http_request request;
	if (s->conf->answer_typing == CONF_OFF || job->q.bot_mode != BOT_ACTIVE || !job->ops || !job->ops->build_seen
		|| db_is_null(job->r, job->row, CONFIG))
		return;
	struct pool *pool = pool_new();
	struct channel channel = { .org_id = job->q.org_id,
		.id = db_int(job->r, job->row, CHANNEL),
		.ops = job->ops,
		.external_id = pool_str(pool, db_str(job->r, job->row, EXTERNAL)) };
	if (channel_open(pool, s->keys, db_str(job->r, job->row, CONFIG), &channel, NULL) != ERR_OK
		|| job->ops->build_seen(pool, s->conf, &channel, db_str(job->r, job->row, LAST_PROVIDER_ID), &request)
			   != ERR_OK) {
		pool_free(pool);
		return;
	}
	request.done = seen;
	request.arg = pool;
	http_client_submit(s->http, &request);
}

/* The reply as parts that the platform takes, each with a tag of its own, as array literals. */
static void write_parts(struct job *job, struct buf *parts, struct buf *tags)
{
	struct db_array part_list, tag_list;
	struct text_parts split = { NULL, 0 };
	if (!job->refusal && job->q.bot_mode == BOT_ACTIVE)
		split = text_split(job->pool, job->answer.reply, job->ops ? job->ops->text_max_utf16 : 4096);
	db_array_begin(&part_list, parts);
	db_array_begin(&tag_list, tags);
	for (int i = 0; i < split.n; i++) {
		struct buf tag;
		buf_init(&tag, 64);
		buf_add_cstr(&tag, "db.");
		crypt_random_token(&tag, TAG_BYTES);
		db_array_text(&part_list, split.parts[i]);
		db_array_text(&tag_list, buf_str(&tag));
		buf_fini(&tag);
	}
	db_array_end(&part_list);
	db_array_end(&tag_list);
}

static const char *outcome_of(const struct job *job)
{
	if (job->refusal)
		return "silent";
	return job->q.bot_mode == BOT_SHADOW ? "draft" : "replied";
}

static struct str detail_of(struct job *job)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, 1 << 20);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "bot_mode", str_of(bot_mode_name(job->q.bot_mode)));
	json_member_str(&w, "agent", job->q.operator_has_it ? STR("operator") : STR("bot"));
	json_member_i64(&w, "took_us", job->took_us);
	json_member_str(&w, "skill", job->answer.skill);
	if (!str_is_empty(job->answer.detail)) {
		json_key(&w, "stages");
		json_write_raw(&w, job->answer.detail);
	}
	json_end_object(&w);
	struct str detail = pool_str(job->pool, buf_str(&b));
	buf_fini(&b);
	return detail;
}

static enum err commit(struct sender *s, struct job *job, struct str *became)
{
	struct buf parts, tags;
	struct db_result *r;
	buf_init(&parts, 4 << 20);
	buf_init(&tags, 1 << 20);
	write_parts(job, &parts, &tags);
	enum err e = DB_QUERY(s->db, job->pool, &sql_commit_answer, &r, DB_INT(job->q.org_id),
		DB_INT(job->q.conversation_id), DB_INT(db_int(job->r, job->row, REV)),
		DB_INT(db_int(job->r, job->row, VERSION)), DB_INT(db_int(job->r, job->row, UP_TO)),
		DB_CSTR(outcome_of(job)), DB_CSTR(job->answer.stage),
		DB_CSTR(job->refusal ? job->refusal : job->answer.reason), DB_TEXT(detail_of(job)),
		DB_TEXT(job->answer.reply), DB_TEXT(buf_str(&parts)), DB_TEXT(buf_str(&tags)),
		DB_BOOL(job->answer.hand_over));
	buf_fini(&parts);
	buf_fini(&tags);
	if (e == ERR_OK)
		*became = db_str(r, 0, 0);
	return e;
}

/* An answer that cannot be committed for a reason of its own is not lost: the job comes again, later and later. */
static void postpone(struct sender *s, struct job *job)
{
	int64_t attempts = db_int(job->r, job->row, ATTEMPTS);
	int64_t pause_s = attempts >= 6 ? 600 : (int64_t)5 << attempts;
	if (DB_QUERY(s->db, job->pool, &sql_postpone_answer, NULL, DB_INT(job->q.org_id),
		    DB_INT(job->q.conversation_id), DB_INT(pause_s))
		!= ERR_OK)
		LOG_WARN("answer.lease_kept", F_INT("conversation", job->q.conversation_id));
}

static enum err run_job(struct sender *s, struct job *job)
{
	int64_t began = clock_mono_us();
	struct str became = STR_NONE;
	enum err e = ERR_DB_RACE;
	read_question(job);
	if (!job->q.bot_mode_known) {
		LOG_ERROR("answer.mode_unreadable", F_INT("org", job->q.org_id));
		postpone(s, job);
		return ERR_OK;
	}
	job->refusal = guard_refuses(&job->q, s->conf->answer_stale_after_s);
	if (!job->refusal) {
		show_typing(s, job);
		pipeline_answer(s->pipeline, job->pool, &job->q, &job->answer);
		/* A stage that could not ask the database falls open to the next; what that found is not the answer. */
		if (db_socket(s->db) < 0)
			return ERR_DB_AWAY;
	}
	job->took_us = clock_mono_us() - began;
	crash_point("answer-before-commit");
	for (int i = 0; i < 5 && e == ERR_DB_RACE; i++)
		e = commit(s, job, &became);
	crash_point("answer-after-commit");
	if (e == ERR_DB_AWAY)
		return e;
	if (e != ERR_OK)
		postpone(s, job);
	LOG_INFO("answer.decided", F_INT("org", job->q.org_id), F_INT("conversation", job->q.conversation_id),
		F_CSTR("outcome", outcome_of(job)), F_CSTR("stage", job->answer.stage ? job->answer.stage : "guard"),
		F_STR("became", became), F_INT("took_us", job->took_us), F_CSTR("error", err_info(e)->name));
	return ERR_OK;
}

int answers_run(struct sender *s)
{
	struct pool *pool = pool_new();
	struct db_result *r;
	int64_t lease_s = s->conf->outbox_lease_s;
	if (DB_QUERY(s->db, pool, &sql_claim_answers, &r, DB_CSTR(s->who), DB_INT(BATCH), DB_INT(lease_s)) != ERR_OK) {
		pool_free(pool);
		return -1;
	}
	int n = db_rows(r);
	if (n)
		crash_point("answer-after-claim");
	for (int row = 0; row < n; row++) {
		struct job job = { .pool = pool_new(), .r = r, .row = row };
		enum err e = run_job(s, &job);
		pool_free(job.pool);
		if (e != ERR_OK) {
			n = -1;
			break;
		}
	}
	pool_free(pool);
	return n;
}
