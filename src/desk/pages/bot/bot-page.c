/*
 * bot-page.c - /settings/bot: what the bot may do, what it says, and which model it asks.
 *
 * Every setting of domain/settings.h is a field here; a field that is empty means the default, which is shown in its
 * place. A secret is never shown, only that there is one. Hours that a grid of one span a day cannot hold (breaks,
 * nights) are shown as the text that they are.
 */
#include "desk/pages/bot/bot-page.h"

#include "answer/wording.h"
#include "desk/format/zones.h"

#include <stdio.h>

#define TEXT_MAX 8000
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

const struct field bot_fields[] = { { "bot_mode", FIELD_CHOICE, FIELD_REQUIRED, 8, "active|shadow|off",
					    T("Choose what the bot may do.") },
	{ "do", FIELD_CHOICE, FIELD_OPTIONAL, 8, "save|test", T("Choose one of the list.") },
	{ "fallback_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "handover_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") }, BOX("disclosure"),
	{ "disclosure_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "greeting_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "acknowledgement_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "identity_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "question_back_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "closures", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "openings", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "unsupported_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	WHOLE("skill_threshold", T("Write a number from 0.05 to 1.")),
	WHOLE("knowledge_threshold", T("Write a number from 0.05 to 1.")),
	WHOLE("fallbacks_before_handover", T("Write a whole number from 0 to 20.")),
	WHOLE("reply_cap", T("Write a whole number from 1 to 1000.")), BOX("close_returns"), BOX("leads"),
	BOX("leads_while_operator"), WHOLE("hot_score", T("Write a whole number from 1 to 10.")),
	{ "hot_action", FIELD_CHOICE, FIELD_OPTIONAL, 8, "none|notify|switch", T("Choose one of the list.") },
	BOX("hours_on"), TIME("from_mon"), TIME("to_mon"), TIME("from_tue"), TIME("to_tue"), TIME("from_wed"),
	TIME("to_wed"), TIME("from_thu"), TIME("to_thu"), TIME("from_fri"), TIME("to_fri"), TIME("from_sat"),
	TIME("to_sat"), TIME("from_sun"), TIME("to_sun"),
	{ "working_hours", FIELD_LINE, FIELD_OPTIONAL, 500, NULL,
		T("Write hours such as mon-fri 09:00-18:00, sat 10:00-14:00") },
	{ "away_text", FIELD_TEXT, FIELD_OPTIONAL, TEXT_MAX, NULL, T("The text is too long.") },
	{ "time_zone", FIELD_LINE, FIELD_OPTIONAL, 60, NULL, T("Write a time zone such as Europe/Istanbul.") },
	{ "llm_url", FIELD_LINE, FIELD_OPTIONAL, 500, NULL, T("Write an address such as https://api.example.com/v1") },
	{ "llm_model", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("The text is too long.") },
	{ "llm_key", FIELD_PASSWORD, FIELD_OPTIONAL, 500, NULL, T("Write the key as one line without spaces.") },
	BOX("remove_llm_key"), WHOLE("llm_daily_calls", T("Write a whole number from 0 to 1000000.")),
	{ "embeddings_url", FIELD_LINE, FIELD_OPTIONAL, 500, NULL,
		T("Write an address such as https://api.example.com/v1") },
	{ "embeddings_model", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("The text is too long.") },
	{ "embeddings_inputs", FIELD_LINE, FIELD_OPTIONAL, 200, NULL,
		T("Write e5, input_type, model NAME, or prefix QUESTION | PASSAGE.") },
	{ "embeddings_key", FIELD_PASSWORD, FIELD_OPTIONAL, 500, NULL, T("Write the key as one line without spaces.") },
	BOX("remove_embeddings_key"), FIELD_LAST };

const struct bot_row bot_rows[] = {
	{ "fallback_text", "fallback_text", NULL },
	{ "handover_text", "handover_text", NULL },
	{ "disclosure", "disclosure", NULL },
	{ "disclosure_text", "disclosure_text", NULL },
	{ "greeting_text", "greeting_text", NULL },
	{ "acknowledgement_text", "acknowledgement_text", NULL },
	{ "identity_text", "identity_text", NULL },
	{ "question_back_text", "question_back_text", NULL },
	{ "closures", "closures", NULL },
	{ "openings", "openings", NULL },
	{ "unsupported_text", "unsupported_notice", NULL },
	{ "skill_threshold", "skill_threshold", NULL },
	{ "knowledge_threshold", "knowledge_threshold", NULL },
	{ "fallbacks_before_handover", "fallbacks_before_handover", NULL },
	{ "reply_cap", "reply_cap_per_hour", NULL },
	{ "close_returns", "close_returns", NULL },
	{ "leads", "leads", NULL },
	{ "leads_while_operator", "leads_while_operator", NULL },
	{ "hot_score", "hot_lead_score", NULL },
	{ "hot_action", "hot_lead_action", NULL },
	{ "away_text", "out_of_hours_text", NULL },
	{ "time_zone", "time_zone", NULL },
	{ "llm_url", "llm_base_url", NULL },
	{ "llm_model", "llm_model", NULL },
	{ "llm_key", "llm_api_key", "remove_llm_key" },
	{ "llm_daily_calls", "llm_daily_calls", NULL },
	{ "embeddings_url", "embeddings_base_url", NULL },
	{ "embeddings_model", "embeddings_model", NULL },
	{ "embeddings_inputs", "embeddings_inputs", NULL },
	{ "embeddings_key", "embeddings_api_key", "remove_embeddings_key" },
	{ NULL, NULL, NULL },
};

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
	return content_load(v, REPLY_OF_FALLBACK, 0, &out->content);
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

static void bot_page_fill(struct desk_request *v, struct form *form, const struct bot_stored *stored)
{
	form_init(form, bot_fields);
	form_set(form, "bot_mode", stored->mode);
	for (const struct bot_row *row = bot_rows; row->field; row++) {
		const struct setting *s = setting_find(str_of(row->setting));
		struct str text = stored_text(v, s, json_get(stored->values, row->setting));
		if (is_box(s))
			text = str_equal(text, STR("on")) ? STR("yes") : STR_NONE;
		form_set(form, row->field, text);
	}
	fill_hours(v, form, json_str(json_get(stored->values, "working_hours")));
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

static void bot_page_write_form(
	struct desk_request *v, struct json_writer *w, const struct form *form, const struct bot_stored *stored)
{
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "action", STR("/settings/bot"));
	json_member_str(w, "error", str_of(form->error));
	json_key(w, "bot_mode");
	json_begin_object(w);
	json_member_str(w, "error", str_of(form_error(form, "bot_mode")));
	bot_page_write_choice(w, "active|shadow|off", form_value(form, "bot_mode"));
	json_end_object(w);
	for (const struct bot_row *row = bot_rows; row->field; row++)
		bot_page_write_row(v, w, row, form, stored);
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

enum err bot_show(struct desk_request *v, const struct form *form, const char *content_error,
	const struct bot_finding *findings, int n_findings, int status)
{
	struct bot_stored stored;
	struct form own;
	enum err e = request_transaction(v, bot_load, &stored);
	if (e != ERR_OK)
		return e;
	if (!form)
		bot_page_fill(v, &own, &stored);
	struct json_writer *w = page_begin(v, "bot", "settings", T("Bot"));
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, "bot", true);
	json_end_object(w);
	zones_write(w);
	bot_page_write_findings(w, findings, n_findings);
	stored.content.is_fallback = true;
	stored.content.error = content_error;
	content_write(v, STR("/settings/bot/content"), &stored.content);
	bot_page_write_form(v, w, form ? form : &own, &stored);
	return page_end(v, status);
}

enum err desk_bot(struct desk_request *v)
{
	return bot_show(v, NULL, NULL, NULL, 0, 200);
}

enum err desk_bot_content(struct desk_request *v)
{
	return content_answer(v, REPLY_OF_FALLBACK, 0);
}

enum err desk_bot_content_save(struct desk_request *v)
{
	const char *error;
	enum err e = content_save(v, REPLY_OF_FALLBACK, 0, &error);
	if (e == ERR_OK && error)
		return bot_show(v, NULL, error, NULL, 0, 400);
	if (e == ERR_OK)
		request_redirect(v, "/settings/bot");
	return e;
}
