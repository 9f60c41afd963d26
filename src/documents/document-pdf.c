/*
 * document-pdf.c - PDF, read by pdftotext and pdfinfo (poppler-utils) in processes of their own.
 *
 * PDF readers are large and their input hostile; these run without rights, environment or files and within limits
 * (core/process/subprocess.h). Owns nothing. Fails with words for a person: damaged, protected, too much, too slow, not
 * installed. A PDF of pictures only gives an empty text, about which document.c has words.
 */
#include "documents/document-parts.h"

#include "core/process/subprocess.h"
#include "core/text/reason.h"

#define TIME_LIMIT_MS 20000
#define MEMORY_BYTES (512u * 1024 * 1024)
#define INFO_MAX_BYTES (64 * 1024)
#define TITLE_LEAST_BYTES 3

static enum err document_pdf_run(struct pool *pool, const char *const *argv, struct str bytes, size_t max_output,
	struct subprocess_result *out, struct explain *why)
{
	struct subprocess program = { .argv = argv,
		.package = "poppler-utils",
		.input = bytes,
		.max_output_bytes = max_output,
		.max_memory_bytes = MEMORY_BYTES,
		.timeout_ms = TIME_LIMIT_MS };

	return subprocess_run(pool, &program, out, why);
}

static bool document_pdf_says(const struct subprocess_result *result, const char *words)
{
	return !str_is_empty(result->errors) && strstr(result->errors.p, words) != NULL;
}

/* Where the system reaps children the status is unknown; a failure has words or no output. */
static bool went_well(const struct subprocess_result *result)
{
	if (result->exit_status != SUBPROCESS_STATUS_UNKNOWN)
		return result->exit_status == 0;
	return !str_is_empty(str_trim(result->output)) || str_is_empty(result->errors);
}

static enum err document_pdf_judge(const struct subprocess_result *result, struct explain *why)
{
	if (went_well(result))
		return ERR_OK;
	if (document_pdf_says(result, "Incorrect password"))
		return explain_code(why, ERR_INVALID, CODE(pdf_password));
	if (document_pdf_says(result, "Copying of text"))
		return explain_code(why, ERR_INVALID, CODE(pdf_no_copying));
	if (document_pdf_says(result, "out of memory") || document_pdf_says(result, "Out of memory")
		|| result->exit_status > 128)
		return explain_code(why, ERR_INVALID, CODE(pdf_memory));
	return explain_code(why, ERR_INVALID, CODE(pdf_damaged));
}

/* ---- the title ---- */

/* What programs put there on their own: names and paths of files. */
static bool is_sensible(struct str title)
{
	static const char *const names[] = { "untitled", "Microsoft Word - ", "Microsoft PowerPoint - ", "Document",
		"Slide 1", "PowerPoint Presentation" };
	static const char *const endings[] = { ".pdf", ".doc", ".docx", ".odt", ".rtf", ".indd", ".ppt", ".pptx",
		".xls", ".xlsx", ".qxd", ".tex", ".dvi", ".txt", ".html", ".htm" };

	if (title.n < TITLE_LEAST_BYTES || str_find_char(title, '\\') >= 0 || title.p[0] == '/')
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str name = str_of(names[i]), head = { title.p, name.n };
		bool whole = name.p[name.n - 1] != ' ' && title.n != name.n;
		if (title.n >= name.n && str_equal_nocase(head, name) && !whole)
			return false;
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		struct str ending = str_of(endings[i]);
		if (title.n >= ending.n
			&& str_equal_nocase((struct str){ title.p + title.n - ending.n, ending.n }, ending))
			return false;
	}
	return true;
}

/* A document without a title is no error, whatever the reason. */
static void read_title(struct pool *pool, struct document_writer *w, struct str bytes)
{
	static const char *const argv[] = { "pdfinfo", "-enc", "UTF-8", "-", NULL };
	struct subprocess_result result;

	if (document_pdf_run(pool, argv, bytes, INFO_MAX_BYTES, &result, NULL) != ERR_OK)
		return;
	for (struct str rest = result.output; rest.p;) {
		struct str line = str_take_until(&rest, '\n');
		if (str_equal(str_take_until(&line, ':'), STR("Title"))) {
			if (is_sensible(str_trim(line)))
				document_title(w, str_trim(line));
			return;
		}
	}
}

enum err document_read_pdf(struct pool *pool, struct document_writer *w, struct str bytes, struct explain *why)
{
	static const char *const argv[] = { "pdftotext", "-enc", "UTF-8", "-eol", "unix", "-", "-", NULL };
	struct subprocess_result result;
	enum err e = document_pdf_run(pool, argv, bytes, 2 * DOCUMENT_TEXT_MAX_BYTES, &result, why);

	if (e == ERR_OK)
		e = document_pdf_judge(&result, why);
	if (e == ERR_TIMEOUT)
		return EXPLAIN(why, e, pdf_slow, F_INT("seconds", TIME_LIMIT_MS / 1000));
	if (e == ERR_TOO_LARGE)
		return EXPLAIN(why, e, pdf_text_too_large, F_INT("limit", DOCUMENT_TEXT_MAX_BYTES >> 20));
	if (e != ERR_OK)
		return e;
	read_title(pool, w, bytes);
	document_read_lines(w, result.output, true);
	return ERR_OK;
}
