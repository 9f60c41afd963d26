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

const struct send_rule whatsapp_errors[] = { { 0, 0, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_not_authenticated) },
	{ 1, 1, SEND_CLASS_RETRY, STUMBLES_MAX, 0, CODE(whatsapp_unknown_error) },
	{ 2, 2, SEND_CLASS_RETRY, 0, 0, CODE(whatsapp_overloaded) },
	{ 3, 3, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_no_capability) },
	{ 4, 4, SEND_CLASS_THROTTLE, 0, MINUTE, CODE(whatsapp_app_calls) },
	{ 10, 10, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_no_permission) },
	{ 17, 17, SEND_CLASS_THROTTLE, 0, MINUTE, CODE(whatsapp_user_calls) },
	{ 33, 33, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_deleted) },
	{ 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_part_refused) },
	{ 102, 102, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_session_invalid) },
	{ 104, 104, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_token_missing) },
	{ 190, 190, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_token_expired) },
	{ 200, 299, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_no_permission) },
	{ 341, 341, SEND_CLASS_THROTTLE, 0, MINUTE, CODE(whatsapp_app_limit) },
	{ 368, 368, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_account_blocked) },
	{ 613, 613, SEND_CLASS_THROTTLE, 0, MINUTE, CODE(whatsapp_too_many_calls) },
	{ 803, 803, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_id_unknown) },
	{ 80007, 80008, SEND_CLASS_THROTTLE, 0, MINUTE, CODE(whatsapp_account_calls) },
	{ 130403, 130403, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_customer_blocked) },
	{ 130429, 130429, SEND_CLASS_THROTTLE, 0, 1000, CODE(whatsapp_too_fast) },
	{ 130472, 130472, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_experiment) },
	{ 130497, 130497, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_country) },
	{ 131000, 131000, SEND_CLASS_RETRY, STUMBLES_MAX, 0, CODE(whatsapp_went_wrong) },
	{ 131005, 131005, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_access_denied) },
	{ 131008, 131009, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_part_invalid) },
	{ 131016, 131016, SEND_CLASS_RETRY, 0, 0, CODE(whatsapp_unavailable) },
	{ 131020, 131020, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_groups) },
	{ 131021, 131021, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_to_itself) },
	{ 131026, 131026, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_undeliverable) },
	{ 131030, 131030, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_not_on_list) },
	{ 131031, 131031, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_account_locked) },
	{ 131037, 131037, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_name_not_approved) },
	{ 131041, 131041, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_groups) },
	{ 131042, 131042, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_payment) },
	{ 131045, 131045, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_certificate) },
	{ 131047, 131047, SEND_CLASS_WINDOW, 0, 0, CODE(whatsapp_window) },
	{ 131048, 131048, SEND_CLASS_THROTTLE, 0, HOUR, CODE(whatsapp_spam) },
	{ 131049, 131049, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_kept_low) },
	{ 131050, 131050, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_no_marketing) },
	{ 131051, 131051, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_type) },
	{ 131052, 131052, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_file_not_fetched) },
	{ 131053, 131053, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_file_refused) },
	{ 131056, 131056, SEND_CLASS_PAIR, 0, 6000, CODE(whatsapp_pair_rate) },
	{ 131057, 131057, SEND_CLASS_RETRY, 0, MINUTE, CODE(whatsapp_maintenance) },
	{ 131062, 131062, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_only_by_number) },
	{ 131063, 131064, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_kind_switched_off) },
	{ 131200, 131299, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_groups) },
	{ 132000, 132069, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_template) },
	{ 133000, 133000, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_moved) },
	{ 133004, 133004, SEND_CLASS_RETRY, 0, 0, CODE(whatsapp_server_away) },
	{ 133005, 133015, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_not_registered) },
	{ 133016, 133016, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_registered_often) },
	{ 134011, 134011, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_payment_terms) },
	{ 135000, 135000, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_part_refused) },
	{ 137000, 137000, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_identity_changed) },
	{ -1, -1, SEND_CLASS_NONE, 0, 0, NULL } };

/* Code 100 names what is wrong in its details only. A part of the details in lower case; the first that fits. */
static const struct detail_rule {
	const char *says;
	struct send_rule rule;
} invalid_parameters[] = { { "temporarily unavailable",
				   { 100, 100, SEND_CLASS_RETRY, STUMBLES_MAX, 0, CODE(whatsapp_overloaded) } },
	{ "under review", { 100, 100, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_in_review) } },
	{ "not registered", { 100, 100, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_not_registered) } },
	{ "account cannot be", { 100, 100, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_account_locked) } },
	{ "phone number id", { 100, 100, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_id_invalid) } },
	{ "4096", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_text_too_long) } },
	{ "1024", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_caption_too_long) } },
	{ "text['body']", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_text_refused) } },
	{ "button", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_buttons_refused) } },
	{ "context", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_quote_gone) } },
	{ "message_id", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_quote_gone) } },
	{ "template", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_template) } },
	{ "media", { 100, 100, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_file_refused) } },
	{ "e.164", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_phone_invalid) } },
	{ "param to ", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_phone_invalid) } },
	{ "['to']", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_phone_invalid) } },
	{ "recipient", { 100, 100, SEND_CLASS_RECIPIENT, 0, 0, CODE(whatsapp_phone_invalid) } },
	{ NULL, { -1, -1, SEND_CLASS_NONE, 0, 0, NULL } } };

static const struct send_rule object_missing = { 100, 100, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_number_of_others) };
static const struct send_rule unknown_transient = { -1, -1, SEND_CLASS_RETRY, 0, 0, CODE(whatsapp_failed) };
static const struct send_rule unknown_broken = { -1, -1, SEND_CLASS_BROKEN, 0, 0, CODE(whatsapp_credentials_refused) };
static const struct send_rule unknown_refused = { -1, -1, SEND_CLASS_REQUEST, 0, 0, CODE(whatsapp_refused) };

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
