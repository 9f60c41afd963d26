/*
 * stage-reply.c - what is said of that which stage-choose.c has weighed.
 *
 * Answers, or says the likeliest answer as a likely one, or asks which of several was meant. Owns what is remembered of
 * it for the next message. Fails never.
 */
#include "answer/stages/choice.h"

#include "domain/leads/pattern.h"

#include <math.h>

#define TOPIC_MAX_BYTES 300
#define PERHAPS 0.28      /* from here on a candidate is said as one that may answer, */
#define PERHAPS_SAID 0.17 /* and from here on one that says so much of the question's own words, */
#define SHARED_LEAST 0.3
#define PERSON_PERHAPS 0.25 /* from here on a skill that calls a person may be meant */
#define PERHAPS_MARGIN 0.2  /* when the next is so much less likely, */
#define PERHAPS_MAX_BYTES 600

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

/* Whether an answer is in another language than the customer's. */
static bool is_foreign(const struct run *run, const struct chosen *one)
{
	struct str written = one->kind == CHOICE_UNIT ? run->knowledge->hits[one->hit].language : run->q->language;
	const struct language *language = language_find(written);
	return one->kind != CHOICE_CLOCK && language && language != run->speaker.language;
}

/* Facts stay as they were written; a customer who reads another language is told so. */
static struct str with_notice(struct run *run, struct str reply, bool foreign)
{
	if (!foreign || !run->understood.language_sure)
		return reply;
	return pool_printf(run->pool, "%s\n%.*s", run->speaker.language->texts.as_written, (int)reply.n, reply.p);
}

/* The passage that is quoted is the first of those that are told. */
static void put_passage_first(struct run *run, int hit)
{
	struct answer *a = run->answer;
	struct answer_passage first = stage_passage_of(&run->knowledge->hits[hit]);
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

/* Where the answers come from; the clock is no source. */
static void keep_sources(struct run *run, const struct chosen *answers, int n)
{
	for (int i = 0; i < n; i++) {
		const struct chosen *one = &answers[i];
		if (one->kind == CHOICE_SKILL)
			findings_add_source(&run->findings, true, one->skill->id, one->name);
		else if (one->kind == CHOICE_UNIT)
			findings_add_source(&run->findings, false, run->knowledge->hits[one->hit].document_id,
				run->knowledge->hits[one->hit].title);
		run->findings.leaned = run->findings.leaned || one->leaned;
	}
}

static void reply_remember(struct run *run, bool leaned)
{
	struct conversation_memory *m = &run->answer->memory;
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
	[CHOICE_CLOCK] = CODE(clock_answers),
	[CHOICE_SKILL] = CODE(skill_likely),
	[CHOICE_UNIT] = CODE(document_answers) };

static double score_of(const struct run *run, const struct chosen *one)
{
	for (int i = 0; one->kind == CHOICE_SKILL && i < run->answer->n_candidates; i++)
		if (run->answer->candidates[i].skill->id == one->skill->id)
			return fmax(run->answer->candidates[i].score, one->leaned ? one->score : 0);
	return one->score;
}

enum stage_verdict reply_say(struct run *run)
{
	struct answer *a = run->answer;
	struct choice *c = run->choice;
	struct str reply = STR_NONE;
	bool leaned = false, foreign = false;
	for (int i = 0; i < c->n; i++) {
		const struct chosen *one = &c->answers[i];
		reply = wording_join(run->pool, reply, c->n == 1 ? with_source(run, one) : one->reply);
		leaned |= one->leaned;
		foreign |= is_foreign(run, one);
		if (one->kind == CHOICE_SKILL) {
			a->skill = one->name;
			a->skill_id = a->skill_id ? a->skill_id : one->skill_id;
			a->hand_over |= one->skill->requires_human_handover;
		}
	}
	const struct chosen *first = &c->answers[0];
	a->stage = stage_names[first->kind];
	a->reason = reasons[first->kind];
	a->score = score_of(run, first);
	a->reply = with_notice(run, reply, foreign);
	if (first->kind == CHOICE_UNIT)
		put_passage_first(run, first->hit);
	keep_sources(run, c->answers, c->n);
	reply_remember(run, leaned);
	a->memory.awaits = first->kind == CHOICE_SKILL && asks_for_details(run, reply);
	return STAGE_ANSWERED;
}

/* A button for each, unless two would look alike. */
static void offer_options(struct run *run)
{
	struct answer *a = run->answer;
	const struct choice *c = run->choice;
	for (int i = 0; i < c->n_options && a->n_buttons < BUTTONS_MAX; i++) {
		struct str title = wording_button(run->pool, c->options[i]);
		for (int k = 0; k < a->n_buttons; k++)
			if (str_equal(a->buttons[k], title)) {
				a->n_buttons = 0;
				return;
			}
		a->buttons[a->n_buttons++] = title;
	}
}

static enum stage_verdict ask_back(struct run *run)
{
	struct answer *a = run->answer;
	struct choice *c = run->choice;
	const struct texts *t = &run->speaker.language->texts;
	struct str text = str_of(t->did_you_mean);
	reply_remember(run, false);
	for (int i = 0; i < c->n_options; i++) {
		a->memory.options[i] = c->options[i];
		text = pool_printf(
			run->pool, "%.*s\n%d. %.*s", (int)text.n, text.p, i + 1, (int)c->options[i].n, c->options[i].p);
	}
	a->memory.n_options = c->n_options;
	a->stage = "clarify";
	a->reason = CODE(clarify_asked);
	a->says_how = true;
	offer_options(run);
	stage_offer_person(run);
	a->reply = wording_join(run->pool, text, str_of(t->or_person));
	return STAGE_ANSWERED;
}

/* A skill that calls a person may be meant: then nothing else is guessed at, and a person is offered. */
static bool may_want_person(const struct run *run)
{
	const struct skill_match *match = &run->choice->match;
	return match->n_candidates > 0 && match->candidates[0].skill->requires_human_handover
	       && match->candidates[0].score >= PERSON_PERHAPS;
}

/* Whether one answer is much likelier than any other, though not sure. */
static bool is_likely(const struct run *run)
{
	const struct chosen *one = &run->choice->likely;
	if (may_want_person(run))
		return false;
	bool alone = run->choice->n_options < 2 || one->margin >= PERHAPS_MARGIN;
	double least = one->shared >= SHARED_LEAST ? PERHAPS_SAID : PERHAPS;
	if (one->kind == CHOICE_NONE || one->score < least || !alone || one->reply.n > PERHAPS_MAX_BYTES)
		return false;
	return one->kind != CHOICE_SKILL || !one->skill->requires_human_handover;
}

static enum stage_verdict reply_perhaps(struct run *run)
{
	struct answer *a = run->answer;
	const struct chosen *one = &run->choice->likely;
	const struct texts *t = &run->speaker.language->texts;
	a->stage = "clarify";
	a->reason = CODE(likeliest_said);
	a->score = one->score;
	a->says_how = true;
	a->reply = wording_join(run->pool, str_of(t->perhaps), one->reply);
	a->reply = wording_join(run->pool, a->reply, str_of(t->if_not));
	stage_offer_person(run);
	a->skill_id = one->skill_id;
	if (one->kind == CHOICE_UNIT)
		put_passage_first(run, one->hit);
	keep_sources(run, one, 1);
	reply_remember(run, one->leaned);
	return STAGE_ANSWERED;
}

enum stage_verdict stage_quote(struct run *run)
{
	struct choice *c = run->choice;
	bool asks = run->understood.asks || !run->understood.thanks;
	if (c->n > 0)
		return reply_say(run);
	if (asks && is_likely(run))
		return reply_perhaps(run);
	if (asks && c->n_options > 0 && !may_want_person(run))
		return ask_back(run);
	reply_remember(run, false);
	return STAGE_PASSED;
}
