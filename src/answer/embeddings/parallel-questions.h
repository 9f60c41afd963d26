/*
 * parallel-questions.h - the same questions in each language that the bot speaks: what a model must find alike that is
 * to be asked across languages.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_PARALLEL_QUESTIONS_H
#define DESKBELL_ANSWER_EMBEDDINGS_PARALLEL_QUESTIONS_H

#include "answer/understanding/language.h"

#define PARALLEL_QUESTIONS 10

extern const char *const parallel_questions[LANGUAGES][PARALLEL_QUESTIONS];

#endif
