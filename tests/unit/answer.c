/*
 * answer.c - the unit tests of src/answer that need no database: guards and fallback here, skills in answer-skills.c
 * and answer-model.c, knowledge in answer-passages.c. The pipeline as a whole is tested by the flow tests.
 */
#include "answer.h"
#include "check.h"
#include "tap.h"

#include "answer/fallback.h"
#include "answer/pipeline.h"
#include "answer/skills.h"
#include "core/log.h"
#include "domain/window.h"

/* ---- guards ---- */

#define STALE_S 43200

static struct question answerable(void)
{
	return (struct question){ .bot_mode = BOT_ACTIVE,
		.bot_mode_known = true,
		.has_text = true,
		.has_window = true,
		.message_age_s = 2,
		.window_age_s = 2,
		.text = STR("hi") };
}

static void check_guard(struct question q, const char *word)
{
	const char *words = guard_refuses(&q, STALE_S);
	CHECK_ROW(word ? words && strstr(words, word) : !words, word ? word : words ? words : "");
}

static void each_guard_alone(void)
{
	struct question q = answerable();
	check_guard(q, NULL);
	q.bot_mode = BOT_SHADOW;
	check_guard(q, NULL);
	q.bot_mode = BOT_OFF;
	check_guard(q, "off");
	q = answerable();
	q.bot_mode_known = false;
	check_guard(q, "cannot be read");
	q = answerable();
	q.operator_has_it = true;
	check_guard(q, "person");
	q = answerable();
	q.has_text = false;
	check_guard(q, "no text");
	q = answerable();
	q.message_age_s = STALE_S;
	check_guard(q, NULL);
	q.message_age_s = STALE_S + 1;
	check_guard(q, "too old");
	q = answerable();
	q.window_age_s = WINDOW_OPEN_S - 1;
	check_guard(q, NULL);
	q.window_age_s = WINDOW_OPEN_S;
	check_guard(q, "24-hour");
	q.has_window = false;
	check_guard(q, NULL);
	q = answerable();
	q.message_age_s = q.window_age_s = -5; /* their clock is ahead */
	check_guard(q, NULL);
}

static void the_first_that_holds_is_told(void)
{
	struct question q = answerable();
	q.bot_mode = BOT_OFF;
	q.operator_has_it = true;
	q.has_text = false;
	check_guard(q, "off");
	q.bot_mode = BOT_ACTIVE;
	check_guard(q, "person");
	q.operator_has_it = false;
	check_guard(q, "no text");
}

static CU_TestInfo guard_tests[] = {
	{ "each guard alone", each_guard_alone },
	{ "the first that holds is told", the_first_that_holds_is_told },
	CU_TEST_INFO_NULL,
};

/* ---- fallback ---- */

static void the_own_text_comes_first(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, SALON_SKILLS);
	CHECK_STR(fallback_text(pool, STR("Ours"), STR("tr"), index), "Ours");
	CU_ASSERT_FALSE(str_equal(fallback_text(pool, STR("  \n"), STR("tr"), index), STR("  \n")));
	CU_ASSERT_FALSE(str_is_empty(fallback_text(pool, STR_NONE, STR_NONE, NULL)));
	pool_free(pool);
}

static void three_languages_and_six_topics(void)
{
	static const struct {
		const char *language, *word;
	} table[] = { { "en", "Thank you" }, { "tr", "teşekkürler" }, { "es", "Gracias" }, { "tr-TR", "teşekkürler" },
		{ "xx", "Thank you" }, { "", "Thank you" } };
	struct pool *pool = pool_new();
	struct skill many[9];
	for (int i = 0; i < 9; i++)
		many[i] = (struct skill){ .id = i, .title = pool_printf(pool, "Topic%d", i + 1), .response = STR("r") };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct str with =
			fallback_text(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, many, 9));
		struct str without =
			fallback_text(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, NULL, 0));
		CHECK_ROW(strstr(with.p, table[i].word) && strstr(without.p, table[i].word), table[i].language);
		CHECK_ROW(strstr(with.p, "Topic1") && strstr(with.p, "Topic6") && !strstr(with.p, "Topic7")
				  && !strstr(without.p, "Topic"),
			table[i].language);
	}
	pool_free(pool);
}

static CU_TestInfo fallback_tests[] = {
	{ "the organisation's own text comes first", the_own_text_comes_first },
	{ "three languages, six topics", three_languages_and_six_topics },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "guards", NULL, NULL, NULL, NULL, guard_tests },
		{ "skills", NULL, NULL, NULL, NULL, skill_tests },
		{ "models", NULL, NULL, NULL, NULL, model_tests },
		{ "passages", NULL, NULL, NULL, NULL, passage_tests },
		{ "terms", NULL, NULL, NULL, NULL, term_tests },
		{ "quotes", NULL, NULL, NULL, NULL, quote_tests },
		{ "fallback", NULL, NULL, NULL, NULL, fallback_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-answer", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
