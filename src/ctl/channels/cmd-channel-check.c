/*
 * cmd-channel-check.c - `deskbellctl channel check`: asks the platform, prints what it found, keeps it with the
 * channel.
 *
 * No transaction is open while the platform is asked.
 */
#include "channel/channel-health.h"
#include "ctl/channels/channels.h"
#include "ctl/output.h"

const struct arg_spec ctl_channel_check_args[] = { ARG_CHANNEL(true),
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "the organisation it must belong to" },
	{ ARG_FLAG, "subscribe", NULL, false, SHAPE_ANY, NULL,
		"also have the platform deliver its messages here when it does not" },
	ARG_JSON, ARG_LAST };

static const char *const levels[] = { [CHECK_GOOD] = "ok", [CHECK_WARNING] = "warn", [CHECK_BAD] = "FAIL" };

void findings_write(struct json_writer *w, const struct check_finding *findings)
{
	if (findings)
		channel_findings_write(w, findings);
}

void findings_print(struct ctl *ctl, const struct check_finding *findings)
{
	for (const struct check_finding *f = findings; f; f = f->next_finding) {
		struct str words = out_safe(ctl->pool, f->words);
		printf("  %-5s %s: %.*s\n", levels[f->level], f->what, OUT_STR(words));
		if (f->next.p)
			printf("        -> %.*s\n", OUT_STR(f->next));
	}
}

enum err ctl_channel_check(struct ctl *ctl)
{
	struct channel_row row;
	struct channel channel;
	struct out_json j;
	const struct crypt_keys *keys;
	enum err e = ctl_load_keys(ctl, &keys);
	if (e == ERR_OK)
		e = channels_find_connected(ctl, &row);
	if (e == ERR_OK)
		e = channels_open(ctl, keys, &row, &channel, &ctl->why);
	if (e != ERR_OK)
		return e;
	const struct check_finding *findings =
		row.ops->check(ctl->pool, &ctl->conf, &channel, arg_flag(ctl, "subscribe"));
	bool good = channel_health_is_good(findings);
	channel_health_write(out_json_begin(&j), row.id, findings);
	e = CTL_QUERY(ctl, row.org, sql_channel_save_health, row.org, row.id, buf_str(&j.text), good);
	if (arg_flag(ctl, "json")) {
		out_json_end(&j);
	} else {
		buf_fini(&j.text);
		struct str title = channels_words(ctl, &row);
		printf("%.*s\n", OUT_STR(title));
		findings_print(ctl, findings);
	}
	if (e == ERR_OK && !good)
		return explain(&ctl->why, ERR_REMOTE, "channel %lld does not work as it is; see what failed",
			(long long)row.id);
	return e;
}
