/*
 * knowledge.c - finds the passages that a question is about.
 *
 * The database gives the entries of the question's terms, this file makes the sums. Each kind of terms, and of the
 * stems each language, is scored by itself as a share of the best possible score, and the mean of stems and n-grams is
 * the passage's score by the index. Terms that no passage has count in what is possible. Then the sentences of the best
 * are read (term-coverage.h), and the mean of what the passage says as a whole, in one sentence and above it, by their
 * weights, is its score: 0 to 1, so it says also whether anything answers.
 *
 * Owns nothing and changes nothing. An index that is being changed shows the state before or after; a passage that goes
 * away between two steps is left out.
 */
#include "answer/retrieval/knowledge.h"

#include "answer/terms/common-terms.h"
#include "answer/retrieval/postings.h"
#include "answer/terms/terms.h"
#include "core/buf.h"
#include "db/statements.h"

#include <math.h>
#include <stdlib.h>

#define TEXT_MAX_BYTES 2000
#define LANGUAGES_MAX 16
#define WORDS_MOST 64 /* of each question, all languages together, whose passages are looked at */
#define PIECES_MOST 192
#define COMMON_SHARE 0.3    /* n-grams that more than this share of the passages have tell nothing, */
#define COMMON_LEAST 500    /* but with few passages they cost nothing either */
#define CANDIDATES_FACTOR 3 /* passages looked at for each that is wanted, since some are of one document */
#define FEW_PASSAGES 50.0   /* with so many, messages that are off-topic (common-terms.h) count half */
#define READ_MOST 12        /* passages whose sentences are read, also when fewer are wanted */
#define SENTENCE_COUNTS 0.2 /* the best sentence with title and headings, next to the whole passage */
#define ABOVE_COUNTS 0.1    /* title and headings by themselves */
#define RANKED_MOST 200     /* passages by words that are looked at next to those that embeddings find */
#define ENTRIES_MAX_BYTES (64u << 20)

/* A term of the question. `group`: 0 for n-grams, else the language's place. */
struct asking {
	uint32_t hash;
	int group;
	double passages; /* that have it */
	bool chosen, dropped;
	double weight;
};

struct search {
	struct db *db;
	struct pool *pool;
	int64_t org;
	double passages, average[TERM_KINDS];
	int next_passage;
	struct str languages[LANGUAGES_MAX];
	int n_languages;
	struct asking *terms;
	int n_terms;
};

static enum err look_at_index(struct search *s, bool *empty)
{
	struct sql_knowledge_of_rows r;
	enum err e = sql_knowledge_of(s->db, s->pool, s->org, &r);
	*empty = e != ERR_OK || r.n == 0;
	if (*empty)
		return e;
	const struct sql_knowledge_of_row row = sql_knowledge_of_row(&r, 0);
	s->passages = (double)row.passages;
	s->average[0] = (double)row.words / s->passages;
	s->average[1] = (double)row.ngrams / s->passages;
	s->next_passage = (int)row.next_passage;
	struct str rest = row.languages;
	do /* one that is absent is a language too: words stay whole */
		s->languages[s->n_languages++] = str_take_until(&rest, ' ');
	while (rest.p && s->n_languages < LANGUAGES_MAX);
	return ERR_OK;
}

static int compare_asking(const void *a, const void *b)
{
	uint32_t x = ((const struct asking *)a)->hash, y = ((const struct asking *)b)->hash;
	return (x > y) - (x < y);
}

/* The beginning of a long text, whole words of it. */
static struct str knowledge_beginning(struct str text)
{
	if (text.n <= TEXT_MAX_BYTES)
		return text;
	size_t n = TEXT_MAX_BYTES;
	while (n > TEXT_MAX_BYTES / 2 && !strchr(" \t\r\n", text.p[n]))
		n--;
	return (struct str){ text.p, n };
}

/* Pieces are the same in every language. Two tags of one language, as "pt" and "pt-BR", have the same stems. */
static void take_terms(struct search *s, struct str text)
{
	struct terms all[LANGUAGES_MAX];
	int most = 0;
	for (int i = 0; i < s->n_languages; i++) {
		all[i] = terms_of(s->pool, text, s->languages[i]);
		most += all[i].n;
	}
	s->terms = pool_new_array(s->pool, (size_t)most, struct asking);
	for (int i = 0; i < s->n_languages; i++)
		for (int k = 0; k < all[i].n; k++) {
			bool piece = term_kind(all[i].all[k].hash) > 0;
			if (!piece || i == 0)
				s->terms[s->n_terms++] =
					(struct asking){ .hash = all[i].all[k].hash, .group = piece ? 0 : i + 1 };
		}
	if (s->n_terms)
		qsort(s->terms, (size_t)s->n_terms, sizeof(*s->terms), compare_asking);
	int kept = 0;
	for (int i = 0; i < s->n_terms; i++)
		if (!kept || s->terms[kept - 1].hash != s->terms[i].hash)
			s->terms[kept++] = s->terms[i];
	s->n_terms = kept;
}

static struct asking *find_term(const struct search *s, int64_t shown)
{
	struct asking key = { .hash = (uint32_t)(int32_t)shown };
	return bsearch(&key, s->terms, (size_t)s->n_terms, sizeof(key), compare_asking);
}

static struct str integer_list(struct pool *pool, const struct search *s)
{
	struct buf list;
	buf_init(&list, 16 * (size_t)s->n_terms + 16);
	for (int i = 0; i < s->n_terms; i++)
		buf_addf(&list, "%c%d", i ? ',' : '{', (int32_t)s->terms[i].hash);
	buf_add_char(&list, '}');
	return pool_take(pool, &list);
}

static enum err load_entries(struct search *s, struct sql_knowledge_entries_rows *r)
{
	int64_t common = (int64_t)fmax(COMMON_LEAST, COMMON_SHARE * s->passages);
	enum err e = sql_knowledge_entries(
		s->db, s->pool, s->org, integer_list(s->pool, s), common, WORDS_MOST, PIECES_MOST, r);
	for (int i = 0; e == ERR_OK && i < r->n; i++) {
		const struct sql_knowledge_entries_row row = sql_knowledge_entries_row(r, i);
		struct asking *t = find_term(s, row.term);
		if (!t)
			continue;
		t->passages = (double)row.passages;
		t->chosen = row.entries.p;
		t->dropped = !t->chosen;
	}
	return e;
}

/* What each term is worth. Of a text so long that some known terms are left out, unknown ones count by the same part.
 */
static void knowledge_weigh(struct search *s)
{
	double known[LANGUAGES_MAX + 1] = { 0 }, unknown[LANGUAGES_MAX + 1] = { 0 };
	double share = FEW_PASSAGES / (FEW_PASSAGES + s->passages);
	int chosen[LANGUAGES_MAX + 1] = { 0 }, seen[LANGUAGES_MAX + 1] = { 0 };
	for (int i = 0; i < s->n_terms; i++) {
		struct asking *t = &s->terms[i];
		t->weight = posting_rarity(s->passages + share * common_terms_messages(),
			t->passages + share * common_terms_with(t->hash));
		*(t->chosen ? &known[t->group] : &unknown[t->group]) += t->dropped ? 0 : t->weight;
		chosen[t->group] += t->chosen;
		seen[t->group] += t->chosen || (t->dropped && t->group > 0);
	}
	for (int i = 0; i < s->n_terms; i++) {
		struct asking *t = &s->terms[i];
		double part = seen[t->group] ? (double)chosen[t->group] / seen[t->group] : 1;
		double possible = known[t->group] + part * unknown[t->group];
		t->weight = t->chosen && possible > 0 ? t->weight / possible / TERM_KINDS : 0;
	}
}

static struct tally *add_up(const struct search *s, const struct sql_knowledge_entries_rows *r)
{
	struct tally *tally = tally_new(s->pool, s->next_passage, s->average);
	struct buf entries;
	buf_init(&entries, ENTRIES_MAX_BYTES);
	for (int i = 0; i < r->n; i++) {
		const struct sql_knowledge_entries_row row = sql_knowledge_entries_row(r, i);
		const struct asking *t = find_term(s, row.term);
		buf_reset(&entries);
		if (t && t->weight > 0 && postings_decode(&entries, row.entries))
			tally_add(tally, s->pool, term_kind(t->hash), (int)row.block, buf_str(&entries), t->weight);
	}
	buf_fini(&entries);
	return tally;
}

static struct query_terms *asked_of(const struct search *s)
{
	struct query_terms *asked = pool_new_of(s->pool, struct query_terms);
	asked->all = pool_new_array(s->pool, (size_t)s->n_terms, struct query_term);
	for (int i = 0; i < s->n_terms; i++)
		if (s->terms[i].weight > 0)
			asked->all[asked->n++] = (struct query_term){ s->terms[i].hash, s->terms[i].weight };
	return asked;
}

/* The score of a passage whose sentences were read; of one that was not, as though they said nothing. */
static void read_hit(struct pool *scratch, struct passage_hit *hit, bool read, const struct similarity_scale *scale)
{
	pool_reset(scratch);
	struct str above = pool_printf(scratch, "%.*s\n%.*s", (int)hit->title.n, hit->title.p, (int)hit->heading.n,
		hit->heading.p ? hit->heading.p : "");
	struct term_coverage r = term_coverage_read(scratch, read ? hit->asked : NULL, above, hit->text, hit->language);
	hit->words = (hit->words + SENTENCE_COUNTS * r.sentence + ABOVE_COUNTS * r.above)
		     / (1 + SENTENCE_COUNTS + ABOVE_COUNTS);
	hit->score = scale ? fusion_score(hit->words, hit->cosine, scale) : hit->words;
}

/* Afterwards the best are first; of equal ones the one that was before. */
static void read_hits(struct passage_hit *hits, int n, const struct similarity_scale *scale)
{
	struct pool *scratch = pool_new();
	for (int i = 0; i < n; i++)
		read_hit(scratch, &hits[i], i < READ_MOST, scale);
	pool_free(scratch);
	for (int i = 1; i < n; i++) {
		struct passage_hit one = hits[i];
		int at = i;
		for (; at > 0 && hits[at - 1].score < one.score; at--)
			hits[at] = hits[at - 1];
		hits[at] = one;
	}
}

static enum err load_passages(struct search *s, const struct ranked *ranked, const struct tallied *best, int n_best,
	int most, struct passage_hit *hits, int *n)
{
	struct buf ids, scores;
	struct sql_knowledge_passages_rows r;
	buf_init(&ids, 16 * (size_t)n_best + 16);
	buf_init(&scores, 32 * (size_t)n_best + 16);
	for (int i = 0; i < n_best; i++) {
		buf_addf(&ids, "%c%d", i ? ',' : '{', best[i].passage);
		buf_addf(&scores, "%c%.9g", i ? ',' : '{', best[i].score);
	}
	buf_add_char(&ids, '}');
	buf_add_char(&scores, '}');
	enum err e = sql_knowledge_passages(
		s->db, s->pool, s->org, buf_str(&ids), buf_str(&scores), KNOWLEDGE_PASSAGES_OF_DOCUMENT, most, &r);
	buf_fini(&ids);
	buf_fini(&scores);
	if (e != ERR_OK)
		return e;
	const struct query_terms *asked = asked_of(s);
	for (*n = 0; *n < r.n && *n < most; ++*n) {
		const struct sql_knowledge_passages_row row = sql_knowledge_passages_row(&r, *n);
		hits[*n] = (struct passage_hit){ .passage_id = row.passage_id,
			.document_id = row.document_id,
			.title = row.title,
			.named = row.named,
			.url = row.url,
			.language = row.language,
			.heading = row.heading,
			.text = row.body,
			.score = row.score,
			.words = ranked_words(ranked, (int)row.passage_id),
			.cosine = ranked_cosine(ranked, (int)row.passage_id),
			.asked = asked };
	}
	return ERR_OK;
}

/* The best by words, at most `most`. */
static enum err rank_words(struct search *s, struct str text, int most, struct ranked *out)
{
	struct sql_knowledge_entries_rows r;
	bool none;
	*out = (struct ranked){ .words = pool_new_array(s->pool, (size_t)most, struct tallied) };
	enum err e = look_at_index(s, &none);
	if (e != ERR_OK || none)
		return e;
	take_terms(s, knowledge_beginning(text));
	if (s->n_terms == 0 || (e = load_entries(s, &r)) != ERR_OK)
		return e;
	knowledge_weigh(s);
	out->n_words = tally_best(add_up(s, &r), out->words, most);
	return ERR_OK;
}

static enum err knowledge_rank_passages(
	struct search *s, struct str text, const struct question_embedding *embedding, int most, struct ranked *out)
{
	enum err e = rank_words(s, text, most, out);
	return e == ERR_OK && embedding ? embedding_cache_compare(
		       embedding->embeddings, s->pool, s->org, embedding->state, embedding->values, out)
					: e;
}

enum err knowledge_rank(struct db *db, struct pool *pool, int64_t org_id, struct str text,
	const struct question_embedding *embedding, struct ranked *out)
{
	struct search s = { .db = db, .pool = pool, .org = org_id };
	return knowledge_rank_passages(&s, text, embedding, RANKED_MOST, out);
}

/* On which its cosines are read. */
static struct similarity_scale scale_for(
	struct pool *pool, const struct question_embedding *embedding, const struct ranked *ranked)
{
	struct cosines all = { pool_new_array(pool, (size_t)ranked->n_similar + 1, double), ranked->n_similar };
	if (!embedding->across)
		return embedding->state->scale;
	for (int i = 0; i < all.n; i++)
		all.all[i] = ranked->similar[i].score;
	return embedding_state_scale_across(embedding->state, all);
}

enum err knowledge_search_similar(struct db *db, struct pool *pool, int64_t org_id, struct str text,
	const struct question_embedding *embedding, int most, struct passage_hit *hits, int *n)
{
	struct search s = { .db = db, .pool = pool, .org = org_id };
	struct ranked ranked;
	struct similarity_scale scale;
	int wanted = most > READ_MOST ? most : READ_MOST, candidates = wanted * CANDIDATES_FACTOR, n_all = 0;
	*n = 0;
	enum err e = knowledge_rank_passages(&s, text, embedding, embedding ? RANKED_MOST : candidates, &ranked);
	if (e != ERR_OK)
		return e;
	struct tallied *best = ranked.words;
	int n_best = ranked.n_words;
	if (embedding) {
		scale = scale_for(pool, embedding, &ranked);
		best = pool_new_array(pool, (size_t)candidates, struct tallied);
		n_best = fusion_best(&ranked, &scale, best, candidates);
	}
	struct passage_hit *all = pool_new_array(pool, (size_t)wanted, struct passage_hit);
	if (n_best)
		e = load_passages(&s, &ranked, best, n_best, wanted, all, &n_all);
	if (e != ERR_OK)
		return e;
	read_hits(all, n_all, embedding ? &scale : NULL);
	*n = n_all < most ? n_all : most;
	if (*n)
		memcpy(hits, all, (size_t)*n * sizeof(*hits));
	return ERR_OK;
}

enum err knowledge_search(
	struct db *db, struct pool *pool, int64_t org_id, struct str text, int most, struct passage_hit *hits, int *n)
{
	return knowledge_search_similar(db, pool, org_id, text, NULL, most, hits, n);
}

enum err knowledge_few(struct db *db, struct pool *pool, int64_t org_id, int most, struct passage_hit *hits, int *n)
{
	struct sql_knowledge_few_rows rows;
	enum err e = sql_knowledge_few(db, pool, org_id, most, &rows);
	*n = 0;
	for (int i = 0; e == ERR_OK && i < rows.n && i < most; i++) {
		struct sql_knowledge_few_row row = sql_knowledge_few_row(&rows, i);
		hits[(*n)++] = (struct passage_hit){ .passage_id = row.passage_id,
			.document_id = row.document_id,
			.title = row.title,
			.named = row.named,
			.url = row.url,
			.language = row.language,
			.heading = row.heading,
			.text = row.body,
			.cosine = -1 };
	}
	return e;
}
