/*
 * answer.c - the unit tests of src/answer that need no database: built-in texts here, each other subject in a file of
 * its own. The pipeline as a whole is tested by the flow tests.
 */
#include "answer.h"
#include "check.h"
#include "tap.h"

#include "answer/wording.h"
#include "answer/skills/skills.h"
#include "core/log.h"

/* ---- fallback ---- */

static void the_own_text_comes_first(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, SALON_SKILLS);
	CHECK_STR(wording_fallback(pool, STR("Ours"), STR("tr"), index), "Ours");
	CU_ASSERT_FALSE(str_equal(wording_fallback(pool, STR("  \n"), STR("tr"), index), STR("  \n")));
	CU_ASSERT_FALSE(str_is_empty(wording_fallback(pool, STR_NONE, STR_NONE, NULL)));
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
			wording_fallback(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, many, 9));
		struct str without =
			wording_fallback(pool, STR_NONE, str_of(table[i].language), skill_index_new(pool, NULL, 0));
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
		{ "escalation", NULL, NULL, NULL, NULL, escalation_tests },
		{ "skills", NULL, NULL, NULL, NULL, skill_tests },
		{ "models", NULL, NULL, NULL, NULL, model_tests },
		{ "passages", NULL, NULL, NULL, NULL, passage_tests },
		{ "terms", NULL, NULL, NULL, NULL, term_tests },
		{ "quotes", NULL, NULL, NULL, NULL, quote_tests },
		{ "fallback", NULL, NULL, NULL, NULL, fallback_tests },
		{ "endpoint", NULL, NULL, NULL, NULL, endpoint_tests },
		{ "llm", NULL, NULL, NULL, NULL, llm_tests },
		{ "embeddings", NULL, NULL, NULL, NULL, embedding_tests },
		{ "fusion", NULL, NULL, NULL, NULL, fusion_tests },
		{ "links", NULL, NULL, NULL, NULL, link_tests },
		{ "plain text", NULL, NULL, NULL, NULL, plain_text_tests },
		{ "documents", NULL, NULL, NULL, NULL, document_tests },
		{ "PDF", NULL, NULL, NULL, NULL, document_pdf_tests },
		{ "document-fetch", NULL, NULL, NULL, NULL, document_fetch_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-answer", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
