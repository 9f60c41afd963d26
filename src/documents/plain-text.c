/*
 * plain-text.c - foreign text made fit for a chat. Pure.
 *
 * Owns the list of characters that show nothing, by which a text can be made to read otherwise than it looks (Unicode
 * Technical Report 36), and the little of Markdown that models write although they are asked not to.
 */
#include "documents/plain-text.h"

#include "core/buf.h"

static bool is_invisible(uint32_t c)
{
	static const uint32_t ranges[][2] = { { 0x7F, 0x9F }, { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x61C, 0x61C },
		{ 0x115F, 0x1160 }, { 0x17B4, 0x17B5 }, { 0x180B, 0x180E }, { 0x200B, 0x200B }, { 0x200E, 0x200F },
		{ 0x2028, 0x202E }, { 0x2060, 0x206F }, { 0x3164, 0x3164 }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 },
		{ 0xFFF9, 0xFFFB }, { 0x1BCA0, 0x1BCA3 }, { 0xE0000, 0xE0FFF } };

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return c < 0x20 && c != '\n' && c != '\t';
}

static bool is_joiner(uint32_t c)
{
	return c == 0x200C || c == 0x200D;
}

/* A joiner next to an ASCII character joins nothing. */
static bool plain_text_joins(const struct buf *out, struct str after)
{
	return out->len > 0 && (out->data[out->len - 1] & 0x80) && after.n > 0 && (after.p[0] & 0x80);
}

struct str plain_text(struct pool *pool, struct str text)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	while (text.n > 0) {
		uint32_t c = 0xFFFD;
		size_t n = str_utf8_next(text, &c);
		n = n ? n : 1;
		text = (struct str){ text.p + n, text.n - n };
		if (is_joiner(c) ? plain_text_joins(&out, text) : !is_invisible(c))
			buf_add_utf8(&out, c == '\t' ? ' ' : c);
		else if (c == 0x2028 || c == 0x2029) /* a line's and a paragraph's end */
			buf_add_char(&out, '\n');
	}
	return pool_take(pool, &out);
}

struct str plain_line(struct pool *pool, struct str text, size_t max)
{
	struct str plain = str_trim(plain_text(pool, text));
	char *line = pool_cstr(pool, plain);
	size_t n = 0;

	for (size_t i = 0; i < plain.n; i++) {
		bool space = plain.p[i] == ' ' || plain.p[i] == '\n';
		if (!space || line[n - 1] != ' ') /* it begins with none */
			line[n++] = space ? ' ' : plain.p[i];
	}
	return str_trim(str_cut((struct str){ line, n }, max));
}

bool plain_is_entry(struct str line)
{
	int64_t colon = str_find_char(line, ':');
	if (colon < 0 || (size_t)colon + 1 >= line.n || line.p[colon + 1] != ' ')
		return false;
	for (size_t i = (size_t)colon + 1; i < line.n; i++)
		if (line.p[i] >= '0' && line.p[i] <= '9')
			return true;
	return false;
}

/* ---- markup ---- */

struct place {
	struct str rest;
	bool starts_line;
	char before; /* the byte before, '\n' at the start */
	struct buf *out;
};

static size_t count_of(struct str s, char c)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == c)
		n++;
	return n;
}

static char byte_at(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\n';
}

static bool plain_text_is_word(char c)
{
	return (c & 0x80) || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Each returns how many bytes of the rest it takes, 0 when it is not what it looks for. */

static size_t eat_heading(struct place *p)
{
	size_t n = count_of(p->rest, '#');

	return p->starts_line && n >= 1 && n <= 6 && byte_at(p->rest, n) == ' ' ? n + 1 : 0;
}

static size_t eat_quote(struct place *p)
{
	return p->starts_line && p->rest.p[0] == '>' && byte_at(p->rest, 1) == ' ' ? 2 : 0;
}

/* A line of three or more signs, or the fence of a block of code with its language. */
static size_t eat_rule(struct place *p)
{
	char c = p->rest.p[0];
	size_t n = p->starts_line && strchr("-*_=`~", c) ? count_of(p->rest, c) : 0;

	if (n < 3)
		return 0;
	while ((c == '`' || c == '~') && plain_text_is_word(byte_at(p->rest, n)))
		n++;
	return byte_at(p->rest, n) == '\n' ? n + (n < p->rest.n) : 0;
}

static size_t eat_bold(struct place *p)
{
	size_t stars = count_of(p->rest, '*'), lines = count_of(p->rest, '_'), strokes = count_of(p->rest, '~');

	if (stars >= 2)
		return stars;
	if (strokes == 2)
		return strokes;
	return lines >= 2 && (!plain_text_is_word(p->before) || !plain_text_is_word(byte_at(p->rest, lines))) ? lines
													      : 0;
}

static size_t eat_code(struct place *p)
{
	return count_of(p->rest, '`');
}

/* <b>, </p>, <a href="...">, <!-- -->; not <https://...>, and not 3 < 5. */
static size_t eat_tag(struct place *p)
{
	size_t name = byte_at(p->rest, 1) == '/' ? 2 : 1, n = name;
	ptrdiff_t close;

	if (p->rest.p[0] != '<')
		return 0;
	while (plain_text_is_word(byte_at(p->rest, n)))
		n++;
	bool comment = byte_at(p->rest, 1) == '!';
	if (!comment && (n == name || !strchr(" />\n", byte_at(p->rest, n))))
		return 0;
	close = str_find_char(str_cut(p->rest, 1000), '>');
	return close > 0 ? (size_t)close + 1 : 0;
}

/* The index of the parenthesis that closes an address, 0 when there is none in this line. */
static size_t plain_text_address_end(struct str s, size_t at)
{
	int open = 1;

	for (; at < s.n && s.p[at] != '\n'; at++) {
		open += s.p[at] == '(' ? 1 : s.p[at] == ')' ? -1 : 0;
		if (open == 0)
			return at;
	}
	return 0;
}

/* "address" of `address "title"` and `<address>` */
static struct str bare_address(struct str s)
{
	s = str_trim(s);
	if (str_has_prefix(s, STR("<")) && str_find_char(s, '>') > 0)
		return (struct str){ s.p + 1, (size_t)str_find_char(s, '>') - 1 };
	return str_take_until(&s, ' ');
}

static size_t eat_link(struct place *p)
{
	struct str near = str_cut(p->rest, 3000);
	size_t start = near.p[0] == '!' ? 2 : 1;
	ptrdiff_t close = near.p[0] == '[' || str_has_prefix(near, STR("![")) ? str_find_char(near, ']') : -1;
	size_t end = close > 0 && byte_at(near, (size_t)close + 1) == '('
			     ? plain_text_address_end(near, (size_t)close + 2)
			     : 0;

	if (end == 0)
		return 0;
	struct str words = str_trim((struct str){ near.p + start, (size_t)close - start });
	struct str address = bare_address((struct str){ near.p + close + 2, end - (size_t)close - 2 });
	buf_add_str(p->out, words);
	if (words.n > 0 && address.n > 0 && !str_equal(words, address))
		buf_addf(p->out, " (%.*s)", (int)address.n, address.p);
	else if (words.n == 0)
		buf_add_str(p->out, address);
	return end + 1;
}

static size_t eat_any(struct place *p)
{
	static size_t (*const eaters[])(
		struct place *) = { eat_rule, eat_heading, eat_quote, eat_link, eat_tag, eat_bold, eat_code };
	size_t n = 0;

	if (p->rest.p[0] & 0x80)
		return 0;
	for (size_t i = 0; n == 0 && i < sizeof(eaters) / sizeof(eaters[0]); i++)
		n = eaters[i](p);
	return n;
}

struct str plain_without_markup(struct pool *pool, struct str text)
{
	struct buf out;
	struct place p = { text, true, '\n', &out };

	buf_init(&out, SIZE_MAX);
	while (p.rest.n > 0) {
		size_t n = eat_any(&p);
		if (n == 0) {
			buf_add_char(&out, p.rest.p[0]);
			n = 1;
		}
		p.before = p.rest.p[n - 1];
		p.starts_line = p.before == '\n' || (p.starts_line && p.before == ' ');
		p.rest = (struct str){ p.rest.p + n, p.rest.n - n };
	}
	struct str plain = pool_str(pool, str_trim(buf_str(&out)));
	buf_fini(&out);
	return plain;
}
