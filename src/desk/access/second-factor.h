/*
 * second-factor.h - what the pages about the second factor share: secrets that are sealed, recovery codes.
 */
#ifndef DESKBELL_DESK_SECOND_FACTOR_H
#define DESKBELL_DESK_SECOND_FACTOR_H

#include "desk/desk.h"

#define RECOVERY_CODES 10

/* A fresh secret of an account, and the same sealed, in the pool. ERR_CONFIG when there are no keys to seal with. */
enum err second_factor_new(struct desk_request *v, int64_t user_id, struct str *sealed) MUST_CHECK;
/* Opens a stored secret; the caller frees it. NULL when the keys are missing or it does not open, which is logged. */
struct secret *second_factor_open(struct desk_request *v, int64_t user_id, struct str sealed);
/* A new recovery code as it is shown: four groups of four. In the pool. */
struct str recovery_code_new(struct pool *pool);
/* How a typed recovery code is stored; absent when it does not have the form of one (a code of six digits has not). */
struct str recovery_code_hash(struct pool *pool, struct str typed);

#endif
