/*
 * organisation-page.c - /settings/organisation: what the organisation is called, and what language its customers speak.
 *
 * The name is on invitations and beside everybody's own; the language is that of built-in texts to customers, and of
 * documents that do not say theirs. Neither changes what is stored already.
 */
#include "desk/pages/bot/document-input.h"

#include "domain/text.h"

#define NAME_MAX_BYTES 200

static const struct field fields[] = { { "name", FIELD_LINE, FIELD_REQUIRED, NAME_MAX_BYTES, NULL,
					       T("Write the name of your business, at most 200 bytes.") },
	{ "language", FIELD_LINE, FIELD_REQUIRED, 35, NULL, T("Choose a language.") }, FIELD_LAST };

enum { NAME, LANGUAGE }; /* columns of organization_find */

static enum err load(struct visit *v, void *arg)
{
	struct form *form = arg;
	struct db_result *r;
	enum err e = DB_QUERY(v->db, v->pool, &sql_organization_find, &r, DB_INT(v->caller.org_id));
	if (e != ERR_OK)
		return e;
	form_set(form, "name", db_str(r, 0, NAME));
	form_set(form, "language", db_str(r, 0, LANGUAGE));
	return ERR_OK;
}

static enum err show(struct visit *v, const struct form *form, int status)
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

enum err desk_organisation(struct visit *v)
{
	struct form form;
	form_init(&form, fields);
	enum err e = visit_transaction(v, load, &form);
	return e == ERR_OK ? show(v, &form, 200) : e;
}

static enum err store(struct visit *v, void *arg)
{
	const struct form *form = arg;
	struct str name = form_value(form, "name"), language = form_value(form, "language");
	struct db_result *r;
	struct json_writer w;
	struct buf detail;
	enum err e = DB_QUERY(v->db, v->pool, &sql_organization_rename, &r, DB_INT(v->caller.org_id), DB_TEXT(name),
		DB_TEXT(language));
	if (e != ERR_OK || db_rows(r) == 0) /* no row: it was so before */
		return e;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_str(&w, "name", name);
	json_member_str(&w, "language", language);
	json_end_object(&w);
	e = visit_audit(v, "organization.edit", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

enum err desk_organisation_save(struct visit *v)
{
	struct form form;
	form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	if (!form.wrong && !text_is_language_tag(form_value(&form, "language")))
		form_refuse(&form, "language", visit_words(v, T("Choose a language.")));
	if (form.wrong)
		return show(v, &form, 400);
	enum err e = visit_transaction(v, store, &form);
	if (e != ERR_OK)
		return e;
	visit_say(v, "settings-saved");
	visit_redirect(v, "/settings/organisation");
	return ERR_OK;
}
