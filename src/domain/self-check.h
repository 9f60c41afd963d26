/*
 * self-check.h - what an installation can find out about itself: the same for the doctor and the status page, each in
 * its own words.
 */
#ifndef DESKBELL_DOMAIN_SELF_CHECK_H
#define DESKBELL_DOMAIN_SELF_CHECK_H

#include "core/conf.h"
#include "core/pool.h"

#define SENDER_BEAT_S 90     /* cron starts a sender every minute: no sign for longer, and none runs */
#define DELIVERY_LATE_S 300  /* what waits longer is late */
#define OLDEST_SERVER 130000 /* server_version_num of PostgreSQL */

enum run_dir_state {
	RUN_DIR_GOOD,
	RUN_DIR_TOO_LONG, /* for a socket in it */
	RUN_DIR_MISSING,  /* a sender makes it */
	RUN_DIR_NO_PLACE, /* missing, and this process could not make it */
	RUN_DIR_NO_FOLDER,
	RUN_DIR_NOT_WRITABLE, /* by this process */
	RUN_DIR_OPEN          /* everybody can write there */
};
enum run_dir_state run_dir_check(const char *dir);
/* A lease that ends before a slow delivery makes it look dead. */
bool lease_outlasts_timeout(const struct conf *conf);
enum address_state { ADDRESS_GOOD, ADDRESS_MISSING, ADDRESS_NOT_HTTPS };
/* Of public.base_url, as it is written; asks no other host. */
enum address_state address_check(const struct conf *conf);
/* The line for crontab that starts a sender every minute; in the pool. */
const char *cron_line(struct pool *pool, const struct conf *conf);

#endif
