/*
 * db-result.c - reading what a statement has returned.
 *
 * Owns the conversion of the server's text into C. A column or row that is not there is a bug of the caller.
 */
#include "db/db-parts.h"

#include <stdlib.h>
#include <string.h>

int db_rows(const struct db_result *r)
{
	return PQntuples(r->res);
}

bool db_is_null(const struct db_result *r, int row, int col)
{
	if (row < 0 || row >= PQntuples(r->res) || col < 0 || col >= PQnfields(r->res))
		bug("no row %d, column %d in a result", row, col);
	return PQgetisnull(r->res, row, col);
}

struct str db_str(const struct db_result *r, int row, int col)
{
	if (db_is_null(r, row, col))
		return STR_NONE;
	return (struct str){ PQgetvalue(r->res, row, col), (size_t)PQgetlength(r->res, row, col) };
}

struct str db_named(const struct db_result *r, int row, const char *column)
{
	for (int col = 0; col < PQnfields(r->res); col++)
		if (!strcmp(PQfname(r->res, col), column))
			return db_str(r, row, col);
	bug("a result has no column %s", column);
}

int64_t db_int(const struct db_result *r, int row, int col)
{
	return db_is_null(r, row, col) ? 0 : strtoll(PQgetvalue(r->res, row, col), NULL, 10);
}

bool db_bool(const struct db_result *r, int row, int col)
{
	return !db_is_null(r, row, col) && *PQgetvalue(r->res, row, col) == 't';
}

double db_double(const struct db_result *r, int row, int col)
{
	return db_is_null(r, row, col) ? 0 : strtod(PQgetvalue(r->res, row, col), NULL);
}
