/*
 * ladder.c - one object for each message whose statuses are still to come.
 *
 * Owns the sequence and its pace; webhook.c owns the sending. Runs in the loop's thread. Never outlives its simulator:
 * at a stop it is dropped.
 */
#include "simulator/ladder.h"

#include <stdio.h>

#include "core/clock.h"
#include "simulator/state/sim-memory.h"
#include "simulator/random.h"
#include "simulator/sim-webhook.h"

struct ladder {
	struct simulator *sim;
	struct ladder_options options; /* its strings are the copies below */
	char *phone, *user_id, *name, *wamid, *tag;
	const char *rungs[LADDER_RUNGS_MAX];
	bool priced[LADDER_RUNGS_MAX];
	unsigned next;
};

static void ladder_free(struct ladder *ladder)
{
	channel_drop(ladder->options.channel);
	free(ladder->phone);
	free(ladder->user_id);
	free(ladder->name);
	free(ladder->wamid);
	free(ladder->tag);
	free(ladder);
}

static void ladder_finish(void *arg)
{
	struct ladder *ladder = arg;
	struct simulator *sim = ladder->sim;

	if (ladder->options.done)
		ladder->options.done(ladder->options.arg);
	pthread_mutex_lock(&sim->lock);
	sim->pending--;
	ladder_free(ladder);
	pthread_mutex_unlock(&sim->lock);
}

static void ladder_step(void *arg);

static void on_acknowledged(void *arg, int status)
{
	struct ladder *ladder = arg;

	(void)status;
	if (ladder->next >= ladder->options.n_rungs)
		ladder_finish(ladder);
	else
		loop_after(ladder->sim->loop, ladder->options.delay_ms, ladder_step, ladder_finish, ladder);
}

static void write_what(char *out, size_t n, const struct ladder *ladder, unsigned count)
{
	if (count > 1)
		snprintf(out, n, "%u statuses %s", count, ladder->wamid);
	else
		snprintf(out, n, "%s %s", ladder->rungs[ladder->next], ladder->wamid);
}

static void ladder_step(void *arg)
{
	struct ladder *ladder = arg;
	const struct ladder_options *o = &ladder->options;
	struct whatsapp_status statuses[LADDER_RUNGS_MAX];
	unsigned count = o->batch ? o->n_rungs : 1;
	char what[320];
	struct buf body;

	for (unsigned i = 0; i < count; i++)
		statuses[i] = (struct whatsapp_status){ .status = ladder->rungs[ladder->next + i],
			.wamid = o->wamid,
			.tag = o->tag,
			.timestamp_s = clock_wall_ms() / 1000,
			.priced = ladder->priced[ladder->next + i],
			.failed_code = o->failed_code };
	write_what(what, sizeof(what), ladder, count);
	buf_init(&body, 64 * 1024);
	whatsapp_payload_statuses(&body, o->channel, &o->person, statuses, count);
	ladder->next += count;
	pthread_mutex_lock(&ladder->sim->lock);
	webhook_send(ladder->sim, &(struct webhook){ .channel = o->channel,
					  .body = buf_str(&body),
					  .kind = "status",
					  .what = str_of(what),
					  .copies = o->copies,
					  .done = on_acknowledged,
					  .arg = ladder });
	pthread_mutex_unlock(&ladder->sim->lock);
	buf_fini(&body);
}

/* Pricing comes with sent and with the first of delivered and read ("Status messages webhook"). */
static void set_pricing(struct ladder *ladder)
{
	bool later = false;

	for (unsigned i = 0; i < ladder->options.n_rungs; i++) {
		const char *rung = ladder->rungs[i];

		if (!strcmp(rung, "sent"))
			ladder->priced[i] = true;
		else if (!later && strcmp(rung, "failed"))
			later = ladder->priced[i] = true;
	}
}

static void swap_rungs(struct ladder *ladder, unsigned a, unsigned b)
{
	const char *rung = ladder->rungs[a];
	bool priced = ladder->priced[a];

	ladder->rungs[a] = ladder->rungs[b];
	ladder->priced[a] = ladder->priced[b];
	ladder->rungs[b] = rung;
	ladder->priced[b] = priced;
}

static void set_order(struct ladder *ladder)
{
	unsigned n = ladder->options.n_rungs;

	if (ladder->options.order == LADDER_REVERSED)
		for (unsigned i = 0; i < n / 2; i++)
			swap_rungs(ladder, i, n - 1 - i);
	if (ladder->options.order == LADDER_SHUFFLED)
		for (unsigned i = n; i > 1; i--)
			swap_rungs(ladder, i - 1, (unsigned)random_below(&ladder->sim->random, i));
}

static struct str ladder_keep(char **copy, struct str s)
{
	*copy = memory_copy(s);
	return (struct str){ *copy, s.n };
}

static struct ladder *ladder_new(struct simulator *sim, const struct ladder_options *options)
{
	struct ladder *ladder = memory_new(sizeof(*ladder));
	struct ladder_options *o = &ladder->options;

	ladder->sim = sim;
	*o = *options;
	channel_keep(o->channel);
	o->person.phone = ladder_keep(&ladder->phone, o->person.phone);
	o->person.user_id = ladder_keep(&ladder->user_id, o->person.user_id);
	o->person.name = ladder_keep(&ladder->name, o->person.name);
	o->wamid = ladder_keep(&ladder->wamid, o->wamid);
	o->tag = ladder_keep(&ladder->tag, o->tag);
	for (unsigned i = 0; i < o->n_rungs; i++)
		ladder->rungs[i] = options->rungs[i];
	o->rungs = ladder->rungs;
	return ladder;
}

void ladder_start(struct simulator *sim, const struct ladder_options *options)
{
	struct ladder *ladder = ladder_new(sim, options);
	bool silent = !options->n_rungs || options->copies < 1 || !options->channel->subscribed;

	set_pricing(ladder);
	set_order(ladder);
	sim->pending++;
	loop_after(sim->loop, options->first_delay_ms, silent ? ladder_finish : ladder_step, ladder_finish, ladder);
}
