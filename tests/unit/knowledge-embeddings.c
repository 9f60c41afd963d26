/*
 * knowledge-embeddings.c - tests of embeddings with a real database: jobs and leases, the cache, the trial.
 */
#include "check.h"
#include "db.h"
#include "knowledge.h"

#include "answer/retrieval/knowledge.h"
#include "answer/embeddings/parallel-questions.h"
#include "answer/embeddings/trial.h"
#include "core/buf.h"
#include "db/statements.h"

#include <math.h>

#define DIMS EMBEDDING_TEST_DIMS

/* A document of `n` passages by SQL, without an index. */
static void add_passages(int64_t org, int first, int n)
{
	test_do("INSERT INTO documents (org_id, title, source, language, text) VALUES (%lld, 'd%d', 'paste', 'en', "
		"'x');"
		"INSERT INTO passages (org_id, id, document_id, position, heading, text, words, ngrams) "
		"SELECT %lld, %d + i, (SELECT max(id) FROM documents), i, '', 'text', 1, 1 FROM generate_series(0, %d) "
		"i;"
		"INSERT INTO knowledge_indexes AS k (org_id, passages) VALUES (%lld, %d) ON CONFLICT (org_id) DO "
		"UPDATE "
		"SET revision = k.revision + 1, passages = k.passages + %d",
		(long long)org, first, (long long)org, first, n - 1, (long long)org, n, n);
}

int embedding_test_claim(const char *who)
{
	struct db_result *r;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_claim_embeddings_statement, &r, DB_CSTR(who), DB_CSTR("http://e m"),
			  DB_INT(50), DB_INT(60)),
		ERR_OK);
	return db_rows(r);
}

bool embedding_test_store(
	int64_t org, const char *kind, const char *who, int dims, const char *keys, const char *embeddings)
{
	struct db_result *r;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_store_embeddings_statement, &r, DB_INT(org), DB_CSTR(kind),
			  DB_CSTR(who), DB_INT(dims), DB_CSTR(keys), DB_CSTR(embeddings)),
		ERR_OK);
	return db_bool(r, 0, 0);
}

static bool store(int64_t org, const char *who, int dims, const char *ids, const char *embeddings)
{
	return embedding_test_store(org, "passages", who, dims, ids, embeddings);
}

void embedding_test_done(int64_t org, const char *kind, const char *who, int64_t revision)
{
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_embeddings_done_statement, NULL, DB_INT(org), DB_CSTR(kind),
			  DB_CSTR(who), DB_INT(revision), DB_CSTR("what"), DB_BOOL(true), DB_CSTR("0.1"),
			  DB_CSTR("0.5"), DB_CSTR("es tr"), DB_CSTR("0.04"), DB_CSTR("0.08")),
		ERR_OK);
}

static int64_t embeddings_stored(int64_t org)
{
	return test_number("SELECT count(*) FROM passage_embeddings WHERE org_id = %lld", (long long)org);
}

static int64_t of_state(const char *column, int64_t org)
{
	return test_number("SELECT %s FROM embedding_states WHERE org_id = %lld", column, (long long)org);
}

void embedding_test_no_others(void)
{
	test_do("DELETE FROM embedding_states; UPDATE knowledge_indexes SET passages = 0; UPDATE skills SET enabled = "
		"false");
}

static int batch_of(int64_t org)
{
	struct db_result *r;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_embedding_batch_statement, &r, DB_INT(org), DB_CSTR("passages"),
			  DB_INT(2)),
		ERR_OK);
	return db_rows(r) ? (int)db_int(r, 0, 0) : -1;
}

static void one_sender_at_a_time(void)
{
	int64_t org = test_tenant().org;
	embedding_test_no_others();
	add_passages(org, 0, 3);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embedding_test_claim("b"), 0);
	CHECK_INT(batch_of(org), 0);
	CU_ASSERT_FALSE(store(org, "b", 2, "{0,1}", "{\"\\\\x7f00\",\"\\\\x007f\"}"));
	CU_ASSERT_TRUE(store(org, "a", 2, "{0,1}", "{\"\\\\x7f00\",\"\\\\x007f\"}"));
	CU_ASSERT_FALSE(store(org, "a", 2, "{2}", "{\"\\\\x7f00\"}")); /* the lease was given back */
	CHECK_INT(embeddings_stored(org), 2);
	CHECK_INT(embedding_test_claim("b"), 1);
	CHECK_INT(batch_of(org), 2);
	test_do("UPDATE embedding_states SET lease_until = now() - interval '1 second'");
	CHECK_INT(embedding_test_claim("a"), 1);
	CU_ASSERT_FALSE(store(org, "b", 2, "{2}", "{\"\\\\x7f00\"}"));
	CU_ASSERT_TRUE(store(org, "a", 2, "{2}", "{\"\\\\x7f00\"}"));
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(batch_of(org), -1);
	embedding_test_done(org, "passages", "a", 1);
	CHECK_INT(embedding_test_claim("a"), 0);
	add_passages(org, 3, 1);
	CHECK_INT(embedding_test_claim("a"), 1);
}

static void failures_come_later_and_later(void)
{
	int64_t org = test_tenant().org, last = 0;
	embedding_test_no_others();
	add_passages(org, 0, 1);
	for (int i = 0; i < 12; i++) {
		CHECK_INT(embedding_test_claim("a"), 1);
		CHECK_INT(DB_QUERY(test_db, test_pool, &sql_postpone_embeddings_statement, NULL, DB_INT(org),
				  DB_CSTR("passages"), DB_CSTR("a"), DB_NULL, DB_CSTR("{\"code\":\"why\"}")),
			ERR_OK);
		CHECK_INT(embedding_test_claim("a"), 0);
		int64_t pause = of_state("extract(epoch FROM due_at - now())::bigint", org);
		CU_ASSERT_TRUE(pause >= last && pause <= 3600);
		last = pause;
		test_do("UPDATE embedding_states SET due_at = now()");
	}
	CU_ASSERT_TRUE(last > 3000);
	test_do("UPDATE embedding_states SET due_at = now() + interval '1 hour';"
		"UPDATE organizations SET settings = '{\"embeddings_base_url\": \"http://f\", \"embeddings_model\": "
		"\"n\"}' "
		"WHERE id = %lld",
		(long long)org); /* another model is not to blame */
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(of_state("failures", org), 0);
}

static void other_lengths_begin_again(void)
{
	int64_t org = test_tenant().org;
	embedding_test_no_others();
	add_passages(org, 0, 3);
	CHECK_INT(embedding_test_claim("a"), 1);
	CU_ASSERT_TRUE(store(org, "a", 2, "{0,1}", "{\"\\\\x7f00\",\"\\\\x007f\"}"));
	CHECK_INT(embedding_test_claim("a"), 1);
	CU_ASSERT_TRUE(store(org, "a", 3, "{2}", "{\"\\\\x7f0000\"}"));
	CHECK_INT(embeddings_stored(org), 0);
	CHECK_INT(of_state("last_passage", org), -1);
	CHECK_INT(embedding_test_claim("a"), 0); /* a minute later */
	test_do("UPDATE embedding_states SET due_at = now()");
	CHECK_INT(embedding_test_claim("a"), 1);
	test_do("DELETE FROM passages WHERE org_id = %lld AND id = 1", (long long)org); /* while it was asked for */
	CU_ASSERT_TRUE(store(org, "a", 3, "{0,1}", "{\"\\\\x7f0000\",\"\\\\x007f00\"}"));
	CHECK_INT(embeddings_stored(org), 1);
}

/* Embeddings of passages first .. first + n - 1, turned by a tenth each; another model than m has them the other way
 * round. */
static void add_embeddings(int64_t org, const char *model, int first, int n)
{
	test_do("INSERT INTO embedding_states (org_id, kind, model, dims, last_passage, helps) VALUES (%lld, "
		"'passages', '%s', %d, %d, true) "
		"ON CONFLICT (org_id, kind) DO UPDATE SET model = excluded.model, last_passage = excluded.last_passage",
		(long long)org, model, DIMS, first + n - 1);
	test_do("INSERT INTO passage_embeddings (org_id, passage_id, embedding) SELECT %lld, i, "
		"set_byte(set_byte('\\x00000000', 0, "
		"(round(127 * %d * cos(i / 10.0))::integer + 256) %% 256), 1, (round(127 * sin(i / 10.0))::integer + "
		"256) "
		"%% 256) FROM generate_series(%d, %d) i ON CONFLICT (org_id, passage_id) DO UPDATE SET embedding = "
		"excluded.embedding",
		(long long)org, str_equal(str_of(model), STR("m")) ? 1 : -1, first, first + n - 1);
}

static const float ahead[DIMS] = { 1, 0, 0, 0 };

static struct ranked compare(struct embedding_cache *v, int64_t org, struct tallied *words, int n_words)
{
	struct embedding_state state;
	struct ranked r = { .words = words, .n_words = n_words };
	CHECK_INT(embedding_state_load(test_db, test_pool, org, EMBEDDING_PASSAGES, &state), ERR_OK);
	CHECK_INT(embedding_cache_compare(v, test_pool, org, &state, ahead, &r), ERR_OK);
	return r;
}

static void the_nearest_and_the_given(void)
{
	int64_t org = test_tenant().org;
	struct embedding_cache *v = embedding_cache_new(test_db, 1 << 20);
	struct tallied words[] = { { 200, 0.5 }, { 3, 0.4 }, { 9999, 0.1 } };
	add_passages(org, 0, 301);
	add_embeddings(org, "m", 0, 300);
	struct ranked r = compare(v, org, words, 3);
	CHECK_INT(r.similar[0].passage, 0);
	CU_ASSERT_DOUBLE_EQUAL(r.similar[0].score, 1, 0.01);
	CU_ASSERT_DOUBLE_EQUAL(ranked_cosine(&r, 200), cos(20), 0.01);
	CU_ASSERT_DOUBLE_EQUAL(ranked_cosine(&r, 3), cos(0.3), 0.01);
	CU_ASSERT_EQUAL(ranked_cosine(&r, 9999), -1);
	CHECK_INT(r.n_similar, 61); /* 3 is among the nearest */
	add_embeddings(org, "m", 300, 1);
	r = compare(v, org, &(struct tallied){ 300, 1 }, 1);
	CU_ASSERT_DOUBLE_EQUAL(ranked_cosine(&r, 300), cos(30), 0.01);
	add_embeddings(org, "other", 0, 301); /* the same turned round */
	r = compare(v, org, words, 3);
	CU_ASSERT_DOUBLE_EQUAL(ranked_cosine(&r, 3), -cos(0.3), 0.01);
	embedding_cache_free(v);
}

static void too_many_for_the_memory(void)
{
	int64_t a = test_tenant().org, b = test_tenant().org;
	struct embedding_cache *v = embedding_cache_new(test_db, 100 * (DIMS + sizeof(float) + sizeof(int)));
	struct tallied words[] = { { 5, 0.5 }, { 99, 0.4 } };
	add_passages(a, 0, 101);
	add_embeddings(a, "m", 0, 101);
	struct ranked r = compare(v, a, words, 2);
	CHECK_INT(r.n_similar, 2); /* only those that were given */
	CU_ASSERT_DOUBLE_EQUAL(ranked_cosine(&r, 99), cos(9.9), 0.01);
	CHECK_INT(compare(v, a, NULL, 0).n_similar, 0);
	add_passages(b, 0, 60);
	add_embeddings(b, "m", 0, 60);
	test_do("DELETE FROM passages WHERE org_id = %lld AND id >= 60; UPDATE knowledge_indexes SET passages = 60 "
		"WHERE "
		"org_id = %lld",
		(long long)a, (long long)a);
	for (int i = 0; i < 4; i++) /* one at a time fits */
		CHECK_INT(compare(v, i % 2 ? a : b, NULL, 0).n_similar, 60);
	embedding_cache_free(v);
}

static void what_is_damaged_is_left_out(void)
{
	int64_t org = test_tenant().org;
	struct embedding_cache *v = embedding_cache_new(test_db, 1 << 20);
	add_passages(org, 0, 4);
	add_embeddings(org, "m", 0, 4);
	test_do("UPDATE passage_embeddings SET embedding = '\\x' WHERE org_id = %lld AND passage_id = 0;"
		"UPDATE passage_embeddings SET embedding = '\\x7f7f' WHERE org_id = %lld AND passage_id = 1;"
		"UPDATE passage_embeddings SET embedding = '\\x00000000' WHERE org_id = %lld AND passage_id = 2",
		(long long)org, (long long)org, (long long)org);
	CHECK_INT(compare(v, org, NULL, 0).n_similar, 1);
	CHECK_INT(compare(v, test_tenant().org, NULL, 0).n_similar, 0);
	embedding_cache_free(v);
}

/* Documents whose embeddings stand at right angles, or are all the same. */
static struct trial_result try_with(bool apart)
{
	int64_t org = test_tenant().org;
	static const char *const titles[] = { "Opening", "Parking", "Returns" };
	const atomic_bool stop = false, stopped = true;
	struct trial_result result;
	struct embedding_trial *trial;
	int n;
	for (int i = 0; i < 3; i++)
		knowledge_test_put(test_db, org,
			(struct knowledge_document){ .title = str_of(titles[i]),
				.source = STR("paste"),
				.language = STR("en"),
				.text = pool_printf(test_pool, "Words%d of what is said here.", i) });
	test_do("INSERT INTO embedding_states (org_id, kind, model, dims, last_passage) VALUES (%lld, 'passages', 'm', "
		"%d, 2);"
		"INSERT INTO passage_embeddings (org_id, passage_id, embedding) SELECT %lld, i, "
		"set_byte('\\x00000000', i + "
		"1, "
		"127) FROM generate_series(0, 2) i",
		(long long)org, DIMS, (long long)org);
	if (!apart)
		test_do("UPDATE passage_embeddings SET embedding = '\\x7f000000' WHERE org_id = %lld", (long long)org);
	CHECK_INT(embedding_trial_new(test_pool, test_db, org, EMBEDDING_PASSAGES, &trial), ERR_OK);
	(void)embedding_trial_texts(trial, &n);
	CHECK_INT(n, TRIAL_TEXTS_MAX + LANGUAGES * PARALLEL_QUESTIONS);
	float *values = pool_new_array(test_pool, (size_t)n * DIMS, float);
	for (int i = 0; i < n; i++)
		values[i * DIMS + (apart && i < 3 ? i + 1 : 0)] = 1;
	CU_ASSERT_FALSE(embedding_trial_begin(trial, values, DIMS + 1));
	CU_ASSERT_TRUE(embedding_trial_begin(trial, values, DIMS));
	CHECK_INT(embedding_trial_run(trial, test_db, 1 << 20, &stopped, &result), ERR_TIMEOUT);
	CHECK_INT(embedding_trial_run(trial, test_db, 1 << 20, &stop, &result), ERR_OK);
	return result;
}

static void a_trial(void)
{
	struct trial_result r = try_with(true);
	CU_ASSERT_TRUE(r.helps);
	CHECK_INT(r.probes, 3);
	CU_ASSERT_DOUBLE_EQUAL(r.scale.low, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(r.scale.high, 1, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(r.words, 1, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(r.both, 1, 1e-6);
	CU_ASSERT_FALSE(try_with(false).helps);
}

static void a_trial_of_nothing(void)
{
	struct embedding_trial *trial;
	struct trial_result result;
	const atomic_bool stop = false;
	int n;
	CHECK_INT(embedding_trial_new(test_pool, test_db, test_tenant().org, EMBEDDING_PASSAGES, &trial), ERR_OK);
	(void)embedding_trial_texts(trial, &n);
	CHECK_INT(n, 0);
	CHECK_INT(embedding_trial_run(trial, test_db, 1 << 20, &stop, &result), ERR_OK);
	CU_ASSERT_FALSE(result.helps);
}

CU_TestInfo embedding_job_tests[] = {
	{ "one sender at a time, under a lease that can be lost", one_sender_at_a_time },
	{ "failures come later and later, another model at once", failures_come_later_and_later },
	{ "embeddings of another length begin again; a passage that went is left out", other_lengths_begin_again },
	CU_TEST_INFO_NULL,
};

CU_TestInfo embedding_tests[] = {
	{ "the nearest and the given; what was added is loaded, another model again", the_nearest_and_the_given },
	{ "too many for the memory: only the given; two that fit by turns", too_many_for_the_memory },
	{ "what is damaged is left out", what_is_damaged_is_left_out },
	CU_TEST_INFO_NULL,
};

CU_TestInfo embedding_trial_tests[] = {
	{ "embeddings that tell apart help, others do not", a_trial },
	{ "nothing to be tried", a_trial_of_nothing },
	CU_TEST_INFO_NULL,
};
