/*
 * behaviour.h - how the simulated platform behaves and misbehaves. One table gives the struct, the parser, the bounds
 * and the display.
 */
#ifndef DESKBELL_SIMULATOR_BEHAVIOUR_H
#define DESKBELL_SIMULATOR_BEHAVIOUR_H

#include "core/json/json.h"
#include "simulator/graph/graph-error.h"
#include "simulator/telegram/sim-telegram-error.h"

enum ladder_order { LADDER_IN_ORDER, LADDER_REVERSED, LADDER_SHUFFLED };

#define LADDER_RUNGS_MAX 8

/* INT(name, default, min, max)  BOOL(name, default) */
#define BEHAVIOUR_LIST(INT, BOOL) \
	INT(latency_ms, 0, 0, 600000) \
	INT(latency_jitter_ms, 0, 0, 600000) \
	INT(ladder_delay_ms, 20, 0, 600000) \
	INT(failed_code, 131026, 1, 999999) \
	INT(status_copies, 1, 0, 20) \
	INT(inbound_copies, 1, 1, 20) \
	INT(fail_every, 0, 0, 1000000000) \
	INT(lose_response_every, 0, 0, 1000000000) \
	INT(hang_every, 0, 0, 1000000000) \
	INT(garbage_every, 0, 0, 1000000000) \
	INT(reset_every, 0, 0, 1000000000) \
	INT(fail_uploads, 0, 0, 1000000000) \
	INT(media_life_s, 300, 0, 86400) \
	INT(telegram_file_life_s, 3600, 0, 86400) \
	INT(slow_bytes, 16, 1, 1048576) \
	INT(slow_pause_ms, 10, 0, 60000) \
	INT(retry_after_s, 1, 0, 86400) \
	INT(seed, 1, 0, INT64_MAX) \
	BOOL(status_before_response, false) \
	BOOL(batch_statuses, false) \
	BOOL(enforce_window, false) \
	BOOL(enforce_pair_rate, false) \
	BOOL(enforce_chats, false) \
	BOOL(telegram_http, false)

struct behaviour {
#define INT(name, def, min, max) int64_t name;
#define BOOL(name, def) bool name;
	BEHAVIOUR_LIST(INT, BOOL)
#undef INT
#undef BOOL
	const char *ladder[LADDER_RUNGS_MAX]; /* literals */
	unsigned n_rungs;
	enum ladder_order ladder_order;
	bool fail_random;
	const char *fail_name;                      /* when not random */
	const struct graph_error *fail_with;        /* of that name; NULL: the platform has none, so its "unknown" */
	const struct telegram_error *fail_telegram; /* the same */
	int fail_http;                              /* not 0: fail_body is the answer */
	char *fail_body;
};

void behaviour_init(struct behaviour *b);
void behaviour_fini(struct behaviour *b);
/* Changes what the object names, all or nothing. ERR_INVALID with words for an unknown name or a bad value. */
enum err behaviour_update(struct behaviour *b, const struct json *changes, struct explain *why) MUST_CHECK;
void behaviour_write(struct json_writer *w, const struct behaviour *b);

#endif
