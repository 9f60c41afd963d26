/*
 * content-form.h - what a reply takes along, on its page: the picture, document or place of a skill, a canned reply or
 * the fallback.
 */
#ifndef DESKBELL_DESK_PAGES_BOT_CONTENT_FORM_H
#define DESKBELL_DESK_PAGES_BOT_CONTENT_FORM_H

#include "channel/reply-content.h"
#include "desk/desk.h"

struct content_form_view {
	struct reply_content *content; /* NULL: none */
	bool is_fallback;
	const char *error; /* of what was sent, translated; NULL: none */
};

/* Inside request_transaction: fills `content`. */
enum err content_form_load(
	struct desk_request *v, const char *owner, int64_t owner_id, struct content_form_view *view) MUST_CHECK;
/* Writes the member "content". `action`: where its form goes, and where the file is had. */
void content_form_write(struct desk_request *v, struct str action, const struct content_form_view *view);
/* Does what the form says, with the file of the request. `*error`: why nothing was stored, translated; NULL: it was,
 * and the flash message is set. */
enum err content_form_save(struct desk_request *v, const char *owner, int64_t owner_id, const char **error) MUST_CHECK;
/* Answers with the file. */
enum err content_form_answer(struct desk_request *v, const char *owner, int64_t owner_id) MUST_CHECK;

#endif
