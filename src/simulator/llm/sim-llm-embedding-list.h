/*
 * sim-llm-embedding-list.h - the answer of the embeddings endpoint before it is written.
 */
#ifndef DESKBELL_SIMULATOR_LLM_SIM_LLM_VECTORS_H
#define DESKBELL_SIMULATOR_LLM_SIM_LLM_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

struct llm_embeddings {
	float *values; /* n rows of `dimensions` */
	size_t n, dimensions;
	size_t missing_at_end; /* values left out of the last row */
	bool reversed;         /* the rows come last first, each with its right index */
	bool no_index;         /* every row says 0 */
};

#endif
