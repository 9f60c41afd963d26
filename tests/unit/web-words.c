/*
 * web-words.c - tests of sentences from below the desk: found in the catalogues whatever made them, and none forgotten.
 */
#include "check.h"
#include "web.h"

#include "channel/telegram/telegram-errors.h"
#include "channel/whatsapp/whatsapp-errors.h"
#include "desk/format/stored-words.h"

static const char *const languages[] = { "tr", "es" };

static struct str in_turkish(struct pool *pool, const char *words)
{
	return stored_words(pool, translation_of("tr"), str_of(words));
}

static void sentences_are_found(void)
{
	static const struct {
		const char *stored, *turkish;
	} rows[] = {
		{ "a hot lead", "çok ilgili bir potansiyel müşteri" },
		{ "Too many calls.", "Çok fazla çağrı." },
		{ "Too many calls. Nothing: it is tried again by itself.",
			"Çok fazla çağrı. Bir şey yapmayın: kendiliğinden yeniden denenir." },
		{ "Too many calls. Something nobody knows.", "Çok fazla çağrı. Something nobody knows." },
		{ "Too many calls. (HTTP 400, code 4: words of Meta (odd))",
			"Çok fazla çağrı. (HTTP 400, code 4: words of Meta (odd))" },
		{ "7 minutes ago: the address does not answer (Connection timed out)",
			"7 dakika önce: adres yanıt vermiyor (Connection timed out)" },
		{ "skill twelve has the same title", "skill twelve has the same title" },
		{ "what nobody has ever said", "what nobody has ever said" },
		{ "Save (Close)", "Save (Close)" },
		{ "", "" },
	};
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(in_turkish(pool, rows[i].stored), rows[i].turkish);
	CU_ASSERT_PTR_NULL(in_turkish(pool, NULL).p);
	CHECK_STR(stored_words(pool, NULL, STR("Too many calls.")), "Too many calls.");
	for (size_t i = 0; i < COUNT(languages); i++)
		CHECK_STR(str_of(translation_find(translation_of(languages[i]), "")), "");
	pool_free(pool);
}

/* Nobody has to wait because somebody wrote what formats look like. */
static void hostile_sentences_end(void)
{
	struct pool *pool = pool_new();
	struct buf b;
	buf_init(&b, 1 << 16);
	while (b.len < 1950)
		buf_add_str(&b, STR(" minutes ago: 1 is too long: 1 bytes, at most ("));
	struct str kept = stored_words(pool, translation_of("tr"), buf_str(&b));
	CU_ASSERT_TRUE(str_equal(kept, buf_str(&b)));
	buf_fini(&b);
	pool_free(pool);
}

static void sentences_begin_with_a_capital(void)
{
	struct pool *pool = pool_new();
	struct locale tr = { .language = "tr", .translation = translation_of("tr") }, en = { .language = "en" };
	CHECK_STR(stored_sentence(pool, &tr, STR("there is no text")), "Metin yok");
	CHECK_STR(locale_sentence(pool, &tr, STR("iki")), "İki");
	CHECK_STR(locale_sentence(pool, &en, STR("iki")), "Iki");
	CHECK_STR(locale_sentence(pool, &tr, STR("şu")), "Şu");
	CHECK_STR(locale_sentence(pool, &en, STR("@bot")), "@bot");
	CHECK_STR(locale_sentence(pool, &en, STR("")), "");
	CHECK_STR(locale_decimal(pool, &en, 0.544, 2), "0.54");
	CHECK_STR(locale_decimal(pool, &tr, 1234.5, 1), "1.234,5");
	CHECK_STR(locale_decimal(pool, &tr, -0.05, 1), "-0,1");
	CHECK_STR(locale_decimal(pool, &en, 0.999, 2), "1.00");
	pool_free(pool);
}

static void check_rule(struct pool *pool, const struct send_rule *rule)
{
	for (size_t i = 0; i < COUNT(languages); i++) {
		const struct translation *t = translation_of(languages[i]);
		CHECK_ROW(!str_equal(stored_words(pool, t, str_of(rule->words)), str_of(rule->words)), rule->words);
		CHECK_ROW(!str_equal(stored_words(pool, t, str_of(rule->next)), str_of(rule->next)), rule->next);
	}
}

static void every_error_of_a_platform_is_translated(void)
{
	struct pool *pool = pool_new();
	for (const struct send_rule *rule = whatsapp_errors; rule->first >= 0; rule++)
		check_rule(pool, rule);
	const struct telegram_error *e = telegram_errors;
	do
		check_rule(pool, &e->rule);
	while ((e++)->rule.first >= 0);
	pool_free(pool);
}

CU_TestInfo web_stored_words_tests[] = {
	{ "sentences are found", sentences_are_found },
	{ "hostile sentences end", hostile_sentences_end },
	{ "sentences begin with a capital", sentences_begin_with_a_capital },
	{ "every error of a platform is translated", every_error_of_a_platform_is_translated },
	CU_TEST_INFO_NULL,
};
