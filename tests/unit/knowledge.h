/*
 * knowledge.h - what the files of test-knowledge share.
 */
#ifndef DESKBELL_TESTS_UNIT_KNOWLEDGE_H
#define DESKBELL_TESTS_UNIT_KNOWLEDGE_H

#include "answer/retrieval/knowledge-store.h"

#include <CUnit/CUnit.h>

/* One document in a transaction of its own. */
enum knowledge_outcome knowledge_test_put(struct db *db, int64_t org, struct knowledge_document d);

/* The doors of outbox/embed.c, for the sender `who`. */
#define EMBEDDING_TEST_DIMS 4
/* Claims whatever is due; how many organisations and kinds. */
int embedding_test_claim(const char *who);
bool embedding_test_store(
	int64_t org, const char *kind, const char *who, int dims, const char *keys, const char *vectors);
void embedding_test_done(int64_t org, const char *kind, const char *who, int64_t revision);
/* From here on nothing of other organisations is due. */
void embedding_test_no_others(void);

extern CU_TestInfo embedding_tests[], embedding_job_tests[], embedding_trial_tests[], phrase_embedding_tests[],
	breaker_tests[];

#endif
