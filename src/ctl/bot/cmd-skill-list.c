/*
 * cmd-skill-list.c - `deskbellctl skill list` for people, `skill export` for the next `skill import`.
 */
#include "answer/skills/skill-edit.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#define EXPORT_MAX_BYTES (512u << 20)

const struct arg_spec ctl_skill_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_skill_export_args[] = { ARG_THE_ORG, ARG_LAST };

static enum err cmd_skill_list_load(struct ctl *ctl, struct sql_skill_list_rows *r)
{
	int64_t org = arg_number(ctl, "org");
	return CTL_QUERY(ctl, org, sql_skill_list, org, r);
}

enum err ctl_skill_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 },
		{ "title", "TITLE", COLUMN_TEXT, 40 }, { "enabled", "ENABLED", COLUMN_FLAG, 0 },
		{ "requires_human_handover", "HANDOVER", COLUMN_FLAG, 0 },
		{ "trigger_count", "TRIGGERS", COLUMN_NUMBER, 0 }, { "updated_at", "CHANGED", COLUMN_TIME, 0 },
		{ "response", "RESPONSE", COLUMN_TEXT, 60 }, { "triggers", NULL, COLUMN_JSON, 0 }, COLUMN_LAST };
	struct sql_skill_list_rows r;
	enum err e = cmd_skill_list_load(ctl, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result,
			"There are no skills yet: deskbellctl skill import --org ID <skills.json");
	return e;
}

enum err ctl_skill_export(struct ctl *ctl)
{
	struct sql_skill_list_rows r;
	struct buf text;
	enum err e = cmd_skill_list_load(ctl, &r);
	if (e != ERR_OK)
		return e;
	buf_init(&text, EXPORT_MAX_BYTES);
	skills_write(&text, &r);
	e = text.err;
	if (e == ERR_OK)
		fputs(buf_cstr(&text), stdout);
	buf_fini(&text);
	return e;
}
