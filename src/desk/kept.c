/*
 * kept.c - what was typed into a form that was not taken: it stands on the error page, to be sent again.
 *
 * For browsers without scripts; with them a form stays on its page. Keeps no password, no key and no file, and only
 * what a page of ours has sent, so that no other site can put words on an error page.
 */
#include "desk/desk.h"

#include "http/multipart.h"

#define KEPT_BODY_MAX 262144 /* bytes that are read of a request that is refused */
#define KEPT_LONG 12         /* bytes from which on a value is shown */

/* Files are passed over. */
static bool kept_begin_file(void *arg, const struct param *head)
{
	(void)arg, (void)head;
	return true;
}

static bool kept_skip(void *arg, struct str piece)
{
	(void)arg, (void)piece;
	return true;
}

static bool kept_end_file(void *arg)
{
	(void)arg;
	return true;
}

static enum err kept_read_parts(struct desk_request *v, struct str type)
{
	struct multipart m;
	if (!multipart_begin(&m, v->pool, type,
		    &(const struct multipart_files){ .begin = kept_begin_file, .add = kept_skip, .end = kept_end_file },
		    &v->params))
		return ERR_INVALID;
	enum err e = request_stream(v->request, KEPT_BODY_MAX, multipart_take, &m);
	return multipart_finish(&m) ? e : ERR_INVALID;
}

/* A request that was refused before its body was read. */
static enum err kept_read(struct desk_request *v)
{
	struct str type = request_header(v->request, "CONTENT_TYPE"), body;
	int64_t length = v->request->content_length;
	if (v->form_read)
		return ERR_OK;
	v->form_read = true;
	if (length <= 0 || length > KEPT_BODY_MAX)
		return ERR_TOO_LARGE;
	if (str_has_prefix(type, STR("multipart/")))
		return kept_read_parts(v, type);
	enum err e = request_body(v->request, KEPT_BODY_MAX, &body);
	return e == ERR_OK ? params_parse(v->pool, type, body, &v->params) : e;
}

static bool kept_is_secret(struct str name)
{
	static const char *const parts[] = { "password", "secret", "token", "_key", "code" };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (memmem(name.p, name.n, parts[i], strlen(parts[i])))
			return true;
	return false;
}

/* What a person has typed, rather than what a page carries. */
static bool kept_is_long(const struct param *p)
{
	static const char *const carried[] = { "key", "next", "seen" };
	for (size_t i = 0; i < sizeof(carried) / sizeof(carried[0]); i++)
		if (str_equal(p->name, str_of(carried[i])))
			return false;
	return p->value.n >= KEPT_LONG || str_find_char(p->value, '\n') >= 0;
}

static bool kept_is_text(const struct param *p)
{
	return !p->file_name.p && str_is_utf8(p->name) && str_is_utf8(p->value) && str_find_char(p->name, '\0') < 0
	       && str_find_char(p->value, '\0') < 0 && !str_equal(p->name, STR("csrf"));
}

/* Returns whether a secret was left out. */
static bool kept_write_fields(struct json_writer *w, const struct params *params)
{
	bool secrets = false;
	json_key(w, "fields");
	json_begin_array(w);
	for (int i = 0; i < params->n; i++) {
		const struct param *p = &params->items[i];
		bool secret = kept_is_secret(p->name);
		secrets |= secret && p->value.n > 0;
		if (secret || !kept_is_text(p))
			continue;
		json_begin_object(w);
		json_member_str(w, "name", p->name);
		json_member_str(w, "value", p->value);
		json_member_bool(w, "long", kept_is_long(p));
		json_end_object(w);
	}
	json_end_array(w);
	return secrets;
}

static bool kept_is_wanted(struct desk_request *v)
{
	return v->answer == ANSWER_HTML && v->route && !strcmp(v->route->method, "POST") && v->route->body_max > 0
	       && request_is_from_here(v) && kept_read(v) == ERR_OK && v->params.n > 0;
}

void kept_write(struct desk_request *v, struct json_writer *w, int status)
{
	struct str path = v->request->path, query = v->request->query;
	if (query.n)
		path = pool_printf(v->pool, "%.*s?%.*s", (int)path.n, path.p, (int)query.n, query.p);
	if (!kept_is_wanted(v) || !path_is_own(path)) {
		json_member_bool(w, "kept", false);
		return;
	}
	if (!v->csrf.p) /* the next page has one */
		page_write_text(w, "csrf", STR_NONE);
	struct str type = request_header(v->request, "CONTENT_TYPE");
	bool multipart = str_has_prefix(type, STR("multipart/"));
	json_key(w, "kept");
	json_begin_object(w);
	json_member_str(w, "action", path);
	json_member_bool(w, "multipart", multipart);
	json_member_bool(w, "files", multipart);
	json_member_bool(w, "signed_out", status == 401);
	json_member_bool(w, "secrets", kept_write_fields(w, &v->params));
	json_end_object(w);
}
