/*
 * embed.c - gives passages of documents, and triggers and titles of skills, their embeddings, when there is nothing
 * more urgent.
 *
 * An organisation that has some of a kind without embeddings of its present model is claimed under a lease; a batch is
 * asked for and stored, and the lease given back: so each batch is of the settings as they are, and other organisations
 * have their turn. When none is left the embeddings are tried (trial.h) in the background: first what is to be asked
 * for is read, then all of it is tried. What takes longer than the time limit is asked again in smaller requests, and
 * never opens the circuit breaker, by which customers' questions go. A model that fails is asked again later and later;
 * half of the day's budget is left to the answers. Dies anywhere without loss but of a paid batch: the lease runs out.
 * Never waits for a model and keeps no sender from leaving.
 */
#include "outbox/sender.h"

#include "answer/embeddings/embeddings.h"
#include "answer/llm/endpoints.h"
#include "answer/embeddings/packed-embedding.h"
#include "answer/embeddings/trial.h"
#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"

#define TIMEOUT_MS 30000     /* no customer waits for it */
#define LEASE_S 600          /* longer than a batch and a trial take, text by text on a small machine */
#define LOOK_US 2000000      /* how often it is looked for work, */
#define BUSY_LOOK_US 5000000 /* and how often while there is something else to do */
#define BUDGET_PAUSE_S 900
#define LIST_MAX_BYTES (64u << 20)

/* Texts in a batch: some megabytes of numbers, read within some ten milliseconds. */
static const int batch_texts[EMBEDDING_KINDS] = { [EMBEDDING_PASSAGES] = 32, [EMBEDDING_PHRASES] = 64 };

struct embed_job {
	struct task task; /* in the background; first */
	struct sender *sender;
	struct pool *pool; /* holds the job itself */
	int64_t org_id, revision;
	enum embedding_kind kind;
	struct endpoint_choice choice;
	struct str *keys;
	int n;
	struct str subject;            /* what the trial is made of */
	struct embedding_trial *trial; /* NULL: it is a batch */
	struct trial_result result;
	enum err err; /* of the task */
};

static const char *kind_name(const struct embed_job *job)
{
	return embedding_kind_names[job->kind];
}

static void embed_job_free(struct embed_job *job)
{
	job->sender->n_embeds--;
	pool_free(job->pool);
}

/* Ends a job whose last statement came to this. */
static void embed_end(struct embed_job *job, enum err e)
{
	if (e == ERR_DB_UNREACHABLE)
		job->sender->db_lost = true;
	if (e == ERR_OK)
		job->sender->embeds_looked_us = 0;
	else
		LOG_WARN("embed.not_stored", F_INT("org", job->org_id), F_CSTR("kind", kind_name(job)),
			F_CSTR("error", err_info(e)->name));
	embed_job_free(job);
}

/* `pause_s` of -1: a failure, later and later. */
static void embed_postpone(struct embed_job *job, int64_t pause_s, struct str reason)
{
	enum err e = sql_postpone_embeddings(job->sender->db, job->pool, job->org_id, str_of(kind_name(job)),
		str_of(job->sender->who), pause_s < 0 ? NULL : &pause_s, reason_json(job->pool, reason));
	if (e == ERR_DB_UNREACHABLE)
		job->sender->db_lost = true;
	LOG_WARN("embed.postponed", F_INT("org", job->org_id), F_CSTR("kind", kind_name(job)), F_STR("reason", reason));
	embed_job_free(job);
}

/* Half of the day's calls; 0 stays no limit. */
static int64_t share_of_budget(int64_t daily_calls)
{
	return (daily_calls + 1) / 2;
}

/* Asks for embeddings if the budget allows it; else the job ends. */
static void embed_ask(struct embed_job *job, enum embedding_role role, const struct str *texts, int n,
	void (*done)(void *arg, const struct embeddings *result))
{
	struct sender *s = job->sender;
	struct sql_llm_reserve_rows rows;
	enum err e = sql_llm_reserve(
		s->db, job->pool, job->org_id, STR("embedding"), share_of_budget(job->choice.daily_calls), &rows);
	if (e != ERR_OK)
		embed_end(job, e);
	else if (!sql_llm_reserve_row(&rows, 0).is_reserved)
		embed_postpone(job, BUDGET_PAUSE_S, str_of(CODE(half_budget_used)));
	else
		embeddings_request(s->http, job->pool, &job->choice.endpoint, role, texts, n, done, job);
}

/* True when there are embeddings; else the job has ended. */
static bool embed_take_reply(struct embed_job *job, const struct embeddings *e)
{
	if (!e->ok && http_client_is_closing(job->sender->http)) {
		embed_postpone(job, 0, str_of(CODE(sender_left)));
		return false;
	}
	if (sql_llm_used(job->sender->db, job->pool, job->org_id, STR("embedding"), !e->ok, e->tokens, 0) != ERR_OK)
		LOG_WARN("embed.usage_not_counted", F_INT("org", job->org_id));
	if (!e->ok)
		embed_postpone(job, -1, e->reason);
	return e->ok;
}

/* Array literals of the keys and of the embeddings. */
static void write_columns(
	const struct embed_job *job, const struct embeddings *e, struct buf *keys, struct buf *embeddings)
{
	struct db_array array;
	signed char *packed = pool_alloc(job->pool, (size_t)e->dims);
	db_array_begin(&array, embeddings);
	for (int i = 0; i < job->n; i++) { /* numbers and hexadecimal digits: nothing to be quoted */
		buf_addf(keys, "%c%.*s", i ? ',' : '{', (int)job->keys[i].n, job->keys[i].p);
		packed_embedding_write(e->values + (size_t)i * (size_t)e->dims, e->dims, packed);
		db_array_bytes(&array, (struct str){ (const char *)packed, (size_t)e->dims });
	}
	buf_add_char(keys, '}');
	db_array_end(&array);
}

/* Stores embeddings, or says of which length they are now, and gives the lease back. */
static enum err embed_store(struct embed_job *job, int dims, struct str keys, struct str embeddings)
{
	struct sql_store_embeddings_rows rows;
	const struct sql_store_embeddings_args args = { .org_id = job->org_id,
		.kind = str_of(kind_name(job)),
		.who = str_of(job->sender->who),
		.dims = dims,
		.keys = keys,
		.embeddings = embeddings };
	enum err e = sql_store_embeddings(job->sender->db, job->pool, &args, &rows);
	if (e == ERR_OK)
		LOG_INFO("embed.stored", F_INT("org", job->org_id), F_CSTR("kind", kind_name(job)),
			F_INT("texts", job->n), F_INT("dims", dims),
			F_INT("lease_lost", !sql_store_embeddings_row(&rows, 0).is_stored));
	return e;
}

static void on_batch(void *arg, const struct embeddings *e)
{
	struct embed_job *job = arg;
	struct buf keys, embeddings;
	if (!embed_take_reply(job, e))
		return;
	buf_init(&keys, LIST_MAX_BYTES);
	buf_init(&embeddings, LIST_MAX_BYTES);
	write_columns(job, e, &keys, &embeddings);
	enum err stored = embed_store(job, e->dims, buf_str(&keys), buf_str(&embeddings));
	buf_fini(&keys);
	buf_fini(&embeddings);
	if (stored != ERR_OK && stored != ERR_DB_UNREACHABLE)
		embed_postpone(job, -1, str_of(CODE(embeddings_not_stored)));
	else
		embed_end(job, stored);
}

static void embed_batch(struct embed_job *job, const struct sql_embedding_batch_rows *rows)
{
	struct str *texts = pool_new_array(job->pool, (size_t)rows->n, struct str);
	job->n = rows->n;
	job->keys = pool_new_array(job->pool, (size_t)job->n, struct str);
	for (int i = 0; i < job->n; i++) {
		const struct sql_embedding_batch_row row = sql_embedding_batch_row(rows, i);
		job->keys[i] = row.key;
		texts[i] = row.body;
	}
	embed_ask(job, job->kind == EMBEDDING_PASSAGES ? EMBED_PASSAGE : EMBED_QUESTION, texts, job->n, on_batch);
}

static enum err store_done(struct embed_job *job, const struct trial_result *result)
{
	const struct sql_embeddings_done_args args = { .org_id = job->org_id,
		.kind = str_of(kind_name(job)),
		.who = str_of(job->sender->who),
		.revision = job->revision,
		.subject = job->subject,
		.helps = result ? &result->helps : NULL,
		.low = result ? result->scale.low : 0,
		.high = result ? result->scale.high : 0,
		.languages = result ? result->languages : STR(""),
		.across_low = result ? result->across.low : 0,
		.across_high = result ? result->across.high : 0 };
	return sql_embeddings_done(job->sender->db, job->pool, &args);
}

static struct str embed_thousandths(struct pool *pool, double v)
{
	return pool_printf(pool, "%.3f", v);
}

static void embed_report_trial(const struct embed_job *job)
{
	const struct trial_result *result = &job->result;
	struct pool *pool = job->pool;
	LOG_INFO("embed.tried", F_INT("org", job->org_id), F_CSTR("kind", kind_name(job)),
		F_INT("probes", result->probes), F_INT("helps", result->helps),
		F_STR("low", embed_thousandths(pool, result->scale.low)),
		F_STR("high", embed_thousandths(pool, result->scale.high)),
		F_STR("words", embed_thousandths(pool, result->words)),
		F_STR("both", embed_thousandths(pool, result->both)), F_STR("languages", result->languages));
}

/* ---- in a thread ---- */

static void embed_read_trial(struct task *task, struct db *db)
{
	struct embed_job *job = (struct embed_job *)task;
	job->err = embedding_trial_new(job->pool, db, job->org_id, job->kind, &job->trial);
}

static void embed_run_trial(struct task *task, struct db *db)
{
	struct embed_job *job = (struct embed_job *)task;
	job->err = embedding_trial_run(job->trial, db, EMBEDDING_CACHE_BYTES, &job->sender->stopping, &job->result);
}

/* ---- on the loop ---- */

static void embed_trial_ended(struct task *task)
{
	struct embed_job *job = (struct embed_job *)task;
	if (job->err == ERR_TIMEOUT) {
		embed_postpone(job, 0, str_of(CODE(sender_left)));
	} else if (job->err != ERR_OK) {
		embed_end(job, job->err);
	} else {
		embed_report_trial(job);
		embed_end(job, store_done(job, &job->result));
	}
}

static void on_trial(void *arg, const struct embeddings *e)
{
	struct embed_job *job = arg;
	if (!embed_take_reply(job, e))
		return;
	if (!embedding_trial_begin(job->trial, e->values, e->dims)) {
		/* no embeddings, but of this length: all are made again */
		embed_end(job, embed_store(job, e->dims, STR("{}"), STR("{}")));
		return;
	}
	job->task = (struct task){ .run = embed_run_trial, .done = embed_trial_ended };
	background_submit(job->sender->background, &job->task);
}

static void embed_trial_read(struct task *task)
{
	struct embed_job *job = (struct embed_job *)task;
	int n = 0;
	const struct str *texts = job->err == ERR_OK ? embedding_trial_texts(job->trial, &n) : NULL;
	if (job->err != ERR_OK)
		embed_end(job, job->err);
	else if (atomic_load(&job->sender->stopping))
		embed_postpone(job, 0, str_of(CODE(sender_left)));
	else if (n > 0)
		embed_ask(job, EMBED_QUESTION, texts, n, on_trial);
	else
		embed_end(job, store_done(job, NULL));
}

/* Everything has its embedding: a trial, unless it was made with the same before. */
static void try_all(struct embed_job *job)
{
	struct sql_embedding_subject_rows rows;
	enum err e = sql_embedding_subject(job->sender->db, job->pool, job->org_id, str_of(kind_name(job)), &rows);
	if (e != ERR_OK) {
		embed_end(job, e);
		return;
	}
	const struct sql_embedding_subject_row row = sql_embedding_subject_row(&rows, 0);
	job->subject = row.subject;
	if (row.tried) {
		embed_end(job, store_done(job, NULL));
		return;
	}
	job->task = (struct task){ .run = embed_read_trial, .done = embed_trial_read };
	background_submit(job->sender->background, &job->task);
}

static struct embed_job *embed_job_new(struct sender *s, const struct sql_claim_embeddings_row *row)
{
	struct pool *pool = pool_new();
	struct embed_job *job = pool_new_of(pool, struct embed_job);
	*job = (struct embed_job){ .sender = s, .pool = pool, .org_id = row->org_id, .revision = row->revision };
	while (!str_equal(row->kind, str_of(kind_name(job))))
		job->kind++;
	s->n_embeds++;
	return job;
}

static void embed_begin(struct embed_job *job, struct str stored_settings)
{
	struct sender *s = job->sender;
	struct settings settings;
	struct explain why = { "the settings cannot be read" };
	struct sql_embedding_batch_rows rows;
	if (!settings_read(job->pool, pool_str(job->pool, stored_settings), &settings)
		|| !endpoint_find(job->pool, pipeline_endpoints(s->pipeline), job->org_id, &settings,
			ENDPOINT_EMBEDDINGS, &job->choice, &why)) {
		embed_postpone(job, -1, explain_stored(&why));
		return;
	}
	job->choice.endpoint.timeout_ms = TIMEOUT_MS;
	job->choice.endpoint.batch_texts = &s->embed_texts;
	enum err e = sql_embedding_batch(
		s->db, job->pool, job->org_id, str_of(kind_name(job)), batch_texts[job->kind], &rows);
	if (e != ERR_OK)
		embed_end(job, e);
	else if (rows.n > 0)
		embed_batch(job, &rows);
	else
		try_all(job);
}

/* As many as there is room for; -1 when the database is unreachable. */
static int embed_claim(struct sender *s)
{
	struct pool *pool = pool_new();
	const struct llm_endpoints *installed = pipeline_endpoints(s->pipeline)->installed;
	struct sql_claim_embeddings_rows rows;
	int n = -1;
	struct str label = installed->has[ENDPOINT_EMBEDDINGS]
				   ? endpoint_label(pool, &installed->of[ENDPOINT_EMBEDDINGS])
				   : STR("");
	if (sql_claim_embeddings(s->db, pool, str_of(s->who), label, EMBEDS_MAX - s->n_embeds, LEASE_S, &rows)
		== ERR_OK)
		n = rows.n;
	for (int i = 0; i < n && !s->db_lost; i++) {
		const struct sql_claim_embeddings_row row = sql_claim_embeddings_row(&rows, i);
		embed_begin(embed_job_new(s, &row), row.settings);
	}
	pool_free(pool);
	return n;
}

int embeds_run(struct sender *s, bool busy, bool may_claim)
{
	int64_t now = clock_mono_us();
	s->db_lost = false;
	int n = 0;
	bool looks = s->embeds_looked_us == 0 || now - s->embeds_looked_us >= (busy ? BUSY_LOOK_US : LOOK_US);
	if (may_claim && looks && !s->db_lost && s->n_embeds < EMBEDS_MAX) {
		s->embeds_looked_us = now;
		int claimed = embed_claim(s);
		if (claimed < 0)
			return -1;
		n += claimed;
	}
	return s->db_lost ? -1 : n > 0;
}
