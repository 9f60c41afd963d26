/*
 * telegram.h - what the files of the Telegram channel share.
 *
 * Facts: Telegram, "Bot API" 10.1 (2026-06), "Bots FAQ" (limits).
 */
#ifndef DESKBELL_CHANNEL_TELEGRAM_TELEGRAM_H
#define DESKBELL_CHANNEL_TELEGRAM_TELEGRAM_H

#include "channel/channel.h"

enum telegram_field {
	TELEGRAM_TOKEN,
	TELEGRAM_SECRET,
	TELEGRAM_USERNAME,
	TELEGRAM_BOT_ID,
	TELEGRAM_WEBHOOK_ID,
	TELEGRAM_WEBHOOK_VERIFIED_AT
};

/*
 * A message has an id within its chat only, so its provider id is CHAT:MESSAGE. What is no message of its own (an edit,
 * a block, a reaction) is known by its update, "edited_message:ID"; a pressed button by its query, "callback:CHAT:ID",
 * which is what has to be acknowledged.
 */
struct telegram_place {
	struct str chat;     /* absent when the provider id names none */
	struct str message;  /* absent for what is no message */
	struct str callback; /* the query's id, absent for anything but a pressed button */
};
/* Takes a provider id apart; borrows from it. */
struct telegram_place telegram_place_of(struct str provider_id);

/* A call of a method with a JSON body (absent: none). The address holds the token, so it lies in wiped memory.
 * ERR_INVALID when the channel has no token. */
enum err telegram_request(struct pool *pool, const struct conf *conf, const struct channel *channel, const char *method,
	struct str body, int timeout_ms, struct http_request *out);

void telegram_normalise(
	struct pool *pool, const struct channel *channel, const struct json *update, struct inbound_list *out);
void telegram_describe(struct pool *pool, struct str kind, const struct json *metadata, struct description *out);
/* What an update kind holds, in words; NULL: an unknown one. */
const char *telegram_kind_words(struct str name);
/* Whether a member of a Message has a reader, or is known to say nothing to one. For tests. */
bool telegram_content_is_known(struct str member);
enum err telegram_build_send(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct http_request *out, struct explain *why);
enum err telegram_build_seen(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out);
enum err telegram_build_acknowledge(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out);
/* The files that a message holds. */
void telegram_list_files(struct pool *pool, const struct json *message, struct inbound *item);
enum err telegram_build_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	struct str id, struct http_request *out);
void telegram_judge_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct http_response *response, struct file_address *out);
extern const struct file_rule telegram_file_rules[];
/* Fills the request that sends a file: by its id, or with the file itself. `reply`: JSON of reply_parameters, absent
 * for none; `keyboard`: of reply_markup, the same. */
enum err telegram_build_file(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct str reply, struct str keyboard, struct http_request *out);
/* The field that says to which topic of its chat a message goes; none without one. */
struct http_form;
void telegram_form_topic(struct pool *pool, struct http_form *form, const struct json *topic);
/* The id of the file of a message that was sent; absent when it has none. */
struct str telegram_sent_file(struct pool *pool, const struct json *message);
void telegram_judge_send(struct pool *pool, const struct http_response *response, struct send_result *out);
struct check_finding *telegram_check(
	struct pool *pool, const struct conf *conf, const struct channel *channel, bool subscribe);
enum err telegram_identify(struct pool *pool, const struct conf *conf, const struct channel *old,
	struct channel *channel, struct explain *why);
enum err telegram_unsubscribe(
	struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why);

#endif
