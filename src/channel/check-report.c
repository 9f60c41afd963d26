/*
 * check-report.c - the findings of a health check while they are gathered. Knows no platform.
 */
#include "channel/check-report.h"

#include "core/clock.h"

void check_report_init(
	struct check_report *r, struct pool *pool, const struct conf *conf, const struct channel *channel)
{
	*r = (struct check_report){ .pool = pool, .conf = conf, .channel = channel };
	r->until_us = clock_mono_us() + CHECK_TIMEOUT_MS * 1000;
	r->last = &r->first;
}

int check_left_ms(const struct check_report *r)
{
	int64_t left = (r->until_us - clock_mono_us()) / 1000;
	return left > 0 ? (int)left : 1;
}

void check_find(struct check_report *r, int level, const char *what, struct str words, const char *next)
{
	struct check_finding *f = pool_new_of(r->pool, struct check_finding);
	f->level = level;
	f->what = what;
	f->words = words;
	f->next = str_of(next);
	*r->last = f;
	r->last = &f->next_finding;
}

const struct http_response *check_call(
	struct check_report *r, const char *what, const char *base_url, const struct http_request *request)
{
	struct http_response *response = pool_new_of(r->pool, struct http_response);
	http_fetch(r->pool, request, response);
	if (response->outcome == HTTP_ANSWERED)
		return response;
	check_find(r, CHECK_BAD, what,
		pool_printf(r->pool, T("%s cannot be reached: %s"), base_url,
			response->reason ? response->reason : T("no answer")),
		T("Check the host's network and firewall; outgoing HTTPS must be allowed."));
	return NULL;
}
