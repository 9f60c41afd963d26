/*
 * organisation-page.c - /settings/organisation: what the organisation is called, and what language its customers speak.
 *
 * The name is on invitations and next to everybody's own; the language is that of built-in texts to customers, and of
 * documents that do not say theirs. Neither changes what is stored already. How long things are kept are three
 * settings (domain/settings.h), of which an empty field says: for ever.
 */
#include "desk/pages/bot/document-input.h"

#include "domain/text.h"

#define NAME_MAX_BYTES 200
#define KEEP_MIN_DAYS 7 /* sql/functions/retention.sql */
#define KEEP_MAX_DAYS 36500
#define KEEP_WRONG T("Write a number of days from 7 to 36500, or nothing to keep it for ever.")

static const struct field fields[] = { { "name", FIELD_LINE, FIELD_REQUIRED, NAME_MAX_BYTES, NULL,
					       T("Write the name of your business, at most 200 bytes.") },
	{ "language", FIELD_LINE, FIELD_REQUIRED, 35, NULL, T("Choose a language.") },
	{ "keep_messages_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG },
	{ "keep_webhooks_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG },
	{ "keep_audit_days", FIELD_NUMBER, FIELD_OPTIONAL, 6, NULL, KEEP_WRONG }, FIELD_LAST };

static const char *const kept[] = { "keep_messages_days", "keep_webhooks_days", "keep_audit_days" };
#define KEPT (sizeof(kept) / sizeof(kept[0]))

static enum err organisation_page_load(struct desk_request *v, void *arg)
{
	struct form *form = arg;
	struct sql_organization_find_rows r;
	const struct json *stored;
	int64_t days;
	enum err e = sql_organization_find(v->db, v->pool, v->caller.org_id, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_organization_find_row row = sql_organization_find_row(&r, 0);
	form_set(form, "name", row.name);
	form_set(form, "language", row.language);
	if (json_parse(v->pool, row.settings, &stored, NULL) != ERR_OK)
		stored = NULL;
	for (size_t i = 0; i < KEPT; i++)
		if (json_i64(json_get(stored, kept[i]), &days) && days > 0)
			form_set(form, kept[i], pool_printf(v->pool, "%lld", (long long)days));
	return ERR_OK;
}

static enum err organisation_page_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "organisation", "settings", T("Organisation"));
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, "organisation", true);
	json_end_object(w);
	document_write_languages(v, w, form_value(form, "language"), false);
	form_write(w, "form", "/settings/organisation", form);
	return page_end(v, status);
}

enum err desk_organisation(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	enum err e = request_transaction(v, organisation_page_load, &form);
	return e == ERR_OK ? organisation_page_show(v, &form, 200) : e;
}

/* Days that are empty take the setting away; the entry says what changed. A form without these fields, of a program,
 * leaves them as they are. */
static enum err store_kept(struct desk_request *v, const struct form *form)
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
	return e == ERR_OK ? store_kept(v, form) : e;
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
		return organisation_page_show(v, &form, 400);
	enum err e = request_transaction(v, organisation_page_store, &form);
	if (e != ERR_OK)
		return e;
	flash_set(v, "settings-saved");
	request_redirect(v, "/settings/organisation");
	return ERR_OK;
}
