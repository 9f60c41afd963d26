/*
 * domain-settings.c - an organisation's settings: what is stored is read without failing, what is typed is checked.
 */
#include "domain.h"

#include "check.h"
#include "tap.h"

#include "core/text/translation.h"
#include "domain/settings.h"

static void nothing_chosen_is_all_defaults(void)
{
	struct pool *pool = pool_new();
	struct settings s;
	CU_ASSERT_TRUE(settings_read(pool, STR("{}"), &s));
	CHECK_STR(s.fallback_text, "");
	CU_ASSERT_DOUBLE_EQUAL(s.skill_threshold, 0.35, 1e-9);
	CHECK_INT(s.reply_cap_per_hour, 20);
	CHECK_INT(s.leads, true);
	CHECK_INT(s.leads_while_operator, false);
	CHECK_INT(s.hot_lead_action, HOT_LEAD_NOTIFY);
	pool_free(pool);
}

static void what_is_chosen_is_read_and_nonsense_is_not(void)
{
	struct pool *pool = pool_new();
	struct settings s;
	CU_ASSERT_TRUE(settings_read(pool,
		STR("{\"skill_threshold\":0.5,\"leads\":\"off\",\"hot_lead_action\":\"switch\",\"fallback_text\":"
		    "\"Hm\","
		    "\"reply_cap_per_hour\":1001,\"fallbacks_before_handover\":\"many\",\"llm_model\":7,\"new_one\":"
		    "true}"),
		&s));
	CU_ASSERT_DOUBLE_EQUAL(s.skill_threshold, 0.5, 1e-9);
	CHECK_INT(s.leads, false);
	CHECK_INT(s.hot_lead_action, HOT_LEAD_SWITCH);
	CHECK_STR(s.fallback_text, "Hm");
	CHECK_INT(s.reply_cap_per_hour, 20);
	CHECK_INT(s.fallbacks_before_handover, 3);
	CHECK_STR(s.llm_model, "");
	CU_ASSERT_FALSE(settings_read(pool, STR("[1]"), &s));
	CU_ASSERT_FALSE(settings_read(pool, STR("{\"leads\":"), &s));
	CU_ASSERT_FALSE(settings_read(pool, STR_NONE, &s));
	CHECK_INT(s.leads, true);
	pool_free(pool);
}

static void what_is_typed_is_checked(void)
{
	static const struct {
		const char *name, *typed, *json; /* NULL: refused */
	} table[] = { { "skill_threshold", " 0.5 ", "0.5" }, { "skill_threshold", "0,5", NULL },
		{ "skill_threshold", "1.01", NULL }, { "skill_threshold", "nan", NULL },
		{ "skill_threshold", "", NULL }, { "reply_cap_per_hour", "7", "7" },
		{ "reply_cap_per_hour", "7.5", NULL }, { "reply_cap_per_hour", "0", NULL },
		{ "leads", "off", "\"off\"" }, { "leads", "no", NULL }, { "hot_lead_action", "switch", "\"switch\"" },
		{ "llm_base_url", "https://a.example/v1/", "\"https://a.example/v1\"" }, { "llm_base_url", "", "\"\"" },
		{ "llm_base_url", "ftp://a.example", NULL }, { "llm_base_url", "https://u:p@a.example", NULL },
		{ "llm_base_url", "https://", NULL }, { "llm_base_url", "https://a b", NULL },
		{ "time_zone", "Europe/Madrid", "\"Europe/Madrid\"" }, { "time_zone", "", "\"\"" },
		{ "time_zone", "Madrid", NULL }, { "working_hours", "mon-fri 9-17", "\"mon-fri 9-17\"" },
		{ "working_hours", "always", NULL }, { "llm_api_key", "", NULL }, { "llm_api_key", "k", "\"k\"" },
		{ "handover_text", "\xff", NULL },
		{ "handover_text", "A \"person\" comes", "\"A \\\"person\\\" comes\"" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct buf json;
		struct explain why = { "" };
		buf_init(&json, 10000);
		enum err e = setting_parse(setting_find(str_of(table[i].name)), str_of(table[i].typed), &json, &why);
		CHECK_ROW(table[i].json ? e == ERR_OK && strcmp(buf_cstr(&json), table[i].json) == 0
					: e == ERR_INVALID && strstr(why.text, table[i].name),
			table[i].typed);
		buf_fini(&json);
	}
	CU_ASSERT_PTR_NULL(setting_find(STR("no_such")));
}

static void a_text_has_its_length(void)
{
	struct pool *pool = pool_new();
	struct buf json;
	char *text = pool_alloc(pool, 1002);
	memset(text, 'x', 1001);
	buf_init(&json, 10000);
	CHECK_INT(setting_parse(setting_find(STR("handover_text")), (struct str){ text, 1000 }, &json, NULL), ERR_OK);
	CHECK_INT(setting_parse(setting_find(STR("handover_text")), (struct str){ text, 1001 }, &json, NULL),
		ERR_INVALID);
	buf_fini(&json);
	pool_free(pool);
}

static int holes_of(const char *response)
{
	struct str rest = str_of(response), part;
	bool hole;
	int n = 0;
	while (trade_next_part(&rest, &part, &hole)) {
		CU_ASSERT_TRUE(part.n > 0);
		n += hole;
	}
	return n;
}

static size_t lines_of(const char *text)
{
	size_t n = 1;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* A translation that loses a bracket would let a hole through to customers. */
static void templates_have_the_same_holes_in_every_language(void)
{
	for (int i = 0; i < TRADE_KINDS; i++)
		for (int k = 0; k < TRADE_SKILLS; k++)
			for (int l = 0; translation_languages[l]; l++) {
				const struct trade_skill *s = &trades[i].skills[k];
				const struct translation *t = translation_of(translation_languages[l]);
				const char *response = translation_find(t, s->response);
				int holes = holes_of(response);
				CU_ASSERT_TRUE(holes > 0 && holes <= TRADE_HOLES_MAX);
				CHECK_INT(holes, holes_of(s->response));
				CHECK_INT(lines_of(translation_find(t, s->triggers)), lines_of(s->triggers));
			}
}

static void holes_are_filled_in_their_order(void)
{
	struct pool *pool = pool_new();
	const struct str said[] = { STR("tea"), STR("[x]") };
	CHECK_STR(trade_fill(pool, STR("[what] for [how much]. [more]"), said, 2), "tea for [x]. more");
	CHECK_STR(trade_fill(pool, STR("nothing"), said, 2), "nothing");
	CHECK_STR(trade_fill(pool, STR("an [open one"), said, 2), "an tea");
	pool_free(pool);
}

CU_TestInfo domain_settings_tests[] = {
	{ "templates of skills have the same holes in every language",
		templates_have_the_same_holes_in_every_language },
	{ "holes of a template are filled in their order", holes_are_filled_in_their_order },
	{ "nothing chosen is all defaults", nothing_chosen_is_all_defaults },
	{ "what is chosen is read, nonsense is not", what_is_chosen_is_read_and_nonsense_is_not },
	{ "what is typed is checked", what_is_typed_is_checked },
	{ "a text has its length", a_text_has_its_length },
	CU_TEST_INFO_NULL,
};
