/*
 * document-input.h - what a user gives as a document - a file, an address, pasted text - read into one.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_DOCUMENT_INPUT_H
#define DESKBELL_DESK_PAGES_BOT_DOCUMENT_INPUT_H

#include "answer/retrieval/knowledge-import.h"
#include "desk/desk.h"

#define DOCUMENT_UPLOAD_MAX_BYTES (20 * 1024 * 1024)
#define DOCUMENT_PASTE_MAX_BYTES (500 * 1024)
#define DOCUMENT_TITLE_TYPED_MAX_BYTES 4000 /* and cut to KNOWLEDGE_TITLE_MAX_BYTES */

/* All three are called with a place of GATE_DOCUMENTS, put the database connection back first, fill `out` (the language
 * is left alone), and on ERR_INVALID have words for the person in `why`: what is wrong and what to do. */
enum err document_from_file(struct desk_request *v, struct str name, struct str content_type, struct str bytes,
	struct str title, struct knowledge_document *out, struct explain *why) MUST_CHECK;
enum err document_from_url(struct desk_request *v, struct str url, struct str title, struct knowledge_document *out,
	struct explain *why) MUST_CHECK;
enum err document_from_text(struct desk_request *v, struct str text, struct str title, struct knowledge_document *out,
	struct explain *why) MUST_CHECK;

/* Makes the words in `why` a sentence in the person's language. */
void document_explain(struct desk_request *v, struct explain *why);
/* Enters a document that was added or replaced into the audit log. */
enum err document_record(struct desk_request *v, const struct knowledge_stored *stored, struct str title) MUST_CHECK;

/* Finds the pages of the site at `url`, or those that the sitemap at `url` names, and shows them to be chosen from
 * (site-page.c). Called with a place of GATE_DOCUMENTS. ERR_INVALID with words in `why` when none are found. */
enum err site_page_offer(struct desk_request *v, struct str url, struct str language, struct explain *why) MUST_CHECK;

/* Writes "languages": [{"code", "name", "here"}] with the chosen one, which may be any tag; `or_another`: also "", for
 * a language of which nothing is known. */
void document_write_languages(struct desk_request *v, struct json_writer *w, struct str chosen, bool or_another);
/* The name of a language, its tag when it has none here. */
struct str document_language_name(struct desk_request *v, struct str tag);
/* Where a document is from, in words: "pasted", "example.com/page". */
struct str document_source_words(struct desk_request *v, struct str source, struct str url);

#endif
