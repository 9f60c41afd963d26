/*
 * knowledge-store.h - documents in the database, with their passages and the index by which these are found.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_STORE_H
#define DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_STORE_H

#include "db/db.h"

#define KNOWLEDGE_TITLE_MAX_BYTES 300
#define KNOWLEDGE_TEXT_MAX_BYTES (8u << 20)

struct knowledge_document {
	struct str title;    /* known by it, whatever its case */
	struct str source;   /* "file", "paste", "url", "jsonl" */
	struct str url;      /* absent for none */
	struct str language; /* "es", "pt-BR"; "" for none: words stay whole */
	struct str text;     /* light text (passages.h), valid UTF-8 without NUL */
	struct str failure; /* why it could not be read, a reason as JSON; absent: it was. Then the text may be empty */
};

enum knowledge_outcome { KNOWLEDGE_ADDED, KNOWLEDGE_REPLACED, KNOWLEDGE_UNCHANGED };

struct knowledge_stored {
	int64_t document_id;
	enum knowledge_outcome outcome;
	int passages; /* of a document that is unchanged 0 */
};

/* Changes to the knowledge of one organisation, inside a transaction of the caller's. No other transaction changes it
 * from knowledge_begin to the end of the transaction; questions see the state before. After an error the transaction
 * must be rolled back. */
struct knowledge_writer;

/* `pool` must live as long as the transaction. Makes the index again when this program's terms are not those it was
 * made of. */
enum err knowledge_begin(struct db *db, struct pool *pool, int64_t org_id, struct knowledge_writer **out) MUST_CHECK;
/* Adds a document, or replaces the one of the same title unless it is the same. */
enum err knowledge_put(struct knowledge_writer *w, const struct knowledge_document *document,
	struct knowledge_stored *stored) MUST_CHECK;
/* Whether a document other than `except` (0: none) has the title, whatever its case: then ERR_CONFLICT. */
enum err knowledge_title_is_free(struct knowledge_writer *w, struct str title, int64_t except) MUST_CHECK;
/* Replaces the document of this id, title and all, unless it is the same. An absent text leaves text and address as
 * they are. ERR_NOT_FOUND; ERR_CONFLICT when another document has the title. */
enum err knowledge_change(struct knowledge_writer *w, int64_t document_id, const struct knowledge_document *document,
	struct knowledge_stored *stored) MUST_CHECK;
/* Adds a page of a site, or replaces the document that was fetched from its address, whose title stays. Where another
 * document has the page's title, the title says the address as well. */
enum err knowledge_put_page(
	struct knowledge_writer *w, const struct knowledge_document *page, struct knowledge_stored *stored) MUST_CHECK;
/* ERR_NOT_FOUND when there is no such document. */
enum err knowledge_delete(struct knowledge_writer *w, int64_t document_id) MUST_CHECK;
/* Makes the index again from the passages. */
enum err knowledge_rebuild(struct knowledge_writer *w) MUST_CHECK;
/* Writes what is still to be written. Then the caller commits. ERR_QUOTA with words when the organisation would have
 * too much (quota.h). */
enum err knowledge_end(struct knowledge_writer *w, struct explain *why) MUST_CHECK;

#endif
