/*
 * web-template.c - tests of templates: a table of template, model and page for each rule of the language, and hostile
 * models.
 */
#include "check.h"
#include "web.h"

#include "desk/template/template.h"
#include "core/text/translation.h"

#include <stdlib.h>

#define PAGE_MAX (64 << 20)

/* What the model has nothing for, as "template:name " each. */
static void note_missing(void *arg, const char *in, struct str name)
{
	buf_addf(arg, "%s:%.*s ", in, (int)name.n, name.p);
}

/* Renders "page" with up to three partials "a", "b", "c"; the error's name in brackets when that fails. */
static struct str render(struct pool *pool, const char *source, const char *model, const char *const partials[3])
{
	struct embedded_file files[5] = { { "page.mustache", (const unsigned char *)source, strlen(source) } };
	static const char *const names[] = { "a.mustache", "b.mustache", "c.mustache" };
	struct template_input input = { .content = STR("<raw>") };
	struct explain why = { "" };
	struct buf out;
	for (int i = 0, n = 1; i < 3; i++)
		if (partials[i])
			files[n++] = (struct embedded_file){ names[i], (const unsigned char *)partials[i],
				strlen(partials[i]) };
	CHECK_INT(json_parse(pool, str_of(model), &input.model, &why), ERR_OK);
	struct template_set *set = template_set_new(files, &why);
	if (!set)
		return pool_printf(pool, "[%s]", why.text);
	buf_init(&out, PAGE_MAX);
	enum err e = template_render(set, "page", &input, &out);
	struct str page = e == ERR_OK ? pool_str(pool, buf_str(&out)) : pool_printf(pool, "[%s]", err_info(e)->name);
	buf_fini(&out);
	template_set_free(set);
	return page;
}

static void a_missing_name_is_reported(void)
{
	static const unsigned char page[] =
		"{{a}}{{#b}}{{c}}{{x}}{{/b}}{{^d}}{{/d}}{{#t}}Hi {{e}}{{/t}}{{b.f}}{{>p}}{{n}}{{n.o}}{{s.no}}{{s.z.y}}";
	static const unsigned char partial[] = "{{a}}{{g}}";
	const struct embedded_file files[] = { { "page.mustache", page, sizeof(page) - 1 },
		{ "p.mustache", partial, sizeof(partial) - 1 }, { NULL, NULL, 0 } };
	struct pool *pool = pool_new();
	struct buf out, names;
	struct explain why = { "" };
	struct template_input input = { .missing = note_missing, .arg = &names };
	buf_init(&out, PAGE_MAX);
	buf_init(&names, 1000);
	CHECK_INT(json_parse(pool, STR("{\"a\":\"\",\"b\":{\"c\":0,\"k\":1},\"n\":null,\"s\":{\"yes\":true}}"),
			  &input.model, &why),
		ERR_OK);
	struct template_set *set = template_set_new(files, &why);
	CHECK_INT(template_render(set, "page", &input, &out), ERR_OK);
	CHECK_STR(buf_str(&names), "page:x page:d page:e page:b.f p:g ");
	template_set_free(set);
	buf_fini(&out);
	buf_fini(&names);
	pool_free(pool);
}

struct row {
	const char *source, *model, *page;
	const char *partials[3];
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pool *pool = pool_new();
		CHECK_STR(render(pool, rows[i].source, rows[i].model, rows[i].partials), rows[i].page);
		pool_free(pool);
	}
}
#define ROWS(rows) check_rows(rows, COUNT(rows))

static void values(void)
{
	static const struct row rows[] = {
		{ "no tags at all", "{}", "no tags at all" },
		{ "", "{}", "" },
		{ "Hello, {{name}}!\n", "{\"name\":\"Ana\"}", "Hello, Ana!\n" },
		{ "{{x}}", "{\"x\":\"& \\\" < > '\"}", "&amp; &quot; &lt; &gt; &#39;" },
		{ "{{n}} {{m}} {{d}}", "{\"n\":85,\"m\":-1,\"d\":1.21}", "85 -1 1.21" },
		{ "{{big}}", "{\"big\":9007199254740993}", "9007199254740993" },
		{ "({{x}})", "{\"x\":null}", "()" },
		{ "({{x}})", "{}", "()" },
		{ "({{t}}{{f}})", "{\"t\":true,\"f\":false}", "(truefalse)" },
		{ "({{x}}{{y}})", "{\"x\":{\"a\":1},\"y\":[1]}", "()" },
		{ "| {{x}} |", "{\"x\":\"---\"}", "| --- |" },
		{ "  {{x}}\n", "{\"x\":\"---\"}", "  ---\n" },
		{ "|{{ x }}|{{\tx\n}}|", "{\"x\":\"---\"}", "|---|---|" },
		{ "{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"deep\"}}}", "deep" },
		{ "{{a.b.c}}|", "{\"a\":{}}", "|" },
		{ "{{a.b.c}}|", "{\"a\":{\"b\":5},\"c\":{\"c\":1}}", "|" },
		{ "{{a.b}}|", "{\"a\":{\"b\":\"\"},\"b\":\"no\"}", "|" },
		{ "{{.}}", "\"all\"", "all" },
		{ "{{.}}", "85", "85" },
		{ "{{é}} {{a-b}} {{a_b}}", "{\"é\":1,\"a-b\":2,\"a_b\":3}", "1 2 3" },
		{ "{{{content}}} {{& content}} {{content}}|", "{}", "<raw> <raw> |" },
		{ "} }} {x} {", "{\"x\":1}", "} }} {x} {" },
	};
	ROWS(rows);
}

static void sections(void)
{
	static const struct row rows[] = {
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":true}", "\"shown\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":false}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":null}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":\"\"}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":0}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":[]}", "\"\"" },
		{ "\"{{#b}}shown{{/b}}\"", "{\"b\":{}}", "\"shown\"" },
		{ "{{#c}}Hi {{name}}.{{/c}}", "{\"c\":{\"name\":\"Joe\"}}", "Hi Joe." },
		{ "{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}",
			"{\"a\":\"foo\",\"b\":\"wrong\",\"sec\":{\"b\":\"bar\"},\"c\":{\"d\":\"baz\"}}",
			"foo, bar, baz" },
		{ "{{#x}}{{.}} is {{y}}{{/x}}", "{\"x\":\"X\",\"y\":1}", "X is 1" },
		{ "{{#list}}{{item}}{{/list}}", "{\"list\":[{\"item\":1},{\"item\":2},{\"item\":3}]}", "123" },
		{ "{{#list}}({{.}}){{/list}}", "{\"list\":[\"<\",2,3.5,true]}", "(&lt;)(2)(3.5)(true)" },
		{ "{{#list}}({{#.}}{{.}}{{/.}}){{/list}}", "{\"list\":[[1,2],[3]]}", "(12)(3)" },
		{ "{{#.}}({{v}}){{/.}}", "[{\"v\":1},{\"v\":2}]", "(1)(2)" },
		{ "{{#list}}{{a}}{{/list}}", "{\"a\":\"out\",\"list\":[{},{\"a\":\"in\"},{\"a\":null}]}", "outin" },
		{ "{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", "{\"a\":{\"b\":{\"c\":1}}}", "1" },
		{ "{{#a.b.c}}here{{/a.b.c}}{{#a.x}}no{{/a.x}}", "{\"a\":{\"b\":{\"c\":true}}}", "here" },
		{ "{{#a}}{{b.c}}{{/a}}|", "{\"a\":{\"b\":{}},\"b\":{\"c\":\"ERROR\"}}", "|" },
		{ "{{# b }}={{/ b }}", "{\"b\":true}", "=" },
		{ "{{^b}}none{{/b}}", "{\"b\":[]}", "none" },
		{ "{{^b}}none{{/b}}", "{}", "none" },
		{ "{{^b}}none{{/b}}", "{\"b\":null}", "none" },
		{ "{{^b}}none{{/b}}|", "{\"b\":{\"a\":1}}", "|" },
		{ "{{^b}}none{{/b}}|", "{\"b\":[1]}", "|" },
		{ "{{^a.b}}none{{/a.b}}", "{\"a\":{}}", "none" },
		{ "{{#a}}1{{/a}}{{^a}}2{{/a}}{{^b}}3{{/b}}{{#b}}4{{/b}}", "{\"a\":true}", "13" },
		{ "A{{^b}}B{{^c}}C{{/c}}{{/b}}D", "{}", "ABCD" },
	};
	ROWS(rows);
}

static void lines_of_their_own(void)
{
	static const struct row rows[] = {
		{ "| This\n{{#b}}\n|\n{{/b}}\n| A Line\n", "{\"b\":true}", "| This\n|\n| A Line\n" },
		{ "| This\n  {{#b}}\n|\n\t{{/b}}  \n| A Line\n", "{\"b\":true}", "| This\n|\n| A Line\n" },
		{ "|\r\n{{#b}}\r\n{{/b}}\r\n|", "{\"b\":true}", "|\r\n|" },
		{ "  {{#b}}\n#{{/b}}\n/", "{\"b\":true}", "#\n/" },
		{ "#{{#b}}\n/\n  {{/b}}", "{\"b\":true}", "#\n/\n" },
		{ " | {{#b}}\t|\t{{/b}} | \n", "{\"b\":true}", " | \t|\t | \n" },
		{ " {{#b}}YES{{/b}}\n {{#b}}GOOD{{/b}}\n", "{\"b\":true}", " YES\n GOOD\n" },
		{ "| A\n{{^b}}\n|\n{{/b}}\n| B\n", "{}", "| A\n|\n| B\n" },
		{ "12{{! comment }}34", "{}", "1234" },
		{ "12{{!\n  many\n  lines\n}}34\n", "{}", "1234\n" },
		{ "Begin.\n{{! gone }}\nEnd.\n", "{}", "Begin.\nEnd.\n" },
		{ "Begin.\n  {{!\n gone\n }}  \nEnd.\n", "{}", "Begin.\nEnd.\n" },
		{ "  12 {{! 34 }}\n", "{}", "  12 \n" },
		{ "{{! alone }}", "{}", "" },
		{ "x\n{{a}}\ny", "{}", "x\n\ny" },
		{ "{{#b}}{{/b}}\nx", "{\"b\":true}", "\nx" },
		{ "{{#l}}\n- {{.}}\n{{/l}}\n", "{\"l\":[1,2]}", "- 1\n- 2\n" },
	};
	ROWS(rows);
}

static void delimiters(void)
{
	static const struct row rows[] = {
		{ "{{=<% %>=}}(<%x%>)", "{\"x\":\"Hey\"}", "(Hey)" },
		{ "({{=[ ]=}}[x])", "{\"x\":\"Hey\"}", "(Hey)" },
		{ "{{= | | =}}|x| |=  {{  }}  =|{{x}}", "{\"x\":1}", "1 1" },
		{ "[\n{{#s}}\n  {{x}}\n  |x|\n{{/s}}\n\n{{= | | =}}\n|#s|\n  {{x}}\n  |x|\n|/s|\n]\n",
			"{\"s\":true,\"x\":\"I\"}", "[\n  I\n  |x|\n\n  {{x}}\n  I\n]\n" },
		{ "Begin.\n{{=@ @=}}\nEnd.\n", "{}", "Begin.\nEnd.\n" },
		{ "[ {{>a}} ]\n{{= | | =}}\n[ |>a| ]\n", "{\"v\":\"yes\"}", "[ .yes. ]\n[ .yes. ]\n", { ".{{v}}." } },
		{ "[ {{>a}} ]\n[ .{{v}}.  .|v|. ]\n", "{\"v\":\"yes\"}", "[ .yes.  .yes. ]\n[ .yes.  .|v|. ]\n",
			{ ".{{v}}. {{= | | =}} .|v|." } },
	};
	ROWS(rows);
}

static void partials(void)
{
	static const struct row rows[] = {
		{ "\"{{>a}}\"", "{}", "\"from partial\"", { "from partial" } },
		{ "\"{{>nothing}}\"", "{}", "\"\"" },
		{ "{{>a}}", "{\"t\":\"content\"}", "*content*", { "*{{t}}*" } },
		{ "{{>a}}", "{\"v\":\"X\",\"n\":[{\"v\":\"Y\",\"n\":[]}]}", "X<Y<>>", { "{{v}}<{{#n}}{{>a}}{{/n}}>" } },
		{ "| {{>a}} |", "{}", "| \t|\t |", { "\t|\t" } },
		{ "  {{d}}  {{> a}}\n", "{\"d\":\"|\"}", "  |  >\n>\n", { ">\n>" } },
		{ "|\r\n{{>a}}\r\n|", "{}", "|\r\n>|", { ">" } },
		{ "  {{>a}}\n>", "{}", "  >\n  >>", { ">\n>" } },
		{ ">\n  {{>a}}", "{}", ">\n  >\n  >", { ">\n>" } },
		{ "\\\n {{>a}}\n/\n", "{\"c\":\"<\\n->\"}", "\\\n |\n &lt;\n-&gt;\n |\n/\n", { "|\n{{c}}\n|\n" } },
		{ "  {{>a}}\n", "{\"x\":true}", "  1\n    2\n  3\n", { "1\n  {{>b}}\n{{#x}}\n3\n{{/x}}\n", "2\n" } },
		{ "|{{> a }}|", "{\"b\":true}", "|[]|", { "[]" } },
		{ "{{#l}}{{>a}}{{/l}}", "{\"l\":[1,2],\"v\":\"-\"}", "-1-2", { "{{v}}{{.}}" } },
	};
	ROWS(rows);
}

static void words(void)
{
	static const struct row rows[] = {
		{ "<b>{{#t}}Take over{{/t}}</b>", "{}", "<b>Take over</b>" },
		{ "{{#t}}Written by {{name}}{{/t}}", "{\"name\":\"<Ana>\"}", "Written by &lt;Ana&gt;" },
		{ "{{#t}}\n  Many\n  lines {{ a.b }}\n{{/t}}\n", "{\"a\":{\"b\":1}}", "Many lines 1\n" },
		{ "{{#l}}{{#t}}N: {{.}}{{/t}} {{/l}}", "{\"l\":[1,2]}", "N: 1 N: 2 " },
		{ "{{#t}}open {{ brace{{/t}}", "{}", "open {{ brace" },
	};
	ROWS(rows);
}

static void mistakes_are_told(void)
{
	static const struct row rows[] = {
		{ "a\n{{#b}}", "{}", "[page.mustache, line 2: a section is not closed]" },
		{ "{{/b}}", "{}", "[page.mustache, line 1: a section ends that has not begun]" },
		{ "{{#a}}{{/b}}", "{}", "[page.mustache, line 1: another section ends than the last that began]" },
		{ "\n\n{{a", "{}", "[page.mustache, line 3: a tag is not closed]" },
		{ "{{{a}}}", "{}", "[page.mustache, line 1: only content is inserted raw]" },
		{ "{{&a}}", "{}", "[page.mustache, line 1: only content is inserted raw]" },
		{ "{{a b}}", "{}", "[page.mustache, line 1: this is no name]" },
		{ "{{}}", "{}", "[page.mustache, line 1: this is no name]" },
		{ "{{a..b}}", "{}", "[page.mustache, line 1: this is no name]" },
		{ "{{=x=}}", "{}", "[page.mustache, line 1: delimiters are set as {{=<% %>=}}]" },
		{ "{{#t}}x", "{}", "[page.mustache, line 1: {{#t}} is not closed by {{/t}}]" },
		{ "{{#t}}{{#x}}y{{/x}}{{/t}}", "{}",
			"[page.mustache, line 1: words to translate may hold plain {{names}} only]" },
		{ "{{>a}}", "{}", "[a.mustache, line 1: a tag is not closed]", { "{{" } },
	};
	ROWS(rows);
}

static void nesting_has_an_end(void)
{
	static const struct row rows[] = {
		{ "{{>a}}", "{}", "[INVALID]", { "x{{>a}}" } },
		{ "{{>a}}", "{}", "[INVALID]", { "{{>b}}", "{{>a}}" } },
		{ "{{>a}}", "{\"x\":{}}", "[INVALID]", { "{{#x}}{{>a}}{{/x}}" } },
	};
	struct pool *pool = pool_new();
	struct buf deep;
	ROWS(rows);
	buf_init(&deep, 1 << 16);
	for (int i = 0; i < 200; i++)
		buf_add_cstr(&deep, "{{#a}}");
	struct str page = render(pool, buf_cstr(&deep), "{\"a\":1}", (const char *const[3]){ NULL });
	CHECK_STR(page, "[page.mustache, line 1: sections are nested too deeply]");
	buf_fini(&deep);
	pool_free(pool);
}

/* 10 MB of what grows most. */
static void large_values_are_escaped_or_refused(void)
{
	enum { N = 10 << 20 };
	struct pool *pool = pool_new();
	char *model = pool_alloc(pool, N + 32);
	size_t n = (size_t)snprintf(model, 32, "{\"x\":\"");
	memset(model + n, '\'', N);
	memcpy(model + n + N, "\"}", 3);
	struct str page = render(pool, "{{x}}", model, (const char *const[3]){ NULL });
	CHECK_INT(page.n, 5u * N);
	CU_ASSERT_TRUE(str_has_suffix(page, STR("&#39;&#39;")));
	CHECK_STR(render(pool, "{{x}}{{x}}", model, (const char *const[3]){ NULL }), "[TOO_LARGE]");
	pool_free(pool);
}

CU_TestInfo web_template_tests[] = {
	{ "values", values },
	{ "sections", sections },
	{ "lines of their own", lines_of_their_own },
	{ "delimiters", delimiters },
	{ "partials", partials },
	{ "words to translate", words },
	{ "mistakes are told with their line", mistakes_are_told },
	{ "a missing name is reported", a_missing_name_is_reported },
	{ "nesting has an end", nesting_has_an_end },
	{ "10 MB are escaped, or refused as a whole", large_values_are_escaped_or_refused },
	CU_TEST_INFO_NULL,
};
