/*
 * answer-evidence.c - what a question is about, the pieces of documents that say it, and how they are spoken.
 */
#include "answer.h"
#include "check.h"
#include "tap.h"

#include "answer/evidence/speak.h"

static const struct content_languages english = { &language_en, &language_en };

static struct content content_of(struct pool *pool, const char *text)
{
	struct content c = { .n = 0 };
	content_add(&c, pool, str_of(text), &english, 1, false);
	return c;
}

static void function_words_are_no_content(void)
{
	static const struct {
		const char *text;
		int n_new;
		bool price;
	} table[] = { { "do you have a", 0, false }, { "how much is it", 0, true },
		{ "how much is the red lamp", 2, true }, { "the lamp, the Lamp, LAMPS", 2, false },
		{ "what about today", 0, false }, { "", 0, false } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct content c = content_of(pool, table[i].text);
		CHECK_ROW(
			c.n_new == table[i].n_new && content_asks(&c, CONCEPT_PRICE) == table[i].price, table[i].text);
	}
	pool_free(pool);
}

static void what_was_asked_before_comes_last_and_names_no_kind_twice(void)
{
	struct pool *pool = pool_new();
	struct content c = content_of(pool, "how long does it take");
	content_add(&c, pool, STR("how much is the red lamp"), &english, 0.5, true);
	CU_ASSERT(content_asks(&c, CONCEPT_DURATION) && !content_asks(&c, CONCEPT_PRICE));
	CHECK_INT(c.n_new, 0);
	CHECK_INT(c.n, 3);
	CU_ASSERT(c.words[1].earlier && c.words[2].earlier);
	pool_free(pool);
}

static void a_passage_falls_into_pieces(void)
{
	struct pool *pool = pool_new();
	struct units u = { .n = 0 };
	struct passage_hit hit = { .title = STR("Prices"),
		.heading = STR(""),
		.language = STR("en"),
		.text = STR("Lamp | Price | Weight\nDesk lamp | 35 € | 2 kg\nFloor lamp | 80 € | 6 kg\nWe deliver. Ask "
			    "us!") };
	units_add(&u, pool, &hit, 0);
	CHECK_INT(u.n, 5);
	CU_ASSERT(u.all[0].kind == UNIT_ROW && u.all[0].has_money && !u.all[0].has_time);
	CHECK_STR(u.all[1].columns[2], "Weight");
	CHECK_STR(u.all[2].text, "We deliver. Ask us!");
	CHECK_STR(u.all[3].text, "We deliver.");
	hit = (struct passage_hit){ .title = STR("FAQ"),
		.heading = STR("May I bring my dog?"),
		.language = STR("en"),
		.text = STR("May I bring my dog?\nYes, on a lead.") };
	units_add(&u, pool, &hit, 1);
	CU_ASSERT(u.n == 6 && u.all[5].kind == UNIT_ANSWER);
	CHECK_STR(u.all[5].text, "Yes, on a lead.");
	pool_free(pool);
}

static void days_are_named_by_date_or_between_two(void)
{
	struct pool *pool = pool_new();
	struct units u = { .n = 0 };
	struct passage_hit hit = { .title = STR("Days"),
		.language = STR("en"),
		.heading = STR(""),
		.text = STR("From 29 to 31 December we are open from 10:00 to 15:00.") };
	units_add(&u, pool, &hit, 0);
	CU_ASSERT(unit_words_name_day(&u.all[0].text_words, 12, 29) && unit_words_name_day(&u.all[0].text_words, 12, 30)
		  && unit_words_name_day(&u.all[0].text_words, 12, 31));
	CU_ASSERT(!unit_words_name_day(&u.all[0].text_words, 12, 28)
		  && !unit_words_name_day(&u.all[0].text_words, 11, 30));
	u.n = 0;
	hit.text = STR("On 24 and 31 December and 2 January we close at 16:00.");
	units_add(&u, pool, &hit, 0);
	CU_ASSERT(unit_words_name_day(&u.all[0].text_words, 12, 24) && unit_words_name_day(&u.all[0].text_words, 12, 31)
		  && unit_words_name_day(&u.all[0].text_words, 1, 2));
	CU_ASSERT(!unit_words_name_day(&u.all[0].text_words, 12, 26)
		  && !unit_words_name_day(&u.all[0].text_words, 12, 2));
	pool_free(pool);
}

static void a_line_with_a_name_is_a_piece_as_well(void)
{
	struct pool *pool = pool_new();
	struct units u = { .n = 0 };
	struct passage_hit hit = { .title = STR("House"),
		.heading = STR(""),
		.language = STR("en"),
		.text = STR("Lift: to the third floor. The attic is reached by stairs only.\nOpen at 9:30. Ask us.") };
	units_add(&u, pool, &hit, 0);
	CHECK_INT(u.n, 6);
	CU_ASSERT(u.all[0].kind == UNIT_SECTION && u.all[1].kind == UNIT_SENTENCE);
	CHECK_STR(u.all[0].text, "Lift: to the third floor. The attic is reached by stairs only.");
	for (int i = 0; i < 3; i++)
		CHECK_STR(u.all[i].label, "Lift");
	CHECK_STR(u.all[3].label, "");
	pool_free(pool);
}

static void what_a_table_says_of_months_is_read_out(void)
{
	static const struct {
		const char *question, *spoken;
	} table[] = { { "how much is the attic room in july", "Attic room: May-Sep 90 €" },
		{ "how much is the attic room in january", "Attic room: Oct-Apr 70 €" },
		{ "how much is the attic room", "Attic room: Oct-Apr 70 €, May-Sep 90 €" } };
	struct pool *pool = pool_new();
	struct passage_hit hit = { .title = STR("Rooms"),
		.heading = STR(""),
		.language = STR("en"),
		.text = STR("Room | Oct-Apr | May-Sep\nAttic room | 70 € | 90 €") };
	struct units units = { .n = 0 };
	units_add(&units, pool, &hit, 0);
	for (size_t i = 0; i < COUNT(table); i++) {
		struct content c = content_of(pool, table[i].question);
		struct evidence e = { .pool = pool,
			.content = &c,
			.languages = english,
			.own = STR("en"),
			.units = &units,
			.hits = &hit };
		struct buf out;
		buf_init(&out, 1000);
		speak_row(&e, &units.all[0], &out);
		CHECK_STR(buf_str(&out), table[i].spoken);
		buf_fini(&out);
	}
	pool_free(pool);
}

static double covered(struct pool *pool, const char *question, const char *text)
{
	static const double rarity[CONTENT_MAX] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	double similarity[CONTENT_MAX] = { 0 };
	struct content c = content_of(pool, question);
	struct asked_words *asked = asked_words_new(pool, &c);
	struct unit_words words = unit_words_of(pool, str_of(text), STR("en"));
	support_add(asked, &words, STR("en"), 1, similarity);
	return support_sum(&c, similarity, rarity).covered;
}

static void words_are_alike_in_many_ways(void)
{
	static const struct {
		const char *question, *text;
		bool said;
	} table[] = { { "lamps", "the lamp", true }, { "gaurantee lampshade", "guarantee of a lampshade", true },
		{ "is parking possible", "there is a garage", true }, { "ebike", "an e-bike", true },
		{ "a room for three", "room of 3 persons", true },
		{ "new year's eve party", "31 December: party", true }, { "hedgehogs", "the lamp", false },
		{ "three", "two", false }, { "do you", "do you", false } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		double c = covered(pool, table[i].question, table[i].text);
		CHECK_ROW(table[i].said ? c > 0.6 : c < 0.1, table[i].question);
	}
	pool_free(pool);
}

static void the_scale_keeps_the_thresholds(void)
{
	CU_ASSERT_DOUBLE_EQUAL(evidence_scale(0.35, 0.35), EVIDENCE_ANSWERS, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(evidence_scale(1, 0.35), 1, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(evidence_scale(0, 0.35), 0, 1e-9);
	CU_ASSERT(evidence_scale(0.2, 0.35) < evidence_scale(0.3, 0.35));
	CU_ASSERT_DOUBLE_EQUAL(evidence_scale(1, 1), EVIDENCE_ANSWERS, 1e-9);
}

CU_TestInfo evidence_tests[] = {
	{ "function words are no content", function_words_are_no_content },
	{ "what was asked before comes last", what_was_asked_before_comes_last_and_names_no_kind_twice },
	{ "a passage falls into pieces", a_passage_falls_into_pieces },
	{ "days are named by date or between two", days_are_named_by_date_or_between_two },
	{ "a line with a name is a piece as well", a_line_with_a_name_is_a_piece_as_well },
	{ "what a table says of months is read out", what_a_table_says_of_months_is_read_out },
	{ "words are alike in many ways", words_are_alike_in_many_ways },
	{ "the scale keeps the thresholds", the_scale_keeps_the_thresholds },
	CU_TEST_INFO_NULL,
};
