/*
 * telegram.c - the Telegram channel (Bot API): its fields, and the table that the rest sees.
 */
#include "channel/telegram/telegram.h"

static bool telegram_is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* The bot's number, a colon, the secret part. */
static bool telegram_is_token(struct str s)
{
	ptrdiff_t colon = str_find_char(s, ':');
	if (colon < 1 || colon > 20 || (size_t)colon + 1 == s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i < (size_t)colon ? s.p[i] < '0' || s.p[i] > '9'
				      : i > (size_t)colon && !telegram_is_id_char(s.p[i]))
			return false;
	return true;
}

static const char by_itself[] = "nowhere: Deskbell sets it";

static const struct channel_field fields[] = {
	[TELEGRAM_TOKEN] = { "bot_token", true, true, false, 256, telegram_is_token,
		"the whole token: digits, a colon, then letters and digits",
		"in Telegram: write to @BotFather and send /newbot, or /token for a bot that you have" },
	[TELEGRAM_SECRET] = { "secret_token", false, true, true, 256, NULL, "a token", by_itself },
	[TELEGRAM_USERNAME] = { "bot_username", false, false, true, 64, NULL, "the bot's name", by_itself },
	[TELEGRAM_BOT_ID] = { "bot_id", false, false, true, 20, NULL, "the bot's number", by_itself },
	[TELEGRAM_WEBHOOK_ID] = { "webhook_id", false, false, true, 64, NULL, "the end of the callback address",
		by_itself },
	[TELEGRAM_WEBHOOK_VERIFIED_AT] = { "webhook_verified_at", false, false, true, 40, NULL, "a time", by_itself },
	{ NULL, false, false, false, 0, NULL, NULL, NULL }
};

static const char *const steps[] = { NULL };

/* Source: Telegram, "Bots FAQ": about one message a second to a chat, 30 a second in all. */
const struct channel_ops telegram_channel = { .platform = "telegram",
	.title = "Telegram",
	.person_kind = "telegram",
	.fields = fields,
	.external_id_field = TELEGRAM_BOT_ID,
	.account_id_field = TELEGRAM_WEBHOOK_ID,
	.verify_field = -1,
	.own_address = true,
	.own_ids = true,
	.text_max_utf16 = 4096,
	.has_window = false,
	.limits = { .rate_per_s = 30, .pair_interval_ms = 1000, .pair_burst = 1, .echo_wait_s = 0 },
	.steps = steps,
	.normalise = telegram_normalise,
	.describe = telegram_describe,
	.field_words = telegram_kind_words,
	.build_send = telegram_build_send,
	.build_seen = telegram_build_seen,
	.build_acknowledge = telegram_build_acknowledge,
	.build_file_address = telegram_build_file_address,
	.judge_file_address = telegram_judge_file_address,
	.file_rules = telegram_file_rules,
	.judge_send = telegram_judge_send,
	.check = telegram_check,
	.identify = telegram_identify,
	.unsubscribe = telegram_unsubscribe };
