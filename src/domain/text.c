/*
 * text.c - people's text. Pure; knows Unicode through libutf8proc.
 */
#include "domain/text.h"

#include <utf8proc.h>

static bool is_kept(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_SO: return true;
	default: return false;
	}
}

static bool text_is_dropped(utf8proc_int32_t c)
{
	utf8proc_category_t category = utf8proc_category(c);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME || category == UTF8PROC_CATEGORY_CF
	       || c == 0x0640; /* tatweel */
}

static void keep_char(struct buf *out, uint32_t c, bool *gap)
{
	if (*gap && out->len)
		buf_add_char(out, ' ');
	*gap = false;
	buf_add_utf8(out, c);
}

/* One character of the input: decomposed with compatibility, folded, marks dropped. Those of ASCII, most of most texts,
 * need no table. */
static void fold_char(struct buf *out, utf8proc_int32_t c, bool *gap)
{
	utf8proc_int32_t parts[24];
	int boundary = 0;
	if (c < 0x80) {
		bool upper = c >= 'A' && c <= 'Z';
		if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			keep_char(out, (uint32_t)(upper ? c + 'a' - 'A' : c), gap);
		else
			*gap = true;
		return;
	}
	if (c == 0x130 || c == 0x131) /* I with dot, dotless i */
		c = 'i';
	utf8proc_ssize_t n = utf8proc_decompose_char(
		c, parts, 24, UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < 24; i++) {
		if (text_is_dropped(parts[i]))
			continue;
		if (is_kept(parts[i]))
			keep_char(out, (uint32_t)parts[i], gap);
		else
			*gap = true;
	}
}

struct str text_fold(struct pool *pool, struct str text)
{
	struct buf out;
	bool gap = false;
	buf_init(&out, TEXT_FOLDED_MAX(text.n));
	while (text.n && out.err == ERR_OK) {
		uint32_t c;
		size_t n = str_utf8_next(text, &c);
		if (n)
			fold_char(&out, (utf8proc_int32_t)c, &gap);
		else
			gap = true;
		n = n ? n : 1;
		text = (struct str){ text.p + n, text.n - n };
	}
	struct str folded = pool_str(pool, str_trim(buf_str(&out))); /* one that was cut may end with a space */
	buf_fini(&out);
	return folded;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

/* Embeddings, overrides and isolates, and the byte order mark. */
static bool is_direction(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

struct label {
	struct buf *out;
	size_t start, characters;
	size_t whole; /* length of `out` up to where the last character as people see it began */
	size_t full;  /* and up to the last code point that there is room for */
	bool gap, visible;
	utf8proc_int32_t previous, state;
};

static void label_put(struct label *l, uint32_t c)
{
	if (l->characters == 0 || utf8proc_grapheme_break_stateful(l->previous, (utf8proc_int32_t)c, &l->state))
		l->whole = l->out->len;
	l->previous = (utf8proc_int32_t)c;
	l->characters++;
	l->full = l->out->len;
	l->visible = l->visible || (c != ' ' && !text_is_dropped((utf8proc_int32_t)c));
	buf_add_utf8(l->out, c);
}

void text_add_label(struct buf *out, struct str text, size_t max_characters)
{
	struct label l = { .out = out, .start = out->len };
	while (text.n && l.characters <= max_characters) {
		uint32_t c = 0xfffd;
		size_t n = str_utf8_next(text, &c);
		n = n ? n : 1;
		text = (struct str){ text.p + n, text.n - n };
		if (is_control(c) || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS) {
			l.gap = l.characters > 0;
		} else if (!is_direction(c)) {
			if (l.gap)
				label_put(&l, ' ');
			l.gap = false;
			label_put(&l, c);
		}
	}
	if (l.characters > max_characters)
		buf_truncate(out, l.whole > l.start ? l.whole : l.full);
	while (out->len > l.start && out->data[out->len - 1] == ' ')
		buf_truncate(out, out->len - 1);
	if (!l.visible)
		buf_truncate(out, l.start);
}

struct str text_label(struct pool *pool, struct str text, size_t max_characters)
{
	struct buf out;
	if (!text.p)
		return STR_NONE;
	buf_init(&out, 4 * (max_characters + 2));
	text_add_label(&out, text, max_characters);
	return pool_take(pool, &out);
}

struct str text_without_direction(struct pool *pool, struct str text)
{
	struct str out = STR_NONE;
	size_t n, kept = 0;
	for (size_t at = 0; at < text.n; at += n) {
		uint32_t c = 0;
		n = str_utf8_next((struct str){ text.p + at, text.n - at }, &c);
		bool dropped = n > 0 && is_direction(c);
		n = n ? n : 1;
		if (dropped && !out.p) {
			out = pool_str(pool, text);
			kept = at;
		}
		if (out.p && !dropped) {
			memmove((char *)(uintptr_t)out.p + kept, text.p + at, n);
			kept += n;
		}
	}
	return out.p ? (struct str){ out.p, kept } : text;
}

int text_words(struct str folded, struct str *words, int max)
{
	int n = 0;
	while (folded.p && folded.n) {
		struct str word = str_take_until(&folded, ' ');
		if (!word.n)
			continue;
		if (n < max)
			words[n] = word;
		n++;
	}
	return n < max ? n : max;
}

static size_t utf16_units(uint32_t c)
{
	return c > 0xffff ? 2 : 1;
}

bool text_is_lower(uint32_t code_point)
{
	return utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_LL;
}

uint32_t text_capital(uint32_t code_point)
{
	return (uint32_t)utf8proc_totitle((utf8proc_int32_t)code_point);
}

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool text_is_language_tag(struct str tag)
{
	struct str first = str_take_until(&tag, '-');
	if (first.n < 2 || first.n > 3)
		return false;
	for (size_t i = 0; i < first.n; i++)
		if (first.p[i] < 'a' || first.p[i] > 'z')
			return false;
	while (tag.p) {
		struct str part = str_take_until(&tag, '-');
		if (part.n < 2 || part.n > 8)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (!is_alnum(part.p[i]))
				return false;
	}
	return true;
}

size_t text_utf16_length(struct str text)
{
	size_t units = 0;
	while (text.n) {
		uint32_t c = 0;
		size_t n = str_utf8_next(text, &c);
		units += n ? utf16_units(c) : 1;
		n = n ? n : 1;
		text = (struct str){ text.p + n, text.n - n };
	}
	return units;
}

/* How good it is to cut behind `before`, where one character as people see it ends: 1 between characters, 2 words, 3
 * sentences, 4 lines, 5 paragraphs. */
static int cut_quality(struct str before)
{
	char last = before.p[before.n - 1];
	if (last == '\n')
		return str_has_suffix(before, STR("\n\n")) || str_has_suffix(before, STR("\n\r\n")) ? 5 : 4;
	if (last == ' ')
		return before.n > 1 && strchr(".!?", before.p[before.n - 2]) ? 3 : 2;
	return 1;
}

/* The length in bytes of the best first part. A paragraph or line end counts from half of the room on, lesser ends from
 * three quarters, so that parts are not tiny. The state of the break rules is carried along: flags are pairs, and
 * families hang together by joiners. One character that alone is larger than the room is cut. */
static size_t best_cut(struct str text, size_t max_units)
{
	size_t units = 0, pos = 0, best_at[6] = { 0 };
	utf8proc_int32_t previous = 0, state = 0;
	while (pos < text.n) {
		uint32_t c = 0;
		size_t n = str_utf8_next((struct str){ text.p + pos, text.n - pos }, &c);
		n = n ? n : 1;
		if (pos && utf8proc_grapheme_break_stateful(previous, (utf8proc_int32_t)c, &state)) {
			int quality = cut_quality((struct str){ text.p, pos });
			if (units >= (quality >= 4 ? max_units / 2 : max_units * 3 / 4))
				best_at[quality] = pos;
		}
		if (pos && units + utf16_units(c) > max_units)
			break;
		units += utf16_units(c);
		pos += n;
		previous = (utf8proc_int32_t)c;
	}
	if (pos == text.n)
		return text.n;
	for (int quality = 5; quality >= 1; quality--)
		if (best_at[quality])
			return best_at[quality];
	return pos;
}

struct text_parts text_split(struct pool *pool, struct str text, size_t max_units)
{
	struct text_parts out = { NULL, 0 };
	int room = 0;
	for (text = str_trim(text); text.n; text = str_trim(text)) {
		size_t cut = best_cut(text, max_units);
		if (out.n == room) {
			struct str *more = pool_new_array(pool, (size_t)(room = room ? 2 * room : 4), struct str);
			if (out.n)
				memcpy(more, out.parts, (size_t)out.n * sizeof(*more));
			out.parts = more;
		}
		out.parts[out.n++] = str_trim((struct str){ text.p, cut });
		text = (struct str){ text.p + cut, text.n - cut };
	}
	return out;
}
