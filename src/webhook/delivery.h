/*
 * delivery.h - a webhook delivery while it is received, whatever the platform: what is stored of it, and the answers
 * that all platforms get.
 */
#ifndef DESKBELL_WEBHOOK_DELIVERY_H
#define DESKBELL_WEBHOOK_DELIVERY_H

#include "channel/channel.h"
#include "webhook/receiver.h"

struct receipt {
	struct app *app;
	struct request *request;
	const char *platform;
	struct inbound_list items;
	bool large;
};

void receipt_init(struct receipt *r, struct app *app, struct request *request, const char *platform);
/* Records a refused delivery. `channel` is the one that it is about, NULL when nobody can be named. */
void receipt_refuse(struct receipt *r, const struct channel *channel, const char *reason);
/* Around the taking apart of the body and its storage: those that take much memory go one at a time. */
void receipt_begin_parsing(struct receipt *r, struct str body);
void receipt_end_parsing(struct receipt *r);
/* A valid delivery has come for the channel: it is no longer pending. */
void receipt_verify(struct receipt *r, const struct channel *channel);
/* Keeps a body that is the channel's but cannot be read, as it is. */
void receipt_keep_unreadable(struct receipt *r, const struct channel *channel, struct str body, const char *reason);
/* Commits what was taken, then answers: 200 with nothing in it, or 503 so that the platform delivers it again. Wakes
 * the sender, and starts one when none is alive, after the answer is on the wire. */
void receipt_store(struct receipt *r, struct response *response);

#endif
