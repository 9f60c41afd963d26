/*
 * postings.c - entries of the knowledge index, and Okapi BM25 over them (Robertson and Zaragoza, 2009; k1 1.2, b 0.6).
 *
 * Pure. An entry is 10 bits of the passage's number within its block, 6 bits of how often it has the term, and one byte
 * for its length on a logarithmic scale, in steps of 3 %. Whatever depends on all passages (how many there are, how
 * long they are on average, how many have the term) is put in when a question is asked. Entries are data from a
 * database: bytes that make no sense give wrong scores and never more.
 */
#include "answer/retrieval/postings.h"

#include <math.h>

#define K1 1.2
#define B 0.6
#define COUNT_BITS 6
#define COUNT_MAX ((1 << COUNT_BITS) - 1)
#define LENGTH_STEP 1.03

struct tally {
	int n_blocks;
	float **blocks;              /* NULL: no passage of it has any term */
	float norm[TERM_KINDS][256]; /* by the code of a passage's length */
};

static int length_code(int length)
{
	double code = length > 1 ? round(log(length) / log(LENGTH_STEP)) : 0;
	return code < 255 ? (int)code : 255;
}

void posting_write(unsigned char out[POSTING_BYTES], int passage, int count, int length)
{
	int word = (passage % POSTINGS_BLOCK) << COUNT_BITS | (count < COUNT_MAX ? count : COUNT_MAX);
	out[0] = (unsigned char)(word >> 8);
	out[1] = (unsigned char)word;
	out[2] = (unsigned char)length_code(length);
}

int posting_slot(const unsigned char entry[POSTING_BYTES])
{
	return (entry[0] << 8 | entry[1]) >> COUNT_BITS;
}

static int postings_hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool postings_decode(struct buf *out, struct str shown)
{
	if (!str_has_prefix(shown, STR("\\x")) || shown.n % (2 * POSTING_BYTES) != 2)
		return false;
	size_t n = (shown.n - 2) / 2;
	char *room = buf_reserve(out, n);
	if (!room)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = postings_hex(shown.p[2 * i + 2]), low = postings_hex(shown.p[2 * i + 3]);
		if (high < 0 || low < 0)
			return false;
		room[i] = (char)(high << 4 | low);
	}
	buf_commit(out, n);
	return true;
}

double posting_rarity(double passages, double with)
{
	return log(1 + (fmax(passages - with, 0) + 0.5) / (with + 0.5));
}

struct tally *tally_new(struct pool *pool, int next_passage, const double average[TERM_KINDS])
{
	struct tally *t = pool_new_of(pool, struct tally);
	t->n_blocks = posting_block(next_passage) + 1;
	t->blocks = pool_new_array(pool, (size_t)t->n_blocks, float *);
	for (int kind = 0; kind < TERM_KINDS; kind++)
		for (int code = 0; code < 256; code++)
			t->norm[kind][code] =
				(float)(K1 * (1 - B + B * pow(LENGTH_STEP, code) / fmax(average[kind], 1)));
	return t;
}

void tally_add(struct tally *t, struct pool *pool, int kind, int block, struct str entries, double weight)
{
	const unsigned char *p = (const unsigned char *)entries.p, *end = p + entries.n;
	if (block < 0 || block >= t->n_blocks)
		return;
	if (!t->blocks[block])
		t->blocks[block] = pool_new_array(pool, POSTINGS_BLOCK, float);
	float *scores = t->blocks[block];
	for (; end - p >= POSTING_BYTES; p += POSTING_BYTES) {
		float count = (float)(p[1] & COUNT_MAX);
		scores[posting_slot(p)] += (float)weight * count / (count + t->norm[kind][p[2]]);
	}
}

int tallied_keep(struct tallied *best, int n, int most, struct tallied one)
{
	int at = n;
	while (at > 0 && best[at - 1].score < one.score)
		at--;
	if (at == most)
		return n;
	n = n < most ? n + 1 : n;
	memmove(best + at + 1, best + at, (size_t)(n - at - 1) * sizeof(*best));
	best[at] = one;
	return n;
}

int tally_best(const struct tally *t, struct tallied *out, int most)
{
	int n = 0;
	for (int block = 0; block < t->n_blocks; block++)
		for (int slot = 0; t->blocks[block] && slot < POSTINGS_BLOCK; slot++) {
			double score = (double)t->blocks[block][slot];
			if (score > 0 && (n < most || score > out[n - 1].score))
				n = tallied_keep(
					out, n, most, (struct tallied){ block * POSTINGS_BLOCK + slot, score });
		}
	return n;
}
