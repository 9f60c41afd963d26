/*
 * breaker.h - circuit breakers of model endpoints: one that did not answer in time, several times in a row, is not
 * asked for a growing time, so that not every customer waits for it.
 *
 * After BREAKER_TIMEOUTS timeouts in a row the breaker opens for BREAKER_FIRST_S. When that time is over one call
 * probes the endpoint: it answers, and the breaker closes, or it does not, and the breaker stays open for twice as
 * long, at most BREAKER_MAX_S. An endpoint with another address or model begins without failures.
 */
#ifndef DESKBELL_ANSWER_LLM_BREAKER_H
#define DESKBELL_ANSWER_LLM_BREAKER_H

#include "core/err.h"
#include "core/pool.h"
#include "db/db.h"

enum endpoint_kind { ENDPOINT_CHAT, ENDPOINT_EMBEDDINGS, ENDPOINT_TRANSCRIPTION, ENDPOINT_VISION, ENDPOINT_KINDS };

/* As the database has them: "chat", "embeddings" ... */
extern const char *const endpoint_kind_names[ENDPOINT_KINDS];

#define BREAKER_TIMEOUTS 5
#define BREAKER_FIRST_S 30
#define BREAKER_MAX_S 900
#define BREAKER_PROBE_S 60 /* how long nothing else is asked while a probe is under way */

/* The breakers that a program knows. */
struct breakers;

/* Reads the state that the database has. A database that cannot be read leaves all breakers closed. For the pool's
 * life; `db` is borrowed for as long. */
struct breakers *breakers_load(struct pool *pool, struct db *db);

/* Which breaker a call goes through. */
struct breaker {
	struct breakers *all; /* NULL: none, the call is always made */
	int64_t org_id;       /* 0: the endpoint is the installation's */
	enum endpoint_kind kind;
	struct str endpoint; /* address and model */
	bool is_probe;       /* set by breaker_admits */
};

/* Whether the endpoint may be asked now. False with words in `why` while the breaker is open. Asks the database only
 * when the time of an open breaker is over. */
bool breaker_admits(struct breaker *breaker, struct explain *why) MUST_CHECK;

enum breaker_outcome {
	BREAKER_ANSWERED,  /* the endpoint answered, whatever it said */
	BREAKER_TIMED_OUT, /* the time was over */
	BREAKER_FAILED     /* no answer, but no message waited: counts for a probe only */
};

/* What became of a call that was admitted. Writes to the database only when that changes the breaker. */
void breaker_report(const struct breaker *breaker, enum breaker_outcome outcome);

#endif
