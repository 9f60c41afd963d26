/*
 * domain-search.c - tests of the words by which conversations are found: of a text, and of what somebody typed.
 */
#include "domain.h"

#include "check.h"

#include "core/buf.h"
#include "domain/contact/search.h"

#define MOST 5
#define ZH "жжжжжжжжжж"

static struct str joined(struct pool *pool, const struct str *words, int n)
{
	struct buf b;
	buf_init(&b, 1 << 16);
	for (int i = 0; i < n; i++) {
		buf_add_cstr(&b, i ? "|" : "");
		buf_add_str(&b, words[i]);
	}
	return pool_take(pool, &b);
}

static void a_text_has_each_word_once(void)
{
	static const struct {
		const char *text, *words;
	} table[] = { { "", "" }, { "?!", "" }, { "Ödeme yaptım, ÖDEME!", "odeme|yaptim" },
		{ "order 4711 for a@b.com", "order|4711|for|a|b" }, { "+49 (170) 1234567", "49|170|1234567" },
		{ "a b c d e f g", "a|b|c|d|e" },
		{ "0123456789012345678901234567890123456789x 0123456789012345678901234567890123456789y",
			"0123456789012345678901234567890123456789" },
		{ ZH ZH ZH ZH "жж", ZH ZH ZH ZH }, { "x\xFFy", "x|y" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		struct str words[MOST];
		int n = search_words(pool, str_of(table[i].text), words, MOST);
		CHECK_STR(joined(pool, words, n), table[i].words);
		pool_free(pool);
	}
}

static void a_number_is_one_word_however_it_is_typed(void)
{
	static const struct {
		const char *typed, *words;
	} table[] = { { "+49 (170) 123-45.67/8", "4917012345678" }, { "0532 123 45 67", "5321234567" },
		{ "49170", "49170" }, { "12 34", "12|34" }, { "49170 anna", "49170|anna" }, { "Anna Be", "anna|be" },
		{ " + ", "" }, { "", "" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		struct str words[MOST];
		int n = search_typed_words(pool, str_of(table[i].typed), words, MOST);
		CHECK_STR(joined(pool, words, n), table[i].words);
		CHECK_INT(search_typed_words(pool, STR_NONE, words, MOST), 0);
		pool_free(pool);
	}
}

CU_TestInfo domain_search_tests[] = {
	{ "a text has each word once", a_text_has_each_word_once },
	{ "a number is one word however it is typed", a_number_is_one_word_however_it_is_typed },
	CU_TEST_INFO_NULL,
};
