/*
 * embedding-state.h - what embeddings an organisation has, and what they are good for.
 */
#ifndef DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_STATE_H
#define DESKBELL_ANSWER_EMBEDDINGS_EMBEDDING_STATE_H

#include "answer/embeddings/fusion.h"
#include "db/db.h"

/* Of what there are embeddings. */
enum embedding_kind {
	EMBEDDING_PASSAGES, /* of documents */
	EMBEDDING_PHRASES,  /* the triggers and titles of skills */
	EMBEDDING_KINDS
};
/* As the database has it. */
extern const char *const embedding_kind_names[EMBEDDING_KINDS];

/* What is stored of an organisation. */
struct embedding_state {
	struct str model; /* endpoint_label; absent: there are no embeddings */
	int dims;
	int last_passage; /* the last one that has a embedding */
	int passages;     /* of the organisation */
	int64_t revision; /* of the knowledge index, or of the skills: up to it all have embeddings, which have been
			   * tried
			   */
	bool tried;       /* with the organisation's own texts (trial.h), and this came out: */
	bool helps;
	struct similarity_scale scale;
};

/* One round trip; strings live in `pool`. */
enum err embedding_state_load(struct db *db, struct pool *pool, int64_t org_id, enum embedding_kind kind,
	struct embedding_state *out) MUST_CHECK;

#endif
