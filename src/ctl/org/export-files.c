/*
 * export-files.c - the files that replies take along, in an export and an import.
 *
 * A price list or a menu belongs to what an organisation has set up, as skills do; what customers sent does not come
 * along. A file is checked by its digest when it comes back. Holds one file in memory at a time.
 */
#include "ctl/org/export-files.h"

#include "ctl/output.h"

#include <unistd.h>

#define FILE_MAX_BYTES (32 << 20)

/* The whole file in `out`, which is empty when it cannot be read. */
static void export_files_read(struct ctl *ctl, struct file_key *key, struct buf *out)
{
	int fd = file_store_open(&ctl->conf, key);
	for (ssize_t n = fd < 0 ? 0 : 1; n > 0;) {
		char *room = buf_reserve(out, 65536);
		n = room ? read(fd, room, 65536) : -1;
		if (n > 0)
			buf_commit(out, (size_t)n);
		else if (n < 0)
			buf_reset(out);
	}
	if (fd >= 0)
		close(fd);
}

static bool export_files_print(struct ctl *ctl, struct pool *pool, int64_t org, struct str sha256)
{
	struct file_key key = { .org_id = org };
	struct buf content, text;
	buf_init(&content, FILE_MAX_BYTES + 65536);
	if (crypt_unhex(sha256, key.sha256, sizeof(key.sha256)))
		export_files_read(ctl, &key, &content);
	bool found = content.len > 0;
	if (found) {
		buf_init(&text, 2 * content.len + 16);
		crypt_base64url(&text, buf_str(&content));
		struct str encoded = pool_take(pool, &text);
		printf("{\"type\" : \"file\", \"sha256\" : \"%.*s\", \"bytes\" : %zu, \"base64url\" : \"%.*s\"}\n",
			OUT_STR(sha256), content.len, OUT_STR(encoded));
	}
	buf_fini(&content);
	return found;
}

enum err export_files(struct ctl *ctl, int64_t org, int64_t *n)
{
	struct sql_export_reply_files_rows rows;
	enum err e = sql_export_reply_files(ctl->db, ctl->pool, org, FILE_MAX_BYTES, &rows);
	struct pool *pool = pool_new();
	for (int i = 0; e == ERR_OK && i < rows.n; i++, pool_reset(pool))
		*n += export_files_print(ctl, pool, org, sql_export_reply_files_row(&rows, i).sha256);
	pool_free(pool);
	return e;
}

static enum err export_files_keep(struct ctl *ctl, int64_t org, struct str content, struct str sha256,
	struct imported_file **list, bool *is_whole)
{
	struct file_writer *writer;
	struct imported_file *file;
	enum err e = file_writer_begin(&ctl->conf, FILE_MAX_BYTES, &writer, &ctl->why);
	if (e != ERR_OK)
		return e;
	file_writer_add(writer, content);
	*is_whole = str_equal(file_writer_digest(ctl->pool, writer), sha256);
	if (!*is_whole) {
		file_writer_drop(writer);
		return ERR_OK;
	}
	file = pool_new_of(ctl->pool, struct imported_file);
	e = file_writer_keep(writer, org, &file->key, &ctl->why);
	if (e != ERR_OK)
		return e;
	file->next = *list;
	*list = file;
	return sql_import_file(ctl->db, ctl->pool, org, sha256, (int64_t)content.n);
}

const char *export_files_take(
	struct ctl *ctl, int64_t org, const struct json *object, struct imported_file **list, enum err *e)
{
	struct buf content;
	bool is_whole = false;
	struct str text = json_str(json_get(object, "base64url"));
	buf_init(&content, FILE_MAX_BYTES + 16);
	bool decoded = text.p && crypt_base64url_decode(&content, text);
	*e = decoded ? export_files_keep(
		     ctl, org, buf_str(&content), json_str(json_get(object, "sha256")), list, &is_whole)
		     : ERR_OK;
	buf_fini(&content);
	return *e == ERR_OK && !is_whole ? "the file is damaged: its digest is another" : NULL;
}

void export_files_drop(struct ctl *ctl, const struct imported_file *list)
{
	for (; list; list = list->next)
		if (!file_store_remove(&ctl->conf, &list->key))
			fprintf(stderr, "deskbellctl: a file in %s could not be removed\n", ctl->conf.files_dir);
}
