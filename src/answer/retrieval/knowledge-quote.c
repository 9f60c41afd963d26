/*
 * knowledge-quote.c - the sentences of the best passages that answer a question.
 *
 * Pure. Of the best passages the one is quoted whose best sentence and whole fit best together; of it the two best
 * sentences and, when these are short, what stands next to them. A short passage is quoted whole. Of a frequent
 * question the answer is quoted and not the question. Nothing is reworded.
 */
#include "answer/retrieval/knowledge.h"

#include "answer/retrieval/sentences.h"
#include "core/buf.h"
#include "domain/settings.h"

#include <stdlib.h>

/* Chosen from data: see doc/answers.md. */
const double knowledge_threshold_default = KNOWLEDGE_THRESHOLD_DEFAULT;

#define PASSAGES_MOST 3
#define SENTENCES_MAX 100
#define SENTENCES_QUOTED 2
#define WORDS_SHORT 12 /* fewer than this are joined by a neighbour */
#define WORDS_WHOLE 45 /* a passage up to this length is knowledge_quote_quoted whole */
#define REPLY_MAX_BYTES 65536

struct sentence {
	struct str text;
	int words;
	double score;
	bool begins_line, row; /* of a table: always whole lines */
	bool question, quoted;
};

struct reading {
	struct sentence all[SENTENCES_MAX];
	int n;
	int best;
};

static bool knowledge_quote_is_row(struct str line)
{
	return str_find_char(line, '|') >= 0;
}

/* The next sentence, or the whole row of a table; `*begins_line` says where it stands. */
static struct str next_of(struct str *rest, bool *begins_line)
{
	struct str below = str_trim(*rest);
	*begins_line = !rest->p || below.p == rest->p || memchr(rest->p, '\n', (size_t)(below.p - rest->p));
	struct str line = str_trim(str_take_until(&below, '\n'));
	if (!*begins_line || !knowledge_quote_is_row(line))
		return sentence_next(rest);
	*rest = below;
	return line;
}

/* A question that stands in the heading, too, is one even without a mark. */
static bool knowledge_quote_is_question(const struct passage_hit *hit, const struct reading *r, struct str sentence)
{
	return sentence_is_question(sentence) || (r->n == 0 && str_has_suffix(hit->heading, sentence));
}

static void read_passage(struct pool *pool, const struct passage_hit *hit, struct reading *r)
{
	struct str rest = hit->text;
	bool begins_line;
	*r = (struct reading){ .n = 0 };
	for (struct str s = next_of(&rest, &begins_line); s.n && r->n < SENTENCES_MAX;
		s = next_of(&rest, &begins_line)) {
		r->all[r->n] = (struct sentence){ .text = s,
			.words = sentence_words(s),
			.score = term_coverage_of(pool, hit->asked, s, hit->language),
			.begins_line = begins_line,
			.row = begins_line && knowledge_quote_is_row(s),
			.question = knowledge_quote_is_question(hit, r, s) };
		if (r->all[r->n].score > r->all[r->best].score)
			r->best = r->n;
		r->n++;
	}
}

/* Marks the best sentence that is not marked, of those that score so much at least; never a question. */
static int mark_best(struct reading *r, double least)
{
	int best = -1;
	for (int i = 0; i < r->n; i++) {
		const struct sentence *s = &r->all[i];
		if (s->quoted || s->question || s->score < least)
			continue;
		if (best < 0 || s->score > r->all[best].score)
			best = i;
	}
	if (best >= 0)
		r->all[best].quoted = true;
	return best;
}

static int knowledge_quote_words_of(const struct reading *r, bool quoted_only)
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

/* The best ones. What stands next to a sentence may go on with it; a row next to a row is about something else. */
static void mark_several(struct reading *r, int marked)
{
	double least = 0;
	while (marked < SENTENCES_QUOTED) {
		int best = mark_best(r, least);
		if (best < 0)
			return;
		if (r->all[best].row)
			least = r->all[best].score / 2;
		marked++;
	}
}

static void knowledge_quote_mark(struct reading *r)
{
	bool whole = knowledge_quote_words_of(r, false) <= WORDS_WHOLE;
	int marked = 0;
	if (!whole && r->n && r->all[r->best].question)
		marked = mark_answer(r);
	if (!whole)
		mark_several(r, marked);
	for (int i = 0; i < r->n; i++)
		if (whole && !r->all[i].question)
			r->all[i].quoted = true;
	for (int i = 1; i < r->n && knowledge_quote_words_of(r, true) < WORDS_SHORT; i++)
		if (r->all[i - 1].quoted && !r->all[i].question)
			r->all[i].quoted = true;
	if (knowledge_quote_words_of(r, true) == 0) /* nothing but questions */
		for (int i = 0; i < r->n; i++)
			r->all[i].quoted = true;
}

/* A row says little without the first one of its table, which names the columns. */
static void mark_columns(struct reading *r)
{
	int first = -1;
	for (int i = 0; i < r->n; i++) {
		if (!r->all[i].row)
			first = -1;
		else if (first < 0)
			first = i;
		if (first >= 0 && r->all[i].quoted)
			r->all[first].quoted = true;
	}
}

/* What stands between two sentences that are quoted: what did in the passage, and a sign for what is left out of
 * running text. */
static const char *gap_between(const struct sentence *before, const struct sentence *s)
{
	bool lines = s->row || (s - 1)->row || str_has_prefix(s->text, STR("- "));
	if (s - before > 1 && !lines)
		return "\n";
	return lines || s->begins_line ? "\n" : " ";
}

static struct str knowledge_quote_quoted(struct pool *pool, const struct reading *r)
{
	struct buf out;
	const struct sentence *last = NULL;
	buf_init(&out, REPLY_MAX_BYTES);
	for (const struct sentence *s = r->all; s < r->all + r->n; s++) {
		if (!s->quoted)
			continue;
		if (last)
			buf_add_cstr(&out, gap_between(last, s));
		buf_add_str(&out, s->text);
		last = s;
	}
	return pool_take(pool, &out);
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
	knowledge_quote_mark(&readings[best]);
	mark_columns(&readings[best]);
	q.text = knowledge_quote_quoted(pool, &readings[best]);
	q.title = hits[best].named ? hits[best].title : STR_NONE;
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
	if (quote->title.n)
		buf_addf(&out, "\n\n\xe2\x80\x94 %.*s", (int)quote->title.n, quote->title.p);
	if (quote->url.n)
		buf_addf(&out, "%s%.*s", quote->title.n ? "\n" : "\n\n", (int)quote->url.n, quote->url.p);
	return pool_take(pool, &out);
}
