/*
 * backup-files.c - the files of the store in a backup, and back from it.
 *
 * A file is cut into pieces like the dump and named by its organisation and its digest, which it is compared with when
 * it comes back. One that the snapshot names and the store has no more was removed meanwhile, or is missing: it is
 * counted. Never holds more than a piece in memory.
 */
#include "ctl/backup/backup-file.h"

#include "core/clock.h"
#include "core/formats/ustar.h"
#include "files/file-store.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define PAGE_ROWS 500
#define PIECE_FORMAT BACKUP_FILES "%lld/%.*s/%06u"

/* ---- into a backup ---- */

/* As much of the file as fits; 0 at its end, negative on failure. */
static ssize_t backup_files_read(int fd, char *piece)
{
	size_t n = 0;
	while (n < BACKUP_PIECE_BYTES) {
		ssize_t got = read(fd, piece + n, BACKUP_PIECE_BYTES - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static enum err backup_files_add_pieces(
	struct ctl *ctl, struct backup_writer *w, int64_t org, struct str sha256, int fd, char *piece)
{
	char name[USTAR_NAME_MAX + 1];
	enum err e = ERR_OK;
	for (unsigned i = 1; e == ERR_OK; i++) {
		ssize_t n = backup_files_read(fd, piece);
		if (n < 0)
			return explain(&ctl->why, ERR_IO, "a file of the store cannot be read: %s", strerror(errno));
		if (n == 0 && i > 1)
			break;
		snprintf(name, sizeof(name), PIECE_FORMAT, (long long)org, (int)sha256.n, sha256.p, i);
		e = backup_writer_add(w, name, (struct str){ piece, (size_t)n });
	}
	return e;
}

static enum err backup_files_add_one(struct ctl *ctl, struct backup_writer *w,
	const struct sql_backup_file_page_row *row, char *piece, struct backup_files *out)
{
	struct file_key key = { .org_id = row->org_id };
	int fd = crypt_unhex(row->sha256, key.sha256, sizeof(key.sha256)) ? file_store_open(&ctl->conf, &key) : -1;
	if (fd < 0) {
		out->missing++;
		return ERR_OK;
	}
	enum err e = backup_files_add_pieces(ctl, w, row->org_id, row->sha256, fd, piece);
	close(fd);
	out->n++;
	out->bytes += row->bytes;
	backup_progress("files", out->bytes);
	return e;
}

enum err backup_files_add(struct ctl *ctl, struct backup_writer *w, struct backup_files *out)
{
	struct pool *pool = pool_new(), *names = pool_new();
	char *piece = malloc(BACKUP_PIECE_BYTES);
	struct str after = STR("");
	int64_t org = 0;
	enum err e = ERR_OK;
	int n = PAGE_ROWS;
	if (!piece)
		fatal(ERR_INTERNAL, "out of memory");
	for (; e == ERR_OK && n == PAGE_ROWS; pool_reset(pool)) {
		struct sql_backup_file_page_rows rows = { .n = 0 };
		e = sql_backup_file_page(ctl->db, pool, org, after, PAGE_ROWS, &rows);
		n = rows.n;
		for (int i = 0; e == ERR_OK && i < n; i++) {
			const struct sql_backup_file_page_row row = sql_backup_file_page_row(&rows, i);
			e = backup_files_add_one(ctl, w, &row, piece, out);
			if (i + 1 == n) {
				org = row.org_id;
				after = pool_str(names, row.sha256);
			}
		}
	}
	backup_progress(NULL, -1);
	free(piece);
	pool_free(names);
	pool_free(pool);
	return e;
}

/* ---- out of one ---- */

struct files_restore {
	struct ctl *ctl;
	struct backup_files *out;
	struct file_writer *writer; /* of the file that comes; NULL: none yet */
	int64_t org;
	char sha256[2 * CRYPT_SHA256_BYTES + 1];
};

/* The file that came is whole. */
static enum err backup_files_end(struct files_restore *r)
{
	struct file_writer *writer = r->writer;
	struct file_key key;
	if (!writer)
		return ERR_OK;
	r->writer = NULL;
	int64_t bytes = file_writer_bytes(writer);
	if (!str_equal(file_writer_digest(r->ctl->pool, writer), str_of(r->sha256))) {
		file_writer_drop(writer);
		return explain(&r->ctl->why, ERR_INVALID,
			"the file %s of the backup is not what its name says; use another backup", r->sha256);
	}
	r->out->n++;
	r->out->bytes += bytes;
	return file_writer_keep(writer, r->org, &key, &r->ctl->why);
}

/* "files/7/abcdef.../000001" */
static bool backup_files_read_name(struct str name, int64_t *org, struct str *sha256, int64_t *piece)
{
	(void)str_take_until(&name, '/');
	struct str number = str_take_until(&name, '/');
	*sha256 = str_take_until(&name, '/');
	unsigned char digest[CRYPT_SHA256_BYTES];
	return str_to_i64(number, org) && *org > 0 && crypt_unhex(*sha256, digest, sizeof(digest))
	       && str_to_i64(name, piece) && *piece > 0;
}

static enum err backup_files_take(void *arg, struct str name, struct str content)
{
	struct files_restore *r = arg;
	struct str sha256;
	int64_t org, piece;
	if (!backup_files_read_name(name, &org, &sha256, &piece))
		return explain(&r->ctl->why, ERR_INVALID, "the backup holds a file without a name; use another backup");
	enum err e = piece == 1 ? backup_files_end(r) : ERR_OK;
	if (e == ERR_OK && piece == 1) {
		r->org = org;
		snprintf(r->sha256, sizeof(r->sha256), "%.*s", (int)sha256.n, sha256.p);
		e = file_writer_begin(&r->ctl->conf, INT64_MAX, &r->writer, &r->ctl->why);
	}
	if (e == ERR_OK && !r->writer)
		return explain(
			&r->ctl->why, ERR_INVALID, "the backup holds a file without a beginning; use another backup");
	if (e == ERR_OK)
		file_writer_add(r->writer, content); /* file_writer_keep says what failed */
	return e;
}

enum err backup_files_restore(struct ctl *ctl, struct backup_reader *reader, struct backup_files *out)
{
	struct files_restore r = { .ctl = ctl, .out = out };
	enum err e = backup_reader_files(reader, backup_files_take, &r);
	if (e == ERR_OK)
		e = backup_files_end(&r);
	file_writer_drop(r.writer);
	return e;
}
