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

#define HEALTH_MAX_BYTES (1 << 18)

static const char *const levels[] = { [CHECK_GOOD] = "ok", [CHECK_WARNING] = "warn", [CHECK_BAD] = "FAIL" };

static void cmd_channel_check_write(struct json_writer *w, struct str level, struct str subject, struct str reason)
{
	json_begin_object(w);
	json_member_str(w, "level", level);
	out_reason(w, "subject", subject);
	out_reason(w, "reason", reason);
	json_end_object(w);
}

void check_findings_write(struct json_writer *w, const struct check_finding *findings)
{
	if (!findings)
		return;
	json_key(w, "findings");
	json_begin_array(w);
	for (const struct check_finding *f = findings; f; f = f->next_finding)
		cmd_channel_check_write(w, str_of(levels[f->level]), str_of(f->subject), f->reason);
	json_end_array(w);
}

void check_findings_write_stored(struct json_writer *w, struct str health)
{
	const struct json *stored = NULL;
	struct pool *pool = pool_new();
	if (json_parse_own(pool, health, &stored, NULL) != ERR_OK)
		stored = NULL;
	const struct json *findings = json_get(stored, "findings");
	int64_t channel = 0;
	json_begin_object(w);
	if (json_i64(json_get(stored, "channel"), &channel))
		json_member_i64(w, "channel", channel);
	json_member_bool(w, "ok", json_bool(json_get(stored, "ok"), false));
	json_key(w, "findings");
	json_begin_array(w);
	for (size_t i = 0; i < json_length(findings); i++) {
		const struct json *f = json_at(findings, i);
		cmd_channel_check_write(w, json_str(json_get(f, "level")), json_str(json_get(f, "subject")),
			reason_of_json(pool, json_get(f, "reason")));
	}
	json_end_array(w);
	json_end_object(w);
	pool_free(pool);
}

void check_findings_print(struct ctl *ctl, const struct check_finding *findings)
{
	for (const struct check_finding *f = findings; f; f = f->next_finding) {
		struct str subject = reason_text(ctl->pool, NULL, str_of(f->subject)),
			   words = out_safe(ctl->pool, reason_text(ctl->pool, NULL, f->reason)),
			   next = out_safe(ctl->pool, reason_next(ctl->pool, NULL, f->reason));
		printf("  %-5s %.*s: %.*s\n", levels[f->level], OUT_STR(subject), OUT_STR(words));
		if (next.n && f->level != CHECK_GOOD)
			printf("        -> %.*s\n", OUT_STR(next));
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
	struct json_writer w;
	struct buf text;
	buf_init(&text, HEALTH_MAX_BYTES);
	json_writer_init(&w, &text);
	channel_health_write(&w, row.id, findings);
	struct str health = pool_take(ctl->pool, &text);
	e = CTL_QUERY(ctl, row.org, sql_channel_save_health, row.org, row.id, health, good);
	if (arg_flag(ctl, "json")) {
		check_findings_write_stored(out_json_begin(&j), health);
		out_json_end(&j);
	} else {
		struct str title = channels_words(ctl, &row);
		printf("%.*s\n", OUT_STR(title));
		check_findings_print(ctl, findings);
	}
	if (e == ERR_OK && !good)
		return explain(&ctl->why, ERR_REMOTE, "channel %lld does not work as it is; see what failed",
			(long long)row.id);
	return e;
}
