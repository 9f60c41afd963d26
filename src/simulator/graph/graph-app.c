/*
 * graph-app.c - the webhook of an app: which fields of WhatsApp accounts it has subscribed.
 *
 * Owns the answers to GET and POST /{app}/subscriptions, which Meta gives to the app alone. A list that names an
 * unknown field is refused with the known ones. Before a subscription is kept its address is asked for the challenge.
 * Source: Meta, "Graph API", App, Subscriptions.
 */
#include "core/crypto/crypt.h"
#include "simulator/graph/graph.h"
#include "simulator/sim-webhook.h"
#include "simulator/state/sim-memory.h"

static const char *const known[] = { "account_alerts", "account_review_update", "account_settings_update",
	"account_update", "automatic_events", "business_capability_update", "business_username_updates", "calls",
	"flows", "group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
	"history", "message_echoes", "message_template_components_update", "message_template_quality_update",
	"message_template_status_update", "messages", "messaging_handovers", "partner_solutions",
	"payment_configuration_update", "phone_number_name_update", "phone_number_quality_update", "security",
	"smb_app_state_sync", "smb_message_echoes", "standby", "template_category_update", "tracking_events",
	"user_preferences" };

#define KNOWN (sizeof(known) / sizeof(*known))

static bool graph_app_knows(struct str name)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (str_equal(name, str_of(known[i])))
			return true;
	return false;
}

/* A number of the app, when the token is the app's own; NULL after a refusal. */
static struct channel *graph_app_find(struct graph_call *call, struct str token)
{
	const struct channels *channels = &call->sim->channels;
	struct str rest = token, id = str_take_until(&rest, '|');
	struct channel *of_app = NULL;

	for (size_t i = 0; i < channels->n; i++) {
		struct channel *channel = channels->list[i];

		if (!str_equal(str_of(channel->app_id), call->object))
			continue;
		of_app = channel;
		if (rest.p && str_equal(id, call->object) && crypt_equal(secret_bytes(channel->app_secret), rest))
			return channel;
	}
	if (!of_app)
		graph_refuse_object(call);
	else if (!rest.p)
		graph_fail(call, &(struct graph_error){ .http = 400,
					 .code = 15,
					 .message = "(#15) This method must be called with an app access_token." });
	else
		graph_fail(call,
			&(struct graph_error){ .http = 400, .code = 1, .message = "Error validating client secret." });
	return NULL;
}

static void graph_app_write_fields(struct json_writer *w, struct str fields)
{
	json_begin_array(w);
	while (fields.n) {
		json_begin_object(w);
		json_member_str(w, "name", str_trim(str_take_until(&fields, ',')));
		json_member_str(w, "version", STR("v25.0"));
		json_end_object(w);
	}
	json_end_array(w);
}

static void graph_app_get(struct graph_call *call, const struct channel *channel)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	json_key(&w, "data");
	json_begin_array(&w);
	if (!channel->fields || *channel->fields) {
		json_begin_object(&w);
		json_member_str(&w, "object", STR("whatsapp_business_account"));
		json_member_str(&w, "callback_url", str_of(channel->webhook_url));
		json_member_bool(&w, "active", true);
		json_key(&w, "fields");
		if (channel->fields) {
			graph_app_write_fields(&w, str_of(channel->fields));
		} else {
			struct buf all;

			buf_init(&all, 4096);
			for (size_t i = 0; i < KNOWN; i++)
				buf_addf(&all, "%s%s", i ? "," : "", known[i]);
			graph_app_write_fields(&w, buf_str(&all));
			buf_fini(&all);
		}
		json_end_object(&w);
	}
	json_end_array(&w);
	json_end_object(&w);
	graph_succeed(call, &plain);
	buf_fini(&plain);
}

/* A subscription while its address is asked whether it agrees. */
struct subscribing {
	struct graph_call call;
	char *fields;
};

static void graph_app_on_verified(void *arg, const struct verification *result)
{
	struct subscribing *s = arg;
	struct graph_call *call = &s->call;

	pthread_mutex_lock(&call->sim->lock);
	if (result->ok) {
		channels_set_fields(&call->sim->channels, call->object, s->fields);
		graph_succeed_bool(call);
	} else {
		graph_fail(
			call, &(struct graph_error){
				      .http = 400, .code = 2200, .message = "(#2200) Callback verification failed" });
	}
	graph_record(call);
	pthread_mutex_unlock(&call->sim->lock);
	channel_drop(call->channel);
	exchange_release(call->ex);
}

/* The first field that Meta does not know, with its place; false when there is one, after a refusal. */
static bool graph_app_check_fields(struct graph_call *call, struct str fields)
{
	struct buf list;
	bool ok = true;

	buf_init(&list, 4096);
	for (size_t i = 0; i < KNOWN; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", known[i]);
	for (int place = 0; fields.n && ok; place++) {
		struct str name = str_trim(str_take_until(&fields, ','));

		ok = graph_app_knows(name)
		     || graph_refuse(call, "(#100) Param fields[%d] must be one of {%s} - got \"%.*s\".", place,
			     buf_cstr(&list), (int)name.n, name.p);
	}
	buf_fini(&list);
	return ok;
}

static void graph_app_post(struct graph_call *call, struct channel *channel)
{
	struct str object = json_str(json_get(call->body, "object")),
		   url = json_str(json_get(call->body, "callback_url")),
		   fields = json_str(json_get(call->body, "fields")),
		   token = json_str(json_get(call->body, "verify_token"));

	call->has_secrets = true;
	if (!str_equal(object, STR("whatsapp_business_account"))) {
		graph_refuse(call, "(#100) Param object must be one of {whatsapp_business_account}");
	} else if (str_is_empty(url) || str_is_empty(token) || str_is_empty(fields)) {
		graph_refuse(call, "(#100) The parameters callback_url, fields and verify_token are required.");
	} else if (graph_app_check_fields(call, fields)) {
		struct subscribing *s = pool_new_of(call->ex->pool, struct subscribing);

		graph_hold(call);
		call->channel = channel;
		s->call = *call;
		s->fields = pool_cstr(call->ex->pool, fields);
		channel_keep(channel);
		webhook_verify(call->sim, pool_cstr(call->ex->pool, url), token, graph_app_on_verified, s);
	}
}

void graph_answer_app(struct graph_call *call, struct str token)
{
	struct channel *channel = graph_app_find(call, token);

	if (!channel)
		return;
	if (!strcmp(call->ex->method, "GET"))
		graph_app_get(call, channel);
	else if (!strcmp(call->ex->method, "POST"))
		graph_app_post(call, channel);
	else
		graph_refuse_object(call);
}
