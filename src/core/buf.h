/*
 * buf.h - a growing byte buffer with its maximum fixed at birth and a sticky error.
 *
 * Writers append without checking; the one who uses the result checks `err` once. Past the maximum the buffer
 * keeps what it has and its error becomes ERR_TOO_LARGE. Always NUL-terminated. Out of memory is fatal.
 */
#ifndef DESKBELL_CORE_BUF_H
#define DESKBELL_CORE_BUF_H

#include "core/err.h"
#include "core/str.h"

struct buf {
	char *data; /* NULL until the first byte */
	size_t len, cap, max;
	enum err err;
};

/* An empty buffer that will never hold more than `max` bytes. Nothing is allocated yet. */
void buf_init(struct buf *b, size_t max);
/* Frees the memory. The buffer is empty and usable again. */
void buf_fini(struct buf *b);
/* Empty again, memory kept, error cleared. */
void buf_reset(struct buf *b);
/* Cut back to `len` bytes, at most the present length. */
void buf_truncate(struct buf *b, size_t len);

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, struct str s);
void buf_add_cstr(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_addv(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);
/* `s` as UTF-8 that PostgreSQL and JSON take: every invalid byte sequence and NUL becomes U+FFFD. */
void buf_add_utf8_clean(struct buf *b, struct str s);
/* The code point as UTF-8. */
void buf_add_utf8(struct buf *b, uint32_t code_point);
/* Room for `n` more bytes to write directly, NULL when that would pass the maximum; then call buf_commit. */
char *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* What it holds, borrowed; valid until the next change. Never NULL: an empty buffer gives "". */
struct str buf_str(const struct buf *b);
const char *buf_cstr(const struct buf *b);

#endif
