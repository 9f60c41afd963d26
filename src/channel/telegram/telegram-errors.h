/*
 * telegram-errors.h - what Bot API errors mean for the outbox and for a person.
 */
#ifndef DESKBELL_CHANNEL_TELEGRAM_TELEGRAM_ERRORS_H
#define DESKBELL_CHANNEL_TELEGRAM_TELEGRAM_ERRORS_H

#include "channel/send-rule.h"

/* What the next attempt does otherwise. */
enum telegram_remedy { TELEGRAM_AS_IT_IS, TELEGRAM_WITHOUT_REPLY, TELEGRAM_WITHOUT_TOPIC, TELEGRAM_TO_NEW_CHAT };

struct telegram_error {
	const char *says; /* part of the description, in lower case; NULL: any */
	struct send_rule rule;
	enum telegram_remedy remedy;
};

/* The rule for an answer that says no: its body (NULL when it was no JSON) and HTTP status. What the parameters ask for
 * goes first, then code and description, then the code alone. Never NULL. */
const struct telegram_error *telegram_error_judge(int http_status, const struct json *body);
/* All rules, ends with rule.first == -1; for tests and documentation. */
extern const struct telegram_error telegram_errors[];

#endif
