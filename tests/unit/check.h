/*
 * check.h - what the unit tests say often.
 */
#ifndef DESKBELL_TESTS_UNIT_CHECK_H
#define DESKBELL_TESTS_UNIT_CHECK_H

#include "core/str.h"

#include <CUnit/CUnit.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Passes when `actual` holds exactly these bytes; tells both as a comment when not. */
static inline int check_text(struct str actual, struct str expected, const char *file, int line)
{
	bool same = str_equal(actual, expected);
	if (!same)
		printf("# %s:%d: got \"%.*s\", want \"%.*s\"\n", file, line, (int)actual.n, actual.p ? actual.p : "",
			(int)expected.n, expected.p ? expected.p : "");
	return same;
}

static inline int check_number(long long actual, long long expected, const char *file, int line)
{
	if (actual != expected)
		printf("# %s:%d: got %lld, want %lld\n", file, line, actual, expected);
	return actual == expected;
}

/* A condition of a table's row: `about` says which. */
static inline int check_row(bool passed, const char *about, const char *file, int line)
{
	if (!passed)
		printf("# %s:%d: at \"%s\"\n", file, line, about);
	return passed;
}

/* CUnit's own macros would print the condition with all its macros expanded. */
#define CHECK_THAT(passed, words) CU_assertImplementation((passed), __LINE__, words, __FILE__, "", CU_FALSE)
#define CHECK_STR(actual, expected) \
	CHECK_THAT(check_text((actual), str_of(expected), __FILE__, __LINE__), "CHECK_STR(" #actual ", " #expected ")")
#define CHECK_INT(actual, expected) \
	CHECK_THAT(check_number((long long)(actual), (long long)(expected), __FILE__, __LINE__), \
		"CHECK_INT(" #actual ", " #expected ")")
#define CHECK_ROW(passed, about) \
	CHECK_THAT(check_row((passed), (about), __FILE__, __LINE__), "CHECK_ROW(" #passed ", " #about ")")

#endif
