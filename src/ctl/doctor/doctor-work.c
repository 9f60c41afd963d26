/*
 * doctor-work.c - the doctor's checks of what Deskbell does: keys, channels, deliveries that were refused, the sender,
 * the queue.
 */
#include "ctl/doctor/doctor.h"

#include "channel/channel.h"
#include "config.h"
#include "ctl/output.h"
#include "ctl/sealed.h"
#include "domain/work/autostart.h"
#include "domain/self-check.h"
#include "core/text/reason.h"

static bool load_channels(struct doctor *d, const char *check, struct sql_doctor_channels_rows *r)
{
	if (CTL_QUERY(d->ctl, 0, sql_doctor_channels, r) == ERR_OK)
		return true;
	doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
	return false;
}

/* How many channels do not open with these keys; the first's words are noted. */
static int count_closed(struct doctor *d, const struct crypt_keys *keys, const struct sql_doctor_channels_rows *r)
{
	int closed = 0;
	for (int i = 0; i < r->n; i++) {
		struct explain why = { "" };
		const struct sql_doctor_channels_row row = sql_doctor_channels_row(r, i);
		struct channel c = { .org_id = row.org_id, .id = row.id, .ops = channel_find(row.platform) };
		if (!c.ops || channel_open(d->ctl->pool, keys, row.config, &c, &why) == ERR_OK)
			continue;
		if (closed++ == 0)
			doctor_note(d, DOCTOR_FAIL, "key file",
				"restore the key file that sealed them, or connect the channel again with all its "
				"credentials",
				"the credentials of channel %lld (organisation %lld) cannot be opened: %s",
				(long long)c.id, (long long)c.org_id, why.text);
	}
	return closed;
}

static enum err load_sealed(struct ctl *ctl, void *arg)
{
	return sealed_keys(ctl, arg);
}

/* Everything sealed, settings too, must have its key in the file. */
static bool keys_are_there(struct doctor *d, const char *check, const struct crypt_keys *keys)
{
	struct sql_sealed_keys_rows r;
	bool good = true;
	if (ctl_transaction(d->ctl, 0, load_sealed, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return false;
	}
	for (int i = 0; i < r.n; i++) {
		const struct sql_sealed_keys_row row = sql_sealed_keys_row(&r, i);
		struct str id = row.id;
		if (crypt_keys_have(keys, id))
			continue;
		good = false;
		doctor_note(d, DOCTOR_FAIL, check,
			"put that key back from a copy of the file, or enter the secrets again",
			"%lld secrets are sealed under key %.*s, which %s does not hold", (long long)row.n, OUT_STR(id),
			d->ctl->conf.key_file);
	}
	return good;
}

void doctor_keys(struct doctor *d)
{
	static const char check[] = "key file";
	const struct crypt_keys *keys;
	struct sql_doctor_channels_rows r;
	if (ctl_load_keys(d->ctl, &keys) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	if (!d->is_migrated) {
		doctor_note(d, DOCTOR_OK, check, NULL, "%s is readable by its owner only", d->ctl->conf.key_file);
		return;
	}
	if (!load_channels(d, check, &r))
		return;
	int closed = count_closed(d, keys, &r);
	bool complete = keys_are_there(d, check, keys);
	if (closed > 1)
		doctor_note(d, DOCTOR_FAIL, check, NULL, "the same with %d other channels", closed - 1);
	if (closed == 0 && complete)
		doctor_note(d, DOCTOR_OK, check, NULL,
			"%s is readable by its owner only and opens the credentials of %d channel%s",
			d->ctl->conf.key_file, r.n, r.n == 1 ? "" : "s");
}

void doctor_channels(struct doctor *d)
{
	static const char check[] = "channels";
	struct sql_doctor_channels_rows r;
	int troubled = 0;
	if (!load_channels(d, check, &r))
		return;
	for (int i = 0; i < r.n; i++) {
		const struct sql_doctor_channels_row row = sql_doctor_channels_row(&r, i);
		long long id = row.id, org = row.org_id;
		const char *next = pool_printf(d->ctl->pool, "deskbellctl channel check %lld", id).p;
		struct str status = row.status, reason = reason_whole(d->ctl->pool, NULL, row.status_reason);
		if (str_equal(status, STR("verified")))
			continue;
		troubled++;
		if (str_equal(status, STR("error")))
			doctor_note(d, DOCTOR_FAIL, check, next, "channel %lld (organisation %lld) is in error: %.*s",
				id, org, OUT_STR(reason.p ? reason : STR("no reason is known")));
		else
			doctor_note(d, DOCTOR_WARN, check, next,
				"channel %lld (organisation %lld) has had no signed delivery yet", id, org);
	}
	if (r.n == 0)
		doctor_note(d, DOCTOR_WARN, check, "deskbellctl channel connect PLATFORM --org ID",
			"no channel is connected");
	else if (troubled == 0)
		doctor_note(d, DOCTOR_OK, check, NULL, "%d connected, all verified", r.n);
}

void doctor_webhooks(struct doctor *d)
{
	static const char check[] = "webhooks";
	struct sql_doctor_refused_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_refused, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	const struct sql_doctor_refused_row row = sql_doctor_refused_row(&r, 0);
	int64_t n = row.refused;
	struct str at = out_time(d->ctl->pool, row.last_ms), reason = reason_text(d->ctl->pool, NULL, row.reason);
	if (n == 0)
		doctor_note(d, DOCTOR_OK, check, NULL, "nothing was refused in the last 24 hours");
	else
		doctor_note(d, DOCTOR_WARN, check,
			"deskbellctl channel list, then channel show ID, tell which channel's they were",
			"%lld deliver%s refused in the last 24 hours, the latest at %.*s: %.*s", (long long)n,
			n == 1 ? "y or verification was" : "ies or verifications were", OUT_STR(at), OUT_STR(reason));
}

/* After an upgrade a sender that runs in the foreground goes on with the old program. */
static void check_versions(struct doctor *d, const char *check)
{
	struct sql_doctor_versions_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_versions, str_of(PACKAGE_VERSION), &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	for (int i = 0; i < r.n; i++) {
		const struct sql_doctor_versions_row row = sql_doctor_versions_row(&r, i);
		struct str host = row.host, version = row.version;
		doctor_note(d, DOCTOR_WARN, check, "start it again",
			"the sender on host %.*s (pid %lld) is of version %.*s, this is " PACKAGE_VERSION,
			OUT_STR(host), (long long)row.pid, OUT_STR(version));
	}
}

void doctor_sender(struct doctor *d)
{
	static const char check[] = "sender";
	struct sql_doctor_sender_rows r;
	struct conf *conf = &d->ctl->conf;
	const char *cron = pool_printf(d->ctl->pool, "add to crontab: %s", cron_line(d->ctl->pool, conf)).p;
	enum doctor_level level = conf->outbox_kick == CONF_KICK_AUTO ? DOCTOR_WARN : DOCTOR_FAIL;
	const char *autostart = conf->outbox_kick == CONF_KICK_AUTO
					? "; the webhook program starts one when there is work "
					  "(outbox.kick = auto), but retries wait for cron"
					: ", and outbox.kick is off: nothing is sent";
	if (CTL_QUERY(d->ctl, 0, sql_doctor_sender, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	if (r.n == 0) {
		doctor_note(d, level, check, cron, "no sender is running%s", autostart);
		return;
	}
	check_versions(d, check);
	const struct sql_doctor_sender_row row = sql_doctor_sender_row(&r, 0);
	struct str host = row.host, mode = row.mode, age = out_age(d->ctl->pool, row.age_s);
	if (row.age_s > SENDER_BEAT_S)
		doctor_note(d, level, check, cron, "the last heartbeat of a sender is %.*s old (host %.*s)%s",
			OUT_STR(age), OUT_STR(host), autostart);
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "one on host %.*s (pid %lld, %.*s) gave a sign %.*s ago",
			OUT_STR(host), (long long)row.pid, OUT_STR(mode), OUT_STR(age));
}

void doctor_queue(struct doctor *d)
{
	static const char check[] = "queue";
	struct sql_doctor_late_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_late, DELIVERY_LATE_S, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	const struct sql_doctor_late_row row = sql_doctor_late_row(&r, 0);
	struct str age = out_age(d->ctl->pool, row.oldest_s);
	if (row.deliveries > 0)
		doctor_note(d, DOCTOR_FAIL, check, "deskbellctl queue list says why",
			"%lld message%s longer than %d minutes to be sent, the oldest for %.*s",
			(long long)row.deliveries, row.deliveries == 1 ? " waits" : "s wait", DELIVERY_LATE_S / 60,
			OUT_STR(age));
	if (row.answers > 0)
		doctor_note(d, DOCTOR_FAIL, check, "deskbellctl queue list; is a sender running?",
			"%lld answer%s overdue by more than %d minutes", (long long)row.answers,
			row.answers == 1 ? " is" : "s are", DELIVERY_LATE_S / 60);
	if (row.deliveries == 0 && row.answers == 0)
		doctor_note(d, DOCTOR_OK, check, NULL, "nothing waits longer than %d minutes", DELIVERY_LATE_S / 60);
}
