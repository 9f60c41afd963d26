/*
 * core-reason.c - tests of reasons: their stored form, the sentence in each language, and that the table is whole.
 */
#include "check.h"
#include "core.h"

#include "core/text/reason.h"

static void has_two_forms(void)
{
	struct pool *pool = pool_new();
	struct str one = REASON(pool, not_explained, F_CSTR("who", "x \"y\""), F_INT("n", 5),
		F_REASON("why", STR("bot_off")), F_REASON("also", STR("{\"code\":\"hot_lead\"}")));
	CHECK_STR(one,
		"{\"code\":\"not_explained\",\"args\":{\"who\":\"x \\\"y\\\"\",\"n\":5,\"why\":{\"code\":\"bot_off\"},"
		"\"also\":{\"code\":\"hot_lead\"}}}");
	CHECK_STR(reason_code(pool, one), "not_explained");
	CHECK_STR(reason_code(pool, STR("bot_off")), "bot_off");
	CHECK_STR(reason_json(pool, STR("bot_off")), "{\"code\":\"bot_off\"}");
	CHECK_STR(reason_json(pool, one), one.p);
	CU_ASSERT_PTR_NULL(reason_json(pool, STR_NONE).p);
	CU_ASSERT_PTR_NULL(reason_code(pool, STR_NONE).p);
	CU_ASSERT_PTR_NULL(reason_text(pool, NULL, STR_NONE).p);
	pool_free(pool);
}

static void a_sentence_is_made_in_each_language(void)
{
	struct pool *pool = pool_new();
	CHECK_STR(reason_text(pool, NULL, STR("hot_lead")), "a hot lead");
	CHECK_STR(reason_text(pool, translation_of("tr"), STR("hot_lead")), "çok ilgili bir potansiyel müşteri");
	CHECK_STR(reason_text(pool, translation_of("tr"), STR("{\"code\":\"hot_lead\"}")),
		"çok ilgili bir potansiyel müşteri");
	CU_ASSERT_PTR_NULL(reason_next(pool, NULL, STR("hot_lead")).p);
	CHECK_STR(reason_text(pool, NULL, STR("of_a_later_version")), "of_a_later_version");
	CU_ASSERT_PTR_NULL(reason_next(pool, NULL, STR("of_a_later_version")).p);
	CU_ASSERT_PTR_NULL(reason_text(pool, NULL, STR("{\"args\":{}}")).p);
	CHECK_STR(reason_text(pool, NULL, STR("{")), "{");
	pool_free(pool);
}

static void an_explanation_keeps_its_reason(void)
{
	struct explain why = { "" };
	CHECK_INT(explain_code(&why, ERR_INVALID, CODE(hot_lead)), ERR_INVALID);
	CHECK_STR(str_of(why.text), "a hot lead");
	CHECK_STR(explain_stored(&why), "hot_lead");
	CHECK_INT(EXPLAIN(&why, ERR_IO, bot_off, F_INT("n", 1)), ERR_IO);
	CHECK_STR(explain_stored(&why), "{\"code\":\"bot_off\",\"args\":{\"n\":1}}");
	CHECK_INT(explain(&why, ERR_IO, "disk %d is full", 1), ERR_IO);
	CHECK_STR(str_of(why.text), "disk 1 is full");
	CHECK_STR(explain_stored(&why), "not_explained");
	CHECK_INT(explain_code(NULL, ERR_IO, CODE(hot_lead)), ERR_IO);
}

/* Whether a format says anything besides its parameters. */
static bool has_words(const char *text)
{
	for (const char *close; text && *text; text = close ? close + 2 : NULL) {
		size_t n = strcspn(text, "{");
		for (size_t i = 0; i < n; i++)
			if ((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z'))
				return true;
		close = strstr(text + n, "}}");
	}
	return false;
}

/* What Spanish and Turkish have from English, too. */
static bool is_loanword(const char *text)
{
	return strcmp(text, "bot") == 0 || strcmp(text, "webhook") == 0;
}

static void check_translated(const char *text, const char *code)
{
	if (!has_words(text) || is_loanword(text))
		return;
	for (const char *const *l = translation_languages + 1; text && *l; l++)
		CHECK_ROW(strcmp(translation_find(translation_of(*l), text), text) != 0, code);
}

static void every_code_is_translated(void)
{
	const char *code, *text, *next;
	int n = 0;
	for (; reason_row(n, &code, &text, &next); n++) {
		CHECK_ROW(code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0', code);
		check_translated(text, code);
		check_translated(next, code);
	}
	CHECK_INT(n, REASONS_N);
	CU_ASSERT_FALSE(reason_row(-1, &code, &text, &next));
}

CU_TestInfo core_reason_tests[] = {
	{ "has two forms", has_two_forms },
	{ "a sentence is made in each language", a_sentence_is_made_in_each_language },
	{ "an explanation keeps its reason", an_explanation_keeps_its_reason },
	{ "every code is translated", every_code_is_translated },
	CU_TEST_INFO_NULL,
};
