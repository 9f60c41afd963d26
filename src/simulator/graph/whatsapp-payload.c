/*
 * whatsapp-payload.c - builds what Meta POSTs to a callback.
 *
 * Pure: appends to a buffer. Members and their presence follow payloads seen from Graph v25: no `conversation`,
 * `pricing` on sent and on one later status, no contacts with a failed status, nor with a system message.
 */
#include "simulator/graph/whatsapp-payload.h"

#include <inttypes.h>
#include <stdio.h>

#include "simulator/graph/graph-error.h"
#include "simulator/graph/meta-json.h"

#define PLAIN_MAX_BYTES ((size_t)8 * 1024 * 1024)

static void begin_value(struct json_writer *w, const struct channel *channel)
{
	json_begin_object(w);
	json_member_str(w, "object", STR("whatsapp_business_account"));
	json_key(w, "entry");
	json_begin_array(w);
	json_begin_object(w);
	json_member_str(w, "id", str_of(channel->business_account_id));
	json_key(w, "changes");
	json_begin_array(w);
	json_begin_object(w);
	json_key(w, "value");
	json_begin_object(w);
	json_member_str(w, "messaging_product", STR("whatsapp"));
	json_key(w, "metadata");
	json_begin_object(w);
	json_member_str(w, "display_phone_number", str_of(channel->display_phone_number));
	json_member_str(w, "phone_number_id", str_of(channel->phone_number_id));
	json_end_object(w);
}

static void end_value(struct json_writer *w)
{
	json_end_object(w);
	json_member_str(w, "field", STR("messages"));
	json_end_object(w);
	json_end_array(w);
	json_end_object(w);
	json_end_array(w);
	json_end_object(w);
}

static void write_contacts(struct json_writer *w, const struct whatsapp_person *person)
{
	json_key(w, "contacts");
	json_begin_array(w);
	json_begin_object(w);
	json_key(w, "profile");
	json_begin_object(w);
	json_member_str(w, "name", person->name);
	json_end_object(w);
	json_member_str(w, "wa_id", person->phone);
	json_member_str(w, "user_id", person->user_id);
	json_end_object(w);
	json_end_array(w);
}

static bool whatsapp_payload_write_member(void *arg, struct str key, const struct json *value)
{
	struct json_writer *w = arg;
	char name[128];

	snprintf(name, sizeof(name), "%.*s", (int)key.n, key.p);
	json_key(w, name);
	json_write_value(w, value);
	return true;
}

/* `s` unless the given message has a member of that name. */
static void write_base(struct json_writer *w, const struct json *message, const char *key, struct str s)
{
	if (!json_get(message, key))
		json_member_str(w, key, s);
}

static void write_errors(struct json_writer *w, int64_t code)
{
	const struct graph_error *known;
	char digits[24];
	const char *title = "Message undeliverable";

	snprintf(digits, sizeof(digits), "%" PRId64, code);
	known = graph_error_find(str_of(digits));
	if (known && strchr(known->message, ')'))
		title = strchr(known->message, ')') + 2;
	json_key(w, "errors");
	json_begin_array(w);
	json_begin_object(w);
	json_member_i64(w, "code", code);
	json_member_str(w, "title", str_of(title));
	json_member_str(w, "message", str_of(title));
	json_key(w, "error_data");
	json_begin_object(w);
	json_member_str(w, "details", str_of(known && known->details ? known->details : title));
	json_end_object(w);
	json_member_str(w, "href", STR("/documentation/business-messaging/whatsapp/support/error-codes"));
	json_end_object(w);
	json_end_array(w);
}

static void whatsapp_payload_write_text(struct json_writer *w, struct str text)
{
	json_key(w, "text");
	json_begin_object(w);
	json_member_str(w, "body", text);
	json_end_object(w);
	json_member_str(w, "type", STR("text"));
}

static void whatsapp_payload_write_message(
	struct json_writer *w, const struct whatsapp_person *person, const struct whatsapp_message *message)
{
	const struct json *object = message->error_code ? NULL : message->object;
	char timestamp[24];

	snprintf(timestamp, sizeof(timestamp), "%" PRId64, message->timestamp_s);
	json_begin_object(w);
	write_base(w, object, "from", person->phone);
	write_base(w, object, "from_user_id", person->user_id);
	write_base(w, object, "id", message->wamid);
	write_base(w, object, "timestamp", str_of(timestamp));
	if (message->error_code) {
		write_errors(w, message->error_code);
		json_member_str(w, "type", STR("unsupported"));
	} else if (object) {
		json_each(object, whatsapp_payload_write_member, w);
	} else {
		whatsapp_payload_write_text(w, message->text);
	}
	json_end_object(w);
}

void whatsapp_payload_message(struct buf *out, const struct channel *channel, const struct whatsapp_person *person,
	const struct whatsapp_message *message)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, PLAIN_MAX_BYTES);
	json_writer_init(&w, &plain);
	begin_value(&w, channel);
	if (!str_equal(json_str(json_get(message->object, "type")), STR("system")))
		write_contacts(&w, person);
	json_key(&w, "messages");
	json_begin_array(&w);
	whatsapp_payload_write_message(&w, person, message);
	json_end_array(&w);
	end_value(&w);
	meta_json_escape(out, buf_str(&plain));
	buf_fini(&plain);
}

static void write_pricing(struct json_writer *w)
{
	json_key(w, "pricing");
	json_begin_object(w);
	json_member_bool(w, "billable", false);
	json_member_str(w, "pricing_model", STR("PMP"));
	json_member_str(w, "category", STR("service"));
	json_member_str(w, "type", STR("free_customer_service"));
	json_end_object(w);
}

static bool is_failed(const struct whatsapp_status *status)
{
	return !strcmp(status->status, "failed");
}

static void whatsapp_payload_write_status(
	struct json_writer *w, const struct whatsapp_person *person, const struct whatsapp_status *status)
{
	char timestamp[24];

	snprintf(timestamp, sizeof(timestamp), "%" PRId64, status->timestamp_s);
	json_begin_object(w);
	json_member_str(w, "id", status->wamid);
	json_member_str(w, "status", str_of(status->status));
	json_member_str(w, "timestamp", str_of(timestamp));
	json_member_str(w, "recipient_id", person->phone);
	if (!is_failed(status) || !person->phone.n)
		json_member_str(w, "recipient_user_id", person->user_id);
	json_member_str(w, "biz_opaque_callback_data", status->tag);
	if (status->priced)
		write_pricing(w);
	if (is_failed(status))
		write_errors(w, status->failed_code);
	json_end_object(w);
}

void whatsapp_payload_statuses(struct buf *out, const struct channel *channel, const struct whatsapp_person *person,
	const struct whatsapp_status *statuses, unsigned n)
{
	struct json_writer w;
	struct buf plain;
	bool failed = false;

	for (unsigned i = 0; i < n; i++)
		failed |= is_failed(&statuses[i]);
	buf_init(&plain, PLAIN_MAX_BYTES);
	json_writer_init(&w, &plain);
	begin_value(&w, channel);
	if (!failed)
		write_contacts(&w, person);
	json_key(&w, "statuses");
	json_begin_array(&w);
	for (unsigned i = 0; i < n; i++)
		whatsapp_payload_write_status(&w, person, &statuses[i]);
	json_end_array(&w);
	end_value(&w);
	meta_json_escape(out, buf_str(&plain));
	buf_fini(&plain);
}
