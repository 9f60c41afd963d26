/*
 * domain-text.c - tests of people's text: folding, words, and cutting into parts. The random texts come from a fixed
 * seed.
 */
#include "domain.h"

#include "check.h"

#include "core/buf.h"
#include "domain/text.h"

#include <utf8proc.h>

#define ZWJ "\xE2\x80\x8D"
#define SKIN "\xF0\x9F\x8F\xBD"
#define WOMAN "\xF0\x9F\x91\xA9"
#define LAPTOP "\xF0\x9F\x92\xBB"

/* ---- fold ---- */

static void check_fold(const char *text, const char *folded)
{
	struct pool *pool = pool_new();
	CHECK_STR(text_fold(pool, str_of(text)), folded);
	pool_free(pool);
}

static void spellings_of_one_word_fold_alike(void)
{
	static const struct {
		const char *text, *folded;
	} table[] = { { "", "" }, { "   ", "" }, { "?!...", "" }, { "Hello, World!", "hello world" },
		{ "  a \t\n b  ", "a b" }, { "e-mail", "e mail" }, { "İSTANBUL", "istanbul" },
		{ "ISTANBUL", "istanbul" }, { "istanbul", "istanbul" }, { "ıstanbul", "istanbul" },
		{ "I\xCC\x87stanbul", "istanbul" }, { "ÇĞÖŞÜ çğöşü", "cgosu cgosu" },
		{ "Straße STRASSE", "strasse strasse" }, { "Éè ñ Å", "ee n a" }, { "e\xCC\x81", "e" },
		{ "مَرْحَبًا", "مرحبا" }, { "مـــرحبا", "مرحبا" }, { "ＡＢＣ１２３", "abc123" }, { "ﬁne", "fine" },
		{ "①", "1" }, { "½", "1 2" }, { "𝐀𝒷", "ab" }, { "ΌΔΟΣ", "οδοσ" }, { "ПРИВЕТ", "привет" },
		{ "你好，世界", "你好 世界" }, { "ไทย", "ไทย" }, { "👍", "👍" }, { "👍 ok", "👍 ok" }, { "👍" SKIN, "👍" },
		{ WOMAN ZWJ LAPTOP, WOMAN LAPTOP }, { "a" ZWJ "b", "ab" },
		{ "a\xE2\x80\x8B"
		  "b",
			"ab" },
		{ "a\xC2\xA0"
		  "b",
			"a b" },
		{ "don\xE2\x80\x99t", "don t" }, { "\xEF\xBB\xBFhi", "hi" },
		{ "\xC2\xADso\xC2\xAD"
		  "ft",
			"soft" },
		{ "a\xFF"
		  "b",
			"a b" },
		{ "\xC3", "" }, { "x\xED\xA0\x80y", "x y" }, { "\xF0\x9F\x91", "" }, { "5 €", "5" }, { "C++", "c" } };
	for (size_t i = 0; i < COUNT(table); i++)
		check_fold(table[i].text, table[i].folded);
}

static struct str repeated(struct pool *pool, const char *piece, int times)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	for (int i = 0; i < times; i++)
		buf_add_cstr(&b, piece);
	return pool_take(pool, &b);
}

/* The characters that grow most, from U+FDFA (3 bytes, 33 folded) on, and what real texts grow by. */
static void a_folded_text_has_its_bound(void)
{
	static const struct {
		const char *text;
		bool whole;
	} table[] = { { "\xEF\xB7\xBA", false }, { "\xEF\xB7\xBB", false }, { "\xEF\xB7\xBA ", false },
		{ "\xED\x95\x9C", true }, { "\xED\x95\x9C\xEA\xB8\x80 ", true }, { "\xEF\xAC\x83", true },
		{ "\xC2\xBD", true }, { "\xE3\x8E\xAF", true }, { "\xF0\x9D\x90\x80", true }, { "\xC3\xA9", true },
		{ "a", true }, { "\xCC\x81", true } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pool *pool = pool_new();
		struct str one = text_fold(pool, str_of(table[i].text)), text = repeated(pool, table[i].text, 50000);
		struct str folded = text_fold(pool, text);
		CHECK_ROW(folded.n <= TEXT_FOLDED_MAX(text.n) && str_is_utf8(folded), table[i].text);
		CHECK_ROW(!table[i].whole || folded.n >= 50000 * one.n, table[i].text);
		CHECK_ROW(str_equal(str_trim(folded), folded), table[i].text);
		CHECK_ROW(pool_bytes(pool) < (TEXT_FOLD_GROWTH + 1) * text.n + 100000, table[i].text);
		CHECK_ROW(one.n > 0 || table[i].text[0] == '\xCC', table[i].text);
		pool_free(pool);
	}
}

static void folding_ends_and_keeps_all(void)
{
	struct pool *pool = pool_new();
	struct buf b;
	struct str once, words[4];
	CHECK_INT(text_fold(pool, STR_NONE).n, 0);
	CHECK_STR(text_fold(pool, ((struct str){ "a\0b", 3 })), "a b");
	/* The longest expansion there is, often: cut in whole characters. */
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 1000; i++)
		buf_add_cstr(&b, "\xEF\xB7\xBA");
	once = text_fold(pool, buf_str(&b));
	CU_ASSERT_TRUE(once.n > TEXT_FOLD_GROWTH * 3000 - 33 && once.n <= TEXT_FOLDED_MAX(3000));
	CU_ASSERT_TRUE(str_equal(text_fold(pool, once), once));
	buf_fini(&b);
	CHECK_INT(text_words(STR(""), words, 4), 0);
	CHECK_INT(text_words(STR_NONE, words, 4), 0);
	CHECK_INT(text_words(STR("one two three"), words, 4), 3);
	CHECK_STR(words[2], "three");
	CHECK_INT(text_words(STR("a b c d e f"), words, 4), 4);
	CHECK_STR(words[3], "d");
	pool_free(pool);
}

static void length_is_counted_in_utf16_units(void)
{
	CHECK_INT(text_utf16_length(STR("")), 0);
	CHECK_INT(text_utf16_length(STR("abc")), 3);
	CHECK_INT(text_utf16_length(STR("ş€")), 2);
	CHECK_INT(text_utf16_length(STR("👍")), 2);
	CHECK_INT(text_utf16_length(STR(WOMAN ZWJ LAPTOP)), 5);
	CHECK_INT(text_utf16_length(STR("a\xFF")), 2);
}

/* ---- random texts ---- */

static uint32_t seed;

static uint32_t next_random(uint32_t below)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % below;
}

static struct str random_text(struct pool *pool, size_t pieces)
{
	static const char *const choice[] = { "a", "b", "word", " ", " ", "  ", "\n", "\n\n", "\r\n", "\r\n\r\n", ". ",
		"! ", "? ", "é", "e\xCC\x81", "ş", "你", "👍", "👍" SKIN, WOMAN ZWJ LAPTOP,
		"\xF0\x9F\x87\xB9\xF0\x9F\x87\xB7", "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", "مَ", "שלום", "\xC2\xA0", "क्षि",
		"각", "\xFF", "\t", "1\xEF\xB8\x8F\xE2\x83\xA3", "averyveryveryverylongwordwithoutanyplacetocutit" };
	struct buf b;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < pieces; i++)
		buf_add_cstr(&b, choice[next_random(COUNT(choice))]);
	return pool_take(pool, &b);
}

static struct str without_space(struct pool *pool, struct str s)
{
	char *out = pool_alloc(pool, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr(" \t\r\n\v\f", s.p[i]) || !s.p[i])
			out[n++] = s.p[i];
	return (struct str){ out, n };
}

static void folding_is_stable_on_random_texts(void)
{
	seed = 1;
	for (int i = 0; i < 3000; i++) {
		struct pool *pool = pool_new();
		struct str text = random_text(pool, next_random(20)), once = text_fold(pool, text);
		CU_ASSERT_TRUE(str_is_utf8(once) && str_equal(text_fold(pool, once), once));
		CU_ASSERT_TRUE(!once.n || (once.p[0] != ' ' && once.p[once.n - 1] != ' ' && !strstr(once.p, "  ")));
		pool_free(pool);
	}
}

CU_TestInfo domain_fold_tests[] = {
	{ "spellings of one word fold alike", spellings_of_one_word_fold_alike },
	{ "a folded text has its bound", a_folded_text_has_its_bound },
	{ "folding ends and keeps all", folding_ends_and_keeps_all },
	{ "folding is stable on random texts", folding_is_stable_on_random_texts },
	{ "length is counted in UTF-16 units", length_is_counted_in_utf16_units },
	CU_TEST_INFO_NULL,
};

/* ---- split ---- */

/* Where characters as people see them end, by a walk over the whole text. */
static bool *boundaries_of(struct pool *pool, struct str text)
{
	bool *is_boundary = pool_new_array(pool, text.n + 1, bool);
	utf8proc_int32_t previous = 0, state = 0;
	for (size_t pos = 0; pos < text.n;) {
		uint32_t c = 0;
		size_t n = str_utf8_next((struct str){ text.p + pos, text.n - pos }, &c);
		is_boundary[pos] = pos == 0 || utf8proc_grapheme_break_stateful(previous, (utf8proc_int32_t)c, &state);
		previous = (utf8proc_int32_t)c;
		pos += n ? n : 1;
	}
	is_boundary[text.n] = true;
	return is_boundary;
}

/* Nothing is lost, nothing is too long, nothing is torn, no part is empty. */
static void check_split(struct str text, size_t max_units)
{
	struct pool *pool = pool_new();
	struct text_parts parts = text_split(pool, text, max_units);
	const bool *is_boundary = boundaries_of(pool, text);
	struct buf joined;
	bool passed = true;
	buf_init(&joined, text.n + 1);
	for (int i = 0; i < parts.n; i++) {
		struct str part = parts.parts[i];
		passed = passed && part.n > 0 && str_equal(str_trim(part), part) && text_utf16_length(part) <= max_units
			 && is_boundary[part.p - text.p] && is_boundary[part.p - text.p + (ptrdiff_t)part.n];
		buf_add_str(&joined, part);
	}
	passed = passed && str_equal(without_space(pool, buf_str(&joined)), without_space(pool, text));
	CHECK_ROW(passed,
		passed ? ""
		       : pool_printf(pool, "%zu units: %.*s", max_units, (int)(text.n < 200 ? text.n : 200), text.p).p);
	buf_fini(&joined);
	pool_free(pool);
}

static void what_fits_is_not_cut(void)
{
	struct pool *pool = pool_new();
	struct text_parts parts = text_split(pool, repeated(pool, "x", 4096), 4096);
	CHECK_INT(parts.n, 1);
	CHECK_INT(text_split(pool, repeated(pool, "x", 4097), 4096).n, 2);
	CHECK_INT(text_split(pool, repeated(pool, "👍", 2048), 4096).n, 1);
	CHECK_INT(text_split(pool, STR(""), 4096).n, 0);
	CHECK_INT(text_split(pool, STR_NONE, 4096).n, 0);
	CHECK_INT(text_split(pool, STR(" \r\n\t "), 4096).n, 0);
	parts = text_split(pool, STR("  kept \n whole  "), 4096);
	CHECK_INT(parts.n, 1);
	CHECK_STR(parts.parts[0], "kept \n whole");
	pool_free(pool);
}

static void a_character_is_never_torn(void)
{
	static const char *const pieces[] = { "👍", "👍" SKIN, WOMAN ZWJ LAPTOP, "\xF0\x9F\x87\xB9\xF0\x9F\x87\xB7",
		"e\xCC\x81", "a\xCC\x81\xCC\x82", "مَ", "क्षि", "각", "1\xEF\xB8\x8F\xE2\x83\xA3", "\r\n", "x" };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(pieces); i++)
		for (int shift = 0; shift < 5; shift++) {
			struct str text = pool_printf(
				pool, "%s%s", repeated(pool, "z", shift).p, repeated(pool, pieces[i], 3000).p);
			check_split(text, 4096);
			check_split(text, 50);
		}
	pool_free(pool);
}

static void the_best_place_is_chosen(void)
{
	static const struct {
		const char *text, *first, *second;
	} table[] = { { "para one.\n\npara two is long", "para one.", "para two is long" },
		{ "para one.\r\n\r\npara two\r\nlong", "para one.", "para two\r\nlong" },
		{ "line one is ok\nline two is ok", "line one is ok", "line two is ok" },
		{ "First sentence. Second one is", "First sentence.", "Second one is" },
		{ "some words and other words", "some words and", "other words" },
		{ "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst", "uvwxyz" },
		{ "שלום עולם מה שלומך היום חבר", "שלום עולם מה שלומך", "היום חבר" } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct text_parts parts = text_split(pool, str_of(table[i].text), 20);
		CHECK_INT(parts.n, 2);
		CHECK_STR(parts.parts[0], table[i].first);
		CHECK_STR(parts.parts[parts.n - 1], table[i].second);
	}
	pool_free(pool);
}

/* A character that has no room at all is cut, because a message must go on; and it ends. */
static void what_cannot_fit_still_ends(void)
{
	struct pool *pool = pool_new();
	CHECK_INT(text_split(pool, STR("👍👍"), 1).n, 2);
	CU_ASSERT_TRUE(text_split(pool, repeated(pool, "\xCC\x81", 10000), 4096).n >= 2);
	CU_ASSERT_TRUE(text_split(pool, pool_printf(pool, "a%s", repeated(pool, ZWJ, 9000).p), 4096).n >= 2);
	pool_free(pool);
}

static void random_texts_are_split_without_loss(void)
{
	seed = 2;
	for (int i = 0; i < 2000; i++) {
		struct pool *pool = pool_new();
		check_split(random_text(pool, next_random(120)), 20 + next_random(60));
		pool_free(pool);
	}
	for (int i = 0; i < 20; i++) {
		struct pool *pool = pool_new();
		check_split(random_text(pool, 9000), 4096);
		pool_free(pool);
	}
}

CU_TestInfo domain_split_tests[] = {
	{ "what fits is not cut", what_fits_is_not_cut },
	{ "a character is never torn", a_character_is_never_torn },
	{ "the best place is chosen", the_best_place_is_chosen },
	{ "what cannot fit still ends", what_cannot_fit_still_ends },
	{ "random texts are split without loss", random_texts_are_split_without_loss },
	CU_TEST_INFO_NULL,
};
