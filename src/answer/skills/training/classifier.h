/*
 * classifier.h - the door to liblinear: logistic regression of one class against the rest.
 */
#ifndef DESKBELL_ANSWER_SKILLS_CLASSIFIER_H
#define DESKBELL_ANSWER_SKILLS_CLASSIFIER_H

#include "core/err.h"
#include "core/pool.h"

struct classifier_problem;

/* Examples are added one by one, each as features in ascending order from 0 and their values. Both sizes are the most
 * there will be. */
struct classifier_problem *classifier_problem_new(struct pool *pool, int n_features, int n_examples, size_t n_values);
void classifier_add(struct classifier_problem *problem, const int *features, const float *values, int n);
/* L2-regularised logistic regression: `is_positive[example]` against the others. Writes n_features weights and then the
 * bias. The same weights every time. ERR_INVALID when there is nothing to tell apart. */
enum err classifier_train(struct classifier_problem *problem, const bool *is_positive, double *weights) MUST_CHECK;

#endif
