/*
 * loop.h - the one thread that does everything with a time: timers, and requests to other programs.
 */
#ifndef DESKBELL_SIMULATOR_LOOP_H
#define DESKBELL_SIMULATOR_LOOP_H

#include "core/net/http-client.h"

struct loop;

/* Never NULL. The thread runs from here on. */
struct loop *loop_new(void);
/* Ends the thread: timers that have not fired are dropped, requests under way are cancelled. The loop can still be
 * asked loop_is_stopping. */
void loop_stop(struct loop *loop);
void loop_free(struct loop *loop);
bool loop_is_stopping(const struct loop *loop);

/* Calls `run(arg)` in the loop's thread after `delay_ms`, in order of due time, then of call. At a stop calls
 * `drop(arg)` instead, which may be NULL. From any thread. */
void loop_after(struct loop *loop, int64_t delay_ms, void (*run)(void *arg), void (*drop)(void *arg), void *arg);
/* Sends a request; its `done` is called in the loop's thread. Only from that thread. */
void loop_request(struct loop *loop, const struct http_request *request);

#endif
