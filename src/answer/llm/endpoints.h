/*
 * endpoints.h - which model an organisation's answers ask: its own, else that of the installation.
 */
#ifndef DESKBELL_ANSWER_LLM_ENDPOINTS_H
#define DESKBELL_ANSWER_LLM_ENDPOINTS_H

#include "answer/llm/llm-endpoint.h"
#include "core/crypto/crypt.h"
#include "domain/settings.h"

/* What the choice is made from. All borrowed; `keys` may be NULL: then no key of an organisation can be opened. */
struct endpoint_sources {
	const struct conf *conf;
	const struct crypt_keys *keys;
	const struct llm_endpoints *installed;
	struct breakers *breakers; /* NULL: endpoints are asked whatever became of earlier calls */
};

struct endpoint_choice {
	struct llm_endpoint endpoint;
	int64_t daily_calls; /* 0: no limit */
};

/* False when there is none, or when it cannot be used or its circuit breaker is open: then `why` says so, else it is
 * empty. The
 * choice lives in `pool`, its key is wiped with it. */
bool endpoint_find(struct pool *pool, const struct endpoint_sources *from, int64_t org_id,
	const struct settings *settings, enum endpoint_kind kind, struct endpoint_choice *out, struct explain *why);

/* Whether there is one at all, whatever became of earlier calls. */
bool endpoint_is_set(const struct endpoint_sources *from, const struct settings *settings, enum endpoint_kind kind);

/* What vectors are known to be of, "https://api.example.com/v1 some-model": those of another place or model cannot be
 * compared with them. In `pool`. */
struct str endpoint_label(struct pool *pool, const struct llm_endpoint *endpoint);

#endif
