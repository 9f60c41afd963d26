/*
 * llm-endpoint.h - one call of an OpenAI-compatible endpoint: a JSON body goes to it, a JSON object comes back.
 *
 * Asynchronous on an http_client, so a hundred calls may be under way in one thread. What may pass is tried a second
 * time within the same time limit, never a third. Failures are told in words that a person can act on; they never hold
 * the key, and nothing of what was sent.
 */
#ifndef DESKBELL_ANSWER_LLM_LLM_ENDPOINT_H
#define DESKBELL_ANSWER_LLM_LLM_ENDPOINT_H

#include "answer/llm/breaker.h"
#include "core/conf.h"
#include "core/net/http-client.h"
#include "core/json/json.h"
#include "domain/embedding-inputs.h"

struct llm_endpoint {
	struct str base_url;            /* with its version, such as https://api.example.com/v1 */
	struct str model;               /* as the endpoint calls it */
	struct embedding_inputs inputs; /* of a model for embeddings */
	const struct secret *key;       /* NULL: it takes none, as servers in one's own house */
	bool public_only;               /* must not lead into private networks: an organisation typed the address */
	int timeout_ms;                 /* the whole call, its repetition included */
	struct breaker breaker;         /* learns what becomes of the call; zeroed: none */
	int *batch_texts;               /* of embeddings that no message waits for: how many texts a request has, which
					   follows what the endpoint manages in its time; NULL: a message waits */
	unsigned *refuses; /* what the endpoint turned out not to take, for further calls; NULL: not remembered */
};

/* A member of the body that some servers refuse; one that is refused by name is left out, or goes by another name. At
 * most 32 in a table. */
struct llm_option {
	const char *name, *json;         /* NULL ends the table */
	const char *new_name, *new_json; /* NULL: left out */
};

struct llm_outcome {
	const struct json *body; /* the answer, an object; NULL when the call failed */
	struct str reason;       /* why it failed (core/text/reason.h); absent when it did not */
	int status;              /* of the last answer, 0 when none came */
	bool timed_out;          /* the time was over */
	int tries;               /* requests made, 1 or 2 */
	int64_t took_us;
};

/* A file that goes to the endpoint as a form, read as it is sent. */
struct llm_upload {
	int fd; /* the call's from its submission on, which closes it */
	int64_t bytes;
	struct str name, type; /* copied */
};

struct llm_call {
	const struct llm_endpoint *endpoint; /* copied */
	const char *path;                    /* "/chat/completions"; a constant */
	struct str members; /* JSON text: an object whose members go with "model" into the body; copied */
	const struct llm_upload
		*upload; /* NULL: the body is JSON; else a form of "model" and the file, without members */
	const struct llm_option *options; /* NULL: none; a constant */
	size_t max_response_bytes;
	void (*done)(void *arg, const struct llm_outcome *outcome); /* once; the outcome is valid during the call */
	void *arg;
};

/* Queues the call. `done` is called from http_client_run or http_client_free. */
void llm_endpoint_call(struct http_client *http, const struct llm_call *call);

/* The endpoints of this installation. */
struct llm_endpoints {
	bool has[ENDPOINT_KINDS];
	struct llm_endpoint of[ENDPOINT_KINDS];
};

/* From the configuration, keys from their files, for the pool's life. ERR_CONFIG with words when a key file cannot be
 * used or a model is missing. */
enum err llm_endpoints_load(
	struct pool *pool, const struct conf *conf, struct llm_endpoints *out, struct explain *why) MUST_CHECK;

#endif
