/*
 * file-store.c - the store of files as a folder: DIR/ORG/ab/abcdef... and DIR/new/ for what is being written; or as an
 * S3-compatible service (file-remote.h), of which the folder holds what was used in the last seven days.
 *
 * Owns everything below files.dir. The folders have mode 0770 and the files 0640, so that the web server's user and the
 * sender's, in one group, can both use them. A name is made of a number and of hexadecimal digits only; nothing that a
 * stranger wrote becomes part of a path. Dies anywhere without half a file under a final name; what is left below new/
 * is swept.
 */
#include "files/file-store.h"

#include "core/log.h"
#include "files/file-remote.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 4096
#define DIR_MODE 0770
#define FILE_MODE 0640
#define HEX_BYTES (2 * CRYPT_SHA256_BYTES + 1)
#define COPIES_S (7 * 86400) /* how long a copy of what a service holds is kept after it was used */

struct file_writer {
	const struct conf *conf;
	char dir[PATH_BYTES], path[PATH_BYTES];
	int fd;
	int64_t bytes, max_bytes;
	int failed;                  /* errno of the first failure; 0: none */
	struct crypt_sha256 *digest; /* NULL once it is in `sha256` */
	unsigned char sha256[CRYPT_SHA256_BYTES];
};

static void file_store_hex(const unsigned char *sha256, char out[HEX_BYTES])
{
	for (int i = 0; i < CRYPT_SHA256_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02x", sha256[i]);
}

/* False when it does not fit; then nothing is done with it. */
static bool file_store_path(const char *dir, const struct file_key *key, char *out, size_t n)
{
	char hex[HEX_BYTES];
	file_store_hex(key->sha256, hex);
	int written = snprintf(out, n, "%s/%lld/%.2s/%s", dir, (long long)key->org_id, hex, hex);
	return written > 0 && (size_t)written < n;
}

/* True when the folder exists afterwards. */
static bool file_store_make_dir(const char *path)
{
	return mkdir(path, DIR_MODE) == 0 || errno == EEXIST;
}

/* Makes the two folders above a final name, and syncs none: the caller does. */
static bool file_store_make_parents(const char *dir, const struct file_key *key)
{
	char hex[HEX_BYTES], path[PATH_BYTES];
	file_store_hex(key->sha256, hex);
	int n = snprintf(path, sizeof(path), "%s/%lld", dir, (long long)key->org_id);
	if (n <= 0 || (size_t)n + 4 > sizeof(path) || !file_store_make_dir(path))
		return false;
	snprintf(path + n, sizeof(path) - (size_t)n, "/%.2s", hex);
	return file_store_make_dir(path);
}

/* A name that was given to a file is on the disk only when its folder is. */
static bool file_store_sync_parent(const char *path)
{
	char dir[PATH_BYTES];
	snprintf(dir, sizeof(dir), "%s", path);
	char *slash = strrchr(dir, '/');
	if (!slash)
		return false;
	*slash = '\0';
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return synced;
}

static enum err file_store_explain(struct explain *why, const char *dir, int number)
{
	if (number == EFBIG)
		return explain(why, ERR_TOO_LARGE, "the file is larger than allowed");
	if (number == ENOSPC || number == EDQUOT)
		return explain(why, ERR_IO, "no space is left for files in %s", dir);
	return explain(why, ERR_IO, "a file could not be written to %s: %s", dir, strerror(number));
}

enum err file_writer_begin(const struct conf *conf, int64_t max_bytes, struct file_writer **out, struct explain *why)
{
	struct file_writer *w = calloc(1, sizeof(*w));
	*out = NULL;
	if (!w)
		fatal(ERR_INTERNAL, "out of memory");
	int n = snprintf(w->dir, sizeof(w->dir), "%s", conf->files_dir);
	if (n <= 0 || (size_t)n + 32 > sizeof(w->dir)) {
		free(w);
		return explain(why, ERR_CONFIG, "files.dir is not set: files cannot be kept");
	}
	snprintf(w->path, sizeof(w->path), "%.*s/new", n, w->dir);
	bool made = file_store_make_dir(w->dir) && file_store_make_dir(w->path);
	snprintf(w->path + n, sizeof(w->path) - (size_t)n, "/new/XXXXXX");
	w->fd = made ? mkostemp(w->path, O_CLOEXEC) : -1;
	if (w->fd < 0 || fchmod(w->fd, FILE_MODE) != 0) {
		enum err e = file_store_explain(why, w->dir, errno);
		if (w->fd >= 0)
			close(w->fd);
		free(w);
		return e;
	}
	w->conf = conf;
	w->max_bytes = max_bytes;
	w->digest = crypt_sha256_begin();
	*out = w;
	return ERR_OK;
}

bool file_writer_add(struct file_writer *w, struct str piece)
{
	if (!w->failed && (int64_t)piece.n > w->max_bytes - w->bytes)
		w->failed = EFBIG;
	for (size_t at = 0; !w->failed && at < piece.n;) {
		ssize_t n = write(w->fd, piece.p + at, piece.n - at);
		if (n > 0)
			at += (size_t)n;
		else if (n == 0 || errno != EINTR)
			w->failed = n == 0 ? EIO : errno;
	}
	if (w->failed)
		return false;
	crypt_sha256_add(w->digest, piece);
	w->bytes += (int64_t)piece.n;
	return true;
}

int64_t file_writer_bytes(const struct file_writer *w)
{
	return w->bytes;
}

int file_writer_file(const struct file_writer *w)
{
	return w->fd;
}

static void file_writer_finish(struct file_writer *w)
{
	if (w->digest)
		crypt_sha256_end(w->digest, w->sha256);
	w->digest = NULL;
}

struct str file_writer_digest(struct pool *pool, struct file_writer *w)
{
	char hex[HEX_BYTES];
	file_writer_finish(w);
	file_store_hex(w->sha256, hex);
	return pool_str(pool, str_of(hex));
}

/* Under its final name; what failed is left in the writer. */
static void file_writer_place(struct file_writer *w, const struct file_key *key)
{
	char path[PATH_BYTES];
	if (!w->failed
		&& (!file_store_path(w->dir, key, path, sizeof(path)) || !file_store_make_parents(w->dir, key)
			|| rename(w->path, path) != 0 || !file_store_sync_parent(path)))
		w->failed = errno ? errno : EIO;
}

enum err file_writer_keep(struct file_writer *w, int64_t org_id, struct file_key *out, struct explain *why)
{
	char hex[HEX_BYTES];
	enum err e = ERR_OK;
	out->org_id = org_id;
	file_writer_finish(w);
	memcpy(out->sha256, w->sha256, sizeof(out->sha256));
	if (!w->failed && fsync(w->fd) != 0)
		w->failed = errno;
	file_store_hex(out->sha256, hex);
	if (!w->failed && file_remote_is_on(w->conf))
		e = file_remote_put(w->conf, org_id, str_of(hex), w->fd, w->bytes, why);
	if (e == ERR_OK)
		file_writer_place(w, out);
	if (w->failed)
		e = file_store_explain(why, w->dir, w->failed);
	file_writer_drop(w);
	return e;
}

void file_writer_drop(struct file_writer *w)
{
	if (!w)
		return;
	if (w->digest)
		crypt_sha256_end(w->digest, NULL);
	unlink(w->path); /* of a file that was kept there is nothing left under this name */
	close(w->fd);
	free(w);
}

static int file_store_open_here(const struct conf *conf, const struct file_key *key)
{
	char path[PATH_BYTES];
	struct stat st;
	if (!file_store_path(conf->files_dir, key, path, sizeof(path)))
		return -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	if (fd >= 0 && file_remote_is_on(conf))
		(void)futimens(fd, NULL); /* used now; a copy that another user owns goes a little earlier */
	return fd;
}

static bool file_store_take(void *arg, struct str piece)
{
	return file_writer_add(arg, piece);
}

/* A copy of what the service holds, compared with the digest that it is named by. */
static bool file_store_fetch(const struct conf *conf, const struct file_key *key)
{
	char hex[HEX_BYTES];
	struct file_writer *w;
	struct explain why = { "" };
	file_store_hex(key->sha256, hex);
	enum err e = file_writer_begin(conf, INT64_MAX, &w, &why);
	if (e == ERR_OK)
		e = file_remote_get(conf, key->org_id, str_of(hex), file_store_take, w, &why);
	if (e == ERR_OK) {
		file_writer_finish(w);
		if (memcmp(w->sha256, key->sha256, sizeof(w->sha256)) != 0)
			e = explain(&why, ERR_REMOTE, "what came is another file");
		else
			file_writer_place(w, key);
		if (w->failed)
			e = file_store_explain(&why, w->dir, w->failed);
	}
	if (e != ERR_OK)
		LOG_ERROR("file.not_fetched", F_INT("org", key->org_id), F_CSTR("sha256", hex),
			F_CSTR("reason", why.text));
	file_writer_drop(w);
	return e == ERR_OK;
}

bool file_store_is_here(const struct conf *conf, const struct file_key *key)
{
	char path[PATH_BYTES];
	return !file_remote_is_on(conf)
	       || (file_store_path(conf->files_dir, key, path, sizeof(path)) && access(path, R_OK) == 0);
}

int file_store_open(const struct conf *conf, const struct file_key *key)
{
	int fd = file_store_open_here(conf, key);
	if (fd < 0 && file_remote_is_on(conf) && file_store_fetch(conf, key))
		fd = file_store_open_here(conf, key);
	return fd;
}

enum err file_store_send(const struct conf *conf, const struct file_key *key, struct explain *why)
{
	char hex[HEX_BYTES];
	struct stat st;
	int fd = file_store_open_here(conf, key);
	if (fd < 0)
		return explain(why, ERR_NOT_FOUND, "the folder has no such file");
	file_store_hex(key->sha256, hex);
	enum err e = fstat(fd, &st) == 0 ? file_remote_put(conf, key->org_id, str_of(hex), fd, st.st_size, why)
					 : explain(why, ERR_IO, "the file cannot be read: %s", strerror(errno));
	close(fd);
	return e;
}

bool file_store_remove(const struct conf *conf, const struct file_key *key)
{
	char path[PATH_BYTES], hex[HEX_BYTES];
	struct explain why = { "" };
	file_store_hex(key->sha256, hex);
	if (file_remote_is_on(conf) && file_remote_delete(conf, key->org_id, str_of(hex), &why) != ERR_OK) {
		LOG_ERROR("file.not_deleted", F_INT("org", key->org_id), F_CSTR("reason", why.text));
		return false;
	}
	return file_store_path(conf->files_dir, key, path, sizeof(path)) && (unlink(path) == 0 || errno == ENOENT);
}

static int file_store_remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	return remove(path);
}

bool file_store_remove_all(const struct conf *conf, int64_t org_id)
{
	char path[PATH_BYTES];
	int n = snprintf(path, sizeof(path), "%s/%lld", conf->files_dir, (long long)org_id);
	if (n <= 0 || (size_t)n >= sizeof(path))
		return false;
	return nftw(path, file_store_remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT;
}

/* A copy that was not used lately: the service holds it. */
static int file_store_sweep_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	if (type == FTW_F && where->level == 3 && time(NULL) - st->st_mtime > COPIES_S)
		(void)unlink(path);
	return 0;
}

int file_store_sweep(const struct conf *conf, int64_t age_s)
{
	char path[PATH_BYTES];
	struct dirent *entry;
	struct stat st;
	int n = 0;
	snprintf(path, sizeof(path), "%s/new", conf->files_dir);
	DIR *dir = *conf->files_dir ? opendir(path) : NULL;
	while (dir && (entry = readdir(dir)) != NULL)
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
			&& time(NULL) - st.st_mtime > age_s && unlinkat(dirfd(dir), entry->d_name, 0) == 0)
			n++;
	if (dir)
		closedir(dir);
	if (file_remote_is_on(conf))
		(void)nftw(conf->files_dir, file_store_sweep_entry, 8, FTW_PHYS);
	return n;
}

enum err file_store_check(const struct conf *conf, struct explain *why)
{
	const char *dir = conf->files_dir;
	char above[PATH_BYTES];
	if (!*dir || strlen(dir) >= sizeof(above))
		return explain(why, ERR_CONFIG, "files.dir is not set: files cannot be kept");
	snprintf(above, sizeof(above), "%s", dir);
	char *slash = strrchr(above, '/');
	if (access(dir, F_OK) != 0 && slash && slash != above) {
		*slash = '\0';
		dir = above;
	}
	return access(dir, W_OK | X_OK) == 0 ? ERR_OK : file_store_explain(why, conf->files_dir, errno);
}
