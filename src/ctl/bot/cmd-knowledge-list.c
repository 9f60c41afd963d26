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
		{ "state", "STATE", COLUMN_TEXT, 0 }, { "reason", "REASON", COLUMN_REASON, 60 },
		{ "passages", "PASSAGES", COLUMN_NUMBER, 0 }, { "characters", NULL, COLUMN_NUMBER, 0 },
		{ "updated_at", "CHANGED", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_document_list_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_document_list, org, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result,
			"There are no documents yet: deskbellctl knowledge import --org ID FILE...");
	return e;
}

static const struct column document_columns[] = { { "id", NULL, COLUMN_NUMBER, 0 },
	{ "title", "Title", COLUMN_TEXT, 0 }, { "language", "Language", COLUMN_TEXT, 0 },
	{ "source", "Source", COLUMN_TEXT, 0 }, { "url", "Address", COLUMN_TEXT, 0 },
	{ "state", "State", COLUMN_TEXT, 0 }, { "reason", "Reason", COLUMN_REASON, 0 },
	{ "created_at", "Added", COLUMN_TIME, 0 }, { "updated_at", "Changed", COLUMN_TIME, 0 },
	{ "characters", NULL, COLUMN_NUMBER, 0 }, COLUMN_LAST };

static void cmd_knowledge_list_print_json(
	const struct sql_document_find_rows *document, const struct sql_passages_of_document_rows *passages)
{
	static const struct column columns[] = { { "id", NULL, COLUMN_NUMBER, 0 }, { "heading", NULL, COLUMN_TEXT, 0 },
		{ "text", NULL, COLUMN_TEXT, 0 }, COLUMN_LAST };
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_row(w, document_columns, document->result, 0);
	json_key(w, "passages");
	out_json_rows(w, columns, passages->result);
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_knowledge_list_print_words(struct ctl *ctl, const struct sql_document_find_rows *document,
	const struct sql_passages_of_document_rows *passages)
{
	for (const struct column *c = document_columns; c->key; c++) {
		struct str value = out_cell(ctl->pool, c, document->result, 0);
		if (c->title && db_named(document->result, 0, c->key).p)
			printf("%-10s%.*s\n", c->title, OUT_STR(value));
	}
	for (int row = 0; row < passages->n; row++) {
		const struct sql_passages_of_document_row found = sql_passages_of_document_row(passages, row);
		struct str heading = out_safe(ctl->pool, found.heading);
		printf("\n%d%s%.*s\n  ", row + 1, heading.n ? "  " : "", OUT_STR(heading));
		out_wrapped(stdout, out_safe(ctl->pool, found.text), 2, 100);
		putchar('\n');
	}
}

enum err ctl_knowledge_show(struct ctl *ctl)
{
	struct sql_document_find_rows document;
	struct sql_passages_of_document_rows passages;
	int64_t org = arg_number(ctl, "org"), id = arg_number(ctl, "DOCUMENT");
	enum err e = CTL_QUERY(ctl, org, sql_document_find, org, id, &document);
	if (e == ERR_OK && document.n == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"organisation %lld has no document %lld; 'deskbellctl knowledge list' shows all",
			(long long)org, (long long)id);
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, org, sql_passages_of_document, org, id, &passages);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_knowledge_list_print_json(&document, &passages);
	else
		cmd_knowledge_list_print_words(ctl, &document, &passages);
	return ERR_OK;
}
