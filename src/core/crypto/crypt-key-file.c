/*
 * crypt-key-file.c - the key file written: a new one, one more key in it, old keys taken out.
 *
 * Owns the form of the file. It is never written in place: the new text gets its name when it is on the disk, with the
 * owner and the mode of the file before, so that a reader sees all of the old or all of the new. Changes take
 * turns by a lock on the folder. A new file never replaces another: losing a key loses every credential sealed under
 * it. Never shows any of a key but its id.
 */
#include "core/crypto/crypt-keys.h"
#include "core/crypto/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err crypt_key_file_write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t done = write(fd, text.p, text.n);

		if (done < 0 && errno != EINTR)
			return ERR_IO;
		if (done > 0) {
			text.p += done;
			text.n -= (size_t)done;
		}
	}
	return ERR_OK;
}

/* A line with a fresh key. */
static void add_fresh_key(struct buf *out)
{
	unsigned char id[CRYPT_KEY_ID_CHARS / 2];

	crypt_random(id, sizeof(id));
	crypt_hex(out, (struct str){ (const char *)id, sizeof(id) });
	buf_add_char(out, ' ');
	crypt_random_token(out, CRYPT_KEY_BYTES);
	buf_add_char(out, '\n');
}

/* So that the new name survives a power cut; a file system that cannot do it is no reason to fail. */
static void folder_sync(const char *path)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		fatal(ERR_INTERNAL, "out of memory");
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(copy);
}

/* Room for a whole file at once: growing would leave copies of keys behind. */
static void text_init(struct buf *text)
{
	buf_init(text, CRYPT_KEY_FILE_MAX);
	(void)buf_reserve(text, CRYPT_KEY_FILE_MAX - 1);
}

static void text_fini(struct buf *text)
{
	secret_wipe(text->data, text->cap);
	buf_fini(text);
}

/* A file next to `path` with this text, on the disk; its name comes back in `temporary`, its descriptor is the
 * caller's.
 */
static enum err write_beside(
	const char *path, const struct buf *text, char temporary[PATH_MAX], int *out, struct explain *why)
{
	int fd;

	if (snprintf(temporary, PATH_MAX, "%s.new-XXXXXX", path) >= PATH_MAX)
		return explain(why, ERR_INVALID, "the name of the key file is too long");
	fd = mkstemp(temporary); /* mode 0600 */
	if (fd < 0)
		return explain(why, ERR_IO, "cannot create a file next to %s: %s", path, strerror(errno));
	if (text->err == ERR_OK && crypt_key_file_write_all(fd, buf_str(text)) == ERR_OK && fsync(fd) == 0) {
		*out = fd;
		return ERR_OK;
	}
	explain(why, ERR_IO, "cannot write the key file %s: %s", path, strerror(errno));
	close(fd);
	unlink(temporary);
	return ERR_IO;
}

/* link() refuses an existing name, unlike rename(). */
enum err crypt_keys_create(const char *path, struct explain *why)
{
	char temporary[PATH_MAX];
	struct buf text;
	enum err e;
	int fd;

	text_init(&text);
	buf_add_cstr(&text, "# Keys that seal channel credentials, newest first. Keep a copy apart from the database; "
			    "without it they cannot be read.\n");
	add_fresh_key(&text);
	e = write_beside(path, &text, temporary, &fd, why);
	text_fini(&text);
	if (e != ERR_OK)
		return e;
	if (link(temporary, path) != 0)
		e = errno == EEXIST ? explain(why, ERR_CONFLICT, "%s exists already; it was left as it is", path)
				    : explain(why, ERR_IO, "cannot create the key file %s: %s", path, strerror(errno));
	close(fd);
	unlink(temporary);
	if (e == ERR_OK)
		folder_sync(path);
	return e;
}

/* Gives the file at `path` this text. Programs of the web server read it as its owner, so that must stay. */
static enum err crypt_key_file_replace(const char *path, const struct buf *text, struct explain *why)
{
	char temporary[PATH_MAX];
	struct stat st, own;
	enum err e;
	int fd;

	if (stat(path, &st) != 0)
		return explain(why, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	e = write_beside(path, text, temporary, &fd, why);
	if (e != ERR_OK)
		return e;
	if (fstat(fd, &own) != 0
		|| ((own.st_uid != st.st_uid || own.st_gid != st.st_gid) && fchown(fd, st.st_uid, st.st_gid) != 0))
		e = explain(why, ERR_IO,
			"the key file %s belongs to another user, and a new one could not be given to that user (%s); "
			"run this as the file's owner",
			path, strerror(errno));
	else if (fchmod(fd, st.st_mode & 07777) != 0 || fsync(fd) != 0 || rename(temporary, path) != 0)
		e = explain(why, ERR_IO, "cannot replace the key file %s: %s", path, strerror(errno));
	close(fd);
	if (e != ERR_OK)
		unlink(temporary);
	else
		folder_sync(path);
	return e;
}

/* The folder, locked against other changes of key files in it; closing it unlocks. */
static int folder_lock(const char *path)
{
	char *copy = strdup(path);
	int fd;

	if (!copy)
		fatal(ERR_INTERNAL, "out of memory");
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	while (fd >= 0 && flock(fd, LOCK_EX) != 0)
		if (errno != EINTR) {
			close(fd);
			return -1;
		}
	return fd;
}

/* What a change makes of the file's text; `arg` is its own. */
typedef enum err (*change_fn)(struct str text, void *arg, struct buf *out, struct explain *why);

static enum err change_locked(const char *path, change_fn change, void *arg, struct explain *why)
{
	char text[CRYPT_KEY_FILE_MAX];
	struct crypt_file_stamp stamp;
	struct buf changed;
	size_t n = 0;
	enum err e = crypt_key_file_read(path, text, &n, &stamp, why);

	text_init(&changed);
	if (e == ERR_OK) /* only a good file is changed, and only into a good one */
		e = crypt_key_text_check(path, (struct str){ text, n }, why);
	if (e == ERR_OK)
		e = change((struct str){ text, n }, arg, &changed, why);
	if (e == ERR_OK && (changed.err != ERR_OK || crypt_key_text_check(path, buf_str(&changed), NULL) != ERR_OK))
		e = explain(
			why, ERR_TOO_LARGE, "%s has no room for one more key; take old ones out with --drop-old", path);
	if (e == ERR_OK)
		e = crypt_key_file_replace(path, &changed, why);
	secret_wipe(text, sizeof(text));
	text_fini(&changed);
	return e;
}

static enum err key_file_change(const char *path, change_fn change, void *arg, struct explain *why)
{
	char *real = realpath(path, NULL); /* a link to the file stays one */
	int folder = folder_lock(real ? real : path);
	enum err e;

	if (folder < 0) {
		free(real);
		return explain(why, ERR_IO, "cannot lock the folder of %s: %s", path, strerror(errno));
	}
	e = change_locked(real ? real : path, change, arg, why);
	close(folder);
	free(real);
	return e;
}

/* The text before the first key, and from there on. */
static struct str comments_before_keys(struct str text, struct str *keys)
{
	*keys = text;
	for (struct str rest = text; rest.p; *keys = rest)
		if (!crypt_key_line_is_blank(str_take_until(&rest, '\n')))
			break;
	return (struct str){ text.p, (size_t)(keys->p - text.p) };
}

static enum err crypt_key_file_add_key(struct str text, void *arg, struct buf *out, struct explain *why)
{
	struct str keys, comments = comments_before_keys(text, &keys);

	(void)arg;
	(void)why;
	buf_add_str(out, comments);
	add_fresh_key(out);
	buf_add_str(out, keys);
	return ERR_OK;
}

enum err crypt_keys_add(const char *path, struct explain *why)
{
	return key_file_change(path, crypt_key_file_add_key, NULL, why);
}

static enum err drop_keys(struct str text, void *arg, struct buf *out, struct explain *why)
{
	const struct str *newest = arg;
	struct str keys, comments = comments_before_keys(text, &keys), line = str_take_until(&keys, '\n');

	if (!str_has_prefix(str_trim(line), *newest))
		return explain(why, ERR_CONFLICT, "another rotation has added a key meanwhile; run it again");
	buf_add_str(out, comments);
	buf_add_str(out, str_trim(line));
	buf_add_char(out, '\n');
	return ERR_OK;
}

enum err crypt_keys_drop_old(const char *path, struct str newest, struct explain *why)
{
	return key_file_change(path, drop_keys, &newest, why);
}
