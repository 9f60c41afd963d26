/*
 * packed-embedding.h - a model's embedding as it is stored and kept: `dims` signed bytes, the greatest of them 127.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_PACKED_VECTOR_H
#define DESKBELL_ANSWER_EMBEDDINGS_PACKED_VECTOR_H

#include "core/str.h"

void packed_embedding_write(const float *values, int dims, signed char *out);
/* From bytes as the database shows them, "\x7f00"; their length as a embedding, 0 unless they are `dims` bytes with a
 * direction. */
float packed_embedding_read(struct str shown, signed char *out, int dims);
/* The cosine to `asked`, which is of length 1; `length` is what packed_embedding_read returned. */
double packed_embedding_cosine(const signed char *embedding, float length, const float *asked, int dims);

#endif
