/*
 * check-report.h - the findings of a health check while they are gathered.
 */
#ifndef DESKBELL_CHANNEL_CHECK_REPORT_H
#define DESKBELL_CHANNEL_CHECK_REPORT_H

#include "channel/channel.h"

#define CHECK_TIMEOUT_MS 5000 /* all calls of a report together: a person is waiting */

struct check_report {
	struct pool *pool;
	const struct conf *conf;
	const struct channel *channel;
	struct check_finding *first, **last;
	int64_t until_us; /* all calls together end by then */
};

/* An empty report. */
void check_report_init(
	struct check_report *r, struct pool *pool, const struct conf *conf, const struct channel *channel);
/* How long a call may still take, at least 1. */
int check_left_ms(const struct check_report *r);
/* Adds a finding; `subject` is the code of a reason. */
void check_find(struct check_report *r, int level, const char *subject, struct str reason);
/* The finding that the platform refused a call: for `reason`, with its own code and words (absent: it gave none). */
void check_find_refusal(
	struct check_report *r, const char *subject, const char *reason, int status, struct str code, struct str said);
/* Makes the call. NULL when the platform at `base_url` did not answer, and then a finding says so; else the response,
 * whatever its status. */
const struct http_response *check_call(
	struct check_report *r, const char *subject, const char *base_url, const struct http_request *request);

#endif
