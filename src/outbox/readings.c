/*
 * readings.c - has voice notes written down and pictures described, where an endpoint for that is set.
 *
 * Each file is a job of its own under a lease, made when the file is in the store. What is sent is made ready in the
 * background: a voice note is opened, a picture made small and encoded again, without what a camera wrote into it. Then
 * the day's budget is asked, the model, and the text is put into the message (deskbell_reading_done). A voice note goes
 * as it is read, never through memory. A model that fails is asked again later and later, for a day; nothing waits for
 * it but, for a moment, an answer (answers.c). Dies anywhere without loss but of a paid call: the lease runs out.
 */
#include "outbox/sender.h"

#include "answer/llm/endpoints.h"
#include "answer/llm/llm-media.h"
#include "core/log.h"
#include "core/text/reason.h"
#include "db/statements.h"
#include "files/file-store.h"
#include "files/media-type.h"
#include "files/picture.h"

#include <sys/stat.h>
#include <unistd.h>

#define LEASE_SPARE_S 60
#define BUDGET_PAUSE_S 900

struct reading_job {
	struct task task; /* makes ready what is sent; first */
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* holds the job itself */
	int64_t message_id, position;
	enum endpoint_kind kind;
	struct file_key key;
	struct str media_type, language;
	struct endpoint_choice choice;
	int fd; /* of a voice note; -1: not open */
	int64_t bytes;
	struct picture picture; /* of a picture */
	const char *refusal;    /* why it cannot be sent, a code */
};

/* Frees the job. */
static void readings_end(struct reading_job *job, enum err e)
{
	struct sender *s = job->sender;
	if (e == ERR_DB_UNREACHABLE)
		s->db_lost = true;
	if (e != ERR_OK)
		LOG_WARN("reading.not_recorded", F_INT("org", job->org->org_id), F_INT("message", job->message_id),
			F_CSTR("error", err_info(e)->name));
	if (job->fd >= 0)
		close(job->fd);
	works_hold(&s->works, job->org, WORK_READING, -1);
	pool_free(job->pool);
}

/* `pause_s` of -1: later and later. */
static void readings_fail(struct reading_job *job, struct str reason, bool final, int64_t pause_s)
{
	LOG_WARN("reading.failed", F_INT("org", job->org->org_id), F_INT("message", job->message_id),
		F_STR("reason", reason), F_INT("final", final));
	readings_end(job, sql_reading_failed(job->sender->db, job->pool,
				  &(struct sql_reading_failed_args){ .org_id = job->org->org_id,
					  .message_id = job->message_id,
					  .position = job->position,
					  .reason = reason,
					  .final = final,
					  .pause_s = pause_s }));
}

static void readings_came(void *arg, const struct llm_reading *reading)
{
	struct reading_job *job = arg;
	struct sender *s = job->sender;
	struct sql_reading_done_rows rows;
	const int64_t org = job->org->org_id;
	if (!reading->text.p && http_client_is_closing(s->http)) {
		readings_end(job, ERR_OK); /* the next sender goes on when the lease has run out */
		return;
	}
	if (sql_llm_used(s->db, job->pool, org, str_of(endpoint_kind_names[job->kind]), !reading->text.p,
		    reading->cost.prompt_tokens, reading->cost.completion_tokens)
		!= ERR_OK)
		LOG_WARN("reading.usage_not_counted", F_INT("org", org));
	if (!reading->text.p) {
		readings_fail(job, reading->reason, reading->final, -1);
		return;
	}
	enum err e = sql_reading_done(s->db, job->pool, org, job->message_id, job->position, reading->text, &rows);
	if (e == ERR_OK) {
		LOG_INFO("reading.stored", F_INT("org", org), F_INT("message", job->message_id),
			F_CSTR("kind", endpoint_kind_names[job->kind]), F_INT("took_us", reading->cost.took_us));
		works_due(&s->works, job->org, WORK_ANSWER);
	}
	readings_end(job, e);
}

/* ---- in a thread ---- */

static void readings_open_voice(struct reading_job *job)
{
	struct stat st;
	job->fd = file_store_open(job->sender->conf, &job->key);
	if (job->fd < 0 || fstat(job->fd, &st) != 0)
		job->refusal = CODE(reading_no_file);
	else if (st.st_size > LLM_VOICE_MAX_BYTES)
		job->refusal = CODE(reading_too_large);
	else
		job->bytes = st.st_size;
}

static void readings_make_picture(struct reading_job *job)
{
	struct explain why = { "" };
	const char *program = job->sender->picture_program;
	int fd = file_store_open(job->sender->conf, &job->key);
	if (fd < 0)
		job->refusal = CODE(reading_no_file);
	else if (!picture_is_read(program, job->media_type)
		 || picture_make(job->pool, program, PICTURE_PREVIEW, job->media_type, fd, &job->picture, &why)
			    != ERR_OK)
		job->refusal = CODE(reading_no_picture);
	if (fd >= 0)
		close(fd);
}

static void readings_prepare(struct task *task, struct db *db)
{
	struct reading_job *job = (struct reading_job *)task;
	(void)db;
	if (job->kind == ENDPOINT_TRANSCRIPTION)
		readings_open_voice(job);
	else
		readings_make_picture(job);
}

/* ---- on the loop ---- */

static void readings_ask(struct reading_job *job)
{
	struct sender *s = job->sender;
	if (job->kind == ENDPOINT_VISION) {
		llm_describe(s->http, job->pool, &job->choice.endpoint, job->picture.bytes, job->language,
			readings_came, job);
		return;
	}
	const struct llm_upload voice = { .fd = job->fd,
		.bytes = job->bytes,
		.name = pool_printf(job->pool, "voice%s", media_type_extension(job->media_type)),
		.type = job->media_type };
	job->fd = -1;
	llm_transcribe(s->http, job->pool, &job->choice.endpoint, &voice, readings_came, job);
}

static void readings_prepared(struct task *task)
{
	struct reading_job *job = (struct reading_job *)task;
	struct sender *s = job->sender;
	struct sql_llm_reserve_rows rows;
	if (job->refusal) {
		/* A file that cannot be read now may be in a service that does not answer now. */
		readings_fail(job, str_of(job->refusal), strcmp(job->refusal, CODE(reading_no_file)) != 0, -1);
		return;
	}
	if (http_client_is_closing(s->http)) {
		readings_end(job, ERR_OK);
		return;
	}
	enum err e = sql_llm_reserve(s->db, job->pool, job->org->org_id, str_of(endpoint_kind_names[job->kind]),
		job->choice.daily_calls, &rows);
	if (e != ERR_OK)
		readings_end(job, e);
	else if (!sql_llm_reserve_row(&rows, 0).is_reserved)
		readings_fail(job, str_of(CODE(daily_budget_used)), false, BUDGET_PAUSE_S);
	else
		readings_ask(job);
}

static struct reading_job *readings_job_new(
	struct sender *s, struct org_work *org, const struct sql_claim_readings_row *row)
{
	struct pool *pool = pool_new();
	struct reading_job *job = pool_new_of(pool, struct reading_job);
	*job = (struct reading_job){ .sender = s,
		.org = org,
		.pool = pool,
		.message_id = row->message_id,
		.position = row->n,
		.kind = str_equal(row->kind, STR("voice")) ? ENDPOINT_TRANSCRIPTION : ENDPOINT_VISION,
		.key = { .org_id = org->org_id },
		.media_type = pool_str(pool, row->media_type),
		.language = pool_str(pool, row->language),
		.fd = -1 };
	if (!crypt_unhex(row->sha256, job->key.sha256, sizeof(job->key.sha256)))
		job->refusal = CODE(reading_no_file);
	works_hold(&s->works, org, WORK_READING, 1);
	return job;
}

static void readings_start(struct sender *s, struct org_work *org, struct db_result *result, int row)
{
	const struct sql_claim_readings_row claimed =
		sql_claim_readings_row(&(struct sql_claim_readings_rows){ result, db_rows(result) }, row);
	struct reading_job *job = readings_job_new(s, org, &claimed);
	struct settings settings;
	struct explain why = { "" };
	if (!settings_read(job->pool, pool_str(job->pool, claimed.settings), &settings)
		|| !endpoint_find(job->pool, pipeline_endpoints(s->pipeline), org->org_id, &settings, job->kind,
			&job->choice, &why)) {
		/* Without words there is none any more. */
		readings_fail(
			job, *why.text ? explain_stored(&why) : str_of(CODE(reading_no_endpoint)), !*why.text, -1);
		return;
	}
	job->task = (struct task){ .run = readings_prepare, .done = readings_prepared };
	background_submit(s->background, &job->task);
}

int readings_run(struct sender *s)
{
	const struct conf *conf = s->conf;
	int64_t most_ms = conf->transcription_timeout_ms > conf->vision_timeout_ms ? conf->transcription_timeout_ms
										   : conf->vision_timeout_ms;
	return jobs_run(s, &(const struct claim){ .work = WORK_READING,
				   .statement = &sql_claim_readings_statement,
				   .lease_s = most_ms / 1000 + LEASE_SPARE_S,
				   .start = readings_start });
}
