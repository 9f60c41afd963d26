/*
 * tap.h - runs CUnit suites and reports in the Test Anything Protocol, for automake's tap-driver.sh.
 */
#ifndef DESKBELL_TESTS_UNIT_TAP_H
#define DESKBELL_TESTS_UNIT_TAP_H

#include <CUnit/CUnit.h>

/* Runs every test of `suites` (ended by CU_SUITE_INFO_NULL) and prints one TAP line for each, with a failed check's
 * place and condition as diagnostics. Returns 0 whatever the tests say, since the driver judges; 1 when they could not
 * be run. A program's main is `return unit_main(suites)`. */
int unit_main(CU_SuiteInfo *suites);

#endif
