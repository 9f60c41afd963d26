/*
 * uploads.c - the files of messages to customers, from the store to the platform.
 *
 * Where a platform takes files apart from messages (build_upload), the file goes first: meanwhile the delivery is
 * queued and not due, so that a sender that dies leaves nothing whose outcome is unknown; then it is claimed again for
 * this attempt and sent. Elsewhere the request carries the file, and the delivery's lease lasts as long as that may
 * take. What a platform has is not uploaded again while its id holds. Never holds a file in memory.
 */
#include "outbox/delivery.h"

#include "core/log.h"
#include "core/process/crash.h"
#include "db/statements.h"
#include "files/file-store.h"

#include <unistd.h>

#define SPARE_S 60 /* of a lease, for what comes before and after the transfer */

static double uploads_number(const struct json *v)
{
	int64_t whole;
	return json_i64(v, &whole) ? (double)whole : json_double(v, 0);
}

static void uploads_read_place(struct delivery *d, const struct json *place)
{
	d->place = (struct outgoing_place){ .latitude = uploads_number(json_get(place, "latitude")),
		.longitude = uploads_number(json_get(place, "longitude")),
		.name = json_str(json_get(place, "name")),
		.address = json_str(json_get(place, "address")) };
	if (!d->place.address.p)
		d->place.address = d->message.body;
	d->message.place = &d->place;
}

void uploads_read(struct delivery *d, struct str content)
{
	const struct json *json = NULL;
	if (!content.p || json_parse_own(d->pool, pool_str(d->pool, content), &json, NULL) != ERR_OK)
		return;
	if (json_get(json, "place")) {
		uploads_read_place(d, json_get(json, "place"));
		return;
	}
	d->file = (struct outgoing_file){ .kind = json_str(json_get(json, "kind")),
		.native = json_str(json_get(json, "native")),
		.type = json_str(json_get(json, "type")),
		.name = json_str(json_get(json, "name")),
		.sha256 = json_str(json_get(json, "sha256")),
		.uploaded = json_str(json_get(json, "uploaded")),
		.fd = -1 };
	json_i64(json_get(json, "bytes"), &d->file.bytes);
	d->message.file = &d->file;
}

static bool uploads_key(const struct delivery *d, struct file_key *key)
{
	key->org_id = d->org_id;
	return crypt_unhex(d->file.sha256, key->sha256, sizeof(key->sha256));
}

static int uploads_open(const struct delivery *d)
{
	struct file_key key;
	return uploads_key(d, &key) ? file_store_open(d->sender->conf, &key) : -1;
}

static void uploads_lost(struct delivery *d)
{
	LOG_ERROR("upload.no_file", F_INT("org", d->org_id), F_INT("message", d->message_id));
	deliveries_give_up(d, SEND_FAILED, SEND_CLASS_REQUEST, CODE(send_file_lost), 0);
}

/* The database did not say that the delivery is ours: the sender that has it goes on with it. */
static void uploads_leave(struct delivery *d, enum err e)
{
	if (e == ERR_DB_UNREACHABLE)
		d->sender->db_lost = true;
	if (e != ERR_OK)
		LOG_WARN("upload.not_recorded", F_INT("org", d->org_id), F_INT("message", d->message_id),
			F_CSTR("error", err_info(e)->name));
	pool_free(d->pool);
}

static int uploads_lease_s(const struct delivery *d, bool with_file)
{
	const struct conf *conf = d->sender->conf;
	return (int)((with_file ? conf->files_timeout_s : conf->outbox_timeout_ms / 1000) + SPARE_S);
}

/* True when the delivery is this attempt's, and sending for long enough. */
static bool uploads_hold(struct delivery *d, bool with_file)
{
	struct sql_hold_delivery_rows rows;
	enum err e = sql_hold_delivery(d->sender->db, d->pool, d->org_id, d->message_id, d->attempt,
		str_of(d->sender->who), uploads_lease_s(d, with_file), &rows);
	if (e == ERR_OK && rows.n > 0 && sql_hold_delivery_row(&rows, 0).is_ours)
		return true;
	uploads_leave(d, e);
	return false;
}

static void uploads_keep(struct delivery *d, struct str id)
{
	enum err e = sql_keep_upload(d->sender->db, d->pool,
		&(struct sql_keep_upload_args){ .org_id = d->org_id,
			.channel_id = d->channel.id,
			.sha256 = d->file.sha256,
			.kind = d->file.kind,
			.provider_file_id = id,
			.life_s = d->channel.ops->upload_life_s });
	if (e != ERR_OK) /* it is uploaded once more then */
		LOG_WARN("upload.not_kept", F_INT("org", d->org_id), F_CSTR("error", err_info(e)->name));
}

static void uploads_done(void *arg, const struct http_response *response)
{
	struct delivery *d = arg;
	struct send_result result;
	struct sender *s = d->sender;
	s->in_flight--;
	works_hold(&s->works, d->org, WORK_DELIVERY, -1);
	crash_point("upload-after-response");
	d->channel.ops->judge_upload(d->pool, response, &result);
	if (http_client_is_closing(s->http)) {
		pool_free(d->pool); /* it is due again by itself */
		return;
	}
	if (result.outcome == SEND_ACCEPTED)
		uploads_keep(d, result.file_id);
	if (!uploads_hold(d, false))
		return;
	if (result.outcome != SEND_ACCEPTED) {
		deliveries_settle_one(d, &result);
		return;
	}
	d->file.uploaded = result.file_id;
	deliveries_send(d);
}

static bool uploads_park(struct delivery *d)
{
	struct sql_park_delivery_rows rows;
	enum err e = sql_park_delivery(
		d->sender->db, d->pool, d->org_id, d->message_id, d->attempt, uploads_lease_s(d, true), &rows);
	if (e == ERR_OK && rows.n > 0 && sql_park_delivery_row(&rows, 0).is_ours)
		return true;
	uploads_leave(d, e);
	return false;
}

static void uploads_begin(struct delivery *d, int fd)
{
	struct http_request request;
	struct explain why = { "" };
	struct sender *s = d->sender;
	if (!uploads_park(d)) {
		close(fd);
		return;
	}
	d->file.fd = fd;
	if (d->channel.ops->build_upload(d->pool, s->conf, &d->channel, &d->file, &request, &why) != ERR_OK) {
		close(fd);
		LOG_ERROR("upload.not_built", F_INT("org", d->org_id), F_CSTR("reason", why.text));
		if (uploads_hold(d, false))
			deliveries_give_up(d, SEND_FAILED, SEND_CLASS_REQUEST, CODE(send_file_not_built), 0);
		return;
	}
	d->file.fd = -1;
	request.done = uploads_done;
	request.arg = d;
	s->in_flight++;
	works_hold(&s->works, d->org, WORK_DELIVERY, 1);
	http_client_submit(s->http, &request);
}

static void uploads_fetch(struct task *task, struct db *db)
{
	struct delivery *d = (struct delivery *)task;
	int fd = uploads_open(d);
	(void)db;
	if (fd >= 0)
		close(fd);
}

static void uploads_fetched(struct task *task)
{
	struct delivery *d = (struct delivery *)task;
	struct file_key key;
	works_hold(&d->sender->works, d->org, WORK_DELIVERY, -1);
	if (!uploads_key(d, &key) || !file_store_is_here(d->sender->conf, &key))
		uploads_lost(d);
	else if (!uploads_take_over(d))
		deliveries_send(d);
}

/* The store is asked for it next to the loop; the lease lasts as long as that may take. */
static void uploads_wait(struct delivery *d)
{
	if (!uploads_hold(d, true))
		return;
	d->task = (struct task){ .run = uploads_fetch, .done = uploads_fetched };
	works_hold(&d->sender->works, d->org, WORK_DELIVERY, 1);
	background_submit(d->sender->background, &d->task);
}

bool uploads_take_over(struct delivery *d)
{
	struct file_key key;
	if (!d->message.file || d->file.uploaded.p)
		return false;
	if (uploads_key(d, &key) && !file_store_is_here(d->sender->conf, &key)) {
		uploads_wait(d);
		return true;
	}
	int fd = uploads_open(d);
	if (fd < 0) {
		uploads_lost(d);
		return true;
	}
	if (d->channel.ops->build_upload) {
		uploads_begin(d, fd);
		return true;
	}
	if (!uploads_hold(d, true)) {
		close(fd);
		return true;
	}
	d->file.fd = fd;
	return false;
}

void uploads_close(struct delivery *d)
{
	if (d->message.file && d->file.fd >= 0)
		close(d->file.fd);
	d->file.fd = -1;
}

void uploads_conclude(struct delivery *d, struct send_result *result)
{
	if (!d->message.file)
		return;
	if (result->file_id.p && !d->file.uploaded.p)
		uploads_keep(d, result->file_id);
	if (result->class != SEND_CLASS_REQUEST || !d->file.uploaded.p)
		return;
	enum err e =
		sql_forget_upload(d->sender->db, d->pool, d->org_id, d->channel.id, d->file.sha256, d->file.uploaded);
	if (e != ERR_OK)
		LOG_WARN("upload.not_forgotten", F_INT("org", d->org_id), F_CSTR("error", err_info(e)->name));
	if (d->attempt > 1)
		return;
	result->outcome = SEND_RETRY;
	result->class = SEND_CLASS_RETRY;
	result->wait_exactly = true;
}
