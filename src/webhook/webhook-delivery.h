/*
 * webhook-delivery.h - a webhook delivery while it is received, whatever the platform: what is stored of it, and the
 * answers that all platforms get.
 */
#ifndef DESKBELL_WEBHOOK_WEBHOOK_DELIVERY_H
#define DESKBELL_WEBHOOK_WEBHOOK_DELIVERY_H

#include "channel/channel.h"
#include "webhook/receiver.h"

struct webhook_delivery {
	struct app *app;
	struct request *request;
	const char *platform;
	struct inbound_list items;
	int64_t inside_org; /* the organization of intake_enter; 0: none */
	bool large;
};

void webhook_delivery_init(struct webhook_delivery *r, struct app *app, struct request *request, const char *platform);
/* Records a refused delivery. `channel` is the one that it is about, NULL when the delivery names none. */
void webhook_delivery_refuse(struct webhook_delivery *r, const struct channel *channel, const char *reason);
/* Shows on the channel's page what was signed and is not stored. */
void webhook_delivery_note(struct webhook_delivery *r, const struct channel *channel, const char *reason);
/* Around the taking apart of the body and its storage: those that take much memory go one at a time. False, with 503 in
 * the response, when too many of the channel's organization are under way already; `channel` is NULL where it is not
 * known which one it is. */
bool webhook_delivery_begin_parsing(struct webhook_delivery *r, const struct channel *channel, struct str body,
	struct response *response) MUST_CHECK;
void webhook_delivery_end_parsing(struct webhook_delivery *r);
/* A valid delivery has come for the channel: it is no longer pending. */
void webhook_delivery_verify(struct webhook_delivery *r, const struct channel *channel);
/* Keeps a body that is the channel's but cannot be read, as it is. */
void webhook_delivery_keep_unreadable(
	struct webhook_delivery *r, const struct channel *channel, struct str body, const char *reason);
/* Commits what was taken, then answers: 200 with nothing in it, or 503 so that the platform delivers it again. Wakes
 * the sender, and starts one when none is alive, after the answer is on the wire. */
void webhook_delivery_store(struct webhook_delivery *r, struct response *response);

#endif
