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

static struct speaker speaker_of(const struct settings *settings, const char *own, const char *language)
{
	return (struct speaker){ .settings = settings,
		.business = STR("Zinnia"),
		.own = str_of(own),
		.language = language_or_english(str_of(language)) };
}

static void the_own_text_comes_first(void)
{
	struct pool *pool = pool_new();
	const struct skill_index *index = skill_index_new(pool, salon, SALON_SKILLS);
	struct settings settings = { .fallback_text = STR("Ours, {business} {x}") };
	struct speaker tr = speaker_of(&settings, "tr", "tr"), de = speaker_of(&settings, "tr", "de"),
		       xx = speaker_of(&settings, "xx", "en");
	CHECK_STR(wording_fallback(pool, &tr, index), "Ours, Zinnia {x}");
	CHECK_STR(wording_fallback(pool, &xx, index), "Ours, Zinnia {x}");
	CU_ASSERT_PTR_NOT_NULL(strstr(wording_fallback(pool, &de, index).p, "Mitarbeiter"));
	settings.fallback_text = STR("  \n");
	CU_ASSERT_PTR_NOT_NULL(strstr(wording_fallback(pool, &tr, NULL).p, "Zinnia"));
	pool_free(pool);
}

static void only_useful_topics(void)
{
	struct pool *pool = pool_new();
	struct settings settings = { .fallback_text = STR_NONE };
	struct str hi[] = { STR("hi"), STR("hello") }, about[] = { STR("what does it cost") };
	struct skill many[8] = { { .title = STR("Greeting"), .triggers = hi, .n_triggers = 2 },
		{ .title = STR("Trouble"), .triggers = about, .n_triggers = 1, .requires_human_handover = true } };
	for (int i = 2; i < 8; i++)
		many[i] = (struct skill){
			.title = pool_printf(pool, "Topic%d", i - 1), .triggers = about, .n_triggers = 1
		};
	struct speaker en = speaker_of(&settings, "en", "en"), es = speaker_of(&settings, "en", "es");
	struct str said = wording_fallback(pool, &en, skill_index_new(pool, many, 8));
	CU_ASSERT(strstr(said.p, "Topic1, Topic2, Topic3, Topic4.") && !strstr(said.p, "Topic5"));
	CU_ASSERT(!strstr(said.p, "Greeting") && !strstr(said.p, "Trouble"));
	CU_ASSERT_PTR_NULL(strstr(wording_fallback(pool, &es, skill_index_new(pool, many, 8)).p, "Topic"));
	pool_free(pool);
}

static CU_TestInfo fallback_tests[] = {
	{ "the organisation's own text comes first", the_own_text_comes_first },
	{ "topics that a customer may ask about", only_useful_topics },
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
		{ "evidence", NULL, NULL, NULL, NULL, evidence_tests },
		{ "understanding", NULL, NULL, NULL, NULL, understanding_tests },
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
		{ "sitemap", NULL, NULL, NULL, NULL, sitemap_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-answer", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
