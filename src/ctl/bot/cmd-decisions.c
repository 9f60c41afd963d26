/*
 * cmd-decisions.c - `deskbellctl decisions`: what the bot decided for each message, and why.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_decisions_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "conversation", "ID", false, SHAPE_ID, NULL, "only this conversation" },
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL, "how many, the latest first (50)" }, ARG_JSON, ARG_LAST };

static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 }, { "at", "WHEN", COLUMN_TIME, 0 },
	{ "conversation", "CONVERSATION", COLUMN_NUMBER, 0 }, { "message", "MESSAGE", COLUMN_NUMBER, 0 },
	{ "outcome", "OUTCOME", COLUMN_TEXT, 0 }, { "stage", "STAGE", COLUMN_TEXT, 0 },
	{ "reason", "WHY", COLUMN_REASON, 90 }, { "draft", NULL, COLUMN_TEXT, 0 }, { "detail", NULL, COLUMN_JSON, 0 },
	COLUMN_LAST };

enum err ctl_decisions(struct ctl *ctl)
{
	struct sql_decision_list_rows r;
	int64_t org = arg_number(ctl, "org"), conversation = arg_number(ctl, "conversation");
	int64_t limit = arg_number(ctl, "limit");
	enum err e = CTL_QUERY(
		ctl, org, sql_decision_list, org, conversation ? &conversation : NULL, limit ? limit : 50, &r);
	if (e == ERR_OK && conversation && r.n == 0) {
		struct sql_conversation_find_rows head;
		e = CTL_QUERY(ctl, org, sql_conversation_find, org, conversation, &head);
		if (e == ERR_OK && head.n == 0)
			return ctl_no_conversation(ctl, org, conversation);
	}
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "The bot has decided nothing yet.");
	return e;
}
