/*
 * whatsapp-webhook.c - a change of a WhatsApp webhook payload in the words of the domain.
 *
 * Pure: reads a parsed document, fills a list. Never decides about an answer; it only says whether a message is of a
 * kind that may be answered. Never fails: an item that lacks what it takes becomes quarantine with a reason, and the
 * others go on. Sources: Meta, "Messages webhook" (types), "Status messages webhook", "Business-scoped user IDs"
 * (messages without `from`), "Message echoes" (coexistence).
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/pieces.h"

#define CONTACTS_MAX 1000 /* of one change; each of its messages is looked up there */

struct whatsapp_route whatsapp_route_of(struct pool *pool, const struct json *entry, const struct json *change)
{
	return (struct whatsapp_route){ .phone_number_id = json_text(
						pool, json_path(change, "value", "metadata", "phone_number_id", NULL)),
		.account_id = json_text(pool, json_get(entry, "id")) };
}

bool whatsapp_signature_parse(struct str header, unsigned char out[CRYPT_SHA256_BYTES])
{
	static const struct str prefix = { "sha256=", 7 };
	if (header.n != prefix.n + 2 * CRYPT_SHA256_BYTES || !str_has_prefix(header, prefix))
		return false;
	for (size_t i = prefix.n; i < header.n; i++)
		if (header.p[i] >= 'A' && header.p[i] <= 'F')
			return false;
	return crypt_unhex((struct str){ header.p + prefix.n, header.n - prefix.n }, out, CRYPT_SHA256_BYTES);
}

/* Something that has no id of its own gets one from its content: the same delivery again is the same message. */
static struct str whatsapp_webhook_id_of(struct pool *pool, const struct json *piece)
{
	struct str id = json_text(pool, json_get(piece, "id"));
	return !str_is_empty(id) && id.n <= 512 ? id : piece_content_id(pool, piece);
}

/*
 * What each type is. A row for each type that the pipeline may read, or that must never be answered; any other type is
 * content without text (opaque): stored, shown by its name, and answered at most by a notice.
 */
struct kind_rule {
	const char *type, *subtype; /* subtype: of interactive */
	const char *text[3];        /* where the readable text is */
	bool text_like;             /* the pipeline may read it */
	bool is_event;              /* no message: never a reason to answer, does not open the window */
	const char *attention;      /* why a person should look at it, a code; NULL: no need */
};

static const struct kind_rule kinds[] = { { "text", NULL, { "text", "body" }, true, false, NULL },
	{ "button", NULL, { "button", "text" }, true, false, NULL },
	{ "interactive", "button_reply", { "interactive", "button_reply", "title" }, true, false, NULL },
	{ "interactive", "list_reply", { "interactive", "list_reply", "title" }, true, false, NULL },
	{ "interactive", "nfm_reply", { NULL }, false, false, CODE(sent_form) },
	{ "image", NULL, { "image", "caption" }, true, false, NULL },
	{ "video", NULL, { "video", "caption" }, true, false, NULL },
	{ "document", NULL, { "document", "caption" }, true, false, CODE(sent_document) },
	{ "audio", NULL, { NULL }, false, false, CODE(sent_voice) },
	{ "voice", NULL, { NULL }, false, false, CODE(sent_voice) },
	{ "location", NULL, { NULL }, false, false, CODE(sent_location) },
	{ "contacts", NULL, { NULL }, false, false, CODE(sent_contact) },
	{ "order", NULL, { "order", "text" }, false, false, CODE(sent_order) },
	{ "reaction", NULL, { "reaction", "emoji" }, false, true, NULL },
	{ "system", NULL, { NULL }, false, true, NULL }, { "request_welcome", NULL, { NULL }, false, true, NULL },
	{ "edit", NULL, { NULL }, false, true, NULL }, { "revoke", NULL, { NULL }, false, true, NULL },
	{ "unsupported", NULL, { NULL }, false, false, NULL }, { "unknown", NULL, { NULL }, false, false, NULL },
	{ NULL, NULL, { NULL }, false, false, NULL } };

static const struct kind_rule *whatsapp_webhook_rule_for(struct str type, struct str subtype)
{
	const struct kind_rule *r = kinds;
	while (r->type
		&& !(str_equal(type, str_of(r->type)) && (!r->subtype || str_equal(subtype, str_of(r->subtype)))))
		r++;
	return r;
}

/* A message whose `type` is missing is known by the member that holds its content. */
static struct str whatsapp_webhook_type_of(const struct json *message)
{
	static const char *const contents[] = { "text", "image", "video", "audio", "document", "sticker", "location",
		"contacts", "interactive", "button", "reaction", "order" };
	struct str type = json_str(json_get(message, "type"));
	if (!str_is_empty(type) && type.n <= 64)
		return type;
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		if (json_get(message, contents[i]))
			return str_of(contents[i]);
	return STR("unknown");
}

/* Of an unknown type, the text or caption that it holds, whatever it is. */
static struct str text_of_unknown(const struct json *message, struct str type, struct pool *pool)
{
	const struct json *held = json_get(message, pool_cstr(pool, type));
	struct str caption = json_str(json_get(held, "caption")),
		   text = json_str(json_path(message, "text", "body", NULL));
	text = text.p ? text : json_str(json_get(message, "caption"));
	return caption.p ? caption : text;
}

/* An edited message may be of any type with a text or a caption. */
static struct str whatsapp_webhook_edited_text(const struct json *message)
{
	static const char *const with_caption[] = { "image", "video", "document" };
	const struct json *held = json_path(message, "edit", "message", NULL);
	struct str text = json_str(json_path(held, "text", "body", NULL));
	for (size_t i = 0; !text.p && i < sizeof(with_caption) / sizeof(with_caption[0]); i++)
		text = json_str(json_path(held, with_caption[i], "caption", NULL));
	return text;
}

static struct str whatsapp_webhook_text_of(
	struct pool *pool, const struct kind_rule *rule, struct str type, const struct json *message)
{
	const struct json *v = message;
	if (str_equal(type, STR("edit")))
		return whatsapp_webhook_edited_text(message);
	if (!rule->type)
		return text_of_unknown(message, type, pool);
	if (!rule->text[0])
		return STR_NONE;
	for (int i = 0; i < 3 && rule->text[i]; i++)
		v = json_get(v, rule->text[i]);
	return json_str(v);
}

/* Members of a message that have a column of their own. */
static const char *const columns[] = { "from", "from_user_id", "from_parent_user_id", "id", "timestamp", "type", "to",
	"to_user_id", "to_parent_user_id", NULL };

/* The contact with one of these ids; NULL. A message that names no sender is that of the only contact next to it (seen
 * with business-scoped ids). */
static const struct json *contact_of(const struct json *contacts, struct str wa_id, struct str user_id)
{
	if (str_is_empty(wa_id) && str_is_empty(user_id))
		return json_length(contacts) == 1 ? json_at(contacts, 0) : NULL;
	for (size_t i = 0; i < json_length(contacts) && i < CONTACTS_MAX; i++) {
		const struct json *c = json_at(contacts, i);
		if (!str_is_empty(user_id) && json_text_is(json_get(c, "user_id"), user_id))
			return c;
		if (!str_is_empty(wa_id) && json_text_is(json_get(c, "wa_id"), wa_id))
			return c;
	}
	return NULL;
}

/* A number may be written in two ways (Brazil, Mexico, Argentina), so that no id fits: the only contact next to the
 * only message still says what its writer is called, and nothing else. */
static struct str name_beside(const struct json *value)
{
	const struct json *contacts = json_get(value, "contacts");
	if (json_length(contacts) != 1 || json_length(json_get(value, "messages")) != 1)
		return STR_NONE;
	return str_trim(json_str(json_path(json_at(contacts, 0), "profile", "name", NULL)));
}

static struct str as_phone(struct pool *pool, struct str wa_id)
{
	for (size_t i = 0; i < wa_id.n; i++)
		if (wa_id.p[i] < '0' || wa_id.p[i] > '9')
			return STR_NONE;
	return wa_id.n >= 5 && wa_id.n <= 20 ? pool_printf(pool, "+%.*s", (int)wa_id.n, wa_id.p) : STR_NONE;
}

/* The business-scoped id is the surest: it stays when the number is hidden. The parent id is the same person's for the
 * whole portfolio. */
static void whatsapp_webhook_identify(struct pool *pool, struct inbound *item, struct str wa_id, struct str user_id,
	struct str parent_id, const struct json *contact)
{
	if (contact) {
		user_id = str_is_empty(user_id) ? json_text(pool, json_get(contact, "user_id")) : user_id;
		wa_id = str_is_empty(wa_id) ? json_text(pool, json_get(contact, "wa_id")) : wa_id;
		parent_id = str_is_empty(parent_id) ? json_text(pool, json_get(contact, "parent_user_id")) : parent_id;
	}
	inbound_identify(item, "bsuid", user_id);
	inbound_identify(item, "wa_id", wa_id);
	inbound_identify(item, "parent_bsuid", parent_id);
	item->phone = as_phone(pool, wa_id);
	item->name = str_trim(json_str(json_path(contact, "profile", "name", NULL)));
	item->username = json_str(json_path(contact, "profile", "username", NULL));
}

void whatsapp_person_of(
	struct pool *pool, const struct json *value, struct str wa_id, struct str user_id, struct inbound *out)
{
	bool named = !str_is_empty(wa_id) || !str_is_empty(user_id);
	whatsapp_webhook_identify(pool, out, wa_id, user_id, STR_NONE,
		named ? contact_of(json_get(value, "contacts"), wa_id, user_id) : NULL);
}

/* A customer who changed number or id: what was known under the old one belongs to the new one. */
static void rename_person(struct pool *pool, struct inbound *item, const struct json *message)
{
	const struct json *system = json_get(message, "system");
	struct str wa_id = json_text(pool, json_get(system, "wa_id"));
	struct str user_id = json_text(pool, json_get(system, "user_id"));
	struct str from = json_text(pool, json_get(message, "from"));
	wa_id = str_is_empty(wa_id) ? json_text(pool, json_get(system, "new_wa_id")) : wa_id;
	if (str_equal(json_str(json_get(system, "type")), STR("user_changed_number")) && !str_is_empty(wa_id)
		&& !str_is_empty(from)) {
		item->n_identities = 0;
		inbound_identify(item, "wa_id", wa_id);
		inbound_identify(item, "bsuid", user_id);
		item->renamed_from = from;
		item->phone = as_phone(pool, wa_id);
	} else if (!str_is_empty(user_id)) {
		struct str old = json_text(pool, json_get(message, "from_user_id"));
		item->n_identities = 0;
		inbound_identify(item, "bsuid", user_id);
		inbound_identify(item, "wa_id", from);
		item->renamed_from = str_is_empty(old) || str_equal(old, user_id) ? STR_NONE : old;
	}
}

/* The message that this one answers, or that an event is about. */
static struct str whatsapp_webhook_target_of(const struct json *message)
{
	static const char *const events[][2] = { { "reaction", "message_id" }, { "edit", "original_message_id" },
		{ "revoke", "original_message_id" } };
	struct str target = STR_NONE;
	for (size_t i = 0; !target.p && i < sizeof(events) / sizeof(events[0]); i++)
		target = json_str(json_path(message, events[i][0], events[i][1], NULL));
	return target.p ? target : json_str(json_path(message, "context", "id", NULL));
}

void whatsapp_fill_content(struct pool *pool, struct inbound *item, const struct json *message)
{
	item->kind = whatsapp_webhook_type_of(message);
	const struct kind_rule *rule =
		whatsapp_webhook_rule_for(item->kind, json_str(json_path(message, "interactive", "type", NULL)));
	bool in_group = json_get(message, "group_id");
	item->provider_id = whatsapp_webhook_id_of(pool, message);
	item->at_s = piece_seconds(json_get(message, "timestamp"));
	item->body = whatsapp_webhook_text_of(pool, rule, item->kind, message);
	item->text_like = rule->text_like && !str_is_empty(item->body) && !item->is_echo;
	item->is_event = rule->is_event;
	item->wants_answer = !rule->is_event && !in_group && !item->is_echo;
	item->opens_window = item->wants_answer;
	const char *attention = whatsapp_lost_file(pool, message) ? CODE(sent_lost_file) : rule->attention;
	item->attention = attention && item->wants_answer ? str_of(attention) : STR_NONE;
	item->reply_to = whatsapp_webhook_target_of(message);
	item->metadata = piece_metadata(pool, message, columns, str_equal(item->kind, STR("text")) ? "text" : NULL);
	whatsapp_list_files(pool, message, item);
}

/* Whichever member writes in it, nothing of it comes into the private conversation. */
void whatsapp_take_group(struct pool *pool, struct inbound *item, const struct json *message)
{
	struct str group = json_text(pool, json_get(message, "group_id"));
	struct inbound person = *item;
	if (str_is_empty(group))
		return;
	item->n_identities = 0;
	inbound_identify(item, "wa_group", group);
	item->phone = item->username = item->renamed_from = STR_NONE;
	item->name = STR("WhatsApp group");
	if (item->is_echo)
		return;
	item->metadata = piece_metadata_add(pool, item->metadata, "writer",
		piece_writer(pool, str_is_empty(person.name) ? person.phone : person.name,
			person.n_identities ? person.identities[0].value : STR_NONE));
}

struct inbound *whatsapp_take_message(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *message, bool is_past, struct inbound_list *out)
{
	if (json_kind(message) != JSON_OBJECT) {
		piece_quarantine(pool, channel, out, "message", CODE(item_no_object), message);
		return NULL;
	}
	struct str from = json_text(pool, json_get(message, "from")),
		   user_id = json_text(pool, json_get(message, "from_user_id"));
	struct inbound person = { .n_identities = 0 };
	whatsapp_webhook_identify(pool, &person, from, user_id,
		json_text(pool, json_get(message, "from_parent_user_id")),
		contact_of(json_get(value, "contacts"), from, user_id));
	if (str_is_empty(person.name))
		person.name = name_beside(value);
	if (!is_past && str_equal(whatsapp_webhook_type_of(message), STR("system")))
		rename_person(pool, &person, message);
	if (person.n_identities == 0) {
		piece_quarantine(pool, channel, out, "message", CODE(item_names_nobody), message);
		return NULL;
	}
	struct inbound *item = piece_add_for(pool, channel, out, &person);
	whatsapp_fill_content(pool, item, message);
	whatsapp_take_group(pool, item, message);
	if (!item->is_event)
		item->holder = INBOUND_HELD_BY_US; /* what Meta's agent answers comes in another field */
	return item;
}

/* The customer is the party that is not the business's number. */
struct inbound *whatsapp_take_echo(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *message, struct inbound_list *out)
{
	struct str to = json_text(pool, json_get(message, "to")),
		   to_user = json_text(pool, json_get(message, "to_user_id"));
	struct inbound customer = { .is_echo = true };
	if (whatsapp_is_same_number(to, whatsapp_own_number(pool, value)))
		to = json_text(pool, json_get(message, "from"));
	if (json_kind(message) == JSON_OBJECT && (!str_is_empty(to) || !str_is_empty(to_user)))
		whatsapp_webhook_identify(pool, &customer, to, to_user,
			json_text(pool, json_get(message, "to_parent_user_id")),
			contact_of(json_get(value, "contacts"), to, to_user));
	if (customer.n_identities == 0 && str_is_empty(json_text(pool, json_get(message, "group_id")))) {
		piece_quarantine(pool, channel, out, "echo", CODE(item_echo_no_customer), message);
		return NULL;
	}
	struct inbound *item = piece_add_for(pool, channel, out, &customer);
	whatsapp_fill_content(pool, item, message);
	whatsapp_take_group(pool, item, message);
	return item;
}

static bool is_known_status(struct str status)
{
	static const char *const known[] = { "sent", "delivered", "read", "played", "failed" };
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_equal(status, str_of(known[i])))
			return true;
	return false;
}

static struct str whatsapp_webhook_error_of(struct pool *pool, const struct json *status)
{
	struct buf b;
	struct json_writer w;
	const struct json *errors = json_get(status, "errors");
	if (!str_equal(json_str(json_get(status, "status")), STR("failed")))
		return STR_NONE;
	buf_init(&b, 1 << 16);
	json_writer_init(&w, &b);
	whatsapp_write_error(&w, 0, json_at(errors, 0));
	return pool_take(pool, &b);
}

/* What a message costs is said by one of its statuses; of groups inside of the conversation. The words are kept as they
 * are: what is not known is counted under its own name. */
static struct str whatsapp_webhook_pricing_of(struct pool *pool, const struct json *status)
{
	const struct json *pricing = json_get(status, "pricing");
	struct buf b;
	struct json_writer w;
	if (!pricing)
		pricing = json_path(status, "conversation", "pricing", NULL);
	struct str category = json_str(json_get(pricing, "category")), type = json_str(json_get(pricing, "type"));
	if (str_is_empty(category))
		return STR_NONE;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "category", str_cut(category, 60));
	json_member_str(&w, "type", str_is_empty(type) ? STR("unknown") : str_cut(type, 60));
	json_end_object(&w);
	struct str text = pool_str(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void add_status(
	struct pool *pool, const struct channel *channel, const struct json *status, struct inbound_list *out)
{
	struct str id = json_text(pool, json_get(status, "id")), word = json_str(json_get(status, "status"));
	if (str_is_empty(id) || id.n > 512 || str_is_empty(word)) {
		piece_quarantine(pool, channel, out, "status", CODE(item_status_incomplete), status);
		return;
	}
	if (!is_known_status(word))
		return; /* deleted, warning: seen in old data, they say nothing about delivery */
	struct inbound *item = piece_add(pool, channel, out, INBOUND_STATUS);
	item->provider_id = id;
	item->status = word;
	item->at_s = piece_seconds(json_get(status, "timestamp"));
	item->tag = json_str(json_get(status, "biz_opaque_callback_data"));
	item->error = whatsapp_webhook_error_of(pool, status);
	item->pricing = whatsapp_webhook_pricing_of(pool, status);
}

static void add_messages(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *messages = json_get(value, "messages"), *statuses = json_get(value, "statuses");
	for (size_t i = 0; i < json_length(messages) && !out->is_full; i++)
		whatsapp_take_message(pool, channel, value, json_at(messages, i), false, out);
	for (size_t i = 0; i < json_length(statuses) && !out->is_full; i++)
		add_status(pool, channel, json_at(statuses, i), out);
}

static void add_echoes(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out)
{
	const struct json *echoes = json_get(value, "message_echoes");
	for (size_t i = 0; i < json_length(echoes) && !out->is_full; i++)
		whatsapp_take_echo(pool, channel, value, json_at(echoes, i), out);
}

/* Everything but usual messages; what has no reader here is counted with its shape (whatsapp-fields.c). */
static void whatsapp_webhook_take_other(struct pool *pool, const struct channel *channel, struct str field,
	const struct json *value, struct inbound_list *out)
{
	static const struct {
		const char *field;
		void (*take)(struct pool *pool, const struct channel *channel, const struct json *value,
			struct inbound_list *out);
	} readers[] = { { "standby", whatsapp_take_standby }, { "messaging_handovers", whatsapp_take_handover },
		{ "calls", whatsapp_take_calls }, { "history", whatsapp_take_history },
		{ "smb_app_state_sync", whatsapp_take_contacts } };
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (str_equal(field, str_of(readers[i].field))) {
			readers[i].take(pool, channel, value, out);
			return;
		}
	whatsapp_take_field(pool, channel, field, value, out);
}

/* What a value holds whose field is missing or unreadable; messages where nothing else is in it. */
static struct str whatsapp_webhook_field_of(const struct json *value)
{
	static const char *const members[][2] = { { "standby", "standby" }, { "control_passed", "messaging_handovers" },
		{ "control_taken", "messaging_handovers" }, { "calls", "calls" }, { "history", "history" },
		{ "state_sync", "smb_app_state_sync" }, { "message_echoes", "smb_message_echoes" } };
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_get(value, members[i][0]))
			return str_of(members[i][1]);
	return STR("messages");
}

/* A field that nothing here knows may hold what people wrote, as new ones of Meta's do: that is put aside, whole. */
static void whatsapp_webhook_keep_unknown(struct pool *pool, const struct channel *channel, struct str field,
	const struct json *change, struct inbound_list *out)
{
	static const char *const members[] = { "messages", "message_echoes", "standby", "history" };
	const struct json *value = json_get(change, "value");
	bool held = false;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		held = held || json_length(json_get(value, members[i]));
	if (held && !whatsapp_field_words(field))
		piece_quarantine(pool, channel, out, "payload", CODE(item_unknown_field), change);
}

/* `field` says what the value holds; where it is missing (old dashboards, some tests) its members say it. Everything
 * else (account and template news, calls, groups, history) is counted with its shape (whatsapp-fields.c), and so are
 * errors next to messages. */
void whatsapp_normalise(
	struct pool *pool, const struct channel *channel, const struct json *change, struct inbound_list *out)
{
	struct str field = json_str(json_get(change, "field"));
	const struct json *value = json_get(change, "value");
	field = field.p ? field : whatsapp_webhook_field_of(value);
	whatsapp_webhook_keep_unknown(pool, channel, field, change, out);
	if (str_equal(field, STR("messages")))
		add_messages(pool, channel, value, out);
	else if (str_equal(field, STR("smb_message_echoes")))
		add_echoes(pool, channel, value, out);
	else
		whatsapp_webhook_take_other(pool, channel, field, value, out);
	if (json_length(json_get(value, "errors")))
		whatsapp_take_field(pool, channel, STR("errors"), json_get(value, "errors"), out);
}
