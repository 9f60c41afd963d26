/*
 * whatsapp.c - the WhatsApp channel (Meta Cloud API): its fields, and the table that the rest sees.
 */
#include "channel/whatsapp/whatsapp.h"

#include "core/clock.h"

static bool all_of(struct str s, bool (*is)(unsigned char))
{
	for (size_t i = 0; i < s.n; i++)
		if (!is((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

static bool whatsapp_is_id_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("_-.", c);
}

static bool whatsapp_is_id(struct str s)
{
	return all_of(s, whatsapp_is_id_char);
}

static bool whatsapp_is_printable(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static bool whatsapp_is_token(struct str s)
{
	return all_of(s, whatsapp_is_printable);
}

static bool is_phone_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || strchr("+ -()", c);
}

static bool whatsapp_is_phone(struct str s)
{
	return all_of(s, is_phone_char);
}

static const struct channel_field fields[] = {
	[WHATSAPP_PHONE_NUMBER_ID] = { "phone_number_id", true, false, false, 64, whatsapp_is_id,
		"the number's id: letters and digits, not the phone number itself",
		"in Meta's developer console under WhatsApp > API setup, 'Phone number ID'" },
	[WHATSAPP_BUSINESS_ACCOUNT_ID] = { "business_account_id", true, false, false, 64, whatsapp_is_id,
		"the account's id: letters and digits",
		"in Meta's developer console under WhatsApp > API setup, 'WhatsApp Business Account ID'" },
	[WHATSAPP_TOKEN] = { "permanent_access_token", true, true, false, 2048, whatsapp_is_token,
		"the token without spaces",
		"in Meta Business Settings under Users > System users, 'Generate new token', expiration 'Never'" },
	[WHATSAPP_APP_SECRET] = { "app_secret", true, true, false, 256, whatsapp_is_token,
		"the app's secret without spaces",
		"in Meta's developer console under App settings > Basic, 'App secret'" },
	[WHATSAPP_VERIFY_TOKEN] = { "verify_token", true, true, false, 256, whatsapp_is_token,
		"a word of your choice without spaces",
		"nowhere: choose it here and type the same one in Meta's console under WhatsApp > Configuration > "
		"Webhook" },
	[WHATSAPP_DISPLAY_PHONE_NUMBER] = { "display_phone_number", false, false, false, 40, whatsapp_is_phone,
		"a phone number such as +1 650 555 1234", "in Meta's developer console under WhatsApp > API setup" },
	[WHATSAPP_WEBHOOK_VERIFIED_AT] = { "webhook_verified_at", false, false, true, 40, NULL, "a time",
		"nowhere: Deskbell sets it" },
	[WHATSAPP_APP_SECRET_BEFORE] = { "app_secret_before", false, true, true, 256, NULL, "a secret",
		"nowhere: Deskbell keeps it for a day" },
	[WHATSAPP_APP_SECRET_CHANGED_AT] = { "app_secret_changed_at", false, false, true, 20, NULL, "a time",
		"nowhere: Deskbell sets it" },
	{ NULL, false, false, false, 0, NULL, NULL, NULL }
};

void whatsapp_rotate(struct pool *pool, const struct channel *old, struct channel *channel)
{
	const struct secret *before = old->secret[WHATSAPP_APP_SECRET], *now = channel->secret[WHATSAPP_APP_SECRET];
	bool same_number = str_equal(old->external_id, channel->external_id);
	channel->plain[WHATSAPP_APP_SECRET_CHANGED_AT] =
		same_number ? old->plain[WHATSAPP_APP_SECRET_CHANGED_AT] : STR_NONE;
	if (!same_number)
		channel->secret[WHATSAPP_APP_SECRET_BEFORE] = NULL;
	if (!same_number || !before || !now || str_equal(secret_bytes(before), secret_bytes(now)))
		return;
	channel->secret[WHATSAPP_APP_SECRET_BEFORE] = secret_in_pool(pool, secret_bytes(before));
	channel->plain[WHATSAPP_APP_SECRET_CHANGED_AT] = pool_printf(pool, "%lld", (long long)(clock_wall_ms() / 1000));
}

bool whatsapp_secret_before_is_valid(const struct channel *channel)
{
	int64_t at;
	return channel->secret[WHATSAPP_APP_SECRET_BEFORE]
	       && str_to_i64(channel->plain[WHATSAPP_APP_SECRET_CHANGED_AT], &at)
	       && clock_wall_ms() / 1000 - at < WHATSAPP_SECRET_GRACE_S;
}

static const char *const steps[] = { "In Meta's developer console (developers.facebook.com, your app), WhatsApp > "
				     "Configuration > Webhook > Edit: enter "
				     "the callback URL and the verify token, then 'Verify and save'.",
	"In the list of webhook fields below it, subscribe all of them; without 'messages' nothing arrives.", NULL };

/* Source: Meta, "Throughput" (80 a second, all types) and "About the platform" (one in 6 s to a person; 10 at once is
 * less than what Meta lends). */
const struct channel_ops whatsapp_channel = { .platform = "whatsapp",
	.title = "WhatsApp",
	.person_kind = "bsuid",
	.fields = fields,
	.external_id_field = WHATSAPP_PHONE_NUMBER_ID,
	.account_id_field = WHATSAPP_BUSINESS_ACCOUNT_ID,
	.verify_field = WHATSAPP_VERIFY_TOKEN,
	.text_max_utf16 = 4096,
	.has_window = true,
	.limits = { .rate_per_s = 80, .pair_interval_ms = 6000, .pair_burst = 10, .echo_wait_s = 90 },
	.steps = steps,
	.normalise = whatsapp_normalise,
	.describe = whatsapp_describe,
	.field_words = whatsapp_field_words,
	.build_send = whatsapp_build_send,
	.build_seen = whatsapp_build_seen,
	.build_file_address = whatsapp_build_file_address,
	.judge_file_address = whatsapp_judge_file_address,
	.file_rules = whatsapp_file_rules,
	.build_upload = whatsapp_build_upload,
	.judge_upload = whatsapp_judge_upload,
	.upload_life_s = WHATSAPP_UPLOAD_LIFE_S,
	.judge_send = whatsapp_judge_send,
	.check = whatsapp_check,
	.rotate = whatsapp_rotate,
	.prove = whatsapp_prove };
