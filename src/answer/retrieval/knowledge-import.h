/*
 * knowledge-import.h - what a person gives - a file, pasted text, a web address - as a document for the knowledge base.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_IMPORT_H
#define DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_IMPORT_H

#include "answer/retrieval/knowledge-store.h"
#include "core/conf.h"

/* A file's bytes, or pasted text (`name` absent). `content_type` may be absent. The title is `title` if it says
 * anything, else the document's own, else the name without folders and ending. `out->language` is left alone. Strings
 * live in `pool`. Errors as document_read, with words. */
enum err knowledge_from_bytes(struct pool *pool, struct str name, struct str content_type, struct str bytes,
	struct str title, struct knowledge_document *out, struct explain *why) MUST_CHECK;
/* What an address points to, fetched once; waits for it, at most `timeout_ms` (0: as document_fetch has it). Errors as
 * document_fetch and document_read; for a sitemap ERR_INVALID, and `out->source` says "sitemap". */
enum err knowledge_from_url(struct pool *pool, const struct conf *conf, struct str url, struct str title,
	int timeout_ms, struct knowledge_document *out, struct explain *why) MUST_CHECK;

/* A language tag such as en, tr or pt-BR, or nothing. */
bool knowledge_is_language(struct str s);
/* A text as a document's title: one line, what is too long cut. */
struct str knowledge_title(struct pool *pool, struct str given);
/* What is wrong with a document, in words; NULL when it can be stored. */
struct str knowledge_fault(struct pool *pool, const struct knowledge_document *document);

#endif
