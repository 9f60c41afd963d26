/*
 * avatar.h - how people are shown: initials and a colour where there is no picture.
 */
#ifndef DESKBELL_DESK_AVATAR_H
#define DESKBELL_DESK_AVATAR_H

#include "core/pool.h"

/* The first letters of the first two words, "#" for a number. In the pool; empty for an empty name. */
struct str person_initials(struct pool *pool, struct str name);
/* 0 to 5: always the same for the same person. */
int person_hue(int64_t id);

#endif
