/*
 * inbound.h - what a webhook delivery held, in the words of the domain: one item a message, echo, status or unusable
 * piece.
 *
 * A channel turns its platform's payload into a list of these; deskbell_receive (sql/functions/receive.sql) stores the
 * list. All strings are borrowed from the request's pool or document and may be dirty or of any length; the writer
 * cleans them and keeps the bounds of INBOUND_BOUNDS.
 */
#ifndef DESKBELL_DOMAIN_INBOUND_H
#define DESKBELL_DOMAIN_INBOUND_H

#include "core/json/json.h"
#include "core/pool.h"
#include "core/str.h"

/* INBOUND_FIELD: a webhook field or update kind that holds no message; it is counted, with its shape. */
/* INBOUND_CONTACT: a name from an address book, for a contact that has none. */
enum inbound_op {
	INBOUND_MESSAGE,
	INBOUND_STATUS,
	INBOUND_QUARANTINE,
	INBOUND_VERIFIED,
	INBOUND_FIELD,
	INBOUND_CONTACT
};

/* Whether the platform's own agent answers in the conversation from now on. */
enum inbound_holder { INBOUND_HOLDER_UNCHANGED, INBOUND_HELD_BY_PLATFORM, INBOUND_HELD_BY_US };

/* What an event of the account does to the channel. */
enum inbound_channel_state { INBOUND_CHANNEL_UNCHANGED, INBOUND_CHANNEL_BROKEN, INBOUND_CHANNEL_RESTORED };

/* Whether the person takes messages of the channel from now on. */
enum inbound_block { INBOUND_BLOCK_UNCHANGED, INBOUND_BLOCKED, INBOUND_UNBLOCKED };

struct inbound_identity {
	const char *kind; /* wa_id, bsuid, parent_bsuid, wa_group, telegram */
	struct str value;
};

#define INBOUND_IDENTITIES_MAX 3
#define INBOUND_IDENTITY_MAX_BYTES 160
#define INBOUND_ITEMS_MAX 4000 /* in one delivery; Meta puts at most 1000 updates into one */
#define INBOUND_PAST_MAX 16000 /* in one that imports what was before, of which Meta puts thousands into one */

/*
 * The longest text that is stored of each member, and what happens to a longer one:
 * LABEL  characters; a name as text_add_label makes it
 * CUT    bytes; the rest is lost, no character is cut
 * DROP   bytes; the member counts as absent: half an id or half a JSON value is worse than none
 * Platforms stay far below: a WhatsApp or Telegram text has at most 4096 characters, a Telegram name twice 64, a
 * WhatsApp profile name 25.
 */
#define INBOUND_BOUNDS(LABEL, CUT, DROP) \
	DROP(renamed_from, INBOUND_IDENTITY_MAX_BYTES) \
	DROP(phone, 24) \
	LABEL(name, 200) \
	LABEL(username, 64) \
	CUT(provider_id, 512) \
	CUT(kind, 64) \
	CUT(body, 32768) \
	DROP(reply_to, 512) \
	DROP(metadata, 262144) \
	CUT(attention, 200) \
	CUT(status, 32) \
	DROP(tag, 256) \
	DROP(error, 16384) \
	DROP(pricing, 1024) \
	CUT(reason, 500) \
	CUT(payload, 8388608)

/* INBOUND_MAX_name and so on. */
enum inbound_bound {
#define BOUND(member, max) INBOUND_MAX_##member = (max),
	INBOUND_BOUNDS(BOUND, BOUND, BOUND)
#undef BOUND
};

/* A picture, a voice note, a document: what the platform says of a file that a message holds. */
#define INBOUND_FILES_MAX 4
#define INBOUND_FILE_TYPE_MAX_BYTES 100
struct inbound_file {
	const char *kind; /* image, video, audio, voice, document, sticker */
	struct str id;    /* by which the platform hands it out; a file without one cannot be had */
	struct str mime_type,
		name;      /* as the sender's program says: never a path, never believed; absent when not known */
	int64_t bytes;     /* 0: not said */
	struct str sha256; /* 64 hexadecimal digits; absent when not said */
	int64_t duration_s, width, height; /* 0: not said */
};

struct inbound {
	enum inbound_op op;
	int64_t org_id, channel_id;
	const char *platform;
	/* who */
	struct inbound_identity identities[INBOUND_IDENTITIES_MAX]; /* the surest first */
	int n_identities;
	struct str renamed_from; /* an earlier value of the first identity */
	struct str phone;        /* with + */
	struct str name, username;
	/* what */
	struct str provider_id;
	int64_t at_s;         /* provider time, Unix seconds */
	bool is_echo;         /* a person of the business wrote it elsewhere: outbound, and the bot stands back */
	struct str kind;      /* the platform's word */
	struct str body;      /* readable text, of a field what it said last; absent when there is none */
	bool text_like;       /* the pipeline may read it */
	bool wants_answer;    /* an answer job is due; guards decide later */
	bool opens_window;    /* the customer spoke */
	bool is_event;        /* an edit, a reaction, a block: no message, so it neither reopens nor counts as unread */
	struct str attention; /* why a person should look at it, a code; absent: no need */
	enum inbound_block block;
	enum inbound_holder holder;
	bool by_platform; /* an echo that the platform's own agent wrote: no operator took over */
	bool is_quiet;    /* imported from an earlier time */
	struct str reply_to;
	struct str metadata; /* JSON object; absent when there is none */
	struct inbound_file files[INBOUND_FILES_MAX];
	int n_files;
	/* a status */
	struct str status, tag;
	struct str error;   /* JSON object: class, code, reason, details */
	struct str pricing; /* JSON object: category, type; absent when the status does not say it */
	enum inbound_channel_state channel_state; /* of a field; broken: `reason` says why */
	/* quarantine */
	struct str reason, payload; /* payload: any bytes */
	struct inbound *next;
};

struct inbound_list {
	struct inbound *first, **last;
	int n, max;
	bool is_full;          /* there were more than `max`, which is INBOUND_ITEMS_MAX at first */
	struct inbound *spare; /* takes what has no room */
};

void inbound_list_init(struct inbound_list *list);
/* A zeroed item at the end of the list, in `pool`. Of a full list one that does not belong to it. */
struct inbound *inbound_add(struct inbound_list *list, struct pool *pool, enum inbound_op op);
/* Takes the items of a kind off the list. */
void inbound_drop(struct inbound_list *list, enum inbound_op op);
/* Adds an identity unless it is empty, longer than INBOUND_IDENTITY_MAX_BYTES or there already. */
void inbound_identify(struct inbound *item, const char *kind, struct str value);
/* Writes the elements of the array that deskbell_receive takes (without the brackets): the items of this organization.
 */
void inbound_write(struct json_writer *w, const struct inbound_list *list, int64_t org_id);

#endif
