/*
 * http-fetch.c - one request waited for.
 *
 * A client of http-client.h like any other: for commands and tests, where nothing else is to be done meanwhile. Owns a
 * client for the time of one request, so it keeps no connection. Fails as a request fails: by its outcome.
 */
#include "core/net/http-client.h"

struct fetch {
	struct pool *pool;
	struct http_response *out;
	bool (*sink)(void *arg, struct str piece);
	void *sink_arg;
};

static bool fetch_sink(void *arg, struct str piece)
{
	struct fetch *fetch = arg;

	return fetch->sink(fetch->sink_arg, piece);
}

static void fetch_done(void *arg, const struct http_response *response)
{
	struct fetch *fetch = arg;

	*fetch->out = *response;
	fetch->out->body = pool_str(fetch->pool, response->body);
	fetch->out->usage = pool_str(fetch->pool, response->usage);
	fetch->out->content_type = pool_str(fetch->pool, response->content_type);
	fetch->out->location = pool_str(fetch->pool, response->location);
	fetch->out->reason = pool_cstr(fetch->pool, str_of(response->reason));
}

void http_fetch(struct pool *pool, const struct http_request *request, struct http_response *out)
{
	struct fetch fetch = { pool, out, request->sink, request->arg };
	struct http_client *client = http_client_new(&(struct http_client_options){ .max_connections = 1 });
	struct http_request copy = *request;

	copy.done = fetch_done;
	copy.sink = request->sink ? fetch_sink : NULL;
	copy.arg = &fetch;
	http_client_submit(client, &copy);
	while (http_client_active(client) > 0)
		http_client_run(client, NULL, 0, 1000);
	http_client_free(client);
}
