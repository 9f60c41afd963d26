/*
 * channels-page.c - /settings/channels: the platforms there are, and how the organisation's channels do.
 */
#include "desk/pages/settings/channel-page.h"

static const struct {
	const char *platform, *words;
} introductions[] = {
	{ "whatsapp", T("Over the Cloud API of Meta, with a number of your own. Takes about twenty minutes.") },
	{ "telegram", T("With a bot of your own. Takes about two minutes.") },
};

static const char *channels_page_introduction(const struct desk_request *v, const char *platform)
{
	for (size_t i = 0; i < sizeof(introductions) / sizeof(introductions[0]); i++)
		if (!strcmp(introductions[i].platform, platform))
			return request_translate(v, introductions[i].words);
	return NULL;
}

void channel_state_write(struct json_writer *w, bool connected, struct str status)
{
	json_key(w, "state");
	json_begin_object(w);
	json_member_bool(w, "verified", connected && str_equal(status, STR("verified")));
	json_member_bool(w, "pending", connected && str_equal(status, STR("pending")));
	json_member_bool(w, "broken", connected && str_equal(status, STR("error")));
	json_member_bool(w, "absent", !connected);
	json_end_object(w);
}

static enum err channels_page_load(struct desk_request *v, void *arg)
{
	return sql_channel_overview(v->db, v->pool, v->caller.org_id, arg);
}

static int channels_page_row_of(const struct sql_channel_overview_rows *r, const char *platform)
{
	for (int i = 0; i < r->n; i++)
		if (str_equal(sql_channel_overview_row(r, i).platform, str_of(platform))
			&& !sql_channel_overview_row(r, i).is_disconnected)
			return i;
	return -1;
}

static struct str channels_page_address_of(struct desk_request *v, const struct sql_channel_overview_rows *r, int i)
{
	const struct sql_channel_overview_row row = sql_channel_overview_row(r, i);
	struct str phone = row.display_phone_number, name = row.bot_username;
	if (name.p)
		return pool_printf(v->pool, "@%.*s", (int)name.n, name.p);
	return phone.p ? phone : row.external_id;
}

static void write_age(struct desk_request *v, struct json_writer *w, const char *key, int64_t at)
{
	json_member_str(w, key, at ? locale_ago(v->pool, &v->locale, at) : str_of(request_translate(v, T("never"))));
}

static void channels_page_write_facts(
	struct desk_request *v, struct json_writer *w, const struct sql_channel_overview_rows *r, int i)
{
	json_member_str(w, "address", channels_page_address_of(v, r, i));
	const struct sql_channel_overview_row row = sql_channel_overview_row(r, i);
	write_age(v, w, "last_in", row.last_in_ms);
	write_age(v, w, "last_out", row.last_out_ms);
	json_member_str(w, "waiting", locale_number(v->pool, &v->locale, row.waiting));
}

static void channels_page_write_channel(struct desk_request *v, struct json_writer *w,
	const struct sql_channel_overview_rows *r, const struct channel_ops *ops)
{
	int i = channels_page_row_of(r, ops->platform);
	json_begin_object(w);
	json_member_str(w, "platform", str_of(ops->platform));
	json_member_str(w, "title", str_of(ops->title));
	json_member_str(w, "href", str_of(channel_page_path(v, ops, "")));
	const struct sql_channel_overview_row row = sql_channel_overview_row(r, i);
	channel_state_write(w, i >= 0, i >= 0 ? row.status : STR_NONE);
	json_member_str(w, "words", i < 0 ? str_of(channels_page_introduction(v, ops->platform)) : STR(""));
	json_member_str(
		w, "reason", i < 0 || !row.status_reason.p ? STR("") : request_reason_whole(v, row.status_reason));
	json_member_str(w, "next_step", STR(""));
	if (i >= 0)
		channels_page_write_facts(v, w, r, i);
	json_end_object(w);
}

enum err desk_channels(struct desk_request *v)
{
	struct sql_channel_overview_rows r;
	enum err e = request_transaction(v, channels_page_load, &r);
	if (e != ERR_OK)
		return e;
	struct json_writer *w = page_begin(v, "channels", "settings", T("Channels"));
	json_key(w, "tab");
	json_begin_object(w);
	json_member_bool(w, "channels", true);
	json_end_object(w);
	json_key(w, "channels");
	json_begin_array(w);
	for (const struct channel_ops *const *ops = channel_platforms; *ops; ops++)
		channels_page_write_channel(v, w, &r, *ops);
	json_end_array(w);
	return page_end(v, 200);
}
