/*
 * backup-reader.c - reads the file of a backup, and trusts none of it before all of it was checked.
 *
 * While it reads it works out the list of digests that must stand at the end, names and order included; a single bit
 * that differs anywhere makes another list, another header or another end. That shows damage, not a forger, who can
 * write all of it: a user who may not be trusted must not have the file. Never writes but into a nameless temporary
 * file.
 */
#include "core/clock.h"
#include "core/formats/ustar.h"
#include "ctl/backup/backup-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define PROGRESS_US 300000

struct backup_reader {
	struct ctl *ctl;
	const char *name; /* for the messages */
	FILE *file;
	char *piece;
	int64_t at, shown_us;
	unsigned pieces, file_pieces;
	struct buf sums; /* as they must stand in SHA256SUMS */
};

static void reader_free(void *p)
{
	struct backup_reader *r = p;
	if (r->file)
		fclose(r->file);
	free(r->piece);
	buf_fini(&r->sums);
}

static enum err reader_failed(struct backup_reader *r)
{
	return explain(&r->ctl->why, ERR_IO, "%s cannot be read: %s", r->name, strerror(errno));
}

static enum err reader_spool(struct backup_reader *r)
{
	size_t n;
	if (isatty(STDIN_FILENO))
		return explain(
			&r->ctl->why, ERR_USAGE, "a backup is not read from a terminal; name a file or redirect it");
	r->file = tmpfile();
	if (!r->file)
		return explain(&r->ctl->why, ERR_IO, "no temporary file can be made: %s", strerror(errno));
	while ((n = fread(r->piece, 1, BACKUP_PIECE_BYTES, stdin)) > 0)
		if (fwrite(r->piece, 1, n, r->file) != n)
			return explain(&r->ctl->why, ERR_IO,
				"the temporary file cannot be written: %s; store the backup in a file and name it",
				strerror(errno));
	return ferror(stdin) ? reader_failed(r) : ERR_OK;
}

enum err backup_reader_open(struct ctl *ctl, const char *path, struct backup_reader **out)
{
	struct backup_reader *r = pool_new_of(ctl->pool, struct backup_reader);
	r->ctl = ctl;
	r->piece = malloc(BACKUP_PIECE_BYTES);
	if (!r->piece)
		fatal(ERR_INTERNAL, "out of memory");
	buf_init(&r->sums, BACKUP_SUMS_MAX);
	pool_defer(ctl->pool, reader_free, r);
	*out = r;
	r->name = strcmp(path, "-") ? path : "standard input";
	if (!strcmp(path, "-"))
		return reader_spool(r);
	r->file = fopen(path, "re");
	return r->file ? ERR_OK : explain(&ctl->why, ERR_NOT_FOUND, "%s cannot be opened: %s", path, strerror(errno));
}

static enum err reader_altered(struct backup_reader *r)
{
	if (r->at == 0)
		return explain(&r->ctl->why, ERR_INVALID, "%s is no backup of Deskbell; nothing was changed", r->name);
	return explain(&r->ctl->why, ERR_INVALID,
		"%s is damaged or was altered, in or after byte %lld; nothing was changed. Use another backup.",
		r->name, (long long)r->at);
}

static enum err reader_take(struct backup_reader *r, void *to, size_t n)
{
	if (fread(to, 1, n, r->file) != n) {
		if (ferror(r->file))
			return reader_failed(r);
		if (r->at == 0)
			return reader_altered(r);
		return explain(&r->ctl->why, ERR_INVALID,
			"%s is not whole: it ends after %lld bytes, in the middle. Nothing was changed. Use another "
			"backup.",
			r->name, (long long)ftello(r->file));
	}
	return ERR_OK;
}

static bool reader_is_zero(const void *block, size_t n)
{
	const unsigned char *p = block;
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* The content of an entry into `to`, with the zeros after it. */
static enum err reader_content(struct backup_reader *r, const struct ustar_entry *entry, void *to)
{
	unsigned char zeros[USTAR_BLOCK];
	size_t padding = (size_t)ustar_padding(entry->size_bytes);
	enum err e = reader_take(r, to, (size_t)entry->size_bytes);
	if (e == ERR_OK)
		e = reader_take(r, zeros, padding);
	if (e == ERR_OK && !reader_is_zero(zeros, padding))
		e = reader_altered(r);
	return e;
}

static enum err reader_header(struct backup_reader *r, struct ustar_entry *out)
{
	unsigned char block[USTAR_BLOCK];
	enum err e = reader_take(r, block, USTAR_BLOCK);
	if (e == ERR_OK && !ustar_read(block, out))
		e = reader_altered(r);
	if (e == ERR_OK)
		r->at = ftello(r->file);
	return e;
}

static enum err reader_note(struct backup_reader *r, const struct ustar_entry *entry, const void *content)
{
	unsigned char digest[CRYPT_SHA256_BYTES];
	crypt_sha256((struct str){ content, (size_t)entry->size_bytes }, digest);
	crypt_hex(&r->sums, (struct str){ (const char *)digest, sizeof(digest) });
	buf_addf(&r->sums, "  %s\n", entry->name);
	r->at = ftello(r->file);
	if (clock_mono_us() - r->shown_us > PROGRESS_US) {
		r->shown_us = clock_mono_us();
		backup_progress("checked", r->at);
	}
	return r->sums.err;
}

/* The pieces of the dump, and the header behind the last one. */
static enum err reader_check_pieces(struct backup_reader *r, struct ustar_entry *next)
{
	char expected[USTAR_NAME_MAX];
	enum err e;
	for (unsigned i = 1;; i++) {
		if ((e = reader_header(r, next)) != ERR_OK)
			return e;
		snprintf(expected, sizeof(expected), BACKUP_PIECE_FORMAT, i);
		if (strcmp(next->name, expected) != 0)
			return ERR_OK;
		if (next->size_bytes > BACKUP_PIECE_BYTES)
			return reader_altered(r);
		if ((e = reader_content(r, next, r->piece)) != ERR_OK || (e = reader_note(r, next, r->piece)) != ERR_OK)
			return e;
		r->pieces = i;
	}
}

/* The pieces of the files, and the header behind the last one. */
static enum err reader_check_files(struct backup_reader *r, struct ustar_entry *next)
{
	enum err e = ERR_OK;
	for (r->file_pieces = 0; e == ERR_OK && str_has_prefix(str_of(next->name), STR(BACKUP_FILES));
		r->file_pieces++) {
		if (next->size_bytes > BACKUP_PIECE_BYTES)
			return reader_altered(r);
		e = reader_content(r, next, r->piece);
		if (e == ERR_OK)
			e = reader_note(r, next, r->piece);
		if (e == ERR_OK)
			e = reader_header(r, next);
	}
	return e;
}

/* An entry of this name, in the pool. */
static enum err reader_named(
	struct backup_reader *r, const struct ustar_entry *entry, const char *name, int64_t max, struct str *out)
{
	if (strcmp(entry->name, name) != 0 || entry->size_bytes > max)
		return reader_altered(r);
	char *text = pool_alloc(r->ctl->pool, (size_t)entry->size_bytes + 1);
	enum err e = reader_content(r, entry, text);
	*out = (struct str){ text, (size_t)entry->size_bytes };
	return e;
}

static enum err reader_check_end(struct backup_reader *r)
{
	unsigned char end[2 * USTAR_BLOCK];
	enum err e = reader_take(r, end, sizeof(end));
	if (e == ERR_OK && (!reader_is_zero(end, sizeof(end)) || fgetc(r->file) != EOF))
		e = reader_altered(r);
	return e;
}

enum err backup_reader_check(struct backup_reader *r, struct str *manifest)
{
	struct ustar_entry entry;
	struct str sums;
	rewind(r->file);
	enum err e = reader_check_pieces(r, &entry);
	if (e == ERR_OK)
		e = reader_check_files(r, &entry);
	if (e == ERR_OK)
		e = reader_named(r, &entry, BACKUP_MANIFEST, BACKUP_MANIFEST_MAX, manifest);
	if (e == ERR_OK)
		e = reader_note(r, &entry, manifest->p);
	if (e == ERR_OK)
		e = reader_header(r, &entry);
	if (e == ERR_OK)
		e = reader_named(r, &entry, BACKUP_SUMS, BACKUP_SUMS_MAX, &sums);
	if (e == ERR_OK && !str_equal(sums, buf_str(&r->sums)))
		e = reader_altered(r);
	if (e == ERR_OK)
		e = reader_check_end(r);
	backup_progress(NULL, -1);
	return e;
}

/* The next piece of a backup that was checked. */
static enum err reader_piece(struct backup_reader *r, struct ustar_entry *entry)
{
	enum err e = reader_header(r, entry);
	if (e == ERR_OK && entry->size_bytes > BACKUP_PIECE_BYTES) /* the file has changed since it was checked */
		e = reader_altered(r);
	return e == ERR_OK ? reader_content(r, entry, r->piece) : e;
}

enum err backup_reader_dump(struct backup_reader *r, FILE *to)
{
	struct ustar_entry entry;
	enum err e = ERR_OK;
	rewind(r->file);
	for (unsigned i = 0; e == ERR_OK && i < r->pieces; i++) {
		if ((e = reader_piece(r, &entry)) != ERR_OK)
			return e;
		if (fwrite(r->piece, 1, (size_t)entry.size_bytes, to) != (size_t)entry.size_bytes)
			return errno == EPIPE
				       ? ERR_OK
				       : explain(&r->ctl->why, ERR_IO, "the restore stopped: %s", strerror(errno));
	}
	return ERR_OK;
}

enum err backup_reader_files(
	struct backup_reader *r, enum err (*take)(void *arg, struct str name, struct str content), void *arg)
{
	struct ustar_entry entry;
	enum err e = ERR_OK;
	rewind(r->file);
	for (unsigned i = 0; e == ERR_OK && i < r->pieces; i++)
		e = reader_piece(r, &entry);
	for (unsigned i = 0; e == ERR_OK && i < r->file_pieces; i++) {
		e = reader_piece(r, &entry);
		if (e == ERR_OK)
			e = take(arg, str_of(entry.name), (struct str){ r->piece, (size_t)entry.size_bytes });
	}
	return e;
}
