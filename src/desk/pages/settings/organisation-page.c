/*
 * organisation-page.c - /settings/organisation: what the organisation is called, its trade, and what language its
 * customers speak.
 *
 * The name is on invitations and next to everybody's own; the language is that of built-in texts to customers, and of
 * documents that do not say theirs. Neither changes what is stored already. The trade and how long things
 * are kept are settings (domain/settings.h); an empty field says: for ever.
 */
#include "desk/pages/bot/document-input.h"
#include "desk/logo.h"
#include "desk/pages/start/first-steps.h"

#include "domain/text.h"
#include "domain/trades.h"

#define NAME_MAX_BYTES 200
#define KEEP_MIN_DAYS 7 /* sql/functions/retention.sql */
#define KEEP_MAX_DAYS 36500
#define KEEP_WRONG T("Write a number of days from 7 to 36500, or nothing to keep it for ever.")

static const struct field fields[] = { { "name", FIELD_LINE, FIELD_REQUIRED, NAME_MAX_BYTES, NULL,
					       T("Write the name of your business, at most 200 bytes.") },
	{ "language", FIELD_LINE, FIELD_REQUIRED, 35, NULL, T("Choose a language.") },
	{ "trade", FIELD_CHOICE, FIELD_OPTIONAL, 12, TRADE_NAMES, T("Choose one of the list.") },
	{ "keep_messages_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG },
	{ "keep_files_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG },
	{ "keep_webhooks_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG },
	{ "keep_audit_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG }, FIELD_LAST };

static const char *const kept[] = { "keep_messages_days", "keep_files_days", "keep_webhooks_days", "keep_audit_days" };
#define KEPT (sizeof(kept) / sizeof(kept[0]))

struct organisation_view {
	struct form form;
	int64_t logo_ms; /* when the logo was put in; 0: there is none */
	const char *logo_error;
};

static enum err organisation_page_load(struct desk_request *v, void *arg)
{
	struct organisation_view *view = arg;
	struct form *form = &view->form;
	struct sql_organization_find_rows r;
	const struct json *stored;
	int64_t days;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	view->logo_ms = row.has_logo_ms ? row.logo_ms : 0;
	form_set(form, "name", row.name);
	form_set(form, "language", row.language);
	if (json_parse(v->pool, row.settings, &stored, NULL) != ERR_OK)
		stored = NULL;
	struct str trade = json_str(json_get(stored, "trade"));
	form_set(form, "trade", trade.p ? trade : str_of(trades[TRADE_OTHER].name));
	for (size_t i = 0; i < KEPT; i++)
		if (json_i64(json_get(stored, kept[i]), &days) && days > 0)
			form_set(form, kept[i], pool_printf(v->pool, "%lld", (long long)days));
	return ERR_OK;
}

static void organisation_page_write_logo(struct desk_request *v, const struct organisation_view *view)
{
	struct json_writer *w = &v->w;
	json_key(w, "logo");
	json_begin_object(w);
	page_member_or_false(w, "href", view->logo_ms ? logo_path(v, view->logo_ms) : STR_NONE);
	page_member_or_false(w, "error", str_of(view->logo_error));
	json_end_object(w);
}

static enum err organisation_page_show(struct desk_request *v, const struct organisation_view *view, int status)
{
	struct json_writer *w = page_begin(v, "organisation", "settings", T("Organisation"));
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, "organisation", true);
	json_end_object(w);
	document_write_languages(v, w, form_value(&view->form, "language"), false);
	trades_write(v, w, form_value(&view->form, "trade"));
	form_write(w, "form", "/settings/organisation", &view->form);
	organisation_page_write_logo(v, view);
	return page_end(v, status);
}

static enum err organisation_page_open(struct desk_request *v, const char *logo_error, int status)
{
	struct organisation_view view = { .logo_error = logo_error };
	form_init(&view.form, fields);
	enum err e = request_transaction(v, organisation_page_load, &view);
	return e == ERR_OK ? organisation_page_show(v, &view, status) : e;
}

enum err desk_organisation(struct desk_request *v)
{
	return organisation_page_open(v, NULL, 200);
}

enum err organisation_show_again(struct desk_request *v, const char *error)
{
	return organisation_page_open(v, error, 400);
}

/* Days that are empty take the setting away; the entry says what changed. A form without these fields, of a program,
 * leaves them as they are. */
static enum err organisation_page_store_settings(struct desk_request *v, const struct form *form)
{
	struct sql_organization_keep_rows r;
	struct json_writer w;
	struct buf set;
	buf_init(&set, 4096);
	json_writer_init(&w, &set);
	json_begin_object(&w);
	for (size_t i = 0; i < KEPT; i++)
		if (form_value(form, kept[i]).p)
			json_member_i64(&w, kept[i], form_number(form, kept[i]));
	if (!str_is_empty(form_value(form, "trade")))
		json_member_str(&w, "trade", form_value(form, "trade"));
	json_end_object(&w);
	enum err e = sql_organization_keep(v->db, v->pool, v->caller.org_id, buf_str(&set), &r);
	if (e == ERR_OK && r.n > 0) /* else it was so before */
		e = request_audit(v, "setting.set", sql_organization_keep_row(&r, 0).changed);
	buf_fini(&set);
	return e;
}

static enum err store_name(struct desk_request *v, const struct form *form)
{
	struct str name = form_value(form, "name"), language = form_value(form, "language");
	struct sql_organization_rename_rows r;
	struct json_writer w;
	struct buf detail;
	enum err e = sql_organization_rename(v->db, v->pool, v->caller.org_id, name, language, &r);
	if (e != ERR_OK || r.n == 0) /* no row: it was so before */
		return e;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_str(&w, "name", name);
	json_member_str(&w, "language", language);
	json_end_object(&w);
	e = request_audit(v, "organization.edit", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err organisation_page_store(struct desk_request *v, void *arg)
{
	const struct form *form = arg;
	enum err e = store_name(v, form);
	return e == ERR_OK ? organisation_page_store_settings(v, form) : e;
}

/* What was typed stands in the form, next to the logo that is stored. */
static enum err organisation_page_refuse(struct desk_request *v, const struct form *form)
{
	struct organisation_view view = { .logo_ms = 0 };
	form_init(&view.form, fields);
	enum err e = request_transaction(v, organisation_page_load, &view);
	view.form = *form;
	return e == ERR_OK ? organisation_page_show(v, &view, 400) : e;
}

enum err desk_organisation_save(struct desk_request *v)
{
	struct form form;
	form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	if (!form.wrong && !text_is_language_tag(form_value(&form, "language")))
		form_refuse(&form, "language", request_translate(v, T("Choose a language.")));
	for (size_t i = 0; i < KEPT; i++) {
		int64_t days = form_number(&form, kept[i]);
		if (!str_is_empty(form_value(&form, kept[i])) && (days < KEEP_MIN_DAYS || days > KEEP_MAX_DAYS))
			form_refuse(&form, kept[i], request_translate(v, KEEP_WRONG));
	}
	if (form.wrong)
		return organisation_page_refuse(v, &form);
	enum err e = request_transaction(v, organisation_page_store, &form);
	if (e != ERR_OK)
		return e;
	flash_set(v, "settings-saved");
	request_redirect(v, "/settings/organisation");
	return ERR_OK;
}
