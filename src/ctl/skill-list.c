/*
 * skill-list.c - `deskbellctl skill list` for people, `skill export` for the next `skill import`.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_skill_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_skill_export_args[] = { ARG_THE_ORG, ARG_LAST };

enum { ID, TITLE, ENABLED, HANDOVER, N_TRIGGERS, CHANGED, RESPONSE, TRIGGERS };

static enum err load(struct ctl *ctl, struct db_result **r)
{
	int64_t org = arg_number(ctl, "org");
	return CTL_QUERY(ctl, org, &sql_skill_list, r, DB_INT(org));
}

enum err ctl_skill_list(struct ctl *ctl)
{
	static const struct column columns[] = { [ID] = { "id", "ID", COLUMN_NUMBER, 0 },
		[TITLE] = { "title", "TITLE", COLUMN_TEXT, 40 },
		[ENABLED] = { "enabled", "ENABLED", COLUMN_FLAG, 0 },
		[HANDOVER] = { "requires_human_handover", "HANDOVER", COLUMN_FLAG, 0 },
		[N_TRIGGERS] = { "trigger_count", "TRIGGERS", COLUMN_NUMBER, 0 },
		[CHANGED] = { "updated_at", "CHANGED", COLUMN_TIME, 0 },
		[RESPONSE] = { "response", "RESPONSE", COLUMN_TEXT, 60 },
		[TRIGGERS] = { "triggers", NULL, COLUMN_JSON, 0 },
		COLUMN_LAST };
	struct db_result *r;
	enum err e = load(ctl, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r, "There are no skills yet: deskbellctl skill import --org ID <skills.json");
	return e;
}

/* One element a line, so that two exports can be compared. */
enum err ctl_skill_export(struct ctl *ctl)
{
	struct db_result *r;
	struct out_json j;
	enum err e = load(ctl, &r);
	if (e != ERR_OK)
		return e;
	puts("[");
	for (int row = 0; row < db_rows(r); row++) {
		struct json_writer *w = out_json_begin(&j);
		json_begin_object(w);
		json_member_str(w, "title", db_str(r, row, TITLE));
		json_key(w, "triggers");
		json_write_raw(w, db_str(r, row, TRIGGERS));
		json_member_str(w, "response", db_str(r, row, RESPONSE));
		json_member_bool(w, "enabled", db_bool(r, row, ENABLED));
		json_member_bool(w, "requires_human_handover", db_bool(r, row, HANDOVER));
		json_end_object(w);
		printf("%s%s\n", buf_cstr(&j.text), row + 1 < db_rows(r) ? "," : "");
		buf_fini(&j.text);
	}
	puts("]");
	return ERR_OK;
}
