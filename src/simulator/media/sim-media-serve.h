/*
 * sim-media-serve.h - a file on its way to who asks for it.
 */
#ifndef DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_SERVE_H
#define DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_SERVE_H

#include "simulator/simulator.h"

/* Where the simulator is reached, as the caller of this request reached it: "http://127.0.0.1:8080", in the pool. */
struct str sim_media_origin(const struct exchange *ex);
/* Where Meta's file is, for media_life_s from now on: "http://127.0.0.1:8080/attachments/?mid=90...&ext=17...". */
struct str sim_media_address(
	const struct simulator *sim, const struct exchange *ex, struct str origin, const struct sim_media *file);
/* Answers with the bytes, or with what is wrong with them. */
void sim_media_serve(struct simulator *sim, struct exchange *ex, struct sim_media *file);

#endif
