/*
 * sender.h - the sender's event loop and what its parts share.
 */
#ifndef DESKBELL_OUTBOX_SENDER_H
#define DESKBELL_OUTBOX_SENDER_H

#include "answer/pipeline.h"
#include "channel/channel.h"
#include "core/conf.h"
#include "core/crypto/crypt-push.h"
#include "core/crypto/crypt.h"
#include "core/net/http-client.h"
#include "db/db.h"
#include "domain/work/histogram.h"
#include "outbox/background/background.h"
#include "outbox/busy.h"
#include "outbox/works.h"

#include <stdatomic.h>

#define ANSWERS_MAX 256 /* answers worked out at once */
#define LEADS_MAX 64    /* leads worked out at once */
#define JOBS_BATCH 32   /* of either claimed in one transaction */
#define SENDS_BATCH 96  /* deliveries claimed in one transaction */
#define FILES_MAX 16    /* files fetched at once */
#define FILES_BESIDE 4  /* the same while replies go out: they come first */
#define PUSHES_MAX 32   /* calls on browsers at once */
#define READINGS_MAX 8  /* files that models read at once */
#define SWEEPS_MAX 8    /* organizations that are swept at once */
#define EMBEDS_MAX 4    /* organisations and kinds that are embedded at once */

enum sender_mode { SENDER_ONCE, SENDER_LINGER, SENDER_FOREGROUND };

struct open_channels;
struct delivery; /* one on its way, see delivery.h */

struct sender {
	const struct conf *conf;
	const struct crypt_keys *keys;
	const char *picture_program;    /* NULL: none is installed */
	struct open_channels *channels; /* with their secrets opened */
	struct db *db;
	struct pipeline *pipeline;
	struct http_client *http;
	struct background *background;
	char who[80]; /* host:pid, owner of leases */
	int in_flight;
	struct works works;              /* which organizations have work, and what they hold of the sender */
	struct share shares[WORK_KINDS]; /* what there is to hold */
	int n_settled;                   /* outcomes that wait to be stored */
	int64_t delivered, failed;       /* since the start, for the log */
	struct histogram answer_times, delivery_times; /* since the last heartbeat */
	struct busy_set answers, leads;                /* being worked out: most of them wait for a model */
	struct answer_job *concluded;                  /* answers that wait to be committed */
	int n_embeds;
	int embed_texts;             /* how many go in a request */
	int64_t embeds_looked_us;    /* when nothing was found to be embedded; 0: look again at once */
	int64_t replied_us;          /* when an answer or a delivery was claimed last */
	int64_t files_swept_us;      /* when files that nothing names were removed */
	int64_t retention_due_us;    /* when retention.c comes next */
	struct crypt_p256 push_keys; /* of the installation */
	bool has_push_keys;
	bool retaining;       /* there is more to take out */
	atomic_bool stopping; /* for the background: what can be done later is left */
	bool db_lost;         /* the database went away while something was worked out */
};

/* How work of a kind is claimed. */
struct claim {
	enum work work;
	/* Takes the organization, who claims, `busy` where there is one, how many, and the lease in seconds. */
	const struct db_statement *statement;
	const struct busy_set *busy; /* NULL: the claim asks for none */
	int64_t lease_s;
	void (*start)(struct sender *s, struct org_work *org, struct db_result *result, int row);
};

/* Claims what is due, for a few organizations in their turn, as much as each may have, and starts each row. Returns how
 * many, -1 when the database is unreachable. */
int jobs_run(struct sender *s, const struct claim *claim);
/* How long a job that failed `attempts` times waits, in seconds: it grows to ten minutes. */
int64_t jobs_pause_s(int64_t attempts);

/* Takes answers that are due, at most one batch, and works them out; what has to wait for a model goes on while the
 * http client runs. Returns how many jobs were taken, -1 when the database is unreachable. */
int answers_run(struct sender *s);
/* Commits the answers that are known, those of all organizations in one transaction; one that cannot be committed with
 * the others has one of its own. False when the database is unreachable. */
bool answers_store(struct sender *s);

/* The same for leads. */
int leads_run(struct sender *s);

/* Goes on with embedding what organisations have written, and takes more of them when it may and has not looked for a
 * while. Returns 1 when it is to be called again at once, 0 when it has nothing to do or waits for a model, -1 when the
 * database is unreachable. */
int embeds_run(struct sender *s, bool busy, bool may_claim);
/* Takes files of customers' messages that are due and begins to fetch them; returns how many, -1 when the database is
 * unreachable. Now and then it removes files that nothing names any more. */
int fetch_files_run(struct sender *s);
/* Takes files that are to be written down or described, and asks models for it; returns how many, -1 when the database
 * is unreachable. */
int readings_run(struct sender *s);
/* Takes calls on browsers that are due and makes them; returns how many, -1 when the database is unreachable. */
int pushes_run(struct sender *s);
/* Begins a small step of the search's index in the background, where one is due and none is under way. */
void search_index_run(struct sender *s);
/* The same for what time has brought: leases that ran out and the like. */
void sweep_run(struct sender *s);
/* Begins a small step of retention in the background, when its time has come. */
void retention_run(struct sender *s);

/* Claims what is due, as far as there is room, and puts it on its way; returns how many, -1 when the database is
 * unreachable.
 */
int deliveries_claim(struct sender *s);
/* Stores the outcomes that have come in; false when they could not be stored (they are kept and stored later). */
bool deliveries_settle(struct sender *s);

struct sender_options {
	const struct conf *conf;
	const struct crypt_keys *keys;
	enum sender_mode mode;
	int64_t linger_s;
	const char *shard;
	const char *trainer;         /* the program that trains: "TRAINER --train" */
	const char *picture_program; /* files/picture.h; NULL: none is installed */
};

/* Runs until its mode says so or SIGTERM. Returns the program's exit status: 0 also when another sender of the same
 * shard is running. */
int sender_run(const struct sender_options *options);

#endif
