/*
 * telegram-errors.c - what Bot API errors mean for the outbox and for a person, as data.
 *
 * Owns the table; nothing else knows a code or a description. The Bot API has few codes, so most rows go by a part of
 * the description, whose wording is no contract: it is compared without case, and what no row knows goes by the code
 * alone. Source: Telegram, "Bot API", Making requests, ResponseParameters; the descriptions as the server of the Bot
 * API writes them.
 */
#include "channel/telegram/telegram-errors.h"

#define CODES_ANY 0, 9999

const struct telegram_error telegram_errors[] = {
	{ "upgraded to a supergroup", { 400, 403, SEND_CLASS_RETRY, 5, 0, CODE(telegram_supergroup) },
		TELEGRAM_TO_NEW_CHAT },
	{ "message to be replied not found", { 400, 400, SEND_CLASS_RETRY, 5, 0, CODE(telegram_quote_gone) },
		TELEGRAM_WITHOUT_REPLY },
	{ "replied message not found", { 400, 400, SEND_CLASS_RETRY, 5, 0, CODE(telegram_quote_gone) },
		TELEGRAM_WITHOUT_REPLY },
	{ "reply message not found", { 400, 400, SEND_CLASS_RETRY, 5, 0, CODE(telegram_quote_gone) },
		TELEGRAM_WITHOUT_REPLY },
	{ "restarting", { CODES_ANY, SEND_CLASS_RETRY, 0, 0, CODE(telegram_restarts) }, 0 },
	{ "internal server error", { CODES_ANY, SEND_CLASS_RETRY, 0, 0, CODE(telegram_went_wrong) }, 0 },
	{ "too many requests", { CODES_ANY, SEND_CLASS_PAIR, 0, 1000, CODE(telegram_pair_rate) }, 0 },
	{ "chat not found", { 400, 404, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_no_chat) }, 0 },
	{ "user not found", { 400, 404, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_no_customer) }, 0 },
	{ "peer_id_invalid", { 400, 404, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_written_yet) }, 0 },
	{ "deactivated", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_deactivated) }, 0 },
	{ "not enough rights", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_in_this_group) }, 0 },
	{ "no rights", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_in_this_group) }, 0 },
	{ "chat_write_forbidden", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_in_this_chat) }, 0 },
	{ "administrator rights", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_in_this_channel) }, 0 },
	{ "message is too long", { 400, 400, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_too_long) }, 0 },
	{ "text is empty", { 400, 400, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_no_text) }, 0 },
	{ "text must be non-empty", { 400, 400, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_no_text) }, 0 },
	{ "parse entities", { 400, 400, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_markup) }, 0 },
	{ "thread not found", { 400, 400, SEND_CLASS_RETRY, 5, 0, CODE(telegram_topic_gone) }, TELEGRAM_WITHOUT_TOPIC },
	{ "topic_deleted", { 400, 400, SEND_CLASS_RETRY, 5, 0, CODE(telegram_topic_gone) }, TELEGRAM_WITHOUT_TOPIC },
	{ "topic_closed", { 400, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_topic_closed) }, 0 },
	{ "bad webhook", { 400, 400, SEND_CLASS_BROKEN, 0, 0, CODE(telegram_address_refused) }, 0 },
	{ "blocked by the user", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_blocked) }, 0 },
	{ "was kicked", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_removed) }, 0 },
	{ "not a member", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_member) }, 0 },
	{ "initiate conversation", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_written_yet) }, 0 },
	{ "to bots", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_to_bot) }, 0 },
	{ "message bots", { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_to_bot) }, 0 },
	{ NULL, { 400, 400, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_not_accepted) }, 0 },
	{ NULL, { 401, 401, SEND_CLASS_BROKEN, 0, 0, CODE(telegram_token_revoked) }, 0 },
	{ NULL, { 403, 403, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_not_allowed) }, 0 },
	{ "method not found", { 404, 404, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_not_accepted) }, 0 },
	{ "not found: ", { 404, 404, SEND_CLASS_RECIPIENT, 0, 0, CODE(telegram_no_chat) }, 0 },
	{ NULL, { 404, 404, SEND_CLASS_BROKEN, 0, 0, CODE(telegram_token_unknown) }, 0 },
	{ NULL, { 409, 409, SEND_CLASS_BROKEN, 0, 0, CODE(telegram_other_program) }, 0 },
	{ NULL, { 408, 408, SEND_CLASS_RETRY, 0, 0, CODE(telegram_too_slow) }, 0 },
	{ NULL, { 429, 429, SEND_CLASS_PAIR, 0, 1000, CODE(telegram_pair_rate) }, 0 },
	{ NULL, { 500, 599, SEND_CLASS_RETRY, 0, 0, CODE(telegram_failed) }, 0 },
	{ NULL, { -1, -1, SEND_CLASS_REQUEST, 0, 0, CODE(telegram_refused) }, 0 }
};

/* `word` is in lower case. */
static bool telegram_errors_mentions(struct str text, const char *word)
{
	size_t n = strlen(word);
	for (size_t i = 0; i + n <= text.n && i < 1000; i++)
		if (str_equal_nocase((struct str){ text.p + i, n }, (struct str){ word, n }))
			return true;
	return false;
}

/* The first row of that code; with `says`, the first that the description mentions. */
static const struct telegram_error *telegram_errors_find(int64_t code, struct str description)
{
	const struct telegram_error *e = telegram_errors;
	while (e->rule.first >= 0
		&& (code < e->rule.first || code > e->rule.last
			|| (e->says && !telegram_errors_mentions(description, e->says))))
		e++;
	return e;
}

const struct telegram_error *telegram_error_judge(int http_status, const struct json *body)
{
	const struct json *parameters = json_get(body, "parameters");
	int64_t code = http_status, number;
	json_i64(json_get(body, "error_code"), &code);
	if (json_i64(json_get(parameters, "migrate_to_chat_id"), &number))
		return telegram_errors_find(400, STR("upgraded to a supergroup"));
	if (json_i64(json_get(parameters, "retry_after"), &number))
		return telegram_errors_find(429, STR("too many requests"));
	const struct telegram_error *e = telegram_errors_find(code, json_str(json_get(body, "description")));
	return e->rule.first < 0 && code != http_status ? telegram_errors_find(http_status, STR_NONE) : e;
}
