/*
 * output.h - how deskbellctl prints: tables for people, JSON for programs, and foreign text so that it cannot steer a
 * terminal.
 */
#ifndef DESKBELL_CTL_OUTPUT_H
#define DESKBELL_CTL_OUTPUT_H

#include "core/json/json.h"
#include "core/text/reason.h"
#include "ctl/ctl.h"

/* A column of a listing: the statement's column of the same name. */
struct column {
	const char *key;   /* of the statement, and in JSON */
	const char *title; /* above the column; NULL: in JSON only */
	enum {
		COLUMN_TEXT,
		COLUMN_NUMBER,
		COLUMN_FLAG,
		COLUMN_TIME,
		COLUMN_AGE,
		COLUMN_JSON,
		COLUMN_REASON
	} kind;   /* TIME in ms since 1970, AGE in seconds, REASON as stored (core/text/reason.h) */
	int most; /* longer text is cut in the table; 0: never */
};
#define COLUMN_LAST \
	{ \
		NULL, NULL, COLUMN_TEXT, 0 \
	}

/* The rows as an aligned table, or `empty` when there are none. */
void out_table(struct pool *pool, const struct column *columns, const struct db_result *rows, const char *empty);
/* The rows as an array of objects; times as RFC 3339. */
void out_json_rows(struct json_writer *w, const struct column *columns, const struct db_result *rows);
/* The members of one row's object. */
void out_json_row(struct json_writer *w, const struct column *columns, const struct db_result *rows, int row);
/* What a table shows of a column: in the pool. */
struct str out_cell(struct pool *pool, const struct column *c, const struct db_result *rows, int row);
/* Either, as --json says. */
void out_listing(struct ctl *ctl, const struct column *columns, const struct db_result *rows, const char *empty);

/* A JSON document being written; out_json_end prints it. */
struct out_json {
	struct buf text;
	struct json_writer w;
};
struct json_writer *out_json_begin(struct out_json *j);
void out_json_end(struct out_json *j);

/* One line: control characters, which could steer a terminal, and line ends are shown as spaces or escapes. In the
 * pool. */
struct str out_safe(struct pool *pool, struct str text);
/* Columns that the text takes on a terminal. */
int out_width(struct str text);
/* At most `most` columns of it (0: all), the last an ellipsis when something is cut. */
struct str out_cut(struct pool *pool, struct str text, int most);
/* Local time, "2026-11-22 13:07:01"; "3 min". "-" for absent. In the pool. */
struct str out_time(struct pool *pool, int64_t wall_ms);
struct str out_age(struct pool *pool, int64_t seconds);
/* A reason for JSON: the sentence as `key`, its code as `key`_code. */
void out_reason(struct json_writer *w, const char *key, struct str reason);
/* A time for JSON: RFC 3339, UTC. */
void out_json_time(struct json_writer *w, const char *key, int64_t wall_ms);
/* Prints text broken at words, `indent` spaces before every line but the first. */
void out_wrapped(FILE *to, struct str text, int indent, int columns);

#define OUT_STR(s) (int)(s).n, (s).p ? (s).p : ""

#endif
