/*
 * core-http-address.c - tests of requests to addresses that somebody typed: how they are read, which are refused before
 * a connection is made, and what such a request is told about the answer.
 */
#include "check.h"
#include "core-http.h"
#include "core.h"

#include "core/net/http-client.h"
#include "core/net/http-url.h"

#include <stdlib.h>
#include <string.h>

static struct result ask(struct http_client *client, const char *url, bool public_only)
{
	struct result result = { 0 };
	struct http_request request = request_to("GET", url, NULL, &result);

	request.public_only = public_only;
	http_client_submit(client, &request);
	run_all(client);
	return result;
}

static void refuses_private_addresses(void)
{
	static const char *const forms[] = { "127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]",
		"[::1]", "10.0.0.1", "169.254.169.254", "0" };
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	const char *port = strrchr(http_server_url(server, ""), ':') + 1;

	for (size_t i = 0; i < COUNT(forms); i++) {
		char url[200];
		struct result result;

		snprintf(url, sizeof(url), "http://%s:%s/status/200?secret", forms[i], port);
		result = ask(client, url, true);
		CHECK_ROW(result.calls == 1 && result.outcome == HTTP_NOT_SENT, forms[i]);
		CHECK_ROW(strstr(result.reason, "the address ") && !strstr(result.reason, "secret"), result.reason);
	}
	CHECK_INT(http_server_connections(server), 0);
	http_client_free(client);
	http_server_stop(server);
}

/* The same client has an idle connection that an ordinary request made. */
static void refuses_a_kept_connection(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);
	struct result result;

	CHECK_INT(ask(client, http_server_url(server, "/status/200"), false).status, 200);
	result = ask(client, http_server_url(server, "/status/200"), true);
	CHECK_INT(result.outcome, HTTP_NOT_SENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "the address 127.0.0.1 is this machine itself"));
	CHECK_INT(http_server_requests(server), 1);
	CHECK_INT(ask(client, http_server_url(server, "/status/200"), false).status, 200);
	http_client_free(client);
	http_server_stop(server);
}

static void refuses_user_names(void)
{
	static const char *const urls[] = { "http://user@127.0.0.1:1/", "http://user:secret@127.0.0.1:1/",
		"http://:secret@127.0.0.1:1/" };
	struct http_client *client = http_client_new(NULL);

	for (size_t i = 0; i < COUNT(urls); i++) {
		struct result result = ask(client, urls[i], true);

		CHECK_INT(result.outcome, HTTP_NOT_SENT);
		CU_ASSERT_PTR_NOT_NULL(strstr(result.reason, "a user name"));
		CU_ASSERT_PTR_NULL(strstr(result.reason, "secret"));
	}
	CHECK_INT(ask(client, "file:///etc/passwd", true).outcome, HTTP_NOT_SENT);
	http_client_free(client);
}

static void uses_no_proxy(void)
{
	struct http_server *server = http_server_start(play_paths);
	struct http_client *client = http_client_new(NULL);

	setenv("http_proxy", http_server_url(server, ""), 1);
	CHECK_INT(ask(client, "http://10.0.0.1/status/200", true).outcome, HTTP_NOT_SENT);
	unsetenv("http_proxy");
	CHECK_INT(http_server_connections(server), 0);
	http_client_free(client);
	http_server_stop(server);
}

static bool play_headers(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	if (strcmp(request->path, "/none") == 0)
		http_server_answer(fd, 200, "", "body");
	else if (strcmp(request->path, "/interim") == 0) {
		http_server_say(fd, "HTTP/1.1 103 Early\r\nLocation: /early\r\nContent-Type: x/y\r\n\r\n");
		http_server_answer(fd, 200, "", "body");
	} else
		http_server_answer(fd, 301, "content-type: text/html; charset=utf-8\r\nLOCATION:  /there \r\n", "body");
	return true;
}

static void fetch(struct pool *pool, const char *url, struct http_response *out)
{
	struct http_request request = { .method = "GET", .url = url, .timeout_ms = 5000 };

	http_fetch(pool, &request, out);
}

static void tells_type_and_location(void)
{
	struct http_server *server = http_server_start(play_headers);
	struct pool *pool = pool_new();
	struct http_response response;

	fetch(pool, http_server_url(server, "/"), &response);
	CHECK_STR(response.content_type, "text/html; charset=utf-8");
	CHECK_STR(response.location, "/there");
	fetch(pool, http_server_url(server, "/none"), &response);
	CU_ASSERT_TRUE(!response.content_type.p && !response.location.p);
	fetch(pool, http_server_url(server, "/interim"), &response);
	CU_ASSERT_TRUE(!response.content_type.p && !response.location.p);
	pool_free(pool);
	http_server_stop(server);
}

static void may_refuse_long_answers(void)
{
	struct http_server *server = http_server_start(play_headers);
	struct result result = { 0 };
	struct http_request request = request_to("GET", http_server_url(server, "/"), NULL, &result);

	for (size_t max = 3; max <= 4; max++) {
		struct http_client *client =
			http_client_new(&(struct http_client_options){ .max_response_bytes = max });
		request.refuse_long = true;
		http_client_submit(client, &request);
		run_all(client);
		CHECK_INT(result.outcome, max < 4 ? HTTP_UNANSWERED : HTTP_ANSWERED);
		CHECK_INT(strstr(result.reason, "larger than 3 bytes") != NULL, max < 4);
		http_client_free(client);
	}
	http_server_stop(server);
}

static void reads_addresses(void)
{
	static const struct {
		const char *base, *text, *url; /* NULL: refused */
	} table[] = {
		{ NULL, "http://example.org", "http://example.org/" },
		{ NULL, "HTTPS://Example.org:443/a b?q=1#part", "https://Example.org:443/a%20b?q=1" },
		{ NULL, "https://exa mple.org/", NULL },
		{ NULL, "/path", NULL },
		{ NULL, "", NULL },
		{ NULL, "ftp://example.org/", NULL },
		{ "http://example.org/a/b?c", "d", "http://example.org/a/d" },
		{ "http://example.org/a/b", "/d?e", "http://example.org/d?e" },
		{ "http://example.org/a/b", "//other.example/x", "http://other.example/x" },
		{ "http://example.org/a/b", "https://other.example/x", "https://other.example/x" },
		{ "https://example.org/", "file:///etc/passwd", NULL },
		{ "https://example.org/", "javascript:alert(1)", NULL },
	};
	struct pool *pool = pool_new();
	struct http_url url;

	for (size_t i = 0; i < COUNT(table); i++) {
		bool good = http_url_parse(pool, table[i].base, str_of(table[i].text), &url);
		if (table[i].url)
			CHECK_STR(url.url, table[i].url);
		else
			CHECK_ROW(!good, table[i].text);
	}
	CU_ASSERT_FALSE(http_url_parse(pool, NULL, STR("http://a\0b/"), &url));
	CU_ASSERT_TRUE(http_url_parse(pool, NULL, STR("https://u:p@[::1]/"), &url));
	CU_ASSERT_TRUE(url.is_https && url.has_user);
	CHECK_STR(url.origin, "https://[::1]:443");
	pool_free(pool);
}

CU_TestInfo core_http_address_tests[] = {
	{ "a private address is refused before a connection, in every spelling", refuses_private_addresses },
	{ "a kept connection is looked at again", refuses_a_kept_connection },
	{ "no user name, no other scheme", refuses_user_names },
	{ "no proxy", uses_no_proxy },
	{ "tells the answer's type and where it points", tells_type_and_location },
	{ "may refuse long answers", may_refuse_long_answers },
	{ "reads whole and relative addresses", reads_addresses },
	CU_TEST_INFO_NULL,
};
