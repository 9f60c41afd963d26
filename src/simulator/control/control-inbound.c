/*
 * control-inbound.c - the customer's side: messages, manual statuses, raw webhooks, and the verification of a
 * callback.
 *
 * Owns the requests while their webhooks are under way: they are held and answered from the loop. Never invents a
 * customer's identity: what the caller leaves out stays out of the payload.
 */
#include "core/clock.h"
#include "simulator/control/control.h"
#include "simulator/ladder.h"
#include "simulator/state/sim-memory.h"
#include "simulator/graph/meta-json.h"
#include "simulator/sim-webhook.h"

#define BODY_MAX_BYTES ((size_t)16 * 1024 * 1024)
#define NO_DOWNLOAD 131052
#define COPIES_MAX 1000

/* A webhook that a test may be waiting for. */
struct waiting {
	struct simulator *sim;
	struct exchange *ex; /* NULL: no test waits */
	int64_t inbound_n;   /* 0: it is no message */
	char wamid[META_WAMID_SIZE];
};

static void answer_webhook(struct exchange *ex, const char *wamid, int status)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	if (*wamid)
		json_member_str(&w, "id", str_of(wamid));
	json_member_i64(&w, "status", status);
	json_end_object(&w);
	control_succeed(ex);
}

static void on_sent(void *arg, int status)
{
	struct waiting *waiting = arg;
	struct inbound_record *record;

	pthread_mutex_lock(&waiting->sim->lock);
	record = ring_find(&waiting->sim->records.inbound, waiting->inbound_n);
	if (record && str_equal(record->wamid, str_of(waiting->wamid)))
		record->webhook_status = status == 200 ? 200 : -1;
	pthread_mutex_unlock(&waiting->sim->lock);
	if (waiting->ex) {
		answer_webhook(waiting->ex, waiting->wamid, status);
		exchange_release(waiting->ex);
	}
	free(waiting);
}

/* Sends and either holds the request until the webhook is through, or answers at once. */
void control_send_for(
	struct simulator *sim, struct exchange *ex, struct webhook *webhook, struct str wamid, int64_t inbound_n)
{
	struct waiting *waiting = memory_new(sizeof(*waiting));
	bool wait = json_bool(json_get(ex->json, "wait"), true);

	waiting->sim = sim;
	waiting->inbound_n = inbound_n;
	if (wamid.n && wamid.n < sizeof(waiting->wamid))
		memcpy(waiting->wamid, wamid.p, wamid.n);
	webhook->done = on_sent;
	webhook->arg = waiting;
	if (wait) {
		waiting->ex = ex;
		exchange_hold(ex);
	} else {
		answer_webhook(ex, waiting->wamid, 0);
	}
	webhook_send(sim, webhook);
}

static struct channel *need_channel(struct simulator *sim, struct exchange *ex)
{
	struct channel *channel =
		sim_channels_find(&sim->channels, json_text(ex->pool, json_get(ex->json, "phone_number_id")));

	if (!channel)
		control_refuse(ex, 404, "no channel has this phone_number_id");
	return channel;
}

static struct str without_plus(struct str phone)
{
	return phone.n && *phone.p == '+' ? (struct str){ phone.p + 1, phone.n - 1 } : phone;
}

/* The words of a message for the records, whatever its type. */
static struct str message_text(struct pool *pool, const struct json *body)
{
	const struct json *message = json_get(body, "message");
	struct str type = json_str(json_get(message, "type")), text = json_str(json_get(body, "text"));
	const struct json *content = type.n ? json_get(message, pool_cstr(pool, type)) : NULL;

	if (!text.p)
		text = json_str(json_get(content, "body"));
	if (!text.p)
		text = json_str(json_get(content, "caption"));
	if (!text.p)
		text = json_str(json_path(content, "button_reply", "title", NULL));
	if (!text.p)
		text = json_str(json_get(content, "emoji"));
	return text.p ? text : pool_printf(pool, "[%.*s]", (int)type.n, type.p ? type.p : "");
}

/* The id of the file of a message; absent for one without. */
static struct str control_inbound_file(const struct exchange *ex)
{
	const struct json *message = json_get(ex->json, "message");
	struct str type = json_str(json_get(message, "type"));

	return type.n ? json_str(json_path(message, pool_cstr(ex->pool, type), "id", NULL)) : STR_NONE;
}

/* Why Meta could not take the file of a message from the customer; 0: it could, or there is none. */
static int64_t control_inbound_error(const struct simulator *sim, const struct exchange *ex)
{
	struct str id = control_inbound_file(ex);
	struct sim_media *file = id.p ? sim_media_find(&sim->media, id) : NULL;

	return file && sim_media_take_fault(file, SIM_MEDIA_BIT(SIM_MEDIA_NO_DOWNLOAD)) ? NO_DOWNLOAD : 0;
}

static int64_t note_inbound(struct simulator *sim, struct exchange *ex, const struct channel *channel,
	const struct whatsapp_person *person, struct str wamid, int64_t timestamp_s)
{
	struct str number = str_of(channel->phone_number_id),
		   type = json_str(json_path(ex->json, "message", "type", NULL));
	struct customer *customer =
		customers_get(&sim->customers, number, person->phone, person->user_id, person->name);

	if (timestamp_s * 1000 > customer->last_inbound_ms)
		customer->last_inbound_ms = timestamp_s * 1000;
	return records_add_inbound(&sim->records, &(struct inbound_record){ .at_ms = clock_wall_ms(),
							  .phone_number_id = number,
							  .from = person->phone,
							  .user_id = person->user_id,
							  .name = person->name,
							  .type = type.n ? type : STR("text"),
							  .text = message_text(ex->pool, ex->json),
							  .wamid = wamid,
							  .media = control_inbound_file(ex) });
}

static bool check_inbound(struct exchange *ex, const struct whatsapp_person *person)
{
	const struct json *message = json_get(ex->json, "message");

	if (!person->phone.n && !person->user_id.n)
		control_refuse(ex, 400, "from or user_id is needed");
	else if (message && json_kind(message) != JSON_OBJECT)
		control_refuse(ex, 400, "message is not an object");
	else if (!message && json_kind(json_get(ex->json, "text")) != JSON_STRING)
		control_refuse(ex, 400, "text or message is needed");
	else
		return true;
	return false;
}

int64_t control_copies(const struct simulator *sim, const struct exchange *ex)
{
	int64_t copies;

	if (!json_i64(json_get(ex->json, "copies"), &copies) || copies < 1)
		copies = sim->behaviour.inbound_copies;
	return copies < COPIES_MAX ? copies : COPIES_MAX;
}

void control_post_inbound(struct simulator *sim, struct exchange *ex)
{
	struct channel *channel = need_channel(sim, ex);
	const struct json *message = json_get(ex->json, "message");
	struct str name = json_str(json_get(ex->json, "name")), wamid = json_str(json_get(message, "id"));
	struct whatsapp_person person = { without_plus(json_text(ex->pool, json_get(ex->json, "from"))),
		json_str(json_get(ex->json, "user_id")), name };
	int64_t timestamp_s, n;
	char fresh[META_WAMID_SIZE];
	struct buf body;

	if (!channel || !check_inbound(ex, &person))
		return;
	if (!json_i64(json_get(ex->json, "timestamp"), &timestamp_s)
		&& !json_i64(json_get(message, "timestamp"), &timestamp_s))
		timestamp_s = clock_wall_ms() / 1000;
	if (!wamid.n) {
		meta_wamid(fresh, person.phone.n ? person.phone : person.user_id, true, simulator_serial(sim));
		wamid = str_of(fresh);
	}
	n = note_inbound(sim, ex, channel, &person, wamid, timestamp_s);
	if (!channel->subscribed) {
		control_refuse(ex, 409, "no app is subscribed to this account, so the platform sends no webhook");
		return;
	}
	buf_init(&body, BODY_MAX_BYTES);
	whatsapp_payload_message(&body, channel, &person,
		&(struct whatsapp_message){ .wamid = wamid,
			.timestamp_s = timestamp_s,
			.error_code = control_inbound_error(sim, ex),
			.object = message,
			.text = json_str(json_get(ex->json, "text")) });
	control_send_for(sim, ex,
		&(struct webhook){ .channel = channel,
			.body = buf_str(&body),
			.kind = "message",
			.what = pool_str(ex->pool, wamid),
			.copies = (int)control_copies(sim, ex) },
		wamid, n);
	buf_fini(&body);
}

void control_post_webhook(struct simulator *sim, struct exchange *ex)
{
	struct channel *channel = need_channel(sim, ex);
	struct str body = json_str(json_get(ex->json, "body"));

	if (!channel)
		return;
	if (!body.p) {
		control_refuse(ex, 400, "body is needed: the text to send");
		return;
	}
	control_send_for(sim, ex,
		&(struct webhook){ .channel = channel,
			.body = body,
			.signature = json_str(json_get(ex->json, "signature")),
			.kind = "raw",
			.what = STR(""),
			.copies = (int)control_copies(sim, ex) },
		STR_NONE, 0);
}

static const char *rung_literal(struct str name)
{
	static const char *const names[] = { "sent", "delivered", "read", "played", "failed" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_equal(str_of(names[i]), name))
			return names[i];
	return NULL;
}

/* False when it is no list of states. */
static bool read_rungs(const struct json *list, const char *rungs[LADDER_RUNGS_MAX], unsigned *n)
{
	if (!json_length(list) || json_length(list) > LADDER_RUNGS_MAX)
		return false;
	for (*n = 0; *n < json_length(list); ++*n)
		if (!(rungs[*n] = rung_literal(json_str(json_at(list, *n)))))
			return false;
	return true;
}

/* Statuses of a message that was delivered, once more or in any order. */
void control_post_statuses(struct simulator *sim, struct exchange *ex)
{
	const struct delivery_record *delivery =
		records_find_delivery(&sim->records, json_str(json_get(ex->json, "wamid")));
	struct channel *channel = delivery ? sim_channels_find(&sim->channels, delivery->phone_number_id) : NULL;
	const char *rungs[LADDER_RUNGS_MAX];
	unsigned n = 0;
	int64_t code;

	if (!delivery || !channel) {
		control_refuse(ex, 404, "no message with this wamid was delivered");
		return;
	}
	if (!read_rungs(json_get(ex->json, "statuses"), rungs, &n)) {
		control_refuse(ex, 400, "statuses is a list of sent, delivered, read, played, failed");
		return;
	}
	if (!json_i64(json_get(ex->json, "failed_code"), &code))
		code = sim->behaviour.failed_code;
	buf_add_cstr(&ex->out, "{\"ok\":true}");
	control_succeed(ex);
	exchange_hold(ex);
	ladder_start(sim, &(struct ladder_options){ .channel = channel,
				  .person = { delivery->to, delivery->user_id, STR_NONE },
				  .wamid = delivery->wamid,
				  .tag = delivery->tag,
				  .rungs = rungs,
				  .n_rungs = n,
				  .copies = 1,
				  .failed_code = code,
				  .done = exchange_release_arg,
				  .arg = ex });
}

static void control_inbound_on_verified(void *arg, const struct verification *result)
{
	struct exchange *ex = arg;
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_bool(&w, "ok", result->ok);
	json_member_i64(&w, "status", result->status);
	json_member_str(&w, "reason", str_of(result->reason));
	json_end_object(&w);
	control_succeed(ex);
	exchange_release(ex);
}

void control_post_verify(struct simulator *sim, struct exchange *ex)
{
	struct channel *channel = need_channel(sim, ex);

	if (!channel)
		return;
	exchange_hold(ex);
	webhook_verify(
		sim, channel_callback(channel), secret_bytes(channel->verify_token), control_inbound_on_verified, ex);
}
