/*
 * secret.c - values that nothing prints.
 *
 * Owns each secret's memory, which is wiped before it is freed. Never copies a secret anywhere but into a new one, and
 * no error of this file holds more than a file's name. The rule of the last four comes from what payment forms show;
 * below 16 characters it would tell too much.
 */
#include "core/secret.h"

#include "core/text/reason.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define SHOWN_TAIL 4
#define SHOWN_FROM 16

struct secret {
	size_t n;
	char bytes[];
};

/* Room for `n` bytes and a NUL. */
static struct secret *secret_alloc(size_t n)
{
	struct secret *s = n < SIZE_MAX - sizeof(*s) ? calloc(1, sizeof(*s) + n + 1) : NULL;

	if (!s)
		fatal(ERR_INTERNAL, "out of memory: %zu bytes for a secret", n);
	s->n = n;
	return s;
}

struct secret *secret_new(struct str bytes)
{
	struct secret *s = secret_alloc(bytes.n);

	if (bytes.n > 0)
		memcpy(s->bytes, bytes.p, bytes.n);
	return s;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	secret_wipe(s, sizeof(*s) + s->n);
	free(s);
}

static void secret_release(void *s)
{
	secret_free(s);
}

struct secret *secret_in_pool(struct pool *pool, struct str bytes)
{
	struct secret *s = secret_new(bytes);

	pool_defer(pool, secret_release, s);
	return s;
}

struct str secret_bytes(const struct secret *s)
{
	return (struct str){ s->bytes, s->n };
}

/* A tail that is not plain text, such as half a character, stays hidden. */
static bool secret_is_printable(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return true;
}

struct str secret_redacted(struct pool *pool, const struct secret *s)
{
	struct str tail = STR_NONE;

	if (s->n >= SHOWN_FROM)
		tail = (struct str){ s->bytes + s->n - SHOWN_TAIL, SHOWN_TAIL };
	if (!secret_is_printable(tail))
		tail = STR_NONE;
	return pool_printf(pool, "****%.*s", (int)tail.n, tail.p ? tail.p : "");
}

void secret_wipe(void *p, size_t n)
{
	if (n > 0)
		explicit_bzero(p, n);
}

/* Up to `size` bytes, until the end of the file. */
static ssize_t secret_read_all(int fd, char *out, size_t size)
{
	size_t len = 0;

	while (len < size) {
		ssize_t n = read(fd, out + len, size - len);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			len += (size_t)n;
	}
	return (ssize_t)len;
}

static struct str without_newline(struct str s)
{
	if (str_has_suffix(s, STR("\r\n")))
		s.n -= 2;
	else if (str_has_suffix(s, STR("\n")))
		s.n--;
	return s;
}

enum err secret_load(const char *path, size_t max, struct secret **out, struct explain *why)
{
	static const size_t newline = 2;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return EXPLAIN(why, ERR_IO, file_not_opened, F_CSTR("path", path), F_CSTR("error", strerror(errno)));
	struct secret *content = secret_alloc(max + newline + 1);
	ssize_t n = secret_read_all(fd, content->bytes, content->n);
	int failure = errno;
	close(fd);

	enum err e = ERR_OK;
	struct str value = without_newline((struct str){ content->bytes, n > 0 ? (size_t)n : 0 });
	if (n < 0)
		e = EXPLAIN(why, ERR_IO, file_not_read, F_CSTR("path", path), F_CSTR("error", strerror(failure)));
	else if (value.n > max)
		e = EXPLAIN(why, ERR_TOO_LARGE, file_too_large, F_CSTR("path", path), F_INT("limit", max));
	else
		*out = secret_new(value);
	secret_free(content);
	return e;
}
