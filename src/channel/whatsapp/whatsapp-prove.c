/*
 * whatsapp-prove.c - asks Meta whose number it is, before a channel takes it.
 *
 * Owns nothing. The number and the list of the account's numbers are asked for with the channel's token and the proof
 * that the admin who gives the token also has the app's secret (appsecret_proof). What Meta does not confirm is
 * claimed, with words; never shows a token. Waits at most 5 s in all. Sources: Meta, "Securing Graph API calls"
 * (appsecret_proof), "Phone numbers" (2026).
 */
#include "channel/whatsapp/whatsapp.h"

#include "core/clock.h"
#include "core/formats/query.h"

#include <stdio.h>

#define PROVE_TIMEOUT_MS 5000
#define PAGES_MAX 5 /* of an account's numbers */
#define PROOF_MAX_BYTES (2 * CRYPT_SHA256_BYTES + 1)

struct proving {
	struct pool *pool;
	const struct conf *conf;
	const struct channel *channel;
	char proof[PROOF_MAX_BYTES];
	int64_t until_us;
	struct explain *why;
};

static void whatsapp_prove_sign(struct proving *p)
{
	unsigned char mac[CRYPT_SHA256_BYTES];
	crypt_hmac_sha256(secret_bytes(p->channel->secret[WHATSAPP_APP_SECRET]),
		secret_bytes(p->channel->secret[WHATSAPP_TOKEN]), mac);
	for (size_t i = 0; i < sizeof(mac); i++)
		snprintf(p->proof + 2 * i, 3, "%02x", mac[i]);
}

/* One question; NULL, with words, when Meta does not answer it. */
static const struct json *whatsapp_prove_ask(struct proving *p, struct str path)
{
	struct http_response response;
	const struct json *body = NULL;
	int64_t left_ms = (p->until_us - clock_mono_us()) / 1000;
	struct http_request request = { .method = "GET",
		.url = pool_printf(p->pool, "%s/%s/%.*s&appsecret_proof=%s", p->conf->graph_base_url,
			p->conf->graph_version, (int)path.n, path.p, p->proof)
			       .p,
		.bearer = p->channel->secret[WHATSAPP_TOKEN],
		.timeout_ms = left_ms > 0 ? (int)left_ms : 1 };
	http_fetch(p->pool, &request, &response);
	if (response.outcome != HTTP_ANSWERED) {
		(void)EXPLAIN(p->why, ERR_REMOTE, whatsapp_prove_unreachable,
			F_REASON("reason", str_of(response.reason ? response.reason : CODE(check_no_answer))));
		return NULL;
	}
	if (json_parse(p->pool, response.body, &body, NULL) == ERR_OK && response.status == 200)
		return body;
	struct str code = json_text(p->pool, json_path(body, "error", "code", NULL));
	(void)EXPLAIN(p->why, ERR_REMOTE, whatsapp_prove_not_shown, F_INT("status", response.status),
		F_STR("code", code.p ? code : STR("-")));
	return NULL;
}

/* The number is the token's. */
static bool whatsapp_prove_number(struct proving *p)
{
	struct str id = p->channel->external_id;
	const struct json *number = whatsapp_prove_ask(
		p, pool_printf(p->pool, "%.*s?fields=id,display_phone_number,verified_name", (int)id.n, id.p));
	if (!number)
		return false;
	if (str_equal(json_text(p->pool, json_get(number, "id")), id))
		return true;
	(void)explain_code(p->why, ERR_REMOTE, CODE(whatsapp_prove_other_number));
	return false;
}

static bool whatsapp_prove_is_listed(struct proving *p, const struct json *page)
{
	const struct json *data = json_get(page, "data");
	for (size_t i = 0; i < json_length(data); i++)
		if (str_equal(json_text(p->pool, json_get(json_at(data, i), "id")), p->channel->external_id))
			return true;
	return false;
}

/* ... and the account's that deliveries name. */
static bool whatsapp_prove_account(struct proving *p)
{
	struct str account = p->channel->account_id, after = STR("");
	for (int page = 0; page < PAGES_MAX; page++) {
		struct buf path;
		buf_init(&path, 4096);
		buf_addf(&path, "%.*s/phone_numbers?fields=id&limit=100", (int)account.n, account.p);
		query_add(&path, "after", after);
		struct str text = pool_take(p->pool, &path);
		const struct json *numbers = whatsapp_prove_ask(p, text);
		if (!numbers)
			return false;
		if (whatsapp_prove_is_listed(p, numbers))
			return true;
		after = json_str(json_path(numbers, "paging", "cursors", "after", NULL));
		if (!json_path(numbers, "paging", "next", NULL) || !after.n)
			break;
	}
	(void)explain_code(p->why, ERR_REMOTE, CODE(whatsapp_prove_not_listed));
	return false;
}

enum channel_ownership whatsapp_prove(
	struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why)
{
	struct proving p = { .pool = pool,
		.conf = conf,
		.channel = channel,
		.until_us = clock_mono_us() + PROVE_TIMEOUT_MS * 1000,
		.why = why };
	whatsapp_prove_sign(&p);
	return whatsapp_prove_number(&p) && whatsapp_prove_account(&p) ? CHANNEL_PROVED : CHANNEL_CLAIMED;
}
