/*
 * search.c - the words by which conversations are found: which words a text has, and a search for some.
 *
 * Owns nothing and stores nothing. Bounded by the numbers in search.h however long a text is: a text has at most
 * SEARCH_TEXT_WORDS words, a search SEARCH_TYPED_WORDS.
 */
#include "domain/contact/search.h"

#include "core/buf.h"
#include "db/statements.h"
#include "domain/contact/phone.h"
#include "domain/text.h"

#define SEARCH_TYPED_WORDS 8
#define TYPED_BYTES 500

/* The first characters of a folded word, which is valid UTF-8. */
static struct str search_shortened(struct str word)
{
	size_t at = 0;
	for (int n = 0; n < SEARCH_WORD_CHARACTERS && at < word.n; n++) {
		uint32_t c;
		at += str_utf8_next((struct str){ word.p + at, word.n - at }, &c);
	}
	return (struct str){ word.p, at };
}

static bool search_holds(const struct str *words, int n, struct str word)
{
	for (int i = 0; i < n; i++)
		if (str_equal(words[i], word))
			return true;
	return false;
}

int search_words(struct pool *pool, struct str text, struct str *words, int max)
{
	struct str folded = text_fold(pool, text);
	int n = 0;
	while (folded.n && n < max) {
		struct str word = search_shortened(str_take_until(&folded, ' '));
		if (word.n && !search_holds(words, n, word))
			words[n++] = word;
	}
	return n;
}

int search_typed_words(struct pool *pool, struct str typed, struct str *words, int max)
{
	struct str text = str_cut(typed, TYPED_BYTES), number = phone_typed(pool, text);
	return search_words(pool, number.n ? number : text, words, max);
}

enum err search_conversations(
	struct db *db, struct pool *pool, int64_t org, struct str typed, int most, struct str *hits, bool *complete)
{
	struct str words[SEARCH_TYPED_WORDS];
	struct sql_search_rows r;
	struct db_array array;
	struct buf b;
	int n = search_typed_words(pool, typed, words, SEARCH_TYPED_WORDS);
	*hits = STR_NONE;
	if (n == 0)
		return ERR_OK;
	buf_init(&b, 1 << 16);
	db_array_begin(&array, &b);
	for (int i = 0; i < n; i++)
		db_array_text(&array, words[i]);
	db_array_end(&array);
	enum err e = sql_search(db, pool, org, buf_str(&b), most, &r);
	const struct sql_search_row row = sql_search_row(&r, 0);
	if (e == ERR_OK)
		*hits = row.hits;
	if (e == ERR_OK && complete)
		*complete = row.complete;
	buf_fini(&b);
	return e;
}
