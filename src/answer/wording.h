/*
 * wording.h - the built-in texts that customers read, by language.
 */
#ifndef DESKBELL_ANSWER_WORDING_H
#define DESKBELL_ANSWER_WORDING_H

#include "answer/skills/skills.h"

/* All in `pool`, in `language` (en, tr, es; others: English); `own`, when it says anything, comes first. */

/* What is said when nothing answers: a sentence that names up to six topics. `index` may be NULL. */
struct str wording_fallback(struct pool *pool, struct str own, struct str language, const struct skill_index *index);
/* The promise that a person takes over. */
struct str wording_promise(struct pool *pool, struct str own, struct str language);
/* That nobody is there at the moment. */
struct str wording_away(struct pool *pool, struct str own, struct str language);

#endif
