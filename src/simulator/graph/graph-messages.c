/*
 * graph-messages.c - POST /{phone number}/messages: policy, faults, acceptance, and what follows from it.
 *
 * Owns the order in which faults are tried. A message is accepted when its delivery is recorded; the answer and the
 * statuses follow after the latency. Never delivers a message that it refused.
 */
#include "core/clock.h"
#include "simulator/graph/graph-message.h"
#include "simulator/ladder.h"
#include "simulator/random.h"

#define MISFIT 131053
#define TYPING_MS 25000
#define WINDOW_MS ((int64_t)24 * 3600 * 1000)

static bool refuse_by_name(struct message *m, const char *name)
{
	graph_fail(m->call, graph_error_find(str_of(name)));
	return false;
}

static bool window_is_open(const struct message *m)
{
	return m->customer->last_inbound_ms && clock_wall_ms() - m->customer->last_inbound_ms <= WINDOW_MS;
}

static bool check_policy(struct message *m)
{
	struct simulator *sim = m->call->sim;
	const struct channel *channel = m->call->channel;
	struct str own = message_phone_digits(m->call->ex->pool, str_of(channel->display_phone_number));

	if (own.p && str_equal(own, m->phone))
		return refuse_by_name(m, "same_number");
	m->customer = customers_get(&sim->customers, str_of(channel->phone_number_id), m->phone,
		m->phone.p ? STR_NONE : m->recipient, STR_NONE);
	if (sim->behaviour.enforce_window && !str_equal(m->type, STR("template")) && !window_is_open(m))
		return refuse_by_name(m, "window");
	if (sim->behaviour.enforce_pair_rate && !customer_pair_take(m->customer, clock_mono_us() / 1000))
		return refuse_by_name(m, "pair_rate");
	return true;
}

static void write_success(struct message *m)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	json_member_str(&w, "messaging_product", STR("whatsapp"));
	json_key(&w, "contacts");
	json_begin_array(&w);
	json_begin_object(&w);
	json_member_str(&w, "input", m->phone.p ? m->to : m->recipient);
	json_member_str(&w, "wa_id", m->phone);
	if (!m->phone.p)
		json_member_str(&w, "user_id", m->recipient);
	json_end_object(&w);
	json_end_array(&w);
	json_key(&w, "messages");
	json_begin_array(&w);
	json_begin_object(&w);
	json_member_str(&w, "id", str_of(m->wamid));
	json_end_object(&w);
	json_end_array(&w);
	json_end_object(&w);
	graph_succeed(m->call, &plain);
	buf_fini(&plain);
}

static bool will_fail(const struct behaviour *b)
{
	for (unsigned i = 0; i < b->n_rungs; i++)
		if (!strcmp(b->ladder[i], "failed"))
			return true;
	return false;
}

static void graph_messages_deliver(struct message *m)
{
	struct simulator *sim = m->call->sim;
	const struct channel *channel = m->call->channel;

	meta_wamid(m->wamid, m->phone.p ? m->phone : m->recipient, false, simulator_serial(sim));
	m->customer->typing_until_ms = 0;
	if (will_fail(&sim->behaviour) || m->misfit)
		return;
	records_add_delivery(&sim->records, &(struct delivery_record){ .at_ms = clock_wall_ms(),
						    .phone_number_id = str_of(channel->phone_number_id),
						    .to = m->phone,
						    .user_id = str_of(m->customer->user_id),
						    .type = m->type,
						    .text = m->text,
						    .wamid = str_of(m->wamid),
						    .tag = m->tag,
						    .buttons = m->buttons,
						    .media = m->media });
}

static struct ladder_options ladder_of(const struct message *m)
{
	static const char *const failed[] = { "failed" };
	const struct behaviour *b = &m->call->sim->behaviour;

	return (struct ladder_options){ .channel = m->call->channel,
		.person = { m->phone, str_of(m->customer->user_id), str_of(m->customer->name) },
		.wamid = str_of(m->wamid),
		.tag = m->tag,
		.rungs = m->misfit ? failed : b->ladder,
		.n_rungs = m->misfit ? 1 : b->n_rungs,
		.order = b->ladder_order,
		.batch = b->batch_statuses,
		.copies = (int)b->status_copies,
		.first_delay_ms = m->call->latency_ms + b->ladder_delay_ms,
		.delay_ms = b->ladder_delay_ms,
		.failed_code = m->misfit ? MISFIT : b->failed_code };
}

/* The answer is held back until the statuses were acknowledged. */
static void accept_statuses_first(struct message *m)
{
	struct ladder_options ladder = ladder_of(m);

	ladder.done = exchange_release_arg;
	ladder.arg = m->call->ex;
	graph_record(m->call);
	graph_hold(m->call);
	ladder_start(m->call->sim, &ladder);
}

static void graph_messages_accept_message(struct message *m)
{
	struct graph_call *call = m->call;
	const struct behaviour *b = &call->sim->behaviour;
	struct ladder_options ladder;

	graph_messages_deliver(m);
	if (simulator_is_nth(call->sim, b->garbage_every)) {
		call->outcome = "garbage";
		buf_add_cstr(&call->ex->out, "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"inp");
		exchange_answer(call->ex, 200, "application/json; charset=UTF-8");
	} else {
		call->outcome = "accepted";
		write_success(m);
	}
	if (simulator_is_nth(call->sim, b->lose_response_every)) {
		call->outcome = "response_lost";
		exchange_drop(call->ex);
	}
	if (b->status_before_response) {
		accept_statuses_first(m);
		return;
	}
	ladder = ladder_of(m);
	ladder_start(call->sim, &ladder);
}

static void graph_messages_fail_message(struct message *m)
{
	struct graph_call *call = m->call;
	const struct behaviour *b = &call->sim->behaviour;

	call->outcome = "failed";
	if (b->fail_http) {
		buf_add_cstr(&call->ex->out, b->fail_body);
		exchange_answer(call->ex, b->fail_http,
			*b->fail_body == '<' ? "text/html; charset=utf-8" : "application/json; charset=UTF-8");
		return;
	}
	graph_fail(call, b->fail_random ? graph_error_draw(random_next(&call->sim->random))
			 : b->fail_with ? b->fail_with
					: graph_error_find(STR("unknown")));
}

/* The stand-in does not answer; after two minutes the connection goes, so that a long run does not collect them. */
static void hang_message(struct message *m)
{
	struct graph_call *call = m->call;

	call->outcome = "hung";
	graph_record(call);
	exchange_drop(call->ex);
	graph_hold(call);
	loop_after(call->sim->loop, HANG_MAX_MS, exchange_release_arg, NULL, call->ex);
}

static void send_message(struct message *m)
{
	if (!message_check(m) || !check_policy(m))
		return;
	switch (simulator_take_fault(m->call->sim)) {
	case SEND_FAULT_RESET:
		m->call->outcome = "reset";
		exchange_drop(m->call->ex);
		break;
	case SEND_FAULT_HANG: hang_message(m); break;
	case SEND_FAULT_FAIL: graph_messages_fail_message(m); break;
	case SEND_FAULT_NONE: graph_messages_accept_message(m); break;
	}
}

/* Marks a customer's message as read, with or without showing that an answer is being written ("Typing indicators"). */
static void mark_read(struct graph_call *call)
{
	const struct json *typing = json_get(call->body, "typing_indicator");
	struct str status = json_str(json_get(call->body, "status")), id = json_str(json_get(call->body, "message_id"));
	const struct inbound_record *inbound;
	struct customer *customer;

	if (!str_equal_nocase(status, STR("read"))) {
		graph_refuse(call, "(#100) Param status must be one of {READ} - got \"%.*s\".", (int)status.n,
			status.p ? status.p : "");
		return;
	}
	if (str_is_empty(str_trim(id))) {
		graph_refuse(call, "(#100) The parameter message_id is required.");
		return;
	}
	if (typing && !str_equal_nocase(json_str(json_get(typing, "type")), STR("text"))) {
		graph_refuse(call, "(#100) Param typing_indicator['type'] must be one of {TEXT}.");
		return;
	}
	if (!str_has_prefix(id, STR("wamid."))) {
		graph_refuse_value(call, "Invalid message ID");
		return;
	}
	inbound = records_mark_read(&call->sim->records, id);
	customer = inbound ? customers_find(
			   &call->sim->customers, inbound->phone_number_id, inbound->from, inbound->user_id)
			   : NULL;
	if (customer && typing)
		customer->typing_until_ms = clock_wall_ms() + TYPING_MS;
	call->outcome = typing ? "typing" : "marked_read";
	graph_succeed_bool(call);
}

void graph_post_messages(struct graph_call *call)
{
	struct message message = { .call = call, .body = call->body };

	if (call->ex->too_large) {
		graph_refuse_value(call, "Request body is too large");
		return;
	}
	if (!message_check_product(call))
		return;
	if (json_get(call->body, "status"))
		mark_read(call);
	else
		send_message(&message);
}
