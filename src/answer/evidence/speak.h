/*
 * speak.h - a piece of a document as a sentence for a customer.
 */
#ifndef DESKBELL_ANSWER_EVIDENCE_SPEAK_H
#define DESKBELL_ANSWER_EVIDENCE_SPEAK_H

#include "answer/evidence/candidates.h"

/* What the best unit says: a row with its column names, only the columns that were asked for; rows of the same table
 * that say as much of the question together with it. In `pool`. `at`: the candidate's place. */
struct str speak_unit(const struct evidence *evidence, const struct candidates *candidates, int at);

#endif
