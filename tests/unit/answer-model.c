/*
 * answer-model.c - models as bytes: written and read again, damaged, of other skills; training in a thread.
 */
#include "answer.h"
#include "check.h"

#include "answer/skills/training/training-phrases.h"
#include "answer/skills/skill-model.h"
#include "answer/skills/training/skill-trainer.h"

#include <math.h>

static struct str trained_bytes(struct pool *pool, const struct phrases *phrases)
{
	struct buf out;
	buf_init(&out, 16 << 20);
	skill_model_write(skill_model_train(pool, phrases, NULL), &out);
	return pool_take(pool, &out);
}

static void written_and_read(void)
{
	struct pool *pool = pool_new();
	struct skill_index *index = skill_index_new(pool, salon, SALON_SKILLS);
	struct skill_model *model;
	struct explain why;
	struct str bytes = trained_bytes(pool, skill_index_phrases(index));
	const struct skill_index *trained = test_trained_index(pool, salon, SALON_SKILLS);
	CHECK_INT(skill_model_read(pool, skill_index_phrases(index), bytes, &model, &why), ERR_OK);
	skill_index_set_model(index, model);
	static const char *const texts[] = { "so when are you open", "how much", "haircut price", "a human please",
		"nothing of the kind" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct skill_match a = skill_index_match(trained, pool, str_of(texts[i]), 0),
				   b = skill_index_match(index, pool, str_of(texts[i]), 0);
		CHECK_ROW(a.skill == b.skill && fabs(a.score - b.score) < 1e-9, texts[i]);
	}
	pool_free(pool);
}

/* Equal skills give equal bytes, so that two senders that train at once agree. */
static void the_same_every_time(void)
{
	struct pool *pool = pool_new();
	struct str a = trained_bytes(pool, skill_index_phrases(skill_index_new(pool, salon, SALON_SKILLS)));
	struct str b = trained_bytes(pool, skill_index_phrases(skill_index_new(pool, salon, SALON_SKILLS)));
	CU_ASSERT_TRUE(str_equal(a, b));
	pool_free(pool);
}

static void damaged_ones_are_refused(void)
{
	struct pool *pool = pool_new();
	const struct phrases *phrases = skill_index_phrases(skill_index_new(pool, salon, SALON_SKILLS));
	struct str good = trained_bytes(pool, phrases);
	struct skill_model *model;
	for (size_t i = 0; i < good.n; i += i < 200 ? 1 : 97) {
		struct explain why = { "" };
		char *bad = pool_cstr(pool, good);
		memcpy(bad, good.p, good.n);
		bad[i] = (char)(bad[i] ^ 0x20);
		CHECK_ROW(skill_model_read(pool, phrases, (struct str){ bad, good.n }, &model, &why) == ERR_INVALID
				  && *why.text,
			"a flipped bit");
	}
	for (size_t n = 0; n < good.n; n += n < 200 ? 1 : 211)
		CHECK_ROW(skill_model_read(pool, phrases, (struct str){ good.p, n }, &model, NULL) == ERR_INVALID,
			"cut short");
	CHECK_INT(skill_model_read(pool, phrases, STR_NONE, &model, NULL), ERR_INVALID);
	pool_free(pool);
}

static void those_of_others_are_refused(void)
{
	struct pool *pool = pool_new();
	struct skill_model *model;
	struct explain why = { "" };
	struct skill changed[SALON_SKILLS];
	memcpy(changed, salon, sizeof(changed));
	struct str bytes = trained_bytes(pool, skill_index_phrases(skill_index_new(pool, salon, SALON_SKILLS)));
	changed[1].n_triggers--;
	CHECK_INT(skill_model_read(
			  pool, skill_index_phrases(skill_index_new(pool, changed, SALON_SKILLS)), bytes, &model, &why),
		ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "other phrases"));
	changed[1] = salon[2];
	changed[2] = salon[1];
	CHECK_INT(skill_model_read(
			  pool, skill_index_phrases(skill_index_new(pool, changed, SALON_SKILLS)), bytes, &model, NULL),
		ERR_INVALID);
	/* A new response is no reason to train again. */
	memcpy(changed, salon, sizeof(changed));
	changed[0].response = STR("9 to 6");
	CHECK_INT(skill_model_read(
			  pool, skill_index_phrases(skill_index_new(pool, changed, SALON_SKILLS)), bytes, &model, NULL),
		ERR_OK);
	pool_free(pool);
}

static void trained_beside_the_work(void)
{
	struct pool *pool = pool_new();
	struct skill_trainer *trainer = skill_trainer_new(NULL, NULL, -1);
	struct skill_set set = {
		.all = pool_new_array(pool, SALON_SKILLS, struct skill), .n = SALON_SKILLS, .revision = 7
	};
	struct trained result;
	memcpy(set.all, salon, sizeof(salon));
	CU_ASSERT_FALSE(skill_trainer_take(trainer, 0, &result));
	for (int i = 0; i < 3; i++) {
		skill_trainer_start(trainer, 5, &set);
		CU_ASSERT_FALSE(skill_trainer_is_idle(trainer));
		CU_ASSERT_TRUE(skill_trainer_take(trainer, -1, &result));
		CU_ASSERT_TRUE(skill_trainer_is_idle(trainer) && result.org_id == 5 && result.revision == 7);
		CU_ASSERT_TRUE(str_equal(result.bytes,
			trained_bytes(pool, skill_index_phrases(skill_index_new(pool, salon, SALON_SKILLS)))));
	}
	skill_trainer_start(trainer, 5, &set);
	skill_trainer_free(trainer); /* in the middle */
	pool_free(pool);
}

CU_TestInfo model_tests[] = {
	{ "a model read again gives the same scores", written_and_read },
	{ "equal skills give equal bytes", the_same_every_time },
	{ "damaged ones are refused", damaged_ones_are_refused },
	{ "those of other skills are refused", those_of_others_are_refused },
	{ "trained in a thread, and stopped half-way", trained_beside_the_work },
	CU_TEST_INFO_NULL,
};
