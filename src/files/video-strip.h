/*
 * video-strip.h - a video without what a camera wrote into it, and not decoded.
 */
#ifndef DESKBELL_FILES_VIDEO_STRIP_H
#define DESKBELL_FILES_VIDEO_STRIP_H

#include "core/pool.h"
#include "core/str.h"

#include <stdbool.h>

/* Passes an MP4, MOV, 3GP or M4A on in pieces, as long as it is and each part in its place; what neither picture nor
 * sound needs is zeros: notes (place, device, owner, comments), and tracks that record where the camera was. False when
 * `put` does, or when it is none of these or damaged: then what was passed on is of no use. What is allocated lives in
 * `pool`. */
bool video_strip(struct pool *pool, struct str video, bool (*put)(void *arg, struct str piece), void *arg);

#endif
