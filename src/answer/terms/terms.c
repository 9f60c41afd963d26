/*
 * terms.c - a text as counted terms.
 *
 * Pure. The text is folded first (domain/text.h). A word gives its stem, and the pieces of four characters of " word ",
 * so that ends of words differ from their middles and an error in typing spoils a few pieces only. A stem is hashed
 * together with its language: each language of an index is then counted by its own stemmer, and a question is stemmed
 * once for each language that an organisation's documents have. Pieces know no language: by them a question finds
 * documents in a related one.
 *
 * Scripts that are written without spaces have no words to find: there shorter pieces of a run stand for words (two
 * characters of Chinese or Japanese, four of Thai, Lao, Burmese, Khmer) and still shorter ones for pieces.
 */
#include "answer/terms/terms.h"

#include "answer/terms/stems.h"
#include "domain/text.h"

#include <stdlib.h>

#define WORD_CHARS_MAX 64
#define WORD_BYTES_MAX (4 * WORD_CHARS_MAX)
#define PIECE_START 0x9e3779b9u

enum script { SCRIPT_SPACED, SCRIPT_HAN, SCRIPT_THAI };

/* How many characters a word and a piece have in each script; 0: by spaces, four. */
static const struct {
	int word, piece;
} sizes[] = { [SCRIPT_SPACED] = { 0, 4 }, [SCRIPT_HAN] = { 2, 1 }, [SCRIPT_THAI] = { 4, 3 } };

struct gathering {
	term_taker *take;
	void *arg;
	uint32_t language; /* where the hash of a word starts */
	struct stemmer *stemmer;
};

/* Up to WORD_CHARS_MAX characters; `at` says where each begins, and at the end where the last one ends. */
struct run {
	const char *bytes;
	size_t at[WORD_CHARS_MAX + 3];
	int n;
};

static enum script terms_script_of(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		enum script script;
	} table[] = { { 0x0e00, 0x0eff, SCRIPT_THAI }, { 0x1000, 0x109f, SCRIPT_THAI }, { 0x1780, 0x17ff, SCRIPT_THAI },
		{ 0x3040, 0x30ff, SCRIPT_HAN }, { 0x31f0, 0x31ff, SCRIPT_HAN }, { 0x3400, 0x4dbf, SCRIPT_HAN },
		{ 0x4e00, 0x9fff, SCRIPT_HAN }, { 0xf900, 0xfaff, SCRIPT_HAN }, { 0x20000, 0x3ffff, SCRIPT_HAN } };
	for (size_t i = 0; c >= 0x0e00 && i < sizeof(table) / sizeof(table[0]); i++)
		if (c >= table[i].from && c <= table[i].to)
			return table[i].script;
	return SCRIPT_SPACED;
}

static void terms_gather(const struct gathering *g, uint32_t start, struct str s, uint32_t kind)
{
	g->take(g->arg, (str_hash_spread(str_hash(start, s)) & ~TERM_IS_NGRAM) | kind);
}

/* All pieces of `size` characters; a shorter run counts as one. */
static void terms_gather_ngrams(
	const struct gathering *g, const struct run *run, int size, uint32_t start, uint32_t kind)
{
	int last = run->n > size ? run->n - size : 0;
	for (int i = 0; i <= last; i++) {
		size_t end = run->at[i + size < run->n ? i + size : run->n];
		terms_gather(g, start, (struct str){ run->bytes + run->at[i], end - run->at[i] }, kind);
	}
}

static void gather_run(const struct gathering *g, const struct run *run, enum script script)
{
	char padded[WORD_BYTES_MAX + 3] = " ";
	struct run wide = { .bytes = padded, .n = run->n + 2 };
	size_t bytes = run->at[run->n] - run->at[0];
	if (script != SCRIPT_SPACED) {
		terms_gather_ngrams(g, run, sizes[script].word, g->language, 0);
		terms_gather_ngrams(g, run, sizes[script].piece, PIECE_START, TERM_IS_NGRAM);
		return;
	}
	struct str word = { run->bytes + run->at[0], bytes };
	terms_gather(g, g->language, stems_of_word(g->stemmer, word), 0);
	memcpy(padded + 1, word.p, bytes);
	padded[bytes + 1] = ' ';
	for (int i = 0; i <= run->n; i++)
		wide.at[i + 1] = run->at[i] - run->at[0] + 1;
	wide.at[run->n + 2] = bytes + 2;
	terms_gather_ngrams(g, &wide, sizes[script].piece, PIECE_START, TERM_IS_NGRAM);
}

/* A word between two spaces, in runs of one script; a longer run than any word is taken in parts. */
static void gather_word(const struct gathering *g, struct str word)
{
	struct run run = { .bytes = word.p };
	enum script script = SCRIPT_SPACED;
	for (size_t pos = 0; pos < word.n;) {
		uint32_t c = 0;
		size_t n = str_utf8_next((struct str){ word.p + pos, word.n - pos }, &c);
		if (run.n && (terms_script_of(c) != script || run.n == WORD_CHARS_MAX)) {
			gather_run(g, &run, script);
			run.n = 0;
		}
		script = terms_script_of(c);
		run.at[run.n++] = pos;
		pos += n ? n : 1;
		run.at[run.n] = pos;
	}
	if (run.n)
		gather_run(g, &run, script);
}

static int terms_compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct term *)a)->hash, y = ((const struct term *)b)->hash;
	return (x > y) - (x < y);
}

/* Equal ones become one with its count. */
static struct terms terms_count(struct term *all, size_t n)
{
	struct terms t = { .all = all };
	if (n)
		qsort(all, n, sizeof(*all), terms_compare_terms);
	for (size_t i = 0; i < n; i++) {
		t.length[term_kind(all[i].hash)]++;
		if (t.n && all[t.n - 1].hash == all[i].hash)
			all[t.n - 1].count++;
		else
			all[t.n++] = all[i];
	}
	return t;
}

static void each_of_folded(struct pool *pool, struct str folded, struct str language, term_taker *take, void *arg)
{
	struct str rest = language;
	struct gathering g = { .take = take,
		.arg = arg,
		.language = str_hash(STR_HASH, str_take_until(&rest, '-')),
		.stemmer = stems_for(pool, language) };
	while (folded.n) {
		struct str word = str_take_until(&folded, ' ');
		if (word.n)
			gather_word(&g, word);
	}
}

void terms_each(struct pool *pool, struct str text, struct str language, term_taker *take, void *arg)
{
	each_of_folded(pool, text_fold(pool, text), language, take, arg);
}

struct list {
	struct term *all;
	size_t n, room;
};

static void take_into_list(void *arg, uint32_t hash)
{
	struct list *list = arg;
	if (list->n < list->room)
		list->all[list->n++] = (struct term){ hash, 1 };
}

struct terms terms_of(struct pool *pool, struct str text, struct str language)
{
	struct str folded = text_fold(pool, text);
	struct list list = { .room = 3 * folded.n + 16 };
	list.all = pool_new_array(pool, list.room, struct term);
	each_of_folded(pool, folded, language, take_into_list, &list);
	return terms_count(list.all, list.n);
}

int64_t terms_fingerprint(struct pool *pool)
{
	static const char *const languages[] = { "ar", "da", "de", "en", "es", "fi", "fr", "hu", "it", "nl", "no", "pt",
		"ro", "ru", "sv", "tr", "" };
	static const char sample[] =
		"Die Öffnungszeiten der running dogs, IŞIKLARIMIZDAN corriendo rápidamente أَكْتُبُونَهَا "
		"nationalités работающими 営業時間 เวลาเปิด ﬁnding ½ İstanbul";
	uint64_t sum = 1469598103934665603u;
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		struct terms t = terms_of(pool, str_of(sample), str_of(languages[i]));
		for (int k = 0; k < t.n; k++)
			sum = (sum ^ t.all[k].hash ^ (uint64_t)t.all[k].count << 32) * 1099511628211u;
	}
	return (int64_t)(sum >> 1);
}
