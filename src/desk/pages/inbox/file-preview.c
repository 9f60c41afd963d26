/*
 * file-preview.c - the small picture of a file: of a picture itself, or of the first page of a document.
 *
 * It is made when a user first looks, by another process within limits (files/picture.h), and kept in the store like
 * any file. A request that finds no place for that (access/picture-turn.h) is asked to come again. A file of which none
 * can be made is not tried again.
 */
#include "desk/pages/inbox/file-preview.h"

#include "core/log.h"
#include "desk/access/picture-turn.h"
#include "files/picture.h"

#include <unistd.h>

#define POLICY "default-src 'none'; sandbox"

/* What is stored of a preview that was made. */
struct preview {
	struct str of, sha256; /* `sha256` is absent when there is none */
	int64_t bytes;
	int width, height, pages;
};

/* Inside request_transaction. */
static enum err file_preview_record(struct desk_request *v, void *arg)
{
	const struct preview *p = arg;
	const int64_t org = v->caller.org_id;
	enum err e = p->sha256.p ? sql_keep_preview_file(v->db, v->pool, org, p->sha256, p->bytes) : ERR_OK;
	const int64_t width = p->width, height = p->height, pages = p->pages;
	return e == ERR_OK ? sql_keep_preview(v->db, v->pool,
		       &(struct sql_keep_preview_args){ .org_id = org,
			       .sha256 = p->of,
			       .preview = p->sha256,
			       .width = width > 0 ? &width : NULL,
			       .height = height > 0 ? &height : NULL,
			       .pages = pages > 0 ? &pages : NULL })
			   : e;
}

static enum err file_preview_keep(struct desk_request *v, const struct picture *picture, struct preview *out)
{
	struct file_writer *writer;
	struct file_key key;
	struct explain why = { "" };
	enum err e = file_writer_begin(v->desk->conf, (int64_t)picture->bytes.n, &writer, &why);
	if (e != ERR_OK)
		return e;
	file_writer_add(writer, picture->bytes);
	out->sha256 = file_writer_digest(v->pool, writer);
	out->bytes = (int64_t)picture->bytes.n;
	out->width = picture->width;
	out->height = picture->height;
	out->pages = picture->pages;
	return file_writer_keep(writer, v->caller.org_id, &key, &why);
}

/* Makes it and stores what came of it. */
static enum err file_preview_make(
	struct desk_request *v, const struct sql_attachment_row *file, const struct file_key *key, struct preview *out)
{
	struct picture picture;
	struct explain why = { "" };
	int fd = file_store_open(v->desk->conf, key);
	if (fd < 0)
		return ERR_NOT_FOUND;
	if (!picture_turn_begin(v)) {
		close(fd);
		return request_refuse_busy(v, GATE_PICTURES);
	}
	enum err e =
		picture_make(v->pool, v->desk->picture_program, PICTURE_PREVIEW, file->media_type, fd, &picture, &why);
	picture_turn_end(v);
	close(fd);
	if (e == ERR_OK)
		e = file_preview_keep(v, &picture, out);
	if (e != ERR_OK) {
		LOG_INFO("file.no_preview", F_INT("org", v->caller.org_id), F_CSTR("error", err_info(e)->name));
		if (e != ERR_INVALID && e != ERR_TOO_LARGE)
			return ERR_NOT_FOUND; /* it may be had another time */
	}
	enum err stored = request_transaction(v, file_preview_record, out);
	request_put_db(v);
	return e == ERR_OK ? stored : ERR_NOT_FOUND;
}

enum err file_preview_answer(struct desk_request *v, const struct sql_attachment_row *file, const struct file_key *key)
{
	struct preview made = { .of = file->sha256, .sha256 = file->preview };
	struct file_key found = { .org_id = v->caller.org_id };
	if (!made.sha256.p) {
		if (file->is_tried || !picture_has_preview(v->desk->picture_program, file->media_type))
			return ERR_NOT_FOUND;
		enum err e = file_preview_make(v, file, key, &made);
		if (e != ERR_OK || v->is_busy)
			return e;
	}
	v->response->cache_control = "private, max-age=86400";
	if (request_not_modified(v, made.sha256))
		return ERR_OK;
	int fd = crypt_unhex(made.sha256, found.sha256, sizeof(found.sha256)) ? file_store_open(v->desk->conf, &found)
									      : -1;
	if (fd < 0)
		return ERR_NOT_FOUND;
	struct response_file *out = pool_new_of(v->pool, struct response_file);
	*out = (struct response_file){ .fd = fd, .bytes = lseek(fd, 0, SEEK_END) };
	response_header(v->response, "Content-Security-Policy", STR(POLICY));
	v->response->status = 200;
	v->response->content_type = "image/jpeg";
	v->response->file = out;
	return ERR_OK;
}
