/*
 * background.h - threads for what takes long or can wait, next to the sender's loop: the search's index, leases that
 * ran out, retention, putting files into their place, trials of embeddings.
 *
 * A task runs in one of a few threads, with a connection of that thread's own, and then its `done` on the loop. Between
 * the two no other thread touches it.
 */
#ifndef DESKBELL_OUTBOX_BACKGROUND_H
#define DESKBELL_OUTBOX_BACKGROUND_H

#include "core/conf.h"
#include "db/db.h"

struct background;

/* Lies inside of what it works on. */
struct task {
	void (*run)(struct task *task, struct db *db); /* in a thread */
	void (*done)(struct task *task);               /* on the loop; frees it */
	struct task *next;
};

/* Starts no thread yet. Never NULL. */
struct background *background_new(const struct conf *conf);
/* Waits for what is under way. Nothing may be waiting any more. NULL is allowed. */
void background_free(struct background *background);
/* Puts a task behind the others. */
void background_submit(struct background *background, struct task *task);
/* Becomes readable when a task has ended. */
int background_socket(const struct background *background);
/* Calls `done` of all that have ended. */
void background_take(struct background *background);
/* Tasks that wait, are under way, or have not been taken. */
int background_tasks(const struct background *background);

#endif
