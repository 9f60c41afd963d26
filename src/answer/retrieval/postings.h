/*
 * postings.h - the entries of the knowledge index as bytes, and the sums by which a question ranks passages.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_POSTINGS_H
#define DESKBELL_ANSWER_RETRIEVAL_POSTINGS_H

#include "answer/terms/terms.h"
#include "core/buf.h"

#define POSTING_BYTES 3
#define POSTINGS_BLOCK 1024 /* passages */

static inline int posting_block(int passage)
{
	return passage / POSTINGS_BLOCK;
}

/* The entry of a passage for a term that it has `count` times and whose kind it has `length` times. */
void posting_write(unsigned char out[POSTING_BYTES], int passage, int count, int length);
/* The passage of an entry, within its block. */
int posting_slot(const unsigned char entry[POSTING_BYTES]);
/* Appends the entries that the database shows as text ("\x0a1b2c..."); false when they are none. */
bool postings_decode(struct buf *out, struct str shown);

/* How rare a term is that `with` of `passages` passages have: BM25's idf, never negative. */
double posting_rarity(double passages, double with);

struct tally;

/* Sums for passages below `next_passage`, whose average length by kind is `average`. */
struct tally *tally_new(struct pool *pool, int next_passage, const double average[TERM_KINDS]);
/* Adds a term's share to each passage of a block that has it. By `weight` a passage that has the term endlessly often
 * would gain. Entries of passages that cannot exist are ignored. */
void tally_add(struct tally *tally, struct pool *pool, int kind, int block, struct str entries, double weight);

struct tallied {
	int passage;
	double score;
};

/* Puts one in its place among the `n` best so far, of which `most` are kept, behind equal ones; returns how many there
 * are now. */
int tallied_keep(struct tallied *best, int n, int most, struct tallied one);
/* The best, the best first; of equal ones the older. Returns how many. */
int tally_best(const struct tally *tally, struct tallied *out, int most);

#endif
