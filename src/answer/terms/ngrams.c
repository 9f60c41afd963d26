/*
 * ngrams.c - a folded text as counted n-grams. Pure.
 *
 * N-grams are known by a 31-bit hash and their view; with some ten thousand of them a collision is rare and costs one
 * n-gram. Pieces of characters stay within a word and its two ends, so that "in" at the end of a word differs from "in"
 * inside of one; a word shorter than the piece counts once.
 */
#include "answer/terms/ngrams.h"

#include "domain/text.h"

#include <math.h>
#include <stdlib.h>

#define WORDS_MAX 300
#define WORD_CHARS_MAX 64
#define WORD_BYTES_MAX (4 * WORD_CHARS_MAX)
#define PIECE_MIN 2
#define PIECE_MAX 4

struct gathering {
	struct gram *all;
	size_t n, room;
};

static void ngrams_gather(struct gathering *g, uint32_t hash, uint32_t view, bool is_word)
{
	if (g->n < g->room)
		g->all[g->n++] = (struct gram){
			.hash = (str_hash_spread(hash) & ~GRAM_IS_CHARS) | view, .is_word = is_word, .weight = 1
		};
}

static void gather_words(struct gathering *g, const struct str *words, int n)
{
	for (int i = 0; i < n; i++) {
		uint32_t hash = str_hash(STR_HASH, words[i]);
		ngrams_gather(g, hash, 0, true);
		if (i + 1 < n)
			ngrams_gather(g, str_hash(str_hash(hash, STR(" ")), words[i + 1]), 0, false);
	}
}

/* Where each character of " word " begins; returns how many there are. `at` has room for WORD_CHARS_MAX + 1. */
static int character_starts(struct str padded, size_t *at)
{
	int n = 0;
	size_t pos = 0;
	while (pos < padded.n && n < WORD_CHARS_MAX) {
		uint32_t c;
		size_t bytes = str_utf8_next((struct str){ padded.p + pos, padded.n - pos }, &c);
		at[n++] = pos;
		pos += bytes ? bytes : 1;
	}
	at[n] = pos;
	return n;
}

static void ngrams_gather_pieces(struct gathering *g, struct str word)
{
	char padded[WORD_BYTES_MAX + 2] = " ";
	size_t at[WORD_CHARS_MAX + 1];
	if (word.n > sizeof(padded) - 2)
		word.n = sizeof(padded) - 2;
	memcpy(padded + 1, word.p, word.n);
	padded[word.n + 1] = ' ';
	int n = character_starts((struct str){ padded, word.n + 2 }, at);
	for (int size = PIECE_MIN; size <= PIECE_MAX && size <= n; size++)
		for (int i = 0; i + size <= n; i++)
			ngrams_gather(g, str_hash(STR_HASH, (struct str){ padded + at[i], at[i + size] - at[i] }),
				GRAM_IS_CHARS, false);
}

static int compare_grams(const void *a, const void *b)
{
	uint32_t x = ((const struct gram *)a)->hash, y = ((const struct gram *)b)->hash;
	return (x > y) - (x < y);
}

/* Equal ones become one with its count, then counts become weights. */
static int ngrams_count(struct gram *all, size_t n)
{
	int kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (kept && all[kept - 1].hash == all[i].hash)
			all[kept - 1].weight++;
		else
			all[kept++] = all[i];
	}
	for (int i = 0; i < kept; i++)
		all[i].weight = 1 + logf(all[i].weight);
	return kept;
}

struct grams grams_of(struct pool *pool, struct str folded)
{
	struct str words[WORDS_MAX];
	int n = text_words(folded, words, WORDS_MAX);
	struct gathering g = { .room = 2 * (size_t)n };
	for (int i = 0; i < n; i++)
		g.room +=
			(PIECE_MAX - PIECE_MIN + 1) * ((words[i].n < WORD_BYTES_MAX ? words[i].n : WORD_BYTES_MAX) + 2);
	g.all = pool_new_array(pool, g.room, struct gram);
	gather_words(&g, words, n);
	for (int i = 0; i < n; i++)
		ngrams_gather_pieces(&g, words[i]);
	qsort(g.all, g.n, sizeof(*g.all), compare_grams);
	return (struct grams){ g.all, ngrams_count(g.all, g.n) };
}
