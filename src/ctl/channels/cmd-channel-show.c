/*
 * cmd-channel-show.c - `deskbellctl channel show`: everything about a channel but its secrets, of which at most the
 * last four characters are shown.
 */
#include "ctl/channels/channels.h"
#include "ctl/output.h"

const struct arg_spec ctl_channel_show_args[] = { ARG_CHANNEL(false),
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "the organisation whose channels are shown" }, ARG_JSON,
	ARG_LAST };

static const struct column attempt_columns[] = { { "at", "WHEN", COLUMN_TIME, 0 }, { "kind", "WHAT", COLUMN_TEXT, 0 },
	{ "accepted", "ACCEPTED", COLUMN_FLAG, 0 }, { "reason", "REASON", COLUMN_REASON, 90 },
	{ "remote_address", "FROM", COLUMN_TEXT, 0 }, COLUMN_LAST };

struct shown {
	const struct channel_row *row;
	struct channel channel;
	struct explain sealed; /* why the secrets do not open; empty when they do */
	struct sql_channel_attempts_rows attempts;
};

static enum err cmd_channel_show_load(struct ctl *ctl, const struct channel_row *row, struct shown *s)
{
	const struct crypt_keys *keys;
	s->row = row;
	if (ctl_load_keys(ctl, &keys) != ERR_OK)
		s->sealed = ctl->why;
	else if (row->ops && channels_open(ctl, keys, row, &s->channel, &s->sealed) != ERR_OK)
		memset(s->channel.secret, 0, sizeof(s->channel.secret));
	return CTL_QUERY(ctl, row->org, sql_channel_attempts, row->org, row->id, &s->attempts);
}

static struct str field_shown(struct ctl *ctl, const struct shown *s, int i)
{
	if (!s->row->ops->fields[i].secret)
		return s->channel.plain[i];
	if (s->channel.secret[i])
		return secret_redacted(ctl->pool, s->channel.secret[i]);
	return *s->sealed.text ? STR("cannot be opened") : STR_NONE;
}

static struct str status_of(const struct channel_row *row)
{
	return row->disconnected_at ? STR("disconnected") : row->status;
}

static void cmd_channel_show_print_json(struct ctl *ctl, struct json_writer *w, const struct shown *s)
{
	const struct channel_row *row = s->row;
	json_begin_object(w);
	json_member_i64(w, "id", row->id);
	json_member_i64(w, "org", row->org);
	json_member_str(w, "org_name", row->org_name);
	json_member_str(w, "platform", row->platform);
	json_member_str(w, "status", status_of(row));
	out_reason(w, "status_reason", row->reason);
	json_key(w, "config");
	json_begin_object(w);
	for (int i = 0; row->ops && row->ops->fields[i].name; i++)
		json_member_str(w, row->ops->fields[i].name, field_shown(ctl, s, i));
	json_end_object(w);
	json_member_str(w, "secrets_error", *s->sealed.text ? str_of(s->sealed.text) : STR_NONE);
	out_json_time(w, "created_at", row->created_at);
	out_json_time(w, "updated_at", row->updated_at);
	out_json_time(w, "disconnected_at", row->disconnected_at);
	out_json_time(w, "paused_until", row->paused_until);
	out_json_time(w, "health_at", row->health_at);
	if (row->health.p) {
		json_key(w, "health");
		check_findings_write_stored(w, row->health);
	}
	json_key(w, "attempts");
	out_json_rows(w, attempt_columns, s->attempts.result);
	json_end_object(w);
}

static void cmd_channel_show_line(struct ctl *ctl, const char *name, struct str value)
{
	value = out_safe(ctl->pool, value.p ? value : STR("-"));
	printf("  %-24s%.*s\n", name, OUT_STR(value));
}

static void print_health(struct ctl *ctl, const struct channel_row *row)
{
	const struct json *health;
	if (!row->health.p || json_parse(ctl->pool, row->health, &health, NULL) != ERR_OK) {
		printf("  %-24snever; deskbellctl channel check %lld\n", "checked", (long long)row->id);
		return;
	}
	cmd_channel_show_line(ctl, "checked", out_time(ctl->pool, row->health_at));
	for (size_t i = 0; i < json_length(json_get(health, "findings")); i++) {
		const struct json *f = json_at(json_get(health, "findings"), i);
		struct str level = json_str(json_get(f, "level")),
			   subject = reason_text(ctl->pool, NULL, json_str(json_get(f, "subject"))),
			   words = reason_text(ctl->pool, NULL, reason_of_json(ctl->pool, json_get(f, "reason")));
		cmd_channel_show_line(ctl, "",
			pool_printf(ctl->pool, "%.*s: %.*s: %.*s", OUT_STR(level), OUT_STR(subject), OUT_STR(words)));
	}
}

static void cmd_channel_show_print(struct ctl *ctl, const struct shown *s)
{
	const struct channel_row *row = s->row;
	struct str title = channels_words(ctl, row);
	printf("%.*s\n", OUT_STR(title));
	struct str reason = reason_whole(ctl->pool, NULL, row->reason);
	cmd_channel_show_line(ctl, "status",
		reason.p ? pool_printf(ctl->pool, "%.*s: %.*s", OUT_STR(status_of(row)), OUT_STR(reason))
			 : status_of(row));
	for (int i = 0; row->ops && row->ops->fields[i].name; i++)
		cmd_channel_show_line(ctl, row->ops->fields[i].name, field_shown(ctl, s, i));
	if (*s->sealed.text)
		cmd_channel_show_line(ctl, "secrets", str_of(s->sealed.text));
	cmd_channel_show_line(ctl, "connected", out_time(ctl->pool, row->created_at));
	cmd_channel_show_line(ctl, "changed", out_time(ctl->pool, row->updated_at));
	if (row->disconnected_at)
		cmd_channel_show_line(ctl, "disconnected", out_time(ctl->pool, row->disconnected_at));
	if (row->paused_until)
		cmd_channel_show_line(ctl, "sending paused until", out_time(ctl->pool, row->paused_until));
	print_health(ctl, row);
	puts("\nLatest verifications and refused deliveries:");
	out_table(ctl->pool, attempt_columns, s->attempts.result, "none");
}

enum err ctl_channel_show(struct ctl *ctl)
{
	struct channel_row *rows;
	struct out_json j;
	int n;
	enum err e = ctl_channels_find(ctl, &rows, &n);
	if (e != ERR_OK)
		return e;
	struct shown *all = pool_new_array(ctl->pool, (size_t)n, struct shown);
	for (int i = 0; i < n; i++)
		if ((e = cmd_channel_show_load(ctl, &rows[i], &all[i])) != ERR_OK)
			return e;
	if (!arg_flag(ctl, "json")) {
		for (int i = 0; i < n; i++) {
			fputs(i ? "\n" : "", stdout);
			cmd_channel_show_print(ctl, &all[i]);
		}
		return ERR_OK;
	}
	/* One that was named is an object; an organisation's are an array. */
	bool one = arg_number(ctl, "CHANNEL") != 0;
	struct json_writer *w = out_json_begin(&j);
	if (!one)
		json_begin_array(w);
	for (int i = 0; i < n; i++)
		cmd_channel_show_print_json(ctl, w, &all[i]);
	if (!one)
		json_end_array(w);
	out_json_end(&j);
	return ERR_OK;
}
