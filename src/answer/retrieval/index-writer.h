/*
 * index-writer.h - changes to the rows of the knowledge index, gathered and written many at once.
 */
#ifndef DESKBELL_ANSWER_RETRIEVAL_INDEX_WRITER_H
#define DESKBELL_ANSWER_RETRIEVAL_INDEX_WRITER_H

#include "answer/terms/terms.h"
#include "db/db.h"

/* Numbers of passages are below this. */
#define INDEX_PASSAGES_MAX 2000000000

struct index_writer;

/* For a transaction of the organisation's, in `pool`. */
struct index_writer *index_writer_new(struct db *db, struct pool *pool, int64_t org_id);
/* A passage with a number above all that were added before. Writes when much has been gathered. */
enum err index_writer_add(struct index_writer *w, int passage, const struct terms *terms) MUST_CHECK;
/* A passage that was added with the same terms. */
enum err index_writer_remove(struct index_writer *w, int passage, const struct terms *terms) MUST_CHECK;
/* Writes what was gathered. */
enum err index_writer_flush(struct index_writer *w) MUST_CHECK;

#endif
