/*
 * whatsapp-errors.h - what Graph API error codes mean for the outbox and for a person.
 */
#ifndef DESKBELL_CHANNEL_WHATSAPP_WHATSAPP_ERRORS_H
#define DESKBELL_CHANNEL_WHATSAPP_WHATSAPP_ERRORS_H

#include "channel/send-rule.h"

/* The rule for a code. NULL when the table does not know it: then HTTP status and is_transient decide. */
const struct send_rule *whatsapp_error_find(int64_t code);
/* The rule for what has no known code, by HTTP status (0: it came in a status webhook) and `is_transient`. Never NULL.
 */
const struct send_rule *whatsapp_error_by_status(int http_status, bool is_transient);
/* The rule for an `error` object (or an element of `errors`), with its exceptions (code 100 that names the number or
 * the token). Never NULL. */
const struct send_rule *whatsapp_error_judge(int http_status, const struct json *error);
/* All rules, ends with first == -1; for tests and documentation. */
extern const struct send_rule whatsapp_errors[];

#endif
