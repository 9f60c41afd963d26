/*
 * file-remote.h - files in an S3-compatible service, where one is configured.
 *
 * Each call is one request that is waited for, at most files.timeout_s: for threads and commands, never for an event
 * loop.
 */
#ifndef DESKBELL_FILES_FILE_REMOTE_H
#define DESKBELL_FILES_FILE_REMOTE_H

#include "core/conf.h"
#include "core/err.h"
#include "core/str.h"

/* Whether files.s3.url is set. */
bool file_remote_is_on(const struct conf *conf);
/* Names of objects: ORG/SHA256. `sha256`: 64 hexadecimal digits, which the service compares with what comes. Stores
 * what `fd` holds from its beginning; `fd` stays open. ERR_REMOTE, ERR_CONFIG with words. */
enum err file_remote_put(const struct conf *conf, int64_t org_id, struct str sha256, int fd, int64_t bytes,
	struct explain *why) MUST_CHECK;
/* Gives it piece by piece to `sink`. ERR_NOT_FOUND when there is none. */
enum err file_remote_get(const struct conf *conf, int64_t org_id, struct str sha256,
	bool (*sink)(void *arg, struct str piece), void *arg, struct explain *why) MUST_CHECK;
/* Gone afterwards, also when there was none. */
enum err file_remote_delete(const struct conf *conf, int64_t org_id, struct str sha256, struct explain *why) MUST_CHECK;

#endif
