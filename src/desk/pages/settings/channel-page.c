/*
 * channel-page.c - /settings/channels/{platform}: one channel, its fields, what is known about it.
 *
 * Shows whatever a struct channel_ops declares. A secret is never shown: a field says whether one is stored, the list
 * of what is stored has its last characters at most. The one exception is the verify token, which a person has to type
 * into the platform's console: people (no API token) see it until the platform has asked for it. The one that is
 * offered for a new channel is the same each time, so that it may be typed there before the form is saved.
 */
#include "desk/pages/settings/channel-page.h"

#include "channel/channel-health.h"

#define OFFERED_TOKEN_CHARS 24

/* ---- what is stored ---- */

static void open_stored(struct desk_request *v, struct channel_view *view, const struct sql_channel_view_rows *r)
{
	struct channel *c = &view->channel;
	struct explain why;
	const struct sql_channel_view_row row = sql_channel_view_row(r, 0);
	c->id = row.id;
	c->external_id = row.external_id;
	c->account_id = row.account_id;
	c->pending = str_equal(row.status, STR("pending"));
	view->connected = !row.is_disconnected;
	view->claimed = row.is_claimed;
	view->status = row.status;
	view->reason = row.status_reason;
	view->health = row.health;
	view->health_at = row.health_ms;
	if (!v->desk->keys || channel_open(v->pool, v->desk->keys, row.config, c, &why) != ERR_OK) {
		memset(c->secret, 0, sizeof(c->secret));
		view->sealed = view->connected;
	}
}

static enum err channel_page_load(struct desk_request *v, void *arg)
{
	struct channel_view *view = arg;
	struct sql_channel_view_rows r;
	int64_t org = v->caller.org_id;
	enum err e = sql_channel_view(v->db, v->pool, org, str_of(view->ops->platform), &r);
	if (e != ERR_OK || r.n == 0)
		return e;
	open_stored(v, view, &r);
	struct sql_channel_stray_verification_rows stray;
	if (view->connected && view->channel.pending && view->ops->verify_field >= 0) {
		if ((e = sql_channel_stray_verification(v->db, v->pool, org, str_of(view->ops->platform), &stray))
			!= ERR_OK)
			return e;
		view->stray_at = sql_channel_stray_verification_row(&stray, 0).at_ms;
	}
	return sql_channel_attempts(v->db, v->pool, org, view->channel.id, &view->attempts);
}

static enum err channel_page_begin(struct desk_request *v, struct channel_view *out)
{
	*out = (struct channel_view){ .ops = channel_find(v->path.word) };
	out->channel = (struct channel){ .org_id = v->caller.org_id, .ops = out->ops };
	return out->ops ? ERR_OK : ERR_NOT_FOUND;
}

enum err channel_view_load(struct desk_request *v, struct channel_view *out)
{
	enum err e = channel_page_begin(v, out);
	return e == ERR_OK ? request_transaction(v, channel_page_load, out) : e;
}

static struct str plain_of(const struct channel_view *view, const char *name)
{
	int i = channel_field(view->ops, name);
	return i < 0 ? STR_NONE : view->channel.plain[i];
}

struct str channel_view_address(const struct channel_view *view)
{
	struct str phone = plain_of(view, "display_phone_number"), name = plain_of(view, "bot_username");
	return phone.p ? phone : name.p ? name : view->channel.external_id;
}

const char *channel_page_path(struct desk_request *v, const struct channel_ops *ops, const char *more)
{
	return pool_printf(v->pool, "/settings/channels/%s%s", ops->platform, more).p;
}

/* ---- the model ---- */

static bool was_asked(const struct channel_view *view)
{
	return !str_is_empty(plain_of(view, "webhook_verified_at"));
}

static const struct json *findings_of(struct desk_request *v, const struct channel_view *view)
{
	const struct json *health = NULL;
	if (!view->connected || !view->health.p || json_parse(v->pool, view->health, &health, NULL) != ERR_OK)
		return NULL;
	return json_get(health, "findings");
}

static bool channel_page_is_subscribed(const struct json *findings)
{
	for (size_t i = 0; i < json_length(findings); i++) {
		const struct json *f = json_at(findings, i);
		struct str subject = json_str(json_get(f, "subject"));
		if (str_equal(json_str(json_get(f, "level")), STR("ok"))
			&& (str_equal(subject, str_of(CODE(subject_subscription)))
				|| str_equal(subject, str_of(CODE(subject_webhook)))))
			return true;
	}
	return false;
}

/* The step that is to be done now. That a field is subscribed shows with the first message alone: one step of both. */
static const char *channel_page_next(const struct channel_view *view, bool subscribed, bool received)
{
	if (!view->connected)
		return "saved";
	if (received)
		return "";
	if (view->ops->verify_field >= 0 && !was_asked(view))
		return "verified";
	return subscribed ? "received" : "subscribed";
}

static void write_steps(struct json_writer *w, const struct channel_view *view, const struct json *findings)
{
	bool received = view->connected && str_equal(view->status, STR("verified"));
	json_key(w, "steps");
	json_begin_object(w);
	json_member_bool(w, "saved", view->connected);
	json_member_bool(w, "verified", view->connected && (was_asked(view) || received));
	json_member_bool(w, "field", received);
	json_member_bool(w, "subscribed", received || channel_page_is_subscribed(findings));
	json_member_bool(w, "received", received);
	json_end_object(w);
	page_write_flag(w, "next", str_of(channel_page_next(view, channel_page_is_subscribed(findings), received)));
}

/* "phone number" as "Phone number:". */
static struct str subject_of(struct desk_request *v, struct str subject)
{
	struct str words = request_reason(v, subject);
	return pool_printf(v->pool, "%.*s:", (int)words.n, words.p);
}

/* Whether the test found webhook fields that are not subscribed. */
static bool channel_page_lacks_fields(const struct json *findings)
{
	for (size_t i = 0; i < json_length(findings); i++) {
		const struct json *f = json_at(findings, i);
		if (str_equal(json_str(json_get(f, "subject")), str_of(CODE(subject_fields)))
			&& str_equal(json_str(json_path(f, "reason", "code", NULL)),
				str_of(CODE(whatsapp_check_fields_missing))))
			return true;
	}
	return false;
}

static void channel_page_write_findings(struct desk_request *v, struct json_writer *w, const struct channel_view *view)
{
	const struct json *findings = findings_of(v, view);
	write_steps(w, view, findings);
	if (findings)
		locale_write_time(w, "tested", &v->locale, view->health_at);
	else
		json_member_bool(w, "tested", false);
	json_member_bool(w, "lacks_fields", channel_page_lacks_fields(findings));
	json_key(w, "findings");
	json_begin_array(w);
	for (size_t i = 0; i < json_length(findings); i++) {
		const struct json *f = json_at(findings, i);
		struct str level = json_str(json_get(f, "level")),
			   reason = reason_of_json(v->pool, json_get(f, "reason"));
		bool good = str_equal(level, STR("ok"));
		json_begin_object(w);
		json_member_bool(w, "good", good);
		json_member_bool(w, "warning", str_equal(level, STR("warn")));
		json_member_bool(w, "bad", str_equal(level, STR("FAIL")));
		json_member_str(w, "subject", subject_of(v, json_str(json_get(f, "subject"))));
		json_member_str(w, "words", reason_text(v->pool, v->locale.translation, reason));
		page_write_text(w, "next_step", good ? STR_NONE : request_reason_next(v, reason));
		json_end_object(w);
	}
	json_end_array(w);
}

static struct str attempt_kind(struct desk_request *v, struct str kind)
{
	const char *words = str_equal(kind, STR("verification")) ? T("verification") : T("delivery");
	return locale_sentence(v->pool, &v->locale, str_of(request_translate(v, words)));
}

static void write_attempts(struct desk_request *v, struct json_writer *w, const struct sql_channel_attempts_rows *r)
{
	int n = r->n;
	json_member_bool(w, "has_attempts", n > 0);
	json_key(w, "attempts");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		const struct sql_channel_attempts_row row = sql_channel_attempts_row(r, i);
		struct str from = row.remote_address;
		json_begin_object(w);
		json_member_bool(w, "accepted", row.accepted);
		locale_write_time(w, "time", &v->locale, row.at);
		json_member_str(w, "kind", attempt_kind(v, row.kind));
		page_write_reason(v, "words", row.reason);
		json_member_str(w, "from", from.p ? from : STR(""));
		json_end_object(w);
	}
	json_end_array(w);
}

static void write_stored(struct desk_request *v, struct json_writer *w, const struct channel_view *view)
{
	json_key(w, "stored");
	json_begin_array(w);
	for (int i = 0; view->connected && view->ops->fields[i].name; i++) {
		const struct secret *secret = view->channel.secret[i];
		struct str value = secret ? secret_redacted(v->pool, secret) : view->channel.plain[i];
		if (!value.p)
			continue;
		json_begin_object(w);
		json_member_str(w, "name", str_of(view->ops->fields[i].name));
		json_member_str(w, "value", value);
		json_end_object(w);
	}
	json_end_array(w);
}

/* Why the channel does not work yet, and what to do; the first that holds. */
static void write_reason(struct desk_request *v, struct json_writer *w, const struct channel_view *view)
{
	const char *reason = "", *next = "";
	if (!v->desk->keys) {
		reason = T("This host has no key file, so keys of channels can be neither stored nor used.");
		next = T("Ask the administrator of the server to set key.file, run deskbellctl key new, and restart "
			 "the desk.");
	} else if (view->sealed) {
		reason = T("The stored keys cannot be opened with the key file of this host.");
		next = T("Enter all of them again, or bring the old key file back.");
	} else if (!*v->desk->conf->public_base_url) {
		reason = T("This host does not know its own address, so no platform can deliver to it.");
		next = T("Ask the administrator of the server to set public.base_url to its https:// address.");
	} else if (view->stray_at && !was_asked(view)) {
		reason = T("Meta asked for a verification with a token that no channel has.");
		next = T("Copy the verify token from this page into Meta's console, and press Verify and save again.");
	} else if (view->connected && str_equal(view->status, STR("pending"))) {
		reason = T("No signed delivery has arrived yet.");
		next = T("Follow the steps on this page, then write to the channel yourself.");
	}
	bool broken = view->connected && view->reason.p && !*reason;
	json_member_str(
		w, "reason", broken ? request_reason_whole(v, view->reason) : str_of(request_translate(v, reason)));
	json_member_str(w, "next_step", str_of(request_translate(v, next)));
}

static void channel_page_write_channel(struct desk_request *v, struct json_writer *w, const struct channel_view *view)
{
	const struct channel *c = &view->channel;
	int verify = view->ops->verify_field;
	const struct secret *token = verify >= 0 && view->connected ? c->secret[verify] : NULL;
	bool shown = token && v->caller.kind == CALLER_PERSON && !was_asked(view);
	struct str url = channel_callback_url(v->pool, v->desk->conf, c);
	json_key(w, "channel");
	json_begin_object(w);
	json_member_bool(w, "connected", view->connected);
	json_member_bool(w, "follows", view->connected && !str_equal(view->status, STR("verified")));
	page_write_flag(w, "platform", str_of(view->ops->platform));
	json_member_bool(w, "claimed", view->connected && view->claimed);
	channel_state_write(w, view->connected, view->status);
	write_reason(v, w, view);
	json_member_str(w, "callback_url", url.p ? url : STR(""));
	json_member_str(w, "verify_token", shown ? secret_bytes(token) : STR(""));
	channel_page_write_findings(v, w, view);
	write_attempts(v, w, &view->attempts);
	write_stored(v, w, view);
	json_end_object(w);
}

/* The same for an organisation until the key changes; without a key nothing can be saved anyway. */
static struct str channel_page_offered_token(struct desk_request *v, const struct channel_view *view)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct str name = pool_printf(v->pool, "%lld %s", (long long)v->caller.org_id, view->ops->platform);
	struct buf hex;
	if (!v->desk->keys || !crypt_digest(v->desk->keys, 0, "verify token", name, digest))
		return STR("");
	buf_init(&hex, OFFERED_TOKEN_CHARS + 1);
	crypt_hex(&hex, (struct str){ (const char *)digest, OFFERED_TOKEN_CHARS / 2 });
	return pool_take(v->pool, &hex);
}

/* What a field shows: what was typed, what is stored, or a verify token for a new channel. */
static struct str channel_page_value_of(
	struct desk_request *v, const struct channel_view *view, const struct form *form, int i)
{
	const struct channel_field *f = &view->ops->fields[i];
	if (form && !f->own)
		return f->secret && i != view->ops->verify_field ? STR("") : form_value(form, f->name);
	if (!f->secret)
		return view->channel.plain[i];
	if (i == view->ops->verify_field && !view->channel.secret[i])
		return channel_page_offered_token(v, view);
	return STR("");
}

static const char *channel_page_error_of(const struct form *form, const struct channel_field *f)
{
	for (int i = 0; form && form->fields[i].name; i++)
		if (!strcmp(form->fields[i].name, f->name))
			return form->errors[i];
	return NULL;
}

static void channel_page_write_form(
	struct desk_request *v, struct json_writer *w, const struct channel_view *view, const struct form *form)
{
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "action", str_of(channel_page_path(v, view->ops, "")));
	json_member_str(w, "error", str_of(form ? form->error : NULL));
	json_member_bool(w, "asks_replace", view->asks_replace);
	json_member_bool(w, "asks_odd", view->asks_odd);
	for (int i = 0; view->ops->fields[i].name; i++) {
		const struct channel_field *f = &view->ops->fields[i];
		struct str value = channel_page_value_of(v, view, form, i);
		json_key(w, f->name);
		json_begin_object(w);
		json_member_str(w, "value", value.p ? value : STR(""));
		json_member_str(w, "error", str_of(channel_page_error_of(form, f)));
		if (f->secret)
			json_member_bool(w, "stored", view->channel.secret[i] != NULL);
		json_end_object(w);
	}
	json_end_object(w);
}

enum err channel_page_show(struct desk_request *v, const struct channel_view *view, const struct form *form, int status)
{
	const char *name = pool_printf(v->pool, "channel-%s", view->ops->platform).p;
	struct json_writer *w = page_begin(v, name, "settings", view->ops->title);
	channel_page_write_channel(v, w, view);
	channel_page_write_form(v, w, view, form);
	return page_end(v, status);
}

enum err desk_channel(struct desk_request *v)
{
	struct channel_view view;
	enum err e = channel_view_load(v, &view);
	return e == ERR_OK ? channel_page_show(v, &view, NULL, 200) : e;
}

/* ---- following along while the platform verifies ---- */

static enum err channel_page_load_updates(struct desk_request *v, void *arg)
{
	struct channel_view *view = arg;
	enum err e = channel_page_load(v, view);
	if (e != ERR_OK)
		return e;
	int64_t attempt = view->attempts.n ? sql_channel_attempts_row(&view->attempts, 0).at : 0;
	return fragment_stamp(v, pool_printf(v->pool, "%d %.*s %d %lld %lld %lld", view->connected, (int)view->status.n,
					 view->status.p ? view->status.p : "", was_asked(view),
					 (long long)view->stray_at, (long long)view->health_at, (long long)attempt));
}

enum err desk_channel_updates(struct desk_request *v)
{
	struct channel_view view;
	if (fragment_is_fresh(v))
		return ERR_OK;
	enum err e = channel_page_begin(v, &view);
	if (e == ERR_OK)
		e = request_transaction(v, channel_page_load_updates, &view);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	channel_page_write_channel(v, fragment_begin(v, "channel-updates", "settings"), &view);
	return fragment_end(v);
}
