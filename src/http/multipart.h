/*
 * multipart.h - a body of multipart/form-data that comes piece by piece: fields are kept, files are passed on.
 */
#ifndef DESKBELL_HTTP_MULTIPART_H
#define DESKBELL_HTTP_MULTIPART_H

#include "core/buf.h"
#include "http/params.h"

#define MULTIPART_FIELDS_MAX_BYTES 65536 /* of all fields together */

/* What becomes of files; each function returns false to end the reading. */
struct multipart_files {
	bool (*begin)(void *arg, const struct param *head); /* `value` is absent; lives in the pool */
	bool (*add)(void *arg, struct str piece);
	bool (*end)(void *arg);
	void *arg;
};

struct multipart {
	struct pool *pool;
	struct multipart_files files;
	struct params *fields;
	struct str delimiter;
	struct buf held, value; /* not looked at yet; of a field */
	struct param part;
	size_t field_bytes;
	enum { MULTIPART_FIRST, MULTIPART_AFTER, MULTIPART_HEAD, MULTIPART_VALUE, MULTIPART_FILE, MULTIPART_END } state;
};

/* Begins; false when the content type is not multipart/form-data with a boundary. */
bool multipart_begin(struct multipart *m, struct pool *pool, struct str content_type,
	const struct multipart_files *files, struct params *fields);
/* Takes a piece; false when the body is malformed or a function of `files` said so. `multipart` is a struct multipart.
 */
bool multipart_take(void *multipart, struct str piece);
/* Frees; true when the whole body came. */
bool multipart_finish(struct multipart *m);

#endif
