/*
 * query.c - percent-encoding (RFC 3986) and the parameters of an address.
 *
 * Pure: writes into the caller's buffer, which carries the error.
 */
#include "core/formats/query.h"

#include <stdio.h>

static bool query_is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	       || (c && strchr("-._~", c) != NULL);
}

void percent_encode(struct buf *out, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (query_is_unreserved(s.p[i]))
			buf_add_char(out, s.p[i]);
		else
			buf_add(out, (char[]){ '%', digits[c >> 4], digits[c & 15] }, 3);
	}
}

void query_add(struct buf *address, const char *name, struct str value)
{
	if (str_is_empty(value))
		return;
	buf_addf(address, "%c%s=", str_find_char(buf_str(address), '?') < 0 ? '?' : '&', name);
	percent_encode(address, value);
}

void query_add_i64(struct buf *address, const char *name, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	query_add(address, name, value ? str_of(digits) : STR_NONE);
}
