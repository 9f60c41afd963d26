/*
 * conversation.h - one conversation on the desk; shared by the conversation-*.c files only.
 */
#ifndef DESKBELL_DESK_PAGES_INBOX_CONVERSATION_H
#define DESKBELL_DESK_PAGES_INBOX_CONVERSATION_H

#include "channel/reply-content.h"
#include "desk/desk.h"
#include "files/file-store.h"

#define REPLY_BYTES 16000
#define THREAD_ROWS 31 /* messages that are loaded: one more than a page shows */

/* Messages, decisions and events of a conversation, a page of them. */
struct thread {
	int64_t conversation;
	int64_t before;  /* messages before this one; 0: the newest */
	bool can_send;   /* nothing is in the way of a reply: the window is open */
	bool can_mend;   /* the caller may send failed messages again */
	int n_messages;  /* of `messages`, the rest are on the page before */
	struct str name; /* of the customer */
	const struct channel_ops *ops;
	struct sql_thread_messages_rows messages;
	struct sql_thread_decisions_rows decisions;
	struct sql_thread_events_rows events;
	struct description *held; /* what each of `messages` holds besides its text */
	struct sql_attachments_of_messages_rows files;
	struct sql_thread_topics_rows topics; /* none where the messages stand in no topic */
};

/* Inside request_transaction. */
enum err thread_load(struct desk_request *v, struct thread *thread) MUST_CHECK;
/* Writes the members "earlier" and "messages". */
void thread_write(struct desk_request *v, const struct thread *thread);

/* Inside request_transaction: the files of these messages. `message_ids`: a bigint[] literal. */
enum err thread_files_load(struct desk_request *v, struct thread *thread, struct str message_ids) MUST_CHECK;
/* Writes the member "files" of some messages: [{href, image | video | audio | document, name, size, duration, state
 * ...}], false when they have none. */
void thread_files_write(struct desk_request *v, const struct thread *thread, const int64_t *message_ids, int n);
/* Whether a message holds pictures that are here, and no other file. */
bool thread_files_are_pictures(const struct thread *thread, int64_t message_id);

/* Writes the member "decision": why this answer. */
void decision_write(
	struct desk_request *v, const struct thread *thread, const struct sql_thread_decisions_row *decision);
/* Takes the names of its files out of what a message is said to hold: the files show them. */
void thread_files_trim(const struct thread *thread, int64_t message_id, struct description *held);

/* ---- conversation-topics.c ---- */

#define TOPIC_OF_LAST (-1) /* where the customer wrote last; 0: the chat itself; else a topic's id */

/* Inside request_transaction, once the messages are described. */
enum err thread_topics_load(struct desk_request *v, struct thread *t) MUST_CHECK;
/* What the topic of a message is called; absent when it stands in none. */
struct str thread_topic(struct desk_request *v, const struct thread *t, const struct description *held);
/* Writes the members "topics": [{id, name, here}], the one that was used last first, and "has_topics". */
void thread_topics_write(struct desk_request *v, const struct thread *t, int64_t chosen);
/* A choice as deskbell_topic takes it. */
struct str topic_wanted(struct desk_request *v, int64_t chosen);

/* ---- conversation-attach.c ---- */

struct desk_upload;

/* A file that an operator sends. */
struct attached {
	struct desk_upload *upload;
	const struct file_rule *rule;
	struct file_facts facts;
	struct str name, sha256;
	struct file_key key;
	bool kept; /* in the store */
};

/* What a press of "send" becomes: messages in order. */
struct said {
	struct str *bodies, *tags; /* "" for a file without a caption */
	int n;
	struct str contents; /* JSON for deskbell_say; absent when all are texts */
};

/* Whether the files of the request can be sent; fills `out`, room for UPLOADS_MAX. NULL, or why not, translated. */
const char *attach_check(
	struct desk_request *v, const struct channel_ops *ops, bool recorded, struct attached *out, int *n);
/* Writes the members "limits" (a sentence), "accept" and "most" (bytes of each kind). `ops` may be NULL. */
void attach_write(struct desk_request *v, const struct channel_ops *ops);
/* Puts them in their places. Outside of a transaction, as is the next. */
enum err attach_keep(struct desk_request *v, struct attached *files, int n) MUST_CHECK;
/* Removes what was kept for a message that was not sent, unless another names it. */
void attach_drop(struct desk_request *v, struct attached *files, int n);
/* A text, what a canned reply or a suggestion takes along (NULL: nothing) and files as messages. */
void attach_messages(struct desk_request *v, const struct channel_ops *ops, struct str text,
	const struct reply_content *content, const struct attached *files, int n, struct said *out);

/* ---- conversation-actions.c ---- */

/* What is done with a conversation, with what it needs; what the database answered, absent when it says nothing. */
struct act {
	enum err (*run)(struct desk_request *v, struct act *act);
	struct str text;
	int64_t user; /* 0: none */
	int64_t until_ms;
	bool opens, unread;
	bool can_undo; /* deskbell_undo takes it back */
	struct explain why;
	struct str outcome;
};
/* Does it and goes back to the conversation, or, when `leaves`, on to the next. Says `said` unless it is NULL or
 * nothing was changed. */
enum err act_and_return(struct desk_request *v, struct act *act, const char *said, bool leaves) MUST_CHECK;

/* Inside request_transaction: the time that is meant by hour, tomorrow, monday, opening, or by "at" and a local time;
 * 0: none. */
enum err conversation_time(struct desk_request *v, struct str until, struct str at, int64_t *ms) MUST_CHECK;

/* ---- conversation-later.c ---- */

/* When a reply goes out. */
struct later {
	struct str until, at; /* as conversation_time takes them; `until` empty: now */
	int64_t at_ms;        /* 0: now */
	struct str refused;   /* why it cannot go out then: late, window; absent: it can */
	bool waited;          /* the conversation waits, since: */
	int64_t waited_ms;
};
/* Inside request_transaction, before the reply is stored: fills in what follows `at`. */
enum err later_check(struct desk_request *v, struct later *later) MUST_CHECK;

/* A message that a reply quotes. */
struct quote {
	int64_t id; /* 0: none */
	struct str provider_id, text;
};
/* Inside request_transaction; none where the conversation has no such message. */
enum err quote_find(struct desk_request *v, int64_t message, struct quote *out) MUST_CHECK;

/* What stands in the composer. */
struct composer {
	struct str key;    /* names one press of "send" */
	struct str text;   /* absent: empty */
	int64_t with;      /* the canned reply whose file or place goes along; 0: none */
	int64_t topic;     /* to which the reply goes */
	int64_t quote;     /* the message that is quoted; 0: none */
	const char *error; /* translated; NULL: none */
};

/* The text of a canned reply with its placeholders filled in; in the pool. `contact` is the customer's name. */
struct str canned_fill(struct desk_request *v, struct str body, struct str contact);
/* Answers with the conversation of the address. */
enum err conversation_show(struct desk_request *v, const struct composer *composer, int status) MUST_CHECK;
/* A fresh key for the composer, in the pool. */
struct str composer_key(struct desk_request *v);

#endif
