/*
 * leave-one-out.h - how a phrase of a skill looks to each skill as if it were a message and all others were known.
 */
#ifndef DESKBELL_ANSWER_SKILLS_LEAVE_ONE_OUT_H
#define DESKBELL_ANSWER_SKILLS_LEAVE_ONE_OUT_H

#include "answer/skills/training/confidence.h"
#include "answer/skills/training/training-phrases.h"

/* `cosines` has room for all phrases of skills and holds those of the phrase afterwards; `evidence` for all skills. By
 * similarity alone, as a match without a model goes: exact for the one left out, and without training anything again.
 */
void leave_one_out_evidence(const struct phrases *phrases, int phrase, float *cosines, struct evidence *evidence);

#endif
