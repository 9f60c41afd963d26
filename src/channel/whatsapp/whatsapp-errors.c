/*
 * whatsapp-errors.c - what Graph API error codes mean for the outbox and for a person, as data.
 *
 * Owns the table; nothing else knows a code. Source: Meta, "Error codes" (WhatsApp Cloud API, 2026-09), "Handling
 * errors" (Graph API). Meta: key on the code and the details; titles, HTTP status and subcodes are not stable. A code
 * that Meta adds tomorrow goes by HTTP status and is_transient.
 */
#include "channel/whatsapp/whatsapp-errors.h"

#define MINUTE 60000
#define HOUR (60 * (int64_t)MINUTE)
#define STUMBLES_MAX 12 /* of an error that may be the message's own: with the backoff most of an hour */

static const char new_token[] = T(
	"Make a new permanent token in Meta Business Settings (System users) and put it into the channel's settings.");
static const char see_permissions[] = T("Give the system user the permissions whatsapp_business_messaging and "
					"whatsapp_business_management for this account, then make a new token.");
static const char see_account[] =
	T("Check the WhatsApp account in Meta Business Support. Sending resumes when the problem is solved.");
static const char see_number[] = T("Open WhatsApp Manager, Phone numbers, and register the number again.");
const struct send_rule whatsapp_errors[] = {
	{ 0, 0, SEND_CLASS_BROKEN, 0, 0, T("Meta could not authenticate the app."), new_token },
	{ 1, 1, SEND_CLASS_RETRY, STUMBLES_MAX, 0, T("Meta reported an unknown error."), send_next_by_itself },
	{ 2, 2, SEND_CLASS_RETRY, 0, 0, T("Meta's service is down or overloaded."), send_next_by_itself },
	{ 3, 3, SEND_CLASS_BROKEN, 0, 0, T("The app lacks a capability."), see_permissions },
	{ 4, 4, SEND_CLASS_THROTTLE, 0, MINUTE, T("The app has made too many calls."), send_next_by_itself },
	{ 10, 10, SEND_CLASS_BROKEN, 0, 0, T("The token lacks a permission."), see_permissions },
	{ 17, 17, SEND_CLASS_THROTTLE, 0, MINUTE, T("Too many calls for this user."), send_next_by_itself },
	{ 33, 33, SEND_CLASS_BROKEN, 0, 0, T("The business phone number was deleted."), see_number },
	{ 100, 100, SEND_CLASS_REQUEST, 0, 0, T("Meta did not accept a part of the message."), send_next_report },
	{ 102, 102, SEND_CLASS_BROKEN, 0, 0, T("The session is not valid."), new_token },
	{ 104, 104, SEND_CLASS_BROKEN, 0, 0, T("The access token is missing."), new_token },
	{ 190, 190, SEND_CLASS_BROKEN, 0, 0, T("The access token has expired or was revoked."), new_token },
	{ 200, 299, SEND_CLASS_BROKEN, 0, 0, T("The token lacks a permission."), see_permissions },
	{ 341, 341, SEND_CLASS_THROTTLE, 0, MINUTE, T("The app has reached a limit."), send_next_by_itself },
	{ 368, 368, SEND_CLASS_BROKEN, 0, 0, T("The account is blocked for a while because of a policy."),
		see_account },
	{ 613, 613, SEND_CLASS_THROTTLE, 0, MINUTE, T("Too many calls."), send_next_by_itself },
	{ 803, 803, SEND_CLASS_BROKEN, 0, 0, T("The phone number id does not exist for this token."),
		T("Compare the phone number id in the channel's settings with WhatsApp > API setup in Meta's "
		  "console.") },
	{ 80007, 80008, SEND_CLASS_THROTTLE, 0, MINUTE, T("The WhatsApp account has reached its call limit."),
		send_next_by_itself },
	{ 130403, 130403, SEND_CLASS_RECIPIENT, 0, 0, T("Your business has blocked this customer."),
		T("Unblock the customer in WhatsApp first.") },
	{ 130429, 130429, SEND_CLASS_THROTTLE, 0, 1000, T("The number sends faster than Meta allows."),
		send_next_by_itself },
	{ 130472, 130472, SEND_CLASS_RECIPIENT, 0, 0,
		T("The customer is part of an experiment by Meta and did not get the message."), send_next_other_way },
	{ 130497, 130497, SEND_CLASS_RECIPIENT, 0, 0,
		T("Meta does not let this business write to the customer's country."), send_next_other_way },
	{ 131000, 131000, SEND_CLASS_RETRY, STUMBLES_MAX, 0, T("Something went wrong at Meta."), send_next_by_itself },
	{ 131005, 131005, SEND_CLASS_BROKEN, 0, 0, T("Access denied."), see_permissions },
	{ 131008, 131009, SEND_CLASS_REQUEST, 0, 0, T("A part of the message is missing or not valid."),
		send_next_report },
	{ 131016, 131016, SEND_CLASS_RETRY, 0, 0, T("The service is not available for a moment."),
		send_next_by_itself },
	{ 131020, 131020, SEND_CLASS_REQUEST, 0, 0, T("Groups cannot be written to."), send_next_report },
	{ 131021, 131021, SEND_CLASS_REQUEST, 0, 0, T("Sender and recipient are the same number."),
		T("Write from another phone to test.") },
	{ 131026, 131026, SEND_CLASS_RECIPIENT, 0, 0,
		T("The message cannot be delivered: the number is not on WhatsApp, uses an old version, or has not "
		  "accepted the terms."),
		send_next_other_way },
	{ 131030, 131030, SEND_CLASS_RECIPIENT, 0, 0,
		T("The app is in development mode and this number is not on its list."),
		T("Add the number to the allowed list in Meta's console, or publish the app.") },
	{ 131031, 131031, SEND_CLASS_BROKEN, 0, 0, T("The account is locked."), see_account },
	{ 131037, 131037, SEND_CLASS_BROKEN, 0, 0, T("The display name of the number is not approved."),
		T("Have the display name approved in WhatsApp Manager.") },
	{ 131041, 131041, SEND_CLASS_REQUEST, 0, 0, T("Groups cannot be written to."), send_next_report },
	{ 131042, 131042, SEND_CLASS_BROKEN, 0, 0, T("There is a problem with the payment method."),
		T("Check the payment method of the WhatsApp account in Meta Business Settings.") },
	{ 131045, 131045, SEND_CLASS_BROKEN, 0, 0, T("The number is not registered or its certificate is wrong."),
		see_number },
	{ 131047, 131047, SEND_CLASS_WINDOW, 0, 0,
		T("More than 24 hours have passed since the customer's last message."),
		T("Wait until the customer writes again; WhatsApp allows no free text before.") },
	{ 131048, 131048, SEND_CLASS_THROTTLE, 0, HOUR,
		T("Meta limits the number because customers marked its messages as spam."), see_account },
	{ 131049, 131049, SEND_CLASS_RECIPIENT, 0, 0,
		T("Meta did not deliver it to keep the customer's number of business messages low."),
		T("Write again tomorrow at the earliest, or reach the customer in another way.") },
	{ 131050, 131050, SEND_CLASS_RECIPIENT, 0, 0,
		T("The customer has stopped marketing messages of this business."), send_next_other_way },
	{ 131051, 131051, SEND_CLASS_REQUEST, 0, 0, T("The type of the message is not supported."), send_next_report },
	{ 131052, 131052, SEND_CLASS_REQUEST, 0, 0, T("Meta could not fetch the customer's file."),
		T("Ask the customer to send it again.") },
	{ 131053, 131053, SEND_CLASS_REQUEST, 0, 0, T("Meta could not take the file."), send_next_report },
	{ 131056, 131056, SEND_CLASS_PAIR, 0, 6000, T("Too many messages to this customer in a short time."),
		send_next_by_itself },
	{ 131057, 131057, SEND_CLASS_RETRY, 0, MINUTE, T("The account is in maintenance for a moment."),
		send_next_by_itself },
	{ 131062, 131062, SEND_CLASS_REQUEST, 0, 0,
		T("This customer can only be reached by phone number for this kind of message."), send_next_other_way },
	{ 131063, 131064, SEND_CLASS_BROKEN, 0, 0, T("Meta has switched off this kind of message for the account."),
		see_account },
	{ 131200, 131299, SEND_CLASS_REQUEST, 0, 0, T("Groups cannot be written to."), send_next_report },
	{ 132000, 132069, SEND_CLASS_REQUEST, 0, 0, T("A template or flow is wrong."), send_next_report },
	{ 133000, 133000, SEND_CLASS_BROKEN, 0, 0, T("The number is being moved or deleted."), see_number },
	{ 133004, 133004, SEND_CLASS_RETRY, 0, 0, T("Meta's server is not available for a moment."),
		send_next_by_itself },
	{ 133005, 133015, SEND_CLASS_BROKEN, 0, 0, T("The number is not registered with the Cloud API."), see_number },
	{ 133016, 133016, SEND_CLASS_BROKEN, 0, 0, T("The number was registered too often."),
		T("Wait 72 hours, then register it again.") },
	{ 134011, 134011, SEND_CLASS_BROKEN, 0, 0, T("The terms for payments have not been accepted."), see_account },
	{ 135000, 135000, SEND_CLASS_REQUEST, 0, 0, T("Meta did not accept a part of the message."), send_next_report },
	{ 137000, 137000, SEND_CLASS_RECIPIENT, 0, 0, T("The customer's identity has changed."),
		T("Make sure that you speak to the right person, then send it again.") },
	{ -1, -1, SEND_CLASS_NONE, 0, 0, NULL, NULL }
};

/* Code 100 names what is wrong in its details only. A part of the details in lower case; the first that fits. */
static const struct detail_rule {
	const char *says;
	struct send_rule rule;
} invalid_parameters[] = { { "temporarily unavailable",
				   { 100, 100, SEND_CLASS_RETRY, STUMBLES_MAX, 0,
					   T("Meta's service is down or overloaded."), send_next_by_itself } },
	{ "under review", { 100, 100, SEND_CLASS_BROKEN, 0, 0, T("Meta is still reviewing the business phone number."),
				  T("Wait until Meta has reviewed the number; sending resumes by itself.") } },
	{ "not registered", { 100, 100, SEND_CLASS_BROKEN, 0, 0, T("The number is not registered with the Cloud API."),
				    see_number } },
	{ "account cannot be", { 100, 100, SEND_CLASS_BROKEN, 0, 0, T("The account is locked."), see_account } },
	{ "phone number id",
		{ 100, 100, SEND_CLASS_BROKEN, 0, 0, T("The phone number id is not a valid one."),
			T("Compare the phone number id in the channel's settings with WhatsApp > API setup "
			  "in Meta's console.") } },
	{ "4096", { 100, 100, SEND_CLASS_REQUEST, 0, 0,
			  T("The text is longer than the 4,096 characters that WhatsApp takes."),
			  T("Shorten the text, or send it in two parts.") } },
	{ "1024", { 100, 100, SEND_CLASS_REQUEST, 0, 0,
			  T("A text with buttons or a caption is longer than WhatsApp takes."),
			  T("Shorten the text, or send it in two parts.") } },
	{ "text['body']", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("Meta did not accept the text of the message."),
				  send_next_report } },
	{ "button", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("Meta did not accept the buttons of the message."),
			    T("Shorten the titles of the buttons, or send the text without them.") } },
	{ "context", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("The message that is quoted is gone."),
			     T("Send it again without quoting a message.") } },
	{ "message_id", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("The message that is quoted is gone."),
				T("Send it again without quoting a message.") } },
	{ "template", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("A template or flow is wrong."), send_next_report } },
	{ "media", { 100, 100, SEND_CLASS_REQUEST, 0, 0, T("Meta could not take the file."), send_next_report } },
	{ "e.164", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, T("The customer's phone number is not a valid one."),
			   send_next_other_way } },
	{ "param to ", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, T("The customer's phone number is not a valid one."),
			       send_next_other_way } },
	{ "['to']", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, T("The customer's phone number is not a valid one."),
			    send_next_other_way } },
	{ "recipient", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, T("The customer's phone number is not a valid one."),
			       send_next_other_way } },
	{ NULL, { -1, -1, SEND_CLASS_NONE, 0, 0, NULL, NULL } } };

static const struct send_rule object_missing = { 100, 100, SEND_CLASS_BROKEN, 0, 0,
	T("The phone number id does not exist for this token."),
	T("Compare the phone number id in the channel's settings with WhatsApp > API setup in Meta's console, and "
	  "check "
	  "that the token belongs to the same business.") };
static const struct send_rule unknown_transient = { -1, -1, SEND_CLASS_RETRY, 0, 0,
	T("Meta's service failed for a moment."), send_next_by_itself };
static const struct send_rule unknown_broken = { -1, -1, SEND_CLASS_BROKEN, 0, 0, T("Meta refused the credentials."),
	new_token };
static const struct send_rule unknown_refused = { -1, -1, SEND_CLASS_REQUEST, 0, 0, T("Meta refused the message."),
	send_next_report };

const struct send_rule *whatsapp_error_find(int64_t code)
{
	for (const struct send_rule *rule = whatsapp_errors; rule->first >= 0; rule++)
		if (code >= rule->first && code <= rule->last)
			return rule;
	return NULL;
}

const struct send_rule *whatsapp_error_by_status(int http_status, bool is_transient)
{
	if (is_transient || http_status >= 500 || http_status == 429 || http_status == 408)
		return &unknown_transient;
	return http_status == 401 || http_status == 403 ? &unknown_broken : &unknown_refused;
}

/* `word` is in lower case. */
static bool whatsapp_errors_mentions(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.n && i < 1000; i++)
		if (str_equal_nocase((struct str){ text.p + i, n }, (struct str){ word, n }))
			return true;
	return false;
}

/* What the details of code 100 say; NULL: nothing that has a row. */
static const struct send_rule *whatsapp_errors_read_details(const struct json *error)
{
	const struct str places[] = { json_str(json_path(error, "error_data", "details", NULL)),
		json_str(json_get(error, "details")), json_str(json_get(error, "error_user_msg")),
		json_str(json_get(error, "message")) };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		for (const struct detail_rule *d = invalid_parameters; d->says; d++)
			if (whatsapp_errors_mentions(places[i], d->says))
				return &d->rule;
	return NULL;
}

const struct send_rule *whatsapp_error_judge(int http_status, const struct json *error)
{
	int64_t code, subcode = 0;
	const struct send_rule *rule = NULL;
	json_i64(json_get(error, "error_subcode"), &subcode);
	if (json_i64(json_get(error, "code"), &code))
		rule = whatsapp_error_find(code);
	if (rule && code == 100
		&& (subcode == 33 || whatsapp_errors_mentions(json_str(json_get(error, "message")), "access token")))
		return &object_missing;
	const struct send_rule *named = rule && code == 100 ? whatsapp_errors_read_details(error) : NULL;
	rule = named ? named : rule;
	return rule ? rule : whatsapp_error_by_status(http_status, json_bool(json_get(error, "is_transient"), false));
}
