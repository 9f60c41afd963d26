/*
 * web.h - the suites of the unit tests of src/web.
 */
#ifndef DESKBELL_TESTS_UNIT_WEB_H
#define DESKBELL_TESTS_UNIT_WEB_H

#include <CUnit/CUnit.h>

extern CU_TestInfo web_csv_tests[], web_desk_tests[], web_form_tests[], web_template_tests[], web_words_tests[];

#endif
