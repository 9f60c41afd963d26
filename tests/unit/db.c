/*
 * db.c - the unit tests of src/db and of the functions in sql/: which suites there are.
 */
#include "db.h"
#include "tap.h"

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "connection", NULL, NULL, NULL, NULL, db_connection_tests },
		{ "errors", NULL, NULL, NULL, NULL, db_error_tests },
		{ "arrays", NULL, NULL, NULL, NULL, db_array_tests },
		{ "lock", NULL, NULL, NULL, NULL, db_lock_tests },
		{ "migrate", NULL, NULL, NULL, NULL, db_migrate_tests },
		{ "row security", NULL, NULL, NULL, NULL, db_security_tests },
		{ "person", NULL, NULL, NULL, NULL, db_person_tests },
		{ "message", NULL, NULL, NULL, NULL, db_message_tests },
		{ "status", NULL, NULL, NULL, NULL, db_status_tests },
		{ "answer", NULL, NULL, NULL, NULL, db_answer_tests },
		{ "outbox", NULL, NULL, NULL, NULL, db_outbox_tests },
		{ "rates", NULL, NULL, NULL, NULL, db_rate_tests },
		{ "inbox", NULL, NULL, NULL, NULL, db_inbox_tests },
		{ "lead", NULL, NULL, NULL, NULL, db_lead_tests },
		{ "search", NULL, NULL, NULL, NULL, db_search_tests },
		{ "files found", NULL, NULL, NULL, NULL, db_found_files_tests },
		{ "rings", NULL, NULL, NULL, NULL, db_ring_tests },
		{ "llm", NULL, NULL, NULL, NULL, db_llm_tests },
		CU_SUITE_INFO_NULL,
	};
	if (!test_db_start("test-db"))
		return 0;
	int status = unit_main(suites);
	test_db_stop();
	return status;
}
