/*
 * bot-mode.h - what the bot may do in an organisation.
 */
#ifndef DESKBELL_DOMAIN_BOT_MODE_H
#define DESKBELL_DOMAIN_BOT_MODE_H

#include "core/str.h"

enum bot_mode {
	BOT_OFF,    /* everything is stored and shown, nothing is answered */
	BOT_SHADOW, /* the reply is worked out and kept as a draft */
	BOT_ACTIVE  /* the reply is sent */
};

/* False for an unknown word; `*out` is then BOT_OFF, which is the safe reading. */
bool bot_mode_parse(struct str word, enum bot_mode *out);
const char *bot_mode_name(enum bot_mode mode);

#endif
