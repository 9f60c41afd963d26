/*
 * answer.h - the suites of test-answer, and what they share.
 */
#ifndef DESKBELL_TESTS_UNIT_ANSWER_H
#define DESKBELL_TESTS_UNIT_ANSWER_H

#include "answer/skills.h"

#include <CUnit/CUnit.h>

extern CU_TestInfo skill_tests[], model_tests[], passage_tests[], term_tests[], quote_tests[];

/* A small business in four skills and three languages. */
#define SALON_SKILLS 4
extern const struct skill salon[SALON_SKILLS];

/* An index whose model has been trained. */
const struct skill_index *test_trained_index(struct pool *pool, const struct skill *skills, int n);

#endif
