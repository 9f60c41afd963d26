/*
 * picture-strip.h - a picture without what a camera wrote into it, and not decoded.
 */
#ifndef DESKBELL_FILES_PICTURE_STRIP_H
#define DESKBELL_FILES_PICTURE_STRIP_H

#include "core/str.h"

#include <stdbool.h>

/* Passes a JPEG, PNG or WebP on in pieces, bit by bit as it is, but for notes (place, time, owner, comments, pictures
 * within it) and for what follows its end; which way round a JPEG was taken stays. False when `put` does, or when it is
 * none of these or damaged: then what was passed on is of no use. */
bool picture_strip(struct str picture, bool (*put)(void *arg, struct str piece), void *arg);

#endif
