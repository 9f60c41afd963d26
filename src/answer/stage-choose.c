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
#include "answer/stage.h"

#include "answer/clock/clock-answer.h"
#include "answer/evidence/speak.h"
#include "answer/skills/skill-cache.h"
#include "domain/hours/calendar.h"
#include "domain/leads/pattern.h"

#include <math.h>

#define LIKELY 0.34      /* from here on a candidate is worth asking back about */
#define NEW_LEAST 0.55   /* share of the new words that must be said when a message leans on another */
#define SHORT_CONTENT 2  /* a message with at most so many words of content may lean on what was asked before */
#define SURER_ALONE 0.35 /* so much surer a message must be alone than with what was asked before */
#define EARLIER_COUNTS 0.45
#define TOPIC_MAX_BYTES 300
#define OPERATOR_MAX_BYTES 200
#define OPTION_MAX_BYTES 80
#define HALF_LEAST 0.45  /* of each of two questions in one sentence */
#define ALONE_LEAST 0.38 /* a candidate that has no rival stage_choose_answers from here on, */
#define ALONE_SHARE 0.5  /* of its words must be said */
#define FAR_LEAST 0.32
#define FAR_MARGIN 0.2
#define ALONE_SKILL 0.45  /* of a skill, by words alone */
#define ALONE_MARGIN 0.1  /* when any other is so much less sure */
#define DAY_NAMED 0.8     /* how sure a document is that names the very day */
#define AFTER_THANKS 0.75 /* what stands next to thanks is rarely a question */
#define ANSWERS_MAX 3
#define PASSAGES_READ 8 /* of those that the search found */

enum choice_kind { CHOICE_NONE, CHOICE_CLOCK, CHOICE_SKILL, CHOICE_UNIT };

/* One answer, ready to be said. */
struct chosen {
	enum choice_kind kind;
	double score;
	struct str reply, name;
	struct str title, url; /* of the document, where it may be named */
	const struct skill *skill;
	int hit;
	bool exact, leaned;
	bool adds_nothing; /* all that the question says was asked before */
	double alone;      /* how sure it must be, as far as nothing else is nearly as likely; 0: as any other */
};

/* What is weighed; kept for stage_quote while a model is asked. */
struct choice {
	struct units units;
	bool large;
	const struct skill *skills;
	int n_skills;
	struct skill_words_of *words;
	struct skill_match match;
	struct chosen answers[ANSWERS_MAX];
	int n;
	struct str options[OPTIONS_MAX];
	int n_options;
	struct str asked; /* the question, so that it stands alone */
};

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
		.hit = hit };
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
		.exact = c->all[at].exact };
}

static void record_candidates(struct run *run, const struct candidates *c)
{
	struct json_writer *w = &run->detail;
	json_begin_array(w);
	for (int i = 0; i < c->n; i++) {
		json_begin_object(w);
		json_member_str(w, "name", c->all[i].name);
		json_member_bool(w, "skill", c->all[i].kind == CANDIDATE_SKILL);
		json_key(w, "score");
		json_write_double(w, round(c->all[i].score * 1e4) / 1e4);
		json_end_object(w);
	}
	json_end_array(w);
}

/* How sure a choice must be: as the organisation wants it. */
static double bar_of(const struct run *run, const struct chosen *c)
{
	const struct settings *s = &run->q->settings;
	if (c->kind == CHOICE_SKILL)
		return evidence_scale(s->skill_threshold, SKILL_THRESHOLD_DEFAULT);
	if (c->kind == CHOICE_UNIT)
		return evidence_scale(s->knowledge_threshold, KNOWLEDGE_THRESHOLD_DEFAULT);
	return EVIDENCE_ANSWERS;
}

static bool stage_choose_answers(const struct run *run, const struct chosen *c)
{
	double bar = bar_of(run, c) - 1e-9;
	if (c->alone > 0)
		bar -= EVIDENCE_ANSWERS - c->alone;
	if (run->understood.thanks && !run->understood.asks)
		bar = fmax(bar, AFTER_THANKS);
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
		if (c->words[i].asks && !c->words[i].earlier)
			return true;
	return false;
}

/* Whether any other candidate is much less likely; pieces of the same passage and rows of the same table are none. */
static bool has_no_rival(const struct evidence *e, const struct candidates *c, int at, double margin)
{
	const struct candidate *best = &c->all[at];
	if (best->kind == CANDIDATE_SKILL && (best->skill->requires_human_handover || best->words < ALONE_SKILL))
		return false;
	if (best->plain_share < ALONE_SHARE)
		return false;
	for (int i = at + 1; i < c->n; i++) {
		bool same = c->all[i].kind == CANDIDATE_UNIT && c->all[at].kind == CANDIDATE_UNIT
			    && e->units->all[c->all[i].unit].hit == e->units->all[c->all[at].unit].hit;
		if (!same && c->all[i].score > c->all[at].score - margin)
			return false;
	}
	return true;
}

/* The piece of a document that names a day, -1 for none. */
static int unit_of_day(const struct choice *c, int64_t date)
{
	int64_t year;
	int month, day;
	calendar_date_of(date, &year, &month, &day);
	for (int i = 0; i < c->units.n; i++)
		if (unit_names_day(&c->units.all[i], month, day) && c->units.all[i].kind != UNIT_SECTION)
			return i;
	return -1;
}

/* What a document says about a day on which the business may be open. */
static struct chosen choose_day(struct run *run, const struct evidence *e, int unit)
{
	struct candidates one = { .n = 1 };
	one.all[0] = (struct candidate){ .kind = CANDIDATE_UNIT, .score = DAY_NAMED, .unit = unit };
	return choose_unit(run, e, &one, 0);
}

/* The best candidate; of a question that leans on another, the best that says what is new. */
static struct chosen stage_choose_weigh(struct run *run, const struct query *q)
{
	struct content content = { .n = 0 };
	add_content(run, q, &content);
	struct evidence e = evidence_of(run, q, &content);
	struct candidates c = candidates_of(&e);
	int at = 0;
	record_candidates(run, &c);
	while (q->topic.n && content.n_new > 0 && at < c.n && c.all[at].new_words < NEW_LEAST)
		at++;
	while (at < c.n && c.all[at].kind == CANDIDATE_SKILL && !c.all[at].exact
		&& stage_act_has_skill(run->pool, c.all[at].skill, run->q->language))
		at++;
	for (int i = at; i < c.n; i++)
		stage_choose_add_option(run->choice, run, &c.all[i]);
	struct chosen best = choose_at(run, &e, &c, at);
	if (best.kind != CHOICE_NONE)
		best.alone = has_no_rival(&e, &c, at, ALONE_MARGIN) ? ALONE_LEAST : EVIDENCE_ANSWERS;
	if (best.kind != CHOICE_NONE && has_no_rival(&e, &c, at, FAR_MARGIN))
		best.alone = FAR_LEAST;
	struct clock_answer clock = clock_answer(run->pool, run->q, run->understood.language, q->text, q->topic);
	int named = clock.ordinary_day ? unit_of_day(run->choice, clock.ordinary_day) : -1;
	if (named >= 0)
		return choose_day(run, &e, named);
	if (clock.score > best.score && !best.exact)
		best = (struct chosen){ .kind = CHOICE_CLOCK, .score = clock.score, .reply = clock.reply };
	best.leaned = q->topic.n > 0;
	best.adds_nothing = content.n_new == 0 && !asks_something(&content);
	return best;
}

static int count_content(struct run *run, struct str text)
{
	struct content content = { .n = 0 };
	add_content(run, &(struct query){ .text = text }, &content);
	return content.n_new;
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

static void weigh_all(struct run *run)
{
	struct choice *c = run->choice;
	const struct understood *u = &run->understood;
	struct str halves[2];
	if (u->n_parts > 1)
		weigh_parts(run, u->parts, u->n_parts, 0);
	if (c->n > 1)
		return;
	c->n = 0;
	struct chosen whole = weigh_with_topic(run, (struct query){ .text = c->asked, .whole = true }, topic_of(run));
	if (whole.score < 0.8 && whole.kind != CHOICE_CLOCK && halves_of(run, c->asked, halves)) {
		weigh_parts(run, halves, 2, HALF_LEAST);
		if (c->n > 1)
			return;
		c->n = 0;
	}
	if (stage_choose_answers(run, &whole))
		stage_choose_keep_answer(c, &whole);
	else if (whole.kind == CHOICE_UNIT)
		c->answers[0] = whole; /* for a model that fails */
}

/* ---- the reply ---- */

static struct str with_source(struct run *run, const struct chosen *one)
{
	if (one->kind != CHOICE_UNIT || (!one->title.n && !one->url.n))
		return one->reply;
	struct str text = one->reply;
	if (one->title.n)
		text = wording_join(
			run->pool, text, pool_printf(run->pool, "\xe2\x80\x94 %.*s", (int)one->title.n, one->title.p));
	if (one->url.n)
		text = pool_printf(run->pool, "%.*s\n%.*s", (int)text.n, text.p, (int)one->url.n, one->url.p);
	return text;
}

/* The passage that is quoted is the first of those that are told. */
static void put_passage_first(struct run *run, int hit)
{
	struct answer *a = run->answer;
	const struct passage_hit *h = &run->knowledge->hits[hit];
	struct answer_passage first = { .document = h->title, .text = h->text, .score = h->score };
	int at = hit < a->n_passages ? hit : a->n_passages < PASSAGES_MAX ? a->n_passages++ : PASSAGES_MAX - 1;
	for (; at > 0; at--)
		a->passages[at] = a->passages[at - 1];
	a->passages[0] = first;
}

/* Whether a reply asks the customer for details. */
static bool asks_for_details(struct run *run, struct str reply)
{
	const struct language *own = language_or_english(run->q->language);
	struct pattern_text t = pattern_read(run->pool, reply);
	for (int i = 0; i < t.n; i++)
		if (pattern_is(&t.words[i], own->requests))
			return true;
	return str_find_char(reply, '?') >= 0;
}

static void stage_choose_remember(struct run *run, bool leaned)
{
	struct memory *m = &run->answer->memory;
	struct str asked = run->choice->asked;
	if (leaned && m->topic.n)
		asked = pool_printf(run->pool, "%.*s\n%.*s", (int)asked.n, asked.p, (int)m->topic.n, m->topic.p);
	m->topic = str_cut(asked, TOPIC_MAX_BYTES);
	m->n_options = 0;
}

static const char *const stage_names[] = {
	[CHOICE_NONE] = "fallback", [CHOICE_CLOCK] = "clock", [CHOICE_SKILL] = "skill", [CHOICE_UNIT] = "knowledge"
};
static const char *const reasons[] = { [CHOICE_NONE] = "",
	[CHOICE_CLOCK] = T("the opening hours answer the message"),
	[CHOICE_SKILL] = T("the message is most likely about the skill"),
	[CHOICE_UNIT] = T("a document answers the message") };

static double score_of(const struct run *run, const struct chosen *one)
{
	for (int i = 0; one->kind == CHOICE_SKILL && i < run->answer->n_candidates; i++)
		if (run->answer->candidates[i].skill->id == one->skill->id)
			return fmax(run->answer->candidates[i].score, one->leaned ? one->score : 0);
	return one->score;
}

static enum stage_verdict stage_choose_say(struct run *run)
{
	struct answer *a = run->answer;
	struct choice *c = run->choice;
	struct str reply = STR_NONE;
	bool leaned = false;
	for (int i = 0; i < c->n; i++) {
		const struct chosen *one = &c->answers[i];
		reply = wording_join(run->pool, reply, c->n == 1 ? with_source(run, one) : one->reply);
		leaned |= one->leaned;
		if (one->kind == CHOICE_SKILL) {
			a->skill = one->name;
			a->hand_over |= one->skill->requires_human_handover;
		}
	}
	const struct chosen *first = &c->answers[0];
	a->stage = stage_names[first->kind];
	a->reason = reasons[first->kind];
	a->score = score_of(run, first);
	a->reply = reply;
	if (first->kind == CHOICE_UNIT)
		put_passage_first(run, first->hit);
	stage_choose_remember(run, leaned);
	a->memory.awaits = first->kind == CHOICE_SKILL && asks_for_details(run, reply);
	return STAGE_ANSWERED;
}

static enum stage_verdict ask_back(struct run *run)
{
	struct answer *a = run->answer;
	struct choice *c = run->choice;
	const struct texts *t = &run->speaker.language->texts;
	struct str text = str_of(t->did_you_mean);
	stage_choose_remember(run, false);
	for (int i = 0; i < c->n_options; i++) {
		a->memory.options[i] = c->options[i];
		text = pool_printf(
			run->pool, "%.*s\n%d. %.*s", (int)text.n, text.p, i + 1, (int)c->options[i].n, c->options[i].p);
	}
	a->memory.n_options = c->n_options;
	a->stage = "clarify";
	a->reason = T("nothing is sure enough: the customer is asked what was meant");
	a->says_how = true;
	a->reply = wording_join(run->pool, text, str_of(t->or_person));
	return STAGE_ANSWERED;
}

enum stage_verdict stage_quote(struct run *run)
{
	struct choice *c = run->choice;
	if (c->n > 0)
		return stage_choose_say(run);
	if (c->n_options > 0 && !(run->understood.thanks && !run->understood.asks))
		return ask_back(run);
	stage_choose_remember(run, false);
	return STAGE_PASSED;
}

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

enum stage_verdict stage_choose(struct run *run)
{
	struct choice *c = run->choice = pool_new_of(run->pool, struct choice);
	if (stage_wants_person(run))
		return STAGE_PASSED;
	enum err e = take_skills(run, c);
	if (e != ERR_OK && stage_db_failed(run, e) == STAGE_FAILED && run->answer->db_unreachable)
		return STAGE_FAILED;
	c->asked = run->understood.text;
	/* Of a large knowledge base the best few passages; all of a small one. */
	c->large = run->knowledge->large;
	for (int i = 0; i < run->knowledge->n_all && (!c->large || i < PASSAGES_READ); i++)
		units_add(&c->units, run->pool, &run->knowledge->hits[i], i);
	json_key(&run->detail, "evidence");
	json_begin_array(&run->detail);
	weigh_all(run);
	json_end_array(&run->detail);
	if (c->n == 0 && stage_choose_says_nothing(run) && run->understood.act == ACT_QUESTION) {
		run->understood.act = run->answer->act = ACT_UNCLEAR;
		return stage_act(run);
	}
	return needs_no_model(c) ? stage_choose_say(run) : stage_model(run);
}
