/*
 * lead.h - what a customer wants: facts found in their messages by local rules, how they are kept, and what they are
 * worth.
 *
 * The life of facts: lead_extract finds them in the latest messages, lead_merge adds them to those that are stored,
 * lead_judge lays over them what people set manually and scores the result. Only what the customer said is stored as a
 * fact; the name and number that the channel knows are added when it is judged.
 */
#ifndef DESKBELL_DOMAIN_LEADS_LEAD_H
#define DESKBELL_DOMAIN_LEADS_LEAD_H

#include "core/json/json.h"
#include "core/pool.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a newer value does to an older one of the same field. */
enum lead_replace {
	REPLACE_RESTATED,  /* the customer said it again: the last word counts (budget, date, phone, e-mail) */
	REPLACE_CORRECTED, /* only with words of correction: "no, I meant ...", "aslında", "perdón" */
	REPLACE_STRONGER   /* intent: one that says as much or more, see lead-intent.c */
};

/* constant, name in JSON and on the command line, what a newer value does */
#define LEAD_FIELDS(X) \
	X(SERVICE, "service", REPLACE_CORRECTED) \
	X(DATE, "date", REPLACE_RESTATED)         /* in the customer's words */ \
	X(DATE_ISO, "date_iso", REPLACE_RESTATED) /* the same as 2026-11-27, only when it is certain */ \
	X(LOCATION, "location", REPLACE_CORRECTED) \
	X(BUDGET, "budget", REPLACE_RESTATED) /* "1500 EUR", "1000-1500 EUR", "1500" */ \
	X(INTENT, "intent", REPLACE_STRONGER) /* buy, book, price, info, support, complaint, other */ \
	X(NAME, "name", REPLACE_CORRECTED) \
	X(PHONE, "phone", REPLACE_RESTATED) \
	X(EMAIL, "email", REPLACE_RESTATED)

enum lead_field {
#define X(constant, name, replace) LEAD_##constant,
	LEAD_FIELDS(X)
#undef X
		LEAD_FIELD_COUNT
};

struct lead {
	struct str field[LEAD_FIELD_COUNT]; /* absent when unknown */
	bool non_business;                  /* personal talk, spam, an application, an offer to sell to the business */
	bool business;                      /* found: something that speaks against it; not stored */
	unsigned corrected;                 /* found: bits of fields that words of correction replaced; not stored */
};

/* What the customer wrote, oldest first; of one conversation. */
struct lead_message {
	struct str text;
	int64_t at_s; /* Unix time: "tomorrow" is from here */
};

struct lead_input {
	const struct lead_message *messages;
	int n;
	const struct str *skills; /* titles of the skills that answered, the best first */
	int n_skills;
	int utc_offset_s; /* of the business's clock */
};

/* Finds facts by rules for English, Turkish and Spanish; other languages yield little and nothing wrong. Values are
 * valid UTF-8, in `pool`. Linear in the length of the messages, of each of which PATTERN_TEXT_MAX bytes are read. */
void lead_extract(struct pool *pool, const struct lead_input *in, struct lead *out);
/* Adds what was found to what is known. Never erases: a field that was not found stays; what replaces a value is in
 * LEAD_FIELDS. Not business becomes business when the customer wants to buy after all. */
void lead_merge(struct lead *known, const struct lead *found);

/* Facts as a JSON object and back; unknown members are left out. False when it is no object. */
void lead_write(struct json_writer *w, const struct lead *lead);
bool lead_read(struct pool *pool, struct str json, struct lead *out);
/* Lays what people set manually (an object of the same members; null: known to be nothing) over the facts. */
void lead_override(struct pool *pool, struct lead *lead, struct str manual);
/* The field of that name; "non_business" is none. False for an unknown one. */
bool lead_field_find(struct str name, enum lead_field *out);
const char *lead_field_name(enum lead_field field);
/* What people set manually, with one more: `name` is a field or "non_business" (true, false), an empty value takes back
 * what was set. ERR_INVALID with words: an unknown field, an intent or a day that is none, more than one line or more
 * than LEAD_VALUE_MAX bytes. */
enum err lead_edit(struct pool *pool, struct str manual, struct str name, struct str value, struct str *out,
	struct explain *why) MUST_CHECK;
#define LEAD_VALUE_MAX 200

/* One of those that LEAD_FIELDS names. */
bool lead_intent_is_known(struct str intent);

/* ---- worth ---- */

enum lead_class { LEAD_COLD, LEAD_WARM, LEAD_HOT };

#define LEAD_WARM_FROM 4

/* What gives points, or takes them. */
enum lead_reason {
	LEAD_BY_INTENT,
	LEAD_BY_SERVICE,
	LEAD_BY_BUDGET,
	LEAD_BY_DATE,
	LEAD_BY_SOON,
	LEAD_BY_PLACE,
	LEAD_BY_CONTACT,
	LEAD_BY_NO_BUSINESS,
	LEAD_REASON_COUNT
};
/* The points of each reason by the table in lead-score.c. `now_s`: what is soon. */
void lead_points(const struct lead *lead, int64_t now_s, int out[LEAD_REASON_COUNT]);
/* Their sum, from 0 to 10. */
int lead_score(const struct lead *lead, int64_t now_s);
/* `hot_from` is the organisation's; below LEAD_WARM_FROM it makes warm ones hot. */
enum lead_class lead_classify(int score, int hot_from);
const char *lead_class_name(enum lead_class c);
/* One line in the organisation's language (en, tr, es; others get English), in `pool`. Never empty. */
struct str lead_summary(struct pool *pool, const struct lead *lead, struct str language);

struct lead_view {
	struct str manual;                      /* JSON; absent for none */
	struct str contact_name, contact_phone; /* from the channel */
	struct str language;
	int hot_from;
	int64_t now_s;
};

struct lead_judged {
	struct lead lead; /* as people see it */
	int score;
	enum lead_class class;
	struct str summary;
};

/* Facts as people see them, with score, class and summary. */
struct lead_judged lead_judge(struct pool *pool, const struct lead *facts, const struct lead_view *view);

#endif
