/*
 * channel-facts.c - whatever the gathered facts name has a reader: types of messages, webhook fields, kinds of updates.
 *
 * The facts are pages of Markdown that are not part of the sources; a row that is added to one of their tables fails
 * here until it is read. Without them the test says that it was skipped.
 */
#include "channel.h"

#include "check.h"

#include "channel/channel.h"
#include "channel/telegram/telegram.h"
#include "channel/whatsapp/whatsapp.h"

static const struct str words_of_rows = { "abcdefghijklmnopqrstuvwxyz_", 27 };

static bool is_word(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr(words_of_rows.p, s.p[i], words_of_rows.n))
			return false;
	return s.n > 1;
}

/* The text between two headings; absent when the first is not there. */
static struct str section(struct str page, const char *from, const char *until)
{
	struct str rest = page, line;
	const char *begin = NULL;
	while (rest.n) {
		const char *at = rest.p;
		line = str_take_until(&rest, '\n');
		if (!begin && str_has_prefix(line, str_of(from)))
			begin = rest.p;
		else if (begin && str_has_prefix(line, str_of(until)))
			return (struct str){ begin, (size_t)(at - begin) };
	}
	return begin ? (struct str){ begin, (size_t)(page.p + page.n - begin) } : STR_NONE;
}

/* What the first cell of a row names: "audio (voice:true), voice(old)" is audio and voice, "interactive / x" both. */
static int each_named(struct str cell, void (*each)(void *arg, struct str word), void *arg)
{
	int n = 0, depth = 0;
	size_t from = 0;
	for (size_t i = 0; i <= cell.n; i++) {
		char c = i < cell.n ? cell.p[i] : ',';
		bool ends = c == ',' || c == '/' || c == '(' || c == ' ' || c == '|';
		if (ends && depth == 0) {
			struct str word = str_trim((struct str){ cell.p + from, i - from });
			if (is_word(word)) {
				each(arg, word);
				n++;
			}
		}
		depth += c == '(';
		depth -= c == ')';
		if (ends || c == ')')
			from = i + 1;
	}
	return n;
}

static int each_row(struct str table, void (*each)(void *arg, struct str word), void *arg)
{
	int n = 0;
	while (table.n) {
		struct str line = str_take_until(&table, '\n'), cell;
		if (!str_has_prefix(line, STR("| ")) || str_has_prefix(line, STR("| type |"))
			|| str_has_prefix(line, STR("| field |")))
			continue;
		line = (struct str){ line.p + 2, line.n - 2 };
		cell = str_take_until(&line, '|');
		bool replies = str_has_prefix(cell, STR("interactive"));
		*(bool *)arg = replies;
		n += each_named(cell, each, arg);
	}
	return n;
}

static void check_type(void *arg, struct str word)
{
	static const char *const elsewhere[] = { "context", "referral", "interactive" }; /* no types */
	bool of_reply = *(bool *)arg;
	struct pool *pool = pool_new();
	bool skip = false;
	for (size_t i = 0; i < COUNT(elsewhere); i++)
		skip = skip || str_equal(word, str_of(elsewhere[i]));
	CHECK_ROW(skip
			  || (of_reply ? whatsapp_content_is_known(STR("interactive"), word)
				       : whatsapp_content_is_known(word, STR_NONE)),
		pool_printf(pool, "the type %.*s of WhatsApp has a reader", (int)word.n, word.p).p);
	pool_free(pool);
}

static void check_field(void *arg, struct str word)
{
	struct pool *pool = pool_new();
	(void)arg;
	CHECK_ROW(whatsapp_field_words(word) != NULL,
		pool_printf(pool, "the webhook field %.*s is explained", (int)word.n, word.p).p);
	pool_free(pool);
}

static void check_update(void *arg, struct str word)
{
	struct pool *pool = pool_new();
	(void)arg;
	CHECK_ROW(telegram_kind_words(word) || str_equal(word, STR("update_id")),
		pool_printf(pool, "the update kind %.*s is explained", (int)word.n, word.p).p);
	pool_free(pool);
}

static int facts_read;

static void each_page(const char *name, struct str page)
{
	bool of_reply = false;
	if (strncmp(name, "platforms", 9) != 0)
		return;
	facts_read++;
	struct str types = section(page, "### Message types", "### "), shapes = section(page, "### 3.1 ", "### "),
		   fields = section(page, "## 2. Webhook fields", "### "), line = page;
	if (types.p)
		CU_ASSERT_TRUE(each_row(types, check_type, &of_reply) >= 20);
	if (shapes.p)
		CU_ASSERT_TRUE(each_row(shapes, check_type, &of_reply) >= 15);
	if (fields.p)
		CU_ASSERT_TRUE(each_row(fields, check_field, &of_reply) >= 30);
	while (line.n) {
		struct str one = str_take_until(&line, '\n');
		if (!str_has_prefix(one, STR("- Update: update_id + at most one of ")))
			continue;
		one = (struct str){ one.p + 37, one.n - 37 };
		CU_ASSERT_TRUE(each_named(str_take_until(&one, 'U'), check_update, &of_reply) >= 24);
	}
}

static void what_the_facts_name_has_a_reader(void)
{
	facts_read = 0;
	test_corpus("..", each_page);
	CU_ASSERT_TRUE(facts_read == 0 || facts_read == 2);
}

CU_TestInfo channel_fact_tests[] = {
	{ "what the facts name has a reader", what_the_facts_name_has_a_reader },
	CU_TEST_INFO_NULL,
};
