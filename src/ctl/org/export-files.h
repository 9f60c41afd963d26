/*
 * export-files.h - the files that replies take along, in an export and an import.
 */
#ifndef DESKBELL_CTL_ORG_EXPORT_FILES_H
#define DESKBELL_CTL_ORG_EXPORT_FILES_H

#include "ctl/ctl.h"
#include "files/file-store.h"

/* A file that an import has put into the store. */
struct imported_file {
	struct file_key key;
	struct imported_file *next;
};

/* Prints each file of at most 32 MB as one line: {"type": "file", "sha256", "bytes", "base64url"}; `n` grows by them.
 * One that is missing is left out. */
enum err export_files(struct ctl *ctl, int64_t org, int64_t *n) MUST_CHECK;
/* Puts such a line into the store, and into `list`. NULL and `*e`, or what is wrong with the line. */
const char *export_files_take(
	struct ctl *ctl, int64_t org, const struct json *object, struct imported_file **list, enum err *e);
/* Removes them again: nothing was imported. */
void export_files_drop(struct ctl *ctl, const struct imported_file *list);

#endif
