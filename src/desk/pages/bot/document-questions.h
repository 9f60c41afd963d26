/*
 * document-questions.h - questions to try on a document, and how far each is
 * from being answered by it.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_DOCUMENT_QUESTIONS_H
#define DESKBELL_DESK_PAGES_BOT_DOCUMENT_QUESTIONS_H

#include "desk/desk.h"

#define DOCUMENT_QUESTIONS_MAX 6

struct document_question;

struct document_questions {
	struct document_question *all;
	int n;
};

/* Inside request_transaction: what the document suggests, and what was typed
 * (absent: nothing), each asked. Nothing of an organisation with so many skills
 * that a page would wait for them. */
enum err document_questions_find(struct desk_request *v, const struct sql_document_view_row *document, struct str typed,
	struct document_questions *out) MUST_CHECK;
/* Writes "try": {questions, any, typed}. */
void document_questions_write(
	struct desk_request *v, struct json_writer *w, const struct document_questions *questions, struct str typed);

#endif
