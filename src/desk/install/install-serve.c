/*
 * install-serve.c - the set-up in the browser, for a person with file upload and a database, and nothing else.
 *
 * One page: the word, then what the host must have with the form, then what to do next. Owns the order: database tried,
 * schema made, files written, everything tried from outside. The configuration is the last file, so a set-up that was
 * interrupted can be repeated and one that has ended is closed. Fails with words next to the form; nothing is guessed.
 */
#include "desk/install/install.h"

#include "core/log.h"
#include "core/net/http-url.h"
#include "domain/self-check.h"
#include "http/health.h"

#define BODY_MAX (16u << 10)

static const struct field fields[] = { { "word", FIELD_LINE, FIELD_OPTIONAL, 200, NULL,
					       T("Write the word that is in the file.") },
	{ "step", FIELD_LINE, FIELD_OPTIONAL, 20, NULL, T("Open the page again.") },
	{ "host", FIELD_LINE, FIELD_OPTIONAL, 255, NULL, T("Write the name of the database server, often localhost.") },
	{ "port", FIELD_LINE, FIELD_OPTIONAL, 5, NULL, T("Write a number such as 5432, or leave it empty.") },
	{ "name", FIELD_LINE, FIELD_OPTIONAL, 63, NULL, T("Write the name of the database.") },
	{ "user", FIELD_LINE, FIELD_OPTIONAL, 63, NULL, T("Write the name of the database user.") },
	{ "password", FIELD_PASSWORD, FIELD_OPTIONAL, 500, NULL, T("Write the password of the database user.") },
	{ "address", FIELD_LINE, FIELD_OPTIONAL, 255, NULL,
		T("Write the address of this desk, such as https://chat.example.com.") },
	FIELD_LAST };

static struct str own_address(struct desk_request *v)
{
	struct str host = request_header(v->request, "HTTP_HOST");
	return pool_printf(v->pool, "%s://%.*s", v->secure ? "https" : "http", (int)host.n, host.p ? host.p : "");
}

static enum err show_word(struct desk_request *v, struct form *form, enum install_word state, int status)
{
	struct json_writer *w = page_begin(v, "install", "none", T("Set up Deskbell"));
	page_write_flag(w, "stage", STR("word"));
	page_write_flag(w, "file",
		state == INSTALL_WORD_MISSING ? STR("missing")
		: state == INSTALL_WORD_BAD   ? STR("bad")
					      : STR("there"));
	json_member_str(w, "file_name", STR(INSTALL_WORD_FILE));
	form_write(w, "form", "/", form);
	return page_end(v, status);
}

static enum err show_form(struct desk_request *v, const struct install *install, struct form *form, int status)
{
	struct json_writer *w = page_begin(v, "install", "none", T("Set up Deskbell"));
	page_write_flag(w, "stage", STR("form"));
	bool possible = install_write_checks(v, install, w);
	json_member_bool(w, "possible", possible);
	form_write(w, "form", "/", form);
	return page_end(v, status);
}

/* Where the web-cron service of the host, or another one, wakes the sender. */
static struct str cron_address(struct desk_request *v, const struct install *install, struct str base)
{
	struct explain why;
	struct secret *key;
	if (secret_load(install_beside(install, v->pool, INSTALL_CRON_FILE), 256, &key, &why) != ERR_OK)
		return STR("");
	struct str text = pool_printf(v->pool, "%.*s/api/webhooks/cron?key=%.*s", (int)base.n, base.p,
		(int)secret_bytes(key).n, secret_bytes(key).p);
	secret_free(key);
	return text;
}

static enum err show_done(
	struct desk_request *v, const struct install *install, const struct conf *conf, const struct buf *code)
{
	struct str base = str_of(conf->public_base_url);
	if (code->len)
		request_set_cookie(v, COOKIE_SETUP, buf_str(code), 1800);
	struct json_writer *w = page_begin(v, "install", "none", T("Deskbell is installed"));
	page_write_flag(w, "stage", STR("done"));
	install_write_trials(v, base, w);
	json_member_str(w, "cron", str_of(cron_line(v->pool, conf)));
	json_member_str(w, "web_cron", cron_address(v, install, base));
	json_member_bool(w, "first", code->len > 0);
	return page_end(v, 200);
}

static bool is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static bool values_are_good(struct desk_request *v, struct form *form, struct install_values *values)
{
	static const char *const needed[] = { "name", "user", "address" };
	*values = (struct install_values){ .host = form_value(form, "host"),
		.port = form_value(form, "port"),
		.name = form_value(form, "name"),
		.user = form_value(form, "user"),
		.password = form_value(form, "password"),
		.address = form_value(form, "address") };
	while (str_has_suffix(values->address, STR("/")))
		values->address.n--;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		for (const struct field *f = fields; f->name; f++)
			if (!strcmp(f->name, needed[i]) && str_is_empty(form_value(form, needed[i])))
				form_refuse(form, needed[i], request_translate(v, f->words));
	for (size_t i = 0; i < values->password.n; i++)
		if ((unsigned char)values->password.p[i] < ' ') /* it becomes a part of a line of the configuration */
			form_refuse(
				form, "password", request_translate(v, T("Write the password of the database user.")));
	if (!is_digits(values->port))
		form_refuse(form, "port", request_translate(v, T("Write a number such as 5432, or leave it empty.")));
	struct http_url url;
	if (!str_is_empty(values->address) && !http_url_parse(v->pool, NULL, values->address, &url))
		form_refuse(form, "address",
			request_translate(v, T("Write the address of this desk, such as https://chat.example.com.")));
	return !form->wrong;
}

static enum err install_now(struct desk_request *v, const struct install *install, struct form *form)
{
	struct install_values values;
	char problem[INSTALL_PROBLEM_BYTES] = "";
	struct explain why = { "" };
	struct conf conf;
	struct buf code;
	if (!values_are_good(v, form, &values))
		return show_form(v, install, form, 400);
	install_conf_fill(v->pool, install, &values, &conf);
	buf_init(&code, 100);
	enum err e = install_database_try(v, &conf, problem);
	if (e == ERR_OK)
		e = install_database_fill(v, &conf, &code, problem);
	if (e == ERR_OK && (e = install_files_write(v, install, &values, &why)) != ERR_OK)
		snprintf(problem, sizeof(problem), "%s", why.text);
	if (e == ERR_OK) {
		LOG_INFO("install.done", F_CSTR("file", install->conf_path));
		e = show_done(v, install, &conf, &code);
	} else {
		form_fail(form, problem);
		e = show_form(v, install, form, 400);
	}
	secret_wipe(code.data, code.cap);
	buf_fini(&code);
	return e;
}

/* The page offers no form where a check fails; a visitor may send one nevertheless. */
static bool install_is_possible(struct desk_request *v, const struct install *install)
{
	struct json_writer w;
	struct buf unused;
	buf_init(&unused, 1 << 16);
	json_writer_init(&w, &unused);
	json_begin_object(&w);
	bool possible = install_write_checks(v, install, &w);
	buf_fini(&unused);
	return possible;
}

static enum err install_post(struct desk_request *v, const struct install *install)
{
	struct str body;
	struct form form;
	enum err e = request_body(v->request, BODY_MAX, &body);
	if (e == ERR_OK)
		e = params_parse(v->pool, request_header(v->request, "CONTENT_TYPE"), body, &v->params);
	if (e != ERR_OK)
		return e;
	bool good = form_parse(v->pool, &form, fields, &v->params, v->locale.translation);
	enum install_word state = install_word_check(install, v, form_value(&form, "word"));
	if (state != INSTALL_WORD_RIGHT) {
		int status = install_word_refuse(v, &form, state);
		return show_word(v, &form, state, status);
	}
	if (str_equal(form_value(&form, "step"), STR("install")))
		return good && install_is_possible(v, install) ? install_now(v, install, &form)
							       : show_form(v, install, &form, 400);
	form_set(&form, "host", STR("localhost"));
	form_set(&form, "address", own_address(v));
	return show_form(v, install, &form, 200);
}

static enum err install_route(struct desk_request *v, const struct install *install)
{
	struct form form;
	struct str path = v->request->path;
	if (str_has_prefix(path, STR("/assets/")))
		return desk_asset(v);
	if (str_equal(path, STR("/healthz")))
		return desk_health_live(v);
	if (str_equal(v->request->method, STR("POST")))
		return install_post(v, install);
	form_init(&form, fields);
	return show_word(v, &form, install_word_check(install, v, STR("")), 503);
}

void install_serve(void *arg, struct request *request, struct response *response)
{
	struct install *install = arg;
	struct desk_request v = { .desk = install->desk,
		.request = request,
		.response = response,
		.pool = request->pool,
		.place = -1,
		.no_counts = true };
	desk_request_begin(&v);
	enum err e = install_route(&v, install);
	if (e != ERR_OK)
		respond_error(response, e);
	buf_fini(&v.model);
}
