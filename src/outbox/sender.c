/*
 * sender.c - the sender's event loop: answers that are due, then deliveries, many at once.
 *
 * Owns the advisory lock of its shard, the heartbeat, and the socket on which it is poked. What is due is decided by
 * the database's clock. When the database goes away the loop waits and tries again; outcomes that could not be stored
 * are kept. SIGTERM finishes what is on its way and leaves.
 *
 * What cannot be claimed - no room for more answers, a lock, a rate, a pause - must not keep the loop running: the time
 * of the next thing that is due counts only what was not there at the last claim, wake-ups that bring nothing are
 * answered later and later, and a sender that has been told to stop looks for nothing more.
 *
 * Leaving when the time is up must strand nothing: who stores work while this sender looks alive starts no other one.
 * So it first withdraws heartbeat and lock, then looks once more (claims are safe without the lock): what was stored
 * before that look is found by it, what is stored later finds nobody alive and kicks.
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/wake.h"
#include "outbox/turns.h"

#include <signal.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BEAT_US 1000000
#define SWEEP_US 5000000
#define REPORT_US 60000000
#define IDLE_MS 1000
#define SOON_MS 1000
#define HELD_BACK_MS 10
#define GATHER_US 5000 /* under load: how long outcomes are gathered before they are stored together */
#define LOAD 16
#define EMPTY_ROUNDS 4
#define EMPTY_US 5000           /* after so many rounds that found nothing the next one comes no sooner */
#define INDEX_US 100000         /* under load: how long the search's index waits between two steps */
#define RETAIN_MS 50            /* how long the loop sleeps at most while retention has more to do */
#define RETAIN_ONCE_US 3000000  /* for how long it keeps a sender that would leave */
#define LOCK_SPACE 0x6465736bLL /* "desk" */

static volatile sig_atomic_t stop_signal, reopen_signal;

struct loop {
	struct sender s;
	const struct sender_options *options;
	struct db *lock;
	struct wake_listener *wake; /* NULL: nobody can poke, and a look every second does */
	struct utsname host;
	struct turns turns;
	int64_t started_us, beaten_us, swept_us, reported_us, round_us, indexed_us;
	int64_t looked_us; /* when it was last tried to claim what is due */
	int empty;         /* rounds in a row that found nothing */
	bool worked;       /* something was due in the last round */
	bool tending;      /* answers go on that have waited for skills */
	bool training;     /* skills are being learned beside the work */
	bool embedding;    /* something was done for embeddings in the last round */
	bool indexing;     /* there was something to index for the search, and may be more */
	bool withdrawn;    /* no longer announced: the last looks before leaving */
	int pause_ms;      /* grows while nothing could be claimed: what is due may be held back by a rate or a pause */
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
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (; *shard; shard++)
		hash = (hash ^ (unsigned char)*shard) * 16777619u;
	return LOCK_SPACE << 32 | hash;
}

static bool sender_beat(struct loop *l, bool stopping)
{
	struct pool *pool = pool_new();
	enum err e = DB_QUERY(l->s.db, pool, &sql_heartbeat, NULL, DB_CSTR(l->options->shard),
		DB_CSTR(l->host.nodename), DB_INT(getpid()), DB_CSTR(mode_name(l->options->mode)),
		DB_CSTR(PACKAGE_VERSION), DB_BOOL(stopping), DB_INT(turns_max_ms(&l->turns)));
	pool_free(pool);
	return e == ERR_OK;
}

/* Leases that ran out, and statuses that came before their message was known. */
static bool sender_sweep(struct loop *l)
{
	struct pool *pool = pool_new();
	bool done = DB_QUERY(l->s.db, pool, &sql_expire_deliveries, NULL, DB_NULL) == ERR_OK;
	pool_free(pool);
	return done;
}

static bool sender_housekeeping(struct loop *l)
{
	int64_t now = clock_mono_us();
	bool ok = true;
	if (!l->withdrawn && now - l->beaten_us >= BEAT_US) {
		ok = sender_beat(l, false);
		l->beaten_us = now;
	}
	if (ok && now - l->swept_us >= SWEEP_US) {
		ok = sender_sweep(l);
		l->swept_us = now;
	}
	if (now - l->reported_us >= REPORT_US) { /* for CGI programs, which end too soon to do it */
		log_report_left_out();
		l->reported_us = now;
	}
	return ok;
}

/* Milliseconds until the next thing is due that may be claimed, at most `most`; that also when the database is away. */
static int next_due_ms(struct loop *l, int most)
{
	const struct sender *s = &l->s;
	int64_t looked_ms = (clock_mono_us() - l->looked_us) / 1000 + 1;
	struct pool *pool = pool_new();
	struct db_result *r;
	int ms = most;
	if (DB_QUERY(l->s.db, pool, &sql_next_due_ms, &r, DB_INT(most), DB_INT(looked_ms < 60000 ? looked_ms : 60000),
		    DB_BOOL(s->answers.n < ANSWERS_MAX), DB_BOOL(s->leads.n < LEADS_MAX),
		    DB_BOOL(s->in_flight < s->conf->outbox_concurrency))
		== ERR_OK)
		ms = (int)db_int(r, 0, 0);
	pool_free(pool);
	return ms < 1 ? 1 : ms;
}

/* Where a kick replaces cron, an answer that waits for its debounce has nobody else: it was not kicked, because this
 * sender was alive. */
static bool is_needed(struct loop *l)
{
	int soon_ms = (int)l->s.conf->answer_debounce_ms + SOON_MS;
	return l->s.conf->outbox_kick == CONF_KICK_AUTO && next_due_ms(l, soon_ms) < soon_ms;
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
		return !l->worked && !l->training && !l->indexing && !is_embedding(l) && !is_retaining(l)
		       && !is_needed(l);
	case SENDER_LINGER: return !l->worked && has_lingered(l) && !is_needed(l);
	case SENDER_FOREGROUND: return false;
	}
	return true;
}

/* One step of the search's index if nothing else is due, or if the last one is some time ago. False when the database
 * is away. */
static bool index_words(struct loop *l)
{
	if (stop_signal) {
		l->indexing = false;
		return true;
	}
	if (l->worked && clock_mono_us() - l->indexed_us < INDEX_US)
		return true;
	int n = search_index_run(&l->s);
	l->indexed_us = clock_mono_us();
	l->indexing = n > 0;
	return n >= 0;
}

/* A step of retention while nothing else is due. False when the database is away. */
static bool sender_retain(struct loop *l)
{
	return stop_signal || l->worked || l->indexing || l->withdrawn || retention_run(&l->s) >= 0;
}

/* One round: what is due is worked out and put on its way, what has come in is stored. False when the database is away.
 */
static bool round_of_work(struct loop *l)
{
	bool stored = deliveries_settle(&l->s);
	if (!stored || !sender_housekeeping(l))
		return false;
	l->looked_us = clock_mono_us();
	int answered = stop_signal ? 0 : answers_run(&l->s);
	int claimed = stop_signal || answered < 0 ? 0 : deliveries_claim(&l->s);
	/* Leads come after the replies are on their way. */
	int leads = stop_signal || answered < 0 || claimed < 0 ? 0 : leads_run(&l->s);
	l->worked = answered > 0 || claimed > 0 || leads > 0;
	l->training = pipeline_poll(l->s.pipeline, &l->tending);
	int embeds = stop_signal ? 0 : embeds_run(&l->s, l->worked, !l->withdrawn && !has_lingered(l));
	l->embedding = embeds > 0;
	l->pause_ms = l->worked ? HELD_BACK_MS : l->pause_ms * 2 < IDLE_MS ? l->pause_ms * 2 : IDLE_MS;
	l->empty = l->worked || l->embedding ? 0 : l->empty + 1;
	return answered >= 0 && claimed >= 0 && leads >= 0 && embeds >= 0 && index_words(l) && sender_retain(l);
}

/* A round costs some statements whatever it stores, so with much on its way it pays to wait for a few outcomes more,
 * and where rounds find nothing for those who poke to poke once more. */
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
	if (l->worked || l->embedding || l->indexing || l->tending || l->s.n_settled)
		return 0;
	return stop_signal ? IDLE_MS
			   : next_due_ms(l, l->s.retaining && l->pause_ms > RETAIN_MS ? RETAIN_MS : l->pause_ms);
}

static void wait_for_something(struct loop *l, bool healthy)
{
	int fds[2], n = 0;
	if (l->wake)
		fds[n++] = wake_socket(l->wake);
	fds[n++] = pipeline_socket(l->s.pipeline);
	/* The pause grows while nothing could be claimed, at most to a second: work may come from other hosts without a
	 * poke. */
	unsigned ready = http_client_run(l->s.http, fds, (unsigned)n, wait_ms(l, healthy));
	if (l->wake && (ready & 1)) {
		int64_t orgs[WAKE_ORGS_MAX];
		while (wake_take(l->wake, orgs) >= 0)
			;
		l->pause_ms = HELD_BACK_MS;
	}
	sender_gather(l);
}

/* Takes heartbeat and lock back, and asks for another round; true when that was done already. */
static bool sender_withdraw(struct loop *l)
{
	if (l->withdrawn)
		return true;
	if (!sender_beat(l, true))
		LOG_WARN("sender.heartbeat_left", F_CSTR("shard", l->options->shard));
	db_free(l->lock);
	l->lock = NULL;
	l->withdrawn = l->worked = true;
	return false;
}

static void keep_lock(struct loop *l)
{
	if (l->withdrawn || db_lock_is_held(l->lock)
		|| db_hold_lock(l->lock, lock_key(l->options->shard)) != ERR_CONFLICT)
		return;
	LOG_WARN("sender.replaced", F_CSTR("shard", l->options->shard));
	stop_signal = SIGTERM;
}

/* Something waits for a model; what can wait for the next sender does not keep this one. */
static bool is_working(const struct loop *l)
{
	return l->s.answers.n > 0 || l->s.leads.n > 0 || (l->s.n_embeds > 0 && !stop_signal);
}

static void sender_work(struct loop *l)
{
	bool healthy = true;
	l->worked = true;
	l->pause_ms = HELD_BACK_MS;
	while (!time_is_up(l) || l->s.in_flight || is_working(l) || l->s.n_settled || !sender_withdraw(l)) {
		if (stop_signal && !healthy && !l->s.in_flight && !is_working(l))
			break;
		if (reopen_signal) {
			reopen_signal = 0;
			log_reopen();
		}
		turns_begin(&l->turns, http_client_waited_us(l->s.http));
		keep_lock(l);
		healthy = round_of_work(l);
		wait_for_something(l, healthy);
		turns_end(&l->turns, http_client_waited_us(l->s.http));
	}
}

static void sender_open_all(struct loop *l)
{
	struct explain why;
	struct sender *s = &l->s;
	snprintf(s->who, sizeof(s->who), "%.60s:%ld", l->host.nodename, (long)getpid());
	if (wake_listen(s->conf->run_dir, &l->wake, &why) != ERR_OK)
		LOG_ERROR("wake.none", F_CSTR("reason", why.text));
	buf_init(&s->settled, 64u << 20);
	/* Deliveries and answers bound themselves, so that neither waits for the other's connections. */
	s->http = http_client_new(&(struct http_client_options){
		.max_connections = (int)s->conf->outbox_concurrency + ANSWERS_MAX + LEADS_MAX + EMBEDS_MAX });
	if (pipeline_new(s->conf, s->db, s->keys, s->http, &s->pipeline, &why) != ERR_OK)
		fatal(ERR_CONFIG, "%s", why.text);
	pipeline_in_background(s->pipeline, l->options->trainer);
	l->started_us = clock_mono_us();
}

static void close_all(struct loop *l)
{
	embeds_leave(&l->s);
	http_client_free(l->s.http);
	pipeline_free(l->s.pipeline);
	buf_fini(&l->s.settled);
	wake_close(l->wake);
}

int sender_run(const struct sender_options *options)
{
	struct loop l = { .options = options, .s = { .conf = options->conf, .keys = options->keys } };
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
		fprintf(stderr, "deskbell-outbox: %s\n", *why.text ? why.text : err_info(e)->words);
	}
	db_free(l.s.db);
	db_free(l.lock);
	return err_info(e)->exit_status;
}
