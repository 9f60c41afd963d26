/*
 * inbound.c - the list of what a webhook delivery held, and its form on the way to the database.
 *
 * Owns the names of the members of receive_item (sql/migrations) and keeps the bounds of all texts from platforms.
 * Never touches the database. Cannot fail: the writer's buffer carries the error.
 */
#include "domain/inbound/inbound.h"

#include "core/crypto/crypt.h"
#include "domain/text.h"

void inbound_list_init(struct inbound_list *list)
{
	*list = (struct inbound_list){ .last = &list->first, .max = INBOUND_ITEMS_MAX };
}

struct inbound *inbound_add(struct inbound_list *list, struct pool *pool, enum inbound_op op)
{
	if (list->n >= list->max) {
		list->is_full = true;
		list->spare = list->spare ? list->spare : pool_new_of(pool, struct inbound);
		*list->spare = (struct inbound){ .op = op };
		return list->spare;
	}
	struct inbound *item = pool_new_of(pool, struct inbound);
	item->op = op;
	*list->last = item;
	list->last = &item->next;
	list->n++;
	return item;
}

void inbound_drop(struct inbound_list *list, enum inbound_op op)
{
	list->last = &list->first;
	for (struct inbound *item = list->first; item; item = item->next)
		if (item->op == op) {
			list->n--;
		} else {
			*list->last = item;
			list->last = &item->next;
		}
	*list->last = NULL;
}

void inbound_identify(struct inbound *item, const char *kind, struct str value)
{
	if (str_is_empty(value) || value.n > INBOUND_IDENTITY_MAX_BYTES || item->n_identities == INBOUND_IDENTITIES_MAX)
		return;
	for (int i = 0; i < item->n_identities; i++)
		if (str_equal(str_of(item->identities[i].kind), str_of(kind)))
			return;
	item->identities[item->n_identities++] = (struct inbound_identity){ kind, value };
}

/* What of a text has room in `max_bytes` once it is written: a byte that is no UTF-8 becomes U+FFFD, three bytes. */
static struct str inbound_fitting(struct str text, size_t max_bytes)
{
	size_t at = 0, written = 0;
	if (text.n <= max_bytes / 3)
		return text;
	while (at < text.n) {
		uint32_t c;
		size_t n = str_utf8_next((struct str){ text.p + at, text.n - at }, &c);
		bool good = n > 0 && c != 0;
		written += good ? n : 3;
		if (written > max_bytes)
			break;
		at += n ? n : 1;
	}
	return (struct str){ text.p, at };
}

/* Names are bounded where they are written. */
static void keep_bounds(struct inbound *item)
{
#define LABEL(member, max)
#define CUT(member, max) item->member = inbound_fitting(item->member, (max));
#define DROP(member, max) \
	item->member = inbound_fitting(item->member, (max)).n == item->member.n ? item->member : STR_NONE;
	INBOUND_BOUNDS(LABEL, CUT, DROP)
#undef LABEL
#undef CUT
#undef DROP
}

static void write_label(struct json_writer *w, const char *key, struct str text, size_t max_characters)
{
	struct buf label;
	if (!text.p)
		return;
	buf_init(&label, 4 * (max_characters + 2));
	text_add_label(&label, text, max_characters);
	json_member_str(w, key, buf_str(&label));
	buf_fini(&label);
}

static void write_identities(struct json_writer *w, const struct inbound *item)
{
	json_key(w, "id_kinds");
	json_begin_array(w);
	for (int i = 0; i < item->n_identities; i++)
		json_write_str(w, str_of(item->identities[i].kind));
	json_end_array(w);
	json_key(w, "id_values");
	json_begin_array(w);
	for (int i = 0; i < item->n_identities; i++)
		json_write_str(w, item->identities[i].value);
	json_end_array(w);
}

static void write_raw(struct json_writer *w, const char *key, struct str json)
{
	if (str_is_empty(json))
		return;
	json_key(w, key);
	json_write_raw(w, json);
}

/* A file whose kind or id is missing was not listed; a size or a length of 0 was not said. */
static void inbound_write_file(struct json_writer *w, const struct inbound_file *file)
{
	json_begin_object(w);
	json_member_str(w, "kind", str_of(file->kind));
	json_member_str(w, "id", file->id);
	json_member_str(w, "mime_type", str_cut(file->mime_type, INBOUND_FILE_TYPE_MAX_BYTES));
	write_label(w, "name", file->name, INBOUND_MAX_name);
	json_member_str(w, "sha256", file->sha256);
	if (file->bytes)
		json_member_i64(w, "bytes", file->bytes);
	if (file->duration_s)
		json_member_i64(w, "duration_s", file->duration_s);
	if (file->width && file->height) {
		json_member_i64(w, "width", file->width);
		json_member_i64(w, "height", file->height);
	}
	json_end_object(w);
}

static void inbound_write_files(struct json_writer *w, const struct inbound *item)
{
	if (item->n_files == 0)
		return;
	json_key(w, "files");
	json_begin_array(w);
	for (int i = 0; i < item->n_files; i++)
		inbound_write_file(w, &item->files[i]);
	json_end_array(w);
}

static void inbound_write_message(struct json_writer *w, const struct inbound *item)
{
	write_identities(w, item);
	json_member_str(w, "renamed_from", item->renamed_from);
	json_member_str(w, "phone", item->phone);
	write_label(w, "name", item->name, INBOUND_MAX_name);
	write_label(w, "username", item->username, INBOUND_MAX_username);
	json_member_str(w, "direction", item->is_echo ? STR("outbound") : STR("inbound"));
	json_member_str(w, "sender", item->by_platform ? STR("bot") : item->is_echo ? STR("operator") : STR("contact"));
	json_member_str(w, "body", item->body);
	json_member_bool(w, "text_like", item->text_like);
	json_member_bool(w, "wants_answer", item->wants_answer);
	json_member_bool(w, "opens_window", item->opens_window);
	json_member_bool(w, "takes_over", item->is_echo && !item->is_event && !item->by_platform);
	if (item->is_event)
		json_member_bool(w, "is_event", true);
	json_member_str(w, "attention", item->attention);
	if (item->block != INBOUND_BLOCK_UNCHANGED)
		json_member_bool(w, "blocked", item->block == INBOUND_BLOCKED);
	if (item->holder != INBOUND_HOLDER_UNCHANGED)
		json_member_bool(w, "held", item->holder == INBOUND_HELD_BY_PLATFORM);
	if (item->is_quiet)
		json_member_bool(w, "is_quiet", true);
	json_member_str(w, "reply_to", item->reply_to);
	write_raw(w, "metadata", item->metadata);
	inbound_write_files(w, item);
}

/* As PostgreSQL writes a bytea: what came may be no text at all. */
static void inbound_write_bytes(struct json_writer *w, const char *key, struct str bytes)
{
	struct buf hex;
	if (!bytes.p)
		return;
	buf_init(&hex, 2 * bytes.n + 3);
	buf_add_cstr(&hex, "\\x");
	crypt_hex(&hex, bytes);
	json_member_str(w, key, buf_str(&hex));
	buf_fini(&hex);
}

static void inbound_write_item(struct json_writer *w, const struct inbound *item)
{
	static const char *const ops[] = { [INBOUND_MESSAGE] = "message",
		[INBOUND_STATUS] = "status",
		[INBOUND_QUARANTINE] = "quarantine",
		[INBOUND_VERIFIED] = "verified",
		[INBOUND_FIELD] = "field",
		[INBOUND_CONTACT] = "contact" };
	json_begin_object(w);
	json_member_i64(w, "channel", item->channel_id);
	json_member_str(w, "platform", str_of(item->platform));
	json_member_str(w, "op", str_of(ops[item->op]));
	json_member_str(w, "provider_id", item->provider_id);
	json_member_i64(w, "at", item->at_s);
	json_member_str(w, "kind", item->kind);
	if (item->op == INBOUND_MESSAGE)
		inbound_write_message(w, item);
	if (item->op == INBOUND_CONTACT) {
		write_identities(w, item);
		write_label(w, "name", item->name, INBOUND_MAX_name);
	}
	if (item->op == INBOUND_FIELD) {
		write_raw(w, "metadata", item->metadata);
		json_member_str(w, "body", item->body);
	}
	if (item->channel_state != INBOUND_CHANNEL_UNCHANGED)
		json_member_str(
			w, "status", item->channel_state == INBOUND_CHANNEL_BROKEN ? STR("broken") : STR("restored"));
	json_member_str(w, "status", item->status);
	json_member_str(w, "tag", item->tag);
	write_raw(w, "error", item->error);
	write_raw(w, "pricing", item->pricing);
	json_member_str(w, "reason", item->reason);
	inbound_write_bytes(w, "payload", item->payload);
	json_end_object(w);
}

void inbound_write(struct json_writer *w, const struct inbound_list *list, int64_t org_id)
{
	for (const struct inbound *item = list->first; item; item = item->next) {
		if (item->org_id != org_id)
			continue;
		struct inbound bounded = *item;
		keep_bounds(&bounded);
		inbound_write_item(w, &bounded);
	}
}
