/*
 * whatsapp-content.c - what a stored WhatsApp message holds besides its text, for a reader.
 *
 * Pure. Every type that Meta names has a row; one that is added tomorrow is shown as a message of another kind, with
 * its texts. Never fails. Source: Meta, "Messages webhook" (one page for each type), "Unsupported messages webhook".
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/description.h"

#define ITEMS_MAX 30
#define PEOPLE_MAX 257 /* Meta allows no more in one message */

static const char handed_over_later[] = T(
	"WhatsApp hands over files of the last 14 days, some time after the texts. Older ones are on the phone only.");

static const char not_handed_over[] =
	T("WhatsApp could not hand this file over. Ask the customer to send it again, at most 100 MB, or as a link.");

static const char open_on_phone[] = T("Open it in WhatsApp on the phone: Meta does not pass this kind on.");

/* ---- one function for each kind of content ---- */

static void whatsapp_content_media(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_get(held, "filename")));
}

static void whatsapp_content_audio(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	if (json_kind(json_get(held, "voice")) == JSON_BOOL && !json_bool(json_get(held, "voice"), true))
		c->title = T("Audio file");
}

static void whatsapp_content_place(struct pool *pool, const struct json *held, struct description *c)
{
	description_add_place(pool, c, held);
}

static void add_person(struct pool *pool, const struct json *person, struct description *c)
{
	const struct json *phones = json_get(person, "phones"), *emails = json_get(person, "emails");
	const struct json *addresses = json_get(person, "addresses"), *urls = json_get(person, "urls");
	description_add(c, T("Name"), json_str(json_path(person, "name", "formatted_name", NULL)));
	description_add(c, T("Company"), json_str(json_path(person, "org", "company", NULL)));
	for (size_t i = 0; i < json_length(phones) && i < ITEMS_MAX; i++)
		description_add_phone(pool, c, T("Phone"), json_text(pool, json_get(json_at(phones, i), "phone")));
	for (size_t i = 0; i < json_length(emails) && i < ITEMS_MAX; i++)
		description_add(c, T("E-mail"), json_str(json_get(json_at(emails, i), "email")));
	for (size_t i = 0; i < json_length(addresses) && i < ITEMS_MAX; i++) {
		static const char *const parts[] = { "street", "zip", "city", "state", "country" };
		struct buf b;
		buf_init(&b, 8192);
		for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
			struct str part = json_text(pool, json_get(json_at(addresses, i), parts[k]));
			if (part.n)
				buf_addf(&b, "%s%.*s", b.len ? ", " : "", (int)str_cut(part, 200).n, part.p);
		}
		description_add(c, T("Address"), pool_take(pool, &b));
	}
	for (size_t i = 0; i < json_length(urls) && i < ITEMS_MAX; i++)
		description_add_url(c, NULL, json_str(json_get(json_at(urls, i), "url")));
}

static void whatsapp_content_people(struct pool *pool, const struct json *held, struct description *c)
{
	for (size_t i = 0; i < json_length(held) && i < PEOPLE_MAX; i++)
		add_person(pool, json_at(held, i), c);
}

static void add_item(struct pool *pool, const struct json *item, struct description *c)
{
	struct str quantity = json_text(pool, json_get(item, "quantity")),
		   product = json_text(pool, json_get(item, "product_retailer_id")),
		   price = json_text(pool, json_get(item, "item_price")),
		   currency = json_str(json_get(item, "currency"));
	struct buf b;
	buf_init(&b, 4096);
	buf_addf(&b, "%.*s × %.*s", (int)str_cut(quantity, 20).n, quantity.p ? quantity.p : "",
		(int)str_cut(product, 200).n, product.p ? product.p : "");
	if (price.n)
		buf_addf(&b, " · %.*s %.*s", (int)str_cut(price, 20).n, price.p, (int)str_cut(currency, 10).n,
			currency.p ? currency.p : "");
	description_add(c, NULL, pool_take(pool, &b));
}

/* A number, or a string that is one; 0 for anything else. */
static double number_of(const struct json *v)
{
	int64_t whole;
	return json_i64(v, &whole) ? (double)whole : json_double(v, 0);
}

/* The total is what all items cost, when all are of one currency. */
static void whatsapp_content_order(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *items = json_get(held, "product_items");
	struct str currency = json_str(json_get(json_at(items, 0), "currency"));
	double total = 0;
	for (size_t i = 0; i < json_length(items) && i < 1000; i++) {
		const struct json *item = json_at(items, i);
		if (i < ITEMS_MAX)
			add_item(pool, item, c);
		else
			c->omitted++;
		if (!str_equal(json_str(json_get(item, "currency")), currency))
			currency = STR_NONE;
		total += number_of(json_get(item, "item_price")) * number_of(json_get(item, "quantity"));
	}
	if (!str_is_empty(currency) && total > 0 && total < 1e12)
		description_add(
			c, T("Total"), pool_printf(pool, "%.2f %.*s", total, (int)str_cut(currency, 10).n, currency.p));
}

struct form_fields {
	struct pool *pool;
	struct description *c;
	int depth;
};

/* What the fields of Meta's address form are called; any other field has the name that its form gave it. */
static const char *label_of_field(struct str key)
{
	static const struct {
		const char *key, *label;
	} fields[] = { { "name", T("Name") }, { "phone_number", T("Phone") }, { "address", T("Address") },
		{ "city", T("City") }, { "state", T("State") }, { "country", T("Country") },
		{ "in_pin_code", T("Postal code") }, { "sg_post_code", T("Postal code") },
		{ "house_number", T("House number") }, { "floor_number", T("Floor") }, { "tower_number", T("Tower") },
		{ "building_name", T("Building") }, { "landmark_area", T("Landmark") }, { "unit_number", T("Flat") } };
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (str_equal(key, str_of(fields[i].key)))
			return fields[i].label;
	return NULL;
}

static struct str readable_name(struct pool *pool, struct str key)
{
	char *name = pool_cstr(pool, str_cut(key, 100));
	for (char *p = name; *p; p++)
		if (*p == '_')
			*p = ' ';
	return str_of(name);
}

static bool add_field(void *arg, struct str key, const struct json *value)
{
	struct form_fields *f = arg;
	if (str_equal(key, STR("flow_token")) || str_equal(key, STR("saved_address_id")))
		return true;
	if (json_kind(value) == JSON_OBJECT && f->depth < 3) {
		f->depth++;
		json_each(value, add_field, f);
		f->depth--;
		return true;
	}
	const char *label = label_of_field(key);
	if (json_kind(value) == JSON_BOOL)
		description_add_named(f->c, readable_name(f->pool, key), json_bool(value, false) ? STR("✓") : STR("✗"));
	else if (label)
		description_add(f->c, label, description_text(f->pool, value));
	else
		description_add_named(f->c, readable_name(f->pool, key), description_text(f->pool, value));
	return true;
}

/* A submitted form: its answers travel as JSON in a string, which may be damaged. */
static void whatsapp_content_form(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *reply = json_get(held, "nfm_reply"), *answers = NULL;
	struct str text = json_str(json_get(reply, "response_json"));
	struct form_fields f = { .pool = pool, .c = c };
	if (str_equal(json_str(json_get(reply, "name")), STR("address_message")))
		c->title = T("Address");
	if (!text.p || json_parse(pool, text, &answers, NULL) != ERR_OK || json_kind(answers) != JSON_OBJECT)
		description_add(c, NULL, text);
	else
		json_each(answers, add_field, &f);
	if (c->n_lines == 0)
		description_add(c, NULL, json_str(json_get(reply, "body")));
}

static void whatsapp_content_placeholder(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	(void)held;
	description_add_words(c, NULL, handed_over_later);
}

static void whatsapp_content_list_reply(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	description_add(c, NULL, json_str(json_path(held, "list_reply", "description", NULL)));
}

static void whatsapp_content_call_permission(struct pool *pool, const struct json *held, struct description *c)
{
	struct str response = json_str(json_path(held, "call_permission_reply", "response", NULL));
	(void)pool;
	description_add_words(c, NULL,
		str_equal(response, STR("accept")) ? T("The customer may be called")
						   : T("The customer does not want to be called"));
}

static void whatsapp_content_payment(struct pool *pool, const struct json *held, struct description *c)
{
	const struct json *method = json_get(held, "payment_method");
	description_add(c, T("Reference"), json_text(pool, json_get(method, "reference_id")));
	description_add(c, T("Last digits of the card"), json_text(pool, json_get(method, "last_four_digits")));
}

static void whatsapp_content_address(struct pool *pool, const struct json *held, struct description *c)
{
	description_add(c, NULL, description_text(pool, json_get(held, "address")));
}

/* What Meta calls a message that it does not pass on; a type that is not here is a message of another kind. */
static void whatsapp_content_unsupported(struct pool *pool, const struct json *held, struct description *c)
{
	static const struct {
		const char *type, *title;
	} types[] = { { "poll_creation", T("Poll") }, { "poll_update", T("Vote in a poll") }, { "gif", T("GIF") },
		{ "group_invite", T("Invitation to a group") }, { "edit", T("Edited message") },
		{ "link_preview", T("Link") }, { "list", T("List") }, { "button", T("Buttons") },
		{ "interactive", T("Buttons") }, { "hsm", T("Template") }, { "image", T("Photo") },
		{ "location", T("Location") }, { "order", T("Order") }, { "product", T("Product") },
		{ "reaction", T("Reaction") }, { "pin", T("Pinned message") }, { "keep_in_chat", T("Kept message") },
		{ "media_placeholder", T("File") }, { "errors", T("Message that could not be delivered") } };
	struct str type = json_str(json_get(held, "type"));
	(void)pool;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, str_of(types[i].type)))
			c->title = types[i].title;
	description_add_words(c, NULL, open_on_phone);
}

static void whatsapp_content_system(struct pool *pool, const struct json *held, struct description *c)
{
	struct str type = json_str(json_get(held, "type")), wa_id = json_text(pool, json_get(held, "wa_id"));
	wa_id = wa_id.p ? wa_id : json_text(pool, json_get(held, "new_wa_id"));
	if (wa_id.p && !str_equal(type, STR("user_changed_user_id"))) {
		c->event = T("{{name}} has a new phone number: {{other}}");
		c->other = pool_printf(pool, "+%.*s", (int)str_cut(wa_id, 20).n, wa_id.p);
	} else if (str_equal(type, STR("customer_identity_changed"))) {
		c->event = T("{{name}} has set up WhatsApp again, perhaps on another phone");
	} else {
		c->event = T("WhatsApp has given {{name}} another id");
	}
}

/* A missed call is one of the customer that ended without having lasted. */
static void whatsapp_content_call(struct pool *pool, const struct json *held, struct description *c)
{
	bool by_shop = str_equal(json_str(json_get(held, "direction")), STR("BUSINESS_INITIATED"));
	int64_t seconds = 0;
	json_i64(json_get(held, "duration"), &seconds);
	if (str_equal(json_str(json_get(held, "event")), STR("connect"))) {
		c->event = by_shop ? T("{{name}} is being called") : T("{{name}} is calling");
	} else if (seconds > 0) {
		c->event = T("The call with {{name}} has ended: {{other}}");
		c->other = pool_printf(pool, "%lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
	} else {
		c->event = by_shop ? T("{{name}} did not take the call") : T("Missed call of {{name}}");
	}
}

static void whatsapp_content_handover(struct pool *pool, const struct json *held, struct description *c)
{
	(void)pool;
	c->event = str_equal(json_str(json_get(held, "to")), STR("agent"))
			   ? T("Meta's agent answers {{name}} from here on")
			   : T("Meta's agent handed {{name}} over: {{other}}");
}

/* What can be read of an unknown type: its texts. */
static void whatsapp_content_unknown(struct pool *pool, const struct json *held, struct description *c)
{
	static const char *const texts[] = { "body", "text", "caption", "title", "name", "description" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		description_add(c, NULL, json_text(pool, json_get(held, texts[i])));
	description_add_words(c, NULL, open_on_phone);
}

/* ---- the table ---- */

static const struct reader {
	const char *kind, *subtype; /* subtype: of interactive */
	const char *icon, *title;   /* title NULL: plain text */
	const char *event;
	void (*read)(struct pool *pool, const struct json *held, struct description *c);
} readers[] = { { "text", NULL, "chat", NULL, NULL, NULL }, { "button", NULL, "chat", NULL, NULL, NULL },
	{ "interactive", "button_reply", "chat", NULL, NULL, NULL },
	{ "interactive", "list_reply", "chat", NULL, NULL, whatsapp_content_list_reply },
	{ "interactive", "nfm_reply", "note", T("Form"), NULL, whatsapp_content_form },
	{ "interactive", "call_permission_reply", "phone", T("Calls"), NULL, whatsapp_content_call_permission },
	{ "interactive", "payment_method", "tag", T("Chosen way to pay"), NULL, whatsapp_content_payment },
	{ "interactive", "address", "pin", T("Address"), NULL, whatsapp_content_address },
	{ "interactive", NULL, "chat", T("Reply"), NULL, whatsapp_content_unknown },
	{ "image", NULL, "image", T("Photo"), NULL, whatsapp_content_media },
	{ "video", NULL, "video", T("Video"), NULL, whatsapp_content_media },
	{ "audio", NULL, "mic", T("Voice message"), NULL, whatsapp_content_audio },
	{ "voice", NULL, "mic", T("Voice message"), NULL, NULL },
	{ "document", NULL, "file", T("Document"), NULL, whatsapp_content_media },
	{ "sticker", NULL, "sticker", T("Sticker"), NULL, NULL },
	{ "location", NULL, "pin", T("Location"), NULL, whatsapp_content_place },
	{ "contacts", NULL, "contact", T("Contact card"), NULL, whatsapp_content_people },
	{ "order", NULL, "tag", T("Order"), NULL, whatsapp_content_order },
	{ "media_placeholder", NULL, "file", T("File"), NULL, whatsapp_content_placeholder },
	{ "reaction", NULL, "chat", T("Reaction"), T("{{name}} reacted to an earlier message: {{other}}"), NULL },
	{ "edit", NULL, "edit", T("Edited message"), T("{{name}} changed a message: {{other}}"), NULL },
	{ "revoke", NULL, "trash", T("Deleted message"), T("{{name}} deleted a message"), NULL },
	{ "system", NULL, "info", T("Note of WhatsApp"), NULL, whatsapp_content_system },
	{ "call", NULL, "phone", T("Call"), NULL, whatsapp_content_call },
	{ "handover", NULL, "info", T("Note of WhatsApp"), NULL, whatsapp_content_handover },
	{ "request_welcome", NULL, "chat", T("First contact"), T("{{name}} opened the chat for the first time"), NULL },
	{ "ephemeral", NULL, "clock", T("Disappearing message"), NULL, whatsapp_content_unsupported },
	{ "unsupported", NULL, "file", T("Message of another kind"), NULL, whatsapp_content_unsupported },
	{ "unknown", NULL, "file", T("Message of another kind"), NULL, whatsapp_content_unsupported },
	{ NULL, NULL, "file", T("Message of another kind"), NULL, whatsapp_content_unknown } };

static const struct reader *reader_of(struct str kind, struct str subtype)
{
	const struct reader *r = readers;
	while (r->kind
		&& !(str_equal(kind, str_of(r->kind)) && (!r->subtype || str_equal(subtype, str_of(r->subtype)))))
		r++;
	return r;
}

/* Where the customer came from: an advertisement or a post, or a product that the message is about. */
static void add_origin(struct pool *pool, const struct json *message, struct description *c)
{
	const struct json *referral = json_get(message, "referral"), *context = json_get(message, "context");
	struct str headline = json_str(json_get(referral, "headline")),
		   url = json_str(json_get(referral, "source_url"));
	struct str body = json_str(json_get(referral, "body"));
	description_add(c, T("Asked about"), headline.n ? headline : body);
	if (headline.n)
		description_add(c, NULL, body);
	description_add_url(c, headline.n || body.n ? NULL : T("Asked about"), url);
	description_add(c, T("Asked about the product"),
		json_text(pool, json_path(context, "referred_product", "product_retailer_id", NULL)));
	if (json_bool(json_get(context, "forwarded"), false)
		|| json_bool(json_get(context, "frequently_forwarded"), false))
		description_add_words(c, NULL, T("Forwarded"));
}

bool whatsapp_content_is_known(struct str kind, struct str subtype)
{
	const struct reader *r = reader_of(kind, subtype);
	return r->kind && (r->subtype || !str_equal(kind, STR("interactive")));
}

void whatsapp_describe(struct pool *pool, struct str kind, const struct json *metadata, struct description *out)
{
	const struct json *held = json_get(metadata, pool_cstr(pool, kind));
	const struct reader *r = reader_of(kind, json_str(json_path(metadata, "interactive", "type", NULL)));
	out->icon = r->icon;
	out->title = r->title;
	out->event = r->event;
	if (str_equal(kind, STR("reaction")))
		out->event_alone = T("{{name}} took a reaction back");
	else if (str_equal(kind, STR("edit")))
		out->event_alone = T("{{name}} changed a message");
	else if (str_equal(kind, STR("handover")))
		out->event_alone = T("Meta's agent handed {{name}} over");
	bool is_lost = whatsapp_lost_file(pool, metadata);
	if (is_lost && r->read == whatsapp_content_unsupported)
		out->title = T("File");
	else if (r->read && (metadata || r->read == whatsapp_content_system))
		r->read(pool, held, out);
	if (is_lost)
		description_add_words(out, NULL, not_handed_over);
	add_origin(pool, metadata, out);
}
