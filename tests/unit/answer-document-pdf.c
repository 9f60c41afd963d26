/*
 * answer-document-pdf.c - tests of reading PDF, against files that are written here.
 */
#include "answer.h"
#include "check.h"

#include "documents/document.h"
#include "core/buf.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A file of one page with `content` as its drawing, and its cross-reference table. */
static struct str make_pdf(struct pool *pool, const char *content, const char *title, const char *trailer)
{
	size_t at[7];
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_add_cstr(&b, "%PDF-1.4\n");
	at[1] = b.len;
	buf_add_cstr(&b, "1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n");
	at[2] = b.len;
	buf_add_cstr(&b, "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n");
	at[3] = b.len;
	buf_add_cstr(&b, "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
			 "/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n");
	at[4] = b.len;
	buf_addf(&b, "4 0 obj\n<</Length %zu>>\nstream\n%s\nendstream\nendobj\n", strlen(content), content);
	at[5] = b.len;
	buf_add_cstr(&b, "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>\nendobj\n");
	at[6] = b.len;
	buf_addf(&b, "6 0 obj\n<</Title(%s)>>\nendobj\n", title);
	size_t table = b.len;
	buf_add_cstr(&b, "xref\n0 7\n0000000000 65535 f \n");
	for (int i = 1; i < 7; i++)
		buf_addf(&b, "%010zu 00000 n \n", at[i]);
	buf_addf(&b, "trailer\n<</Size 7/Root 1 0 R/Info 6 0 R%s>>\nstartxref\n%zu\n%%%%EOF\n", trailer, table);
	return pool_take(pool, &b);
}

#define WORDS \
	"BT /F1 12 Tf 14 TL 50 800 Td (Our salon in the old town is open every day and wel-) Tj T* " \
	"(comes everybody who wants to look well, with or without) Tj T* (an appointment.) Tj T* T* T* " \
	"(Price: 5 \200) Tj ET"

static void reads_pdf(void)
{
	struct pool *pool = pool_new();
	struct document d;
	struct explain why = { "" };

	CHECK_INT(document_read(pool, DOCUMENT_PDF, make_pdf(pool, WORDS, "Price list", ""), &d, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(why.text, "");
	CHECK_STR(d.title, "Price list");
	CHECK_STR(d.text, "Our salon in the old town is open every day and welcomes everybody who wants to look well, "
			  "with or without an appointment.\n\nPrice: 5 €");
	pool_free(pool);
}

static void takes_sensible_titles_only(void)
{
	static const struct {
		const char *title, *taken;
	} table[] = {
		{ "", NULL },
		{ "Untitled", NULL },
		{ "untitled", NULL },
		{ "Microsoft Word - prices.doc", NULL },
		{ "C:\\\\Users\\\\ada\\\\prices", NULL },
		{ "/home/ada/prices", NULL },
		{ "prices.PDF", NULL },
		{ "Documents we need", "Documents we need" },
		{ "Cut / Colour: prices", "Cut / Colour: prices" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(table); i++) {
		struct document d;
		CHECK_INT(
			document_read(pool, DOCUMENT_PDF, make_pdf(pool, WORDS, table[i].title, ""), &d, NULL), ERR_OK);
		CHECK_ROW(table[i].taken ? str_equal(d.title, str_of(table[i].taken)) : !d.title.p, table[i].title);
	}
	pool_free(pool);
}

static void refuses_what_cannot_be_read(void)
{
	struct pool *pool = pool_new();
	struct str whole = make_pdf(pool, WORDS, "x", ""), cut = { whole.p, 40 };
	const struct {
		struct str bytes;
		const char *word;
	} table[] = {
		{ make_pdf(pool, "0 0 100 100 re f", "Scan", ""), "OCR" },
		{ cut, "damaged" },
		{ STR("%PDF-1.4\nthis is garbage"), "damaged" },
		{ make_pdf(pool, WORDS, "x",
			  "/ID[(0123456789abcdef)(0123456789abcdef)]/Encrypt<</Filter/Standard/V 1/R 2/P -64"
			  "/O(01234567890123456789012345678901)/U(01234567890123456789012345678901)>>"),
			"password" },
	};
	struct document d;
	struct explain why;

	for (size_t i = 0; i < COUNT(table); i++) {
		CHECK_INT(document_read(pool, DOCUMENT_PDF, table[i].bytes, &d, &why), ERR_INVALID);
		CHECK_ROW(strstr(why.text, table[i].word) != NULL, why.text);
	}
	pool_free(pool);
}

/* The programs behind a web server let the system reap the senders that they start. */
static void the_same_where_children_are_reaped(void)
{
	struct sigaction before, reaped = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT };

	sigaction(SIGCHLD, &reaped, &before);
	reads_pdf();
	refuses_what_cannot_be_read();
	sigaction(SIGCHLD, &before, NULL);
}

CU_TestInfo document_pdf_tests[] = {
	{ "words, joined lines, title", reads_pdf },
	{ "sensible titles only", takes_sensible_titles_only },
	{ "scans, damaged and protected files are refused in words", refuses_what_cannot_be_read },
	{ "the same where the system reaps children", the_same_where_children_are_reaped },
	CU_TEST_INFO_NULL,
};
