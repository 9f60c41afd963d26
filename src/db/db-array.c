/*
 * db-array.c - values in the form in which PostgreSQL reads them: bytes as digits, arrays as literals.
 *
 * Pure: knows no connection. The array's buffer carries the error.
 */
#include "db/db.h"

#include "core/buf.h"

const char *db_bytes_hex(struct pool *pool, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = pool_alloc(pool, 2 * bytes.n + 3), *p = text;
	*p++ = '\\';
	*p++ = 'x';
	for (size_t i = 0; i < bytes.n; i++) {
		*p++ = digits[(unsigned char)bytes.p[i] >> 4];
		*p++ = digits[(unsigned char)bytes.p[i] & 15];
	}
	*p = '\0';
	return text;
}

void db_array_begin(struct db_array *a, struct buf *out)
{
	*a = (struct db_array){ .out = out };
	buf_add_char(out, '{');
}

void db_array_text(struct db_array *a, struct str s)
{
	buf_add_cstr(a->out, a->n++ ? ",\"" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_add_char(a->out, '\\');
		buf_add_char(a->out, s.p[i]);
	}
	buf_add_char(a->out, '"');
}

void db_array_bytes(struct db_array *a, struct str s)
{
	struct pool *pool = pool_new();
	db_array_text(a, str_of(db_bytes_hex(pool, s)));
	pool_free(pool);
}

void db_array_end(struct db_array *a)
{
	buf_add_char(a->out, '}');
}
