/*
 * plain-text.h - foreign text made fit for a chat: nothing invisible, no markup.
 */
#ifndef DESKBELL_DOCUMENTS_PLAIN_TEXT_H
#define DESKBELL_DOCUMENTS_PLAIN_TEXT_H

#include "core/pool.h"
#include "core/str.h"

/* Valid UTF-8 without control characters but line feeds, and without characters that show nothing: soft hyphens, marks
 * of direction, zero-width spaces, tags. Joiners stay where scripts and emoji need them. In `pool`. */
struct str plain_text(struct pool *pool, struct str text);
/* The same in one line of at most `max` bytes, trimmed; white space becomes single spaces. */
struct str plain_line(struct pool *pool, struct str text, size_t max);
/* A plain text without Markdown and HTML: "[words](address)" becomes "words (address)"; headings, bold, code, quotes
 * and tags lose their signs. Single stars and underscores stay: chat apps know them. In `pool`. */
struct str plain_without_markup(struct pool *pool, struct str text);

/* Whether a line is an entry of a list: a name, and behind a colon what has a number, as in "Small box: 24 EUR". */
bool plain_is_entry(struct str line);

#endif
