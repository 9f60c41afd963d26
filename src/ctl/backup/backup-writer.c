/*
 * backup-writer.c - writes the file of a backup.
 *
 * Owns the file under a temporary name next to its place, from the first byte to the rename: a backup of yesterday
 * stays until the one of today is whole and on the disk, and a signal that ends the program takes the half one away.
 * Holds one piece of the dump in memory at a time. Never compresses (the dump is) and never encrypts.
 */
#include "core/clock.h"
#include "core/formats/ustar.h"
#include "ctl/backup/backup-file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROGRESS_US 300000

struct backup_writer {
	struct ctl *ctl;
	const char *path;
	FILE *file;
	struct buf sums;
	char *piece; /* room for one */
	int64_t made_s, bytes;
	bool ended;
};

/* Of the one backup that a run of the program writes: what a signal has to take away. */
static char *unfinished;

static void writer_on_signal(int number)
{
	if (unfinished)
		unlink(unfinished);
	signal(number, SIG_DFL);
	raise(number);
}

static void writer_free(void *p)
{
	struct backup_writer *w = p;
	if (unfinished) {
		unlink(unfinished);
		unfinished = NULL;
	}
	if (w->file && w->file != stdout)
		fclose(w->file);
	buf_fini(&w->sums);
	free(w->piece);
}

static enum err writer_failed(struct backup_writer *w)
{
	return explain(&w->ctl->why, ERR_IO, "%s cannot be written: %s; there is no backup of this run",
		w->file == stdout ? "standard output" : w->path, strerror(errno));
}

/* Makes the file, mode 0600, and has a signal take it away. No signal is taken between the two. */
static int writer_make_file(char *name)
{
	static const int ending[] = { SIGHUP, SIGINT, SIGTERM };
	sigset_t held, before;
	sigemptyset(&held);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		sigaddset(&held, ending[i]);
	sigprocmask(SIG_BLOCK, &held, &before);
	int fd = mkstemp(name);
	if (fd >= 0) {
		unfinished = name;
		for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
			signal(ending[i], writer_on_signal);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return fd;
}

static enum err writer_create(struct backup_writer *w)
{
	char *name = pool_cstr(w->ctl->pool, pool_printf(w->ctl->pool, "%s.XXXXXX", w->path));
	int fd = writer_make_file(name);
	if (fd < 0)
		return writer_failed(w);
	w->file = fdopen(fd, "w");
	if (!w->file) {
		close(fd);
		return writer_failed(w);
	}
	return ERR_OK;
}

enum err backup_writer_open(struct ctl *ctl, const char *path, struct backup_writer **out)
{
	struct backup_writer *w = pool_new_of(ctl->pool, struct backup_writer);
	w->ctl = ctl;
	w->path = path;
	w->made_s = clock_wall_ms() / 1000;
	w->piece = malloc(BACKUP_PIECE_BYTES);
	if (!w->piece)
		fatal(ERR_INTERNAL, "out of memory");
	buf_init(&w->sums, BACKUP_SUMS_MAX);
	pool_defer(ctl->pool, writer_free, w);
	*out = w;
	if (strcmp(path, "-") != 0)
		return writer_create(w);
	if (isatty(STDOUT_FILENO))
		return explain(
			&ctl->why, ERR_USAGE, "a backup is not written to a terminal; name a file or redirect it");
	w->file = stdout;
	return ERR_OK;
}

enum err backup_writer_add(struct backup_writer *w, const char *name, struct str content)
{
	static const char zeros[USTAR_BLOCK];
	struct ustar_entry entry = { .size_bytes = (int64_t)content.n, .modified_s = w->made_s };
	unsigned char block[USTAR_BLOCK], digest[CRYPT_SHA256_BYTES];
	snprintf(entry.name, sizeof(entry.name), "%s", name);
	ustar_write(block, &entry);
	size_t padding = (size_t)ustar_padding(entry.size_bytes);
	if (fwrite(block, 1, USTAR_BLOCK, w->file) != USTAR_BLOCK
		|| fwrite(content.p, 1, content.n, w->file) != content.n
		|| fwrite(zeros, 1, padding, w->file) != padding)
		return writer_failed(w);
	crypt_sha256(content, digest);
	crypt_hex(&w->sums, (struct str){ (const char *)digest, sizeof(digest) });
	buf_addf(&w->sums, "  %s\n", name);
	w->bytes += (int64_t)(USTAR_BLOCK + content.n + padding);
	return w->sums.err == ERR_OK ? ERR_OK
				     : explain(&w->ctl->why, ERR_TOO_LARGE, "the database is too large for one backup");
}

enum err backup_writer_dump(struct backup_writer *w, FILE *in)
{
	char name[USTAR_NAME_MAX];
	int64_t shown_us = 0;
	enum err e = ERR_OK;
	size_t n = BACKUP_PIECE_BYTES;
	for (unsigned i = 1; e == ERR_OK && n == BACKUP_PIECE_BYTES; i++) {
		n = fread(w->piece, 1, BACKUP_PIECE_BYTES, in);
		snprintf(name, sizeof(name), BACKUP_PIECE_FORMAT, i);
		if (n > 0)
			e = backup_writer_add(w, name, (struct str){ w->piece, n });
		if (clock_mono_us() - shown_us > PROGRESS_US) {
			shown_us = clock_mono_us();
			backup_progress("dumped", w->bytes);
		}
	}
	backup_progress(NULL, -1);
	return e;
}

/* On the disk before it takes the place of an older one, and its name too. */
static enum err writer_put_in_place(struct backup_writer *w)
{
	char *copy = pool_cstr(w->ctl->pool, str_of(w->path));
	if (fflush(w->file) != 0 || (w->file != stdout && fsync(fileno(w->file)) != 0))
		return writer_failed(w);
	if (w->file == stdout)
		return ERR_OK;
	if (rename(unfinished, w->path) != 0)
		return writer_failed(w);
	unfinished = NULL;
	int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0) {
		(void)fsync(folder); /* not every file system can, and the content is there */
		close(folder);
	}
	return ERR_OK;
}

enum err backup_writer_end(struct backup_writer *w, struct str manifest)
{
	static const char end[2 * USTAR_BLOCK];
	enum err e = backup_writer_add(w, BACKUP_MANIFEST, manifest);
	if (e == ERR_OK) {
		struct str sums = pool_str(w->ctl->pool, buf_str(&w->sums));
		e = backup_writer_add(w, BACKUP_SUMS, sums);
	}
	if (e == ERR_OK && fwrite(end, 1, sizeof(end), w->file) != sizeof(end))
		e = writer_failed(w);
	w->bytes += (int64_t)sizeof(end);
	return e == ERR_OK ? writer_put_in_place(w) : e;
}

int64_t backup_writer_bytes(const struct backup_writer *w)
{
	return w->bytes;
}

void backup_progress(const char *step, int64_t bytes)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (bytes < 0)
		fprintf(stderr, "\r%40s\r", "");
	else
		fprintf(stderr, "\r%s %lld MB ", step, (long long)(bytes >> 20));
	fflush(stderr);
}
