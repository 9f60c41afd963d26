/*
 * cmd-migrate.c - `deskbellctl migrate`: brings the database to this program's version, or says whether it is there.
 */
#include "db/migrate.h"

#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_migrate_args[] = {
	{ ARG_FLAG, "check", NULL, false, SHAPE_ANY, NULL,
		"change nothing; exit with 78 when the database is not at this program's version" },
	{ ARG_FLAG, "older", NULL, false, SHAPE_ANY, NULL,
		"replace the functions of a newer program by this one's: to go back to an earlier version on purpose" },
	ARG_LAST
};

/* Who has just begun is told how it goes on. */
static enum err say_next(struct ctl *ctl)
{
	struct sql_organization_list_rows r;
	enum err e = CTL_QUERY(ctl, 0, sql_organization_list, &r);
	if (e == ERR_OK && r.n == 0)
		puts("Next: 'deskbellctl setup-code' for the set-up in the browser, or 'deskbellctl org add NAME'.");
	return e;
}

/* A role that may not make tables cannot say so better than the server does, but what to do is known. */
static enum err explain_owner(struct ctl *ctl, enum err e)
{
	struct explain server = ctl->why;
	if (strcmp(db_last_state(ctl->db), "42501") != 0)
		return e;
	return explain(&ctl->why, ERR_DENIED,
		"%s. The role of database.url must own the database. As a superuser: ALTER DATABASE name OWNER TO "
		"role; and, "
		"where another role has made the tables, REASSIGN OWNED BY other TO role in it",
		server.text);
}

enum err ctl_migrate(struct ctl *ctl)
{
	struct migrate_report report;
	enum err e;
	if (arg_flag(ctl, "check")) {
		e = migrate_check(ctl->db, ctl->pool, &ctl->why);
		if (e == ERR_OK)
			puts("The database is at this program's version.");
		return e;
	}
	e = arg_flag(ctl, "older") ? migrate_run_older(ctl->db, ctl->pool, &report, &ctl->why)
				   : migrate_run(ctl->db, ctl->pool, &report, &ctl->why);
	if (e != ERR_OK)
		return explain_owner(ctl, e);
	if (report.applied || report.functions_replaced)
		printf("The database is at %.*s now: %d migration%s ran, functions %s.\n", OUT_STR(report.version),
			report.applied, report.applied == 1 ? "" : "s",
			report.functions_replaced ? "replaced" : "unchanged");
	else
		printf("The database is at %.*s already; nothing to do.\n", OUT_STR(report.version));
	return say_next(ctl);
}
