/*
 * net-address.h - which network addresses belong to the public internet.
 */
#ifndef DESKBELL_CORE_NET_ADDRESS_H
#define DESKBELL_CORE_NET_ADDRESS_H

#include "core/pool.h"
#include "core/str.h"

#include <stddef.h>
#include <sys/socket.h>

#define NET_ADDRESS_TEXT_BYTES 64

/* NULL when `address` is one that a host on the internet may be reached at; else what it is, to be said after "is":
 * "in a private network". An IPv6 form that carries an IPv4 address (mapped, NAT64, 6to4) is judged by that one. What
 * is no IPv4 or IPv6 address, or cut off, is not public. */
const char *net_address_not_public(const struct sockaddr *address, size_t len);
/* The same for an address in words ("10.0.0.1", "::1"). */
const char *net_address_text_not_public(const char *text);
/* The address in words, without the port; "?" for a family that has none. */
void net_address_format(const struct sockaddr *address, size_t len, char out[NET_ADDRESS_TEXT_BYTES]);
/* An address in words; an IPv4 address that IPv6 carries ("::ffff:192.0.2.1", RFC 4291, 2.5.5.2), as a server sees it
 * that listens for both on one socket, as IPv4. Anything else as it is, borrowed; NULL is absent. */
struct str net_address_unmapped(struct pool *pool, const char *text);
/* What one visitor has of addresses: an IPv4 address itself, of an IPv6 address the first 64 bits, in words. Anything
 * else as it is, borrowed. */
struct str net_address_network(struct pool *pool, struct str text);

#endif
