/*
 * desk-request.c - what every handler stands on: the database, redirects, conditional answers.
 *
 * Tenant data is only reached between db_begin_proven and db_commit; there is no way here into the system scope.
 */
#include "desk/desk.h"

#include "core/log.h"
#include "domain/work/autostart.h"
#include "domain/work/wake.h"

#include <unistd.h>

#define RACES_MAX 5

const char *request_translate(const struct desk_request *v, const char *words)
{
	return translation_find(v->locale.translation, words);
}

static struct str desk_request_sentence(struct desk_request *v, struct str text)
{
	return str_is_empty(text) ? STR_NONE : locale_sentence(v->pool, &v->locale, text);
}

struct str request_reason(struct desk_request *v, struct str reason)
{
	return desk_request_sentence(v, reason_text(v->pool, v->locale.translation, reason));
}

struct str request_reason_next(struct desk_request *v, struct str reason)
{
	return desk_request_sentence(v, reason_next(v->pool, v->locale.translation, reason));
}

struct str request_reason_whole(struct desk_request *v, struct str reason)
{
	return desk_request_sentence(v, reason_whole(v->pool, v->locale.translation, reason));
}

struct str request_explain(struct desk_request *v, const struct explain *why)
{
	if (*why->reason)
		return request_reason_whole(v, str_of(why->reason));
	return locale_sentence(v->pool, &v->locale, pool_str(v->pool, str_of(why->text)));
}

struct db *request_db(struct desk_request *v)
{
	if (!v->db)
		v->db = db_pool_take(v->desk->db);
	return v->db;
}

void request_put_db(struct desk_request *v)
{
	if (v->db)
		db_pool_put(v->desk->db, v->db);
	v->db = NULL;
}

static enum err request_try_transaction(
	struct desk_request *v, enum err (*body)(struct desk_request *v, void *arg), void *arg)
{
	struct str proof = token_hash(v->pool, v->caller.token);
	enum err e = db_begin_proven(request_db(v), proof, v->caller.org_id);
	if (e == ERR_DENIED) /* the session or the token has ended since the caller was looked up */
		LOG_INFO("web.proof_ended", F_INT("org", v->caller.org_id));
	if (e != ERR_OK)
		return e;
	if ((e = body(v, arg)) != ERR_OK) {
		db_rollback(v->db);
		return e;
	}
	return db_commit(v->db);
}

enum err request_transaction(struct desk_request *v, enum err (*body)(struct desk_request *v, void *arg), void *arg)
{
	enum err e = ERR_DB_RACE;
	if (v->caller.org_id == 0)
		bug("a transaction of no organisation at %s", v->route->path);
	for (int i = 0; i < RACES_MAX && e == ERR_DB_RACE; i++) {
		if (i > 0)
			usleep((useconds_t)i * 5000);
		e = request_try_transaction(v, body, arg);
	}
	return e;
}

const char *request_actor(const struct desk_request *v)
{
	return pool_printf(
		v->pool, "%s:%lld", v->caller.kind == CALLER_TOKEN ? "token" : "user", (long long)v->caller.id)
		.p;
}

enum err request_audit(struct desk_request *v, const char *action, struct str detail)
{
	return sql_audit(request_db(v), v->pool, v->caller.org_id, str_of(request_actor(v)), str_of(action), detail);
}

bool path_is_own(struct str path)
{
	if (path.n == 0 || path.n > 1000 || path.p[0] != '/' || (path.n > 1 && path.p[1] == '/'))
		return false;
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] <= 0x20 || path.p[i] >= 0x7f || strchr("\\\"<>'`{}|^", path.p[i]))
			return false;
	return true;
}

struct json_writer request_begin_object(struct desk_request *v, const char *type)
{
	struct json_writer w;
	v->response->status = 200;
	v->response->content_type = type;
	buf_reset(&v->response->body);
	json_writer_init(&w, &v->response->body);
	json_begin_object(&w);
	return w;
}

enum err request_answer_asset(struct desk_request *v, const struct asset *asset)
{
	if (!asset)
		return ERR_NOT_FOUND;
	if (request_not_modified(v, str_of(asset->path)))
		return ERR_OK;
	v->response->status = 200;
	v->response->content_type = asset->type;
	buf_reset(&v->response->body);
	buf_add_str(&v->response->body, asset->bytes);
	return v->response->body.err;
}

void request_redirect(struct desk_request *v, const char *path)
{
	if (!path_is_own(str_of(path)))
		bug("a redirect to somewhere else");
	if (v->answer == ANSWER_JSON) {
		struct json_writer w = request_begin_object(v, "application/json");
		json_member_bool(&w, "ok", true);
		json_member_str(&w, "location", str_of(path));
		json_end_object(&w);
		return;
	}
	bool as_header = str_equal(request_header(v->request, "HTTP_X_REDIRECT"), STR("header"));
	respond_text(v->response, as_header ? 200 : 303, STR(""));
	response_header(v->response, as_header ? "X-Location" : "Location", str_of(path));
}

void flash_set(struct desk_request *v, const char *code)
{
	bool good;
	if (!flash_find(str_of(code), &good))
		bug("nothing is said by %s", code);
	request_set_cookie(v, COOKIE_FLASH, str_of(code), 60);
}

struct str request_query_text(struct desk_request *v, const char *name, size_t max)
{
	struct str s = str_cut(str_trim(request_query(v->request, name)), max);
	return s.n && str_is_utf8(s) && str_find_char(s, '\0') < 0 ? s : STR_NONE;
}

bool request_next_etag(struct str *list, struct str *etag)
{
	while (list->p) {
		struct str one = str_trim(str_take_until(list, ','));
		if (str_has_prefix(one, STR("W/")))
			one = (struct str){ one.p + 2, one.n - 2 };
		if (one.n < 2 || one.p[0] != '"' || one.p[one.n - 1] != '"')
			continue;
		*etag = (struct str){ one.p + 1, one.n - 2 };
		return true;
	}
	return false;
}

void request_set_etag(struct desk_request *v, struct str etag)
{
	response_header(v->response, "ETag", pool_printf(v->pool, "\"%.*s\"", (int)etag.n, etag.p));
	if (!v->response->cache_control)
		v->response->cache_control = "private, no-cache";
}

bool request_not_modified(struct desk_request *v, struct str etag)
{
	struct str list = request_header(v->request, "HTTP_IF_NONE_MATCH"), known;
	request_set_etag(v, etag);
	while (request_next_etag(&list, &known))
		if (str_equal(known, etag)) {
			respond_text(v->response, 304, STR(""));
			return true;
		}
	return false;
}

const char *request_quota(struct desk_request *v, const struct explain *why)
{
	struct str words = request_explain(v, why);
	return pool_printf(v->pool, "%.*s.", (int)words.n, words.p).p;
}

#define BUSY_S "5"

bool request_enter_gate(struct desk_request *v, enum gate_kind kind)
{
	if (v->place >= 0)
		bug("a request does two things that take long");
	v->place = gate_enter(v->desk->gate, kind, v->caller.org_id);
	if (v->place < 0)
		request_is_busy(v);
	return v->place >= 0;
}

void request_is_busy(struct desk_request *v)
{
	response_header(v->response, "Retry-After", STR(BUSY_S));
	v->is_busy = true;
}

void request_leave_gate(struct desk_request *v)
{
	if (v->place >= 0)
		close(v->place);
	v->place = -1;
}

const char *request_busy_text(const struct desk_request *v, enum gate_kind kind)
{
	static const char *const words[] = {
		[GATE_DOCUMENTS] =
			T("Other documents are being read, so nothing was changed. Try again in a few seconds; "
			  "if you chose a file, choose it again."),
		[GATE_SKILLS] =
			T("Other skills are being imported or tried, so nothing was changed. Try again in a few "
			  "seconds; if you chose a file, choose it again."),
		[GATE_REMOTE] =
			T("Other connections are being tested, so this one was not. Try again in a few seconds."),
		[GATE_PICTURES] =
			T("Other pictures are being prepared, so nothing was sent. Try again in a few seconds."),
	};
	return request_translate(v, words[kind]);
}

enum err request_refuse_busy(struct desk_request *v, enum gate_kind kind)
{
	return request_refuse(v, 503, request_busy_text(v, kind));
}

struct autostart {
	const struct desk *desk;
	enum autostart_need need;
};

static void request_autostart(void *arg)
{
	const struct autostart *k = arg;
	autostart_sender(k->desk->conf, k->desk->own_path, k->need);
}

enum err request_sender_is_alive(struct desk_request *v, bool *out)
{
	struct sql_sender_is_alive_rows r;
	enum err e = sql_sender_is_alive(v->db, v->pool, &r);
	if (e == ERR_OK)
		*out = sql_sender_is_alive_row(&r, 0).is_alive;
	return e;
}

void request_wake_sender(struct desk_request *v, bool sender_is_alive)
{
	enum wake_result woken = wake_senders(v->desk->conf->run_dir, &v->caller.org_id, 1);
	struct autostart *k = pool_new_of(v->pool, struct autostart);
	*k = (struct autostart){ v->desk, autostart_need(sender_is_alive, woken) };
	v->response->after = request_autostart;
	v->response->after_arg = k;
}

/* The Host header is written by the client; it only serves hosts without a name of their own. */
struct str request_base_url(struct desk_request *v)
{
	struct str host = request_header(v->request, "HTTP_HOST");
	if (*v->desk->conf->public_base_url)
		return str_of(v->desk->conf->public_base_url);
	return pool_printf(v->pool, "%s://%.*s", v->secure ? "https" : "http", (int)host.n, host.p ? host.p : "");
}
