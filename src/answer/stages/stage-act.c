/*
 * stage-act.c - the first stage: messages that are no question.
 *
 * A greeting is greeted, thanks are answered once, "are you a bot" is answered honestly, and what cannot be understood
 * alone is asked back. A skill that its author wrote for such a message answers in its place, in the organisation's
 * language. Complaints and handoff requests go on to the skills: one may be written for them; escalation.c decides.
 */
#include "answer/stages/stage.h"

#include "answer/skills/skill-cache.h"

#define PHRASES_READ 6
#define SURE_OF_SKILL 0.6 /* it answers such a message whatever else it is for */

bool stage_wants_person(const struct run *run)
{
	return run->understood.act == ACT_COMPLAINT || run->understood.act == ACT_PERSON;
}

/* Whether most of a skill's training phrases are messages of that kind. */
static bool is_for(struct pool *pool, const struct skill *skill, enum act act, struct str language)
{
	int n = skill->n_triggers < PHRASES_READ ? skill->n_triggers : PHRASES_READ, same = 0;
	for (int i = 0; i < n; i++)
		same += understand(pool, skill->triggers[i], language, language).act == act;
	return 2 * same > n;
}

/* A copy of the skill whose training phrases are such messages too, among the best ones; false: there is none. */
static bool find_skill(struct run *run, enum act act, struct skill *out)
{
	const struct question *q = run->q;
	const struct skill_index *index;
	if (run->speaker.language != language_or_english(q->language))
		return false;
	if (skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &index) != ERR_OK)
		return false;
	struct skill_match m = skill_index_match(index, run->pool, q->text, q->settings.skill_threshold);
	for (int i = 0; i < m.n_candidates; i++) {
		const struct skill *skill = m.candidates[i].skill;
		bool sure = i == 0 && m.score >= SURE_OF_SKILL;
		if (act == ACT_ACKNOWLEDGEMENT && is_for(run->pool, skill, ACT_GREETING, q->language))
			continue;
		if (skill->requires_human_handover || !(sure || is_for(run->pool, skill, act, q->language)))
			continue;
		*out = (struct skill){ .id = skill->id,
			.title = pool_str(run->pool, skill->title),
			.response = pool_str(run->pool, skill->response) };
		return true;
	}
	return false;
}

static enum stage_verdict stage_act_say(struct run *run, enum wording which, const char *code)
{
	struct answer *answer = run->answer;
	answer->stage = "act";
	answer->reason = code;
	answer->reply = wording_text(run->pool, &run->speaker, which);
	return STAGE_ANSWERED;
}

/* What a skill says, else the text of the product. */
static enum stage_verdict say_as_skill(struct run *run, enum wording which, const char *code)
{
	struct skill skill;
	enum stage_verdict verdict = stage_act_say(run, which, code);
	if (find_skill(run, run->understood.act, &skill)) {
		run->answer->stage = "skill";
		run->answer->skill = skill.title;
		run->answer->skill_id = skill.id;
		run->answer->reply = skill.response;
	}
	return verdict;
}

static enum stage_verdict stage_act_acknowledge(struct run *run)
{
	struct conversation_memory *memory = &run->answer->memory;
	if (memory->kind_said) {
		run->answer->stage = "act";
		run->answer->reason = CODE(acknowledged_before);
		return STAGE_ANSWERED;
	}
	memory->kind_said = true;
	return say_as_skill(run, WORDING_KIND, CODE(acknowledgement));
}

static enum stage_verdict take_detail(struct run *run)
{
	run->answer->says_how = true;
	if (!run->q->memory.awaits)
		return stage_act_say(run, WORDING_DETAIL, CODE(detail_alone));
	enum stage_verdict verdict = stage_act_say(run, WORDING_DETAIL, CODE(detail_given));
	run->answer->reply = str_of(run->speaker.language->texts.noted);
	run->answer->attention = CODE(requested_details);
	return verdict;
}

/* A skill is likely meant after all. */
static bool stage_act_is_known(const struct run *run)
{
	return run->answer->n_candidates > 0 && run->answer->candidates[0].score >= SKILL_THRESHOLD_DEFAULT;
}

static enum stage_verdict ask_instead(struct run *run)
{
	run->understood.act = run->answer->act = ACT_QUESTION;
	return STAGE_PASSED;
}

enum stage_verdict stage_act(struct run *run)
{
	switch (run->understood.act) {
	case ACT_GREETING: return say_as_skill(run, WORDING_GREETING, CODE(greeting));
	case ACT_ACKNOWLEDGEMENT: return stage_act_acknowledge(run);
	case ACT_IDENTITY:
		run->answer->says_how = run->answer->says_bot = true;
		return stage_act_say(run, WORDING_IDENTITY, CODE(identity_asked));
	case ACT_DETAIL: return stage_act_is_known(run) ? ask_instead(run) : take_detail(run);
	case ACT_UNCLEAR:
		run->answer->says_how = true;
		return stage_act_say(run, WORDING_UNCLEAR, CODE(nothing_to_answer));
	default: return STAGE_PASSED;
	}
}

bool stage_act_instead(struct run *run)
{
	if (stage_wants_person(run))
		return false;
	run->understood.act = run->answer->act = run->understood.thanks ? ACT_ACKNOWLEDGEMENT : ACT_GREETING;
	return stage_act(run) == STAGE_ANSWERED;
}

bool stage_act_has_skill(struct pool *pool, const struct skill *skill, struct str language)
{
	return is_for(pool, skill, ACT_GREETING, language);
}
