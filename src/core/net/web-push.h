/*
 * web-push.h - a message for a browser through its vendor's push service (RFC 8030), encrypted so that the service
 * cannot read it, signed so that it knows whose it is.
 */
#ifndef DESKBELL_CORE_WEB_PUSH_H
#define DESKBELL_CORE_WEB_PUSH_H

#include "core/crypto/crypt-push.h"
#include "core/err.h"
#include "core/net/http-client.h"
#include "core/pool.h"

#define WEB_PUSH_ENDPOINT_MAX 1000

struct web_push {
	struct str endpoint, browser_key, auth; /* as the browser gave them, decoded */
	struct str text;
	struct str topic;   /* at most 32 characters of base64url: replaces what was not delivered yet; may be empty */
	struct str contact; /* "mailto:..." or "https://...", of who runs this installation */
	int64_t ttl_s;      /* how long the service keeps it for a browser that is off */
	int64_t now_s;
	bool allow_private; /* as net.private_addresses says */
};

enum web_push_outcome {
	WEB_PUSH_TAKEN,
	WEB_PUSH_GONE,   /* the subscription is over: forget it */
	WEB_PUSH_LATER,  /* try again */
	WEB_PUSH_REFUSED /* our key, our signature or this message: trying again does not help */
};

/* Whether an address that a browser named may be called: https and no user name; http for this host itself where
 * private addresses are allowed. The connection is checked again by the address that it really gets. */
bool web_push_endpoint_is_good(struct pool *pool, struct str endpoint, bool allow_private);
/* The request, in `pool`; `done`, `arg` and the time limit are the caller's. ERR_INVALID when address or keys are no
 * good, ERR_TOO_LARGE when the text is too long. */
enum err web_push_build(struct pool *pool, const struct crypt_p256 *keys, const struct web_push *push,
	struct http_request *out) MUST_CHECK;
enum web_push_outcome web_push_judge(const struct http_response *response);

#endif
