/*
 * graph.h - one call of Graph API, shared by the files that answer its endpoints.
 */
#ifndef DESKBELL_SIMULATOR_GRAPH_GRAPH_H
#define DESKBELL_SIMULATOR_GRAPH_GRAPH_H

#include "simulator/graph/graph-error.h"
#include "simulator/simulator.h"

struct graph_call {
	struct simulator *sim;
	struct exchange *ex;
	struct str version;      /* "v25.0", absent when the path names none */
	struct str object, edge; /* /{object}/{edge} */
	const struct json *body; /* NULL unless the request has a JSON body and says so */
	struct channel
		*channel;    /* whose token it is; the object's own when that is a number or account with this token */
	const char *outcome; /* for the record; NULL: "answered" or "refused" by status */
	int64_t latency_ms;  /* how long the answer is kept back */
	bool held;           /* set by graph_hold */
	bool has_secrets;    /* the body must not be recorded */
};

/* Endpoints; each leaves an answer in the exchange. With the lock held. */
void graph_post_messages(struct graph_call *call);
void graph_get_number(struct graph_call *call);
void graph_get_numbers(struct graph_call *call);
void graph_get_subscription(struct graph_call *call);
void graph_post_subscription(struct graph_call *call);
void graph_delete_subscription(struct graph_call *call);
/* False when no file has the id that the path names; then nothing is answered. */
bool graph_get_media(struct graph_call *call);
bool graph_delete_media(struct graph_call *call);
void graph_post_media(struct graph_call *call);
/* What Meta takes a file of that name for: image, video, audio, document, sticker; "unknown". */
const char *graph_media_kind(struct str file_name);
/* /{app}/subscriptions; looks at the token itself. */
void graph_answer_app(struct graph_call *call, struct str token);
void graph_get_debug_token(struct graph_call *call);

/* Answers with `error`. */
void graph_fail(struct graph_call *call, const struct graph_error *error);
/* Answers with code 100, HTTP 400 and the words; a false to return. */
bool graph_refuse(struct graph_call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same, with error_data.details. */
bool graph_refuse_value(struct graph_call *call, const char *details);
/* Code 100 subcode 33: the object does not exist for this token. */
void graph_refuse_object(struct graph_call *call);
/* Answers 200 with the JSON that `plain` holds, escaped as Meta does. */
void graph_succeed(struct graph_call *call, const struct buf *plain);
void graph_succeed_bool(struct graph_call *call);
/* The endpoint answers later: it records the call itself and has the exchange released. */
void graph_hold(struct graph_call *call);
/* Records the call as it stands now. */
void graph_record(struct graph_call *call);

#endif
