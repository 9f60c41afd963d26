/*
 * channels.c - finds channels for the channel commands, and `deskbellctl channel list`.
 *
 * A channel is named by its id alone, so it is looked up in the system scope; whatever is changed afterwards is changed
 * in its own tenant's transaction.
 */
#include "ctl/channels/channels.h"

#include "channel/connect.h"
#include "ctl/output.h"

const struct arg_spec ctl_channel_list_args[] = { ARG_SOME_ORG, ARG_JSON, ARG_LAST };

static struct channel_row channels_row_of(const struct sql_channel_find_rows *r, int i)
{
	const struct sql_channel_find_row row = sql_channel_find_row(r, i);
	return (struct channel_row){ .id = row.id,
		.org = row.org_id,
		.org_name = row.org_name,
		.platform = row.platform,
		.external_id = row.external_id,
		.account_id = row.account_id,
		.config = row.config,
		.status = row.status,
		.reason = row.status_reason,
		.health = row.health,
		.health_at = row.health_ms,
		.disconnected_at = row.disconnected_ms,
		.created_at = row.created_ms,
		.updated_at = row.updated_ms,
		.paused_until = row.paused_until_ms,
		.ops = channel_find(row.platform) };
}

static enum err channels_none(struct ctl *ctl, int64_t id, int64_t org)
{
	if (id && org)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"organisation %lld has no channel %lld; 'deskbellctl channel list' shows all", (long long)org,
			(long long)id);
	if (id)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"there is no channel %lld; 'deskbellctl channel list' shows all", (long long)id);
	return explain(&ctl->why, ERR_NOT_FOUND,
		"organisation %lld has no channel: deskbellctl channel connect PLATFORM --org %lld", (long long)org,
		(long long)org);
}

enum err channels_load(struct ctl *ctl, int64_t id, int64_t org, struct channel_row **rows, int *n)
{
	struct sql_channel_find_rows r;
	enum err e = CTL_QUERY(ctl, 0, sql_channel_find, id ? &id : NULL, org ? &org : NULL, &r);
	if (e != ERR_OK)
		return e;
	*n = r.n;
	*rows = pool_new_array(ctl->pool, (size_t)*n, struct channel_row);
	for (int i = 0; i < *n; i++)
		(*rows)[i] = channels_row_of(&r, i);
	return ERR_OK;
}

enum err ctl_channels_find(struct ctl *ctl, struct channel_row **rows, int *n)
{
	int64_t id = arg_number(ctl, "CHANNEL"), org = arg_number(ctl, "org");
	if (!id && !org)
		return explain(&ctl->why, ERR_USAGE,
			"which channel? Give its id, or --org ID; 'deskbellctl channel list' shows all");
	enum err e = channels_load(ctl, id, org, rows, n);
	return e == ERR_OK && *n == 0 ? channels_none(ctl, id, org) : e;
}

enum err channels_find_connected(struct ctl *ctl, struct channel_row *out)
{
	struct channel_row *rows;
	int n;
	enum err e = ctl_channels_find(ctl, &rows, &n);
	if (e != ERR_OK)
		return e;
	*out = rows[0];
	if (!out->ops)
		return explain(&ctl->why, ERR_INVALID,
			"channel %lld is of platform %.*s, which this program does not know", (long long)out->id,
			OUT_STR(out->platform));
	if (out->disconnected_at)
		return explain(&ctl->why, ERR_CONFLICT,
			"channel %lld is disconnected; connect it again with: deskbellctl channel connect %s --org "
			"%lld",
			(long long)out->id, out->ops->platform, (long long)out->org);
	return ERR_OK;
}

enum err channels_open(struct ctl *ctl, const struct crypt_keys *keys, const struct channel_row *row,
	struct channel *out, struct explain *why)
{
	*out = (struct channel){ .org_id = row->org,
		.id = row->id,
		.ops = row->ops,
		.external_id = row->external_id,
		.account_id = row->account_id,
		.pending = str_equal(row->status, STR("pending")) };
	return channel_open(ctl->pool, keys, row->config, out, why);
}

static enum err channels_wipe(struct ctl *ctl, void *arg)
{
	const struct channel_row *row = arg;
	enum err e = channel_disconnect(ctl->pool, ctl->db, row->ops, row->org, row->id, "deskbellctl");
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* another user was faster */
}

/* As long as the credentials are there. What the platform delivers afterwards would only be refused, so that it does
 * not work is told and stops nothing. */
static void channels_unsubscribe(struct ctl *ctl, const struct channel_row *row)
{
	const struct crypt_keys *keys;
	struct channel channel;
	struct explain why = { "" };
	if (!row->ops->unsubscribe)
		return;
	enum err e = ctl_load_keys(ctl, &keys);
	if (e == ERR_OK)
		e = channels_open(ctl, keys, row, &channel, &why);
	if (e == ERR_OK)
		e = row->ops->unsubscribe(ctl->pool, &ctl->conf, &channel, &why);
	if (e != ERR_OK)
		fprintf(stderr, "deskbellctl: %s could not be asked to stop delivering: %s\n", row->ops->title,
			*why.text ? why.text : ctl->why.text);
}

enum err channels_disconnect(struct ctl *ctl, struct channel_row *row)
{
	channels_unsubscribe(ctl, row);
	return ctl_transaction(ctl, row->org, channels_wipe, row);
}

struct str channels_words(struct ctl *ctl, const struct channel_row *row)
{
	return out_safe(ctl->pool, pool_printf(ctl->pool, "channel %lld (%s %.*s, organisation %lld '%.*s')",
					   (long long)row->id, row->ops ? row->ops->title : "unknown platform",
					   OUT_STR(row->external_id), (long long)row->org, OUT_STR(row->org_name)));
}

enum err ctl_channel_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 }, { "org", "ORG", COLUMN_NUMBER, 0 },
		{ "org_name", "NAME", COLUMN_TEXT, 30 }, { "platform", "PLATFORM", COLUMN_TEXT, 0 },
		{ "external_id", "PLATFORM'S ID", COLUMN_TEXT, 0 },
		{ "display_phone_number", "NUMBER", COLUMN_TEXT, 0 }, { "status", "STATUS", COLUMN_TEXT, 0 },
		{ "status_reason", NULL, COLUMN_REASON, 0 }, { "updated_at", "CHANGED", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_channel_list_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_channel_list, org ? &org : NULL, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result,
			"No channel is connected yet: deskbellctl channel connect PLATFORM --org ID");
	return e;
}
