/*
 * contact-edit.c - what operators write down about a contact: the right name, notes, fields of the organisation's own;
 * and blocking it. Which fields there are is for admins.
 *
 * Done from any conversation of the contact. A note is added and never changed, so two who write keep both notes.
 */
#include "desk/pages/inbox/conversation.h"

#define NOTE_BYTES 16000
#define NAME_BYTES 800 /* 200 characters */
#define VALUE_BYTES 2000
#define FIELD_NAME_BYTES 160
#define FIELD_NAME_CHARACTERS 40
#define VALUE_CHARACTERS 500
#define NAME_CHARACTERS 200

static const struct field note_fields[] = {
	{ "note", FIELD_TEXT, FIELD_REQUIRED, NOTE_BYTES, NULL, T("Write at most 16,000 bytes.") }, FIELD_LAST
};
static const struct field name_fields[] = { { "name", FIELD_LINE, FIELD_OPTIONAL, NAME_BYTES, NULL,
						    T("Write a name of at most 200 characters.") },
	FIELD_LAST };
static const struct field value_fields[] = { { "field", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL,
						     T("Choose one of the list.") },
	{ "value", FIELD_LINE, FIELD_OPTIONAL, VALUE_BYTES, NULL, T("Write at most 500 characters.") }, FIELD_LAST };
static const struct field field_fields[] = { { "name", FIELD_LINE, FIELD_REQUIRED, FIELD_NAME_BYTES, NULL,
						     T("Write a name of at most 40 characters.") },
	FIELD_LAST };

/* ---- notes ---- */

static enum err contact_edit_add_note(struct desk_request *v, struct act *act)
{
	struct sql_note_add_rows r;
	enum err e = sql_note_add(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->text, &r);
	act->outcome = sql_note_add_row(&r, 0).outcome;
	return e;
}

enum err desk_conversation_note(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, note_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, T("Write a note of at most 16,000 bytes."));
	struct act act = { .run = contact_edit_add_note, .text = form_value(&form, "note") };
	return act_and_return(v, &act, "note-saved", false);
}

static enum err contact_edit_remove_note(struct desk_request *v, struct act *act)
{
	struct sql_note_remove_rows r;
	enum err e = sql_note_remove(
		v->db, v->pool, v->caller.org_id, v->path.ids[1], v->caller.id, v->caller.role >= ROLE_ADMIN, &r);
	act->outcome = r.n > 0 ? STR("done") : STR("same");
	return e;
}

enum err desk_contact_note_remove(struct desk_request *v)
{
	struct act act = { .run = contact_edit_remove_note };
	return act_and_return(v, &act, "note-removed", false);
}

/* ---- the name ---- */

static enum err contact_edit_name(struct desk_request *v, struct act *act)
{
	struct sql_contact_name_set_rows r;
	enum err e = sql_contact_name_set(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->text, &r);
	act->outcome = sql_contact_name_set_row(&r, 0).outcome;
	return e;
}

enum err desk_contact_name(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, name_fields, &v->params, v->locale.translation);
	struct str name = form_value(&form, "name");
	if (!good || str_characters(name) > NAME_CHARACTERS)
		return request_refuse(v, 400, name_fields[0].words);
	struct act act = { .run = contact_edit_name, .text = str_is_empty(name) ? STR_NONE : name };
	return act_and_return(v, &act, "contact-saved", false);
}

/* ---- blocking ---- */

static enum err contact_edit_block(struct desk_request *v, struct act *act)
{
	struct sql_contact_block_rows r;
	enum err e = sql_contact_block(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->caller.id, act->opens, &r);
	act->outcome = sql_contact_block_row(&r, 0).outcome;
	if (e != ERR_OK || !str_equal(act->outcome, STR("done")))
		return e;
	return request_audit(v, act->opens ? "contact.block" : "contact.unblock",
		pool_printf(v->pool, "{\"conversation\":%lld}", (long long)v->path.ids[0]));
}

enum err desk_contact_block(struct desk_request *v)
{
	struct act act = { .run = contact_edit_block, .opens = true };
	return act_and_return(v, &act, "contact-blocked", true);
}

enum err desk_contact_unblock(struct desk_request *v)
{
	struct act act = { .run = contact_edit_block };
	return act_and_return(v, &act, "contact-unblocked", false);
}

/* ---- fields ---- */

static enum err contact_edit_value(struct desk_request *v, struct act *act)
{
	struct sql_contact_value_set_rows r;
	enum err e = sql_contact_value_set(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->user, act->text, &r);
	act->outcome = sql_contact_value_set_row(&r, 0).outcome;
	return e;
}

enum err desk_contact_value(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, value_fields, &v->params, v->locale.translation);
	struct str value = form_value(&form, "value");
	if (!good || str_characters(value) > VALUE_CHARACTERS)
		return request_refuse(v, 400, value_fields[1].words);
	struct act act = {
		.run = contact_edit_value, .user = form_number(&form, "field"), .text = value.p ? value : STR("")
	};
	return act_and_return(v, &act, "contact-saved", false);
}

static enum err contact_edit_add_field(struct desk_request *v, struct act *act)
{
	struct sql_contact_field_add_rows r;
	enum err e = sql_contact_field_add(v->db, v->pool, v->caller.org_id, act->text, &r);
	return e == ERR_OK && r.n == 0 ? ERR_CONFLICT : e;
}

enum err desk_contact_field_add(struct desk_request *v)
{
	struct form form;
	bool good = form_parse(v->pool, &form, field_fields, &v->params, v->locale.translation);
	struct str name = form_value(&form, "name");
	if (!good || str_characters(name) > FIELD_NAME_CHARACTERS)
		return request_refuse(v, 400, field_fields[0].words);
	struct act act = { .run = contact_edit_add_field, .text = name };
	enum err e = act_and_return(v, &act, "field-added", false);
	if (e == ERR_CONFLICT)
		return request_refuse(v, 409,
			T("A field has this name already, or there are 20 fields. Choose another name, or remove a "
			  "field."));
	return e;
}

static enum err contact_edit_remove_field(struct desk_request *v, struct act *act)
{
	struct sql_contact_field_remove_rows r;
	(void)act;
	enum err e = sql_contact_field_remove(v->db, v->pool, v->caller.org_id, v->path.ids[1], &r);
	if (e == ERR_OK && r.n == 0)
		return ERR_NOT_FOUND;
	return e == ERR_OK ? request_audit(
		       v, "contact.field.remove", pool_printf(v->pool, "{\"field\":%lld}", (long long)v->path.ids[1]))
			   : e;
}

enum err desk_contact_field_remove(struct desk_request *v)
{
	enum err e = ERR_OK;
	const char *path = pool_printf(v->pool, "/inbox/%lld", (long long)v->path.ids[0]).p;
	const struct confirmation c = { .title = T("Remove the field"),
		.nav = "inbox",
		.question = request_translate(v, T("Remove this field of all contacts?")),
		.words = request_translate(v, T("What is in it is deleted. This cannot be undone.")),
		.button = request_translate(v, T("Remove")),
		.action = pool_printf(v->pool, "%s/contact/fields/%lld/remove", path, (long long)v->path.ids[1]).p,
		.back = path };
	if (!request_confirmed(v, &c, &e))
		return e;
	struct act act = { .run = contact_edit_remove_field };
	return act_and_return(v, &act, "field-removed", false);
}
