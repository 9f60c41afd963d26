/*
 * zip-file.c - the files within a zip file, read by libzip; the only file that knows it.
 *
 * Owns the archive while it is open. Never writes, never trusts a size that the archive names: what is unpacked is
 * counted. Where the build has no libzip nothing can be opened.
 */
#include "documents/zip-file.h"

#include "core/buf.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_LIBZIP
#include <stdlib.h>
#include <zip.h>

#define CHUNK_BYTES 65536

struct zip_file {
	zip_t *archive;
};

bool zip_file_is_read(void)
{
	return true;
}

struct zip_file *zip_file_open(struct str bytes)
{
	zip_error_t error;
	zip_error_init(&error);
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
	zip_t *archive = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
	if (source && !archive)
		zip_source_free(source);
	zip_error_fini(&error);
	if (!archive)
		return NULL;
	struct zip_file *zip = malloc(sizeof(*zip));
	if (!zip)
		bug("out of memory");
	zip->archive = archive;
	return zip;
}

void zip_file_close(struct zip_file *zip)
{
	if (!zip)
		return;
	zip_discard(zip->archive);
	free(zip);
}

enum err zip_file_get(struct zip_file *zip, struct pool *pool, const char *name, size_t max_bytes, struct str *out)
{
	zip_file_t *file = zip_fopen(zip->archive, name, 0);
	if (!file)
		return zip_error_code_zip(zip_get_error(zip->archive)) == ZIP_ER_NOENT ? ERR_NOT_FOUND : ERR_INVALID;
	struct buf b;
	char *chunk = pool_alloc(pool, CHUNK_BYTES);
	zip_int64_t n;
	buf_init(&b, max_bytes + 1);
	while ((n = zip_fread(file, chunk, CHUNK_BYTES)) > 0 && b.err == ERR_OK)
		buf_add(&b, chunk, (size_t)n);
	zip_fclose(file);
	enum err e = b.err != ERR_OK ? ERR_TOO_LARGE : n < 0 ? ERR_INVALID : ERR_OK;
	*out = e == ERR_OK ? pool_str(pool, buf_str(&b)) : STR_NONE;
	buf_fini(&b);
	return e;
}

#else

bool zip_file_is_read(void)
{
	return false;
}

struct zip_file *zip_file_open(struct str bytes)
{
	(void)bytes;
	return NULL;
}

void zip_file_close(struct zip_file *zip)
{
	(void)zip;
}

enum err zip_file_get(struct zip_file *zip, struct pool *pool, const char *name, size_t max_bytes, struct str *out)
{
	(void)zip;
	(void)pool;
	(void)name;
	(void)max_bytes;
	*out = STR_NONE;
	return ERR_NOT_FOUND;
}

#endif
