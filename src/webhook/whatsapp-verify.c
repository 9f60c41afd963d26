/*
 * whatsapp-verify.c - GET /api/webhooks/whatsapp: Meta asks whether this address knows the verify token of an app.
 *
 * The challenge is answered when the verify token is one of a channel's; each such question, and its outcome, is in the
 * webhook log. Never says for which channel a token is. Source: Meta, "Create a webhook endpoint" (verification).
 */
#include "webhook/receiver.h"

#include "channel/whatsapp/whatsapp.h"
#include "core/text/reason.h"
#include "db/statements.h"
#include "webhook/webhook-log.h"

#define KEYS_MAX 8
#define TOKEN_MAX_BYTES 256
#define CHALLENGE_MAX_BYTES 1024

/* The channel whose verify token this is; compared in constant time once the digest has found it. */
static enum err whatsapp_verify_find(
	struct app *app, struct request *request, struct str token, const struct channel **out)
{
	unsigned char digests[KEYS_MAX][CRYPT_SHA256_BYTES];
	struct db_array array;
	struct buf list;
	struct sql_channels_for_rows rows;
	int n = channel_verify_digests(app->keys, token, digests, KEYS_MAX);
	buf_init(&list, 4096);
	db_array_begin(&array, &list);
	for (int i = 0; i < n; i++)
		db_array_bytes(&array, (struct str){ (const char *)digests[i], CRYPT_SHA256_BYTES });
	db_array_end(&array);
	struct db *db = db_pool_take(app->db);
	enum err e = sql_channels_for(db, request->pool, STR("whatsapp"), STR_NONE, STR_NONE, buf_str(&list), 1, &rows);
	db_pool_put(app->db, db);
	buf_fini(&list);
	if (e != ERR_OK || rows.n == 0)
		return e;
	const struct sql_channels_for_row row = sql_channels_for_row(&rows, 0);
	struct channel *c = pool_new_of(request->pool, struct channel);
	*c = (struct channel){ .org_id = row.org_id, .id = row.channel_id, .ops = &whatsapp_channel };
	if (channel_open(request->pool, app->keys, row.config, c, NULL) == ERR_OK && c->secret[WHATSAPP_VERIFY_TOKEN]
		&& crypt_equal(secret_bytes(c->secret[WHATSAPP_VERIFY_TOKEN]), token))
		*out = c;
	return ERR_OK;
}

void whatsapp_verify_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)body;
	struct str mode = request_query(request, "hub.mode"), token = request_query(request, "hub.verify_token");
	struct str challenge = request_query(request, "hub.challenge");
	const struct channel *c = NULL;
	enum err e = ERR_OK;
	if (str_equal(mode, STR("subscribe")) && !str_is_empty(token) && token.n <= TOKEN_MAX_BYTES
		&& !str_is_empty(challenge) && challenge.n <= CHALLENGE_MAX_BYTES)
		e = whatsapp_verify_find(app, request, token, &c);
	if (e != ERR_OK) {
		respond_error(response, e); /* whether the token is right is not known */
		return;
	}
	webhook_log_add(app->log, &(struct webhook_log_entry){ .org_id = c ? c->org_id : 0,
					  .channel_id = c ? c->id : 0,
					  .platform = "whatsapp",
					  .kind = "verification",
					  .accepted = c,
					  .reason = c ? CODE(webhook_verified) : CODE(webhook_token_unknown),
					  .remote_address = request->remote_address });
	if (c)
		respond_text(response, 200, challenge);
	else
		respond_text(response, 403, STR("verification refused\n"));
}
