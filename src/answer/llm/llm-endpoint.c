/*
 * llm-endpoint.c - one call of an OpenAI-compatible endpoint, tried twice at most.
 *
 * Owns a call from its submission to its `done`: a pool with a copy of the endpoint, its key and the body. Never asks
 * what the body means, never shows the key, never quotes what the endpoint said but for its error code: servers echo
 * keys and questions. Fails by a reason (core/text/reason.h), which is also logged here, once.
 *
 * What may pass is repeated: no connection, no answer, 408, 409, 429 (unless the money is gone), 5xx. Sources: OpenAI,
 * "Error codes" and the retry rules of its client libraries; RFC 9110, sections 10.2.3 (Retry-After) and 15.
 *
 * Servers differ in the optional members that they take: older ones know no response_format, OpenAI's reasoning models
 * refuse max_tokens and temperature. A 400 or 422 that names such a member is repeated at once without it. Once that
 * has worked the endpoint's `refuses` remembers it, so that only the first call pays for the detour.
 */
#include "answer/llm/llm-endpoint.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/net/http-form.h"
#include "core/text/reason.h"

#include <fcntl.h>
#include <unistd.h>

#define ANSWER_TIME_MS 200 /* a repetition that has less time left is not worth it */
#define MODEL_MAX_BYTES 1000
#define PAUSE_MS 200
#define PAUSE_SPREAD_MS 200 /* so that a hundred that failed together do not come back together */

struct call {
	struct http_client *http;
	struct pool *pool;
	struct llm_call ask; /* its endpoint and members are copies in the pool */
	struct llm_endpoint endpoint;
	struct llm_upload upload; /* `fd` is the call's */
	const char *url;
	unsigned left_out; /* bit i: option i goes by its new name, or not at all */
	int tries;
	int64_t started_us, deadline_us;
};

static void call_answered(void *arg, const struct http_response *response);

/* ---- the request ---- */

static void llm_endpoint_add_option(struct json_writer *w, const struct llm_option *option, bool refused)
{
	const char *name = refused ? option->new_name : option->name;

	if (!name)
		return;
	json_key(w, name);
	json_write_raw(w, str_of(refused ? option->new_json : option->json));
}

/* {"model": ..., the options, the members of the call} */
static void write_body(struct buf *out, const struct call *call)
{
	const struct llm_option *o = call->ask.options;
	struct json_writer w;

	buf_init(out, call->ask.members.n + (1 << 16));
	json_writer_init(&w, out);
	json_begin_object(&w);
	json_member_str(&w, "model", call->endpoint.model);
	for (unsigned i = 0; o && o[i].name; i++)
		llm_endpoint_add_option(&w, &o[i], call->left_out >> i & 1);
	json_end_object(&w);
	buf_truncate(out, out->len - 1);
	buf_add_char(out, ',');
	buf_add(out, call->ask.members.p + 1, call->ask.members.n - 1);
}

static int64_t llm_endpoint_left_ms(const struct call *call)
{
	return (call->deadline_us - clock_mono_us()) / 1000;
}

/* A form of the model's name and the file; each try reads it from its beginning. */
static bool llm_endpoint_fill_form(const struct call *call, struct http_request *request)
{
	struct http_form form;
	int fd = fcntl(call->upload.fd, F_DUPFD_CLOEXEC, 0);

	http_form_begin(&form, call->pool);
	http_form_text(&form, "model", call->endpoint.model);
	http_form_text(&form, "response_format", STR("json"));
	return http_form_end_with_file(
		       &form, "file", call->upload.name, call->upload.type, fd, call->upload.bytes, request)
	       == ERR_OK;
}

static void call_submit(struct call *call, int delay_ms)
{
	int64_t left = llm_endpoint_left_ms(call);
	struct buf body = { 0 };
	struct http_request request = { .method = "POST",
		.url = call->url,
		.bearer = call->endpoint.key,
		.content_type = STR("application/json"),
		.timeout_ms = left > 0 ? (int)left : 1,
		.delay_ms = delay_ms,
		.max_response_bytes = call->ask.max_response_bytes,
		.public_only = call->endpoint.public_only,
		.done = call_answered,
		.arg = call };

	call->tries++;
	if (call->ask.upload) {
		if (!llm_endpoint_fill_form(call, &request))
			bug("a form of %s that is too long", call->ask.path);
	} else {
		write_body(&body, call);
		request.body = buf_str(&body);
	}
	http_client_submit(call->http, &request);
	buf_fini(&body);
}

static void llm_endpoint_copy_endpoint(struct call *call, const struct llm_endpoint *given)
{
	call->endpoint = *given;
	call->endpoint.base_url = pool_str(call->pool, given->base_url);
	call->endpoint.model = pool_str(call->pool, str_cut(given->model, MODEL_MAX_BYTES));
	call->endpoint.breaker.endpoint = pool_str(call->pool, given->breaker.endpoint);
	while (str_has_suffix(call->endpoint.base_url, STR("/")))
		call->endpoint.base_url.n--;
	if (given->key)
		call->endpoint.key = secret_in_pool(call->pool, secret_bytes(given->key));
	call->ask.endpoint = &call->endpoint;
}

static void llm_endpoint_copy_upload(struct call *call, const struct llm_upload *given)
{
	if (!given)
		return;
	call->upload = *given;
	call->upload.name = pool_str(call->pool, given->name);
	call->upload.type = pool_str(call->pool, given->type);
	call->ask.upload = &call->upload;
}

void llm_endpoint_call(struct http_client *http, const struct llm_call *ask)
{
	struct pool *pool = pool_new();
	struct call *call = pool_new_of(pool, struct call);

	if (ask->endpoint->timeout_ms <= 0 || (ask->members.n < 3 && !ask->upload))
		bug("a call of %s without time limit or content", ask->path);
	*call = (struct call){ .http = http, .pool = pool, .ask = *ask };
	llm_endpoint_copy_endpoint(call, ask->endpoint);
	llm_endpoint_copy_upload(call, ask->upload);
	call->ask.members = pool_str(pool, ask->members);
	call->url = pool_printf(pool, "%.*s%s", (int)call->endpoint.base_url.n, call->endpoint.base_url.p, ask->path).p;
	call->left_out = call->endpoint.refuses ? *call->endpoint.refuses : 0;
	call->started_us = clock_mono_us();
	call->deadline_us = call->started_us + (int64_t)call->endpoint.timeout_ms * 1000;
	call_submit(call, 0);
}

/* ---- its end ---- */

/* A call that this program gave up itself says nothing of the endpoint; neither does one in the background that asked
 * for too much, unless it was a probe. */
static void report_to_breaker(const struct call *call, const struct llm_outcome *outcome)
{
	bool answered = outcome->status > 0 && outcome->status < 500 && outcome->status != 408;
	if (answered)
		breaker_report(&call->endpoint.breaker, BREAKER_ANSWERED);
	else if (!http_client_is_closing(call->http))
		breaker_report(&call->endpoint.breaker,
			outcome->timed_out && !call->endpoint.batch_texts ? BREAKER_TIMED_OUT : BREAKER_FAILED);
}

static void call_end(struct call *call, int status, const struct json *body, struct str reason)
{
	struct llm_outcome outcome = { .body = body,
		.reason = reason,
		.status = status,
		.timed_out = !body && llm_endpoint_left_ms(call) <= ANSWER_TIME_MS,
		.tries = call->tries,
		.took_us = clock_mono_us() - call->started_us };

	if (!body)
		LOG_WARN("llm.call_failed", F_CSTR("path", call->ask.path), F_STR("reason", reason),
			F_INT("status", status), F_INT("tries", call->tries), F_INT("took_us", outcome.took_us));
	else if (call->endpoint.refuses)
		*call->endpoint.refuses |= call->left_out;
	report_to_breaker(call, &outcome);
	if (call->ask.upload)
		close(call->upload.fd);
	call->ask.done(call->ask.arg, &outcome);
	pool_free(call->pool);
}

static void call_fail(struct call *call, int status, struct str reason)
{
	call_end(call, status, NULL, reason);
}

/* ---- what a failed answer means ---- */

static bool llm_endpoint_contains(struct str text, const char *word)
{
	return text.n > 0 && memmem(text.p, text.n, word, strlen(word)) != NULL;
}

static bool holds_key(const struct call *call, struct str s)
{
	struct str key = call->endpoint.key ? secret_bytes(call->endpoint.key) : STR_NONE;

	return key.n > 0 && (llm_endpoint_contains(s, key.p) || (s.n >= 6 && memmem(key.p, key.n, s.p, s.n)));
}

/* Short and of the letters of a name: only such a word of the endpoint is repeated. */
static bool is_code(const struct call *call, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z')
			    || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_' || s.p[i] == '.' || s.p[i] == '-'))
			return false;
	return s.n > 0 && s.n <= 48 && !holds_key(call, s);
}

/* ", insufficient_quota" or "" */
static const char *llm_endpoint_code_of(const struct call *call, const struct json *body)
{
	static const char *const members[] = { "code", "type" };
	const struct json *error = json_get(body, "error");

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		struct str code = json_str(json_get(error, members[i]));
		if (is_code(call, code))
			return pool_printf(call->pool, ", %.*s", (int)code.n, code.p).p;
	}
	return "";
}

struct rule {
	int from, to;
	bool passing;
	const char *word; /* the rule holds only when the answer has this word; NULL: always */
	const char *code;
};

/* The first that holds. */
static const struct rule rules[] = {
	{ 200, 299, false, NULL, CODE(endpoint_error) },
	{ 300, 399, false, NULL, CODE(endpoint_redirects) },
	{ 401, 401, false, NULL, CODE(endpoint_refused_key) },
	{ 402, 402, false, NULL, CODE(endpoint_quota_used) },
	{ 403, 403, false, NULL, CODE(endpoint_denies) },
	{ 400, 404, false, "model_not_found", CODE(endpoint_unknown_model) },
	{ 404, 404, false, "model", CODE(endpoint_unknown_model) },
	{ 404, 404, false, NULL, CODE(endpoint_no_path) },
	{ 400, 422, false, "context_length", CODE(endpoint_context_too_long) },
	{ 408, 408, true, NULL, CODE(endpoint_timeout) },
	{ 409, 409, true, NULL, CODE(endpoint_conflict) },
	{ 413, 413, false, NULL, CODE(endpoint_request_too_large) },
	{ 429, 429, false, "insufficient_quota", CODE(endpoint_quota_used) },
	{ 429, 429, true, NULL, CODE(endpoint_rate_limited) },
	{ 400, 499, false, NULL, CODE(endpoint_refused) },
	{ 500, 599, true, NULL, CODE(endpoint_failed) },
	{ 0, 999, false, NULL, CODE(endpoint_unknown_status) },
};

static const struct rule *llm_endpoint_rule_for(const struct http_response *r)
{
	const struct rule *rule = rules;

	while (r->status < rule->from || r->status > rule->to
		|| (rule->word && !llm_endpoint_contains(r->body, rule->word)))
		rule++;
	return rule;
}

static const struct json *parsed_body(const struct call *call, const struct http_response *r)
{
	const struct json *body = NULL;

	return json_parse(call->pool, r->body, &body, NULL) == ERR_OK && json_kind(body) == JSON_OBJECT ? body : NULL;
}

static struct str reason_of_status(const struct call *call, const struct http_response *r)
{
	const char *code = llm_endpoint_code_of(call, parsed_body(call, r));
	const struct log_field args[] = { F_STR("status", pool_printf(call->pool, "%d%s", r->status, code)),
		F_STR("model", str_cut(call->endpoint.model, 100)), { .key = NULL } };

	if (r->status == 401 && !call->endpoint.key)
		return str_of(CODE(endpoint_wants_key));
	return reason_make(call->pool, llm_endpoint_rule_for(r)->code, args);
}

static struct str reason_of_silence(const struct call *call, const struct http_response *r)
{
	struct str reason = str_of(r->reason);

	if (llm_endpoint_left_ms(call) <= 0)
		return REASON(call->pool, endpoint_silent,
			F_STR("seconds", pool_printf(call->pool, "%.1f", call->endpoint.timeout_ms / 1000.0)));
	return r->outcome == HTTP_NOT_SENT ? REASON(call->pool, endpoint_unreachable, F_REASON("reason", reason))
					   : REASON(call->pool, endpoint_broke_off, F_REASON("reason", reason));
}

static struct str failure_reason(const struct call *call, const struct http_response *r)
{
	return r->outcome == HTTP_ANSWERED ? reason_of_status(call, r) : reason_of_silence(call, r);
}

/* ---- once more? ---- */

static bool may_repeat(const struct call *call, int64_t delay_ms)
{
	return call->tries < 2 && !http_client_is_closing(call->http)
	       && delay_ms <= llm_endpoint_left_ms(call) - ANSWER_TIME_MS;
}

/* The options that the answer names, apart from those that were left out anyway. */
static unsigned named_options(const struct call *call, const struct http_response *r)
{
	const struct llm_option *o = call->ask.options;
	unsigned named = 0;

	if (r->outcome != HTTP_ANSWERED || (r->status != 400 && r->status != 422))
		return 0;
	for (unsigned i = 0; o && o[i].name; i++)
		if (llm_endpoint_contains(r->body, o[i].name))
			named |= 1u << i;
	return named & ~call->left_out;
}

/* How long to wait before the repetition; -1: it would fail again. */
static int64_t pause_ms(const struct http_response *r)
{
	if (r->outcome == HTTP_ANSWERED && !llm_endpoint_rule_for(r)->passing)
		return -1;
	if (r->retry_after_s >= 0)
		return r->retry_after_s < 3600 ? r->retry_after_s * 1000 : 3600000;
	return PAUSE_MS + clock_mono_us() % PAUSE_SPREAD_MS;
}

static bool llm_endpoint_repeated(struct call *call, const struct http_response *r)
{
	unsigned named = named_options(call, r);
	int64_t pause = named ? 0 : pause_ms(r);

	if (pause < 0 || !may_repeat(call, pause))
		return false;
	call->left_out |= named;
	call_submit(call, (int)pause);
	return true;
}

static void call_succeed(struct call *call, const struct http_response *r)
{
	const struct json *body = parsed_body(call, r);

	if (!body && r->body.n >= call->ask.max_response_bytes)
		call_fail(call, r->status, str_of(CODE(endpoint_answer_too_large)));
	else if (!body)
		call_fail(call, r->status, str_of(CODE(endpoint_not_json)));
	else if (json_kind(json_get(body, "error")) == JSON_OBJECT)
		call_fail(call, r->status, reason_of_status(call, r));
	else
		call_end(call, r->status, body, STR_NONE);
}

static void call_answered(void *arg, const struct http_response *response)
{
	struct call *call = arg;

	if (response->outcome == HTTP_ANSWERED && response->status >= 200 && response->status < 300)
		call_succeed(call, response);
	else if (!llm_endpoint_repeated(call, response))
		call_fail(call, response->status, failure_reason(call, response));
}
