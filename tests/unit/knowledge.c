/*
 * knowledge.c - tests of the knowledge index with a real database: an index that was edited is the same as one made at
 * once; what is found; writers at once; a writer that goes away.
 */
#include "check.h"
#include "db.h"
#include "knowledge.h"
#include "tap.h"

#include "answer/retrieval/knowledge.h"
#include "core/buf.h"

#include <pthread.h>

static struct knowledge_document document_of(const char *title, struct str text, const char *language)
{
	return (struct knowledge_document){
		.title = str_of(title), .source = STR("paste"), .language = str_of(language), .text = text
	};
}

enum knowledge_outcome knowledge_test_put(struct db *db, int64_t org, struct knowledge_document d)
{
	struct pool *pool = pool_new();
	struct knowledge_writer *w;
	struct knowledge_stored stored = { 0 };
	CHECK_INT(db_begin_tenant(db, org), ERR_OK);
	CHECK_INT(knowledge_begin(db, pool, org, &w), ERR_OK);
	CHECK_INT(knowledge_put(w, &d, &stored), ERR_OK);
	CHECK_INT(knowledge_end(w, NULL), ERR_OK);
	CHECK_INT(db_commit(db), ERR_OK);
	pool_free(pool);
	return stored.outcome;
}

/* One line that is equal for equal indexes: all rows, and the sums. */
static const char *digest_of(int64_t org)
{
	return test_text(
		"SELECT md5(coalesce(string_agg(term || ':' || block || ':' || n || ':' || encode(entries, 'hex'), "
		"',' ORDER BY term, block), '')) || ' ' || (SELECT passages || ' ' || words || ' ' || ngrams FROM "
		"knowledge_indexes WHERE org_id = %lld) FROM passage_terms WHERE org_id = %lld",
		(long long)org, (long long)org)
		.p;
}

static void check_sums(int64_t org)
{
	CHECK_INT(
		test_number(
			"SELECT count(*) FROM knowledge_indexes k WHERE org_id = %lld AND (passages, words, ngrams) = "
			"(SELECT count(*), coalesce(sum(words), 0), coalesce(sum(ngrams), 0) FROM passages p WHERE "
			"p.org_id = k.org_id)",
			(long long)org),
		1);
	CHECK_INT(test_number("SELECT count(*) FROM passage_terms WHERE org_id = %lld AND (n * 3 <> length(entries) OR "
			      "n = 0)",
			  (long long)org),
		0);
}

static void rebuild(int64_t org)
{
	struct pool *pool = pool_new();
	struct knowledge_writer *w;
	CHECK_INT(db_begin_tenant(test_db, org), ERR_OK);
	CHECK_INT(knowledge_begin(test_db, pool, org, &w), ERR_OK);
	CHECK_INT(knowledge_rebuild(w), ERR_OK);
	CHECK_INT(knowledge_end(w, NULL), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	pool_free(pool);
}

static struct str text_number(int n)
{
	static const char *const things[] = { "a bicycle", "the garden", "our bakery", "two lamps", "a window",
		"the river" };
	struct buf b;
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 3 + n % 40; i++)
		buf_addf(&b, "Sentence %d of %d tells about %s and number %d. ", i, n, things[(n + i) % 6],
			n * 31 + i % 7);
	return pool_take(test_pool, &b);
}

/* Many edits of every kind, in an order that does not repeat itself soon. */
static void edited_or_made_at_once(void)
{
	struct tenant t = test_tenant();
	static const char *const languages[] = { "en", "es", "", "tr" };
	for (int i = 0; i < 150; i++) {
		const char *title = pool_printf(test_pool, i % 2 ? "Title %d" : "TITLE %d", i * 7 % 40).p;
		knowledge_test_put(test_db, t.org, document_of(title, text_number(i * 13 % 50), languages[i % 4]));
		if (i % 11 == 10) {
			struct pool *pool = pool_new();
			struct knowledge_writer *w;
			int64_t id = test_number("SELECT min(id) FROM documents WHERE org_id = %lld", (long long)t.org);
			CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
			CHECK_INT(knowledge_begin(test_db, pool, t.org, &w), ERR_OK);
			CHECK_INT(knowledge_delete(w, id), ERR_OK);
			CHECK_INT(knowledge_delete(w, id), ERR_NOT_FOUND);
			CHECK_INT(knowledge_end(w, NULL), ERR_OK);
			CHECK_INT(db_commit(test_db), ERR_OK);
			pool_free(pool);
		}
	}
	check_sums(t.org);
	const char *edited = digest_of(t.org);
	rebuild(t.org);
	CHECK_STR(str_of(digest_of(t.org)), edited);
	CU_ASSERT_TRUE(
		test_number("SELECT next_passage FROM knowledge_indexes WHERE org_id = %lld", (long long)t.org) > 0);
}

static void the_same_is_unchanged(void)
{
	struct tenant t = test_tenant();
	CHECK_INT(knowledge_test_put(test_db, t.org, document_of("One", STR("Some text."), "en")), KNOWLEDGE_ADDED);
	const char *before = digest_of(t.org);
	CHECK_INT(knowledge_test_put(test_db, t.org, document_of("One", STR("Some text."), "en")), KNOWLEDGE_UNCHANGED);
	CHECK_STR(str_of(digest_of(t.org)), before);
	CHECK_INT(knowledge_test_put(test_db, t.org, document_of("ONE", STR("Some text."), "en")), KNOWLEDGE_REPLACED);
	CHECK_INT(knowledge_test_put(test_db, t.org, document_of("ONE", STR("Some text."), "de")), KNOWLEDGE_REPLACED);
	CHECK_INT(test_number("SELECT count(*) FROM documents WHERE org_id = %lld", (long long)t.org), 1);
	check_sums(t.org);
	struct knowledge_document failed = document_of("Broken", STR(""), "en");
	failed.failure = STR("{\"code\":\"pdf_password\"}");
	CHECK_INT(knowledge_test_put(test_db, t.org, failed), KNOWLEDGE_ADDED);
	CHECK_INT(test_number("SELECT count(*) FROM documents WHERE org_id = %lld AND state = 'failed' AND reason IS "
			      "NOT NULL",
			  (long long)t.org),
		1);
}

/* The same title twice before anything of it is written. */
static void replaced_in_one_batch(void)
{
	struct tenant t = test_tenant();
	struct pool *pool = pool_new();
	struct knowledge_writer *w;
	struct knowledge_stored stored;
	CHECK_INT(db_begin_tenant(test_db, t.org), ERR_OK);
	CHECK_INT(knowledge_begin(test_db, pool, t.org, &w), ERR_OK);
	for (int i = 0; i < 5; i++) {
		struct knowledge_document d = document_of("Same", text_number(i), "en");
		CHECK_INT(knowledge_put(w, &d, &stored), ERR_OK);
	}
	CHECK_INT(knowledge_end(w, NULL), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	check_sums(t.org);
	const char *edited = digest_of(t.org);
	rebuild(t.org);
	CHECK_STR(str_of(digest_of(t.org)), edited);
	pool_free(pool);
}

static void other_terms_make_it_anew(void)
{
	struct tenant t = test_tenant();
	knowledge_test_put(test_db, t.org, document_of("One", text_number(1), "en"));
	const char *before = digest_of(t.org);
	test_do("UPDATE knowledge_indexes SET fingerprint = 1, words = words WHERE org_id = %lld; UPDATE passage_terms "
		"SET "
		"term = term # 1 WHERE org_id = %lld",
		(long long)t.org, (long long)t.org);
	knowledge_test_put(test_db, t.org, document_of("One", text_number(1), "en"));
	CHECK_STR(str_of(digest_of(t.org)), before);
}

struct writer {
	struct db *db;
	int64_t org;
	int number;
	pthread_t thread;
};

static void *write_some(void *arg)
{
	struct writer *me = arg;
	for (int i = 0; i < 12; i++) {
		char title[40];
		struct pool *pool = pool_new();
		snprintf(title, sizeof(title), "Title %d", (i + me->number) % 7);
		knowledge_test_put(me->db, me->org,
			document_of(title, pool_printf(pool, "Words of %d and of %d.", me->number, i), "en"));
		pool_free(pool);
	}
	return NULL;
}

static void writers_at_once(void)
{
	struct tenant t = test_tenant();
	struct writer writers[4];
	for (int i = 0; i < 4; i++) {
		writers[i] = (struct writer){ .db = db_new(&test_conf, "test-knowledge"), .org = t.org, .number = i };
		pthread_create(&writers[i].thread, NULL, write_some, &writers[i]);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(writers[i].thread, NULL);
		db_free(writers[i].db);
	}
	CHECK_INT(test_number("SELECT count(*) FROM documents WHERE org_id = %lld", (long long)t.org), 7);
	check_sums(t.org);
	const char *edited = digest_of(t.org);
	rebuild(t.org);
	CHECK_STR(str_of(digest_of(t.org)), edited);
}

/* A process that dies before its commit leaves nothing behind. */
static void a_writer_that_goes_away(void)
{
	struct tenant t = test_tenant();
	struct pool *pool = pool_new();
	struct db *db = db_new(&test_conf, "test-knowledge");
	struct knowledge_writer *w;
	struct knowledge_stored stored;
	knowledge_test_put(test_db, t.org, document_of("One", text_number(3), "en"));
	const char *before = digest_of(t.org);
	struct knowledge_document d = document_of("one", text_number(5), "en"),
				  e = document_of("Two", text_number(4), "en");
	CHECK_INT(db_begin_tenant(db, t.org), ERR_OK);
	CHECK_INT(knowledge_begin(db, pool, t.org, &w), ERR_OK);
	CHECK_INT(knowledge_put(w, &d, &stored), ERR_OK);
	CHECK_INT(knowledge_put(w, &e, &stored), ERR_OK);
	CHECK_INT(knowledge_end(w, NULL), ERR_OK);
	pool_free(pool);
	db_free(db);
	CHECK_STR(str_of(digest_of(t.org)), before);
}

/* ---- search ---- */

static const char *first_title(int64_t org, const char *question, double *score)
{
	struct passage_hit hits[5];
	int n = 0;
	CHECK_INT(knowledge_search(test_db, test_pool, org, str_of(question), 5, hits, &n), ERR_OK);
	*score = n ? hits[0].score : 0;
	for (int i = 1; i < n; i++)
		CU_ASSERT_TRUE(hits[i].score <= hits[i - 1].score);
	return n ? pool_cstr(test_pool, hits[0].title) : "";
}

static void what_is_found(void)
{
	static const char *const table[][2] = { { "how much is shipping", "Delivery" },
		{ "SHIPPING COSTS???", "Delivery" }, { "how much is shiping", "Delivery" },
		{ "garantia de los zapatos", "Garantía" }, { "GARANTÍA", "Garantía" },
		{ "Teslimat kaç gün sürer", "Teslimat" }, { "teslimat kac gun surer", "Teslimat" },
		{ "営業時間は何時ですか", "店舗" }, { "garantie", "Garantía" } };
	struct tenant t = test_tenant(), empty = test_tenant();
	double score;
	knowledge_test_put(test_db, t.org,
		document_of("Delivery", STR("Shipping costs nine euros. Parcels leave every day."), "en"));
	knowledge_test_put(
		test_db, t.org, document_of("Garantía", STR("La garantía de los zapatos es de dos años."), "es"));
	knowledge_test_put(
		test_db, t.org, document_of("Teslimat", STR("Teslimat üç gün sürer. Kargo ücretsizdir."), "tr"));
	knowledge_test_put(test_db, t.org, document_of("店舗", STR("営業時間は九時から五時までです。"), "ja"));
	for (size_t i = 0; i < COUNT(table); i++)
		CHECK_STR(str_of(first_title(t.org, table[i][0], &score)), table[i][1]);
	CHECK_STR(str_of(first_title(t.org, "qwx zzt", &score)), "");
	CHECK_STR(str_of(first_title(t.org, "", &score)), "");
	CHECK_STR(str_of(first_title(t.org, "\xff\xfe?", &score)), "");
	CHECK_STR(str_of(first_title(empty.org, "how much is shipping", &score)), "");
	first_title(t.org, "Delivery shipping costs nine euros parcels leave every day", &score);
	CU_ASSERT_TRUE(score > 0.4 && score <= 1);
	struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_addf(&text, "word%d shipping ", i);
	CHECK_STR(str_of(first_title(t.org, buf_cstr(&text), &score)), "Delivery");
	buf_fini(&text);
}

/* The same words everywhere, together in one sentence of one document only; by the index alone they are equal. */
static void what_one_sentence_says(void)
{
	struct tenant t = test_tenant();
	double score;
	knowledge_test_put(test_db, t.org,
		document_of("One", STR("Parcels go to Norway by train. Winter is cold here. Nobody pays for boxes."),
			"en"));
	knowledge_test_put(test_db, t.org,
		document_of("Two", STR("Parcels go by train. Winter is cold here to boxes. Nobody pays for Norway."),
			"en"));
	knowledge_test_put(test_db, t.org,
		document_of("Six", STR("Nobody pays for boxes by train. Winter is cold here. Parcels go to Norway."),
			"en"));
	CHECK_STR(str_of(first_title(t.org, "who pays for Norway", &score)), "Two");
	CHECK_STR(str_of(first_title(t.org, "train to Norway", &score)), "One");
	CHECK_STR(str_of(first_title(t.org, "boxes by train", &score)), "Six");
}

static void so_many_of_one_document(void)
{
	struct tenant t = test_tenant();
	struct passage_hit hits[10];
	int n = 0;
	knowledge_test_put(test_db, t.org, document_of("Long", text_number(39), "en"));
	knowledge_test_put(test_db, t.org, document_of("Short", STR("A bicycle."), "en"));
	CHECK_INT(knowledge_search(test_db, test_pool, t.org, STR("tell me about a bicycle"), 10, hits, &n), ERR_OK);
	CHECK_INT(n, KNOWLEDGE_PASSAGES_OF_DOCUMENT + 1);
	CHECK_INT(knowledge_search(test_db, test_pool, t.org, STR("tell me about a bicycle"), 1, hits, &n), ERR_OK);
	CHECK_INT(n, 1);
}

static CU_TestInfo store_tests[] = {
	{ "an index that was edited is the same as one made at once", edited_or_made_at_once },
	{ "the same document again changes nothing; a title's case and a language do", the_same_is_unchanged },
	{ "a document replaced in the same batch", replaced_in_one_batch },
	{ "an index of other terms is made again", other_terms_make_it_anew },
	{ "writers at once wait for each other", writers_at_once },
	{ "a writer that goes away leaves nothing behind", a_writer_that_goes_away },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo search_tests[] = {
	{ "what is found, in several languages of one organisation", what_is_found },
	{ "what one sentence says together", what_one_sentence_says },
	{ "so many passages of one document, and so many at all", so_many_of_one_document },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "store", NULL, NULL, NULL, NULL, store_tests },
		{ "search", NULL, NULL, NULL, NULL, search_tests },
		{ "embedding jobs", NULL, NULL, NULL, NULL, embedding_job_tests },
		{ "vectors", NULL, NULL, NULL, NULL, embedding_tests },
		{ "trial", NULL, NULL, NULL, NULL, embedding_trial_tests },
		{ "phrases", NULL, NULL, NULL, NULL, phrase_embedding_tests },
		{ "breakers", NULL, NULL, NULL, NULL, breaker_tests },
		CU_SUITE_INFO_NULL,
	};
	if (!test_db_start("test-knowledge"))
		return 0;
	int status = unit_main(suites);
	test_db_stop();
	return status;
}
