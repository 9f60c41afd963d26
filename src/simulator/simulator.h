/*
 * simulator.h - the state that the parts share, and what a platform has to offer.
 *
 * `lock` guards everything but `loop`, which has its own. Request handlers run with it held; functions called by the
 * loop take it themselves.
 */
#ifndef DESKBELL_SIMULATOR_SIMULATOR_H
#define DESKBELL_SIMULATOR_SIMULATOR_H

#include <pthread.h>

#include "simulator/state/behaviour.h"
#include "simulator/telegram/bots.h"
#include "simulator/state/sim-channels.h"
#include "simulator/state/customers.h"
#include "simulator/llm/sim-llm-state.h"
#include "simulator/media/sim-media.h"
#include "simulator/loop.h"
#include "simulator/state/records.h"
#include "simulator/server.h"

/* The longest that a request stays without an answer, so that a long run does not collect them. */
#define HANG_MAX_MS 120000

struct simulator {
	pthread_mutex_t lock;
	struct loop *loop;
	struct behaviour behaviour;
	struct channels channels;
	struct bots bots;
	struct customers customers;
	struct records records;
	struct llm llm;
	struct sim_media_list media;
	uint64_t random; /* state of the repeatable generator */
	uint64_t serial; /* grows with every id given out; starts at a random place and never goes back */
	int64_t sends;   /* valid messages seen, for "every n-th" */
	int64_t pending; /* webhooks and ladders that are not finished */
};

/* One file a platform. */
struct platform {
	const char *name;
	bool (*owns)(struct str path);
	void (*answer)(struct simulator *sim, struct exchange *ex); /* with the lock held */
};

extern const struct platform platform_attachments, platform_graph, platform_llm, platform_telegram;

void simulator_init(struct simulator *sim);
void simulator_fini(struct simulator *sim);
/* Forgets records and behaviour; numbers and keys stay. */
void simulator_reset(struct simulator *sim);
/* The server's handler; `arg` is the simulator. */
void simulator_handle(void *arg, struct exchange *ex);

/* What goes wrong with a valid message before it is accepted. */
enum send_fault { SEND_FAULT_NONE, SEND_FAULT_RESET, SEND_FAULT_HANG, SEND_FAULT_FAIL };

/* Counts a valid message of any platform and says what the behaviour has for it. */
enum send_fault simulator_take_fault(struct simulator *sim);
/* That message is one of every `every`; 0: none is. */
bool simulator_is_nth(const struct simulator *sim, int64_t every);
uint64_t simulator_serial(struct simulator *sim);
/* Characters as both platforms are taken to count them: UTF-16 units. */
size_t simulator_utf16_units(struct str s);
/* latency_ms and its jitter for one answer. */
int64_t simulator_latency_ms(struct simulator *sim);

#endif
