/*
 * cmd-knowledge-list.c - `deskbellctl knowledge list` and `knowledge show`.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_knowledge_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_knowledge_show_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "DOCUMENT", NULL, true, SHAPE_ID, NULL,
		"the document's id ('deskbellctl knowledge list' shows it)" },
	ARG_JSON, ARG_LAST };

enum err ctl_knowledge_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 },
		{ "title", "TITLE", COLUMN_TEXT, 50 }, { "language", "LANGUAGE", COLUMN_TEXT, 0 },
		{ "source", "SOURCE", COLUMN_TEXT, 0 }, { "url", "URL", COLUMN_TEXT, 40 },
		{ "state", "STATE", COLUMN_TEXT, 0 }, { "reason", "REASON", COLUMN_TEXT, 60 },
		{ "passages", "PASSAGES", COLUMN_NUMBER, 0 }, { "characters", NULL, COLUMN_NUMBER, 0 },
		{ "updated_at", "CHANGED", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct db_result *r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, &sql_document_list_statement, &r, DB_INT(org));
	if (e == ERR_OK)
		out_listing(
			ctl, columns, r, "There are no documents yet: deskbellctl knowledge import --org ID FILE...");
	return e;
}

/* Columns of document_find and of passages_of_document. */
enum { ID, TITLE, LANGUAGE, SOURCE, URL, STATE, REASON, CREATED, UPDATED, CHARACTERS };
enum { PASSAGE_ID, PASSAGE_HEADING, PASSAGE_TEXT };

static const struct column document_columns[] = { [ID] = { "id", NULL, COLUMN_NUMBER, 0 },
	[TITLE] = { "title", "Title", COLUMN_TEXT, 0 },
	[LANGUAGE] = { "language", "Language", COLUMN_TEXT, 0 },
	[SOURCE] = { "source", "Source", COLUMN_TEXT, 0 },
	[URL] = { "url", "Address", COLUMN_TEXT, 0 },
	[STATE] = { "state", "State", COLUMN_TEXT, 0 },
	[REASON] = { "reason", "Reason", COLUMN_TEXT, 0 },
	[CREATED] = { "created_at", "Added", COLUMN_TIME, 0 },
	[UPDATED] = { "updated_at", "Changed", COLUMN_TIME, 0 },
	[CHARACTERS] = { "characters", NULL, COLUMN_NUMBER, 0 },
	COLUMN_LAST };

static void cmd_knowledge_list_print_json(const struct db_result *document, const struct db_result *passages)
{
	static const struct column columns[] = { [PASSAGE_ID] = { "id", NULL, COLUMN_NUMBER, 0 },
		[PASSAGE_HEADING] = { "heading", NULL, COLUMN_TEXT, 0 },
		[PASSAGE_TEXT] = { "text", NULL, COLUMN_TEXT, 0 },
		COLUMN_LAST };
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_row(w, document_columns, document, 0);
	json_key(w, "passages");
	out_json_rows(w, columns, passages);
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_knowledge_list_print_words(
	struct ctl *ctl, const struct db_result *document, const struct db_result *passages)
{
	for (int i = 0; document_columns[i].key; i++) {
		if (!document_columns[i].title || db_is_null(document, 0, i))
			continue;
		struct str value = document_columns[i].kind == COLUMN_TIME
					   ? out_time(ctl->pool, db_int(document, 0, i))
					   : out_safe(ctl->pool, db_str(document, 0, i));
		printf("%-10s%.*s\n", document_columns[i].title, OUT_STR(value));
	}
	for (int row = 0; row < db_rows(passages); row++) {
		struct str heading = out_safe(ctl->pool, db_str(passages, row, PASSAGE_HEADING));
		printf("\n%d%s%.*s\n  ", row + 1, heading.n ? "  " : "", OUT_STR(heading));
		out_wrapped(stdout, out_safe(ctl->pool, db_str(passages, row, PASSAGE_TEXT)), 2, 100);
		putchar('\n');
	}
}

enum err ctl_knowledge_show(struct ctl *ctl)
{
	struct db_result *document, *passages;
	int64_t org = arg_number(ctl, "org"), id = arg_number(ctl, "DOCUMENT");
	enum err e = CTL_QUERY(ctl, org, &sql_document_find_statement, &document, DB_INT(org), DB_INT(id));
	if (e == ERR_OK && db_rows(document) == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"organisation %lld has no document %lld; 'deskbellctl knowledge list' shows all",
			(long long)org, (long long)id);
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, org, &sql_passages_of_document_statement, &passages, DB_INT(org), DB_INT(id));
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_knowledge_list_print_json(document, passages);
	else
		cmd_knowledge_list_print_words(ctl, document, passages);
	return ERR_OK;
}
