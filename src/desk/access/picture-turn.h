/*
 * picture-turn.h - whose turn it is to have a picture made smaller.
 */
#ifndef DESKBELL_DESK_PICTURE_TURN_H
#define DESKBELL_DESK_PICTURE_TURN_H

#include "desk/desk.h"

/* Waits for a turn, with few others. False, with Retry-After in the response, when too many wait already or it took too
 * long. */
bool picture_turn_begin(struct desk_request *v) MUST_CHECK;
void picture_turn_end(struct desk_request *v);

#endif
