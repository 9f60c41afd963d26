/*
 * description.h - what a message holds besides its text, for a reader: an order with its items, a place with a link to
 * a map, the words for an event.
 *
 * The stored kind and metadata are the platform's; channel_ops.describe turns them into this. All words are English in
 * T("...") and are translated where they are shown; texts are borrowed from the metadata or live in the pool, may be
 * dirty or of any length, and are never a platform's own name for a type.
 */
#ifndef DESKBELL_CHANNEL_DESCRIPTION_H
#define DESKBELL_CHANNEL_DESCRIPTION_H

#include "core/json/json.h"
#include "core/pool.h"
#include "core/str.h"

struct channel_ops;

#define DESCRIPTION_LINES_MAX 40
#define DESCRIPTION_TEXT_MAX_BYTES 1000      /* of a line */
#define DESCRIPTION_METADATA_MAX_BYTES 65536 /* larger metadata is not read */

struct description_line {
	const char *label; /* NULL: none */
	struct str name;   /* a label that is not ours, such as that of a form's field; absent where there is `label` */
	struct str text;   /* may be absent where `words` is set */
	const char *words; /* a text of ours; NULL: `text` */
	struct str href;   /* http, https or tel; absent: no link */
};

struct description {
	const char *icon;  /* of htdocs/icons.svg */
	const char *title; /* "Order"; NULL: the text is all there is */
	const char *event; /* it is an event and not a message: words with {{name}} and {{other}}; NULL: a message */
	const char *event_alone; /* the same where there is nothing for {{other}}: a reaction that was taken back */
	struct str other;        /* for {{other}} */
	struct str quoted;       /* the text that it answers, where that is no message of the conversation */
	struct str writer;       /* who of a group wrote it; absent elsewhere */
	struct str topic,
		topic_id; /* of a chat with topics, where it stands; the name absent when it is not known here */
	bool is_deleted;  /* by its writer: a tombstone without text */
	const struct json *history; /* [{"text", "until"}]: what an edited message said before; NULL: never edited */
	struct description_line lines[DESCRIPTION_LINES_MAX];
	int n_lines, omitted; /* lines that had no room */
};

/* Reads a stored message; never fails. `metadata` is a JSON object or absent. */
void description_read(struct pool *pool, const struct channel_ops *ops, struct str kind, struct str metadata,
	struct description *out);
/* What a kind is called where only the kind is known: "Photo". */
const char *description_title(const struct channel_ops *ops, struct str kind);

/* For the platforms. A text that is empty adds no line; one that is too long is cut. */
void description_add(struct description *c, const char *label, struct str text);
void description_add_link(struct description *c, const char *label, struct str text, struct str href);
void description_add_words(struct description *c, const char *label, const char *words);
void description_add_named(struct description *c, struct str name, struct str text);
/* A place: where it is called what, its address, and a link to a map. */
void description_add_place(struct pool *pool, struct description *c, const struct json *place);
/* A value of any JSON kind as text: strings as they are, lists joined by commas. */
struct str description_text(struct pool *pool, const struct json *v);
/* An address of the web as a link; any other text only as text. */
void description_add_url(struct description *c, const char *label, struct str url);
void description_add_phone(struct pool *pool, struct description *c, const char *label, struct str number);

#endif
