/*
 * knowledge.h - what an organisation's documents say about a question: the best passages, and the sentences that
 * answer.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_H
#define DESKBELL_ANSWER_RETRIEVAL_KNOWLEDGE_H

#include "answer/terms/term-coverage.h"
#include "answer/embeddings/embedding-cache.h"

struct passage_hit {
	int64_t passage_id, document_id;
	struct str title, url, language; /* of the document; url is absent when it has none */
	bool named;                      /* the title is not merely a file's name */
	struct str heading;              /* "Delivery > Abroad"; "" for none */
	struct str text;
	double score;  /* 0 to 1: how much of the question the passage says, as a whole, in one sentence, and in what
			  stands above it (knowledge.c); where embeddings are asked too, fusion.h */
	double words;  /* the score by words alone */
	double cosine; /* of the embeddings; -1 when they were not asked, or do not know */
	const struct query_terms *asked;
};

/* Of one document so many passages at most are found. */
#define KNOWLEDGE_PASSAGES_OF_DOCUMENT 2

/* Finds at most `most` passages for a text, the best first, `hits` having room for them; `*n` is how many. Three round
 * trips, one when there are no passages; call it outside of transactions, or in one of the organisation. Of a very long
 * text the beginning and its rarest terms count. The question's own language does not matter: its words are stemmed for
 * each language that the documents have. */
enum err knowledge_search(struct db *db, struct pool *pool, int64_t org_id, struct str text, int most,
	struct passage_hit *hits, int *n) MUST_CHECK;

/* The embedding of a question, to be asked of an organisation's embeddings. All borrowed. */
struct question_embedding {
	struct embedding_cache *embeddings;
	const struct embedding_state *state; /* of the organisation */
	const float *values;                 /* `state->dims` of them, of length 1 */
	bool across;                         /* of a question in another language than the organisation's */
};

/* All passages of an organisation that has at most `most`, in the order of its documents; of a larger one none. Their
 * scores are 0. */
enum err knowledge_few(
	struct db *db, struct pool *pool, int64_t org_id, int most, struct passage_hit *hits, int *n) MUST_CHECK;

/* The same by words and embeddings; with a embedding of NULL it is knowledge_search. */
enum err knowledge_search_similar(struct db *db, struct pool *pool, int64_t org_id, struct str text,
	const struct question_embedding *embedding, int most, struct passage_hit *hits, int *n) MUST_CHECK;
/* What the words and the embedding find, each by itself; the passages themselves are not looked at. */
enum err knowledge_rank(struct db *db, struct pool *pool, int64_t org_id, struct str text,
	const struct question_embedding *embedding, struct ranked *out) MUST_CHECK;

/* How well the best passage must fit to be quoted when the organisation has chosen nothing; see knowledge-quote.c. */
extern const double knowledge_threshold_default;

struct quote {
	struct str text;       /* whole sentences of one passage, in their order */
	struct str title, url; /* of the document; no title where that is a file's name */
	double score;          /* of the passage */
	bool answers;          /* good enough to be sent */
};

/* The sentences that answer the question by which these passages were found. A threshold of 0 is the default one.
 * Without passages everything is empty and `answers` is false. */
struct quote knowledge_quote(struct pool *pool, const struct passage_hit *hits, int n, double threshold);
/* The quote as a reply: its text, then where it is from, "— Title" and the address, each on a line of its own if there
 * is one. */
struct str knowledge_reply(struct pool *pool, const struct quote *quote);

#endif
