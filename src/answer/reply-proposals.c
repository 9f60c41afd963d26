/*
 * reply-proposals.c - answers that people of the business give again and again to the same question. Pure.
 *
 * Both the question and the reply must share words with those by which a group was made (question-words.h): a greeting
 * that opens many conversations follows many questions, and one question may have had several answers.
 */
#include "answer/reply-proposals.h"

#include "answer/question-words.h"

#define QUESTION_SHARED 0.5
#define REPLY_SHARED 0.5
#define CONTACTS_LEAST 2

struct proposal_words {
	struct question_words question, reply;
};

static bool is_same_answer(const struct proposal_words *a, const struct proposal_words *b)
{
	return question_words_shared(&a->question, &b->question) >= QUESTION_SHARED
	       && question_words_shared(&a->reply, &b->reply) >= REPLY_SHARED;
}

static void reply_proposals_join(struct reply_proposal *p, const struct answered_question *all, int place)
{
	bool known = false;
	for (int i = 0; i < p->n && !known; i++)
		known = all[p->members[i]].contact_id == all[place].contact_id;
	p->members[p->n++] = place;
	p->contacts += !known;
	p->decided |= all[place].decided;
}

/* The reply that shares most with all others of its group; of several the newest. */
static int most_usual(const struct reply_proposal *p, const struct proposal_words *words)
{
	double most = -1;
	int best = p->members[0];
	for (int i = 0; i < p->n; i++) {
		double sum = 0;
		for (int k = 0; k < p->n; k++)
			sum += question_words_shared(&words[p->members[i]].reply, &words[p->members[k]].reply);
		if (sum > most + 1e-9) {
			most = sum;
			best = p->members[i];
		}
	}
	return best;
}

/* Leaves those of several contacts, ordered by how many. */
static int reply_proposals_rank(struct reply_proposal *all, int n)
{
	int kept = 0;
	for (int i = 0; i < n; i++)
		if (all[i].contacts >= CONTACTS_LEAST)
			all[kept++] = all[i];
	for (int i = 1; i < kept; i++)
		for (int k = i; k > 0 && all[k].contacts > all[k - 1].contacts; k--) {
			struct reply_proposal swapped = all[k];
			all[k] = all[k - 1];
			all[k - 1] = swapped;
		}
	return kept;
}

int reply_proposals_of(
	struct pool *pool, struct str language, const struct answered_question *all, int n, struct reply_proposal **out)
{
	struct proposal_words *words = pool_new_array(pool, (size_t)n + 1, struct proposal_words);
	struct reply_proposal *proposals = pool_new_array(pool, (size_t)n + 1, struct reply_proposal);
	int n_proposals = 0;
	for (int i = 0; i < n; i++) {
		int p = 0;
		words[i].question = question_words_of(pool, language, all[i].question);
		words[i].reply = question_words_of(pool, language, all[i].reply);
		while (p < n_proposals && !is_same_answer(&words[proposals[p].members[0]], &words[i]))
			p++;
		if (p == n_proposals)
			proposals[n_proposals++].members = pool_new_array(pool, (size_t)(n - i), int);
		reply_proposals_join(&proposals[p], all, i);
	}
	n_proposals = reply_proposals_rank(proposals, n_proposals);
	for (int p = 0; p < n_proposals; p++)
		proposals[p].reply = most_usual(&proposals[p], words);
	*out = proposals;
	return n_proposals;
}
