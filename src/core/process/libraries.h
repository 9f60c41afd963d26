/*
 * libraries.h - whether the libraries of this host do what no program can do without.
 *
 * A library is of another version on each release of each system, and another version may mean something else: json-c
 * 0.18 refused all text that was not ASCII under a flag that 0.16 took otherwise. So the essential is tried at every
 * start, in microseconds, before a message can be lost; the doctor tries the rest.
 */
#ifndef DESKBELL_CORE_LIBRARIES_H
#define DESKBELL_CORE_LIBRARIES_H

#include "core/err.h"

/* Tries json-c, OpenSSL and libcurl. ERR_CONFIG with words that name the library and the package. */
enum err libraries_try(struct explain *why) MUST_CHECK;
/* The same; what fails ends the program with its words. For the start of a program. */
void libraries_need(void);

#endif
