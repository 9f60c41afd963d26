/*
 * router.c - which handler serves a request.
 *
 * Owns the table of routes. Never answers anything about a tenant. A path with a trailing slash or an unknown one is
 * 404, a known one with another method 405. HEAD has rows of its own: many monitors ask that way, but a GET that does
 * something (the verification, the web cron) must not be done by it. A route that ends with an asterisk serves every
 * path that goes on there by one segment.
 */
#include "webhook/receiver.h"

#include "core/log.h"
#include "http/health.h"

static void health_live_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)app;
	(void)request;
	(void)body;
	health_respond_live(response);
}

static void health_ready_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)body;
	health_respond_ready(app->db, request, response);
}

const struct route webhook_routes[] = { { "GET", "/api/webhooks/whatsapp", AUTHORITY_SIGNED, 0, whatsapp_verify_get },
	{ "POST", "/api/webhooks/whatsapp", AUTHORITY_SIGNED, ROUTE_BODY_WEBHOOK, whatsapp_webhook_post },
	{ "POST", "/api/webhooks/telegram/*", AUTHORITY_SIGNED, ROUTE_BODY_WEBHOOK, telegram_webhook_post },
	{ "GET", "/api/webhooks/cron", AUTHORITY_SIGNED, 0, web_cron_get },
	{ "GET", "/healthz", AUTHORITY_PUBLIC, 0, health_live_get },
	{ "HEAD", "/healthz", AUTHORITY_PUBLIC, 0, health_live_get },
	{ "GET", "/readyz", AUTHORITY_PUBLIC, 0, health_ready_get },
	{ "HEAD", "/readyz", AUTHORITY_PUBLIC, 0, health_ready_get },
	{ "GET", "/metrics", AUTHORITY_SIGNED, 0, metrics_get },
	{ "HEAD", "/metrics", AUTHORITY_SIGNED, 0, metrics_get }, { NULL, NULL, AUTHORITY_PUBLIC, 0, NULL } };

struct str route_rest(const struct request *request)
{
	size_t n = request->path.n;
	while (n && request->path.p[n - 1] != '/')
		n--;
	return n ? (struct str){ request->path.p + n, request->path.n - n } : STR_NONE;
}

static bool router_serves(const struct route *route, const struct request *request)
{
	struct str path = str_of(route->path), rest = route_rest(request);
	if (!str_has_suffix(path, STR("/*")))
		return str_equal(request->path, path);
	path.n--;
	return rest.n > 0 && request->path.n == path.n + rest.n && str_has_prefix(request->path, path);
}

static const struct route *router_find(const struct route *routes, struct request *request, const char **allowed)
{
	struct buf methods;
	buf_init(&methods, 100);
	for (const struct route *r = routes; r->method; r++) {
		if (!router_serves(r, request))
			continue;
		if (str_equal(request->method, str_of(r->method))) {
			buf_fini(&methods);
			return r;
		}
		buf_addf(&methods, "%s%s", methods.len ? ", " : "", r->method);
	}
	*allowed = methods.len ? pool_cstr(request->pool, buf_str(&methods)) : NULL;
	buf_fini(&methods);
	return NULL;
}

void route_serve(struct app *app, const struct route *routes, struct request *request, struct response *response)
{
	struct str body = STR_NONE;
	const char *allowed = NULL;
	const struct route *route = router_find(routes, request, &allowed);
	response->is_head = str_equal(request->method, STR("HEAD"));
	if (!route) {
		respond_text(response, allowed ? 405 : 404,
			allowed ? STR("this address does not take that method\n") : STR("no such address\n"));
		response->allow = allowed;
		return;
	}
	size_t max =
		route->body_max == ROUTE_BODY_WEBHOOK ? (size_t)app->conf->webhook_max_body_bytes : route->body_max;
	enum err e = max ? request_body(request, max, &body) : ERR_OK;
	if (e != ERR_OK) {
		LOG_LIMITED(LOG_LEVEL_WARN, "web.body", F_CSTR("path", route->path), F_CSTR("error", err_info(e)->name),
			F_INT("length", request->content_length), F_STR("remote", request->remote_address));
		respond_error(response, e);
		return;
	}
	route->handle(app, request, body, response);
}

void webhook_routes_print(FILE *to)
{
	const char *before = "[";
	for (const struct route *r = webhook_routes; r->method; r++, before = ",")
		fprintf(to, "%s{\"method\":\"%s\",\"path\":\"%s\",\"authority\":\"%s\"}", before, r->method, r->path,
			r->authority == AUTHORITY_PUBLIC ? "public" : "signed");
	fputs("]\n", to);
}
