/*
 * answer-document-fetch.c - tests of fetching a document from an address, against a server on loopback.
 */
#include "answer.h"
#include "check.h"
#include "http-server.h"

#include "documents/document-fetch.h"
#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool play_large(int fd)
{
	char chunk[4097];

	memset(chunk, 'x', 4096);
	chunk[4096] = '\0';
	http_server_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
	for (int i = 0; i < 64; i++)
		http_server_say(fd, chunk);
	return false;
}

static bool play_slow(int fd)
{
	http_server_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n");
	for (int i = 0; i < 100; i++) {
		http_server_say(fd, "slow ");
		usleep(10000);
	}
	return false;
}

static const struct answer {
	const char *path;
	int status;
	const char *headers, *body;
} answers[] = {
	{ "/page", 200, "Content-Type: text/html; charset=\"iso-8859-9\"\r\n", "<title>\xDEube</title><p>\xDDyi" },
	{ "/notes.md", 200, "Content-Type: text/plain\r\n", "# Notes" },
	{ "/untyped", 200, "", "<!doctype html><p>x" },
	{ "/once", 301, "Location: /page\r\n", "" },
	{ "/relative/here", 302, "Location: ../page?x=1\r\n", "" },
	{ "/page?x=1", 200, "Content-Type: text/html\r\n", "<p>found" },
	{ "/loop", 302, "Location: /loop\r\n", "" },
	{ "/private", 302, "Location: http://10.0.0.1/\r\n", "" },
	{ "/file", 302, "Location: file:///etc/passwd\r\n", "" },
	{ "/user", 302, "Location: http://user:secret@127.0.0.1/\r\n", "" },
	{ "/lost", 302, "", "" },
	{ "/picture", 200, "Content-Type: image/png\r\n", "\x89PNG" },
	{ "/json", 200, "Content-Type: application/json\r\n", "{}" },
	{ "/map.xml", 200, "Content-Type: application/xml\r\n", "<urlset><url><loc>/page</loc></url></urlset>" },
	{ "/other.xml", 200, "Content-Type: application/xml\r\n", "<feed/>" },
	{ "/map.xml.gz", 200, "Content-Type: application/gzip\r\n", "\x1F\x8B\x08" },
	{ "/forbidden", 403, "", "" },
	{ "/gone", 410, "", "" },
	{ "/failed", 500, "", "" },
	{ "/part", 206, "Content-Type: text/html\r\n", "<p>x" },
};

static bool play(struct http_server *server, int fd, const struct http_server_request *request, int nth)
{
	(void)server, (void)nth;
	if (strcmp(request->path, "/large") == 0)
		return play_large(fd);
	if (strcmp(request->path, "/slow") == 0)
		return play_slow(fd);
	for (size_t i = 0; i < COUNT(answers); i++) {
		if (strcmp(request->path, answers[i].path) == 0) {
			http_server_answer(fd, answers[i].status, answers[i].headers, answers[i].body);
			return true;
		}
	}
	http_server_answer(fd, 404, "", "nothing here");
	return true;
}

static const struct document_fetch_options local = { .allow_private = true, .timeout_ms = 5000, .max_bytes = 100000 };

static void fetches(void)
{
	struct http_server *server = http_server_start(play);
	struct pool *pool = pool_new();
	struct document_source source;
	struct document document;
	struct explain why = { "" };

	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/page#part")), &local, &source, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(why.text, "");
	CHECK_INT(source.format, DOCUMENT_HTML);
	CHECK_INT(document_read(pool, source.format, source.bytes, &document, &why), ERR_OK);
	CHECK_STR(document.title, "Şube");
	CHECK_STR(document.text, "İyi");
	struct http_server_request seen = http_server_last(server);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "GET /page HTTP/1.1\r\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nUser-Agent: Deskbell/"));
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.head, "\r\nAccept: text/html, "));
	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/notes.md")), &local, &source, &why), ERR_OK);
	CHECK_INT(source.format, DOCUMENT_MARKDOWN);
	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/untyped")), &local, &source, &why), ERR_OK);
	CHECK_INT(source.format, DOCUMENT_HTML);
	CU_ASSERT_FALSE(source.is_sitemap);
	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/map.xml")), &local, &source, &why), ERR_OK);
	CU_ASSERT_TRUE(source.is_sitemap);
	CHECK_INT(document_fetch_bytes(pool, str_of(http_server_url(server, "/json")), &local, &source, &why), ERR_OK);
	CHECK_STR(source.bytes, "{}");
	pool_free(pool);
	http_server_stop(server);
}

static void follows_redirects(void)
{
	struct http_server *server = http_server_start(play);
	struct pool *pool = pool_new();
	struct document_source source;

	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/once")), &local, &source, NULL), ERR_OK);
	CHECK_STR(source.url, http_server_url(server, "/page"));
	CHECK_INT(
		document_fetch(pool, str_of(http_server_url(server, "/relative/here")), &local, &source, NULL), ERR_OK);
	CHECK_STR(source.bytes, "<p>found");
	pool_free(pool);
	http_server_stop(server);
}

static void check_refused(struct http_server *server, const char *path, enum err expected, const char *word)
{
	struct pool *pool = pool_new();
	struct document_source source;
	struct explain why = { "" };
	const char *url = path[0] == '/' ? http_server_url(server, path) : path;
	enum err e = document_fetch(pool, str_of(url), &local, &source, &why);

	CHECK_ROW(e == expected, path);
	CHECK_ROW(strstr(why.text, word) && !strstr(why.text, "secret"), why.text);
	pool_free(pool);
}

static void refuses_in_words(void)
{
	struct http_server *server = http_server_start(play);

	check_refused(server, "/loop", ERR_REMOTE, "Too many redirects");
	CHECK_INT(http_server_requests(server), 6);
	check_refused(server, "/lost", ERR_REMOTE, "to none that can be fetched");
	check_refused(server, "/file", ERR_REMOTE, "to none that can be fetched");
	check_refused(server, "/user", ERR_INVALID, "user name");
	check_refused(server, "/nowhere", ERR_NOT_FOUND, "no page at this address (404)");
	check_refused(server, "/gone", ERR_NOT_FOUND, "no longer");
	check_refused(server, "/forbidden", ERR_INVALID, "does not allow");
	check_refused(server, "/failed", ERR_REMOTE, "answered 500");
	check_refused(server, "/part", ERR_REMOTE, "answered 206");
	check_refused(server, "/picture", ERR_INVALID, "a picture");
	check_refused(server, "/json", ERR_INVALID, "application/json");
	check_refused(server, "/other.xml", ERR_INVALID, "application/xml");
	check_refused(server, "/map.xml.gz", ERR_INVALID, "a compressed file");
	check_refused(server, "/large", ERR_TOO_LARGE, "larger than 1 MB");
	check_refused(server, "ftp://127.0.0.1/", ERR_INVALID, "no web address");
	check_refused(server, "http://user:secret@127.0.0.1/", ERR_INVALID, "user name");
	check_refused(server, "", ERR_INVALID, "empty");
	check_refused(server, "not an address", ERR_INVALID, "no web address");
	check_refused(server, "http://127.0.0.1:1/", ERR_REMOTE, "127.0.0.1");
	http_server_stop(server);
}

/* Byte after byte, so that no read ever times out by itself. */
static void has_one_time_limit(void)
{
	struct http_server *server = http_server_start(play);
	struct pool *pool = pool_new();
	struct document_fetch_options options = { .allow_private = true, .timeout_ms = 200 };
	struct document_source source;
	struct explain why;
	int64_t start = clock_mono_us();

	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/slow")), &options, &source, &why), ERR_TIMEOUT);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "in time"));
	CU_ASSERT_TRUE(clock_mono_us() - start < 1000000);
	pool_free(pool);
	http_server_stop(server);
}

/* What everybody gets who did not ask for more. */
static void stays_outside_private_networks(void)
{
	struct http_server *server = http_server_start(play);
	struct pool *pool = pool_new();
	struct document_source source;
	struct explain why;

	CHECK_INT(document_fetch(pool, str_of(http_server_url(server, "/page")), NULL, &source, &why), ERR_REMOTE);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "the address 127.0.0.1 is this machine itself"));
	CHECK_INT(http_server_connections(server), 0);
	CHECK_INT(document_fetch(pool, STR("http://localhost:1/"), NULL, &source, &why), ERR_REMOTE);
	CHECK_INT(document_fetch(pool, STR("http://[::ffff:10.0.0.1]/"), NULL, &source, &why), ERR_REMOTE);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "in a private network"));
	pool_free(pool);
	http_server_stop(server);
}

CU_TestInfo document_fetch_tests[] = {
	{ "pages, types, charsets", fetches },
	{ "follows redirects", follows_redirects },
	{ "refuses in words", refuses_in_words },
	{ "one time limit over all", has_one_time_limit },
	{ "stays outside of private networks", stays_outside_private_networks },
	CU_TEST_INFO_NULL,
};
