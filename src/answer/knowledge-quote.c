/*
 * knowledge-quote.c - the sentences of the best passages that answer a question.
 *
 * Pure. Of the best passages the one is quoted whose best sentence and whole fit best together; of it the two best
 * sentences and, when these are short, what stands beside them. A short passage is quoted whole. Of a frequent question
 * the answer is quoted and not the question. Nothing is reworded.
 */
#include "answer/knowledge.h"

#include "answer/sentences.h"
#include "core/buf.h"
#include "domain/settings.h"

#include <stdlib.h>

/* Chosen from data: see doc/answers.md. */
const double knowledge_threshold_default = KNOWLEDGE_THRESHOLD_DEFAULT;

#define PASSAGES_MOST 3
#define SENTENCES_MAX 100
#define SENTENCES_QUOTED 2
#define WORDS_SHORT 12 /* fewer than this are joined by a neighbour */
#define WORDS_WHOLE 45 /* a passage up to this length is quoted whole */
#define REPLY_MAX_BYTES 65536

struct sentence {
	struct str text;
	int words;
	double score;
	bool question, quoted;
};

struct reading {
	struct sentence all[SENTENCES_MAX];
	int n;
	int best;
};

static void read_passage(struct pool *pool, const struct passage_hit *hit, struct reading *r)
{
	struct str rest = hit->text;
	*r = (struct reading){ .n = 0 };
	for (struct str s = sentence_next(&rest); s.n && r->n < SENTENCES_MAX; s = sentence_next(&rest)) {
		r->all[r->n] = (struct sentence){ .text = s,
			.words = sentence_words(s),
			.score = asked_share(pool, hit->asked, s, hit->language),
			.question = sentence_is_question(s) };
		if (r->all[r->n].score > r->all[r->best].score)
			r->best = r->n;
		r->n++;
	}
}

/* Marks the best sentence that is not marked; a question only when there is nothing else. */
static int mark_best(struct reading *r)
{
	int best = -1;
	for (int i = 0; i < r->n; i++) {
		const struct sentence *s = &r->all[i];
		if (s->quoted || s->question)
			continue;
		if (best < 0 || s->score > r->all[best].score)
			best = i;
	}
	if (best >= 0)
		r->all[best].quoted = true;
	return best;
}

static int words_of(const struct reading *r, bool quoted_only)
{
	int words = 0;
	for (int i = 0; i < r->n; i++)
		if (!r->all[i].question && (r->all[i].quoted || !quoted_only))
			words += r->all[i].words;
	return words;
}

/* From the place of a question that was asked before and is answered here, the first sentences of the answer. */
static int mark_answer(struct reading *r)
{
	int marked = 0;
	for (int i = r->best + 1; i < r->n && marked < SENTENCES_QUOTED; i++)
		if (!r->all[i].question) {
			r->all[i].quoted = true;
			marked++;
		}
	return marked;
}

static void mark(struct reading *r)
{
	bool whole = words_of(r, false) <= WORDS_WHOLE;
	int marked = 0;
	if (!whole && r->n && r->all[r->best].question)
		marked = mark_answer(r);
	while (!whole && marked < SENTENCES_QUOTED && mark_best(r) >= 0)
		marked++;
	for (int i = 0; i < r->n; i++)
		if (whole && !r->all[i].question)
			r->all[i].quoted = true;
	for (int i = 1; i < r->n && words_of(r, true) < WORDS_SHORT; i++)
		if (r->all[i - 1].quoted && !r->all[i].question)
			r->all[i].quoted = true;
	if (words_of(r, true) == 0) /* nothing but questions */
		for (int i = 0; i < r->n; i++)
			r->all[i].quoted = true;
}

static struct str quoted(struct pool *pool, const struct reading *r)
{
	struct buf out;
	int last = -1;
	buf_init(&out, REPLY_MAX_BYTES);
	for (int i = 0; i < r->n; i++) {
		if (!r->all[i].quoted)
			continue;
		if (last >= 0)
			buf_add_cstr(&out, i > last + 1                                ? " \xe2\x80\xa6 "
					   : str_has_prefix(r->all[i].text, STR("- ")) ? "\n"
										       : " ");
		buf_add_str(&out, r->all[i].text);
		last = i;
	}
	struct str text = pool_str(pool, buf_str(&out));
	buf_fini(&out);
	return text;
}

struct quote knowledge_quote(struct pool *pool, const struct passage_hit *hits, int n, double threshold)
{
	struct quote q = { .answers = false };
	struct reading *readings = pool_new_array(pool, PASSAGES_MOST, struct reading);
	int best = -1;
	double most = 0;
	for (int i = 0; i < n && i < PASSAGES_MOST; i++) {
		read_passage(pool, &hits[i], &readings[i]);
		double fit = hits[i].score + (readings[i].n ? readings[i].all[readings[i].best].score : 0);
		if (readings[i].n && (best < 0 || fit > most)) {
			best = i;
			most = fit;
		}
	}
	if (best < 0)
		return q;
	mark(&readings[best]);
	q.text = quoted(pool, &readings[best]);
	q.title = hits[best].title;
	q.url = hits[best].url;
	q.score = hits[0].score;
	q.answers = q.score >= (threshold > 0 ? threshold : knowledge_threshold_default);
	return q;
}

struct str knowledge_reply(struct pool *pool, const struct quote *quote)
{
	struct buf out;
	buf_init(&out, 2 * REPLY_MAX_BYTES);
	buf_add_str(&out, quote->text);
	buf_add_cstr(&out, "\n\n\xe2\x80\x94 ");
	buf_add_str(&out, quote->title);
	if (quote->url.n) {
		buf_add_char(&out, '\n');
		buf_add_str(&out, quote->url);
	}
	struct str text = pool_str(pool, buf_str(&out));
	buf_fini(&out);
	return text;
}
