/*
 * trades.h - kinds of businesses, and the skills that each of them begins with.
 *
 * A template is a skill with holes: what stands in square brackets is said by the business before the skill is stored,
 * and names itself there ("[price of delivery]"). The texts are English and are translated like all others.
 */
#ifndef DESKBELL_DOMAIN_TRADES_H
#define DESKBELL_DOMAIN_TRADES_H

#include "core/pool.h"
#include "core/str.h"

enum trade_kind {
	TRADE_OTHER,
	TRADE_SHOP,
	TRADE_CLINIC,
	TRADE_RESTAURANT,
	TRADE_SALON,
	TRADE_HOTEL,
	TRADE_WORKSHOP,
	TRADE_KINDS
};
/* In the order of the enum. */
#define TRADE_NAMES "other|shop|clinic|restaurant|salon|hotel|workshop"
#define TRADE_SKILLS 3
#define TRADE_HOLES_MAX 4

struct trade_skill {
	const char *title;
	const char *triggers; /* one a line */
	const char *response;
	bool handover; /* a person goes on after the reply */
};

struct trade {
	const char *name, *title;
	struct trade_skill skills[TRADE_SKILLS];
};

extern const struct trade trades[TRADE_KINDS];

/* Takes the next part of a response off `rest`: text, or, with `*hole`, the name of a hole without its brackets. False
 * at the end. */
bool trade_next_part(struct str *rest, struct str *part, bool *hole);
/* The response with what is said in place of its holes, in their order. In the pool. */
struct str trade_fill(struct pool *pool, struct str response, const struct str *said, int n);

#endif
