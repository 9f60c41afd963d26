/*
 * stored-words.c - finds the translation of a sentence that was made elsewhere, from the sentence alone.
 *
 * What fails, far below the desk, says so in English, and much of it is stored before a user reads it. The
 * catalogues hold the constants and the formats of these sentences, so here a sentence is looked up as it is, else the
 * format is sought that made it, its parts are taken out, and put into the translated format. Of formats that fit, the
 * one with the most letters of its own wins. Never guesses: what no entry fits stays English.
 */
#include "desk/format/stored-words.h"

#include "core/buf.h"

#define PIECES_MAX 4
#define SENTENCE_MAX_BYTES 2000

/* Sentences of sql/functions, which xgettext does not read. */
static const char *const of_functions[] = {
	T("somebody took over or the conversation changed while the answer was worked out"),
	T("the bot was switched off while the answer was worked out"),
	T("The sender stopped before the platform's answer was stored."),
	T("Nothing: it is sent once more by itself, unless a delivery status proves that it has arrived."),
	T("The channel has another number or bot now, to which the customer has not written."),
	T("Wait until the customer writes to it."),
	T("verification"),
	T("delivery"),
};

/* Codes of sql/functions. */
static const struct {
	const char *code, *words;
} codes[] = {
	{ "undelivered", T("a reply could not be delivered") },
};

/* ---- formats ---- */

struct pieces {
	struct str of[PIECES_MAX];
	int n;
};

/* Steps over "%s", "%.*s", "%lld" and so on; `*number`: it prints a whole number. */
static const char *after_conversion(const char *p, bool *number)
{
	p++;
	while (*p && strchr("0123456789.*$lz", *p))
		p++;
	*number = *p == 'd' || *p == 'u';
	return *p ? p + 1 : p;
}

static bool stored_words_is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/* Whether the format could have made the text; the shortest parts are tried first. */
static bool stored_words_fits(const char *format, struct str text, struct pieces *pieces)
{
	size_t literal = strcspn(format, "%");
	if (text.n < literal || memcmp(text.p, format, literal) != 0)
		return false;
	text = (struct str){ text.p + literal, text.n - literal };
	format += literal;
	if (!*format)
		return text.n == 0;
	bool number;
	const char *rest = after_conversion(format, &number);
	int own = pieces->n;
	if (own == PIECES_MAX)
		return false;
	for (size_t n = *rest ? 0 : text.n; n <= text.n; n++) {
		struct str piece = { text.p, n };
		pieces->of[own] = piece;
		pieces->n = own + 1;
		if ((!number || stored_words_is_number(piece))
			&& stored_words_fits(rest, (struct str){ text.p + n, text.n - n }, pieces))
			return true;
	}
	pieces->n = own;
	return false;
}

/* Letters that are the format's own. */
static size_t weight_of(const char *format)
{
	size_t weight = 0;
	bool number;
	while (*format) {
		size_t literal = strcspn(format, "%");
		weight += literal;
		format += literal;
		if (*format)
			format = after_conversion(format, &number);
	}
	return weight;
}

static const char *find_format(const struct translation *t, struct str sentence, struct pieces *out)
{
	const char *id, *text, *best = NULL;
	size_t most = 0;
	for (uint32_t i = 0; translation_entry(t, i, &id, &text); i++) {
		struct pieces pieces = { .n = 0 };
		if (!*text || !strchr(id, '%') || !stored_words_fits(id, sentence, &pieces) || weight_of(id) <= most)
			continue;
		most = weight_of(id);
		best = text;
		*out = pieces;
	}
	return best;
}

/* ---- sentences ---- */

/* The translation of exactly this; absent when there is none. */
static struct str find_constant(struct pool *pool, const struct translation *t, struct str sentence)
{
	const char *words = pool_cstr(pool, sentence), *found = translation_find(t, words);
	return found == words ? STR_NONE : str_of(found);
}

static struct str find_sentence(struct pool *pool, const struct translation *t, struct str sentence);

/* A part may be a sentence itself, or "HOST: a sentence"; a single word is rather a name. */
static struct str translate_piece(struct pool *pool, const struct translation *t, struct str piece)
{
	struct str found = str_find_char(piece, ' ') < 0 ? STR_NONE : find_sentence(pool, t, piece);
	const char *colon = found.p || !piece.p ? NULL : memmem(piece.p, piece.n, ": ", 2);
	if (!colon)
		return found.p ? found : piece;
	size_t n = (size_t)(colon - piece.p) + 2;
	struct str rest = translate_piece(pool, t, (struct str){ piece.p + n, piece.n - n });
	return pool_printf(pool, "%.*s%.*s", (int)n, piece.p, (int)rest.n, rest.p);
}

static struct str stored_words_fill(
	struct pool *pool, const struct translation *t, const char *format, const struct pieces *pieces)
{
	struct buf out;
	int next = 0;
	bool number;
	buf_init(&out, 4 * SENTENCE_MAX_BYTES);
	while (*format) {
		size_t literal = strcspn(format, "%");
		buf_add(&out, format, literal);
		format += literal;
		if (!*format)
			break;
		bool numbered = format[1] >= '1' && format[1] <= '9' && format[2] == '$';
		int i = numbered ? format[1] - '1' : next++;
		if (i < pieces->n)
			buf_add_str(&out, translate_piece(pool, t, pieces->of[i]));
		format = after_conversion(format, &number);
	}
	return pool_take(pool, &out);
}

static struct str find_sentence(struct pool *pool, const struct translation *t, struct str sentence)
{
	struct pieces pieces;
	struct str found = find_constant(pool, t, sentence);
	if (found.p)
		return found;
	const char *format = find_format(t, sentence, &pieces);
	return format ? stored_words_fill(pool, t, format, &pieces) : STR_NONE;
}

/* "A sentence. And another." by its first full stop that ends a known one; absent when there is none. */
static struct str find_first_of_two(struct pool *pool, const struct translation *t, struct str text)
{
	for (size_t i = 0; i + 2 < text.n; i++) {
		if (text.p[i] != '.' || text.p[i + 1] != ' ')
			continue;
		struct str first = find_sentence(pool, t, (struct str){ text.p, i + 1 });
		if (!first.p)
			continue;
		struct str rest = stored_words(pool, t, (struct str){ text.p + i + 2, text.n - i - 2 });
		return pool_printf(pool, "%.*s %.*s", (int)first.n, first.p, (int)rest.n, rest.p);
	}
	return STR_NONE;
}

/* "A sentence (code 5)": what is in brackets stays. */
static struct str find_before_brackets(struct pool *pool, const struct translation *t, struct str text)
{
	for (size_t i = 1; text.p[text.n - 1] == ')' && i + 1 < text.n; i++) {
		if (text.p[i] != ' ' || text.p[i + 1] != '(')
			continue;
		struct str first = { text.p, i },
			   found = str_find_char(first, ' ') < 0 ? STR_NONE : find_sentence(pool, t, first);
		if (found.p)
			return pool_printf(pool, "%.*s%.*s", (int)found.n, found.p, (int)(text.n - i), text.p + i);
	}
	return STR_NONE;
}

struct str stored_words(struct pool *pool, const struct translation *t, struct str stored)
{
	static struct str (*const ways[])(struct pool *, const struct translation *, struct str) = { find_sentence,
		find_before_brackets, find_first_of_two };
	(void)of_functions;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (str_equal(stored, str_of(codes[i].code)))
			return str_of(t ? translation_find(t, codes[i].words) : codes[i].words);
	if (!t || str_is_empty(stored) || stored.n > SENTENCE_MAX_BYTES)
		return stored;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct str found = ways[i](pool, t, stored);
		if (found.p)
			return found;
	}
	return stored;
}

struct str stored_sentence(struct pool *pool, const struct locale *locale, struct str stored)
{
	return locale_sentence(pool, locale, stored_words(pool, locale->translation, stored));
}
