/*
 * crypt-keys.c - the key file: reading it, making a new one.
 *
 * Owns the form of the file and the keys in memory, which are wiped when they go; the cryptography is in crypt.c. It
 * never reads a file that others may use, never overwrites one (losing a key loses every credential sealed under it),
 * and never shows any of a key but its id. Fails with words that name the file and what to do.
 */
#include "core/crypt-keys.h"
#include "core/crypt.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE_MAX 16384

bool crypt_key_id_is_valid(struct str id)
{
	unsigned char raw[CRYPT_KEY_ID_CHARS / 2];

	return crypt_unhex(id, raw, sizeof(raw));
}

const struct crypt_key *crypt_key_find(const struct crypt_keys *keys, struct str id)
{
	for (size_t i = 0; i < keys->n; i++)
		if (str_equal(str_of(keys->key[i].id), id))
			return &keys->key[i];
	return NULL;
}

/* One line without its newline. False when it is neither a key nor empty nor a comment. */
static bool key_line_parse(struct crypt_keys *keys, struct str line)
{
	struct str rest = str_trim(line), id;
	struct crypt_key *key = &keys->key[keys->n];
	struct buf raw;
	bool good;

	if (str_is_empty(rest) || rest.p[0] == '#')
		return true;
	id = str_take_until(&rest, ' ');
	if (!crypt_key_id_is_valid(id) || !rest.p || crypt_key_find(keys, id))
		return false;
	buf_init(&raw, CRYPT_KEY_BYTES + 1);
	(void)buf_reserve(&raw, CRYPT_KEY_BYTES + 1); /* at once: growing would leave copies behind */
	good = crypt_base64url_decode(&raw, str_trim(rest)) && raw.len == CRYPT_KEY_BYTES;
	if (good) {
		memcpy(key->id, id.p, CRYPT_KEY_ID_CHARS);
		memcpy(key->bytes, raw.data, CRYPT_KEY_BYTES);
		keys->n++;
	}
	if (raw.data)
		secret_wipe(raw.data, raw.len);
	buf_fini(&raw);
	return good;
}

static enum err keys_parse(const char *path, struct str text, struct crypt_keys *keys, struct explain *why)
{
	for (int line = 1; text.p; line++) {
		struct str one = str_take_until(&text, '\n');

		if (keys->n == CRYPT_KEYS_MAX)
			return explain(why, ERR_CONFIG, "%s holds more than %d keys", path, CRYPT_KEYS_MAX - 1);
		if (!key_line_parse(keys, one))
			return explain(why, ERR_CONFIG,
				"%s line %d: expected an id of 8 hex digits not used before, a space and a key of 32 "
				"bytes as base64url",
				path, line);
	}
	if (keys->n == 0)
		return explain(why, ERR_CONFIG, "%s holds no key; make a file with 'deskbellctl key new'", path);
	return ERR_OK;
}

/* Looks at the open file, not at the name, so that what was checked is what is read. */
static enum err key_file_check(int fd, const char *path, struct explain *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return explain(why, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return explain(why, ERR_CONFIG, "the key file %s is not a regular file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return explain(why, ERR_CONFIG,
			"the key file %s can be used by others than its owner; run: chmod 600 %s", path, path);
	if (st.st_size > KEY_FILE_MAX)
		return explain(why, ERR_CONFIG, "the key file %s is larger than %d bytes", path, KEY_FILE_MAX);
	return ERR_OK;
}

static enum err key_file_read(const char *path, char text[KEY_FILE_MAX], size_t *n, struct explain *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err e;
	ssize_t got;

	if (fd < 0 && errno == ENOENT)
		return explain(why, ERR_CONFIG,
			"there is no key file %s; make one with 'deskbellctl key new' or set key.file", path);
	if (fd < 0)
		return explain(why, ERR_IO, "cannot open the key file %s: %s", path, strerror(errno));
	*n = 0;
	e = key_file_check(fd, path, why);
	while (e == ERR_OK && *n < KEY_FILE_MAX && (got = read(fd, text + *n, KEY_FILE_MAX - *n)) != 0) {
		if (got > 0)
			*n += (size_t)got;
		else if (errno != EINTR)
			e = explain(why, ERR_IO, "cannot read the key file %s: %s", path, strerror(errno));
	}
	close(fd);
	return e;
}

enum err crypt_keys_load(const char *path, struct crypt_keys **out, struct explain *why)
{
	struct crypt_keys *keys = calloc(1, sizeof(*keys));
	char text[KEY_FILE_MAX];
	size_t n = 0;
	enum err e;

	if (!keys)
		fatal(ERR_INTERNAL, "out of memory");
	e = key_file_read(path, text, &n, why);
	if (e == ERR_OK)
		e = keys_parse(path, (struct str){ text, n }, keys, why);
	secret_wipe(text, sizeof(text));
	if (e != ERR_OK) {
		crypt_keys_free(keys);
		return e;
	}
	*out = keys;
	return ERR_OK;
}

void crypt_keys_free(struct crypt_keys *keys)
{
	if (!keys)
		return;
	secret_wipe(keys, sizeof(*keys));
	free(keys);
}

const char *crypt_keys_newest(const struct crypt_keys *keys)
{
	return keys->key[0].id;
}

static enum err write_all(int fd, struct str text)
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

/* The text of a new key file with one fresh key. */
static void key_file_text(struct buf *out)
{
	unsigned char id[CRYPT_KEY_ID_CHARS / 2];

	buf_add_cstr(out, "# Keys that seal channel credentials, newest first. Keep a copy apart from the database; "
			  "without it they cannot be read.\n");
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

/* Fills the temporary file and gives it its name. link() refuses an existing name, unlike rename(). */
static enum err key_file_place(int fd, const char *temporary, const char *path, struct explain *why)
{
	struct buf text;
	enum err e;

	buf_init(&text, 1024);
	(void)buf_reserve(&text, 512); /* at once: growing would leave copies behind */
	key_file_text(&text);
	e = write_all(fd, buf_str(&text));
	secret_wipe(text.data, text.len);
	buf_fini(&text);
	if (e != ERR_OK || fsync(fd) != 0)
		return explain(why, ERR_IO, "cannot write the key file %s: %s", path, strerror(errno));
	if (link(temporary, path) == 0)
		return ERR_OK;
	if (errno == EEXIST)
		return explain(why, ERR_CONFLICT, "%s exists already; it was left as it is", path);
	return explain(why, ERR_IO, "cannot create the key file %s: %s", path, strerror(errno));
}

enum err crypt_keys_create(const char *path, struct explain *why)
{
	char temporary[PATH_MAX];
	enum err e;
	int fd;

	if (snprintf(temporary, sizeof(temporary), "%s.new-XXXXXX", path) >= (int)sizeof(temporary))
		return explain(why, ERR_INVALID, "the name of the key file is too long");
	fd = mkstemp(temporary); /* mode 0600 */
	if (fd < 0)
		return explain(why, ERR_IO, "cannot create a file beside %s: %s", path, strerror(errno));
	e = key_file_place(fd, temporary, path, why);
	close(fd);
	unlink(temporary);
	if (e == ERR_OK)
		folder_sync(path);
	return e;
}
