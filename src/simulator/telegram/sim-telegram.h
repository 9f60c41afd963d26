/*
 * sim-telegram.h - one call of the Bot API, shared by the files that answer its methods.
 */
#ifndef DESKBELL_SIMULATOR_TELEGRAM_SIM_TELEGRAM_H
#define DESKBELL_SIMULATOR_TELEGRAM_SIM_TELEGRAM_H

#include "simulator/media/sim-form.h"
#include "simulator/simulator.h"
#include "simulator/telegram/sim-telegram-error.h"

struct telegram_call {
	struct simulator *sim;
	struct exchange *ex;
	struct bot *bot;
	struct str number; /* of the bot that is meant, also where the token is not its own; absent for none that is
			      known */
	struct str method;
	const char *outcome;         /* for the record; NULL: "answered" or "refused" by status */
	int64_t latency_ms;          /* how long the answer is kept back */
	const struct sim_form *form; /* the body where it is one; NULL */
	bool is_file;                /* a file is asked for, not a method */
	bool has_secrets;            /* the body must not be recorded */
};

/* Methods; each leaves an answer in the exchange. With the lock held. */
void telegram_send_message(struct telegram_call *call);
void telegram_send_file(struct telegram_call *call);
void telegram_send_venue(struct telegram_call *call);
void telegram_send_chat_action(struct telegram_call *call);
void telegram_set_webhook(struct telegram_call *call);
void telegram_delete_webhook(struct telegram_call *call);
void telegram_get_webhook_info(struct telegram_call *call);
void telegram_get_file(struct telegram_call *call);
/* GET /file/bot<token>/<path>. */
void telegram_serve_file(struct telegram_call *call, struct str path);

/* What a message of a bot holds; it is sent, or what the behaviour has for it happens. `write` adds members of its own
 * to the Message of the answer; NULL: none. */
struct telegram_content {
	const char *type;
	struct str text, media, buttons;
	void (*write)(struct json_writer *w, const struct telegram_content *content, const struct sim_media *file);
	const struct sim_media *file;
};
void telegram_deliver(struct telegram_call *call, const struct telegram_content *content);
/* A parameter as text, from the JSON body or the query; absent when it is not given. */
struct str telegram_text(struct telegram_call *call, const char *name);
/* Answers with `error`. */
void telegram_fail(struct telegram_call *call, const struct telegram_error *error);
/* Answers 400 "Bad Request: ..."; a false to return. */
bool telegram_refuse(struct telegram_call *call, const char *words);
/* Begins {"ok":true,"result":; the caller writes the result and ends with telegram_succeed. */
void telegram_begin_result(struct telegram_call *call, struct json_writer *w);
void telegram_succeed(struct telegram_call *call, struct json_writer *w);
void telegram_succeed_true(struct telegram_call *call, const char *description);
/* The customer of this bot in that chat, NULL after "chat not found" was answered. */
struct customer *telegram_need_chat(struct telegram_call *call);
/* The key of a message in the records. */
struct str telegram_message_key(struct pool *pool, struct str chat, int64_t message_id);

#endif
