/*
 * fetch-files.c - the pictures, voice notes and documents of customers' messages, from the platforms into the store.
 *
 * Each file is a job of its own under a lease: the platform is asked where it is, it is streamed to a temporary file,
 * its size and digest are compared with what the platform said, it is renamed into its place, and only then named in
 * the database. Never holds a file in memory, never holds up an answer or a delivery. Dies anywhere without loss: the
 * lease runs out and the file is fetched again. What cannot be had says why (a code in attachments.reason).
 */
#include "outbox/sender.h"

#include "answer/llm/endpoints.h"
#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/quota.h"
#include "files/file-collect.h"
#include "files/file-store.h"
#include "files/media-type.h"
#include "outbox/open-channels.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_US (600 * 1000000LL) /* how often files that nothing names are removed */
#define TEMPORARY_S 86400          /* a temporary file of this age belongs to no program */
#define LEASE_SPARE_S 120          /* more than storing takes */
#define YIELD_US 2000000           /* how long after a reply files take fewer slots */

struct file_job {
	struct task task; /* puts the file into its place, in the background: syncing a large one takes seconds */
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* holds the job itself */
	int64_t message_id, position;
	struct str id;
	int64_t bytes;     /* as the platform said; 0: it did not */
	struct str sha256; /* the same; absent */
	struct channel channel;
	struct file_writer *writer;
	struct {
		bool is_whole, is_kept;
		const char *refusal; /* why it was not kept, a code */
		int64_t bytes;
		struct str sha256;
		struct explain why;
	} kept;
	char head[MEDIA_TYPE_BYTES];
	size_t head_len;
};

/* Frees the job. */
static void fetch_files_end(struct file_job *job, enum err e)
{
	struct sender *s = job->sender;
	if (e == ERR_DB_UNREACHABLE)
		s->db_lost = true;
	if (e != ERR_OK)
		LOG_WARN("file.not_recorded", F_INT("org", job->channel.org_id), F_INT("message", job->message_id),
			F_CSTR("error", err_info(e)->name));
	works_hold(&s->works, job->org, WORK_FILE, -1);
	file_writer_drop(job->writer);
	pool_free(job->pool);
}

static void fetch_files_fail(struct file_job *job, const char *code, bool final)
{
	LOG_WARN("file.failed", F_INT("org", job->channel.org_id), F_INT("message", job->message_id),
		F_CSTR("reason", code), F_INT("final", final));
	fetch_files_end(job, sql_attachment_failed(job->sender->db, job->pool, job->channel.org_id, job->message_id,
				     (int)job->position, str_of(code), final));
}

/* Whether what came is what the platform said. */
static bool fetch_files_is_whole(const struct file_job *job, int64_t bytes, struct str sha256)
{
	if (bytes == 0)
		return false;
	return job->sha256.p ? str_equal(job->sha256, sha256) : job->bytes == 0 || job->bytes == bytes;
}

static enum err fetch_files_record(struct file_job *job, int64_t bytes, struct str sha256)
{
	struct sql_attachment_stored_rows rows;
	const char *type = media_type_of((struct str){ job->head, job->head_len });
	const struct llm_endpoints *installed = pipeline_endpoints(job->sender->pipeline)->installed;
	enum err e = sql_attachment_stored(job->sender->db, job->pool,
		&(struct sql_attachment_stored_args){ .org_id = job->channel.org_id,
			.message_id = job->message_id,
			.position = job->position,
			.sha256 = sha256,
			.bytes = bytes,
			.media_type = str_of(type),
			.transcribes = installed->has[ENDPOINT_TRANSCRIPTION],
			.describes = installed->has[ENDPOINT_VISION] },
		&rows);
	works_due(&job->sender->works, job->org, WORK_READING);
	if (e == ERR_OK)
		LOG_INFO("file.stored", F_INT("org", job->channel.org_id), F_INT("message", job->message_id),
			F_INT("bytes", bytes), F_CSTR("type", type));
	return e;
}

static void fetch_files_put(struct task *task, struct db *db)
{
	struct file_job *job = (struct file_job *)task;
	struct file_writer *writer = job->writer;
	struct file_key key;
	job->kept.bytes = file_writer_bytes(writer);
	job->kept.sha256 = file_writer_digest(job->pool, writer);
	job->kept.is_whole = fetch_files_is_whole(job, job->kept.bytes, job->kept.sha256);
	if (!job->kept.is_whole)
		return;
	job->kept.refusal = "over_quota";
	if (quota_check_file(db, job->channel.org_id, job->kept.bytes, &job->kept.why) == ERR_QUOTA)
		return;
	job->writer = NULL;
	enum err e = file_writer_keep(writer, job->channel.org_id, &key, &job->kept.why);
	job->kept.is_kept = e == ERR_OK;
	job->kept.refusal = e == ERR_REMOTE ? "no_store" : "no_space";
}

static void fetch_files_put_done(struct task *task)
{
	struct file_job *job = (struct file_job *)task;
	if (!job->kept.is_whole) {
		fetch_files_fail(job, "damaged", false);
	} else if (!job->kept.is_kept) {
		LOG_ERROR("file.not_kept", F_INT("org", job->channel.org_id), F_CSTR("reason", job->kept.why.text));
		fetch_files_fail(job, job->kept.refusal, !strcmp(job->kept.refusal, "over_quota"));
	} else {
		fetch_files_end(job, fetch_files_record(job, job->kept.bytes, job->kept.sha256));
	}
}

/* The whole file has come. */
static void fetch_files_keep(struct file_job *job)
{
	job->task = (struct task){ .run = fetch_files_put, .done = fetch_files_put_done };
	background_submit(job->sender->background, &job->task);
}

static bool fetch_files_take(void *arg, struct str piece)
{
	struct file_job *job = arg;
	size_t room = sizeof(job->head) - job->head_len;
	memcpy(job->head + job->head_len, piece.p, piece.n < room ? piece.n : room);
	job->head_len += piece.n < room ? piece.n : room;
	return file_writer_add(job->writer, piece);
}

static void fetch_files_done(void *arg, const struct http_response *response)
{
	struct file_job *job = arg;
	if (response->outcome == HTTP_ANSWERED && response->status == 200)
		fetch_files_keep(job);
	else if (file_writer_bytes(job->writer) >= job->sender->conf->files_max_bytes)
		fetch_files_fail(job, "too_large", true);
	else
		fetch_files_fail(job, "no_answer", false);
}

static void fetch_files_on_address(void *arg, const struct http_response *response)
{
	struct file_job *job = arg;
	struct sender *s = job->sender;
	struct file_address address;
	struct explain why = { "" };
	job->channel.ops->judge_file_address(job->pool, s->conf, &job->channel, response, &address);
	job->bytes = address.bytes ? address.bytes : job->bytes;
	job->sha256 = address.sha256.p ? address.sha256 : job->sha256;
	if (address.outcome != FILE_FOUND) {
		fetch_files_fail(job, address.code, address.outcome == FILE_LOST);
	} else if (job->bytes > s->conf->files_max_bytes) {
		fetch_files_fail(job, "too_large", true);
	} else if (http_client_is_closing(s->http)) {
		fetch_files_end(job, ERR_OK); /* the next sender goes on when the lease has run out */
	} else if (file_writer_begin(s->conf, s->conf->files_max_bytes, &job->writer, &why) != ERR_OK) {
		LOG_ERROR("file.not_kept", F_INT("org", job->channel.org_id), F_CSTR("reason", why.text));
		fetch_files_fail(job, "no_space", false);
	} else {
		address.download.sink = fetch_files_take;
		address.download.done = fetch_files_done;
		address.download.arg = job;
		http_client_submit(s->http, &address.download);
	}
}

static struct file_job *fetch_files_job_new(
	struct sender *s, struct org_work *org, const struct sql_claim_attachments_row *row)
{
	struct pool *pool = pool_new();
	struct file_job *job = pool_new_of(pool, struct file_job);
	*job = (struct file_job){ .sender = s,
		.org = org,
		.pool = pool,
		.message_id = row->message_id,
		.position = row->n,
		.id = pool_str(pool, row->provider_file_id),
		.bytes = row->has_declared_bytes ? row->declared_bytes : 0,
		.sha256 = pool_str(pool, row->declared_sha256) };
	job->channel = (struct channel){ .org_id = org->org_id,
		.id = row->channel_id,
		.ops = channel_find(row->platform),
		.external_id = pool_str(pool, row->external_id) };
	works_hold(&s->works, org, WORK_FILE, 1);
	return job;
}

static void fetch_files_start(struct sender *s, struct org_work *org, struct db_result *result, int row)
{
	const struct sql_claim_attachments_row claimed =
		sql_claim_attachments_row(&(struct sql_claim_attachments_rows){ result, db_rows(result) }, row);
	struct file_job *job = fetch_files_job_new(s, org, &claimed);
	struct http_request request;
	struct explain why = { "" };
	if (!job->channel.ops || !claimed.config.p
		|| open_channels_get(s->channels, job->pool, claimed.config, &job->channel, &why) != ERR_OK
		|| job->channel.ops->build_file_address(job->pool, s->conf, &job->channel, job->id, &request)
			   != ERR_OK) {
		fetch_files_fail(job, "refused", false);
		return;
	}
	request.done = fetch_files_on_address;
	request.arg = job;
	http_client_submit(s->http, &request);
}

struct file_sweep {
	struct task task;
	struct sender *sender;
};

static void fetch_files_sweep_run(struct task *task, struct db *db)
{
	struct file_sweep *sweep = (struct file_sweep *)task;
	struct pool *pool = pool_new();
	file_store_sweep(sweep->sender->conf, TEMPORARY_S);
	if (file_collect_orphans(sweep->sender->conf, db, pool) != ERR_OK)
		LOG_DEBUG("files.left", F_CSTR("until", "the next sweep"));
	pool_free(pool);
}

static void fetch_files_sweep_done(struct task *task)
{
	free(task);
}

/* Now and then, when nothing is to be fetched. */
static void fetch_files_sweep(struct sender *s)
{
	int64_t now = clock_mono_us();
	if (s->files_swept_us && now - s->files_swept_us < SWEEP_US)
		return;
	struct file_sweep *sweep = calloc(1, sizeof(*sweep));
	if (!sweep)
		fatal(ERR_INTERNAL, "out of memory");
	*sweep = (struct file_sweep){ .task = { .run = fetch_files_sweep_run, .done = fetch_files_sweep_done },
		.sender = s };
	s->files_swept_us = now;
	background_submit(s->background, &sweep->task);
}

/* A file can wait for a second, and a customer waits for the answer. */
static int fetch_files_slots(const struct sender *s)
{
	bool replying = s->replied_us && clock_mono_us() - s->replied_us < YIELD_US;
	return replying ? FILES_BESIDE : FILES_MAX;
}

int fetch_files_run(struct sender *s)
{
	s->shares[WORK_FILE].slots = fetch_files_slots(s);
	int n = jobs_run(s, &(const struct claim){ .work = WORK_FILE,
				    .statement = &sql_claim_attachments_statement,
				    .lease_s = s->conf->files_timeout_s + LEASE_SPARE_S,
				    .start = fetch_files_start });
	if (n == 0)
		fetch_files_sweep(s);
	return n;
}
