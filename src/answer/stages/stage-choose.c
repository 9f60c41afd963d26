/*
 * stage-choose.c - which of all that was found answers the message?
 *
 * Skills, pieces of documents and the clock are candidates on one scale (evidence/candidates.h); the best answers when
 * it is sure enough. A message that leans on what was asked before is compared together with that, and so is one that
 * finds nothing alone. Several questions in one message get their answers in one reply. Where nothing is sure enough
 * but something is likely, the customer is asked which was meant; the answer to that is understood here, too.
 *
 * Owns the choice and what is remembered of it. Finds nothing by itself: skills and passages come from the stages
 * before.
 */
#include "answer/stages/choice.h"

#include "answer/clock/clock-answer.h"
#include "answer/evidence/speak.h"
#include "answer/evidence/together.h"
#include "answer/skills/skill-cache.h"
#include "domain/hours/calendar.h"
#include "domain/leads/pattern.h"

#include <math.h>

#define LIKELY 0.34      /* from here on a candidate is worth asking back about */
#define NEW_LEAST 0.55   /* share of the new words that must be said when a message leans on another */
#define SHORT_CONTENT 2  /* a message with at most so many words of content may lean on what was asked before */
#define SURER_ALONE 0.35 /* so much surer a message must be alone than with what was asked before */
#define EARLIER_COUNTS 0.45
#define OPERATOR_MAX_BYTES 200
#define OPTION_MAX_BYTES 80
#define HALF_LEAST 0.45 /* of each of two questions in one sentence */
#define CLOCK_SURE 0.95 /* what the clock says is as sure as that: no skill knows better */
#define WEEK_BEFORE_PIECES 0.85
#define SURER 0.08        /* than the threshold: with documents, two thirds of what is less sure are right */
#define TOGETHER 0.9      /* how sure it is that things which are named together are asked for */
#define DAY_NAMED 0.8     /* how sure a document is that names the very day */
#define AFTER_THANKS 0.75 /* what stands next to thanks is rarely a question */
#define SAID_LEAST 0.6    /* from here on a word of the question is said */
#define PASSAGES_READ 8   /* of those that the search found */
#define CLAUSE_SURER 0.1  /* than the rest must a clause be that answers in place of the message */
#define CLAUSE_LEAST 2    /* words that say what it is about, or one and what is wanted of it */
#define MEANT_MARGIN 0.06 /* so much surer than any other must be what only an embedding has found */
#define CLAUSES_MAX 6
#define PIECE_NEAR 0.5 /* a piece is not as near to its question as a question that says the same */

/* ---- what is weighed ---- */

static const struct skill *skill_by_id(const struct choice *c, int64_t id)
{
	for (int i = 0; i < c->n_skills; i++)
		if (c->skills[i].id == id)
			return &c->skills[i];
	return NULL;
}

/* Copies, because a model may be asked meanwhile. */
static enum err take_skills(struct run *run, struct choice *c)
{
	const struct skill_index *index;
	enum err e = skill_cache_get(run->pipeline->skills, run->q->org_id, run->q->skills_revision, &index);
	if (e != ERR_OK) /* then the documents answer alone */
		return e;
	c->skills = skill_index_skills(index, &c->n_skills);
	c->words = skill_words_get(
		run->pipeline->skill_words, run->q->org_id, run->q->skills_revision, c->n_skills, run->q->language);
	c->match.exact = run->skill_exact;
	for (int i = 0; i < run->answer->n_candidates; i++) {
		struct skill_candidate one = run->answer->candidates[i];
		one.skill = skill_by_id(c, one.skill->id);
		if (one.skill)
			c->match.candidates[c->match.n_candidates++] = one;
	}
	c->match.skill = c->match.n_candidates ? c->match.candidates[0].skill : NULL;
	if (run->meaning)
		c->skill_meaning = pool_new_array(run->pool, (size_t)c->n_skills + 1, double);
	for (int i = 0; i < run->n_meaning; i++) {
		const struct skill *skill = skill_by_id(c, run->meaning[i].skill_id);
		if (skill)
			c->skill_meaning[skill - c->skills] = run->meaning[i].similarity;
	}
	return ERR_OK;
}

/* ---- one question ---- */

struct query {
	struct str text, topic; /* topic: what was asked before, absent when the question stands alone */
	bool whole;             /* it is the message, which the classifier has seen */
};

static void add_content(struct run *run, const struct query *q, struct content *content)
{
	struct content_languages spoken = { run->understood.language, language_or_english(run->q->language) };
	content_add(content, run->pool, q->text, &spoken, 1, false);
	double weight = EARLIER_COUNTS;
	for (struct str rest = q->topic; rest.p; weight *= 0.6)
		content_add(content, run->pool, str_take_until(&rest, '\n'), &spoken, weight, true);
}

static struct evidence evidence_of(struct run *run, const struct query *q, const struct content *content)
{
	const struct choice *c = run->choice;
	struct pattern_text t = pattern_read(run->pool, q->text);
	return (struct evidence){ .pool = run->pool,
		.content = content,
		.words = t.words,
		.n_words = t.n,
		.languages = { run->understood.language, language_or_english(run->q->language) },
		.own = run->q->language,
		.skills = c->skills,
		.n_skills = c->n_skills,
		.skill_words = c->words,
		.match = q->whole ? &c->match : NULL,
		.units = &c->units,
		.hits = run->knowledge->hits,
		.refused = &run->refused,
		.unit_meaning = q->whole ? c->unit_meaning : NULL,
		.skill_meaning = q->whole ? c->skill_meaning : NULL,
		.large = c->large };
}

static struct chosen choose_unit(struct run *run, const struct evidence *e, const struct candidates *c, int at)
{
	int hit = e->units->all[c->all[at].unit].hit;
	const struct passage_hit *h = &run->knowledge->hits[hit];
	struct str text = speak_unit(e, c, at);
	/* Of running text the sentences around the best one belong to the answer. */
	if (e->large && e->units->all[c->all[at].unit].kind == UNIT_SENTENCE)
		text = knowledge_quote(run->pool, h, 1, 0).text;
	return (struct chosen){ .kind = CHOICE_UNIT,
		.score = c->all[at].score,
		.reply = text,
		.name = c->all[at].name,
		.title = h->named ? h->title : STR_NONE,
		.url = h->url,
		.hit = hit,
		.row = e->units->all[c->all[at].unit].kind == UNIT_ROW };
}

static struct chosen choose_at(struct run *run, const struct evidence *e, const struct candidates *c, int at)
{
	if (at >= c->n)
		return (struct chosen){ .kind = CHOICE_NONE };
	if (c->all[at].kind == CANDIDATE_UNIT)
		return choose_unit(run, e, c, at);
	return (struct chosen){ .kind = CHOICE_SKILL,
		.score = c->all[at].score,
		.reply = pool_str(run->pool, c->all[at].skill->response),
		.name = pool_str(run->pool, c->all[at].skill->title),
		.skill = c->all[at].skill,
		.skill_id = c->all[at].skill->id,
		.exact = c->all[at].exact };
}

/* How sure a choice must be: as the organisation wants it. */
static double bar_of(const struct run *run, const struct chosen *c)
{
	const struct settings *s = &run->q->settings;
	double surer = run->choice->units.n > 0 && !run->choice->large ? SURER : 0;
	if (c->kind == CHOICE_SKILL)
		return evidence_scale(s->skill_threshold, SKILL_THRESHOLD_DEFAULT) + surer;
	if (c->kind == CHOICE_UNIT)
		return evidence_scale(s->knowledge_threshold, KNOWLEDGE_THRESHOLD_DEFAULT) + surer;
	return EVIDENCE_ANSWERS;
}

static bool stage_choose_answers(const struct run *run, const struct chosen *c)
{
	double bar = bar_of(run, c) - 1e-9;
	if (run->understood.thanks && !run->understood.asks)
		bar = fmax(bar, AFTER_THANKS);
	if (c->meant && c->margin < MEANT_MARGIN)
		return false;
	return c->kind != CHOICE_NONE && (c->exact || c->score >= bar);
}

static void stage_choose_add_option(struct choice *c, struct run *run, const struct candidate *one)
{
	struct str name = str_trim(one->name);
	if (one->score < LIKELY || c->n_options == OPTIONS_MAX || !name.n || name.n > OPTION_MAX_BYTES)
		return;
	if (one->kind == CANDIDATE_SKILL && one->skill->requires_human_handover)
		return;
	for (int i = 0; i < c->n_options; i++)
		if (str_equal_nocase(c->options[i], name))
			return;
	c->options[c->n_options++] = pool_str(run->pool, name);
}

static bool asks_something(const struct content *c)
{
	for (int i = 0; i < c->n; i++)
		if (c->words[i].asks && !c->words[i].earlier && c->words[i].concept != CONCEPT_WHO)
			return true;
	return false;
}

/* Whether it says when something is open or closed. */
static bool says_hours(const struct unit *u)
{
	for (int i = 0; i < u->text_words.n; i++)
		if (language_is_about_hours(u->text_words.all[i].concept))
			return true;
	return false;
}

/* The piece of a document that names a day, -1 for none; one that speaks of hours goes first, then a line
 * whose name it is. */
static int unit_of_day(const struct choice *c, int64_t date)
{
	int64_t year;
	int month, day, best = -1, best_rank = -1;
	calendar_date_of(date, &year, &month, &day);
	for (int i = 0; i < c->units.n; i++) {
		const struct unit *u = &c->units.all[i];
		bool line = str_find_char(u->text, '\n') < 0;
		bool whole = u->kind == UNIT_SECTION && unit_words_name_day(&u->label_words, month, day);
		int rank = 2 * says_hours(u) + whole;
		if (line && rank > best_rank && unit_words_name_day(&u->text_words, month, day)) {
			best = i;
			best_rank = rank;
		}
	}
	return best;
}

/* What a document says about a day on which the business may be open. */
static struct chosen choose_day(struct run *run, const struct evidence *e, int unit)
{
	struct candidates one = { .n = 1 };
	one.all[0] = (struct candidate){ .kind = CANDIDATE_UNIT, .score = DAY_NAMED, .unit = unit };
	return choose_unit(run, e, &one, 0);
}

/* The words of the question that a piece does not have. */
static struct str missing_words(struct run *run, const struct evidence *e, const struct candidates *c, int unit)
{
	struct str text = STR_NONE;
	for (int i = 0; i < e->content->n; i++) {
		const struct content_word *word = &e->content->words[i];
		if (word->asks || word->earlier || !word->folded.n
			|| c->similarity[unit * e->content->n + i] >= SAID_LEAST)
			continue;
		text = text.p ? pool_printf(
			       run->pool, "%.*s, %.*s", (int)text.n, text.p, (int)word->folded.n, word->folded.p)
			      : pool_str(run->pool, word->folded);
	}
	return text;
}

static void keep_weighed(struct run *run, const struct evidence *e, const struct candidates *c)
{
	struct answer *a = run->answer;
	a->n_weighed = 0;
	for (int i = 0; i < c->n && a->n_weighed < WEIGHED_MAX; i++) {
		struct chosen one = { .kind = c->all[i].kind == CANDIDATE_UNIT ? CHOICE_UNIT : CHOICE_SKILL };
		struct weighed w = { .score = c->all[i].score, .needed = bar_of(run, &one) };
		if (one.kind == CHOICE_UNIT) {
			w.document_id = run->knowledge->hits[e->units->all[c->all[i].unit].hit].document_id;
			w.missing = missing_words(run, e, c, c->all[i].unit);
		}
		a->weighed[a->n_weighed++] = w;
	}
}

/* Whether the bot's last reply was the same: then it is no answer to another question. */
static bool was_said_last(const struct run *run, struct str reply)
{
	const struct question *q = run->q;
	int i = q->n_recent - 1;
	while (i >= 0 && !str_equal(q->recent[i].from, STR("bot")))
		i--;
	return i >= 0 && reply.n && str_has_prefix(q->recent[i].text, reply);
}

/* How sure the next candidate is that is another: pieces of the same passage are none. */
static double rival_score(const struct evidence *e, const struct candidates *c, int at)
{
	for (int i = at + 1; i < c->n; i++) {
		bool same = c->all[i].kind == CANDIDATE_UNIT && c->all[at].kind == CANDIDATE_UNIT
			    && e->units->all[c->all[i].unit].hit == e->units->all[c->all[at].unit].hit;
		if (!same)
			return c->all[i].score;
	}
	return 0;
}

/* Of a question that leans on another: the new words, or the kind of answer that they want. */
static bool says_what_is_new(const struct candidate *one, const struct content *content)
{
	return content->n_new > 0 ? one->new_words >= NEW_LEAST : one->fulfils;
}

/* The best candidate; of a question that leans on another, the best that says what is new. */
static struct chosen stage_choose_weigh(struct run *run, const struct query *q)
{
	struct content content = { .n = 0 };
	add_content(run, q, &content);
	struct evidence e = evidence_of(run, q, &content);
	struct candidates c = candidates_of(&e);
	int at = 0;
	findings_add_weighing(&run->findings, run->pool, &c);
	if (q->whole)
		keep_weighed(run, &e, &c);
	while (q->topic.n && at < c.n && !says_what_is_new(&c.all[at], &content))
		at++;
	while (at < c.n && c.all[at].kind == CANDIDATE_SKILL && !c.all[at].exact
		&& stage_act_has_skill(run->pool, c.all[at].skill, run->q->language))
		at++;
	for (int i = at; i < c.n; i++)
		stage_choose_add_option(run->choice, run, &c.all[i]);
	struct chosen best = choose_at(run, &e, &c, at);
	struct clock_answer clock = clock_answer(run->pool, run->q, run->understood.language, q->text, q->topic);
	int named = clock.ordinary_day ? unit_of_day(run->choice, clock.ordinary_day) : -1;
	if (named >= 0 && !clock.dated && !says_hours(&run->choice->units.all[named]))
		named = -1;
	if (named >= 0)
		return choose_day(run, &e, named);
	/* Of the week a skill may say more, a piece that happens to name hours less. */
	if (clock.week && clock.score > 0 && best.kind == CHOICE_UNIT)
		clock.score = WEEK_BEFORE_PIECES;
	if (clock.score > fmin(best.score, CLOCK_SURE) && !best.exact)
		best = (struct chosen){ .kind = CHOICE_CLOCK, .score = clock.score, .reply = clock.reply };
	best.shared = at < c.n && best.kind != CHOICE_CLOCK ? c.all[at].plain_share : 0;
	best.margin = best.score - (best.kind == CHOICE_NONE ? 0 : rival_score(&e, &c, at));
	best.leaned = q->topic.n > 0;
	best.meant = at < c.n && best.kind != CHOICE_CLOCK && c.all[at].meant;
	if (best.score > run->choice->likely.score && !was_said_last(run, best.reply))
		run->choice->likely = best;
	best.adds_nothing = content.n_new == 0 && !asks_something(&content);
	return best;
}

static int count_content(struct run *run, struct str text)
{
	struct content content = { .n = 0 };
	add_content(run, &(struct query){ .text = text }, &content);
	return content.n_new;
}

/* With what was asked before, where the question leans on it or finds nothing alone. */
static struct chosen weigh_with_topic(struct run *run, struct query q, struct str topic)
{
	bool leans = topic.n && (run->understood.follow_up || count_content(run, q.text) <= SHORT_CONTENT);
	struct chosen alone = stage_choose_weigh(run, &q);
	if (!topic.n || alone.exact || (stage_choose_answers(run, &alone) && !leans))
		return alone;
	struct chosen with = stage_choose_weigh(run, &(struct query){ q.text, topic, false });
	if (with.adds_nothing && was_said_last(run, with.reply))
		return alone;
	/* What is sure by itself is not another thing because of what was said before. */
	if (stage_choose_answers(run, &alone)
		&& (!stage_choose_answers(run, &with) || alone.score > with.score + SURER_ALONE))
		return alone;
	return stage_choose_answers(run, &with) ? with : alone;
}

/* ---- several questions ---- */

static bool is_said(const struct choice *c, const struct chosen *one)
{
	for (int i = 0; i < c->n; i++)
		if (str_equal(c->answers[i].reply, one->reply) || (one->skill && c->answers[i].skill == one->skill))
			return true;
	return false;
}

static void stage_choose_keep_answer(struct choice *c, const struct chosen *one)
{
	if (c->n < ANSWERS_MAX && !is_said(c, one))
		c->answers[c->n++] = *one;
}

/* A sentence with one "and" between two questions. */
static bool halves_of(struct run *run, struct str text, struct str halves[2])
{
	const char *and = run->understood.language->texts.and;
	struct str word = str_trim(str_of(and));
	for (size_t i = 1; i + word.n + 1 < text.n; i++) {
		struct str here = { text.p + i, word.n };
		if (text.p[i - 1] != ' ' || text.p[i + word.n] != ' ' || !str_equal_nocase(here, word))
			continue;
		halves[0] = (struct str){ text.p, i - 1 };
		halves[1] = (struct str){ text.p + i + word.n + 1, text.n - i - word.n - 1 };
		return count_content(run, halves[0]) > 0 && count_content(run, halves[1]) > 0;
	}
	return false;
}

static void weigh_parts(struct run *run, const struct str *parts, int n, double least)
{
	struct choice *c = run->choice;
	for (int i = 0; i < n; i++) {
		struct chosen one = stage_choose_weigh(run, &(struct query){ .text = parts[i] });
		if (stage_choose_answers(run, &one) && one.score >= least)
			stage_choose_keep_answer(c, &one);
	}
}

/* What was said before the message: the last question, and before that what a person of the business wrote since. */
static struct str topic_of(struct run *run)
{
	const struct question *q = run->q;
	struct str topic = q->memory.topic;
	if (q->n_recent == 0 || !str_equal(q->recent[q->n_recent - 1].from, STR("operator")))
		return topic;
	struct str said = str_cut(q->recent[q->n_recent - 1].text, OPERATOR_MAX_BYTES);
	struct str line = str_take_until(&said, '\n');
	return topic.n ? pool_printf(run->pool, "%.*s\n%.*s", (int)line.n, line.p, (int)topic.n, topic.p) : line;
}

/* Several things of price lists, where the message names them together, or the cheapest of its kind. */
static bool weigh_together(struct run *run)
{
	struct choice *c = run->choice;
	struct content content = { .n = 0 };
	struct query q = { .text = c->asked };
	int unit = 0;
	add_content(run, &q, &content);
	if (content.cheapest && content.n_new == 0) {
		content = (struct content){ .n = 0 };
		q.topic = topic_of(run);
		add_content(run, &q, &content);
	}
	struct evidence e = evidence_of(run, &q, &content);
	bool listed = str_find_char(c->asked, '+') > 0;
	struct str text = c->large           ? STR_NONE
			  : content.cheapest ? speak_cheapest(&e, &unit)
					     : speak_together(&e, listed, run->understood.language->texts.total, &unit);
	if (!text.n)
		return false;
	c->answers[c->n++] =
		(struct chosen){ .kind = CHOICE_UNIT, .score = TOGETHER, .reply = text, .hit = c->units.all[unit].hit };
	return true;
}

/* Whether it is a question, by its words or its mark. */
static bool clause_asks(const struct run *run, struct str clause)
{
	struct str tag = str_of(run->understood.language->tag);
	const char *behind = clause.p + clause.n, *end = run->choice->asked.p + run->choice->asked.n;
	return (behind < end && *behind == '?') || understand(run->pool, clause, tag, run->q->language).asks;
}

/* "We are abroad until May, can I stop paying?": of a message that finds nothing, the clause or sentence that asks;
 * the rest is what it leans on. */
static struct chosen weigh_clauses(struct run *run)
{
	struct chosen best = { .kind = CHOICE_NONE };
	struct pattern_text t = pattern_read(run->pool, run->choice->asked);
	int n = 0;
	for (int at = 0, end; at < t.n && n < CLAUSES_MAX; at = end, n++) {
		for (end = at + 1; end < t.n && t.words[end].before < GAP_COMMA;)
			end++;
		struct query q = { .text = pattern_slice(&t, at, end - 1), .topic = run->choice->asked };
		struct content content = { .n = 0 };
		add_content(run, &(struct query){ .text = q.text }, &content);
		if (end - at == t.n || content.n_new + asks_something(&content) < CLAUSE_LEAST
			|| !clause_asks(run, q.text))
			continue;
		struct chosen one = stage_choose_weigh(run, &q);
		if (one.row && !asks_something(&content)) /* a price is no answer to "is there milk in it" */
			continue;
		if (one.score >= bar_of(run, &one) + CLAUSE_SURER && one.score > best.score)
			best = one;
	}
	return best;
}

static void weigh_all(struct run *run)
{
	struct choice *c = run->choice;
	const struct understood *u = &run->understood;
	struct str halves[2];
	if (weigh_together(run))
		return;
	if (u->n_parts > 1)
		weigh_parts(run, u->parts, u->n_parts, 0);
	if (c->n > 1)
		return;
	c->n = 0;
	struct chosen whole = weigh_with_topic(run, (struct query){ .text = c->asked, .whole = true }, topic_of(run));
	if (whole.score < 0.8 && halves_of(run, c->asked, halves)) {
		weigh_parts(run, halves, 2, HALF_LEAST);
		if (c->n > 1)
			return;
		c->n = 0;
	}
	if (!stage_choose_answers(run, &whole)) {
		struct chosen clause = weigh_clauses(run);
		whole = clause.kind != CHOICE_NONE ? clause : whole;
	}
	if (stage_choose_answers(run, &whole))
		stage_choose_keep_answer(c, &whole);
	else if (whole.kind == CHOICE_UNIT)
		c->answers[0] = whole; /* for a model that fails */
}

/* ---- the decision ---- */

/* Nothing in it says what it is about, nor did anything before. */
static bool stage_choose_says_nothing(struct run *run)
{
	struct content content = { .n = 0 };
	add_content(run, &(struct query){ .text = run->choice->asked, .topic = run->q->memory.topic }, &content);
	return content.n == 0;
}

static bool needs_no_model(const struct choice *c)
{
	return c->n > 0 && c->answers[0].kind != CHOICE_UNIT;
}

static enum stage_verdict stage_choose_decide(struct run *run)
{
	struct choice *c = run->choice;
	enum err e = take_skills(run, c);
	if (e != ERR_OK && stage_db_failed(run, e) == STAGE_FAILED && run->answer->db_unreachable)
		return STAGE_FAILED;
	weigh_all(run);
	if (c->n == 0 && stage_choose_says_nothing(run) && run->understood.act == ACT_QUESTION) {
		run->understood.act = run->answer->act = ACT_UNCLEAR;
		return stage_act(run);
	}
	return needs_no_model(c) ? reply_say(run) : stage_model(run);
}

/* ---- what a message in another language means ---- */

static void stage_choose_on_texts(struct run *run, const struct embeddings *found)
{
	struct choice *c = run->choice;
	struct embedding_state state = run->embeddings[EMBEDDING_PASSAGES];
	struct cosines all = { pool_new_array(run->pool, UNITS_COMPARED, double), 0 };
	double cosines[UNITS_COMPARED] = { 0 };
	for (int i = 0; found && i < found->n; i++) {
		for (int k = 0; k < found->dims; k++)
			cosines[i] += (double)found->values[i * found->dims + k] * (double)run->embedding.values[k];
		all.all[all.n++] = cosines[i];
	}
	state.across.low *= PIECE_NEAR;
	state.across.high *= PIECE_NEAR;
	struct similarity_scale scale = embedding_state_scale_across(&state, all);
	if (found)
		c->unit_meaning = pool_new_array(run->pool, (size_t)c->units.n + 1, double);
	for (int i = 0; found && i < found->n; i++)
		c->unit_meaning[c->compared[i]] = scale_similarity(&scale, cosines[i]);
	stage_resume(run, stage_choose_decide(run));
}

/* The pieces of the passages that are nearest and hold the kind of answer that is wanted, each with what stands above
 * it; false: there is nothing to be asked. */
static bool compare_units(struct run *run)
{
	struct choice *c = run->choice;
	struct str texts[UNITS_COMPARED];
	struct content content = { .n = 0 };
	int n = 0;
	if (!run->knowledge->by_meaning)
		return false;
	add_content(run, &(struct query){ .text = c->asked }, &content);
	for (int i = 0; i < c->units.n && n < UNITS_COMPARED; i++) {
		const struct unit *u = &c->units.all[i];
		struct str head = unit_heading(u, &run->knowledge->hits[u->hit]);
		if (!candidates_may_answer(&content, u))
			continue;
		texts[n] = pool_printf(run->pool, "%.*s: %.*s", (int)head.n, head.p, (int)u->text.n, u->text.p);
		c->compared[n++] = i;
	}
	return n > 0 && stage_embedding_of_texts(run, texts, n, stage_choose_on_texts);
}

/* ---- the stage ---- */

enum stage_verdict stage_choose(struct run *run)
{
	struct choice *c = run->choice = pool_new_of(run->pool, struct choice);
	if (stage_wants_person(run))
		return STAGE_PASSED;
	c->asked = run->understood.text;
	/* Of a large knowledge base the best few passages; all of a small one. */
	c->large = run->knowledge->large;
	for (int i = 0; i < run->knowledge->n_all && (!c->large || i < PASSAGES_READ); i++)
		units_add(&c->units, run->pool, &run->knowledge->hits[i], i);
	return compare_units(run) ? STAGE_WAITING : stage_choose_decide(run);
}
