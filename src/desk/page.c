/*
 * page.c - from a model to what is sent.
 *
 * Owns the common members of every model (who is there, where, what can be reached) and the layout. The same model is
 * the answer to a program, so a page and its JSON cannot differ. Fails as a whole: a template that cannot be rendered
 * is an error page.
 */
#include "desk/desk.h"

#include "channel/channel.h"
#include "desk/format/avatar.h"
#include "desk/template/template.h"

#define COUNTED 100 /* the limit in desk_counts */

static void write_assets(struct desk_request *v)
{
	static const struct {
		const char *key, *name;
	} wanted[] = { { "css", "desk.css" }, { "js", "desk.js" }, { "thread", "desk-thread.js" },
		{ "forms", "desk-forms.js" }, { "tabs", "desk-tabs.js" }, { "list", "desk-list.js" },
		{ "bulk", "desk-bulk.js" }, { "files", "desk-files.js" }, { "viewer", "desk-viewer.js" },
		{ "voice", "desk-voice.js" }, { "push", "push.js" }, { "touch", "icon-180.png" },
		{ "icons", "icons.svg" }, { "logo", "logo.svg" } };
	json_key(&v->w, "assets");
	json_begin_object(&v->w);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const struct asset *asset = asset_named(v->desk->assets, wanted[i].name);
		json_member_str(&v->w, wanted[i].key, str_of(asset ? asset->path : NULL));
	}
	json_end_object(&v->w);
}

void page_write_flag(struct json_writer *w, const char *key, struct str which)
{
	char name[64] = "";
	memcpy(name, which.p ? which.p : "", which.n < sizeof(name) ? which.n : 0);
	json_key(w, key);
	json_begin_object(w);
	if (*name)
		json_member_bool(w, name, true);
	json_end_object(w);
}

void page_write_text(struct json_writer *w, const char *key, struct str text)
{
	json_member_str(w, key, text.p ? text : STR(""));
}

void page_write_pager(struct json_writer *w, struct str newer, struct str older)
{
	if (!newer.n && !older.n) {
		json_member_bool(w, "pager", false);
		return;
	}
	json_key(w, "pager");
	json_begin_object(w);
	page_write_text(w, "newer", newer);
	page_write_text(w, "older", older);
	json_end_object(w);
}

static void write_user(struct desk_request *v)
{
	const struct caller *c = &v->caller;
	json_key(&v->w, "user");
	json_begin_object(&v->w);
	json_member_i64(&v->w, "id", c->id);
	json_member_str(&v->w, "email", c->email);
	json_member_str(&v->w, "name", c->name);
	json_member_str(&v->w, "initials", person_initials(v->pool, c->name.n ? c->name : c->email));
	json_member_str(&v->w, "role", str_of(role_name(c->role)));
	json_member_bool(&v->w, "is_admin", c->role >= ROLE_ADMIN);
	json_member_bool(&v->w, "is_owner", c->role == ROLE_OWNER);
	json_end_object(&v->w);
	if (!c->orgs.p)
		return;
	json_key(&v->w, "orgs");
	json_write_raw(&v->w, c->orgs);
}

static void write_org(struct desk_request *v)
{
	const struct caller *c = &v->caller;
	json_key(&v->w, "org");
	json_begin_object(&v->w);
	json_member_i64(&v->w, "id", c->org_id);
	json_member_str(&v->w, "name", c->org_name);
	json_member_str(&v->w, "bot_mode", c->bot_mode);
	json_member_bool(&v->w, "bot_active", str_equal(c->bot_mode, STR("active")));
	json_member_bool(&v->w, "bot_shadow", str_equal(c->bot_mode, STR("shadow")));
	json_member_bool(&v->w, "bot_off", str_equal(c->bot_mode, STR("off")));
	json_end_object(&v->w);
}

static enum err page_load_bars(struct desk_request *v)
{
	struct sql_desk_bars_rows rows;
	enum err e = sql_desk_bars(v->db, v->pool, v->caller.org_id, &rows);
	if (e == ERR_OK) {
		v->bars = pool_new_of(v->pool, struct sql_desk_bars_row);
		*v->bars = sql_desk_bars_row(&rows, 0);
	}
	return e;
}

enum err page_load_counts(struct desk_request *v)
{
	struct sql_desk_counts_rows rows;
	int64_t user = v->caller.kind == CALLER_PERSON ? v->caller.id : 0;
	enum err e = sql_desk_counts(v->db, v->pool, v->caller.org_id, user, &rows);
	if (e == ERR_OK) {
		v->counts = pool_new_of(v->pool, struct sql_desk_counts_row);
		*v->counts = sql_desk_counts_row(&rows, 0);
		e = page_load_bars(v);
	}
	return e;
}

static enum err page_count(struct desk_request *v, void *arg)
{
	(void)arg;
	return page_load_counts(v);
}

/* What was counted up to `COUNTED` only is told as "99" and more. */
static void write_count(struct desk_request *v, const char *key, const char *more_key, int64_t n)
{
	json_member_i64(&v->w, key, n < COUNTED ? n : COUNTED - 1);
	json_member_bool(&v->w, more_key, n >= COUNTED);
}

/* What every page says while nothing can be sent. */
static void page_write_bars(struct desk_request *v)
{
	const struct sql_desk_bars_row *b = v->bars;
	const struct channel_ops *ops = b->platform.p ? channel_find(b->platform) : NULL;
	json_key(&v->w, "bars");
	json_begin_object(&v->w);
	json_member_bool(&v->w, "stuck", b->is_stuck);
	page_member_or_false(&v->w, "channel", ops ? str_of(ops->title) : b->platform);
	page_write_text(&v->w, "since", b->platform.p ? locale_time(v->pool, &v->locale, b->since_ms) : STR_NONE);
	page_member_or_false(&v->w, "reason", request_reason_whole(v, b->reason));
	page_write_text(&v->w, "href",
		pool_printf(
			v->pool, "/settings/channels/%.*s", (int)b->platform.n, b->platform.p ? b->platform.p : ""));
	json_end_object(&v->w);
}

/* What the menu shows next to its entries; a page without it is better than none. */
static void write_counts(struct desk_request *v)
{
	if (!v->counts && (v->no_counts || request_transaction(v, page_count, NULL) != ERR_OK))
		return;
	json_key(&v->w, "counts");
	json_begin_object(&v->w);
	write_count(v, "waiting", "waiting_more", v->counts->waiting);
	write_count(v, "mine", "mine_more", v->counts->mine);
	json_member_i64(&v->w, "newest", v->counts->newest);
	page_write_text(&v->w, "newest_from", v->counts->newest_from);
	json_end_object(&v->w);
	page_write_bars(v);
}

static void page_write_flash(struct desk_request *v)
{
	struct str code = request_cookie(v, COOKIE_FLASH);
	bool good = false;
	const char *words = code.p ? flash_find(code, &good) : NULL;
	if (!words)
		return;
	request_set_cookie(v, COOKIE_FLASH, STR(""), 0);
	json_key(&v->w, "flash");
	json_begin_object(&v->w);
	json_member_bool(&v->w, "good", good);
	json_member_str(&v->w, "text", str_of(request_translate(v, words)));
	json_end_object(&v->w);
}

static void page_write_page(struct desk_request *v, const char *name, const char *nav, const char *title)
{
	json_key(&v->w, "page");
	json_begin_object(&v->w);
	json_member_str(&v->w, "name", str_of(name));
	json_member_str(&v->w, "title", str_of(request_translate(v, title)));
	json_end_object(&v->w);
	json_key(&v->w, "nav");
	json_begin_object(&v->w);
	json_member_bool(&v->w, nav, true);
	json_end_object(&v->w);
}

struct json_writer *page_begin(struct desk_request *v, const char *name, const char *nav, const char *title)
{
	v->template = name;
	buf_fini(&v->model);
	buf_init(&v->model, 16 << 20);
	json_writer_init(&v->w, &v->model);
	json_begin_object(&v->w);
	json_member_str(&v->w, "lang", str_of(v->locale.language));
	json_member_str(&v->w, "dir", STR("ltr"));
	page_write_page(v, name, nav, title);
	write_assets(v);
	json_member_str(&v->w, "csrf", csrf_masked(v->pool, v->csrf));
	if (v->caller.kind == CALLER_PERSON)
		write_user(v);
	if (v->caller.org_id)
		write_org(v);
	if (v->caller.org_id && v->caller.role >= ROLE_OPERATOR && strcmp(name, "error") != 0)
		write_counts(v);
	if (v->answer == ANSWER_HTML && !v->fragment)
		page_write_flash(v);
	return &v->w;
}

size_t page_html_bytes(struct str s)
{
	size_t bytes = s.n;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("&<>\"'", s.p[i]))
			bytes += 5;
	return bytes;
}

void page_member_or_false(struct json_writer *w, const char *key, struct str s)
{
	json_key(w, key);
	if (str_is_empty(s))
		json_write_bool(w, false);
	else
		json_write_str(w, s);
}

void page_write_reason(struct desk_request *v, const char *key, struct str reason)
{
	page_member_or_false(&v->w, key, request_reason(v, reason));
	page_member_or_false(&v->w, pool_printf(v->pool, "%s_code", key).p, reason_code(v->pool, reason));
}

/* Parts of a model that not every page has: a visitor has not signed in, a form was not sent, an item of a thread is
 * one of three kinds. */
static bool page_may_lack(struct str name)
{
	static const char *const parts[] = { "flash", "user", "org", "orgs", "visited", "counts", "bars", "form",
		"bubble", "event", "suggestion" };
	struct str first = str_take_until(&name, '.');
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_equal(first, str_of(parts[i])))
			return true;
	return false;
}

/* A misspelt name would leave a hole in the page that no one sees: tests refuse a log with this event. */
static void page_missing_name(void *arg, const char *in, struct str name)
{
	struct desk_request *v = arg;
	if (!page_may_lack(name))
		LOG_LIMITED(LOG_LEVEL_ERROR, "page.missing_name", F_CSTR("page", v->template), F_CSTR("template", in),
			F_STR("name", name));
}

static enum err page_render(struct desk_request *v, const char *name, struct buf *out)
{
	const struct json *model;
	struct template_input input = { .translation = v->locale.translation, .missing = page_missing_name, .arg = v };
	struct buf content;
	struct explain why;
	enum err e = json_parse_own(v->pool, buf_str(&v->model), &model, &why);
	if (e != ERR_OK)
		return e;
	input.model = model;
	buf_init(&content, out->max);
	e = template_render(v->desk->templates, name, &input, v->fragment ? out : &content);
	input.content = buf_str(&content);
	if (e == ERR_OK && !v->fragment)
		e = template_render(v->desk->templates, "layout", &input, out);
	buf_fini(&content);
	return e;
}

enum err page_end(struct desk_request *v, int status)
{
	struct response *response = v->response;
	enum err e = ERR_OK;
	json_end_object(&v->w);
	if (v->model.err != ERR_OK)
		return ERR_INTERNAL;
	buf_reset(&response->body);
	if (v->answer == ANSWER_JSON) {
		buf_add_str(&response->body, buf_str(&v->model));
		response->content_type = "application/json";
	} else {
		e = page_render(v, v->template, &response->body);
		response->content_type = "text/html; charset=utf-8";
	}
	response->status = status;
	return e == ERR_OK ? response->body.err : e == ERR_NOT_FOUND ? ERR_INTERNAL : e;
}
