/*
 * avatar.c - how people are shown. Pure.
 */
#include "desk/format/avatar.h"

#include "core/buf.h"

#define HUES 6

struct str person_initials(struct pool *pool, struct str name)
{
	struct str rest = name;
	struct buf out;
	int taken = 0;
	if (name.n && (name.p[0] == '+' || (name.p[0] >= '0' && name.p[0] <= '9')))
		return STR("#");
	buf_init(&out, 16);
	while (rest.p && taken < 2) {
		struct str word = str_trim(str_take_until(&rest, ' '));
		uint32_t c;
		size_t n = str_utf8_next(word, &c);
		if (n == 0)
			continue;
		buf_add_utf8(&out, c >= 'a' && c <= 'z' ? c - 32 : c);
		taken++;
	}
	return pool_take(pool, &out);
}

int person_hue(int64_t id)
{
	return (int)((uint64_t)id % HUES);
}
