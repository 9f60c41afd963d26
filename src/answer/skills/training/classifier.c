/*
 * classifier.c - the door to liblinear. Pure; holds no state; may run in a thread of its own.
 *
 * Solver 0 (trust-region Newton on the primal) has no random numbers in it, so equal input gives equal weights.
 */
#include "answer/skills/training/classifier.h"

#include <linear.h>
#include <stdlib.h>
#include <string.h>

#define COST 30.0
#define TOLERANCE 0.01

struct classifier_problem {
	struct pool *pool;
	struct problem problem;
	struct feature_node *nodes, *next; /* all examples behind each other */
	int n_features;
};

static void say_nothing(const char *words)
{
	(void)words;
}

struct classifier_problem *classifier_problem_new(struct pool *pool, int n_features, int n_examples, size_t n_values)
{
	struct classifier_problem *p = pool_new_of(pool, struct classifier_problem);
	p->pool = pool;
	p->n_features = n_features;
	p->problem = (struct problem){ .n = n_features + 1, .bias = 1 };
	p->problem.x = pool_new_array(pool, (size_t)n_examples + 1, struct feature_node *);
	p->problem.y = pool_new_array(pool, (size_t)n_examples + 1, double);
	p->nodes = p->next = pool_new_array(pool, n_values + 2 * (size_t)n_examples + 1, struct feature_node);
	return p;
}

void classifier_add(struct classifier_problem *p, const int *features, const float *values, int n)
{
	p->problem.x[p->problem.l++] = p->next;
	for (int i = 0; i < n; i++)
		*p->next++ = (struct feature_node){ .index = features[i] + 1, .value = (double)values[i] };
	*p->next++ = (struct feature_node){ .index = p->n_features + 1, .value = 1 };
	*p->next++ = (struct feature_node){ .index = -1 };
}

enum err classifier_train(struct classifier_problem *p, const bool *is_positive, double *weights)
{
	struct parameter how = { .solver_type = L2R_LR, .C = COST, .eps = TOLERANCE };
	int positive = 0;
	for (int i = 0; i < p->problem.l; i++) {
		p->problem.y[i] = is_positive[i] ? 1 : -1;
		positive += is_positive[i];
	}
	if (positive == 0 || positive == p->problem.l)
		return ERR_INVALID;
	set_print_string_function(say_nothing);
	struct model *model = train(&p->problem, &how);
	double sign = model->label[0] == 1 ? 1 : -1; /* the weights are those of the label that came first */
	for (int i = 0; i <= p->n_features; i++)
		weights[i] = sign * model->w[i];
	free_and_destroy_model(&model);
	return ERR_OK;
}
