/*
 * confirm-page.c - asks before something is deleted. A program says confirmed=yes at once.
 */
#include "web/confirm-page.h"

bool confirm_given(const struct visit *v)
{
	const struct param *p = params_find(&v->params, "confirmed");
	return p && str_equal(p->value, STR("yes"));
}

enum err confirm_show(struct visit *v, const struct confirm *c)
{
	const char *title = visit_words(v, c->title);
	struct json_writer *w = page_begin(v, "confirm", c->nav, c->title);
	json_key(w, "confirm");
	json_begin_object(w);
	json_member_str(w, "title", pool_printf(v->pool, "%s: %.*s", title, (int)c->what.n, c->what.p));
	json_member_str(w, "words", str_of(visit_words(v, c->words)));
	json_member_bool(w, "has_effects", false);
	json_member_bool(w, "type", false);
	json_member_str(w, "button", str_of(title));
	json_member_str(w, "back", str_of(c->back));
	json_end_object(w);
	json_key(w, "form");
	json_begin_object(w);
	json_member_str(w, "action", str_of(c->action));
	json_key(w, "fields");
	json_begin_array(w);
	json_end_array(w);
	json_end_object(w);
	return page_end(v, 200);
}
