/*
 * bots.c - the registered bots.
 *
 * Owns their tokens, which arrive through POST /control/bots only and leave as comparisons, never as text. Fails with
 * words for a person when a description lacks something.
 */
#include "simulator/telegram/bots.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/crypto/crypt.h"
#include "simulator/state/sim-memory.h"

/* Kinds that are only delivered to who names them. */
static const char *const unusual[] = { "chat_member", "message_reaction", "message_reaction_count" };

static char *bots_copy_or(const struct json *d, const char *key, const char *fallback)
{
	struct str s = json_str(json_get(d, key));

	return memory_copy(str_is_empty(s) ? str_of(fallback) : s);
}

static bool split_token(struct str token, struct str *id)
{
	struct str rest = token;
	int64_t number;

	*id = str_take_until(&rest, ':');
	return str_to_i64(*id, &number) && number > 0 && rest.n > 0;
}

enum err bots_put(struct bots *bots, const struct json *description, struct explain *why)
{
	struct str token = json_str(json_get(description, "bot_token")), id;
	struct bot *bot;

	if (!split_token(token, &id))
		return explain(why, ERR_INVALID, "bot_token is not a number, a colon and a secret");
	bot = bots_find(bots, id);
	if (!bot) {
		bot = memory_new(sizeof(*bot));
		bot->id = memory_copy(id);
		bot->max_connections = 40;
		bot->last_update_id = 100000;
		bot->next = bots->first;
		bots->first = bot;
	}
	secret_free(bot->token);
	free(bot->username);
	free(bot->first_name);
	bot->token = secret_new(token);
	bot->username = bots_copy_or(description, "username", "demo_shop_bot");
	bot->first_name = bots_copy_or(description, "first_name", "Demo Shop");
	return ERR_OK;
}

struct bot *bots_find(const struct bots *bots, struct str id)
{
	struct bot *bot = bots->first;

	while (bot && !str_equal(str_of(bot->id), id))
		bot = bot->next;
	return bot;
}

struct bot *bots_find_token(const struct bots *bots, struct str token)
{
	struct bot *bot = bots->first;

	while (bot && !crypt_equal(secret_bytes(bot->token), token))
		bot = bot->next;
	return bot;
}

static void forget_updates(struct bot *bot)
{
	for (unsigned i = 0; i < bot->n_allowed; i++)
		free(bot->allowed[i]);
	bot->n_allowed = 0;
}

void bots_forget(struct bots *bots)
{
	struct bot *bot = bots->first, *next;

	for (; bot; bot = next) {
		next = bot->next;
		forget_updates(bot);
		secret_free(bot->token);
		secret_free(bot->secret_token);
		free(bot->id);
		free(bot->username);
		free(bot->first_name);
		free(bot->url);
		free(bot->last_error);
		free(bot);
	}
	bots->first = NULL;
}

void bots_write(struct json_writer *w, const struct bots *bots, bool secrets)
{
	json_begin_array(w);
	for (const struct bot *bot = bots->first; bot; bot = bot->next) {
		json_begin_object(w);
		json_member_str(w, "id", str_of(bot->id));
		json_member_str(w, "username", str_of(bot->username));
		json_member_str(w, "first_name", str_of(bot->first_name));
		json_member_bool(w, "webhook", bot->url);
		if (secrets) {
			json_member_str(w, "url", str_of(bot->url));
			json_member_str(
				w, "secret_token", bot->secret_token ? secret_bytes(bot->secret_token) : STR_NONE);
		}
		json_end_object(w);
	}
	json_end_array(w);
}

bool bot_wants(const struct bot *bot, struct str kind)
{
	for (unsigned i = 0; i < bot->n_allowed; i++)
		if (str_equal(str_of(bot->allowed[i]), kind))
			return true;
	if (bot->n_allowed)
		return false;
	for (size_t i = 0; i < sizeof(unusual) / sizeof(*unusual); i++)
		if (str_equal(str_of(unusual[i]), kind))
			return false;
	return true;
}

void bot_set_webhook(struct bot *bot, struct str url, struct str secret_token)
{
	free(bot->url);
	secret_free(bot->secret_token);
	bot->url = memory_copy(url);
	bot->secret_token = secret_token.p ? secret_new(secret_token) : NULL;
	if (!url.p)
		forget_updates(bot);
}

void bot_note_failure(struct bot *bot, int status)
{
	char words[80];

	snprintf(words, sizeof(words), status ? "Wrong response from the webhook: %d" : "Connection refused", status);
	free(bot->last_error);
	bot->last_error = memory_copy(str_of(words));
	bot->last_error_s = clock_wall_ms() / 1000;
}

uint64_t bot_open_query(struct bot *bot, uint64_t serial)
{
	uint64_t id = serial >> 1 | 1;

	bot->queries[bot->next_query++ % BOT_QUERIES_MAX] = id;
	return id;
}

bool bot_close_query(struct bot *bot, struct str id)
{
	int64_t number;

	for (unsigned i = 0; str_to_i64(id, &number) && i < BOT_QUERIES_MAX; i++)
		if (number && bot->queries[i] == (uint64_t)number) {
			bot->queries[i] = 0;
			return true;
		}
	return false;
}
