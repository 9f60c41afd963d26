/*
 * crypt-keys.h - the keys in memory; shared by the crypt files only. Everybody else uses crypt.h.
 */
#ifndef DESKBELL_CORE_CRYPT_KEYS_H
#define DESKBELL_CORE_CRYPT_KEYS_H

#include "core/err.h"
#include "core/str.h"

#include <sys/stat.h>
#include <sys/types.h>

#define CRYPT_KEY_BYTES 32
#define CRYPT_KEY_ID_CHARS 8
#define CRYPT_KEYS_MAX 64
#define CRYPT_KEY_FILE_MAX 16384

struct crypt_key {
	char id[CRYPT_KEY_ID_CHARS + 1];
	unsigned char bytes[CRYPT_KEY_BYTES];
};

/* By which one sees that a file is another one now. */
struct crypt_file_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

/* The ring behind it is read again when the file has changed, under a lock of its own. */
struct crypt_keys {
	struct crypt_ring *ring;
};

bool crypt_key_id_is_valid(struct str id);
/* A line without a key: empty, or a comment. */
bool crypt_key_line_is_blank(struct str line);
/* The text of a key file, which must be a regular one of its owner alone. */
enum err crypt_key_file_read(const char *path, char text[CRYPT_KEY_FILE_MAX], size_t *n, struct crypt_file_stamp *stamp,
	struct explain *why) MUST_CHECK;
/* Whether the text is that of a good key file; `path` is for the words. */
enum err crypt_key_text_check(const char *path, struct str text, struct explain *why) MUST_CHECK;

/* Copies of keys, which the caller wipes. By its id; the file is looked at again before one counts as absent. */
bool crypt_key_find(const struct crypt_keys *keys, struct str id, struct crypt_key *out);
/* By its place, 0 is the newest: then a changed file is read first. False when there are fewer. */
bool crypt_key_at(const struct crypt_keys *keys, size_t index, struct crypt_key *out);

#endif
