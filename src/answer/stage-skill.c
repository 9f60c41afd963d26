/*
 * stage-skill.c - the first stage: is the message about one of the organisation's skills?
 *
 * Owns nothing: skills and their model come from the cache. Without a model it goes by likeness to the triggers.
 */
#include "answer/stage.h"

#include "answer/skill-cache.h"

#include <math.h>

/* What the match found, for "why this answer". */
static void tell_match(struct run *run, const struct skill_match *m)
{
	struct json_writer *w = &run->detail;
	json_member_bool(w, "skill_model", skill_index_has_model(run->skills));
	json_member_bool(w, "skill_exact", m->exact);
	json_key(w, "skill_candidates");
	json_begin_array(w);
	for (int i = 0; i < m->n_candidates; i++) {
		json_begin_object(w);
		json_member_i64(w, "id", m->candidates[i].skill->id);
		json_member_str(w, "title", m->candidates[i].skill->title);
		json_key(w, "score");
		json_write_double(w, round(m->candidates[i].score * 1e4) / 1e4);
		json_end_object(w);
	}
	json_end_array(w);
}

enum stage_verdict stage_skill(struct run *run)
{
	const struct question *q = run->q;
	struct answer *answer = run->answer;
	enum err e = skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &run->skills);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	struct skill_match match = skill_index_match(run->skills, run->pool, q->text, q->settings.skill_threshold);
	tell_match(run, &match);
	memcpy(answer->candidates, match.candidates, sizeof(answer->candidates));
	answer->n_candidates = match.n_candidates;
	answer->score = match.score;
	if (!match.answers)
		return STAGE_PASSED;
	answer->reason = match.exact ? T("the message is a trigger of the skill")
				     : T("the message is most likely about the skill");
	answer->skill = match.skill->title;
	answer->reply = pool_str(run->pool, match.skill->response);
	answer->hand_over = match.skill->requires_human_handover;
	return STAGE_ANSWERED;
}
