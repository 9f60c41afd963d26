/*
 * update.c - the database of an earlier version is brought to this program's in the browser.
 *
 * Owners may do it: by their session, or, where they are signed out, by a word in a file that they upload, as in the
 * set-up. Works on a connection of database.url, whose role owns the tables. Never brings a database back to an older
 * program. An update that fails leaves the database as it was, and says why to those who may do it.
 */
#include "desk/install/update.h"
#include "desk/install/install.h"

#include "core/log.h"
#include "db/migrate.h"

#define BODY_MAX 4096

static const struct field fields[] = {
	{ "word", FIELD_LINE, FIELD_OPTIONAL, 200, NULL, T("Write the word that is in the file.") }, FIELD_LAST
};

bool update_is_needed(struct desk_request *v)
{
	struct str path = v->request->path;
	if (atomic_load(&v->desk->is_current) || str_has_prefix(path, STR("/assets/"))
		|| str_equal(path, STR("/healthz")) || str_equal(path, STR("/readyz")))
		return false;
	enum err e = migrate_check(request_db(v), v->pool, NULL);
	request_put_db(v);
	if (e == ERR_OK)
		atomic_store(&v->desk->is_current, true);
	return e == ERR_CONFIG;
}

static enum err find_owner(struct db *db, struct desk_request *v, bool *is_owner)
{
	struct str token = request_cookie(v, COOKIE_SESSION);
	struct sql_update_owner_rows rows;
	if (!token_is_shaped(token))
		return ERR_OK;
	enum err e = db_begin_system(db);
	if (e == ERR_OK)
		e = sql_update_owner(db, v->pool, token_hash(v->pool, token), &rows);
	if (e == ERR_OK)
		*is_owner = sql_update_owner_row(&rows, 0).there;
	db_rollback(db);
	if (*is_owner)
		v->csrf = csrf_of(v->pool, token);
	return e;
}

static enum err update_show(struct desk_request *v, struct form *form, bool is_owner, int status)
{
	struct json_writer *w = page_begin(v, "update", "none", T("Update the database"));
	json_member_bool(w, "is_owner", is_owner);
	json_member_str(w, "file_name", STR(INSTALL_WORD_FILE));
	form_write(w, "form", "/", form);
	return page_end(v, status);
}

static enum err update_run(struct db *db, struct desk_request *v, struct form *form, bool is_owner)
{
	struct explain why = { "" };
	struct migrate_report report;
	enum err e = migrate_run(db, v->pool, &report, &why);
	if (e != ERR_OK) {
		LOG_ERROR("update.failed", F_CSTR("reason", why.text));
		form_fail(form, pool_cstr(v->pool, str_of(why.text)));
		return update_show(v, form, is_owner, 503);
	}
	LOG_INFO("update.done", F_STR("version", report.version));
	request_redirect(v, "/");
	return ERR_OK;
}

static enum err update_post(struct db *db, struct desk_request *v, bool is_owner)
{
	const struct install place = { .desk = v->desk, .conf_path = v->desk->conf->path };
	struct form form;
	struct str body;
	enum err e = request_body(v->request, BODY_MAX, &body);
	if (e == ERR_OK)
		e = params_parse(v->pool, request_header(v->request, "CONTENT_TYPE"), body, &v->params);
	if (e != ERR_OK)
		return e;
	(void)form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	if (is_owner && csrf_is_right(v))
		return update_run(db, v, &form, is_owner);
	enum install_word state = is_owner || !*place.conf_path
					  ? INSTALL_WORD_WRONG
					  : install_word_check(&place, v, form_value(&form, "word"));
	if (state != INSTALL_WORD_RIGHT) {
		int status = install_word_refuse(v, &form, state);
		return update_show(v, &form, is_owner, status);
	}
	e = update_run(db, v, &form, is_owner);
	if (e == ERR_OK && v->response->status < 400)
		install_word_remove(&place, v->pool);
	return e;
}

enum err update_serve(struct desk_request *v)
{
	struct conf conf = *v->desk->conf;
	bool is_owner = false;
	struct form form;
	conf.database_url = v->desk->owner_url;
	struct db *db = db_new(&conf, "deskbell-update");
	enum err e = find_owner(db, v, &is_owner);
	form_init(&form, fields);
	if (e == ERR_DB) /* a schema so old that it has no sessions */
		e = ERR_OK;
	if (e == ERR_OK)
		e = str_equal(v->request->method, STR("POST")) ? update_post(db, v, is_owner)
							       : update_show(v, &form, is_owner, 503);
	db_free(db);
	return e;
}
