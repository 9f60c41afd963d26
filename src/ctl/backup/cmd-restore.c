/*
 * cmd-restore.c - `deskbellctl restore`: brings a backup into an empty database and proves that it is the same.
 *
 * Owns the order of the steps. Everything that can be refused is refused before the database is touched: a damaged
 * file, a newer Deskbell's, keys that are not here, a database that is not empty. Then an empty table marks the
 * restore as begun, pg_restore works in one transaction, each table is compared with what the backup says of it, this
 * program's migrations and functions are put in place, and the mark goes. A restore that was interrupted anywhere finds
 * its mark when it is run again, takes away what it has left and begins from the start; without the mark nothing is
 * ever taken away. Policies for other roles are made again for those that this cluster has.
 */
#include "ctl/backup/backup-file.h"

#include "core/process/child.h"
#include "ctl/output.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

const struct arg_spec ctl_restore_args[] = { { ARG_WORD, "FILE", NULL, true, SHAPE_ANY, NULL,
						     "the backup; - is standard input" },
	{ ARG_FLAG, "check", NULL, false, SHAPE_ANY, NULL, "only check whether the backup is whole and what it needs" },
	{ ARG_FLAG, "without-key", NULL, false, SHAPE_ANY, NULL,
		"restore although the key is not here; channels must be connected again" },
	ARG_LAST };

struct restore {
	struct backup_reader *reader;
	const struct json *manifest;
	bool begun; /* by a run before */
	int64_t rows;
	struct backup_files files;
	struct buf roles; /* that this cluster lacks, for the report */
};

static void restore_free(void *p)
{
	struct restore *r = p;
	buf_fini(&r->roles);
}

/* ---- what can be refused ---- */

static struct str restore_word(const struct json *of, const char *key)
{
	return json_str(json_get(of, key));
}

static enum err restore_check_format(struct ctl *ctl, struct restore *r)
{
	int64_t version = 0;
	bool known = json_i64(json_get(r->manifest, "version"), &version);
	if (!str_equal(restore_word(r->manifest, "format"), STR("deskbell-backup")) || !known)
		return explain(&ctl->why, ERR_INVALID, "this is no backup of Deskbell; nothing was changed");
	if (version > 1)
		return explain(&ctl->why, ERR_CONFLICT,
			"the backup is of a newer Deskbell (%.*s). Install that version; nothing was changed.",
			OUT_STR(restore_word(r->manifest, "deskbell")));
	return ERR_OK;
}

static enum err restore_check_migrations(struct ctl *ctl, struct restore *r)
{
	const struct json *all = json_get(r->manifest, "migrations");
	enum err e = ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < json_length(all); i++)
		e = migrate_check_known(ctl->pool, restore_word(json_at(all, i), "name"),
			restore_word(json_at(all, i), "checksum"), &ctl->why);
	return e;
}

static enum err restore_check_keys(struct ctl *ctl, struct restore *r)
{
	const struct json *all = json_get(r->manifest, "keys");
	const struct crypt_keys *keys;
	if (json_length(all) == 0 || arg_flag(ctl, "without-key"))
		return ERR_OK;
	struct str needed = restore_word(json_at(all, 0), "id");
	if (ctl_load_keys(ctl, &keys) != ERR_OK) {
		struct explain reason = ctl->why;
		return explain(&ctl->why, ERR_CONFIG,
			"the backup needs key %.*s: %s. Copy the key file that belongs to it there, or add "
			"--without-key; "
			"channels must be connected again then.",
			OUT_STR(needed), reason.text);
	}
	for (size_t i = 0; i < json_length(all); i++) {
		needed = restore_word(json_at(all, i), "id");
		if (!crypt_keys_have(keys, needed))
			return explain(&ctl->why, ERR_CONFIG,
				"the backup needs key %.*s, which is not in %s. Copy the key file that belongs to the "
				"backup "
				"there, or add --without-key; channels must be connected again then.",
				OUT_STR(needed), ctl->conf.key_file);
	}
	return ERR_OK;
}

static enum err restore_check_database(struct ctl *ctl, struct restore *r)
{
	struct sql_restore_lock_rows lock;
	struct sql_restore_state_rows state;
	enum err e = CTL_QUERY(ctl, 0, sql_restore_lock, &lock);
	if (e == ERR_OK && !sql_restore_lock_row(&lock, 0).is_locked)
		return explain(&ctl->why, ERR_CONFLICT, "another restore works on this database; wait for it");
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, 0, sql_restore_state, &state);
	if (e != ERR_OK)
		return e;
	const struct sql_restore_state_row row = sql_restore_state_row(&state, 0);
	struct str here = row.schema, there = restore_word(r->manifest, "schema");
	r->begun = row.was_begun;
	if (row.n_objects > 0 && !r->begun)
		return explain(&ctl->why, ERR_CONFLICT,
			"the database is not empty (%lld tables and functions). Make an empty one and name it in "
			"database.url; nothing was changed.",
			(long long)row.n_objects);
	if (!str_equal(here, there))
		return explain(&ctl->why, ERR_CONFIG,
			"the backup is of the schema %.*s, and tables go into %.*s here. Make that schema the first "
			"one "
			"of the role's search_path.",
			OUT_STR(there), OUT_STR(here));
	return ERR_OK;
}

/* ---- pg_restore ---- */

/* Runs it with the dump as its input and `to` as its output. */
static enum err restore_run(struct ctl *ctl, struct restore *r, const char *const *argv, int to, int also)
{
	int ends[2];
	struct child child;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return explain(&ctl->why, ERR_IO, "no pipe to pg_restore: %s", strerror(errno));
	enum err e = child_start(&child,
		&(struct child_program){ .argv = argv,
			.env = db_environment(ctl->db, ctl->pool),
			.package = "postgresql-client",
			.in = ends[0],
			.out = to,
			.also = also },
		&ctl->why);
	close(ends[0]);
	FILE *out = e == ERR_OK ? fdopen(ends[1], "w") : NULL;
	if (!out) {
		close(ends[1]);
		if (e == ERR_OK)
			child_kill(&child);
		return e == ERR_OK ? explain(&ctl->why, ERR_IO, "no pipe to pg_restore: %s", strerror(errno)) : e;
	}
	e = backup_reader_dump(r->reader, out);
	(void)fclose(out); /* what it did not take it did not want: its status says whether that is right */
	if (e != ERR_OK) {
		child_kill(&child);
		return e;
	}
	return child_wait(&child, &ctl->why);
}

/* Whether a line of pg_restore's list is one of the policies that were made for a role:
 * "4321; 3256 16543 POLICY public contacts desk owner". */
static bool restore_is_role_policy(const struct restore *r, const char *line)
{
	const struct json *all = json_get(r->manifest, "role_policies");
	struct str rest = { line, strcspn(line, "\n") }, word[7] = { STR_NONE };
	for (int i = 0; i < 7; i++)
		word[i] = str_take_until(&rest, ' ');
	if (!str_equal(word[3], STR("POLICY")))
		return false;
	for (size_t i = 0; i < json_length(all); i++)
		if (str_equal(word[5], restore_word(json_at(all, i), "table"))
			&& str_equal(word[6], restore_word(json_at(all, i), "name")))
			return true;
	return false;
}

/* The list of what to restore, into a nameless file: all but the schema itself and policies for roles. */
static enum err restore_list(struct ctl *ctl, struct restore *r, FILE *out)
{
	static const char *const argv[] = { "pg_restore", "--list", NULL };
	FILE *all = tmpfile();
	char line[2000];
	if (!all)
		return explain(&ctl->why, ERR_IO, "no temporary file can be made: %s", strerror(errno));
	enum err e = restore_run(ctl, r, argv, fileno(all), -1);
	rewind(all);
	while (e == ERR_OK && fgets(line, sizeof(line), all))
		if (!strstr(line, " SCHEMA - ") && !restore_is_role_policy(r, line))
			fputs(line, out);
	fclose(all);
	if (e == ERR_OK && (fflush(out) != 0 || ferror(out)))
		e = explain(&ctl->why, ERR_IO, "the temporary file cannot be written: %s", strerror(errno));
	return e;
}

/* The name of a database may hold anything, also what looks like an address. */
static const char *restore_target(struct ctl *ctl)
{
	struct str name = str_of(db_name(ctl->db));
	struct buf out;
	buf_init(&out, 1024);
	buf_add_cstr(&out, "--dbname=dbname='");
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '\'' || name.p[i] == '\\')
			buf_add_char(&out, '\\');
		buf_add_char(&out, name.p[i]);
	}
	buf_add_char(&out, '\'');
	return pool_take(ctl->pool, &out).p;
}

static enum err restore_dump(struct ctl *ctl, struct restore *r)
{
	FILE *list = tmpfile();
	if (!list)
		return explain(&ctl->why, ERR_IO, "no temporary file can be made: %s", strerror(errno));
	enum err e = restore_list(ctl, r, list);
	const char *const argv[] = { "pg_restore", "--no-password", "--no-owner", "--no-privileges", "--exit-on-error",
		"--single-transaction", pool_printf(ctl->pool, "--use-list=/dev/fd/%d", fileno(list)).p,
		restore_target(ctl), NULL };
	rewind(list);
	if (e == ERR_OK)
		e = restore_run(ctl, r, argv, -1, fileno(list));
	fclose(list);
	return e;
}

/* ---- what is done in the database ---- */

static enum err restore_mark(struct ctl *ctl, void *arg)
{
	struct restore *r = arg;
	enum err e = r->begun ? sql_restore_clear(ctl->db, ctl->pool) : ERR_OK;
	return e == ERR_OK ? sql_restore_begin(ctl->db, ctl->pool) : e;
}

static enum err restore_compare(struct ctl *ctl, struct restore *r)
{
	const struct json *all = json_get(r->manifest, "tables");
	for (size_t i = 0; i < json_length(all); i++) {
		const struct json *table = json_at(all, i);
		struct str name = restore_word(table, "name");
		struct sql_backup_digest_rows found;
		int64_t rows = 0;
		backup_progress("compared table", (int64_t)i << 20);
		enum err e = CTL_QUERY(ctl, 0, sql_backup_digest, name, &found);
		if (e != ERR_OK)
			return e;
		const struct sql_backup_digest_row row = sql_backup_digest_row(&found, 0);
		if (!json_i64(json_get(table, "rows"), &rows) || rows != row.n
			|| !str_equal(restore_word(table, "digest"), row.digest))
			return explain(&ctl->why, ERR_CONFLICT,
				"the table %.*s is not as it was: %lld rows, the backup says %lld. Run the restore "
				"again; "
				"if that does not help, use another backup.",
				OUT_STR(name), (long long)row.n, (long long)rows);
		r->rows += rows;
	}
	backup_progress(NULL, -1);
	return ERR_OK;
}

/* A role that this cluster lacks is named for the report, once. */
static enum err restore_allow(struct ctl *ctl, void *arg)
{
	struct restore *r = arg;
	const struct json *all = json_get(r->manifest, "role_policies");
	struct str done = STR_NONE;
	buf_reset(&r->roles);
	for (size_t i = 0; i < json_length(all); i++) {
		struct str role = restore_word(json_at(all, i), "role");
		struct sql_restore_allow_desk_rows found;
		if (str_equal(role, done))
			continue;
		done = role;
		enum err e = sql_restore_allow_desk(ctl->db, ctl->pool, role, &found);
		if (e != ERR_OK)
			return e;
		if (found.n == 0 && !strstr(buf_cstr(&r->roles), pool_cstr(ctl->pool, role)))
			buf_addf(&r->roles, "%s%.*s", r->roles.len ? ", " : "", OUT_STR(role));
	}
	return sql_restore_end(ctl->db, ctl->pool);
}

static enum err restore_finish(struct ctl *ctl, struct restore *r)
{
	struct migrate_report report;
	enum err e = CTL_QUERY(ctl, 0, sql_restore_forget_functions);
	if (e == ERR_OK)
		e = migrate_run(ctl->db, ctl->pool, &report, &ctl->why);
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, 0, sql_restore_analyze);
	return e == ERR_OK ? ctl_transaction(ctl, 0, restore_allow, r) : e;
}

/* ---- the command ---- */

static void restore_report(struct ctl *ctl, const struct restore *r, int64_t waiting)
{
	int64_t files = 0, included = 0;
	printf("Restored the backup of %.*s: %zu tables, %lld rows, each table as it was.\n",
		OUT_STR(restore_word(r->manifest, "at")), json_length(json_get(r->manifest, "tables")),
		(long long)r->rows);
	if (r->roles.len)
		printf("Next: this cluster lacks the role %s. CREATE ROLE it, then SELECT "
		       "deskbell_allow_desk('...').\n",
			buf_cstr(&r->roles));
	if (r->files.n)
		printf("%lld files (%lld MB) are in %s again.\n", (long long)r->files.n,
			(long long)(r->files.bytes / 1000000), ctl->conf.files_dir);
	json_i64(json_path(r->manifest, "attachments", "included", NULL), &included);
	if (json_i64(json_path(r->manifest, "attachments", "files", NULL), &files) && files > 0 && !included)
		printf("Next: copy the folder of files that belongs to the backup (%lld files) to %s.\n",
			(long long)files, ctl->conf.files_dir);
	if (waiting)
		printf("Next: %lld messages waited to be sent and may have been sent since. See 'deskbellctl queue "
		       "list' "
		       "before you start the sender.\n",
			(long long)waiting);
	if (arg_flag(ctl, "without-key") && json_length(json_get(r->manifest, "keys")) > 0)
		puts("Next: connect the channels again, and set secret settings again; their key is not here.");
	puts("Then: 'deskbellctl doctor'.");
}

static enum err restore_check(struct ctl *ctl, struct restore *r)
{
	struct str text;
	enum err e = backup_reader_open(ctl, arg_text(ctl, "FILE"), &r->reader);
	if (e == ERR_OK)
		e = backup_reader_check(r->reader, &text);
	if (e == ERR_OK && json_parse(ctl->pool, text, &r->manifest, NULL) != ERR_OK)
		e = explain(&ctl->why, ERR_INVALID, "the manifest of the backup cannot be read; nothing was changed");
	if (e == ERR_OK)
		e = restore_check_format(ctl, r);
	if (e == ERR_OK)
		e = restore_check_migrations(ctl, r);
	return e == ERR_OK ? restore_check_keys(ctl, r) : e;
}

static enum err restore_work(struct ctl *ctl, struct restore *r)
{
	struct sql_restore_waiting_rows found;
	enum err e = restore_check_database(ctl, r);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, restore_mark, r);
	if (e == ERR_OK)
		e = restore_dump(ctl, r);
	if (e == ERR_OK)
		e = restore_compare(ctl, r);
	if (e == ERR_OK)
		e = backup_files_restore(ctl, r->reader, &r->files);
	if (e == ERR_OK)
		e = restore_finish(ctl, r);
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, 0, sql_restore_waiting, &found);
	if (e == ERR_OK)
		restore_report(ctl, r, sql_restore_waiting_row(&found, 0).waiting);
	return e;
}

enum err ctl_restore(struct ctl *ctl)
{
	struct restore *r = pool_new_of(ctl->pool, struct restore);
	buf_init(&r->roles, 65536);
	pool_defer(ctl->pool, restore_free, r);
	if (ctl->conf.database_pooler == CONF_POOLER_TRANSACTION)
		return explain(&ctl->why, ERR_CONFIG,
			"a restore does not work through a pooler: name the database itself, with "
			"DESKBELL_DATABASE_URL and DESKBELL_DATABASE_POOLER=none in the environment of this command");
	enum err e = restore_check(ctl, r);
	if (e != ERR_OK || !arg_flag(ctl, "check"))
		return e == ERR_OK ? restore_work(ctl, r) : e;
	printf("The backup of %.*s is whole: %zu tables, Deskbell %.*s, PostgreSQL %.*s.\n",
		OUT_STR(restore_word(r->manifest, "at")), json_length(json_get(r->manifest, "tables")),
		OUT_STR(restore_word(r->manifest, "deskbell")), OUT_STR(restore_word(r->manifest, "postgresql")));
	return ERR_OK;
}
