/*
 * graph.c - Meta's Graph API: paths, tokens, headers, and the way an answer leaves.
 *
 * Owns routing, authentication and latency. Never knows a message. Refuses what Meta refuses: a client that gets by
 * here should get by there, so in doubt this is the stricter one. Sources: "Handling errors", the OpenAPI description
 * of the Cloud API, answers seen in the wild.
 */
#include "simulator/graph/graph.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/crypto/crypt.h"
#include "simulator/graph/meta-json.h"

#define JSON_TYPE "application/json; charset=UTF-8"
#define OLDEST_VERSION 21
#define NEWEST_VERSION 26

struct endpoint {
	const char *method, *edge; /* edge "": the object itself */
	bool account;              /* the object is a WhatsApp Business Account, not a number */
	void (*answer)(struct graph_call *call);
};

static const struct endpoint endpoints[] = {
	{ "POST", "messages", false, graph_post_messages },
	{ "POST", "media", false, graph_post_media },
	{ "GET", "", false, graph_get_number },
	{ "GET", "phone_numbers", true, graph_get_numbers },
	{ "GET", "subscribed_apps", true, graph_get_subscription },
	{ "POST", "subscribed_apps", true, graph_post_subscription },
	{ "DELETE", "subscribed_apps", true, graph_delete_subscription },
};

void graph_fail(struct graph_call *call, const struct graph_error *error)
{
	struct exchange *ex = call->ex;
	char trace_id[META_TRACE_ID_SIZE];

	buf_reset(&ex->out);
	if (error->retry_after_s)
		exchange_add_header(ex, "Retry-After", pool_printf(ex->pool, "%d", error->retry_after_s).p);
	if (error->html) {
		buf_add_cstr(&ex->out, error->html);
		exchange_answer(ex, error->http, "text/html; charset=utf-8");
		return;
	}
	meta_trace_id(trace_id, simulator_serial(call->sim));
	graph_error_write(&ex->out, error, trace_id);
	exchange_answer(ex, error->http, JSON_TYPE);
}

bool graph_refuse(struct graph_call *call, const char *fmt, ...)
{
	struct graph_error error = { .http = 400, .code = 100 };
	struct buf words;
	va_list ap;

	buf_init(&words, 16 * 1024);
	va_start(ap, fmt);
	buf_addv(&words, fmt, ap);
	va_end(ap);
	error.message = buf_cstr(&words);
	graph_fail(call, &error);
	buf_fini(&words);
	return false;
}

bool graph_refuse_value(struct graph_call *call, const char *details)
{
	graph_fail(call, &(struct graph_error){
				 .http = 400, .code = 100, .message = "(#100) Invalid parameter", .details = details });
	return false;
}

static void refuse_object(struct graph_call *call, struct str object)
{
	const char *verb = !strcmp(call->ex->method, "GET")      ? "get"
			   : !strcmp(call->ex->method, "DELETE") ? "delete"
								 : "post";
	struct str words = pool_printf(call->ex->pool,
		"Unsupported %s request. Object with ID '%.*s' does not exist, cannot be loaded "
		"due to missing permissions, or does not support this operation. Please read the Graph API "
		"documentation at "
		"https://developers.facebook.com/docs/graph-api",
		verb, (int)object.n, object.p);

	graph_fail(call,
		&(struct graph_error){
			.http = 400, .code = 100, .subcode = 33, .type = "GraphMethodException", .message = words.p });
}

void graph_refuse_object(struct graph_call *call)
{
	refuse_object(call, call->object);
}

void graph_succeed(struct graph_call *call, const struct buf *plain)
{
	meta_json_escape(&call->ex->out, buf_str(plain));
	exchange_answer(call->ex, 200, JSON_TYPE);
}

void graph_succeed_bool(struct graph_call *call)
{
	buf_add_cstr(&call->ex->out, "{\"success\":true}");
	exchange_answer(call->ex, 200, JSON_TYPE);
}

static struct str request_token(const struct exchange *ex)
{
	struct str header = exchange_header(ex, "Authorization");

	if (header.n > 7 && str_equal_nocase((struct str){ header.p, 7 }, STR("Bearer ")))
		return str_trim((struct str){ header.p + 7, header.n - 7 });
	return exchange_query(ex, "access_token");
}

static bool is_app_token(const struct channels *channels, struct str token)
{
	struct str app_id = str_take_until(&token, '|');

	for (size_t i = 0; token.p && i < channels->n; i++)
		if (str_equal(str_of(channels->list[i]->app_id), app_id)
			&& crypt_equal(secret_bytes(channels->list[i]->app_secret), token))
			return true;
	return false;
}

/* The channel that the path names when the token is its own; else any with that token. */
static struct channel *find_caller(const struct graph_call *call, struct str token)
{
	const struct channels *channels = &call->sim->channels;
	struct channel *named = sim_channels_find(channels, call->object);

	if (!named)
		named = channels_find_account(channels, call->object);
	if (named && crypt_equal(secret_bytes(named->access_token), token))
		return named;
	return channels_find_token(channels, token);
}

/* A proof that is given must be right: HMAC-SHA-256 of the token under the app's secret, in hexadecimal digits. */
static bool proves_secret(const struct graph_call *call, struct str token)
{
	struct str proof = exchange_query(call->ex, "appsecret_proof");
	unsigned char mac[CRYPT_SHA256_BYTES];
	char right[2 * CRYPT_SHA256_BYTES + 1];

	if (!proof.p)
		return true;
	crypt_hmac_sha256(secret_bytes(call->channel->app_secret), token, mac);
	for (size_t i = 0; i < sizeof(mac); i++)
		snprintf(right + 2 * i, 3, "%02x", mac[i]);
	return crypt_equal(proof, str_of(right));
}

static bool graph_authenticate(struct graph_call *call)
{
	struct str token = request_token(call->ex);

	if (str_is_empty(token)) {
		exchange_add_header(call->ex, "WWW-Authenticate",
			"OAuth \"Facebook Platform\" \"invalid_request\" \"An access token is required to request this "
			"resource.\"");
		graph_fail(call, &(struct graph_error){ .http = 401,
					 .code = 104,
					 .message = "An access token is required to request this resource." });
		return false;
	}
	call->channel = find_caller(call, token);
	if (call->channel && !proves_secret(call, token)) {
		graph_fail(call, &(struct graph_error){ .http = 400,
					 .code = 100,
					 .type = "GraphMethodException",
					 .message = "Invalid appsecret_proof provided in the API argument" });
		return false;
	}
	if (call->channel || (str_equal(call->object, STR("debug_token")) && is_app_token(&call->sim->channels, token)))
		return true;
	exchange_add_header(call->ex, "WWW-Authenticate",
		"OAuth \"Facebook Platform\" \"invalid_token\" \"Invalid OAuth access token - Cannot parse access "
		"token\"");
	graph_fail(call, &(struct graph_error){ .http = 401,
				 .code = 190,
				 .message = "Invalid OAuth access token - Cannot parse access token" });
	return false;
}

static bool is_version(struct str s)
{
	bool dot = false;

	if (s.n < 4 || s.p[0] != 'v' || s.p[1] < '0' || s.p[1] > '9')
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] == '.' && !dot && i + 1 < s.n)
			dot = true;
		else if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return dot;
}

static bool graph_owns(struct str path)
{
	struct str rest = path, first;

	str_take_until(&rest, '/');
	first = str_take_until(&rest, '/');
	return is_version(first) || str_equal(first, STR("debug_token"))
	       || (first.n >= 10 && first.p[0] >= '0' && first.p[0] <= '9');
}

/* Cuts the path; false when it has more parts than any endpoint. */
static bool split_path(struct graph_call *call)
{
	struct str rest = call->ex->path, first;

	str_take_until(&rest, '/');
	first = str_take_until(&rest, '/');
	if (is_version(first)) {
		call->version = first;
		first = str_take_until(&rest, '/');
	}
	call->object = first;
	call->edge = str_take_until(&rest, '/');
	return str_is_empty(rest);
}

/* The object must be one that the token may use; otherwise it does not exist. */
static bool owns_object(const struct graph_call *call, bool account)
{
	const struct channel *channel = call->channel;

	return channel
	       && str_equal(call->object, str_of(account ? channel->business_account_id : channel->phone_number_id));
}

static void graph_answer_endpoint(struct graph_call *call)
{
	bool edge_exists = false;

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
		const struct endpoint *endpoint = &endpoints[i];

		if (!str_equal(call->edge, str_of(endpoint->edge)) && (call->edge.n || *endpoint->edge))
			continue;
		edge_exists = true;
		if (strcmp(endpoint->method, call->ex->method))
			continue;
		if (owns_object(call, endpoint->account))
			endpoint->answer(call);
		else
			graph_refuse_object(call);
		return;
	}
	if (edge_exists)
		graph_refuse_object(call);
	else
		graph_fail(call, &(struct graph_error){ .http = 400,
					 .code = 2500,
					 .message = pool_printf(call->ex->pool, "Unknown path components: /%.*s",
						 (int)call->edge.n, call->edge.p)
							    .p });
}

static bool graph_answer_media(struct graph_call *call)
{
	if (call->edge.n)
		return false;
	if (!strcmp(call->ex->method, "GET"))
		return graph_get_media(call);
	return !strcmp(call->ex->method, "DELETE") && graph_delete_media(call);
}

static void graph_answer_call(struct graph_call *call)
{
	if (!split_path(call)) {
		graph_fail(
			call, &(struct graph_error){ .http = 400, .code = 2500, .message = "Unknown path components" });
		return;
	}
	if (str_equal(call->edge, STR("subscriptions"))) {
		graph_answer_app(call, request_token(call->ex));
		return;
	}
	if (!graph_authenticate(call))
		return;
	if (str_equal(call->object, STR("debug_token")) && !call->edge.n && !strcmp(call->ex->method, "GET"))
		graph_get_debug_token(call);
	else if (!graph_answer_media(call))
		graph_answer_endpoint(call);
}

/* Meta answers with the version asked for, or the oldest that still lives. */
static const char *version_header(const struct graph_call *call)
{
	struct str major = call->version;
	int64_t n = NEWEST_VERSION;

	if (major.n) {
		major.p++;
		major.n--;
		if (!str_to_i64(str_take_until(&major, '.'), &n))
			n = NEWEST_VERSION;
	}
	if (n < OLDEST_VERSION)
		n = OLDEST_VERSION;
	return pool_printf(call->ex->pool, "v%d.0", (int)n).p;
}

static void graph_add_headers(struct graph_call *call)
{
	struct exchange *ex = call->ex;
	char trace_id[META_TRACE_ID_SIZE];

	meta_trace_id(trace_id, simulator_serial(call->sim));
	if (call->channel)
		exchange_add_header(ex, "x-business-use-case-usage",
			pool_printf(ex->pool,
				"{\"%s\":[{\"type\":\"whatsapp\",\"call_count\":1,\"total_cputime\":1,\"total_time\":1,"
				"\"estimated_time_to_regain_access\":0}]}",
				call->channel->business_account_id)
				.p);
	exchange_add_header(ex, "facebook-api-version", version_header(call));
	exchange_add_header(ex, "x-fb-request-id", pool_str(ex->pool, str_of(trace_id)).p);
	exchange_add_header(ex, "x-fb-trace-id", pool_str(ex->pool, str_of(trace_id + 12)).p);
	exchange_add_header(ex, "x-fb-rev", "1031000000");
	exchange_add_header(ex, "Access-Control-Allow-Origin", "*");
	exchange_add_header(ex, "Strict-Transport-Security", "max-age=15552000; preload");
	exchange_add_header(ex, "Cache-Control", "private, no-cache, no-store, must-revalidate");
	exchange_add_header(ex, "Pragma", "no-cache");
	exchange_add_header(ex, "Expires", "Sat, 01 Jan 2000 00:00:00 GMT");
	exchange_add_header(ex, "Vary", "Origin, Accept-Encoding");
}

void graph_hold(struct graph_call *call)
{
	call->held = true;
	graph_add_headers(call);
	exchange_hold(call->ex);
}

void graph_record(struct graph_call *call)
{
	const struct exchange *ex = call->ex;
	const char *outcome = call->outcome ? call->outcome : ex->status == 200 ? "answered" : "refused";
	bool silent = !strcmp(outcome, "reset") || !strcmp(outcome, "hung") || !strcmp(outcome, "response_lost");

	records_add_request(
		&call->sim->records, &(struct request_record){ .at_ms = clock_wall_ms(),
					     .status = silent ? 0 : ex->status,
					     .outcome = outcome,
					     .method = str_of(ex->method),
					     .path = ex->path,
					     .body = call->has_secrets ? STR("(not recorded)") : ex->body });
}

static const struct json *json_body(const struct exchange *ex)
{
	struct str type = exchange_header(ex, "Content-Type");

	return str_equal_nocase(str_trim(str_take_until(&type, ';')), STR("application/json")) ? ex->json : NULL;
}

static void graph_answer(struct simulator *sim, struct exchange *ex)
{
	struct graph_call call = {
		.sim = sim, .ex = ex, .body = json_body(ex), .latency_ms = simulator_latency_ms(sim)
	};

	graph_answer_call(&call);
	if (call.held)
		return;
	graph_add_headers(&call);
	graph_record(&call);
	if (call.latency_ms <= 0)
		return;
	exchange_hold(ex);
	loop_after(sim->loop, call.latency_ms, exchange_release_arg, NULL, ex);
}

const struct platform platform_graph = { .name = "graph", .owns = graph_owns, .answer = graph_answer };
