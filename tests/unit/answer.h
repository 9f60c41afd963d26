/*
 * answer.h - the suites of test-answer, and what they share.
 */
#ifndef DESKBELL_TESTS_UNIT_ANSWER_H
#define DESKBELL_TESTS_UNIT_ANSWER_H

#include "answer/skills/skills.h"

#include <CUnit/CUnit.h>

extern CU_TestInfo guard_tests[], escalation_tests[], skill_tests[], model_tests[], link_tests[], plain_text_tests[],
	endpoint_tests[], llm_tests[], embedding_tests[], fusion_tests[];
extern CU_TestInfo document_tests[], document_pdf_tests[], document_fetch_tests[], sitemap_tests[];
extern CU_TestInfo passage_tests[], term_tests[], quote_tests[], understanding_tests[], evidence_tests[];

/* A small business in four skills and three languages. */
#define SALON_SKILLS 4
extern const struct skill salon[SALON_SKILLS];

/* An index whose model has been trained. */
const struct skill_index *test_trained_index(struct pool *pool, const struct skill *skills, int n);

#endif
