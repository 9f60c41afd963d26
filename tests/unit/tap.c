/*
 * tap.c - a reporter that runs CUnit suites and prints TAP.
 *
 * Owns the numbering and standard output while tests run. Never judges: the harness reads the lines, so the exit status
 * says only whether the tests could be run. The plan comes last, which makes a program that died half-way an error for
 * the harness.
 */
#include "tap.h"

#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <stdio.h>

static unsigned int count;

/* A condition may span lines in the source; each line of a diagnostic needs its mark. */
static void print_diagnostic(const CU_FailureRecord *f)
{
	printf("# %s:%u: ", f->strFileName ? f->strFileName : "?", f->uiLineNumber);
	for (const char *p = f->strCondition ? f->strCondition : "?"; *p; p++) {
		putchar(*p);
		if (*p == '\n')
			fputs("# ", stdout);
	}
	putchar('\n');
}

static void on_test(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failures)
{
	printf("%sok %u - %s: %s\n", failures ? "not " : "", ++count, suite->pName, test->pName);
	for (const CU_FailureRecord *f = failures; f; f = f->pNext)
		print_diagnostic(f);
}

static void on_suite_not_ready(const CU_pSuite suite)
{
	printf("not ok %u - %s: (the suite could not be set up)\n", ++count, suite->pName);
}

static void on_suite_not_cleaned(const CU_pSuite suite)
{
	printf("not ok %u - %s: (the suite could not be cleaned up)\n", ++count, suite->pName);
}

int unit_main(CU_SuiteInfo *suites)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
		printf("Bail out! %s\n", CU_get_error_msg());
		return 1;
	}
	CU_set_test_complete_handler(on_test);
	CU_set_suite_init_failure_handler(on_suite_not_ready);
	CU_set_suite_cleanup_failure_handler(on_suite_not_cleaned);
	CU_ErrorCode e = CU_run_all_tests();
	printf("1..%u\n", count);
	CU_cleanup_registry();
	return e == CUE_SUCCESS || count > 0 ? 0 : 1;
}
