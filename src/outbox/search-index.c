/*
 * search-index.c - what arrives becomes findable: texts out of the search's queue, cut into words, stored.
 *
 * A step is one transaction, so it has no lease: who dies in it leaves the queue as it was, and another sender skips
 * what is taken. It is small, and comes when nothing else is due, or seldom (sender.c), so that a backlog of millions
 * of messages holds up no delivery by more than one step. Never decides what is indexed: the triggers and functions of
 * the database put it into the queue (sql/migrations/0013_search.sql, sql/functions/search.sql).
 */
#include "outbox/sender.h"

#include "core/process/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/contact/search.h"

#define BATCH 100
#define LIST_BYTES (16u << 20)

/* Columns of claim_words. */
enum { TAKEN, ORG, CONVERSATION, OF_PERSON, CONTENT };

/* Words, and beside them where they stand: literals of arrays. */
struct word_list {
	struct buf orgs, conversations, of_persons, words;
	struct db_array array; /* in `words` */
	int n;
};

static void list_init(struct word_list *list)
{
	list->n = 0;
	buf_init(&list->orgs, LIST_BYTES);
	buf_init(&list->conversations, LIST_BYTES);
	buf_init(&list->of_persons, LIST_BYTES);
	buf_init(&list->words, LIST_BYTES);
	db_array_begin(&list->array, &list->words);
}

static void list_fini(struct word_list *list)
{
	buf_fini(&list->orgs);
	buf_fini(&list->conversations);
	buf_fini(&list->of_persons);
	buf_fini(&list->words);
}

static void search_index_add_word(struct word_list *list, const struct db_result *r, int row, struct str word)
{
	char before = list->n++ ? ',' : '{';
	buf_addf(&list->orgs, "%c%lld", before, (long long)db_int(r, row, ORG));
	buf_addf(&list->conversations, "%c%lld", before, (long long)db_int(r, row, CONVERSATION));
	buf_addf(&list->of_persons, "%c%c", before, db_bool(r, row, OF_PERSON) ? 't' : 'f');
	db_array_text(&list->array, word);
}

static void search_index_add_text(struct word_list *list, const struct db_result *r, int row)
{
	struct pool *pool = pool_new();
	struct str words[SEARCH_TEXT_WORDS];
	int n = search_words(pool, db_str(r, row, CONTENT), words, SEARCH_TEXT_WORDS);
	for (int i = 0; i < n; i++)
		search_index_add_word(list, r, row, words[i]);
	pool_free(pool);
}

static enum err search_index_store(struct sender *s, struct pool *pool, struct word_list *list)
{
	if (list->n == 0)
		return ERR_OK;
	buf_add_char(&list->orgs, '}');
	buf_add_char(&list->conversations, '}');
	buf_add_char(&list->of_persons, '}');
	db_array_end(&list->array);
	return DB_QUERY(s->db, pool, &sql_store_words, NULL, DB_TEXT(buf_str(&list->orgs)),
		DB_TEXT(buf_str(&list->conversations)), DB_TEXT(buf_str(&list->of_persons)),
		DB_TEXT(buf_str(&list->words)));
}

/* Inside of the transaction. `*n`: how many rows there were, 0 when nothing is left to do. */
static enum err search_index_step(struct sender *s, struct pool *pool, int *n)
{
	struct db_result *r;
	struct word_list list;
	enum err e = DB_QUERY(s->db, pool, &sql_claim_words, &r, DB_INT(BATCH));
	if (e != ERR_OK)
		return e;
	*n = db_rows(r);
	list_init(&list);
	for (int row = 0; row < *n; row++)
		if (!db_is_null(r, row, CONTENT))
			search_index_add_text(&list, r, row);
	if (*n > 0)
		crash_point("search-after-claim");
	e = search_index_store(s, pool, &list);
	if (e == ERR_OK && list.n)
		LOG_DEBUG("search.indexed", F_INT("items", db_int(r, 0, TAKEN)), F_INT("words", list.n));
	list_fini(&list);
	return e;
}

int search_index_run(struct sender *s)
{
	struct pool *pool = pool_new();
	int n = 0;
	enum err e = db_begin_system(s->db);
	if (e == ERR_OK)
		e = search_index_step(s, pool, &n);
	if (e == ERR_OK)
		e = db_commit(s->db);
	if (e != ERR_OK)
		db_rollback(s->db);
	pool_free(pool);
	if (e == ERR_DB_AWAY)
		return -1;
	return e == ERR_OK ? n : 0;
}
