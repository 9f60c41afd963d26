/*
 * place.h - where an installation's own files lie.
 *
 * An installed build knows its folders from configure. A portable one (configure --enable-portable) lies wherever its
 * folder was put, and looks next to itself first.
 */
#ifndef DESKBELL_CORE_PLACE_H
#define DESKBELL_CORE_PLACE_H

#include "core/pool.h"

/* The program file that runs, absolute, with links followed; "" where the system does not say. Lives in `pool`. */
const char *place_program(struct pool *pool);
/* The folder of the program file; "" where the system does not say. Lives in `pool`. */
const char *place_folder(struct pool *pool);
/* The configuration that counts when none is named: `installed`; in a portable build etc/deskbell.conf next to the
 * program, unless that is missing and `installed` is there. Lives in `pool`, or is `installed`. */
const char *place_conf(struct pool *pool, const char *installed);

#endif
