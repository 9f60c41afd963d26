/*
 * links.h - what a model's answer may point to: only what stands in its sources.
 */
#ifndef DESKBELL_ANSWER_LLM_LINKS_H
#define DESKBELL_ANSWER_LLM_LINKS_H

#include "core/pool.h"
#include "core/str.h"

struct links_result {
	struct str text; /* in the pool */
	int kept, repaired, removed;
};

/* Looks at every link, e-mail address, @handle, code (an account, an address of a coin) and number of seven digits or
 * more in `text`. One that stands in a source is written as it is there; a mangled form of a link (other case, http for
 * https, a lost or added query, a slash or stop too many, cut short) becomes that link, the handle of a page in a
 * source becomes the page's address; anything else goes, with the brackets around it. What only looks like a host's
 * name ("today.Then") gets a space. Both texts must be plain text (plain_text). `sources` are texts and single
 * addresses alike; absent ones are allowed. Pure; in time linear in the text, times the number of links in the
 * sources. */
struct links_result links_check(struct pool *pool, struct str text, const struct str *sources, int n_sources);
/* True when the digits of `number` stand in `text` in this order, whatever separates them. At least seven. */
bool links_number_occurs(struct pool *pool, struct str number, struct str text);

#endif
