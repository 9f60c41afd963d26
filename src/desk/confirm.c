/*
 * confirm.c - the question before something that cannot be undone.
 *
 * A POST that is not confirmed changes nothing and is answered with the page that asks; its form posts to the same
 * address with `confirmed=yes`, and with what had to be typed. Programs post `confirmed=yes` at once, and `typed` too.
 */
#include "desk/desk.h"

static const struct field fields[] = { { "confirmed", FIELD_CHOICE, FIELD_OPTIONAL, 4, "yes",
					       T("Choose one of the list.") },
	{ "typed", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("This is not the same.") }, FIELD_LAST };

static void write_effects(struct json_writer *w, const struct confirmation *c)
{
	json_member_bool(w, "has_effects", c->effects[0] != NULL);
	json_key(w, "effects");
	json_begin_array(w);
	for (int i = 0; c->effects[i]; i++)
		json_write_str(w, str_of(c->effects[i]));
	json_end_array(w);
}

static enum err confirm_ask(struct desk_request *v, const struct confirmation *c, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "confirm", c->nav, c->title);
	json_key(w, "confirm");
	json_begin_object(w);
	json_member_str(w, "title", str_of(c->question));
	json_member_str(w, "words", str_of(c->words));
	write_effects(w, c);
	page_write_text(w, "type", c->type);
	json_member_str(w, "button", str_of(c->button));
	json_member_str(w, "back", str_of(c->back));
	json_end_object(w);
	form_write(w, "form", c->action, form);
	return page_end(v, status);
}

bool request_confirmed(struct desk_request *v, const struct confirmation *c, enum err *e)
{
	struct form form;
	bool good = form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	if (!form_checked(&form, "confirmed")) {
		form_init(&form, fields);
		*e = confirm_ask(v, c, &form, 200);
		return false;
	}
	if (good && c->type.p && !str_equal(c->type, form_value(&form, "typed")))
		form_refuse(&form, "typed", request_translate(v, T("This is not the same.")));
	*e = form.wrong ? confirm_ask(v, c, &form, 400) : ERR_OK;
	return !form.wrong;
}
