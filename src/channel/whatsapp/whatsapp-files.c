/*
 * whatsapp-files.c - the files of a customer's message: what Meta says of them, and how they are fetched.
 *
 * Never fetches itself: it fills requests and judges responses. The access token goes to the Graph API and to Meta's
 * hosts of attachments only, whatever an answer says. Source: Meta, "Media" and "Media messages webhook" (2026): the
 * digest is base64 in a webhook and hexadecimal in the Graph API, an address lives five minutes, an id seven days.
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/pieces.h"

#define ID_MAX_BYTES 64
#define NO_DOWNLOAD 131052
#define SHA256_HEX_BYTES (2 * CRYPT_SHA256_BYTES)

static const struct {
	const char *member, *kind;
} holders[] = { { "image", "image" }, { "video", "video" }, { "audio", "audio" }, { "document", "document" },
	{ "sticker", "sticker" } };

static bool whatsapp_files_is_id(struct str id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	return id.n > 0 && id.n <= ID_MAX_BYTES;
}

/* The digest as 64 hexadecimal digits, from either form; absent when it is neither. */
static struct str whatsapp_files_digest(struct pool *pool, struct str text)
{
	unsigned char bytes[CRYPT_SHA256_BYTES];
	if (text.n == SHA256_HEX_BYTES && crypt_unhex(text, bytes, sizeof(bytes)))
		return text;
	struct buf decoded, hex;
	buf_init(&decoded, 64);
	buf_init(&hex, SHA256_HEX_BYTES + 1);
	struct str digest = STR_NONE;
	bool good = crypt_base64_decode(&decoded, text) || crypt_base64url_decode(&decoded, text);
	if (good && decoded.len == CRYPT_SHA256_BYTES) {
		crypt_hex(&hex, buf_str(&decoded));
		digest = pool_str(pool, buf_str(&hex));
	}
	buf_fini(&decoded);
	buf_fini(&hex);
	return digest;
}

void whatsapp_list_files(struct pool *pool, const struct json *message, struct inbound *item)
{
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		const struct json *held = json_get(message, holders[i].member);
		struct str id = json_text(pool, json_get(held, "id"));
		if (!whatsapp_files_is_id(id) || item->n_files == INBOUND_FILES_MAX)
			continue;
		bool is_voice = json_bool(json_get(held, "voice"), false);
		struct inbound_file *file = &item->files[item->n_files++];
		*file = (struct inbound_file){ .kind = is_voice ? "voice" : holders[i].kind, .id = id };
		struct str mime = json_str(json_get(held, "mime_type"));
		file->mime_type = str_trim(str_take_until(&mime, ';'));
		file->name = json_str(json_get(held, "filename"));
		file->sha256 = whatsapp_files_digest(pool, json_str(json_get(held, "sha256")));
	}
}

/* Seen as a message of a kind that is not passed on, and as one of its own kind that lacks the file's id. */
bool whatsapp_lost_file(struct pool *pool, const struct json *message)
{
	const struct json *errors = json_get(message, "errors");
	int64_t code = 0;
	json_i64(json_get(json_at(errors, 0), "code"), &code);
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		const struct json *held = json_get(message, holders[i].member);
		if (held)
			return json_length(errors) > 0 && !whatsapp_files_is_id(json_text(pool, json_get(held, "id")));
	}
	return code == NO_DOWNLOAD;
}

enum err whatsapp_build_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	struct str id, struct http_request *out)
{
	if (!channel->secret[WHATSAPP_TOKEN] || !whatsapp_files_is_id(id))
		return ERR_INVALID;
	*out = (struct http_request){ .method = "GET",
		.url = pool_printf(pool, "%s/%s/%.*s?phone_number_id=%.*s", conf->graph_base_url, conf->graph_version,
			(int)id.n, id.p, (int)channel->external_id.n, channel->external_id.p)
			       .p,
		.bearer = channel->secret[WHATSAPP_TOKEN],
		.timeout_ms = (int)conf->outbox_timeout_ms };
	return ERR_OK;
}

/* Whether the token may be shown to the host that answers under this address. */
static bool whatsapp_files_is_trusted(struct pool *pool, const struct conf *conf, const struct http_url *url)
{
	struct http_url graph;
	if (url->has_user || !str_is_utf8(url->url))
		return false;
	if (http_url_parse(pool, NULL, str_of(conf->graph_base_url), &graph) && str_equal(url->origin, graph.origin))
		return true;
	return url->is_https && str_has_suffix(url->host, STR(".fbsbx.com"));
}

static void whatsapp_files_take_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct json *body, struct file_address *out)
{
	struct http_url url;
	struct str bytes = json_text(pool, json_get(body, "file_size"));
	if (!http_url_parse(pool, NULL, json_str(json_get(body, "url")), &url)
		|| !whatsapp_files_is_trusted(pool, conf, &url))
		return;
	if (!str_to_i64(bytes, &out->bytes) || out->bytes < 0)
		out->bytes = 0;
	out->sha256 = whatsapp_files_digest(pool, json_str(json_get(body, "sha256")));
	out->download = (struct http_request){ .method = "GET",
		.url = url.url.p,
		.bearer = channel->secret[WHATSAPP_TOKEN],
		.timeout_ms = (int)conf->files_timeout_s * 1000 };
	out->outcome = FILE_FOUND;
	out->code = NULL;
}

void whatsapp_judge_file_address(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct http_response *response, struct file_address *out)
{
	const struct json *body = NULL;
	*out = (struct file_address){ .outcome = FILE_RETRY, .code = "no_answer" };
	if (response->outcome != HTTP_ANSWERED || json_parse(pool, response->body, &body, NULL) != ERR_OK)
		return;
	if (response->status == 200) {
		out->code = "refused";
		whatsapp_files_take_address(pool, conf, channel, body, out);
	} else if (response->status == 404 || response->status == 400) {
		*out = (struct file_address){ .outcome = FILE_LOST, .code = "expired" };
	} else if (response->status == 401 || response->status == 403) {
		out->code = "refused";
	}
}
