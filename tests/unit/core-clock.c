/*
 * core-clock.c - tests of the clock: formatting, freezing, skew.
 */
#include "check.h"
#include "core.h"

#include "core/clock.h"

#include <stdlib.h>
#include <unistd.h>

static void clock_formats(void)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1795352821123, "2026-11-22T13:07:01.123Z" },
		{ 951782400007, "2000-02-29T00:00:00.007Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
		{ INT64_MIN, "1000-01-01T00:00:00.000Z" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[CLOCK_TEXT_SIZE];
		clock_format(cases[i].ms, out);
		CU_ASSERT_STRING_EQUAL(out, cases[i].text);
	}
}

static void clock_freezes_and_skews(void)
{
	int64_t before = clock_wall_ms();

	CU_ASSERT_TRUE(before > 1600000000000);
	setenv("DESKBELL_CLOCK_SKEW_MS", "-3600000", 1);
	CU_ASSERT_TRUE(clock_wall_ms() < before - 3000000);
	clock_freeze(42);
	CU_ASSERT_EQUAL(clock_wall_ms(), 42);
	setenv("DESKBELL_CLOCK_SKEW_MS", "soon", 1);
	clock_thaw();
	CU_ASSERT_TRUE(clock_wall_ms() >= before);
	unsetenv("DESKBELL_CLOCK_SKEW_MS");
	int64_t start = clock_mono_us();
	usleep(2000);
	CU_ASSERT_TRUE(clock_mono_us() - start >= 2000);
}

CU_TestInfo core_clock_tests[] = {
	{ "formats any time", clock_formats },
	{ "freezes, thaws and is skewed", clock_freezes_and_skews },
	CU_TEST_INFO_NULL,
};
