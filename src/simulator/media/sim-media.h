/*
 * sim-media.h - the files that customers and businesses have sent: what both platforms hand out, and what may go wrong
 * with it.
 */
#ifndef DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_H
#define DESKBELL_SIMULATOR_MEDIA_SIM_MEDIA_H

#include "core/err.h"
#include "core/json/json.h"
#include "core/pool.h"
#include "core/str.h"

#define SIM_MEDIA_MAX 1000

/* What is wrong with a file; each once as often as it was asked for. */
enum sim_media_fault {
	SIM_MEDIA_GOOD,
	SIM_MEDIA_CUT,        /* the connection ends in the middle */
	SIM_MEDIA_WRONG_HASH, /* the digest that is told belongs to something else */
	SIM_MEDIA_NOT_READY,  /* 404 at its address */
	SIM_MEDIA_EXPIRED,    /* the platform no longer knows the id; for ever */
	SIM_MEDIA_ELSEWHERE,  /* the address is of a host that must not see the token; for ever */
	SIM_MEDIA_EMPTY,      /* 200 without a byte */
	SIM_MEDIA_SLOW,       /* it comes slow_bytes at a time, with slow_pause_ms before each */
	SIM_MEDIA_NO_DOWNLOAD /* Meta cannot take it from the customer: the message holds error 131052 instead */
};

struct sim_media {
	char id[24];
	char *mime_type, *name;
	char *bytes;
	size_t n;
	enum sim_media_fault fault;
	int64_t faults_left;
	int64_t path_until_ms; /* how long Telegram hands it out by its path */
};

struct sim_media_list {
	struct sim_media *files; /* the last SIM_MEDIA_MAX */
	size_t n, next;
};

/* Keeps the file that the JSON object describes: {mime_type, base64url, name?, fault?, faults?}; `id` is its own.
 * ERR_INVALID with words. */
enum err sim_media_put(struct sim_media_list *list, const struct json *json, uint64_t serial,
	const struct sim_media **out, struct explain *why) MUST_CHECK;
/* Keeps a file that a business has uploaded. */
struct sim_media *sim_media_keep(
	struct sim_media_list *list, struct str mime_type, struct str name, struct str bytes, uint64_t serial);
/* NULL when there is none. */
struct sim_media *sim_media_find(const struct sim_media_list *list, struct str id);
/* The fault of this request, which is counted when it is one of `kinds` (a bit each); SIM_MEDIA_GOOD for none. */
enum sim_media_fault sim_media_take_fault(struct sim_media *file, unsigned kinds);
#define SIM_MEDIA_BIT(fault) (1u << (fault))
void sim_media_forget(struct sim_media_list *list);

#endif
