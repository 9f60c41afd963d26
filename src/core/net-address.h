/*
 * net-address.h - which network addresses belong to the public internet.
 */
#ifndef DESKBELL_CORE_NET_ADDRESS_H
#define DESKBELL_CORE_NET_ADDRESS_H

#include <stddef.h>
#include <sys/socket.h>

#define NET_ADDRESS_TEXT_BYTES 64

/* NULL when `address` is one that anybody on the internet may be reached at; else what it is, to be said after "is":
 * "in a private network". An IPv6 form that carries an IPv4 address (mapped, NAT64, 6to4) is judged by that one. What
 * is no IPv4 or IPv6 address, or cut off, is not public. */
const char *net_address_not_public(const struct sockaddr *address, size_t len);
/* The same for an address in words ("10.0.0.1", "::1"). */
const char *net_address_text_not_public(const char *text);
/* The address in words, without the port; "?" for a family that has none. */
void net_address_format(const struct sockaddr *address, size_t len, char out[NET_ADDRESS_TEXT_BYTES]);

#endif
