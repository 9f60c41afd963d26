/*
 * str.h - a borrowed slice of bytes: pointer and length, no ownership, may hold any byte.
 */
#ifndef DESKBELL_CORE_STR_H
#define DESKBELL_CORE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p; /* NULL means absent; then n is 0 */
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })

/* A slice of the NUL-terminated `s`; absent when `s` is NULL. */
static inline struct str str_of(const char *s)
{
	return s ? (struct str){ s, strlen(s) } : STR_NONE;
}

static inline bool str_is_empty(struct str s)
{
	return s.n == 0;
}

bool str_equal(struct str a, struct str b);
/* ASCII letters compared without case; for header names and keywords, never for people's text. */
bool str_equal_nocase(struct str a, struct str b);
bool str_has_prefix(struct str s, struct str prefix);
bool str_has_suffix(struct str s, struct str suffix);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* Cuts `*rest` at the first `sep`: returns what is before it and moves `*rest` behind it.
 * Without `sep` returns everything and makes `*rest` absent. */
struct str str_take_until(struct str *rest, char sep);
/* The index of the first `c`, or -1. */
ptrdiff_t str_find_char(struct str s, char c);
/* Decimal, optional minus, nothing else around it; false when malformed or out of range. */
bool str_to_i64(struct str s, int64_t *out);
/* Reads one UTF-8 character at `s` (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
 * Returns its length in bytes, 1 to 4, or 0 when `s` is empty or the bytes are not valid; `*out` gets the code point.
 */
size_t str_utf8_next(struct str s, uint32_t *out);
bool str_is_utf8(struct str s);
/* FNV-1a over the bytes, going on from `hash`; a first call begins with STR_HASH. Models and indexes store what it
 * gives: it never changes. Its high bits are poor; str_hash_spread mixes them (the finaliser of MurmurHash3). */
#define STR_HASH 2166136261u
static inline uint32_t str_hash(uint32_t hash, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 16777619u;
	return hash;
}

static inline uint32_t str_hash_spread(uint32_t h)
{
	h = (h ^ h >> 16) * 0x85ebca6bu;
	h = (h ^ h >> 13) * 0xc2b2ae35u;
	return h ^ h >> 16;
}

/* The same of 64 bits. */
#define STR_HASH64 UINT64_C(0xcbf29ce484222325)
static inline uint64_t str_hash64(uint64_t hash, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* The first `max` bytes, fewer where that would cut a UTF-8 character. */
struct str str_cut(struct str s, size_t max);

/* How many characters UTF-8 text has. */
size_t str_characters(struct str s);

#endif
