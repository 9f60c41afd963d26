/*
 * desk-serve.c - one request from its path to its answer: route, caller, body, CSRF token, handler, errors.
 *
 * Owns the order of these steps, the headers that every answer carries, and error pages. An error of ours gets an id
 * that is on the page and in the log; what went wrong is in the log only.
 */
#include "desk/desk.h"

#include "core/clock.h"
#include "core/log.h"
#include "http/compress.h"
#include "http/health.h"
#include "desk/install/update.h"
#include "desk/pages/bot/document-input.h"
#include "desk/template/template.h"
#include "files/picture.h"
#include "desk/upload.h"

#define CSP \
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob: data:; media-src 'self'; " \
	"connect-src 'self'; " \
	"font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; " \
	"base-uri 'none'"
#define ERROR_ID_BYTES 6

/* Without keys the desk serves all but what needs a secret; those pages say what to do. */
static const struct crypt_keys *load_keys(const struct conf *conf)
{
	struct crypt_keys *keys = NULL;
	struct explain why = { "key.file is not set" };
	if (!*conf->key_file || crypt_keys_load(conf->key_file, &keys, &why) != ERR_OK)
		LOG_WARN("desk.keys", F_CSTR("reason", why.text));
	return keys;
}

struct desk *desk_new(struct pool *pool, const struct conf *conf, const char *own_path, int connections)
{
	struct desk *desk = pool_new_of(pool, struct desk);
	struct explain why;
	*desk = (struct desk){ .conf = conf,
		.owner_url = conf->database_url,
		.own_path = own_path,
		.picture_program = picture_program(pool, own_path),
		.db = db_pool_new(conf, "deskbell-desk", connections),
		.templates = template_set_new(template_files, &why),
		.assets = assets_load(pool),
		.passwords = password_gate_new(),
		.gate = gate_new(pool, conf->run_dir),
		.keys = load_keys(conf),
		.secure = str_has_prefix(str_of(conf->public_base_url), STR("https://")) };
	if (!desk->templates)
		fatal(ERR_INTERNAL, "%s", why.text);
	return desk;
}

void desk_free(struct desk *desk)
{
	db_pool_free(desk->db);
	template_set_free((struct template_set *)(uintptr_t)desk->templates);
	password_gate_free(desk->passwords);
	crypt_keys_free((struct crypt_keys *)(uintptr_t)desk->keys);
}

/* ---- errors ---- */

static const struct {
	int status;
	const char *title, *words;
} errors[] = {
	{ 400, T("Bad request"), T("The request was not complete or not well-formed. Go back and try again.") },
	{ 401, T("Sign in first"), T("You are not signed in, or your session has ended. Sign in.") },
	{ 403, T("Not allowed"), T("You don't have permission to do this. Ask an administrator.") },
	{ 404, T("Not found"), T("The page was not found. It may have been deleted.") },
	{ 405, T("Bad request"), T("Method not allowed") },
	{ 408, T("Too slow"), T("The request took too long to arrive. Try again.") },
	{ 409, T("Changed meanwhile"), T("Another user has changed this. Load the page again.") },
	{ 413, T("Too large"), T("The request is too large. Send less.") },
	{ 429, T("Too many attempts"), T("Too many attempts. Wait a little, then try again.") },
	{ 500, T("Something went wrong"),
		T("The server made an error. Try again. If it happens again, report the reference below.") },
	{ 503, T("Not available"), T("The desk is not available at the moment. Try again in a minute.") },
};
#define ERRORS (sizeof(errors) / sizeof(errors[0]))

static size_t desk_serve_error_of(int status)
{
	for (size_t i = 0; i < ERRORS; i++)
		if (errors[i].status == status)
			return i;
	return desk_serve_error_of(500);
}

static struct str error_id(struct desk_request *v)
{
	struct buf id;
	buf_init(&id, 32);
	crypt_random_token(&id, ERROR_ID_BYTES);
	return pool_take(v->pool, &id);
}

/* Where to go on from an error. */
static void write_way_on(struct desk_request *v, struct json_writer *w)
{
	bool out = v->caller.kind == CALLER_NOBODY, lonely = !out && !v->caller.org_id;
	json_member_str(w, "href", lonely ? STR("/account") : STR("/"));
	json_member_str(w, "link",
		str_of(request_translate(v, out      ? T("Sign in")
					    : lonely ? T("Your account")
						     : T("Back to the inbox"))));
}

/* `id` is absent for what is no mistake of ours. */
static enum err answer_error(struct desk_request *v, int status, const char *words, struct str id)
{
	size_t i = desk_serve_error_of(status);
	v->answered = true;
	words = request_translate(v, words ? words : errors[i].words);
	if (v->answer == ANSWER_TEXT) {
		respond_text(v->response, status, str_of(words));
		buf_addf(&v->response->body, "%s%.*s\n", id.p ? " " : "", (int)id.n, id.p ? id.p : "");
		return ERR_OK;
	}
	struct str session = request_cookie(v, COOKIE_SESSION);
	if (!v->csrf.p && status >= 500 && token_is_shaped(session))
		v->csrf = csrf_of(v->pool, session); /* the form can be sent again once the database is back */
	struct json_writer *w = page_begin(v, "error", "none", errors[i].title);
	json_key(w, "problem");
	json_begin_object(w);
	json_member_i64(w, "status", status);
	json_member_str(w, "title", str_of(request_translate(v, errors[i].title)));
	json_member_str(w, "words", str_of(words));
	write_way_on(v, w);
	page_write_text(w, "reference", id);
	json_end_object(w);
	kept_write(v, w, status);
	return page_end(v, status);
}

enum err request_refuse(struct desk_request *v, int status, const char *words)
{
	return answer_error(v, status, words, STR_NONE);
}

enum err request_refuse_for(struct desk_request *v, int status, const char *words, int64_t seconds)
{
	response_header(v->response, "Retry-After", pool_printf(v->pool, "%lld", (long long)seconds));
	return answer_error(v, status, words, STR_NONE);
}

/* What a handler returned. The cause was logged where it is known; here it gets the id that the page shows. */
static void desk_serve_fail(struct desk_request *v, enum err e)
{
	int status = err_info(e)->http_status;
	struct str id = status >= 500 ? error_id(v) : STR_NONE;
	const struct log_field fields[] = { F_STR("id", id), F_CSTR("error", err_info(e)->name),
		F_CSTR("route", v->route ? v->route->path : ""), F_INT("org", v->caller.org_id), { .key = NULL } };
	if (status == 503) /* while the database is unreachable, every request */
		log_write_limited(LOG_LEVEL_ERROR, "web.error", fields);
	else if (status >= 500)
		log_write(LOG_LEVEL_ERROR, "web.error", fields);
	if (status == 503)
		response_header(v->response, "Retry-After", STR("5"));
	v->no_counts = true;
	if (answer_error(v, status, NULL, id) == ERR_OK)
		return;
	v->answer = ANSWER_TEXT;
	if (answer_error(v, status, NULL, id) != ERR_OK)
		respond_error(v->response, ERR_INTERNAL);
}

/* ---- one request ---- */

static enum answer_kind wanted_answer(const struct request *request)
{
	struct str accept = request_header(request, "HTTP_ACCEPT");
	bool html = accept.p && memmem(accept.p, accept.n, "text/html", 9);
	bool json = accept.p && memmem(accept.p, accept.n, "application/json", 16);
	bool text = accept.p && memmem(accept.p, accept.n, "text/plain", 10);
	if (html)
		return ANSWER_HTML;
	if (json || (bearer_of(request).p && !text))
		return ANSWER_JSON;
	return text ? ANSWER_TEXT : ANSWER_HTML;
}

static void desk_serve_add_headers(struct desk_request *v)
{
	static const struct {
		const char *name, *value;
	} always[] = { { "Content-Security-Policy", CSP }, { "Referrer-Policy", "same-origin" },
		{ "Permissions-Policy", "camera=(), geolocation=(), microphone=(self), payment=(), usb=()" },
		{ "Cross-Origin-Opener-Policy", "same-origin" }, { "Cross-Origin-Resource-Policy", "same-origin" },
		{ "X-Frame-Options", "DENY" },
		{ "Vary", "Accept, Accept-Encoding, Accept-Language, Cookie, Authorization" } };
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		response_header(v->response, always[i].name, str_of(always[i].value));
	if (v->desk->secure)
		response_header(v->response, "Strict-Transport-Security", STR("max-age=31536000"));
}

static enum err desk_serve_log_body(const struct desk_request *v, enum err e)
{
	if (e != ERR_OK)
		LOG_LIMITED(LOG_LEVEL_INFO, "web.body", F_CSTR("route", v->route->path),
			F_CSTR("error", err_info(e)->name), F_INT("length", v->request->content_length));
	return e;
}

static enum err desk_serve_read_form(struct desk_request *v)
{
	struct str body = STR_NONE;
	if (v->route->body_max == 0)
		return ERR_OK;
	struct str type = request_header(v->request, "CONTENT_TYPE");
	bool streamed = v->route->body_max == STREAMED;
	v->form_read = true;
	if (streamed && str_has_prefix(type, STR("multipart/")))
		return desk_serve_log_body(v, upload_read(v, type));
	enum err e = request_body(v->request, streamed ? STREAMED_FIELDS_MAX : v->route->body_max, &body);
	if (e == ERR_OK)
		e = params_parse(v->pool, type, body, &v->params);
	return desk_serve_log_body(v, e);
}

static enum err check_csrf(struct desk_request *v)
{
	if (!strcmp(v->route->method, "GET") || csrf_is_right(v))
		return ERR_OK;
	LOG_LIMITED(LOG_LEVEL_WARN, "web.csrf", F_CSTR("route", v->route->path),
		F_STR("remote", v->request->remote_address),
		F_STR("origin", request_header(v->request, "HTTP_ORIGIN")));
	enum err e = request_refuse(v, 403,
		T("This form is out of date, or was not sent from the desk. Go back, load the page again, and send it "
		  "again."));
	return e == ERR_OK ? ERR_DENIED : e;
}

/* ERR_DENIED: answered already. */
static enum err desk_serve_run(struct desk_request *v)
{
	char allow[64];
	v->route = desk_route_find(desk_routes, v->request->method, v->request->path, &v->path, allow);
	if (!v->route) {
		v->response->allow = *allow ? pool_cstr(v->pool, str_of(allow)) : NULL;
		return request_refuse(v, *allow ? 405 : 404, NULL);
	}
	enum err e = caller_find(v);
	if (e == ERR_OK)
		e = caller_check(v);
	if (e == ERR_OK)
		e = desk_serve_read_form(v);
	if (e == ERR_OK)
		e = check_csrf(v);
	return e == ERR_OK ? v->route->handle(v) : e;
}

void desk_request_begin(struct desk_request *v)
{
	v->answer = wanted_answer(v->request);
	v->secure = request_is_secure(v->desk, v->request);
	v->locale.language = translation_negotiate(request_header(v->request, "HTTP_ACCEPT_LANGUAGE"));
	v->locale.translation = translation_of(v->locale.language);
	v->locale.now_ms = clock_wall_ms();
	v->response->is_head = str_equal(v->request->method, STR("HEAD"));
	desk_serve_add_headers(v);
}

void desk_serve(void *desk, struct request *request, struct response *response)
{
	int64_t began = clock_mono_us();
	struct desk_request v = {
		.desk = desk, .request = request, .response = response, .pool = request->pool, .place = -1
	};
	desk_request_begin(&v);
	enum err e = update_is_needed(&v) ? update_serve(&v) : desk_serve_run(&v);
	if (e != ERR_OK && !(e == ERR_DENIED && v.answered))
		desk_serve_fail(&v, e);
	request_put_db(&v);
	compress_response(request_header(request, "HTTP_ACCEPT_ENCODING"), response);
	request_leave_gate(&v);
	buf_fini(&v.model);
	LOG_DEBUG("web.served", F_CSTR("route", v.route ? v.route->path : ""), F_INT("status", response->status),
		F_INT("took_us", clock_mono_us() - began));
}

/* ---- what is no page ---- */

enum err desk_health_live(struct desk_request *v)
{
	health_respond_live(v->response);
	return ERR_OK;
}

enum err desk_health_ready(struct desk_request *v)
{
	health_respond_ready(v->desk->db, v->request, v->response);
	return ERR_OK;
}

enum err desk_asset(struct desk_request *v)
{
	const struct asset *asset = asset_at(v->desk->assets, v->request->path);
	if (asset)
		v->response->cache_control = "public, max-age=31536000, immutable";
	return request_answer_asset(v, asset);
}

enum err desk_home(struct desk_request *v)
{
	request_redirect(v, "/inbox?view=waiting");
	return ERR_OK;
}
