/*
 * domain-hours.c - working hours: how they are written, which moments lie in them, time zones and the change of clocks.
 */
#include "domain.h"

#include "check.h"
#include "tap.h"

#include "core/buf.h"
#include "domain/hours/calendar.h"
#include "domain/hours/closures.h"
#include "domain/hours/working-hours.h"
#include "domain/hours/zone.h"

#define HOUR 3600
#define DAY (24 * HOUR)
#define MONDAY (4 * DAY) /* 5 January 1970, 00:00 */
#define AT(day, hour, minute) (MONDAY + (day)*DAY + (hour)*HOUR + (minute)*60)

enum { MON, TUE, WED, THU, FRI, SAT, SUN };

static void what_is_written_is_read(void)
{
	static const struct {
		const char *text;
		int spans; /* -1: refused */
	} table[] = { { "", 0 }, { " \t ", 0 }, { "mon-fri 09:00-18:00, sat 10:00-14:00", 6 }, { "mon 9-17", 1 },
		{ "Monday 09:00 - 17:30", 1 }, { "MON-sun 0:00-24:00", 7 }, { "fri-mon 10:00-12:00", 4 },
		{ "mon 09:00-12:00 13:00-18:00", 2 }, { "mon 09:00-12:00, 13:00-18:00; tue 9-10\nwed 9-10\r\n", 4 },
		{ "fri 20:00-02:00", 1 }, { "mon-mon 9-10", 1 }, { "mon 9-10,", 1 }, { ",", 0 }, { "09:00-18:00", -1 },
		{ "mon", -1 }, { "mon 09:00", -1 }, { "mon 09:00-", -1 }, { "mon 09:00-09:00", -1 },
		{ "mon 24:00-02:00", -1 }, { "mon 9-25", -1 }, { "mon 9-24:01", -1 }, { "mon 9:60-10", -1 },
		{ "mon 9:5-10", -1 }, { "mon 009-10", -1 }, { "mon -9-10", -1 }, { "moon 9-10", -1 }, { "mo 9-10", -1 },
		{ "mon- 9-10", -1 }, { "mon-9-10", -1 }, { "mon 9-10 x", -1 },
		{ "mon 9\xe2\x80\x93"
		  "10",
			-1 },
		{ "mon 9-99999999999999999999", -1 }, { "montag 9-10", -1 } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct working_hours hours;
		bool good = working_hours_parse(str_of(table[i].text), &hours);
		CHECK_ROW(table[i].spans < 0 ? !good : good && hours.n == table[i].spans, table[i].text);
	}
	struct working_hours hours;
	CU_ASSERT_FALSE(working_hours_parse((struct str){ "mon\0 9-10", 9 }, &hours));
	CU_ASSERT_TRUE(working_hours_parse(STR_NONE, &hours));
}

static void too_many_spans_do_not_fit(void)
{
	struct buf text;
	struct working_hours hours;
	buf_init(&text, 1 << 20);
	buf_add_cstr(&text, "mon");
	for (int i = 0; i < WORKING_SPANS_MAX; i++)
		buf_add_cstr(&text, " 9-10");
	CU_ASSERT_TRUE(working_hours_parse(buf_str(&text), &hours));
	buf_add_cstr(&text, " 9-10");
	CU_ASSERT_FALSE(working_hours_parse(buf_str(&text), &hours));
	for (int i = 0; i < 50000; i++)
		buf_add_cstr(&text, ", ");
	CU_ASSERT_FALSE(working_hours_parse(buf_str(&text), &hours));
	buf_fini(&text);
}

static void moments_lie_in_spans_or_not(void)
{
	static const struct {
		const char *text;
		int64_t at;
		bool in;
	} table[] = { { "mon-fri 09:00-18:00", AT(MON, 8, 59), false }, { "mon-fri 09:00-18:00", AT(MON, 9, 0), true },
		{ "mon-fri 09:00-18:00", AT(FRI, 17, 59), true }, { "mon-fri 09:00-18:00", AT(FRI, 18, 0), false },
		{ "mon-fri 09:00-18:00", AT(SAT, 12, 0), false }, { "mon-fri 09:00-18:00", AT(THU, 0, 0), false },
		{ "mon 9-12 13-18", AT(MON, 12, 30), false }, { "mon 9-12 13-18", AT(MON, 11, 59), true },
		{ "mon 9-12 13-18", AT(MON, 13, 0), true }, { "fri 20:00-02:00", AT(FRI, 23, 59), true },
		{ "fri 20:00-02:00", AT(SAT, 1, 59), true }, { "fri 20:00-02:00", AT(SAT, 2, 0), false },
		{ "fri 20:00-02:00", AT(FRI, 1, 0), false }, { "sun 22:00-03:00", AT(MON, 2, 59), true },
		{ "sun 22:00-03:00", AT(7, 2, 59), true }, { "sun 22:00-03:00", AT(MON, 3, 0), false },
		{ "mon 00:00-24:00", AT(MON, 0, 0), true }, { "mon 00:00-24:00", AT(TUE, 0, 0), false },
		{ "mon 00:00-24:00", AT(MON, 23, 59), true }, { "mon-sun 0-24", AT(WED, 3, 3), true },
		{ "", AT(MON, 12, 0), false }, { "thu 0-1", 0, true }, { "wed 23-24", -1, true },
		{ "thu 0-24", -1, false }, { "mon 9-10", AT(MON, 9, 30) - 700 * DAY, true } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct working_hours hours;
		CU_ASSERT_TRUE(working_hours_parse(str_of(table[i].text), &hours));
		CHECK_ROW(working_hours_contain(&hours, table[i].at) == table[i].in, table[i].text);
	}
}

/* Moments on 29 March 2026 in UTC against hours in a place; in Madrid around both changes of the clocks. */
static void zones_and_the_change_of_clocks(void)
{
	static const struct {
		const char *zone;
		int64_t utc;
		bool open; /* sun 09:00-18:00 */
	} table[] = {
		{ "Europe/Istanbul", 1774767600, true }, /* 07:00 UTC, 10:00 there */
		{ "Europe/Istanbul", 1774767600 - 2 * HOUR, false },
		{ "UTC", 1774767600, false },
		{ "", 1774767600 + 2 * HOUR, true },
		{ "Not/AZone", 1774767600 + 2 * HOUR, true }, /* as in UTC */
		{ "America/New_York", 1774767600, false },
	};
	struct working_hours hours;
	struct pool *pool = pool_new();
	CU_ASSERT_TRUE(working_hours_parse(STR("sun 09:00-18:00"), &hours));
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct zone *zone = zone_load(pool, str_of(table[i].zone));
		int64_t local = table[i].utc + zone_offset_s(zone, (time_t)table[i].utc);
		CHECK_ROW(working_hours_contain(&hours, local) == table[i].open, table[i].zone);
	}
	/* In Madrid it is 09:00 at 08:00 UTC on the Sunday before the change, and at 07:00 UTC on the day of it. */
	const struct zone *madrid = zone_load(pool, STR("Europe/Madrid"));
	CU_ASSERT_PTR_NOT_NULL(madrid);
	static const struct {
		int64_t utc;
		bool open;
	} change[] = { { 1774166399, false }, { 1774166400, true }, { 1774767599, false }, { 1774767600, true },
		{ 1792911599, false }, { 1792915199, false }, { 1792915200, true } };
	for (size_t i = 0; i < COUNT(change); i++)
		CHECK_INT(working_hours_contain(&hours, change[i].utc + zone_offset_s(madrid, (time_t)change[i].utc)),
			change[i].open);
	CU_ASSERT_TRUE(zone_is_known(STR("UTC")));
	CU_ASSERT_TRUE(zone_is_known(STR("Europe/Istanbul")));
	CU_ASSERT_FALSE(zone_is_known(STR("Istanbul/Europe")));
	CU_ASSERT_FALSE(zone_is_known(STR("../../etc/passwd")));
	CU_ASSERT_FALSE(zone_is_known(STR("")));
	pool_free(pool);
}

/* ---- closures, openings, days ---- */

static void check_closures(const char *closures, const char *openings, bool good)
{
	struct closures out;
	CHECK_ROW(closures_parse(str_of(closures), str_of(openings), &out) == good, closures ? closures : openings);
}

static void closures_are_read(void)
{
	check_closures("2026-12-24..2026-12-26 Christmas, 2027-01-01 New Year", NULL, true);
	check_closures("2026-12-24T13:00..2026-12-28\n2027-01-01; ", NULL, true);
	check_closures("2026-12-26..2026-12-24", NULL, false);
	check_closures("2026-02-30", NULL, false);
	check_closures("Christmas", NULL, false);
	check_closures(NULL, "2026-12-29..2026-12-31 10:00-12:00 13:00-15:00 between the years", true);
	check_closures(NULL, "2026-12-29T10:00..2026-12-31T15:00", true);
	check_closures(NULL, "2026-12-29 always", false);
	check_closures("", "", true);
}

static void check_day(const char *day, const char *wanted)
{
	struct working_hours week;
	struct closures closures;
	int64_t number;
	char text[200] = "";
	size_t n = 0;
	CU_ASSERT_TRUE(working_hours_parse(STR("tue-fri 09:00-13:00 14:00-18:00, sat 20:00-02:00"), &week));
	CU_ASSERT_TRUE(
		closures_parse(STR("2026-12-24T11:00..2026-12-26 Christmas, 2026-12-30T15:00..2026-12-30T16:00 Party"),
			STR("2026-12-28 10:00-15:00 Sale, 2026-12-26 10:00-12:00"), &closures));
	CU_ASSERT_TRUE(calendar_parse_day(str_of(day), &number));
	struct day_hours h = closures_day(&week, &closures, number);
	for (int i = 0; i < h.n; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n, "%d-%d ", h.spans[i].from / 60, h.spans[i].until / 60);
	snprintf(text + n, sizeof(text) - n, "%.*s", (int)h.reason.n, h.reason.p ? h.reason.p : "");
	CHECK_ROW(!strcmp(text, wanted), text);
}

static void a_closure_beats_an_opening_and_that_the_week(void)
{
	check_day("2026-12-23", "9-13 14-18 ");
	check_day("2026-12-24", "9-11 Christmas");
	check_day("2026-12-25", "Christmas");
	check_day("2026-12-26", "Christmas");
	check_day("2026-12-27", "");
	check_day("2026-12-28", "10-15 Sale");
	check_day("2026-12-30", "9-13 14-15 16-18 Party");
	check_day("2027-01-02", "20-26 ");
}

static void the_night_belongs_to_the_day_before(void)
{
	struct working_hours week;
	struct closures none = { .n_closures = 0 };
	int64_t sunday;
	CU_ASSERT_TRUE(working_hours_parse(STR("sat 20:00-02:00"), &week));
	CU_ASSERT_TRUE(calendar_parse_local(STR("2027-01-03T01:59"), &sunday));
	CU_ASSERT_TRUE(closures_open_at(&week, &none, sunday));
	CU_ASSERT_FALSE(closures_open_at(&week, &none, sunday + 60));
}

static void moments_are_read(void)
{
	int64_t a, b;
	CU_ASSERT_TRUE(calendar_parse_moment(STR("2026-12-10T10:30:00+01:00"), &a));
	CU_ASSERT_TRUE(calendar_parse_moment(STR("2026-12-10T09:30Z"), &b));
	CU_ASSERT_EQUAL(a, b);
	CU_ASSERT_EQUAL(calendar_weekday(calendar_day_at(a)), 3);
	CU_ASSERT_EQUAL(calendar_weekday(-1), 2);
	CU_ASSERT_FALSE(calendar_parse_moment(STR("2026-12-10T09:30"), &b));
	CU_ASSERT_FALSE(calendar_parse_moment(STR("2026-13-10T09:30Z"), &b));
	CU_ASSERT_FALSE(calendar_parse_moment(STR("2026-12-10T09:30+1:00"), &b));
}

CU_TestInfo domain_hours_tests[] = {
	{ "what is written is read", what_is_written_is_read },
	{ "too many spans do not fit", too_many_spans_do_not_fit },
	{ "moments lie in spans or not", moments_lie_in_spans_or_not },
	{ "zones and the change of clocks", zones_and_the_change_of_clocks },
	{ "closures are read", closures_are_read },
	{ "a closure beats an opening, and that the week", a_closure_beats_an_opening_and_that_the_week },
	{ "the night belongs to the day before", the_night_belongs_to_the_day_before },
	{ "moments are read", moments_are_read },
	CU_TEST_INFO_NULL,
};
