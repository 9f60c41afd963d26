/*
 * intake.c - durable storage of webhook deliveries from many threads, with group commit.
 *
 * Owns the queue of deliveries that wait for a leader. Never answers before the commit. Storing is idempotent (see
 * receive.sql), so a call whose connection was lost half-way is simply made again.
 */
#include "domain/intake.h"

#include "core/process/crash.h"
#include "core/crypto/crypt.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/wake.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define GROUP_MAX 256
#define GROUP_BYTES_MAX (8u << 20)
#define BATCH_BYTES_MAX (256u << 20)
#define RACES_MAX 8

/* A delivery that waits; lives on its thread's stack. */
struct ticket {
	const struct inbound_list *list;
	struct buf items; /* its elements of the batch array, after the opening bracket */
	struct ticket *next;
	pthread_cond_t woken;
	enum { TICKET_QUEUED, TICKET_TAKEN, TICKET_DONE } state;
	enum err err;
	struct intake_result result;
};

struct intake {
	const struct conf *conf;
	struct db_pool *pool;
	pthread_mutex_t lock;
	struct ticket *first, **last;
	int leaders, leaders_max;
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
	pthread_mutex_init(&in->lock, NULL);
	return in;
}

void intake_free(struct intake *in)
{
	pthread_mutex_destroy(&in->lock);
	free(in);
}

/* A short random pause, so that two that collided do not collide again. */
static void pause_after_race(int attempt)
{
	uint16_t random;
	crypt_random(&random, sizeof(random));
	usleep((useconds_t)(random % (1000u << (attempt < 6 ? attempt : 6))));
}

/* One call, repeated after lost races and once after a lost connection. */
static enum err store_batch(struct intake *in, struct db *db, const struct buf *batch, struct intake_result *result)
{
	enum err e = ERR_DB;
	bool reconnected = false;
	for (int attempt = 0; attempt < RACES_MAX; attempt++) {
		struct db_result *r;
		struct pool *pool = pool_new();
		crash_point("webhook-before-store");
		e = DB_QUERY(db, pool, &sql_receive, &r, DB_BUF(batch), DB_INT(in->conf->answer_debounce_ms));
		if (e == ERR_OK) {
			crash_point("webhook-after-commit");
			bool alive = db_bool(r, 0, 2);
			bool heard = db_int(r, 0, 0) == 0 || wake_senders(in->conf->run_dir) > 0;
			result->autostart = !alive ? AUTOSTART_NOW : heard ? AUTOSTART_NONE : AUTOSTART_UNHEARD;
		}
		pool_free(pool);
		if (e == ERR_DB_RACE)
			pause_after_race(attempt);
		else if (e == ERR_DB_AWAY && !reconnected)
			reconnected = true;
		else
			break;
	}
	return e;
}

/* The group's array is put together in the first one's buffer: a large delivery comes alone and is not copied. */
static enum err store_tickets(struct intake *in, struct db *db, struct ticket *first, struct intake_result *result)
{
	struct buf *batch = &first->items;
	enum err e = batch->err;
	result->group = 1;
	for (const struct ticket *t = first->next; t && e == ERR_OK; t = t->next) {
		e = t->items.err;
		buf_add_char(batch, ',');
		buf_add(batch, t->items.data + 1, t->items.len - 1);
		result->group++;
	}
	buf_add_char(batch, ']');
	e = e == ERR_OK ? batch->err : e;
	return e == ERR_OK ? store_batch(in, db, batch, result) : e;
}

static void write_items(struct buf *out, const struct inbound_list *list)
{
	struct json_writer w;
	json_writer_init(&w, out);
	json_begin_array(&w);
	inbound_write(&w, list, 0);
	json_end_array(&w);
}

static enum err store_list(
	struct intake *in, struct db *db, const struct inbound_list *list, struct intake_result *result)
{
	struct buf batch;
	buf_init(&batch, BATCH_BYTES_MAX);
	write_items(&batch, list);
	enum err e = batch.err == ERR_OK ? store_batch(in, db, &batch, result) : batch.err;
	buf_fini(&batch);
	return e;
}

/* The last resort for an item that the database does not take: its own words, kept for replay. */
static enum err quarantine_item(
	struct intake *in, struct db *db, const struct inbound *item, enum err why, struct intake_result *result)
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
	write_items(&words, &just_item);
	kept.kind = item->op == INBOUND_STATUS ? STR("status") : STR("message");
	kept.reason = str_of(err_info(why)->words);
	kept.payload = buf_str(&words);
	enum err e = store_list(in, db, &just_kept, result);
	buf_fini(&words);
	return e;
}

/* A delivery that could not be stored as a whole: item by item. An item that cannot even be kept for replay (its
 * channel has just gone) is told in the end; the others are stored all the same. */
/* Only what is wrong with the data itself can be helped by leaving data out. When the database or its functions are at
 * fault, the delivery has to come again. */
static bool is_data_error(enum err e)
{
	return e == ERR_INVALID || e == ERR_CONFLICT || e == ERR_TOO_LARGE;
}

/* A delivery that could not be stored as a whole: item by item. */
static enum err store_by_item(
	struct intake *in, struct db *db, const struct inbound_list *list, struct intake_result *result)
{
	enum err worst = ERR_OK;
	for (const struct inbound *item = list->first; item; item = item->next) {
		struct inbound one = *item;
		one.next = NULL;
		struct inbound_list just_one = { .first = &one, .n = 1 };
		enum err e = store_list(in, db, &just_one, result);
		if (e == ERR_OK)
			continue;
		if (!is_data_error(e))
			return e;
		LOG_ERROR("intake.quarantine", F_INT("org", item->org_id), F_INT("channel", item->channel_id),
			F_CSTR("error", err_info(e)->name));
		e = quarantine_item(in, db, item, e, result);
		if (e != ERR_OK && !is_data_error(e))
			return e;
		if (e != ERR_OK)
			worst = e;
	}
	return worst;
}

static void store_alone(struct intake *in, struct db *db, struct ticket *t)
{
	t->result.group = 1;
	t->err = store_list(in, db, t->list, &t->result);
	if (is_data_error(t->err))
		t->err = store_by_item(in, db, t->list, &t->result);
}

/* Without the lock: stores a chain of tickets and leaves each one's outcome in it. */
static void intake_lead(struct intake *in, struct ticket *chain)
{
	struct intake_result result = { 0 };
	struct db *db = db_pool_take(in->pool);
	enum err e = store_tickets(in, db, chain, &result);
	for (struct ticket *t = chain; t; t = t->next) {
		if (e == ERR_OK || e == ERR_DB_AWAY) {
			t->err = e;
			t->result = result;
		} else {
			store_alone(in, db, t);
		}
	}
	db_pool_put(in->pool, db);
}

/* Under the lock: takes what waits, up to the limits, off the queue. */
static struct ticket *intake_take_group(struct intake *in)
{
	struct ticket *chain = in->first, **end = &in->first;
	size_t bytes = 0;
	for (int n = 0; *end && n < GROUP_MAX && (n == 0 || bytes + (*end)->items.len <= GROUP_BYTES_MAX); n++) {
		bytes += (*end)->items.len;
		(*end)->state = TICKET_TAKEN;
		end = &(*end)->next;
	}
	in->first = *end;
	if (!in->first)
		in->last = &in->first;
	*end = NULL;
	return chain;
}

/* Under the lock: a follower's stack may go as soon as its ticket is done, so `next` is read before. The head of what
 * has queued up meanwhile is woken to lead. */
static void finish_group(struct intake *in, struct ticket *chain)
{
	while (chain) {
		struct ticket *next = chain->next;
		chain->state = TICKET_DONE;
		pthread_cond_signal(&chain->woken);
		chain = next;
	}
	in->leaders--;
	if (in->first)
		pthread_cond_signal(&in->first->woken);
}

enum err intake_store(struct intake *in, const struct inbound_list *list, struct intake_result *result)
{
	if (list->n == 0) {
		*result = (struct intake_result){ .autostart = AUTOSTART_NONE };
		return ERR_OK;
	}
	struct ticket me = { .list = list, .state = TICKET_QUEUED };
	struct json_writer w;
	buf_init(&me.items, BATCH_BYTES_MAX);
	json_writer_init(&w, &me.items);
	json_begin_array(&w); /* the leader closes it */
	inbound_write(&w, list, 0);
	pthread_cond_init(&me.woken, NULL);

	pthread_mutex_lock(&in->lock);
	*in->last = &me;
	in->last = &me.next;
	while (me.state != TICKET_DONE) {
		if (me.state == TICKET_TAKEN || in->leaders == in->leaders_max) {
			pthread_cond_wait(&me.woken, &in->lock);
			continue;
		}
		in->leaders++;
		struct ticket *chain = intake_take_group(in);
		pthread_mutex_unlock(&in->lock);
		intake_lead(in, chain);
		pthread_mutex_lock(&in->lock);
		finish_group(in, chain);
	}
	pthread_mutex_unlock(&in->lock);

	*result = me.result;
	pthread_cond_destroy(&me.woken);
	buf_fini(&me.items);
	return me.err;
}
