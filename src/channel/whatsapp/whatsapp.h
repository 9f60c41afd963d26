/*
 * whatsapp.h - what the files of the WhatsApp channel share.
 *
 * Facts: Meta, "Create a webhook endpoint", "Messages webhook", "Status messages webhook", "Send messages",
 * "Business-scoped user IDs" (all 2026).
 */
#ifndef DESKBELL_CHANNEL_WHATSAPP_WHATSAPP_H
#define DESKBELL_CHANNEL_WHATSAPP_WHATSAPP_H

#include "channel/channel.h"

enum whatsapp_field {
	WHATSAPP_PHONE_NUMBER_ID,
	WHATSAPP_BUSINESS_ACCOUNT_ID,
	WHATSAPP_TOKEN,
	WHATSAPP_APP_SECRET,
	WHATSAPP_VERIFY_TOKEN,
	WHATSAPP_DISPLAY_PHONE_NUMBER,
	WHATSAPP_WEBHOOK_VERIFIED_AT,
	WHATSAPP_APP_SECRET_BEFORE, /* also signs until WHATSAPP_SECRET_GRACE_S after the change */
	WHATSAPP_APP_SECRET_CHANGED_AT
};

#define WHATSAPP_SECRET_GRACE_S (24 * 3600)

/* What a change says of the channel it belongs to; absent where it says nothing. Numbers are accepted for strings. */
struct whatsapp_route {
	struct str phone_number_id, account_id;
};
struct whatsapp_route whatsapp_route_of(struct pool *pool, const struct json *entry, const struct json *change);

#define WHATSAPP_ID_MAX_BYTES 64 /* of a phone number id or account id */
#define WHATSAPP_SCAN_MAX 16

struct whatsapp_id_list {
	struct str ids[WHATSAPP_SCAN_MAX]; /* each once, in the order of the payload */
	int n;
};

/* The ids that a payload names channels by, found in its raw bytes. */
struct whatsapp_ids {
	struct whatsapp_id_list phone_numbers, accounts;
};
/* Finds them without parsing; copies live in `pool`. Stops after WHATSAPP_SCAN_MAX different phone number ids. */
void whatsapp_scan(struct pool *pool, struct str body, struct whatsapp_ids *out);

/* "sha256=" and 64 hex digits. Lower case only, as Meta writes it. */
bool whatsapp_signature_parse(struct str header, unsigned char out[CRYPT_SHA256_BYTES]);

void whatsapp_normalise(
	struct pool *pool, const struct channel *channel, const struct json *change, struct inbound_list *out);
void whatsapp_describe(struct pool *pool, struct str kind, const struct json *metadata, struct description *out);
/* Whether a type of a message (`subtype`: of interactive) has a reader of its own. For tests. */
bool whatsapp_content_is_known(struct str kind, struct str subtype);
/* What a webhook field holds, in words; NULL: an unknown field. */
const char *whatsapp_field_words(struct str name);
/* The fields that an app should have subscribed, from 0 on; NULL: no more. */
const char *whatsapp_field_wanted(size_t n);
/* Finds which of them the app has not subscribed, and subscribes them where that is asked for. `app_id`: absent when it
 * is not known. */
struct check_report;
void whatsapp_check_fields(struct check_report *r, struct str app_id, bool subscribe);
/* A field that holds no message: counted with its shape; an event of the account may change the channel's state. */
void whatsapp_take_field(struct pool *pool, const struct channel *channel, struct str field, const struct json *value,
	struct inbound_list *out);
/* The person with these ids, with what the contacts next to a message say of them. */
void whatsapp_person_of(
	struct pool *pool, const struct json *value, struct str wa_id, struct str user_id, struct inbound *out);
/* Fills an item with what a message holds. */
void whatsapp_fill_content(struct pool *pool, struct inbound *item, const struct json *message);
/* A message of a customer; NULL when it was put aside. `value` has the contacts. `is_past`: imported, so that a change
 * of number in it says nothing. */
struct inbound *whatsapp_take_message(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *message, bool is_past, struct inbound_list *out);
/* A message of a group goes to the conversation of the group, whose item says what it holds already. */
void whatsapp_take_group(struct pool *pool, struct inbound *item, const struct json *message);
/* The business's own number in digits; absent when `value` does not say it. */
struct str whatsapp_own_number(struct pool *pool, const struct json *value);
/* Whether both are the same number, perhaps in another form (Brazil, Mexico, Argentina). */
bool whatsapp_is_same_number(struct str a, struct str b);
/* A message that a person of the business wrote on the phone; NULL, and quarantine, when it names no customer. */
struct inbound *whatsapp_take_echo(struct pool *pool, const struct channel *channel, const struct json *value,
	const struct json *message, struct inbound_list *out);
/* What others do in a conversation: fields standby, messaging_handovers, calls, history, smb_app_state_sync. */
void whatsapp_take_standby(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out);
void whatsapp_take_handover(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out);
void whatsapp_take_calls(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out);
void whatsapp_take_history(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out);
void whatsapp_take_contacts(
	struct pool *pool, const struct channel *channel, const struct json *value, struct inbound_list *out);
enum err whatsapp_build_send(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct http_request *out, struct explain *why);
enum err whatsapp_build_seen(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out);
/* The files that a message holds. */
void whatsapp_list_files(struct pool *pool, const struct json *message, struct inbound *item);
/* Whether Meta says of a message, or of what is kept of it, that it could not take its file from the customer. */
bool whatsapp_lost_file(struct pool *pool, const struct json *message);
enum err whatsapp_build_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	struct str id, struct http_request *out);
void whatsapp_judge_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct http_response *response, struct file_address *out);
/* Meta keeps what was uploaded for 30 days; one less, so that an id does not end on its way. */
#define WHATSAPP_UPLOAD_LIFE_S (29 * 86400)
extern const struct file_rule whatsapp_file_rules[];
enum err whatsapp_build_upload(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing_file *file, struct http_request *out, struct explain *why);
void whatsapp_judge_upload(struct pool *pool, const struct http_response *response, struct send_result *out);
/* What an answer with another status than 2xx says. */
void whatsapp_judge_refusal(
	struct pool *pool, const struct http_response *response, const struct json *body, struct send_result *out);
/* Writes "type" and the member of that name for a file or a place. */
void whatsapp_write_file(struct json_writer *w, const struct outgoing_file *file, struct str caption);
void whatsapp_write_place(struct json_writer *w, const struct outgoing_place *place);
void whatsapp_judge_send(struct pool *pool, const struct http_response *response, struct send_result *out);
/* Whether Meta says that the number is of the channel's token and account. */
enum channel_ownership whatsapp_prove(
	struct pool *pool, const struct conf *conf, const struct channel *channel, struct explain *why);
/* An app secret that takes the place of another one of the same number: that one stays valid for a while. */
void whatsapp_rotate(struct pool *pool, const struct channel *old, struct channel *channel);
/* Whether the secret before the present one still signs. */
bool whatsapp_secret_before_is_valid(const struct channel *channel);
struct check_finding *whatsapp_check(
	struct pool *pool, const struct conf *conf, const struct channel *channel, bool subscribe);
/* Appends {class, code, words, next, details, wait_ms, trace}: an error as it is stored with a message that Meta has
 * taken. What may pass is sent again by the outbox, so `next` says what to do when that was in vain. */
void whatsapp_write_error(struct json_writer *w, int http_status, const struct json *error);

#endif
