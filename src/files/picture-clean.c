/*
 * picture-clean.c - a picture as it goes out.
 *
 * Decides whether a picture is encoded again, and puts what came of it in the place of the file that is being written.
 * Never fails for what is no picture.
 */
#include "files/picture-clean.h"

#include "files/picture-head.h"
#include "files/picture.h"

#include <unistd.h>

#define HEAD_BYTES 65536 /* of a picture, which tell whether it holds notes of a camera */
#define SIDE_MAX 2560

static bool picture_clean_is_plain(struct pool *pool, int fd)
{
	struct picture_head head;
	char *bytes = pool_alloc(pool, HEAD_BYTES);
	ssize_t n = pread(fd, bytes, HEAD_BYTES, 0);
	struct str beginning = { bytes, n > 0 ? (size_t)n : 0 };
	return picture_is_plain(beginning) && picture_head_read(beginning, &head) && head.width <= SIDE_MAX
	       && head.height <= SIDE_MAX;
}

enum err picture_clean(struct pool *pool, const struct conf *conf, const char *program, struct str type,
	struct file_writer **writer, struct str *head)
{
	struct picture picture;
	struct explain why = { "" };
	struct file_writer *clean;
	if (!picture_is_read(program, type) || str_equal(type, STR("image/gif"))
		|| picture_clean_is_plain(pool, file_writer_file(*writer)))
		return ERR_OK;
	enum err e = picture_make(pool, program, PICTURE_SEND, type, file_writer_file(*writer), &picture, &why);
	if (e == ERR_TOO_LARGE)
		return e;
	if (e != ERR_OK || file_writer_begin(conf, conf->files_max_bytes, &clean, &why) != ERR_OK)
		return ERR_OK;
	file_writer_add(clean, picture.bytes);
	file_writer_drop(*writer);
	*writer = clean;
	*head = picture.bytes;
	return ERR_OK;
}
