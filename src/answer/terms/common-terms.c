/*
 * common-terms.c - terms that people use whatever they write about, counted in the messages of off-topic.c.
 *
 * With ten documents an index cannot tell a word that is rare from one that merely does not occur: "how" would count as
 * much as "shipping". So an organisation's passages are counted together with these messages, which matter less the
 * more passages there are. A table that is made once and only read afterwards.
 */
#include "answer/terms/common-terms.h"

#include "answer/skills/training/off-topic.h"
#include "answer/terms/terms.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_once_t made = PTHREAD_ONCE_INIT;
static struct terms table; /* with how many messages have each */

static int common_terms_compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct term *)a)->hash, y = ((const struct term *)b)->hash;
	return (x > y) - (x < y);
}

/* The terms of one message in every language of the messages; its pieces once. */
static void common_terms_add_message(struct pool *pool, struct str message, struct term **all, size_t *n, size_t *room)
{
	static const char *const languages[] = { "en", "es", "tr", "ar", "de" };
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		struct terms t = terms_of(pool, message, str_of(languages[i]));
		for (int k = 0; k < t.n; k++) {
			if (i > 0 && term_kind(t.all[k].hash) > 0)
				continue;
			if (*n == *room) {
				*room = 2 * *room + 1024;
				*all = realloc(*all, *room * sizeof(**all));
				if (!*all)
					fatal(ERR_INTERNAL, "out of memory");
			}
			(*all)[(*n)++] = (struct term){ t.all[k].hash, 1 };
		}
	}
}

static void common_terms_make(void)
{
	struct pool *pool = pool_new();
	size_t n = 0, room = 0;
	for (int i = 0; i < off_topic_examples_count(); i++) {
		common_terms_add_message(pool, str_of(off_topic_examples[i]), &table.all, &n, &room);
		pool_reset(pool);
	}
	qsort(table.all, n, sizeof(*table.all), common_terms_compare_terms);
	for (size_t i = 0; i < n; i++) {
		if (table.n && table.all[table.n - 1].hash == table.all[i].hash)
			table.all[table.n - 1].count++;
		else
			table.all[table.n++] = table.all[i];
	}
	pool_free(pool);
}

int common_terms_with(uint32_t hash)
{
	struct term key = { hash, 0 };
	pthread_once(&made, common_terms_make);
	const struct term *found = bsearch(&key, table.all, (size_t)table.n, sizeof(key), common_terms_compare_terms);
	return found ? found->count : 0;
}

int common_terms_messages(void)
{
	return off_topic_examples_count();
}
