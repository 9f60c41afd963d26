/*
 * embedding-inputs.h - how a model for embeddings takes questions, and how passages.
 */
#ifndef DESKBELL_DOMAIN_EMBEDDING_INPUTS_H
#define DESKBELL_DOMAIN_EMBEDDING_INPUTS_H

#include "core/str.h"

/* Slices of the text that was read. All absent: both are taken alike. */
struct embedding_inputs {
	struct str text;                            /* that was read, without space around it */
	struct str question_model;                  /* another name of the model for questions */
	struct str question_prefix, passage_prefix; /* written before the text, with a space between */
	bool input_type;                            /* "input_type" says "query" or "document" */
};

/* Reads "" (both alike), "e5" (the prefixes "query: " and "passage: "), "input_type", "model NAME" (questions go to the
 * model NAME), "prefix QUESTION | PASSAGE" (each may be empty). False for anything else. */
bool embedding_inputs_parse(struct str text, struct embedding_inputs *out);

#endif
