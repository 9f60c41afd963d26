/*
 * web.c - the unit tests of src/web that need neither a web server nor a database: query parameters, routes, plain
 * responses.
 */
#include "check.h"
#include "tap.h"
#include "web.h"

#include "core/log.h"
#include "webhook/receiver.h"

/* ---- query ---- */

/* "" for an empty value, "(absent)" for none. */
static void check_query(const char *query, const char *name, const char *expected)
{
	struct request request = { .pool = pool_new(), .query = str_of(query) };
	struct str value = request_query(&request, name);
	CHECK_STR(value.p ? value : STR("(absent)"), expected);
	pool_free(request.pool);
}

static void parameters_are_decoded(void)
{
	check_query("hub.mode=subscribe&hub.challenge=42", "hub.mode", "subscribe");
	check_query("hub.mode=subscribe&hub.challenge=42", "hub.challenge", "42");
	check_query("hub%2Emode=x", "hub.mode", "x");
	check_query("a=%C3%A9+%2B%26%3d%25", "a", "é +&=%");
	check_query("a=b=c", "a", "b=c");
	check_query("a=", "a", "");
	check_query("a", "a", "");
	check_query("&&a=1&", "a", "1");
	check_query("ab=1", "a", "(absent)");
	check_query("A=1", "a", "(absent)");
	check_query("", "a", "(absent)");
	check_query(NULL, "a", "(absent)");
}

static void what_is_not_clear_is_absent(void)
{
	static const char *const bad[] = { "a=1&a=2", "a=1&%61=1", "a=%", "a=%4", "a=%zz", "a=x%4&b=1", "a=%-1",
		"a=1&a" };
	for (size_t i = 0; i < COUNT(bad); i++)
		check_query(bad[i], "a", "(absent)");
	check_query("a=%4&b=1", "b", "1");
	check_query("%zz=1&b=2", "b", "2");
}

static CU_TestInfo query_tests[] = {
	{ "parameters are decoded", parameters_are_decoded },
	{ "what is not clear is absent", what_is_not_clear_is_absent },
	CU_TEST_INFO_NULL,
};

/* ---- router ---- */

static int calls;

static void handle(struct app *app, struct request *request, struct str body, struct response *response)
{
	(void)app;
	(void)request;
	calls++;
	CU_ASSERT_PTR_NULL(body.p);
	respond_text(response, 200, STR("here"));
}

static const struct route routes[] = { { "GET", "/a", AUTHORITY_PUBLIC, 0, handle },
	{ "POST", "/a", AUTHORITY_PUBLIC, 10, handle }, { "GET", "/of/*", AUTHORITY_PUBLIC, 0, handle },
	{ "PUT", "/big", AUTHORITY_PUBLIC, ROUTE_BODY_WEBHOOK, handle }, { NULL, NULL, AUTHORITY_PUBLIC, 0, NULL } };

static void check_route(const char *method, const char *path, int64_t length, int status, const char *allow)
{
	struct conf conf = { .webhook_max_body_bytes = 1000 };
	struct app app = { .conf = &conf };
	struct request request = {
		.pool = pool_new(), .method = str_of(method), .path = str_of(path), .content_length = length
	};
	struct response response = { .status = 0 };
	buf_init(&response.body, 1 << 16);
	calls = 0;
	route_serve(&app, routes, &request, &response);
	CHECK_INT(response.status, status);
	CHECK_INT(calls, status == 200);
	CHECK_STR(str_of(response.allow), allow ? allow : "");
	CHECK_STR(str_of(response.content_type), "text/plain; charset=utf-8");
	CU_ASSERT_TRUE(response.body.len > 0);
	buf_fini(&response.body);
	pool_free(request.pool);
}

static void paths_and_methods_are_exact(void)
{
	check_route("GET", "/a", -1, 200, NULL);
	check_route("GET", "/a", 5, 200, NULL); /* a body that nobody wants is not read */
	check_route("GET", "/", -1, 404, NULL);
	check_route("GET", "", -1, 404, NULL);
	check_route("GET", NULL, -1, 404, NULL);
	check_route("GET", "/a/", -1, 404, NULL);
	check_route("GET", "/A", -1, 404, NULL);
	check_route("GET", "/ab", -1, 404, NULL);
	check_route("GET", "/a%61", -1, 404, NULL);
	check_route("PUT", "/a", -1, 405, "GET, POST");
	check_route("HEAD", "/a", -1, 405, "GET, POST");
	check_route("get", "/a", -1, 405, "GET, POST");
	check_route(NULL, "/a", -1, 405, "GET, POST");
	check_route("GET", "/big", -1, 405, "PUT");
}

static void an_asterisk_is_one_segment(void)
{
	struct request request = { .path = STR("/of/Ab-9_%") };
	CHECK_STR(route_rest(&request), "Ab-9_%");
	check_route("GET", "/of/x", -1, 200, NULL);
	check_route("GET", "/of/*", -1, 200, NULL);
	check_route("POST", "/of/x", -1, 405, "GET");
	check_route("GET", "/of/", -1, 404, NULL);
	check_route("GET", "/of", -1, 404, NULL);
	check_route("GET", "/of/x/y", -1, 404, NULL);
	check_route("GET", "/ofx/y", -1, 404, NULL);
}

static void a_body_that_is_too_large_is_not_read(void)
{
	check_route("POST", "/a", 11, 413, NULL);
	check_route("PUT", "/big", 1001, 413, NULL);
	check_route("PUT", "/big", INT64_MAX, 413, NULL);
}

static void every_route_of_the_receiver_is_whole(void)
{
	for (const struct route *r = webhook_routes; r->method; r++) {
		CHECK_ROW(r->path && r->path[0] == '/' && r->handle, r->path);
		for (const struct route *other = r + 1; other->method; other++)
			CHECK_ROW(strcmp(r->path, other->path) != 0 || strcmp(r->method, other->method) != 0, r->path);
	}
}

static void errors_become_their_status(void)
{
	struct response response = { .status = 200 };
	buf_init(&response.body, 1000);
	respond_text(&response, 200, STR("half a page"));
	respond_error(&response, ERR_DB_UNREACHABLE);
	CHECK_INT(response.status, 503);
	CHECK_STR(buf_str(&response.body), "the database cannot be reached\n");
	respond_text(&response, 200, STR(""));
	CHECK_INT(response.body.len, 0);
	buf_fini(&response.body);
}

static CU_TestInfo router_tests[] = {
	{ "paths and methods are exact", paths_and_methods_are_exact },
	{ "an asterisk is one segment", an_asterisk_is_one_segment },
	{ "a body that is too large is not read", a_body_that_is_too_large_is_not_read },
	{ "every route of the receiver is whole", every_route_of_the_receiver_is_whole },
	{ "errors become their status", errors_become_their_status },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "query", NULL, NULL, NULL, NULL, query_tests },
		{ "router", NULL, NULL, NULL, NULL, router_tests },
		{ "csv", NULL, NULL, NULL, NULL, web_csv_tests },
		{ "template", NULL, NULL, NULL, NULL, web_template_tests },
		{ "words", NULL, NULL, NULL, NULL, web_words_tests },
		{ "form", NULL, NULL, NULL, NULL, web_form_tests },
		{ "desk", NULL, NULL, NULL, NULL, web_desk_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-web", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
