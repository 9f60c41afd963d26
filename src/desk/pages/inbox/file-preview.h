/*
 * file-preview.h - the small picture of a file.
 */
#ifndef DESKBELL_DESK_PAGES_INBOX_FILE_PREVIEW_H
#define DESKBELL_DESK_PAGES_INBOX_FILE_PREVIEW_H

#include "desk/desk.h"
#include "files/file-store.h"

/* Answers with the preview of a stored file, which is made on the first request and kept. ERR_NOT_FOUND when it has
 * none. Outside of a transaction. */
enum err file_preview_answer(
	struct desk_request *v, const struct sql_attachment_row *file, const struct file_key *key) MUST_CHECK;

/* Answers with a file of the store: the caller may see it. With ?size=small its preview. Outside of a transaction. */
enum err file_answer(struct desk_request *v, const struct sql_attachment_row *file) MUST_CHECK;

#endif
