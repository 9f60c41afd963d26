/*
 * sim-media-serve.h - a file on its way to who asks for it.
 */
#ifndef DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_SERVE_H
#define DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_SERVE_H

#include "simulator/simulator.h"

/* Where the simulator is reached, as the caller of this request reached it: "http://127.0.0.1:8080", in the pool. */
struct str sim_media_origin(const struct exchange *ex);
/* Answers with the bytes, or with what is wrong with them; returns after how many milliseconds, for which the caller
 * holds the answer. */
int64_t sim_media_serve(struct exchange *ex, struct sim_media *file);

#endif
