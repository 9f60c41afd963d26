/*
 * telegram-files.c - the files of a customer's message: what Telegram says of them, and how they are fetched.
 *
 * Never fetches itself: it fills requests and judges responses. The address of a download holds the bot's token, so it
 * lies in wiped memory and is never logged or stored. Source: Telegram, "Bot API": PhotoSize, Animation, Audio,
 * Document, Video, VideoNote, Voice, Sticker, getFile (20 MB at most).
 */
#include "channel/telegram/telegram.h"

#define ID_MAX_BYTES 256

/* The order matters: an animation also comes as a document. */
static const struct {
	const char *member, *kind, *mime_type;
} holders[] = { { "animation", "video", "video/mp4" }, { "video", "video", "video/mp4" },
	{ "video_note", "video", "video/mp4" }, { "audio", "audio", "audio/mpeg" }, { "voice", "voice", "audio/ogg" },
	{ "document", "document", NULL }, { "sticker", "sticker", NULL }, { "photo", "image", "image/jpeg" } };

static bool telegram_files_is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] == '"' || id.p[i] == '\\' || (unsigned char)id.p[i] >= 0x7f)
			return false;
	return id.n > 0 && id.n <= ID_MAX_BYTES;
}

/* A photo comes in several sizes: the one with the most pixels. */
static const struct json *telegram_files_largest(const struct json *sizes)
{
	const struct json *largest = NULL;
	int64_t most = -1;
	for (size_t i = 0; i < json_length(sizes) && i < 32; i++) {
		int64_t width = 0, height = 0;
		const struct json *size = json_at(sizes, i);
		if (!json_i64(json_get(size, "width"), &width) || !json_i64(json_get(size, "height"), &height)
			|| width < 0 || height < 0 || width > 1 << 20 || height > 1 << 20)
			width = height = 0;
		if (width * height > most) {
			most = width * height;
			largest = size;
		}
	}
	return largest;
}

static struct str telegram_files_mime(const struct json *held, const char *fallback)
{
	struct str own = json_str(json_get(held, "mime_type"));
	if (!str_is_empty(own))
		return str_trim(str_take_until(&own, ';'));
	if (!fallback && json_get(held, "is_animated"))
		return json_bool(json_get(held, "is_animated"), false) ? STR("application/x-tgsticker")
		       : json_bool(json_get(held, "is_video"), false)  ? STR("video/webm")
								       : STR("image/webp");
	return fallback ? str_of(fallback) : STR_NONE;
}

static int64_t telegram_files_number(const struct json *held, const char *name)
{
	int64_t n;
	return json_i64(json_get(held, name), &n) && n > 0 && n <= INT32_MAX ? n : 0;
}

void telegram_list_files(struct pool *pool, const struct json *message, struct inbound *item)
{
	size_t i = 0, n = sizeof(holders) / sizeof(holders[0]);
	while (i < n && !json_get(message, holders[i].member))
		i++;
	if (i == n)
		return;
	const struct json *held = json_get(message, holders[i].member);
	if (json_kind(held) == JSON_ARRAY)
		held = telegram_files_largest(held);
	struct str id = json_text(pool, json_get(held, "file_id"));
	if (!telegram_files_is_id(id))
		return;
	item->files[item->n_files++] = (struct inbound_file){ .kind = holders[i].kind,
		.id = id,
		.mime_type = telegram_files_mime(held, holders[i].mime_type),
		.name = json_str(json_get(held, "file_name")),
		.bytes = telegram_files_number(held, "file_size"),
		.duration_s = telegram_files_number(held, "duration"),
		.width = telegram_files_number(held, "width"),
		.height = telegram_files_number(held, "height") };
}

enum err telegram_build_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	struct str id, struct http_request *out)
{
	struct buf b;
	struct json_writer w;
	if (!telegram_files_is_id(id))
		return ERR_INVALID;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "file_id", id);
	json_end_object(&w);
	struct str body = pool_take(pool, &b);
	return telegram_request(pool, conf, channel, "getFile", body, (int)conf->outbox_timeout_ms, out);
}

/* What the Bot API calls the path of a file: segments of harmless characters. */
static bool telegram_files_is_path(struct str path)
{
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];
		bool harmless = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
				|| c == '-' || c == '.' || c == '/';
		if (!harmless || (c == '.' && i + 1 < path.n && path.p[i + 1] == '.'))
			return false;
	}
	return path.n > 0 && path.n <= 512 && path.p[0] != '/';
}

/* The address that downloads a path of getFile, in wiped memory. */
static const char *telegram_files_url(
	struct pool *pool, const struct conf *conf, const struct channel *channel, struct str path)
{
	struct buf url;
	buf_init(&url, 8192);
	buf_addf(&url, "%s/file/bot", conf->telegram_base_url);
	buf_add_str(&url, secret_bytes(channel->secret[TELEGRAM_TOKEN]));
	buf_addf(&url, "/%.*s", (int)path.n, path.p);
	const char *kept = secret_bytes(secret_in_pool(pool, buf_str(&url))).p;
	secret_wipe(url.data, url.len);
	buf_fini(&url);
	return kept;
}

void telegram_judge_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct http_response *response, struct file_address *out)
{
	const struct json *body = NULL;
	*out = (struct file_address){ .outcome = FILE_RETRY, .code = "no_answer" };
	if (response->outcome != HTTP_ANSWERED || json_parse(pool, response->body, &body, NULL) != ERR_OK)
		return;
	struct str path = json_str(json_path(body, "result", "file_path", NULL));
	struct str description = json_str(json_get(body, "description"));
	if (json_bool(json_get(body, "ok"), false) && telegram_files_is_path(path)) {
		*out = (struct file_address){ .outcome = FILE_FOUND,
			.bytes = telegram_files_number(json_get(body, "result"), "file_size"),
			.download = { .method = "GET",
				.url = telegram_files_url(pool, conf, channel, path),
				.timeout_ms = (int)conf->files_timeout_s * 1000 } };
	} else if (response->status == 400) {
		bool too_big = str_has_suffix(description, STR("file is too big"));
		*out = (struct file_address){ .outcome = FILE_LOST, .code = too_big ? "too_large" : "expired" };
	} else if (response->status == 401 || response->status == 404) {
		out->code = "refused";
	}
}
