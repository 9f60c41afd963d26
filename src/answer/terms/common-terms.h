/*
 * common-terms.h - terms that people use whatever they write about ("how", "do you have").
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_COMMON_TERMS_H
#define DESKBELL_ANSWER_RETRIEVAL_COMMON_TERMS_H

#include <stdint.h>

/* In how many of common_terms_messages() messages that are off-topic in particular a term is. Thread-safe; the first
 * call reads them, some 20 ms. */
int common_terms_with(uint32_t hash);
int common_terms_messages(void);

#endif
