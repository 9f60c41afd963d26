/*
 * zip-file.h - the files within a zip file, which is what Word and Excel documents are.
 */
#ifndef DESKBELL_DOCUMENTS_ZIP_FILE_H
#define DESKBELL_DOCUMENTS_ZIP_FILE_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

/* Whether this build reads zip files at all. */
bool zip_file_is_read(void);

struct zip_file;
/* NULL when it is no zip file, or this build reads none. Borrows `bytes`. Closed by zip_file_close. */
struct zip_file *zip_file_open(struct str bytes);
void zip_file_close(struct zip_file *zip);

/* One file, unpacked into `pool`. ERR_NOT_FOUND: there is none of that name; ERR_TOO_LARGE: more than `max_bytes`
 * unpacked, whatever its head says; ERR_INVALID: damaged or encrypted. */
enum err zip_file_get(
	struct zip_file *zip, struct pool *pool, const char *name, size_t max_bytes, struct str *out) MUST_CHECK;

#endif
