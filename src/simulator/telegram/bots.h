/*
 * bots.h - the registered bots of the simulated Telegram, and where their updates go.
 *
 * Used under the simulator's lock.
 */
#ifndef DESKBELL_SIMULATOR_TELEGRAM_BOTS_H
#define DESKBELL_SIMULATOR_TELEGRAM_BOTS_H

#include "core/json/json.h"
#include "core/secret.h"

#define BOT_QUERIES_MAX 256
#define BOT_UPDATES_MAX 32

struct bot {
	char *id, *username, *first_name;
	struct secret *token;
	char *url; /* NULL: no webhook is set */
	struct secret *secret_token;
	char *allowed[BOT_UPDATES_MAX]; /* kinds of updates; none: all of the usual ones */
	unsigned n_allowed;
	int64_t max_connections;
	int64_t pending; /* updates that are not acknowledged */
	int64_t last_error_s;
	char *last_error;
	int64_t last_message_id, last_update_id;
	uint64_t queries[BOT_QUERIES_MAX]; /* pressed buttons that wait for their answer; 0: free */
	unsigned next_query;
	struct bot *next;
};

struct bots {
	struct bot *first;
};

/* Adds the bot that the JSON object describes (bot_token, username, first_name), or renames the one that has its id.
 * ERR_INVALID with words that hold no token. */
enum err bots_put(struct bots *bots, const struct json *description, struct explain *why) MUST_CHECK;
/* By id; NULL when there is none. */
struct bot *bots_find(const struct bots *bots, struct str id);
/* By token. */
struct bot *bots_find_token(const struct bots *bots, struct str token);
void bots_forget(struct bots *bots);
/* Their names; with `secrets` also what was told at setWebhook, address and secret, by which a test can deliver itself.
 * Never a token. */
void bots_write(struct json_writer *w, const struct bots *bots, bool secrets);

/* A kind of update is delivered to it. */
bool bot_wants(const struct bot *bot, struct str kind);
/* Sets, or with an absent url takes away, the webhook. What it had stays where a value is absent. */
void bot_set_webhook(struct bot *bot, struct str url, struct str secret_token);
/* A delivery got another answer than 200; 0: none. */
void bot_note_failure(struct bot *bot, int status);
/* A new query that waits for its answer. */
uint64_t bot_open_query(struct bot *bot, uint64_t serial);
/* False when no such query waits. */
bool bot_close_query(struct bot *bot, struct str id);

#endif
