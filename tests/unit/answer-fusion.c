/*
 * answer-fusion.c - tests of words and embeddings as one score, and of the scale of a model's cosines.
 */
#include "answer.h"
#include "check.h"

#include "answer/embeddings/fusion.h"

#include <math.h>
#include <string.h>

static const struct similarity_scale scale = { 0.2, 0.6 };

static void words_are_never_lowered(void)
{
	for (double words = 0; words <= 1; words += 0.05)
		for (double cosine = -1; cosine <= 1; cosine += 0.05) {
			double score = fusion_score(words, cosine, &scale);
			CU_ASSERT_TRUE(score >= words && score <= fusion_most(words) && score <= 1);
			CU_ASSERT_TRUE(score <= fusion_score(words, cosine + 0.05, &scale));
			CU_ASSERT_TRUE(score <= fusion_score(words + 0.05, cosine, &scale));
		}
	CU_ASSERT_EQUAL(fusion_score(0.27, 0.2, &scale), 0.27);
	CU_ASSERT_EQUAL(fusion_score(0.27, -1, &scale), 0.27);
	CU_ASSERT_EQUAL(fusion_score(0.27, NAN, &scale), 0.27);
}

static void similarity_alone_can_answer(void)
{
	CU_ASSERT_DOUBLE_EQUAL(fusion_score(0, 0.6, &scale), 0.5, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(fusion_score(0, 0.9, &scale), 0.5, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(fusion_score(0, 0.4, &scale), 0.25, 1e-9);
	CU_ASSERT_EQUAL(fusion_score(0.1, 0.9, &(struct similarity_scale){ 0, 0 }), 0.1);
	CU_ASSERT_EQUAL(fusion_score(0.1, 0.9, &(struct similarity_scale){ 0.5, 0.2 }), 0.1);
}

static void the_best_of_both(void)
{
	struct tallied words[] = { { 1, 0.30 }, { 2, 0.20 }, { 3, 0.10 } };
	struct tallied alike[] = { { 7, 0.60 }, { 2, 0.50 }, { 8, 0.10 }, { 1, 0.05 } };
	struct ranked r = { .words = words, .n_words = 3, .similar = alike, .n_similar = 4 };
	struct tallied best[5];
	CHECK_INT(fusion_best(&r, &scale, best, 5), 4); /* 8 is not alike enough to be there at all */
	CHECK_INT(best[0].passage, 2);
	CU_ASSERT_DOUBLE_EQUAL(best[0].score, 1 - 0.8 * (1 - 0.5 * 0.75), 1e-9);
	CHECK_INT(best[1].passage, 7);
	CHECK_INT(best[2].passage, 1);
	CU_ASSERT_EQUAL(best[2].score, 0.30);
	CHECK_INT(best[3].passage, 3);
	CHECK_INT(fusion_best(&r, &scale, best, 2), 2);
	CHECK_INT(best[1].passage, 7);
	CU_ASSERT_EQUAL(ranked_cosine(&r, 3), -1);
	CU_ASSERT_EQUAL(ranked_words(&r, 7), 0);
	CHECK_INT(fusion_best(&(struct ranked){ .n_words = 0 }, &scale, best, 5), 0);
}

static bool scale_of(const char *own, const char *others, const char *nothing, struct similarity_scale *out)
{
	const char *texts[] = { own, others, nothing };
	double values[3][16];
	struct cosines c[3];
	for (int i = 0; i < 3; i++) {
		c[i] = (struct cosines){ values[i], 0 };
		for (const char *p = texts[i]; *p; p++) /* digits are tenths */
			c[i].all[c[i].n++] = (*p - '0') / 10.0;
	}
	return similarity_scale_from(c[0], 0.25, c[1], c[2], out);
}

static void the_scale(void)
{
	struct similarity_scale s;
	CU_ASSERT_TRUE(scale_of("79866", "1213", "0101010102", &s));
	CU_ASSERT_DOUBLE_EQUAL(s.high, 0.6, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(s.low, 0.2, 1e-9);
	CU_ASSERT_TRUE(scale_of("8", "", "12", &s)); /* one document: only messages that are off-topic */
	CU_ASSERT_TRUE(scale_of("8", "1", "", &s));
	CU_ASSERT_FALSE(scale_of("888", "8888", "11111111", &s)); /* all of the business is alike */
	CU_ASSERT_FALSE(scale_of("88", "1", "8888", &s));
	CU_ASSERT_FALSE(scale_of("2", "8", "8", &s)); /* upside down */
	CU_ASSERT_FALSE(scale_of("", "1", "1", &s));
	CU_ASSERT_FALSE(scale_of("9", "", "", &s));
}

CU_TestInfo fusion_tests[] = {
	{ "what the words say is never lowered, and more of either is never less", words_are_never_lowered },
	{ "similarity alone reaches a threshold, and an empty scale says nothing", similarity_alone_can_answer },
	{ "the best of both, each passage once", the_best_of_both },
	{ "the scale of a model", the_scale },
	CU_TEST_INFO_NULL,
};
