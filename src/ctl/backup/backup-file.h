/*
 * backup-file.h - the file of a backup: a tar file that holds the dump in pieces, a manifest, and the digests of both.
 *
 *     database/000001 ...   pg_dump's custom format, cut into pieces: a stream has no length beforehand
 *     files/ORG/SHA256/000001 ...   the files of the store, in pieces, too (backup-files.c)
 *     manifest.json         what the dump holds: rows and digest of each table, migrations, ids of keys (cmd-backup.c)
 *     SHA256SUMS            of all of these, as sha256sum writes them
 *
 * Without Deskbell: tar -xOf FILE database | pg_restore ...
 */
#ifndef DESKBELL_CTL_BACKUP_FILE_H
#define DESKBELL_CTL_BACKUP_FILE_H

#include "ctl/ctl.h"

#define BACKUP_MANIFEST "manifest.json"
#define BACKUP_SUMS "SHA256SUMS"
#define BACKUP_PIECE_FORMAT "database/%06u"
#define BACKUP_FILES "files/"
#define BACKUP_PIECE_BYTES (8 << 20)
#define BACKUP_MANIFEST_MAX (16 << 20)
#define BACKUP_SUMS_MAX (64 << 20)

/* ---- writing ---- */

struct backup_writer;

/* Begins a backup that appears as `path` (mode 0600) when it is whole and not before; "-" is standard output. Freed
 * with the pool, and what was not ended leaves no file. ERR_IO with the reason in ctl->why, as all of these. */
enum err backup_writer_open(struct ctl *ctl, const char *path, struct backup_writer **out) MUST_CHECK;
/* Adds what the stream `in` holds, up to its end, as the dump. */
enum err backup_writer_dump(struct backup_writer *w, FILE *in) MUST_CHECK;
/* Adds an entry; of a dump its pieces come first. */
enum err backup_writer_add(struct backup_writer *w, const char *name, struct str content) MUST_CHECK;
/* Adds the manifest, ends the file and puts it in its place. */
enum err backup_writer_end(struct backup_writer *w, struct str manifest) MUST_CHECK;
int64_t backup_writer_bytes(const struct backup_writer *w);

/* ---- reading ---- */

struct backup_reader;

/* Opens a backup; "-" is standard input, which goes into a nameless temporary file first. Freed with the pool. */
enum err backup_reader_open(struct ctl *ctl, const char *path, struct backup_reader **out) MUST_CHECK;
/* Reads all of it: ERR_INVALID when it is no backup, truncated or altered anywhere. The manifest lives in the pool. */
enum err backup_reader_check(struct backup_reader *r, struct str *manifest) MUST_CHECK;
/* Gives the dump, piece by piece, to `to`. Stops without an error when `to` takes no more: its reader has what it
 * wants, or will tell itself why not. */
enum err backup_reader_dump(struct backup_reader *r, FILE *to) MUST_CHECK;

/* Gives every piece of the files, in order, to `take`; ends with the first error. */
enum err backup_reader_files(struct backup_reader *r, enum err (*take)(void *arg, struct str name, struct str content),
	void *arg) MUST_CHECK;

/* ---- files (backup-files.c) ---- */

struct backup_files {
	int64_t n, bytes, missing;
};

/* Adds every file that the snapshot names and the store has. */
enum err backup_files_add(struct ctl *ctl, struct backup_writer *w, struct backup_files *out) MUST_CHECK;
/* Puts the files of a backup into the store; each is compared with the digest that it is named by. */
enum err backup_files_restore(struct ctl *ctl, struct backup_reader *r, struct backup_files *out) MUST_CHECK;

/* Shows how far a long step is, on a terminal only; a negative number clears the line. */
void backup_progress(const char *step, int64_t bytes);

#endif
