/*
 * picture-turn.c - pictures are made smaller by processes that take much memory and seconds: two at a time in one
 * process of the desk.
 *
 * A page with many pictures asks for several at the same time, so a request waits for its turn; but only with a place
 * of the gate, so that neither one organization nor all of them together take the threads that serve pages.
 */
#include "desk/access/picture-turn.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#define TURNS 2
#define WAIT_S 10

static sem_t picture_turns;

static void picture_turn_init(void)
{
	sem_init(&picture_turns, 0, TURNS);
}

bool picture_turn_begin(struct desk_request *v)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct timespec until;
	int failed;
	if (!request_enter_gate(v, GATE_PICTURES))
		return false;
	pthread_once(&once, picture_turn_init);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_S;
	do
		failed = sem_timedwait(&picture_turns, &until);
	while (failed && errno == EINTR);
	if (failed) {
		request_leave_gate(v);
		request_is_busy(v);
	}
	return !failed;
}

void picture_turn_end(struct desk_request *v)
{
	sem_post(&picture_turns);
	request_leave_gate(v);
}
