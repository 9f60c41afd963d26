/*
 * together.h - several things of price lists that a question names together: "a manicure and a pedicure, how much?"
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_TOGETHER_H
#define DESKBELL_ANSWER_EVIDENCE_TOGETHER_H

#include "answer/evidence/candidates.h"

/* `listed`: the question is a list ("a + b"), else it must ask for a price. Absent when fewer than two things with a
 * price are named, or when it is not clear which. Otherwise each with its price, and below them `total`, a text with
 * {sum} in braces, where the prices can be added. `first`: the place of the first unit. In the evidence's pool. */
struct str speak_together(const struct evidence *evidence, bool listed, const char *total, int *first);

/* The row with the lowest price among those of a table that say what is asked for, read out; absent when none do.
 * `*first`: its unit. */
struct str speak_cheapest(const struct evidence *e, int *first);

#endif
