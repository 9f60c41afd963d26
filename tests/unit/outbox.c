/*
 * outbox.c - the unit tests of src/outbox: whose turn it is, and how many slots an organization may hold.
 */
#include "check.h"
#include "tap.h"

#include "outbox/works.h"

#define SLOTS 256

static void make_due(struct works *works, int64_t first, int64_t last)
{
	for (int64_t id = first; id <= last; id++)
		works_of(works, id)->due[WORK_ANSWER] = true;
}

/* Takes slots one by one until there is no room. */
static int take_all(struct works *works, int64_t id)
{
	struct org_work *org = works_of(works, id);
	while (works_room(works, org, WORK_ANSWER, SLOTS) > 0)
		works_hold(works, org, WORK_ANSWER, 1);
	return org->held[WORK_ANSWER];
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
	struct org_work *orgs[8];
	make_due(&works, 1, 2);
	take_all(&works, 1);
	CHECK_INT(works_turn(&works, WORK_ANSWER, SLOTS, 0, 8, orgs), 1);
	CHECK_INT(orgs[0]->org_id, 2);
	works_fini(&works);
}

static void everybody_has_a_turn(void)
{
	struct works works = { .last_org = 0 };
	struct org_work *orgs[8];
	int turns[21] = { 0 };
	make_due(&works, 1, 20);
	for (int round = 0; round < 5; round++) {
		int n = works_turn(&works, WORK_ANSWER, SLOTS, 0, 8, orgs);
		CHECK_INT(n, 8);
		for (int i = 0; i < n; i++) {
			CHECK_THAT(i == 0 || orgs[i - 1]->org_id < orgs[i]->org_id, "in the order of their ids");
			turns[orgs[i]->org_id]++;
		}
	}
	for (int id = 1; id <= 20; id++)
		CHECK_INT(turns[id], 2);
	works_fini(&works);
}

/* What cannot be had is looked at later and later, until it is gone. */
static void pauses_grow_while_nothing_can_be_had(void)
{
	struct works works = { .last_org = 0 };
	struct org_work *org = works_of(&works, 1);
	for (int round = 0; round < 12; round++) {
		org->is_near[WORK_DELIVERY] = true;
		works_claimed(org, WORK_DELIVERY, 10, 0);
		CHECK_INT(org->rests[WORK_DELIVERY], true);
	}
	CHECK_INT(org->pause_ms[WORK_DELIVERY], 1000);
	works_claimed(org, WORK_DELIVERY, 10, 4);
	CHECK_INT(org->pause_ms[WORK_DELIVERY], 0);
	CHECK_INT(org->due[WORK_DELIVERY], false);
	works_claimed(org, WORK_DELIVERY, 10, 10);
	CHECK_INT(org->due[WORK_DELIVERY], true);
	works_fini(&works);
}

static void others_are_remembered_for_a_while(void)
{
	struct works works = { .last_org = 0 };
	works_served(&works, works_of(&works, 1), 1000000);
	works_served(&works, works_of(&works, 1), 2000000);
	CU_ASSERT_FALSE(works_are_shared(&works, 2000000));
	works_served(&works, works_of(&works, 2), 3000000);
	CU_ASSERT_TRUE(works_are_shared(&works, 4000000));
	CU_ASSERT_FALSE(works_are_shared(&works, 9000000));
	works_fini(&works);
}

static CU_TestInfo tests[] = {
	{ "each leaves room for the next", each_leaves_room_for_the_next },
	{ "one that holds its share is passed over", one_that_holds_its_share_is_passed_over },
	{ "everybody has a turn", everybody_has_a_turn },
	{ "pauses grow while nothing can be had", pauses_grow_while_nothing_can_be_had },
	{ "others are remembered for a while", others_are_remembered_for_a_while },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = { { "works", NULL, NULL, NULL, NULL, tests }, CU_SUITE_INFO_NULL };
	return unit_main(suites);
}
