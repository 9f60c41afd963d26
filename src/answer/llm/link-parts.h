/*
 * link-parts.h - what the files behind links.h share; everybody else uses links.h.
 */
#ifndef DESKBELL_ANSWER_LLM_LINK_PARTS_H
#define DESKBELL_ANSWER_LLM_LINK_PARTS_H

#include "core/pool.h"
#include "core/str.h"

/* A text as characters. Those that a reader, or a browser, takes for ASCII (full width, mathematical, circled letters,
 * other digits, other dots and slashes) are given as what they pass for. */
struct skeleton {
	struct str text;
	const uint32_t *c; /* n of them, then a 0 */
	const size_t *at;  /* where each begins in the text; at[n] is its end */
	size_t n;
};

struct skeleton skeleton_of(struct pool *pool, struct str text);
/* What the code points from `from` to before `to` were written as. */
struct str skeleton_source(const struct skeleton *g, size_t from, size_t to);
bool codepoint_is_digit(uint32_t c);
bool codepoint_is_letter(uint32_t c); /* ASCII, or another alphabet's */
bool codepoint_is_space(uint32_t c);

enum link_kind {
	LINK_WEB,    /* http, https, www., or a name with port, path or query */
	LINK_NAME,   /* what may be a host's name and may be two words with a stop between them */
	LINK_SCHEME, /* any other scheme */
	LINK_EMAIL,
	LINK_HANDLE, /* @name */
	LINK_CODE,   /* an account, an address of a coin, a key: letters and digits that no language has */
	LINK_NUMBER  /* seven digits or more that may be a telephone's, an account's, a card's */
};

struct link_span {
	enum link_kind kind;
	size_t from, to; /* code points */
};

/* The first of these things at or after `from`. */
bool link_scan(const struct skeleton *g, size_t from, struct link_span *out);
/* What a name that stands alone most likely is. */
bool link_name_is_host(const struct skeleton *g, const struct link_span *name);
/* The number that begins at the digit or plus at `at`; false when it has too few digits, or is a date, a time or an
 * amount: then only `to` is set. */
bool link_scan_number(const struct skeleton *g, size_t at, struct link_span *out);

/* The name that begins with the at sign at `at`: three code points or more after it, one of them a letter. What stands
 * before `start` does not count: it is dealt with. */
bool link_scan_handle(const struct skeleton *g, size_t start, size_t at, struct link_span *out);
/* The code that begins at `at`. */
bool link_scan_code(const struct skeleton *g, size_t start, size_t at, struct link_span *out);

/* A link taken apart for comparison. */
struct link {
	enum link_kind kind;
	struct str shown;      /* as it was written */
	struct str host, rest; /* normalised; rest is path and query */
};

struct link link_parse(struct pool *pool, const struct skeleton *g, const struct link_span *span);

struct links_known {
	struct pool *pool;
	struct link *links;
	int n, room;
	struct str digits; /* of all numbers, with spaces between them */
};

struct links_known links_known_of(struct pool *pool, const struct str *sources, int n_sources);
/* The known link that `link` is, or was meant to be; NULL when there is none. `*cut`: it was shortened. */
const struct link *links_find(const struct links_known *known, const struct link *link, bool *cut);
/* True when the link only calls or writes to a number ("tel:112") that the sources hold, however short it is. */
bool links_knows_short_number(const struct links_known *known, const struct link *link);
/* How far the number stands in the sources; `from` when it does not. */
size_t links_known_number_end(const struct links_known *known, const struct skeleton *g, const struct link_span *span);

#endif
