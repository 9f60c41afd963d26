/*
 * cmd-channel-disconnect.c - `deskbellctl channel disconnect`: tells the platform, wipes the credentials, keeps the
 * conversations.
 */
#include "channel/connect.h"
#include "ctl/channels.h"
#include "ctl/output.h"

const struct arg_spec ctl_channel_disconnect_args[] = { ARG_CHANNEL(true),
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "the organisation it must belong to" },
	{ ARG_FLAG, "yes", NULL, false, SHAPE_ANY, NULL, "really do it" }, ARG_LAST };

static enum err disconnect(struct ctl *ctl, void *arg)
{
	const struct channel_row *row = arg;
	enum err e = channel_disconnect(ctl->pool, ctl->db, row->ops, row->org, row->id, "deskbellctl");
	return e == ERR_NOT_FOUND ? ERR_OK : e; /* somebody else was faster */
}

/* As long as the credentials are there. What the platform delivers afterwards would only be refused, so that it does
 * not work is told and stops nothing. */
static void unsubscribe(struct ctl *ctl, const struct channel_row *row)
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
		fprintf(stderr, "deskbellctl: %s could not be told to deliver no more: %s\n", row->ops->title,
			*why.text ? why.text : ctl->why.text);
}

enum err ctl_channel_disconnect(struct ctl *ctl)
{
	struct channel_row row;
	enum err e = channels_find_connected(ctl, &row);
	if (e != ERR_OK)
		return e;
	struct str words = channels_words(ctl, &row);
	if (!arg_flag(ctl, "yes"))
		return explain(&ctl->why, ERR_USAGE,
			"this forgets the credentials of %.*s; nothing is received or sent until it is connected "
			"again. "
			"Conversations are kept. Say --yes to do it.",
			OUT_STR(words));
	unsubscribe(ctl, &row);
	if ((e = ctl_transaction(ctl, row.org, disconnect, &row)) == ERR_OK)
		printf("%.*s is disconnected; its credentials are gone, its conversations are kept.\n", OUT_STR(words));
	return e;
}
