/*
 * receiver.h - what the receiver holds for its whole life, and its routes.
 */
#ifndef DESKBELL_WEBHOOK_RECEIVER_H
#define DESKBELL_WEBHOOK_RECEIVER_H

#include "core/conf.h"
#include "core/crypto/crypt.h"
#include "db/db-pool.h"
#include "domain/inbound/intake.h"
#include "http/request.h"

#include <pthread.h>
#include <stdio.h>

struct channel_cache;
struct webhook_log;

struct app {
	const struct conf *conf;
	const struct crypt_keys *keys;
	struct db_pool *db;
	struct intake *intake;
	struct channel_cache *channels;
	struct webhook_log *log;
	const char *own_path;
	pthread_mutex_t large; /* held while a large body is taken apart: one at a time, so that memory is bounded */
};

/* Who may call a route. */
enum authority {
	AUTHORITY_PUBLIC, /* any caller: says nothing about any tenant */
	AUTHORITY_SIGNED  /* the handler checks the platform's signature or token before any side effect */
};

struct route {
	const char *method;
	const char *path; /* one that ends with an asterisk takes any one segment there */
	enum authority authority;
	size_t body_max; /* 0: no body is read; ROUTE_BODY_WEBHOOK: webhook.max_body_bytes */
	void (*handle)(struct app *app, struct request *request, struct str body, struct response *response);
};
#define ROUTE_BODY_WEBHOOK SIZE_MAX

/* The routes of webhook.fcgi; ends with a NULL method. */
extern const struct route webhook_routes[];
/* All of them as a JSON array, for tests that go through them. */
void webhook_routes_print(FILE *to);
/* Finds the route, reads the body, runs the handler: 404 for an unknown path, 405 for a wrong method. */
void route_serve(struct app *app, const struct route *routes, struct request *request, struct response *response);

/* The last segment of the path: what a route's asterisk stood for. */
struct str route_rest(const struct request *request);

/* Handlers, one file a subject. */
void whatsapp_verify_get(struct app *app, struct request *request, struct str body, struct response *response);
void whatsapp_webhook_post(struct app *app, struct request *request, struct str body, struct response *response);
void telegram_webhook_post(struct app *app, struct request *request, struct str body, struct response *response);
void web_cron_get(struct app *app, struct request *request, struct str body, struct response *response);
void metrics_get(struct app *app, struct request *request, struct str body, struct response *response);

#endif
