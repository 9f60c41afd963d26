/*
 * embedding-state.h - what vectors an organisation has, and what they are good for.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_STATE_H
#define DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_STATE_H

#include "answer/embeddings/fusion.h"
#include "db/db.h"

/* Of what there are vectors. */
enum vectors_kind {
	VECTORS_PASSAGES, /* of documents */
	VECTORS_PHRASES,  /* the triggers and titles of skills */
	VECTORS_KINDS
};
/* As the database has it. */
extern const char *const vectors_kind_names[VECTORS_KINDS];

/* What is stored of an organisation. */
struct vectors_state {
	struct str model; /* endpoint_label; absent: there are no vectors */
	int dims;
	int last_passage; /* the last one that has a vector */
	int passages;     /* of the organisation */
	int64_t revision; /* of the knowledge index, or of the skills: up to it all have vectors, which have been tried
			   */
	bool tried;       /* with the organisation's own texts (vector-trial.h), and this came out: */
	bool helps;
	struct likeness_scale scale;
};

/* One round trip; strings live in `pool`. */
enum err vectors_state_of(
	struct db *db, struct pool *pool, int64_t org_id, enum vectors_kind kind, struct vectors_state *out) MUST_CHECK;

#endif
