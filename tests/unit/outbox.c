/*
 * outbox.c - the unit tests of src/outbox: whose turn it is, how many slots an organization may hold, which channels
 * are open.
 */
#include "check.h"
#include "tap.h"

#include "channel/whatsapp/whatsapp.h"
#include "outbox/notify/ring-text.h"
#include "outbox/open-channels.h"
#include "outbox/works.h"

#include <stdlib.h>
#include <unistd.h>

#define SLOTS 256
#define ORGS 8

static const struct share answers = { SLOTS, 32, true }, deliveries = { 64, 96, false };

static void make_due(struct works *works, enum work work, int64_t first, int64_t last)
{
	for (int64_t id = first; id <= last; id++)
		works_due(works, works_of(works, id), work);
}

/* Takes slots one by one until there is no room. */
static int take_all(struct works *works, int64_t id)
{
	struct org_work *org = works_of(works, id);
	while (works_room(works, org, WORK_ANSWER, SLOTS) > 0)
		works_hold(works, org, WORK_ANSWER, 1);
	return org->places[WORK_ANSWER].held;
}

static void each_leaves_room_for_the_next(void)
{
	struct works works = { .last_org = 0 };
	CHECK_INT(take_all(&works, 1), 192); /* three quarters of all */
	CHECK_INT(take_all(&works, 2), 48);  /* of what it left */
	CHECK_INT(take_all(&works, 3), 12);
	CHECK_INT(take_all(&works, 4), 3);
	CHECK_INT(take_all(&works, 5), 1);
	CHECK_INT(take_all(&works, 6), 0);
	works_hold(&works, works_of(&works, 1), WORK_ANSWER, -1);
	CHECK_INT(works_room(&works, works_of(&works, 6), WORK_ANSWER, SLOTS), 1);
	works_fini(&works);
}

static void one_that_holds_its_share_is_passed_over(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS];
	make_due(&works, WORK_ANSWER, 1, 2);
	take_all(&works, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 1);
	CHECK_INT(asks[0].org->org_id, 2);
	CHECK_THAT(works_next_us(&works, WORK_ANSWER, SLOTS, 0) <= 0, "one waits");
	works_claimed(&works, &asks[0], WORK_ANSWER, 0, 1);
	CHECK_THAT(
		works_next_us(&works, WORK_ANSWER, SLOTS, 1) > 1, "none waits"); /* nor does it keep the loop running */
	works_fini(&works);
}

/* Claims for those whose turn it is, `share` of what they ask for, and counts their turns. */
static int serve(struct works *works, enum work work, const struct share *share, int64_t now_us, bool all, int *turns)
{
	struct ask asks[ORGS];
	int n = works_turn(works, work, share, now_us, ORGS, asks);
	for (int i = 0; i < n; i++) {
		CHECK_THAT(i == 0 || asks[i - 1].org->org_id < asks[i].org->org_id, "in the order of their ids");
		CHECK_THAT(asks[i].max > 0, "for something");
		works_claimed(works, &asks[i], work, all ? asks[i].max : 0, now_us);
		turns[asks[i].org->org_id]++;
	}
	return n;
}

static void everybody_has_a_turn(void)
{
	struct works works = { .last_org = 0 };
	int turns[21] = { 0 };
	make_due(&works, WORK_ANSWER, 1, 20);
	for (int round = 1; round <= 5; round++)
		CHECK_INT(serve(&works, WORK_ANSWER, &answers, round * 1000, true, turns), 8);
	for (int id = 1; id <= 20; id++)
		CHECK_INT(turns[id], 2);
	works_fini(&works);
}

/* The slots end before the round does: whoever got none has his turn first the next time. */
static void no_turn_is_lost_where_there_is_no_room(void)
{
	struct works works = { .last_org = 0 };
	int turns[22] = { 0 };
	make_due(&works, WORK_DELIVERY, 1, 21);
	for (int round = 1; round <= 7; round++)
		CHECK_INT(serve(&works, WORK_DELIVERY, &deliveries, round * 1000, true, turns), 6); /* 12 of 64 each */
	for (int id = 1; id <= 21; id++)
		CHECK_INT(turns[id], 2);
	works_fini(&works);
}

/* Everybody's work becomes due again and again, without bringing anything, faster than it can be looked at. */
static void who_comes_again_and_again_overtakes_nobody(void)
{
	struct works works = { .last_org = 0 };
	struct place *rested[100];
	int turns[101] = { 0 };
	for (int round = 1; round <= 25; round++) {
		make_due(&works, WORK_ANSWER, 1, 100);
		CHECK_INT(serve(&works, WORK_ANSWER, &answers, round * 1000, false, turns), 8);
		if (round % 3 == 0)
			works_rested(&works, rested, 100);
		works_forget(&works, round * 1000000);
	}
	for (int id = 1; id <= 100; id++)
		CHECK_INT(turns[id], 2);
	make_due(&works, WORK_ANSWER, 1, 101); /* one who has had nothing so far is the next */
	int more[102] = { 0 };
	serve(&works, WORK_ANSWER, &answers, 26000, false, more);
	CHECK_INT(more[101], 1);
	works_fini(&works);
}

/* What rests has not been told to the database: only whoever stored more makes it due before. */
static void what_rests_is_not_found_again(void)
{
	struct works works = { .last_org = 0 };
	struct org_work *org = works_of(&works, 7);
	struct place *rested[2];
	int turns[8] = { 0 };
	works_found(&works, org, WORK_ANSWER);
	CHECK_INT(serve(&works, WORK_ANSWER, &answers, 1, false, turns), 1);
	works_found(&works, org, WORK_ANSWER);
	CHECK_INT(serve(&works, WORK_ANSWER, &answers, 2, false, turns), 0);
	CHECK_INT(works_rested(&works, rested, 2), 1);
	CHECK_INT(rested[0]->org->org_id, 7);
	works_found(&works, org, WORK_ANSWER);
	CHECK_INT(serve(&works, WORK_ANSWER, &answers, 3, false, turns), 1);
	works_due(&works, org, WORK_ANSWER);
	CHECK_INT(serve(&works, WORK_ANSWER, &answers, 4, false, turns), 1);
	works_fini(&works);
}

static void what_fails_is_left_alone_for_a_while(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS];
	make_due(&works, WORK_ANSWER, 1, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 1);
	works_failed(&works, &asks[0], WORK_ANSWER, 0);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 4000000, ORGS, asks), 0);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 6000000, ORGS, asks), 1);
	works_fini(&works);
}

/* What cannot be had is looked at later and later, until it is gone. */
static void pauses_grow_while_nothing_can_be_had(void)
{
	struct works works = { .last_org = 0 };
	struct ask ask = { works_of(&works, 1), 10, 0 };
	struct place *place = &ask.org->places[WORK_DELIVERY];
	for (int round = 0; round < 12; round++) {
		works_claimed(&works, &ask, WORK_DELIVERY, 0, round * 1000000);
		CU_ASSERT_PTR_EQUAL(place->queue, &works.resting);
	}
	CHECK_INT(place->pause_ms, 1000);
	works_claimed(&works, &ask, WORK_DELIVERY, 0, 20000000);
	CHECK_INT(place->pause_ms, 10);
	works_claimed(&works, &ask, WORK_DELIVERY, 4, 20000000);
	CHECK_INT(place->pause_ms, 0);
	CHECK_THAT(works_next_us(&works, WORK_DELIVERY, SLOTS, 20000000) > 20000000, "none waits");
	works_claimed(&works, &ask, WORK_DELIVERY, 10, 20000000);
	CHECK_THAT(works_next_us(&works, WORK_DELIVERY, SLOTS, 20000000) <= 20000000, "one waits");
	works_fini(&works);
}

/* One whose model takes its time gets a small part of a batch, but only while others have work. */
static void others_are_remembered_for_a_while(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS], other = { works_of(&works, 2), 1, 0 };
	make_due(&works, WORK_ANSWER, 1, 1);
	works_hold(&works, works_of(&works, 1), WORK_ANSWER, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 1000000, ORGS, asks), 1);
	CHECK_INT(asks[0].max, 32);
	works_claimed(&works, &asks[0], WORK_ANSWER, 32, 1000000);
	works_claimed(&works, &other, WORK_ANSWER, 1, 2000000);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 4000000, 1, asks), 1);
	CHECK_INT(asks[0].max, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 9000000, 1, asks), 1);
	CHECK_INT(asks[0].max, 32);
	works_fini(&works);
}

/* What takes its time comes in batches that keep nobody waiting for long. */
static void a_batch_is_no_longer_than_a_turn(void)
{
	struct works works = { .last_org = 0 };
	struct org_work *org = works_of(&works, 1);
	struct ask asks[ORGS];
	make_due(&works, WORK_ANSWER, 1, 1);
	works_measured(&works, org, WORK_ANSWER, 10, 29990); /* three milliseconds each */
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 1);
	CHECK_INT(asks[0].max, 10);
	works_measured(&works, org, WORK_ANSWER, 1, 8000000);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, 1, asks), 1);
	CHECK_INT(asks[0].max, 1); /* at least one */
	works_turned(&works, 0, 0);
	works_measured(&works, works_of(&works, 2), WORK_ANSWER, 10, 20000);
	works_turned(&works, 70000, 0); /* of which the database took fifty */
	make_due(&works, WORK_ANSWER, 2, 2);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 2);
	CHECK_INT(asks[1].max, 12);
	works_fini(&works);
}

/* Two share a turn's time: what one of them takes longer for is its own loss. */
static void who_is_expensive_takes_nothing_from_others(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS];
	make_due(&works, WORK_ANSWER, 1, 2);
	works_measured(&works, works_of(&works, 1), WORK_ANSWER, 1, 4000);
	works_measured(&works, works_of(&works, 2), WORK_ANSWER, 10, 1000);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 2);
	CHECK_INT(asks[0].max, 1);
	CHECK_INT(asks[1].max, 16);
	for (int i = 0; i < 100; i++)
		works_measured(&works, works_of(&works, 1), WORK_ANSWER, 10, 1000);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 0, ORGS, asks), 2);
	CHECK_INT(asks[0].max, 16);
	works_fini(&works);
}

/* An entry goes when nothing has happened for a minute, and not while it says something. */
static void entries_are_forgotten_after_a_minute(void)
{
	struct works works = { .last_org = 0 };
	struct ask ask = { works_of(&works, 1), 1, 0 };
	struct place *rested[1];
	works_claimed(&works, &ask, WORK_ANSWER, 0, 1000000);
	works_rested(&works, rested, 1);
	works_forget(&works, 50000000);
	CU_ASSERT_PTR_NOT_NULL(works.buckets[1]);
	works_hold(&works, ask.org, WORK_FILE, 1);
	works_forget(&works, 70000000);
	CU_ASSERT_PTR_NOT_NULL(works.buckets[1]);
	works_hold(&works, ask.org, WORK_FILE, -1);
	works_forget(&works, 72000000);
	CU_ASSERT_PTR_NULL(works.buckets[1]);
	works_fini(&works);
}

/* Ends a turn of an organization of which it had `part_us`, and returns when it may have the next one; `n` of the two
 * that it asked for were there. */
static int64_t turn_of(struct works *works, int64_t id, int n, int64_t part_us, int64_t turn_us, int64_t now_us)
{
	struct ask ask = { works_of(works, id), 2, 0 };
	works_claimed(works, &ask, WORK_ANSWER, n, now_us);
	works_charged(works, ask.org, WORK_ANSWER, 1, 1, part_us);
	works_turned(works, turn_us, now_us);
	works_due(works, ask.org, WORK_ANSWER);
	return works_next_us(works, WORK_ANSWER, SLOTS, now_us);
}

/* Where others have work, one that needs more time than they waits for what it had of a turn beyond a half, so that it
 * never has more than half of the time. */
static void one_has_half_of_the_time_where_others_have_work(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS], other = { works_of(&works, 2), 2, 0 };
	CHECK_INT(turn_of(&works, 1, 2, 9000, 10000, 1000000), 0); /* alone: all of it */
	works_claimed(&works, &other, WORK_ANSWER, 1, 2000000);
	CHECK_INT(turn_of(&works, 1, 2, 9000, 10000, 2000000), 2008000);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 2007999, ORGS, asks), 0);
	works_due(&works, other.org, WORK_ANSWER); /* the other one does not wait for it */
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 2007999, ORGS, asks), 1);
	CHECK_INT(asks[0].org->org_id, 2);
	works_claimed(&works, &asks[0], WORK_ANSWER, 0, 2007999);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 2008000, ORGS, asks), 1);
	CHECK_INT(turn_of(&works, 1, 2, 5000, 10000, 2009000), 2009000); /* half of it is its own */
	CHECK_INT(turn_of(&works, 1, 1, 9000, 10000, 2010000), 2009000); /* it has nothing that waits */
	works_claimed(&works, &other, WORK_ANSWER, 1, 2011000);
	works_charged(&works, other.org, WORK_ANSWER, 1, 1, 50000);
	CHECK_INT(turn_of(&works, 1, 2, 9000, 70000, 2020000), 2009000); /* the other one needs more */
	CHECK_INT(turn_of(&works, 1, 2, 9000, 10000, 9000000), 2009000); /* and has had nothing for long */
	works_fini(&works);
}

/* A batch of one that needs more than all others is as long as loop and database take for it together, but for what a
 * statement takes whatever it claims. */
static void a_greedy_batch_counts_the_database(void)
{
	struct works works = { .last_org = 0 };
	struct ask asks[ORGS], other = { works_of(&works, 2), 2, 0 };
	struct org_work *org = works_of(&works, 1);
	make_due(&works, WORK_ANSWER, 1, 2);
	works_claimed(&works, &(struct ask){ org, 2, 0 }, WORK_ANSWER, 1, 1);
	works_claimed(&works, &other, WORK_ANSWER, 1, 1);
	works_measured(&works, org, WORK_ANSWER, 6, 600);
	works_charged(&works, org, WORK_ANSWER, 6, 16, 10000); /* claimed, */
	works_charged(&works, org, WORK_ANSWER, 6, 6, 5000);   /* and stored */
	works_measured(&works, other.org, WORK_ANSWER, 10, 1000);
	works_charged(&works, other.org, WORK_ANSWER, 10, 16, 5000);
	works_turned(&works, 20000, 1);
	make_due(&works, WORK_ANSWER, 1, 2);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 1, ORGS, asks), 2);
	CHECK_INT(asks[0].max, 4); /* a tenth and half and half a millisecond each */
	CHECK_INT(asks[1].max, 16);
	works_charged(&works, org, WORK_ANSWER, 1, 1, 30000); /* one that a model kept waiting */
	works_turned(&works, 30000, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 1, ORGS, asks), 2);
	CHECK_INT(asks[0].max, 4);
	works_measured(&works, org, WORK_ANSWER, 1, 5900);
	works_turned(&works, 5900, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, &answers, 1, ORGS, asks), 2);
	CHECK_INT(asks[0].max, 2); /* seven eighths of a millisecond and a tenth, and an eighth of twelve */
	works_fini(&works);
}

static struct crypt_keys *outbox_keys(struct pool *pool)
{
	char dir[] = "/tmp/deskbell-test-XXXXXX";
	struct crypt_keys *keys = NULL;
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	const char *path = pool_printf(pool, "%s/keys", dir).p;
	CHECK_INT(crypt_keys_create(path, NULL), ERR_OK);
	CHECK_INT(crypt_keys_load(path, &keys, NULL), ERR_OK);
	unlink(path);
	rmdir(dir);
	return keys;
}

static struct channel channel_of(int64_t id)
{
	return (struct channel){ .org_id = 7, .id = id, .ops = &whatsapp_channel };
}

/* The stored config of channel `id` with this token. */
static struct str sealed_config(struct pool *pool, const struct crypt_keys *keys, int64_t id, const char *token)
{
	struct channel channel = channel_of(id);
	struct buf b;
	channel.plain[WHATSAPP_PHONE_NUMBER_ID] = STR("106540");
	channel.secret[WHATSAPP_TOKEN] = secret_new(str_of(token));
	buf_init(&b, 1 << 16);
	channel_seal(keys, &channel, &b);
	secret_free(channel.secret[WHATSAPP_TOKEN]);
	return pool_take(pool, &b);
}

static struct str token_of(const struct channel *channel)
{
	return secret_bytes(channel->secret[WHATSAPP_TOKEN]);
}

static void a_channel_is_opened_once_for_each_config(void)
{
	struct pool *pool = pool_new(), *job = pool_new();
	struct crypt_keys *keys = outbox_keys(pool);
	struct open_channels *all = open_channels_new(keys);
	struct str first = sealed_config(pool, keys, 1, "EAAG-one"), second = sealed_config(pool, keys, 1, "EAAG-two");
	struct channel a = channel_of(1), b = channel_of(1), c = channel_of(1);
	CHECK_INT(open_channels_get(all, job, first, &a, NULL), ERR_OK);
	CHECK_STR(a.plain[WHATSAPP_PHONE_NUMBER_ID], "106540");
	CHECK_INT(open_channels_get(all, pool, first, &b, NULL), ERR_OK);
	CU_ASSERT_PTR_EQUAL(a.secret[WHATSAPP_TOKEN], b.secret[WHATSAPP_TOKEN]);
	CHECK_INT(open_channels_get(all, pool, second, &c, NULL), ERR_OK);
	CHECK_STR(token_of(&c), "EAAG-two");
	CHECK_STR(token_of(&a), "EAAG-one"); /* a message on its way keeps what it had */
	pool_free(job);
	CHECK_STR(token_of(&b), "EAAG-one");
	open_channels_free(all);
	CHECK_STR(token_of(&c), "EAAG-two");
	pool_free(pool);
	crypt_keys_free(keys);
}

/* More channels than places; and what belongs to another channel does not open. */
static void each_channel_has_its_own_secrets(void)
{
	struct pool *pool = pool_new();
	struct crypt_keys *keys = outbox_keys(pool);
	struct open_channels *all = open_channels_new(keys);
	struct channel stranger = channel_of(2);
	for (int round = 0; round < 2; round++)
		for (int64_t id = 1; id <= 300; id++) {
			struct pool *job = pool_new();
			struct channel channel = channel_of(id);
			const char *token = pool_printf(job, "EAAG-%lld", (long long)id).p;
			struct str config = sealed_config(job, keys, id, token);
			CHECK_INT(open_channels_get(all, job, config, &channel, NULL), ERR_OK);
			CHECK_STR(token_of(&channel), token);
			pool_free(job);
		}
	struct str config = sealed_config(pool, keys, 1, "EAAG-one");
	CHECK_INT(open_channels_get(all, pool, config, &stranger, NULL), ERR_SEALED);
	CHECK_INT(open_channels_get(all, pool, STR("{"), &stranger, NULL), ERR_INVALID);
	open_channels_free(all);
	pool_free(pool);
	crypt_keys_free(keys);
}

/* As the views of the inbox say it: counted up to a hundred, more is 99 and more. */
static void a_summary_says_as_many_as_the_desk(void)
{
	static const struct {
		int64_t waiting;
		const char *en, *tr;
	} said[] = { { 1, "Conversations that wait: 1", "Bekleyen konuşmalar: 1" },
		{ 99, "Conversations that wait: 99", "Bekleyen konuşmalar: 99" },
		{ 100, "Conversations that wait: 99+", "Bekleyen konuşmalar: 99+" } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		const struct ring_text ring = { STR("summary"), STR(""), STR(""), said[i].waiting };
		CHECK_STR(ring_title(pool, translation_of("en"), &ring), said[i].en);
		CHECK_STR(ring_title(pool, translation_of("tr"), &ring), said[i].tr);
	}
	pool_free(pool);
}

static CU_TestInfo ring_tests[] = {
	{ "a summary says as many as the desk", a_summary_says_as_many_as_the_desk },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo channel_tests[] = {
	{ "a channel is opened once for each config", a_channel_is_opened_once_for_each_config },
	{ "each channel has its own secrets", each_channel_has_its_own_secrets },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo tests[] = {
	{ "each leaves room for the next", each_leaves_room_for_the_next },
	{ "one that holds its share is passed over", one_that_holds_its_share_is_passed_over },
	{ "everybody has a turn", everybody_has_a_turn },
	{ "no turn is lost where there is no room", no_turn_is_lost_where_there_is_no_room },
	{ "who comes again and again overtakes nobody", who_comes_again_and_again_overtakes_nobody },
	{ "what rests is not found again", what_rests_is_not_found_again },
	{ "what fails is left alone for a while", what_fails_is_left_alone_for_a_while },
	{ "pauses grow while nothing can be had", pauses_grow_while_nothing_can_be_had },
	{ "others are remembered for a while", others_are_remembered_for_a_while },
	{ "a batch is no longer than a turn", a_batch_is_no_longer_than_a_turn },
	{ "who is expensive takes nothing from others", who_is_expensive_takes_nothing_from_others },
	{ "one has half of the time where others have work", one_has_half_of_the_time_where_others_have_work },
	{ "a greedy batch counts the database", a_greedy_batch_counts_the_database },
	{ "entries are forgotten after a minute", entries_are_forgotten_after_a_minute },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = { { "works", NULL, NULL, NULL, NULL, tests },
		{ "open channels", NULL, NULL, NULL, NULL, channel_tests },
		{ "what rings", NULL, NULL, NULL, NULL, ring_tests }, CU_SUITE_INFO_NULL };
	return unit_main(suites);
}
