/*
 * conversation-files.c - the pictures, voice notes and documents of a conversation: how a message shows them, and the
 * address under which each is had.
 *
 * A file is served to operators of its own organisation only, by the number of its message, with the type that its
 * first bytes tell and never with one that a sender claims; what a browser could run is downloaded. A range of bytes is
 * served for players. Never holds a file in memory.
 */
#include "desk/pages/inbox/conversation.h"

#include "channel/description.h"
#include "core/formats/query.h"
#include "desk/pages/inbox/file-preview.h"
#include "files/file-store.h"
#include "files/media-type.h"
#include "files/picture.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nothing that a file holds may run, load or be embedded, whatever a browser takes it for. */
#define FILE_POLICY "default-src 'none'; sandbox"
#define NAME_MAX_BYTES 150

static const struct {
	const char *code, *text;
} reasons[] = {
	{ "expired", T("The platform no longer has this file. Ask the customer to send it again.") },
	{ "too_large", T("This file is larger than can be fetched. Open it in the app, or ask for a link.") },
	{ "refused", T("The platform refused to hand this file out. Check the channel's access token.") },
	{ "damaged", T("This file arrived damaged. Try again.") },
	{ "no_space", T("There was no space to keep this file. Free some space, then try again.") },
	{ "over_quota",
		T("The files of this organisation have reached their limit. Ask an administrator, then try again.") },
	{ "no_store", T("The store of files did not take this file. Ask an administrator, then try again.") },
	{ "aged", T("This file was removed: it is older than your organisation keeps files.") },
	{ "deleted", T("This file went with its message, which was deleted.") },
	{ "no_answer", T("The platform did not hand this file out in time. Try again.") },
};

static const char *conversation_files_reason(struct str code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (str_equal(code, str_of(reasons[i].code)))
			return reasons[i].text;
	return T("This file could not be fetched. Try again.");
}

/* ---- in the thread ---- */

enum err thread_files_load(struct desk_request *v, struct thread *thread, struct str message_ids)
{
	return sql_attachments_of_messages(v->db, v->pool, v->caller.org_id, message_ids, &thread->files);
}

static struct str conversation_files_size(struct desk_request *v, int64_t bytes)
{
	if (bytes < 1000000)
		return pool_printf(v->pool, "%lld kB", (long long)(bytes + 999) / 1000);
	struct str megabytes = locale_decimal(v->pool, &v->locale, (double)bytes / 1e6, 1);
	return pool_printf(v->pool, "%.*s MB", (int)megabytes.n, megabytes.p);
}

/* How the browser shows it. */
static const char *conversation_files_shape(const struct sql_attachments_of_messages_row *file, bool has_preview)
{
	struct str kind = file->kind, type = file->media_type;
	if (has_preview && str_has_prefix(type, STR("image/")) && !media_type_is_shown(type))
		return "image"; /* by its preview alone */
	if (!str_equal(file->state, STR("stored")) || !media_type_is_shown(type))
		return "document";
	if (str_has_prefix(type, STR("image/")))
		return str_equal(kind, STR("sticker")) ? "sticker" : "image";
	/* A voice note may come in a container that also takes pictures. */
	bool heard =
		str_has_prefix(type, STR("audio/")) || str_equal(kind, STR("voice")) || str_equal(kind, STR("audio"));
	return heard ? "audio" : "video";
}

/* What a model made of it, and whether a voice note was heard: by an operator, or where the platform says so by the
 * customer. */
static void conversation_files_write_heard(
	struct desk_request *v, const struct sql_attachments_of_messages_row *file, struct str href)
{
	struct json_writer *w = &v->w;
	bool is_voice = str_equal(file->kind, STR("voice")) && str_equal(file->state, STR("stored"));
	page_member_or_false(w, "description", file->description);
	page_member_or_false(w, "unread",
		file->unread_reason.p ? reason_text(v->pool, v->locale.translation, file->unread_reason) : STR_NONE);
	page_member_or_false(w, "unplayed",
		is_voice && file->is_inbound && !file->is_played
			? pool_printf(v->pool, "%.*s/played", (int)href.n, href.p)
			: STR_NONE);
	json_member_bool(w, "played", is_voice && !file->is_inbound && file->is_played);
}

/* There is nothing left to fetch, or it never fits. */
static bool conversation_files_is_gone(struct str reason)
{
	return str_equal(reason, STR("too_large")) || str_equal(reason, STR("aged"))
	       || str_equal(reason, STR("deleted"));
}

static void conversation_files_write_one(struct desk_request *v, const struct sql_attachments_of_messages_row *file)
{
	struct json_writer *w = &v->w;
	bool stored = str_equal(file->state, STR("stored")), lost = str_equal(file->state, STR("lost"));
	struct str href =
		pool_printf(v->pool, "/files/%lld/%lld", (long long)file->message_id, (long long)file->position);
	bool has_preview =
		stored && !file->has_no_preview && picture_has_preview(v->desk->picture_program, file->media_type);
	json_begin_object(w);
	json_member_str(w, "href", href);
	page_write_flag(w, "shape", str_of(conversation_files_shape(file, has_preview)));
	page_member_or_false(
		w, "preview", has_preview ? pool_printf(v->pool, "%.*s?size=small", (int)href.n, href.p) : STR_NONE);
	page_member_or_false(w, "full",
		stored && media_type_is_shown(file->media_type) ? href
		: has_preview ? pool_printf(v->pool, "%.*s?size=small", (int)href.n, href.p)
			      : STR_NONE);
	page_member_or_false(w, "duration",
		file->has_duration_s && file->duration_s > 0 ? pool_printf(
			v->pool, "%lld:%02lld", (long long)file->duration_s / 60, (long long)file->duration_s % 60)
							     : STR_NONE);
	conversation_files_write_heard(v, file, href);
	json_member_bool(w, "stored", stored);
	json_member_bool(w, "waiting", !stored && !lost);
	page_member_or_false(
		w, "lost", lost ? str_of(request_translate(v, conversation_files_reason(file->reason))) : STR_NONE);
	page_member_or_false(w, "retry",
		lost && !conversation_files_is_gone(file->reason)
			? pool_printf(v->pool, "%.*s/retry", (int)href.n, href.p)
			: STR_NONE);
	page_member_or_false(w, "name", file->file_name);
	page_member_or_false(w, "size", file->has_bytes ? conversation_files_size(v, file->bytes) : STR_NONE);
	page_member_or_false(w, "pages", file->has_pages ? locale_number(v->pool, &v->locale, file->pages) : STR_NONE);
	page_member_or_false(
		w, "width", file->has_width ? pool_printf(v->pool, "%lld", (long long)file->width) : STR_NONE);
	page_member_or_false(
		w, "height", file->has_height ? pool_printf(v->pool, "%lld", (long long)file->height) : STR_NONE);
	json_end_object(w);
}

void thread_files_write(struct desk_request *v, const struct thread *thread, const int64_t *message_ids, int n)
{
	int written = 0;
	json_key(&v->w, "files");
	for (int k = 0; k < n; k++) {
		for (int i = 0; i < thread->files.n; i++) {
			const struct sql_attachments_of_messages_row file =
				sql_attachments_of_messages_row(&thread->files, i);
			if (file.message_id != message_ids[k])
				continue;
			if (written++ == 0)
				json_begin_array(&v->w);
			conversation_files_write_one(v, &file);
		}
	}
	if (written)
		json_end_array(&v->w);
	else
		json_write_bool(&v->w, false);
	json_member_bool(&v->w, "has_files", written > 0);
	json_member_bool(&v->w, "is_grid", n > 1);
}

bool thread_files_are_pictures(const struct thread *thread, int64_t message_id)
{
	int n = 0;
	for (int i = 0; i < thread->files.n; i++) {
		const struct sql_attachments_of_messages_row file = sql_attachments_of_messages_row(&thread->files, i);
		bool is_picture = str_equal(file.kind, STR("image")) && str_equal(file.state, STR("stored"));
		if (file.message_id == message_id && !is_picture)
			return false;
		n += file.message_id == message_id;
	}
	return n > 0;
}

static bool conversation_files_is_name(const struct thread *thread, int64_t message_id, struct str text)
{
	for (int i = 0; i < thread->files.n; i++) {
		const struct sql_attachments_of_messages_row file = sql_attachments_of_messages_row(&thread->files, i);
		if (file.message_id == message_id && str_equal(file.file_name, text))
			return true;
	}
	return false;
}

void thread_files_trim(const struct thread *thread, int64_t message_id, struct description *held)
{
	int kept = 0;
	for (int i = 0; i < held->n_lines; i++)
		if (held->lines[i].label || !conversation_files_is_name(thread, message_id, held->lines[i].text))
			held->lines[kept++] = held->lines[i];
	held->n_lines = kept;
}

/* ---- one file ---- */

struct file_request {
	struct sql_attachment_row file;
};

static enum err file_load(struct desk_request *v, void *arg)
{
	struct file_request *f = arg;
	struct sql_attachment_rows rows;
	enum err e = sql_attachment(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->path.ids[1], &rows);
	if (e != ERR_OK || rows.n == 0)
		return e == ERR_OK ? ERR_NOT_FOUND : e;
	f->file = sql_attachment_row(&rows, 0);
	return str_equal(f->file.state, STR("stored")) ? ERR_OK : ERR_NOT_FOUND;
}

/* One range of "bytes=FIRST-LAST", "FIRST-" or "-LENGTH" (RFC 9110, 14.2). False: there is none that can be served, and
 * the whole file is; `*wrong` when it lies outside of the file. */
static bool file_range(struct str header, int64_t bytes, struct response_file *out, bool *wrong)
{
	static const struct str unit = { "bytes=", 6 };
	int64_t first = -1, last = -1;
	*wrong = false;
	if (!str_has_prefix(header, unit) || str_find_char(header, ',') >= 0)
		return false;
	struct str rest = { header.p + unit.n, header.n - unit.n }, from = str_trim(str_take_until(&rest, '-'));
	rest = str_trim(rest);
	if ((!str_is_empty(from) && (!str_to_i64(from, &first) || first < 0))
		|| (!str_is_empty(rest) && (!str_to_i64(rest, &last) || last < 0))
		|| (str_is_empty(from) && str_is_empty(rest)))
		return false;
	if (first < 0) {
		first = last < bytes ? bytes - last : 0;
		*wrong = last == 0;
		last = bytes - 1;
	} else if (last < 0 || last >= bytes) {
		last = bytes - 1;
	}
	*wrong = *wrong || first >= bytes || last < first;
	*out = (struct response_file){ .fd = out->fd, .from = first, .bytes = last - first + 1 };
	return !*wrong;
}

/* A name as a sender wrote it, for Content-Disposition: RFC 6266 with the form of RFC 8187, in which every other
 * character is encoded. */
static struct str file_disposition(struct desk_request *v, const struct sql_attachment_row *file, bool shown)
{
	struct str name = str_cut(file->file_name, NAME_MAX_BYTES);
	struct buf b;
	buf_init(&b, 4096);
	buf_add_cstr(&b, shown ? "inline" : "attachment");
	buf_add_cstr(&b, "; filename*=UTF-8''");
	if (str_is_empty(name))
		buf_addf(&b, "file-%lld-%lld%s", (long long)v->path.ids[0], (long long)v->path.ids[1],
			media_type_extension(file->media_type));
	else
		percent_encode(&b, name);
	return pool_take(v->pool, &b);
}

static void file_answer_range(struct desk_request *v, struct response_file *out, int64_t bytes)
{
	bool wrong;
	response_header(v->response, "Accept-Ranges", STR("bytes"));
	v->response->status = 200;
	if (file_range(request_header(v->request, "HTTP_RANGE"), bytes, out, &wrong)) {
		v->response->status = 206;
		response_header(v->response, "Content-Range",
			pool_printf(v->pool, "bytes %lld-%lld/%lld", (long long)out->from,
				(long long)(out->from + out->bytes - 1), (long long)bytes));
	} else if (wrong) {
		v->response->status = 416;
		out->bytes = 0;
		response_header(v->response, "Content-Range", pool_printf(v->pool, "bytes */%lld", (long long)bytes));
	}
}

enum err desk_file(struct desk_request *v)
{
	struct file_request f;
	enum err e = request_transaction(v, file_load, &f);
	return e == ERR_OK ? file_answer(v, &f.file) : e;
}

enum err file_answer(struct desk_request *v, const struct sql_attachment_row *file)
{
	struct file_key key = { .org_id = v->caller.org_id };
	struct stat st;
	request_put_db(v);
	if (!crypt_unhex(file->sha256, key.sha256, sizeof(key.sha256)))
		return ERR_NOT_FOUND;
	if (str_equal(request_query(v->request, "size"), STR("small")))
		return file_preview_answer(v, file, &key);
	v->response->cache_control = "private, max-age=300";
	if (request_not_modified(v, file->sha256))
		return ERR_OK;
	int fd = file_store_open(v->desk->conf, &key);
	if (fd < 0)
		return ERR_NOT_FOUND;
	if (fstat(fd, &st) != 0) {
		close(fd);
		return ERR_IO;
	}
	bool shown = media_type_is_shown(file->media_type) && !request_query(v->request, "download").p;
	struct response_file *out = pool_new_of(v->pool, struct response_file);
	*out = (struct response_file){ .fd = fd, .bytes = st.st_size };
	response_header(v->response, "Content-Security-Policy", STR(FILE_POLICY));
	response_header(v->response, "Content-Disposition", file_disposition(v, file, shown));
	v->response->content_type = shown ? pool_cstr(v->pool, file->media_type) : "application/octet-stream";
	v->response->file = out;
	file_answer_range(v, out, st.st_size);
	return ERR_OK;
}

/* ---- again ---- */

static enum err file_ask_again(struct desk_request *v, void *arg)
{
	struct sql_attachment_retry_rows rows;
	enum err e = sql_attachment_retry(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->path.ids[1], &rows);
	if (e != ERR_OK)
		return e;
	struct sql_attachment_retry_row row = sql_attachment_retry_row(&rows, 0);
	*(int64_t *)arg = row.conversation_id;
	return row.has_conversation_id ? ERR_OK : ERR_NOT_FOUND;
}

enum err desk_file_retry(struct desk_request *v)
{
	int64_t conversation = 0;
	enum err e = request_transaction(v, file_ask_again, &conversation);
	if (e != ERR_OK)
		return e;
	request_wake_sender(v, false);
	request_redirect(v, pool_printf(v->pool, "/inbox/%lld", (long long)conversation).p);
	return ERR_OK;
}

/* ---- played ---- */

static enum err file_note_played(struct desk_request *v, void *arg)
{
	struct sql_attachment_played_rows rows;
	enum err e = sql_attachment_played(v->db, v->pool, v->caller.org_id, v->path.ids[0], v->path.ids[1], &rows);
	if (e != ERR_OK || rows.n == 0)
		return e == ERR_OK ? ERR_NOT_FOUND : e;
	*(int64_t *)arg = sql_attachment_played_row(&rows, 0).conversation_id;
	return ERR_OK;
}

enum err desk_file_played(struct desk_request *v)
{
	int64_t conversation = 0;
	enum err e = request_transaction(v, file_note_played, &conversation);
	if (e == ERR_OK)
		request_redirect(v, pool_printf(v->pool, "/inbox/%lld", (long long)conversation).p);
	return e;
}
