/*
 * core-net-address.c - tests of which addresses are public: the ends of each range and what lies next to it.
 */
#include "check.h"
#include "core.h"

#include "core/net/net-address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static void judges_by_the_table(void)
{
	static const struct {
		const char *address, *word; /* NULL: public */
	} table[] = {
		{ "0.0.0.0", "address_unspecified" },
		{ "0.255.255.255", "address_unspecified" },
		{ "1.0.0.0", NULL },
		{ "9.255.255.255", NULL },
		{ "10.0.0.0", "address_private" },
		{ "10.255.255.255", "address_private" },
		{ "11.0.0.0", NULL },
		{ "100.63.255.255", NULL },
		{ "100.64.0.0", "address_shared" },
		{ "100.127.255.255", "address_shared" },
		{ "100.128.0.0", NULL },
		{ "126.255.255.255", NULL },
		{ "127.0.0.1", "address_loopback" },
		{ "127.255.255.255", "address_loopback" },
		{ "128.0.0.0", NULL },
		{ "169.253.255.255", NULL },
		{ "169.254.169.254", "address_link_local" },
		{ "169.255.0.0", NULL },
		{ "172.15.255.255", NULL },
		{ "172.16.0.0", "address_private" },
		{ "172.31.255.255", "address_private" },
		{ "172.32.0.0", NULL },
		{ "192.0.0.8", "address_reserved" },
		{ "192.0.1.0", NULL },
		{ "192.0.2.1", "address_documentation" },
		{ "192.88.99.1", "address_reserved" },
		{ "192.167.255.255", NULL },
		{ "192.168.0.1", "address_private" },
		{ "192.169.0.0", NULL },
		{ "198.17.255.255", NULL },
		{ "198.18.0.0", "address_reserved" },
		{ "198.19.255.255", "address_reserved" },
		{ "198.20.0.0", NULL },
		{ "198.51.100.7", "address_documentation" },
		{ "203.0.113.7", "address_documentation" },
		{ "223.255.255.255", NULL },
		{ "224.0.0.1", "address_multicast" },
		{ "239.255.255.255", "address_multicast" },
		{ "240.0.0.0", "address_reserved" },
		{ "255.255.255.255", "address_reserved" },
		{ "::", "address_unspecified" },
		{ "::1", "address_loopback" },
		{ "::2", "address_reserved" },
		{ "::8.8.8.8", "address_reserved" },
		{ "::ffff:127.0.0.1", "address_loopback" },
		{ "::ffff:10.1.2.3", "address_private" },
		{ "::ffff:8.8.8.8", NULL },
		{ "::fffe:8.8.8.8", "address_reserved" },
		{ "64:ff9b::192.168.1.1", "address_private" },
		{ "64:ff9b::8.8.8.8", NULL },
		{ "64:ff9b:1::8.8.8.8", "address_reserved" },
		{ "100::1", "address_reserved" },
		{ "2001::1", "address_reserved" },
		{ "2001:1ff:ffff::1", "address_reserved" },
		{ "2001:200::1", NULL },
		{ "2001:db8::1", "address_documentation" },
		{ "2001:db9::1", NULL },
		{ "2002:7f00:1::", "address_loopback" },
		{ "2002:a9fe:a9fe::1", "address_link_local" },
		{ "2002:808:808::1", NULL },
		{ "2606:4700::1111", NULL },
		{ "3fff:fff::1", "address_documentation" },
		{ "3ffe::1", NULL },
		{ "4000::1", "address_reserved" },
		{ "fc00::1", "address_private" },
		{ "fdff:ffff::1", "address_private" },
		{ "fe80::1", "address_link_local" },
		{ "febf::1", "address_link_local" },
		{ "fec0::1", "address_private" },
		{ "ff02::1", "address_multicast" },
		{ "", "address_none" },
		{ "localhost", "address_none" },
		{ "1.2.3", "address_none" },
		{ "8.8.8.8 ", "address_none" },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		const char *words = net_address_text_not_public(table[i].address);
		CHECK_ROW(table[i].word ? words && strstr(words, table[i].word) : !words, table[i].address);
	}
}

static void judges_socket_addresses(void)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	char text[NET_ADDRESS_TEXT_BYTES];

	v4.sin_addr.s_addr = htonl(0x08080808);
	CU_ASSERT_PTR_NULL(net_address_not_public((struct sockaddr *)&v4, sizeof(v4)));
	CU_ASSERT_PTR_NOT_NULL(net_address_not_public((struct sockaddr *)&v4, sizeof(v4) - 1));
	net_address_format((struct sockaddr *)&v4, sizeof(v4), text);
	CU_ASSERT_STRING_EQUAL(text, "8.8.8.8");
	v4.sin_addr.s_addr = htonl(0x0a000001);
	CU_ASSERT_PTR_NOT_NULL(net_address_not_public((struct sockaddr *)&v4, sizeof(v4)));
	CU_ASSERT_PTR_NOT_NULL(net_address_not_public((struct sockaddr *)&v6, sizeof(v6)));
	net_address_format((struct sockaddr *)&v6, sizeof(v6), text);
	CU_ASSERT_STRING_EQUAL(text, "::1");
	CU_ASSERT_PTR_NOT_NULL(net_address_not_public((struct sockaddr *)&local, sizeof(local)));
	net_address_format((struct sockaddr *)&local, sizeof(local), text);
	CU_ASSERT_STRING_EQUAL(text, "?");
}

static void shows_carried_addresses(void)
{
	static const char *const cases[][2] = { { "::ffff:192.0.2.1", "192.0.2.1" },
		{ "::FFFF:c000:0201", "192.0.2.1" }, { "0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1" },
		{ "192.0.2.1", "192.0.2.1" }, { "2001:db8::1", "2001:db8::1" }, { "::192.0.2.1", "::192.0.2.1" },
		{ "::1", "::1" }, { "", "" }, { "::ffff:192.0.2.1x", "::ffff:192.0.2.1x" } };
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK_STR(net_address_unmapped(pool, cases[i][0]), cases[i][1]);
	CU_ASSERT_PTR_NULL(net_address_unmapped(pool, NULL).p);
	pool_free(pool);
}

static void knows_one_visitor(void)
{
	static const char *const cases[][2] = { { "192.0.2.1", "192.0.2.1" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" }, { "2001:db8::1", "2001:db8::" }, { "::1", "::" },
		{ "", "" }, { "x", "x" } };
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(cases); i++)
		CHECK_STR(net_address_network(pool, str_of(cases[i][0])), cases[i][1]);
	pool_free(pool);
}

CU_TestInfo core_net_address_tests[] = {
	{ "the ends of each range and what lies next to it", judges_by_the_table },
	{ "socket addresses of any family", judges_socket_addresses },
	{ "IPv4 within IPv6 is shown as IPv4", shows_carried_addresses },
	{ "an IPv6 visitor has a network of addresses", knows_one_visitor },
	CU_TEST_INFO_NULL,
};
