/*
 * domain.h - the suites of test-domain that have a file of their own.
 */
#ifndef DESKBELL_TESTS_UNIT_DOMAIN_H
#define DESKBELL_TESTS_UNIT_DOMAIN_H

#include <CUnit/CUnit.h>

/* domain-account.c */
extern CU_TestInfo domain_account_tests[];
/* domain-settings.c */
extern CU_TestInfo domain_settings_tests[];
/* domain-text.c */
extern CU_TestInfo domain_fold_tests[], domain_split_tests[];
/* domain-lead.c */
extern CU_TestInfo domain_lead_tests[];
/* domain-zone.c */
extern CU_TestInfo domain_zone_tests[];
/* domain-hours.c */
extern CU_TestInfo domain_hours_tests[];
/* domain-inbound.c */
extern CU_TestInfo domain_inbound_tests[];
/* domain-search.c */
extern CU_TestInfo domain_search_tests[];
/* domain-handoff-request.c */
extern CU_TestInfo domain_wish_tests[];

#endif
