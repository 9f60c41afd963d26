/*
 * control-chat.c - GET /control/chat: one conversation as the customer's phone shows it.
 *
 * Reads the records of both directions, newest first and bounded, and puts them in order. Never changes anything.
 */
#include "core/clock.h"
#include "simulator/control/control.h"

#define LOOK_BACK 5000
#define SHOWN_MAX 100

struct chat {
	struct str number, phone, user_id;
	const struct inbound_record *inbound[SHOWN_MAX];
	const struct delivery_record *deliveries[SHOWN_MAX];
	size_t n_inbound, n_deliveries; /* newest first */
};

static bool is_theirs(const struct chat *chat, struct str number, struct str phone, struct str user_id)
{
	if (!str_equal(chat->number, number))
		return false;
	return (chat->phone.n && str_equal(chat->phone, phone))
	       || (chat->user_id.n && str_equal(chat->user_id, user_id));
}

static void collect_inbound(struct chat *chat, const struct ring *ring)
{
	for (int64_t n = ring->last; n >= ring->first && n > ring->last - LOOK_BACK && chat->n_inbound < SHOWN_MAX;
		n--) {
		const struct inbound_record *r = ring_find(ring, n);

		if (r && is_theirs(chat, r->phone_number_id, r->from, r->user_id))
			chat->inbound[chat->n_inbound++] = r;
	}
}

static void collect_deliveries(struct chat *chat, const struct ring *ring)
{
	for (int64_t n = ring->last; n >= ring->first && n > ring->last - LOOK_BACK && chat->n_deliveries < SHOWN_MAX;
		n--) {
		const struct delivery_record *r = ring_find(ring, n);

		if (r && is_theirs(chat, r->phone_number_id, r->to, r->user_id))
			chat->deliveries[chat->n_deliveries++] = r;
	}
}

static const char *inbound_state(const struct inbound_record *r)
{
	if (r->webhook_status < 0)
		return "failed";
	if (r->read)
		return "read";
	return r->webhook_status == 200 ? "delivered" : "sent";
}

static void control_chat_write_inbound(struct json_writer *w, const struct inbound_record *r)
{
	json_begin_object(w);
	json_member_str(w, "direction", STR("out"));
	json_member_str(w, "type", r->type);
	json_member_str(w, "text", r->text);
	json_member_str(w, "wamid", r->wamid);
	json_member_str(w, "state", str_of(inbound_state(r)));
	json_member_str(w, "media", r->media);
	json_member_i64(w, "at_ms", r->at_ms);
	json_end_object(w);
}

static void control_chat_write_delivery(struct json_writer *w, const struct delivery_record *r)
{
	json_begin_object(w);
	json_member_str(w, "direction", STR("in"));
	json_member_str(w, "type", r->type);
	json_member_str(w, "text", r->text);
	json_member_str(w, "wamid", r->wamid);
	json_member_i64(w, "at_ms", r->at_ms);
	records_write_buttons(w, r->buttons);
	json_member_str(w, "media", r->media);
	json_end_object(w);
}

/* Both lists merged, oldest first. */
static void write_messages(struct json_writer *w, const struct chat *chat)
{
	size_t i = chat->n_inbound, d = chat->n_deliveries;

	json_begin_array(w);
	while (i || d) {
		if (i && (!d || chat->inbound[i - 1]->at_ms <= chat->deliveries[d - 1]->at_ms))
			control_chat_write_inbound(w, chat->inbound[--i]);
		else
			control_chat_write_delivery(w, chat->deliveries[--d]);
	}
	json_end_array(w);
}

void control_get_chat(struct simulator *sim, struct exchange *ex)
{
	struct chat chat = { .number = exchange_query(ex, "phone_number_id"),
		.phone = exchange_query(ex, "from"),
		.user_id = exchange_query(ex, "user_id") };
	const struct customer *customer = customers_find(&sim->customers, chat.number, chat.phone, chat.user_id);
	struct json_writer w;

	collect_inbound(&chat, &sim->records.inbound);
	collect_deliveries(&chat, &sim->records.deliveries);
	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_bool(&w, "typing", customer && customer->typing_until_ms > clock_wall_ms());
	json_key(&w, "messages");
	write_messages(&w, &chat);
	json_end_object(&w);
	control_succeed(ex);
}
