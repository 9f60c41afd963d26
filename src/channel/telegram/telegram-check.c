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
	struct check_report *r, const char *what, const char *method, struct str body)
{
	struct http_request request;
	const struct json *answer = NULL;
	if (telegram_request(r->pool, r->conf, r->channel, method, body, check_left_ms(r), &request) != ERR_OK) {
		check_find(r, CHECK_BAD, what, STR(T("the channel has no bot token")), T("Connect it again."));
		return NULL;
	}
	const struct http_response *response = check_call(r, what, r->conf->telegram_base_url, &request);
	if (!response)
		return NULL;
	if (json_parse(r->pool, response->body, &answer, NULL) == ERR_OK && json_bool(json_get(answer, "ok"), false))
		return json_get(answer, "result");
	const struct send_rule *rule = &telegram_error_judge(response->status, answer)->rule;
	struct str words = send_shortened(r->pool, json_str(json_get(answer, "description")));
	check_find(r, CHECK_BAD, what,
		pool_printf(r->pool, "%s (HTTP %d: %.*s)", rule->words, response->status, (int)words.n,
			words.p ? words.p : T("no reason given")),
		rule->next);
	return NULL;
}

static const struct json *ask_who(struct check_report *r)
{
	const struct json *me = telegram_check_call(r, T("bot"), "getMe", STR_NONE);
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
	check_find(r, CHECK_GOOD, T("bot"),
		pool_printf(r->pool, T("the token opens @%.*s"), (int)name.n, name.p ? name.p : ""), NULL);
	return true;
}

/* What went wrong with deliveries, by a part of Telegram's words. */
struct delivery_problem {
	const char *says, *words, *next;
};

static const struct delivery_problem problems[] = {
	{ "401", T("Deskbell refused the delivery: the secret does not match"), T("Run the check with --subscribe.") },
	{ "404", T("the address exists, but not as an address of Deskbell"),
		T("Let the web server pass /api/webhooks/ to webhook.fcgi; see the samples for lighttpd and Apache.") },
	{ "503", T("Deskbell could not store the messages: the database was unreachable"),
		T("Run 'deskbellctl doctor'. Telegram delivers them again by itself.") },
	{ "Wrong response", T("the web server answered with an error"),
		T("Check the error log of the web server: webhook.fcgi may not start.") },
	{ "onnection refused", T("nothing listens at the address"), T("Start the web server and open its port.") },
	{ "onnection timed out", T("the address does not answer"), T("Open the port in the firewall.") },
	{ "ead timeout", T("the answer took too long"), T("Check the load of the host and of the database.") },
	{ "resolve host", T("the name in the address is not known"),
		T("Correct public.base_url or the name service.") },
	{ "SSL", T("the certificate is not accepted"),
		T("Use a certificate of a known authority for the whole chain.") },
	{ "ertificate", T("the certificate is not accepted"),
		T("Use a certificate of a known authority for the whole chain.") },
	{ NULL, T("Telegram could not deliver"), T("Check the log of the web server at that time.") }
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
	check_find(r, age_s < RECENT_S ? CHECK_WARNING : CHECK_GOOD, T("last error"),
		pool_printf(r->pool, T("%lld minutes ago: %s (%.*s)"), (long long)(age_s < 0 ? 0 : age_s / 60),
			p->words, (int)said.n, said.p ? said.p : T("no reason given")),
		age_s < RECENT_S ? p->next : NULL);
}

static void check_pending(struct check_report *r, const struct json *info)
{
	int64_t n = 0;
	json_i64(json_get(info, "pending_update_count"), &n);
	check_find(r, n >= MANY_PENDING ? CHECK_WARNING : CHECK_GOOD, T("pending updates"),
		n ? pool_printf(r->pool, T("%lld wait at Telegram for delivery"), (long long)n)
		  : STR(T("none waits at Telegram")),
		n >= MANY_PENDING ? T("Deliveries do not come through fast enough; see the last error.") : NULL);
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
	static const char next[] = T("Run the check with --subscribe, or press Subscribe on the settings page.");
	struct str url = json_str(json_get(info, "url")), own = channel_callback_url(r->pool, r->conf, r->channel);
	if (str_is_empty(url)) {
		check_find(r, CHECK_BAD, T("webhook"), STR(T("Telegram delivers nowhere: no address is set")), next);
		return false;
	}
	if (own.p && !str_equal(url, own)) {
		struct str host = host_of(url);
		check_find(r, CHECK_BAD, T("webhook"),
			pool_printf(r->pool, T("Telegram delivers to another address, at %.*s"), (int)host.n, host.p),
			next);
		return false;
	}
	if (!telegram_check_is_subscribed(info)) {
		check_find(r, CHECK_BAD, T("webhook"), STR(T("Telegram does not deliver all kinds of updates")), next);
		return false;
	}
	check_find(r, CHECK_GOOD, T("webhook"), STR(T("Telegram delivers here")), NULL);
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
		check_find(r, CHECK_BAD, T("webhook"),
			STR(T("public.base_url is not set: Telegram does not know where to deliver")),
			T("Set public.base_url to the https:// address of this host, then check with --subscribe."));
		return;
	}
	if (!r->channel->secret[TELEGRAM_SECRET] || str_is_empty(r->channel->account_id)) {
		check_find(r, CHECK_BAD, T("webhook"), STR(T("the channel has no secret for deliveries")),
			T("Connect it again."));
		return;
	}
	if (telegram_check_call(r, T("webhook"), "setWebhook", webhook_form(r, url)))
		check_find(r, CHECK_GOOD, T("webhook"), STR(T("Telegram delivers here now")), NULL);
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
	if ((info = telegram_check_call(&r, T("webhook"), "getWebhookInfo", STR_NONE))) {
		if (!repair)
			telegram_check_address(&r, info);
		check_pending(&r, info);
		check_last_error(&r, info);
	}
	if (channel->pending)
		check_find(&r, CHECK_WARNING, T("delivery"), STR(T("no delivery has arrived yet")),
			T("Write to the bot."));
	return r.first;
}

static enum err first_problem(const struct check_report *r, enum err e, struct explain *why)
{
	const struct check_finding *f = r->first;
	if (!f)
		return explain(why, e, T("Telegram answered without naming the bot"));
	return explain(why, e, "%.*s %.*s", (int)f->words.n, f->words.p, (int)f->next.n, f->next.p ? f->next.p : "");
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
	return telegram_check_call(&r, T("webhook"), "deleteWebhook", STR_NONE) ? ERR_OK
										: first_problem(&r, ERR_REMOTE, why);
}
