/*
 * picture-clean.h - a picture or video as it goes out.
 */
#ifndef DESKBELL_FILES_PICTURE_CLEAN_H
#define DESKBELL_FILES_PICTURE_CLEAN_H

#include "files/file-store.h"
#include "files/picture-head.h"

/* A picture goes out the right way round, of a kind that every platform takes, not larger than a screen, and without
 * what a camera wrote into it: then `*writer` is another one and `*head` how it begins; else both stay. Of what
 * `program` (NULL: there is none) cannot read the notes alone are taken out (picture-strip.h); the platform will say
 * the rest. Of a video they are, too (video-strip.h). ERR_TOO_LARGE for too many pixels; ERR_IO, ERR_CONFIG when what
 * is to be sent cannot be written: then the picture must not be sent, for what a camera wrote into it is still there.
 */
enum err picture_clean(struct pool *pool, const struct conf *conf, const char *program, struct str type,
	struct file_writer **writer, struct str *head) MUST_CHECK;
/* How large the picture at `fd` says it is, wherever it is read; as picture_head_read says. */
bool picture_clean_size(struct pool *pool, int fd, struct picture_head *out);

#endif
