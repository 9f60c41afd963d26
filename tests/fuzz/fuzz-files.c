/*
 * fuzz-files.c - the readers of files that customers and operators send: what a file is, heads and notes of pictures,
 * notes of videos, recordings of browsers, bodies of forms with files, and where a platform says that a file is.
 */
#include "fuzz.h"

#include "channel/telegram/telegram.h"
#include "channel/whatsapp/whatsapp.h"
#include "core/buf.h"
#include "core/net/http-url.h"
#include "files/media-type.h"
#include "files/picture-head.h"
#include "files/picture-strip.h"
#include "files/video-strip.h"
#include "files/voice-note.h"
#include "http/multipart.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define OUTPUT_MAX (4u << 20)
#define OGG_HEAD_BYTES 27

const char *const fuzz_picture_tokens[] = { "\xff\xd8", "\xff\xe1", "\xff\xe2", "\xff\xfe", "\xff\xda", "\xff\xd9",
	"\xff\xff", "Exif", "MM", "II", "RIFF", "WEBP", "VP8X", "VP8L", "EXIF", "XMP ", "\x89PNG\r\n\x1a\n", "IHDR",
	"IDAT", "IEND", "tEXt", "eXIf", "GIF89a", "ftypheic", "\x7f\xff\xff\xff", "\xff\xff\xff\xff", NULL };
const char *const fuzz_recording_tokens[] = { "\x1a\x45\xdf\xa3", "\x18\x53\x80\x67", "\x16\x54\xae\x6b", "\xae",
	"\x86", "A_OPUS", "\x63\xa2", "OpusHead", "\x1f\x43\xb6\x75", "\xa0", "\xa1", "\xa3", "\x81", "\x40\x7f",
	"\x10", "\x01", "\xff", "\x7f\xff", "\xfc\xff\xfe", NULL };
const char *const fuzz_video_tokens[] = { "\0\0\0\x08", "\0\0\0\x10", "\0\0\0\x01", "\xff\xff\xff\xff", "ftypisom",
	"moov", "mvhd", "trak", "mdia", "hdlr", "meta", "vide", "minf", "stbl", "stsz", "stsc", "stco", "co64", "mdat",
	"udta", "\xa9xyz", "loci", "uuid", "free", "skip", "mvex", "moof", NULL };
const char *const fuzz_upload_tokens[] = { "--b\r\n", "\r\n--b", "--b--\r\n", "\r\n\r\n", "\r\n", "\r", "--",
	"; name=\"x\"", "; filename=\"y\"", "; filename=\"\"", "Content-Disposition: form-data",
	"Content-Type: image/jpeg", "\"", "\\\"", NULL };

static bool fuzz_files_collect(void *arg, struct str piece)
{
	struct buf *out = arg;
	buf_add_str(out, piece);
	return out->err == ERR_OK;
}

static struct str fuzz_files_strip(struct pool *pool, struct str input, bool *good)
{
	struct buf out;
	buf_init(&out, OUTPUT_MAX);
	*good = picture_strip(input, fuzz_files_collect, &out);
	return pool_take(pool, &out);
}

/* A name of a type has its ending; a picture without its notes is as large, holds none, and stays so. */
const char *fuzz_read_picture(struct pool *pool, struct str input)
{
	struct picture_head before, after;
	bool good, again;
	struct str type = str_of(media_type_of(str_cut(input, MEDIA_TYPE_BYTES)));
	if (media_type_is_shown(type) && !*media_type_extension(type))
		return "a type without an ending";
	bool known = picture_head_read(input, &before);
	struct str plain = fuzz_files_strip(pool, input, &good);
	(void)picture_is_plain(input);
	if (!good)
		return NULL;
	if (plain.n > input.n + 36)
		return "a picture without its notes is larger than it was";
	bool is_known = picture_head_read(plain, &after);
	if (is_known != known
		|| (known
			&& (before.width != after.width || before.height != after.height
				|| before.orientation != after.orientation)))
		return "a picture without its notes is another one";
	return str_equal(fuzz_files_strip(pool, plain, &again), plain) && again ? NULL : "a note is left";
}

/* A video without its notes is as long as it was, is of the same type, and stays so; nothing of a place is left. */
const char *fuzz_read_video(struct pool *pool, struct str input)
{
	struct buf out, again;
	buf_init(&out, OUTPUT_MAX);
	buf_init(&again, OUTPUT_MAX);
	if (!video_strip(pool, input, fuzz_files_collect, &out)) {
		buf_fini(&out);
		return NULL;
	}
	struct str plain = pool_take(pool, &out);
	bool good = video_strip(pool, plain, fuzz_files_collect, &again);
	struct str same = pool_take(pool, &again);
	if (plain.n != input.n)
		return "a video without its notes is of another length";
	if (strcmp(media_type_of(str_cut(plain, MEDIA_TYPE_BYTES)), media_type_of(str_cut(input, MEDIA_TYPE_BYTES)))
		!= 0)
		return "a video without its notes is of another type";
	return good && str_equal(plain, same) ? NULL : "a note is left";
}

/* The pages of an Ogg file follow each other, the first says that it begins and the last that it ends. */
static const char *fuzz_files_check_ogg(struct str ogg)
{
	int flags = 0;
	for (uint32_t n = 0; ogg.n; n++) {
		if (ogg.n < OGG_HEAD_BYTES || memcmp(ogg.p, "OggS", 5) != 0)
			return "what was written is no page of Ogg";
		size_t laces = (unsigned char)ogg.p[26], whole = OGG_HEAD_BYTES + laces;
		for (size_t i = 0; i < laces && whole <= ogg.n; i++)
			whole += (unsigned char)ogg.p[OGG_HEAD_BYTES + i];
		flags = (unsigned char)ogg.p[5];
		if (whole > ogg.n || (flags & 2) != (n == 0 ? 2 : 0) || (unsigned char)ogg.p[18] != (n & 0xff))
			return "a page is cut off, or in the wrong place";
		ogg = (struct str){ ogg.p + whole, ogg.n - whole };
	}
	return flags & 4 ? NULL : "the last page does not say so";
}

const char *fuzz_read_recording(struct pool *pool, struct str input)
{
	int channels = voice_note_channels(input), told = voice_note_channels(str_cut(input, MEDIA_TYPE_BYTES));
	if (channels < 0 || channels > 2 || (told && told != channels))
		return "a number of channels that is none, or another by the first bytes";
	struct voice_note note;
	struct explain why = { "" };
	struct buf out;
	int fd = memfd_create("recording", MFD_CLOEXEC);
	if (fd < 0 || write(fd, input.p, input.n) != (ssize_t)input.n)
		return "there is no file to read from";
	buf_init(&out, OUTPUT_MAX);
	enum err e = voice_note_remux(fd, fuzz_files_collect, &out, &note, &why);
	close(fd);
	struct str ogg = pool_take(pool, &out);
	if (e != ERR_OK)
		return *why.text && str_is_utf8(str_of(why.text)) ? NULL : "an error without words";
	if (note.duration_ms < 0)
		return "it takes less than no time";
	if (voice_note_channels(ogg) != 1)
		return "what was written is not mono";
	return fuzz_files_check_ogg(ogg);
}

/* ---- where a file is ---- */

const char *const fuzz_address_tokens[] = { "\"url\":", "\"https://", "lookaside.fbsbx.com", ".fbsbx.com", "@", ":443",
	"/", "\\u0000", "\\u0009", "..", "%2e%2e", "?", "#", "\"sha256\":", "\"file_size\":-1",
	"\"file_path\":", "\"ok\":true", "\"result\":{", "{", "}", ",", "http://graph.example", "evil.example/", "\\",
	NULL };

static const char *fuzz_files_check_address(const struct file_address *at)
{
	if (at->outcome != FILE_FOUND)
		return at->code ? NULL : "no reason why there is no file";
	if (at->bytes < 0 || (at->sha256.n && at->sha256.n != 64))
		return "a size or digest that is none";
	return at->download.url && str_is_utf8(str_of(at->download.url)) ? NULL : "no address";
}

static bool fuzz_files_is_metas(struct pool *pool, const char *address)
{
	struct http_url url;
	return http_url_parse(pool, NULL, str_of(address), &url) && url.is_https && !url.has_user
	       && (str_equal(url.host, STR("graph.example")) || str_has_suffix(url.host, STR(".fbsbx.com")));
}

static bool fuzz_files_is_below(struct pool *pool, const char *address, struct str folder)
{
	struct http_url url;
	return http_url_parse(pool, NULL, str_of(address), &url) && str_has_prefix(url.url, folder)
	       && !strchr(address, '?') && !strchr(address, '#');
}

/* The token is shown to Meta's hosts only, and a path of Telegram stays below the one of files. */
const char *fuzz_read_address(struct pool *pool, struct str input)
{
	static const struct conf conf = { .graph_base_url = "https://graph.example",
		.telegram_base_url = "https://bot.example" };
	struct channel channel = { .org_id = 1, .id = 2 };
	struct http_response response = { .outcome = HTTP_ANSWERED, .status = 200, .body = input };
	struct file_address at;
	for (int i = 0; i < CHANNEL_FIELDS_MAX; i++)
		channel.secret[i] = secret_in_pool(pool, STR("1:token"));
	whatsapp_judge_file_address(pool, &conf, &channel, &response, &at);
	const char *wrong = fuzz_files_check_address(&at);
	if (!wrong && at.outcome == FILE_FOUND && !fuzz_files_is_metas(pool, at.download.url))
		wrong = "the token is shown to a stranger";
	if (wrong)
		return wrong;
	telegram_judge_file_address(pool, &conf, &channel, &response, &at);
	wrong = fuzz_files_check_address(&at);
	if (!wrong && at.outcome == FILE_FOUND
		&& !fuzz_files_is_below(pool, at.download.url, STR("https://bot.example/file/bot1:token/")))
		wrong = "a path that leads elsewhere";
	return wrong;
}

/* ---- forms with files ---- */

struct fuzz_upload {
	struct buf seen; /* what came of it, as text */
	int depth;
	const char *broken;
};

static bool fuzz_files_begin(void *arg, const struct param *head)
{
	struct fuzz_upload *u = arg;
	if (u->depth++)
		u->broken = "a file begins within another";
	buf_addf(&u->seen, "<%.*s|%.*s>", (int)head->name.n, head->name.p, (int)head->file_name.n, head->file_name.p);
	return true;
}

static bool fuzz_files_add(void *arg, struct str piece)
{
	struct fuzz_upload *u = arg;
	if (u->depth != 1)
		u->broken = "bytes of no file";
	buf_add_str(&u->seen, piece);
	return true;
}

static bool fuzz_files_end(void *arg)
{
	struct fuzz_upload *u = arg;
	if (--u->depth)
		u->broken = "a file ends that did not begin";
	buf_add_cstr(&u->seen, "</>");
	return true;
}

static struct str fuzz_files_upload(struct pool *pool, struct str body, size_t piece, bool *good, const char **broken)
{
	struct fuzz_upload u = { .depth = 0 };
	struct params fields;
	struct multipart m;
	const struct multipart_files files = {
		.begin = fuzz_files_begin, .add = fuzz_files_add, .end = fuzz_files_end, .arg = &u
	};
	buf_init(&u.seen, OUTPUT_MAX);
	*good = multipart_begin(&m, pool, STR("multipart/form-data; boundary=b"), &files, &fields);
	bool begun = *good;
	for (size_t at = 0; at < body.n && *good; at += piece)
		*good = multipart_take(&m, (struct str){ body.p + at, body.n - at < piece ? body.n - at : piece });
	if (begun && !multipart_finish(&m))
		*good = false;
	for (int i = 0; *good && i < fields.n; i++)
		buf_addf(&u.seen, "[%.*s=%.*s]", (int)fields.items[i].name.n, fields.items[i].name.p,
			(int)fields.items[i].value.n, fields.items[i].value.p);
	*broken = u.broken;
	return pool_take(pool, &u.seen);
}

/* In whatever pieces a body comes, it holds the same fields and files. */
const char *fuzz_read_upload(struct pool *pool, struct str input)
{
	static const size_t pieces[] = { 1, 7, 4096 };
	const char *broken;
	bool good, other;
	struct str whole = fuzz_files_upload(pool, input, SIZE_MAX, &good, &broken);
	for (size_t i = 0; !broken && i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct str same = fuzz_files_upload(pool, input, pieces[i], &other, &broken);
		if (!broken && (other != good || (good && !str_equal(whole, same))))
			return "in pieces it is something else";
	}
	return broken;
}
