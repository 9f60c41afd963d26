/*
 * cmd-backup.c - `deskbellctl backup`: the whole database in one file that can be restored.
 *
 * Owns the order of the steps: a snapshot is exported, pg_dump reads in it, and the counts and digests of all tables
 * that go into the manifest are read in it too, so that dump and manifest are of one moment whatever the programs do
 * meanwhile. Takes no lock that a running program waits for. Tables are dumped in the system scope: row-level security
 * is forced on their owner too, and a plain pg_dump fails or finds them empty. Never changes anything but the audit
 * log, and never puts the keys into the backup: a file that holds both opens all of it.
 */
#include "ctl/backup/backup-file.h"

#include "config.h"
#include "core/process/child.h"
#include "core/clock.h"
#include "ctl/output.h"
#include "db/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

const struct arg_spec ctl_backup_args[] = { { ARG_WORD, "FILE", NULL, true, SHAPE_ANY, NULL,
						    "where the backup goes; - is standard output" },
	{ ARG_OPTION, "key-to", "PATH", false, SHAPE_ANY, NULL, "also copy the key file there (mode 0600)" },
	{ ARG_FLAG, "without-files", NULL, false, SHAPE_ANY, NULL, "leave pictures, recordings and documents out" },
	ARG_LAST };

struct backup {
	struct backup_writer *writer;
	struct str snapshot, schema, server;
	int64_t at_ms, rows;
	int tables;
	struct sql_backup_files_row files;
	struct backup_files included;
	struct buf manifest;
};

static void backup_free(void *p)
{
	struct backup *b = p;
	buf_fini(&b->manifest);
}

/* ---- the dump ---- */

/* A name as a pattern of pg_dump that matches it alone. */
static const char *backup_pattern(struct pool *pool, struct str name)
{
	struct buf out;
	buf_init(&out, 1024);
	buf_add_cstr(&out, "--schema=\"");
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"')
			buf_add_char(&out, '"');
		buf_add_char(&out, name.p[i]);
	}
	buf_add_char(&out, '"');
	return pool_take(pool, &out).p;
}

static enum err backup_read_dump(struct ctl *ctl, struct backup *b, struct child *dump, int from)
{
	FILE *in = fdopen(from, "r");
	if (!in) {
		close(from);
		child_kill(dump);
		return explain(&ctl->why, ERR_IO, "no pipe to pg_dump: %s", strerror(errno));
	}
	enum err e = backup_writer_dump(b->writer, in);
	fclose(in);
	if (e != ERR_OK) {
		child_kill(dump);
		return e;
	}
	return child_wait(dump, &ctl->why);
}

static enum err backup_dump(struct ctl *ctl, struct backup *b)
{
	const char *const argv[] = { "pg_dump", "--format=custom", "--no-password", "--enable-row-security",
		"--no-owner", "--no-privileges", "--no-tablespaces", "--no-publications", "--no-subscriptions",
		"--no-security-labels", "--encoding=UTF8", "--lock-wait-timeout=60s",
		backup_pattern(ctl->pool, b->schema), pool_printf(ctl->pool, "--snapshot=%.*s", OUT_STR(b->snapshot)).p,
		NULL };
	int ends[2];
	struct child dump;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return explain(&ctl->why, ERR_IO, "no pipe to pg_dump: %s", strerror(errno));
	enum err e = child_start(&dump,
		&(struct child_program){ .argv = argv,
			.env = db_environment(ctl->db, ctl->pool),
			.package = "postgresql-client",
			.in = -1,
			.out = ends[1],
			.also = -1 },
		&ctl->why);
	close(ends[1]);
	if (e == ERR_OK)
		return backup_read_dump(ctl, b, &dump, ends[0]);
	close(ends[0]);
	return e;
}

/* ---- the manifest ---- */

static enum err backup_write_tables(struct ctl *ctl, struct backup *b, struct json_writer *w)
{
	struct sql_backup_tables_rows tables;
	enum err e = sql_backup_tables(ctl->db, ctl->pool, &tables);
	json_key(w, "tables");
	json_begin_array(w);
	for (int i = 0; e == ERR_OK && i < tables.n; i++) {
		struct sql_backup_digest_rows r;
		backup_progress("counted table", (int64_t)i << 20);
		const struct sql_backup_tables_row tables_row = sql_backup_tables_row(&tables, i);
		e = sql_backup_digest(ctl->db, ctl->pool, tables_row.name, &r);
		if (e != ERR_OK)
			break;
		json_begin_object(w);
		json_member_str(w, "name", tables_row.name);
		const struct sql_backup_digest_row r_row = sql_backup_digest_row(&r, 0);
		json_member_i64(w, "rows", r_row.n);
		json_member_str(w, "digest", r_row.digest);
		json_end_object(w);
		b->rows += r_row.n;
		b->tables++;
	}
	backup_progress(NULL, -1);
	json_end_array(w);
	return e;
}

/* How many files the store holds, and how many of them are in the backup. */
static enum err backup_write_files(struct ctl *ctl, struct backup *b, struct json_writer *w)
{
	struct sql_backup_files_rows rows;
	enum err e = sql_backup_files(ctl->db, ctl->pool, &rows);
	if (e != ERR_OK)
		return e;
	b->files = sql_backup_files_row(&rows, 0);
	json_key(w, "attachments");
	json_begin_object(w);
	json_member_i64(w, "files", b->files.files);
	json_member_i64(w, "bytes", b->files.bytes);
	json_member_i64(w, "included", b->included.n);
	json_end_object(w);
	return ERR_OK;
}

static enum err backup_write_manifest(struct ctl *ctl, struct backup *b)
{
	static const struct column migration[] = { { "name", NULL, COLUMN_TEXT, 0 },
		{ "checksum", NULL, COLUMN_TEXT, 0 }, COLUMN_LAST };
	static const struct column key[] = { { "id", NULL, COLUMN_TEXT, 0 }, COLUMN_LAST };
	static const struct column policy[] = { { "table", NULL, COLUMN_TEXT, 0 }, { "name", NULL, COLUMN_TEXT, 0 },
		{ "role", NULL, COLUMN_TEXT, 0 }, COLUMN_LAST };
	struct json_writer w;
	json_writer_init(&w, &b->manifest);
	json_begin_object(&w);
	json_member_str(&w, "format", STR("deskbell-backup"));
	json_member_i64(&w, "version", 1);
	json_member_str(&w, "deskbell", STR(PACKAGE_VERSION));
	json_member_str(&w, "postgresql", b->server);
	json_member_str(&w, "schema", b->schema);
	out_json_time(&w, "at", b->at_ms);
	struct sql_migrations_applied_rows migrations;
	struct sql_sealed_keys_rows keys;
	struct sql_backup_role_policies_rows policies;
	enum err e = sql_migrations_applied(ctl->db, ctl->pool, &migrations);
	if (e == ERR_OK)
		e = sql_sealed_keys(ctl->db, ctl->pool, &keys);
	if (e == ERR_OK)
		e = sql_backup_role_policies(ctl->db, ctl->pool, &policies);
	if (e == ERR_OK) {
		json_key(&w, "migrations");
		out_json_rows(&w, migration, migrations.result);
		json_key(&w, "keys");
		out_json_rows(&w, key, keys.result);
		json_key(&w, "role_policies");
		out_json_rows(&w, policy, policies.result);
	}
	if (e == ERR_OK)
		e = backup_write_tables(ctl, b, &w);
	if (e == ERR_OK)
		e = backup_write_files(ctl, b, &w);
	json_end_object(&w);
	return e == ERR_OK ? b->manifest.err : e;
}

/* ---- the key ---- */

static enum err backup_copy_key(struct ctl *ctl, const char *to)
{
	char text[16384];
	FILE *in = *ctl->conf.key_file ? fopen(ctl->conf.key_file, "re") : NULL;
	size_t n = in ? fread(text, 1, sizeof(text), in) : 0;
	if (in)
		fclose(in);
	if (n == 0)
		return explain(&ctl->why, ERR_CONFIG, "the key file cannot be copied: %s",
			*ctl->conf.key_file ? strerror(errno) : "key.file is not set");
	int fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
	int failure = errno;
	secret_wipe(text, sizeof(text));
	if (fd >= 0 && close(fd) != 0)
		good = false;
	return good ? ERR_OK
		    : explain(&ctl->why, ERR_IO, "%s cannot be written: %s; there is no backup of this run", to,
			    strerror(failure));
}

/* ---- the command ---- */

static enum err backup_in_snapshot(struct ctl *ctl, struct backup *b)
{
	struct sql_backup_begin_rows r;
	enum err e = sql_backup_begin(ctl->db, ctl->pool, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_backup_begin_row row = sql_backup_begin_row(&r, 0);
	b->snapshot = row.snapshot;
	b->schema = row.schema;
	b->server = row.server_version;
	b->at_ms = row.now_ms;
	e = backup_dump(ctl, b);
	if (e == ERR_OK && !arg_flag(ctl, "without-files"))
		e = backup_files_add(ctl, b->writer, &b->included);
	if (e == ERR_OK)
		e = backup_write_manifest(ctl, b);
	return e == ERR_OK ? backup_writer_end(b->writer, buf_str(&b->manifest)) : e;
}

static enum err backup_note(struct ctl *ctl, void *arg)
{
	struct backup *b = arg;
	char at[CLOCK_TEXT_SIZE];
	clock_format(b->at_ms, at);
	struct str detail = pool_printf(ctl->pool, "{\"at\":\"%s\",\"tables\":%d,\"rows\":%lld,\"with_key\":%s}", at,
		b->tables, (long long)b->rows, arg_text(ctl, "key-to") ? "true" : "false");
	return sql_backup_audit(ctl->db, ctl->pool, detail);
}

/* Standard output may be the backup. */
static void backup_report(struct ctl *ctl, const struct backup *b)
{
	fprintf(stderr, "Backup of %s: %d tables, %lld rows, %lld bytes.\n", out_time(ctl->pool, b->at_ms).p, b->tables,
		(long long)b->rows, (long long)backup_writer_bytes(b->writer));
	if (b->included.n)
		fprintf(stderr, "It holds %lld files (%lld MB).\n", (long long)b->included.n,
			(long long)(b->included.bytes / 1000000));
	if (b->included.missing)
		fprintf(stderr, "%lld files are no longer in %s and not part of it.\n", (long long)b->included.missing,
			ctl->conf.files_dir);
	if (arg_flag(ctl, "without-files") && b->files.files)
		fprintf(stderr,
			"The %lld files in %s (%lld MB) are not part of it: copy that folder, too, after this.\n",
			(long long)b->files.files, ctl->conf.files_dir, (long long)(b->files.bytes / 1000000));
	if (arg_text(ctl, "key-to"))
		fprintf(stderr, "The key file was copied to %s. Store it apart from the backup.\n",
			arg_text(ctl, "key-to"));
	else
		fprintf(stderr,
			"The key file %s is not part of it; without it the channels' credentials cannot be read.\n",
			ctl->conf.key_file);
}

enum err ctl_backup(struct ctl *ctl)
{
	struct backup *b = pool_new_of(ctl->pool, struct backup);
	buf_init(&b->manifest, BACKUP_MANIFEST_MAX);
	pool_defer(ctl->pool, backup_free, b);
	if (ctl->conf.database_pooler == CONF_POOLER_TRANSACTION)
		return explain(&ctl->why, ERR_CONFIG,
			"a backup does not work through a pooler: name the database itself, with "
			"DESKBELL_DATABASE_URL and DESKBELL_DATABASE_POOLER=none in the environment of this command");
	enum err e = migrate_check(ctl->db, ctl->pool, &ctl->why);
	if (e == ERR_OK)
		e = backup_writer_open(ctl, arg_text(ctl, "FILE"), &b->writer);
	if (e == ERR_OK && arg_text(ctl, "key-to"))
		e = backup_copy_key(ctl, arg_text(ctl, "key-to"));
	if (e == ERR_OK && (e = db_begin_backup(ctl->db)) == ERR_OK) {
		e = backup_in_snapshot(ctl, b);
		db_rollback(ctl->db);
	}
	if (e != ERR_OK)
		return *ctl->why.text ? e : explain(&ctl->why, e, "the backup failed: %s", db_last_message(ctl->db));
	backup_report(ctl, b);
	return ctl_transaction(ctl, 0, backup_note, b);
}
