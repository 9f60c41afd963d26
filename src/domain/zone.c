/*
 * zone.c - reads TZif files (RFC 8536).
 *
 * Takes the 64-bit block of a file; behind its last change that change's offset goes on (files on Debian list changes
 * to 2037). A name cannot leave the folder of zones. A file that is not as it should be is UTC.
 */
#include "domain/zone.h"

#include "core/secret.h"

#define FOLDER "/usr/share/zoneinfo/"
#define FILE_MAX (64 << 10)
#define HEADER_BYTES 44

struct zone {
	size_t n;
	const unsigned char *times;   /* n of 8 bytes */
	const unsigned char *kinds;   /* n of 1 byte: which offset begins */
	const unsigned char *offsets; /* of 6 bytes */
	size_t n_offsets;
};

static bool is_name(struct str s)
{
	if (s.n == 0 || s.n > 60 || s.p[0] == '/' || s.p[0] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!letter && !strchr("_+-/", c))
			return false;
	}
	return true;
}

static int64_t big_endian(const unsigned char *p, int bytes)
{
	uint64_t v = (p[0] & 0x80) ? UINT64_MAX : 0;
	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

/* The bytes of a block's data whose times have `width` bytes. */
static size_t block_bytes(const unsigned char *header, size_t width)
{
	size_t counts[6];
	for (int i = 0; i < 6; i++)
		counts[i] = (size_t)big_endian(header + 20 + 4 * i, 4) & 0xffff;
	return counts[3] * (width + 1) + counts[4] * 6 + counts[5] + counts[2] * (width + 4) + counts[1] + counts[0];
}

static bool open_block(struct str file, struct zone *out)
{
	const unsigned char *p = (const unsigned char *)file.p;
	if (file.n < HEADER_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return false;
	size_t second = HEADER_BYTES + block_bytes(p, 4);
	if (second > file.n || file.n - second < HEADER_BYTES || memcmp(p + second, "TZif", 4) != 0)
		return false;
	p += second;
	if (block_bytes(p, 8) > file.n - second - HEADER_BYTES)
		return false;
	out->n = (size_t)big_endian(p + 32, 4) & 0xffff;
	out->n_offsets = (size_t)big_endian(p + 36, 4) & 0xffff;
	out->times = p + HEADER_BYTES;
	out->kinds = out->times + 8 * out->n;
	out->offsets = out->kinds + out->n;
	return out->n_offsets > 0;
}

const struct zone *zone_load(struct pool *pool, struct str name)
{
	struct secret *file;
	if (!is_name(name) || str_equal(name, STR("UTC")))
		return NULL;
	const char *path = pool_printf(pool, FOLDER "%.*s", (int)name.n, name.p).p;
	if (secret_load(path, FILE_MAX, &file, NULL) != ERR_OK)
		return NULL;
	struct zone *zone = pool_new_of(pool, struct zone);
	bool good = open_block(pool_str(pool, secret_bytes(file)), zone);
	secret_free(file);
	return good ? zone : NULL;
}

bool zone_is_known(struct str name)
{
	struct pool *pool = pool_new();
	bool known = str_equal(name, STR("UTC")) || zone_load(pool, name);
	pool_free(pool);
	return known;
}

int64_t zone_offset_s(const struct zone *zone, time_t at)
{
	size_t low = 0, high = zone ? zone->n : 0;
	if (!zone)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (big_endian(zone->times + 8 * middle, 8) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	size_t kind = low ? zone->kinds[low - 1] : 0;
	return kind < zone->n_offsets ? big_endian(zone->offsets + 6 * kind, 4) : 0;
}
