/*
 * question-groups.c - which questions ask the same, in other words. Pure.
 *
 * A question is the set of the stems of its words that say something. It joins the first group with whose first
 * question it shares at least half of both sets' words; else it makes a group of its own. So a group does not drift
 * away from what it began with. Questions of function words alone are the same when they are written alike.
 */
#include "answer/question-groups.h"

#include "answer/evidence/content.h"
#include "answer/terms/stems.h"
#include "domain/text.h"

#define SHARED_LEAST 0.5

struct word_set {
	struct str words[CONTENT_MAX];
	int n;
};

static bool question_groups_has(const struct word_set *set, struct str word)
{
	for (int i = 0; i < set->n; i++)
		if (str_equal(set->words[i], word))
			return true;
	return false;
}

static struct word_set set_of(struct pool *pool, struct str language, struct str text)
{
	struct word_set set = { .n = 0 };
	struct content content = { .n = 0 };
	const struct language *own = language_or_english(language);
	struct content_languages spoken = { own, own };
	struct stemmer *stemmer = stems_for(pool, language);
	content_add(&content, pool, text, &spoken, 1, false);
	for (int i = 0; i < content.n; i++) {
		const struct content_word *w = &content.words[i];
		struct str word = w->concept ? pool_printf(pool, "#%d", (int)w->concept)
					     : pool_str(pool, stems_of_word(stemmer, w->folded));
		if (word.n && !question_groups_has(&set, word))
			set.words[set.n++] = word;
	}
	if (set.n == 0)
		set.words[set.n++] = text_fold(pool, text);
	return set;
}

static bool is_same_question(const struct word_set *a, const struct word_set *b)
{
	int shared = 0;
	for (int i = 0; i < a->n; i++)
		shared += question_groups_has(b, a->words[i]);
	int all = a->n + b->n - shared;
	return all > 0 && shared >= SHARED_LEAST * all;
}

static void question_groups_join(struct question_group *group, const struct asked_question *questions, int place)
{
	bool known = false;
	for (int i = 0; i < group->n && !known; i++)
		known = questions[group->members[i]].contact_id == questions[place].contact_id;
	group->members[group->n++] = place;
	group->contacts += !known;
	group->not_ours |= questions[place].not_ours;
}

static void question_groups_rank(struct question_group *groups, int n)
{
	for (int i = 1; i < n; i++)
		for (int k = i; k > 0 && groups[k].contacts > groups[k - 1].contacts; k--) {
			struct question_group swapped = groups[k];
			groups[k] = groups[k - 1];
			groups[k - 1] = swapped;
		}
}

int question_groups_of(struct pool *pool, struct str language, const struct asked_question *questions, int n,
	struct question_group **out)
{
	struct word_set *sets = pool_new_array(pool, (size_t)n + 1, struct word_set);
	struct question_group *groups = pool_new_array(pool, (size_t)n + 1, struct question_group);
	int n_groups = 0;
	for (int i = 0; i < n; i++) {
		int g = 0;
		sets[i] = set_of(pool, language, questions[i].text);
		while (g < n_groups && !is_same_question(&sets[groups[g].members[0]], &sets[i]))
			g++;
		if (g == n_groups)
			groups[n_groups++].members = pool_new_array(pool, (size_t)(n - i) + 1, int);
		question_groups_join(&groups[g], questions, i);
	}
	question_groups_rank(groups, n_groups);
	*out = groups;
	return n_groups;
}
