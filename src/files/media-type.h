/*
 * media-type.h - what a file is, by its first bytes.
 *
 * What a sender or a platform says of a file is not believed: a page would be run in the desk's name. Only types that a
 * browser shows without running anything are told apart; all others are "application/octet-stream".
 */
#ifndef DESKBELL_FILES_MEDIA_TYPE_H
#define DESKBELL_FILES_MEDIA_TYPE_H

#include "core/str.h"

#include <stdbool.h>

/* Bytes that media_type_of looks at. */
#define MEDIA_TYPE_BYTES 64

/* "image/jpeg", static; "application/octet-stream" for anything that is not known. `head`: the first bytes. */
const char *media_type_of(struct str head);
/* The same for a file that is sent: office documents and plain text, which their first bytes do not tell apart, by the
 * ending of the name, where the bytes do not contradict it. */
const char *media_type_named(struct str head, struct str name);
/* Whether a browser may show or play a file of this type within a page of the desk; anything else is downloaded. */
bool media_type_is_shown(struct str type);
/* ".jpg" for a known type, "" otherwise; static. */
const char *media_type_extension(struct str type);

#endif
