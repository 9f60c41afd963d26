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

void check_find(struct check_report *r, int level, const char *subject, struct str reason)
{
	struct check_finding *f = pool_new_of(r->pool, struct check_finding);
	f->level = level;
	f->subject = subject;
	f->reason = reason;
	*r->last = f;
	r->last = &f->next_finding;
}

void check_find_refusal(
	struct check_report *r, const char *subject, const char *reason, int status, struct str code, struct str said)
{
	struct log_field words = F_STR("said", said);
	if (str_is_empty(said))
		words = (struct log_field)F_REASON("said", str_of(CODE(check_no_reason)));
	check_find(r, CHECK_BAD, subject,
		REASON(r->pool, check_refused, F_REASON("reason", str_of(reason)), F_INT("status", status),
			F_STR("code", str_is_empty(code) ? STR("-") : code), words));
}

const struct http_response *check_call(
	struct check_report *r, const char *subject, const char *base_url, const struct http_request *request)
{
	struct http_response *response = pool_new_of(r->pool, struct http_response);
	http_fetch(r->pool, request, response);
	if (response->outcome == HTTP_ANSWERED)
		return response;
	const char *reason = response->reason ? response->reason : CODE(check_no_answer);
	check_find(r, CHECK_BAD, subject,
		REASON(r->pool, check_unreachable, F_CSTR("address", base_url), F_REASON("reason", str_of(reason))));
	return NULL;
}
