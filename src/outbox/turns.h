/*
 * turns.h - how long the turns of the sender's loop take.
 */
#ifndef DESKBELL_OUTBOX_TURNS_H
#define DESKBELL_OUTBOX_TURNS_H

#include <stdint.h>

#define TURN_GOAL_US 50000 /* a longer one keeps the answers of other organizations waiting */

struct turns {
	int64_t began_us, waited_us; /* of the turn under way; what http_client_waited_us was then, */
	int64_t processor_us;        /* and clock_thread_us */
	int64_t window_us;           /* when the present minute began */
	int64_t max_us, previous_us; /* longest turn of the present minute, and of the minute before */
	int64_t longest_us, count;   /* since the start */
	int64_t logged_us;           /* when a long one was logged last */
	int64_t busiest_us;          /* most processor time of a turn, since the start */
};

/* A turn begins; `waited_us`: http_client_waited_us. */
void turns_begin(struct turns *turns, int64_t waited_us);
/* It ends: its time without what was waited meanwhile counts. Logs one that took longer than the goal, at most one a
 * second. Returns that time in microseconds. */
int64_t turns_end(struct turns *turns, int64_t waited_us);
/* Milliseconds of the longest turn within the last one to two minutes. */
int64_t turns_max_ms(const struct turns *turns);

#endif
