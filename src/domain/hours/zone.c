/*
 * zone.c - reads TZif files (RFC 8536), the one truth for the names of time zones.
 *
 * Takes the 64-bit block of a file and, after its last change, the rule in its footer (zone-rule.c): a slim file has
 * few changes or none. A name cannot leave the folder of zones. A file that is not as it should be, or that counts leap
 * seconds, is no zone; a caller who asks for its offset gets UTC.
 */
#include "domain/hours/zone.h"

#include "core/secret.h"
#include "domain/hours/zone-rule.h"

#define FOLDER "/usr/share/zoneinfo/"
#define FILE_MAX (64 << 10)
#define HEADER_BYTES 44
#define DAY_S 86400

struct zone {
	size_t n;
	const unsigned char *times;   /* n of 8 bytes */
	const unsigned char *kinds;   /* n of 1 byte: which offset begins */
	const unsigned char *offsets; /* of 6 bytes */
	size_t n_offsets;
	bool has_rule;
	struct zone_rule rule; /* from the last change on */
};

/* The counts of a header, in its order; RFC 8536 section 3.1. */
enum { IS_UT, IS_STD, LEAPS, CHANGES, OFFSETS, LETTERS, COUNTS };

struct block {
	size_t counts[COUNTS];
	const unsigned char *data;
};

static bool zone_is_name(struct str s)
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

/* Takes a header and the data after it, whose times have `width` bytes, from the front of `rest`. */
static bool take_block(struct str *rest, size_t width, struct block *out)
{
	const unsigned char *header = (const unsigned char *)rest->p;
	size_t *n = out->counts, bytes;
	if (rest->n < HEADER_BYTES || memcmp(header, "TZif", 4) != 0 || header[4] < '2')
		return false;
	for (int i = 0; i < COUNTS; i++) {
		int64_t count = big_endian(header + 20 + 4 * i, 4);
		if (count < 0 || count > FILE_MAX)
			return false;
		n[i] = (size_t)count;
	}
	bytes = HEADER_BYTES + n[CHANGES] * (width + 1) + n[OFFSETS] * 6 + n[LETTERS] + n[LEAPS] * (width + 4)
		+ n[IS_STD] + n[IS_UT];
	if (bytes > rest->n)
		return false;
	out->data = header + HEADER_BYTES;
	*rest = (struct str){ rest->p + bytes, rest->n - bytes };
	return true;
}

/* Between two newlines; the second is gone where the file's reader cuts it. Empty: the last change's offset goes on. */
static bool read_footer(struct str rest, struct zone *out)
{
	struct str line = { rest.p + 1, rest.n - 1 };
	if (rest.n == 0 || rest.p[0] != '\n')
		return false;
	ptrdiff_t end = str_find_char(line, '\n');
	line.n = end < 0 ? line.n : (size_t)end;
	out->has_rule = line.n > 0;
	return line.n == 0 || zone_rule_parse(line, &out->rule);
}

const struct zone *zone_parse(struct pool *pool, struct str file)
{
	struct zone *zone = pool_new_of(pool, struct zone);
	struct block block;
	struct str rest = pool_str(pool, file);
	if (!take_block(&rest, 4, &block) || !take_block(&rest, 8, &block))
		return NULL;
	*zone = (struct zone){ .n = block.counts[CHANGES], .n_offsets = block.counts[OFFSETS], .times = block.data };
	zone->kinds = zone->times + 8 * zone->n;
	zone->offsets = zone->kinds + zone->n;
	return zone->n_offsets > 0 && block.counts[LEAPS] == 0 && read_footer(rest, zone) ? zone : NULL;
}

const struct zone *zone_load(struct pool *pool, struct str name)
{
	struct secret *file;
	if (!zone_is_name(name) || str_equal(name, STR("UTC")))
		return NULL;
	const char *path = pool_printf(pool, FOLDER "%.*s", (int)name.n, name.p).p;
	if (secret_load(path, FILE_MAX, &file, NULL) != ERR_OK)
		return NULL;
	const struct zone *zone = zone_parse(pool, secret_bytes(file));
	secret_free(file);
	return zone;
}

bool zone_is_known(struct str name)
{
	struct pool *pool = pool_new();
	bool known = str_equal(name, STR("UTC")) || zone_load(pool, name);
	pool_free(pool);
	return known;
}

/* How many changes are not after that moment. */
static size_t changes_until(const struct zone *zone, time_t at)
{
	size_t low = 0, high = zone->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (big_endian(zone->times + 8 * middle, 8) <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t zone_offset_s(const struct zone *zone, time_t at)
{
	if (!zone)
		return 0;
	size_t changes = changes_until(zone, at);
	if (changes == zone->n && zone->has_rule)
		return zone_rule_offset_s(&zone->rule, at);
	size_t kind = changes ? zone->kinds[changes - 1] : 0;
	int64_t offset = kind < zone->n_offsets ? big_endian(zone->offsets + 6 * kind, 4) : 0;
	return offset > -2 * DAY_S && offset < 2 * DAY_S ? offset : 0;
}
