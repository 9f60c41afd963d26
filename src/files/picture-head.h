/*
 * picture-head.h - how large a picture says it is, and which way round it was taken: read from its first bytes, before
 * anything decodes it.
 */
#ifndef DESKBELL_FILES_PICTURE_HEAD_H
#define DESKBELL_FILES_PICTURE_HEAD_H

#include "core/str.h"

#include <stdbool.h>

struct picture_head {
	int64_t width, height;
	int orientation; /* 1 to 8, as EXIF counts; 1: as it is */
};

/* False when the size does not stand where the format says, or for another format than JPEG, PNG, GIF and WebP. */
bool picture_head_read(struct str bytes, struct picture_head *out);

/* Whether a JPEG or PNG holds nothing next to the picture itself: no place, time, owner or comment, as far as `bytes`,
 * its beginning, tells. False for other formats. */
bool picture_is_plain(struct str bytes);

/* Whether the segment of a JPEG that begins with this marker is a note of a camera or a program. */
bool picture_jpeg_is_note(unsigned char marker);
/* The same of a chunk of a PNG, by the four bytes of its type. */
bool picture_png_is_note(const char *type);

#endif
