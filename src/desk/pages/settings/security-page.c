/*
 * security-page.c - /settings/security: whether members need a second factor, and how long their sessions last.
 *
 * For owners. The database asks the pass for that again and holds the bounds; the strictest of a user's organisations
 * counts for all of the user's sessions.
 */
#include "desk/desk.h"

static const struct field fields[] = { { "second_factor", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL,
					       T("Choose one of the list.") },
	{ "idle_minutes", FIELD_NUMBER, FIELD_OPTIONAL, 8, NULL, T("Enter a number from 5 to 43200, or nothing.") },
	{ "max_hours", FIELD_NUMBER, FIELD_OPTIONAL, 8, NULL, T("Enter a number from 1 to 8760, or nothing.") },
	FIELD_LAST };

struct security {
	struct form form;
	struct str outcome;
};

static enum err security_load(struct desk_request *v, void *arg)
{
	struct form *form = arg;
	struct sql_security_load_rows rows;
	enum err e = sql_security_load(v->db, v->pool, v->caller.org_id, &rows);
	if (e != ERR_OK)
		return e;
	struct sql_security_load_row r = sql_security_load_row(&rows, 0);
	if (r.needs_second_factor)
		form_set(form, "second_factor", STR("on"));
	if (r.has_session_idle_min)
		form_set(form, "idle_minutes", pool_printf(v->pool, "%lld", (long long)r.session_idle_min));
	if (r.has_session_max_h)
		form_set(form, "max_hours", pool_printf(v->pool, "%lld", (long long)r.session_max_h));
	return ERR_OK;
}

static enum err security_page_show(struct desk_request *v, const struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "security", "settings", T("Security"));
	page_write_flag(w, "tab", STR("security"));
	form_write(w, "form", "/settings/security", form);
	json_member_str(w, "idle_default", locale_number(v->pool, &v->locale, v->desk->conf->desk_session_idle_s / 60));
	json_member_str(w, "max_default", locale_number(v->pool, &v->locale, v->desk->conf->desk_session_max_s / 3600));
	return page_end(v, status);
}

enum err desk_security(struct desk_request *v)
{
	struct form form;
	form_init(&form, fields);
	enum err e = request_transaction(v, security_load, &form);
	return e == ERR_OK ? security_page_show(v, &form, 200) : e;
}

static enum err security_store(struct desk_request *v, void *arg)
{
	struct security *s = arg;
	struct sql_security_save_rows rows;
	struct str idle = form_value(&s->form, "idle_minutes"), max = form_value(&s->form, "max_hours");
	int64_t idle_min = form_number(&s->form, "idle_minutes"), max_h = form_number(&s->form, "max_hours");
	bool needs = form_checked(&s->form, "second_factor");
	enum err e = sql_security_save(v->db, v->pool, needs, idle.n ? &idle_min : NULL, max.n ? &max_h : NULL, &rows);
	if (e != ERR_OK)
		return e;
	s->outcome = sql_security_save_row(&rows, 0).outcome;
	if (!s->outcome.p)
		return ERR_DENIED;
	if (!str_equal(s->outcome, STR("done")))
		return ERR_OK;
	return request_audit(v, "organization.security",
		pool_printf(v->pool, "{\"second_factor\":%s,\"idle_minutes\":%lld,\"max_hours\":%lld}",
			needs ? "true" : "false", (long long)idle_min, (long long)max_h));
}

static void check_range(
	struct desk_request *v, struct form *form, const char *name, int64_t min, int64_t max, const char *words)
{
	int64_t n = form_number(form, name);
	if (form_value(form, name).n && (n < min || n > max))
		form_refuse(form, name, request_translate(v, words));
}

enum err desk_security_save(struct desk_request *v)
{
	struct security s = { .outcome = STR_NONE };
	if (form_parse(v->pool, &s.form, fields, &v->params, v->locale.translation)) {
		check_range(v, &s.form, "idle_minutes", 5, 43200, T("Enter a number from 5 to 43200, or nothing."));
		check_range(v, &s.form, "max_hours", 1, 8760, T("Enter a number from 1 to 8760, or nothing."));
	}
	if (s.form.wrong)
		return security_page_show(v, &s.form, 400);
	enum err e = request_transaction(v, security_store, &s);
	if (e != ERR_OK)
		return e;
	if (str_equal(s.outcome, STR("own"))) {
		form_refuse(&s.form, "second_factor",
			request_translate(v, T("Set up a second factor for your own account first.")));
		return security_page_show(v, &s.form, 409);
	}
	flash_set(v, "settings-saved");
	request_redirect(v, "/settings/security");
	return ERR_OK;
}
