/*
 * channel.h - the suites of test-channel, and what they share.
 */
#ifndef DESKBELL_TESTS_UNIT_CHANNEL_H
#define DESKBELL_TESTS_UNIT_CHANNEL_H

#include "core/json.h"

#include <CUnit/CUnit.h>

extern CU_TestInfo channel_webhook_tests[], channel_signature_tests[];
extern CU_TestInfo channel_error_tests[], channel_judge_tests[], channel_send_tests[];
extern CU_TestInfo channel_config_tests[];

/* A document that is written with single quotes; a fault in it ends the test program. */
const struct json *test_json(struct pool *pool, const char *text);
/* Calls `each` with name and content of every file in a folder of the gathered examples: $DESKBELL_CORPUS, else
 * ../shared/corpus beside the source tree. Returns how many; 0, and a comment, when there is no such folder. */
int test_corpus(const char *folder, void (*each)(const char *name, struct str content));

#endif
