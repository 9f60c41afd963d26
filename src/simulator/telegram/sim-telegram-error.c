/*
 * sim-telegram-error.c - the table of the Bot API's failures and their JSON.
 *
 * Owns wording and codes of what can be injected; where Graph API has a failure of the same kind it has the same name,
 * so that one setting serves both platforms. Source: "Bot API" (Making requests, ResponseParameters); descriptions as
 * seen in the wild.
 */
#include "simulator/telegram/sim-telegram-error.h"

#include "core/json/json.h"

#define BLOCKED "Forbidden: bot was blocked by the user"
#define FLOOD "Too Many Requests: retry after"

static const struct telegram_error errors[] = {
	{ "unknown", 500, "Internal Server Error", NULL, 0, 0 },
	{ "throughput", 429, FLOOD, NULL, -1, 0 },
	{ "pair_rate", 429, FLOOD, NULL, -1, 0 },
	{ "token_expired", 401, "Unauthorized", NULL, 0, 0 },
	{ "undeliverable", 403, BLOCKED, NULL, 0, 0 },
	{ "html_500", 500, NULL, "<html><head><title>500</title></head><body>Internal error</body></html>", 0, 0 },
	{ "html_503", 502, NULL, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", 0, 0 },
	{ "restarting", 500, "Internal Server Error: restarting", NULL, 0, 0 },
	{ "conflict", 409, "Conflict: terminated by other getUpdates request", NULL, 0, 0 },
	{ "chat_not_found", 400, "Bad Request: chat not found", NULL, 0, 0 },
	{ "deactivated", 403, "Forbidden: user is deactivated", NULL, 0, 0 },
	{ "kicked", 403, "Forbidden: bot was kicked from the supergroup chat", NULL, 0, 0 },
	{ "no_rights", 400, "Bad Request: not enough rights to send text messages to the chat", NULL, 0, 0 },
	{ "reply_gone", 400, "Bad Request: message to be replied not found", NULL, 0, 0 },
	{ "too_long", 400, "Bad Request: message is too long", NULL, 0, 0 },
};

#define N_ERRORS (sizeof(errors) / sizeof(*errors))
#define N_RANDOM 3 /* the first ones pass by themselves */

const struct telegram_error *telegram_error_find(struct str name)
{
	for (size_t i = 0; i < N_ERRORS; i++)
		if (str_equal(name, str_of(errors[i].name)))
			return &errors[i];
	return NULL;
}

const struct telegram_error *telegram_error_draw(uint64_t draw)
{
	return &errors[draw % N_RANDOM];
}

void telegram_error_names(struct buf *out)
{
	for (size_t i = 0; i < N_ERRORS; i++)
		buf_addf(out, "%s%s", i ? ", " : "", errors[i].name);
}

void telegram_error_write(struct buf *out, const struct telegram_error *error, int64_t retry_after_s)
{
	struct json_writer w;
	int64_t wait_s = error->retry_after_s < 0 ? retry_after_s : error->retry_after_s;
	struct pool *pool = pool_new();
	struct str words = error->retry_after_s < 0
				   ? pool_printf(pool, "%s %lld", error->description, (long long)wait_s)
				   : str_of(error->description);

	json_writer_init(&w, out);
	json_begin_object(&w);
	json_member_bool(&w, "ok", false);
	json_member_i64(&w, "error_code", error->code);
	json_member_str(&w, "description", words);
	if (error->retry_after_s || error->migrate_to) {
		json_key(&w, "parameters");
		json_begin_object(&w);
		if (error->retry_after_s)
			json_member_i64(&w, "retry_after", wait_s);
		if (error->migrate_to)
			json_member_i64(&w, "migrate_to_chat_id", error->migrate_to);
		json_end_object(&w);
	}
	json_end_object(&w);
	pool_free(pool);
}
