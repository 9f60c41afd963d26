/*
 * stage-knowledge.c - the second stage: do the organisation's documents answer the message?
 *
 * Owns the question to the index and what becomes of its passages. The best sentences are quoted when they fit well
 * enough, else the stage passes.
 */
#include "answer/stage.h"

#include "answer/knowledge.h"

#include <math.h>

#define TOLD 5 /* passages kept with the decision */

struct knowledge_work {
	struct passage_hit hits[PASSAGES_MAX];
	int n;
};

/* What was found, for the caller and for "why this answer". */
static void tell_passages(struct run *run, const struct knowledge_work *work)
{
	for (int i = 0; i < work->n; i++)
		run->answer->passages[i] = (struct answer_passage){
			.document = work->hits[i].title, .text = work->hits[i].text, .score = work->hits[i].score
		};
	run->answer->n_passages = work->n;
	struct json_writer *w = &run->detail;
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < work->n && i < TOLD; i++) {
		const struct passage_hit *hit = &work->hits[i];
		json_begin_object(w);
		json_member_i64(w, "document_id", hit->document_id);
		json_member_str(w, "document", hit->title);
		json_key(w, "score");
		json_write_double(w, round(hit->score * 1e4) / 1e4);
		json_member_str(w, "text", hit->text);
		json_end_object(w);
	}
	json_end_array(w);
}

static enum stage_verdict quote(struct run *run)
{
	const struct knowledge_work *work = run->knowledge;
	struct quote found = knowledge_quote(run->pool, work->hits, work->n, run->q->settings.knowledge_threshold);
	if (!found.answers)
		return STAGE_PASSED;
	run->answer->reason = "a document answers the message";
	run->answer->score = found.score;
	run->answer->reply = knowledge_reply(run->pool, &found);
	return STAGE_ANSWERED;
}

enum stage_verdict stage_knowledge(struct run *run)
{
	struct knowledge_work *work = pool_new_of(run->pool, struct knowledge_work);
	run->knowledge = work;
	enum err e = knowledge_search(
		run->pipeline->db, run->pool, run->q->org_id, run->q->text, PASSAGES_MAX, work->hits, &work->n);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	tell_passages(run, work);
	/* Documents do not say that a person comes; the promise does. */
	return run->wish ? STAGE_PASSED : quote(run);
}
