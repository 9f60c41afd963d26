/*
 * control.c - routes of the control interface, settings and records.
 *
 * Owns the table of routes. Never shows a token or a secret. What is wrong is said in words with 400, an unknown route
 * lists the known ones.
 */
#include "simulator/control/control.h"

#include "core/clock.h"

#define IDLE_POLL_MS 5
#define IDLE_TIMEOUT_MS 10000

struct route {
	const char *method, *path;
	void (*answer)(struct simulator *sim, struct exchange *ex);
};

void control_refuse(struct exchange *ex, int status, const char *words)
{
	struct json_writer w;

	buf_reset(&ex->out);
	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_str(&w, "error", str_of(words));
	json_end_object(&w);
	exchange_answer(ex, status, "application/json");
}

void control_succeed(struct exchange *ex)
{
	exchange_answer(ex, 200, "application/json");
}

void control_succeed_ok(struct exchange *ex)
{
	buf_add_cstr(&ex->out, "{\"ok\":true}");
	control_succeed(ex);
}

static int64_t query_i64(const struct exchange *ex, const char *name, int64_t fallback)
{
	int64_t n;

	return str_to_i64(exchange_query(ex, name), &n) ? n : fallback;
}

static void get_channels(struct simulator *sim, struct exchange *ex)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_key(&w, "channels");
	channels_write(&w, ex->pool, &sim->channels);
	json_end_object(&w);
	control_succeed(ex);
}

static void post_channels(struct simulator *sim, struct exchange *ex)
{
	struct explain why = { "" };

	if (channels_put(&sim->channels, ex->json, &why) != ERR_OK)
		control_refuse(ex, 400, why.text);
	else
		control_succeed_ok(ex);
}

static void get_behaviour(struct simulator *sim, struct exchange *ex)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	behaviour_write(&w, &sim->behaviour);
	control_succeed(ex);
}

static void post_behaviour(struct simulator *sim, struct exchange *ex)
{
	struct explain why = { "" };

	if (behaviour_update(&sim->behaviour, ex->json, &why) != ERR_OK) {
		control_refuse(ex, 400, why.text);
		return;
	}
	if (json_get(ex->json, "seed"))
		sim->random = (uint64_t)sim->behaviour.seed;
	get_behaviour(sim, ex);
}

static void get_ring(struct exchange *ex, const char *name, const struct ring *ring)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_key(&w, name);
	ring_write(&w, ring, query_i64(ex, "since", 0), query_i64(ex, "limit", INT64_MAX));
	json_member_i64(&w, "last", ring->last);
	json_end_object(&w);
	control_succeed(ex);
}

static void get_requests(struct simulator *sim, struct exchange *ex)
{
	get_ring(ex, "requests", &sim->records.requests);
}

static void get_deliveries(struct simulator *sim, struct exchange *ex)
{
	get_ring(ex, "deliveries", &sim->records.deliveries);
}

static void get_llm_requests(struct simulator *sim, struct exchange *ex)
{
	get_ring(ex, "requests", &sim->records.llm);
}

static void get_inbound(struct simulator *sim, struct exchange *ex)
{
	get_ring(ex, "inbound", &sim->records.inbound);
}

static void get_webhooks(struct simulator *sim, struct exchange *ex)
{
	get_ring(ex, "webhooks", &sim->records.webhooks);
}

struct idle {
	struct simulator *sim;
	struct exchange *ex;
	int64_t until_us;
};

static void answer_idle(struct exchange *ex, bool idle, int64_t pending)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	json_begin_object(&w);
	json_member_bool(&w, "idle", idle);
	json_member_i64(&w, "pending", pending);
	json_end_object(&w);
	control_succeed(ex);
}

static void idle_look(void *arg)
{
	struct idle *idle = arg;
	int64_t pending;

	pthread_mutex_lock(&idle->sim->lock);
	pending = idle->sim->pending;
	pthread_mutex_unlock(&idle->sim->lock);
	if (pending && clock_mono_us() < idle->until_us) {
		loop_after(idle->sim->loop, IDLE_POLL_MS, idle_look, NULL, idle);
		return;
	}
	answer_idle(idle->ex, !pending, pending);
	exchange_release(idle->ex);
}

static void get_idle(struct simulator *sim, struct exchange *ex)
{
	struct idle *idle = pool_new_of(ex->pool, struct idle);
	int64_t timeout_ms = query_i64(ex, "timeout_ms", IDLE_TIMEOUT_MS);

	if (!sim->pending || timeout_ms <= 0) {
		answer_idle(ex, !sim->pending, sim->pending);
		return;
	}
	*idle = (struct idle){ sim, ex, clock_mono_us() + timeout_ms * 1000 };
	exchange_hold(ex);
	loop_after(sim->loop, IDLE_POLL_MS, idle_look, NULL, idle);
}

static void post_reset(struct simulator *sim, struct exchange *ex)
{
	simulator_reset(sim);
	if (json_bool(json_get(ex->json, "channels"), false)) {
		channels_forget(&sim->channels);
		bots_forget(&sim->bots);
		llm_forget_keys(&sim->llm);
	}
	control_succeed_ok(ex);
}

static const struct route routes[] = {
	{ "GET", "/control/channels", get_channels },
	{ "POST", "/control/channels", post_channels },
	{ "GET", "/control/behaviour", get_behaviour },
	{ "POST", "/control/behaviour", post_behaviour },
	{ "GET", "/control/bots", control_get_bots },
	{ "POST", "/control/bots", control_post_bots },
	{ "POST", "/control/telegram", control_post_telegram },
	{ "POST", "/control/inbound", control_post_inbound },
	{ "GET", "/control/media", control_get_media },
	{ "POST", "/control/media", control_post_media },
	{ "GET", "/control/inbound", get_inbound },
	{ "POST", "/control/statuses", control_post_statuses },
	{ "POST", "/control/webhook", control_post_webhook },
	{ "POST", "/control/verify", control_post_verify },
	{ "GET", "/control/llm", control_get_llm },
	{ "POST", "/control/llm", control_post_llm },
	{ "POST", "/control/llm/keys", control_post_llm_keys },
	{ "GET", "/control/llm/requests", get_llm_requests },
	{ "GET", "/control/requests", get_requests },
	{ "GET", "/control/deliveries", get_deliveries },
	{ "GET", "/control/webhooks", get_webhooks },
	{ "GET", "/control/chat", control_get_chat },
	{ "GET", "/control/idle", get_idle },
	{ "POST", "/control/reset", post_reset },
};

#define N_ROUTES (sizeof(routes) / sizeof(*routes))

static void refuse_route(struct exchange *ex)
{
	struct buf words;

	buf_init(&words, 4096);
	buf_add_cstr(&words, "no such route; there are");
	for (size_t i = 0; i < N_ROUTES; i++)
		buf_addf(&words, "%s %s %s", i ? "," : "", routes[i].method, routes[i].path);
	control_refuse(ex, 404, buf_cstr(&words));
	buf_fini(&words);
}

void control_answer(struct simulator *sim, struct exchange *ex)
{
	exchange_add_header(ex, "Cache-Control", "no-store");
	if (ex->too_large) {
		control_refuse(ex, 413, "the body is too large");
		return;
	}
	if (ex->body.n && !ex->json) {
		control_refuse(ex, 400, "the body is not JSON");
		return;
	}
	for (size_t i = 0; i < N_ROUTES; i++)
		if (str_equal(ex->path, str_of(routes[i].path)) && !strcmp(ex->method, routes[i].method)) {
			routes[i].answer(sim, ex);
			return;
		}
	refuse_route(ex);
}
