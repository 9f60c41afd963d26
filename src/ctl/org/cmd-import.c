/*
 * cmd-import.c - `deskbellctl import`: brings what `deskbellctl export` has printed into an organisation that is empty.
 *
 * Owns the reading of the file: lines of one type are gathered and stored together, so that of any size no more than a
 * few megabytes are in memory; everything is one transaction, and the last line says whether the file is whole. Ids are
 * given again (sql/functions/import.sql). Documents are cut and indexed here, as when a user adds them. No user gets a
 * password, no channel credentials: an export has neither. Never guesses: a file that is not an export, or not whole,
 * changes nothing.
 */
#include "answer/retrieval/knowledge-store.h"
#include "ctl/ctl.h"
#include "ctl/org/export-files.h"
#include "ctl/output.h"

#include <errno.h>
#include <stdio.h>

#define LINE_MAX_BYTES (64u << 20) /* a document of 8 MB with every character escaped */
#define BATCH_BYTES (2u << 20)
#define BATCH_LINES 500
#define CHUNK_BYTES 65536

const struct arg_spec ctl_import_args[] = { { ARG_WORD, "FILE", NULL, true, SHAPE_ANY, NULL,
						    "what 'export' printed; - is standard input" },
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL, "an organisation that is empty" },
	{ ARG_FLAG, "new", NULL, false, SHAPE_ANY, NULL, "make a new organisation" }, ARG_LAST };

/* The types of an export, in an order in which each may name those before it. */
static const char *const import_types[] = { "organization", "user", "channel", "canned_reply", "skill", "file",
	"reply_content", "document", "contact", "conversation", "message", "decision", "counter_example",
	"proposal_verdict", "conversation_event", "lead", "quarantine", "webhook_log", "llm_usage", "message_costs",
	"audit" };
#define IMPORT_TYPES ((int)(sizeof(import_types) / sizeof(import_types[0])))

struct import {
	FILE *file;
	const char *name; /* for the messages */
	int64_t org, line_number, batch_from;
	int type; /* of what is gathered */
	int lines;
	int64_t counts[IMPORT_TYPES];
	struct buf line, batch;
	struct knowledge_writer *knowledge; /* while documents come */
	struct imported_file *files;        /* that were put into the store */
	bool ended;
};

static void import_free(void *p)
{
	struct import *im = p;
	if (im->file && im->file != stdin)
		fclose(im->file);
	buf_fini(&im->line);
	buf_fini(&im->batch);
}

static enum err import_refuse(struct ctl *ctl, const struct import *im, int64_t line, const char *words)
{
	return explain(
		&ctl->why, ERR_INVALID, "%s, line %lld: %s. Nothing was imported.", im->name, (long long)line, words);
}

/* What the database said about lines that were stored together. */
static enum err import_failed(struct ctl *ctl, const struct import *im, enum err e)
{
	if (e != ERR_INVALID && e != ERR_CONFLICT)
		return e;
	return explain(&ctl->why, ERR_INVALID, "%s, lines %lld to %lld: %s. Nothing was imported.", im->name,
		(long long)im->batch_from, (long long)im->line_number, db_last_message(ctl->db));
}

/* The next line into im->line, without its end; false at the end of the file. */
static bool import_next_line(struct import *im)
{
	char chunk[CHUNK_BYTES];
	buf_reset(&im->line);
	while (fgets(chunk, sizeof(chunk), im->file)) {
		size_t n = strlen(chunk);
		bool whole = n > 0 && chunk[n - 1] == '\n';
		buf_add(&im->line, chunk, whole ? n - 1 : n);
		if (whole || im->line.err != ERR_OK)
			break;
	}
	im->line_number++;
	return im->line.len > 0 || !feof(im->file);
}

/* ---- storing ---- */

static enum err import_store(struct ctl *ctl, struct import *im)
{
	struct pool *pool;
	enum err e;
	if (im->lines == 0)
		return ERR_OK;
	buf_add_char(&im->batch, ']');
	pool = pool_new();
	e = sql_import_objects(ctl->db, pool, im->org, str_of(import_types[im->type]), buf_str(&im->batch));
	pool_free(pool);
	im->lines = 0;
	buf_reset(&im->batch);
	return import_failed(ctl, im, e);
}

static enum err import_gather(struct ctl *ctl, struct import *im)
{
	if (im->lines == 0)
		im->batch_from = im->line_number;
	buf_add_char(&im->batch, im->lines++ ? ',' : '[');
	buf_add_str(&im->batch, buf_str(&im->line));
	return im->lines == BATCH_LINES || im->batch.len > BATCH_BYTES ? import_store(ctl, im) : ERR_OK;
}

static struct str import_member(const struct json *object, const char *key)
{
	return json_str(json_get(object, key));
}

static enum err import_document(struct ctl *ctl, struct import *im, const struct json *object)
{
	struct knowledge_document d = { .title = import_member(object, "title"),
		.source = import_member(object, "source"),
		.url = import_member(object, "url"),
		.language = import_member(object, "language"),
		.text = import_member(object, "text"),
		.failure = reason_json(ctl->pool, reason_of_json(ctl->pool, json_get(object, "reason"))) };
	struct knowledge_stored stored;
	im->batch_from = im->line_number;
	if (!d.title.n || !d.text.p || !d.language.p)
		return import_refuse(ctl, im, im->line_number, "a document needs title, text and language");
	enum err e = im->knowledge ? ERR_OK : knowledge_begin(ctl->db, ctl->pool, im->org, &im->knowledge);
	if (e == ERR_OK)
		e = knowledge_put(im->knowledge, &d, &stored);
	if (e == ERR_OK)
		e = sql_import_document_times(ctl->db, ctl->pool, im->org, stored.document_id,
			import_member(object, "created_at"), import_member(object, "updated_at"));
	return import_failed(ctl, im, e);
}

/* Documents come one after the other: their index is written when the last one is there. */
static enum err import_end_documents(struct ctl *ctl, struct import *im)
{
	enum err e = im->knowledge ? knowledge_end(im->knowledge, &ctl->why) : ERR_OK;
	im->knowledge = NULL;
	return e == ERR_QUOTA ? e : import_failed(ctl, im, e); /* of a quota `why` speaks already */
}

/* ---- reading ---- */

static bool import_check_count(void *arg, struct str type, const struct json *value)
{
	const struct import *im = arg;
	int64_t n = -1;
	for (int i = 0; i < IMPORT_TYPES; i++)
		if (str_equal(type, str_of(import_types[i])))
			return json_i64(value, &n) && n == im->counts[i];
	return false;
}

static enum err import_last_line(struct ctl *ctl, struct import *im, const struct json *end)
{
	im->ended = json_each(json_get(end, "objects"), import_check_count, im);
	return im->ended ? ERR_OK
			 : import_refuse(ctl, im, im->line_number,
				 "the counts of the last line are not those of the lines before it");
}

static enum err import_object(struct ctl *ctl, struct import *im, const struct json *object, int type)
{
	enum err e = ERR_OK;
	if (type != im->type) {
		e = import_store(ctl, im);
		if (e == ERR_OK)
			e = import_end_documents(ctl, im);
		im->type = type;
	}
	im->counts[type]++;
	if (e == ERR_OK && !strcmp(import_types[type], "file")) {
		const char *wrong = export_files_take(ctl, im->org, object, &im->files, &e);
		return wrong ? import_refuse(ctl, im, im->line_number, wrong) : e;
	}
	if (e == ERR_OK && !strcmp(import_types[type], "document"))
		return import_document(ctl, im, object);
	return e == ERR_OK ? import_gather(ctl, im) : e;
}

static enum err import_line(struct ctl *ctl, struct import *im, struct pool *pool)
{
	const struct json *object;
	if (im->line.err != ERR_OK)
		return import_refuse(ctl, im, im->line_number, "the line is longer than any of an export");
	if (im->ended)
		return import_refuse(ctl, im, im->line_number, "something follows the last line of the export");
	if (json_parse(pool, buf_str(&im->line), &object, NULL) != ERR_OK || !import_member(object, "type").p)
		return import_refuse(ctl, im, im->line_number, "this is no line of 'deskbellctl export'");
	struct str type = import_member(object, "type");
	if (str_equal(type, STR("end"))) {
		enum err e = import_store(ctl, im);
		if (e == ERR_OK)
			e = import_end_documents(ctl, im);
		return e == ERR_OK ? import_last_line(ctl, im, object) : e;
	}
	for (int i = im->type < 0 ? 0 : im->type; i < IMPORT_TYPES; i++)
		if (str_equal(type, str_of(import_types[i])))
			return im->type < 0 && i != 0 ? import_refuse(
				       ctl, im, im->line_number, "an export begins with its organisation")
						      : import_object(ctl, im, object, i);
	return import_refuse(ctl, im, im->line_number, "this type of object does not belong here");
}

static enum err import_lines(struct ctl *ctl, struct import *im)
{
	struct pool *pool = pool_new();
	enum err e = ERR_OK;
	for (; e == ERR_OK && import_next_line(im); pool_reset(pool))
		if (im->line.len > 0 || im->line.err != ERR_OK)
			e = import_line(ctl, im, pool);
	pool_free(pool);
	if (e == ERR_OK && ferror(im->file))
		return explain(&ctl->why, ERR_IO, "%s cannot be read: %s", im->name, strerror(errno));
	if (e == ERR_OK && (!im->ended || im->counts[0] != 1))
		return explain(&ctl->why, ERR_INVALID,
			"%s is not whole: it lacks the last line of an export. Nothing was imported.", im->name);
	return e;
}

/* ---- the command ---- */

static enum err import_target(struct ctl *ctl, struct import *im)
{
	struct sql_organization_add_rows added;
	struct sql_import_target_rows r;
	enum err e;
	im->org = arg_number(ctl, "org");
	if (arg_flag(ctl, "new")) {
		e = sql_organization_add(ctl->db, ctl->pool, STR("import"), STR_NONE, STR_NONE, &added);
		if (e == ERR_OK)
			im->org = sql_organization_add_row(&added, 0).id;
		return e;
	}
	e = sql_import_target(ctl->db, ctl->pool, im->org, &r);
	if (e == ERR_OK && r.n == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"there is no organisation %lld; 'deskbellctl org list' shows all", (long long)im->org);
	if (e == ERR_OK && !sql_import_target_row(&r, 0).is_empty)
		return explain(&ctl->why, ERR_CONFLICT,
			"organisation %lld is not empty: an import does not mix with what is there. Use --new.",
			(long long)im->org);
	return e;
}

static enum err import_all(struct ctl *ctl, struct import *im)
{
	enum err e = import_target(ctl, im);
	if (e == ERR_OK)
		e = sql_import_begin(ctl->db, ctl->pool);
	if (e == ERR_OK)
		e = import_lines(ctl, im);
	return e == ERR_OK ? ctl_audit(ctl, im->org, "organization.import", STR_NONE) : e;
}

static void import_report(struct ctl *ctl, const struct import *im, const struct sql_import_left_rows *left)
{
	(void)ctl;
	printf("Imported into organisation %lld:\n", (long long)im->org);
	for (int i = 0; i < IMPORT_TYPES; i++)
		if (im->counts[i])
			printf("%10lld %s\n", (long long)im->counts[i], import_types[i]);
	const struct sql_import_left_row row = sql_import_left_row(left, 0);
	if (row.users)
		printf("Next: %lld users have no password here; invite them, or set one.\n", (long long)row.users);
	if (row.channels)
		puts("Next: connect the channels ('deskbellctl channel connect'): an export holds no credentials.");
}

static enum err import_open(struct ctl *ctl, struct import *im)
{
	const char *path = arg_text(ctl, "FILE");
	bool is_standard = !strcmp(path, "-");
	im->name = is_standard ? "standard input" : path;
	im->type = -1;
	buf_init(&im->line, LINE_MAX_BYTES);
	buf_init(&im->batch, LINE_MAX_BYTES + BATCH_BYTES + BATCH_LINES);
	pool_defer(ctl->pool, import_free, im);
	if (is_standard)
		ctl_invite("an export");
	im->file = is_standard ? stdin : fopen(path, "re");
	return im->file ? ERR_OK : explain(&ctl->why, ERR_NOT_FOUND, "%s cannot be opened: %s", path, strerror(errno));
}

enum err ctl_import(struct ctl *ctl)
{
	struct import *im = pool_new_of(ctl->pool, struct import);
	struct sql_import_left_rows left;
	if (!arg_text(ctl, "org") == !arg_flag(ctl, "new"))
		return explain(&ctl->why, ERR_USAGE, "say either --org ID, of an empty organisation, or --new");
	enum err e = import_open(ctl, im);
	if (e == ERR_OK)
		e = db_begin_system(ctl->db);
	if (e != ERR_OK)
		return e;
	e = import_all(ctl, im);
	if (e == ERR_OK)
		e = db_commit(ctl->db);
	if (e != ERR_OK) {
		db_rollback(ctl->db);
		export_files_drop(ctl, im->files);
		return *ctl->why.text ? e : explain(&ctl->why, e, "nothing was imported: %s", db_last_message(ctl->db));
	}
	e = CTL_QUERY(ctl, 0, sql_import_left, im->org, &left);
	if (e == ERR_OK)
		import_report(ctl, im, &left);
	return e;
}
