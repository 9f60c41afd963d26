/*
 * whatsapp-fields.c - the webhook fields of a WhatsApp account that hold no message: what each is, and which of its
 * events stop the channel or end that.
 *
 * Owns the table. Nothing falls through: a field without a row is kept with its shape, counted, and listed as one that
 * is unknown. Never fails. Source: Meta, "Webhooks, WhatsApp Business Account" (fields), "account_update".
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/description.h"
#include "channel/pieces.h"

#define NEWS_MAX_BYTES 300

static const struct field {
	const char *name, *words;
	bool wanted;  /* documented by Meta, and it says something to a shop: an app should subscribe it */
	bool is_news; /* of the account, not of customers: what the last one said is shown to admins */
} fields[] = { { "messages", T("Messages and delivery statuses"), true, false },
	{ "smb_message_echoes", T("Messages that were written on the phone"), true, false },
	{ "account_update", T("Changes of the account: restrictions, violations, disconnection"), true, true },
	{ "account_alerts", T("Alerts of Meta about the account"), true, true },
	{ "account_review_update", T("The review of the account"), true, true },
	{ "account_settings_update", T("Settings of the phone number"), true, false },
	{ "automatic_events", T("Leads and purchases that Meta found in chats from ads"), true, false },
	{ "business_capability_update", T("Limits of the business"), true, true },
	{ "business_username_updates", T("The user name of the business"), true, true },
	{ "calls", T("Calls of customers"), true, false },
	{ "consumer_profile", T("Profiles of customers"), false, false },
	{ "flows", T("Failures of forms"), true, true },
	{ "group_lifecycle_update", T("Groups that were created or deleted"), true, false },
	{ "group_participants_update", T("Participants of groups"), true, false },
	{ "group_settings_update", T("Settings of groups"), true, false },
	{ "group_status_update", T("The state of groups"), true, false },
	{ "history", T("Earlier messages of the phone"), true, false },
	{ "message_echoes", T("Copies of messages that were sent"), false, false },
	{ "message_template_components_update", T("Texts of templates"), true, false },
	{ "message_template_quality_update", T("The quality of templates"), true, true },
	{ "message_template_status_update", T("The state of templates"), true, true },
	{ "messaging_handovers", T("Who answers a conversation: Meta's own agent or this inbox"), true, false },
	{ "partner_solutions", T("Partners of Meta"), false, false },
	{ "payment_configuration_update", T("Settings of payments"), false, false },
	{ "phone_number_name_update", T("The review of the number's display name"), true, true },
	{ "phone_number_quality_update", T("The quality and limits of the number"), true, true },
	{ "security", T("Changes of the number's PIN"), true, true },
	{ "smb_app_state_sync", T("Contacts of the phone"), true, false },
	{ "standby", T("Messages that Meta's own agent answers"), true, false },
	{ "template_category_update", T("The category, and so the price, of templates"), true, true },
	{ "template_correct_category_detection", T("Corrected categories of templates"), false, false },
	{ "tracking_events", T("Clicks in messages"), false, false },
	{ "user_id_update", T("Ids of customers that have changed"), false, false },
	{ "user_preferences", T("Customers who stop or take offers again"), true, false },
	{ "errors", T("Errors that Meta reports for the account"), false, true } };

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

const char *whatsapp_field_wanted(size_t n)
{
	size_t i = 0;
	while (i < FIELDS && (!fields[i].wanted || n-- > 0))
		i++;
	return i < FIELDS ? fields[i].name : NULL;
}

const char *whatsapp_field_words(struct str name)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (str_equal(name, str_of(fields[i].name)))
			return fields[i].words;
	return NULL;
}

/* What an event of account_update does to the channel; `member` and `value` narrow it. */
static const struct account_event {
	const char *event, *object, *member, *value;
	enum inbound_channel_state state;
	const char *reason; /* the code of one */
} account_events[] = { { "ACCOUNT_DELETED", NULL, NULL, NULL, INBOUND_CHANNEL_BROKEN, CODE(account_deleted) },
	{ "DISABLED_UPDATE", "ban_info", "waba_ban_state", "DISABLE", INBOUND_CHANNEL_BROKEN, CODE(account_disabled) },
	{ "DISABLED_UPDATE", "ban_info", "waba_ban_state", "REINSTATE", INBOUND_CHANNEL_RESTORED, NULL },
	{ "ACCOUNT_RESTRICTION", "restriction_info", "restriction_type", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING",
		INBOUND_CHANNEL_BROKEN, CODE(account_restricted) },
	{ "PARTNER_REMOVED", NULL, NULL, NULL, INBOUND_CHANNEL_BROKEN, CODE(account_removed) },
	{ "ACCOUNT_OFFBOARDED", NULL, NULL, NULL, INBOUND_CHANNEL_BROKEN, CODE(account_offboarded) },
	{ "ACCOUNT_RECONNECTED", NULL, NULL, NULL, INBOUND_CHANNEL_RESTORED, NULL },
	{ "ACCOUNT_VIOLATION", NULL, NULL, NULL, INBOUND_CHANNEL_UNCHANGED, NULL } };

/* An object, or any in a list. */
static bool whatsapp_fields_holds(const struct json *held, const char *member, const char *value)
{
	if (json_kind(held) != JSON_ARRAY)
		return str_equal(json_str(json_get(held, member)), str_of(value));
	for (size_t i = 0; i < json_length(held); i++)
		if (str_equal(json_str(json_get(json_at(held, i), member)), str_of(value)))
			return true;
	return false;
}

static void apply_account_event(const struct json *value, struct inbound *item)
{
	struct str event = json_str(json_get(value, "event"));
	for (size_t i = 0; i < sizeof(account_events) / sizeof(account_events[0]); i++) {
		const struct account_event *a = &account_events[i];
		if (!str_equal(event, str_of(a->event)))
			continue;
		if (a->object && !whatsapp_fields_holds(json_get(value, a->object), a->member, a->value))
			continue;
		item->channel_state = a->state;
		item->reason = str_of(a->reason);
		return;
	}
}

struct news {
	struct pool *pool;
	struct buf text;
};

static bool whatsapp_fields_add_news(void *arg, struct str key, const struct json *value)
{
	static const char *const elsewhere[] = { "messaging_product", "metadata", "waba_info" };
	struct news *n = arg;
	struct str text = description_text(n->pool, value);
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (str_equal(key, str_of(elsewhere[i])))
			return true;
	if (text.n)
		buf_addf(&n->text, "%s%.*s: %.*s", n->text.len ? ", " : "", (int)str_cut(key, 60).n, key.p,
			(int)str_cut(text, NEWS_MAX_BYTES).n, text.p);
	return true;
}

/* What the value says, in Meta's own names: "event: PIN_CHANGED". */
static struct str whatsapp_fields_news(struct pool *pool, const struct json *value)
{
	struct news n = { .pool = pool };
	if (json_kind(value) != JSON_OBJECT)
		return str_cut(description_text(pool, value), NEWS_MAX_BYTES);
	buf_init(&n.text, 1 << 16);
	json_each(value, whatsapp_fields_add_news, &n);
	struct str text = n.text.err == ERR_OK ? str_cut(pool_str(pool, buf_str(&n.text)), NEWS_MAX_BYTES) : STR_NONE;
	buf_fini(&n.text);
	return text;
}

void whatsapp_take_field(struct pool *pool, const struct channel *channel, struct str field, const struct json *value,
	struct inbound_list *out)
{
	struct inbound *item = piece_add(pool, channel, out, INBOUND_FIELD);
	item->kind = field;
	item->metadata = piece_shape(pool, value);
	for (size_t i = 0; i < FIELDS; i++)
		if (fields[i].is_news && str_equal(field, str_of(fields[i].name)))
			item->body = whatsapp_fields_news(pool, value);
	if (str_equal(field, STR("account_update")))
		apply_account_event(value, item);
}
