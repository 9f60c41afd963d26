/*
 * bot-mode.c - what the bot may do in an organisation. Pure.
 */
#include "domain/bot-mode.h"

static const char *const names[] = { [BOT_OFF] = "off", [BOT_SHADOW] = "shadow", [BOT_ACTIVE] = "active" };

bool bot_mode_parse(struct str word, enum bot_mode *out)
{
	for (int i = BOT_OFF; i <= BOT_ACTIVE; i++)
		if (str_equal(word, str_of(names[i]))) {
			*out = (enum bot_mode)i;
			return true;
		}
	*out = BOT_OFF;
	return false;
}

const char *bot_mode_name(enum bot_mode mode)
{
	return names[mode];
}
