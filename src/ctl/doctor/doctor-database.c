/*
 * doctor-database.c - the doctor's checks of the database: reachable, current, writable, of the same time, and tenants
 * really kept apart.
 */
#include "ctl/doctor/doctor.h"

#include "core/clock.h"
#include "ctl/output.h"
#include "db/migrate.h"
#include "domain/self-check.h"

#define CLOCK_APART_MS 5000

enum { VERSION, VERSION_NUMBER, IS_READ_ONLY, ROLE, IS_SUPERUSER, BYPASSES };

static void doctor_database_check_server(struct doctor *d)
{
	static const char check[] = "database";
	struct sql_doctor_server_rows r;
	struct ctl *ctl = d->ctl;
	if (CTL_QUERY(ctl, 0, sql_doctor_server, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", ctl->why.text);
		return;
	}
	const struct sql_doctor_server_row row = sql_doctor_server_row(&r, 0);
	struct str version = row.version;
	if (row.version_number < OLDEST_SERVER)
		doctor_note(d, DOCTOR_FAIL, check, "upgrade the server",
			"PostgreSQL %.*s is too old: 13 is the oldest that is supported", OUT_STR(version));
	else if (row.is_read_only)
		doctor_note(d, DOCTOR_FAIL, check, "let database.url name the primary, or end the recovery",
			"PostgreSQL %.*s is read-only: nothing can be stored", OUT_STR(version));
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "PostgreSQL %.*s answers and is writable", OUT_STR(version));
}

/* NULL where the words of the error say it. */
static const char *connect_remedy(const struct ctl *ctl, enum err e)
{
	if (!*ctl->conf.database_url)
		return "put it there, such as: database.url = host=localhost dbname=NAME user=NAME";
	if (e == ERR_CONFIG)
		return NULL;
	if (strstr(ctl->conf.database_url, "sslmode=verify"))
		return "check that sslrootcert names the certificate of the authority that signed the server's, and "
		       "that host is the name in the server's certificate";
	return "check database.url, that the server runs, and that it lets this user in; a password goes into "
	       "~/.pgpass (mode 0600)";
}

void doctor_database(struct doctor *d)
{
	struct ctl *ctl = d->ctl;
	struct explain why = { "" };
	enum err e = db_connect(ctl->db, &why);
	if (e != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, "database", connect_remedy(ctl, e), "%s", why.text);
		return;
	}
	d->database_answers = true;
	doctor_database_check_server(d);
	e = migrate_check(ctl->db, ctl->pool, &why);
	d->is_migrated = e == ERR_OK;
	if (e == ERR_OK)
		doctor_note(d, DOCTOR_OK, "schema", NULL, "the database is at this program's version");
	else
		doctor_note(d, DOCTOR_FAIL, "schema", NULL, "%s", why.text);
}

/* Of one host's programs. The receiver has one more that listens; a sender has three and a migration two. */
#define CONNECTIONS_OF_OTHERS 6

void doctor_connections(struct doctor *d)
{
	static const char check[] = "connections";
	const struct conf *conf = &d->ctl->conf;
	struct sql_doctor_connections_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_connections, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	long long allowed = sql_doctor_connections_row(&r, 0).allowed,
		  used = conf->webhook_connections + conf->desk_connections + CONNECTIONS_OF_OTHERS;
	if (allowed >= used)
		doctor_note(d, DOCTOR_OK, check, NULL, "the programs of a host use %lld, the database allows %lld",
			used, allowed);
	else
		doctor_note(d, DOCTOR_WARN, check,
			"set webhook.connections and desk.connections to 1 or 2, or have the limit raised",
			"the programs of a host use up to %lld, and the database allows %lld: deliveries are answered "
			"with 503 when none is free",
			used, allowed);
}

/* Leases and times of messages are the database's, the log's and the 24 hours that the desk shows are this host's. */
void doctor_clock(struct doctor *d)
{
	static const char check[] = "clock";
	struct sql_doctor_clock_rows r;
	int64_t before = clock_wall_ms();
	if (CTL_QUERY(d->ctl, 0, sql_doctor_clock, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	int64_t theirs = sql_doctor_clock_row(&r, 0).now_ms, after = clock_wall_ms();
	int64_t ahead = before > theirs ? before - theirs : theirs > after ? after - theirs : 0;
	if (ahead < CLOCK_APART_MS && ahead > -CLOCK_APART_MS)
		doctor_note(d, DOCTOR_OK, check, NULL, "this host and the database agree on the time");
	else
		doctor_note(d, DOCTOR_WARN, check, "let both take the time from the network (timedatectl set-ntp true)",
			"this host is %lld s %s the database", (long long)(ahead < 0 ? -ahead : ahead) / 1000,
			ahead > 0 ? "ahead of" : "behind");
}

/* The role of database.url. A superuser or a role with BYPASSRLS passes row-level security, and then a forgotten WHERE
 * shows other tenants' rows. */
static bool doctor_database_check_role(struct doctor *d)
{
	static const char check[] = "row security";
	struct sql_doctor_server_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_server, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return false;
	}
	const struct sql_doctor_server_row row = sql_doctor_server_row(&r, 0);
	struct str role = row.role;
	if (!row.is_superuser && !row.bypasses_rls)
		return true;
	doctor_note(d, DOCTOR_FAIL, check,
		"make a role of its own (CREATE ROLE deskbell LOGIN NOSUPERUSER NOBYPASSRLS), let it own the database "
		"and name it in database.url",
		"the role %.*s %s: row-level security does not hold for it, so nothing but the programs' own care "
		"keeps organisations apart",
		OUT_STR(role), row.is_superuser ? "is a superuser" : "has BYPASSRLS");
	return false;
}

void doctor_row_security(struct doctor *d)
{
	static const char check[] = "row security";
	struct sql_doctor_unguarded_rows r;
	struct sql_doctor_opened_rows opened;
	if (!doctor_database_check_role(d))
		return;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_unguarded, &r) != ERR_OK
		|| CTL_QUERY(d->ctl, 0, sql_doctor_opened, &opened) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, "repeat it when the database answers", "it could not be checked: %s",
			d->ctl->why.text);
		return;
	}
	struct str tables = sql_doctor_unguarded_row(&r, 0).tables, first = tables;
	if (tables.p) {
		first = str_take_until(&first, ',');
		doctor_note(d, DOCTOR_FAIL, check,
			pool_printf(d->ctl->pool,
				"as the role of database.url, for each table: ALTER TABLE %.*s ENABLE ROW LEVEL "
				"SECURITY, "
				"FORCE ROW LEVEL SECURITY",
				OUT_STR(first))
				.p,
			"not active on %.*s", OUT_STR(tables));
	} else if (opened.n > 0) {
		const struct sql_doctor_opened_row row = sql_doctor_opened_row(&opened, 0);
		doctor_note(d, DOCTOR_FAIL, check,
			pool_printf(d->ctl->pool,
				"as the role of database.url: DROP POLICY %.*s ON %.*s; SELECT "
				"guard_tenant_rows('%.*s')",
				OUT_STR(row.policy), OUT_STR(row.relation), OUT_STR(row.relation))
				.p,
			"the policy %.*s on %.*s is not as it was made: it may show rows of other organisations",
			OUT_STR(row.policy), OUT_STR(row.relation));
	} else {
		doctor_note(
			d, DOCTOR_OK, check, NULL, "active, with its own policies, on every table of organisations");
	}
}

static void judge_desk_role(struct doctor *d, struct db *db)
{
	static const char check[] = "desk role";
	struct sql_doctor_desk_role_rows r;
	if (sql_doctor_desk_role(db, d->ctl->pool, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "it could not be checked: %s", db_last_message(db));
		return;
	}
	const struct sql_doctor_desk_role_row row = sql_doctor_desk_role_row(&r, 0);
	struct str role = row.role;
	const char *allow = pool_printf(d->ctl->pool,
		"run 'deskbellctl init' as root, or as the role of database.url: SELECT deskbell_allow_desk('%.*s')",
		OUT_STR(role))
				    .p;
	if (row.is_owner)
		doctor_note(d, DOCTOR_WARN, check, "let desk.database_url name an ordinary role, or leave it out",
			"the role %.*s of desk.database_url can do whatever the owner of the tables can",
			OUT_STR(role));
	else if (row.n_readable == 0)
		doctor_note(d, DOCTOR_FAIL, check, allow,
			"the role %.*s of desk.database_url may not read the tables: no page works", OUT_STR(role));
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "the desk is %.*s and sees one organisation at a time",
			OUT_STR(role));
}

void doctor_desk_role(struct doctor *d)
{
	struct conf as_desk = d->ctl->conf;
	struct explain why = { "" };
	if (!*as_desk.desk_database_url)
		return;
	as_desk.database_url = as_desk.desk_database_url;
	struct db *db = db_new(&as_desk, "deskbellctl");
	if (db_connect(db, &why) == ERR_OK)
		judge_desk_role(d, db);
	else
		doctor_note(d, DOCTOR_FAIL, "desk role",
			"check desk.database_url; its password goes into ~/.pgpass as that of database.url does", "%s",
			why.text);
	db_free(db);
}
