/*
 * channel.h - what a platform is to the rest: one struct of functions and tables.
 *
 * Everything above (receiver, answers, sender, settings) goes through this interface; adding a platform is a new file
 * that fills it and a row in channel_find.
 */
#ifndef DESKBELL_CHANNEL_CHANNEL_H
#define DESKBELL_CHANNEL_CHANNEL_H

#include "core/conf.h"
#include "core/text/reason.h"
#include "core/crypto/crypt.h"
#include "core/net/http-client.h"
#include "core/json/json.h"
#include "core/pool.h"
#include "domain/inbound/inbound.h"

struct description;

/* One field of a channel's config, as the settings form and `channel connect` take it. */
struct channel_field {
	const char *name;
	bool required;
	bool secret; /* sealed at rest, shown redacted */
	bool own;    /* set by Deskbell: no form can */
	size_t max_bytes;
	bool (*valid)(struct str value); /* NULL: any text without control characters */
	const char *shape;               /* what is allowed, in words */
	const char *where;               /* where a person finds it */
};

/* A channel with its secrets opened: what a program works with. Lives in a pool. */
#define CHANNEL_FIELDS_MAX 10
struct channel {
	int64_t org_id, id;
	const struct channel_ops *ops;
	struct str external_id, account_id;
	bool pending;                         /* no valid delivery has come yet */
	struct str plain[CHANNEL_FIELDS_MAX]; /* by position in ops->fields; absent when not set or secret */
	struct secret *secret[CHANNEL_FIELDS_MAX];
};

/* What became of a delivery attempt, in the outbox's words. */
enum send_outcome { SEND_ACCEPTED, SEND_RETRY, SEND_UNKNOWN, SEND_FAILED };

/* Why, and so what follows; one table a platform maps codes to these. */
enum send_class {
	SEND_CLASS_NONE,
	SEND_CLASS_RETRY,     /* may pass: backoff */
	SEND_CLASS_PAIR,      /* too fast for this recipient: delay this one only */
	SEND_CLASS_THROTTLE,  /* too fast for the number: pause the channel */
	SEND_CLASS_BROKEN,    /* the channel cannot send: keep the queue, tell the admin */
	SEND_CLASS_RECIPIENT, /* this recipient cannot be reached */
	SEND_CLASS_REQUEST,   /* this message is wrong */
	SEND_CLASS_WINDOW,    /* the 24-hour window is closed */
	SEND_CLASS_UNKNOWN    /* written, not answered */
};
const char *send_class_name(enum send_class c);

#define SEND_CODE_MAX_BYTES 120 /* of a code or trace id that a platform gives */
struct send_result {
	enum send_outcome outcome;
	enum send_class class;
	struct str provider_id;
	struct str code;     /* the platform's own, or http-503 */
	struct str reason;   /* why, as it is stored (core/text/reason.h); static or in the pool */
	struct str details;  /* the platform's words, shortened; absent when none */
	struct str trace;    /* fbtrace_id */
	int64_t wait_ms;     /* least pause that the platform asked for; 0: backoff decides */
	bool wait_exactly;   /* wait_ms is the pause, even 0: no backoff */
	bool may_be_overall; /* pair-rate: refused to two people at once, it is meant for the whole channel */
	int max_attempts;    /* 0: until the message expires */
	bool without_reply;  /* what the message quotes is gone: the next attempt quotes nothing */
	bool without_topic;  /* its topic is gone: the next attempt goes to the chat itself */
	struct str file_id;  /* by which the platform takes the file of the message again; absent: it has none */
	struct str moved_to; /* the person's new id on the platform, in the pool; absent when it has not changed */
};

#define SEND_BUTTONS_MAX 3

/* The most that a caption may hold, in UTF-16 units; both platforms say 1024 characters. */
#define SEND_CAPTION_MAX_UTF16 1024

/* What a picture may measure to be shown as one. */
struct picture_limits {
	int64_t sides; /* width and height together */
	int64_t ratio; /* of the longer side to the shorter one */
};

/* What decides about how a file is sent. */
struct file_facts {
	struct str type;
	int64_t bytes;
	int64_t width, height; /* of a picture; 0: not known */
	int opus_channels;     /* of Opus in Ogg; 0: it is something else */
	bool recorded;         /* as a voice note */
};

/* What a platform takes of one media type, by its native kind. The first row that fits counts. */
struct file_rule {
	const char *type;      /* "image/jpeg"; NULL: any that no other row names */
	const char *kind;      /* as attachments have it */
	const char *native;    /* as messages have it: the platform's own word */
	const char *extension; /* the platform decides by it; "": the name's own */
	int64_t max_bytes;
	bool takes_caption;
	int voice_channels; /* for a recording of at most so many channels of Opus; 0: for any file of the type */
	const struct picture_limits *limits; /* for a picture within them; NULL: for any */
};

/* A file to be sent. */
struct outgoing_file {
	struct str kind, native, type, name;
	int64_t bytes;
	struct str sha256;   /* 64 hexadecimal digits */
	struct str uploaded; /* the platform's id; absent: it has none, or it no longer holds */
	int fd; /* where the request itself carries the file; the request's from then on; -1: it does not */
};

struct outgoing_place {
	double latitude, longitude;
	struct str name, address; /* absent where there is none */
};

struct outgoing {
	const struct outgoing_file *file;   /* `body` is its caption then; NULL: none */
	const struct outgoing_place *place; /* `body` is its address where it has no other; NULL: none */
	struct str to_phone;                /* +1650..., absent when not known */
	struct str to_user_id;              /* the platform's id of the person, absent when not known */
	struct str body;
	struct str reply_to; /* provider id of the message to quote, or absent */
	const struct json
		*topic; /* where in the chat it belongs, as the platform stored it with a message; NULL: none */
	struct str tag;
	struct str
		buttons[SEND_BUTTONS_MAX]; /* titles of at most 20 characters, below the text; a press says its title */
	int n_buttons;
};

/* A customer's message that the platform is told something of. */
struct received {
	struct str provider_id;
	const struct json *topic; /* as of struct outgoing */
};

/* What a platform answered to the question where a file is. */
struct file_address {
	enum {
		FILE_FOUND, /* `download` fetches it */
		FILE_RETRY, /* it may be had later */
		FILE_LOST   /* it cannot be had any more */
	} outcome;
	const char *code;             /* unless found: expired, too_large, refused, no_answer; static */
	struct http_request download; /* `done`, `sink` and `arg` are left to the caller */
	int64_t bytes;                /* 0: not said */
	struct str sha256;            /* 64 hexadecimal digits, or absent */
};

/* A finding of a health check. */
struct check_finding {
	enum { CHECK_GOOD, CHECK_WARNING, CHECK_BAD } level;
	const char *subject; /* the code of a reason: CODE(subject_webhook) */
	struct str reason;   /* what was found, as it is stored (core/text/reason.h) */
	struct check_finding *next_finding;
};

/* How fast a platform lets a channel send, and whether it tells later what became of a message. Copied to a channel
 * when it is made, so that the outbox reads them from its row. */
struct channel_limits {
	int rate_per_s;                   /* all messages of the channel */
	int pair_interval_ms, pair_burst; /* to one person: one in the interval, after so many at once */
	int echo_wait_s;                  /* how long a status may still tell of an unknown outcome; 0: it never does */
};

/* Who says that an external id is the organisation's. What is only claimed stands in no other organisation's way. */
enum channel_ownership {
	CHANNEL_CLAIMED, /* only the organisation */
	CHANNEL_VOUCHED, /* who runs this installation */
	CHANNEL_PROVED   /* the platform */
};
/* "claimed", "vouched", "proved" */
const char *channel_ownership_name(enum channel_ownership ownership);

struct channel_ops {
	const char *platform;
	const char *title;
	const char *person_kind; /* kind of the identity under which the platform takes messages for a person */
	const struct channel_field *fields;                    /* ends with a NULL name */
	int external_id_field, account_id_field, verify_field; /* positions; -1: none */
	bool own_address; /* each channel has a callback address of its own, which ends with its account id */
	bool own_ids;     /* ids of messages are unique within one account (external id) only, not on the platform */
	size_t text_max_utf16;
	bool has_window;
	struct channel_limits limits;
	/* What is left to do manually, in order: at the platform, then here. Ends with NULL; the first may be absent.
	 */
	const char *const *steps;
	/* One update (WhatsApp: one change) of a verified payload into items. Never fails: what cannot be used becomes
	 * quarantine. */
	void (*normalise)(
		struct pool *pool, const struct channel *channel, const struct json *update, struct inbound_list *out);
	/* What a stored message holds besides its text (channel/description.h). `metadata` may be NULL. Never fails. */
	void (*describe)(struct pool *pool, struct str kind, const struct json *metadata, struct description *out);
	/* What a webhook field or update kind holds, in words; NULL: an unknown one. */
	const char *(*field_words)(struct str name);
	/* Fills a request that sends a text. ERR_INVALID when the channel lacks what it takes; `done` and `arg` are
	 * left to the caller. */
	enum err (*build_send)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		const struct outgoing *message, struct http_request *out, struct explain *why);
	/* Fills a request that marks a customer's message as read and shows that an answer is being written. NULL: the
	 * platform has none; ERR_INVALID: not for this message. Its answer does not matter. */
	enum err (*build_seen)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		const struct received *message, struct http_request *out);
	/* Fills a request by which the platform wants a customer's message of some kind to be acknowledged, whatever is
	 * answered to it. NULL: the platform has none; ERR_INVALID: this message needs none. Its answer does not
	 * matter. */
	enum err (*build_acknowledge)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		const struct received *message, struct http_request *out);
	/* Fills a request that asks where a file of a customer's message is. ERR_INVALID when the channel lacks what it
	 * takes, or `id` cannot be one. */
	enum err (*build_file_address)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		struct str id, struct http_request *out);
	/* Judges its answer. The download carries the channel's token to the platform's own hosts only. */
	void (*judge_file_address)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		const struct http_response *response, struct file_address *out);
	/* What files the platform takes; ends with a row without a kind. */
	const struct file_rule *file_rules;
	/* Fills a request that uploads `file`, whose `fd` it takes over. NULL: the request that sends carries the file.
	 */
	enum err (*build_upload)(struct pool *pool, const struct conf *conf, const struct channel *channel,
		const struct outgoing_file *file, struct http_request *out, struct explain *why);
	/* Judges its answer: `file_id` and SEND_ACCEPTED, or what went wrong. Nothing was sent in any case. */
	void (*judge_upload)(struct pool *pool, const struct http_response *response, struct send_result *out);
	int upload_life_s; /* how long an id of a file may be used; 0: for ever */
	/* Judges the answer to a request that sends. */
	void (*judge_send)(struct pool *pool, const struct http_response *response, struct send_result *out);
	/* Asks the platform whether the channel can receive and send; synchronous, for an explicit check only.
	 * `subscribe`: also repair what can be repaired. */
	struct check_finding *(*check)(
		struct pool *pool, const struct conf *conf, const struct channel *channel, bool subscribe);
	/* Fills the fields that no form can (`own`): asks the platform who the channel is, and makes up what is made
	 * up; what `old` (may be NULL) has already is kept while it is of the same account: another one must not know
	 * it. Synchronous, outside of any transaction. ERR_REMOTE when
	 * the platform refuses the credentials or cannot be asked. NULL: there is nothing to fill. */
	enum err (*identify)(struct pool *pool, const struct conf *conf, const struct channel *old,
		struct channel *channel, struct explain *why);
	/* Asks the platform whether the external id is the channel's; synchronous, outside of any transaction, 5 s at
	 * most. When it is only claimed `why` says why. NULL: `identify` has proved it. */
	enum channel_ownership (*prove)(
		struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why);
	/* What of the stored channel stays valid for a while next to what takes its place. NULL: nothing. */
	void (*rotate)(struct pool *pool, const struct channel *old, struct channel *channel);
	/* Asks the platform to deliver no more; synchronous, before the credentials are forgotten. ERR_REMOTE with
	 * words when it does not. NULL: the platform cannot be asked. */
	enum err (*unsubscribe)(
		struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why);
};

extern const struct channel_ops whatsapp_channel, telegram_channel;

/* NULL for an unknown platform. */
const struct channel_ops *channel_find(struct str platform);
/* What a platform is called; "?" for an unknown one. */
const char *channel_title(struct str platform);
/* The platforms there are, ends with NULL. */
extern const struct channel_ops *const channel_platforms[];
/* Where the platform delivers to, in `pool`; absent while public.base_url is not set. */
struct str channel_callback_url(struct pool *pool, const struct conf *conf, const struct channel *channel);
/* A secret that no user has chosen: 144 random bits as base64url. */
struct secret *channel_generate_secret(struct pool *pool);
/* What the platform makes of a file; NULL when it takes none of this type, or none that is so large: `*max_bytes` is
 * then the most that it takes of the type, 0 when it takes none. */
const struct file_rule *channel_file_rule(
	const struct channel_ops *ops, const struct file_facts *file, int64_t *max_bytes);
/* Position of a field, -1 when there is none of that name. */
int channel_field(const struct channel_ops *ops, const char *name);

/*
 * Config as stored: a JSON object of the fields, secrets sealed with org, channel and field as context.
 */
/* The fields' values in an object of strings or numbers, in the order of the fields, in `pool`. */
const struct str *channel_form_of_json(struct pool *pool, const struct channel_ops *ops, const struct json *form);
/* Reads what a person gave, a value for each field. `old` may be the stored channel that is edited: secrets that are
 * left out keep their value. ERR_INVALID with the field, what is wrong and where to find it. */
enum err channel_read_form(struct pool *pool, const struct channel_ops *ops, const struct str *form,
	const struct channel *old, struct channel *out, struct explain *why) MUST_CHECK;
/* Appends the stored form: `channel->org_id` and `id` must be set. */
void channel_seal(const struct crypt_keys *keys, const struct channel *channel, struct buf *out);
/* Opens the stored form. ERR_SEALED when a secret does not open with the keys; ERR_INVALID when the JSON is damaged. */
enum err channel_open(struct pool *pool, const struct crypt_keys *keys, struct str stored, struct channel *channel,
	struct explain *why) MUST_CHECK;
/* The context that binds the sealed value of a field to its channel (org_id and id). In `pool`. */
struct str channel_seal_context(struct pool *pool, const struct channel *channel, const char *field);
/* Keyed digests of a verify token under every key, newest first, for look-ups; returns how many (at most `max`). */
int channel_verify_digests(
	const struct crypt_keys *keys, struct str token, unsigned char (*out)[CRYPT_SHA256_BYTES], int max);

#endif
