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
	struct str language;            /* of the organisation */
	struct str languages;           /* those that are known next to it, their tags between spaces; */
	struct similarity_scale across; /* of what is above the middle of all cosines of a question in one of them */
};

/* Whether a message of that language, not the organisation's, can be compared with what the organisation has. */
bool embedding_state_knows(const struct embedding_state *state, struct str language);
/* The scale of such a message's cosines, from all of them; they are put in order. */
struct similarity_scale embedding_state_scale_across(const struct embedding_state *state, struct cosines all);

/* One round trip; strings live in `pool`. */
enum err embedding_state_load(struct db *db, struct pool *pool, int64_t org_id, enum embedding_kind kind,
	struct embedding_state *out) MUST_CHECK;

#endif
