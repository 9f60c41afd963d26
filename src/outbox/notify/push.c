/*
 * push.c - calls on browsers: each due row is encrypted for its browser and given to that browser's push service.
 *
 * What a row says is read when it is claimed, so a conversation that was answered meanwhile rings no more. A service
 * that says that the subscription is over ends it; one that refuses us is told of in the log and on the person's page.
 * Addresses come from browsers and are treated as what any stranger could have typed. Dies anywhere without loss: the
 * lease runs out, and a browser that is called twice shows one notification (the tag). Never logs an endpoint.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/json/json.h"
#include "core/log.h"
#include "core/net/web-push.h"
#include "core/text/translation.h"
#include "db/statements.h"
#include "domain/push-key.h"
#include "outbox/notify/ring-text.h"

#define TIMEOUT_MS 20000
#define LEASE_S 60
#define TTL_S (4 * 3600)
#define TEXT_MAX_BYTES 3000

struct push_job {
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* holds the job itself */
	int64_t id;
};

/* Frees the job. `status`: of HTTP; 0: nothing was sent. */
static void push_end(struct push_job *job, const char *outcome, int64_t pause_s, int status)
{
	struct sender *s = job->sender;
	enum err e =
		sql_settle_push(s->db, job->pool, job->org->org_id, job->id, str_of(outcome), (int)pause_s, status);
	if (e == ERR_DB_UNREACHABLE)
		s->db_lost = true;
	if (e != ERR_OK)
		LOG_WARN("push.not_settled", F_INT("org", job->org->org_id), F_INT("push", job->id),
			F_CSTR("error", err_info(e)->name));
	works_hold(&s->works, job->org, WORK_PUSH, -1);
	pool_free(job->pool);
}

static void push_done(void *arg, const struct http_response *response)
{
	static const char *const names[] = { [WEB_PUSH_TAKEN] = "taken",
		[WEB_PUSH_GONE] = "gone",
		[WEB_PUSH_LATER] = "later",
		[WEB_PUSH_REFUSED] = "refused" };
	struct push_job *job = arg;
	enum web_push_outcome outcome = web_push_judge(response);
	if (outcome == WEB_PUSH_TAKEN)
		LOG_INFO("push.sent", F_INT("org", job->org->org_id), F_INT("push", job->id));
	else
		LOG_WARN("push.not_sent", F_INT("org", job->org->org_id), F_INT("push", job->id),
			F_CSTR("outcome", names[outcome]), F_INT("status", response->status),
			F_CSTR("reason", response->reason));
	push_end(job, names[outcome], response->retry_after_s > 0 ? response->retry_after_s : 0, response->status);
}

/* What the service worker shows (htdocs/sw.js). */
static struct str push_text(struct pool *pool, const struct sql_claim_pushes_row *row)
{
	const struct translation *t = translation_of(pool_cstr(pool, row->language));
	const struct ring_text ring = { row->kind, row->who, row->what, row->waiting };
	struct json_writer w;
	struct buf out;
	buf_init(&out, TEXT_MAX_BYTES);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	json_member_str(&w, "title", str_cut(ring_title(pool, t, &ring), 300));
	json_member_str(&w, "body", str_cut(ring_body(pool, t, &ring), 800));
	json_member_str(&w, "url",
		row->has_conversation_id
			? pool_printf(pool, "/inbox/%lld?view=waiting", (long long)row->conversation_id)
			: STR("/inbox?view=waiting"));
	json_member_str(&w, "tag",
		pool_printf(pool, "%.*s-%lld", (int)row->kind.n, row->kind.p,
			(long long)(row->has_conversation_id ? row->conversation_id : 0)));
	json_member_i64(&w, "waiting", row->waiting);
	json_end_object(&w);
	return pool_take(pool, &out);
}

/* Read once: the pair of an installation stays. */
static enum err push_load_keys(struct sender *s, struct pool *pool)
{
	struct sql_push_keys_rows rows;
	struct explain why = { "there is none" };
	if (s->has_push_keys)
		return ERR_OK;
	enum err e = sql_push_keys(s->db, pool, &rows);
	if (e == ERR_OK && rows.n == 0)
		e = ERR_NOT_FOUND;
	if (e == ERR_OK) {
		const struct sql_push_keys_row row = sql_push_keys_row(&rows, 0);
		e = push_key_open(s->keys, push_key_bytes(pool, row.public_key), row.private_key, &s->push_keys, &why);
	}
	s->has_push_keys = e == ERR_OK;
	if (e != ERR_OK)
		LOG_ERROR("push.no_key", F_CSTR("error", err_info(e)->name), F_CSTR("reason", why.text));
	return e;
}

static struct str push_contact(const struct conf *conf)
{
	return *conf->public_base_url ? str_of(conf->public_base_url) : STR("mailto:postmaster@localhost");
}

static void push_start(struct sender *s, struct org_work *org, struct db_result *result, int n)
{
	const struct sql_claim_pushes_row row =
		sql_claim_pushes_row(&(struct sql_claim_pushes_rows){ result, db_rows(result) }, n);
	struct pool *pool = pool_new();
	struct push_job *job = pool_new_of(pool, struct push_job);
	struct http_request request;
	*job = (struct push_job){ .sender = s, .org = org, .pool = pool, .id = row.id };
	works_hold(&s->works, org, WORK_PUSH, 1);
	if (push_load_keys(s, pool) != ERR_OK) {
		push_end(job, "later", LEASE_S, 0);
		return;
	}
	const struct web_push push = { .endpoint = row.endpoint,
		.browser_key = push_key_bytes(pool, row.browser_key),
		.auth = push_key_bytes(pool, row.auth),
		.text = push_text(pool, &row),
		.topic = row.has_conversation_id ? pool_printf(pool, "c%lld", (long long)row.conversation_id) : STR(""),
		.contact = push_contact(s->conf),
		.ttl_s = TTL_S,
		.now_s = clock_wall_ms() / 1000,
		.allow_private = s->conf->net_private_addresses == CONF_PRIVATE_ALLOW };
	enum err e = web_push_build(pool, &s->push_keys, &push, &request);
	if (e != ERR_OK) {
		push_end(job, "refused", 0, 0);
		return;
	}
	request.timeout_ms = TIMEOUT_MS;
	request.done = push_done;
	request.arg = job;
	http_client_submit(s->http, &request);
}

int pushes_run(struct sender *s)
{
	return jobs_run(s, &(const struct claim){ .work = WORK_PUSH,
				   .statement = &sql_claim_pushes_statement,
				   .lease_s = LEASE_S,
				   .start = push_start });
}
