/*
 * rich-text.c - finds in a message what can be opened or is bold. Pure.
 *
 * Works on words between white space; what stands around an address (brackets, full stops) is no part of it. An
 * address is never made of anything but what was written, and only of four kinds: a word such as "javascript:x" stays a
 * word. A telephone number begins with + or 0 and has 9 to 15 digits (E.164); a date or an amount is none. Bold is as
 * WhatsApp and Telegram show it: *words* on one line, the stars at the edges of words.
 */
#include "desk/format/rich-text.h"

#include "domain/contact/phone.h"

#define PHONE_DIGITS_MIN 9

static bool rich_text_is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool rich_text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool rich_text_is_word(char c)
{
	return rich_text_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* What a part of the text is; nothing for plain words. */
struct rich_text_part {
	struct str text, href;
	size_t n; /* bytes of the whole that it takes; 0: there is none */
	bool bold, mention;
};

static void rich_text_piece(struct json_writer *w, const struct rich_text_part *part)
{
	if (part->text.n == 0)
		return;
	json_begin_object(w);
	json_member_str(w, "text", part->text);
	json_member_bool(w, "bold", part->bold);
	json_member_bool(w, "mention", part->mention);
	json_key(w, "href");
	if (part->href.p)
		json_write_str(w, part->href);
	else
		json_write_bool(w, false);
	json_member_bool(w, "web", str_has_prefix(part->href, STR("http")));
	json_end_object(w);
}

static void rich_text_plain(struct json_writer *w, struct str text)
{
	rich_text_piece(w, &(const struct rich_text_part){ .text = text });
}

/* Without the brackets, quotes and stops at its end. */
static size_t rich_text_trimmed(const char *p, size_t n)
{
	while (n > 0 && strchr(".,;:!?)]}>'\"*", p[n - 1]))
		n--;
	return n;
}

static size_t rich_text_url(struct str rest, const char **scheme)
{
	static const struct {
		const char *begin, *scheme;
	} kinds[] = { { "https://", "" }, { "http://", "" }, { "www.", "https://" } };
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t begin = strlen(kinds[k].begin), n = 0;
		if (!str_has_prefix(rest, str_of(kinds[k].begin)))
			continue;
		while (n < rest.n && !rich_text_is_space(rest.p[n]) && (unsigned char)rest.p[n] > 0x20
			&& !strchr("<>\"", rest.p[n]))
			n++;
		n = rich_text_trimmed(rest.p, n);
		*scheme = kinds[k].scheme;
		return n > begin ? n : 0;
	}
	return 0;
}

static bool rich_text_is_mail_char(char c)
{
	return (rich_text_is_word(c) && (unsigned char)c < 0x80) || strchr("._%+-", c) != NULL;
}

static size_t rich_text_mail(struct str rest)
{
	size_t at = 0, n;
	while (at < rest.n && rest.p[at] && rich_text_is_mail_char(rest.p[at]))
		at++;
	if (at == 0 || at >= rest.n || rest.p[at] != '@')
		return 0;
	for (n = at + 1; n < rest.n && rest.p[n] && rest.p[n] != '%' && rich_text_is_mail_char(rest.p[n]);)
		n++;
	n = rich_text_trimmed(rest.p, n);
	return n > at + 1 && memchr(rest.p + at + 1, '.', n - at - 1) ? n : 0;
}

static size_t rich_text_phone(struct str rest)
{
	struct phone_run run = phone_read(rest, 0, " -().");
	bool goes_on = run.end < rest.n && (rich_text_is_word(rest.p[run.end]) || strchr(":/", rest.p[run.end]));
	bool begins = run.plus || run.digits[0] == '0';
	return begins && !goes_on && run.n >= PHONE_DIGITS_MIN && run.n <= PHONE_DIGITS_MAX ? run.end : 0;
}

/* What can be opened and begins here; its length, 0 for nothing. */
static size_t rich_text_link(struct pool *pool, struct str rest, struct str *href)
{
	const char *scheme = "";
	size_t n = rich_text_url(rest, &scheme);
	if (n) {
		*href = pool_printf(pool, "%s%.*s", scheme, (int)n, rest.p);
	} else if ((n = rich_text_mail(rest)) > 0) {
		*href = pool_printf(pool, "mailto:%.*s", (int)n, rest.p);
	} else if ((n = rich_text_phone(rest)) > 0) {
		*href = phone_link(pool, (struct str){ rest.p, n });
	}
	return n;
}

/* The length of *bold words* that begin here, stars included; 0 for none. */
static size_t rich_text_bold(struct str rest)
{
	if (rest.n < 3 || rest.p[0] != '*' || rich_text_is_space(rest.p[1]) || rest.p[1] == '*')
		return 0;
	for (size_t n = 2; n < rest.n && rest.p[n] != '\n'; n++)
		if (rest.p[n] == '*')
			return rich_text_is_space(rest.p[n - 1]) || (n + 1 < rest.n && rich_text_is_word(rest.p[n + 1]))
				       ? 0
				       : n + 1;
	return 0;
}

/* The longest of the mentions that begins here. */
static size_t rich_text_mention(struct str rest, struct str mentions)
{
	size_t n = 0;
	while (mentions.p) {
		struct str one = str_take_until(&mentions, ' ');
		bool ends = one.n >= rest.n || !rich_text_is_word(rest.p[one.n]);
		if (one.n > n && str_has_prefix(rest, one) && ends)
			n = one.n;
	}
	return n;
}

static struct rich_text_part rich_text_part_at(struct pool *pool, struct str rest, struct str mentions)
{
	size_t n = rich_text_bold(rest);
	struct str href = STR_NONE;
	if (n)
		return (struct rich_text_part){ .text = { rest.p + 1, n - 2 }, .n = n, .bold = true };
	n = rich_text_mention(rest, mentions);
	if (n)
		return (struct rich_text_part){ .text = { rest.p, n }, .n = n, .mention = true };
	n = rich_text_link(pool, rest, &href);
	return (struct rich_text_part){ .text = { rest.p, n }, .href = href, .n = n };
}

void rich_text_write_note(struct pool *pool, struct json_writer *w, struct str text, struct str mentions)
{
	size_t from = 0, at = 0;
	json_key(w, "pieces");
	json_begin_array(w);
	while (at < text.n) {
		bool begins = at == 0 || !rich_text_is_word(text.p[at - 1]);
		struct rich_text_part part = { .n = 0 };
		if (begins)
			part = rich_text_part_at(pool, (struct str){ text.p + at, text.n - at }, mentions);
		if (part.n == 0) {
			at++;
			continue;
		}
		rich_text_plain(w, (struct str){ text.p + from, at - from });
		rich_text_piece(w, &part);
		at += part.n;
		from = at;
	}
	rich_text_plain(w, (struct str){ text.p + from, text.n - from });
	json_end_array(w);
}

void rich_text_write(struct pool *pool, struct json_writer *w, struct str text)
{
	rich_text_write_note(pool, w, text, STR_NONE);
}
