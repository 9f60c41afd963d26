/*
 * whatsapp-delivery.c - POST /api/webhooks/whatsapp: deliveries of Meta.
 *
 * Nothing of a delivery is believed, and nothing of it parsed, before the HMAC over its raw bytes fits the app secret
 * of a channel that it names: the ids are found in the raw bytes (whatsapp-scan.c). Each change of the parsed
 * payload is then routed by its own ids. Commit first, then 200: only 200 counts for Meta, anything else is delivered
 * again for up to 7 days. Never calls a remote API. Source: Meta, "Create a webhook endpoint" (X-Hub-Signature-256,
 * retries, batches of up to 1000 updates).
 *
 * BUGS: a delivery that names no channel at all is tried against at most 200 channels, and only up to 64 KB; on a
 * larger installation such a delivery (they are rare and hold no messages) is refused.
 */
#include "webhook/receiver.h"

#include "channel/whatsapp/whatsapp.h"
#include "webhook/channel-cache.h"
#include "webhook/webhook-delivery.h"
#include "core/text/reason.h"

#define UNNAMED_BYTES_MAX 65536
#define NAMED_MAX 1000       /* Meta puts at most 1000 updates into a delivery */
#define UNKNOWN_NAMES_MAX 16 /* names that are looked up before one of them has turned out to be ours */
#define PART_MESSAGES 2000   /* of a history that is read in parts */

/* One place that changes of a delivery name, and the channel of it whose secret signed the delivery. */
struct named {
	struct whatsapp_route route;
	const struct channel *channel; /* NULL: none, or the signature is not its own */
	const struct channel *wrong;   /* one that is named but has another secret; for the record */
};

struct delivery {
	struct webhook_delivery webhook;
	struct pool *pool; /* of what is parsed */
	struct str body;
	unsigned char signature[CRYPT_SHA256_BYTES];
	struct named *named; /* grows: one delivery may speak of as many numbers as it has updates */
	int n_named, named_capacity;
	int accepted, refused;        /* changes */
	bool is_signed;               /* by one of our channels; which of the changes are its own is another question */
	const struct channel *signer; /* the first that was found; NULL while none, or when several share the secret */
	const struct channel *noted;  /* the channel whose page shows what of the delivery was not stored */
	bool is_test;                 /* from Meta's console */
};

static bool signed_with(const struct delivery *d, const struct secret *secret)
{
	unsigned char own[CRYPT_SHA256_BYTES];
	if (!secret)
		return false;
	crypt_hmac_sha256(secret_bytes(secret), d->body, own);
	return crypt_equal((struct str){ (const char *)own, sizeof(own) },
		(struct str){ (const char *)d->signature, sizeof(d->signature) });
}

/* While an app secret is rotated two of them are valid. */
static bool signed_by(const struct delivery *d, const struct channel *channel)
{
	return signed_with(d, channel->secret[WHATSAPP_APP_SECRET])
	       || (whatsapp_secret_before_is_valid(channel)
		       && signed_with(d, channel->secret[WHATSAPP_APP_SECRET_BEFORE]));
}

static bool is_plain_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= 0x20 || id.p[i] == 0x7f)
			return false;
	return id.n <= WHATSAPP_ID_MAX_BYTES;
}

/* What was signed and is not stored is shown on the channel's page: once for a delivery and channel. */
static void whatsapp_delivery_note(struct delivery *d, const struct channel *channel, const char *reason)
{
	if (d->noted == channel)
		return;
	d->noted = channel;
	webhook_delivery_note(&d->webhook, channel, reason);
}

/* Meta's console fills its tests with ids that no channel has. */
static bool whatsapp_delivery_is_test(struct str account_id)
{
	return str_equal(account_id, STR("0"));
}

/* Which channel a route belongs to. A route without any id stands for "the channel whose secret signed it", if that is
 * one channel only.
 */
static enum err whatsapp_delivery_resolve(struct delivery *d, struct named *n)
{
	struct channel_set set = { NULL, 0 };
	bool unnamed = str_is_empty(n->route.phone_number_id) && str_is_empty(n->route.account_id);
	if (!is_plain_id(n->route.phone_number_id) || !is_plain_id(n->route.account_id)
		|| (unnamed && d->body.n > UNNAMED_BYTES_MAX))
		return ERR_OK;
	enum err e = channel_cache_find(d->webhook.app->channels, d->webhook.request->pool, "whatsapp",
		str_is_empty(n->route.phone_number_id) ? STR_NONE : n->route.phone_number_id,
		str_is_empty(n->route.account_id) ? STR_NONE : n->route.account_id, &set);
	for (int i = 0; e == ERR_OK && i < set.n; i++) {
		if (!signed_by(d, &set.channels[i])) {
			n->wrong = unnamed ? NULL : &set.channels[i];
			continue;
		}
		d->is_signed = true;
		if (unnamed && d->is_test)
			whatsapp_delivery_note(d, &set.channels[i], CODE(webhook_test));
		if (unnamed && n->channel) {
			if (d->is_test)
				continue;
			n->channel = NULL; /* several share the secret */
			break;
		}
		n->channel = &set.channels[i];
	}
	d->signer = d->signer ? d->signer : n->channel;
	return e;
}

static bool whatsapp_delivery_same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || !memcmp(a.p, b.p, a.n));
}

/* Deliveries name one channel nearly always; each different name is looked up and its signature checked once. A
 * stranger who invents names makes us look up a few only: without one that fits, the rest is refused unseen. */
static enum err whatsapp_delivery_find_named(struct delivery *d, struct whatsapp_route route, struct named **out)
{
	if (!str_is_empty(route.phone_number_id))
		route.account_id = STR_NONE;
	for (int i = 0; i < d->n_named; i++)
		if (whatsapp_delivery_same(d->named[i].route.phone_number_id, route.phone_number_id)
			&& whatsapp_delivery_same(d->named[i].route.account_id, route.account_id)) {
			*out = &d->named[i];
			return ERR_OK;
		}
	*out = NULL;
	if (d->n_named == NAMED_MAX || (d->n_named >= UNKNOWN_NAMES_MAX && !d->is_signed))
		return ERR_OK;
	if (d->n_named == d->named_capacity) {
		struct named *old = d->named;
		d->named_capacity = d->named_capacity ? 2 * d->named_capacity : 8;
		d->named = pool_new_array(d->webhook.request->pool, (size_t)d->named_capacity, struct named);
		for (int i = 0; i < d->n_named; i++)
			d->named[i] = old[i];
	}
	struct named *n = &d->named[d->n_named++];
	*n = (struct named){ .route = { pool_str(d->webhook.request->pool, route.phone_number_id),
				     pool_str(d->webhook.request->pool, route.account_id) } };
	*out = n;
	return whatsapp_delivery_resolve(d, n);
}

/* Tries the secrets of the channels that the raw bytes name: those of their numbers, else those of their accounts,
 * else, when no id is there, those of all channels. */
static enum err find_signer(struct delivery *d)
{
	struct whatsapp_ids ids;
	struct named *n;
	enum err e = ERR_OK;
	whatsapp_scan(d->webhook.request->pool, d->body, &ids);
	for (int i = 0; e == ERR_OK && !d->is_signed && i < ids.phone_numbers.n; i++)
		e = whatsapp_delivery_find_named(
			d, (struct whatsapp_route){ .phone_number_id = ids.phone_numbers.ids[i] }, &n);
	for (int i = 0; e == ERR_OK && !d->is_signed && i < ids.accounts.n; i++)
		e = whatsapp_delivery_find_named(d, (struct whatsapp_route){ .account_id = ids.accounts.ids[i] }, &n);
	for (int i = 0; i < ids.accounts.n; i++)
		d->is_test |= whatsapp_delivery_is_test(ids.accounts.ids[i]);
	d->is_test &= !d->is_signed;
	if (e == ERR_OK && (d->is_test || ids.phone_numbers.n + ids.accounts.n == 0))
		e = whatsapp_delivery_find_named(d, (struct whatsapp_route){ .account_id = STR_NONE }, &n);
	return e;
}

static enum err whatsapp_delivery_take_change(struct delivery *d, const struct json *entry, const struct json *change)
{
	struct named *n, *of_account = NULL;
	struct whatsapp_route route = whatsapp_route_of(d->pool, entry, change);
	if (d->is_test && whatsapp_delivery_is_test(route.account_id)) {
		d->accepted++;
		return ERR_OK;
	}
	enum err e = whatsapp_delivery_find_named(d, route, &n);
	/* A number that no channel has, of an account that one has: Meta delivers all numbers of an account. */
	if (e == ERR_OK && n && !n->channel && !n->wrong && !str_is_empty(route.account_id))
		e = whatsapp_delivery_find_named(
			d, (struct whatsapp_route){ .account_id = route.account_id }, &of_account);
	if (e != ERR_OK)
		return e;
	if (of_account && of_account->channel) {
		d->accepted++;
		whatsapp_delivery_note(d, of_account->channel, CODE(webhook_other_number));
		return ERR_OK;
	}
	if (!n || !n->channel) {
		d->refused++;
		return ERR_OK;
	}
	d->accepted++;
	n->channel->ops->normalise(d->pool, n->channel, change, &d->webhook.items);
	return ERR_OK;
}

/* The first valid delivery turns a pending channel to verified. */
static void note_verified(struct delivery *d)
{
	for (int i = 0; i < d->n_named; i++)
		if (d->named[i].channel && !d->is_test)
			webhook_delivery_verify(&d->webhook, d->named[i].channel);
}

static void whatsapp_delivery_store(struct delivery *d, struct response *response)
{
	note_verified(d);
	webhook_delivery_store(&d->webhook, response);
}

static const char *whatsapp_delivery_refusal_of(const struct delivery *d, const struct channel **channel)
{
	for (int i = 0; i < d->n_named; i++)
		if (d->named[i].wrong) {
			*channel = d->named[i].wrong;
			return CODE(webhook_signature_wrong);
		}
	*channel = NULL;
	return CODE(webhook_names_no_channel);
}

/* Walks through all entries and changes. An update that says where it belongs to by nothing but the signature goes to
 * the signer. */
static enum err whatsapp_delivery_walk(struct delivery *d, const struct json *payload)
{
	const struct json *entries = json_get(payload, "entry");
	int changes = 0;
	for (size_t i = 0; i < json_length(entries); i++) {
		const struct json *entry = json_at(entries, i), *list = json_get(entry, "changes");
		for (size_t k = 0; k < json_length(list); k++, changes++) {
			enum err e = whatsapp_delivery_take_change(d, entry, json_at(list, k));
			if (e != ERR_OK)
				return e;
		}
	}
	/* A delivery without any change: there is nothing to store. */
	d->accepted += changes == 0;
	return ERR_OK;
}

/* A signed body that is not stored item by item: kept as it is, for replay. */
static void keep_whole(struct delivery *d, const struct channel *channel, const char *reason, struct response *response)
{
	webhook_delivery_keep_unreadable(&d->webhook, channel, d->body, reason);
	whatsapp_delivery_store(d, response);
}

/* What is not JSON names no channel, whatever the scan has found in it: it is kept when just one channel's secret
 * signed it. */
static void take_unreadable(struct delivery *d, const char *reason, struct response *response)
{
	struct named *n;
	enum err e = whatsapp_delivery_find_named(d, (struct whatsapp_route){ .account_id = STR_NONE }, &n);
	if (e == ERR_OK && n && n->channel) {
		keep_whole(d, n->channel, reason, response);
		return;
	}
	webhook_delivery_refuse(&d->webhook, NULL, CODE(webhook_not_json));
	respond_error(response, e == ERR_OK ? ERR_DENIED : e);
}

/* Stores what the walk has found. */
static void store_found(struct delivery *d, struct response *response)
{
	const struct channel *channel;
	if (d->refused) {
		const char *reason = whatsapp_delivery_refusal_of(d, &channel);
		webhook_delivery_refuse(&d->webhook, channel, reason);
	}
	if (d->accepted)
		whatsapp_delivery_store(d, response);
	else
		respond_error(response, ERR_DENIED);
}

/* A part of a delivery, read and stored. False: it cannot be read either; else the response says what became of it. */
static bool whatsapp_delivery_take_part(struct delivery *d, struct str text, bool is_first, struct response *response)
{
	const struct json *payload;
	if (json_parse(d->pool, text, &payload, NULL) != ERR_OK)
		return false;
	enum err e = whatsapp_delivery_walk(d, payload);
	if (e != ERR_OK)
		respond_error(response, e);
	else if (d->webhook.items.is_full)
		return false;
	else {
		if (!is_first)
			inbound_drop(&d->webhook.items, INBOUND_FIELD); /* counted once */
		store_found(d, response);
	}
	return true;
}

/* The history of a phone that is too large to be parsed as a whole: Meta's largest body holds some ten thousand
 * messages. False: it is something else, or more than Meta sends, or one of its parts cannot be read: then it is put
 * aside as a whole. */
static bool whatsapp_delivery_take_in_parts(struct delivery *d, struct response *response)
{
	static const char *const messages[] = { "entry", "changes", "value", "history", "threads", "messages", NULL };
	struct pool *whole = d->pool;
	size_t total = PART_MESSAGES + 1;
	bool is_read = true;
	for (size_t first = 0; is_read && first < total; first += PART_MESSAGES) {
		struct buf part;
		d->pool = pool_new();
		d->refused = 0;
		inbound_list_init(&d->webhook.items);
		buf_init(&part, d->body.n + 1);
		total = json_cut(&part, d->body, messages, first, PART_MESSAGES);
		struct str text = pool_take(d->pool, &part);
		is_read = total > PART_MESSAGES && total <= INBOUND_PAST_MAX
			  && whatsapp_delivery_take_part(d, text, first == 0, response);
		pool_free(d->pool);
		if (is_read && response->status != 200)
			break;
	}
	inbound_list_init(&d->webhook.items);
	d->pool = whole;
	return is_read;
}

/* Of a signed body. */
static void whatsapp_delivery_take(struct delivery *d, struct response *response)
{
	const struct json *payload;
	struct explain why;
	enum err e = json_parse(d->pool, d->body, &payload, &why);
	if (e == ERR_TOO_LARGE && d->signer && whatsapp_delivery_take_in_parts(d, response))
		return;
	if (e == ERR_TOO_LARGE && d->signer) {
		keep_whole(d, d->signer, explain_stored(&why).p, response);
		return;
	}
	if (e != ERR_OK) {
		take_unreadable(d, explain_stored(&why).p, response);
		return;
	}
	if ((e = whatsapp_delivery_walk(d, payload)) != ERR_OK) {
		respond_error(response, e);
		return;
	}
	if (d->webhook.items.is_full) {
		inbound_list_init(&d->webhook.items);
		keep_whole(d, d->signer, CODE(item_too_many_updates), response);
		return;
	}
	store_found(d, response);
}

static void whatsapp_delivery_answer(struct delivery *d, struct response *response)
{
	const struct channel *channel;
	enum err e = find_signer(d);
	if (e != ERR_OK) {
		respond_error(response, e);
		return;
	}
	if (!d->is_signed) {
		const char *reason = whatsapp_delivery_refusal_of(d, &channel);
		webhook_delivery_refuse(&d->webhook, channel, reason);
		respond_error(response, ERR_DENIED);
		return;
	}
	if (!webhook_delivery_begin_parsing(&d->webhook, d->signer, d->body, response))
		return;
	whatsapp_delivery_take(d, response);
	webhook_delivery_end_parsing(&d->webhook);
}

void whatsapp_webhook_post(struct app *app, struct request *request, struct str body, struct response *response)
{
	struct delivery *d = pool_new_of(request->pool, struct delivery);
	webhook_delivery_init(&d->webhook, app, request, "whatsapp");
	d->pool = request->pool;
	d->body = body;
	struct str header = request_header(request, "HTTP_X_HUB_SIGNATURE_256");
	if (!header.p || !whatsapp_signature_parse(header, d->signature)) {
		webhook_delivery_refuse(&d->webhook, NULL,
			header.p ? CODE(webhook_signature_malformed) : CODE(webhook_signature_missing));
		respond_error(response, ERR_DENIED);
		return;
	}
	whatsapp_delivery_answer(d, response);
}
