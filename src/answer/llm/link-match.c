/*
 * link-match.c - which link of the sources a link is, or was meant to be. Pure.
 *
 * Owns the normal form: scheme, "www.", standard ports, the host's case, needless percent signs and the slash at the
 * end make no difference (RFC 3986, section 6.2). Never repairs a host's name: another name is another place, however
 * much it looks the same.
 */
#include "answer/llm/link-parts.h"

#include "core/buf.h"

#define KNOWN_MAX 1000
#define LINK_MAX_BYTES 4096

static int link_match_hex_value(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static bool is_unreserved(int c)
{
	return c < 0x80
	       && (codepoint_is_letter((uint32_t)c) || codepoint_is_digit((uint32_t)c) || (c > 0 && strchr("-._~", c)));
}

/* Percent-encoding only where it must be, with capital digits. */
static void add_decoded(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		int high = s.p[i] == '%' && i + 2 < s.n ? link_match_hex_value(s.p[i + 1]) : -1;
		int low = high >= 0 ? link_match_hex_value(s.p[i + 2]) : -1;
		if (low < 0) {
			buf_add_char(out, s.p[i]);
			continue;
		}
		if (is_unreserved(high * 16 + low))
			buf_add_char(out, (char)(high * 16 + low));
		else
			buf_addf(out, "%%%X%X", high, low);
		i += 2;
	}
}

static struct str link_match_lowered(struct pool *pool, struct str s)
{
	char *copy = pool_cstr(pool, s);

	for (size_t i = 0; i < s.n; i++)
		copy[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
	return (struct str){ copy, s.n };
}

static struct str without_start(struct str s, struct str start)
{
	if (s.n >= start.n && str_equal_nocase((struct str){ s.p, start.n }, start))
		return (struct str){ s.p + start.n, s.n - start.n };
	return s;
}

static struct str without_end(struct str s, struct str end)
{
	if (str_has_suffix(s, end))
		s.n -= end.n;
	return s;
}

static size_t link_match_first_of(struct str s, const char *set)
{
	size_t n = 0;

	while (n < s.n && (s.p[n] == '\0' || !strchr(set, s.p[n])))
		n++;
	return n;
}

/* The code points as UTF-8, with what passes for ASCII as ASCII. */
static struct str plain_link(struct pool *pool, const struct skeleton *g, const struct link_span *span)
{
	struct buf raw, out;

	buf_init(&raw, LINK_MAX_BYTES);
	buf_init(&out, LINK_MAX_BYTES);
	for (size_t i = span->from; i < span->to; i++)
		buf_add_utf8(&raw, g->c[i]);
	add_decoded(&out, buf_str(&raw));
	/* One that is too long is cut here and equals nothing that is not cut likewise. */
	buf_fini(&raw);
	return pool_take(pool, &out);
}

static struct str normal_host(struct pool *pool, struct str host)
{
	host = without_end(host, STR(":80"));
	host = without_end(host, STR(":443"));
	while (str_has_suffix(host, STR(".")))
		host.n--;
	return link_match_lowered(pool, without_start(host, STR("www.")));
}

/* "/path/" and "?" make no difference to "/path". */
static struct str normal_rest(struct pool *pool, struct str rest)
{
	size_t path = link_match_first_of(rest, "?#");
	struct str tail = { rest.p + path, rest.n - path };

	while (path > 0 && rest.p[path - 1] == '/')
		path--;
	if (tail.n == 1)
		tail.n = 0;
	return pool_printf(pool, "%.*s%.*s", (int)path, rest.p, (int)tail.n, tail.p);
}

static void parse_web(struct pool *pool, struct str text, struct link *out)
{
	text = without_start(without_start(text, STR("http:")), STR("https:"));
	while (text.n > 0 && (text.p[0] == '/' || text.p[0] == '\\'))
		text = (struct str){ text.p + 1, text.n - 1 };
	size_t host = link_match_first_of(text, "/\\?#");
	out->host = normal_host(pool, (struct str){ text.p, host });
	out->rest = normal_rest(pool, (struct str){ text.p + host, text.n - host });
}

/* Without what only parts the groups of an account; its letters are capital ones. */
static struct str normal_code(struct pool *pool, struct str text)
{
	char *code = pool_cstr(pool, text);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ' && text.p[i] != '-')
			code[n++] = text.p[i];
	return (struct str){ code, n };
}

struct link link_parse(struct pool *pool, const struct skeleton *g, const struct link_span *span)
{
	struct link link = { .kind = span->kind, .shown = skeleton_source(g, span->from, span->to), .host = STR("") };
	struct str text = plain_link(pool, g, span);

	if (span->kind == LINK_WEB || span->kind == LINK_NAME)
		parse_web(pool, text, &link);
	else if (span->kind == LINK_SCHEME)
		link.rest = text;
	else if (span->kind == LINK_CODE)
		link.rest = normal_code(pool, text);
	else
		link.rest = link_match_lowered(pool, without_start(text, STR("mailto:")));
	if (span->kind == LINK_EMAIL) {
		link.rest.n = link_match_first_of(link.rest, "?/#:");
		if (link.shown.n > 7 && str_equal_nocase((struct str){ link.shown.p, 7 }, STR("mailto:")))
			link.shown = link.rest;
	}
	return link;
}

/* ---- the sources ---- */

static void add_link(struct links_known *known, const struct link *link)
{
	if (known->n == known->room) {
		int room = known->room ? 2 * known->room : 16;
		struct link *more = pool_new_array(known->pool, (size_t)room, struct link);
		if (known->n > 0)
			memcpy(more, known->links, (size_t)known->n * sizeof(*more));
		known->links = more;
		known->room = room;
	}
	known->links[known->n++] = *link;
}

static void add_links(struct links_known *known, const struct skeleton *g)
{
	struct link_span span;

	for (size_t at = 0; known->n < KNOWN_MAX && link_scan(g, at, &span); at = span.to) {
		struct link link = link_parse(known->pool, g, &span);
		if (span.kind != LINK_NUMBER)
			add_link(known, &link);
	}
}

/* Digits that only separators part are one number. */
static void add_digits(struct buf *out, const struct skeleton *g)
{
	buf_add_char(out, ' ');
	for (size_t i = 0; i < g->n; i++) {
		if (codepoint_is_digit(g->c[i]))
			buf_add_char(out, (char)g->c[i]);
		else if (g->c[i] == '\n'
			 || !(codepoint_is_space(g->c[i]) || (g->c[i] < 0x80 && strchr("+-./()", (int)g->c[i]))))
			buf_add_char(out, ' ');
	}
}

struct links_known links_known_of(struct pool *pool, const struct str *sources, int n_sources)
{
	struct links_known known = { .pool = pool };
	struct buf digits;

	buf_init(&digits, SIZE_MAX);
	for (int i = 0; i < n_sources; i++) {
		struct skeleton g = skeleton_of(pool, sources[i]);
		add_links(&known, &g);
		add_digits(&digits, &g);
	}
	buf_add_char(&digits, ' ');
	known.digits = pool_take(pool, &digits);
	return known;
}

/* ---- comparing ---- */

static struct str link_match_path_of(struct str rest)
{
	return (struct str){ rest.p, link_match_first_of(rest, "?#") };
}

static bool link_match_is_same(const struct link *a, const struct link *known)
{
	return str_equal(a->rest, known->rest);
}

static bool is_same_but_case(const struct link *a, const struct link *known)
{
	return str_equal_nocase(a->rest, known->rest);
}

static bool is_same_page(const struct link *a, const struct link *known)
{
	return str_equal_nocase(link_match_path_of(a->rest), link_match_path_of(known->rest));
}

static bool is_start(const struct link *a, const struct link *known)
{
	return a->rest.n < known->rest.n && str_equal_nocase(a->rest, (struct str){ known->rest.p, a->rest.n });
}

/* From the closest similarity to the loosest; of the same similarity the shortest link. */
static bool (*const similarities[])(const struct link *a, const struct link *known) = { link_match_is_same,
	is_same_but_case, is_same_page, is_start };
#define SIMILARITIES ((int)(sizeof(similarities) / sizeof(similarities[0])))

static bool is_web(enum link_kind kind)
{
	return kind == LINK_WEB || kind == LINK_NAME;
}

static const struct link *link_match_find_similar(
	const struct links_known *known, const struct link *link, int similarity)
{
	const struct link *best = NULL;

	for (int i = 0; i < known->n; i++) {
		const struct link *k = &known->links[i];
		if (is_web(k->kind) == is_web(link->kind) && str_equal(k->host, link->host)
			&& similarities[similarity](link, k) && (!best || k->rest.n < best->rest.n))
			best = k;
	}
	return best;
}

/* Never sent, not even when a document has it. */
static bool is_dangerous(const struct link *link)
{
	static const char *const schemes[] = { "javascript:", "vbscript:", "data:", "file:", "blob:", "view-source:" };

	for (size_t i = 0; link->kind == LINK_SCHEME && i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (without_start(link->rest, str_of(schemes[i])).n < link->rest.n)
			return true;
	return false;
}

/* The page, or the chat, that a handle is the name of. */
static bool is_named(const struct link *known, struct str name)
{
	struct str rest = known->rest;

	if (known->kind == LINK_SCHEME)
		return str_has_suffix(rest, name) && memmem(rest.p, rest.n - name.n, "domain=", 7) != NULL
		       && rest.p[rest.n - name.n - 1] == '=';
	if (!is_web(known->kind) || rest.n == 0)
		return false;
	rest = (struct str){ rest.p + 1, rest.n - 1 };
	return str_equal_nocase(without_start(rest, STR("@")), name);
}

static const struct link *link_match_find_named(const struct links_known *known, const struct link *handle)
{
	struct str name = without_start(handle->rest, STR("@"));

	for (int i = 0; i < known->n; i++)
		if (is_named(&known->links[i], name))
			return &known->links[i];
	return NULL;
}

const struct link *links_find(const struct links_known *known, const struct link *link, bool *cut)
{
	int most = is_web(link->kind) ? SIMILARITIES : is_dangerous(link) ? 0 : 1;

	*cut = false;
	for (int i = 0; i < most; i++) {
		const struct link *found = link_match_find_similar(known, link, i);
		*cut = similarities[i] == is_start;
		if (found)
			return found;
	}
	return link->kind == LINK_HANDLE ? link_match_find_named(known, link) : NULL;
}

bool links_knows_short_number(const struct links_known *known, const struct link *link)
{
	struct buf number;
	size_t i = link_match_first_of(link->rest, ":") + 1;

	if (link->kind != LINK_SCHEME)
		return false;
	buf_init(&number, LINK_MAX_BYTES);
	buf_add_char(&number, ' ');
	for (; i < link->rest.n && strchr("0123456789+-.()", link->rest.p[i]); i++)
		if (codepoint_is_digit((unsigned char)link->rest.p[i]))
			buf_add_char(&number, link->rest.p[i]);
	buf_add_char(&number, ' ');
	bool found = i == link->rest.n && number.len > 2
		     && memmem(known->digits.p, known->digits.n, number.data, number.len);
	buf_fini(&number);
	return found;
}
