/*
 * sender.c - the sender's event loop: answers that are due, then deliveries, many at once.
 *
 * Owns the advisory lock of its shard, the heartbeat, and the socket on which it is woken. What is due is decided by
 * the database's clock. When the database becomes unreachable the loop waits and tries again; outcomes that could not
 * be stored are kept. SIGTERM finishes what is on its way and leaves.
 *
 * Work is found by organization (due.c) and claimed organization by organization, in turn (works.c, jobs.c). What
 * cannot be claimed - no room for more answers, a lock, a rate, a pause - must not keep the loop running: an
 * organization that holds its share of the slots is passed over until it gives one back, and the time of what could not
 * be had is moved on, later and later (deskbell_rest). A sender that is to stop claims nothing more.
 *
 * Leaving when the time is up must strand nothing: a program that stores work while this sender looks alive starts no
 * other one. So it first deregisters (heartbeat and lock), then claims work of every kind once more (claims are safe
 * without the lock): what was stored before that claim is found by it, what is stored later finds no sender and starts
 * one.
 */
#include "outbox/sender.h"

#include "answer/embeddings/embeddings.h"
#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/work/wake.h"
#include "outbox/due.h"
#include "outbox/notify/mail-program.h"
#include "outbox/open-channels.h"
#include "outbox/turns.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BEAT_US 1000000
#define REPORT_US 60000000
#define IDLE_MS 1000
#define FIND_US 100000 /* how long hints alone may lead to claims */
#define GATHER_US 5000 /* under load: how long outcomes are gathered before they are stored together */
#define LOAD 16
#define EMPTY_ROUNDS 4
#define EMPTY_US 5000           /* after so many rounds that found nothing the next one comes no sooner */
#define INDEX_US 300000         /* under load: how long the search's index waits between two steps */
#define RETAIN_MS 50            /* how long the loop sleeps at most while retention has more to do */
#define RETAIN_ONCE_US 3000000  /* for how long it keeps a sender that would leave */
#define LOCK_SPACE 0x6465736bLL /* "desk" */

static volatile sig_atomic_t stop_signal, reopen_signal;

struct loop {
	struct sender s;
	const struct sender_options *options;
	struct db *lock;
	struct wake_listener *wake; /* NULL: no program can wake it, and polling every second serves */
	struct utsname host;
	struct turns turns;
	struct mail_program mail;
	int64_t started_us, heartbeat_us, reported_us, round_us, indexed_us;
	struct due due;
	int empty;         /* rounds in a row that found nothing */
	bool worked;       /* something was claimed in the last round */
	bool waiting;      /* an organization waits for a turn, */
	int64_t turn_us;   /* and when the first one may have it */
	bool polling;      /* answers that have waited for skills go on */
	bool training;     /* skills are being learned in the background */
	bool fetching;     /* files were found in the last round */
	bool embedding;    /* something was done for embeddings in the last round */
	bool indexing;     /* there was something to index for the search, and may be more */
	bool deregistered; /* heartbeat and lock are gone: the last claims before leaving */
	bool hinted;       /* a datagram named organizations that have work */
};

static void on_signal(int number)
{
	if (number == SIGHUP)
		reopen_signal = 1;
	else
		stop_signal = number;
}

static const char *mode_name(enum sender_mode mode)
{
	static const char *const names[] = {
		[SENDER_ONCE] = "once", [SENDER_LINGER] = "linger", [SENDER_FOREGROUND] = "foreground"
	};
	return names[mode];
}

static int64_t lock_key(const char *shard)
{
	return LOCK_SPACE << 32 | str_hash(STR_HASH, str_of(shard));
}

static bool sender_beat(struct loop *l, bool stopping)
{
	struct pool *pool = pool_new();
	enum err e = sql_heartbeat(l->s.db, pool,
		&(struct sql_heartbeat_args){ .shard = str_of(l->options->shard),
			.host = str_of(l->host.nodename),
			.pid = getpid(),
			.mode = str_of(mode_name(l->options->mode)),
			.version = STR(PACKAGE_VERSION),
			.stopping = stopping,
			.loop_max_ms = turns_max_ms(&l->turns) });
	pool_free(pool);
	if (e == ERR_OK)
		e = histogram_store(&l->s.answer_times, l->s.db, "answer_time");
	if (e == ERR_OK)
		e = histogram_store(&l->s.delivery_times, l->s.db, "delivery_time");
	return e == ERR_OK;
}

static bool sender_housekeeping(struct loop *l)
{
	int64_t now = clock_mono_us();
	bool ok = true;
	if (!l->deregistered && now - l->heartbeat_us >= BEAT_US) {
		ok = sender_beat(l, false);
		l->heartbeat_us = now;
	}
	ok = ok && mail_program_run(&l->mail, l->s.conf, l->s.db, l->options->trainer, l->deregistered);
	if (now - l->reported_us >= REPORT_US) { /* for CGI programs, which end too soon to do it */
		log_report_left_out();
		l->reported_us = now;
	}
	return ok;
}

/* Where an autostart replaces cron, an answer that waits for its debounce has no other sender: none was started for it,
 * because this one was alive. */
static bool is_needed(struct loop *l)
{
	return l->s.conf->outbox_kick == CONF_KICK_AUTO && due_find_all(&l->s, &l->due) && l->due.soon;
}

static bool has_lingered(const struct loop *l)
{
	return l->options->mode == SENDER_LINGER && clock_mono_us() - l->started_us >= l->options->linger_s * 1000000;
}

/* Something is on its way, or has just come back so that there may be more. */
static bool is_embedding(const struct loop *l)
{
	return l->s.n_embeds > 0 || l->s.embeds_looked_us == 0;
}

/* One that drains and leaves gives it a few seconds: the next one goes on. */
static bool is_retaining(const struct loop *l)
{
	return (l->s.retaining || l->s.retention_due_us == 0) && clock_mono_us() - l->started_us < RETAIN_ONCE_US;
}

static bool time_is_up(struct loop *l)
{
	if (stop_signal)
		return true;
	switch (l->options->mode) {
	case SENDER_ONCE:
		return !l->worked && !l->waiting && !l->training && !l->indexing && !is_embedding(l) && !is_retaining(l)
		       && !is_needed(l);
	case SENDER_LINGER: return !l->worked && !l->waiting && has_lingered(l) && !is_needed(l);
	case SENDER_FOREGROUND: return false;
	}
	return true;
}

/* What is done in the background: a step of the search's index and of retention if nothing else is due, or if the last
 * one is some time ago. */
static void sender_run_background(struct loop *l)
{
	int64_t now = clock_mono_us();
	l->indexing = false;
	if (stop_signal)
		return;
	sweep_run(&l->s);
	if (!l->worked || now - l->indexed_us >= INDEX_US) {
		search_index_run(&l->s);
		l->indexed_us = now;
	}
	l->indexing = l->s.works.held[WORK_SEARCH] > 0;
	if (!l->worked && !l->indexing && !l->deregistered)
		retention_run(&l->s);
}

/* Whether a round has an organization to serve, or another page to read, and when: one that had more than its share is
 * held back for a moment. Of a kind of work that no round claims any more an organization would wait for ever, and the
 * sender with it: a round claims every kind until it is to stop. */
static void sender_look_for_turns(struct loop *l)
{
	int64_t now = clock_mono_us();
	l->turn_us = !stop_signal && (due_is_reading(&l->due) || l->s.works.resting.first) ? now : INT64_MAX;
	for (enum work work = 0; work < WORK_KINDS && l->turn_us > now && !stop_signal; work++) {
		int64_t next_us = works_next_us(&l->s.works, work, l->s.shares[work].slots, now);
		if (work != WORK_SEARCH && next_us < l->turn_us)
			l->turn_us = next_us;
	}
	l->waiting = l->turn_us < INT64_MAX;
}

/* One round: what is due is worked out and put on its way, what has come in is stored. False when the database is
 * unreachable.
 */
static bool sender_run_once(struct loop *l)
{
	background_take(
		l->s.background); /* without a database, too: what has ended would wake the loop again and again */
	atomic_store(&l->s.stopping, stop_signal != 0);
	bool stored = deliveries_settle(&l->s);
	if (!stored || !sender_housekeeping(l))
		return false;
	if ((!l->hinted || clock_mono_us() - l->due.found_us > FIND_US) && !due_find(&l->s, &l->due))
		return false;
	l->hinted = false;
	int answered = stop_signal ? 0 : answers_run(&l->s);
	if (!answers_store(&l->s))
		answered = -1;
	int claimed = stop_signal || answered < 0 ? 0 : deliveries_claim(&l->s);
	/* Leads come after the replies are on their way: what has been claimed is sent now. */
	if (claimed > 0)
		http_client_run(l->s.http, NULL, 0, 0);
	int leads = stop_signal || answered < 0 || claimed < 0 ? 0 : leads_run(&l->s);
	l->worked = answered > 0 || claimed > 0 || leads > 0;
	if (l->worked)
		l->s.replied_us = clock_mono_us();
	l->training = pipeline_poll(l->s.pipeline, &l->polling);
	int embeds = stop_signal ? 0 : embeds_run(&l->s, l->worked, !l->deregistered && !has_lingered(l));
	l->embedding = embeds > 0;
	int files = stop_signal ? 0 : fetch_files_run(&l->s);
	int pushes = stop_signal ? 0 : pushes_run(&l->s);
	int readings = stop_signal ? 0 : readings_run(&l->s);
	l->fetching = files > 0 || pushes > 0 || readings > 0;
	l->empty = l->worked || l->embedding || l->fetching ? 0 : l->empty + 1;
	sender_run_background(l);
	if (answered < 0 || claimed < 0 || leads < 0 || embeds < 0 || files < 0 || pushes < 0 || readings < 0
		|| !due_rest(&l->s, &l->due))
		return false;
	sender_look_for_turns(l);
	return true;
}

/* A round costs some statements whatever it stores, so with much on its way it pays to wait for a few outcomes more,
 * and where rounds find nothing it pays to wait for the next datagram. */
static void sender_gather(struct loop *l)
{
	int64_t left_us;
	while ((l->s.in_flight > LOAD && (left_us = l->round_us + GATHER_US - clock_mono_us()) > 0)
		|| (l->empty >= EMPTY_ROUNDS && (left_us = l->round_us + EMPTY_US - clock_mono_us()) > 0))
		http_client_run(l->s.http, NULL, 0, (int)(left_us / 1000) + 1);
	l->round_us = clock_mono_us();
}

static int wait_ms(struct loop *l, bool healthy)
{
	if (!healthy)
		return IDLE_MS;
	bool now = l->waiting && l->turn_us <= clock_mono_us();
	if (l->worked || now || l->embedding || l->fetching || l->polling || l->s.n_settled || l->s.concluded)
		return 0;
	if (stop_signal)
		return IDLE_MS;
	int64_t next_us = l->waiting && l->turn_us < l->due.next_us ? l->turn_us : l->due.next_us;
	int64_t left_ms = (next_us - clock_mono_us()) / 1000 + 1;
	int most_ms = l->s.retaining ? RETAIN_MS : IDLE_MS;
	return left_ms < 1 ? 1 : left_ms < most_ms ? (int)left_ms : most_ms;
}

/* Without a debounce what a datagram names is due now, and need not be looked for first. */
static void take_hints(struct loop *l)
{
	int64_t orgs[WAKE_ORGS_MAX];
	int n;
	bool complete = l->s.conf->answer_debounce_ms == 0, any = false;
	while ((n = wake_take(l->wake, orgs)) >= 0) {
		any = true;
		complete = complete && n > 0;
		for (int i = 0; i < n && complete; i++) {
			struct org_work *org = works_of(&l->s.works, orgs[i]);
			works_due(&l->s.works, org, WORK_ANSWER);
			works_due(&l->s.works, org, WORK_DELIVERY);
		}
	}
	l->hinted = any && complete;
}

static void wait_for_something(struct loop *l, bool healthy, int most_ms)
{
	int fds[3], n = 0;
	if (l->wake)
		fds[n++] = wake_socket(l->wake);
	fds[n++] = background_socket(l->s.background);
	if (healthy) /* else what it has ready is not taken */
		fds[n++] = pipeline_socket(l->s.pipeline);
	/* At most a second: work may come from other hosts without a hint. */
	unsigned ready = http_client_run(l->s.http, fds, (unsigned)n, most_ms);
	if (l->wake && (ready & 1))
		take_hints(l);
	sender_gather(l);
}

/* Takes heartbeat and lock back, and asks for another round; true when that was done already. */
static bool sender_deregister(struct loop *l)
{
	if (l->deregistered)
		return true;
	if (!sender_beat(l, true))
		LOG_WARN("sender.heartbeat_left", F_CSTR("shard", l->options->shard));
	db_free(l->lock);
	l->lock = NULL;
	l->deregistered = l->worked = true;
	return false;
}

static void keep_lock(struct loop *l)
{
	if (l->deregistered || db_lock_is_held(l->lock)
		|| db_hold_lock(l->lock, lock_key(l->options->shard)) != ERR_CONFLICT)
		return;
	LOG_WARN("sender.replaced", F_CSTR("shard", l->options->shard));
	stop_signal = SIGTERM;
}

/* Something waits for a model; what can wait for the next sender does not keep this one. */
static bool is_working(const struct loop *l)
{
	return l->s.answers.n > 0 || l->s.leads.n > 0 || background_tasks(l->s.background) > 0
	       || ((l->s.n_embeds > 0 || l->s.works.held[WORK_FILE] > 0 || l->s.works.held[WORK_READING] > 0)
		       && !stop_signal)
	       || l->s.works.held[WORK_PUSH] > 0;
}

/* Nothing is under way, and nothing keeps it from leaving. */
static bool is_over(struct loop *l)
{
	return time_is_up(l) && !l->s.in_flight && !is_working(l) && !l->s.n_settled;
}

static void sender_work(struct loop *l)
{
	bool healthy, over;
	l->worked = true;
	do {
		if (reopen_signal) {
			reopen_signal = 0;
			log_reopen();
		}
		turns_begin(&l->turns, http_client_waited_us(l->s.http));
		keep_lock(l);
		healthy = sender_run_once(l);
		over = is_over(l);
		wait_for_something(l, healthy, over ? 0 : wait_ms(l, healthy));
		int64_t took_us = turns_end(&l->turns, http_client_waited_us(l->s.http));
		works_turned(&l->s.works, took_us, clock_mono_us());
	} while (!(over && sender_deregister(l)) && !(stop_signal && !healthy && !l->s.in_flight && !is_working(l)));
}

static void sender_open_all(struct loop *l)
{
	struct explain why;
	struct sender *s = &l->s;
	snprintf(s->who, sizeof(s->who), "%.60s:%ld", l->host.nodename, (long)getpid());
	if (wake_listen(s->conf->run_dir, &l->wake, &why) != ERR_OK)
		LOG_ERROR("wake.none", F_CSTR("reason", why.text));
	/* Deliveries and answers bound themselves, so that neither waits for the other's connections. */
	s->http = http_client_new(&(struct http_client_options){
		.max_connections = (int)s->conf->outbox_concurrency + ANSWERS_MAX + LEADS_MAX + EMBEDS_MAX + FILES_MAX
				   + PUSHES_MAX + READINGS_MAX });
	if (pipeline_new(s->conf, s->db, s->keys, s->http, &s->pipeline, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	s->channels = open_channels_new(s->keys);
	pipeline_in_background(s->pipeline, l->options->trainer);
	s->background = background_new(s->conf);
	const struct share shares[WORK_KINDS] = { [WORK_ANSWER] = { ANSWERS_MAX, JOBS_BATCH, true },
		[WORK_LEAD] = { LEADS_MAX, JOBS_BATCH, true },
		[WORK_DELIVERY] = { (int)s->conf->outbox_concurrency, SENDS_BATCH, false },
		[WORK_SWEEP] = { SWEEPS_MAX, SWEEPS_MAX, false },
		[WORK_SEARCH] = { 1, 1, false },
		[WORK_FILE] = { FILES_MAX, FILES_MAX, false },
		[WORK_PUSH] = { PUSHES_MAX, PUSHES_MAX, false },
		[WORK_READING] = { READINGS_MAX, READINGS_MAX, true } };
	memcpy(s->shares, shares, sizeof(shares));
	l->started_us = clock_mono_us();
}

static void close_all(struct loop *l)
{
	http_client_free(l->s.http);
	(void)answers_store(&l->s); /* those that the end of the client has concluded */
	background_free(l->s.background);
	pipeline_free(l->s.pipeline);
	open_channels_free(l->s.channels);
	works_fini(&l->s.works);
	wake_close(l->wake);
}

int sender_run(const struct sender_options *options)
{
	struct loop l = { .options = options,
		.s = { .conf = options->conf,
			.keys = options->keys,
			.picture_program = options->picture_program,
			.embed_texts = EMBEDDINGS_BATCH_TEXTS } };
	struct explain why = { "" };
	struct sigaction action = { .sa_handler = on_signal };
	uname(&l.host);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	l.lock = db_new(options->conf, "deskbell-outbox-lock");
	l.s.db = db_new(options->conf, "deskbell-outbox");
	enum err e = db_connect(l.lock, &why);
	if (e == ERR_OK)
		e = db_hold_lock(l.lock, lock_key(options->shard));
	if (e == ERR_OK) {
		sender_open_all(&l);
		LOG_INFO("sender.started", F_CSTR("mode", mode_name(options->mode)), F_CSTR("shard", options->shard));
		sender_work(&l);
		LOG_INFO("sender.stopped", F_INT("delivered", l.s.delivered), F_INT("failed", l.s.failed),
			F_INT("signal", stop_signal), F_INT("turns", l.turns.count),
			F_INT("loop_max_ms", (l.turns.longest_us + 999) / 1000),
			F_INT("loop_busy_max_ms", (l.turns.busiest_us + 999) / 1000));
		close_all(&l);
	} else if (e == ERR_CONFLICT) {
		LOG_DEBUG("sender.already_running", F_CSTR("shard", options->shard));
		e = ERR_OK;
	} else {
		fprintf(stderr, "deskbell-outbox: %s\n", *why.text ? why.text : err_info(e)->message);
	}
	db_free(l.s.db);
	db_free(l.lock);
	return err_info(e)->exit_status;
}
