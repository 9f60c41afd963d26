/*
 * channel-health.c - what a check found, as it is kept with the channel: {"channel", "ok", "findings": [{"level",
 * "subject", "reason"}]}, the latter two as codes. Pure.
 */
#include "channel/channel-health.h"

static const char *const levels[] = { [CHECK_GOOD] = "ok", [CHECK_WARNING] = "warn", [CHECK_BAD] = "FAIL" };

static void channel_health_write_finding(struct json_writer *w, const struct check_finding *f)
{
	json_begin_object(w);
	json_member_str(w, "level", str_of(levels[f->level]));
	json_member_str(w, "subject", str_of(f->subject));
	reason_write(w, "reason", f->reason);
	json_end_object(w);
}

bool channel_health_is_good(const struct check_finding *findings)
{
	for (; findings; findings = findings->next_finding)
		if (findings->level == CHECK_BAD)
			return false;
	return true;
}

void channel_health_write(struct json_writer *w, int64_t channel_id, const struct check_finding *findings)
{
	json_begin_object(w);
	json_member_i64(w, "channel", channel_id);
	json_member_bool(w, "ok", channel_health_is_good(findings));
	json_key(w, "findings");
	json_begin_array(w);
	for (const struct check_finding *f = findings; f; f = f->next_finding)
		channel_health_write_finding(w, f);
	json_end_array(w);
	json_end_object(w);
}
