/*
 * cmd-channel-disconnect.c - `deskbellctl channel disconnect`: tells the platform, wipes the credentials, keeps the
 * conversations.
 */
#include "ctl/channels/channels.h"
#include "ctl/output.h"

const struct arg_spec ctl_channel_disconnect_args[] = { ARG_CHANNEL(true),
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "the organisation it must belong to" },
	{ ARG_FLAG, "yes", NULL, false, SHAPE_ANY, NULL, "really do it" }, ARG_LAST };

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
	if ((e = channels_disconnect(ctl, &row)) == ERR_OK)
		printf("%.*s is disconnected; its credentials are gone, its conversations are kept.\n", OUT_STR(words));
	return e;
}
