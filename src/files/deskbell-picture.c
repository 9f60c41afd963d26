/*
 * deskbell-picture.c - the process that reads pictures: standard input to standard output, within the limits it was
 * started with (picture.c).
 *
 * The only file that knows libgd, which reads what phones and shops send (JPEG, PNG, GIF, WebP, HEIC where its libheif
 * does) with a small interface and few dependencies; libvips would bring GLib, ImageMagick formats that no platform
 * sends. It unpacks a whole picture into memory, so the size that the picture claims is looked at before. Never writes
 * a file.
 */
#include "files/picture.h"

#include "core/buf.h"
#include "core/process/process.h"
#include "files/media-type.h"
#include "files/picture-head.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INPUT_MAX_BYTES (64u << 20)
#define PIXELS_MAX 50000000

#include <gd.h>

static void deskbell_picture_hush(int priority, const char *format, va_list args)
{
	(void)priority, (void)format, (void)args; /* what it says of a stranger's bytes belongs into no log */
}

static gdImagePtr deskbell_picture_decode(struct str type, struct str bytes)
{
	void *data = (void *)(uintptr_t)bytes.p;
	int n = (int)bytes.n;
	if (str_equal(type, STR("image/jpeg")))
		return gdImageCreateFromJpegPtr(n, data);
	if (str_equal(type, STR("image/png")))
		return gdImageCreateFromPngPtr(n, data);
	if (str_equal(type, STR("image/gif")))
		return gdImageCreateFromGifPtr(n, data);
	if (str_equal(type, STR("image/webp")))
		return gdImageCreateFromWebpPtr(n, data);
	return str_equal(type, STR("image/heic")) ? gdImageCreateFromHeifPtr(n, data) : NULL;
}

/* A picture of its own with at most `side` pixels each way; `clear`: what is transparent stays so, else it is white. */
static gdImagePtr deskbell_picture_fit(gdImagePtr from, int side, bool clear)
{
	int w = gdImageSX(from), h = gdImageSY(from), most = w > h ? w : h;
	int to_w = most > side ? (int)((int64_t)w * side / most) : w,
	    to_h = most > side ? (int)((int64_t)h * side / most) : h;
	gdImagePtr to = gdImageCreateTrueColor(to_w > 0 ? to_w : 1, to_h > 0 ? to_h : 1);
	if (!to)
		return NULL;
	gdImageAlphaBlending(to, clear ? 0 : 1);
	gdImageSaveAlpha(to, clear ? 1 : 0);
	if (!clear)
		gdImageFilledRectangle(to, 0, 0, gdImageSX(to), gdImageSY(to), gdTrueColor(255, 255, 255));
	gdImageCopyResampled(to, from, 0, 0, 0, 0, gdImageSX(to), gdImageSY(to), w, h);
	return to;
}

/* The right way round: EXIF's eight cases are a mirror, then a turn. */
static gdImagePtr deskbell_picture_turn(gdImagePtr image, int orientation)
{
	static const float degrees[] = { [3] = 180, [4] = 180, [5] = 90, [6] = 270, [7] = 270, [8] = 90 };
	bool mirrored = orientation == 2 || orientation == 4 || orientation == 5 || orientation == 7;
	if (mirrored)
		gdImageFlipHorizontal(image);
	if (orientation < 3 || orientation > 8)
		return image;
	gdImagePtr turned = gdImageRotateInterpolated(image, degrees[orientation], gdTrueColor(255, 255, 255));
	gdImageDestroy(image);
	return turned;
}

static int deskbell_picture_answer(gdImagePtr image, bool as_png, int quality)
{
	int n = 0;
	void *bytes = as_png ? gdImagePngPtr(image, &n) : gdImageJpegPtr(image, &n, quality);
	bool good = bytes && n > 0
		    && printf("%s %d %d\n", as_png ? "image/png" : "image/jpeg", gdImageSX(image), gdImageSY(image)) > 0
		    && fwrite(bytes, 1, (size_t)n, stdout) == (size_t)n && fflush(stdout) == 0;
	gdFree(bytes);
	return good ? 0 : 1;
}

/* What is asked for, by its word. */
static const struct made {
	const char *word;
	int side, quality;
	bool png_stays, always_png;
} uses[] = { { "preview", 640, 78, false, false }, { "send", 2560, 88, true, false }, { "logo", 160, 0, true, true } };
#define USES (sizeof(uses) / sizeof(uses[0]))

static int deskbell_picture(struct str bytes, const struct made *use)
{
	struct picture_head head;
	struct str type = str_of(media_type_of(bytes));
	bool is_png = str_equal(type, STR("image/png")), known = picture_head_read(bytes, &head);
	if (!known && !str_equal(type, STR("image/heic")))
		return PICTURE_NONE;
	if (known && head.width * head.height > PIXELS_MAX)
		return puts(PICTURE_TOO_LARGE_TEXT) < 0 ? 1 : PICTURE_TOO_LARGE;
	gdSetErrorMethod(deskbell_picture_hush);
	gdImagePtr image = deskbell_picture_decode(type, bytes);
	if (!image)
		return PICTURE_NONE;
	bool as_png = use->always_png || (use->png_stays && is_png);
	gdImagePtr fitted = deskbell_picture_fit(image, use->side, as_png);
	gdImageDestroy(image);
	if (fitted)
		fitted = deskbell_picture_turn(fitted, head.orientation);
	if (!fitted)
		return PICTURE_NONE;
	int status = deskbell_picture_answer(fitted, as_png, use->quality);
	gdImageDestroy(fitted);
	return status;
}

static const struct made *deskbell_picture_use(const char *word)
{
	for (size_t i = 0; i < USES; i++)
		if (!strcmp(uses[i].word, word))
			return &uses[i];
	return NULL;
}

/* "preview", "send" or "logo"; everything else about it is picture.c's. */
int main(int argc, char **argv)
{
	struct buf input;
	ssize_t n = 1;
	process_protect();
	const struct made *use = argc == 2 ? deskbell_picture_use(argv[1]) : NULL;
	if (process_is_cgi() || !use)
		return 1;
	buf_init(&input, INPUT_MAX_BYTES);
	while (n > 0) {
		char *room = buf_reserve(&input, 65536);
		n = room ? read(0, room, 65536) : -1;
		if (n > 0)
			buf_commit(&input, (size_t)n);
	}
	int status = n < 0 || input.len == 0 ? PICTURE_NONE : deskbell_picture(buf_str(&input), use);
	buf_fini(&input);
	return status;
}
