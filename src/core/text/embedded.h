/*
 * embedded.h - files that the build compiles into a program.
 */
#ifndef DESKBELL_CORE_TEXT_EMBEDDED_H
#define DESKBELL_CORE_TEXT_EMBEDDED_H

#include <stddef.h>

/* A file as compiled in; the table ends with a NULL name. `name` is the file's path below its folder. */
struct embedded_file {
	const char *name;
	const unsigned char *bytes;
	size_t n;
};

/* Catalogues of translations, from po/. */
extern const struct embedded_file catalogue_files[];

#endif
