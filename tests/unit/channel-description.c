/*
 * channel-description.c - tests of what a stored message is shown as: every type that the platforms name has a reader,
 * and none shows the platform's own word for it.
 */
#include "channel.h"

#include "check.h"

#include "channel/description.h"
#include "channel/telegram/telegram.h"
#include "channel/whatsapp/whatsapp.h"

/* One line: icon, title or event, then each line of the content. */
static struct str told(struct pool *pool, const struct description *d)
{
	struct buf b;
	buf_init(&b, 65536);
	buf_addf(&b, "%s|%s", d->icon, d->event ? d->event : d->title ? d->title : "");
	if (d->other.p)
		buf_addf(&b, "|other=%.*s", (int)d->other.n, d->other.p);
	for (int i = 0; i < d->n_lines; i++) {
		const struct description_line *l = &d->lines[i];
		buf_addf(&b, "|%s%.*s%s%s%.*s", l->label ? l->label : "", (int)l->name.n, l->name.p ? l->name.p : "",
			l->label || l->name.p ? ": " : "", l->words ? l->words : "", (int)l->text.n,
			l->text.p ? l->text.p : "");
		if (l->href.p)
			buf_addf(&b, " <%.*s>", (int)l->href.n, l->href.p);
	}
	if (d->quoted.p)
		buf_addf(&b, "|quoted=%.*s", (int)d->quoted.n, d->quoted.p);
	if (d->writer.p)
		buf_addf(&b, "|writer=%.*s", (int)d->writer.n, d->writer.p);
	if (d->omitted)
		buf_addf(&b, "|omitted=%d", d->omitted);
	return pool_take(pool, &b);
}

struct described {
	const char *kind, *metadata, *expected;
};

static void check_described(const struct channel_ops *ops, const struct described *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pool *pool = pool_new();
		struct description d;
		struct buf b;
		struct json_writer w;
		buf_init(&b, 65536);
		json_writer_init(&w, &b);
		json_write_value(&w, test_json(pool, table[i].metadata));
		description_read(pool, ops, str_of(table[i].kind), buf_str(&b), &d);
		CHECK_STR(told(pool, &d), table[i].expected);
		buf_fini(&b);
		pool_free(pool);
	}
}

#define LOST "WhatsApp could not hand this file over. Ask the customer to send it again, at most 100 MB, or as a link."
#define MAP(lat, lon) " <https://www.openstreetmap.org/?mlat=" lat "&mlon=" lon "#map=17/" lat "/" lon ">"

static void whatsapp_contents(void)
{
	static const struct described table[] = { { "text", "{}", "chat|" }, { "image", "{}", "image|Photo" },
		{ "audio", "{'audio':{'voice':true}}", "mic|Voice message" },
		{ "audio", "{'audio':{'voice':false}}", "mic|Audio file" },
		{ "document", "{'document':{'filename':'a.pdf'}}", "file|Document|a.pdf" },
		{ "location", "{'location':{'latitude':41.25,'longitude':29,'name':'Shop','address':'Road 1'}}",
			"pin|Location|Shop|Road 1|41.25000, 29.00000" MAP("41.250000", "29.000000") },
		{ "location", "{'location':{'latitude':'x','url':'javascript:1'}}", "pin|Location|javascript:1" },
		{ "contacts",
			"{'contacts':[{'name':{'formatted_name':'Ana'},'phones':[{'phone':'+1 555-1'},{'phone':'+1 "
			"5552000'}],"
			"'org':{'company':'Zq'}},{'name':{'formatted_name':'Ben'},'emails':[{'email':'b@x.org'}]}]}",
			"contact|Contact card|Name: Ana|Company: Zq|Phone: +1 555-1 <tel:+15551>|Phone: +1 5552000 "
			"<tel:+15552000>|Name: Ben|E-mail: b@x.org" },
		{ "order",
			"{'order':{'product_items':[{'product_retailer_id':'A','quantity':2,'item_price':10.5,'"
			"currency':'USD'},{'product_retailer_id':'B','quantity':'1','item_price':1,'currency':'USD'}]}"
			"}",
			"tag|Order|2 × A · 10.5 USD|1 × B · 1 USD|Total: 22.00 USD" },
		{ "order",
			"{'order':{'product_items':[{'product_retailer_id':'A','quantity':2,'item_price':1,'currency':'"
			"USD'},{'product_retailer_id':'B','quantity':1,'item_price':1,'currency':'EUR'}]}}",
			"tag|Order|2 × A · 1 USD|1 × B · 1 EUR" },
		{ "interactive",
			"{'interactive':{'type':'list_reply','list_reply':{'title':'T','description':'Two hours'}}}",
			"chat||Two hours" },
		{ "interactive",
			"{'interactive':{'type':'nfm_reply','nfm_reply':{'name':'flow','body':'Sent','response_json':"
			"'{\\u0022flow_token\\u0022:\\u0022x\\u0022,\\u0022day_of_visit\\u0022:\\u0022Monday\\u0022,"
			"\\u0022extras\\u0022:[\\u0022a\\u0022,\\u0022b\\u0022],\\u0022agreed\\u0022:true}'}}}",
			"note|Form|day of visit: Monday|extras: a, b|agreed: ✓" },
		{ "interactive",
			"{'interactive':{'type':'nfm_reply','nfm_reply':{'name':'address_message','response_json':"
			"'{\\u0022values\\u0022:{\\u0022city\\u0022:\\u0022Pune\\u0022,\\u0022in_pin_code\\u0022:"
			"400063}}'}}}",
			"note|Address|City: Pune|Postal code: 400063" },
		{ "interactive", "{'interactive':{'type':'nfm_reply','nfm_reply':{'response_json':'{broken'}}}",
			"note|Form|{broken" },
		{ "text", "{'referral':{'headline':'Summer','body':'Now','source_url':'https://fb.me/x'}}",
			"chat||Asked about: Summer|Now|https://fb.me/x <https://fb.me/x>" },
		{ "text", "{'context':{'referred_product':{'product_retailer_id':'sku-1'}}}",
			"chat||Asked about the product: sku-1" },
		{ "text", "{'context':{'forwarded':true},'writer':{'name':'Eve','id':'1'}}",
			"chat||Forwarded|writer=Eve" },
		{ "system", "{'system':{'type':'user_changed_number','body':'raw','wa_id':'4922'}}",
			"info|{{name}} has a new phone number: {{other}}|other=+4922" },
		{ "unsupported", "{'unsupported':{'type':'poll_creation'}}",
			"file|Poll|Open it in WhatsApp on the phone: Meta does not pass this kind on." },
		{ "unsupported", "{'errors':[{'code':131052}]}", "file|File|" LOST },
		{ "unsupported", "{'errors':[{'code':131051}]}",
			"file|Message of another kind|Open it in WhatsApp on the phone: Meta does not pass this kind "
			"on." },
		{ "document", "{'document':{'filename':'a.pdf'},'errors':[{'code':400}]}",
			"file|Document|a.pdf|" LOST },
		{ "image", "{'image':{'id':'900'},'errors':[{'code':400}]}", "image|Photo" },
		{ "hologram", "{'hologram':{'caption':'Look'}}",
			"file|Message of another kind|Look|Open it in WhatsApp on the phone: Meta does not pass this "
			"kind on." } };
	check_described(&whatsapp_channel, table, COUNT(table));
}

static void telegram_contents(void)
{
	static const struct described table[] = { { "text", "{'links':['https://a.example/','javascript:1']}",
							  "chat||Link: https://a.example/ <https://a.example/>|Link: "
							  "javascript:1" },
		{ "text", "{'quoted':'old'}", "chat||quoted=old" },
		{ "text", "{'quoted':'old','quote':{'text':'ol'}}", "chat||quoted=ol" },
		{ "text", "{'forward_origin':{'type':'user','sender_user':{'first_name':'Ann'}}}",
			"chat||Forwarded from: Ann" },
		{ "contact", "{'contact':{'first_name':'Ann','last_name':'B','phone_number':'4915100'}}",
			"contact|Contact card|Name: Ann B|Phone: 4915100 <tel:4915100>" },
		{ "venue", "{'venue':{'title':'Here','address':'Road 1','location':{'latitude':1,'longitude':2}}}",
			"pin|Location|Road 1|1.00000, 2.00000" MAP("1.000000", "2.000000") },
		{ "location", "{'location':{'latitude':1,'longitude':2,'live_period':60}}",
			"pin|Live location|1.00000, 2.00000" MAP("1.000000", "2.000000") },
		{ "poll", "{'poll':{'question':'?','options':[{'text':'Yes','voter_count':2},{'text':'No'}]}}",
			"check|Poll|Yes: 2|No: 0" },
		{ "checklist", "{'checklist':{'tasks':[{'text':'a','completion_date':1},{'text':'b'}]}}",
			"checks|Checklist|☑ a|☐ b" },
		{ "successful_payment", "{'successful_payment':{'currency':'EUR','total_amount':1250}}",
			"tag|Payment|Amount in the smallest unit: 1250 EUR" },
		{ "rich_message", "{'rich_message':{'blocks':[{'type':'p','text':[{'text':'One'},'Two']}]}}",
			"chat|Formatted text|One|Two" },
		{ "service", "{'new_chat_title':'Team'}", "file|The chat is now called {{other}}|other=Team" },
		{ "service", "{'new_chat_members':[{'first_name':'A'},{'first_name':'B'}]}",
			"file|{{other}} joined the chat|other=A, B" },
		{ "service", "{'tomorrow':1}", "file|Something changed in the chat" },
		{ "my_chat_member", "{'old_chat_member':{'status':'member'},'new_chat_member':{'status':'kicked'}}",
			"file|{{name}} blocked the bot" },
		{ "unknown", "{'hologram':{}}",
			"file|Message of another kind|Open it in Telegram: it cannot be shown here." } };
	check_described(&telegram_channel, table, COUNT(table));
}

static void content_is_bounded(void)
{
	struct pool *pool = pool_new();
	struct description d;
	struct buf b;
	buf_init(&b, 1 << 20);
	buf_add_cstr(&b, "{\"contacts\":[");
	for (int i = 0; i < 60; i++)
		buf_addf(&b, "%s{\"name\":{\"formatted_name\":\"P%d\"}}", i ? "," : "", i);
	buf_add_cstr(&b, "]}");
	description_read(pool, &whatsapp_channel, STR("contacts"), buf_str(&b), &d);
	CHECK_INT(d.n_lines, DESCRIPTION_LINES_MAX);
	CHECK_INT(d.omitted, 60 - DESCRIPTION_LINES_MAX);
	/* What cannot be read, or is larger than anything a page shows, still has its title. */
	description_read(pool, &whatsapp_channel, STR("order"), STR("{\"order\":"), &d);
	CHECK_STR(str_of(d.title), "Order");
	buf_fini(&b);
	pool_free(pool);
}

/* ---- every type that is known ---- */

static void check_whatsapp_type(const char *type, const char *subtype, const char *where)
{
	struct pool *pool = pool_new();
	const char *label = pool_printf(pool, "WhatsApp type %s %s of %s has a reader", type, subtype, where).p;
	CHECK_ROW(whatsapp_content_is_known(str_of(type), str_of(subtype)), label);
	pool_free(pool);
}

static void every_whatsapp_type_has_a_reader(void)
{
	static const char *const types[] = { "text", "button", "image", "video", "document", "audio", "voice",
		"sticker", "location", "contacts", "order", "reaction", "system", "edit", "revoke", "unsupported",
		"unknown", "request_welcome", "ephemeral", "media_placeholder" };
	static const char *const replies[] = { "button_reply", "list_reply", "nfm_reply", "call_permission_reply" };
	for (size_t i = 0; i < COUNT(types); i++)
		check_whatsapp_type(types[i], "", "the documentation");
	for (size_t i = 0; i < COUNT(replies); i++)
		check_whatsapp_type("interactive", replies[i], "the documentation");
}

static void check_message_types(struct pool *pool, const char *name, const struct json *messages)
{
	for (size_t i = 0; i < json_length(messages); i++) {
		const struct json *m = json_at(messages, i);
		struct str type = json_str(json_get(m, "type")),
			   sub = json_str(json_path(m, "interactive", "type", NULL));
		if (type.n && (sub.n || !str_equal(type, STR("interactive"))))
			check_whatsapp_type(pool_cstr(pool, type), sub.p ? pool_cstr(pool, sub) : "", name);
	}
}

/* Wherever a value holds messages: by themselves, of another sender, of an earlier time. */
static void check_value(struct pool *pool, const char *name, const struct json *value)
{
	const struct json *standby = json_get(value, "standby"), *history = json_get(value, "history");
	check_message_types(pool, name, json_get(value, "messages"));
	check_message_types(pool, name, json_get(value, "message_echoes"));
	check_message_types(pool, name, json_get(standby, "messages"));
	for (size_t i = 0; i < json_length(history); i++) {
		const struct json *threads = json_get(json_at(history, i), "threads");
		for (size_t k = 0; k < json_length(threads); k++)
			check_message_types(pool, name, json_get(json_at(threads, k), "messages"));
	}
}

static void each_whatsapp(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	const struct json *payload = NULL;
	CHECK_ROW(json_parse(pool, content, &payload, NULL) == ERR_OK, name);
	const struct json *entries = json_get(payload, "entry");
	for (size_t e = 0; e < json_length(entries); e++) {
		const struct json *changes = json_get(json_at(entries, e), "changes");
		for (size_t c = 0; c < json_length(changes); c++) {
			const struct json *value = json_get(json_at(changes, c), "value");
			struct str field = json_str(json_get(json_at(changes, c), "field"));
			CHECK_ROW(!field.p || whatsapp_field_words(field),
				pool_printf(pool, "field %.*s of %s is explained", (int)field.n, field.p, name).p);
			check_value(pool, name, value);
		}
	}
	pool_free(pool);
}

static bool check_member(void *arg, struct str key, const struct json *value)
{
	struct pool *pool = pool_new();
	(void)value;
	CHECK_ROW(telegram_content_is_known(key),
		pool_printf(pool, "Message.%.*s of %s has a reader", (int)key.n, key.p, (const char *)arg).p);
	pool_free(pool);
	return true;
}

static bool check_kind(void *arg, struct str key, const struct json *value)
{
	struct pool *pool = pool_new();
	(void)value;
	CHECK_ROW(telegram_kind_words(key) || str_equal(key, STR("update_id")),
		pool_printf(pool, "Update.%.*s of %s is explained", (int)key.n, key.p, (const char *)arg).p);
	pool_free(pool);
	return true;
}

static void each_telegram(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	const struct json *update = NULL;
	CHECK_ROW(json_parse(pool, content, &update, NULL) == ERR_OK, name);
	json_each(json_get(update, "message"), check_member, (void *)(uintptr_t)name);
	if (!strstr(name, "new-update-kind"))
		json_each(update, check_kind, (void *)(uintptr_t)name);
	pool_free(pool);
}

static void each_specification(const char *name, struct str content)
{
	struct pool *pool = pool_new();
	const struct json *spec = NULL;
	if (strstr(name, "telegram")) {
		CHECK_ROW(json_parse(pool, content, &spec, NULL) == ERR_OK, name);
		const struct json *fields = json_path(spec, "types", "Message", "fields", NULL);
		CU_ASSERT_TRUE(json_length(fields) > 100);
		for (size_t i = 0; i < json_length(fields); i++)
			check_member((void *)(uintptr_t)name, json_str(json_get(json_at(fields, i), "name")), NULL);
		fields = json_path(spec, "types", "Update", "fields", NULL);
		CU_ASSERT_TRUE(json_length(fields) > 20);
		for (size_t i = 0; i < json_length(fields); i++)
			check_kind((void *)(uintptr_t)name, json_str(json_get(json_at(fields, i), "name")), NULL);
	}
	pool_free(pool);
}

static void gathered_types_have_readers(void)
{
	test_corpus("wa-webhook", each_whatsapp);
	test_corpus("tg-update", each_telegram);
	test_corpus("../spec", each_specification);
}

CU_TestInfo channel_description_tests[] = {
	{ "contents of WhatsApp", whatsapp_contents },
	{ "contents of Telegram", telegram_contents },
	{ "content is bounded", content_is_bounded },
	{ "every type of WhatsApp has a reader", every_whatsapp_type_has_a_reader },
	{ "gathered types have readers", gathered_types_have_readers },
	CU_TEST_INFO_NULL,
};
