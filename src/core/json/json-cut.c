/*
 * json-cut.c - a part of a document that is too large to be read at once.
 *
 * Owns nothing: it walks through the bytes and copies them, all but those elements of certain arrays that are not
 * wanted. It never decides whether they are JSON, which the parser does with what comes out. A member whose name is
 * written with escapes is no part of the path: what it holds stays whole.
 */
#include "core/json/json.h"

struct cut {
	struct str text;
	const char *const *path;
	size_t at, copied; /* next byte to look at; what is in `out` already, or left out */
	size_t depth;
	struct {
		bool is_array;
		int matched; /* names of the path that lead here; -1: it leads elsewhere */
	} levels[JSON_DEPTH_MAX];
	int next; /* as `matched`, of the value that the last name announces */
	struct buf *out;
};

static size_t json_cut_string_end(struct str text, size_t at)
{
	for (at++; at < text.n && text.p[at] != '"'; at++)
		at += text.p[at] == '\\';
	return at < text.n ? at + 1 : text.n;
}

/* Where the comma or the bracket behind an element is. */
static size_t json_cut_element_end(struct str text, size_t at)
{
	for (size_t depth = 0; at < text.n;) {
		char c = text.p[at];
		if (depth == 0 && (c == ',' || c == ']' || c == '}'))
			return at;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		at = c == '"' ? json_cut_string_end(text, at) : at + 1;
	}
	return text.n;
}

/* The next byte that is no space; ']' at the end of the text, too. */
static char json_cut_skip_space(struct cut *c)
{
	while (c->at < c->text.n && strchr(" \t\r\n", c->text.p[c->at]) && c->text.p[c->at])
		c->at++;
	return c->at < c->text.n ? c->text.p[c->at] : ']';
}

/* Copies the wanted elements of the array that begins at `at`; returns how many it has. */
static size_t json_cut_elements(struct cut *c, size_t first, size_t n, size_t before)
{
	size_t kept = 0, nth = before;
	buf_add(c->out, c->text.p + c->copied, c->at - c->copied);
	while (json_cut_skip_space(c) != ']') {
		size_t start = c->at, end = json_cut_element_end(c->text, start);
		if (nth >= first && nth - first < n) {
			buf_add_cstr(c->out, kept++ ? "," : "");
			buf_add(c->out, c->text.p + start, end - start);
		}
		nth++;
		c->at = end;
		if (json_cut_skip_space(c) != ',')
			break;
		c->at++;
	}
	c->copied = c->at;
	return nth - before;
}

static int json_cut_matched(const struct cut *c)
{
	if (c->depth == 0)
		return 0;
	return c->levels[c->depth - 1].is_array ? c->levels[c->depth - 1].matched : c->next;
}

static void json_cut_name(struct cut *c)
{
	size_t end = json_cut_string_end(c->text, c->at);
	int matched = c->depth ? c->levels[c->depth - 1].matched : -1;
	struct str name = { c->text.p + c->at + 1, end > c->at + 1 ? end - c->at - 2 : 0 };
	if (c->depth && !c->levels[c->depth - 1].is_array)
		c->next = matched >= 0 && c->path[matched] && str_equal(name, str_of(c->path[matched])) ? matched + 1
													: -1;
	c->at = end;
}

size_t json_cut(struct buf *out, struct str text, const char *const *path, size_t first, size_t n)
{
	struct cut c = { .text = text, .path = path, .out = out };
	size_t total = 0;
	while (c.at < text.n) {
		char byte = text.p[c.at];
		if (byte == '"') {
			json_cut_name(&c);
			continue;
		}
		c.at++;
		if (byte == '}' || byte == ']') {
			c.depth -= c.depth > 0;
		} else if (byte == '{' || byte == '[') {
			int matched = json_cut_matched(&c);
			if (c.depth == JSON_DEPTH_MAX)
				break;
			c.levels[c.depth].is_array = byte == '[';
			c.levels[c.depth++].matched = matched;
			if (byte == '[' && matched >= 0 && !path[matched])
				total += json_cut_elements(&c, first, n, total);
		}
	}
	buf_add(out, text.p + c.copied, text.n - c.copied);
	return total;
}
