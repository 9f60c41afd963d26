/*
 * speak.h - a piece of a document as a sentence for a customer.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_SPEAK_H
#define DESKBELL_ANSWER_EVIDENCE_SPEAK_H

#include "answer/evidence/candidates.h"
#include "core/buf.h"

/* What the best unit says: a row with its column names, only the columns that were asked for; rows of the same table
 * that say as much of the question together with it. In `pool`. `at`: the candidate's place. */
struct str speak_unit(const struct evidence *evidence, const struct candidates *candidates, int at);
/* Which cells of a row were asked for: those whose column the question names, else those of the kind that it wants,
 * else all but the first. */
void speak_choose_cells(const struct evidence *evidence, const struct unit *row, bool chosen[CELLS_MAX]);
/* Writes one piece alone: a row with the cells that were asked for, anything else as it is. */
void speak_row(const struct evidence *evidence, const struct unit *unit, struct buf *out);

#endif
