/*
 * bot-page.c - /settings/bot: what the bot may do and what it says; /settings/bot/hours: when people are there;
 * /settings/bot/expert: its numbers, and which model it asks.
 *
 * Every setting of domain/settings.h is a field of one of them; a field that is empty means the default, which is shown
 * in its place. A secret is never shown, only that there is one. Hours that a grid of one span a day cannot hold
 * (breaks, nights) are shown as the text that they are.
 */
#include "desk/pages/bot/bot-page.h"

#include "answer/clock/closure-proposals.h"
#include "answer/wording.h"
#include "desk/format/zones.h"
#include "domain/hours/calendar.h"
#include "domain/hours/zone.h"

#include <math.h>
#include <stdio.h>

#define TEXT_MAX 8000
#define FOUND_MAX 12 /* closed days of documents that are shown */
#define PASSAGES_LOOKED 40
#define SAYS_BYTES 160
#define WHOLE(name, words) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 40, NULL, words \
	}
#define TIME(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 5, NULL, T("Write a time such as 09:00.") \
	}
#define BOX(name) \
	{ \
		name, FIELD_CHOICE, FIELD_OPTIONAL, 3, "yes", T("Choose one of the list.") \
	}

#define LONG(name) \
	{ \
		name, FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") \
	}
#define SHORT(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("The text is too long.") \
	}
#define ADDRESS(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 500, NULL, T("Write an address such as https://api.example.com/v1") \
	}
#define KEY(name) \
	{ \
		name, FIELD_PASSWORD, FIELD_OPTIONAL, 500, NULL, T("Write the key as one line without spaces.") \
	}

static const struct field text_fields[] = { { "bot_mode", FIELD_CHOICE, FIELD_REQUIRED, 8, "active|shadow|off",
						    T("Choose what the bot may do.") },
	{ "sureness", FIELD_CHOICE, FIELD_OPTIONAL, 8, BOT_SURENESS_NAMES, T("Choose one of the list.") },
	LONG("fallback_text"), LONG("handover_text"), BOX("disclosure"), LONG("disclosure_text"), LONG("greeting_text"),
	LONG("acknowledgement_text"), LONG("identity_text"), LONG("question_back_text"), LONG("unsupported_text"),
	WHOLE("fallbacks_before_handover", T("Write a whole number from 0 to 20.")),
	WHOLE("hand_on_after_min", T("Write a whole number from 0 to 10080.")), BOX("close_returns"), BOX("leads"),
	FIELD_LAST };

static const struct field hour_fields[] = { BOX("hours_on"), TIME("from_mon"), TIME("to_mon"), TIME("from_tue"),
	TIME("to_tue"), TIME("from_wed"), TIME("to_wed"), TIME("from_thu"), TIME("to_thu"), TIME("from_fri"),
	TIME("to_fri"), TIME("from_sat"), TIME("to_sat"), TIME("from_sun"), TIME("to_sun"),
	{ "working_hours", FIELD_LINE, FIELD_OPTIONAL, 500, NULL,
		T("Write hours such as mon-fri 09:00-18:00, sat 10:00-14:00") },
	LONG("away_text"),
	{ "time_zone", FIELD_LINE, FIELD_OPTIONAL, 60, NULL, T("Write a time zone such as Europe/Istanbul.") },
	LONG("closures"), LONG("openings"), FIELD_LAST };

static const struct field expert_fields[] = { { "do", FIELD_CHOICE, FIELD_OPTIONAL, 8, "save|test",
						      T("Choose one of the list.") },
	WHOLE("skill_threshold", T("Write a number from 0.05 to 1.")),
	WHOLE("knowledge_threshold", T("Write a number from 0.05 to 1.")),
	WHOLE("reply_cap", T("Write a whole number from 1 to 1000.")), BOX("leads_while_operator"),
	WHOLE("hot_score", T("Write a whole number from 1 to 10.")),
	{ "hot_action", FIELD_CHOICE, FIELD_OPTIONAL, 8, "none|notify|switch", T("Choose one of the list.") },
	ADDRESS("llm_url"), SHORT("llm_model"), KEY("llm_key"), BOX("remove_llm_key"),
	WHOLE("llm_daily_calls", T("Write a whole number from 0 to 1000000.")), ADDRESS("embeddings_url"),
	SHORT("embeddings_model"),
	{ "embeddings_inputs", FIELD_LINE, FIELD_OPTIONAL, 200, NULL,
		T("Write e5, input_type, model NAME, or prefix QUESTION | PASSAGE.") },
	KEY("embeddings_key"), BOX("remove_embeddings_key"), ADDRESS("transcription_url"), SHORT("transcription_model"),
	KEY("transcription_key"), BOX("remove_transcription_key"),
	WHOLE("transcription_daily_calls", T("Write a whole number from 0 to 1000000.")), ADDRESS("vision_url"),
	SHORT("vision_model"), KEY("vision_key"), BOX("remove_vision_key"),
	WHOLE("vision_daily_calls", T("Write a whole number from 0 to 1000000.")), FIELD_LAST };

const struct bot_page bot_pages[BOT_PARTS] = {
	[BOT_TEXTS] = { "texts", "bot", "/settings/bot", text_fields },
	[BOT_HOURS] = { "hours", "bot-hours", "/settings/bot/hours", hour_fields },
	[BOT_EXPERT] = { "expert", "bot-expert", "/settings/bot/expert", expert_fields },
};

const struct bot_row bot_rows[] = {
	{ BOT_TEXTS, "fallback_text", "fallback_text", NULL },
	{ BOT_TEXTS, "handover_text", "handover_text", NULL },
	{ BOT_TEXTS, "disclosure", "disclosure", NULL },
	{ BOT_TEXTS, "disclosure_text", "disclosure_text", NULL },
	{ BOT_TEXTS, "greeting_text", "greeting_text", NULL },
	{ BOT_TEXTS, "acknowledgement_text", "acknowledgement_text", NULL },
	{ BOT_TEXTS, "identity_text", "identity_text", NULL },
	{ BOT_TEXTS, "question_back_text", "question_back_text", NULL },
	{ BOT_TEXTS, "unsupported_text", "unsupported_notice", NULL },
	{ BOT_TEXTS, "fallbacks_before_handover", "fallbacks_before_handover", NULL },
	{ BOT_TEXTS, "hand_on_after_min", "hand_on_after_min", NULL },
	{ BOT_TEXTS, "close_returns", "close_returns", NULL },
	{ BOT_TEXTS, "leads", "leads", NULL },
	{ BOT_HOURS, "away_text", "out_of_hours_text", NULL },
	{ BOT_HOURS, "time_zone", "time_zone", NULL },
	{ BOT_HOURS, "closures", "closures", NULL },
	{ BOT_HOURS, "openings", "openings", NULL },
	{ BOT_EXPERT, "skill_threshold", "skill_threshold", NULL },
	{ BOT_EXPERT, "knowledge_threshold", "knowledge_threshold", NULL },
	{ BOT_EXPERT, "reply_cap", "reply_cap_per_hour", NULL },
	{ BOT_EXPERT, "leads_while_operator", "leads_while_operator", NULL },
	{ BOT_EXPERT, "hot_score", "hot_lead_score", NULL },
	{ BOT_EXPERT, "hot_action", "hot_lead_action", NULL },
	{ BOT_EXPERT, "llm_url", "llm_base_url", NULL },
	{ BOT_EXPERT, "llm_model", "llm_model", NULL },
	{ BOT_EXPERT, "llm_key", "llm_api_key", "remove_llm_key" },
	{ BOT_EXPERT, "llm_daily_calls", "llm_daily_calls", NULL },
	{ BOT_EXPERT, "embeddings_url", "embeddings_base_url", NULL },
	{ BOT_EXPERT, "embeddings_model", "embeddings_model", NULL },
	{ BOT_EXPERT, "embeddings_inputs", "embeddings_inputs", NULL },
	{ BOT_EXPERT, "embeddings_key", "embeddings_api_key", "remove_embeddings_key" },
	{ BOT_EXPERT, "transcription_url", "transcription_base_url", NULL },
	{ BOT_EXPERT, "transcription_model", "transcription_model", NULL },
	{ BOT_EXPERT, "transcription_key", "transcription_api_key", "remove_transcription_key" },
	{ BOT_EXPERT, "transcription_daily_calls", "transcription_daily_calls", NULL },
	{ BOT_EXPERT, "vision_url", "vision_base_url", NULL },
	{ BOT_EXPERT, "vision_model", "vision_model", NULL },
	{ BOT_EXPERT, "vision_key", "vision_api_key", "remove_vision_key" },
	{ BOT_EXPERT, "vision_daily_calls", "vision_daily_calls", NULL },
	{ BOT_PARTS, NULL, NULL, NULL },
};

const struct bot_sureness bot_sureness[] = { { "careful", 0.5, 0.4 },
	{ "balanced", SKILL_THRESHOLD_DEFAULT, KNOWLEDGE_THRESHOLD_DEFAULT }, { "bold", 0.22, 0.2 }, { "own", 0, 0 } };

static const char *const day_words[WORKING_DAYS] = { T("Monday"), T("Tuesday"), T("Wednesday"), T("Thursday"),
	T("Friday"), T("Saturday"), T("Sunday") };

/* ---- from what is stored to the form ---- */

enum err bot_load(struct desk_request *v, void *arg)
{
	struct bot_stored *out = arg;
	struct sql_organization_find_rows r;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	out->language = row.language;
	out->mode = row.bot_mode;
	out->text = row.settings;
	if (json_parse(v->pool, out->text, &out->values, NULL) != ERR_OK)
		out->values = NULL;
	return content_form_load(v, REPLY_OF_FALLBACK, 0, &out->content);
}

const char *bot_hours_field(struct desk_request *v, const char *which, int day)
{
	return pool_printf(v->pool, "%s_%s", which, working_day_names[day]).p;
}

/* Whether the grid holds them: one span a day, which ends before midnight. */
static bool fits_grid(const struct working_hours *hours)
{
	bool seen[WORKING_DAYS] = { false };
	for (int i = 0; i < hours->n; i++) {
		const struct working_span *s = &hours->spans[i];
		if (seen[s->day] || s->until >= WORKING_DAY_MINUTES)
			return false;
		seen[s->day] = true;
	}
	return true;
}

static struct str bot_page_time_text(struct desk_request *v, int minutes)
{
	return pool_printf(v->pool, "%02d:%02d", minutes / 60, minutes % 60);
}

static void fill_hours(struct desk_request *v, struct form *form, struct str text)
{
	struct working_hours hours;
	if (str_is_empty(text))
		return;
	form_set(form, "hours_on", STR("yes"));
	if (!working_hours_parse(text, &hours) || !fits_grid(&hours)) {
		form_set(form, "working_hours", text);
		return;
	}
	for (int i = 0; i < hours.n; i++) {
		const struct working_span *s = &hours.spans[i];
		form_set(form, bot_hours_field(v, "from", s->day), bot_page_time_text(v, s->from));
		form_set(form, bot_hours_field(v, "to", s->day), bot_page_time_text(v, s->until));
	}
}

static bool is_box(const struct setting *s)
{
	return s->kind == SETTING_CHOICE && !strcmp(s->names, "off|on");
}

static struct str choice_name(const struct setting *s, int position)
{
	struct str rest = str_of(s->names), name = STR_NONE;
	for (int i = 0; i <= position; i++)
		name = str_take_until(&rest, '|');
	return name;
}

static struct str stored_text(struct desk_request *v, const struct setting *s, const struct json *value)
{
	if (s->kind == SETTING_SECRET)
		return STR_NONE;
	if (s->kind == SETTING_CHOICE && !value)
		return choice_name(s, (int)s->fallback);
	if (json_kind(value) == JSON_DOUBLE)
		return pool_printf(v->pool, "%g", json_double(value, 0));
	return json_text(v->pool, value);
}

/* The word for the numbers that are stored; "own" when there is none. */
static struct str sureness_of(const struct json *values)
{
	double skill = json_double(json_get(values, "skill_threshold"), SKILL_THRESHOLD_DEFAULT);
	double knowledge = json_double(json_get(values, "knowledge_threshold"), KNOWLEDGE_THRESHOLD_DEFAULT);
	const struct bot_sureness *s = bot_sureness;
	while (s->skill > 0 && (fabs(s->skill - skill) > 0.001 || fabs(s->knowledge - knowledge) > 0.001))
		s++;
	return str_of(s->name);
}

static void bot_page_fill(
	struct desk_request *v, enum bot_part part, struct form *form, const struct bot_stored *stored)
{
	form_init(form, bot_pages[part].fields);
	for (const struct bot_row *row = bot_rows; row->field; row++) {
		if (row->part != part)
			continue;
		const struct setting *s = setting_find(str_of(row->setting));
		struct str text = stored_text(v, s, json_get(stored->values, row->setting));
		if (is_box(s))
			text = str_equal(text, STR("on")) ? STR("yes") : STR_NONE;
		form_set(form, row->field, text);
	}
	if (part == BOT_HOURS)
		fill_hours(v, form, json_str(json_get(stored->values, "working_hours")));
	if (part == BOT_TEXTS) {
		form_set(form, "bot_mode", stored->mode);
		form_set(form, "sureness", sureness_of(stored->values));
	}
}

/* ---- the model ---- */

/* {"active": false, "shadow": true, "off": false} */
static void bot_page_write_choice(struct json_writer *w, const char *names, struct str value)
{
	struct str rest = str_of(names);
	char key[40];
	while (rest.p) {
		struct str name = str_take_until(&rest, '|');
		snprintf(key, sizeof(key), "%.*s", (int)name.n, name.p);
		json_member_bool(w, key, str_equal(name, value));
	}
}

/* What holds while nothing is chosen. */
static struct str builtin_of(struct desk_request *v, const struct setting *s, struct str language)
{
	if (s->kind == SETTING_NUMBER || s->kind == SETTING_INT)
		return pool_printf(v->pool, "%g", s->fallback);
	static const struct {
		const char *setting;
		enum wording wording;
	} texts[] = {
#define X(wording, member, setting) { #setting, WORDING_##wording },
		WORDING_LIST(X)
#undef X
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!strcmp(s->name, texts[i].setting))
			return wording_builtin(language, texts[i].wording);
	return STR("");
}

static void bot_page_write_row(struct desk_request *v, struct json_writer *w, const struct bot_row *row,
	const struct form *form, const struct bot_stored *stored)
{
	const struct setting *s = setting_find(str_of(row->setting));
	struct str value = form_value(form, row->field);
	json_key(w, row->field);
	json_begin_object(w);
	json_member_str(w, "error", str_of(form_error(form, row->field)));
	if (s->kind == SETTING_SECRET) {
		json_member_bool(w, "stored", json_get(stored->values, row->setting) != NULL);
	} else if (is_box(s)) {
		json_member_bool(w, "value", !str_is_empty(value));
	} else if (s->kind == SETTING_CHOICE) {
		json_member_str(w, "value", value);
		bot_page_write_choice(w, s->names, value);
	} else {
		json_member_str(w, "value", value.p ? value : STR(""));
		json_member_str(w, "builtin", builtin_of(v, s, stored->language));
	}
	json_end_object(w);
}

static void bot_page_write_day(struct desk_request *v, struct json_writer *w, const struct form *form, int day)
{
	const char *from = bot_hours_field(v, "from", day), *to = bot_hours_field(v, "to", day);
	struct str begins = form_value(form, from), ends = form_value(form, to);
	const char *error = form_error(form, from);
	if (!error)
		error = form_error(form, to);
	json_begin_object(w);
	json_member_str(w, "code", str_of(working_day_names[day]));
	json_member_str(w, "day", str_of(request_translate(v, day_words[day])));
	json_member_str(w, "from", begins.p ? begins : STR(""));
	json_member_str(w, "to", ends.p ? ends : STR(""));
	json_member_str(w, "error", error ? str_of(error) : STR(""));
	json_end_object(w);
}

static void write_hours(struct desk_request *v, struct json_writer *w, const struct form *form)
{
	struct str text = form_value(form, "working_hours");
	json_key(w, "hours_on");
	json_begin_object(w);
	json_member_bool(w, "value", form_checked(form, "hours_on"));
	json_member_str(w, "error", str_of(form_error(form, "hours_on")));
	json_end_object(w);
	json_key(w, "hours");
	json_begin_array(w);
	for (int day = 0; day < WORKING_DAYS; day++)
		bot_page_write_day(v, w, form, day);
	json_end_array(w);
	json_key(w, "working_hours");
	json_begin_object(w);
	json_member_str(w, "value", text.p ? text : STR(""));
	json_member_str(w, "error", str_of(form_error(form, "working_hours")));
	json_end_object(w);
}

static void bot_page_write_choices(struct json_writer *w, const char *field, const char *names, const struct form *form)
{
	json_key(w, field);
	json_begin_object(w);
	json_member_str(w, "error", str_of(form_error(form, field)));
	bot_page_write_choice(w, names, form_value(form, field));
	json_end_object(w);
}

static void bot_page_write_form(struct desk_request *v, struct json_writer *w, enum bot_part part,
	const struct form *form, const struct bot_stored *stored)
{
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "action", str_of(bot_pages[part].path));
	json_member_str(w, "error", str_of(form->error));
	for (const struct bot_row *row = bot_rows; row->field; row++)
		if (row->part == part)
			bot_page_write_row(v, w, row, form, stored);
	if (part == BOT_TEXTS) {
		bot_page_write_choices(w, "bot_mode", "active|shadow|off", form);
		bot_page_write_choices(w, "sureness", BOT_SURENESS_NAMES, form);
	}
	if (part == BOT_HOURS)
		write_hours(v, w, form);
	json_end_object(w);
}

static void bot_page_write_findings(struct json_writer *w, const struct bot_finding *findings, int n)
{
	json_member_bool(w, "has_findings", n > 0);
	json_key(w, "findings");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		json_begin_object(w);
		json_member_bool(w, "good", findings[i].level == BOT_FINDING_GOOD);
		json_member_bool(w, "warning", findings[i].level == BOT_FINDING_WARNING);
		json_member_bool(w, "bad", findings[i].level == BOT_FINDING_BAD);
		json_member_str(w, "subject", str_of(findings[i].subject));
		json_member_str(w, "words", findings[i].words);
		json_member_str(w, "next_step", STR(""));
		json_end_object(w);
	}
	json_end_array(w);
}

/* ---- closed days that documents name ---- */

static enum err bot_page_load_passages(struct desk_request *v, void *arg)
{
	struct units *units = arg;
	struct passage_hit *hits = pool_new_array(v->pool, PASSAGES_LOOKED, struct passage_hit);
	int n = 0;
	enum err e = knowledge_few(v->db, v->pool, v->caller.org_id, PASSAGES_LOOKED, hits, &n);
	*units = (struct units){ .n = 0 };
	for (int i = 0; e == ERR_OK && i < n; i++)
		units_add(units, v->pool, &hits[i], i);
	return e;
}

static struct str bot_page_day_text(struct desk_request *v, int64_t day)
{
	int64_t year;
	int month, date;
	calendar_date_of(day, &year, &month, &date);
	return pool_printf(v->pool, "%04d-%02d-%02d", (int)year, month, date);
}

/* As a line of `closures`. */
static struct str bot_page_closure_line(struct desk_request *v, const struct closure_proposal *p)
{
	struct str first = bot_page_day_text(v, p->first_day), last = bot_page_day_text(v, p->last_day);
	return p->first_day == p->last_day
		       ? first
		       : pool_printf(v->pool, "%.*s..%.*s", (int)first.n, first.p, (int)last.n, last.p);
}

static void bot_page_write_found(
	struct desk_request *v, struct json_writer *w, const struct units *units, const struct bot_stored *stored)
{
	struct closures known;
	struct closure_proposal all[FOUND_MAX];
	struct str zone = json_str(json_get(stored->values, "time_zone"));
	int64_t now_s = v->locale.now_ms / 1000;
	if (!closures_parse(json_str(json_get(stored->values, "closures")),
		    json_str(json_get(stored->values, "openings")), &known))
		known.n_closures = known.n_openings = 0;
	int64_t today = calendar_day_at(now_s + zone_offset_s(zone_load(v->pool, zone), (time_t)now_s));
	int n = closure_proposals(units, &known, today, all, FOUND_MAX);
	json_member_bool(w, "has_found", n > 0);
	json_key(w, "found");
	json_begin_array(w);
	for (int i = 0; i < n; i++) {
		json_begin_object(w);
		json_member_str(w, "line", bot_page_closure_line(v, &all[i]));
		json_member_str(w, "says", str_cut(all[i].says, SAYS_BYTES));
		json_end_object(w);
	}
	json_end_array(w);
}

enum err bot_show(struct desk_request *v, enum bot_part part, const struct form *form, const char *content_error,
	const struct bot_finding *findings, int n_findings, int status)
{
	struct bot_stored stored;
	struct units units;
	struct form own;
	enum err e = request_transaction(v, bot_load, &stored);
	if (e == ERR_OK && part == BOT_HOURS)
		e = request_transaction(v, bot_page_load_passages, &units);
	if (e != ERR_OK)
		return e;
	if (!form)
		bot_page_fill(v, part, &own, &stored);
	struct json_writer *w = page_begin(v, bot_pages[part].name, "settings", T("Bot"));
	page_write_flag(w, "tab", STR("bot"));
	page_write_flag(w, "part", str_of(bot_pages[part].part));
	if (part == BOT_HOURS) {
		zones_write(w);
		bot_page_write_found(v, w, &units, &stored);
	}
	if (part == BOT_EXPERT)
		bot_page_write_findings(w, findings, n_findings);
	if (part == BOT_TEXTS) {
		stored.content.is_fallback = true;
		stored.content.error = content_error;
		content_form_write(v, STR("/settings/bot/content"), &stored.content);
	}
	bot_page_write_form(v, w, part, form ? form : &own, &stored);
	return page_end(v, status);
}

enum err desk_bot(struct desk_request *v)
{
	return bot_show(v, BOT_TEXTS, NULL, NULL, NULL, 0, 200);
}

enum err desk_bot_hours(struct desk_request *v)
{
	return bot_show(v, BOT_HOURS, NULL, NULL, NULL, 0, 200);
}

enum err desk_bot_expert(struct desk_request *v)
{
	return bot_show(v, BOT_EXPERT, NULL, NULL, NULL, 0, 200);
}

enum err desk_bot_content(struct desk_request *v)
{
	return content_form_answer(v, REPLY_OF_FALLBACK, 0);
}

enum err desk_bot_content_save(struct desk_request *v)
{
	const char *error;
	enum err e = content_form_save(v, REPLY_OF_FALLBACK, 0, &error);
	if (e == ERR_OK && error)
		return bot_show(v, BOT_TEXTS, NULL, error, NULL, 0, 400);
	if (e == ERR_OK)
		request_redirect(v, "/settings/bot");
	return e;
}
