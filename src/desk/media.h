/*
 * media.h - messages that are no text, by the platforms' own words for their kinds.
 */
#ifndef DESKBELL_DESK_MEDIA_H
#define DESKBELL_DESK_MEDIA_H

#include "core/json/json.h"
#include "desk/template/translation.h"

/* A kind of which the text is all there is. */
bool media_is_text(struct str kind);
/* Writes the member "media": {"image": true, "detail"}, {"other": KIND}, or false for text. */
void media_write(struct json_writer *w, struct str kind, struct str detail);
/* "Photo"; the kind itself when it is not known. */
struct str media_words(const struct translation *translation, struct str kind);

#endif
