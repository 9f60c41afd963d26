/*
 * answer-documents.c - tests of turning documents into text: formats, markup, charsets.
 */
#include "answer.h"
#include "check.h"

#include "documents/document.h"

#include <stdlib.h>
#include <string.h>

static const char *const format_names[] = { "text", "Markdown", "HTML", "PDF" };

/* What is read must be as it says on document.h, whatever it was. */
static bool is_clean(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\n')
			return false;
	return str_is_utf8(text) && !str_is_empty(text) && !memmem(text.p, text.n, "\n\n\n", 3);
}

struct sample {
	const char *in, *title, *out; /* a title of NULL: absent */
};

static void check_samples(enum document_format format, const struct sample *samples, size_t n)
{
	struct pool *pool = pool_new();

	for (size_t i = 0; i < n; i++) {
		struct document d;
		struct explain why = { "" };
		enum err e = document_read(pool, format, str_of(samples[i].in), &d, &why);
		CHECK_ROW(e == ERR_OK && is_clean(d.text), e ? why.text : samples[i].in);
		CHECK_STR(d.text, samples[i].out);
		CHECK_ROW((d.title.p != NULL) == (samples[i].title != NULL), samples[i].in);
		if (samples[i].title)
			CHECK_STR(d.title, samples[i].title);
	}
	pool_free(pool);
}

static void reads_html(void)
{
	static const struct sample samples[] = {
		{ "<title> Prices &amp; more </title><h1>Other</h1>", "Prices & more", "# Other" },
		{ "<h2>Two</h2><h1>One <b>big</b></h1><p>x", "One big", "## Two\n\n# One big\n\nx" },
		{ "<p>a\n  b\t c&nbsp;d</p><div>e<p>f</p>g</div>", NULL, "a b c d\n\ne\n\nf\n\ng" },
		{ "Monday<br>Tuesday<br><br>Closed", NULL, "Monday\nTuesday\n\nClosed" },
		{ "<ul><li>one<ul><li>in</ul>after<li><p>two</p><p>more</p></li></ul><ol><li>x</ol>", NULL,
			"- one\n- in\n\nafter\n\n- two more\n- x" },
		{ "<ul><li><h3>Card</h3><p>words</p></li></ul>", NULL, "### Card\n\nwords" },
		{ "<table><tr><th>Cut<th>Price<tr><td><p>Short</p><p>hair</p><td>20<tr><td><td>x</table>", NULL,
			"Cut | Price\nShort hair | 20\n| x" },
		{ "<table><tr><td><h2>Left</h2>a<td><table><tr><td>1<td>2</table></table>", NULL,
			"## Left\n\na\n\n1 | 2" },
		{ "<table><tr><td>a<td><td>c</table>after", NULL, "a | | c\n\nafter" },
		{ "<p><a href='https://x.example/b?a=1&amp;c'>book</a> <a href='/in'>in</a> <a href='#x'>y</a> "
		  "<a href='javascript:z()'>z</a> <a href='mailto:a@b.example'>m</a>",
			NULL, "book (https://x.example/b?a=1&c) in y z m" },
		{ "<a href='https://x.example/'>x.example</a> <a href='http://y.example'>HTTP://y.example/</a>"
		  "<a href='https://z.example'><img src=z></a>",
			NULL, "x.example HTTP://y.example/" },
		{ "<script>var a='<p>no</p>';</script><style>p{}</style><template>t</template><noscript>n</noscript>"
		  "<svg><title>icon</title><text>s</text></svg><select><option>o</select><!-- c -->yes",
			NULL, "yes" },
		{ "<header>logo<h1>Shop</h1></header><nav>menu</nav><main><header><h1>Page</h1></header>text</main>"
		  "<aside>ad</aside><form>sign in</form><footer>imprint</footer>",
			"Page", "# Page\n\ntext" },
		{ "<nav>only</nav><footer>this</footer>", NULL, "only\n\nthis" },
		{ "<form><article><p>a page in one form</article></form><p>x", NULL, "a page in one form\n\nx" },
		{ "<pre>a\n  b\n\nc</pre>d", NULL, "a\nb\n\nc\n\nd" },
		{ "<dl><dt>When?<dd>Now.<dt>Where?<dd>Here.</dl>", NULL, "When?\nNow.\n\nWhere?\nHere." },
		{ "<p dir=rtl>مرحبا <b>بالعالم</b></p><p>日本\n語</p>", NULL, "مرحبا بالعالم\n\n日本語" },
		{ "<p>f&uuml;r &#8364;5 &#x1F642; soft&shy;hyphen &lt;b&gt;", NULL, "für €5 🙂 softhyphen <b>" },
		{ "<p>unclosed <b>and <i>wrong</b> order</i> <foo>unknown</foo> &bogus; &amp;", NULL,
			"unclosed and wrong order unknown &bogus; &" },
		{ "no tags at all", NULL, "no tags at all" },
		{ "<div class='site-footer x'>imprint</div><div id=cookie-banner>We use cookies</div><div "
		  "role=navigation>go</div>"
		  "<div class=cookies>Oat cookies: 3 EUR</div><div class=menu>Soup 4 EUR</div>",
			NULL, "Oat cookies: 3 EUR\n\nSoup 4 EUR" },
		{ "<ul><li><a href='/'>Home</a><li><a href='/about'>About us</a><ul><li><a "
		  "href=/x>x</a></ul></ul><p>text"
		  "<ul><li><a href='/a'>A</a> from 9 EUR<li><a href='/b'>B</a></ul>"
		  "<ul><li><a href='/d'>How long do your batteries last?</a><li><a href=/e>Why?</a></ul>",
			NULL, "text\n\n- A from 9 EUR\n- B\n- How long do your batteries last?\n- Why?" },
		{ "<div class=nav><main>the page in a frame</main></div>", NULL, "the page in a frame" },
		{ "<div class=top><a href='/'>Home</a> | <a href='/about'>About us</a> &middot; <a href='/c'>Cart</a>"
		  "</div><p>text<div><a href='tel:+4930'>+49 30</a> <a href='mailto:a@b.example'>a@b.example</a> "
		  "<a href='/map'>Map</a></div><div><a href='/a'>A</a>, <a href='/b'>B</a> or <a href='/c'>C</a></div>"
		  "<ul><li><a href='tel:+4931'>+49 31</a><li><a href='tel:+4932'>+49 32</a></ul>",
			NULL, "text\n\n+49 30 a@b.example Map\n\nA, B or C\n\n- +49 31\n- +49 32" },
	};

	check_samples(DOCUMENT_HTML, samples, COUNT(samples));
}

#define FAQ(json) "<script type='application/ld+json'>" json "</script>"

static void reads_questions_for_search_engines(void)
{
	static const struct sample samples[] = {
		{ "<p>Help</p><button>Do you deliver?</button>" FAQ(
			  "{\"@context\": \"https://schema.org\", \"@type\": \"FAQPage\", \"mainEntity\": ["
			  "{\"@type\": \"Question\", \"name\": \"Do you deliver?\", \"acceptedAnswer\": {\"@type\": "
			  "\"Answer\", \"text\": \"<p>Yes.</p><p>Within <b>9 km</b>.</p>\"}}, "
			  "{\"@type\": \"Question\", \"name\": \"Empty?\", \"acceptedAnswer\": {}}]}"),
			NULL, "Help\n\n## Do you deliver?\n\nYes. Within 9 km ." },
		{ "<h2>Dogs?</h2><p>On a lead." FAQ(
			  "{\"@graph\": [{\"@type\": [\"WebPage\", \"FAQPage\"], \"mainEntity\": "
			  "{\"@type\": \"Question\", \"name\": \"Dogs?\", "
			  "\"acceptedAnswer\": [{\"text\": \"Twice\"}]}}]}"),
			NULL, "## Dogs?\n\nOn a lead." },
		{ "<p>x" FAQ("{broken")
				FAQ("{\"@type\": \"Product\", \"mainEntity\": {\"@type\": \"Question\", \"name\": "
				    "\"No?\", \"acceptedAnswer\": {\"text\": \"No\"}}}"),
			NULL, "x" },
	};

	check_samples(DOCUMENT_HTML, samples, COUNT(samples));
}

static void reads_markdown(void)
{
	static const struct sample samples[] = {
		{ "Title\n=====\nsoft\nwrapped *text*\n", "Title", "# Title\n\nsoft wrapped text" },
		{ "## First `code`\n# Second\n", "First code", "## First code\n\n# Second" },
		{ "## See [us](https://x.example/a)\n", "See us", "## See us (https://x.example/a)" },
		{ "---\ntitle: \"Given\"\ndate: x\n---\n# Other\n", "Given", "# Other" },
		{ "---\nno end\n", NULL, "no end" },
		{ "a  \nb\\\nc\n", NULL, "a\nb\nc" },
		{ "- one\n- two\n  - in\n1. three\n\nend", NULL, "- one\n- two\n- in\n- three\n\nend" },
		{ "- [x] done\n- a\n\n  b\n", NULL, "- done\n- a b" },
		{ "| A | B |\n|---|---|\n| 1 | ~~2~~ |\n| `x` |\n", NULL, "A | B\n1 | 2\nx" },
		{ "[w](https://x.example/a) <https://y.example> https://z.example/b [rel](/a) ![alt](i.png)", NULL,
			"w (https://x.example/a) https://y.example https://z.example/b rel alt" },
		{ "[a][1]\n\n[1]: https://x.example/ref\n", NULL, "a (https://x.example/ref)" },
		{ "<div>raw <b>html</b><script>x()</script></div>\n\nin<br>line <u>tags</u>\n", NULL,
			"raw html\n\nin\nline tags" },
		{ "&amp; &#8364; &copy; &nope; &#0;", NULL, "& € © &nope; &#0;" },
		{ "    indented\n\n```\nline 1\n  line 2\n```\n", NULL, "indented\n\nline 1\nline 2" },
		{ "> quoted\n> more\n\n***\n\nend", NULL, "quoted more\n\nend" },
	};

	check_samples(DOCUMENT_MARKDOWN, samples, COUNT(samples));
}

/* A link that the end of the text cuts off, in memory that goes on with what would complete it. */
static void reads_no_further_than_the_end(void)
{
	static const char memory[] = "a *cut* [20](https://x.example \"t\")behind";
	struct pool *pool = pool_new();
	struct document d;
	struct explain why = { "" };
	struct str text = { memory, (size_t)(strstr(memory, ")behind") - memory) };
	CHECK_INT(document_read(pool, DOCUMENT_MARKDOWN, text, &d, &why), ERR_OK);
	CHECK_STR(d.text, "a cut [20](https://x.example \"t\"");
	pool_free(pool);
}

static void reads_lines(void)
{
	static const struct sample samples[] = {
		{ "one\r\n\r\n\r\ntwo\r\n", NULL, "one\n\ntwo" },
		{ "Monday 9-18\nTuesday 9-18\nSunday closed", NULL, "Monday 9-18\nTuesday 9-18\nSunday closed" },
		{ "A paragraph that a mail program wrapped at some width goes\non in the next line, although Names "
		  "and\n"
		  "Nouns may begin one.",
			NULL,
			"A paragraph that a mail program wrapped at some width goes on in the next line, although "
			"Names "
			"and Nouns may begin one." },
		{ "List:\n- a\n- b\n  wrapped\n* c\n• d\nAfter", NULL, "List:\n\n- a\n- b wrapped\n- c\n- d\n\nAfter" },
		{ "# Head\ntext\n#hash\n####### seven", NULL, "# Head\n\ntext\n#hash\n####### seven" },
		{ "Cut\t20\nColour\t\t50\n", NULL, "Cut | 20\nColour | | 50" },
		{ "well-\nknown", NULL, "well- known" },
		{ "A box of thirty bottles, white or red: 24 EUR, a box of ninety: 59\n"
		  "Twelve bottles of cider, dry, by the cask: 32 EUR",
			NULL,
			"A box of thirty bottles, white or red: 24 EUR, a box of ninety: 59\n"
			"Twelve bottles of cider, dry, by the cask: 32 EUR" },
		{ "<b>not</b> markup & no &amp;", NULL, "<b>not</b> markup & no &amp;" },
		{ "שלום\nעולם", NULL, "שלום\nעולם" },
	};

	check_samples(DOCUMENT_TEXT, samples, COUNT(samples));
}

/* ---- charsets ---- */

static void decodes(void)
{
	static const struct {
		struct str in;
		const char *charset, *out;
	} table[] = {
		{ { "plain", 5 }, NULL, "plain" },
		{ { "\xEF\xBB\xBFgr\xC3\xBC\xC3\x9F", 9 }, NULL, "grüß" },
		{ { "\xFF\xFEg\0\xFC\0", 6 }, NULL, "gü" },
		{ { "\xFE\xFF\0g\0\xFC", 6 }, NULL, "gü" },
		{ { "g\0\xFC\0", 4 }, "utf-16le", "gü" },
		{ { "gr\xFC\xDF", 4 }, NULL, "grüß" },
		{ { "5 \x80", 3 }, "ISO-8859-1", "5 €" },
		{ { "\xDDstanbul \xFE\xFD\xF0", 12 }, NULL, "İstanbul şığ" },
		{ { "\xFE", 1 }, "windows-1252", "þ" },
		{ { "\xCF\xF0\xE8", 3 }, "windows-1251", "При" },
		{ { "\x93\xFA\x96\x7B", 4 }, "Shift_JIS", "日本" },
		{ { "gr\xC3\xBC\xC3\x9F", 6 }, "iso-8859-1", "grüß" }, /* named wrongly */
		{ { "gr\xFC", 3 }, "//TRANSLIT", "grü" },
		{ { "gr\xFC", 3 }, "utf-8", "grü" },
		{ { "\x81\xFF\x93", 3 }, "Shift_JIS", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(table); i++)
		CHECK_STR(document_decode(pool, table[i].in, str_of(table[i].charset)), table[i].out);
	CU_ASSERT_TRUE(str_is_empty(document_decode(pool, STR_NONE, STR_NONE)));
	pool_free(pool);
}

static void pages_name_their_charset(void)
{
	static const struct sample samples[] = {
		{ "<meta charset=\"windows-1251\"><p>\xCF\xF0\xE8", NULL, "При" },
		{ "<meta http-equiv=content-type content='text/html; charset=iso-8859-9'><title>\xDE</title>\xFE", "Ş",
			"ş" },
		{ "<meta charset=bogus>\xFC", NULL, "ü" },
		{ "<meta charset=iso-8859-1><p>gr\xC3\xBC\xC3\x9F", NULL, "grüß" },
	};

	check_samples(DOCUMENT_HTML, samples, COUNT(samples));
}

/* ---- which format ---- */

static void tells_formats(void)
{
	static const struct {
		const char *name, *type, *bytes;
		int format; /* -1: refused */
		const char *word;
	} table[] = {
		{ "a.txt", NULL, "x", DOCUMENT_TEXT, NULL },
		{ "A.HTM", NULL, "x", DOCUMENT_HTML, NULL },
		{ "a.md", "text/plain; charset=utf-8", "x", DOCUMENT_MARKDOWN, NULL },
		{ "a.md", "application/octet-stream", "x", DOCUMENT_MARKDOWN, NULL },
		{ "a.txt", "text/html", "x", DOCUMENT_HTML, NULL },
		{ NULL, "Text/HTML;charset=x", "x", DOCUMENT_HTML, NULL },
		{ NULL, NULL, "  <!DOCTYPE html><p>x", DOCUMENT_HTML, NULL },
		{ NULL, NULL, "pasted words", DOCUMENT_TEXT, NULL },
		{ NULL, NULL, NULL, DOCUMENT_TEXT, NULL },
		{ "a.txt", "text/plain", "%PDF-1.4\n", DOCUMENT_PDF, NULL },
		{ "scan", NULL, "junk\n%PDF-1.7", DOCUMENT_PDF, NULL },
		{ "a.docx", NULL, "PK\x03\x04zzz", -1, "zipped" },
		{ "a.txt", "text/plain", "PK\x03\x04zzz", -1, "zipped" },
		{ "a.png", "image/png", "\x89PNG\r\n", -1, "picture" },
		{ "a.jpg", NULL, "\xFF\xD8\xFF\xE0", -1, "picture" },
		{ "a.doc", NULL, "\xD0\xCF\x11\xE0", -1, "old Word" },
		{ NULL, "video/mp4", "x", -1, "video/mp4" },
		{ NULL, "evil/\x1B[2J", "x", -1, "evil/;" },
	};
	struct explain why;

	for (size_t i = 0; i < COUNT(table); i++) {
		enum document_format format;
		enum err e = document_format_of(
			str_of(table[i].name), str_of(table[i].type), str_of(table[i].bytes), &format, &why);
		const char *about = table[i].bytes ? table[i].bytes : "nothing";
		if (table[i].format >= 0)
			CHECK_ROW(e == ERR_OK && (int)format == table[i].format, about);
		else
			CHECK_ROW(e == ERR_INVALID && strstr(why.text, table[i].word)
					  && strstr(why.text, "Excel and CSV can be read"),
				about);
	}
	enum document_format format;
	CHECK_INT(document_format_of(STR_NONE, STR_NONE, STR("a\0b"), &format, &why), ERR_INVALID);
	CHECK_INT(document_format_of(STR_NONE, STR_NONE,
			  STR("\xFF\xFE"
			      "a\0"),
			  &format, &why),
		ERR_OK);
}

/* ---- hostile ---- */

static struct str repeat(struct pool *pool, const char *start, const char *piece, size_t times, const char *end)
{
	size_t n = strlen(piece), head = strlen(start), tail = strlen(end);
	char *bytes = pool_alloc(pool, head + n * times + tail + 1);

	memcpy(bytes, start, head);
	for (size_t i = 0; i < times; i++)
		memcpy(bytes + head + i * n, piece, n);
	memcpy(bytes + head + n * times, end, tail);
	return (struct str){ bytes, head + n * times + tail };
}

static void check_hostile(enum document_format format, const char *start, const char *piece, size_t times,
	enum err expected, const char *word)
{
	struct pool *pool = pool_new();
	struct document d;
	struct explain why = { "" };
	enum err e = document_read(pool, format, repeat(pool, start, piece, times, "end"), &d, &why);

	CHECK_ROW(e == expected && (e != ERR_OK || is_clean(d.text)), start[0] ? start : piece);
	CHECK_ROW(strstr(e ? why.text : d.text.p, word) != NULL, word);
	pool_free(pool);
}

static void survives_hostile_documents(void)
{
	check_hostile(DOCUMENT_HTML, "", "<div>", 100000, ERR_INVALID, "nested");
	check_hostile(DOCUMENT_HTML, "", "<b>", 400, ERR_OK, "end");
	check_hostile(DOCUMENT_HTML, "", "<table><tr><td>", 100, ERR_OK, "end");
	check_hostile(DOCUMENT_HTML, "", "<p>", 500000, ERR_INVALID, "too many elements");
	check_hostile(DOCUMENT_HTML, "<a ", "a b ", 100000, ERR_INVALID, "attributes");
	check_hostile(DOCUMENT_HTML, "<!DOCTYPE html [<!ENTITY a 'boom'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><p>", "&b;",
		1000, ERR_OK, "&b;");
	check_hostile(
		DOCUMENT_HTML, "<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>", "&a;", 3, ERR_OK, "&a;");
	check_hostile(DOCUMENT_HTML, "", "word ", 1000000, ERR_OK, "word word");
	check_hostile(DOCUMENT_HTML, "", "words ", 1000000, ERR_TOO_LARGE, "5 MB");
	check_hostile(DOCUMENT_HTML, "<p>", "<!--", 100000, ERR_INVALID, "no text");
	check_hostile(DOCUMENT_MARKDOWN, "", "[", 200000, ERR_OK, "[");
	check_hostile(DOCUMENT_MARKDOWN, "", "> ", 50000, ERR_OK, "end");
	check_hostile(DOCUMENT_MARKDOWN, "", "*a **b ", 50000, ERR_OK, "end");
	check_hostile(DOCUMENT_MARKDOWN, "", "a http://x.example\n", 200000, ERR_INVALID, "divide it by empty lines");
	check_hostile(DOCUMENT_MARKDOWN, "", "a http://x.example\n", 19000, ERR_OK, "end");
	check_hostile(DOCUMENT_MARKDOWN, "", "words\n\n", 1000000, ERR_TOO_LARGE, "5 MB");
	check_hostile(DOCUMENT_MARKDOWN, "", "[", 600000, ERR_INVALID, "too complex");
	check_hostile(DOCUMENT_MARKDOWN, "", "> ", 600000, ERR_INVALID, "too complex");
	check_hostile(DOCUMENT_TEXT, "", "\n", 2000000, ERR_OK, "end");
	check_hostile(DOCUMENT_TEXT, "", "- ", 500000, ERR_OK, "end");
	check_hostile(DOCUMENT_TEXT, "", "a-\n", 500000, ERR_OK, "end");
	check_hostile(DOCUMENT_TEXT, "", "x", 21 * 1024 * 1024, ERR_TOO_LARGE, "20 MB");
}

/* A head of many columns over many short rows. */
static void survives_a_wide_table(void)
{
	struct pool *pool = pool_new();
	struct str head = repeat(pool, "|", "a|", 5000, "\n"), line = repeat(pool, "|", "-|", 5000, "\n");
	struct str rows = repeat(pool, "", "|x|\n", 19000, "");
	struct document d;

	struct str all = pool_printf(pool, "%s%s%s", head.p, line.p, rows.p);
	enum err e = document_read(pool, DOCUMENT_MARKDOWN, all, &d, NULL);
	CU_ASSERT_TRUE(e == ERR_INVALID || (e == ERR_OK && d.text.n < 2 * all.n));
	pool_free(pool);
}

static void cleans_what_is_no_text(void)
{
	static const struct {
		struct str in;
		const char *out;
	} table[] = {
		{ { "<p>a\0b\x01\x1B[31m", 12 }, "a\xEF\xBF\xBD"
						 "b[31m" },
		{ { "ok \xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4 \xE2\x82 \xC0 end", 20 },
			"ok ääää \xEF\xBF\xBD \xEF\xBF\xBD end" },
		{ { "a\xC2\x85\xC2\x9B\xE2\x80\xA8z", 9 }, "a z" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(table); i++) {
		for (int format = DOCUMENT_TEXT; format <= DOCUMENT_HTML; format++) {
			struct document d;
			struct explain why = { "" };
			enum err e = document_read(pool, (enum document_format)format, table[i].in, &d, &why);
			CHECK_ROW(e == ERR_OK && is_clean(d.text), format_names[format]);
			if (i > 0 || format == DOCUMENT_HTML)
				CHECK_STR(d.text, table[i].out);
		}
	}
	pool_free(pool);
}

static void says_when_nothing_is_there(void)
{
	static const struct {
		enum document_format format;
		const char *in, *word;
	} table[] = {
		{ DOCUMENT_TEXT, " \n\t ", "empty" },
		{ DOCUMENT_TEXT, "", "empty" },
		{ DOCUMENT_MARKDOWN, "---\n\n***\n", "no text" },
		{ DOCUMENT_HTML, "<title>App</title><div id=app></div><script>x</script>", "script" },
		{ DOCUMENT_HTML, "", "no text" },
	};
	struct pool *pool = pool_new();
	struct document d;
	struct explain why;

	for (size_t i = 0; i < COUNT(table); i++) {
		CHECK_INT(document_read(pool, table[i].format, str_of(table[i].in), &d, &why), ERR_INVALID);
		CHECK_ROW(strstr(why.text, table[i].word) != NULL, why.text);
	}
	pool_free(pool);
}

CU_TestInfo document_tests[] = {
	{ "HTML", reads_html },
	{ "questions and answers for search engines", reads_questions_for_search_engines },
	{ "Markdown", reads_markdown },
	{ "no further than the end", reads_no_further_than_the_end },
	{ "text by its lines", reads_lines },
	{ "charsets", decodes },
	{ "pages name their charset", pages_name_their_charset },
	{ "tells formats, refuses others in words", tells_formats },
	{ "hostile documents", survives_hostile_documents },
	{ "a wide table over many rows", survives_a_wide_table },
	{ "control characters, NUL, broken UTF-8", cleans_what_is_no_text },
	{ "says when nothing is there", says_when_nothing_is_there },
	CU_TEST_INFO_NULL,
};
