/*
 * upload.h - the files of a form, streamed to the store's temporary names while they come.
 *
 * They are gone when the request ends, unless a handler keeps them.
 */
#ifndef DESKBELL_DESK_UPLOAD_H
#define DESKBELL_DESK_UPLOAD_H

#include "desk/desk.h"
#include "files/file-store.h"
#include "files/media-type.h"

#define STREAMED_FIELDS_MAX 65536
#define UPLOADS_MAX 10 /* of one form */

struct desk_upload {
	struct str field, name; /* of the form; as the browser calls the file, without folders and control characters */
	struct file_writer *writer; /* NULL: it could not be written, and `why` says why; or it was kept */
	struct explain why;
	bool is_too_large;
	char head[MEDIA_TYPE_BYTES];
	size_t head_len;
	int64_t duration_s; /* of a recording; 0: not known */
};

struct desk_uploads {
	struct desk_upload files[UPLOADS_MAX];
	int n;
	bool too_many;
};

/* Reads a multipart body: fields into v->params, files into v->uploads. ERR_INVALID when it is malformed, ERR_TOO_LARGE
 * when it is larger than all files together may be. A file that is too large is no error here. */
enum err upload_read(struct desk_request *v, struct str content_type) MUST_CHECK;
/* What it is, by its first bytes, and where these do not tell, by its name; static. */
const char *upload_type(const struct desk_upload *file);
/* The name with the ending of the rule in the place of its own; "": it stays. In the pool. */
struct str upload_name(struct pool *pool, const struct desk_upload *file, const char *extension);

#endif
