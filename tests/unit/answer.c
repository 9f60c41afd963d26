/*
 * answer.c - the unit tests of src/answer that need no database: guards, skill match, fallback. The pipeline as a whole is tested by the flow tests.
 */
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
	return (struct question){ .bot_mode = BOT_ACTIVE, .bot_mode_known = true, .has_text = true, .has_window = true, .message_age_s = 2, .window_age_s = 2, .text = STR("hi") };
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

/* ---- skills ---- */

/* STR is not constant enough for a table. */
#define S(literal) { literal, sizeof(literal) - 1 }

static const struct str hours[] = { S("when are you open"), S("opening times"), S("hangi saatlerde açıksınız"), S("Kaçta açılıyorsunuz?") };
static const struct str prices[] = { S("how much is a haircut"), S("price list"), S("Fiyat ne kadar"), S("IŞIL IŞIL") };
static const struct str person[] = { S("I want to speak to a human"), S("👍"), S("İNSAN") };
static const struct str place[] = { S("where are you"), S("address"), S("") };

static const struct skill salon[] = {
	{ .id = 1, .title = S("Opening hours"), .response = S("9 to 5"), .triggers = hours, .n_triggers = COUNT(hours) },
	{ .id = 2, .title = S("Prices"), .response = S("From 20"), .triggers = prices, .n_triggers = COUNT(prices) },
	{ .id = 3, .title = S("Talk to a person"), .response = S("One moment"), .requires_human_handover = true, .triggers = person, .n_triggers = COUNT(person) },
	{ .id = 4, .title = S("Location"), .response = S("Main street"), .triggers = place, .n_triggers = COUNT(place) }
};

static const struct {
	const char *text;
	int64_t id; /* 0: nothing answers */
	bool exact;
} questions[] = {
	{ "when are you open", 1, true }, { "WHEN ARE YOU OPEN???", 1, true }, { "  when  are\nyou, open! ", 1, true }, { "Opening Hours", 1, true }, { "opening hours", 1, true },
	{ "hangi saatlerde aciksiniz", 1, true }, { "HANGİ SAATLERDE AÇIKSINIZ", 1, true }, { "kacta aciliyorsunuz", 1, true }, { "fiyat NE kadar?", 2, true },
	{ "ışıl ışıl", 2, true },
	{ "isil isil", 2, true }, { "insan", 3, true }, { "Insan", 3, true }, { "ınsan", 3, true }, { "👍", 3, true }, { "👍🏽", 3, true }, { "ADDRESS", 4, true },
	{ "so when are you open", 1, false }, { "please the price list", 2, false }, { "how much is a haircut please", 2, false },
	{ "what is the capital of France and who founded it", 0, false }, { "ok", 0, false }, { "", 0, false }, { "???", 0, false }, { "👎", 0, false }, { "\xff\xfe", 0, false }
};

static void triggers_are_found_in_any_spelling(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, COUNT(salon));
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct skill_match m = skill_index_match(index, pool, str_of(questions[i].text));
		CHECK_ROW(m.answers == (questions[i].id != 0) && (!m.answers || (m.skill && m.skill->id == questions[i].id)), questions[i].text);
		CHECK_ROW(!questions[i].exact || (m.exact && m.score >= 0.999), questions[i].text);
		CHECK_ROW(m.score >= 0 && m.score <= 1.0001, questions[i].text);
	}
	int n = 0;
	CU_ASSERT_PTR_EQUAL(skill_index_skills(index, &n), salon);
	CHECK_INT(n, COUNT(salon));
	pool_free(pool);
}

static void no_skills_and_one_skill(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *none = skill_index_new(pool, NULL, 0), *one = skill_index_new(pool, salon, 1);
	struct skill_match m = skill_index_match(none, pool, STR("when are you open"));
	CU_ASSERT_TRUE(!m.skill && !m.answers && !m.exact);
	m = skill_index_match(one, pool, STR("when are you open"));
	CU_ASSERT_TRUE(m.answers && m.exact && m.skill == &salon[0]);
	m = skill_index_match(one, pool, STR("the weather in Ankara is nice today"));
	CU_ASSERT_FALSE(m.answers);
	/* A skill of which nothing is left after folding. */
	static const struct str marks[] = { S("?"), S("") };
	static const struct skill dots = { .id = 9, .title = S("..."), .response = S("x"), .triggers = marks, .n_triggers = COUNT(marks) };
	m = skill_index_match(skill_index_new(pool, &dots, 1), pool, STR("!!!"));
	CU_ASSERT_TRUE(!m.skill && !m.answers);
	pool_free(pool);
}

static void many_skills_and_long_messages(void)
{
	enum { N = 500 };
	struct pool *pool = pool_new();
	struct skill *skills = pool_new_array(pool, N, struct skill);
	struct buf long_text;
	for (int i = 0; i < N; i++) {
		struct str *trigger = pool_new_of(pool, struct str);
		*trigger = pool_printf(pool, "question about thing%d please", i);
		skills[i] = (struct skill){ .id = i, .title = pool_printf(pool, "thing%d", i), .response = STR("r"), .triggers = trigger, .n_triggers = 1 };
	}
	const struct skill_index *index = skill_index_new(pool, skills, N);
	for (int i = 0; i < N; i += 37) {
		struct skill_match m = skill_index_match(index, pool, pool_printf(pool, "question about thing%d", i));
		CU_ASSERT_TRUE(m.answers && m.skill && m.skill->id == i);
	}
	buf_init(&long_text, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_addf(&long_text, "word%d ", i);
	CU_ASSERT_FALSE(skill_index_match(index, pool, buf_str(&long_text)).answers);
	buf_fini(&long_text);
	pool_free(pool);
}

static CU_TestInfo skill_tests[] = {
	{ "triggers are found in any spelling, other topics are not", triggers_are_found_in_any_spelling },
	{ "no skills, one skill, an empty skill", no_skills_and_one_skill },
	{ "many skills and long messages", many_skills_and_long_messages },
	CU_TEST_INFO_NULL,
};

/* ---- fallback ---- */

static void the_own_text_comes_first(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, COUNT(salon));
	CHECK_STR(fallback_text(pool, STR("Ours"), STR("tr"), index), "Ours");
	CU_ASSERT_FALSE(str_equal(fallback_text(pool, STR("  \n"), STR("tr"), index), STR("  \n")));
	CU_ASSERT_FALSE(str_is_empty(fallback_text(pool, STR_NONE, STR_NONE, NULL)));
	pool_free(pool);
}

static void three_languages_and_six_topics(void)
{
	static const struct {
		const char *language, *word;
	} table[] = { { "en", "Thank you" }, { "tr", "teşekkürler" }, { "es", "Gracias" }, { "tr-TR", "teşekkürler" }, { "xx", "Thank you" }, { "", "Thank you" } };
	struct pool *pool = pool_new();
	struct skill many[9];
	for (int i = 0; i < 9; i++)
		many[i] = (struct skill){ .id = i, .title = pool_printf(pool, "Topic%d", i + 1), .response = STR("r") };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct str with = fallback_text(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, many, 9));
		struct str without = fallback_text(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, NULL, 0));
		CHECK_ROW(strstr(with.p, table[i].word) && strstr(without.p, table[i].word), table[i].language);
		CHECK_ROW(strstr(with.p, "Topic1") && strstr(with.p, "Topic6") && !strstr(with.p, "Topic7") && !strstr(without.p, "Topic"), table[i].language);
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
		{ "fallback", NULL, NULL, NULL, NULL, fallback_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-answer", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
