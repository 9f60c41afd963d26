/*
 * connect.h - connecting a channel, or editing it in place, in four steps: load, identify, save, subscribe.
 *
 * load and save run inside a transaction of the tenant, the others outside of any, because the platform is asked. A
 * caller that repeats a transaction after ERR_DB_RACE repeats the step.
 */
#ifndef DESKBELL_CHANNEL_CONNECT_H
#define DESKBELL_CHANNEL_CONNECT_H

#include "channel/channel.h"
#include "db/db.h"

struct channel_connect {
	/* by the caller; the rest zeroed */
	struct pool *pool;
	const struct conf *conf;
	const struct crypt_keys *keys;
	const char *actor; /* for the audit log */
	int64_t org;
	const struct channel_ops *ops;
	const struct str *form; /* as channel_read_form takes it */
	struct explain *why;    /* words of what went wrong */
	bool vouched;           /* who runs this installation says whose it is */
	bool replace;           /* another number or bot may take the place of one that is connected */
	/* what became of it */
	struct channel channel;
	struct secret *generated; /* a verify token, used if none is given or stored */
	bool used_generated, edited;
	bool asks_replace; /* nothing was stored, because `replace` is not set */
	enum channel_ownership ownership;
	struct explain unproved; /* why it is only claimed */
	struct str status;       /* pending, or verified when nothing has changed that a delivery had proved */
	/* between the steps */
	struct channel old;        /* what is stored */
	struct channel identified; /* with what the platform said */
	struct channel replaced;   /* another account that the channel had until now; its ops are NULL: none */
	bool was_connected;
};

/* Reads what is stored and puts the form over it. ERR_INVALID with the field, what is wrong and where to find it. */
enum err channel_connect_load(struct channel_connect *c, struct db *db) MUST_CHECK;
/* Asks the platform who the channel is, and makes up what is made up. ERR_REMOTE when it refuses or cannot be asked. */
enum err channel_connect_identify(struct channel_connect *c) MUST_CHECK;
/* Stores the channel, sealed, with its limits, and writes it into the audit log. ERR_CONFLICT when another organisation
 * has the number or the bot, and it is not only claimed there, or the verify token; or, with `asks_replace`, when
 * another number or bot would take the place of one that is connected. In that place no old conversation is written to.
 */
enum err channel_connect_save(struct channel_connect *c, struct db *db) MUST_CHECK;
/* Where a channel has an address of its own, only the platform has to learn it: it is told at once, after the
 * transaction, and that the account which the channel had before delivers no more. What was found; NULL where there is
 * nothing to tell. */
struct check_finding *channel_connect_subscribe(const struct channel_connect *c);

/* Inside a transaction of the tenant: forgets the credentials, keeps the conversations, and writes it into the audit
 * log. ERR_NOT_FOUND when no such channel is connected. */
enum err channel_disconnect(struct pool *pool, struct db *db, const struct channel_ops *ops, int64_t org, int64_t id,
	const char *actor) MUST_CHECK;

#endif
