/*
 * core.h - the suites of test-core. Each array ends with CU_TEST_INFO_NULL.
 */
#ifndef DESKBELL_TESTS_UNIT_CORE_H
#define DESKBELL_TESTS_UNIT_CORE_H

#include <CUnit/CUnit.h>

/* core-base.c */
extern CU_TestInfo core_str_tests[];
extern CU_TestInfo core_buf_tests[];
extern CU_TestInfo core_pool_tests[];
extern CU_TestInfo core_err_tests[];
extern CU_TestInfo core_clock_tests[];
extern CU_TestInfo core_secret_tests[];
/* core-log.c, core-conf.c */
extern CU_TestInfo core_log_tests[];
extern CU_TestInfo core_conf_tests[];
/* core-crypt.c, core-json.c, core-http-client.c */
extern CU_TestInfo core_crypt_tests[];
extern CU_TestInfo core_json_tests[];
extern CU_TestInfo core_http_client_tests[];

#endif
