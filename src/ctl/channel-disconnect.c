/*
 * channel-disconnect.c - `deskbellctl channel disconnect`: wipes the credentials, keeps the conversations.
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
	if ((e = ctl_transaction(ctl, row.org, disconnect, &row)) == ERR_OK)
		printf("%.*s is disconnected; its credentials are gone, its conversations are kept.\n", OUT_STR(words));
	return e;
}
