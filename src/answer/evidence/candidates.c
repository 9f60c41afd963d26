/*
 * candidates.c - everything that may answer a question, on one scale. Pure.
 *
 * The scale is how much of the question's content a candidate says, less where it speaks of other things as well. For
 * skills the classifier's probability counts too, as far as content is shared: the frame of a sentence ("can I ...")
 * decides nothing. For documents the retrieval score counts a little. A skill that calls a person must be surer. The
 * constants were set with made-up businesses, see doc/answers.md.
 */
#include "answer/evidence/candidates.h"

#include "domain/settings.h"

#include <math.h>

#define MANY_SKILLS 80    /* above, only those that the classifier thinks of are compared word by word */
#define COMMON_COSTS 0.55 /* what a word that every piece has loses of its weight */
#define SAID 0.6
#define TITLE_COUNTS 0.9     /* of a skill's title, next to its phrases; */
#define RESPONSE_COUNTS 0.95 /* of what it says */
#define UNKNOWN_COUNTS 0.6   /* of a word that nothing of the business has */
#define TEXT_COUNTS 0.95     /* of a piece's text, next to its label; */
#define CONTEXT_COUNTS 0.85  /* of headings and title above it */
#define PRECISION_COUNTS 0.22
#define UNNAMED \
	0.4 /* precision of a piece that nothing names, or of a sentence below a name that it does not repeat \
	     */
#define RETRIEVAL_COUNTS 0.25
#define CALLS_PERSON 0.8
#define WHOLE_LABEL 0.85
#define LABEL_SHARE 0.34
#define LABEL_SAID 0.5
#define LABEL_COVERED 0.25
#define NOT_THE_FIRST 0.5   /* of a large knowledge base the search knows the first passage best */
#define SPECIAL 0.75        /* rarity of a word that few pieces have */
#define HOURS_GIVEN 0.7     /* of "open", by a text that names times */
#define FRAME_ALONE 0.6     /* of a probability, when no word of content is shared */
#define MISSED_COSTS 0.6    /* of a probability, for words that a document knows and the skill does not */
#define DOUBTED 0.8         /* of what words say, when the classifier does not think of the skill */
#define WRITTEN_FOR_IT 0.04 /* a skill is the owner's own answer: at a draw it goes first */
#define FRAME_LEAST 4       /* different words, */
#define FRAME_MOST 30       /* and of so long a message at most */
#define FRAME_SHARE 0.8
#define FRAME_COUNTS 0.8
#define SHARE_GIVEN 0.8  /* of "discount", by a text that names a percentage */
#define PAY_GIVEN 0.7    /* of "pay", by a text that names an amount, when it was asked before what is paid */
#define FIGURE_SHARE 0.7 /* of its words that a question without a price must find in a row */
#define FIGURE_ALONE 0.6
#define MEANT_COUNTS \
	0.9 /* of a word that nothing of the business has, by a piece that means the same; of a skill that does */
#define ONLY_ABOVE 0.55 /* when nothing of the question stands in the piece itself */

/* From the share that is covered to how sure that is. */
static double confidence_of(double covered)
{
	double c = (covered - 0.3) / 0.6;
	return c < 0 ? 0 : c > 1 ? 1 : c;
}

double evidence_scale(double score, double threshold)
{
	if (score < threshold)
		return EVIDENCE_ANSWERS * score / threshold;
	return EVIDENCE_ANSWERS + (1 - EVIDENCE_ANSWERS) * (score - threshold) / fmax(1 - threshold, 1e-9);
}

static bool has_concept(const struct unit_words *w, enum concept concept)
{
	for (int i = 0; i < w->n; i++)
		if (w->all[i].concept == concept)
			return true;
	return false;
}

/* Whether a text holds the kind of answer that is wanted. */
struct answer_kinds {
	bool money, time, duration, number, share;
	const struct unit_words *words;
};

static double candidates_fulfils(enum concept wanted, const struct answer_kinds *k)
{
	switch (wanted) {
	case CONCEPT_PRICE: return k->money || has_concept(k->words, CONCEPT_FREE) ? 1 : 0;
	case CONCEPT_WHEN: return k->time ? 1 : 0;
	case CONCEPT_DURATION: return k->duration && k->number ? 1 : 0;
	case CONCEPT_HOW_MANY: return k->number ? 1 : 0.3;
	case CONCEPT_HOW_OFTEN: return k->duration || k->number ? 0.9 : 0;
	default: return 0.5;
	}
}

static void ask_kinds(const struct content *c, const struct answer_kinds *k, double *similarity)
{
	for (int i = 0; i < c->n; i++) {
		if (c->words[i].asks)
			similarity[i] = fmax(similarity[i], candidates_fulfils(c->words[i].concept, k));
		else if (k->share && c->words[i].concept == CONCEPT_DISCOUNT) /* "10 % off" */
			similarity[i] = fmax(similarity[i], SHARE_GIVEN);
		else if (k->money && c->words[i].concept == CONCEPT_PAY && c->n > c->n_new)
			similarity[i] = fmax(similarity[i], PAY_GIVEN);
		else if (k->time && language_is_about_hours(c->words[i].concept)) /* "Sauna: 15:00-21:00" */
			similarity[i] = fmax(similarity[i], HOURS_GIVEN);
	}
}

/* Whether it holds every kind of answer that the new words want. */
static bool fulfils_all(const struct content *c, const struct answer_kinds *k)
{
	for (int i = 0; i < c->n; i++)
		if (c->words[i].asks && !c->words[i].earlier && candidates_fulfils(c->words[i].concept, k) < 0.5)
			return false;
	return true;
}

static void candidates_keep(struct candidates *out, struct candidate one)
{
	int at = out->n;
	while (at > 0 && out->all[at - 1].score < one.score)
		at--;
	if (at == CANDIDATES_KEPT)
		return;
	if (out->n < CANDIDATES_KEPT)
		out->n++;
	for (int i = out->n - 1; i > at; i--)
		out->all[i] = out->all[i - 1];
	out->all[at] = one;
}

/* ---- pieces of documents ---- */

/* A number of the question that lies between the two of a row's first cell, "110-125 cm", is said by it. */
static void find_in_range(const struct content *c, struct str label, double *similarity)
{
	int64_t bounds[2] = { -1, -1 }, number;
	int n = 0;
	for (size_t i = 0; i < label.n && n < 2;) {
		size_t digits = 0;
		while (i + digits < label.n && label.p[i + digits] >= '0' && label.p[i + digits] <= '9')
			digits++;
		if (digits && str_to_i64((struct str){ label.p + i, digits }, &number))
			bounds[n++] = number;
		i += digits ? digits : 1;
	}
	for (int i = 0; n == 2 && bounds[0] < bounds[1] && i < c->n; i++)
		if (str_to_i64(c->words[i].folded, &number) && number >= bounds[0] && number <= bounds[1])
			similarity[i] = 1;
}

/* Whether a word that the question is about is said. */
static bool says_anything(const struct content *c, const double *similarity)
{
	for (int i = 0; i < c->n; i++)
		if (!c->words[i].asks && similarity[i] >= SAID)
			return true;
	return false;
}

static struct answer_kinds kinds_of_unit(const struct unit *u)
{
	return (struct answer_kinds){ u->has_money, u->has_time, u->has_duration, u->has_number,
		str_find_char(u->text, '%') >= 0, &u->text_words };
}

bool candidates_may_answer(const struct content *content, const struct unit *unit)
{
	struct answer_kinds kinds = kinds_of_unit(unit);
	return fulfils_all(content, &kinds);
}

/* False: nothing of the question stands in the piece itself. Of a row the heading of its table will do, because rows
 * are short; of running text what stands above it is no answer. */
static bool compare_unit(struct asked_words *asked, const struct evidence *e, const struct unit *u, double *similarity)
{
	struct str language = e->hits[u->hit].language;
	struct answer_kinds kinds = kinds_of_unit(u);
	support_add(asked, &u->label_words, language, 1, similarity);
	support_add(asked, &u->text_words, language, u->kind == UNIT_ROW ? 1 : TEXT_COUNTS, similarity);
	bool own = says_anything(e->content, similarity);
	support_add(asked, &u->context_words, language, CONTEXT_COUNTS, similarity);
	own |= u->kind == UNIT_ROW && says_anything(e->content, similarity);
	if (u->kind == UNIT_ROW && u->n_cells > 0) /* "a single lesson" is the row "Single" below "Lesson" */
		support_add(asked, &u->column_words[0], language, CONTEXT_COUNTS, similarity);
	for (int i = 1; i < u->n_cells; i++) {
		support_add(asked, &u->column_words[i], language, TEXT_COUNTS, similarity);
		support_add_span(e->content, &u->column_words[i], language, TEXT_COUNTS, similarity);
	}
	ask_kinds(e->content, &kinds, similarity);
	if (u->kind == UNIT_ROW)
		find_in_range(e->content, u->label, similarity);
	return own;
}

/* A message in another language: the words that nothing of the business has are said by a piece as surely as that means
 * the same as the message. Whether one is said well. */
static bool say_by_meaning(const struct evidence *e, int place, const double *rarity, double *similarity)
{
	bool said = false;
	for (int i = 0; e->unit_meaning && i < e->content->n; i++) {
		const struct content_word *word = &e->content->words[i];
		if (rarity[i] > UNKNOWN_COUNTS || word->asks || content_is_number(word->folded))
			continue;
		similarity[i] = fmax(similarity[i], MEANT_COUNTS * e->unit_meaning[place]);
		said |= similarity[i] >= SAID;
	}
	return said;
}

/* Words that many pieces have tell little between them. */
static void find_rarity(const struct evidence *e, const double *similarity, double *rarity)
{
	int n = e->units->n, words = e->content->n;
	for (int i = 0; i < words; i++) {
		int having = 0;
		for (int u = 0; u < n; u++)
			having += similarity[u * words + i] >= SAID;
		rarity[i] = having ? 1 - COMMON_COSTS * having / n : UNKNOWN_COUNTS;
	}
}

/* The share of all words of the message, function words too, that stand in a question that was written down; of a
 * message of few words nothing, because a frame alone is no question. */
static double frame_overlap(const struct evidence *e, const struct unit_words *label)
{
	int same = 0, different = 0;
	for (int i = 0; i < e->n_words && i < FRAME_MOST; i++) {
		bool again = false, here = false;
		for (int k = 0; k < i && !again; k++)
			again = str_equal(e->words[i].folded, e->words[k].folded);
		for (int k = 0; k < label->n && !again && !here; k++)
			here = str_equal(e->words[i].folded, label->all[k].folded);
		different += !again;
		same += here;
	}
	double share = different >= FRAME_LEAST && e->n_words <= FRAME_MOST ? (double)same / different : 0;
	return share >= FRAME_SHARE ? share : 0;
}

/* Whether a word of the label that is neither of the calendar nor common is said. */
static bool label_is_special(
	const struct evidence *e, struct asked_words *asked, const struct unit *u, const double *rarity)
{
	double similarity[CONTENT_MAX] = { 0 };
	support_add(asked, &u->label_words, e->hits[u->hit].language, 1, similarity);
	for (int i = 0; i < e->content->n; i++)
		if (similarity[i] >= SAID && rarity[i] > SPECIAL && !e->content->words[i].concept
			&& !e->content->words[i].earlier)
			return true;
	return false;
}

/* The share of the question's words that others of the business know, but not this one. */
static double missed_share(const struct content *c, const double *similarity, const double *rarity)
{
	double all = 0, missed = 0;
	for (int i = 0; i < c->n; i++) {
		double weight = c->words[i].weight * rarity[i];
		bool wanted = c->words[i].asks ? c->words[i].concept == CONCEPT_PRICE
					       : !content_is_number(c->words[i].folded)
							 && !language_month_of(c->words[i].concept);
		all += weight;
		if (wanted && !c->words[i].earlier && rarity[i] > UNKNOWN_COUNTS && similarity[i] < SAID)
			missed += weight;
	}
	return all > 0 ? missed / all : 0;
}

/* A row of figures says nothing to a question that wants none and names something that the row lacks: "does the chip
 * hurt". */
static bool is_figure_alone(const struct content *c, const struct unit *u, const struct support *s)
{
	if (u->kind != UNIT_ROW || !u->has_money || s->plain_share >= FIGURE_SHARE || c->cheapest)
		return false;
	for (int i = 0; i < c->n; i++)
		if (c->words[i].asks)
			return false;
	return true;
}

/* What is known of a piece before it is weighed. */
struct compared {
	int place;
	bool own;   /* the piece itself says something of the question, */
	bool meant; /* in the words of another language */
	const double *similarity, *rarity;
};

static void candidates_add_unit(
	struct candidates *out, struct asked_words *asked, const struct evidence *e, const struct compared *compared)
{
	const struct unit *u = &e->units->all[compared->place];
	const double *similarity = compared->similarity, *rarity = compared->rarity;
	const struct passage_hit *hit = &e->hits[u->hit];
	struct support s = support_sum(e->content, similarity, rarity);
	double precision = u->label.n ? support_precision(asked, &u->label_words, hit->language) : UNNAMED;
	if (u->kind == UNIT_SENTENCE)
		precision = fmax(precision, UNNAMED);
	if (compared->meant)
		precision = fmax(precision, UNNAMED);
	double words = confidence_of(s.covered * (1 - PRECISION_COUNTS + PRECISION_COUNTS * precision));
	double frame = u->kind == UNIT_ANSWER ? FRAME_COUNTS * frame_overlap(e, &u->label_words) : 0;
	words = fmax(words, frame);
	/* The question says all that a row is about. */
	if ((u->kind == UNIT_ROW || u->kind == UNIT_ANSWER) && precision >= WHOLE_LABEL && s.plain_share >= LABEL_SHARE
		&& label_is_special(e, asked, u, rarity))
		words = fmax(words, (LABEL_SAID + s.covered * LABEL_COVERED)
					    * (1 - MISSED_COSTS * missed_share(e->content, similarity, rarity)));
	if (!compared->own && !compared->meant)
		words *= ONLY_ABOVE;
	if (is_figure_alone(e->content, u, &s))
		words *= FIGURE_ALONE;
	double retrieval = evidence_scale(hit->score, KNOWLEDGE_THRESHOLD_DEFAULT);
	double score = (1 - RETRIEVAL_COUNTS) * words + RETRIEVAL_COUNTS * fmax(retrieval, words * 0.8);
	if (e->large && u->hit > 0)
		score *= NOT_THE_FIRST;
	/* Of a large knowledge base the search knows best, and of an answer or a section the embedding: the words may
	 * be others. Of a row or a sentence it says only that its passage is near. */
	bool by_meaning = hit->cosine > -1 && (u->kind == UNIT_ANSWER || u->kind == UNIT_SECTION);
	if (e->large || by_meaning)
		score = fmax(score, retrieval * (0.98 + 0.02 * words));
	if (s.plain == 0 && frame < EVIDENCE_ANSWERS && !by_meaning && !(e->large && hit->cosine > -1))
		return;
	struct answer_kinds kinds = kinds_of_unit(u);
	candidates_keep(out, (struct candidate){ .kind = CANDIDATE_UNIT,
				     .score = score,
				     .fulfils = fulfils_all(e->content, &kinds),
				     .new_words = s.new_words,
				     .plain_share = s.plain_share,
				     .meant = compared->meant,
				     .unit = compared->place,
				     .name = u->label.n   ? u->label
					     : hit->named ? hit->title
							  : STR_NONE });
}

/* ---- skills ---- */

/* A word that no document has, but a skill, is not unknown. */
static void find_skill_words(struct asked_words *asked, const struct evidence *e, double *rarity)
{
	double similarity[CONTENT_MAX] = { 0 };
	for (int s = 0; s < e->n_skills && e->n_skills <= MANY_SKILLS; s++) {
		const struct skill_words *words = skill_words_at(e->skill_words, e->skills, s);
		support_add(asked, &words->response, e->own, 1, similarity);
		for (int t = 0; t < e->skills[s].n_triggers; t++)
			support_add(asked, &words->phrases[t], e->own, 1, similarity);
	}
	for (int i = 0; i < e->content->n; i++)
		if (rarity[i] <= UNKNOWN_COUNTS && (similarity[i] >= SAID || e->content->words[i].asks))
			rarity[i] = 1;
}

static double probability_of(const struct evidence *e, const struct skill *skill)
{
	for (int i = 0; e->match && i < e->match->n_candidates; i++)
		if (e->match->candidates[i].skill == skill)
			return e->match->candidates[i].score;
	return 0;
}

struct phrase_support {
	double score; /* of the best phrase: covered, less what else it speaks of */
	double new_words, plain_share;
	double missed; /* the share of the question's words that others of the business know, but nothing of the skill
			*/
	bool any;      /* a word of content is shared at all */
};

static struct phrase_support best_phrase(struct asked_words *asked, const struct evidence *e, const struct skill *skill,
	const struct skill_words *words, const double *said, const double *rarity)
{
	struct phrase_support best = { .score = 0 };
	double similarity[CONTENT_MAX], most[CONTENT_MAX] = { 0 };
	for (int t = -1; t < skill->n_triggers; t++) {
		const struct unit_words *phrase = t < 0 ? &words->title : &words->phrases[t];
		memset(similarity, 0, sizeof(similarity));
		support_add(asked, phrase, e->own, 1, similarity);
		support_add(asked, &words->title, e->own, TITLE_COUNTS, similarity);
		double covered = support_sum(e->content, similarity, rarity).covered;
		for (int i = 0; i < e->content->n; i++)
			similarity[i] = fmax(similarity[i], said[i]);
		struct support s = support_sum(e->content, similarity, rarity);
		for (int i = 0; i < e->content->n; i++)
			most[i] = fmax(most[i], similarity[i]);
		double precision = support_precision(asked, phrase, e->own);
		precision = fmax(precision, covered < s.covered ? 0.5 : 0);
		double score = s.covered * (1 - PRECISION_COUNTS + PRECISION_COUNTS * precision);
		/* What only the response says is worth a little less. */
		score *= 0.93 + 0.07 * fmin(1, covered / fmax(s.covered, 0.01));
		if (s.plain > 0 && score > best.score)
			best = (struct phrase_support){ score, s.new_words, s.plain_share, 0, true };
		best.any |= s.plain > 0;
	}
	best.missed = missed_share(e->content, most, rarity);
	return best;
}

static void add_skill(
	struct candidates *out, struct asked_words *asked, const struct evidence *e, int place, const double *rarity)
{
	double said[CONTENT_MAX] = { 0 };
	const struct skill *skill = &e->skills[place];
	const struct skill_words *words = skill_words_at(e->skill_words, e->skills, place);
	struct answer_kinds kinds = { words->has_money, words->has_time, words->has_duration, words->has_number,
		str_find_char(skill->response, '%') >= 0, &words->response };
	bool exact = e->match && e->match->exact && e->match->skill == skill;
	if (!skill->requires_human_handover) {
		support_add(asked, &words->response, e->own, RESPONSE_COUNTS, said);
		ask_kinds(e->content, &kinds, said);
	}
	struct phrase_support p = best_phrase(asked, e, skill, words, said, rarity);
	double probability = evidence_scale(probability_of(e, skill), SKILL_THRESHOLD_DEFAULT);
	/* Without documents there is nothing to compare with, and the classifier's probability is calibrated. */
	bool compares = e->units->n > 0;
	/* A message of function words alone has nothing but its frame. */
	if (compares && e->content->n > 0 && !p.any)
		probability *= FRAME_ALONE;
	if (compares)
		probability *= 1 - MISSED_COSTS * p.missed;
	double by_words = compares ? confidence_of(p.score) : 0;
	if (e->match && probability < EVIDENCE_ANSWERS / 2)
		by_words *= DOUBTED;
	double score = fmax(probability, by_words);
	if (score > 0 && by_words > EVIDENCE_ANSWERS / 2)
		score = fmin(1, score + WRITTEN_FOR_IT);
	bool meant = e->skill_meaning && MEANT_COUNTS * e->skill_meaning[place] > score;
	if (meant)
		score = MEANT_COUNTS * e->skill_meaning[place];
	if (skill->requires_human_handover)
		score *= CALLS_PERSON;
	if (exact)
		score = 1;
	if (score > 0)
		candidates_keep(out, (struct candidate){ .kind = CANDIDATE_SKILL,
					     .score = score,
					     .new_words = p.new_words,
					     .plain_share = p.plain_share,
					     .skill = skill,
					     .meant = meant,
					     .words = by_words,
					     .fulfils = fulfils_all(e->content, &kinds),
					     .name = skill->title,
					     .exact = exact });
}

struct candidates candidates_of(const struct evidence *e)
{
	struct candidates out = { .n = 0 };
	int words = e->content->n;
	struct asked_words *asked = asked_words_new(e->pool, e->content);
	double rarity[CONTENT_MAX];
	out.similarity = pool_new_array(e->pool, (size_t)e->units->n * (size_t)words + 1, double);
	bool *own = pool_new_array(e->pool, (size_t)e->units->n + 1, bool);
	for (int u = 0; u < e->units->n; u++)
		own[u] = compare_unit(asked, e, &e->units->all[u], out.similarity + u * words);
	find_rarity(e, out.similarity, rarity);
	find_skill_words(asked, e, rarity);
	for (int u = 0; u < e->units->n; u++) {
		double *similarity = out.similarity + u * words;
		bool meant = say_by_meaning(e, u, rarity, similarity);
		candidates_add_unit(&out, asked, e, &(struct compared){ u, own[u], meant, similarity, rarity });
	}
	for (int s = 0; s < e->n_skills; s++)
		if (!refused_skill(e->refused, e->skills[s].id)
			&& (e->n_skills <= MANY_SKILLS || probability_of(e, &e->skills[s]) > 0))
			add_skill(&out, asked, e, s, rarity);
	return out;
}
