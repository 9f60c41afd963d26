/*
 * upload.c - the files of a form, streamed to the store's temporary names while they come.
 *
 * Never holds a file in memory, and never believes what a browser says that a file is. One that is too large is read to
 * its end and dropped, so that the page can say so. What a handler does not keep goes with the request.
 */
#include "desk/upload.h"

#include "core/log.h"
#include "http/multipart.h"

#define NAME_MAX_BYTES 150

struct upload_reading {
	struct desk_request *v;
	struct desk_uploads *uploads;
	struct desk_upload *file; /* that comes now; NULL: it is dropped */
};

static void upload_drop_all(void *arg)
{
	struct desk_uploads *uploads = arg;
	for (int i = 0; i < uploads->n; i++)
		file_writer_drop(uploads->files[i].writer);
}

/* Characters that turn a name around or are not seen: U+200E, 200F, 202A to 202E, 2066 to 2069. */
static bool upload_is_shown(uint32_t c)
{
	return c >= 0x20 && (c < 0x7f || c >= 0xa0) && c != 0x200e && c != 0x200f && (c < 0x202a || c > 0x202e)
	       && (c < 0x2066 || c > 0x2069) && c != 0xfeff;
}

/* The last part of a path, whatever system it is of. */
static struct str upload_clean_name(struct pool *pool, struct str name)
{
	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
			name = (struct str){ name.p + i, name.n - i };
			break;
		}
	struct buf b;
	buf_init(&b, 4096);
	while (name.n && b.len < 1000) {
		uint32_t c;
		size_t n = str_utf8_next(name, &c);
		if (n && upload_is_shown(c))
			buf_add(&b, name.p, n);
		n = n ? n : 1;
		name = (struct str){ name.p + n, name.n - n };
	}
	struct str clean = pool_str(pool, str_trim(buf_str(&b)));
	buf_fini(&b);
	while (clean.n && clean.p[0] == '.')
		clean = (struct str){ clean.p + 1, clean.n - 1 };
	return clean;
}

static bool upload_begin(void *arg, const struct param *head)
{
	struct upload_reading *r = arg;
	r->file = NULL;
	if (str_is_empty(head->file_name)) /* no file was chosen */
		return true;
	r->uploads->too_many = r->uploads->n == UPLOADS_MAX;
	if (r->uploads->too_many)
		return true;
	r->file = &r->uploads->files[r->uploads->n++];
	r->file->field = head->name;
	r->file->name = upload_clean_name(r->v->pool, head->file_name);
	const struct conf *conf = r->v->desk->conf;
	if (file_writer_begin(conf, conf->files_max_bytes, &r->file->writer, &r->file->why) != ERR_OK)
		LOG_ERROR("upload.not_kept", F_INT("org", r->v->caller.org_id), F_CSTR("reason", r->file->why.text));
	return true;
}

static bool upload_add(void *arg, struct str piece)
{
	struct upload_reading *r = arg;
	struct desk_upload *f = r->file;
	if (!f)
		return true;
	size_t room = sizeof(f->head) - f->head_len, n = piece.n < room ? piece.n : room;
	memcpy(f->head + f->head_len, piece.p, n);
	f->head_len += n;
	if (!f->writer || file_writer_add(f->writer, piece))
		return true;
	f->is_too_large = file_writer_bytes(f->writer) + (int64_t)piece.n > r->v->desk->conf->files_max_bytes;
	explain(&f->why, ERR_IO, "the file could not be written");
	file_writer_drop(f->writer);
	f->writer = NULL;
	return true;
}

static bool upload_end(void *arg)
{
	struct upload_reading *r = arg;
	r->file = NULL;
	return true;
}

enum err upload_read(struct desk_request *v, struct str content_type)
{
	struct upload_reading r = { .v = v, .uploads = pool_new_of(v->pool, struct desk_uploads) };
	struct multipart m;
	*r.uploads = (struct desk_uploads){ .n = 0 };
	v->uploads = r.uploads;
	pool_defer(v->pool, upload_drop_all, r.uploads);
	if (!multipart_begin(&m, v->pool, content_type,
		    &(const struct multipart_files){
			    .begin = upload_begin, .add = upload_add, .end = upload_end, .arg = &r },
		    &v->params))
		return ERR_INVALID;
	int64_t max = UPLOADS_MAX * v->desk->conf->files_max_bytes + (1 << 20);
	enum err e = request_stream(v->request, max, multipart_take, &m);
	bool whole = multipart_finish(&m);
	return e == ERR_OK && !whole ? ERR_INVALID : e;
}

const char *upload_type(const struct desk_upload *file)
{
	return media_type_named((struct str){ file->head, file->head_len }, file->name);
}

struct str upload_name(struct pool *pool, const struct desk_upload *file, const char *extension)
{
	struct str stem = file->name;
	if (!*extension)
		return str_is_empty(stem) ? STR("file") : str_cut(stem, NAME_MAX_BYTES);
	for (size_t i = stem.n; i > 0 && stem.n - i < 8; i--)
		if (stem.p[i - 1] == '.') {
			stem.n = i - 1;
			break;
		}
	stem = str_cut(stem.n ? stem : STR("file"), NAME_MAX_BYTES);
	return pool_printf(pool, "%.*s%s", (int)stem.n, stem.p, extension);
}
