/*
 * cmd-org.c - `deskbellctl org add`, `org list`.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/text.h"

#define NAME_MAX_BYTES 200

const struct arg_spec ctl_org_add_args[] = { { ARG_WORD, "NAME", NULL, true, SHAPE_ANY, NULL,
						     "the organisation's name, as people see it" },
	{ ARG_OPTION, "bot-mode", "MODE", false, SHAPE_ANY, "active|shadow|off", "what the bot may do; default off" },
	{ ARG_OPTION, "language", "xx", false, SHAPE_ANY, NULL,
		"the language of its customers, as en, tr, pt-BR; default en" },
	ARG_LAST };

const struct arg_spec ctl_org_list_args[] = { ARG_JSON, ARG_LAST };

static bool cmd_org_is_name(struct str s)
{
	if (s.n == 0 || s.n > NAME_MAX_BYTES || !str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

struct org_add {
	struct str name;
	int64_t id;
};

static enum err cmd_org_add(struct ctl *ctl, void *arg)
{
	struct org_add *a = arg;
	struct sql_organization_add_rows r;
	struct buf detail;
	struct json_writer w;
	enum err e = sql_organization_add(
		ctl->db, ctl->pool, a->name, str_of(arg_text(ctl, "bot-mode")), str_of(arg_text(ctl, "language")), &r);
	if (e != ERR_OK)
		return e;
	a->id = sql_organization_add_row(&r, 0).id;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_str(&w, "name", a->name);
	json_member_str(&w, "bot_mode", str_of(arg_text(ctl, "bot-mode")));
	json_end_object(&w);
	e = ctl_audit(ctl, a->id, "organization.add", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

enum err ctl_org_add(struct ctl *ctl)
{
	struct org_add a = { .name = str_trim(text_without_direction(ctl->pool, str_of(arg_text(ctl, "NAME")))) };
	const char *language = arg_text(ctl, "language");
	if (!cmd_org_is_name(a.name))
		return explain(&ctl->why, ERR_USAGE, "NAME must be 1 to %d bytes of UTF-8 without control characters",
			NAME_MAX_BYTES);
	if (language && !text_is_language_tag(str_of(language)))
		return explain(&ctl->why, ERR_USAGE,
			"--language must be a language tag such as en, tr or pt-BR, not '%.20s'", language);
	enum err e = ctl_transaction(ctl, 0, cmd_org_add, &a);
	if (e == ERR_OK)
		printf("%lld\n", (long long)a.id);
	return e;
}

enum err ctl_org_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 }, { "name", "NAME", COLUMN_TEXT, 40 },
		{ "language", "LANGUAGE", COLUMN_TEXT, 0 }, { "bot_mode", "BOT", COLUMN_TEXT, 0 },
		{ "channels", "CHANNELS", COLUMN_NUMBER, 0 }, { "skills", "SKILLS", COLUMN_NUMBER, 0 },
		{ "users", "USERS", COLUMN_NUMBER, 0 }, { "created_at", "CREATED", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_organization_list_rows r;
	enum err e = CTL_QUERY(ctl, 0, sql_organization_list, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "There is no organisation yet: deskbellctl org add NAME");
	return e;
}
