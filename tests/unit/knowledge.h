/*
 * knowledge.h - what the files of test-knowledge share.
 */
#ifndef DESKBELL_TESTS_UNIT_KNOWLEDGE_H
#define DESKBELL_TESTS_UNIT_KNOWLEDGE_H

#include "answer/knowledge-store.h"

#include <CUnit/CUnit.h>

/* One document in a transaction of its own. */
enum knowledge_outcome knowledge_test_put(struct db *db, int64_t org, struct knowledge_document d);

extern CU_TestInfo vector_tests[], embedding_job_tests[], vector_trial_tests[];

#endif
