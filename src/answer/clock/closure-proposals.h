/*
 * closure-proposals.h - days on which documents say that the business is closed, for a person to look at.
 */
#ifndef DESKBELL_ANSWER_CLOCK_CLOSURE_PROPOSALS_H
#define DESKBELL_ANSWER_CLOCK_CLOSURE_PROPOSALS_H

#include "answer/evidence/unit.h"
#include "domain/hours/closures.h"

struct closure_proposal {
	int64_t first_day, last_day; /* days since 1970, both included */
	struct str says;             /* the piece of a document that names them */
};

/* Those of the coming year, at most `most`, that `known` does not have. Only pieces that name dates, say "closed" and
 * name no time of the day: at other hours it is open. Returns how many. */
int closure_proposals(
	const struct units *units, const struct closures *known, int64_t today, struct closure_proposal *out, int most);

#endif
