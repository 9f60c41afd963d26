/*
 * cmd-reply.c - `deskbellctl reply attach` and `reply detach`: the file or place that a skill, a canned reply or the
 * fallback takes along.
 *
 * The file goes into the store first and is named in the database then; what is left of one that is not named is
 * removed by the sender.
 */
#include "channel/reply-content.h"
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "files/media-type.h"
#include "files/picture-clean.h"
#include "files/picture.h"
#include "core/process/place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define NAME_MAX_BYTES 150
#define PIECE_BYTES 65536

#define ARGS_OF_REPLY \
	ARG_THE_ORG, { ARG_OPTION, "skill", "TITLE", false, SHAPE_ANY, NULL, "the skill" }, \
		{ ARG_OPTION, "canned", "SHORTCUT", false, SHAPE_ANY, NULL, "the canned reply" }, \
	{ \
		ARG_FLAG, "fallback", NULL, false, SHAPE_ANY, NULL, "the reply when nothing answers" \
	}

const struct arg_spec ctl_reply_attach_args[] = { ARGS_OF_REPLY,
	{ ARG_OPTION, "place", "LAT,LON", false, SHAPE_ANY, NULL, "a place, as 41.0082,28.9784" },
	{ ARG_OPTION, "name", "NAME", false, SHAPE_ANY, NULL, "the name of the place, or of the file" },
	{ ARG_WORD, "FILE", NULL, false, SHAPE_ANY, NULL, "the file" }, ARG_LAST };
const struct arg_spec ctl_reply_detach_args[] = { ARGS_OF_REPLY, ARG_LAST };

struct reply_change {
	int64_t org;
	const char *owner;
	int64_t owner_id;
	struct reply_content content;
	bool detaches, found;
};

/* ---- which reply ---- */

static enum err cmd_reply_choose(struct ctl *ctl, struct reply_change *c)
{
	const char *skill = arg_text(ctl, "skill"), *canned = arg_text(ctl, "canned");
	bool fallback = arg_flag(ctl, "fallback");
	c->org = arg_number(ctl, "org");
	if ((skill != NULL) + (canned != NULL) + fallback != 1)
		return explain(&ctl->why, ERR_USAGE, "name the reply: one of --skill, --canned and --fallback");
	c->owner = skill ? REPLY_OF_SKILL : canned ? REPLY_OF_CANNED : REPLY_OF_FALLBACK;
	return ERR_OK;
}

/* Inside a transaction: the number of the skill or canned reply. */
static enum err cmd_reply_find(struct ctl *ctl, struct reply_change *c)
{
	struct sql_skill_of_title_rows skill = { .n = 0 };
	struct sql_canned_reply_of_shortcut_rows canned = { .n = 0 };
	const char *title = arg_text(ctl, "skill"), *shortcut = arg_text(ctl, "canned");
	enum err e = ERR_OK;
	if (title)
		e = sql_skill_of_title(ctl->db, ctl->pool, c->org, str_of(title), &skill);
	else if (shortcut)
		e = sql_canned_reply_of_shortcut(ctl->db, ctl->pool, c->org, str_of(shortcut), &canned);
	if (e != ERR_OK)
		return e;
	if (title && skill.n > 0)
		c->owner_id = sql_skill_of_title_row(&skill, 0).id;
	else if (shortcut && canned.n > 0)
		c->owner_id = sql_canned_reply_of_shortcut_row(&canned, 0).id;
	else if (title)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"there is no skill with this title in organisation %lld: 'deskbellctl skill list' names them",
			(long long)c->org);
	else if (shortcut)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"there is no canned reply with this shortcut in organisation %lld: the desk lists them under "
			"Settings",
			(long long)c->org);
	return ERR_OK;
}

static enum err cmd_reply_store(struct ctl *ctl, void *arg)
{
	struct reply_change *c = arg;
	struct sql_reply_content_remove_rows removed = { .n = 0 };
	enum err e = cmd_reply_find(ctl, c);
	if (e == ERR_OK)
		e = c->detaches ? sql_reply_content_remove(
			    ctl->db, ctl->pool, c->org, str_of(c->owner), c->owner_id, &removed)
				: reply_content_set(ctl->db, ctl->pool, c->org, c->owner, c->owner_id, &c->content);
	c->found = removed.n > 0;
	if (e != ERR_OK || (c->detaches && !c->found))
		return e;
	return ctl_audit(ctl, c->org, c->detaches ? "reply_content.remove" : "reply_content.set",
		pool_printf(ctl->pool, "{\"of\":\"%s\",\"id\":%lld}", c->owner, (long long)c->owner_id));
}

/* ---- the file ---- */

static enum err cmd_reply_copy(struct ctl *ctl, int fd, struct file_writer *writer, struct buf *head)
{
	char *piece = pool_alloc(ctl->pool, PIECE_BYTES);
	for (;;) {
		ssize_t n = read(fd, piece, PIECE_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return explain(&ctl->why, ERR_IO, "the file cannot be read: %s", strerror(errno));
		if (n == 0)
			return ERR_OK;
		size_t room = MEDIA_TYPE_BYTES - head->len;
		buf_add(head, piece, (size_t)n < room ? (size_t)n : room);
		if (!file_writer_add(writer, (struct str){ piece, (size_t)n }))
			return ERR_OK; /* file_writer_keep says why */
	}
}

static enum err cmd_reply_refuse(struct ctl *ctl, struct str type, int64_t max_bytes, const struct channel_ops *misfit)
{
	if (max_bytes)
		return explain(&ctl->why, ERR_TOO_LARGE,
			"the file is too large for %s, which takes at most %lld MB of it", misfit->title,
			(long long)(max_bytes / 1000000));
	return explain(&ctl->why, ERR_INVALID,
		"%s does not take such a file (%.*s) together with a text: choose a JPEG or PNG picture, an MP4 video, "
		"a "
		"PDF or an office document",
		misfit->title, OUT_STR(type));
}

/* The last part of the path, without what could be taken for one. */
static struct str cmd_reply_name(struct ctl *ctl, const char *path)
{
	const char *slash = strrchr(path, '/'), *given = arg_text(ctl, "name");
	struct str name = str_of(given ? given : slash ? slash + 1 : path);
	return str_cut(out_safe(ctl->pool, name), NAME_MAX_BYTES);
}

/* Also into the content. */
static struct file_facts cmd_reply_measure(
	struct ctl *ctl, struct reply_change *c, const struct file_writer *writer, struct str head)
{
	struct reply_content *content = &c->content;
	struct picture_head picture;
	content->bytes = file_writer_bytes(writer);
	content->type = str_of(media_type_named(head, content->name));
	if (picture_clean_size(ctl->pool, file_writer_file(writer), &picture)) {
		content->width = picture.width;
		content->height = picture.height;
	}
	return (struct file_facts){
		.type = content->type, .bytes = content->bytes, .width = content->width, .height = content->height
	};
}

static enum err cmd_reply_keep(
	struct ctl *ctl, struct reply_change *c, struct file_writer *writer, struct str head, const char *path)
{
	struct file_key key;
	int64_t max_bytes = 0;
	c->content.name = cmd_reply_name(ctl, path);
	struct str type = str_of(media_type_named(head, c->content.name));
	enum err e = picture_clean(
		ctl->pool, &ctl->conf, picture_program(ctl->pool, place_program(ctl->pool)), type, &writer, &head);
	const struct file_facts facts = cmd_reply_measure(ctl, c, writer, head);
	const struct channel_ops *misfit = e == ERR_OK ? reply_content_misfit(&facts, &max_bytes) : NULL;
	if (e == ERR_OK && c->content.bytes == 0)
		e = explain(&ctl->why, ERR_INVALID, "the file is empty: choose another one");
	else if (e == ERR_TOO_LARGE)
		e = explain(&ctl->why, e, "the picture has too many pixels: make it smaller first");
	else if (e != ERR_OK)
		e = explain(
			&ctl->why, e, "the picture cannot be written to files.dir: free some space, then try again");
	else if (misfit)
		e = cmd_reply_refuse(ctl, c->content.type, max_bytes, misfit);
	if (e != ERR_OK) {
		file_writer_drop(writer);
		return e;
	}
	c->content.sha256 = file_writer_digest(ctl->pool, writer);
	return file_writer_keep(writer, c->org, &key, &ctl->why);
}

static enum err cmd_reply_take_file(struct ctl *ctl, struct reply_change *c, const char *path)
{
	struct file_writer *writer;
	struct buf head;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return explain(&ctl->why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s cannot be opened: %s", path,
			strerror(errno));
	enum err e = file_writer_begin(&ctl->conf, ctl->conf.files_max_bytes, &writer, &ctl->why);
	buf_init(&head, MEDIA_TYPE_BYTES);
	if (e == ERR_OK)
		e = cmd_reply_copy(ctl, fd, writer, &head);
	close(fd);
	if (e == ERR_OK)
		e = cmd_reply_keep(ctl, c, writer, pool_take(ctl->pool, &head), path);
	else
		file_writer_drop(writer);
	return e;
}

/* ---- commands ---- */

enum err ctl_reply_attach(struct ctl *ctl)
{
	struct reply_change c = { .owner = NULL };
	const char *place = arg_text(ctl, "place"), *path = arg_text(ctl, "FILE"), *name = arg_text(ctl, "name");
	enum err e = cmd_reply_choose(ctl, &c);
	if (e != ERR_OK)
		return e;
	if (!place == !path)
		return explain(&ctl->why, ERR_USAGE, "name what goes along: a FILE, or a --place");
	if (place && !reply_content_read_place(str_of(place), &c.content.place))
		return explain(&ctl->why, ERR_USAGE, "--place is latitude and longitude, as 41.0082,28.9784");
	c.content.place.name = place ? str_of(name) : STR_NONE;
	if (path)
		e = cmd_reply_take_file(ctl, &c, path);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, c.org, cmd_reply_store, &c);
	if (e == ERR_OK)
		printf("It goes along with the reply from now on.\n");
	return e;
}

enum err ctl_reply_detach(struct ctl *ctl)
{
	struct reply_change c = { .detaches = true };
	enum err e = cmd_reply_choose(ctl, &c);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, c.org, cmd_reply_store, &c);
	if (e == ERR_OK)
		printf(c.found ? "Nothing goes along with the reply any more.\n"
			       : "Nothing went along with the reply.\n");
	return e;
}
