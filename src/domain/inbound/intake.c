/*
 * intake.c - durable storage of webhook deliveries from many threads, with group commit.
 *
 * Owns the queue of deliveries that wait for a leader. A group is one transaction with a call for each organization, in
 * the order of their ids. A leader leaves out who is held back (intake-share.h). Never answers before the commit.
 * Storing is idempotent (receive.sql), so a call whose connection was lost half-way is simply made again.
 */
#include "domain/inbound/intake.h"

#include "core/clock.h"
#include "core/process/crash.h"
#include "core/crypto/crypt.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/inbound/intake-share.h"
#include "domain/work/wake.h"
#include "core/text/reason.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUP_MAX 256
#define GROUP_BYTES_MAX (8u << 20)
#define BATCH_BYTES_MAX (256u << 20)
#define RACES_MAX 8
#define TOGETHER_MAX 1000 /* items in a transaction: Meta puts at most 1000 updates into a delivery */
#define PAST_WEIGHT 4     /* of those that are imported from an earlier time, where there are more to come */

/* What a delivery holds for one organization: elements of its batch array, after the opening bracket. */
struct part {
	struct part *next;
	int64_t org_id;
	struct buf items;
};

/* A delivery that waits; lives on its thread's stack. */
struct ticket {
	const struct inbound_list *list;
	struct part *parts;
	int n_parts;
	size_t bytes;
	bool is_rest;   /* of a delivery whose beginning is stored: it is not held back */
	bool has_timer; /* it wakes by itself when it is no longer held back */
	struct ticket *next;
	pthread_cond_t woken;
	enum { TICKET_QUEUED, TICKET_TAKEN, TICKET_DONE } state;
	enum err err;
	struct intake_result result;
};

/* What a group holds for one organization: one call. */
struct batch {
	int64_t org_id;
	struct buf *items; /* the first delivery's, in which those of the others are put together */
	int deliveries;
	enum err err;
};

struct batches {
	struct batch *list; /* in the order of their organizations */
	int n;
};

struct intake {
	const struct conf *conf;
	struct db_pool *pool;
	pthread_mutex_t lock;
	pthread_condattr_t clock;
	struct ticket *first, **last;
	int leaders, leaders_max;
	struct intake_shares shares;
};

struct intake *intake_new(const struct conf *conf, struct db_pool *pool, int leaders)
{
	struct intake *in = calloc(1, sizeof(*in));
	if (!in)
		fatal(ERR_INTERNAL, "out of memory");
	in->conf = conf;
	in->pool = pool;
	in->leaders_max = leaders;
	in->last = &in->first;
	in->shares.percent = (int)conf->webhook_share_percent;
	in->shares.inside_max = (int)conf->webhook_threads / 2 + 1;
	pthread_mutex_init(&in->lock, NULL);
	pthread_condattr_init(&in->clock);
	pthread_condattr_setclock(&in->clock, CLOCK_MONOTONIC);
	return in;
}

void intake_free(struct intake *in)
{
	pthread_mutex_destroy(&in->lock);
	pthread_condattr_destroy(&in->clock);
	intake_shares_fini(&in->shares);
	free(in);
}

bool intake_enter(struct intake *in, int64_t org_id)
{
	pthread_mutex_lock(&in->lock);
	bool entered = intake_shares_enter(&in->shares, org_id, clock_mono_us());
	pthread_mutex_unlock(&in->lock);
	return entered;
}

void intake_leave(struct intake *in, int64_t org_id)
{
	pthread_mutex_lock(&in->lock);
	intake_shares_leave(&in->shares, org_id);
	pthread_mutex_unlock(&in->lock);
}

/* A short random pause, so that two that collided do not collide again. */
static void pause_after_race(int attempt)
{
	uint16_t random;
	crypt_random(&random, sizeof(random));
	usleep((useconds_t)(random % (1000u << (attempt < 6 ? attempt : 6))));
}

/* Wakes the senders for the organizations in which something was stored. */
static void after_commit(struct intake *in, struct pool *pool, const struct batches *all,
	const struct sql_receive_row *rows, struct intake_result *result)
{
	int64_t *orgs = pool_new_array(pool, (size_t)all->n, int64_t);
	int n = 0;
	bool alive = false;
	for (int i = 0; i < all->n; i++) {
		alive = rows[i].sender_alive;
		if (rows[i].inserted > 0)
			orgs[n++] = all->list[i].org_id;
	}
	result->autostart = autostart_need(alive, n ? wake_senders(in->conf->run_dir, orgs, n) : WAKE_HEARD);
}

/* A call for each organization, all in one transaction. */
static enum err call_receive(struct intake *in, struct db *db, const struct batches *all, struct intake_result *result)
{
	struct pool *pool = pool_new();
	struct sql_receive_args *args = pool_new_array(pool, (size_t)all->n, struct sql_receive_args);
	struct sql_receive_row *rows = pool_new_array(pool, (size_t)all->n, struct sql_receive_row);
	for (int i = 0; i < all->n; i++)
		args[i] = (struct sql_receive_args){ .org = all->list[i].org_id,
			.batch = buf_str(all->list[i].items),
			.debounce_ms = in->conf->answer_debounce_ms };
	crash_point("webhook-before-store");
	enum err e = sql_receive_each(db, pool, all->n, args, rows);
	if (e == ERR_OK) {
		crash_point("webhook-after-commit");
		after_commit(in, pool, all, rows, result);
	}
	pool_free(pool);
	return e;
}

/* Repeated after lost races and once after a lost connection. */
static enum err store_batches(struct intake *in, struct db *db, const struct batches *all, struct intake_result *result)
{
	enum err e = ERR_DB;
	bool reconnected = false;
	for (int attempt = 0; attempt < RACES_MAX; attempt++) {
		e = call_receive(in, db, all, result);
		if (e == ERR_DB_RACE)
			pause_after_race(attempt);
		else if (e == ERR_DB_UNREACHABLE && !reconnected)
			reconnected = true;
		else
			break;
	}
	return e;
}

static void write_items(struct buf *out, const struct inbound_list *list, int64_t org_id)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_begin_array(&w);
	inbound_write(&w, list, org_id);
	json_end_array(&w);
}

/* What a list holds for one organization, in a transaction of its own. */
static enum err store_list(
	struct intake *in, struct db *db, const struct inbound_list *list, int64_t org_id, struct intake_result *result)
{
	struct buf items;
	buf_init(&items, BATCH_BYTES_MAX);
	write_items(&items, list, org_id);
	struct batch batch = { .org_id = org_id, .items = &items, .deliveries = 1 };
	enum err e = items.err == ERR_OK ? store_batches(in, db, &(struct batches){ &batch, 1 }, result) : items.err;
	buf_fini(&items);
	return e;
}

/* The last resort for an item that the database does not take: its own words, kept for replay. */
static enum err quarantine_item(
	struct intake *in, struct db *db, const struct inbound *item, struct intake_result *result)
{
	struct buf words;
	struct inbound kept = { .op = INBOUND_QUARANTINE,
		.org_id = item->org_id,
		.channel_id = item->channel_id,
		.platform = item->platform };
	struct inbound one = *item;
	one.next = NULL;
	struct inbound_list just_item = { .first = &one, .n = 1 }, just_kept = { .first = &kept, .n = 1 };
	buf_init(&words, BATCH_BYTES_MAX);
	write_items(&words, &just_item, item->org_id);
	kept.kind = item->op == INBOUND_STATUS ? STR("status") : STR("message");
	kept.reason = str_of(CODE(item_not_stored));
	kept.payload = buf_str(&words);
	enum err e = store_list(in, db, &just_kept, item->org_id, result);
	buf_fini(&words);
	return e;
}

/* Only what is wrong with the data itself can be helped by leaving data out. When the database or its functions are at
 * fault, the delivery has to come again. */
static bool is_data_error(enum err e)
{
	return e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_TOO_LARGE;
}

/* What could not be stored as a whole: item by item. An item that cannot even be kept for replay, because its channel
 * is gone, is reported; the others are stored all the same. */
static enum err store_by_item(
	struct intake *in, struct db *db, const struct inbound_list *list, int64_t org_id, struct intake_result *result)
{
	enum err worst = ERR_OK;
	for (const struct inbound *item = list->first; item; item = item->next) {
		if (item->org_id != org_id)
			continue;
		struct inbound one = *item;
		one.next = NULL;
		struct inbound_list just_one = { .first = &one, .n = 1 };
		enum err e = store_list(in, db, &just_one, org_id, result);
		if (e == ERR_OK)
			continue;
		if (!is_data_error(e))
			return e;
		LOG_ERROR("intake.quarantine", F_INT("org", item->org_id), F_INT("channel", item->channel_id),
			F_CSTR("error", err_info(e)->name));
		e = quarantine_item(in, db, item, result);
		if (e != ERR_OK && !is_data_error(e))
			return e;
		if (e != ERR_OK)
			worst = e;
	}
	return worst;
}

/* A delivery's part of a batch that failed. `e`: how the batch failed, if it held nothing else. */
static enum err store_part(struct intake *in, struct db *db, struct ticket *t, const struct batch *batch)
{
	enum err e = batch->err;
	if (batch->deliveries > 1)
		e = store_list(in, db, t->list, batch->org_id, &t->result);
	return is_data_error(e) ? store_by_item(in, db, t->list, batch->org_id, &t->result) : e;
}

static struct batch *batches_find(const struct batches *all, int64_t org_id)
{
	int from = 0, to = all->n;
	while (from < to) {
		int middle = (from + to) / 2;
		if (all->list[middle].org_id < org_id)
			from = middle + 1;
		else
			to = middle;
	}
	return &all->list[from]; /* the place for it where there is none */
}

/* The array is put together in the first delivery's buffer: a large delivery comes alone and is not copied. */
static void batches_add(struct batches *all, struct part *part)
{
	struct batch *batch = batches_find(all, part->org_id);
	struct batch *end = all->list + all->n;
	if (batch == end || batch->org_id != part->org_id) {
		memmove(batch + 1, batch, (size_t)(end - batch) * sizeof(*batch));
		*batch = (struct batch){ .org_id = part->org_id, .items = &part->items };
		all->n++;
	} else {
		if (batch->items->err == ERR_OK)
			batch->items->err = part->items.err;
		buf_add_char(batch->items, ',');
		buf_add(batch->items, part->items.data + 1, part->items.len - 1);
	}
	batch->deliveries++;
}

/* All deliveries of a chain, organization by organization; the first error of a buffer. */
static enum err batches_of(struct pool *pool, struct ticket *chain, struct batches *all)
{
	size_t n = 0;
	for (const struct ticket *t = chain; t; t = t->next)
		for (const struct part *part = t->parts; part; part = part->next)
			n++;
	*all = (struct batches){ .list = pool_new_array(pool, n + 1, struct batch) };
	for (struct ticket *t = chain; t; t = t->next)
		for (struct part *part = t->parts; part; part = part->next)
			batches_add(all, part);
	for (int i = 0; i < all->n; i++) {
		buf_add_char(all->list[i].items, ']');
		if (all->list[i].items->err != ERR_OK)
			return all->list[i].items->err;
	}
	return ERR_OK;
}

/* A transaction failed as a whole: each organization has one of its own, so that a bad one harms no other. */
static void store_apart(
	struct intake *in, struct db *db, struct batches *all, enum err why, struct intake_result *result)
{
	for (int i = 0; i < all->n; i++) {
		struct batch *batch = &all->list[i];
		batch->err = all->n == 1 ? why : batch->items->err;
		if (batch->err == ERR_OK)
			batch->err = store_batches(in, db, &(struct batches){ batch, 1 }, result);
	}
}

/* Without the lock: stores a chain of tickets and leaves each one's outcome in it. */
static void intake_lead(struct intake *in, struct ticket *chain)
{
	struct intake_result result = { .group = 0 };
	struct batches all;
	struct pool *pool = pool_new();
	struct db *db = db_pool_take(in->pool);
	enum err e = batches_of(pool, chain, &all);
	for (const struct ticket *t = chain; t; t = t->next)
		result.group++;
	if (e == ERR_OK)
		e = store_batches(in, db, &all, &result);
	if (e != ERR_OK && e != ERR_DB_UNREACHABLE)
		store_apart(in, db, &all, e, &result);
	for (struct ticket *t = chain; t; t = t->next) {
		t->err = e == ERR_DB_UNREACHABLE ? e : ERR_OK;
		t->result = result;
		for (const struct part *part = t->parts; part && e != ERR_OK && e != ERR_DB_UNREACHABLE;
			part = part->next) {
			const struct batch *batch = batches_find(&all, part->org_id);
			enum err own = batch->err == ERR_OK ? ERR_OK : store_part(in, db, t, batch);
			if (own != ERR_OK)
				t->err = own;
		}
	}
	db_pool_put(in->pool, db);
	pool_free(pool);
}

/* Under the lock: when a group may hold the ticket, as intake_shares_free_us. */
static int64_t ticket_free_us(struct intake *in, const struct ticket *t, int64_t now_us)
{
	int64_t free_us = now_us;
	for (const struct part *part = t->parts; part && !t->is_rest; part = part->next) {
		int64_t us = intake_shares_free_us(&in->shares, part->org_id, now_us);
		free_us = us > free_us ? us : free_us;
	}
	return free_us;
}

/* Under the lock: takes what waits and is not held back, up to the limits, off the queue. */
static struct ticket *intake_take_group(struct intake *in, int64_t now_us)
{
	struct ticket *chain = NULL, **end = &chain, **link = &in->first;
	size_t bytes = 0;
	for (int n = 0; *link && n < GROUP_MAX;) {
		struct ticket *t = *link;
		if (ticket_free_us(in, t, now_us) > now_us) {
			link = &t->next;
			continue;
		}
		if (n > 0 && bytes + t->bytes > GROUP_BYTES_MAX)
			break;
		if (!(*link = t->next))
			in->last = link;
		t->next = NULL;
		t->state = TICKET_TAKEN;
		*end = t;
		end = &t->next;
		bytes += t->bytes;
		n++;
	}
	for (const struct ticket *t = chain; t; t = t->next)
		for (const struct part *part = t->parts; part; part = part->next)
			intake_shares_begin(&in->shares, part->org_id, now_us);
	return chain;
}

static bool has_part(const struct part *parts, int64_t org_id)
{
	for (; parts; parts = parts->next)
		if (parts->org_id == org_id)
			return true;
	return false;
}

/* Under the lock: each organization's part of the time, and the first that waits of it may go on. */
static void end_shares(struct intake *in, const struct ticket *chain, int64_t took_us, int64_t now_us)
{
	size_t bytes = 1;
	for (const struct ticket *t = chain; t; t = t->next)
		bytes += t->bytes;
	for (const struct ticket *t = chain; t; t = t->next)
		for (const struct part *part = t->parts; part; part = part->next) {
			double own = (double)t->bytes / (double)bytes / t->n_parts;
			intake_shares_end(&in->shares, part->org_id, (int64_t)((double)took_us * own), now_us);
		}
}

/* Under the lock: wakes the first ticket that is free, to lead. */
static void wake_leader(struct intake *in, int64_t now_us)
{
	struct ticket *t = in->leaders < in->leaders_max ? in->first : NULL;
	while (t && ticket_free_us(in, t, now_us) > now_us)
		t = t->next;
	if (t)
		pthread_cond_signal(&t->woken);
}

/* Under the lock: wakes those that are held back and sleep without a timer, to set one. */
static void wake_held(struct intake *in, int64_t now_us)
{
	for (struct ticket *t = in->first; t; t = t->next)
		if (!t->has_timer && ticket_free_us(in, t, now_us) > now_us)
			pthread_cond_signal(&t->woken);
}

/* Under the lock: a follower's stack may go as soon as its ticket is done, so `next` is read before. */
static void finish_group(struct intake *in, struct ticket *chain, int64_t took_us)
{
	int64_t now_us = clock_mono_us();
	end_shares(in, chain, took_us, now_us);
	while (chain) {
		struct ticket *next = chain->next;
		chain->state = TICKET_DONE;
		pthread_cond_signal(&chain->woken);
		chain = next;
	}
	in->leaders--;
	wake_held(in, now_us);
	wake_leader(in, now_us);
}

/* Writes the parts of a delivery: most have one. */
static void ticket_write(struct ticket *t, struct pool *pool)
{
	for (const struct inbound *item = t->list->first; item; item = item->next) {
		struct json_writer w;
		if (has_part(t->parts, item->org_id))
			continue;
		struct part *part = pool_new_of(pool, struct part);
		*part = (struct part){ .next = t->parts, .org_id = item->org_id };
		t->parts = part;
		t->n_parts++;
		buf_init(&part->items, BATCH_BYTES_MAX);
		json_writer_init(&w, &part->items);
		json_begin_array(&w); /* the leader closes it */
		inbound_write(&w, t->list, item->org_id);
		t->bytes += part->items.len;
	}
}

/* Under the lock: until something about the ticket may have changed. False: it is free, and its thread leads. One that
 * was woken to lead and is held back meanwhile wakes another one. */
static bool ticket_wait(struct intake *in, struct ticket *t)
{
	int64_t now_us = clock_mono_us();
	int64_t free_us = t->state == TICKET_QUEUED ? ticket_free_us(in, t, now_us) : now_us;
	struct timespec at = { .tv_sec = free_us / 1000000, .tv_nsec = free_us % 1000000 * 1000 };
	if (t->state == TICKET_QUEUED && free_us <= now_us && in->leaders < in->leaders_max)
		return false;
	t->has_timer = free_us > now_us && free_us < INT64_MAX;
	if (free_us > now_us)
		wake_leader(in, now_us);
	if (t->has_timer)
		pthread_cond_timedwait(&t->woken, &in->lock, &at);
	else
		pthread_cond_wait(&t->woken, &in->lock);
	t->has_timer = false;
	return true;
}

/* Under the lock, which is open while the group is stored. */
static void ticket_lead(struct intake *in)
{
	int64_t began_us = clock_mono_us();
	in->leaders++;
	struct ticket *chain = intake_take_group(in, began_us);
	pthread_mutex_unlock(&in->lock);
	intake_lead(in, chain);
	pthread_mutex_lock(&in->lock);
	finish_group(in, chain, clock_mono_us() - began_us);
}

/* Queues a list and returns when it is stored. */
static enum err intake_store_list(
	struct intake *in, const struct inbound_list *list, bool is_rest, struct intake_result *result)
{
	struct ticket me = { .list = list, .state = TICKET_QUEUED, .is_rest = is_rest };
	struct pool *pool = pool_new();
	ticket_write(&me, pool);
	pthread_cond_init(&me.woken, &in->clock);

	pthread_mutex_lock(&in->lock);
	*in->last = &me;
	in->last = &me.next;
	while (me.state != TICKET_DONE)
		if (!ticket_wait(in, &me))
			ticket_lead(in);
	pthread_mutex_unlock(&in->lock);

	*result = me.result;
	pthread_cond_destroy(&me.woken);
	for (struct part *part = me.parts; part; part = part->next)
		buf_fini(&part->items);
	pool_free(pool);
	return me.err;
}

/* The last item that is stored together with `first`. */
static struct inbound *intake_last_together(struct inbound *first)
{
	struct inbound *last = first;
	int weight = 0;
	while ((weight += last->is_quiet ? PAST_WEIGHT : 1) < TOGETHER_MAX && last->next)
		last = last->next;
	return last;
}

enum err intake_store(struct intake *in, const struct inbound_list *list, struct intake_result *result)
{
	enum err worst = ERR_OK;
	struct inbound *rest = list->first;
	*result = (struct intake_result){ .autostart = AUTOSTART_NONE };
	while (rest && worst != ERR_DB_UNREACHABLE) {
		struct inbound_list together = { .first = rest };
		struct inbound *last = intake_last_together(rest);
		struct intake_result stored;
		rest = last->next;
		last->next = NULL;
		enum err e = intake_store_list(in, &together, together.first != list->first, &stored);
		last->next = rest;
		worst = e == ERR_OK ? worst : e;
		result->group = stored.group;
		result->autostart = stored.autostart > result->autostart ? stored.autostart : result->autostart;
	}
	return worst;
}
