/*
 * sim-llm.c - the OpenAI-compatible service: paths, keys, errors, rules and faults, and the way an answer leaves.
 *
 * Owns routing, authentication, latency and the record of every call. Never knows what a prompt means. Refuses what the
 * real service refuses, in its words where they are known. An answer that is kept back costs a timer, no thread.
 */
#include "simulator/llm/sim-llm.h"

#include <stdarg.h>

#include "core/clock.h"
#include "simulator/random.h"

#define PREFIX "/v1/"

struct endpoint {
	const char *method, *path;
	bool takes_json;
	void (*answer)(struct llm_call *call);
};

static void get_models(struct llm_call *call);

static const struct endpoint endpoints[] = {
	{ "POST", "/v1/chat/completions", true, llm_post_chat },
	{ "POST", "/v1/embeddings", true, llm_post_embeddings },
	{ "POST", "/v1/audio/transcriptions", false, llm_post_transcription },
	{ "GET", "/v1/models", false, get_models },
};

static void write_or_null(struct json_writer *w, const char *key, const char *value)
{
	json_key(w, key);
	json_write_str(w, str_of(value));
}

bool llm_fail(struct llm_call *call, const struct llm_error *error)
{
	struct exchange *ex = call->ex;
	struct json_writer w;

	buf_reset(&ex->out);
	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_key(&w, "error");
	json_begin_object(&w);
	write_or_null(&w, "message", error->message);
	write_or_null(&w, "type", error->type);
	write_or_null(&w, "param", error->param);
	write_or_null(&w, "code", error->code);
	json_end_object(&w);
	json_end_object(&w);
	exchange_answer(ex, error->http, LLM_JSON_TYPE);
	if (error->http == 429 || error->http == 503)
		exchange_add_header(
			ex, "Retry-After", pool_printf(ex->pool, "%d", (int)call->sim->llm.settings.retry_after_s).p);
	return false;
}

bool llm_refuse(struct llm_call *call, const char *param, const char *code, const char *fmt, ...)
{
	struct llm_error error = { .http = 400, .type = "invalid_request_error", .param = param, .code = code };
	struct buf words;
	va_list ap;

	buf_init(&words, 16 * 1024);
	va_start(ap, fmt);
	buf_addv(&words, fmt, ap);
	va_end(ap);
	error.message = buf_cstr(&words);
	llm_fail(call, &error);
	buf_fini(&words);
	return false;
}

void llm_succeed(struct llm_call *call)
{
	exchange_answer(call->ex, 200, LLM_JSON_TYPE);
}

int64_t llm_tokens(struct str text)
{
	return (int64_t)(text.n + 3) / 4;
}

static bool fail_with_path(struct llm_call *call, int http, const char *words)
{
	const struct exchange *ex = call->ex;
	struct str message = pool_printf(
		ex->pool, "%s (%s %.*s)", words, ex->method, (int)(ex->path.n < 200 ? ex->path.n : 200), ex->path.p);

	return llm_fail(
		call, &(struct llm_error){ .http = http, .type = "invalid_request_error", .message = message.p });
}

static bool sim_llm_authenticate(struct llm_call *call)
{
	struct str header = exchange_header(call->ex, "Authorization");

	call->key = "missing";
	if (str_has_prefix(header, STR("Bearer "))) {
		header.p += 7;
		header.n -= 7;
		call->key = llm_knows_key(&call->sim->llm, header) ? "right" : "wrong";
	}
	if (!strcmp(call->key, "right") || !call->sim->llm.settings.require_key)
		return true;
	if (!strcmp(call->key, "wrong"))
		return llm_fail(call, &(struct llm_error){ .http = 401,
					      .type = "invalid_request_error",
					      .code = "invalid_api_key",
					      .message = "Incorrect API key provided." });
	return llm_fail(call, &(struct llm_error){ .http = 401,
				      .type = "invalid_request_error",
				      .message = "You didn't provide an API key. You need to provide your API key in "
						 "an Authorization header using Bearer auth (i.e. Authorization: "
						 "Bearer YOUR_KEY)." });
}

static bool check_body(struct llm_call *call)
{
	struct exchange *ex = call->ex;
	struct str type = exchange_header(ex, "Content-Type");

	if (ex->too_large)
		return fail_with_path(call, 413, "Request body too large");
	if (!str_equal_nocase(str_trim(str_take_until(&type, ';')), STR("application/json")))
		return fail_with_path(call, 415, "The Content-Type must be application/json");
	if (!ex->json || !str_is_utf8(ex->body))
		return llm_refuse(call, NULL, NULL, "We could not parse the JSON body of your request.");
	call->body = ex->json;
	if (json_kind(call->body) != JSON_OBJECT)
		return llm_refuse(call, NULL, NULL, "Invalid type for request body: expected an object.");
	return true;
}

struct member_check {
	const char *const *known;
	struct str unknown;
};

static bool sim_llm_each_member(void *arg, struct str key, const struct json *value)
{
	struct member_check *check = arg;

	(void)value;
	for (const char *const *known = check->known; *known; known++)
		if (str_equal(key, str_of(*known)))
			return true;
	check->unknown = key;
	return false;
}

bool llm_check_members(struct llm_call *call, const char *const *known)
{
	struct member_check check = { known, STR_NONE };

	return json_each(call->body, sim_llm_each_member, &check)
	       || llm_refuse(call, NULL, "unknown_parameter", "Unknown parameter: '%.*s'.",
		       (int)(check.unknown.n < 60 ? check.unknown.n : 60), check.unknown.p);
}

bool llm_check_model(struct llm_call *call, const struct llm_names *models)
{
	call->model = json_str(json_get(call->body, "model"));
	return llm_knows_model(call, models);
}

bool llm_knows_model(struct llm_call *call, const struct llm_names *models)
{
	if (str_is_empty(call->model))
		return llm_refuse(call, NULL, NULL, "you must provide a model parameter");
	for (size_t i = 0; i < models->n; i++)
		if (str_equal(call->model, models->list[i]))
			return true;
	return llm_fail(call, &(struct llm_error){ .http = 404,
				      .type = "invalid_request_error",
				      .code = "model_not_found",
				      .message = pool_printf(call->ex->pool,
					      "The model `%.*s` does not exist or you do not have access to it.",
					      (int)(call->model.n < 100 ? call->model.n : 100), call->model.p)
							 .p });
}

/* A rule with a status other than 200: its reply is the words, or the whole body. */
static bool answer_status(struct llm_call *call, const struct llm_rule *rule)
{
	struct llm_error error = llm_fault_error((int)rule->status);

	call->outcome = "failed";
	if (rule->reply.p && !rule->reply_is_json)
		error.message = rule->reply.p;
	llm_fail(call, &error);
	if (!rule->reply.p || !rule->reply_is_json)
		return false;
	buf_reset(&call->ex->out);
	buf_add_str(&call->ex->out, rule->reply);
	return false;
}

static const struct llm_fault *nth_fault(struct simulator *sim)
{
	const struct llm_settings *s = &sim->llm.settings;

	if (!s->fault_every || sim->llm.calls % s->fault_every)
		return NULL;
	return s->fault ? s->fault : llm_fault_draw(random_next(&sim->random));
}

static bool apply_fault(struct llm_call *call)
{
	if (!call->fault)
		return true;
	call->outcome = call->fault->name;
	if (call->fault->error.http)
		return llm_fail(call, &call->fault->error);
	if (!call->fault->body)
		return true;
	buf_add_cstr(&call->ex->out, call->fault->body);
	llm_succeed(call);
	return false;
}

bool llm_choose(struct llm_call *call, const char *endpoint, const struct llm_texts *texts)
{
	struct llm *llm = &call->sim->llm;
	ptrdiff_t i = llm_rules_take(&llm->settings.rules, endpoint, texts);
	const struct llm_rule *rule = i < 0 ? NULL : &llm->settings.rules.list[i];

	llm->calls++;
	call->rule = i + 1;
	call->fault = nth_fault(call->sim);
	if (rule) {
		call->reply = rule->reply;
		call->delay_ms += rule->delay_ms;
		call->fault = rule->fault ? rule->fault : call->fault;
		if (rule->status && rule->status != 200)
			return answer_status(call, rule);
	}
	return apply_fault(call);
}

static void write_models(struct json_writer *w, const struct llm_names *models)
{
	for (size_t i = 0; i < models->n; i++) {
		json_begin_object(w);
		json_member_str(w, "id", models->list[i]);
		json_member_str(w, "object", STR("model"));
		json_member_i64(w, "created", 1700000000);
		json_member_str(w, "owned_by", STR("simulator"));
		json_end_object(w);
	}
}

static void get_models(struct llm_call *call)
{
	struct json_writer w;

	json_writer_init(&w, &call->ex->out);
	json_begin_object(&w);
	json_member_str(&w, "object", STR("list"));
	json_key(&w, "data");
	json_begin_array(&w);
	write_models(&w, &call->sim->llm.settings.chat_models);
	write_models(&w, &call->sim->llm.settings.embedding_models);
	write_models(&w, &call->sim->llm.settings.transcription_models);
	json_end_array(&w);
	json_end_object(&w);
	llm_succeed(call);
}

static bool llm_owns(struct str path)
{
	return str_has_prefix(path, STR(PREFIX));
}

static void sim_llm_answer_endpoint(struct llm_call *call)
{
	const struct exchange *ex = call->ex;
	bool path_exists = false;

	for (size_t i = 0; i < sizeof(endpoints) / sizeof(*endpoints); i++) {
		if (!str_equal(ex->path, str_of(endpoints[i].path)))
			continue;
		path_exists = true;
		if (strcmp(ex->method, endpoints[i].method))
			continue;
		if (!endpoints[i].takes_json || check_body(call))
			endpoints[i].answer(call);
		return;
	}
	fail_with_path(call, path_exists ? 405 : 404, path_exists ? "Method not allowed" : "Invalid URL");
}

static bool is_secret_header(struct str name)
{
	static const char *const names[] = { "authorization", "proxy-authorization", "api-key", "x-api-key", "cookie" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	return false;
}

struct header_writing {
	struct json_writer w;
	struct pool *pool;
};

static void write_header(void *arg, struct str name, struct str value)
{
	struct header_writing *writing = arg;
	char *lower = pool_cstr(writing->pool, name);

	for (char *p = lower; *p; p++)
		*p = llm_lower(*p);
	json_member_str(&writing->w, lower, is_secret_header(name) ? STR("(not recorded)") : value);
}

/* The request as it came, before anything is decided about it. */
static void record_arrival(struct llm_call *call)
{
	struct llm *llm = &call->sim->llm;
	struct exchange *ex = call->ex;
	struct header_writing writing = { .pool = ex->pool };
	struct llm_record record = {
		.at_ms = clock_wall_ms(), .in_flight = ++llm->in_flight, .method = str_of(ex->method), .path = ex->path
	};
	struct buf headers, body;

	if (llm->in_flight > llm->in_flight_max)
		llm->in_flight_max = llm->in_flight;
	buf_init(&headers, 1024 * 1024);
	json_writer_init(&writing.w, &headers);
	json_begin_object(&writing.w);
	exchange_each_header(ex, write_header, &writing);
	json_end_object(&writing.w);
	record.headers = buf_str(&headers);
	buf_init(&body, (size_t)64 * 1024 * 1024);
	if (ex->json) {
		json_writer_init(&writing.w, &body);
		json_write_value(&writing.w, ex->json);
		record.body = body.err == ERR_OK ? buf_str(&body) : STR_NONE;
	}
	call->record = records_add_llm(&call->sim->records, &record);
	call->epoch = llm->epoch;
	buf_fini(&headers);
	buf_fini(&body);
}

/* Fills in what became of it; the record may be gone. */
static void record_outcome(const struct llm_call *call)
{
	struct llm_record *record = ring_find(&call->sim->records.llm, call->record);
	int status = call->ex->status;

	if (!record)
		return;
	record->status = call->silent ? 0 : status;
	record->outcome = call->outcome ? call->outcome : status == 200 ? "answered" : "refused";
	record->key = call->key;
	record->rule = call->rule;
}

static void sim_llm_finish(struct llm_call *call)
{
	struct llm *llm = &call->sim->llm;
	struct llm_record *record = call->epoch == llm->epoch ? ring_find(&call->sim->records.llm, call->record) : NULL;

	llm->in_flight--;
	if (record)
		record->answered_ms = clock_wall_ms();
}

/* In the loop's thread. */
static void sim_llm_release(void *arg)
{
	struct llm_call *call = arg;

	pthread_mutex_lock(&call->sim->lock);
	sim_llm_finish(call);
	pthread_mutex_unlock(&call->sim->lock);
	exchange_release(call->ex);
}

static void sim_llm_answer(struct simulator *sim, struct exchange *ex)
{
	struct llm_call *call = pool_new_of(ex->pool, struct llm_call);

	*call = (struct llm_call){ .sim = sim, .ex = ex, .delay_ms = sim->llm.settings.latency_ms };
	record_arrival(call);
	if (sim_llm_authenticate(call))
		sim_llm_answer_endpoint(call);
	if (call->fault && call->fault->spoil)
		call->fault->spoil(call);
	exchange_add_header(ex, "x-request-id",
		pool_printf(ex->pool, "req_%016llx", (unsigned long long)random_mix(simulator_serial(sim))).p);
	exchange_add_header(ex, "Cache-Control", "no-store");
	record_outcome(call);
	if (call->hangs)
		call->delay_ms = HANG_MAX_MS;
	if (call->delay_ms <= 0) {
		sim_llm_finish(call);
		return;
	}
	exchange_hold(ex);
	loop_after(sim->loop, call->delay_ms, sim_llm_release, NULL, call);
}

const struct platform platform_llm = { .name = "llm", .owns = llm_owns, .answer = sim_llm_answer };
