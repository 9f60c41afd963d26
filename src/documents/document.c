/*
 * document.c - which format a document has, and reading it.
 *
 * Chooses the reader, keeps the limits and has the words for a person where something cannot be read. Owns the writer
 * of one document; what is returned lives in the caller's pool. Never guesses that bytes of an unknown kind are text.
 */
#include "documents/document-parts.h"

#include "core/text/reason.h"

/* ---- the format ---- */

static const struct {
	struct str start;
	const char *what;
} foreign[] = {
	{ { "PK\x03\x04", 4 }, CODE(kind_zip) },
	{ { "\xD0\xCF\x11\xE0", 4 }, CODE(kind_old_office) },
	{ { "{\\rtf", 5 }, CODE(kind_rtf) },
	{ { "\x89PNG", 4 }, CODE(kind_picture) },
	{ { "\xFF\xD8\xFF", 3 }, CODE(kind_picture) },
	{ { "GIF8", 4 }, CODE(kind_picture) },
	{ { "RIFF", 4 }, CODE(kind_riff) },
	{ { "II*\0", 4 }, CODE(kind_picture) },
	{ { "MM\0*", 4 }, CODE(kind_picture) },
	{ { "\x1F\x8B", 2 }, CODE(kind_compressed) },
	{ { "7z\xBC\xAF", 4 }, CODE(kind_compressed) },
	{ { "Rar!", 4 }, CODE(kind_compressed) },
	{ { "ID3", 3 }, CODE(kind_recording) },
	{ { "OggS", 4 }, CODE(kind_recording) },
	{ { "\x7F"
	    "ELF",
		  4 },
		CODE(kind_program) },
	{ { "MZ", 2 }, CODE(kind_program) },
};

static const struct known {
	const char *name;
	enum document_format format;
} types[] = {
	{ "text/html", DOCUMENT_HTML },
	{ "application/xhtml+xml", DOCUMENT_HTML },
	{ "text/markdown", DOCUMENT_MARKDOWN },
	{ "text/x-markdown", DOCUMENT_MARKDOWN },
	{ "text/plain", DOCUMENT_TEXT },
	{ "text/csv", DOCUMENT_CSV },
	{ "text/tab-separated-values", DOCUMENT_CSV },
	{ "application/pdf", DOCUMENT_PDF },
	{ "application/x-pdf", DOCUMENT_PDF },
};

/* Of a file's name. */
static const struct known endings[] = {
	{ ".html", DOCUMENT_HTML },
	{ ".htm", DOCUMENT_HTML },
	{ ".xhtml", DOCUMENT_HTML },
	{ ".md", DOCUMENT_MARKDOWN },
	{ ".markdown", DOCUMENT_MARKDOWN },
	{ ".mdown", DOCUMENT_MARKDOWN },
	{ ".txt", DOCUMENT_TEXT },
	{ ".text", DOCUMENT_TEXT },
	{ ".csv", DOCUMENT_CSV },
	{ ".tsv", DOCUMENT_CSV },
	{ ".pdf", DOCUMENT_PDF },
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct str document_first(struct str bytes, size_t n)
{
	return (struct str){ bytes.p, bytes.n < n ? bytes.n : n };
}

static bool ends_with(struct str name, struct str ending)
{
	return name.n > ending.n && str_equal_nocase((struct str){ name.p + name.n - ending.n, ending.n }, ending);
}

static bool has_magic(struct str bytes, struct str magic, size_t within)
{
	struct str head = document_first(bytes, within);

	return head.n >= magic.n && memmem(head.p, head.n, magic.p, magic.n) != NULL;
}

/* NULs in what is not UTF-16 by its mark. */
static bool is_binary(struct str bytes)
{
	struct str head = document_first(bytes, 4096);

	if (str_has_prefix(bytes, STR("\xFF\xFE")) || str_has_prefix(bytes, STR("\xFE\xFF")))
		return false;
	return head.n > 0 && memchr(head.p, 0, head.n) != NULL;
}

static bool looks_like_html(struct str bytes)
{
	static const struct str starts[] = { { "<!doctype html", 14 }, { "<html", 5 }, { "<head", 5 }, { "<body", 5 } };
	struct str head = document_first(bytes, 1024);

	if (str_has_prefix(head, STR("\xEF\xBB\xBF")))
		head = (struct str){ head.p + 3, head.n - 3 };
	head = str_trim(head);
	for (size_t i = 0; i < COUNT(starts); i++)
		if (str_equal_nocase(document_first(head, starts[i].n), starts[i]))
			return true;
	return false;
}

/* By the content type; false when it says nothing. `*refused`: it names something that is not read here. */
static bool format_of_type(struct str content_type, enum document_format *out, bool *refused)
{
	struct str type = str_trim(str_take_until(&content_type, ';'));

	*refused = false;
	for (size_t i = 0; i < COUNT(types); i++) {
		if (str_equal_nocase(type, str_of(types[i].name))) {
			*out = types[i].format;
			return true;
		}
	}
	*refused = !str_is_empty(type) && !str_equal_nocase(type, STR("application/octet-stream"))
		   && !str_equal_nocase(type, STR("binary/octet-stream"));
	return false;
}

static bool format_of_name(struct str name, enum document_format *out)
{
	for (size_t i = 0; i < COUNT(endings); i++) {
		if (ends_with(name, str_of(endings[i].name))) {
			*out = endings[i].format;
			return true;
		}
	}
	return false;
}

/* What the bytes cannot be mistaken for. */
static enum err refuse_foreign(struct str bytes, struct explain *why)
{
	for (size_t i = 0; i < COUNT(foreign); i++)
		if (str_has_prefix(bytes, foreign[i].start))
			return EXPLAIN(why, ERR_INVALID, document_kind, F_REASON("kind", str_of(foreign[i].what)));
	if (is_binary(bytes))
		return explain_code(why, ERR_INVALID, CODE(document_not_text));
	return ERR_OK;
}

/* Only what a type is made of is shown. */
static enum err refuse_type(struct str type, struct explain *why)
{
	size_t n = 0;

	while (n < type.n && type.p[n] > ' ' && type.p[n] <= '~' && type.p[n] != ';')
		n++;
	return EXPLAIN(why, ERR_INVALID, document_type, F_STR("type", ((struct str){ type.p, (size_t)(n) })));
}

/* Word and Excel documents, by the names of the files that a zip file of theirs holds. */
static bool is_office(struct str bytes, enum document_format *out)
{
	if (!zip_file_is_read() || !str_has_prefix(bytes, STR("PK\x03\x04")))
		return false;
	bool word = memmem(bytes.p, bytes.n, "word/document.xml", 17) != NULL;
	bool excel = memmem(bytes.p, bytes.n, "xl/workbook.xml", 15) != NULL;
	*out = word ? DOCUMENT_WORD : DOCUMENT_EXCEL;
	return word || excel;
}

enum err document_format_of(
	struct str name, struct str content_type, struct str bytes, enum document_format *out, struct explain *why)
{
	enum document_format by_type = DOCUMENT_TEXT, by_name = DOCUMENT_TEXT;
	bool refused, typed = format_of_type(content_type, &by_type, &refused), named = format_of_name(name, &by_name);

	*out = DOCUMENT_TEXT;
	if (has_magic(bytes, STR("%PDF-"), 1024)) {
		*out = DOCUMENT_PDF;
		return ERR_OK;
	}
	if (is_office(bytes, out))
		return ERR_OK;
	enum err e = refuse_foreign(bytes, why);
	if (e != ERR_OK)
		return e;
	/* Servers call Markdown plain text, and mail programs call anything anything. */
	if (typed && by_type == DOCUMENT_TEXT && named && by_name == DOCUMENT_MARKDOWN)
		*out = by_name;
	else if (typed)
		*out = by_type;
	else if (named)
		*out = by_name;
	else if (refused)
		return refuse_type(document_first(content_type, 80), why);
	else if (looks_like_html(bytes))
		*out = DOCUMENT_HTML;
	return ERR_OK;
}

/* ---- reading ---- */

static enum err read_office(struct pool *pool, enum document_format format, struct document_writer *w, struct str bytes,
	struct explain *why)
{
	struct zip_file *zip = zip_file_open(bytes);
	if (!zip)
		return explain_code(why, ERR_INVALID, CODE(document_damaged));
	enum err e = format == DOCUMENT_WORD ? document_read_word(pool, w, zip, why)
					     : document_read_sheets(pool, w, zip, why);
	zip_file_close(zip);
	return e;
}

static enum err read_as(struct pool *pool, enum document_format format, struct document_writer *w, struct str bytes,
	struct explain *why)
{
	switch (format) {
	case DOCUMENT_TEXT: document_read_lines(w, document_decode(pool, bytes, STR_NONE), false); return ERR_OK;
	case DOCUMENT_CSV: document_read_csv(pool, w, document_decode(pool, bytes, STR_NONE)); return ERR_OK;
	case DOCUMENT_WORD:
	case DOCUMENT_EXCEL: return read_office(pool, format, w, bytes, why);
	case DOCUMENT_MARKDOWN: return document_read_markdown(w, document_decode(pool, bytes, STR_NONE), why);
	case DOCUMENT_HTML:
		return document_read_html(w, document_decode(pool, bytes, document_html_charset(bytes)), why);
	case DOCUMENT_PDF: return document_read_pdf(pool, w, bytes, why);
	}
	bug("a document of the format %d", (int)format);
}

static enum err nothing_found(enum document_format format, struct explain *why)
{
	static const char *const codes[] = {
		[DOCUMENT_TEXT] = CODE(text_empty),
		[DOCUMENT_CSV] = CODE(csv_empty),
		[DOCUMENT_WORD] = CODE(word_empty),
		[DOCUMENT_EXCEL] = CODE(excel_empty),
		[DOCUMENT_MARKDOWN] = CODE(markdown_empty),
		[DOCUMENT_HTML] = CODE(html_empty),
		[DOCUMENT_PDF] = CODE(pdf_scan),
	};

	return explain_code(why, ERR_INVALID, codes[format]);
}

static enum err take_result(struct pool *pool, enum document_format format, const struct document_writer *w,
	struct document *out, struct explain *why)
{
	if (w->text.err != ERR_OK)
		return EXPLAIN(
			why, ERR_TOO_LARGE, document_text_too_large, F_INT("limit", DOCUMENT_TEXT_MAX_BYTES >> 20));
	if (w->text.len == 0)
		return nothing_found(format, why);
	out->text = pool_str(pool, buf_str(&w->text));
	out->title = w->title.len > 0 ? pool_str(pool, buf_str(&w->title)) : STR_NONE;
	return ERR_OK;
}

enum err document_read(
	struct pool *pool, enum document_format format, struct str bytes, struct document *out, struct explain *why)
{
	struct document_writer w;

	*out = (struct document){ .text = STR_NONE };
	if (bytes.n > DOCUMENT_INPUT_MAX_BYTES)
		return EXPLAIN(
			why, ERR_TOO_LARGE, document_file_too_large, F_INT("limit", DOCUMENT_INPUT_MAX_BYTES >> 20));
	if (str_is_empty(bytes))
		return nothing_found(format, why);
	document_writer_init(&w, DOCUMENT_TEXT_MAX_BYTES, format == DOCUMENT_MARKDOWN ? 6 : format == DOCUMENT_HTML);
	enum err e = read_as(pool, format, &w, bytes, why);
	if (e == ERR_OK)
		e = take_result(pool, format, &w, out, why);
	document_writer_fini(&w);
	return e;
}
