/*
 * deliveries.c - from the outbox to the platform and back.
 *
 * A row is claimed (state sending, lease) in a committed transaction before its request is built; its outcome is stored
 * with others in one call. Never decides about a transition: it reports an outcome, sql/functions/outbox.sql moves the
 * state. Dies anywhere without loss: a row whose lease runs out is `unknown`.
 */
#include "outbox/delivery.h"

#include "channel/send-rule.h"
#include "core/clock.h"
#include "core/process/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/work/backoff.h"
#include "domain/hours/window.h"
#include "outbox/open-channels.h"

static const char *outcome_name(enum send_outcome outcome)
{
	static const char *const names[] = { [SEND_ACCEPTED] = "accepted",
		[SEND_RETRY] = "retry",
		[SEND_UNKNOWN] = "unknown",
		[SEND_FAILED] = "failed" };
	return names[outcome];
}

static void deliveries_write_error(struct json_writer *w, const struct send_result *result)
{
	json_key(w, "error");
	json_begin_object(w);
	json_member_str(w, "class", str_of(send_class_name(result->class)));
	json_member_str(w, "code", result->code);
	reason_write(w, "reason", result->reason);
	json_member_str(w, "details", result->details);
	json_member_str(w, "trace", result->trace);
	json_end_object(w);
}

/* What the next attempt does otherwise. */
static void write_remedy(const struct delivery *d, struct json_writer *w, const struct send_result *result)
{
	if (result->may_be_overall)
		json_member_bool(w, "may_be_overall", true);
	if (result->without_reply)
		json_member_bool(w, "without_reply", true);
	if (result->without_topic)
		json_member_bool(w, "without_topic", true);
	if (!result->moved_to.p || !d->message.to_user_id.p)
		return;
	json_member_str(w, "moved_kind", str_of(d->channel.ops->person_kind));
	json_member_str(w, "moved_from", d->message.to_user_id);
	json_member_str(w, "moved_to", result->moved_to);
}

/* Under which name a failure is counted: what may be tried a few times only by its code, all else by its class. Neither
 * a token that was renewed nor a platform that stumbles uses up the attempts of the other. */
static struct str deliveries_counter(const struct delivery *d, const struct send_result *result)
{
	const char *class = send_class_name(result->class);
	return result->max_attempts ? pool_printf(
		       d->pool, "%s/%.*s", class, (int)result->code.n, result->code.p ? result->code.p : "")
				    : str_of(class);
}

static int deliveries_tries(const struct delivery *d, const struct send_result *result)
{
	int64_t n = 0;
	json_i64(json_get(d->failures, pool_cstr(d->pool, deliveries_counter(d, result))), &n);
	return n < 1000 ? (int)n + 1 : 1000;
}

/* Adds an outcome to those that the next call stores. */
static void deliveries_report(struct delivery *d, const struct send_result *result, int64_t delay_ms)
{
	struct sender *s = d->sender;
	struct json_writer w;
	s->n_settled++;
	if (d->org->n_settled++)
		buf_add_char(&d->org->settled, ',');
	json_writer_init(&w, &d->org->settled);
	json_begin_object(&w);
	json_member_i64(&w, "message", d->message_id);
	json_member_i64(&w, "attempt", d->attempt);
	json_member_str(&w, "outcome", str_of(outcome_name(result->outcome)));
	json_member_str(&w, "provider_id", result->provider_id);
	json_member_i64(&w, "delay_ms", delay_ms);
	if (result->class != SEND_CLASS_NONE) {
		json_member_str(&w, "class", str_of(send_class_name(result->class)));
		json_member_str(&w, "code", result->code);
		deliveries_write_error(&w, result);
	}
	if (result->outcome == SEND_RETRY)
		json_member_str(&w, "counter", deliveries_counter(d, result));
	write_remedy(d, &w, result);
	json_end_object(&w);
	log_write(result->outcome == SEND_ACCEPTED ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN, "delivery.settled",
		(const struct log_field[]){ F_INT("org", d->org_id), F_INT("message", d->message_id),
			F_INT("attempt", d->attempt), F_CSTR("outcome", outcome_name(result->outcome)),
			F_CSTR("class", send_class_name(result->class)), F_STR("code", result->code),
			F_STR("trace", result->trace), F_INT("delay_ms", delay_ms), { .key = NULL } });
	s->delivered += result->outcome == SEND_ACCEPTED;
	s->failed += result->outcome == SEND_FAILED;
}

static void deliveries_expire(struct send_result *result, const char *reason)
{
	result->outcome = SEND_FAILED;
	result->reason = str_of(reason);
}

/* A retry whose time would come after the window, or that has been tried often enough, is the end. */
void deliveries_settle_one(struct delivery *d, struct send_result *result)
{
	int64_t delay_ms = 0;
	if (result->outcome == SEND_RETRY) {
		int tries = deliveries_tries(d, result);
		delay_ms = result->wait_exactly ? 0 : backoff_ms(tries, 2000, 600000);
		delay_ms = delay_ms > result->wait_ms ? delay_ms : result->wait_ms;
		if (result->max_attempts && tries >= result->max_attempts)
			deliveries_expire(result, CODE(send_failed_each_time));
		else if (d->channel.ops->has_window && window_left_s(d->window_age_s, d->spoke) * 1000 <= delay_ms)
			deliveries_expire(result, CODE(send_window_closes));
	}
	deliveries_report(d, result, delay_ms);
	pool_free(d->pool);
}

static void deliveries_done(void *arg, const struct http_response *response)
{
	struct delivery *d = arg;
	struct send_result result;
	d->sender->in_flight--;
	works_hold(&d->sender->works, d->org, WORK_DELIVERY, -1);
	histogram_add(&d->sender->delivery_times, clock_mono_us() - d->sent_us);
	crash_point("delivery-after-response");
	d->channel.ops->judge_send(d->pool, response, &result);
	uploads_conclude(d, &result);
	deliveries_settle_one(d, &result);
}

void deliveries_give_up(
	struct delivery *d, enum send_outcome outcome, enum send_class class, const char *reason, int64_t wait_ms)
{
	struct send_result result = {
		.outcome = outcome, .class = class, .reason = str_of(reason), .wait_ms = wait_ms, .code = STR("local")
	};
	deliveries_settle_one(d, &result);
}

static void deliveries_read_row(struct delivery *d, const struct sql_claim_deliveries_row *row)
{
	const struct json *ids = NULL, *buttons = NULL;
	d->org_id = d->channel.org_id = d->org->org_id;
	d->message_id = row->message_id;
	d->conversation_id = row->conversation_id;
	d->attempt = (int)row->attempts;
	d->spoke = row->has_window_age_s;
	d->window_age_s = row->window_age_s;
	d->channel.id = row->channel_id;
	if (!(d->channel.ops = channel_find(row->platform)))
		bug("message %lld is for an unknown platform", (long long)d->message_id);
	d->channel.external_id = pool_str(d->pool, row->external_id);
	d->message.to_phone = pool_str(d->pool, row->contact_phone);
	if (json_parse(d->pool, row->identities, &ids, NULL) == ERR_OK)
		d->message.to_user_id = json_str(json_get(ids, d->channel.ops->person_kind));
	d->message.body = pool_str(d->pool, row->body);
	if (row->buttons.p && json_parse(d->pool, row->buttons, &buttons, NULL) == ERR_OK)
		for (size_t k = 0; k < json_length(buttons) && d->message.n_buttons < SEND_BUTTONS_MAX; k++)
			d->message.buttons[d->message.n_buttons++] = json_str(json_at(buttons, k));
	uploads_read(d, row->content);
	if (row->topic.p && json_parse(d->pool, pool_str(d->pool, row->topic), &d->message.topic, NULL) != ERR_OK)
		d->message.topic = NULL;
	d->message.reply_to = pool_str(d->pool, row->reply_to);
	d->message.tag = pool_str(d->pool, row->tag);
	if (json_parse(d->pool, pool_str(d->pool, row->failures), &d->failures, NULL) != ERR_OK)
		d->failures = NULL;
}

void deliveries_send(struct delivery *d)
{
	struct sender *s = d->sender;
	struct http_request request;
	struct explain why = { "" };
	if (d->channel.ops->build_send(d->pool, s->conf, &d->channel, &d->message, &request, &why) != ERR_OK) {
		uploads_close(d);
		LOG_ERROR("delivery.not_built", F_INT("org", d->org_id), F_INT("message", d->message_id),
			F_CSTR("reason", why.text));
		deliveries_give_up(d, SEND_FAILED, SEND_CLASS_REQUEST, CODE(send_not_built), 0);
		return;
	}
	request.done = deliveries_done;
	request.arg = d;
	s->in_flight++;
	works_hold(&s->works, d->org, WORK_DELIVERY, 1);
	d->sent_us = clock_mono_us();
	http_client_submit(s->http, &request);
}

static void deliveries_start(struct sender *s, struct org_work *org, struct db_result *result, int n)
{
	const struct sql_claim_deliveries_row row =
		sql_claim_deliveries_row(&(struct sql_claim_deliveries_rows){ result, db_rows(result) }, n);
	struct pool *pool = pool_new();
	struct delivery *d = pool_new_of(pool, struct delivery);
	struct explain why = { "" };
	if (n == 0)
		crash_point("delivery-after-claim");
	d->sender = s;
	d->org = org;
	d->pool = pool;
	deliveries_read_row(d, &row);
	if (d->channel.ops->has_window && window_left_s(d->window_age_s, d->spoke) == 0) {
		deliveries_give_up(d, SEND_FAILED, SEND_CLASS_WINDOW, CODE(send_window_closed), 0);
		return;
	}
	if (!row.config.p || open_channels_get(s->channels, pool, row.config, &d->channel, &why) != ERR_OK) {
		if (*why.text)
			LOG_ERROR("delivery.sealed", F_INT("org", d->org_id), F_INT("channel", d->channel.id),
				F_CSTR("reason", why.text));
		deliveries_give_up(d, SEND_RETRY, SEND_CLASS_BROKEN,
			*why.text ? CODE(send_token_sealed) : CODE(send_disconnected), 300000);
		return;
	}
	if (!uploads_take_over(d))
		deliveries_send(d);
}

/* A row must not be free while its request may still be answered: it would be sent again after its 90 s as unknown. */
static int64_t deliveries_lease_s(const struct conf *conf)
{
	int64_t least_s = conf->outbox_timeout_ms / 1000 + 1;
	return conf->outbox_lease_s > least_s ? conf->outbox_lease_s : least_s;
}

int deliveries_claim(struct sender *s)
{
	return jobs_run(s, &(const struct claim){ .work = WORK_DELIVERY,
				   .statement = &sql_claim_deliveries_statement,
				   .lease_s = deliveries_lease_s(s->conf),
				   .start = deliveries_start });
}

static enum err settle_list(struct sender *s, struct pool *pool, int64_t org_id, struct str list)
{
	enum err e = ERR_DB_RACE;
	struct sql_settle_deliveries_rows rows;
	for (int i = 0; i < 5 && e == ERR_DB_RACE; i++)
		e = sql_settle_deliveries(s->db, pool, org_id, list, &rows);
	return e;
}

static struct str list_of(const struct org_work *org, struct pool *pool)
{
	return pool_printf(pool, "[%s]", buf_cstr(&org->settled));
}

/* An outcome that the database does not take must not hold up the others. It is reported in the log; its row runs out
 * of its lease and is then `unknown`, which a status can still clear up. Storing an outcome twice changes nothing. */
static enum err settle_one_by_one(struct sender *s, struct pool *pool, const struct org_work *org)
{
	const struct json *outcomes;
	enum err e = json_parse(pool, list_of(org, pool), &outcomes, NULL);
	for (size_t i = 0; e == ERR_OK && i < json_length(outcomes); i++) {
		struct buf one;
		struct json_writer w;
		buf_init(&one, 1 << 20);
		json_writer_init(&w, &one);
		json_begin_array(&w);
		json_write_value(&w, json_at(outcomes, i));
		json_end_array(&w);
		e = settle_list(s, pool, org->org_id, buf_str(&one));
		buf_fini(&one);
		if (e == ERR_OK || err_info(e)->retry != RETRY_NEVER)
			continue;
		int64_t message = 0;
		json_i64(json_get(json_at(outcomes, i), "message"), &message);
		LOG_ERROR("delivery.outcome_refused", F_INT("org", org->org_id), F_INT("message", message),
			F_CSTR("error", err_info(e)->name));
		e = ERR_OK;
	}
	return e;
}

static void outcomes_stored(struct sender *s, struct org_work *org)
{
	s->n_settled -= org->n_settled;
	org->n_settled = 0;
	buf_reset(&org->settled);
}

/* Each organization by itself, after all together have failed. */
static enum err settle_apart(struct sender *s, struct pool *pool, struct org_work **orgs, int n)
{
	for (int i = 0; i < n; i++) {
		enum err e = settle_list(s, pool, orgs[i]->org_id, list_of(orgs[i], pool));
		if (e != ERR_OK && err_info(e)->retry == RETRY_NEVER)
			e = settle_one_by_one(s, pool, orgs[i]);
		if (e != ERR_OK)
			return e;
		outcomes_stored(s, orgs[i]);
	}
	return ERR_OK;
}

static enum err settle_together(struct sender *s, struct pool *pool, struct org_work **orgs, int n)
{
	struct sql_settle_deliveries_args *args = pool_new_array(pool, (size_t)n, struct sql_settle_deliveries_args);
	struct sql_settle_deliveries_row *rows = pool_new_array(pool, (size_t)n, struct sql_settle_deliveries_row);
	for (int i = 0; i < n; i++)
		args[i] = (struct sql_settle_deliveries_args){ .org = orgs[i]->org_id,
			.results = list_of(orgs[i], pool) };
	enum err e = ERR_DB_RACE;
	int64_t began_us = clock_mono_us();
	for (int i = 0; i < 5 && e == ERR_DB_RACE; i++)
		e = sql_settle_deliveries_each(s->db, pool, n, args, rows);
	int64_t took_us = clock_mono_us() - began_us;
	int all = s->n_settled;
	for (int i = 0; i < n && e == ERR_OK; i++) {
		works_charged(&s->works, orgs[i], WORK_DELIVERY, orgs[i]->n_settled, all, took_us);
		outcomes_stored(s, orgs[i]);
	}
	return e;
}

bool deliveries_settle(struct sender *s)
{
	struct org_work **orgs;
	if (s->n_settled == 0)
		return true;
	struct pool *pool = pool_new();
	int n = works_settled(&s->works, pool, &orgs);
	crash_point("delivery-before-settle");
	enum err e = settle_together(s, pool, orgs, n);
	if (e != ERR_OK && err_info(e)->retry == RETRY_NEVER)
		e = settle_apart(s, pool, orgs, n);
	pool_free(pool);
	if (e != ERR_OK) {
		LOG_ERROR("delivery.not_stored", F_INT("outcomes", s->n_settled), F_CSTR("error", err_info(e)->name));
		return false;
	}
	crash_point("delivery-after-settle");
	return true;
}
