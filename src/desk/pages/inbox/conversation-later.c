/*
 * conversation-later.c - replies that wait for their time, and replies that quote a message.
 *
 * Which time is meant is read as for snoozing (conversation-actions.c). A message that waits is a message of the
 * conversation like any other; it goes out at its time, at once, or never (sql/functions/inbox.sql).
 */
#include "desk/pages/inbox/conversation.h"

#include "channel/channel.h"
#include "channel/description.h"

enum err later_check(struct desk_request *v, struct later *later)
{
	struct sql_later_refused_rows r;
	if (str_is_empty(later->until))
		return ERR_OK;
	enum err e = conversation_time(v, later->until, later->at, &later->at_ms);
	if (e == ERR_OK)
		e = sql_later_refused(v->db, v->pool, v->caller.org_id, v->path.ids[0], later->at_ms, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_later_refused_row row = sql_later_refused_row(&r, 0);
	later->refused = row.refused;
	later->waited = row.has_waiting_ms;
	later->waited_ms = row.waiting_ms;
	return ERR_OK;
}

enum err quote_find(struct desk_request *v, int64_t message, struct quote *out)
{
	struct sql_quotable_rows r;
	struct sql_conversation_platform_rows platform;
	*out = (struct quote){ .id = 0 };
	if (!message)
		return ERR_OK;
	enum err e = sql_quotable(v->db, v->pool, v->caller.org_id, v->path.ids[0], message, &r);
	if (e != ERR_OK || r.n == 0)
		return e;
	const struct sql_quotable_row row = sql_quotable_row(&r, 0);
	*out = (struct quote){ .id = message, .provider_id = row.provider_id, .text = row.body };
	if (!str_is_empty(row.body))
		return ERR_OK;
	e = sql_conversation_platform(v->db, v->pool, v->caller.org_id, v->path.ids[0], &platform);
	const struct channel_ops *ops =
		e == ERR_OK && platform.n ? channel_find(sql_conversation_platform_row(&platform, 0).platform) : NULL;
	out->text = str_of(request_translate(v, description_title(ops, row.kind)));
	return e;
}

/* ---- what waits ---- */

static const struct field fields[] = { { "message", FIELD_NUMBER, FIELD_REQUIRED, 20, NULL, T("Load the page again.") },
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 10, "now|cancel", T("Choose what to do.") }, FIELD_LAST };

static enum err run_settle_later(struct desk_request *v, struct act *act)
{
	struct sql_settle_later_rows r;
	enum err e = sql_settle_later(v->db, v->pool, v->caller.org_id, v->path.ids[0], act->user, act->opens, &r);
	if (e == ERR_OK)
		act->outcome = sql_settle_later_row(&r, 0).done ? STR("done") : STR("same");
	return e;
}

enum err desk_conversation_later(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, form_first_error(&form));
	bool drops = str_equal(form_value(&form, "do"), STR("cancel"));
	struct act act = { .run = run_settle_later, .user = form_number(&form, "message"), .opens = drops };
	enum err e = act_and_return(v, &act, drops ? "later-cancelled" : "later-sent", false);
	if (e == ERR_OK && !drops)
		request_wake_sender(v, true);
	return e;
}
