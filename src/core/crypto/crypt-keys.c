/*
 * crypt-keys.c - the key file read, and the keys in memory.
 *
 * Owns the keys, which are wiped when they go; the cryptography is in crypt.c, crypt-key-file.c writes the file. It
 * never reads a file that others may use, and never shows any of a key but its id. Fails with words that name the file
 * and what to do.
 *
 * A rotation gives the file another key while programs run, so the file is read again when it has changed: whenever
 * something is to be sealed, and when something is sealed under a key that is not known. A file that cannot be read
 * then leaves the keys as they are.
 */
#include "core/crypto/crypt-keys.h"
#include "core/crypto/crypt.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct crypt_ring {
	char *path;
	pthread_mutex_t lock; /* over all that follows */
	struct crypt_file_stamp stamp;
	size_t n; /* at least 1 */
	struct crypt_key key[CRYPT_KEYS_MAX];
};

bool crypt_key_id_is_valid(struct str id)
{
	unsigned char raw[CRYPT_KEY_ID_CHARS / 2];

	return crypt_unhex(id, raw, sizeof(raw));
}

static const struct crypt_key *crypt_keys_ring_find(const struct crypt_ring *ring, struct str id)
{
	for (size_t i = 0; i < ring->n; i++)
		if (str_equal(str_of(ring->key[i].id), id))
			return &ring->key[i];
	return NULL;
}

/* False when `line` is no key. */
static bool key_parse(struct str line, struct crypt_key *key)
{
	struct str id = str_take_until(&line, ' ');
	struct buf raw;
	bool good;

	if (!crypt_key_id_is_valid(id) || !line.p)
		return false;
	buf_init(&raw, CRYPT_KEY_BYTES + 1);
	(void)buf_reserve(&raw, CRYPT_KEY_BYTES + 1); /* at once: growing would leave copies behind */
	good = crypt_base64url_decode(&raw, str_trim(line)) && raw.len == CRYPT_KEY_BYTES;
	if (good) {
		memcpy(key->id, id.p, CRYPT_KEY_ID_CHARS);
		key->id[CRYPT_KEY_ID_CHARS] = '\0';
		memcpy(key->bytes, raw.data, CRYPT_KEY_BYTES);
	}
	if (raw.data)
		secret_wipe(raw.data, raw.len);
	buf_fini(&raw);
	return good;
}

bool crypt_key_line_is_blank(struct str line)
{
	line = str_trim(line);
	return str_is_empty(line) || line.p[0] == '#';
}

/* One line without its newline. False when it is neither a key nor empty nor a comment. */
static bool ring_add_line(struct crypt_ring *ring, struct str line)
{
	struct crypt_key *key = &ring->key[ring->n];

	if (crypt_key_line_is_blank(line))
		return true;
	if (!key_parse(str_trim(line), key) || crypt_keys_ring_find(ring, str_of(key->id)))
		return false;
	ring->n++;
	return true;
}

static enum err ring_parse(const char *path, struct str text, struct crypt_ring *ring, struct explain *why)
{
	for (int line = 1; text.p; line++) {
		struct str one = str_take_until(&text, '\n');

		if (ring->n == CRYPT_KEYS_MAX)
			return explain(why, ERR_CONFIG, "%s holds more than %d keys", path, CRYPT_KEYS_MAX - 1);
		if (!ring_add_line(ring, one))
			return explain(why, ERR_CONFIG,
				"%s line %d: expected an id of 8 hex digits not used before, a space and a key of 32 "
				"bytes as base64url",
				path, line);
	}
	if (ring->n == 0)
		return explain(why, ERR_CONFIG, "%s holds no key; make a file with 'deskbellctl key new'", path);
	return ERR_OK;
}

enum err crypt_key_text_check(const char *path, struct str text, struct explain *why)
{
	struct crypt_ring *ring = calloc(1, sizeof(*ring));
	enum err e;

	if (!ring)
		fatal(ERR_INTERNAL, "out of memory");
	e = ring_parse(path, text, ring, why);
	secret_wipe(ring, sizeof(*ring));
	free(ring);
	return e;
}

static struct crypt_file_stamp stamp_of(const struct stat *st)
{
	return (struct crypt_file_stamp){ st->st_dev, st->st_ino, st->st_size, st->st_mtim };
}

/* Looks at the open file, not at the name, so that what was checked is what is read. */
static enum err key_file_check(int fd, const char *path, struct crypt_file_stamp *stamp, struct explain *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return explain(why, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	*stamp = stamp_of(&st);
	if (!S_ISREG(st.st_mode))
		return explain(why, ERR_CONFIG, "the key file %s is not a regular file", path);
	if (st.st_mode & (S_IRWXG | S_IRWXO))
		return explain(why, ERR_CONFIG,
			"the key file %s can be used by others than its owner; run: chmod 600 %s", path, path);
	if (st.st_size > CRYPT_KEY_FILE_MAX)
		return explain(why, ERR_CONFIG, "the key file %s is larger than %d bytes", path, CRYPT_KEY_FILE_MAX);
	return ERR_OK;
}

enum err crypt_key_file_read(
	const char *path, char text[CRYPT_KEY_FILE_MAX], size_t *n, struct crypt_file_stamp *stamp, struct explain *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum err e;
	ssize_t got;

	if (fd < 0 && errno == ENOENT)
		return explain(why, ERR_CONFIG,
			"there is no key file %s. If there was one, copy it back: what it has sealed cannot be read "
			"with another. "
			"Only a new installation makes one, with 'deskbellctl key new'",
			path);
	if (fd < 0)
		return explain(why, ERR_IO, "cannot open the key file %s: %s", path, strerror(errno));
	*n = 0;
	e = key_file_check(fd, path, stamp, why);
	while (e == ERR_OK && *n < CRYPT_KEY_FILE_MAX && (got = read(fd, text + *n, CRYPT_KEY_FILE_MAX - *n)) != 0) {
		if (got > 0)
			*n += (size_t)got;
		else if (errno != EINTR)
			e = explain(why, ERR_IO, "cannot read the key file %s: %s", path, strerror(errno));
	}
	close(fd);
	return e;
}

static void ring_free(struct crypt_ring *ring)
{
	if (!ring)
		return;
	pthread_mutex_destroy(&ring->lock);
	free(ring->path);
	secret_wipe(ring, sizeof(*ring));
	free(ring);
}

static enum err ring_load(const char *path, struct crypt_ring **out, struct explain *why)
{
	struct crypt_ring *ring = calloc(1, sizeof(*ring));
	char text[CRYPT_KEY_FILE_MAX];
	size_t n = 0;
	enum err e;

	if (!ring || !(ring->path = strdup(path)))
		fatal(ERR_INTERNAL, "out of memory");
	pthread_mutex_init(&ring->lock, NULL);
	e = crypt_key_file_read(path, text, &n, &ring->stamp, why);
	if (e == ERR_OK)
		e = ring_parse(path, (struct str){ text, n }, ring, why);
	secret_wipe(text, sizeof(text));
	if (e == ERR_OK)
		*out = ring;
	else
		ring_free(ring);
	return e;
}

static bool stamp_equal(const struct crypt_file_stamp *a, const struct crypt_file_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size
	       && a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Under the lock. Reads the file again if it has changed. */
static void ring_refresh(struct crypt_ring *ring)
{
	struct crypt_ring *fresh = NULL;
	struct crypt_file_stamp now;
	struct explain why = { "" };
	struct stat st;

	if (stat(ring->path, &st) != 0)
		return;
	now = stamp_of(&st);
	if (stamp_equal(&now, &ring->stamp))
		return;
	if (ring_load(ring->path, &fresh, &why) != ERR_OK) {
		LOG_ERROR("keys.not_read_again", F_CSTR("reason", why.text));
		return;
	}
	ring->stamp = fresh->stamp;
	ring->n = fresh->n;
	memcpy(ring->key, fresh->key, sizeof(ring->key));
	ring_free(fresh);
	LOG_INFO("keys.read_again", F_CSTR("newest", ring->key[0].id), F_INT("keys", (int64_t)ring->n));
}

enum err crypt_keys_load(const char *path, struct crypt_keys **out, struct explain *why)
{
	struct crypt_ring *ring = NULL;
	enum err e = ring_load(path, &ring, why);

	if (e != ERR_OK)
		return e;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		fatal(ERR_INTERNAL, "out of memory");
	(*out)->ring = ring;
	return ERR_OK;
}

void crypt_keys_free(struct crypt_keys *keys)
{
	if (!keys)
		return;
	ring_free(keys->ring);
	free(keys);
}

bool crypt_key_find(const struct crypt_keys *keys, struct str id, struct crypt_key *out)
{
	struct crypt_ring *ring = keys->ring;
	const struct crypt_key *found;

	pthread_mutex_lock(&ring->lock);
	found = crypt_keys_ring_find(ring, id);
	if (!found) {
		ring_refresh(ring);
		found = crypt_keys_ring_find(ring, id);
	}
	if (found)
		*out = *found;
	pthread_mutex_unlock(&ring->lock);
	return found != NULL;
}

bool crypt_key_at(const struct crypt_keys *keys, size_t index, struct crypt_key *out)
{
	struct crypt_ring *ring = keys->ring;
	bool found;

	pthread_mutex_lock(&ring->lock);
	if (index == 0)
		ring_refresh(ring);
	found = index < ring->n;
	if (found)
		*out = ring->key[index];
	pthread_mutex_unlock(&ring->lock);
	return found;
}

bool crypt_keys_have(const struct crypt_keys *keys, struct str id)
{
	struct crypt_key key;
	bool found = crypt_key_find(keys, id, &key);

	secret_wipe(&key, sizeof(key));
	return found;
}

struct str crypt_keys_newest(struct pool *pool, const struct crypt_keys *keys)
{
	struct crypt_key key;
	struct str id;

	if (!crypt_key_at(keys, 0, &key))
		bug("a ring without keys");
	id = pool_str(pool, str_of(key.id));
	secret_wipe(&key, sizeof(key));
	return id;
}
