/*
 * multipart.c - a body of multipart/form-data (RFC 7578, RFC 2046 5.1) that comes piece by piece.
 *
 * Owns the grammar between pieces: never more than a piece, a head and a delimiter are held. Fails as a whole.
 */
#include "http/multipart.h"

#define HEAD_MAX_BYTES 4096
#define BOUNDARY_MAX_BYTES 200
#define HELD_MAX_BYTES (1u << 18)

bool multipart_begin(struct multipart *m, struct pool *pool, struct str content_type,
	const struct multipart_files *files, struct params *fields)
{
	struct str type = content_type, boundary = params_of_header(content_type, "boundary");
	*m = (struct multipart){ .pool = pool, .files = *files, .fields = fields };
	*fields = (struct params){ NULL, 0 };
	if (!str_equal_nocase(str_trim(str_take_until(&type, ';')), STR("multipart/form-data"))
		|| str_is_empty(boundary) || boundary.n > BOUNDARY_MAX_BYTES)
		return false;
	m->delimiter = pool_printf(pool, "\r\n--%.*s", (int)boundary.n, boundary.p);
	buf_init(&m->held, HELD_MAX_BYTES);
	buf_init(&m->value, MULTIPART_FIELDS_MAX_BYTES);
	buf_add_cstr(&m->held, "\r\n"); /* the first delimiter has no line before it */
	return true;
}

/* Forgets the first bytes of what is held. */
static void multipart_skip(struct multipart *m, size_t n)
{
	memmove(m->held.data, m->held.data + n, m->held.len - n);
	buf_truncate(&m->held, m->held.len - n);
}

static const char *multipart_find(const struct multipart *m, struct str what)
{
	return m->held.len ? memmem(m->held.data, m->held.len, what.p, what.n) : NULL;
}

static bool multipart_add(struct multipart *m, size_t n)
{
	struct str piece = { m->held.data, n };
	if (m->state == MULTIPART_FILE)
		return n == 0 || m->files.add(m->files.arg, piece);
	m->field_bytes += n;
	buf_add_str(&m->value, piece);
	return m->field_bytes <= MULTIPART_FIELDS_MAX_BYTES;
}

static bool multipart_end_part(struct multipart *m)
{
	if (m->state == MULTIPART_FILE)
		return m->files.end(m->files.arg);
	m->part.value = pool_str(m->pool, buf_str(&m->value));
	buf_reset(&m->value);
	return params_add(m->pool, m->fields, m->part) == ERR_OK;
}

/* What belongs to the part for certain; `*more`: a delimiter was found and the state has changed. */
static bool multipart_step_content(struct multipart *m, bool *more)
{
	const char *end = multipart_find(m, m->delimiter);
	size_t n = end                             ? (size_t)(end - m->held.data)
		   : m->held.len >= m->delimiter.n ? m->held.len - m->delimiter.n + 1
						   : 0;
	*more = end != NULL;
	if (!multipart_add(m, n) || (end && !multipart_end_part(m)))
		return false;
	multipart_skip(m, n + (end ? m->delimiter.n : 0));
	if (end)
		m->state = MULTIPART_AFTER;
	return true;
}

static bool multipart_step_head(struct multipart *m, bool *more)
{
	const char *end = multipart_find(m, STR("\r\n\r\n"));
	size_t n = end ? (size_t)(end - m->held.data) : m->held.len;
	*more = end != NULL;
	if (n > HEAD_MAX_BYTES + (end ? 0 : 3)) /* its end may have begun */
		return false;
	if (!end)
		return true;
	m->part = params_part_head(pool_str(m->pool, (struct str){ m->held.data, n }));
	multipart_skip(m, n + 4);
	m->state = m->part.file_name.p ? MULTIPART_FILE : MULTIPART_VALUE;
	return m->part.name.p && (m->state == MULTIPART_VALUE || m->files.begin(m->files.arg, &m->part));
}

/* After a delimiter: another part, or the end. */
static bool multipart_step_after(struct multipart *m, bool *more)
{
	*more = m->held.len >= 2;
	if (!*more)
		return true;
	bool end = !memcmp(m->held.data, "--", 2);
	if (!end && memcmp(m->held.data, "\r\n", 2))
		return false;
	multipart_skip(m, 2);
	m->state = end ? MULTIPART_END : MULTIPART_HEAD;
	return true;
}

static bool multipart_step_first(struct multipart *m, bool *more)
{
	*more = m->held.len >= m->delimiter.n;
	if (!*more)
		return true;
	bool good = !memcmp(m->held.data, m->delimiter.p, m->delimiter.n);
	multipart_skip(m, m->delimiter.n);
	m->state = MULTIPART_AFTER;
	return good;
}

bool multipart_take(void *multipart, struct str piece)
{
	struct multipart *m = multipart;
	bool good = true, more = true;
	if (m->state == MULTIPART_END)
		return true; /* an epilogue says nothing */
	buf_add_str(&m->held, piece);
	while (good && more && m->state != MULTIPART_END)
		switch (m->state) {
		case MULTIPART_FIRST: good = multipart_step_first(m, &more); break;
		case MULTIPART_AFTER: good = multipart_step_after(m, &more); break;
		case MULTIPART_HEAD: good = multipart_step_head(m, &more); break;
		case MULTIPART_VALUE:
		case MULTIPART_FILE: good = multipart_step_content(m, &more); break;
		case MULTIPART_END: break;
		}
	return good && m->held.err == ERR_OK;
}

bool multipart_finish(struct multipart *m)
{
	bool whole = m->state == MULTIPART_END;
	buf_fini(&m->held);
	buf_fini(&m->value);
	return whole;
}
