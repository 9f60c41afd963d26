/*
 * skill-model.c - what is trained from an organisation's phrases: training, the weights, and their form in the
 * database.
 *
 * Weights are kept in one byte each, scaled by skill; those that round to nothing are left out, and by feature, since a
 * message has few. In the database they follow a header with a version, the digest of the phrases and a checksum:
 * whatever does not fit is refused and trained again. Never touches the database or the clock.
 */
#include "answer/skills/skill-model.h"

#include "answer/skills/training/classifier.h"
#include "core/crypto/crypt.h"

#include <math.h>

#define MAGIC "DBSM"
#define VERSION 1
#define STEPS 127
#define WEIGHTS_MAX \
	(16u << 20) /* a model of more is none: it would skill_model_take a process more memory than it is worth */
#define BIAS_OF_NOTHING -20.0f
#define HEADER_BYTES (4 + 4 * 4 + 2 * CRYPT_SHA256_BYTES)

struct skill_model {
	int n_skills, n_features;
	unsigned char digest[CRYPT_SHA256_BYTES]; /* of the phrases */
	float *bias, *scale;                      /* by skill */
	int *first;                               /* by feature, n_features + 1 */
	uint16_t *skill_of;
	int8_t *weight_of;
};

/* ---- which phrases ---- */

static void digest_phrases(const struct phrases *p, unsigned char out[CRYPT_SHA256_BYTES])
{
	struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	buf_addf(&text, "%d %d %d\n", VERSION, p->n_skills, p->n_features);
	for (int i = 0; i < p->n; i++) {
		buf_addf(&text, "%d ", p->all[i].skill);
		buf_add_str(&text, p->all[i].folded);
		buf_add_char(&text, '\n');
	}
	crypt_sha256(buf_str(&text), out);
	buf_fini(&text);
}

/* ---- training ---- */

/* The weights as they come: skill by skill. */
struct row {
	int *features;
	int8_t *weights;
	size_t n;
};

struct rows {
	struct pool *pool;
	struct row *of_skill;
	size_t n; /* of all rows */
};

static int step_of(double weight, double most)
{
	return (int)lrint(weight / most * STEPS);
}

/* Exactly as much memory as the row takes: there may be thousands. */
static void skill_model_add_row(struct rows *r, struct row *row, const double *weights, int n_features, float *scale)
{
	double most = 0;
	size_t n = 0;
	for (int f = 0; f < n_features; f++)
		most = fmax(most, fabs(weights[f]));
	*scale = (float)(most / STEPS);
	for (int f = 0; f < n_features && most > 0; f++)
		n += step_of(weights[f], most) != 0;
	row->features = pool_new_array(r->pool, n, int);
	row->weights = pool_new_array(r->pool, n, int8_t);
	for (int f = 0; f < n_features && most > 0; f++) {
		int step = step_of(weights[f], most);
		if (step == 0)
			continue;
		row->features[row->n] = f;
		row->weights[row->n++] = (int8_t)step;
	}
	r->n += row->n;
}

static void skill_model_make_room(struct skill_model *m, struct pool *pool, size_t n_weights)
{
	m->first = pool_new_array(pool, (size_t)m->n_features + 2, int);
	m->skill_of = pool_new_array(pool, n_weights, uint16_t);
	m->weight_of = pool_new_array(pool, n_weights, int8_t);
}

static struct skill_model *new_model(struct pool *pool, const struct phrases *p)
{
	struct skill_model *m = pool_new_of(pool, struct skill_model);
	m->n_skills = p->n_skills;
	m->n_features = p->n_features;
	m->bias = pool_new_array(pool, (size_t)m->n_skills, float);
	m->scale = pool_new_array(pool, (size_t)m->n_skills, float);
	digest_phrases(p, m->digest);
	return m;
}

/* The rows turned around: by feature. */
static void skill_model_turn_around(struct skill_model *m, struct pool *pool, const struct rows *r)
{
	skill_model_make_room(m, pool, r->n);
	for (int s = 0; s < m->n_skills; s++)
		for (size_t i = 0; i < r->of_skill[s].n; i++)
			m->first[r->of_skill[s].features[i] + 2]++;
	for (int f = 2; f < m->n_features + 2; f++)
		m->first[f] += m->first[f - 1];
	for (int s = 0; s < m->n_skills; s++)
		for (size_t i = 0; i < r->of_skill[s].n; i++) {
			int at = m->first[r->of_skill[s].features[i] + 1]++;
			m->skill_of[at] = (uint16_t)s;
			m->weight_of[at] = r->of_skill[s].weights[i];
		}
}

static struct classifier_problem *problem_of(struct pool *pool, const struct phrases *p)
{
	struct classifier_problem *problem = classifier_problem_new(pool, p->n_features, p->n, p->n_entries);
	for (int i = 0; i < p->n; i++)
		classifier_add(problem, p->all[i].vector.features, p->all[i].vector.values, p->all[i].vector.n);
	return problem;
}

static bool train_rows(
	struct skill_model *m, struct pool *scratch, const struct phrases *p, struct rows *r, const atomic_bool *stop)
{
	struct classifier_problem *problem = problem_of(scratch, p);
	bool *is_positive = pool_new_array(scratch, (size_t)p->n, bool);
	double *weights = pool_new_array(scratch, (size_t)p->n_features + 1, double);
	for (int s = 0; s < m->n_skills; s++) {
		if ((stop && atomic_load(stop)) || r->n > WEIGHTS_MAX)
			return false;
		for (int i = 0; i < p->n; i++)
			is_positive[i] = p->all[i].skill == s;
		m->bias[s] = BIAS_OF_NOTHING;
		if (classifier_train(problem, is_positive, weights) == ERR_OK) {
			m->bias[s] = (float)weights[p->n_features];
			skill_model_add_row(r, &r->of_skill[s], weights, p->n_features, &m->scale[s]);
		}
	}
	return r->n > 0;
}

struct skill_model *skill_model_train(struct pool *pool, const struct phrases *p, const atomic_bool *stop)
{
	struct pool *scratch = pool_new();
	struct skill_model *m = new_model(pool, p);
	struct rows rows = { .pool = scratch, .of_skill = pool_new_array(scratch, (size_t)p->n_skills, struct row) };
	bool trained = train_rows(m, scratch, p, &rows, stop);
	if (trained)
		skill_model_turn_around(m, pool, &rows);
	pool_free(scratch);
	return trained ? m : NULL;
}

/* ---- use ---- */

void skill_model_scores(const struct skill_model *m, const struct tf_idf_vector *v, float *out)
{
	memset(out, 0, (size_t)m->n_skills * sizeof(*out));
	for (int k = 0; k < v->n; k++)
		for (int at = m->first[v->features[k]]; at < m->first[v->features[k] + 1]; at++)
			out[m->skill_of[at]] += v->values[k] * (float)m->weight_of[at];
	for (int s = 0; s < m->n_skills; s++)
		out[s] = out[s] * m->scale[s] + m->bias[s];
}

size_t skill_model_weights(const struct skill_model *m)
{
	return (size_t)m->first[m->n_features];
}

/* ---- bytes ---- */

static void skill_model_put_number(struct buf *out, uint32_t v)
{
	unsigned char bytes[4] = { (unsigned char)v, (unsigned char)(v >> 8), (unsigned char)(v >> 16),
		(unsigned char)(v >> 24) };
	buf_add(out, bytes, sizeof(bytes));
}

static void put_float(struct buf *out, float v)
{
	uint32_t bits;
	memcpy(&bits, &v, sizeof(bits));
	skill_model_put_number(out, bits);
}

/* Seven bits a byte, the last without the high bit. */
static void put_short(struct buf *out, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_add_char(out, (char)(v | 0x80));
	buf_add_char(out, (char)v);
}

static void put_body(const struct skill_model *m, struct buf *out)
{
	for (int s = 0; s < m->n_skills; s++) {
		put_float(out, m->bias[s]);
		put_float(out, m->scale[s]);
	}
	for (int f = 0; f < m->n_features; f++) {
		uint32_t before = 0;
		put_short(out, (uint32_t)(m->first[f + 1] - m->first[f]));
		for (int at = m->first[f]; at < m->first[f + 1]; at++) {
			put_short(out, m->skill_of[at] - before);
			buf_add_char(out, (char)m->weight_of[at]);
			before = m->skill_of[at];
		}
	}
}

void skill_model_write(const struct skill_model *m, struct buf *out)
{
	unsigned char sum[CRYPT_SHA256_BYTES];
	struct buf body;
	buf_init(&body, out->max);
	put_body(m, &body);
	crypt_sha256(buf_str(&body), sum);
	buf_add_cstr(out, MAGIC);
	skill_model_put_number(out, VERSION);
	skill_model_put_number(out, (uint32_t)m->n_skills);
	skill_model_put_number(out, (uint32_t)m->n_features);
	skill_model_put_number(out, (uint32_t)m->first[m->n_features]);
	buf_add(out, m->digest, sizeof(m->digest));
	buf_add(out, sum, sizeof(sum));
	buf_add_str(out, buf_str(&body));
	if (body.err != ERR_OK)
		out->err = body.err;
	buf_fini(&body);
}

/* What is left to read; `broken` once it was too little. */
struct reader {
	struct str rest;
	bool broken;
};

static const char *skill_model_take(struct reader *r, size_t n)
{
	static const char zeros[4];
	if (r->rest.n < n) {
		r->broken = true;
		return zeros;
	}
	const char *at = r->rest.p;
	r->rest = (struct str){ r->rest.p + n, r->rest.n - n };
	return at;
}

static uint32_t skill_model_take_number(struct reader *r)
{
	const unsigned char *b = (const unsigned char *)skill_model_take(r, 4);
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static float take_float(struct reader *r)
{
	uint32_t bits = skill_model_take_number(r);
	float v;
	memcpy(&v, &bits, sizeof(v));
	return v;
}

static uint32_t take_short(struct reader *r)
{
	uint32_t v = 0;
	for (int shift = 0; shift < 28; shift += 7) {
		unsigned char b = (unsigned char)*skill_model_take(r, 1);
		v |= (uint32_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	r->broken = true;
	return 0;
}

/* One feature's weights. A skill or a number of weights that cannot be breaks the reader. */
static int take_feature(struct reader *r, struct skill_model *m, int at, uint32_t n_weights)
{
	uint32_t n = take_short(r), skill = 0;
	if (n > n_weights - (uint32_t)at)
		r->broken = true;
	for (uint32_t i = 0; i < n && !r->broken; i++, at++) {
		skill += take_short(r);
		if (skill >= (uint32_t)m->n_skills)
			r->broken = true;
		m->skill_of[at] = (uint16_t)skill;
		m->weight_of[at] = (int8_t)*skill_model_take(r, 1);
	}
	return at;
}

static bool take_body(struct reader *r, struct skill_model *m, uint32_t n_weights)
{
	int at = 0;
	for (int s = 0; s < m->n_skills; s++) {
		m->bias[s] = take_float(r);
		m->scale[s] = take_float(r);
		if (!isfinite(m->bias[s]) || !isfinite(m->scale[s]))
			r->broken = true;
	}
	for (int f = 0; f < m->n_features && !r->broken; f++) {
		m->first[f] = at;
		at = take_feature(r, m, at, n_weights);
	}
	m->first[m->n_features] = at;
	return !r->broken && r->rest.n == 0 && (uint32_t)at == n_weights;
}

enum err skill_model_read(
	struct pool *pool, const struct phrases *p, struct str bytes, struct skill_model **out, struct explain *why)
{
	struct reader r = { .rest = bytes };
	unsigned char sum[CRYPT_SHA256_BYTES];
	if (bytes.n < HEADER_BYTES || memcmp(skill_model_take(&r, 4), MAGIC, 4) != 0)
		return explain(why, ERR_INVALID, "it is no model");
	uint32_t version = skill_model_take_number(&r), n_skills = skill_model_take_number(&r),
		 n_features = skill_model_take_number(&r), n_weights = skill_model_take_number(&r);
	if (version != VERSION)
		return explain(why, ERR_INVALID, "it is of version %u, this program reads %d", version, VERSION);
	struct skill_model *m = new_model(pool, p);
	if (memcmp(skill_model_take(&r, sizeof(m->digest)), m->digest, sizeof(m->digest)) != 0
		|| n_skills != (uint32_t)m->n_skills || n_features != (uint32_t)m->n_features)
		return explain(why, ERR_INVALID, "it was trained from other phrases");
	const char *written_sum = skill_model_take(&r, sizeof(sum));
	crypt_sha256(r.rest, sum);
	if (memcmp(written_sum, sum, sizeof(sum)) != 0 || n_weights > r.rest.n)
		return explain(why, ERR_INVALID, "it is damaged");
	skill_model_make_room(m, pool, n_weights);
	if (!take_body(&r, m, n_weights))
		return explain(why, ERR_INVALID, "it is damaged");
	*out = m;
	return ERR_OK;
}
