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
		{ "0.0.0.0", "not an address" },
		{ "0.255.255.255", "not an address" },
		{ "1.0.0.0", NULL },
		{ "9.255.255.255", NULL },
		{ "10.0.0.0", "private" },
		{ "10.255.255.255", "private" },
		{ "11.0.0.0", NULL },
		{ "100.63.255.255", NULL },
		{ "100.64.0.0", "provider" },
		{ "100.127.255.255", "provider" },
		{ "100.128.0.0", NULL },
		{ "126.255.255.255", NULL },
		{ "127.0.0.1", "this machine" },
		{ "127.255.255.255", "this machine" },
		{ "128.0.0.0", NULL },
		{ "169.253.255.255", NULL },
		{ "169.254.169.254", "link-local" },
		{ "169.255.0.0", NULL },
		{ "172.15.255.255", NULL },
		{ "172.16.0.0", "private" },
		{ "172.31.255.255", "private" },
		{ "172.32.0.0", NULL },
		{ "192.0.0.8", "reserved" },
		{ "192.0.1.0", NULL },
		{ "192.0.2.1", "documentation" },
		{ "192.88.99.1", "reserved" },
		{ "192.167.255.255", NULL },
		{ "192.168.0.1", "private" },
		{ "192.169.0.0", NULL },
		{ "198.17.255.255", NULL },
		{ "198.18.0.0", "reserved" },
		{ "198.19.255.255", "reserved" },
		{ "198.20.0.0", NULL },
		{ "198.51.100.7", "documentation" },
		{ "203.0.113.7", "documentation" },
		{ "223.255.255.255", NULL },
		{ "224.0.0.1", "multicast" },
		{ "239.255.255.255", "multicast" },
		{ "240.0.0.0", "reserved" },
		{ "255.255.255.255", "reserved" },
		{ "::", "not an address" },
		{ "::1", "this machine" },
		{ "::2", "reserved" },
		{ "::8.8.8.8", "reserved" },
		{ "::ffff:127.0.0.1", "this machine" },
		{ "::ffff:10.1.2.3", "private" },
		{ "::ffff:8.8.8.8", NULL },
		{ "::fffe:8.8.8.8", "reserved" },
		{ "64:ff9b::192.168.1.1", "private" },
		{ "64:ff9b::8.8.8.8", NULL },
		{ "64:ff9b:1::8.8.8.8", "reserved" },
		{ "100::1", "reserved" },
		{ "2001::1", "reserved" },
		{ "2001:1ff:ffff::1", "reserved" },
		{ "2001:200::1", NULL },
		{ "2001:db8::1", "documentation" },
		{ "2001:db9::1", NULL },
		{ "2002:7f00:1::", "this machine" },
		{ "2002:a9fe:a9fe::1", "link-local" },
		{ "2002:808:808::1", NULL },
		{ "2606:4700::1111", NULL },
		{ "3fff:fff::1", "documentation" },
		{ "3ffe::1", NULL },
		{ "4000::1", "reserved" },
		{ "fc00::1", "private" },
		{ "fdff:ffff::1", "private" },
		{ "fe80::1", "link-local" },
		{ "febf::1", "link-local" },
		{ "fec0::1", "private" },
		{ "ff02::1", "multicast" },
		{ "", "not an internet address" },
		{ "localhost", "not an internet address" },
		{ "1.2.3", "not an internet address" },
		{ "8.8.8.8 ", "not an internet address" },
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

CU_TestInfo core_net_address_tests[] = {
	{ "the ends of each range and what lies next to it", judges_by_the_table },
	{ "socket addresses of any family", judges_socket_addresses },
	{ "IPv4 within IPv6 is shown as IPv4", shows_carried_addresses },
	CU_TEST_INFO_NULL,
};
