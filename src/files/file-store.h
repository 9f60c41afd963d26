/*
 * file-store.h - where pictures, voice and documents are kept: by the SHA-256 of what is in them, apart for each
 * organisation; in a folder, or in an S3-compatible service with the folder for copies (files.s3.url).
 *
 * A file is written under a temporary name, hashed on the way, synced, and renamed into place: a name that exists is a
 * whole file. The same content of one organisation exists once; two organisations never share one. Files are never
 * executed and never served by the web server: the folder lies outside of its document root.
 */
#ifndef DESKBELL_FILES_FILE_STORE_H
#define DESKBELL_FILES_FILE_STORE_H

#include "core/conf.h"
#include "core/crypto/crypt.h"
#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

/* What names a file. */
struct file_key {
	int64_t org_id;
	unsigned char sha256[CRYPT_SHA256_BYTES];
};

/* A file that is being written. */
struct file_writer;

/* Whether the caller may write files to files.dir, or make it; makes nothing. ERR_CONFIG, ERR_IO with words. */
enum err file_store_check(const struct conf *conf, struct explain *why) MUST_CHECK;

/* Begins a file of at most `max_bytes`. ERR_IO or ERR_CONFIG with words; then `*out` is NULL. */
enum err file_writer_begin(
	const struct conf *conf, int64_t max_bytes, struct file_writer **out, struct explain *why) MUST_CHECK;
/* Appends. False once something has failed: too large, no space. What failed is kept for file_writer_keep. */
bool file_writer_add(struct file_writer *writer, struct str piece);
/* Bytes so far. */
int64_t file_writer_bytes(const struct file_writer *writer);
/* What was written so far, for reading; the writer's own: it is not to be closed. */
int file_writer_file(const struct file_writer *writer);
/* The digest of what was written, 64 hexadecimal digits in `pool`; nothing can be appended after it. */
struct str file_writer_digest(struct pool *pool, struct file_writer *writer);
/* Puts the file in its place and frees the writer. ERR_TOO_LARGE, ERR_IO with words: then nothing is left of it. */
enum err file_writer_keep(
	struct file_writer *writer, int64_t org_id, struct file_key *out, struct explain *why) MUST_CHECK;
/* Removes what was written and frees the writer. NULL is allowed. */
void file_writer_drop(struct file_writer *writer);

/* Whether file_store_open finds it in the folder: else it waits for the service. */
bool file_store_is_here(const struct conf *conf, const struct file_key *key);
/* Opens a kept file for reading; the caller closes. -1 when there is none or it cannot be read. */
int file_store_open(const struct conf *conf, const struct file_key *key);
/* Puts a file of the folder into the service. ERR_NOT_FOUND when the folder has none. */
enum err file_store_send(const struct conf *conf, const struct file_key *key, struct explain *why) MUST_CHECK;
/* True when the file is gone afterwards, also when there was none. */
bool file_store_remove(const struct conf *conf, const struct file_key *key);
/* Removes every file of an organisation that is removed itself. False when something is left. */
bool file_store_remove_all(const struct conf *conf, int64_t org_id);
/* Removes temporary files that a dead program left, older than `age_s` seconds, and old copies; returns how many of the
 * former. */
int file_store_sweep(const struct conf *conf, int64_t age_s);

#endif
