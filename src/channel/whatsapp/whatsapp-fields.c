/*
 * whatsapp-fields.c - the webhook fields of a WhatsApp account that hold no message: what each is, and which of its
 * events stop the channel or end that.
 *
 * Owns the table. Nothing falls through: a field without a row is kept with its shape, counted, and listed as one that
 * is unknown. Never fails. Source: Meta, "Webhooks, WhatsApp Business Account" (fields), "account_update".
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/pieces.h"

static const struct field {
	const char *name, *words;
	bool wanted; /* documented by Meta, and it says something to a shop: an app should subscribe it */
} fields[] = { { "messages", T("Messages and delivery statuses"), true },
	{ "smb_message_echoes", T("Messages that were written on the phone"), true },
	{ "account_update", T("Changes of the account: restrictions, violations, disconnection"), true },
	{ "account_alerts", T("Alerts of Meta about the account"), true },
	{ "account_review_update", T("The review of the account"), true },
	{ "account_settings_update", T("Settings of the phone number"), true },
	{ "automatic_events", T("Leads and purchases that Meta found in chats from ads"), true },
	{ "business_capability_update", T("Limits of the business"), true },
	{ "business_username_updates", T("The user name of the business"), true },
	{ "calls", T("Calls of customers"), true }, { "consumer_profile", T("Profiles of customers"), false },
	{ "flows", T("Failures of forms"), true },
	{ "group_lifecycle_update", T("Groups that were created or deleted"), true },
	{ "group_participants_update", T("Participants of groups"), true },
	{ "group_settings_update", T("Settings of groups"), true },
	{ "group_status_update", T("The state of groups"), true },
	{ "history", T("Earlier messages of the phone"), true },
	{ "message_echoes", T("Copies of messages that were sent"), false },
	{ "message_template_components_update", T("Texts of templates"), true },
	{ "message_template_quality_update", T("The quality of templates"), true },
	{ "message_template_status_update", T("The state of templates"), true },
	{ "messaging_handovers", T("Who answers a conversation: Meta's own agent or this inbox"), true },
	{ "partner_solutions", T("Partners of Meta"), false },
	{ "payment_configuration_update", T("Settings of payments"), false },
	{ "phone_number_name_update", T("The review of the number's display name"), true },
	{ "phone_number_quality_update", T("The quality and limits of the number"), true },
	{ "security", T("Changes of the number's PIN"), true },
	{ "smb_app_state_sync", T("Contacts of the phone"), true },
	{ "standby", T("Messages that Meta's own agent answers"), true },
	{ "template_category_update", T("The category, and so the price, of templates"), true },
	{ "template_correct_category_detection", T("Corrected categories of templates"), false },
	{ "tracking_events", T("Clicks in messages"), false },
	{ "user_id_update", T("Ids of customers that have changed"), false },
	{ "user_preferences", T("Customers who stop or take offers again"), true },
	{ "errors", T("Errors that Meta reports for the account"), false } };

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
	{ "PARTNER_REMOVED", NULL, NULL, NULL, INBOUND_CHANNEL_BROKEN, CODE(account_removed) },
	{ "ACCOUNT_OFFBOARDED", NULL, NULL, NULL, INBOUND_CHANNEL_BROKEN, CODE(account_offboarded) },
	{ "ACCOUNT_RECONNECTED", NULL, NULL, NULL, INBOUND_CHANNEL_RESTORED, NULL },
	{ "ACCOUNT_VIOLATION", NULL, NULL, NULL, INBOUND_CHANNEL_UNCHANGED, NULL } };

static void apply_account_event(const struct json *value, struct inbound *item)
{
	struct str event = json_str(json_get(value, "event"));
	for (size_t i = 0; i < sizeof(account_events) / sizeof(account_events[0]); i++) {
		const struct account_event *a = &account_events[i];
		if (!str_equal(event, str_of(a->event)))
			continue;
		if (a->object && !str_equal(json_str(json_path(value, a->object, a->member, NULL)), str_of(a->value)))
			continue;
		item->channel_state = a->state;
		item->reason = str_of(a->reason);
		return;
	}
}

void whatsapp_take_field(struct pool *pool, const struct channel *channel, struct str field, const struct json *value,
	struct inbound_list *out)
{
	struct inbound *item = piece_add(pool, channel, out, INBOUND_FIELD);
	item->kind = field;
	item->metadata = piece_shape(pool, value);
	if (str_equal(field, STR("account_update")))
		apply_account_event(value, item);
}
