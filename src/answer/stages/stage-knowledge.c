/*
 * stage-knowledge.c - finds the passages of the organisation's documents that a message may be about.
 *
 * Owns the question to the index, by words and by the message's embedding where there is one (stage-embedding.c), and
 * what is told of its passages. What becomes of them stage-choose.c decides.
 */
#include "answer/stages/stage.h"

struct answer_passage stage_passage_of(const struct passage_hit *hit)
{
	return (struct answer_passage){ .document_id = hit->document_id,
		.document = hit->title,
		.text = hit->text,
		.score = hit->score,
		.words = hit->words,
		.cosine = hit->cosine };
}

/* What was found, for the caller and for "why this answer". */
static void keep_passages(struct run *run, const struct knowledge_work *work)
{
	for (int i = 0; i < work->n; i++)
		run->answer->passages[i] = stage_passage_of(&work->hits[i]);
	run->answer->n_passages = work->n;
	run->findings.has_passages = true;
}

/* Embeddings that cannot be asked must not cost the answer. */
static enum err stage_knowledge_search(struct run *run, bool by_similarity)
{
	struct knowledge_work *work = run->knowledge;
	const struct question *q = run->q;
	struct db *db = run->pipeline->db;
	struct question_embedding embedding = { .embeddings = run->pipeline->embeddings,
		.state = &run->embeddings[EMBEDDING_PASSAGES],
		.values = run->embedding.values,
		.across = stage_embedding_is_across(run, EMBEDDING_PASSAGES) };
	enum err e = knowledge_search_similar(db, run->pool, q->org_id, q->text, by_similarity ? &embedding : NULL,
		PASSAGES_MAX, work->hits, &work->n);
	if (e == ERR_OK || !by_similarity)
		return e;
	(void)stage_embedding_not_used(run, EMBEDDING_PASSAGES, CODE(documents_unreadable));
	return knowledge_search(db, run->pool, q->org_id, q->text, PASSAGES_MAX, work->hits, &work->n);
}

/* Takes the passages of documents that must not answer out of those from place `from` on. Returns how many are left. */
static int drop_refused(const struct run *run, int from, int n)
{
	struct passage_hit *hits = run->knowledge->hits;
	int kept = from;
	for (int i = from; i < n; i++)
		if (!refused_document(&run->refused, hits[i].document_id))
			hits[kept++] = hits[i];
	return kept;
}

/* In a small knowledge base what the search did not find is looked at, too: it knows no other words for the same. */
static enum stage_verdict add_the_rest(struct run *run)
{
	struct knowledge_work *work = run->knowledge;
	struct passage_hit few[FEW_PASSAGES_MAX];
	int n;
	work->n_all = work->n;
	enum err e = knowledge_few(run->pipeline->db, run->pool, run->q->org_id, FEW_PASSAGES_MAX, few, &n);
	work->large = n == 0;
	for (int i = 0; i < n; i++) {
		bool found = false;
		for (int k = 0; k < work->n; k++)
			found |= work->hits[k].passage_id == few[i].passage_id;
		if (!found)
			work->hits[work->n_all++] = few[i];
	}
	work->n_all = drop_refused(run, work->n, work->n_all);
	return e == ERR_OK ? STAGE_PASSED : stage_db_failed(run, e);
}

static enum stage_verdict search_and_answer(struct run *run, bool by_similarity)
{
	struct knowledge_work *work = run->knowledge;
	run->knowledge->by_meaning = by_similarity && stage_embedding_is_across(run, EMBEDDING_PASSAGES);
	enum err e = stage_knowledge_search(run, by_similarity);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	work->n = drop_refused(run, 0, work->n);
	keep_passages(run, work);
	return add_the_rest(run);
}

static void stage_knowledge_on_embedding(struct run *run, bool usable)
{
	enum stage_verdict verdict = search_and_answer(run, usable);
	if (verdict != STAGE_WAITING)
		stage_resume(run, verdict);
}

enum stage_verdict stage_knowledge(struct run *run)
{
	run->knowledge = pool_new_of(run->pool, struct knowledge_work);
	enum embedding_verdict embedding =
		stage_wants_person(run) ? EMBEDDING_NONE
					: stage_embedding(run, EMBEDDING_PASSAGES, stage_knowledge_on_embedding);
	return embedding == EMBEDDING_WAITING ? STAGE_WAITING : search_and_answer(run, embedding == EMBEDDING_READY);
}
