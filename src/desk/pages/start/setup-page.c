/*
 * setup-page.c - /setup: the first organisation and its owner, with a one-time code that `deskbellctl setup-code`
 * prints.
 *
 * Besides the name it asks for the trade, the language, the time zone and the hours, all of which can be changed in the
 * settings. The code is looked at before the password is hashed, and used up in the transaction that makes the
 * organisation: two at once with one code make one organisation.
 */
#include "desk/desk.h"
#include "desk/pages/start/first-steps.h"

#include "core/log.h"
#include "desk/format/zones.h"
#include "domain/account.h"
#include "domain/hours/working-hours.h"
#include "domain/settings.h"

#define TIME(name) \
	{ \
		name, FIELD_LINE, FIELD_OPTIONAL, 5, NULL, T("Write a time such as 09:00.") \
	}

static const struct field fields[] = {
	{ "code", FIELD_LINE, FIELD_REQUIRED, 64, NULL, T("Write the code that 'deskbellctl setup-code' printed.") },
	{ "organisation", FIELD_LINE, FIELD_REQUIRED, 200, NULL,
		T("Write the name of your business, at most 200 bytes.") },
	{ "trade", FIELD_CHOICE, FIELD_OPTIONAL, 12, TRADE_NAMES, T("Choose one of the list.") },
	{ "language", FIELD_CHOICE, FIELD_OPTIONAL, 8, "en|es|tr", T("Choose a language.") },
	{ "time_zone", FIELD_LINE, FIELD_OPTIONAL, 60, NULL, T("Write a time zone such as Europe/Istanbul.") },
	TIME("week_from"), TIME("week_to"), TIME("sat_from"), TIME("sat_to"), TIME("sun_from"), TIME("sun_to"),
	{ "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL,
		T("Write an address such as anna@example.com.") },
	{ "new_password", FIELD_NEW_PASSWORD, FIELD_REQUIRED, PASSWORD_MAX_BYTES, NULL, NEW_PASSWORD_WORDS }, FIELD_LAST
};

static const struct {
	const char *days, *label, *from, *to;
} spans[] = { { "mon-fri", T("Monday to Friday"), "week_from", "week_to" },
	{ "sat", T("Saturday"), "sat_from", "sat_to" }, { "sun", T("Sunday"), "sun_from", "sun_to" } };
#define SPANS (sizeof(spans) / sizeof(spans[0]))

static void setup_page_write_spans(struct desk_request *v, struct json_writer *w, const struct form *form)
{
	json_key(w, "spans");
	json_begin_array(w);
	for (size_t i = 0; i < SPANS; i++) {
		json_begin_object(w);
		json_member_str(w, "days", str_of(request_translate(v, spans[i].label)));
		json_member_str(w, "from_name", str_of(spans[i].from));
		json_member_str(w, "to_name", str_of(spans[i].to));
		page_write_text(w, "from", form_value(form, spans[i].from));
		page_write_text(w, "to", form_value(form, spans[i].to));
		page_write_text(w, "error", str_of(form_error(form, spans[i].from)));
		json_end_object(w);
	}
	json_end_array(w);
}

static enum err setup_page_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "setup", "none", T("Set up Deskbell"));
	trades_write(v, w, form_value(form, "trade"));
	zones_write(w);
	setup_page_write_spans(v, w, form);
	form_write(w, "form", "/setup", form);
	return page_end(v, status);
}

enum err desk_setup(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	form_set(&form, "code", request_cookie(v, COOKIE_SETUP)); /* of the set-up in the browser */
	form_set(&form, "trade", str_of(trades[TRADE_OTHER].name));
	form_set(&form, "language", str_of(v->locale.language));
	return setup_page_show(v, &form, 200);
}

static enum err refuse_code(struct desk_request *v, struct form *form)
{
	LOG_LIMITED(LOG_LEVEL_WARN, "setup.refused", F_STR("remote", v->request->remote_address));
	form_refuse(form, "code",
		request_translate(v,
			T("This code is wrong, older than 30 minutes, or was used. Print a new one with 'deskbellctl "
			  "setup-code'.")));
	return setup_page_show(v, form, 403);
}

/* ---- hours ---- */

/* Appends a line of the form to the text of the working hours. */
static void setup_page_take_span(struct desk_request *v, struct form *form, size_t i, struct buf *text)
{
	struct str from = form_value(form, spans[i].from), to = form_value(form, spans[i].to);
	struct working_hours hours;
	if (str_is_empty(from) && str_is_empty(to))
		return;
	struct str part = pool_printf(
		v->pool, "%s %.*s-%.*s", spans[i].days, (int)from.n, from.p ? from.p : "", (int)to.n, to.p ? to.p : "");
	if (!working_hours_parse(part, &hours) || hours.n == 0)
		form_refuse(form, spans[i].from, request_translate(v, T("Write a time such as 09:00.")));
	else
		buf_addf(text, "%s%.*s", text->len ? ", " : "", (int)part.n, part.p);
}

/* The settings that the form chooses, as they are stored; absent when a field is wrong. */
static struct str setup_page_settings(struct desk_request *v, struct form *form)
{
	struct str zone = form_value(form, "time_zone"), trade = form_value(form, "trade");
	struct json_writer w;
	struct buf hours, text;
	buf_init(&hours, 500);
	buf_init(&text, 4096);
	for (size_t i = 0; i < SPANS; i++)
		setup_page_take_span(v, form, i, &hours);
	if (!str_is_empty(zone) && !zone_is_known(zone))
		form_refuse(form, "time_zone", request_translate(v, T("Write a time zone such as Europe/Istanbul.")));
	json_writer_init(&w, &text);
	json_begin_object(&w);
	if (!str_is_empty(trade))
		json_member_str(&w, "trade", trade);
	if (!str_is_empty(zone))
		json_member_str(&w, "time_zone", zone);
	if (hours.len)
		json_member_str(&w, "working_hours", buf_str(&hours));
	json_end_object(&w);
	buf_fini(&hours);
	return pool_take(v->pool, &text);
}

/* ---- saving ---- */

static enum err setup_page_save(struct desk_request *v, struct form *form, struct str code, struct str hash)
{
	struct sql_setup_rows rows;
	struct str zone = form_value(form, "time_zone");
	struct str language = form_value(form, "language"), attempt = token_hash(v->pool, token_new(v->pool));
	enum err e = sql_setup(request_db(v), v->pool,
		&(struct sql_setup_args){ .code_hash = code,
			.name = form_value(form, "organisation"),
			.language = str_is_empty(language) ? str_of(v->locale.language) : language,
			.settings = setup_page_settings(v, form),
			.time_zone = str_is_empty(zone) ? STR("UTC") : zone,
			.email = form_value(form, "email"),
			.password_hash = hash,
			.attempt_hash = attempt,
			.address = v->request->remote_address },
		&rows);
	if (e == ERR_CONFLICT) {
		form_refuse(form, "email",
			request_translate(
				v, T("This address has an account already. Sign in, or use another address.")));
		return setup_page_show(v, form, 409);
	}
	if (e != ERR_OK)
		return e;
	struct sql_setup_row made = sql_setup_row(&rows, 0);
	if (!made.has_user_id)
		return refuse_code(v, form);
	LOG_INFO("setup.done", F_INT("org", made.org_id), F_INT("user", made.user_id));
	if ((e = session_begin(v, attempt)) != ERR_OK)
		return e;
	if (request_cookie(v, COOKIE_SETUP).p)
		request_set_cookie(v, COOKIE_SETUP, STR(""), 0);
	request_redirect(v, "/");
	return ERR_OK;
}

enum err desk_setup_save(struct desk_request *v)
{
	struct form form;
	struct sql_setup_is_open_rows r;
	struct buf hash;
	(void)form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	(void)setup_page_settings(v, &form);
	if (form.wrong
		|| !new_password_is_good(v, &form,
			(const struct str[]){ form_value(&form, "email"), form_value(&form, "organisation") }, 2))
		return setup_page_show(v, &form, 400);
	struct str code = token_hash(v->pool, form_value(&form, "code"));
	enum err e = REQUEST_CALL(v, sql_setup_is_open, code, &r);
	if (e != ERR_OK)
		return e;
	if (!sql_setup_is_open_row(&r, 0).is_open)
		return refuse_code(v, &form);
	request_put_db(v);
	buf_init(&hash, 512);
	e = password_hash(v->desk->passwords, form_value(&form, "new_password"), &hash);
	e = e == ERR_TIMEOUT ? request_refuse_for(v, 503, NULL, 2)
	    : e == ERR_OK    ? setup_page_save(v, &form, code, buf_str(&hash))
			     : e;
	buf_fini(&hash);
	return e;
}
