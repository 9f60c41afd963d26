/*
 * err.c - facts about error codes, words for people, and the two ways to die.
 *
 * Owns the table that err.h generates. Never allocates, so that it can tell that memory is out. bug() is for what the
 * program itself got wrong and leaves a core; fatal() is for a start that cannot go on and for memory, and leaves the
 * exit status of sysexits.h.
 */
#include "core/err.h"

#include "core/log.h"

#include <stdio.h>
#include <stdlib.h>

static const struct err_info table[] = {
#define X(name, http, exit, retry, message) [ERR_##name] = { #name, http, exit, retry, message },
	ERR_LIST(X)
#undef X
};

const struct err_info *err_info(enum err e)
{
	if ((size_t)e >= sizeof(table) / sizeof(table[0]))
		bug("unknown error code %d", (int)e);
	return &table[e];
}

/* Formats into `out`; words that are too long end with the last whole character. */
static void format_words(char *out, size_t size, const char *fmt, va_list ap) PRINTF_LIKE(3, 0);

static void format_words(char *out, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, size, fmt, ap);
	uint32_t c;

	if (n < 0)
		out[0] = '\0';
	if (n < 0 || (size_t)n < size)
		return;
	for (size_t back = 1; back <= 3; back++) {
		struct str tail = { out + size - 1 - back, back };
		if (((unsigned char)tail.p[0] & 0xC0) == 0xC0) {
			if (str_utf8_next(tail, &c) == 0)
				out[size - 1 - back] = '\0';
			return;
		}
	}
}

/* By way of a copy: the words may quote those that `why` already holds. */
enum err explain(struct explain *why, enum err e, const char *fmt, ...)
{
	struct explain words = { "" };
	va_list ap;

	if (!why)
		return e;
	va_start(ap, fmt);
	format_words(words.text, sizeof(words.text), fmt, ap);
	va_end(ap);
	*why = words;
	return e;
}

void err_bug(const char *file, int line, const char *fmt, ...)
{
	struct explain words;
	va_list ap;

	va_start(ap, fmt);
	format_words(words.text, sizeof(words.text), fmt, ap);
	va_end(ap);
	LOG_ERROR("bug", F_CSTR("file", file), F_INT("line", line), F_CSTR("words", words.text));
	abort();
}

void fatal(enum err e, const char *fmt, ...)
{
	const struct err_info *info = err_info(e);
	struct explain words;
	va_list ap;

	va_start(ap, fmt);
	format_words(words.text, sizeof(words.text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s\n", words.text);
	LOG_ERROR("fatal", F_CSTR("error", info->name), F_CSTR("words", words.text));
	exit(info->exit_status);
}
