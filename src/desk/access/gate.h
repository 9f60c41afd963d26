/*
 * gate.h - the long work that requests to the desk do, bounded for all and for each organization.
 */
#ifndef DESKBELL_DESK_GATE_H
#define DESKBELL_DESK_GATE_H

#include "core/pool.h"

#include <stdint.h>

/* What takes longer than a page may. */
enum gate_kind {
	GATE_DOCUMENTS, /* a document is fetched, converted, stored or deleted */
	GATE_SKILLS,    /* many skills are imported, or loaded to try a message */
	GATE_REMOTE,    /* a platform or a model is asked */
	GATE_PICTURES   /* a picture is made smaller */
};

struct gate;

/* For the life of `pool`. `run_dir`: where the processes of one host meet; without it each process counts for itself.
 */
struct gate *gate_new(struct pool *pool, const char *run_dir);
/* A place for work of this kind, without waiting: -1 when all are taken, or the organization has as many as one may.
 * Else a descriptor; closing it, or the end of the process, gives the place back. */
int gate_enter(const struct gate *gate, enum gate_kind kind, int64_t org_id);

#endif
