/*
 * params.c - reads the three kinds of bodies that a form or a program sends.
 *
 * Owns the grammar of multipart/form-data (RFC 7578, RFC 2046 5.1): one pass over the body, nothing is copied but
 * names. Fails as a whole: half a form is no form.
 */
#include "http/params.h"

#include "core/json/json.h"
#include "http/request.h"

#define PART_HEADERS_MAX 4096
#define BOUNDARY_MAX 200

enum err params_add(struct pool *pool, struct params *p, struct param param)
{
	if (p->n == PARAMS_MAX)
		return ERR_INVALID;
	if (p->n % 32 == 0) {
		struct param *old = p->items;
		p->items = pool_new_array(pool, (size_t)p->n + 32, struct param);
		for (int i = 0; i < p->n; i++)
			p->items[i] = old[i];
	}
	p->items[p->n++] = param;
	return ERR_OK;
}

static enum err parse_urlencoded(struct pool *pool, struct str body, struct params *out)
{
	struct param param = { .name = STR_NONE };
	enum err e = ERR_OK;
	while (e == ERR_OK && urlencoded_next(pool, &body, &param.name, &param.value))
		e = !param.name.p || !param.value.p     ? ERR_INVALID
		    : param.name.n + param.value.n == 0 ? ERR_OK
							: params_add(pool, out, param);
	return e;
}

/* The value of a parameter of a header: name="value" or name=value. */
struct str params_of_header(struct str header, const char *name)
{
	str_take_until(&header, ';');
	while (header.p) {
		struct str rest = header;
		struct str key = str_trim(str_take_until(&rest, '='));
		struct str value = STR_NONE;
		if (!rest.p)
			return STR_NONE;
		if (rest.n && rest.p[0] == '"') {
			rest = (struct str){ rest.p + 1, rest.n - 1 };
			value = str_take_until(&rest, '"');
			if (!rest.p)
				return STR_NONE;
			str_take_until(&rest, ';');
		} else {
			value = str_trim(str_take_until(&rest, ';'));
		}
		if (str_equal_nocase(key, str_of(name)))
			return value;
		header = rest;
	}
	return STR_NONE;
}

static struct str media_type(struct str content_type)
{
	return str_trim(str_take_until(&content_type, ';'));
}

static struct str params_behind(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

struct param params_part_head(struct str head)
{
	struct param param = { .name = STR_NONE };
	bool is_form = true;
	while (head.p) {
		struct str line = str_take_until(&head, '\n');
		struct str key = str_trim(str_take_until(&line, ':'));
		if (line.p && str_equal_nocase(key, STR("content-disposition"))) {
			is_form = str_equal_nocase(media_type(str_trim(line)), STR("form-data"));
			param.name = params_of_header(line, "name");
			param.file_name = params_of_header(line, "filename");
		} else if (line.p && str_equal_nocase(key, STR("content-type"))) {
			param.type = str_trim(line);
		}
	}
	if (!is_form)
		param.name = STR_NONE;
	return param;
}

static enum err parse_part(struct pool *pool, struct str head, struct str value, struct params *out)
{
	struct param param = params_part_head(head);
	param.value = value;
	return param.name.p ? params_add(pool, out, param) : ERR_INVALID;
}

static const char *params_find_text(struct str s, struct str what)
{
	return memmem(s.p, s.n, what.p, what.n);
}

static enum err parse_multipart(struct pool *pool, struct str content_type, struct str body, struct params *out)
{
	struct str boundary = params_of_header(content_type, "boundary");
	if (str_is_empty(boundary) || boundary.n > BOUNDARY_MAX)
		return ERR_INVALID;
	struct str first = pool_printf(pool, "--%.*s", (int)boundary.n, boundary.p);
	struct str next = pool_printf(pool, "\r\n%.*s", (int)first.n, first.p);
	if (!str_has_prefix(body, first))
		return ERR_INVALID;
	body = params_behind(body, first.n);
	while (!str_has_prefix(body, STR("--"))) {
		if (!str_has_prefix(body, STR("\r\n")))
			return ERR_INVALID;
		struct str head_room = { body.p, body.n < PART_HEADERS_MAX ? body.n : PART_HEADERS_MAX };
		const char *head_end = params_find_text(head_room, STR("\r\n\r\n"));
		const char *end =
			head_end ? params_find_text(params_behind(body, (size_t)(head_end - body.p) + 2), next) : NULL;
		if (!end)
			return ERR_INVALID;
		struct str head = { body.p + 2, head_end > body.p ? (size_t)(head_end - body.p) - 2 : 0 };
		struct str value = { head_end + 4, end > head_end + 4 ? (size_t)(end - head_end) - 4 : 0 };
		enum err e = parse_part(pool, head, value, out);
		if (e != ERR_OK)
			return e;
		body = params_behind(body, (size_t)(end - body.p) + next.n);
	}
	return ERR_OK;
}

struct members {
	struct pool *pool;
	struct params *out;
	enum err err;
};

static bool params_take_member(void *arg, struct str key, const struct json *value)
{
	struct members *m = arg;
	struct str text = json_kind(value) == JSON_BOOL ? (json_bool(value, false) ? STR("on") : STR_NONE)
							: json_text(m->pool, value);
	if (text.p)
		m->err = params_add(m->pool, m->out, (struct param){ .name = key, .value = text });
	else if (json_kind(value) == JSON_ARRAY || json_kind(value) == JSON_OBJECT)
		m->err = ERR_INVALID;
	return m->err == ERR_OK;
}

static enum err parse_json(struct pool *pool, struct str body, struct params *out)
{
	const struct json *document;
	struct members m = { .pool = pool, .out = out };
	enum err e = json_parse(pool, body, &document, NULL);
	if (e != ERR_OK || json_kind(document) != JSON_OBJECT)
		return ERR_INVALID;
	json_each(document, params_take_member, &m);
	return m.err;
}

enum err params_parse(struct pool *pool, struct str content_type, struct str body, struct params *out)
{
	struct str type = media_type(content_type);
	*out = (struct params){ NULL, 0 };
	if (str_is_empty(body))
		return ERR_OK;
	if (str_equal_nocase(type, STR("application/x-www-form-urlencoded")))
		return parse_urlencoded(pool, body, out);
	if (str_equal_nocase(type, STR("multipart/form-data")))
		return parse_multipart(pool, content_type, body, out);
	if (str_equal_nocase(type, STR("application/json")))
		return parse_json(pool, body, out);
	return ERR_INVALID;
}

const struct param *params_find(const struct params *params, const char *name)
{
	const struct param *found = NULL;
	for (int i = 0; i < params->n; i++) {
		if (!str_equal(params->items[i].name, str_of(name)))
			continue;
		if (found)
			return NULL;
		found = &params->items[i];
	}
	return found;
}
