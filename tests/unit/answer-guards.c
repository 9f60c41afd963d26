/*
 * answer-guards.c - may the bot answer, and when does a person have to?
 */
#include "answer.h"
#include "check.h"
#include "tap.h"

#include "answer/escalation.h"
#include "answer/guard.h"
#include "domain/hours/window.h"

#include <string.h>

/* ---- guards ---- */

#define STALE_S 43200

static struct question answerable(void)
{
	return (struct question){ .bot_mode = BOT_ACTIVE,
		.bot_mode_known = true,
		.has_text = true,
		.has_window = true,
		.message_age_s = 2,
		.window_age_s = 2,
		.text = STR("hi"),
		.settings = { .reply_cap_per_hour = 20, .fallbacks_before_handover = 3 } };
}

static void check_guard(struct question q, const char *code)
{
	struct pool *pool = pool_new();
	CHECK_STR(str_of(guard_refuses(pool, &q, STALE_S).code), code);
	pool_free(pool);
}

static void each_guard_alone(void)
{
	struct question q = answerable();
	check_guard(q, NULL);
	q.bot_mode = BOT_SHADOW;
	check_guard(q, NULL);
	q.bot_mode = BOT_OFF;
	check_guard(q, CODE(bot_off));
	q = answerable();
	q.bot_mode_known = false;
	check_guard(q, CODE(bot_mode_unknown));
	q = answerable();
	q.operator_has_it = true;
	check_guard(q, CODE(operator_has_it));
	q = answerable();
	q.has_text = false;
	check_guard(q, CODE(no_text));
	q = answerable();
	q.message_age_s = STALE_S;
	check_guard(q, NULL);
	q.message_age_s = STALE_S + 1;
	check_guard(q, CODE(message_too_old));
	q = answerable();
	q.window_age_s = WINDOW_OPEN_S - 1;
	check_guard(q, NULL);
	q.window_age_s = WINDOW_OPEN_S;
	check_guard(q, CODE(window_closed));
	q.has_window = false;
	check_guard(q, NULL);
	q = answerable();
	q.message_age_s = q.window_age_s = -5; /* their clock is ahead */
	check_guard(q, NULL);
}

static void the_first_that_holds_is_told(void)
{
	struct question q = answerable();
	q.bot_mode = BOT_OFF;
	q.operator_has_it = true;
	q.has_text = false;
	check_guard(q, CODE(bot_off));
	q.bot_mode = BOT_ACTIVE;
	check_guard(q, CODE(operator_has_it));
	q.operator_has_it = false;
	check_guard(q, CODE(no_text));
}

static void a_loop_is_stopped(void)
{
	static struct turn said[] = { { STR("contact"), STR("Out of office!"), 60 }, { STR("bot"), STR("Sorry?"), 50 },
		{ STR("contact"), STR("out of OFFICE"), 40 }, { STR("bot"), STR("sorry"), 30 },
		{ STR("bot"), STR("Sorry?"), 20 } };
	struct pool *pool = pool_new();
	struct question q = answerable();
	q.replies_last_hour = 20;
	CU_ASSERT_PTR_NOT_NULL(guard_refuses(pool, &q, STALE_S).attention);
	q.replies_last_hour = 19;
	check_guard(q, NULL);
	q.recent = said;
	q.n_recent = COUNT(said);
	check_guard(q, NULL); /* something else */
	q.text = STR("Out of office");
	check_guard(q, CODE(same_question));
	said[0].age_s = 3600;
	check_guard(q, NULL);
	CU_ASSERT_PTR_NOT_NULL(guard_refuses_reply(pool, &q, STR("SORRY!")).code);
	CU_ASSERT_PTR_NULL(guard_refuses_reply(pool, &q, STR("Sorry, no")).code);
	said[4].age_s = 3601;
	CU_ASSERT_PTR_NULL(guard_refuses_reply(pool, &q, STR("SORRY!")).code);
	pool_free(pool);
}

CU_TestInfo guard_tests[] = {
	{ "each guard alone", each_guard_alone },
	{ "the first that holds is told", the_first_that_holds_is_told },
	{ "a loop is stopped", a_loop_is_stopped },
	CU_TEST_INFO_NULL,
};

/* ---- escalation ---- */

static struct answer found(const char *stage, const char *reply, bool hand_over, bool wish)
{
	return (struct answer){
		.stage = stage, .reply = str_of(reply), .hand_over = hand_over, .act = wish ? ACT_PERSON : ACT_QUESTION
	};
}

static void escalate(struct pool *pool, const struct question *q, struct answer *a)
{
	struct speaker speaker = { .settings = &q->settings, .own = STR("en"), .language = &language_en };
	escalation_apply(pool, q, &speaker, a);
}

/* The reply after escalation; its promise is "PROMISE". */
static void check_escalation(const char *stage, bool skill_hands_over, bool wish, int consecutive_fallbacks,
	const char *reply, bool hands_over)
{
	struct pool *pool = pool_new();
	struct question q = answerable();
	struct answer a = found(stage, "REPLY", skill_hands_over, wish);
	q.consecutive_fallbacks = consecutive_fallbacks;
	q.settings.handover_text = STR("PROMISE");
	escalate(pool, &q, &a);
	CHECK_STR(a.reply, reply);
	CHECK_INT(a.hand_over, hands_over);
	CHECK_INT(a.attention != NULL, hands_over || strcmp(stage, "fallback") == 0);
	pool_free(pool);
}

static void one_promise_and_a_lock(void)
{
	check_escalation("skill", false, false, 9, "REPLY", false);
	check_escalation("skill", true, false, 0, "REPLY", true);
	check_escalation("skill", true, true, 9, "REPLY", true);
	check_escalation("skill", false, true, 0, "REPLY\n\nPROMISE", true);
	check_escalation("knowledge", false, true, 9, "REPLY\n\nPROMISE", true);
	check_escalation("fallback", false, true, 0, "PROMISE", true);
	check_escalation("fallback", false, false, 1, "REPLY", false);
	check_escalation("fallback", false, false, 2, "PROMISE", true);
	check_escalation("fallback", false, true, 2, "PROMISE", true);
}

/* On Monday, 5 January 1970, at an hour in UTC. */
static void check_away(const char *stage, bool skill_hands_over, bool wish, int hour, const char *reply)
{
	struct pool *pool = pool_new();
	struct question q = answerable();
	struct answer a = found(stage, "REPLY", skill_hands_over, wish);
	q.settings.handover_text = STR("PROMISE");
	q.settings.working_hours = STR("mon 09:00-18:00");
	q.settings.time_zone = STR("Europe/Istanbul");
	q.settings.out_of_hours_text = STR("AWAY");
	q.now_s = (4 * 24 + hour) * 3600;
	escalate(pool, &q, &a);
	CHECK_STR(a.reply, reply);
	q.settings.working_hours = STR("now and then");
	a = found(stage, "REPLY", skill_hands_over, wish);
	escalate(pool, &q, &a);
	CU_ASSERT_PTR_NULL(memmem(a.reply.p, a.reply.n, "AWAY", 4));
	pool_free(pool);
}

static void outside_of_working_hours_a_promise_says_so(void)
{
	check_away("fallback", false, true, 12, "PROMISE");
	check_away("fallback", false, true, 20, "PROMISE\n\nAWAY");
	check_away("fallback", false, true, 6, "PROMISE\n\nAWAY");
	check_away("fallback", false, true, 7, "PROMISE"); /* 09:00 in Istanbul, which was two hours ahead then */
	check_away("skill", false, true, 20, "REPLY\n\nPROMISE\n\nAWAY");
	check_away("skill", true, false, 20, "REPLY\n\nAWAY");
	check_away("skill", true, false, 12, "REPLY");
	check_away("skill", false, false, 20, "REPLY");
}

static void a_closed_day_is_no_working_day(void)
{
	struct pool *pool = pool_new();
	struct question q = answerable();
	q.settings.handover_text = STR("PROMISE");
	q.settings.out_of_hours_text = STR("AWAY");
	q.settings.working_hours = STR("mon 09:00-18:00");
	q.settings.closures = STR("1970-01-05 Epiphany's eve");
	q.now_s = (4 * 24 + 12) * 3600;
	struct answer a = found("fallback", "REPLY", false, true);
	escalate(pool, &q, &a);
	CHECK_STR(a.reply, "PROMISE\n\nAWAY");
	pool_free(pool);
}

static void a_complaint_calls_a_person(void)
{
	struct pool *pool = pool_new();
	struct question q = answerable();
	struct answer a = found("fallback", "REPLY", false, false);
	q.settings.handover_text = STR("PROMISE");
	a.act = ACT_COMPLAINT;
	escalate(pool, &q, &a);
	CHECK_STR(a.reply, "We are sorry about this. PROMISE");
	CU_ASSERT(a.hand_over && a.attention && strcmp(a.attention, CODE(complaint)) == 0);
	pool_free(pool);
}

static void fallbacks_can_be_switched_off(void)
{
	struct pool *pool = pool_new();
	struct question q = answerable();
	struct answer a = found("fallback", "REPLY", false, false);
	q.consecutive_fallbacks = 100;
	q.settings.fallbacks_before_handover = 0;
	escalate(pool, &q, &a);
	CU_ASSERT_FALSE(a.hand_over);
	pool_free(pool);
}

CU_TestInfo escalation_tests[] = {
	{ "one promise and a lock", one_promise_and_a_lock },
	{ "outside of working hours a promise says so", outside_of_working_hours_a_promise_says_so },
	{ "a closed day is no working day", a_closed_day_is_no_working_day },
	{ "a complaint calls a person", a_complaint_calls_a_person },
	{ "hand-over after fallbacks can be switched off", fallbacks_can_be_switched_off },
	CU_TEST_INFO_NULL,
};
