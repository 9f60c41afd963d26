/*
 * status-page.c - /status: the figures of the day, what Deskbell finds out about itself, senders, channels, last
 * errors.
 *
 * Asks no other host. Senders serve all tenants: what of them may be seen comes from a function.
 */
#include "desk/pages/settings/status-parts.h"

#include "channel/channel.h"
#include "db/migrate.h"
#include "domain/self-check.h"

static enum err load_own(struct desk_request *v, void *arg)
{
	struct status *s = arg;
	int64_t now_s = v->locale.now_ms / 1000, org = v->caller.org_id;
	enum err e = DB_QUERY(v->db, v->pool, &sql_status_days_statement, &s->days, DB_INT(org),
		DB_INT(zone_offset_s(v->locale.zone, now_s)));
	if (e == ERR_OK)
		e = DB_QUERY(v->db, v->pool, &sql_status_today_statement, &s->today, DB_INT(org));
	if (e == ERR_OK)
		e = DB_QUERY(v->db, v->pool, &sql_status_channels_statement, &s->channels, DB_INT(org));
	if (e == ERR_OK)
		e = DB_QUERY(v->db, v->pool, &sql_status_errors_statement, &s->errors, DB_INT(org));
	if (e == ERR_OK)
		e = DB_QUERY(v->db, v->pool, &sql_status_refused_statement, &s->refused, DB_INT(org));
	if (e == ERR_OK)
		e = DB_QUERY(
			v->db, v->pool, &sql_status_late_statement, &s->late, DB_INT(org), DB_INT(DELIVERY_LATE_S));
	if (e == ERR_OK)
		e = sql_status_breakers(v->db, v->pool, org, &s->breakers);
	return e;
}

static enum err status_page_load(struct desk_request *v, struct status *s)
{
	struct explain why;
	enum err e = REQUEST_CALL(v, &sql_doctor_server_statement, &s->server, DB_NULL);
	if (e == ERR_OK)
		e = REQUEST_CALL(v, &sql_senders_statement, &s->senders, DB_NULL);
	if (e != ERR_OK)
		return e;
	e = migrate_check(request_db(v), v->pool, &why);
	s->is_migrated = e == ERR_OK;
	if (e != ERR_OK && e != ERR_CONFIG)
		return e;
	return request_transaction(v, load_own, s);
}

static void write_senders(struct desk_request *v, struct json_writer *w, const struct db_result *r)
{
	bool alive = false;
	json_key(w, "senders");
	json_begin_array(w);
	for (int i = 0; i < db_rows(r); i++) {
		int64_t age_s = db_int(r, i, 4);
		alive |= age_s <= SENDER_BEAT_S;
		json_begin_object(w);
		json_member_str(w, "host", db_str(r, i, 0));
		json_member_i64(w, "pid", db_int(r, i, 1));
		json_member_str(w, "mode", db_str(r, i, 2));
		json_member_str(w, "version", db_str(r, i, 3));
		json_member_bool(w, "alive", age_s <= SENDER_BEAT_S);
		json_member_str(w, "beat", locale_ago(v->pool, &v->locale, v->locale.now_ms - age_s * 1000));
		json_member_str(w, "loop_max", locale_number(v->pool, &v->locale, db_int(r, i, 5)));
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_senders", db_rows(r) > 0);
	json_member_str(w, "cron", alive ? STR("") : str_of(cron_line(v->pool, v->desk->conf)));
}

static void status_page_write_channel(struct desk_request *v, struct json_writer *w, const struct db_result *r, int row)
{
	struct str platform = db_str(r, row, 0), status = db_str(r, row, 1), reason = db_str(r, row, 2);
	bool broken = str_equal(status, STR("error"));
	struct str words = STR_NONE;
	if (broken || str_equal(status, STR("pending")))
		words = reason.n ? request_stored_sentence(v, reason)
				 : str_of(request_translate(v, T("No signed delivery has come yet.")));
	else if (!db_is_null(r, row, 3)) {
		struct str at = locale_time(v->pool, &v->locale, db_int(r, row, 3));
		words = pool_printf(v->pool, "%s: %.*s", request_translate(v, T("Last message")), (int)at.n, at.p);
	}
	json_begin_object(w);
	json_member_str(w, "title", str_of(channel_title(platform)));
	json_member_str(w, "href", pool_printf(v->pool, "/settings/channels/%.*s", (int)platform.n, platform.p));
	page_write_flag(w, "state", broken ? STR("broken") : status);
	json_member_str(w, "words", words.n ? words : STR(""));
	json_end_object(w);
}

static void write_error(struct desk_request *v, struct json_writer *w, const struct db_result *r, int row)
{
	struct str code = db_str(r, row, 2), words = request_stored_sentence(v, db_str(r, row, 3));
	json_begin_object(w);
	locale_write_time(w, "time", &v->locale, db_int(r, row, 0));
	json_member_str(w, "words",
		pool_printf(v->pool, "%s: %.*s%s%.*s%s", channel_title(db_str(r, row, 1)), (int)words.n,
			words.p ? words.p : "", code.n ? " (" : "", (int)code.n, code.p ? code.p : "",
			code.n ? ")" : ""));
	page_write_text(w, "next_step", request_stored_sentence(v, db_str(r, row, 4)));
	json_end_object(w);
}

static void status_page_write_rows(struct desk_request *v, struct json_writer *w, const char *key,
	const struct db_result *r,
	void (*write)(struct desk_request *v, struct json_writer *w, const struct db_result *r, int row))
{
	json_key(w, key);
	json_begin_array(w);
	for (int i = 0; i < db_rows(r); i++)
		write(v, w, r, i);
	json_end_array(w);
}

enum err desk_status(struct desk_request *v)
{
	struct status s = { .is_migrated = false };
	enum err e = status_page_load(v, &s);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "status", "status", T("Status"));
	locale_write_time(w, "at", &v->locale, v->locale.now_ms);
	status_write_figures(v, w, &s);
	status_write_findings(v, w, &s);
	write_senders(v, w, s.senders);
	json_member_bool(w, "has_channels", db_rows(s.channels) > 0);
	status_page_write_rows(v, w, "channels", s.channels, status_page_write_channel);
	json_member_bool(w, "has_errors", db_rows(s.errors) > 0);
	status_page_write_rows(v, w, "errors", s.errors, write_error);
	return page_end(v, 200);
}
