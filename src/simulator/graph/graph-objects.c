/*
 * graph-objects.c - what a client asks about a number, an account and a token.
 *
 * Owns the answers to GET /{phone number}, /{account}/phone_numbers, /{account}/subscribed_apps and /debug_token.
 * Values are those of a healthy number. An unknown field fails the whole call, as it does at Meta.
 */
#include "core/clock.h"
#include "simulator/graph/graph.h"
#include "simulator/sim-webhook.h"

#define OVERRIDE_MAX_BYTES 200

struct field {
	const char *name;
	void (*write)(struct json_writer *w, const struct channel *channel);
	bool by_default;
	const char *text; /* instead of `write` */
};

static void graph_objects_write_id(struct json_writer *w, const struct channel *channel)
{
	json_write_str(w, str_of(channel->phone_number_id));
}

/* Meta shows the number for people: "+1 555-078-3881". A plain plus is near enough. */
static void write_display(struct json_writer *w, const struct channel *channel)
{
	struct buf text;

	buf_init(&text, 256);
	if (*channel->display_phone_number != '+')
		buf_add_char(&text, '+');
	buf_add_cstr(&text, channel->display_phone_number);
	json_write_str(w, buf_str(&text));
	buf_fini(&text);
}

static void write_verified_name(struct json_writer *w, const struct channel *channel)
{
	json_write_str(w, str_of(channel->verified_name));
}

static void write_throughput(struct json_writer *w, const struct channel *channel)
{
	(void)channel;
	json_begin_object(w);
	json_member_str(w, "level", STR("STANDARD"));
	json_end_object(w);
}

static void write_webhook_configuration(struct json_writer *w, const struct channel *channel)
{
	json_begin_object(w);
	json_member_str(w, "whatsapp_business_account", str_of(channel->override_url));
	json_member_str(w, "application", str_of(channel->webhook_url));
	json_end_object(w);
}

static void write_false(struct json_writer *w, const struct channel *channel)
{
	(void)channel;
	json_write_bool(w, false);
}

static void write_entity(struct json_writer *w, const char *type, const char *id)
{
	json_begin_object(w);
	json_member_str(w, "entity_type", str_of(type));
	json_member_str(w, "id", str_of(id));
	json_member_str(w, "can_send_message", STR("AVAILABLE"));
	json_end_object(w);
}

static void write_health(struct json_writer *w, const struct channel *channel)
{
	json_begin_object(w);
	json_member_str(w, "can_send_message", STR("AVAILABLE"));
	json_key(w, "entities");
	json_begin_array(w);
	write_entity(w, "PHONE_NUMBER", channel->phone_number_id);
	write_entity(w, "WABA", channel->business_account_id);
	write_entity(w, "BUSINESS", "506914307656634");
	write_entity(w, "APP", channel->app_id);
	json_end_array(w);
	json_end_object(w);
}

static const struct field fields[] = {
	{ "verified_name", write_verified_name, true, NULL },
	{ "code_verification_status", NULL, true, "VERIFIED" },
	{ "display_phone_number", write_display, true, NULL },
	{ "quality_rating", NULL, true, "GREEN" },
	{ "platform_type", NULL, true, "CLOUD_API" },
	{ "throughput", write_throughput, true, NULL },
	{ "webhook_configuration", write_webhook_configuration, true, NULL },
	{ "id", graph_objects_write_id, true, NULL },
	{ "name_status", NULL, false, "APPROVED" },
	{ "status", NULL, false, "CONNECTED" },
	{ "account_mode", NULL, false, "LIVE" },
	{ "whatsapp_business_manager_messaging_limit", NULL, false, "TIER_1K" },
	{ "messaging_limit_tier", NULL, false, "TIER_1K" },
	{ "last_onboarded_time", NULL, false, "2026-01-12T09:00:00+0000" },
	{ "is_on_biz_app", write_false, false, NULL },
	{ "is_official_business_account", write_false, false, NULL },
	{ "is_pin_enabled", write_false, false, NULL },
	{ "health_status", write_health, false, NULL },
};

#define N_FIELDS (sizeof(fields) / sizeof(*fields))

static const struct field *find_field(struct str name)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (str_equal(str_of(fields[i].name), name))
			return &fields[i];
	return NULL;
}

static void graph_objects_write_field(struct json_writer *w, const struct field *field, const struct channel *channel)
{
	json_key(w, field->name);
	if (field->write)
		field->write(w, channel);
	else
		json_write_str(w, str_of(field->text));
}

/* The fields asked for, each once, then the id; false after an error was answered. */
static bool write_fields(struct graph_call *call, struct json_writer *w, struct str wanted)
{
	bool written[N_FIELDS] = { false };

	while (wanted.p) {
		struct str name = str_trim(str_take_until(&wanted, ','));
		const struct field *field = find_field(name);

		if (!field)
			return graph_refuse(call,
				"(#100) Tried accessing nonexisting field (%.*s) on node type "
				"(WhatsAppBusinessPhoneNumber)",
				(int)name.n, name.p);
		if (!written[field - fields])
			graph_objects_write_field(w, field, call->channel);
		written[field - fields] = true;
	}
	if (!written[find_field(STR("id")) - fields])
		graph_objects_write_field(w, find_field(STR("id")), call->channel);
	return true;
}

void graph_get_number(struct graph_call *call)
{
	struct str wanted = exchange_query(call->ex, "fields");
	struct json_writer w;
	struct buf plain;
	bool ok = true;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	if (wanted.n)
		ok = write_fields(call, &w, wanted);
	else
		for (size_t i = 0; i < N_FIELDS; i++)
			if (fields[i].by_default)
				graph_objects_write_field(&w, &fields[i], call->channel);
	if (ok) {
		json_end_object(&w);
		graph_succeed(call, &plain);
	}
	buf_fini(&plain);
}

void graph_get_numbers(struct graph_call *call)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	json_key(&w, "data");
	json_begin_array(&w);
	json_begin_object(&w);
	for (size_t i = 0; i < N_FIELDS; i++)
		if (fields[i].by_default)
			graph_objects_write_field(&w, &fields[i], call->channel);
	json_end_object(&w);
	json_end_array(&w);
	json_end_object(&w);
	graph_succeed(call, &plain);
	buf_fini(&plain);
}

static void write_app(struct json_writer *w, struct pool *pool, const struct channel *channel)
{
	json_begin_object(w);
	json_key(w, "whatsapp_business_api_data");
	json_begin_object(w);
	json_member_str(w, "link", pool_printf(pool, "https://www.facebook.com/games/?app_id=%s", channel->app_id));
	json_member_str(w, "name", STR("Simulated App"));
	json_member_str(w, "id", str_of(channel->app_id));
	json_end_object(w);
	json_member_str(w, "override_callback_uri", str_of(channel->override_url));
	json_end_object(w);
}

/* Answers with the list of subscribed apps; after a change with "success" before it. */
static void answer_apps(struct graph_call *call, bool success)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	if (success)
		json_member_bool(&w, "success", true);
	json_key(&w, "data");
	json_begin_array(&w);
	if (call->channel->subscribed)
		write_app(&w, call->ex->pool, call->channel);
	json_end_array(&w);
	json_end_object(&w);
	graph_succeed(call, &plain);
	buf_fini(&plain);
}

void graph_get_subscription(struct graph_call *call)
{
	answer_apps(call, false);
}

/* A callback of its own for the account, while Meta asks that address whether it agrees. */
struct overriding {
	struct graph_call call;
	char *url;
};

static void on_override_verified(void *arg, const struct verification *result)
{
	struct overriding *o = arg;
	struct graph_call *call = &o->call;

	pthread_mutex_lock(&call->sim->lock);
	if (result->ok) {
		channels_subscribe(&call->sim->channels, call->object, true, o->url);
		answer_apps(call, true);
	} else {
		graph_refuse_value(call, "Webhook callback URL is not reachable or did not return the challenge");
	}
	graph_record(call);
	pthread_mutex_unlock(&call->sim->lock);
	channel_drop(call->channel);
	exchange_release(call->ex);
}

static void begin_override(struct graph_call *call, struct str url, struct str token)
{
	struct overriding *o = pool_new_of(call->ex->pool, struct overriding);

	graph_hold(call);
	o->call = *call;
	o->url = pool_cstr(call->ex->pool, url);
	channel_keep(call->channel);
	webhook_verify(call->sim, o->url, token, on_override_verified, o);
}

void graph_post_subscription(struct graph_call *call)
{
	struct str url = json_str(json_get(call->body, "override_callback_uri")),
		   token = json_str(json_get(call->body, "verify_token"));

	call->has_secrets = token.p != NULL;
	if (!url.p) {
		channels_subscribe(&call->sim->channels, call->object, true, NULL);
		graph_succeed_bool(call);
	} else if (!call->channel->subscribed) {
		graph_refuse(call,
			"(#100) Before override the current callback uri, your app must be subscribed to receive "
			"messages for WhatsApp Business Account.");
	} else if (url.n > OVERRIDE_MAX_BYTES
		   || !(str_has_prefix(url, STR("https://")) || str_has_prefix(url, STR("http://")))) {
		graph_refuse_value(call, "Invalid callback URI format");
	} else if (str_is_empty(token)) {
		graph_refuse(call, "(#100) The parameter verify_token is required.");
	} else {
		begin_override(call, url, token);
	}
}

void graph_delete_subscription(struct graph_call *call)
{
	channels_subscribe(&call->sim->channels, call->object, false, NULL);
	graph_succeed_bool(call);
}

static void write_scopes(struct json_writer *w, const struct channel *channel)
{
	static const char *const scopes[] = { "whatsapp_business_management", "whatsapp_business_messaging" };

	json_key(w, "scopes");
	json_begin_array(w);
	for (size_t i = 0; i < 2; i++)
		json_write_str(w, str_of(scopes[i]));
	json_end_array(w);
	json_key(w, "granular_scopes");
	json_begin_array(w);
	for (size_t i = 0; i < 2; i++) {
		json_begin_object(w);
		json_member_str(w, "scope", str_of(scopes[i]));
		json_key(w, "target_ids");
		json_begin_array(w);
		json_write_str(w, str_of(channel->business_account_id));
		json_end_array(w);
		json_end_object(w);
	}
	json_end_array(w);
}

static void write_invalid_token(struct json_writer *w)
{
	json_key(w, "error");
	json_begin_object(w);
	json_member_i64(w, "code", 190);
	json_member_str(w, "message", STR("Invalid OAuth access token - Cannot parse access token"));
	json_end_object(w);
	json_member_bool(w, "is_valid", false);
	json_key(w, "scopes");
	json_begin_array(w);
	json_end_array(w);
}

static void write_valid_token(struct json_writer *w, const struct channel *channel)
{
	json_member_str(w, "app_id", str_of(channel->app_id));
	json_member_str(w, "type", STR("SYSTEM_USER"));
	json_member_str(w, "application", STR("Simulated App"));
	json_member_i64(w, "data_access_expires_at", 0);
	json_member_i64(w, "expires_at", 0);
	json_member_bool(w, "is_valid", true);
	json_member_i64(w, "issued_at", clock_wall_ms() / 1000 - 86400);
	write_scopes(w, channel);
}

void graph_get_debug_token(struct graph_call *call)
{
	struct str token = exchange_query(call->ex, "input_token");
	const struct channel *channel = channels_find_token(&call->sim->channels, token);
	struct json_writer w;
	struct buf plain;

	if (str_is_empty(token)) {
		graph_refuse(call, "(#100) The parameter input_token is required.");
		return;
	}
	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	json_key(&w, "data");
	json_begin_object(&w);
	if (channel)
		write_valid_token(&w, channel);
	else
		write_invalid_token(&w);
	json_end_object(&w);
	json_end_object(&w);
	graph_succeed(call, &plain);
	buf_fini(&plain);
}
