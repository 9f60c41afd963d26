/*
 * cmd-bot-mode.c - `deskbellctl bot-mode`: what the bot may do in an organisation.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_bot_mode_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "MODE", NULL, false, SHAPE_ANY, "active|shadow|off",
		"the mode to set; without it the present one is printed" },
	ARG_LAST };

struct mode {
	int64_t org;
	struct str before;
};

static enum err cmd_bot_mode_show_or_set(struct ctl *ctl, void *arg)
{
	struct mode *m = arg;
	struct sql_organization_find_rows r;
	const char *mode = arg_text(ctl, "MODE");
	enum err e = sql_organization_find(ctl->db, ctl->pool, m->org, &r);
	if (e != ERR_OK)
		return e;
	m->before = sql_organization_find_row(&r, 0).bot_mode;
	if (!mode || str_equal(m->before, str_of(mode)))
		return ERR_OK;
	e = sql_organization_set_bot_mode(ctl->db, ctl->pool, m->org, str_of(mode));
	if (e != ERR_OK)
		return e;
	/* Both are words of the schema: nothing in them needs escaping. */
	return ctl_audit(ctl, m->org, "organization.bot_mode",
		pool_printf(ctl->pool, "{\"before\":\"%.*s\",\"after\":\"%s\"}", OUT_STR(m->before), mode));
}

enum err ctl_bot_mode(struct ctl *ctl)
{
	struct mode m = { .org = arg_number(ctl, "org") };
	const char *mode = arg_text(ctl, "MODE");
	enum err e = ctl_transaction(ctl, m.org, cmd_bot_mode_show_or_set, &m);
	if (e != ERR_OK)
		return e;
	if (!mode)
		printf("%.*s\n", OUT_STR(m.before));
	else if (str_equal(m.before, str_of(mode)))
		printf("The bot of organisation %lld was %s already.\n", (long long)m.org, mode);
	else
		printf("The bot of organisation %lld is %s now (was %.*s).\n", (long long)m.org, mode,
			OUT_STR(m.before));
	return ERR_OK;
}
