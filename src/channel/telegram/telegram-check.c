/*
 * telegram-check.c - can this bot receive and send? Asked of Telegram, told in plain words; and what is settled with
 * Telegram when a channel is connected or disconnected.
 *
 * Runs only when a person asks; waits at most 5 s a call. Never shows the token, nor the path of an address that is not
 * ours. Source: Telegram, "Bot API": getMe, setWebhook, deleteWebhook, getWebhookInfo, WebhookInfo.
 */
#include "channel/telegram/telegram.h"

#include "channel/check-report.h"
#include "channel/telegram/telegram-errors.h"
#include "core/clock.h"

#define RECENT_S 3600
#define MANY_PENDING 20
#define WEBHOOK_ID_BYTES 18

static const char *const wanted_updates[] = { "message", "edited_message", "callback_query", "my_chat_member" };
#define N_WANTED (sizeof(wanted_updates) / sizeof(wanted_updates[0]))

/* One call: what it gives back; NULL when it failed, and then a finding says why. */
static const struct json *telegram_check_call(
	struct check_report *r, const char *subject, const char *method, struct str body)
{
	struct http_request request;
	const struct json *answer = NULL;
	if (telegram_request(r->pool, r->conf, r->channel, method, body, check_left_ms(r), &request) != ERR_OK) {
		check_find(r, CHECK_BAD, subject, str_of(CODE(telegram_check_no_token)));
		return NULL;
	}
	const struct http_response *response = check_call(r, subject, r->conf->telegram_base_url, &request);
	if (!response)
		return NULL;
	if (json_parse(r->pool, response->body, &answer, NULL) == ERR_OK && json_bool(json_get(answer, "ok"), false))
		return json_get(answer, "result");
	const struct send_rule *rule = &telegram_error_judge(response->status, answer)->rule;
	check_find_refusal(r, subject, rule->reason, response->status,
		json_text(r->pool, json_get(answer, "error_code")), json_str(json_get(answer, "description")));
	return NULL;
}

static const struct json *ask_who(struct check_report *r)
{
	const struct json *me = telegram_check_call(r, CODE(subject_bot), "getMe", STR_NONE);
	if (!me || !json_text(r->pool, json_get(me, "id")).p)
		return NULL;
	return me;
}

static bool check_bot(struct check_report *r)
{
	const struct json *me = ask_who(r);
	if (!me)
		return false;
	struct str name = json_str(json_get(me, "username"));
	check_find(r, CHECK_GOOD, CODE(subject_bot), REASON(r->pool, telegram_check_opens, F_STR("name", name)));
	return true;
}

/* What went wrong with deliveries, by a part of Telegram's words. */
struct delivery_problem {
	const char *says, *reason;
};

static const struct delivery_problem problems[] = {
	{ "401", CODE(telegram_problem_secret) },
	{ "404", CODE(telegram_problem_address) },
	{ "503", CODE(telegram_problem_database) },
	{ "Wrong response", CODE(telegram_problem_web_server) },
	{ "onnection refused", CODE(telegram_problem_nothing_listens) },
	{ "onnection timed out", CODE(telegram_problem_silent) },
	{ "ead timeout", CODE(telegram_problem_slow) },
	{ "resolve host", CODE(telegram_problem_name) },
	{ "SSL", CODE(telegram_problem_certificate) },
	{ "ertificate", CODE(telegram_problem_certificate) },
	{ NULL, CODE(telegram_problem_other) },
};

static void check_last_error(struct check_report *r, const struct json *info)
{
	int64_t at, age_s;
	struct str said = send_shortened(r->pool, json_str(json_get(info, "last_error_message")));
	if (!json_i64(json_get(info, "last_error_date"), &at) || at <= 0)
		return;
	const struct delivery_problem *p = problems;
	while (p->says && !(said.p && memmem(said.p, said.n, p->says, strlen(p->says))))
		p++;
	age_s = clock_wall_ms() / 1000 - at;
	struct log_field words = F_STR("said", said);
	if (str_is_empty(said))
		words = (struct log_field)F_REASON("said", str_of(CODE(check_no_reason)));
	check_find(r, age_s < RECENT_S ? CHECK_WARNING : CHECK_GOOD, CODE(subject_last_error),
		REASON(r->pool, telegram_check_last_error, F_INT("minutes", age_s < 0 ? 0 : age_s / 60),
			F_REASON("reason", str_of(p->reason)), words));
}

static void check_pending(struct check_report *r, const struct json *info)
{
	int64_t n = 0;
	json_i64(json_get(info, "pending_update_count"), &n);
	const char *code = n >= MANY_PENDING ? CODE(telegram_check_many_pending)
			   : n               ? CODE(telegram_check_pending)
					     : CODE(telegram_check_none_pending);
	const struct log_field args[] = { F_INT("n", n), { .key = NULL } };
	check_find(r, n >= MANY_PENDING ? CHECK_WARNING : CHECK_GOOD, CODE(subject_pending),
		reason_make(r->pool, code, args));
}

static bool telegram_check_is_subscribed(const struct json *info)
{
	const struct json *list = json_get(info, "allowed_updates");
	size_t found = 0;
	for (size_t i = 0; i < json_length(list); i++)
		for (size_t k = 0; k < N_WANTED; k++)
			found += str_equal(json_str(json_at(list, i)), str_of(wanted_updates[k]));
	return !json_length(list) || found >= N_WANTED; /* without a list Telegram sends all of these */
}

/* The address without its path, which may be another program's secret. */
static struct str host_of(struct str url)
{
	size_t n = 0, slashes = 0;
	while (n < url.n && (slashes += url.p[n] == '/') < 3)
		n++;
	return (struct str){ url.p, n };
}

/* Whether deliveries come here, and all kinds of them. */
static bool telegram_check_address(struct check_report *r, const struct json *info)
{
	struct str url = json_str(json_get(info, "url")), own = channel_callback_url(r->pool, r->conf, r->channel);
	if (str_is_empty(url)) {
		check_find(r, CHECK_BAD, CODE(subject_webhook), str_of(CODE(telegram_check_nowhere)));
		return false;
	}
	if (own.p && !str_equal(url, own)) {
		struct str host = host_of(url);
		check_find(r, CHECK_BAD, CODE(subject_webhook),
			REASON(r->pool, telegram_check_elsewhere, F_STR("host", host)));
		return false;
	}
	if (!telegram_check_is_subscribed(info)) {
		check_find(r, CHECK_BAD, CODE(subject_webhook), str_of(CODE(telegram_check_not_all_kinds)));
		return false;
	}
	check_find(r, CHECK_GOOD, CODE(subject_webhook), str_of(CODE(telegram_check_delivers)));
	return true;
}

static struct str webhook_form(struct check_report *r, struct str url)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, 8192);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "url", url);
	json_member_str(&w, "secret_token", secret_bytes(r->channel->secret[TELEGRAM_SECRET]));
	json_key(&w, "allowed_updates");
	json_begin_array(&w);
	for (size_t i = 0; i < N_WANTED; i++)
		json_write_str(&w, str_of(wanted_updates[i]));
	json_end_array(&w);
	json_end_object(&w);
	struct str form = secret_bytes(secret_in_pool(r->pool, buf_str(&b)));
	secret_wipe(b.data, b.len);
	buf_fini(&b);
	return form;
}

static void telegram_check_subscribe(struct check_report *r)
{
	struct str url = channel_callback_url(r->pool, r->conf, r->channel);
	if (!url.p) {
		check_find(r, CHECK_BAD, CODE(subject_webhook), str_of(CODE(telegram_check_no_address)));
		return;
	}
	if (!r->channel->secret[TELEGRAM_SECRET] || str_is_empty(r->channel->account_id)) {
		check_find(r, CHECK_BAD, CODE(subject_webhook), str_of(CODE(telegram_check_no_secret)));
		return;
	}
	if (telegram_check_call(r, CODE(subject_webhook), "setWebhook", webhook_form(r, url)))
		check_find(r, CHECK_GOOD, CODE(subject_webhook), str_of(CODE(telegram_check_delivers_now)));
}

struct check_finding *telegram_check(
	struct pool *pool, const struct conf *conf, const struct channel *channel, bool repair)
{
	struct check_report r;
	const struct json *info;
	check_report_init(&r, pool, conf, channel);
	if (!check_bot(&r))
		return r.first;
	if (repair)
		telegram_check_subscribe(&r);
	if ((info = telegram_check_call(&r, CODE(subject_webhook), "getWebhookInfo", STR_NONE))) {
		if (!repair)
			telegram_check_address(&r, info);
		check_pending(&r, info);
		check_last_error(&r, info);
	}
	if (channel->pending)
		check_find(&r, CHECK_WARNING, CODE(subject_delivery), str_of(CODE(telegram_check_no_delivery)));
	return r.first;
}

static enum err first_problem(const struct check_report *r, enum err e, struct explain *why)
{
	const struct check_finding *f = r->first;
	if (!f)
		return explain_code(why, e, CODE(telegram_check_no_name));
	return explain_reason(why, e, f->reason);
}

enum err telegram_identify(struct pool *pool, const struct conf *conf, const struct channel *old,
	struct channel *channel, struct explain *why)
{
	struct check_report r;
	struct buf id;
	check_report_init(&r, pool, conf, channel);
	const struct json *me = ask_who(&r);
	if (!me)
		return first_problem(&r, ERR_REMOTE, why);
	channel->plain[TELEGRAM_BOT_ID] = channel->external_id = json_text(pool, json_get(me, "id"));
	channel->plain[TELEGRAM_USERNAME] = json_str(json_get(me, "username"));
	bool same = old && str_equal(old->external_id, channel->external_id);
	if (!same || !channel->secret[TELEGRAM_SECRET])
		channel->secret[TELEGRAM_SECRET] = channel_generate_secret(pool);
	buf_init(&id, 64);
	crypt_random_token(&id, WEBHOOK_ID_BYTES);
	bool has_one = same && !str_is_empty(old->plain[TELEGRAM_WEBHOOK_ID]);
	channel->account_id = pool_str(pool, has_one ? old->plain[TELEGRAM_WEBHOOK_ID] : buf_str(&id));
	channel->plain[TELEGRAM_WEBHOOK_ID] = channel->account_id;
	buf_fini(&id);
	return ERR_OK;
}

enum err telegram_unsubscribe(
	struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why)
{
	struct check_report r;
	check_report_init(&r, pool, conf, channel);
	return telegram_check_call(&r, CODE(subject_webhook), "deleteWebhook", STR_NONE)
		       ? ERR_OK
		       : first_problem(&r, ERR_REMOTE, why);
}
