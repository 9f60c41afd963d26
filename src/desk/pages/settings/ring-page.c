/*
 * ring-page.c - what calls a person: on which browsers, for what, and when not.
 *
 * A browser's address and keys come from the browser and are checked as what any user could have typed. Everything is
 * asked by the session's token, so a mistake here can only reach the caller. Never logs an address.
 */
#include "desk/pages/settings/ring-page.h"

#include "core/net/web-push.h"
#include "domain/push-key.h"

#define MINUTES_HOUR 60

static const struct field push_fields[] = { { "endpoint", FIELD_LINE, FIELD_REQUIRED, WEB_PUSH_ENDPOINT_MAX, NULL,
						    T("Choose a browser.") },
	{ "key", FIELD_LINE, FIELD_REQUIRED, 200, NULL, T("Choose a browser.") },
	{ "auth", FIELD_LINE, FIELD_REQUIRED, 100, NULL, T("Choose a browser.") }, FIELD_LAST };
static const struct field remove_fields[] = { { "endpoint", FIELD_LINE, FIELD_OPTIONAL, WEB_PUSH_ENDPOINT_MAX, NULL,
						      T("Choose a browser.") },
	{ "id", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("Choose a browser.") }, FIELD_LAST };
#define CALL_FIELD(name) \
	{ \
		name, FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, T("Tick the box or leave it.") \
	}
#define CLOCK_FIELD(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 8, NULL, T("Write a time such as 22:00, or nothing.") \
	}
static const struct field ring_fields[] = { CALL_FIELD("waiting"), CALL_FIELD("mine"), CALL_FIELD("mentions"),
	CALL_FIELD("leads"), CALL_FIELD("channels"), CLOCK_FIELD("quiet_from"), CLOCK_FIELD("quiet_to"),
	{ "mail", FIELD_CHOICE, FIELD_REQUIRED, 12, "off|immediate|digest", T("Choose one of the list.") },
	FIELD_LAST };

/* ---- shown ---- */

static enum err ring_page_read_choices(struct desk_request *v, void *arg)
{
	struct ring_part *part = arg;
	enum err e = sql_ring_choices(v->db, v->pool, v->caller.org_id, v->caller.id, &part->choices);
	return e == ERR_OK ? sql_absence(v->db, v->pool, v->caller.org_id, v->caller.id, &part->absence) : e;
}

enum err ring_part_load(struct desk_request *v, struct ring_part *out)
{
	enum err e = request_transaction(v, ring_page_read_choices, out);
	if (e == ERR_OK)
		e = REQUEST_CALL(
			v, sql_push_list, token_hash(v->pool, v->caller.token), v->caller.org_id, &out->browsers);
	return e;
}

static void ring_page_write_clock(struct desk_request *v, struct json_writer *w, const char *key, bool has, int minute)
{
	page_write_text(w, key,
		has ? pool_printf(v->pool, "%02d:%02d", minute / MINUTES_HOUR, minute % MINUTES_HOUR) : STR_NONE);
}

static void ring_page_write_browsers(
	struct desk_request *v, struct json_writer *w, const struct sql_push_list_rows *browsers)
{
	json_key(w, "browsers");
	json_begin_array(w);
	for (int i = 0; i < browsers->n; i++) {
		const struct sql_push_list_row row = sql_push_list_row(browsers, i);
		json_begin_object(w);
		json_member_i64(w, "id", row.id);
		json_member_str(w, "agent", account_browser_name(v, row.agent));
		if (row.has_taken_ms)
			locale_write_time(w, "taken", &v->locale, row.taken_ms);
		else
			json_member_bool(w, "taken", false);
		json_member_bool(w, "is_refused", row.has_refused_status && row.refused_status > 0);
		json_member_bool(w, "is_unusable", row.has_refused_status && row.refused_status == 0);
		json_member_i64(w, "status", row.refused_status);
		json_member_bool(w, "here", row.is_here);
		json_end_object(w);
	}
	json_end_array(w);
	json_member_bool(w, "has_browsers", browsers->n > 0);
}

void ring_part_write(struct desk_request *v, struct json_writer *w, const struct ring_part *part)
{
	struct sql_ring_choices_row c = { .on_waiting = true,
		.on_mine = true,
		.on_mentions = true,
		.on_leads = true,
		.on_channels = true,
		.mail = STR("off") };
	if (part->choices.n > 0)
		c = sql_ring_choices_row(&part->choices, 0);
	json_key(w, "ring");
	json_begin_object(w);
	json_member_bool(w, "away", sql_absence_row(&part->absence, 0).is_away);
	json_member_bool(w, "waiting", c.on_waiting);
	json_member_bool(w, "mine", c.on_mine);
	json_member_bool(w, "mentions", c.on_mentions);
	json_member_bool(w, "leads", c.on_leads);
	json_member_bool(w, "channels", c.on_channels);
	ring_page_write_clock(v, w, "quiet_from", c.has_quiet_from, c.quiet_from);
	ring_page_write_clock(v, w, "quiet_to", c.has_quiet_to, c.quiet_to);
	page_write_flag(w, "mail", c.mail);
	ring_page_write_browsers(v, w, &part->browsers);
	json_end_object(w);
}

/* ---- changed ---- */

/* Exactly `n` bytes of base64url, with or without padding; absent otherwise. */
static struct str ring_page_decode(struct pool *pool, struct str text, size_t n)
{
	struct buf out;
	while (text.n && text.p[text.n - 1] == '=')
		text.n--;
	buf_init(&out, 1000);
	bool good = crypt_base64url_decode(&out, text) && out.err == ERR_OK && out.len == n;
	struct str bytes = pool_take(pool, &out);
	return good ? bytes : STR_NONE;
}

/* {"ok": true} and the key, for push.js. */
static enum err ring_page_answer(struct desk_request *v, struct str key)
{
	struct json_writer w = request_begin_object(v, "application/json");
	struct buf text;
	json_member_bool(&w, "ok", true);
	if (key.p) {
		buf_init(&text, 200);
		crypt_base64url(&text, key);
		json_member_str(&w, "key", pool_take(v->pool, &text));
	}
	json_end_object(&w);
	return v->response->body.err;
}

enum err desk_push_key(struct desk_request *v)
{
	struct sql_push_public_key_rows found;
	struct sql_push_offer_keys_rows made;
	struct str key, sealed;
	enum err e = REQUEST_CALL(v, sql_push_public_key, &found);
	if (e != ERR_OK)
		return e;
	key = sql_push_public_key_row(&found, 0).public_key;
	if (key.p)
		return ring_page_answer(v, push_key_bytes(v->pool, key));
	if (!v->desk->keys)
		return request_refuse(v, 503, T("The key file cannot be read. Ask who runs the server."));
	push_key_new(v->pool, v->desk->keys, &key, &sealed);
	e = REQUEST_CALL(v, sql_push_offer_keys, key, sealed, &made);
	if (e != ERR_OK)
		return e;
	return ring_page_answer(v, push_key_bytes(v->pool, sql_push_offer_keys_row(&made, 0).public_key));
}

enum err desk_push_subscribe(struct desk_request *v)
{
	struct form form;
	struct sql_push_subscribe_rows rows;
	if (!form_parse(v->pool, &form, push_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, T("The browser gave no complete subscription. Try again."));
	struct str key = ring_page_decode(v->pool, form_value(&form, "key"), CRYPT_P256_PUBLIC_BYTES),
		   auth = ring_page_decode(v->pool, form_value(&form, "auth"), CRYPT_PUSH_AUTH_BYTES);
	if (!key.p || !auth.p || !crypt_p256_is_point(key)
		|| !web_push_endpoint_is_good(v->pool, form_value(&form, "endpoint"),
			v->desk->conf->net_private_addresses == CONF_PRIVATE_ALLOW))
		return request_refuse(v, 400, T("The browser gave no complete subscription. Try again."));
	struct str agent = request_header(v->request, "HTTP_USER_AGENT");
	enum err e = REQUEST_CALL(v, sql_push_subscribe,
		&(struct sql_push_subscribe_args){ .hash = token_hash(v->pool, v->caller.token),
			.org_id = v->caller.org_id,
			.endpoint = form_value(&form, "endpoint"),
			.browser_key = key,
			.auth = auth,
			.agent = agent.p && str_is_utf8(agent) ? agent : STR("") },
		&rows);
	if (e != ERR_OK)
		return e;
	return sql_push_subscribe_row(&rows, 0).done ? ring_page_answer(v, STR_NONE) : ERR_DENIED;
}

enum err desk_push_remove(struct desk_request *v)
{
	struct form form;
	struct sql_push_unsubscribe_rows rows;
	if (!form_parse(v->pool, &form, remove_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	int64_t id = form_number(&form, "id");
	struct str endpoint = form_value(&form, "endpoint");
	enum err e = REQUEST_CALL(v, sql_push_unsubscribe, token_hash(v->pool, v->caller.token), v->caller.org_id,
		str_is_empty(endpoint) ? STR_NONE : endpoint, id ? &id : NULL, &rows);
	if (e != ERR_OK)
		return e;
	flash_set(v, "browser-removed");
	request_redirect(v, "/account#notifications");
	return ERR_OK;
}

static enum err ring_page_sender(struct desk_request *v, void *arg)
{
	return request_sender_is_alive(v, arg);
}

enum err desk_push_test(struct desk_request *v)
{
	struct sql_push_test_rows rows;
	bool alive = false;
	enum err e = request_transaction(v, ring_page_sender, &alive);
	if (e == ERR_OK)
		e = REQUEST_CALL(v, sql_push_test, token_hash(v->pool, v->caller.token), v->caller.org_id, &rows);
	if (e != ERR_OK)
		return e;
	bool any = sql_push_test_row(&rows, 0).n > 0;
	if (any)
		request_wake_sender(v, alive);
	flash_set(v, any ? "push-tested" : "push-none");
	request_redirect(v, "/account#notifications");
	return ERR_OK;
}

/* "22:30" as minutes; false when it is no time. Nothing is no time to be quiet. */
static bool ring_page_minute(struct str text, int64_t *out)
{
	int64_t hour, minute;
	struct str rest = text, first = str_take_until(&rest, ':');
	if (text.n != 5 || !str_to_i64(first, &hour) || !str_to_i64(rest, &minute) || hour < 0 || hour > 23
		|| minute < 0 || minute > 59)
		return false;
	*out = hour * MINUTES_HOUR + minute;
	return true;
}

enum err desk_ring_save(struct desk_request *v)
{
	struct form form;
	struct sql_ring_save_rows rows;
	int64_t from = 0, to = 0;
	bool good = form_parse(v->pool, &form, ring_fields, &v->params, v->locale.translation);
	struct str first = form_value(&form, "quiet_from"), last = form_value(&form, "quiet_to");
	bool quiet = !str_is_empty(first) && !str_is_empty(last);
	if (!good || (quiet && (!ring_page_minute(first, &from) || !ring_page_minute(last, &to))))
		return request_refuse(v, 400, T("Write a time such as 22:00, or nothing."));
	enum err e = REQUEST_CALL(v, sql_ring_save,
		&(struct sql_ring_save_args){ .hash = token_hash(v->pool, v->caller.token),
			.org_id = v->caller.org_id,
			.on_waiting = form_checked(&form, "waiting"),
			.on_mine = form_checked(&form, "mine"),
			.on_mentions = form_checked(&form, "mentions"),
			.on_leads = form_checked(&form, "leads"),
			.on_channels = form_checked(&form, "channels"),
			.quiet_from = quiet ? &from : NULL,
			.quiet_to = quiet ? &to : NULL,
			.mail = form_value(&form, "mail") },
		&rows);
	if (e != ERR_OK)
		return e;
	if (!sql_ring_save_row(&rows, 0).done)
		return ERR_DENIED;
	flash_set(v, "calls-saved");
	request_redirect(v, "/account#notifications");
	return ERR_OK;
}

/* ---- away ---- */

static const struct field away_fields[] = { CALL_FIELD("away"), FIELD_LAST };

static enum err ring_page_set_away(struct desk_request *v, void *arg)
{
	return sql_away_set(v->db, v->pool, v->caller.org_id, v->caller.id, *(const bool *)arg);
}

enum err desk_away_save(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, away_fields, &v->params, v->locale.translation))
		return ERR_INVALID;
	bool is_away = form_checked(&form, "away");
	enum err e = request_transaction(v, ring_page_set_away, &is_away);
	if (e != ERR_OK)
		return e;
	flash_set(v, is_away ? "away" : "back");
	request_redirect(v, "/account#away");
	return ERR_OK;
}
