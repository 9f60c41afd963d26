/*
 * settings.h - what an organisation can choose about its answers.
 *
 * One table declares every setting: name, type, bounds, default, help. It generates the struct, the reader of what is
 * stored (organizations.settings, a JSON object that holds only what was chosen), the check of what a person typed, and
 * the lists that commands and forms show.
 */
#ifndef DESKBELL_DOMAIN_SETTINGS_H
#define DESKBELL_DOMAIN_SETTINGS_H

#include "core/buf.h"
#include "core/err.h"
#include "core/pool.h"
#include "domain/trades.h"

enum hot_lead_action { HOT_LEAD_NONE, HOT_LEAD_NOTIFY, HOT_LEAD_SWITCH };

/* Found on data: see answer/skills/training/confidence.c and answer/retrieval/knowledge-quote.c. */
#define SKILL_THRESHOLD_DEFAULT 0.35
#define KNOWLEDGE_THRESHOLD_DEFAULT 0.28

/*
 * TEXT(name, max bytes, help)               struct str, empty when not chosen
 * CHECKED(name, max bytes, check, help)     the same, and `check` says what is allowed (NULL for all is well)
 * URL(name, help)                           struct str, empty or http(s)://..., without trailing slash
 * SECRET(name, help)                        struct str, sealed; empty when not chosen
 * NUMBER(name, default, min, max, help)     double
 * INT(name, default, min, max, help)        int64_t
 * CHOICE(name, enum, default, names, help)  the position of the name in `names`
 */
#define SETTINGS_LIST(TEXT, CHECKED, URL, SECRET, NUMBER, INT, CHOICE) \
	CHOICE(trade, enum trade_kind, TRADE_OTHER, TRADE_NAMES, \
		"What kind of business it is; the templates of skills go by it.") \
	TEXT(fallback_text, 4000, \
		"The reply when nothing answers; empty: a text in the customer's language that offers a person " \
		"and names topics.") \
	TEXT(unsupported_notice, 1000, \
		"Reply to a message without text (a voice message, a picture), at most once a day in a conversation; " \
		"empty: none.") \
	TEXT(handover_text, 1000, \
		"The handoff message that a person will take over; empty: a text in the organisation's language.") \
	CHECKED(working_hours, 500, working_hours_wrong, \
		"When people answer, such as 'mon-fri 09:00-18:00, sat 10:00-14:00'; empty: always, as far as " \
		"customers " \
		"are told.") \
	TEXT(out_of_hours_text, 1000, \
		"What follows the handoff message outside of the working hours; empty: a text in the " \
		"organisation's " \
		"language.") \
	CHECKED(time_zone, 60, zone_wrong, "Where the working hours are meant, such as Europe/Istanbul; empty: UTC.") \
	CHECKED(closures, 4000, closures_wrong, \
		"Days on which the team is away, whatever the working hours say, such as '2026-12-24..2026-12-26 " \
		"Christmas, 2027-01-01 New Year'; a day, or two with '..' between them, both included, then a name. " \
		"A " \
		"moment such as 2026-12-24T13:00 is as good as a day.") \
	CHECKED(openings, 4000, openings_wrong, \
		"Days with other hours than the working hours say, such as '2026-12-29..2026-12-31 10:00-15:00 " \
		"between " \
		"the years'.") \
	CHOICE(disclosure, bool, 1, "off|on", \
		"Whether the first automatic reply of a conversation, and the first after a person's, says that it " \
		"is " \
		"automatic.") \
	TEXT(disclosure_text, 300, \
		"The text that discloses it, and how to reach a person; empty: a text in the customer's language. " \
		"{business} stands for the organisation's name, here and in the texts below.") \
	TEXT(greeting_text, 1000, "The reply to a greeting; empty: a text in the customer's language.") \
	TEXT(acknowledgement_text, 1000, \
		"The reply to thanks, 'ok' and goodbye, given once; empty: a text in the customer's language.") \
	TEXT(identity_text, 1000, "The reply to 'are you a bot?'; empty: a text in the customer's language.") \
	TEXT(question_back_text, 1000, \
		"What is asked when a message cannot be understood; empty: a text in the customer's language.") \
	NUMBER(skill_threshold, SKILL_THRESHOLD_DEFAULT, 0.05, 1, \
		"How sure a skill must be to answer alone, a probability.") \
	NUMBER(knowledge_threshold, KNOWLEDGE_THRESHOLD_DEFAULT, 0.05, 1, \
		"How well a passage must fit for its sentences to be an answer.") \
	INT(reply_cap_per_hour, 20, 1, 1000, \
		"Automatic replies in one conversation and hour; more look like two machines that talk to each " \
		"other.") \
	INT(fallbacks_before_handover, 3, 0, 20, \
		"After this many fallbacks in a row a person takes over; 0: never for that reason.") \
	INT(hand_on_after_min, 0, 0, 10080, \
		"After so many minutes a conversation that waits for an assignee who does not look is unassigned and " \
		"waits for " \
		"all; 0: never.") \
	CHOICE(close_returns, bool, 1, "off|on", \
		"Whether closing a conversation gives it back to the bot; off: who had it keeps it.") \
	CHOICE(leads, bool, 1, "off|on", "Whether leads are worked out.") \
	CHOICE(leads_while_operator, bool, 0, "off|on", "Whether also while a person has the conversation.") \
	INT(hot_lead_score, 7, 1, 10, "From this score on a lead is hot.") \
	CHOICE(hot_lead_action, enum hot_lead_action, HOT_LEAD_NOTIFY, "none|notify|switch", \
		"When a lead becomes hot: nothing, mark the conversation for attention, or also send the handoff " \
		"message and " \
		"switch the bot off in it.") \
	URL(llm_base_url, "OpenAI-compatible endpoint of this organisation; empty: that of the installation.") \
	TEXT(llm_model, 200, "Its model.") \
	SECRET(llm_api_key, "Its key.") \
	INT(llm_daily_calls, 1000, 0, 1000000, "Calls of the model on one day (UTC); 0: no limit.") \
	INT(quota_skills, 0, 0, 100000, "Skills of one organisation. 0: as the installation has it (quota.skills).") \
	INT(quota_training_phrases, 0, 0, 200000, \
		"Titles and triggers of one organisation's skills. 0: as the installation has it " \
		"(quota.training_phrases).") \
	INT(quota_training_bytes, 0, 0, 2000000, \
		"Bytes of them together; what the training of the largest organisation takes depends on it. 0: as " \
		"the installation has it (quota.training_bytes).") \
	INT(quota_documents, 0, 0, 100000, \
		"Documents of one organisation. 0: as the installation has it (quota.documents).") \
	INT(quota_document_bytes, 0, 0, 10737418240, \
		"Bytes of their text together. 0: as the installation has it (quota.document_bytes).") \
	INT(quota_passages, 0, 0, 10000000, \
		"Passages that they are cut into together. 0: as the installation has it (quota.passages).") \
	INT(quota_people, 0, 0, 10000, \
		"People and open invitations of one organisation. 0: as the installation has it (quota.people).") \
	INT(quota_tags, 0, 0, 2000, "Different tags of one organisation. 0: as the installation has it (quota.tags).") \
	INT(quota_canned_replies, 0, 0, 100, \
		"Canned replies of one organisation. 0: as the installation has it (quota.canned_replies).") \
	INT(quota_file_megabytes, 0, 0, 100000000, \
		"Megabytes of files of one organisation. 0: as the installation has it (quota.file_megabytes).") \
	INT(quota_file_megabytes_day, 0, 0, 100000000, \
		"Megabytes of files within 24 hours. 0: as the installation has it (quota.file_megabytes_day).") \
	URL(embeddings_base_url, "OpenAI-compatible endpoint for embeddings; empty: that of the installation.") \
	TEXT(embeddings_model, 200, "Its model.") \
	CHECKED(embeddings_inputs, 200, embedding_inputs_wrong, \
		"How it takes questions and passages, where differently: e5, input_type, model NAME, " \
		"prefix QUESTION | PASSAGE.") \
	SECRET(embeddings_api_key, "Its key.") \
	URL(transcription_base_url, \
		"OpenAI-compatible endpoint that writes voice notes down; empty: that of the installation.") \
	TEXT(transcription_model, 200, "Its model.") \
	SECRET(transcription_api_key, "Its key.") \
	INT(transcription_daily_calls, 500, 0, 1000000, \
		"Voice notes that are written down on one day (UTC); 0: no limit.") \
	URL(vision_base_url, \
		"OpenAI-compatible endpoint of a model that describes pictures; empty: that of the installation.") \
	TEXT(vision_model, 200, "Its model.") \
	SECRET(vision_api_key, "Its key.") \
	INT(vision_daily_calls, 500, 0, 1000000, "Pictures that are described on one day (UTC); 0: no limit.") \
	INT(keep_messages_days, 0, 0, 36500, \
		"After so many days messages, the bot's decisions and closed conversations are removed; 0: never. At " \
		"least 7.") \
	INT(keep_files_days, 0, 0, 36500, \
		"After so many days the pictures, recordings and documents of messages are removed, and their texts " \
		"stay; 0: " \
		"with the message. At least 7.") \
	INT(keep_webhooks_days, 0, 0, 36500, \
		"After so many days refused webhooks and quarantined items are removed; 0: never. At least 7.") \
	INT(keep_audit_days, 0, 0, 36500, \
		"After so many days entries of the audit log are removed; 0: never. At least 7.")

struct settings {
#define TEXT(name, max, help) struct str name;
#define CHECKED(name, max, check, help) struct str name;
#define URL(name, help) struct str name;
#define SECRET(name, help) struct str name;
#define NUMBER(name, def, min, max, help) double name;
#define INT(name, def, min, max, help) int64_t name;
#define CHOICE(name, type, def, names, help) type name;
	SETTINGS_LIST(TEXT, CHECKED, URL, SECRET, NUMBER, INT, CHOICE)
#undef TEXT
#undef CHECKED
#undef URL
#undef SECRET
#undef NUMBER
#undef INT
#undef CHOICE
};

enum setting_kind { SETTING_TEXT, SETTING_URL, SETTING_SECRET, SETTING_NUMBER, SETTING_INT, SETTING_CHOICE };

/* One row of the table, for lists and forms. */
struct setting {
	const char *name;
	enum setting_kind kind;
	double fallback;                        /* NUMBER, INT; of a CHOICE the position */
	double min, max;                        /* NUMBER, INT; of a TEXT max is its length in bytes */
	const char *names;                      /* CHOICE: "off|on" */
	const char *(*wrong)(struct str typed); /* what is allowed when this is not, NULL when it is; NULL: anything */
	const char *help;
};

/* The table, in order; ends with a NULL name. */
extern const struct setting settings_table[];
/* NULL when there is none of that name. */
const struct setting *setting_find(struct str name);

/* Reads what is stored. What is absent, of a wrong type or out of bounds has its default; the text is not JSON at all:
 * false, and everything has its default. Strings live in `pool`. */
bool settings_read(struct pool *pool, struct str stored, struct settings *out);

/* Checks what a person typed for a setting and appends it as the JSON value that is stored (a secret still open: the
 * caller seals it). ERR_INVALID with what is allowed. */
enum err setting_parse(
	const struct setting *setting, struct str typed, struct buf *json, struct explain *why) MUST_CHECK;
/* The context that binds the sealed value of a secret setting to its organisation and name. */
struct str setting_seal_context(struct pool *pool, int64_t org_id, const char *name);

#endif
