/*
 * answer-skills.c - the skill match: spellings, other topics, sizes; with a trained model and without one.
 */
#include "answer.h"
#include "check.h"

#include "answer/question-words.h"
#include "answer/skills/skill-lint.h"
#include "answer/skills/skill-model.h"
#include "core/buf.h"

/* STR is not constant enough for a table. */
#define S(literal) \
	{ \
		literal, sizeof(literal) - 1 \
	}

static const struct str hours[] = { S("when are you open"), S("opening times"), S("hangi saatlerde açıksınız"),
	S("Kaçta açılıyorsunuz?") };
static const struct str prices[] = { S("how much is a haircut"), S("price list"), S("Fiyat ne kadar"), S("IŞIL IŞIL") };
static const struct str person[] = { S("I want to speak to a human"), S("👍"), S("İNSAN") };
static const struct str place[] = { S("where are you"), S("address"), S("أين عنوان المحل"), S("") };

const struct skill salon[SALON_SKILLS] = {
	{ .id = 1,
		.title = S("Opening hours"),
		.response = S("9 to 5"),
		.triggers = hours,
		.n_triggers = COUNT(hours) },
	{ .id = 2, .title = S("Prices"), .response = S("From 20"), .triggers = prices, .n_triggers = COUNT(prices) },
	{ .id = 3,
		.title = S("Talk to a person"),
		.response = S("One moment"),
		.requires_human_handover = true,
		.triggers = person,
		.n_triggers = COUNT(person) },
	{ .id = 4, .title = S("Location"), .response = S("Main street"), .triggers = place, .n_triggers = COUNT(place) }
};

const struct skill_index *test_trained_index(struct pool *pool, const struct skill *skills, int n)
{
	struct skill_index *index = skill_index_new(pool, skills, n);
	skill_index_set_model(index, skill_model_train(pool, skill_index_phrases(index), NULL));
	return index;
}

static const struct {
	const char *text;
	int64_t id; /* 0: nothing answers */
	bool exact;
} questions[] = { { "when are you open", 1, true }, { "WHEN ARE YOU OPEN???", 1, true },
	{ "  when  are\nyou, open! ", 1, true }, { "Opening Hours", 1, true }, { "hangi saatlerde aciksiniz", 1, true },
	{ "HANGİ SAATLERDE AÇIKSINIZ", 1, true }, { "kacta aciliyorsunuz", 1, true }, { "fiyat NE kadar?", 2, true },
	{ "ışıl ışıl", 2, true }, { "isil isil", 2, true }, { "insan", 3, true }, { "Insan", 3, true },
	{ "ınsan", 3, true }, { "👍", 3, true }, { "👍🏽", 3, true }, { "ADDRESS", 4, true },
	{ "أَيْنَ عُنْوَان المحل؟", 4, true }, { "Hello!\nwhen are you open\nthanks", 1, true },
	{ "so when are you open", 1, false }, { "when are yuo open", 1, false }, { "please the price list", 2, false },
	{ "how much is a haircut please", 2, false }, { "how much for a hair cut", 2, false },
	{ "HOW MUCH IS A HAIRCT", 2, false }, { "عنوان المحل", 4, false },
	{ "good morning\nwhat does a haircut cost, how much is it", 2, false },
	{ "what is the capital of France and who founded it", 0, false }, { "ok", 0, false },
	{ "thank you so much", 0, false }, { "merhaba", 0, false }, { "buenos días", 0, false }, { "مرحبا", 0, false },
	{ "dün akşamki maçı kim kazandı", 0, false }, { "my dog has eaten my homework again", 0, false },
	{ "", 0, false }, { "???", 0, false }, { "👎", 0, false }, { "\xff\xfe", 0, false } };

static void check_questions(const struct skill_index *index, struct pool *pool, bool all)
{
	for (size_t i = 0; i < COUNT(questions); i++) {
		struct skill_match m = skill_index_match(index, pool, str_of(questions[i].text), 0);
		if (all || questions[i].exact || questions[i].id == 0)
			CHECK_ROW(m.answers == (questions[i].id != 0)
					  && (!m.answers || (m.skill && m.skill->id == questions[i].id)),
				questions[i].text);
		CHECK_ROW(m.exact == questions[i].exact && (!m.exact || m.score >= 0.999), questions[i].text);
		CHECK_ROW(m.score >= 0 && m.score <= 1, questions[i].text);
		for (int k = 0; k < m.n_candidates; k++)
			CHECK_ROW(
				m.candidates[k].skill && (k == 0 || m.candidates[k].score <= m.candidates[k - 1].score),
				questions[i].text);
		CHECK_ROW((m.skill != NULL) == (m.n_candidates > 0) && m.skill == m.candidates[0].skill,
			questions[i].text);
	}
}

static void any_spelling(void)
{
	struct pool *pool = pool_new();
	check_questions(test_trained_index(pool, salon, SALON_SKILLS), pool, true);
	pool_free(pool);
}

static void similarity_alone(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, SALON_SKILLS);
	CU_ASSERT_FALSE(skill_index_has_model(index));
	check_questions(index, pool, false);
	CU_ASSERT_TRUE(skill_index_match(index, pool, STR("how much is a haircut please"), 0).answers);
	int n = 0;
	CU_ASSERT_PTR_EQUAL(skill_index_skills(index, &n), salon);
	CHECK_INT(n, SALON_SKILLS);
	pool_free(pool);
}

static void the_threshold_moves(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = test_trained_index(pool, salon, SALON_SKILLS);
	struct skill_match m = skill_index_match(index, pool, STR("so when are you open"), 0.9999);
	CU_ASSERT_TRUE(!m.answers && m.skill == &salon[0]);
	CU_ASSERT_TRUE(skill_index_match(index, pool, STR("when are you open"), 0.9999).answers);
	m = skill_index_match(index, pool, STR("open the window, you are late"), 0.01);
	CU_ASSERT_TRUE(m.answers);
	pool_free(pool);
}

static void none_and_one(void)
{
	struct pool *pool = pool_new();
	struct skill_match m = skill_index_match(test_trained_index(pool, NULL, 0), pool, STR("when are you open"), 0);
	CU_ASSERT_TRUE(!m.skill && !m.answers && !m.exact);
	const struct skill_index *one = test_trained_index(pool, salon, 1);
	m = skill_index_match(one, pool, STR("when are you open"), 0);
	CU_ASSERT_TRUE(m.answers && m.exact && m.skill == &salon[0]);
	CU_ASSERT_TRUE(skill_index_match(one, pool, STR("are you open today"), 0).answers);
	CU_ASSERT_FALSE(skill_index_match(one, pool, STR("the weather in Ankara is nice today"), 0).answers);
	CU_ASSERT_FALSE(skill_index_match(one, pool, STR("how are you"), 0).answers);
	/* A skill of which nothing is left after folding. */
	static const struct str marks[] = { S("?"), S("") };
	static const struct skill dots = {
		.id = 9, .title = S("..."), .response = S("x"), .triggers = marks, .n_triggers = COUNT(marks)
	};
	m = skill_index_match(test_trained_index(pool, &dots, 1), pool, STR("!!!"), 0);
	CU_ASSERT_TRUE(!m.skill && !m.answers);
	pool_free(pool);
}

/* Who has a skill for greetings wants greetings answered, though we count them among what no skill is about. */
static void own_greetings(void)
{
	static const struct str greetings[] = { S("hi"), S("hello"), S("good morning") };
	static const struct skill skills[] = { { .id = 1,
						       .title = S("Greeting"),
						       .response = S("Hello!"),
						       .triggers = greetings,
						       .n_triggers = COUNT(greetings) },
		{ .id = 2,
			.title = S("Prices"),
			.response = S("From 20"),
			.triggers = prices,
			.n_triggers = COUNT(prices) } };
	struct pool *pool = pool_new();
	const struct skill_index *index = test_trained_index(pool, skills, COUNT(skills));
	static const char *const texts[] = { "Hello", "hello there", "good morning to you" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct skill_match m = skill_index_match(index, pool, str_of(texts[i]), 0);
		CHECK_ROW(m.answers && m.skill->id == 1, texts[i]);
	}
	pool_free(pool);
}

static struct skill *many_skills(struct pool *pool, int n)
{
	struct skill *skills = pool_new_array(pool, (size_t)n, struct skill);
	for (int i = 0; i < n; i++) {
		struct str *trigger = pool_new_of(pool, struct str);
		*trigger = pool_printf(pool, "question about thing%d please", i);
		skills[i] = (struct skill){ .id = i,
			.title = pool_printf(pool, "thing%d", i),
			.response = STR("r"),
			.triggers = trigger,
			.n_triggers = 1 };
	}
	return skills;
}

static void many_skills_and_long_messages(void)
{
	enum { N = 500 };
	struct pool *pool = pool_new();
	struct buf long_text;
	const struct skill_index *index = test_trained_index(pool, many_skills(pool, N), N);
	for (int i = 0; i < N; i += 37) {
		struct skill_match m =
			skill_index_match(index, pool, pool_printf(pool, "question about thing%d", i), 0);
		CU_ASSERT_TRUE(m.skill && m.skill->id == i);
	}
	buf_init(&long_text, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_addf(&long_text, "word%d ", i);
	CU_ASSERT_FALSE(skill_index_match(index, pool, buf_str(&long_text), 0).answers);
	buf_fini(&long_text);
	pool_free(pool);
}

static void mistaken_skills_are_told(void)
{
	static const struct str a[] = { S("cancel my order"), S("I want to cancel"), S("stop the order") };
	static const struct str b[] = { S("cancel my booking"), S("cancel my order"), S("cancel the booking please") };
	static const struct skill skills[] = {
		{ .id = 1, .title = S("Cancel an order"), .triggers = a, .n_triggers = COUNT(a) },
		{ .id = 2, .title = S("Bookings"), .triggers = b, .n_triggers = COUNT(b) },
		{ .id = 3, .title = S("Prices"), .triggers = prices, .n_triggers = COUNT(prices) }
	};
	struct pool *pool = pool_new();
	struct confusion *found;
	int n = skill_lint(skill_index_new(pool, skills, COUNT(skills)), pool, &found);
	CU_ASSERT_TRUE_FATAL(n > 0);
	CU_ASSERT_TRUE(found[0].same && found[0].skill != found[0].taken_for);
	CHECK_STR(found[0].example, "cancel my order");
	for (int i = 0; i < n; i++)
		CU_ASSERT_TRUE(found[i].skill->id != 3 && found[i].taken_for->id != 3);
	CHECK_INT(skill_lint(skill_index_new(pool, skills, 1), pool, &found), 0);
	CHECK_INT(skill_lint(skill_index_new(pool, NULL, 0), pool, &found), 0);
	pool_free(pool);
}

static void questions_are_near_by_what_they_say(void)
{
	static const struct {
		const char *a, *b;
		double least, most;
	} table[] = { { "do you deliver pianos to Greece", "could you ship a piano to Greece?", 1, 1 },
		{ "how much is delivery to Spain", "how much is delivery to France", 0.4, 0.59 },
		{ "price of a haircut", "Is there parking?", 0, 0 }, { "is it so?", "is it so", 1, 1 },
		{ "is it so?", "what is that", 0, 0 } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct question_words a = question_words_of(pool, STR("en"), str_of(table[i].a)),
				      b = question_words_of(pool, STR("en"), str_of(table[i].b));
		double shared = question_words_shared(&a, &b);
		CU_ASSERT(shared >= table[i].least && shared <= table[i].most);
	}
	pool_free(pool);
}

CU_TestInfo skill_tests[] = {
	{ "any spelling is understood, other topics are not answered", any_spelling },
	{ "without a model it goes by similarity", similarity_alone },
	{ "the threshold is the organisation's", the_threshold_moves },
	{ "no skills, one skill, an empty skill", none_and_one },
	{ "a skill for greetings is taught against no greetings", own_greetings },
	{ "many skills and long messages", many_skills_and_long_messages },
	{ "skills that are mistaken for each other are told", mistaken_skills_are_told },
	{ "questions are near by what they say", questions_are_near_by_what_they_say },
	CU_TEST_INFO_NULL,
};
