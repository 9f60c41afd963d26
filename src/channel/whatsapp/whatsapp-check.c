/*
 * whatsapp-check.c - can this channel receive and send? Asked of Meta, told in plain words.
 *
 * Runs only when a person asks (settings page, `deskbellctl channel check`); waits at most 5 s in all. Never shows the
 * token, nor the app's secret. Sources: Meta, "Phone number management", "Subscribed apps", "Debug token", "Health
 * status" (2026).
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/check-report.h"
#include "channel/whatsapp/whatsapp-errors.h"
#include "core/formats/query.h"

/* One call; NULL when it failed, and then a finding says why. */
static const struct json *whatsapp_check_call(
	struct check_report *r, const char *subject, const char *method, const char *path, const struct secret *bearer)
{
	const struct json *body = NULL;
	const struct http_response *response = check_call(r, subject, r->conf->graph_base_url,
		&(struct http_request){ .method = method,
			.url = pool_printf(r->pool, "%s/%s/%s", r->conf->graph_base_url, r->conf->graph_version, path)
				       .p,
			.bearer = bearer,
			.timeout_ms = check_left_ms(r) });
	if (!response || (json_parse(r->pool, response->body, &body, NULL) == ERR_OK && response->status == 200))
		return response ? body : NULL;
	const struct json *error = json_get(body, "error");
	const struct send_rule *rule = whatsapp_error_judge(response->status, error);
	struct str code = json_text(r->pool, json_get(error, "code")), message = json_str(json_get(error, "message"));
	check_find_refusal(r, subject, rule->reason, response->status, code, str_cut(message, 200));
	return NULL;
}

static void whatsapp_check_number(struct check_report *r)
{
	struct str id = r->channel->external_id;
	const struct json *n = whatsapp_check_call(r, CODE(subject_phone_number), "GET",
		pool_printf(r->pool,
			"%.*s?fields=id,display_phone_number,verified_name,quality_rating,status,webhook_configuration",
			(int)id.n, id.p)
			.p,
		r->channel->secret[WHATSAPP_TOKEN]);
	if (!n)
		return;
	struct str number = json_str(json_get(n, "display_phone_number")),
		   name = json_str(json_get(n, "verified_name"));
	struct str status = json_str(json_get(n, "status")), quality = json_str(json_get(n, "quality_rating"));
	check_find(r, CHECK_GOOD, CODE(subject_phone_number),
		REASON(r->pool, whatsapp_check_opens, F_STR("number", number), F_STR("name", name)));
	if (status.p && !str_equal(status, STR("CONNECTED")))
		check_find(r,
			str_equal(status, STR("BANNED")) || str_equal(status, STR("DELETED"))
					|| str_equal(status, STR("RESTRICTED"))
				? CHECK_BAD
				: CHECK_WARNING,
			CODE(subject_number_status), REASON(r->pool, whatsapp_check_status, F_STR("status", status)));
	if (str_equal(quality, STR("RED")) || str_equal(quality, STR("YELLOW")))
		check_find(r, CHECK_WARNING, CODE(subject_quality),
			REASON(r->pool, whatsapp_check_quality, F_STR("rating", quality)));
}

static bool has_scope(const struct json *scopes, const char *scope)
{
	for (size_t i = 0; i < json_length(scopes); i++)
		if (str_equal(json_str(json_at(scopes, i)), str_of(scope)))
			return true;
	return false;
}

/* The token inspects itself; where Meta wants an app token instead, the number and subscription calls have told enough.
 * The app that it belongs to; absent when it does not say. */
static struct str whatsapp_check_token(struct check_report *r)
{
	struct buf path;
	struct http_response response;
	const struct json *body = NULL;
	buf_init(&path, 1 << 14);
	buf_addf(&path, "%s/%s/debug_token", r->conf->graph_base_url, r->conf->graph_version);
	query_add(&path, "input_token", secret_bytes(r->channel->secret[WHATSAPP_TOKEN]));
	struct http_request request = { .method = "GET",
		.url = buf_cstr(&path),
		.bearer = r->channel->secret[WHATSAPP_TOKEN],
		.timeout_ms = check_left_ms(r) };
	http_fetch(r->pool, &request, &response);
	secret_wipe(path.data, path.len);
	buf_fini(&path);
	if (response.outcome != HTTP_ANSWERED || response.status != 200
		|| json_parse(r->pool, response.body, &body, NULL) != ERR_OK)
		return STR_NONE;
	const struct json *data = json_get(body, "data"), *scopes = json_get(data, "scopes");
	int64_t expires = 0;
	if (!json_bool(json_get(data, "is_valid"), true))
		check_find(r, CHECK_BAD, CODE(subject_token), str_of(CODE(whatsapp_check_token_invalid)));
	if (json_i64(json_get(data, "expires_at"), &expires) && expires > 0)
		check_find(r, CHECK_WARNING, CODE(subject_token), str_of(CODE(whatsapp_check_token_expires)));
	if (json_length(scopes) && !has_scope(scopes, "whatsapp_business_messaging"))
		check_find(r, CHECK_BAD, CODE(subject_token), str_of(CODE(whatsapp_check_no_messaging)));
	if (json_length(scopes) && !has_scope(scopes, "whatsapp_business_management"))
		check_find(r, CHECK_WARNING, CODE(subject_token), str_of(CODE(whatsapp_check_no_management)));
	return json_text(r->pool, json_get(data, "app_id"));
}

static void check_subscription(struct check_report *r, bool subscribe)
{
	struct str id = r->channel->account_id;
	const char *path = pool_printf(r->pool, "%.*s/subscribed_apps", (int)id.n, id.p).p;
	const struct json *apps =
		whatsapp_check_call(r, CODE(subject_subscription), "GET", path, r->channel->secret[WHATSAPP_TOKEN]);
	if (!apps)
		return;
	if (json_length(json_get(apps, "data"))) {
		check_find(r, CHECK_GOOD, CODE(subject_subscription), str_of(CODE(whatsapp_check_subscribed)));
		return;
	}
	if (!subscribe) {
		check_find(r, CHECK_BAD, CODE(subject_subscription), str_of(CODE(whatsapp_check_not_subscribed)));
		return;
	}
	const struct json *done =
		whatsapp_check_call(r, CODE(subject_subscription), "POST", path, r->channel->secret[WHATSAPP_TOKEN]);
	if (done)
		check_find(r, CHECK_GOOD, CODE(subject_subscription), str_of(CODE(whatsapp_check_subscribes)));
}

struct check_finding *whatsapp_check(
	struct pool *pool, const struct conf *conf, const struct channel *channel, bool subscribe)
{
	struct check_report r;
	check_report_init(&r, pool, conf, channel);
	whatsapp_check_number(&r);
	struct str app_id = whatsapp_check_token(&r);
	check_subscription(&r, subscribe);
	whatsapp_check_fields(&r, app_id, subscribe);
	if (channel->pending)
		check_find(&r, CHECK_WARNING, CODE(subject_webhook), str_of(CODE(whatsapp_check_no_delivery)));
	return r.first;
}
