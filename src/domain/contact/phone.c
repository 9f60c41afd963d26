/*
 * phone.c - telephone numbers as people write them. Pure, and each text is passed once and forward.
 */
#include "domain/contact/phone.h"

#include "core/buf.h"

#define GAP_MAX 2
#define TYPED_DIGITS_MIN 5 /* fewer may be a house number and a price */
#define LINK_MAX_BYTES 30

static bool phone_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct phone_run phone_read(struct str text, size_t at, const char *separators)
{
	struct phone_run run = { .begin = at, .end = at };
	int between = 0;

	run.plus = at < text.n && text.p[at] == '+';
	for (at += run.plus; at < text.n && between <= GAP_MAX; at++) {
		char c = text.p[at];
		if (!phone_is_digit(c)) {
			if (!c || !strchr(separators, c))
				break;
			between++;
			continue;
		}
		if (run.n < PHONE_DIGITS_MAX)
			run.digits[run.n] = c;
		run.n++;
		run.end = at + 1;
		between = 0;
	}
	return run;
}

struct str phone_link(struct pool *pool, struct str written)
{
	struct buf link;

	buf_init(&link, LINK_MAX_BYTES);
	buf_add_cstr(&link, "tel:");
	for (size_t i = 0; i < written.n; i++)
		if (phone_is_digit(written.p[i]) || (written.p[i] == '+' && link.len == strlen("tel:")))
			buf_add_char(&link, written.p[i]);
	struct str text = pool_take(pool, &link);
	return text.n >= strlen("tel:") + 3 ? text : STR_NONE;
}

struct str phone_typed(struct pool *pool, struct str typed)
{
	char *digits = pool_alloc(pool, typed.n);
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == '0' && n == 0)
			continue;
		if (phone_is_digit(typed.p[i]))
			digits[n++] = typed.p[i];
		else if (!memchr(" +-()./", typed.p[i], 7))
			return STR_NONE;
	}
	return n >= TYPED_DIGITS_MIN ? (struct str){ digits, n } : STR_NONE;
}
