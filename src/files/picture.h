/*
 * picture.h - pictures made smaller and of a kind that every browser and platform takes, by a library in a process of
 * its own with limits.
 *
 * What comes out is encoded again: turned the right way round, without what a camera wrote into it (place, time,
 * owner), and without anything else that the file may have held.
 */
#ifndef DESKBELL_FILES_PICTURE_H
#define DESKBELL_FILES_PICTURE_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

enum picture_use {
	PICTURE_PREVIEW, /* JPEG, at most 640 pixels wide and high, on white */
	PICTURE_SEND,    /* JPEG, or PNG for a PNG, at most 2560 pixels */
	PICTURE_LOGO     /* PNG, at most 160 pixels; what is transparent stays so */
};

struct picture {
	const char *type; /* "image/jpeg", "image/png" */
	struct str bytes; /* in the pool */
	int width, height;
	int pages; /* of the document whose first page it is; 0: not known */
};

/* How the process ends when it has no picture to give. */
enum { PICTURE_NONE = 3, PICTURE_TOO_LARGE = 4 };
#define PICTURE_TOO_LARGE_TEXT "too-large" /* its answer then */

/* The program that reads pictures: next to `own_path`, else where it is installed. NULL where there is none. Lives in
 * `pool`. */
const char *picture_program(struct pool *pool, const char *own_path);
/* Whether `program` (NULL: there is none) and this host make a preview of a file of the type: of a picture, or of the
 * first page of a PDF. */
bool picture_has_preview(const char *program, struct str type);
/* Whether it is a picture that `program` reads. */
bool picture_is_read(const char *program, struct str type);
/* Makes one of the file at `fd`, read from its beginning. ERR_INVALID for what is no picture, ERR_TOO_LARGE for one
 * that is too large to be unpacked; ERR_CONFIG, ERR_TIMEOUT and ERR_IO as subprocess_run says. */
enum err picture_make(struct pool *pool, const char *program, enum picture_use use, struct str type, int fd,
	struct picture *out, struct explain *why) MUST_CHECK;

#endif
