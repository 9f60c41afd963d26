/*
 * graph-error.h - errors in the shape of Graph API ("Handling errors", "Error codes" of the Cloud API), and the
 * failures that can be asked for by name.
 */
#ifndef DESKBELL_SIMULATOR_GRAPH_GRAPH_ERROR_H
#define DESKBELL_SIMULATOR_GRAPH_GRAPH_ERROR_H

#include "core/buf.h"
#include "core/str.h"

struct graph_error {
	const char *name; /* by which fail_with finds it */
	int http;
	int64_t code;
	int subcode;      /* 0: none */
	const char *type; /* NULL: OAuthException */
	const char *message;
	const char *details; /* error_data.details; NULL: none */
	bool transient;      /* adds is_transient */
	const char *html;    /* not NULL: no JSON at all but this, as an edge server answers */
	int retry_after_s;   /* 0: no header */
};

/* The failure called `name`, or with that code in digits; NULL when there is none. */
const struct graph_error *graph_error_find(struct str name);
/* One of those that "random" draws from; `draw` is any number. */
const struct graph_error *graph_error_draw(uint64_t draw);
/* The names in words, for an error message. */
void graph_error_names(struct buf *out);
/* The body, as Meta writes it. */
void graph_error_write(struct buf *out, const struct graph_error *error, const char *trace_id);

#endif
