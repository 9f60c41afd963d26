/*
 * picture.c - runs the process that reads pictures, and pdftoppm and pdfinfo for the first page and the number of pages
 * of a PDF.
 *
 * Owns the limits. Nothing that a stranger made is decoded in the caller's process. The process answers with a line
 * "TYPE WIDTH HEIGHT" and the bytes, or "too-large".
 */
#include "files/picture.h"

#include "core/process/subprocess.h"

#include <string.h>
#include <unistd.h>

#define OUTPUT_MAX_BYTES (12u << 20)
#define MEMORY_MAX_BYTES ((size_t)768 << 20)
#define TIMEOUT_MS 15000
#define PDFTOPPM "/usr/bin/pdftoppm"
#define INSTALLED LIBEXECDIR "/deskbell/deskbell-picture"

const char *picture_program(struct pool *pool, const char *own_path)
{
	const char *slash = strrchr(own_path, '/');
	const char *sibling =
		slash ? pool_printf(pool, "%.*s/deskbell-picture", (int)(slash - own_path), own_path).p : "";
	if (*sibling && access(sibling, X_OK) == 0)
		return sibling;
	return access(INSTALLED, X_OK) == 0 ? INSTALLED : NULL;
}

bool picture_is_read(const char *program, struct str type)
{
	static const char *const types[] = { "image/jpeg", "image/png", "image/gif", "image/webp", "image/heic" };
	for (size_t i = 0; program && i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, str_of(types[i])))
			return true;
	return false;
}

bool picture_has_preview(const char *program, struct str type)
{
	return picture_is_read(program, type)
	       || (str_equal(type, STR("application/pdf")) && access(PDFTOPPM, X_OK) == 0);
}

static enum err picture_run(
	struct pool *pool, const char *const *argv, const char *package, int fd, struct str *out, struct explain *why)
{
	struct subprocess_result result;
	const struct subprocess program = { .argv = argv,
		.package = package,
		.has_input_file = true,
		.input_file = fd,
		.max_output_bytes = OUTPUT_MAX_BYTES,
		.max_memory_bytes = MEMORY_MAX_BYTES,
		.timeout_ms = TIMEOUT_MS };
	if (lseek(fd, 0, SEEK_SET) != 0)
		return explain(why, ERR_IO, "the file cannot be read");
	enum err e = subprocess_run(pool, &program, &result, why);
	/* Where the system reaps our children there is no status, and what was written must tell. */
	if (e == ERR_OK && result.exit_status != 0 && result.exit_status != SUBPROCESS_STATUS_UNKNOWN
		&& result.exit_status != PICTURE_TOO_LARGE)
		return explain(why, ERR_INVALID, "it is no picture that can be read");
	*out = result.output;
	return e;
}

/* "image/jpeg 640 480\n" and the bytes. */
static enum err picture_take(struct str answer, struct picture *out, struct explain *why)
{
	static const char *const types[] = { "image/jpeg", "image/png" };
	struct str line = str_take_until(&answer, '\n'), type = str_take_until(&line, ' '),
		   width = str_take_until(&line, ' ');
	int64_t w, h;
	*out = (struct picture){ .type = NULL };
	if (str_equal(type, STR(PICTURE_TOO_LARGE_TEXT)))
		return explain(why, ERR_TOO_LARGE, "the picture has too many pixels");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, str_of(types[i])))
			out->type = types[i];
	if (!out->type || !str_to_i64(width, &w) || !str_to_i64(line, &h) || w <= 0 || h <= 0 || w > 20000 || h > 20000
		|| str_is_empty(answer))
		return explain(why, ERR_INVALID, "the picture could not be made smaller");
	out->width = (int)w;
	out->height = (int)h;
	out->bytes = answer;
	return ERR_OK;
}

/* 0 when it is not told. */
static int picture_pages(struct pool *pool, int fd)
{
	static const char *const argv[] = { "pdfinfo", "-", NULL };
	static const struct str label = { "Pages:", 6 };
	struct explain why;
	struct str words;
	int64_t n = 0;
	if (picture_run(pool, argv, "poppler-utils", fd, &words, &why) != ERR_OK)
		return 0;
	while (words.n) {
		struct str line = str_take_until(&words, '\n');
		if (str_has_prefix(line, label))
			(void)str_to_i64(str_trim((struct str){ line.p + label.n, line.n - label.n }), &n);
	}
	return n > 0 && n < 1000000 ? (int)n : 0;
}

static enum err picture_of_page(struct pool *pool, int fd, struct picture *out, struct explain *why)
{
	static const char *const argv[] = { "pdftoppm", "-jpeg", "-singlefile", "-f", "1", "-l", "1", "-scale-to",
		"640", "-", NULL };
	struct str bytes;
	enum err e = picture_run(pool, argv, "poppler-utils", fd, &bytes, why);
	*out = (struct picture){ .type = "image/jpeg", .bytes = bytes };
	if (e == ERR_OK && !str_has_prefix(bytes, STR("\xff\xd8")))
		return explain(why, ERR_INVALID, "the document has no first page that can be shown");
	if (e == ERR_OK)
		out->pages = picture_pages(pool, fd);
	return e;
}

enum err picture_make(struct pool *pool, const char *program, enum picture_use use, struct str type, int fd,
	struct picture *out, struct explain *why)
{
	static const char *const uses[] = {
		[PICTURE_PREVIEW] = "preview", [PICTURE_SEND] = "send", [PICTURE_LOGO] = "logo"
	};
	const char *const argv[] = { program, uses[use], NULL };
	struct str answer;
	if (str_equal(type, STR("application/pdf")))
		return picture_of_page(pool, fd, out, why);
	enum err e = picture_run(pool, argv, "deskbell", fd, &answer, why);
	return e == ERR_OK ? picture_take(answer, out, why) : e;
}
