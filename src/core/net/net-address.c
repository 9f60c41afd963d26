/*
 * net-address.c - which network addresses belong to the public internet: a table of those that do not.
 *
 * Pure. For requests to an address that a user typed: they must not reach this machine, its neighbours, or the
 * metadata service of a hosting company. The ranges are those of the IANA registries of special-purpose addresses (RFC
 * 6890 and later); of IPv6 only 2000::/3 has ever been given out, so all else is refused unless it carries an IPv4
 * address.
 */
#include "core/net/net-address.h"
#include "core/err.h"
#include "core/text/reason.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PRIVATE CODE(address_private)
#define LOOPBACK CODE(address_loopback)
#define UNSPECIFIED CODE(address_unspecified)
#define LINK_LOCAL CODE(address_link_local)
#define SHARED CODE(address_shared)
#define MULTICAST CODE(address_multicast)
#define DOCUMENTATION CODE(address_documentation)
#define RESERVED CODE(address_reserved)
/* The IPv4 address in it decides. */
#define CARRIES_V4 NULL

struct range {
	uint8_t start[16];
	unsigned bits;    /* of `start` that must be the same */
	const char *code; /* what it is */
	unsigned v4_at;   /* CARRIES_V4: where, in bytes */
};

static const struct range v4_ranges[] = {
	{ { 0 }, 8, UNSPECIFIED, 0 },
	{ { 10 }, 8, PRIVATE, 0 },
	{ { 100, 64 }, 10, SHARED, 0 },
	{ { 127 }, 8, LOOPBACK, 0 },
	{ { 169, 254 }, 16, LINK_LOCAL, 0 },
	{ { 172, 16 }, 12, PRIVATE, 0 },
	{ { 192, 0, 0 }, 24, RESERVED, 0 },
	{ { 192, 0, 2 }, 24, DOCUMENTATION, 0 },
	{ { 192, 88, 99 }, 24, RESERVED, 0 },
	{ { 192, 168 }, 16, PRIVATE, 0 },
	{ { 198, 18 }, 15, RESERVED, 0 },
	{ { 198, 51, 100 }, 24, DOCUMENTATION, 0 },
	{ { 203, 0, 113 }, 24, DOCUMENTATION, 0 },
	{ { 224 }, 4, MULTICAST, 0 },
	{ { 240 }, 4, RESERVED, 0 },
};

/* The first that fits decides. */
static const struct range v6_ranges[] = {
	{ { 0 }, 128, UNSPECIFIED, 0 },
	{ { [15] = 1 }, 128, LOOPBACK, 0 },
	{ { [10] = 0xff, 0xff }, 96, CARRIES_V4, 12 },   /* ::ffff:a.b.c.d */
	{ { 0, 0x64, 0xff, 0x9b }, 96, CARRIES_V4, 12 }, /* NAT64, RFC 6052 */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32, DOCUMENTATION, 0 },
	{ { 0x20, 0x01 }, 23, RESERVED, 0 },   /* protocol assignments, Teredo among them */
	{ { 0x20, 0x02 }, 16, CARRIES_V4, 2 }, /* 6to4, RFC 3056 */
	{ { 0x3f, 0xff }, 20, DOCUMENTATION, 0 },
	{ { 0xfc }, 7, PRIVATE, 0 },
	{ { 0xfe, 0x80 }, 10, LINK_LOCAL, 0 },
	{ { 0xfe, 0xc0 }, 10, PRIVATE, 0 }, /* site-local, RFC 3879 */
	{ { 0xff }, 8, MULTICAST, 0 },
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool net_address_is_in(const struct range *range, const uint8_t *address)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(range->start, address, whole) != 0)
		return false;
	return rest == 0 || (range->start[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static const struct range *find_range(const struct range *ranges, size_t n, const uint8_t *address)
{
	for (size_t i = 0; i < n; i++)
		if (net_address_is_in(&ranges[i], address))
			return &ranges[i];
	return NULL;
}

static const char *judge_v4(const uint8_t *address)
{
	const struct range *range = find_range(v4_ranges, COUNT(v4_ranges), address);

	return range ? range->code : NULL;
}

static const char *judge_v6(const uint8_t *address)
{
	const struct range *range = find_range(v6_ranges, COUNT(v6_ranges), address);

	if (range)
		return range->code ? range->code : judge_v4(address + range->v4_at);
	return address[0] >> 5 == 1 ? NULL : RESERVED;
}

/* The bytes of an IPv4 or IPv6 address, NULL for anything else. */
static const uint8_t *net_address_bytes_of(const struct sockaddr *address, size_t len)
{
	if (len >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET)
		return (const uint8_t *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
	if (len >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6)
		return (const uint8_t *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	return NULL;
}

const char *net_address_not_public(const struct sockaddr *address, size_t len)
{
	const uint8_t *bytes = net_address_bytes_of(address, len);

	if (!bytes)
		return CODE(address_none);
	return address->sa_family == AF_INET ? judge_v4(bytes) : judge_v6(bytes);
}

const char *net_address_text_not_public(const char *text)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		return judge_v4(bytes);
	return inet_pton(AF_INET6, text, bytes) == 1 ? judge_v6(bytes) : CODE(address_none);
}

void net_address_format(const struct sockaddr *address, size_t len, char out[NET_ADDRESS_TEXT_BYTES])
{
	const uint8_t *bytes = net_address_bytes_of(address, len);

	if (!bytes || !inet_ntop(address->sa_family, bytes, out, NET_ADDRESS_TEXT_BYTES))
		snprintf(out, NET_ADDRESS_TEXT_BYTES, "?");
}

struct str net_address_unmapped(struct pool *pool, const char *text)
{
	struct in6_addr address;
	char plain[INET_ADDRSTRLEN];

	if (!text || inet_pton(AF_INET6, text, &address) != 1 || !IN6_IS_ADDR_V4MAPPED(&address)
		|| !inet_ntop(AF_INET, &address.s6_addr[12], plain, sizeof(plain)))
		return str_of(text);
	return pool_str(pool, str_of(plain));
}

struct str net_address_network(struct pool *pool, struct str text)
{
	struct in6_addr address;
	char words[INET6_ADDRSTRLEN];

	if (inet_pton(AF_INET6, pool_cstr(pool, text), &address) != 1)
		return text;
	memset(address.s6_addr + 8, 0, 8);
	inet_ntop(AF_INET6, &address, words, sizeof(words));
	return pool_str(pool, str_of(words));
}
