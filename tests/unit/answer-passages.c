/*
 * answer-passages.c - sentences, passages, terms and the entries of the index: any script, and hostile sizes.
 */
#include "answer.h"
#include "check.h"

#include "answer/retrieval/knowledge.h"
#include "answer/retrieval/passages.h"
#include "answer/retrieval/postings.h"
#include "answer/retrieval/sentences.h"
#include "answer/terms/terms.h"
#include "core/buf.h"

/* The sentences with bars between them. */
static struct str barred(struct pool *pool, const char *text)
{
	struct buf out;
	struct str rest = str_of(text);
	buf_init(&out, 1 << 16);
	for (struct str s = sentence_next(&rest); s.n; s = sentence_next(&rest)) {
		buf_add_cstr(&out, out.len ? "|" : "");
		buf_add_str(&out, s);
	}
	return pool_take(pool, &out);
}

static void where_sentences_end(void)
{
	static const char *const table[][2] = {
		{ "One. Two! Three? Four", "One.|Two!|Three?|Four" },
		{ "It costs 3.50 or 1.000,00. See https://a.example/b.html?c=d. Bye.",
			"It costs 3.50 or 1.000,00.|See https://a.example/b.html?c=d.|Bye." },
		{ "Ask Dr. Miller or J. R. Smith. He knows.", "Ask Dr. Miller or J. R. Smith.|He knows." },
		{ "Open at 5 p.m. on Sundays. Closed else.", "Open at 5 p.m. on Sundays.|Closed else." },
		{ "Room no. 5 is here. Is it? No. Yes.", "Room no. 5 is here.|Is it?|No.|Yes." },
		{ "2. Open the lid. Wait.", "2. Open the lid.|Wait." },
		{ "She said \"Go!\" Then (really.) we went...", "She said \"Go!\"|Then (really.) we went..." },
		{ "a line\nanother line", "a line|another line" },
		{ "¿Qué hora es? ¡Las dos!", "¿Qué hora es?|¡Las dos!" },
		{ "ما هو السعر؟ السعر ١٠ ريال.", "ما هو السعر؟|السعر ١٠ ريال." },
		{ "営業時間は？九時から。日曜は休み。", "営業時間は？|九時から。|日曜は休み。" },
		{ "यह पहला है। यह दूसरा है।", "यह पहला है।|यह दूसरा है।" },
		{ "", "" },
		{ " \n ", "" },
		{ "...", "..." },
		{ "\xff\xfe. A.", "\xff\xfe.|A." },
	};
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++)
		CHECK_STR(barred(pool, table[i][0]), table[i][1]);
	pool_free(pool);
}

static void how_many_words(void)
{
	CHECK_INT(sentence_words(STR("")), 0);
	CHECK_INT(sentence_words(STR("three small words")), 3);
	CHECK_INT(sentence_words(str_of("営業時間は何時ですか")), 5);
	CHECK_INT(sentence_words(str_of("เปิดกี่โมง")), 2);
	CHECK_STR(sentence_first_words(STR("three small words"), 2), "three small ");
	CHECK_STR(sentence_first_words(str_of("営業時間は"), 1), "営業");
}

static struct str words(struct pool *pool, int n, const char *word)
{
	struct buf out;
	buf_init(&out, 1 << 24);
	for (int i = 0; i < n; i++)
		buf_addf(&out, "%s%s", i ? " " : "", word);
	return pool_take(pool, &out);
}

/* Prose of numbered sentences, ten words each. */
static struct str prose(struct pool *pool, int sentences, const char *gap)
{
	struct buf out;
	buf_init(&out, 1 << 24);
	for (int i = 0; i < sentences; i++)
		buf_addf(&out, "%sNumber n%d has words that are here to be counted.", i ? gap : "", i);
	return pool_take(pool, &out);
}

static void of_some_hundred_words(void)
{
	struct pool *pool = pool_new();
	const char *const gaps[] = { " ", "\n\n", "\n- " };
	for (size_t g = 0; g < COUNT(gaps); g++) {
		struct passages p = passages_of(pool, prose(pool, 100, gaps[g]));
		CHECK_ROW(p.n >= 9 && p.n <= 14, gaps[g]);
		for (int i = 0; i < p.n; i++) {
			int n = sentence_words(p.all[i].text);
			CHECK_ROW((n >= 80 || i == p.n - 1) && n <= 150, gaps[g]);
		}
		for (int i = 0; i < 100; i++) { /* every sentence is there, whole */
			const char *one = pool_printf(pool, "n%d has words that are here to be counted.", i).p;
			bool found = false;
			for (int k = 0; k < p.n && !found; k++)
				found = strstr(p.all[k].text.p, one) != NULL;
			CHECK_ROW(found, one);
		}
		for (int i = 1; i < p.n; i++) { /* the last sentence again */
			struct str last = STR_NONE, rest = p.all[i - 1].text;
			for (struct str s = sentence_next(&rest); s.n; s = sentence_next(&rest))
				last = s;
			CHECK_ROW(strstr(p.all[i].text.p, last.p + 2) != NULL || i == p.n - 1, gaps[g]);
		}
	}
	pool_free(pool);
}

static void headings_and_questions(void)
{
	static const char text[] =
		"# Shop\nWelcome to us.\n\n## Delivery\nWe deliver.\n\n### Abroad\nNot yet.\n\n## Returns\n\n"
		"Can I return shoes?\nYes, within 30 days.\n\nWithin the EU only.\n\nWho pays?\nYou do.\n";
	static const char *const want[][2] = { { "Shop", "Welcome to us." }, { "Shop > Delivery", "We deliver." },
		{ "Shop > Delivery > Abroad", "Not yet." },
		{ "Shop > Returns > Can I return shoes?",
			"Can I return shoes?\nYes, within 30 days.\nWithin the EU only." },
		{ "Shop > Returns > Who pays?", "Who pays?\nYou do." } };
	struct pool *pool = pool_new();
	struct passages p = passages_of(pool, str_of(text));
	CHECK_INT(p.n, COUNT(want));
	for (size_t i = 0; i < COUNT(want) && (int)i < p.n; i++) {
		CHECK_STR(p.all[i].heading, want[i][0]);
		CHECK_STR(p.all[i].text, want[i][1]);
	}
	p = passages_of(pool, STR("# Only\n## Headings"));
	CU_ASSERT_TRUE(p.n == 1 && p.all[0].text.n > 0);
	CHECK_INT(passages_of(pool, STR(" \n\n \t")).n, 0);
	CHECK_INT(passages_of(pool, STR_NONE).n, 0);
	pool_free(pool);
}

static void labelled_questions(void)
{
	static const struct {
		const char *text, *heading, *passage;
		int passages;
	} table[] = {
		{ "Q: Do you ship?\nA: Yes.", "Do you ship?", "Do you ship?\nYes.", 1 },
		{ "Q1. Where is it\n\nA1. There.\nBehind A: the hall.", "Where is it",
			"Where is it\nThere.\nBehind A: the hall.", 1 },
		{ "P: ¿Alquilan?\nR: Sí.\nA: la derecha.", "¿Alquilan?", "¿Alquilan?\nSí.\nA: la derecha.", 1 },
		{ "Soru: Ne kadar\nYanıt: On lira.", "Ne kadar", "Ne kadar\nOn lira.", 1 },
		{ "问：多少钱\n答：十元。", "多少钱", "多少钱\n十元。", 1 },
		{ "Q: One\nA: First.\nq: Two\na: Second.", "One", "One\nFirst.", 2 },
		{ "Q: the entrance\nB: the yard", "", "Q: the entrance\nB: the yard", 1 },
		{ "A: entrance\nQ: the yard", "", "A: entrance\nQ: the yard", 1 },
		{ "Q:\nA:", "", "Q:\nA:", 1 },
	};
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct passages p = passages_of(pool, str_of(table[i].text));
		CHECK_INT(p.n, table[i].passages);
		CHECK_STR(p.all[0].heading, table[i].heading);
		CHECK_STR(p.all[0].text, table[i].passage);
	}
	pool_free(pool);
}

static void broken_lines_are_joined(void)
{
	struct pool *pool = pool_new();
	struct passages p = passages_of(pool,
		STR("This sentence was broken by an editor that was asked to\nkeep lines short.\n- item\n- item two"));
	CHECK_INT(p.n, 1);
	CHECK_STR(p.all[0].text,
		"This sentence was broken by an editor that was asked to keep lines short.\n- item\n- item two");
	pool_free(pool);
}

static void hostile_sizes(void)
{
	struct pool *pool = pool_new();
	struct str texts[] = { words(pool, 20000, "word"), words(pool, 200000, "?"), words(pool, 1, "x"),
		words(pool, 20000, "#"), words(pool, 20000, "\n"), words(pool, 5000, "\n# h"),
		words(pool, 5000, "\nq?"), words(pool, 20000, "営業時間"), words(pool, 20000, "\xff") };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct passages p = passages_of(pool, texts[i]);
		for (int k = 0; k < p.n; k++)
			CHECK_ROW(p.all[k].text.n > 0 && sentence_words(p.all[k].text) <= 160,
				pool_printf(pool, "text %zu, passage %d", i, k).p);
	}
	char *run = pool_alloc(pool, 1 << 20);
	memset(run, '?', (1 << 20) - 1); /* marks that end nothing: each must be looked at once */
	run[(1 << 20) - 1] = 'x';
	CU_ASSERT_TRUE(passages_of(pool, (struct str){ run, 1 << 20 }).n > 100);
	memset(run, 'a', 1 << 20);
	struct passages p = passages_of(pool, (struct str){ run, 1 << 20 });
	CU_ASSERT_TRUE(p.n > 100);
	CU_ASSERT_TRUE(terms_of(pool, (struct str){ run, 1 << 20 }, STR("en")).n < 1000);
	pool_free(pool);
}

/* ---- terms ---- */

/* Terms of one kind that two texts have in common. */
static int common(struct pool *pool, const char *a, const char *la, const char *b, const char *lb, int kind)
{
	struct terms x = terms_of(pool, str_of(a), str_of(la)), y = terms_of(pool, str_of(b), str_of(lb));
	int n = 0;
	for (int i = 0; i < x.n; i++)
		for (int k = 0; k < y.n; k++)
			n += x.all[i].hash == y.all[k].hash && term_kind(x.all[i].hash) == kind;
	return n;
}

static void what_terms_meet(void)
{
	struct pool *pool = pool_new();
	CHECK_INT(common(pool, "running dogs", "en", "Dog, RUN!", "en-GB", 0), 2);
	CHECK_INT(common(pool, "running", "en", "run", "", 0), 0);
	CHECK_INT(common(pool, "running", "xx", "run", "xx", 0), 0);
	CHECK_INT(common(pool, "dog", "en", "dog", "de", 0), 0);                 /* a stem belongs to its language */
	CU_ASSERT_TRUE(common(pool, "garanti", "tr", "garantía", "es", 1) >= 5); /* pieces do not */
	CHECK_INT(common(pool, "canción", "es", "CANCION", "es", 0), 1);
	CHECK_INT(common(pool, "IŞIK", "tr", "ışık", "tr", 0), 1);
	CU_ASSERT_TRUE(common(pool, "delivery", "en", "delivrey", "en", 1) >= 3);
	CHECK_INT(common(pool, "営業時間", "ja", "時間", "ja", 0), 1);
	CU_ASSERT_TRUE(common(pool, "เปิดกี่โมง", "th", "ร้านเปิด", "th", 1) >= 1);
	CU_ASSERT_TRUE(common(pool, "iPhone手机", "zh", "iphone", "zh", 0) == 1);
	struct terms t = terms_of(pool, STR("a b a"), STR_NONE);
	CHECK_INT(t.length[0], 3);
	CHECK_INT(terms_of(pool, STR("?!"), STR("en")).n, 0);
	CHECK_INT(terms_fingerprint(pool), terms_fingerprint(pool));
	pool_free(pool);
}

/* ---- entries ---- */

static struct str entry(struct pool *pool, int passage, int count, int length)
{
	unsigned char bytes[POSTING_BYTES];
	posting_write(bytes, passage, count, length);
	return pool_str(pool, (struct str){ (const char *)bytes, sizeof(bytes) });
}

static void entries_are_summed(void)
{
	static const double average[TERM_KINDS] = { 100, 500 };
	struct pool *pool = pool_new();
	struct tally *t = tally_new(pool, 3000, average);
	struct tallied best[3];
	tally_add(t, pool, 0, 0, entry(pool, 1023, 1, 100), 1);
	tally_add(t, pool, 0, 2, entry(pool, 2050, 1, 100), 1);
	tally_add(t, pool, 0, 2, entry(pool, 2051, 3, 100), 1);
	tally_add(t, pool, 0, 2, entry(pool, 2052, 1, 300), 1);
	tally_add(t, pool, 0, 99, entry(pool, 5, 1, 100), 1); /* such a block cannot be */
	tally_add(t, pool, 0, -1, entry(pool, 5, 1, 100), 1);
	tally_add(t, pool, 0, 0, STR("\xff\xff"), 1);
	CHECK_INT(tally_best(t, best, 3), 3);
	CU_ASSERT_TRUE(best[0].passage == 2051 && best[1].passage == 1023 && best[2].passage == 2050);
	CU_ASSERT_TRUE(best[0].score > best[1].score && best[1].score == best[2].score && best[0].score < 1);
	CU_ASSERT_DOUBLE_EQUAL(best[1].score, 1 / 2.2, 0.01); /* once, in a passage of average length */
	CHECK_INT(posting_slot((const unsigned char *)entry(pool, 2050, 9999, 1).p), 2);
	CU_ASSERT_TRUE(posting_rarity(100, 1) > posting_rarity(100, 50) && posting_rarity(100, 200) >= 0);
	pool_free(pool);
}

static void entries_are_read(void)
{
	struct buf out;
	buf_init(&out, 100);
	CU_ASSERT_TRUE(postings_decode(&out, STR("\\x0a1bff")) && out.len == 3 && !memcmp(out.data, "\x0a\x1b\xff", 3));
	CU_ASSERT_FALSE(postings_decode(&out, STR("\\x0a1b")));
	CU_ASSERT_FALSE(postings_decode(&out, STR("0a1bff")));
	CU_ASSERT_FALSE(postings_decode(&out, STR("\\x0a1bfg")));
	CU_ASSERT_TRUE(postings_decode(&out, STR("\\x")));
	buf_fini(&out);
}

/* ---- reading ---- */

/* Every term of the question counts the same. */
static struct query_terms *asked_of(struct pool *pool, const char *question)
{
	struct terms t = terms_of(pool, str_of(question), STR("en"));
	struct query_terms *asked = pool_new_of(pool, struct query_terms);
	asked->all = pool_new_array(pool, (size_t)t.n, struct query_term);
	for (int i = 0; i < t.n; i++)
		asked->all[asked->n++] = (struct query_term){ t.all[i].hash, 1.0 / t.n };
	return asked;
}

static void together_in_one_sentence(void)
{
	struct pool *pool = pool_new();
	const struct query_terms *asked = asked_of(pool, "shipping to Norway");
	struct str none = STR(""), en = STR("en");
	double all = term_coverage_read(pool, asked, none, STR("We like SHIPPING to Norway, to Norway."), en).sentence;
	double apart =
		term_coverage_read(pool, asked, none, STR("We like shipping.\nOslo is in Norway. To!"), en).sentence;
	CU_ASSERT_DOUBLE_EQUAL(all, 1, 1e-9);
	CU_ASSERT_TRUE(apart > 0.2 && apart < 0.7);
	struct term_coverage r = term_coverage_read(pool, asked, STR("Shipping"), STR("Free to Norway. Shipping."), en);
	CU_ASSERT_DOUBLE_EQUAL(r.sentence, 1, 1e-9);
	CU_ASSERT_DOUBLE_EQUAL(r.above, term_coverage_of(pool, asked, STR("shipping, Shipping"), en), 1e-9);
	CU_ASSERT_TRUE(r.above > 0.2 && r.above < 0.7);
	r = term_coverage_read(pool, asked, STR("Shipping"), none, en);
	CU_ASSERT_EQUAL(r.sentence, r.above);
	CU_ASSERT_EQUAL(term_coverage_read(pool, NULL, en, en, en).sentence, 0);
	CU_ASSERT_EQUAL(term_coverage_of(pool, asked, STR("Our hours"), en), 0);
	pool_free(pool);
}

/* ---- quotes ---- */

static struct passage_hit hit_of(struct pool *pool, const char *text, const char *question, double score)
{
	return (struct passage_hit){ .title = STR("Title"),
		.language = STR("en"),
		.heading = STR(""),
		.text = str_of(text),
		.score = score,
		.asked = asked_of(pool, question) };
}

static const char long_passage[] =
	"The shop was founded by two sisters in a small town near the sea a long time ago. Parcels are sent every "
	"morning "
	"by the first train of the day to all places. Shipping to Norway takes six days and costs nine euros for each "
	"parcel. Nothing else is known about the sisters but that they liked trains and the sea very much indeed.";

static void sentences_that_answer(void)
{
	struct pool *pool = pool_new();
	struct passage_hit hit = hit_of(pool, long_passage, "how long is shipping to norway", 0.6);
	struct quote q = knowledge_quote(pool, &hit, 1, 0);
	CU_ASSERT_TRUE(q.answers && q.score == 0.6);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(q.text.p, "Shipping to Norway takes six days and costs nine euros for each parcel."));
	CU_ASSERT_TRUE(q.text.n < strlen(long_passage));
	CU_ASSERT_FALSE(knowledge_quote(pool, &hit, 1, 0.7).answers);
	hit.score = 0.01;
	CU_ASSERT_FALSE(knowledge_quote(pool, &hit, 1, 0).answers);
	CU_ASSERT_FALSE(knowledge_quote(pool, NULL, 0, 0).answers);
	hit = hit_of(pool, "Can I return shoes?\nYes, within 30 days.", "return shoes", 0.9);
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text, "Yes, within 30 days.");
	hit = hit_of(pool, "Why?", "why", 0.9);
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text, "Why?");
	pool_free(pool);
}

/* Lines stay lines, rows of a table are whole and have their columns' names, list items are not joined. */
static void lines_and_tables(void)
{
	struct pool *pool = pool_new();
	struct passage_hit hit = hit_of(pool, "Model | Price\nCity | 549 EUR\nTrail | 899 EUR", "trail", 0.6);
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text, "Model | Price\nCity | 549 EUR\nTrail | 899 EUR");
	hit = hit_of(pool,
		"Service with all that belongs to it, in the order of the catalogue | Price with tax | Remarks\n"
		"A flat tyre, in the city and outside of it, on the same day | 15 EUR | Incl. tube. Not on Sundays.\n"
		"Brakes, front and rear together, with new cables where they are worn | 20 EUR | Two days\n"
		"Full service with cleaning, a new chain and a ride by the mechanic | 89 EUR | One week",
		"flat tyre", 0.6);
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text,
		"Service with all that belongs to it, in the order of the catalogue | Price with tax | Remarks\n"
		"A flat tyre, in the city and outside of it, on the same day | 15 EUR | Incl. tube. Not on Sundays.");
	hit = hit_of(pool, "Opening hours\nMonday: 9 to 18. Closed at noon.\n- Not on holidays", "monday", 0.6);
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text,
		"Opening hours\nMonday: 9 to 18. Closed at noon.\n- Not on holidays");
	hit = hit_of(pool, "Where is your workshop\nBehind the station.", "where is the workshop", 0.6);
	hit.heading = STR("Questions > Where is your workshop");
	CHECK_STR(knowledge_quote(pool, &hit, 1, 0).text, "Behind the station.");
	pool_free(pool);
}

static void where_it_is_from(void)
{
	struct pool *pool = pool_new();
	struct quote q = { .text = STR("Six days."), .title = STR("Delivery") };
	CHECK_STR(knowledge_reply(pool, &q), "Six days.\n\n— Delivery");
	q.url = STR("https://shop.example/d");
	CHECK_STR(knowledge_reply(pool, &q), "Six days.\n\n— Delivery\nhttps://shop.example/d");
	pool_free(pool);
}

CU_TestInfo passage_tests[] = {
	{ "where sentences end", where_sentences_end },
	{ "how many words", how_many_words },
	{ "passages of some hundred words, whole sentences, the last one again", of_some_hundred_words },
	{ "headings and questions begin a passage", headings_and_questions },
	{ "questions and answers with labels", labelled_questions },
	{ "broken lines are joined", broken_lines_are_joined },
	{ "hostile sizes", hostile_sizes },
	CU_TEST_INFO_NULL,
};

CU_TestInfo term_tests[] = {
	{ "what terms two texts have in common", what_terms_meet },
	{ "entries are summed", entries_are_summed },
	{ "entries are read", entries_are_read },
	{ "words together in one sentence", together_in_one_sentence },
	CU_TEST_INFO_NULL,
};

CU_TestInfo quote_tests[] = {
	{ "the sentences that answer", sentences_that_answer },
	{ "lines, list items and tables", lines_and_tables },
	{ "where it is from", where_it_is_from },
	CU_TEST_INFO_NULL,
};
