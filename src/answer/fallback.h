/*
 * fallback.h - what is said when nothing answers: the organisation's own text, or a sentence that names up to six
 * topics. No model is called.
 */
#ifndef DESKBELL_ANSWER_FALLBACK_H
#define DESKBELL_ANSWER_FALLBACK_H

#include "answer/skills.h"

/* In `pool`. `own` absent or empty: the built-in text in `language` (en, tr, es; others: English). `index` may be NULL.
 */
struct str fallback_text(struct pool *pool, struct str own, struct str language, const struct skill_index *index);

#endif
