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
	{ ARG_FLAG, "distribute", NULL, false, SHAPE_ANY, NULL,
		"then distribute the tables over the nodes of a database with the Citus extension, or what is new of "
		"them" },
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

/* Into how many pieces organizations are divided at first: more than nodes there will be soon. */
#define MIGRATE_SHARDS 32

static const struct {
	const char *code, *text;
} distribution_problems[] = {
	{ "no_extension",
		"the database has no Citus extension. As a superuser, in the database of every node: CREATE EXTENSION "
		"citus; then name the nodes on this one with citus_set_coordinator_host and citus_add_node" },
	{ "no_nodes", "the database knows of no node that may hold organizations. As a superuser: SELECT "
		      "citus_add_node('HOST', PORT)" },
	{ "desk_role", "the desk has a database role of its own, whose proof is good on one node only. Let desk.fcgi "
		       "log in as the owner, then drop the role: DROP OWNED BY and DROP ROLE" },
};

static enum err explain_distribution(struct ctl *ctl, struct str problem)
{
	for (size_t i = 0; i < sizeof(distribution_problems) / sizeof(*distribution_problems); i++)
		if (str_equal(problem, str_of(distribution_problems[i].code)))
			return explain(&ctl->why, ERR_CONFLICT, "%s", distribution_problems[i].text);
	return explain(&ctl->why, ERR_CONFLICT, "the database cannot be distributed (%.*s)", OUT_STR(problem));
}

static enum err migrate_distribute(struct ctl *ctl)
{
	struct sql_distribution_rows now;
	struct sql_distribute_rows done;
	enum err e = CTL_QUERY(ctl, 0, sql_distribution, &now);
	if (e != ERR_OK)
		return e;
	struct sql_distribution_row state = sql_distribution_row(&now, 0);
	if (state.problem.p)
		return explain_distribution(ctl, state.problem);
	e = CTL_QUERY(ctl, 0, sql_distribute, MIGRATE_SHARDS, &done);
	if (e != ERR_OK)
		return e;
	struct sql_distribute_row r = sql_distribute_row(&done, 0);
	printf("%lld table%s distributed now over %lld node%s, %lld functions run where their organization lies.\n",
		(long long)r.tables, r.tables == 1 ? " was" : "s were", (long long)state.nodes,
		state.nodes == 1 ? "" : "s", (long long)r.calls);
	return ERR_OK;
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
	if (arg_flag(ctl, "distribute") && (e = migrate_distribute(ctl)) != ERR_OK)
		return e;
	return say_next(ctl);
}
