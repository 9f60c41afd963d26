/*
 * rich-text.h - a message as pieces: plain words, *bold* ones, and what can be opened: addresses of the web,
 * e-mail addresses, telephone numbers.
 */
#ifndef DESKBELL_DESK_RICH_TEXT_H
#define DESKBELL_DESK_RICH_TEXT_H

#include "core/json/json.h"
#include "core/pool.h"

/* Writes the member "pieces", an array of {"text", "bold", "href", "web"}; together the texts are `text`, but for the
 * stars of bold words. `href` is false, or begins with https:, http:, mailto: or tel:, whatever the text is. */
void rich_text_write(struct pool *pool, struct json_writer *w, struct str text);
/* A note of the team: the same, and "mention" is true for each of `mentions`, words such as "@ana" with spaces between
 * them. */
void rich_text_write_note(struct pool *pool, struct json_writer *w, struct str text, struct str mentions);

#endif
