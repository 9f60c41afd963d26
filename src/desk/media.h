/*
 * media.h - what a message holds besides its text (channel/description.h), for a page.
 */
#ifndef DESKBELL_DESK_MEDIA_H
#define DESKBELL_DESK_MEDIA_H

#include "channel/description.h"
#include "core/json/json.h"
#include "core/text/translation.h"

/* Writes the member "media": {"icon", "title", "lines": [{"label", "text", "href"}], "more"}, or false where the text
 * is all there is. */
void media_write(
	struct pool *pool, const struct translation *translation, struct json_writer *w, const struct description *d);
/* What media_write takes as HTML, nearly. */
size_t media_bytes(const struct description *d);
/* "Order: 2 × sofa", for a list and a quote; `body` where it says enough. `name`: the contact's. Never empty. Lives in
 * the pool. */
struct str media_words(struct pool *pool, const struct translation *translation, const struct description *d,
	struct str name, struct str body);
/* What a message is called that holds nothing that can be shown. */
extern const char media_nothing[];
/* An event's words with {{name}} and {{other}} filled in. `name`: the contact's. */
struct str media_event(struct pool *pool, const struct translation *translation, const struct description *d,
	struct str name, struct str body);
/* `words`, translated, with {{name}} and {{other}} filled in. */
struct str media_filled(
	struct pool *pool, const struct translation *translation, const char *words, struct str name, struct str other);

#endif
