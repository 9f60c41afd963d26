/*
 * request.c - what every request and response needs, independent of the transport.
 */
#include "http/request.h"

#include "core/log.h"

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* application/x-www-form-urlencoded: + is a space, %XX a byte. Absent when a percent sign is not followed by two
 * digits. What holds neither is not copied: a body may have as many pairs as bytes. */
static struct str request_decode(struct pool *pool, struct str s)
{
	if (str_find_char(s, '%') < 0 && str_find_char(s, '+') < 0)
		return s;
	char *out = pool_alloc(pool, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			out[n++] = s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1, low = high >= 0 ? hex_digit(s.p[i + 2]) : -1;
		if (low < 0)
			return STR_NONE;
		out[n++] = (char)(high << 4 | low);
		i += 2;
	}
	return (struct str){ out, n };
}

bool urlencoded_next(struct pool *pool, struct str *rest, struct str *name, struct str *value)
{
	if (!rest->p)
		return false;
	struct str text = str_take_until(rest, '&');
	struct str key = str_take_until(&text, '=');
	*name = request_decode(pool, key);
	*value = request_decode(pool, text.p ? text : STR(""));
	return true;
}

struct str request_query(struct request *request, const char *name)
{
	struct str rest = request->query, found = STR_NONE, key, value;
	while (urlencoded_next(request->pool, &rest, &key, &value)) {
		if (!str_equal(key, str_of(name)))
			continue;
		if (found.p || !value.p)
			return STR_NONE;
		found = value;
	}
	return found;
}

struct str cookie_find(struct str header, const char *name)
{
	struct str found = STR_NONE;
	while (header.p) {
		struct str value = str_trim(str_take_until(&header, ';'));
		struct str key = str_take_until(&value, '=');
		if (!str_equal(key, str_of(name)))
			continue;
		if (found.p)
			return STR_NONE;
		found = value.p ? value : STR("");
	}
	return found;
}

void response_header(struct response *response, const char *name, struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f) {
			LOG_ERROR("web.header", F_CSTR("name", name), F_CSTR("reason", "a control character"));
			return;
		}
	buf_addf(&response->headers, "%s: %.*s\r\n", name, (int)value.n, value.p ? value.p : "");
}

void respond_text(struct response *response, int status, struct str text)
{
	response->status = status;
	response->content_type = "text/plain; charset=utf-8";
	buf_reset(&response->body);
	buf_add_str(&response->body, text);
}

void respond_error(struct response *response, enum err e)
{
	respond_text(response, err_info(e)->http_status, str_of(err_info(e)->message));
	buf_add_char(&response->body, '\n');
}
