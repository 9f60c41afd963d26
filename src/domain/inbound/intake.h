/*
 * intake.h - durable storage of webhook deliveries from many threads, with group commit.
 *
 * The first thread that comes becomes leader: it stores everything that is waiting in one transaction, with a call for
 * each organization, and then answers all, as databases do with their log. If that fails, each organization is stored
 * alone, then of those that fail each delivery, then each item, and an item that still fails goes to quarantine: a bad
 * one harms no other. A large delivery is stored in pieces, each with a commit of its own, so that a customer who
 * writes meanwhile waits for one of them at most, and its time is bounded. One organization that needs more than twice
 * the time of all others together is held back while they need some (intake-share.h).
 */
#ifndef DESKBELL_DOMAIN_INTAKE_H
#define DESKBELL_DOMAIN_INTAKE_H

#include "db/db-pool.h"
#include "domain/inbound/inbound.h"
#include "domain/work/autostart.h"

struct intake;

struct intake_result {
	int group;                     /* deliveries that shared the (last) commit */
	enum autostart_need autostart; /* whether a sender has to be started */
};

/* `leaders`: how many groups may be on their way at once, at most the connections of `pool`. All arguments are
 * borrowed. Never NULL. */
struct intake *intake_new(const struct conf *conf, struct db_pool *pool, int leaders);
void intake_free(struct intake *intake);
/* Around a delivery of the organization, from when it is known whose it is. False: its organization is held back, and
 * so many of its deliveries are inside already that it is to come again; then there is nothing to leave. Thread-safe.
 */
bool intake_enter(struct intake *intake, int64_t org_id) MUST_CHECK;
void intake_leave(struct intake *intake, int64_t org_id);
/* Stores the list; returns when it is committed. ERR_DB_UNREACHABLE when the database cannot be reached: not all of it
 * was stored for sure, the sender of the webhook has to repeat it (what was stored already is recognised then).
 * Thread-safe. */
enum err intake_store(struct intake *intake, const struct inbound_list *list, struct intake_result *result) MUST_CHECK;

#endif
