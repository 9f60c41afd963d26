/*
 * picture-clean.c - a picture or video as it goes out.
 *
 * Decides whether a picture is encoded again, and puts what came of it in the place of the file that is being written.
 * Never fails for what is neither.
 */
#include "files/picture-clean.h"

#include "files/media-type.h"
#include "files/picture-head.h"
#include "files/picture-strip.h"
#include "files/picture.h"
#include "files/video-strip.h"

#include <sys/mman.h>
#include <unistd.h>

#define HEAD_BYTES 65536 /* of a picture, which tell whether it holds notes of a camera */
#define SIDE_MAX 2560

static struct str picture_clean_beginning(struct pool *pool, int fd)
{
	char *bytes = pool_alloc(pool, HEAD_BYTES);
	ssize_t n = pread(fd, bytes, HEAD_BYTES, 0);
	return (struct str){ bytes, n > 0 ? (size_t)n : 0 };
}

bool picture_clean_size(struct pool *pool, int fd, struct picture_head *out)
{
	return picture_head_read(picture_clean_beginning(pool, fd), out);
}

static bool picture_clean_is_plain(struct pool *pool, int fd)
{
	struct picture_head head;
	struct str beginning = picture_clean_beginning(pool, fd);
	return picture_is_plain(beginning) && picture_head_read(beginning, &head) && head.width <= SIDE_MAX
	       && head.height <= SIDE_MAX;
}

/* What comes of a file without its notes: how much, and whether it is anything but the file itself. */
struct picture_tally {
	struct str file;
	int64_t kept;
	bool is_other;
};

static bool picture_clean_count(void *arg, struct str piece)
{
	struct picture_tally *tally = arg;
	tally->kept += (int64_t)piece.n;
	tally->is_other |= piece.p < tally->file.p || piece.p >= tally->file.p + tally->file.n;
	return true;
}

static bool picture_clean_notes(struct pool *pool, struct str file, bool (*put)(void *arg, struct str piece), void *arg)
{
	return picture_strip(file, put, arg) || video_strip(pool, file, put, arg);
}

static bool picture_clean_put(void *arg, struct str piece)
{
	return file_writer_add(arg, piece);
}

static void picture_clean_swap(
	struct pool *pool, struct file_writer **writer, struct file_writer *clean, struct str *head)
{
	char *bytes = pool_alloc(pool, MEDIA_TYPE_BYTES);
	ssize_t n = pread(file_writer_file(clean), bytes, MEDIA_TYPE_BYTES, 0);
	*head = (struct str){ bytes, n > 0 ? (size_t)n : 0 };
	file_writer_drop(*writer);
	*writer = clean;
}

/* Without being decoded; what holds no notes, or cannot be walked through, stays. Of what cannot be written the new
 * writer tells when it is to be kept (file-store.h): the notes must not go out instead. */
static enum err picture_clean_strip(
	struct pool *pool, const struct conf *conf, struct file_writer **writer, struct str *head)
{
	enum err e = ERR_OK;
	struct file_writer *clean;
	struct explain why = { "" };
	int64_t n = file_writer_bytes(*writer);
	void *map = n ? mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, file_writer_file(*writer), 0) : MAP_FAILED;
	if (map == MAP_FAILED)
		return n ? ERR_IO : ERR_OK;
	struct picture_tally tally = { .file = { map, (size_t)n } };
	if (picture_clean_notes(pool, tally.file, picture_clean_count, &tally) && (tally.is_other || tally.kept != n)
		&& (e = file_writer_begin(conf, conf->files_max_bytes, &clean, &why)) == ERR_OK) {
		(void)picture_clean_notes(pool, tally.file, picture_clean_put, clean);
		picture_clean_swap(pool, writer, clean, head);
	}
	munmap(map, (size_t)n);
	return e;
}

enum err picture_clean(struct pool *pool, const struct conf *conf, const char *program, struct str type,
	struct file_writer **writer, struct str *head)
{
	struct picture picture;
	struct explain why = { "" };
	struct file_writer *clean;
	bool is_read = picture_is_read(program, type) && !str_equal(type, STR("image/gif"))
		       && !picture_clean_is_plain(pool, file_writer_file(*writer));
	enum err e =
		is_read ? picture_make(pool, program, PICTURE_SEND, type, file_writer_file(*writer), &picture, &why)
			: ERR_NOT_FOUND;
	if (e == ERR_TOO_LARGE)
		return e;
	if (e != ERR_OK)
		return picture_clean_strip(pool, conf, writer, head);
	if ((e = file_writer_begin(conf, conf->files_max_bytes, &clean, &why)) == ERR_OK) {
		file_writer_add(clean, picture.bytes);
		picture_clean_swap(pool, writer, clean, head);
	}
	return e;
}
