/*
 * histogram.h - how often something took how long, counted by a process between two heartbeats.
 */
#ifndef DESKBELL_DOMAIN_HISTOGRAM_H
#define DESKBELL_DOMAIN_HISTOGRAM_H

#include "db/db.h"

/* Milliseconds up to which a count goes, as sql/functions/metrics.sql has them in seconds; one more is above all. */
#define HISTOGRAM_BOUNDS \
	{ \
		10, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000 \
	}
#define HISTOGRAM_COUNTS 12

struct histogram {
	int64_t counts[HISTOGRAM_COUNTS];
	int64_t us; /* of all together */
	int n;
};

void histogram_add(struct histogram *h, int64_t us);
/* Adds it to what the database has under the name, and begins again. Nothing is asked where nothing was counted; what
 * could not be stored is kept for the next time. */
enum err histogram_store(struct histogram *h, struct db *db, const char *name) MUST_CHECK;

#endif
