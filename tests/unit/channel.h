/*
 * channel.h - the suites of test-channel, and what they share.
 */
#ifndef DESKBELL_TESTS_UNIT_CHANNEL_H
#define DESKBELL_TESTS_UNIT_CHANNEL_H

#include "channel/channel.h"

#include <CUnit/CUnit.h>

extern CU_TestInfo channel_webhook_tests[], channel_signature_tests[];
extern CU_TestInfo channel_scan_tests[], channel_description_tests[];
extern CU_TestInfo channel_error_tests[], channel_judge_tests[], channel_send_tests[];
extern CU_TestInfo channel_config_tests[], channel_files_tests[], channel_fact_tests[];
extern CU_TestInfo telegram_webhook_tests[], telegram_error_tests[], telegram_send_tests[];

#define TEST_NOW 1800000000

/* A document that is written with single quotes; a fault in it ends the test program. */
const struct json *test_json(struct pool *pool, const char *text);
/* One line an item: of organisation 1, channel 2 and this platform. A time is told unless it is 1790000000. */
struct str test_told(struct pool *pool, const char *platform, const struct inbound_list *list);
/* Words for a person: a capital letter and a full stop, or more than ten characters. */
bool test_is_sentence(const char *s);
/* Whether a reason says what happened and what to do, both in sentences. */
bool test_is_explained(struct str reason);
/* What a platform makes of an answer (written with single quotes) to a delivery. */
struct send_result test_judge(struct pool *pool, const struct channel_ops *ops, int status, struct str body);
struct judged_answer {
	int status;
	const char *body;
	enum send_outcome outcome;
	enum send_class class;
	const char *code, *id;
};
void test_judged(const struct channel_ops *ops, const struct judged_answer *table, size_t n);
/* No answer is unknown only where something was written. */
void test_judged_silence(const struct channel_ops *ops);
/* Two folders of the gathered examples: each has a class, an id or words. */
void test_judged_examples(const struct channel_ops *ops, const char *refusals, const char *successes);
/* Calls `each` with name and content of every file in a folder of the gathered examples: $DESKBELL_CORPUS, else
 * ../shared/corpus next to the source tree. Returns how many; 0, and a comment, when there is no such folder. */
int test_corpus(const char *folder, void (*each)(const char *name, struct str content));

#endif
