/*
 * training-phrases.c - an organisation's triggers and titles as vectors. Pure.
 *
 * Both views of a text (ngrams.h) have the same length, 1 over the square root of 2, so that neither drowns the other.
 * The weight of an n-gram is (1 + ln count) times (1 + ln((1 + N) / (1 + df))), as scikit-learn's TfidfVectorizer has
 * it with sublinear_tf.
 */
#include "answer/skills/training/training-phrases.h"

#include "answer/skills/training/off-topic.h"
#include "core/buf.h"
#include "domain/text.h"

#include <math.h>
#include <stdlib.h>

#define LIKE_A_SKILL 0.6f

static void add_phrase(struct phrases *p, struct pool *pool, int skill, struct str text)
{
	struct str folded = text_fold(pool, text);
	if (!str_is_empty(folded))
		p->all[p->n++] = (struct phrase){ .skill = skill, .text = text, .folded = folded };
}

static void fold_all(struct phrases *p, struct pool *pool)
{
	size_t room = (size_t)off_topic_examples_count();
	for (int s = 0; s < p->n_skills; s++)
		room += (size_t)p->skills[s].n_triggers + 1;
	p->all = pool_new_array(pool, room, struct phrase);
	for (int s = 0; s < p->n_skills; s++) {
		add_phrase(p, pool, s, p->skills[s].title);
		for (int t = 0; t < p->skills[s].n_triggers; t++)
			add_phrase(p, pool, s, p->skills[s].triggers[t]);
	}
	p->n_of_skills = p->n;
	for (int i = 0; i < off_topic_examples_count(); i++)
		add_phrase(p, pool, NO_SKILL, str_of(off_topic_examples[i]));
}

static int compare_hashes(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* The vocabulary: the hashes of all phrases sorted, equal ones counted. */
/* The n-grams of phrases, one phrase after the other: kept while they are few, else made again each time they are
 * needed, since those of all phrases together would take more memory than everything else. */
struct gram_source {
	const struct phrases *p;
	struct pool *one;   /* of the phrase that was asked for last */
	struct grams *kept; /* NULL: not kept */
};

#define KEPT_PHRASES 2000

static struct grams grams_at(struct gram_source *source, int i)
{
	if (source->kept)
		return source->kept[i];
	pool_reset(source->one);
	return grams_of(source->one, source->p->all[i].folded);
}

static void keep_grams(struct gram_source *source, struct pool *scratch)
{
	if (source->p->n > KEPT_PHRASES)
		return;
	source->kept = pool_new_array(scratch, (size_t)source->p->n + 1, struct grams);
	for (int i = 0; i < source->p->n; i++)
		source->kept[i] = grams_of(scratch, source->p->all[i].folded);
}

static size_t gather_hashes(struct gram_source *source, struct buf *out)
{
	for (int i = 0; i < source->p->n; i++) {
		struct grams grams = grams_at(source, i);
		for (int g = 0; g < grams.n; g++)
			buf_add(out, &grams.all[g].hash, sizeof(grams.all[g].hash));
	}
	return out->len / sizeof(uint32_t);
}

static void build_vocabulary(struct phrases *p, struct pool *pool, struct gram_source *source)
{
	struct buf gathered;
	buf_init(&gathered, SIZE_MAX / 2);
	size_t total = gather_hashes(source, &gathered);
	uint32_t *hashes = (uint32_t *)(void *)gathered.data;
	if (total)
		qsort(hashes, total, sizeof(*hashes), compare_hashes);
	for (size_t i = 0; i < total; i++)
		p->n_features += i == 0 || hashes[i] != hashes[i - 1];
	p->hashes = pool_new_array(pool, (size_t)p->n_features, uint32_t);
	p->idf = pool_new_array(pool, (size_t)p->n_features, float);
	int feature = 0;
	for (size_t i = 0, end; i < total; i = end) {
		for (end = i; end < total && hashes[end] == hashes[i]; end++)
			;
		p->hashes[feature] = hashes[i];
		p->idf[feature++] = logf((1.0f + (float)p->n) / (1.0f + (float)(end - i))) + 1;
	}
	buf_fini(&gathered);
	p->unknown_idf = log(1.0 + p->n) + 1;
}

static int find_feature(const struct phrases *p, uint32_t hash)
{
	const uint32_t *found =
		p->n_features ? bsearch(&hash, p->hashes, (size_t)p->n_features, sizeof(hash), compare_hashes) : NULL;
	return found ? (int)(found - p->hashes) : -1;
}

/* A word that only built-in examples know is as unknown to the organisation as any other. */
static bool is_of_skills(const struct phrases *p, int feature)
{
	return feature >= 0 && (!p->first || p->first[feature] < p->first[feature + 1]);
}

static struct tf_idf_vector training_phrases_weigh(const struct phrases *p, struct pool *pool, struct grams grams)
{
	struct tf_idf_vector v = { .features = pool_new_array(pool, (size_t)grams.n, int),
		.values = pool_new_array(pool, (size_t)grams.n, float) };
	double squares[GRAM_VIEWS] = { 0 }, words = 0, known = 0;
	for (int i = 0; i < grams.n; i++) {
		const struct gram *g = &grams.all[i];
		int feature = find_feature(p, g->hash);
		double value = (double)g->weight * (feature < 0 ? p->unknown_idf : (double)p->idf[feature]);
		squares[gram_view(g->hash)] += value * value;
		if (g->is_word)
			words += value;
		if (g->is_word && is_of_skills(p, feature))
			known += value;
		if (feature < 0)
			continue;
		v.features[v.n] = feature;
		v.values[v.n++] = (float)value;
	}
	for (int i = 0; i < v.n; i++)
		v.values[i] /= (float)sqrt(2 * squares[gram_view(p->hashes[v.features[i]])]);
	v.known_share = words > 0 ? known / words : 0;
	return v;
}

struct tf_idf_vector phrases_tf_idf_vector(const struct phrases *p, struct pool *pool, struct str folded)
{
	return training_phrases_weigh(p, pool, grams_of(pool, folded));
}

/* The vectors of skills turned around: by feature. */
static void training_phrases_turn_around(struct phrases *p, struct pool *pool)
{
	int *next = pool_new_array(pool, (size_t)p->n_features + 2, int);
	size_t total = 0;
	for (int i = 0; i < p->n_of_skills; i++)
		for (int k = 0; k < p->all[i].vector.n; k++, total++)
			next[p->all[i].vector.features[k] + 2]++;
	for (int f = 2; f < p->n_features + 2; f++)
		next[f] += next[f - 1];
	p->phrase_of = pool_new_array(pool, total + 1, int);
	p->value_of = pool_new_array(pool, total + 1, float);
	for (int i = 0; i < p->n_of_skills; i++)
		for (int k = 0; k < p->all[i].vector.n; k++) {
			int at = next[p->all[i].vector.features[k] + 1]++;
			p->phrase_of[at] = i;
			p->value_of[at] = p->all[i].vector.values[k];
		}
	p->first = next;
}

static double squared_length_of_sum(const struct phrases *p, int from, int to, float *sum)
{
	double square = 0;
	for (int i = from; i < to; i++)
		for (int k = 0; k < p->all[i].vector.n; k++)
			sum[p->all[i].vector.features[k]] += p->all[i].vector.values[k];
	for (int i = from; i < to; i++)
		for (int k = 0; k < p->all[i].vector.n; k++) {
			float *s = &sum[p->all[i].vector.features[k]];
			square += (double)*s * (double)*s;
			*s = 0;
		}
	return square;
}

static void find_centres(struct phrases *p, struct pool *pool)
{
	float *sum = pool_new_array(pool, (size_t)p->n_features + 1, float);
	p->centre_length = pool_new_array(pool, (size_t)p->n_skills + 1, float);
	p->phrases_of = pool_new_array(pool, (size_t)p->n_skills + 1, int);
	for (int i = 0, end; i < p->n_of_skills; i = end) {
		int skill = p->all[i].skill;
		for (end = i; end < p->n_of_skills && p->all[end].skill == skill; end++)
			;
		p->centre_length[skill] = (float)sqrt(squared_length_of_sum(p, i, end, sum));
		p->phrases_of[skill] = end - i;
	}
}

/* An organisation may well have a skill for greetings: then greetings are no examples of what no skill is about. */
static void drop_contradictions(struct phrases *p, struct pool *scratch)
{
	float *cosines = pool_new_array(scratch, (size_t)p->n_of_skills, float);
	int kept = p->n_of_skills;
	for (int i = p->n_of_skills; i < p->n; i++) {
		bool is_like_a_skill = false;
		phrases_cosines(p, &p->all[i].vector, cosines);
		for (int k = 0; k < p->n_of_skills; k++)
			is_like_a_skill |= cosines[k] > LIKE_A_SKILL;
		if (!is_like_a_skill)
			p->all[kept++] = p->all[i];
	}
	p->n = kept;
}

struct phrases *phrases_new(struct pool *pool, const struct skill *skills, int n)
{
	struct phrases *p = pool_new_of(pool, struct phrases);
	struct pool *scratch = pool_new();
	p->skills = skills;
	p->n_skills = n;
	fold_all(p, pool);
	struct gram_source source = { .p = p, .one = pool_new() };
	keep_grams(&source, scratch);
	build_vocabulary(p, pool, &source);
	for (int i = 0; i < p->n; i++)
		p->all[i].vector = training_phrases_weigh(p, pool, grams_at(&source, i));
	training_phrases_turn_around(p, pool);
	find_centres(p, pool);
	drop_contradictions(p, scratch);
	for (int i = 0; i < p->n; i++)
		p->n_entries += (size_t)p->all[i].vector.n;
	pool_free(source.one);
	pool_free(scratch);
	return p;
}

void phrases_cosines(const struct phrases *p, const struct tf_idf_vector *v, float *out)
{
	memset(out, 0, (size_t)p->n_of_skills * sizeof(*out));
	for (int k = 0; k < v->n; k++)
		for (int at = p->first[v->features[k]]; at < p->first[v->features[k] + 1]; at++)
			out[p->phrase_of[at]] += v->values[k] * p->value_of[at];
}
