/*
 * search-index.c - what arrives becomes findable: texts out of the search's queue, cut into words, stored.
 *
 * A step is one transaction, so it has no lease: who dies in it leaves the queue as it was, and another sender skips
 * what is taken. It is small, runs in the background, and comes when nothing else is due, or seldom (sender.c), so that
 * a backlog of millions of messages holds up no delivery. Never decides what is indexed: the triggers and functions of
 * the database put it into the queue (sql/migrations/0006_search.sql, sql/functions/search.sql).
 */
#include "outbox/sender.h"

#include "core/clock.h"
#include "core/process/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/contact/search.h"

#include <stdlib.h>

#define BATCH 100
#define LIST_BYTES (16u << 20)

/* Words, and with them where they stand: literals of arrays. */
struct word_list {
	struct buf conversations, of_contacts, words;
	struct db_array array; /* in `words` */
	int n;
};

static void list_init(struct word_list *list)
{
	list->n = 0;
	buf_init(&list->conversations, LIST_BYTES);
	buf_init(&list->of_contacts, LIST_BYTES);
	buf_init(&list->words, LIST_BYTES);
	db_array_begin(&list->array, &list->words);
}

static void list_fini(struct word_list *list)
{
	buf_fini(&list->conversations);
	buf_fini(&list->of_contacts);
	buf_fini(&list->words);
}

static void search_index_add_word(struct word_list *list, const struct sql_claim_words_row *row, struct str word)
{
	char before = list->n++ ? ',' : '{';
	buf_addf(&list->conversations, "%c%lld", before, (long long)row->conversation_id);
	buf_addf(&list->of_contacts, "%c%c", before, row->of_contact ? 't' : 'f');
	db_array_text(&list->array, word);
}

static void search_index_add_text(struct word_list *list, const struct sql_claim_words_row *row)
{
	struct pool *pool = pool_new();
	struct str words[SEARCH_TEXT_WORDS];
	int n = search_words(pool, row->content, words, SEARCH_TEXT_WORDS);
	for (int i = 0; i < n; i++)
		search_index_add_word(list, row, words[i]);
	pool_free(pool);
}

static enum err search_index_store(struct db *db, struct pool *pool, int64_t org_id, struct word_list *list)
{
	if (list->n == 0)
		return ERR_OK;
	buf_add_char(&list->conversations, '}');
	buf_add_char(&list->of_contacts, '}');
	db_array_end(&list->array);
	return sql_store_words(
		db, pool, org_id, buf_str(&list->conversations), buf_str(&list->of_contacts), buf_str(&list->words));
}

/* Inside of the transaction. `*n`: how many rows there were, 0 when nothing is left to do. */
static enum err search_index_step(struct db *db, struct pool *pool, int64_t org_id, int *n)
{
	struct sql_claim_words_rows rows;
	struct word_list list;
	int64_t taken = 0;
	enum err e = sql_claim_words(db, pool, org_id, BATCH, &rows);
	if (e != ERR_OK)
		return e;
	*n = rows.n;
	list_init(&list);
	for (int i = 0; i < *n; i++) {
		const struct sql_claim_words_row row = sql_claim_words_row(&rows, i);
		taken = row.taken;
		if (row.content.p)
			search_index_add_text(&list, &row);
	}
	if (*n > 0)
		crash_point("search-after-claim");
	e = search_index_store(db, pool, org_id, &list);
	if (e == ERR_OK && list.n)
		LOG_DEBUG("search.indexed", F_INT("org", org_id), F_INT("items", taken), F_INT("words", list.n));
	list_fini(&list);
	return e;
}

struct index_step {
	struct task task;
	struct sender *sender;
	struct ask ask;
	enum err err;
	int n;
};

static void search_index_run_step(struct task *task, struct db *db)
{
	struct index_step *step = (struct index_step *)task;
	struct pool *pool = pool_new();
	int64_t org_id = step->ask.org->org_id;
	step->err = db_begin_tenant(db, org_id);
	if (step->err == ERR_OK)
		step->err = search_index_step(db, pool, org_id, &step->n);
	if (step->err == ERR_OK)
		step->err = db_commit(db);
	if (step->err != ERR_OK)
		db_rollback(db);
	pool_free(pool);
}

static void search_index_done(struct task *task)
{
	struct index_step *step = (struct index_step *)task;
	struct works *works = &step->sender->works;
	works_hold(works, step->ask.org, WORK_SEARCH, -1);
	works_ended(works, &step->ask, WORK_SEARCH, step->err, step->n, clock_mono_us());
	free(step);
}

void search_index_run(struct sender *s)
{
	struct ask ask;
	if (works_turn(&s->works, WORK_SEARCH, &s->shares[WORK_SEARCH], clock_mono_us(), 1, &ask) == 0)
		return;
	struct index_step *step = calloc(1, sizeof(*step));
	if (!step)
		fatal(ERR_INTERNAL, "out of memory");
	*step = (struct index_step){
		.task = { .run = search_index_run_step, .done = search_index_done }, .sender = s, .ask = ask
	};
	works_hold(&s->works, ask.org, WORK_SEARCH, 1);
	background_submit(s->background, &step->task);
}
