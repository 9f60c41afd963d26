/*
 * sim-webhook.c - delivery of webhooks as Meta does it ("Webhooks overview": 200 only, retries, X-Hub-Signature-256
 * over the exact bytes), and as Telegram does it (setWebhook: the secret in a header).
 *
 * Owns each webhook from the call to its last attempt, and the count of what is pending. Never changes a byte of a
 * body, never shows a secret. A webhook that fails for good is recorded and forgotten.
 */
#include "simulator/sim-webhook.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/crypto/crypt.h"
#include "core/formats/query.h"
#include "core/text/reason.h"
#include "simulator/state/sim-memory.h"

#define ATTEMPTS_MAX 10
#define FIRST_RETRY_MS 200
#define RETRY_MAX_MS 5000
#define TIMEOUT_MS 10000
#define SIGNATURE_HEADER "X-Hub-Signature-256: "
#define TELEGRAM_HEADER "X-Telegram-Bot-Api-Secret-Token: "

/* One call of webhook_send: its copies share body and end. */
struct batch {
	struct simulator *sim;
	bool of_bot;
	char *number; /* of the channel or the bot */
	char *body, *url, *proof_line, *what;
	size_t body_n;
	const char *kind;
	int open; /* copies that are not finished; only the loop's thread changes it */
	int worst;
	void (*done)(void *arg, int status);
	void *arg;
};

struct copy {
	struct batch *batch;
	int attempts, status;
	int64_t begun_us;
};

static char *signature_line_new(const struct channel *channel, struct str body, struct str given)
{
	unsigned char mac[CRYPT_SHA256_BYTES];
	struct buf line;
	char *copy;

	buf_init(&line, 4096);
	buf_add_cstr(&line, SIGNATURE_HEADER);
	if (given.p) {
		buf_add_str(&line, given);
	} else {
		crypt_hmac_sha256(secret_bytes(channel->app_secret), body, mac);
		buf_add_cstr(&line, "sha256=");
		crypt_hex(&line, (struct str){ (const char *)mac, sizeof(mac) });
	}
	copy = memory_copy(buf_str(&line));
	buf_fini(&line);
	return copy;
}

/* By which the business knows who delivers. */
static char *proof_line_new(const struct webhook *webhook)
{
	struct buf line;
	char *copy;

	if (webhook->channel)
		return signature_line_new(webhook->channel, webhook->body, webhook->signature);
	buf_init(&line, 4096);
	if (webhook->bot->secret_token) {
		buf_add_cstr(&line, TELEGRAM_HEADER);
		buf_add_str(&line, secret_bytes(webhook->bot->secret_token));
	} else {
		buf_add_cstr(&line, "X-Telegram-Bot: 1");
	}
	copy = memory_copy(buf_str(&line));
	secret_wipe(line.data, line.len);
	buf_fini(&line);
	return copy;
}

static void batch_free(struct batch *batch)
{
	free(batch->number);
	free(batch->body);
	free(batch->url);
	secret_wipe(batch->proof_line, strlen(batch->proof_line));
	free(batch->proof_line);
	free(batch->what);
	free(batch);
}

static void copy_record(struct copy *copy)
{
	struct batch *batch = copy->batch;
	struct simulator *sim = batch->sim;
	struct bot *bot;

	pthread_mutex_lock(&sim->lock);
	records_add_webhook(&sim->records, &(struct webhook_record){ .at_ms = clock_wall_ms(),
						   .took_us = clock_mono_us() - copy->begun_us,
						   .status = copy->status,
						   .attempts = copy->attempts,
						   .kind = batch->kind,
						   .phone_number_id = str_of(batch->number),
						   .what = str_of(batch->what) });
	if (batch->of_bot && (bot = bots_find(&sim->bots, str_of(batch->number))) && bot->pending)
		bot->pending--;
	pthread_mutex_unlock(&sim->lock);
}

static void copy_finish(struct copy *copy)
{
	struct batch *batch = copy->batch;
	struct simulator *sim = batch->sim;

	copy_record(copy);
	if (copy->status != 200)
		batch->worst = copy->status;
	free(copy);
	if (--batch->open)
		return;
	if (batch->done)
		batch->done(batch->arg, batch->worst);
	batch_free(batch);
	pthread_mutex_lock(&sim->lock);
	sim->pending--;
	pthread_mutex_unlock(&sim->lock);
}

static void copy_give_up(void *arg)
{
	copy_finish(arg);
}

static int64_t retry_delay_ms(int attempts)
{
	int64_t delay_ms = FIRST_RETRY_MS;

	while (--attempts > 0 && delay_ms < RETRY_MAX_MS)
		delay_ms *= 2;
	return delay_ms < RETRY_MAX_MS ? delay_ms : RETRY_MAX_MS;
}

static void copy_attempt(void *arg);

/* Telegram tells a bot's owner how the latest delivery failed. */
static void note_failure(const struct copy *copy)
{
	struct simulator *sim = copy->batch->sim;
	struct bot *bot;

	pthread_mutex_lock(&sim->lock);
	bot = bots_find(&sim->bots, str_of(copy->batch->number));
	if (bot)
		bot_note_failure(bot, copy->status);
	pthread_mutex_unlock(&sim->lock);
}

static void on_answer(void *arg, const struct http_response *response)
{
	struct copy *copy = arg;
	struct loop *loop = copy->batch->sim->loop;

	copy->status = response->outcome == HTTP_ANSWERED ? response->status : 0;
	if (copy->status != 200 && copy->batch->of_bot)
		note_failure(copy);
	if (copy->status == 200 || copy->attempts >= ATTEMPTS_MAX || loop_is_stopping(loop))
		copy_finish(copy);
	else
		loop_after(loop, retry_delay_ms(copy->attempts), copy_attempt, copy_give_up, copy);
}

static void copy_attempt(void *arg)
{
	struct copy *copy = arg;
	struct batch *batch = copy->batch;
	const char *const headers[] = { batch->proof_line, "Accept: */*", NULL };
	const struct http_request request = { .method = "POST",
		.url = batch->url,
		.headers = headers,
		.content_type = STR("application/json"),
		.body = { batch->body, batch->body_n },
		.timeout_ms = TIMEOUT_MS,
		.done = on_answer,
		.arg = copy };

	copy->attempts++;
	if (copy->attempts == 1)
		copy->begun_us = clock_mono_us();
	loop_request(batch->sim->loop, &request);
}

static void batch_start(void *arg)
{
	struct batch *batch = arg;

	for (int i = batch->open; i > 0; i--) {
		struct copy *copy = memory_new(sizeof(*copy));

		copy->batch = batch;
		copy_attempt(copy);
	}
}

static void batch_drop(void *arg)
{
	struct batch *batch = arg;

	if (batch->done)
		batch->done(batch->arg, 0);
	batch_free(batch);
}

void webhook_send(struct simulator *sim, const struct webhook *webhook)
{
	struct batch *batch = memory_new(sizeof(*batch));

	batch->sim = sim;
	batch->of_bot = webhook->bot;
	batch->number = memory_copy(str_of(webhook->bot ? webhook->bot->id : webhook->channel->phone_number_id));
	batch->body = memory_copy(webhook->body);
	batch->body_n = webhook->body.n;
	batch->url = memory_copy(str_of(webhook->bot ? webhook->bot->url : channel_callback(webhook->channel)));
	batch->proof_line = proof_line_new(webhook);
	batch->what = memory_copy(webhook->what);
	batch->kind = webhook->kind;
	batch->open = webhook->copies > 0 ? webhook->copies : 1;
	batch->worst = 200;
	batch->done = webhook->done;
	batch->arg = webhook->arg;
	sim->pending++;
	if (webhook->bot)
		webhook->bot->pending += batch->open;
	loop_after(sim->loop, 0, batch_start, batch_drop, batch);
}

struct check {
	struct simulator *sim;
	char *url;
	char challenge[16];
	void (*done)(void *arg, const struct verification *result);
	void *arg;
};

static void check_finish(struct check *check, const struct verification *result)
{
	check->done(check->arg, result);
	secret_wipe(check->url, strlen(check->url));
	free(check->url);
	free(check);
}

static void sim_webhook_on_verified(void *arg, const struct http_response *response)
{
	struct check *check = arg;
	struct pool *pool = pool_new();
	struct verification result = { .status = response->status, .reason = reason_cstr(pool, response->reason) };

	if (response->outcome == HTTP_ANSWERED) {
		result.ok = response->status == 200 && str_equal(response->body, str_of(check->challenge));
		result.reason = result.ok                 ? "the challenge came back"
				: response->status == 200 ? "the body is not exactly the challenge"
							  : "the status is not 200";
	}
	check_finish(check, &result);
	pool_free(pool);
}

static void check_start(void *arg)
{
	struct check *check = arg;
	const char *const headers[] = { "Accept: */*", NULL };
	const struct http_request request = { .method = "GET",
		.url = check->url,
		.headers = headers,
		.timeout_ms = TIMEOUT_MS,
		.done = sim_webhook_on_verified,
		.arg = check };

	loop_request(check->sim->loop, &request);
}

static void check_drop(void *arg)
{
	check_finish(arg, &(struct verification){ .reason = "the simulator is stopping" });
}

void webhook_verify(struct simulator *sim, const char *url, struct str token,
	void (*done)(void *arg, const struct verification *result), void *arg)
{
	struct check *check = memory_new(sizeof(*check));
	struct buf full;

	check->sim = sim;
	check->done = done;
	check->arg = arg;
	snprintf(check->challenge, sizeof(check->challenge), "%u",
		1000000000u + (unsigned)(simulator_serial(sim) % 1000000000u));
	buf_init(&full, 8192);
	buf_add_cstr(&full, url);
	query_add(&full, "hub.mode", STR("subscribe"));
	query_add(&full, "hub.challenge", str_of(check->challenge));
	query_add(&full, "hub.verify_token", token);
	check->url = memory_copy(buf_str(&full));
	if (full.len)
		secret_wipe(full.data, full.len);
	buf_fini(&full);
	loop_after(sim->loop, 0, check_start, check_drop, check);
}
