/*
 * lead-rules.h - the rules that find one kind of fact each in one message; inside of src/domain/lead*.c only.
 *
 * Each returns false and leaves its results alone when it finds nothing. Results are slices of the message or new text
 * in `pool`. Precision goes before recall: a wrong number is worse than none.
 */
#ifndef DESKBELL_DOMAIN_LEADS_LEAD_RULES_H
#define DESKBELL_DOMAIN_LEADS_LEAD_RULES_H

#include "domain/leads/lead.h"
#include "domain/leads/pattern.h"

/* lead-rules-contact.c */
bool lead_find_email(struct pool *pool, const struct pattern_text *t, struct str *email);
bool lead_find_phone(struct pool *pool, const struct pattern_text *t, struct str *phone);
bool lead_find_name(struct pool *pool, const struct pattern_text *t, struct str *name);
/* lead-rules-place.c */
bool lead_find_location(struct pool *pool, const struct pattern_text *t, struct str *location);
/* Whether the word begins with a capital letter (Latin, Greek, Cyrillic). */
bool lead_is_capital(const struct pattern_word *word);
/* Whether the word is a day of the week or a month. */
bool lead_is_day_or_month(const struct pattern_word *word);
/* lead-rules-money.c */
bool lead_find_budget(struct pool *pool, const struct pattern_text *t, struct str *budget);
/* lead-rules-time.c: `day` counts from 1970-01-01 on the business's clock; `iso` is absent when the day is not sure. */
bool lead_find_date(struct pool *pool, const struct pattern_text *t, int64_t day, struct str *words, struct str *iso);
/* Days since 1970-01-01 of "2026-11-27"; false when it is none. */
bool lead_parse_iso(struct str iso, int64_t *day);
/* lead-intent.c */
bool lead_find_intent(const struct pattern_text *t, struct str *intent);
/* How much an intent says; 0 for an unknown word. */
int lead_intent_strength(struct str intent);
bool lead_intent_is_business(struct str intent);
bool lead_is_non_business(const struct pattern_text *t);
bool lead_is_correction(const struct pattern_text *t);
/* lead-rules-service.c */
bool lead_find_service(struct pool *pool, const struct pattern_text *t, struct str *service);

#endif
