/*
 * question-groups.c - which questions ask the same, in other words. Pure.
 *
 * A question is the set of the stems of its words that say something. It joins the first group with whose first
 * question it shares at least half of both sets' words; else it makes a group of its own. So a group does not drift
 * away from what it began with. Questions of function words alone are the same when they are written alike.
 */
#include "answer/question-groups.h"

#include "answer/question-words.h"

#define SHARED_LEAST 0.5

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
	struct question_words *sets = pool_new_array(pool, (size_t)n + 1, struct question_words);
	struct question_group *groups = pool_new_array(pool, (size_t)n + 1, struct question_group);
	int n_groups = 0;
	for (int i = 0; i < n; i++) {
		int g = 0;
		sets[i] = question_words_of(pool, language, questions[i].text);
		while (g < n_groups && question_words_shared(&sets[groups[g].members[0]], &sets[i]) < SHARED_LEAST)
			g++;
		if (g == n_groups)
			groups[n_groups++].members = pool_new_array(pool, (size_t)(n - i) + 1, int);
		question_groups_join(&groups[g], questions, i);
	}
	question_groups_rank(groups, n_groups);
	*out = groups;
	return n_groups;
}
