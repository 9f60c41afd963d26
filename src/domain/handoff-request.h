/*
 * handoff-request.h - does a customer say that a person should answer?
 */
#ifndef DESKBELL_DOMAIN_HANDOFF_REQUEST_H
#define DESKBELL_DOMAIN_HANDOFF_REQUEST_H

#include "core/pool.h"
#include "core/str.h"

/* True for an explicit request to talk to a human ("can I speak to a real person", "temsilciye bağlayın", "human"), in
 * English, Turkish, Spanish, German, French, Portuguese, Italian, Arabic, Russian and
 * Indonesian; each line and sentence is looked
 * at. A refusal ("I don't need a person") and talk about persons ("how many people per room") are no handoff request.
 * `pool` is for scratch memory. */
bool handoff_requested(struct pool *pool, struct str text);

#endif
