/*
 * whatsapp-others.c - what others than customer and bot do in a conversation: Meta's own agent that answers, calls, and
 * what the phone brings along when it is connected (earlier messages, names).
 *
 * Never asks for an answer. What is imported from the phone is read already and rings nowhere. A value that holds
 * nothing that can be used is counted with its shape. Sources: Meta, "Standby webhook", "messaging_handovers", "Calls
 * webhook", "Onboarding business app users" (history, smb_app_state_sync), 2026.
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/pieces.h"
#include "core/clock.h"

#include <string.h>

#define HISTORY_MAX_S (180 * 86400)
#define LOCAL_DIGITS 8 /* in which the forms of a number agree */

/* A number as `wa_id` has it. */
static struct str whatsapp_others_wa_id(struct str number)
{
	while (number.n && *number.p == '+')
		number = (struct str){ number.p + 1, number.n - 1 };
	return number;
}

/* ---- Meta's agent ---- */

/* The same message may come as a usual one too, so it has an id of its own here. */
static void whatsapp_others_hold(struct pool *pool, struct inbound *item)
{
	item->provider_id = pool_printf(pool, "standby:%.*s", (int)item->provider_id.n, item->provider_id.p);
	item->holder = INBOUND_HELD_BY_PLATFORM;
	item->wants_answer = false;
	item->attention = STR_NONE;
}

/* What Meta's agent wrote: the body of a request that sends, next to an id and a time. */
static void whatsapp_others_add_agent(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *echo, struct inbound_list *out)
{
	const struct json *sent = json_get(echo, "message");
	struct str to = whatsapp_others_wa_id(json_text(pool, json_get(sent, "to")));
	struct inbound customer = { .is_echo = true };
	whatsapp_person_of(pool, value, to, json_text(pool, json_get(sent, "recipient")), &customer);
	if (customer.n_identities == 0) {
		piece_quarantine(pool, channel, out, "echo", CODE(item_agent_no_customer), echo);
		return;
	}
	struct inbound *item = piece_add_for(pool, channel, out, &customer);
	whatsapp_fill_content(pool, item, sent);
	whatsapp_take_group(pool, item, sent);
	item->provider_id = json_text(pool, json_get(echo, "id"));
	item->at_s = piece_seconds(json_get(echo, "timestamp"));
	item->by_platform = true;
	item->metadata = piece_metadata_add(pool, item->metadata, "standby", STR("true"));
	whatsapp_others_hold(pool, item);
}

void whatsapp_take_standby(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *standby = json_get(value, "standby"), *messages = json_get(standby, "messages"),
			  *echoes = json_get(standby, "message_echoes");
	for (size_t i = 0; i < json_length(messages) && !out->is_full; i++) {
		struct inbound *item = whatsapp_take_message(pool, channel, standby, json_at(messages, i), false, out);
		if (item)
			whatsapp_others_hold(pool, item);
	}
	for (size_t i = 0; i < json_length(echoes) && !out->is_full; i++)
		whatsapp_others_add_agent(pool, channel, standby, json_at(echoes, i), out);
	if (json_length(messages) + json_length(echoes) == 0)
		whatsapp_take_field(pool, channel, STR("standby"), value, out);
}

/* Control passes between Meta's agent and this inbox; without a sender the conversation is unknown. */
void whatsapp_take_handover(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *passed = json_get(value, "control_passed"), *taken = json_get(value, "control_taken");
	const struct json *change = passed ? passed : taken;
	struct str owner = json_str(json_get(change, "new_owner_role"));
	struct inbound customer = { .n_identities = 0 };
	struct str number = whatsapp_others_wa_id(json_text(pool, json_path(value, "sender", "phone_number", NULL)));
	whatsapp_person_of(pool, value, number, STR_NONE, &customer);
	if (!change || customer.n_identities == 0) {
		whatsapp_take_field(pool, channel, STR("messaging_handovers"), value, out);
		return;
	}
	struct inbound *item = piece_add_for(pool, channel, out, &customer);
	bool to_agent = taken || str_equal(owner, STR("ai_agent"));
	item->kind = STR("handover");
	item->provider_id = piece_content_id(pool, value);
	item->at_s = piece_seconds(json_get(value, "timestamp"));
	item->is_event = true;
	item->holder = to_agent ? INBOUND_HELD_BY_PLATFORM : INBOUND_HELD_BY_US;
	item->attention = to_agent ? STR_NONE : str_of(CODE(agent_handed_over));
	item->body = json_str(json_path(change, "conversation_context", "summary", "text", NULL));
	item->metadata = piece_metadata_add(
		pool, STR_NONE, "handover", to_agent ? STR("{\"to\":\"agent\"}") : STR("{\"to\":\"inbox\"}"));
}

/* ---- calls ---- */

static void whatsapp_others_add_call(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *call, struct inbound_list *out)
{
	static const char *const elsewhere[] = { "id", "from", "to", "from_user_id", "to_user_id", "timestamp",
		"session", NULL };
	struct str event = json_str(json_get(call, "event")), id = json_text(pool, json_get(call, "id"));
	bool by_shop = str_equal(json_str(json_get(call, "direction")), STR("BUSINESS_INITIATED"));
	bool begins = str_equal(event, STR("connect")), ends = str_equal(event, STR("terminate"));
	struct inbound customer = { .n_identities = 0 };
	int64_t duration = 0;
	whatsapp_person_of(pool, value, json_text(pool, json_get(call, by_shop ? "to" : "from")),
		json_text(pool, json_get(call, by_shop ? "to_user_id" : "from_user_id")), &customer);
	if ((!begins && !ends) || str_is_empty(id) || customer.n_identities == 0) {
		whatsapp_take_field(pool, channel, STR("calls"), value, out);
		return;
	}
	json_i64(json_get(call, "duration"), &duration);
	struct inbound *item = piece_add_for(pool, channel, out, &customer);
	item->kind = STR("call");
	item->provider_id = pool_printf(pool, "%.*s:%.*s", (int)str_cut(id, 400).n, id.p, (int)event.n, event.p);
	item->at_s = piece_seconds(json_get(call, "timestamp"));
	item->opens_window = !by_shop; /* the customer called, answered or not */
	item->is_event = begins || by_shop || duration > 0;
	if (ends && !by_shop && duration == 0)
		item->attention = str_of(CODE(customer_called));
	item->metadata = piece_metadata_add(pool, STR_NONE, "call", piece_metadata(pool, call, elsewhere, NULL));
}

void whatsapp_take_calls(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *calls = json_get(value, "calls");
	for (size_t i = 0; i < json_length(calls) && !out->is_full; i++)
		whatsapp_others_add_call(pool, channel, value, json_at(calls, i), out);
	if (json_length(calls) == 0)
		whatsapp_take_field(pool, channel, STR("calls"), value, out);
}

/* ---- what the phone brings along ---- */

/* It was read and answered long ago: neither unread nor open, and no answer is due, and it says nothing of who the
 * customer is now. A time that has not come yet is now. */
static void whatsapp_others_make_past(struct pool *pool, struct inbound *item, const struct json *message)
{
	static const char *const known[] = { "delivered", "read", "played" };
	struct str status = json_str(json_path(message, "history_context", "status", NULL));
	int64_t now_s = clock_wall_ms() / 1000;
	item->is_event = item->is_quiet = true;
	item->wants_answer = item->opens_window = false;
	item->attention = item->renamed_from = STR_NONE;
	item->holder = INBOUND_HOLDER_UNCHANGED;
	item->at_s = item->at_s < now_s ? item->at_s : now_s;
	item->metadata = piece_metadata_add(pool, item->metadata, "imported", STR("true"));
	for (size_t i = 0; item->is_echo && i < sizeof(known) / sizeof(known[0]); i++)
		if (str_equal_nocase(status, str_of(known[i])))
			item->status = i == 0 ? STR("delivered") : STR("read");
}

/* The forms differ next to the country's code only. */
bool whatsapp_is_same_number(struct str a, struct str b)
{
	if (str_is_empty(a) || str_is_empty(b))
		return false;
	if (str_equal(a, b))
		return true;
	return a.n > LOCAL_DIGITS + 1 && b.n > LOCAL_DIGITS + 1 && !memcmp(a.p, b.p, 2)
	       && !memcmp(a.p + a.n - LOCAL_DIGITS, b.p + b.n - LOCAL_DIGITS, LOCAL_DIGITS);
}

/* A number as people write it, too. */
static struct str whatsapp_others_digits(struct pool *pool, struct str number)
{
	struct buf digits;
	buf_init(&digits, 64);
	for (size_t i = 0; i < number.n && i < 40; i++)
		if (number.p[i] >= '0' && number.p[i] <= '9')
			buf_add_char(&digits, number.p[i]);
	return pool_take(pool, &digits);
}

struct str whatsapp_own_number(struct pool *pool, const struct json *value)
{
	return whatsapp_others_digits(
		pool, json_text(pool, json_path(value, "metadata", "display_phone_number", NULL)));
}

struct past_thread {
	struct inbound person;
	struct str number, own; /* of the customer and of the business; absent where not said */
};

/* Whether the business wrote it; false also when it names a third party, and then `*odd` is set. */
static bool whatsapp_others_is_ours(
	struct pool *pool, const struct past_thread *t, const struct json *message, bool *odd)
{
	struct str from = whatsapp_others_wa_id(json_text(pool, json_get(message, "from"))),
		   to = whatsapp_others_wa_id(json_text(pool, json_get(message, "to")));
	bool is_own = whatsapp_is_same_number(from, t->own);
	bool is_theirs = whatsapp_is_same_number(from, t->number);
	*odd = !str_is_empty(from) && !str_is_empty(t->own) && !str_is_empty(t->number) && !is_own && !is_theirs;
	if (str_is_empty(from))
		return !str_is_empty(to) && !whatsapp_is_same_number(to, t->own);
	return is_own || (str_is_empty(t->own) && !is_theirs && !str_is_empty(t->number));
}

static void whatsapp_others_add_past(struct pool *pool, const struct channel *channel, const struct past_thread *t,
	const struct json *message, struct inbound_list *out)
{
	struct inbound who = t->person;
	bool odd, in_group = !str_is_empty(json_text(pool, json_get(message, "group_id")));
	bool is_echo = whatsapp_others_is_ours(pool, t, message, &odd);
	if (in_group) {
		who = (struct inbound){ .n_identities = 0 };
		whatsapp_person_of(pool, NULL, json_text(pool, json_get(message, "from")),
			json_text(pool, json_get(message, "from_user_id")), &who);
	} else if (odd) {
		piece_quarantine(pool, channel, out, "message", CODE(item_of_third_party), message);
		return;
	}
	who.is_echo = is_echo;
	struct inbound *item = piece_add_for(pool, channel, out, &who);
	whatsapp_fill_content(pool, item, message);
	whatsapp_take_group(pool, item, message);
	whatsapp_others_make_past(pool, item, message);
}

static void whatsapp_others_add_thread(struct pool *pool, const struct channel *channel, const struct json *thread,
	struct str own, struct inbound_list *out)
{
	const struct json *messages = json_get(thread, "messages"), *context = json_get(thread, "context");
	struct past_thread t = { .own = own, .number = json_text(pool, json_get(context, "wa_id")) };
	size_t n = json_length(messages);
	int64_t oldest = clock_wall_ms() / 1000 - HISTORY_MAX_S;
	if (str_is_empty(t.number))
		t.number = json_text(pool, json_get(thread, "id"));
	t.number = whatsapp_others_wa_id(t.number);
	whatsapp_person_of(pool, NULL, t.number, json_text(pool, json_get(context, "user_id")), &t.person);
	t.person.username = json_str(json_get(context, "username"));
	for (size_t i = 0; i < n && !out->is_full; i++) {
		const struct json *m = json_at(messages, i);
		if (json_kind(m) != JSON_OBJECT || t.person.n_identities == 0)
			piece_quarantine(pool, channel, out, "message",
				t.person.n_identities ? CODE(item_no_object) : CODE(item_names_nobody), m);
		else if (piece_seconds(json_get(m, "timestamp")) >= oldest)
			whatsapp_others_add_past(pool, channel, &t, m, out);
	}
}

/* Files come some time after the messages that they belong to, as usual messages under the same ids. */
static void whatsapp_others_add_files(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *messages = json_get(value, "messages"), *echoes = json_get(value, "message_echoes");
	for (size_t i = 0; i < json_length(messages) && !out->is_full; i++) {
		struct inbound *item = whatsapp_take_message(pool, channel, value, json_at(messages, i), true, out);
		if (item)
			whatsapp_others_make_past(pool, item, json_at(messages, i));
	}
	for (size_t i = 0; i < json_length(echoes) && !out->is_full; i++) {
		struct inbound *item = whatsapp_take_echo(pool, channel, value, json_at(echoes, i), out);
		if (item)
			whatsapp_others_make_past(pool, item, json_at(echoes, i));
	}
}

/* The database brings them into the order of their times (deskbell_past_id): chunks come in any order, and twice. A
 * business that does not share its history is an error of Meta's. */
void whatsapp_take_history(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *chunks = json_get(value, "history");
	struct str own = whatsapp_own_number(pool, value);
	out->max = INBOUND_PAST_MAX;
	whatsapp_take_field(pool, channel, STR("history"), value, out);
	for (size_t i = 0; i < json_length(chunks) && !out->is_full; i++) {
		const struct json *chunk = json_at(chunks, i), *threads = json_get(chunk, "threads");
		if (json_length(json_get(chunk, "errors")))
			whatsapp_take_field(pool, channel, STR("errors"), json_get(chunk, "errors"), out);
		for (size_t k = 0; k < json_length(threads) && !out->is_full; k++)
			whatsapp_others_add_thread(pool, channel, json_at(threads, k), own, out);
	}
	whatsapp_others_add_files(pool, channel, value, out);
}

void whatsapp_take_contacts(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *list = json_get(value, "state_sync");
	whatsapp_take_field(pool, channel, STR("smb_app_state_sync"), value, out);
	for (size_t i = 0; i < json_length(list) && !out->is_full; i++) {
		const struct json *contact = json_get(json_at(list, i), "contact");
		struct str name = json_str(json_get(contact, "full_name")),
			   number = whatsapp_others_wa_id(json_text(pool, json_get(contact, "phone_number")));
		name = str_is_empty(name) ? json_str(json_get(contact, "first_name")) : name;
		if (str_is_empty(str_trim(name)) || (str_is_empty(number) && !json_get(contact, "user_id"))
			|| str_equal(json_str(json_get(json_at(list, i), "action")), STR("remove")))
			continue;
		struct inbound *item = piece_add(pool, channel, out, INBOUND_CONTACT);
		inbound_identify(item, "bsuid", json_text(pool, json_get(contact, "user_id")));
		inbound_identify(item, "wa_id", number);
		item->name = str_trim(name);
	}
}
