/*
 * core.c - the unit tests of src/core: which suites there are.
 */
#include "core.h"
#include "tap.h"

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "str", NULL, NULL, NULL, NULL, core_str_tests },
		{ "buf", NULL, NULL, NULL, NULL, core_buf_tests },
		{ "pool", NULL, NULL, NULL, NULL, core_pool_tests },
		{ "err", NULL, NULL, NULL, NULL, core_err_tests },
		{ "reason", NULL, NULL, NULL, NULL, core_reason_tests },
		{ "clock", NULL, NULL, NULL, NULL, core_clock_tests },
		{ "secret", NULL, NULL, NULL, NULL, core_secret_tests },
		{ "log", NULL, NULL, NULL, NULL, core_log_tests },
		{ "conf", NULL, NULL, NULL, NULL, core_conf_tests },
		{ "crypt", NULL, NULL, NULL, NULL, core_crypt_tests },
		{ "json", NULL, NULL, NULL, NULL, core_json_tests },
		{ "http-client", NULL, NULL, NULL, NULL, core_http_client_tests },
		{ "http-outcomes", NULL, NULL, NULL, NULL, core_http_outcomes_tests },
		{ "net-address", NULL, NULL, NULL, NULL, core_net_address_tests },
		{ "http-address", NULL, NULL, NULL, NULL, core_http_address_tests },
		{ "subprocess", NULL, NULL, NULL, NULL, core_subprocess_tests },
		{ "child", NULL, NULL, NULL, NULL, core_child_tests },
		{ "ustar", NULL, NULL, NULL, NULL, core_ustar_tests },
		{ "mail", NULL, NULL, NULL, NULL, core_mail_tests },
		{ "allowance", NULL, NULL, NULL, NULL, core_allowance_tests },
		{ "process", NULL, NULL, NULL, NULL, core_process_tests },
		{ "http-many", NULL, NULL, NULL, NULL, core_http_many_tests },
		{ "web-push", NULL, NULL, NULL, NULL, core_web_push_tests },
		CU_SUITE_INFO_NULL,
	};

	return unit_main(suites);
}
