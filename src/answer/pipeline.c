/*
 * pipeline.c - from a customer's words to an answer.
 *
 * Owns the order of the stages. A stage answers, passes, or fails; a failure is written down and the next stage has its
 * turn. Never sends or stores anything.
 */
#include "answer/pipeline.h"

#include "answer/fallback.h"
#include "answer/skill-cache.h"
#include "core/log.h"

#include <math.h>
#include <stdlib.h>

struct pipeline {
	const struct conf *conf;
	struct skill_cache *skills;
};

/* One run: what the stages share. */
struct run {
	struct pipeline *pipeline;
	struct pool *pool;
	const struct question *q;
	const struct skill_index *skills;
	struct skill_match match;
	struct answer *answer;
	struct json_writer detail;
	struct buf detail_text;
};

enum stage_verdict { STAGE_ANSWERED, STAGE_PASSED, STAGE_FAILED };

struct pipeline *pipeline_new(const struct conf *conf, struct db *db)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	if (!p)
		fatal(ERR_INTERNAL, "out of memory");
	p->conf = conf;
	p->skills = skill_cache_new(db);
	return p;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	skill_cache_free(p->skills);
	free(p);
}

enum err pipeline_prepare(struct pipeline *p, int64_t org_id, int64_t skills_revision)
{
	const struct skill_index *index;
	return skill_cache_get_patiently(p->skills, org_id, skills_revision, &index);
}

bool pipeline_tend(struct pipeline *p)
{
	return skill_cache_tend(p->skills);
}

/* What the match found, for "why this answer". */
static void tell_match(struct run *run)
{
	const struct skill_match *m = &run->match;
	json_member_bool(&run->detail, "skill_model", skill_index_has_model(run->skills));
	json_member_bool(&run->detail, "skill_exact", m->exact);
	json_key(&run->detail, "skill_candidates");
	json_begin_array(&run->detail);
	for (int i = 0; i < m->n_candidates; i++) {
		json_begin_object(&run->detail);
		json_member_i64(&run->detail, "id", m->candidates[i].skill->id);
		json_member_str(&run->detail, "title", m->candidates[i].skill->title);
		json_key(&run->detail, "score");
		json_write_double(&run->detail, round(m->candidates[i].score * 1e4) / 1e4);
		json_end_object(&run->detail);
	}
	json_end_array(&run->detail);
}

static enum stage_verdict stage_skill(struct run *run)
{
	const struct question *q = run->q;
	if (skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &run->skills) != ERR_OK)
		return STAGE_FAILED;
	run->match = skill_index_match(run->skills, run->pool, q->text, q->skill_threshold);
	tell_match(run);
	memcpy(run->answer->candidates, run->match.candidates, sizeof(run->answer->candidates));
	run->answer->n_candidates = run->match.n_candidates;
	run->answer->score = run->match.score;
	if (!run->match.answers)
		return STAGE_PASSED;
	run->answer->reason = run->match.exact ? "the message is a trigger of the skill"
					       : "the message is most likely about the skill";
	run->answer->skill = run->match.skill->title;
	run->answer->reply = pool_str(run->pool, run->match.skill->response);
	run->answer->hand_over = run->match.skill->requires_human_handover;
	return STAGE_ANSWERED;
}

static enum stage_verdict stage_fallback(struct run *run)
{
	run->answer->reason = "no skill and no document answers the message";
	run->answer->reply = fallback_text(run->pool, run->q->fallback_text, run->q->language, run->skills);
	return STAGE_ANSWERED;
}

static const struct {
	const char *name;
	enum stage_verdict (*run)(struct run *run);
} stages[] = { { "skill", stage_skill }, { "fallback", stage_fallback } };

static void run_stages(struct run *run)
{
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		enum stage_verdict verdict = stages[i].run(run);
		if (verdict == STAGE_ANSWERED) {
			run->answer->stage = stages[i].name;
			return;
		}
		if (verdict == STAGE_FAILED) {
			json_member_bool(&run->detail, pool_printf(run->pool, "%s_failed", stages[i].name).p, true);
			LOG_WARN("answer.stage_failed", F_CSTR("stage", stages[i].name), F_INT("org", run->q->org_id),
				F_INT("conversation", run->q->conversation_id));
		}
	}
	bug("the last stage did not answer");
}

void pipeline_answer(struct pipeline *pipeline, struct pool *pool, const struct question *q, struct answer *out)
{
	struct run run = { .pipeline = pipeline, .pool = pool, .q = q, .answer = out };
	*out = (struct answer){ .stage = NULL };
	buf_init(&run.detail_text, 1 << 20);
	json_writer_init(&run.detail, &run.detail_text);
	json_begin_object(&run.detail);
	run_stages(&run);
	json_end_object(&run.detail);
	out->detail = pool_str(pool, buf_str(&run.detail_text));
	buf_fini(&run.detail_text);
}
