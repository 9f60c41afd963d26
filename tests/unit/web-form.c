/*
 * web-form.c - tests of what forms send: bodies, fields, and what is shown again; cookies and headers.
 */
#include "check.h"
#include "web.h"

#include "desk/form.h"
#include "http/multipart.h"
#include "http/request.h"

/* "name=value;..." of a body, or the error's name. */
static struct str parse(struct pool *pool, const char *type, struct str body)
{
	struct params params;
	struct buf out;
	enum err e = params_parse(pool, str_of(type), body, &params);
	if (e != ERR_OK)
		return str_of(err_info(e)->name);
	buf_init(&out, 1 << 20);
	for (int i = 0; i < params.n; i++) {
		const struct param *p = &params.items[i];
		buf_addf(&out, "%.*s=%.*s", (int)p->name.n, p->name.p, (int)p->value.n, p->value.p);
		if (p->file_name.p)
			buf_addf(&out, "(%.*s %.*s)", (int)p->file_name.n, p->file_name.p, (int)p->type.n, p->type.p);
		buf_add_char(&out, ';');
	}
	return pool_take(pool, &out);
}

#define FORM "application/x-www-form-urlencoded"
#define PARTS "multipart/form-data; boundary=xyz"
#define PART(name) "--xyz\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void bodies(void)
{
	static const struct {
		const char *type, *body, *expected;
	} rows[] = {
		{ FORM, "a=1&b=2", "a=1;b=2;" },
		{ FORM "; charset=utf-8", "a=%C3%B6+%26&&b", "a=ö &;b=;" },
		{ FORM, "", "" },
		{ FORM, "a=%z", "INVALID" },
		{ FORM, "=1", "=1;" },
		{ "text/plain", "a=1", "INVALID" },
		{ NULL, "a=1", "INVALID" },
		{ "application/json", "{\"a\":\"x\",\"b\":5,\"c\":true,\"d\":false,\"e\":null}", "a=x;b=5;c=on;" },
		{ "application/json", "[1]", "INVALID" },
		{ "application/json", "{\"a\":[]}", "INVALID" },
		{ "application/json", "{", "INVALID" },
		{ PARTS, PART("a") "1\r\n" PART("b") "two\r\nlines\r\n--xyz--\r\n", "a=1;b=two\r\nlines;" },
		{ PARTS, PART("a") "\r\n--xyz--", "a=;" },
		{ PARTS,
			"--xyz\r\ncontent-type: text/csv\r\nCONTENT-DISPOSITION: form-data; name=\"f\"; "
			"filename=\"a b.csv\"\r\n\r\nx--xyz\r\n--xyz--",
			"f=x--xyz(a b.csv text/csv);" },
		{ "multipart/form-data; boundary=\"xyz\"", PART("a") "1\r\n--xyz--", "a=1;" },
		{ PARTS, "--xyz--", "" },
		{ PARTS, "--xyz", "INVALID" },
		{ PARTS, "x", "INVALID" },
		{ PARTS, PART("a") "1", "INVALID" },
		{ PARTS, PART("a") "1\r\n--xyz", "INVALID" },
		{ PARTS, "--xyz\r\nA: b\r\n\r\n1\r\n--xyz--", "INVALID" },
		{ PARTS, "--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--xyz--", "INVALID" },
		{ "multipart/form-data", PART("a") "1\r\n--xyz--", "INVALID" },
		{ "multipart/form-data; boundary=", PART("a") "1\r\n--xyz--", "INVALID" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pool *pool = pool_new();
		CHECK_STR(parse(pool, rows[i].type, str_of(rows[i].body)), rows[i].expected);
		pool_free(pool);
	}
}

/* Every prefix and every changed byte of a good body is read without harm. */
static void broken_multipart_is_harmless(void)
{
	struct pool *pool = pool_new();
	struct str good = STR(PART("a") "1\r\n" PART("b") "2\r\n--xyz--\r\n");
	for (size_t n = 1; n < good.n - 4; n++)
		CHECK_STR(parse(pool, PARTS, pool_str(pool, (struct str){ good.p, n })), "INVALID");
	for (size_t i = 0; i < good.n; i++) {
		char *changed = pool_cstr(pool, good);
		changed[i] ^= 1;
		parse(pool, PARTS, (struct str){ changed, good.n });
	}
	pool_free(pool);
}

/* ---- a body that comes piece by piece ---- */

static bool file_begins(void *arg, const struct param *head)
{
	buf_addf(arg, "<%.*s %.*s:", (int)head->name.n, head->name.p, (int)head->file_name.n, head->file_name.p);
	return !str_equal(head->file_name, STR("stop"));
}

static bool file_goes_on(void *arg, struct str piece)
{
	buf_add_str(arg, piece);
	return true;
}

static bool file_ends(void *arg)
{
	buf_add_char(arg, '>');
	return true;
}

/* Fields and files of a body that comes in two pieces, cut at `cut`; "INVALID" where it is none. */
static struct str stream(struct pool *pool, const char *type, struct str body, size_t cut)
{
	struct multipart m;
	struct params fields;
	struct buf out;
	bool good = true;
	buf_init(&out, 1 << 20);
	if (!multipart_begin(&m, pool, str_of(type),
		    &(const struct multipart_files){
			    .begin = file_begins, .add = file_goes_on, .end = file_ends, .arg = &out },
		    &fields))
		return STR("INVALID");
	good = multipart_take(&m, (struct str){ body.p, cut })
	       && multipart_take(&m, (struct str){ body.p + cut, body.n - cut });
	good = multipart_finish(&m) && good;
	for (int i = 0; i < fields.n; i++)
		buf_addf(&out, "%.*s=%.*s;", (int)fields.items[i].name.n, fields.items[i].name.p,
			(int)fields.items[i].value.n, fields.items[i].value.p);
	struct str told = pool_take(pool, &out);
	return good ? told : STR("INVALID");
}

#define FILE_PART(name) \
	"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" name \
	"\"\r\nContent-Type: image/png\r\n\r\n"

static void a_stream_is_cut_anywhere(void)
{
	struct pool *pool = pool_new();
	struct str body = STR(PART("a") "1\r\n" FILE_PART("x.png") "\r\n--xy\r\n--xyY\r\n" FILE_PART("") "\r\n" PART(
		"b") "2\r\n--xyz--\r\nepilogue");
	for (size_t cut = 0; cut <= body.n; cut++)
		CHECK_STR(stream(pool, PARTS, body, cut), "<file x.png:\r\n--xy\r\n--xyY><file :>a=1;b=2;");
	for (size_t n = 0; n < body.n - 12; n++)
		CHECK_STR(stream(pool, PARTS, (struct str){ body.p, n }, n / 2), "INVALID");
	pool_free(pool);
}

static void a_broken_stream_is_refused(void)
{
	static const struct {
		const char *type, *body;
	} rows[] = { { "multipart/form-data", PART("a") "1\r\n--xyz--" }, { PARTS, "" },
		{ PARTS, "x" PART("a") "1\r\n--xyz--" }, { PARTS, "--xyz\r\nA: b\r\n\r\n1\r\n--xyz--" },
		{ PARTS, PART("a") "1\r\n--xyzz" }, { PARTS, FILE_PART("stop") "1\r\n--xyz--" } };
	struct pool *pool = pool_new();
	struct buf large;
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(stream(pool, rows[i].type, str_of(rows[i].body), strlen(rows[i].body) / 2), "INVALID");
	buf_init(&large, 1 << 20);
	buf_add_cstr(&large, PART("a"));
	for (int i = 0; i < MULTIPART_FIELDS_MAX_BYTES + 1; i++)
		buf_add_char(&large, 'x');
	buf_add_cstr(&large, "\r\n--xyz--");
	CHECK_STR(stream(pool, PARTS, buf_str(&large), 100), "INVALID");
	buf_fini(&large);
	pool_free(pool);
}

static void many_parameters_are_refused(void)
{
	struct pool *pool = pool_new();
	struct buf body;
	buf_init(&body, 1 << 16);
	for (int i = 0; i < PARAMS_MAX + 1; i++)
		buf_add_cstr(&body, i ? "&a=1" : "a=1");
	CHECK_STR(parse(pool, FORM, buf_str(&body)), "INVALID");
	buf_truncate(&body, body.len - 4);
	CU_ASSERT_FALSE(str_equal(parse(pool, FORM, buf_str(&body)), STR("INVALID")));
	buf_fini(&body);
	pool_free(pool);
}

static const struct field fields[] = { { "line", FIELD_LINE, FIELD_REQUIRED, 10, NULL, T("line!") },
	{ "text", FIELD_TEXT, FIELD_OPTIONAL, 20, NULL, T("text!") },
	{ "email", FIELD_EMAIL, FIELD_OPTIONAL, 254, NULL, T("email!") },
	{ "password", FIELD_NEW_PASSWORD, FIELD_OPTIONAL, 500, NULL, T("password!") },
	{ "number", FIELD_NUMBER, FIELD_OPTIONAL, 20, NULL, T("number!") },
	{ "choice", FIELD_CHOICE, FIELD_OPTIONAL, 10, "one|two", T("choice!") },
	{ "check", FIELD_CHECK, FIELD_OPTIONAL, 2, NULL, T("check!") },
	{ "file", FIELD_FILE, FIELD_OPTIONAL, 100, NULL, T("file!") }, FIELD_LAST };

/* One field of a form that is otherwise good: "value" or "value error!". */
static void check_field(const char *name, const char *body, const char *expected)
{
	struct pool *pool = pool_new();
	struct params params;
	struct form form;
	struct str all = strcmp(name, "line") ? pool_printf(pool, "line=x&%s", body) : str_of(body);
	CHECK_INT(params_parse(pool, STR(FORM), all, &params), ERR_OK);
	bool good = form_parse(pool, &form, fields, &params, NULL);
	size_t i = 0;
	while (strcmp(fields[i].name, name))
		i++;
	struct str value = form_value(&form, name);
	CHECK_STR(pool_printf(pool, "%.*s%s%s", (int)value.n, value.p ? value.p : "", good ? "" : " ",
			  form.errors[i] ? form.errors[i] : ""),
		expected);
	pool_free(pool);
}

static void fields_are_checked(void)
{
	static const struct {
		const char *name, *body, *expected;
	} rows[] = {
		{ "line", "line=+a+b+", "a b" },
		{ "line", "line=", " line!" },
		{ "line", "", " line!" },
		{ "line", "line=1&line=2", " line!" },
		{ "line", "line=%E2%80%AEa%E2%81%A9b", "ab" },
		{ "text", "text=%E2%80%AE+z", "\xe2\x80\xae z" },
		{ "line", "line=12345678901", "12345678901 line!" },
		{ "line", "line=a%0Ab", "a\nb line!" },
		{ "line", "line=a%FF", " line!" },
		{ "line", "line=a%C2%85", "a\xc2\x85 line!" },
		{ "text", "text=a%0D%0Ab%09", "a\nb" },
		{ "text", "text=a%0Db", "a\rb text!" },
		{ "text", "text=%00", " text!" },
		{ "text", "", "" },
		{ "email", "email=+a%40b+", "a@b" },
		{ "email", "email=ab", "ab email!" },
		{ "email", "email=a%40b%40c", "a@b@c email!" },
		{ "password", "password=+vJ3kw8qz+", " vJ3kw8qz " },
		{ "password", "password=123456789", "123456789 password!" },
		{ "number", "number=-5", "-5" },
		{ "number", "number=5x", "5x number!" },
		{ "number", "number=9223372036854775808", "9223372036854775808 number!" },
		{ "choice", "choice=two", "two" },
		{ "choice", "choice=three", "three choice!" },
		{ "choice", "choice=one%7Ctwo", "one|two choice!" },
		{ "check", "check=on", "on" },
		{ "check", "check=no", "no check!" },
		{ "file", "file=x", " file!" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		check_field(rows[i].name, rows[i].body, rows[i].expected);
}

static void a_form_is_shown_again(void)
{
	struct pool *pool = pool_new();
	struct params params;
	struct form form;
	struct json_writer w;
	struct buf out;
	static const struct field few[] = { { "line", FIELD_LINE, FIELD_REQUIRED, 10, NULL, T("line!") },
		{ "password", FIELD_PASSWORD, FIELD_REQUIRED, 10, NULL, T("password!") },
		{ "choice", FIELD_CHOICE, FIELD_OPTIONAL, 10, "one|two", T("choice!") }, FIELD_LAST };
	CHECK_INT(params_parse(pool, STR(FORM), STR("line=<x>&password=secret&choice=two"), &params), ERR_OK);
	CU_ASSERT_TRUE(form_parse(pool, &form, few, &params, NULL));
	form_refuse(&form, "line", "taken");
	form_fail(&form, "wrong");
	buf_init(&out, 4096);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	form_write(&w, "form", "/here", &form);
	json_end_object(&w);
	CHECK_STR(buf_str(&out),
		"{\"form\":{\"action\":\"/here\",\"error\":\"wrong\",\"line\":{\"value\":\"<x>\",\"error\":"
		"\"taken\"},\"password\":{\"value\":\"\"},\"choice\":{\"value\":\"two\",\"is\":{\"two\":"
		"true}}}}");
	buf_fini(&out);
	pool_free(pool);
}

static void cookies(void)
{
	static const struct {
		const char *header, *expected;
	} rows[] = {
		{ "a=1", "1" },
		{ "b=2; a=1;c=3", "1" },
		{ "a=1; a=1", "(absent)" },
		{ "aa=1; b=a=2", "(absent)" },
		{ "a", "" },
		{ "a=x=y", "x=y" },
		{ " a = 1", "(absent)" },
		{ "", "(absent)" },
		{ NULL, "(absent)" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct str value = cookie_find(str_of(rows[i].header), "a");
		CHECK_STR(value.p ? value : STR("(absent)"), rows[i].expected);
	}
}

static void no_header_begins_inside_another(void)
{
	static const char *const bad[] = { "a\r\nX: y", "a\nX: y", "a\rb", "\x7f", "\x01" };
	struct response response = { .status = 0 };
	buf_init(&response.headers, 1000);
	for (size_t i = 0; i < COUNT(bad); i++)
		response_header(&response, "Location", str_of(bad[i]));
	response_header(&response, "Location", (struct str){ "a\0b", 3 });
	CHECK_INT(response.headers.len, 0);
	response_header(&response, "Location", STR("/ö"));
	CHECK_STR(buf_str(&response.headers), "Location: /ö\r\n");
	buf_fini(&response.headers);
}

CU_TestInfo web_form_tests[] = {
	{ "bodies of three kinds", bodies },
	{ "broken multipart is harmless", broken_multipart_is_harmless },
	{ "a stream may be cut anywhere", a_stream_is_cut_anywhere },
	{ "a broken stream is refused", a_broken_stream_is_refused },
	{ "many parameters are refused", many_parameters_are_refused },
	{ "fields are checked", fields_are_checked },
	{ "a form is shown again, without passwords", a_form_is_shown_again },
	{ "cookies", cookies },
	{ "no header begins inside another", no_header_begins_inside_another },
	CU_TEST_INFO_NULL,
};
