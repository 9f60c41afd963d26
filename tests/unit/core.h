/*
 * core.h - the suites of test-core. Each array ends with CU_TEST_INFO_NULL.
 */
#ifndef DESKBELL_TESTS_UNIT_CORE_H
#define DESKBELL_TESTS_UNIT_CORE_H

#include <CUnit/CUnit.h>

/* Each in the file of its name: core_str_tests in core-str.c. */
extern CU_TestInfo core_web_push_tests[];
extern CU_TestInfo core_str_tests[], core_buf_tests[], core_pool_tests[], core_err_tests[], core_reason_tests[],
	core_clock_tests[];
extern CU_TestInfo core_secret_tests[], core_log_tests[], core_conf_tests[], core_crypt_tests[], core_json_tests[];
extern CU_TestInfo core_http_client_tests[], core_http_outcomes_tests[], core_http_many_tests[];
extern CU_TestInfo core_net_address_tests[], core_http_address_tests[], core_subprocess_tests[];
extern CU_TestInfo core_allowance_tests[], core_process_tests[], core_child_tests[], core_ustar_tests[],
	core_mail_tests[];

#endif
