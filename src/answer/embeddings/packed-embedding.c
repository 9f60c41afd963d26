/*
 * packed-embedding.c - a model's embedding as bytes. Pure.
 *
 * A number is a byte: of a cosine that is off by some thousandths, and the memory holds four times as many.
 */
#include "answer/embeddings/packed-embedding.h"

#include "core/crypto/crypt.h"

#include <math.h>

#define STEPS 127

void packed_embedding_write(const float *values, int dims, signed char *out)
{
	float most = 0;
	for (int i = 0; i < dims; i++)
		most = fmaxf(most, fabsf(values[i]));
	for (int i = 0; i < dims; i++)
		out[i] = (signed char)(most > 0 ? lrintf(values[i] / most * STEPS) : 0);
}

float packed_embedding_read(struct str shown, signed char *out, int dims)
{
	int sum = 0;
	if (!str_has_prefix(shown, STR("\\x"))
		|| !crypt_unhex((struct str){ shown.p + 2, shown.n - 2 }, (unsigned char *)out, (size_t)dims))
		return 0;
	for (int i = 0; i < dims; i++)
		sum += out[i] * out[i];
	return sqrtf((float)sum);
}

double packed_embedding_cosine(const signed char *embedding, float length, const float *asked, int dims)
{
	float sums[8] = { 0 };
	int i = 0;
	for (; i + 8 <= dims; i += 8)
		for (int k = 0; k < 8; k++)
			sums[k] += (float)embedding[i + k] * asked[i + k];
	for (; i < dims; i++)
		sums[0] += (float)embedding[i] * asked[i];
	double sum = 0;
	for (int k = 0; k < 8; k++)
		sum += (double)sums[k];
	return sum / (double)length;
}
