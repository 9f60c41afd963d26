/*
 * pieces.h - what every platform needs to turn the pieces of its payload into items of the domain.
 */
#ifndef DESKBELL_CHANNEL_PIECES_H
#define DESKBELL_CHANNEL_PIECES_H

#include "channel/channel.h"

/* A new item of the channel at the end of the list. */
struct inbound *piece_add(
	struct pool *pool, const struct channel *channel, struct inbound_list *out, enum inbound_op op);
/* The same for a message of `person`, whose identities and names are known. */
struct inbound *piece_add_for(
	struct pool *pool, const struct channel *channel, struct inbound_list *out, const struct inbound *person);
/* Puts a piece that cannot be used aside, whole, with the reason. `kind`: message, status, echo. */
void piece_quarantine(struct pool *pool, const struct channel *channel, struct inbound_list *out, const char *kind,
	const char *reason, const struct json *piece);
/* Unix seconds of a number or a string; now when absent, unreadable or out of any sense, so that nothing is lost for
 * it. */
int64_t piece_seconds(const struct json *v);
/* An id made of the content, for what has none of its own: the same piece again has the same id. */
struct str piece_content_id(struct pool *pool, const struct json *piece);
/* All members of an object but those named in `elsewhere` (ends with NULL) and `own` (may be NULL), as a JSON object;
 * absent when none is left. Members that do not fit into INBOUND_MAX_metadata bytes are left out and counted as
 * "omitted". */
struct str piece_metadata(struct pool *pool, const struct json *piece, const char *const *elsewhere, const char *own);
/* The same with a member of ours, which is JSON, at the end; an absent or empty one adds nothing. */
struct str piece_metadata_add(struct pool *pool, struct str metadata, const char *key, struct str json);
/* The shape of a value without anything of its content: {"event":"text","list":[{"n":"number"}]}, a few levels deep and
 * at most PIECE_SHAPE_MAX_BYTES long; absent when it is larger. */
#define PIECE_SHAPE_MAX_BYTES 4096
struct str piece_shape(struct pool *pool, const struct json *value);
/* {"name", "id"}: who of a group wrote a message; absent when neither is known. */
struct str piece_writer(struct pool *pool, struct str name, struct str id);

#endif
