/*
 * conversation-attach.c - files that an operator sends: what the platform makes of each, its limits, and the messages
 * that carry them.
 *
 * A file is a message of its own, in the order in which they were chosen. The text goes along with the first as its
 * caption where the platform takes one there and it is short enough, else before it. What a file is its bytes say, not
 * its name.
 */
#include "desk/pages/inbox/conversation.h"

#include "channel/reply-parts.h"
#include "core/log.h"
#include "desk/access/picture-turn.h"
#include "desk/media.h"
#include "desk/upload.h"
#include "domain/text.h"
#include "files/picture-clean.h"
#include "files/picture.h"
#include "files/voice-note.h"

#define FILE_JSON_BYTES 8192

static struct str attach_size(struct desk_request *v, int64_t bytes)
{
	return pool_printf(v->pool, "%lld MB", (long long)(bytes / 1000000));
}

/* A sentence about the file that stands in the way; translated. */
static const char *attach_refuse(struct desk_request *v, const char *words, struct str name, struct str size)
{
	return media_filled(v->pool, v->locale.translation, words, name, size).p;
}

/* How the content begins that has taken the place of what came. */
static void attach_take_head(struct desk_upload *file, struct str head)
{
	file->head_len = head.n < sizeof(file->head) ? head.n : sizeof(file->head);
	memcpy(file->head, head.p, file->head_len);
}

static const char *attach_not_stored(struct desk_request *v)
{
	return request_translate(v, T("The file could not be stored. Try again later, or ask an administrator."));
}

/* NULL, or why the picture cannot be sent. */
static const char *attach_clean(struct desk_request *v, struct desk_upload *file)
{
	struct str head = STR_NONE;
	enum err e = picture_clean(
		v->pool, v->desk->conf, v->desk->picture_program, str_of(upload_type(file)), &file->writer, &head);
	if (e == ERR_TOO_LARGE)
		return attach_refuse(v, T("{{name}} has too many pixels. Make the picture smaller, then send it."),
			file->name, STR_NONE);
	if (e != ERR_OK)
		return attach_not_stored(v);
	if (head.p)
		attach_take_head(file, head);
	return NULL;
}

static const char *attach_clean_in_turn(struct desk_request *v, struct desk_upload *file)
{
	if (!picture_is_read(v->desk->picture_program, str_of(upload_type(file))))
		return attach_clean(v, file); /* runs no program */
	if (!picture_turn_begin(v))
		return request_busy_text(v, GATE_PICTURES);
	const char *unfit = attach_clean(v, file);
	picture_turn_end(v);
	return unfit;
}

struct attach_sink {
	struct file_writer *writer;
	struct buf head;
};

static bool attach_put(void *arg, struct str piece)
{
	struct attach_sink *sink = arg;
	size_t room = MEDIA_TYPE_BYTES - sink->head.len;
	buf_add(&sink->head, piece.p, piece.n < room ? piece.n : room);
	return file_writer_add(sink->writer, piece);
}

/* What Chromium records is WebM; both platforms want Ogg. What is something else already stays. */
static void attach_recording(struct desk_request *v, struct desk_upload *file)
{
	struct attach_sink sink;
	struct voice_note note;
	struct explain why = { "" };
	if (strcmp(upload_type(file), "video/webm")
		|| file_writer_begin(v->desk->conf, v->desk->conf->files_max_bytes, &sink.writer, &why) != ERR_OK)
		return;
	buf_init(&sink.head, MEDIA_TYPE_BYTES);
	enum err e = voice_note_remux(file_writer_file(file->writer), attach_put, &sink, &note, &why);
	if (e == ERR_OK) {
		file_writer_drop(file->writer);
		file->writer = sink.writer;
		attach_take_head(file, buf_str(&sink.head));
		file->duration_s = (note.duration_ms + 500) / 1000;
	} else {
		LOG_INFO("upload.no_voice_note", F_INT("org", v->caller.org_id), F_CSTR("reason", why.text));
		file_writer_drop(sink.writer);
	}
	buf_fini(&sink.head);
}

static struct file_facts attach_facts(struct desk_request *v, const struct desk_upload *file, bool recorded)
{
	struct picture_head picture;
	struct file_facts facts = { .type = str_of(upload_type(file)),
		.bytes = file_writer_bytes(file->writer),
		.opus_channels = voice_note_channels((struct str){ file->head, file->head_len }),
		.recorded = recorded };
	if (picture_clean_size(v->pool, file_writer_file(file->writer), &picture)) {
		facts.width = picture.width;
		facts.height = picture.height;
	}
	return facts;
}

static const char *attach_check_one(struct desk_request *v, const struct channel_ops *ops, struct desk_upload *file,
	bool recorded, struct attached *out)
{
	int64_t max_bytes, own_max = v->desk->conf->files_max_bytes;
	if (file->is_too_large)
		return attach_refuse(v, T("{{name}} is too large. Send a file of at most {{other}}."), file->name,
			attach_size(v, own_max));
	if (!file->writer)
		return attach_not_stored(v);
	if (recorded)
		attach_recording(v, file);
	const char *unfit = attach_clean_in_turn(v, file);
	if (unfit)
		return unfit;
	const struct file_facts facts = attach_facts(v, file, recorded);
	if (facts.bytes == 0)
		return attach_refuse(v, T("{{name}} is empty. Choose another file."), file->name, STR_NONE);
	out->rule = channel_file_rule(ops, &facts, &max_bytes);
	if (!out->rule && max_bytes)
		return attach_refuse(v, T("{{name}} is too large for this channel. Send a file of at most {{other}}."),
			file->name, attach_size(v, max_bytes));
	if (!out->rule)
		return attach_refuse(v,
			T("{{name}} cannot be sent over {{other}}. Send a JPEG or PNG picture, an MP4 video, a voice "
			  "note, "
			  "a PDF or an office document."),
			file->name, str_of(ops->title));
	out->facts = facts;
	out->name = upload_name(v->pool, file, out->rule->extension);
	return NULL;
}

const char *attach_check(
	struct desk_request *v, const struct channel_ops *ops, bool recorded, struct attached *out, int *n)
{
	*n = 0;
	if (!v->uploads)
		return NULL;
	if (v->uploads->too_many)
		return request_translate(v, T("Too many files. Send at most 10 in one go."));
	for (int i = 0; i < v->uploads->n; i++) {
		const char *error = attach_check_one(v, ops, &v->uploads->files[i], recorded, &out[*n]);
		if (error)
			return error;
		out[(*n)++].upload = &v->uploads->files[i];
	}
	return NULL;
}

/* The most that a file of a kind may have here, in bytes. */
static int64_t attach_most(struct desk_request *v, const struct channel_ops *ops, const char *kind)
{
	int64_t most = 0, own = v->desk->conf->files_max_bytes;
	for (const struct file_rule *rule = ops->file_rules; rule->kind; rule++)
		if (!strcmp(rule->kind, kind) && rule->max_bytes > most)
			most = rule->max_bytes;
	return most < own ? most : own;
}

static struct str attach_words(struct desk_request *v, const struct channel_ops *ops)
{
	struct str image = attach_size(v, attach_most(v, ops, "image")),
		   video = attach_size(v, attach_most(v, ops, "video")),
		   document = attach_size(v, attach_most(v, ops, "document"));
	struct str seen = media_filled(v->pool, v->locale.translation,
		T("A picture may have {{name}}, a video or a recording {{other}},"), image, video);
	struct str read = media_filled(v->pool, v->locale.translation, T("a document {{name}}."), document, STR_NONE);
	return pool_printf(v->pool, "%.*s %.*s", (int)seen.n, seen.p, (int)read.n, read.p);
}

/* What a browser offers to choose: any picture, because large and uncommon ones are made smaller first; "" for all. */
static struct str attach_accept(struct desk_request *v, const struct channel_ops *ops)
{
	struct buf b;
	buf_init(&b, 4096);
	buf_add_cstr(&b, "image/*,video/*,audio/*");
	for (const struct file_rule *rule = ops->file_rules; rule->kind; rule++) {
		if (!rule->type)
			buf_reset(&b);
		else if (!strcmp(rule->kind, "document"))
			buf_addf(&b, ",%s", rule->extension);
	}
	return pool_take(v->pool, &b);
}

void attach_write(struct desk_request *v, const struct channel_ops *ops)
{
	struct json_writer *w = &v->w;
	json_member_str(w, "limits", ops ? attach_words(v, ops) : STR(""));
	json_member_str(w, "accept", ops ? attach_accept(v, ops) : STR(""));
	json_key(w, "most");
	json_begin_object(w);
	json_member_i64(w, "image", ops ? attach_most(v, ops, "image") : 0);
	json_member_i64(w, "media", ops ? attach_most(v, ops, "video") : 0);
	json_member_i64(w, "document", ops ? attach_most(v, ops, "document") : 0);
	json_end_object(w);
}

enum err attach_keep(struct desk_request *v, struct attached *files, int n)
{
	struct explain why = { "" };
	for (int i = 0; i < n; i++) {
		struct file_writer *writer = files[i].upload->writer;
		files[i].upload->writer = NULL;
		files[i].sha256 = file_writer_digest(v->pool, writer);
		enum err e = file_writer_keep(writer, v->caller.org_id, &files[i].key, &why);
		if (e != ERR_OK) {
			LOG_ERROR("upload.not_kept", F_INT("org", v->caller.org_id), F_CSTR("reason", why.text));
			return e;
		}
		files[i].kept = true;
	}
	return ERR_OK;
}

/* Inside request_transaction. */
static enum err attach_forget(struct desk_request *v, void *arg)
{
	const struct attached *file = arg;
	struct sql_file_is_known_rows rows;
	enum err e = sql_file_is_known(v->db, v->pool, v->caller.org_id, file->sha256, &rows);
	if (e == ERR_OK && rows.n > 0 && !sql_file_is_known_row(&rows, 0).is_known
		&& !file_store_remove(v->desk->conf, &file->key))
		LOG_ERROR("file.not_removed", F_INT("org", v->caller.org_id), F_STR("sha256", file->sha256));
	return e;
}

void attach_drop(struct desk_request *v, struct attached *files, int n)
{
	for (int i = 0; i < n; i++)
		if (files[i].kept && request_transaction(v, attach_forget, &files[i]) != ERR_OK)
			LOG_ERROR("file.not_removed", F_INT("org", v->caller.org_id), F_STR("sha256", files[i].sha256));
}

static struct str attach_json(struct desk_request *v, const struct attached *file)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, FILE_JSON_BYTES);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "kind", str_of(file->rule->kind));
	json_member_str(&w, "native", str_of(file->rule->native));
	json_member_str(&w, "sha256", file->sha256);
	json_member_i64(&w, "bytes", file->facts.bytes);
	json_member_str(&w, "type", file->facts.type);
	json_member_str(&w, "name", file->name);
	if (file->upload->duration_s > 0)
		json_member_i64(&w, "duration_s", file->upload->duration_s);
	json_end_object(&w);
	return pool_take(v->pool, &b);
}

/* Whether the text can be the caption of the first file. */
static bool attach_takes_caption(const struct attached *file, struct str text)
{
	return !str_is_empty(text) && file->rule->takes_caption && text_utf16_length(text) <= SEND_CAPTION_MAX_UTF16;
}

static struct str attach_contents(struct desk_request *v, const struct str *contents, int n)
{
	struct json_writer w;
	struct buf b;
	buf_init(&b, 1 << 20);
	json_writer_init(&w, &b);
	reply_parts_write_contents(&w, contents, n);
	return pool_take(v->pool, &b);
}

void attach_messages(struct desk_request *v, const struct channel_ops *ops, struct str text,
	const struct reply_content *content, const struct attached *files, int n, struct said *out)
{
	bool as_caption = n > 0 && !content && attach_takes_caption(&files[0], text);
	struct reply_parts parts = reply_parts_cut(v->pool, as_caption ? STR_NONE : text, ops, content);
	size_t room = (size_t)(parts.n + n);
	struct str *contents = pool_new_array(v->pool, room, struct str);
	*out = (struct said){ .bodies = pool_new_array(v->pool, room, struct str),
		.tags = pool_new_array(v->pool, room, struct str) };
	for (int i = 0; i < parts.n; i++, out->n++) {
		out->bodies[out->n] = parts.texts[i];
		out->tags[out->n] = parts.tags[i];
		contents[out->n] = parts.contents[i];
	}
	for (int i = 0; i < n; i++, out->n++) {
		out->bodies[out->n] = i == 0 && as_caption ? text : STR("");
		out->tags[out->n] = reply_parts_tag(v->pool);
		contents[out->n] = attach_json(v, &files[i]);
	}
	out->contents = n > 0 || content ? attach_contents(v, contents, out->n) : STR_NONE;
}
