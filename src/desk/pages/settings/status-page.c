/*
 * status-page.c - /status: the figures of the day, what Deskbell finds out about itself, senders, channels, last
 * errors.
 *
 * Asks no other host. Senders serve all tenants: what of them may be seen comes from a function.
 */
#include "desk/pages/settings/status-parts.h"

#include "channel/channel.h"
#include "db/migrate.h"
#include "desk/pages/settings/channel-page.h"
#include "domain/self-check.h"

#define ANSWER_DAYS 14

static enum err load_own(struct desk_request *v, void *arg)
{
	struct status *s = arg;
	int64_t now_s = v->locale.now_ms / 1000, org = v->caller.org_id;
	enum err e = sql_status_days(v->db, v->pool, org, zone_offset_s(v->locale.zone, now_s), &s->days);
	if (e == ERR_OK)
		e = sql_status_today(v->db, v->pool, org, &s->today);
	if (e == ERR_OK)
		e = quota_read(v->db, org, QUOTA_OF_FILES, &s->files);
	if (e == ERR_OK)
		e = sql_status_channels(v->db, v->pool, org, &s->channels);
	if (e == ERR_OK)
		e = sql_status_errors(v->db, v->pool, org, &s->errors);
	if (e == ERR_OK)
		e = sql_status_fields(v->db, v->pool, org, &s->fields);
	if (e == ERR_OK)
		e = sql_status_refused(v->db, v->pool, org, &s->refused);
	if (e == ERR_OK)
		e = sql_status_late(v->db, v->pool, org, DELIVERY_LATE_S, &s->late);
	if (e == ERR_OK)
		e = sql_status_breakers(v->db, v->pool, org, &s->breakers);
	if (e == ERR_OK)
		e = sql_status_costs(v->db, v->pool, org, &s->costs);
	if (e == ERR_OK)
		e = sql_status_month(v->db, v->pool, org, &s->month);
	if (e == ERR_OK)
		e = sql_status_answers(
			v->db, v->pool, org, ANSWER_DAYS, (int)zone_offset_s(v->locale.zone, now_s), &s->answers);
	return e;
}

static enum err status_page_load(struct desk_request *v, struct status *s)
{
	struct explain why;
	enum err e = REQUEST_CALL(v, sql_doctor_server, &s->server);
	if (e == ERR_OK)
		e = REQUEST_CALL(v, sql_senders, &s->senders);
	if (e != ERR_OK)
		return e;
	e = migrate_check(request_db(v), v->pool, &why);
	s->is_migrated = e == ERR_OK;
	if (e != ERR_OK && e != ERR_CONFIG)
		return e;
	return request_transaction(v, load_own, s);
}

static void write_senders(struct desk_request *v, struct json_writer *w, const struct sql_senders_rows *r)
{
	bool alive = false;
	json_key(w, "senders");
	json_begin_array(w);
	for (int i = 0; i < r->n; i++) {
		const struct sql_senders_row row = sql_senders_row(r, i);
		int64_t age_s = row.age_s;
		alive |= age_s <= SENDER_BEAT_S;
		json_begin_object(w);
		json_member_str(w, "host", row.host);
		json_member_i64(w, "pid", row.pid);
		json_member_str(w, "mode", row.mode);
		json_member_str(w, "version", row.version);
		json_member_bool(w, "alive", age_s <= SENDER_BEAT_S);
		json_member_str(w, "beat", locale_ago(v->pool, &v->locale, v->locale.now_ms - age_s * 1000));
		json_member_str(w, "loop_max", locale_number(v->pool, &v->locale, row.loop_max_ms));
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_senders", r->n > 0);
	json_member_str(w, "cron", alive ? STR("") : str_of(cron_line(v->pool, v->desk->conf)));
}

static void status_page_write_channel(
	struct desk_request *v, struct json_writer *w, const struct sql_status_channels_rows *r, int i)
{
	const struct sql_status_channels_row row = sql_status_channels_row(r, i);
	struct str platform = row.platform, status = row.status, reason = row.status_reason;
	bool broken = str_equal(status, STR("error"));
	struct str words = STR_NONE;
	if (broken || str_equal(status, STR("pending")))
		words = reason.n ? request_reason_whole(v, reason)
				 : str_of(request_translate(v, T("No signed delivery has come yet.")));
	else if (row.has_last_ms) {
		struct str at = locale_time(v->pool, &v->locale, row.last_ms);
		words = pool_printf(v->pool, "%s: %.*s", request_translate(v, T("Last message")), (int)at.n, at.p);
	}
	json_begin_object(w);
	json_member_str(w, "title", str_of(channel_title(platform)));
	json_member_str(w, "href", pool_printf(v->pool, "/settings/channels/%.*s", (int)platform.n, platform.p));
	channel_state_write(w, true, status);
	json_member_str(w, "words", words.n ? words : STR(""));
	json_end_object(w);
}

static void write_error(struct desk_request *v, struct json_writer *w, const struct sql_status_errors_rows *r, int i)
{
	const struct sql_status_errors_row row = sql_status_errors_row(r, i);
	struct str code = row.error_code, words = request_reason(v, row.reason);
	json_begin_object(w);
	locale_write_time(w, "time", &v->locale, row.at_ms);
	json_member_str(w, "words",
		pool_printf(v->pool, "%s: %.*s%s%.*s%s", channel_title(row.platform), (int)words.n,
			words.p ? words.p : "", code.n ? " (" : "", (int)code.n, code.p ? code.p : "",
			code.n ? ")" : ""));
	page_write_text(w, "next_step", request_reason_next(v, row.reason));
	json_end_object(w);
}

/* What a platform has sent besides messages: in words, or, where it is unknown, by its name with its shape. */
static void status_page_write_field(
	struct desk_request *v, struct json_writer *w, const struct sql_status_fields_rows *r, int i)
{
	const struct sql_status_fields_row row = sql_status_fields_row(r, i);
	const struct channel_ops *ops = channel_find(row.platform);
	const char *words = ops ? ops->field_words(row.name) : NULL;
	json_begin_object(w);
	json_member_str(w, "platform", str_of(channel_title(row.platform)));
	json_member_str(w, "words", words ? str_of(request_translate(v, words)) : row.name);
	json_member_bool(w, "known", words);
	json_member_str(w, "received", locale_number(v->pool, &v->locale, row.received));
	locale_write_time(w, "time", &v->locale, row.last_ms);
	page_write_text(w, "shape", words ? STR_NONE : row.shape);
	page_write_text(w, "said", row.said);
	json_end_object(w);
}

enum err desk_status(struct desk_request *v)
{
	struct status s = { .is_migrated = false };
	enum err e = status_page_load(v, &s);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "status", "status", T("Status"));
	page_write_flag(w, "tab", STR_NONE);
	locale_write_time(w, "at", &v->locale, v->locale.now_ms);
	status_write_figures(v, w, &s);
	status_write_answers(v, w, &s);
	status_write_findings(v, w, &s);
	status_write_costs(v, w, &s);
	write_senders(v, w, &s.senders);
	json_member_bool(w, "has_channels", s.channels.n > 0);
	json_key(w, "channels");
	json_begin_array(w);
	for (int i = 0; i < s.channels.n; i++)
		status_page_write_channel(v, w, &s.channels, i);
	json_end_array(w);
	json_member_bool(w, "has_fields", s.fields.n > 0);
	json_key(w, "fields");
	json_begin_array(w);
	for (int i = 0; i < s.fields.n; i++)
		status_page_write_field(v, w, &s.fields, i);
	json_end_array(w);
	json_member_bool(w, "has_errors", s.errors.n > 0);
	json_key(w, "errors");
	json_begin_array(w);
	for (int i = 0; i < s.errors.n; i++)
		write_error(v, w, &s.errors, i);
	json_end_array(w);
	return page_end(v, 200);
}
