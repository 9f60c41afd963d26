/*
 * whatsapp-subscriptions.c - which webhook fields the app has subscribed, and subscribing those that are missing.
 *
 * A field that is not subscribed is silent: Meta tells nothing of it. The fields are the app's, not the account's, and
 * Meta shows them to the app alone: the token is its id and its secret, so that a secret of another app is found, too.
 * Never changes where the app's deliveries go: another address of the app stays, and Meta asks it whether it knows this
 * channel's verify token. Sources: Meta, "Graph API", App, Subscriptions (reading and creating: object, callback_url,
 * fields, verify_token); "Access tokens" (app access tokens).
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/check-report.h"

#define OBJECT "whatsapp_business_account"
#define APP_ID_MAX_BYTES 30
#define NAMES_MAX_BYTES 260 /* in one sentence */
#define FIELDS_MAX_BYTES 4096

/* The app while it is asked. */
struct subscriptions {
	struct check_report *r;
	struct str app_id;
	const struct secret *token;
	const struct json *of_accounts; /* the subscription; NULL: there is none */
	struct str offered;             /* Meta's words that name the fields it knows; absent: it was not asked */
};

static bool whatsapp_subscriptions_is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	return id.n > 0 && id.n <= APP_ID_MAX_BYTES;
}

static bool whatsapp_subscriptions_in_word(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool whatsapp_subscriptions_mentions(struct str text, struct str word)
{
	for (size_t i = 0; i + word.n <= text.n; i++)
		if (str_equal((struct str){ text.p + i, word.n }, word)
			&& (i == 0 || !whatsapp_subscriptions_in_word(text.p[i - 1]))
			&& (i + word.n == text.n || !whatsapp_subscriptions_in_word(text.p[i + word.n])))
			return true;
	return false;
}

/* Whether Meta has not said that it knows no such field. */
static bool whatsapp_subscriptions_offers(const struct subscriptions *s, struct str name)
{
	return !s->offered.p || whatsapp_subscriptions_mentions(s->offered, name);
}

/* NULL when Meta cannot be reached, and then a finding says so. */
static const struct http_response *whatsapp_subscriptions_call(
	struct subscriptions *s, const char *method, struct str body)
{
	return check_call(s->r, CODE(subject_fields), s->r->conf->graph_base_url,
		&(struct http_request){ .method = method,
			.url = pool_printf(s->r->pool, "%s/%s/%.*s/subscriptions", s->r->conf->graph_base_url,
				s->r->conf->graph_version, (int)s->app_id.n, s->app_id.p)
				       .p,
			.bearer = s->token,
			.content_type = body.p ? STR("application/json") : STR_NONE,
			.body = body,
			.timeout_ms = check_left_ms(s->r) });
}

/* Reads what is subscribed; false, with a finding, when Meta does not say. */
static bool whatsapp_subscriptions_read(struct subscriptions *s)
{
	const struct http_response *response = whatsapp_subscriptions_call(s, "GET", STR_NONE);
	const struct json *body = NULL;
	int64_t code = 0;
	if (!response)
		return false;
	if (json_parse(s->r->pool, response->body, &body, NULL) != ERR_OK)
		body = NULL;
	s->of_accounts = NULL;
	const struct json *data = json_get(body, "data");
	for (size_t i = 0; i < json_length(data); i++)
		if (str_equal(json_str(json_get(json_at(data, i), "object")), STR(OBJECT)))
			s->of_accounts = json_at(data, i);
	if (response->status == 200 && json_kind(data) == JSON_ARRAY)
		return true;
	json_i64(json_path(body, "error", "code", NULL), &code);
	bool wrong_secret = code == 1 || code == 101 || code == 190;
	check_find(s->r, wrong_secret ? CHECK_BAD : CHECK_WARNING, CODE(subject_fields),
		REASON(s->r->pool, whatsapp_check_app_secret, F_INT("status", response->status), F_INT("code", code)));
	return false;
}

/* A field is named by an object, before Graph v3.2 by its name alone. */
static bool whatsapp_subscriptions_has(const struct subscriptions *s, const char *name)
{
	const struct json *fields = json_get(s->of_accounts, "fields");
	for (size_t i = 0; i < json_length(fields); i++) {
		const struct json *f = json_at(fields, i);
		if (str_equal(json_str(json_kind(f) == JSON_STRING ? f : json_get(f, "name")), str_of(name)))
			return true;
	}
	return false;
}

static bool whatsapp_subscriptions_lacks(const struct subscriptions *s, const char *name)
{
	return !whatsapp_subscriptions_has(s, name) && whatsapp_subscriptions_offers(s, str_of(name));
}

static void whatsapp_subscriptions_name(struct subscriptions *s, const struct buf *names)
{
	check_find(s->r, CHECK_WARNING, CODE(subject_fields),
		REASON(s->r->pool, whatsapp_check_fields_missing,
			F_STR("fields", pool_str(s->r->pool, buf_str(names)))));
}

/* Finds the fields that are missing, a few in each sentence; whether there are any. */
static bool whatsapp_subscriptions_find_missing(struct subscriptions *s)
{
	struct buf names;
	bool any = false;
	int n = 0;
	const char *name;
	buf_init(&names, 2 * NAMES_MAX_BYTES);
	for (size_t i = 0; (name = whatsapp_field_wanted(i)); i++) {
		if (!whatsapp_subscriptions_lacks(s, name))
			continue;
		any = true;
		buf_addf(&names, "%s%s", n++ ? ", " : "", name);
		if (names.len < NAMES_MAX_BYTES - 60)
			continue;
		whatsapp_subscriptions_name(s, &names);
		buf_reset(&names);
		n = 0;
	}
	if (n)
		whatsapp_subscriptions_name(s, &names);
	buf_fini(&names);
	return any;
}

static void whatsapp_subscriptions_add_name(struct buf *list, const char *name)
{
	buf_addf(list, "%s%s", list->len ? "," : "", name);
}

/* What is subscribed already, and what is wanted: Meta takes the list as a whole. */
static struct str whatsapp_subscriptions_list(const struct subscriptions *s)
{
	const struct json *fields = json_get(s->of_accounts, "fields");
	struct buf list;
	const char *name;
	buf_init(&list, FIELDS_MAX_BYTES);
	for (size_t i = 0; i < json_length(fields); i++) {
		const struct json *f = json_at(fields, i);
		struct str held = json_str(json_kind(f) == JSON_STRING ? f : json_get(f, "name"));
		if (held.n && held.n < 100 && whatsapp_subscriptions_offers(s, held))
			whatsapp_subscriptions_add_name(&list, pool_cstr(s->r->pool, held));
	}
	for (size_t i = 0; (name = whatsapp_field_wanted(i)); i++)
		if (whatsapp_subscriptions_lacks(s, name))
			whatsapp_subscriptions_add_name(&list, name);
	return pool_take(s->r->pool, &list);
}

/* The request holds the verify token, so it lies in wiped memory. */
static struct str whatsapp_subscriptions_body(const struct subscriptions *s)
{
	const struct channel *channel = s->r->channel;
	struct str address = json_str(json_get(s->of_accounts, "callback_url"));
	struct buf b;
	struct json_writer w;
	buf_init(&b, 1 << 16);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "object", STR(OBJECT));
	json_member_str(&w, "callback_url",
		str_is_empty(address) ? channel_callback_url(s->r->pool, s->r->conf, channel) : address);
	json_member_str(&w, "fields", whatsapp_subscriptions_list(s));
	json_member_str(&w, "verify_token", secret_bytes(channel->secret[WHATSAPP_VERIFY_TOKEN]));
	json_member_bool(&w, "include_values", true);
	json_end_object(&w);
	struct str body = secret_bytes(secret_in_pool(s->r->pool, buf_str(&b)));
	secret_wipe(b.data, b.len);
	buf_fini(&b);
	return body;
}

/* Subscribes what is missing. Meta refuses a list with a field that it does not know, and says then which it knows: the
 * others are subscribed. */
static void whatsapp_subscriptions_subscribe(struct subscriptions *s)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		const struct http_response *response =
			whatsapp_subscriptions_call(s, "POST", whatsapp_subscriptions_body(s));
		const struct json *body = NULL;
		if (!response)
			return;
		if (json_parse(s->r->pool, response->body, &body, NULL) != ERR_OK)
			body = NULL;
		if (response->status == 200)
			break;
		struct str said = json_str(json_path(body, "error", "message", NULL));
		if (attempt == 0 && whatsapp_subscriptions_mentions(said, STR("must be one of"))) {
			s->offered = str_take_until(&said, '}'); /* after it comes what was wrong */
			continue;
		}
		check_find_refusal(s->r, CODE(subject_fields), CODE(whatsapp_check_fields_refused), response->status,
			json_text(s->r->pool, json_path(body, "error", "code", NULL)), str_cut(said, 200));
		return;
	}
	if (whatsapp_subscriptions_read(s) && !whatsapp_subscriptions_find_missing(s))
		check_find(s->r, CHECK_GOOD, CODE(subject_fields), str_of(CODE(whatsapp_check_fields_subscribes)));
}

void whatsapp_check_fields(struct check_report *r, struct str app_id, bool subscribe)
{
	struct subscriptions s = { .r = r, .app_id = app_id };
	if (!whatsapp_subscriptions_is_id(app_id)) {
		check_find(r, CHECK_WARNING, CODE(subject_fields), str_of(CODE(whatsapp_check_no_app)));
		return;
	}
	struct str secret = secret_bytes(r->channel->secret[WHATSAPP_APP_SECRET]);
	struct buf token;
	buf_init(&token, 1 << 14);
	buf_add_str(&token, app_id);
	buf_add_char(&token, '|');
	buf_add_str(&token, secret);
	s.token = secret_in_pool(r->pool, buf_str(&token));
	secret_wipe(token.data, token.len);
	buf_fini(&token);
	if (!whatsapp_subscriptions_read(&s))
		return;
	bool lacks = false;
	const char *name;
	for (size_t i = 0; (name = whatsapp_field_wanted(i)); i++)
		lacks = lacks || whatsapp_subscriptions_lacks(&s, name);
	if (!lacks)
		check_find(r, CHECK_GOOD, CODE(subject_fields), str_of(CODE(whatsapp_check_fields_subscribed)));
	else if (subscribe)
		whatsapp_subscriptions_subscribe(&s);
	else
		whatsapp_subscriptions_find_missing(&s);
}
