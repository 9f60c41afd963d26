/*
 * phrase-embeddings.c - tests of the embeddings of triggers and titles with a real database: which there are, and the
 * trial.
 */
#include "check.h"
#include "db.h"
#include "knowledge.h"

#include "answer/skills/skill-edit.h"
#include "answer/embeddings/parallel-questions.h"
#include "answer/embeddings/trial.h"
#include "core/buf.h"
#include "db/statements.h"

#define DIMS EMBEDDING_TEST_DIMS

/* A skill with these triggers, by the door through which people's edits go. */
static void save_skill(int64_t org, const char *title, struct str *triggers, size_t n)
{
	struct skill_edit edit = {
		.title = str_of(title), .response = STR("r"), .triggers = triggers, .n_triggers = n, .enabled = true
	};
	struct skill_edits edits = { .all = &edit, .n = 1 };
	struct explain why;
	CHECK_INT(db_begin_tenant(test_db, org), ERR_OK);
	CHECK_INT(skills_save(test_db, test_pool, org, &edits, &why), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
}

static int64_t phrases_stored(int64_t org)
{
	return test_number("SELECT count(*) FROM training_phrase_embeddings WHERE org_id = %lld", (long long)org);
}

/* Gives the next phrases of an organisation a embedding; how many. */
static int embed_phrases(int64_t org, const char *who)
{
	struct db_result *r;
	struct buf keys, embeddings;
	CHECK_INT(DB_QUERY(test_db, test_pool, &sql_embedding_batch_statement, &r, DB_INT(org), DB_CSTR("phrases"),
			  DB_INT(64)),
		ERR_OK);
	buf_init(&keys, 1 << 16);
	buf_init(&embeddings, 1 << 16);
	for (int row = 0; row < db_rows(r); row++) {
		struct str key = db_str(r, row, 0);
		buf_addf(&keys, "%c%.*s", row ? ',' : '{', (int)key.n, key.p);
		buf_addf(&embeddings, "%c\"\\\\x7f000000\"", row ? ',' : '{');
	}
	if (db_rows(r)) {
		buf_add_char(&keys, '}');
		buf_add_char(&embeddings, '}');
		CU_ASSERT_TRUE(embedding_test_store(org, "phrases", who, DIMS, pool_cstr(test_pool, buf_str(&keys)),
			pool_cstr(test_pool, buf_str(&embeddings))));
	}
	buf_fini(&keys);
	buf_fini(&embeddings);
	return db_rows(r);
}

static void phrases_by_their_text(void)
{
	int64_t org = test_tenant().org;
	struct str one[] = { STR("when are you open"), STR("opening times") },
		   two[] = { STR("opening times"), STR("prices") };
	embedding_test_no_others();
	save_skill(org, "Hours", one, 2);
	save_skill(org, "Costs", two, 2);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 5); /* one stands in both */
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 0);
	embedding_test_done(org, "phrases", "a", 2);
	CHECK_INT(embedding_test_claim("a"), 0);
	save_skill(org, "Hours", one, 1); /* the other trigger is still one of Costs */
	CHECK_INT(phrases_stored(org), 5);
	save_skill(org, "Costs", two + 1, 1);
	CHECK_INT(phrases_stored(org), 4);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 0);
}

static void no_embedding_of_what_has_gone(void)
{
	int64_t org = test_tenant().org, id;
	struct str triggers[] = { STR("when are you open"), STR("opening times") };
	struct str title;
	embedding_test_no_others();
	save_skill(org, "Hours", triggers, 2);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 3);
	id = test_number("SELECT id FROM skills WHERE org_id = %lld", (long long)org);
	CHECK_INT(db_begin_tenant(test_db, org), ERR_OK);
	CHECK_INT(skill_set_enabled(test_db, test_pool, org, id, false, &title), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(phrases_stored(org), 3);
	CHECK_INT(embedding_test_claim("a"), 0); /* nothing that could be asked for */
	CHECK_INT(db_begin_tenant(test_db, org), ERR_OK);
	CHECK_INT(skill_delete(test_db, test_pool, org, id, &title), ERR_OK);
	CHECK_INT(db_commit(test_db), ERR_OK);
	CHECK_INT(phrases_stored(org), 0);
}

/* Another model: the old embeddings count for nothing although they are there. */
static void phrases_of_another_model(void)
{
	int64_t org = test_tenant().org;
	struct str triggers[] = { STR("when are you open"), STR("opening times") };
	embedding_test_no_others();
	save_skill(org, "Hours", triggers, 2);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 3);
	test_do("UPDATE organizations SET settings = '{\"embeddings_base_url\": \"http://f\", \"embeddings_model\": "
		"\"n\"}' WHERE id = %lld",
		(long long)org);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(test_number("SELECT count(*) FROM deskbell_embedding_state(%lld, 'phrases')", (long long)org), 0);
	CHECK_INT(embed_phrases(org, "a"), 3);
}

/* Skills whose words tell nothing, with embeddings that tell all, or nothing. */
static struct trial_result try_phrases(bool apart)
{
	int64_t org = test_tenant().org;
	static const char *const words[2][4] = { { "Alpha", "bravo", "charlie", "delta" },
		{ "Echo", "foxtrot", "golf", "hotel" } };
	const atomic_bool stop = false;
	struct trial_result result;
	struct embedding_trial *trial;
	int n;
	for (int s = 0; s < 2; s++) {
		struct str triggers[3];
		for (int i = 0; i < 3; i++)
			triggers[i] = str_of(words[s][i + 1]);
		save_skill(org, words[s][0], triggers, 3);
	}
	test_do("INSERT INTO embedding_states (org_id, kind, model, dims) VALUES (%lld, 'phrases', 'm', %d);"
		"INSERT INTO training_phrase_embeddings (org_id, digest, embedding) SELECT %lld, digest, "
		"set_byte('\\x00000000', CASE "
		"WHEN %s AND skill_id = (SELECT min(id) FROM skills WHERE org_id = %lld) THEN 1 ELSE 2 END, 127) "
		"FROM deskbell_phrases(%lld)",
		(long long)org, DIMS, (long long)org, apart ? "true" : "false", (long long)org, (long long)org);
	CHECK_INT(embedding_trial_new(test_pool, test_db, org, EMBEDDING_PHRASES, &trial), ERR_OK);
	(void)embedding_trial_texts(trial, &n);
	CHECK_INT(n, TRIAL_TEXTS_MAX + LANGUAGES * PARALLEL_QUESTIONS);
	float *values = pool_new_array(test_pool, (size_t)n * DIMS, float);
	for (int i = 0; i < n; i++)
		values[i * DIMS] = 1;
	CU_ASSERT_FALSE(embedding_trial_begin(trial, values, DIMS + 1));
	CU_ASSERT_TRUE(embedding_trial_begin(trial, values, DIMS));
	CHECK_INT(embedding_trial_run(trial, test_db, 1 << 20, &stop, &result), ERR_OK);
	return result;
}

static void a_trial_of_phrases(void)
{
	struct trial_result r = try_phrases(true);
	CU_ASSERT_TRUE(r.helps);
	CHECK_INT(r.probes, 8);
	CU_ASSERT_DOUBLE_EQUAL(r.scale.low, 0, 1e-6);
	CU_ASSERT_DOUBLE_EQUAL(r.scale.high, 1, 1e-6);
	CU_ASSERT_TRUE(r.words < 0.3);
	CU_ASSERT_DOUBLE_EQUAL(r.both, 1, 1e-6);
	CU_ASSERT_FALSE(try_phrases(false).helps);
}

/* One phrase has no embedding: nothing is tried with the others. */
static void a_trial_of_some_phrases(void)
{
	int64_t org = test_tenant().org;
	struct str triggers[] = { STR("when are you open"), STR("opening times") };
	struct embedding_trial *trial;
	struct trial_result result;
	const atomic_bool stop = false;
	int n;
	embedding_test_no_others();
	save_skill(org, "Hours", triggers, 2);
	CHECK_INT(embedding_test_claim("a"), 1);
	CHECK_INT(embed_phrases(org, "a"), 3);
	test_do("DELETE FROM training_phrase_embeddings WHERE org_id = %lld AND digest = sha256('opening "
		"times'::bytea)",
		(long long)org);
	CHECK_INT(embedding_trial_new(test_pool, test_db, org, EMBEDDING_PHRASES, &trial), ERR_OK);
	(void)embedding_trial_texts(trial, &n);
	CHECK_INT(n, 0);
	CHECK_INT(embedding_trial_run(trial, test_db, 1 << 20, &stop, &result), ERR_OK);
	CU_ASSERT_FALSE(result.helps);
}

CU_TestInfo phrase_embedding_tests[] = {
	{ "a phrase has one embedding, wherever it stands", phrases_by_their_text },
	{ "what is no phrase any more leaves no embedding", no_embedding_of_what_has_gone },
	{ "another model's embeddings count for nothing", phrases_of_another_model },
	{ "a trial: embeddings that tell skills apart help, others do not", a_trial_of_phrases },
	{ "a trial: one phrase without a embedding", a_trial_of_some_phrases },
	CU_TEST_INFO_NULL,
};
