/*
 * channel-files.c - tests of the files of a message: what both platforms say of them, where they are fetched, and to
 * whom the token is shown.
 */
#include "channel.h"

#include "check.h"

#include "channel/telegram/telegram.h"
#include "channel/whatsapp/whatsapp.h"

#include <string.h>

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static struct pool *pool;
static const struct conf conf = { .graph_base_url = "https://graph.facebook.com",
	.graph_version = "v25.0",
	.telegram_base_url = "https://api.telegram.org",
	.outbox_timeout_ms = 20000,
	.files_timeout_s = 300 };

static struct channel files_channel(const struct channel_ops *ops)
{
	struct channel c = { .org_id = 1, .id = 2, .ops = ops, .external_id = STR("106540") };
	c.secret[ops == &whatsapp_channel ? (int)WHATSAPP_TOKEN : (int)TELEGRAM_TOKEN] =
		secret_in_pool(pool, STR("7:KEY"));
	return c;
}

static struct str files_told(const struct inbound *item)
{
	struct str told = STR("");
	for (int i = 0; i < item->n_files; i++) {
		const struct inbound_file *f = &item->files[i];
		told = pool_printf(pool, "%.*s[%s %.*s %.*s name=%.*s bytes=%lld sha=%.8s s=%lld %lldx%lld]",
			(int)told.n, told.p, f->kind, (int)f->id.n, f->id.p, (int)f->mime_type.n,
			f->mime_type.p ? f->mime_type.p : "", (int)f->name.n, f->name.p ? f->name.p : "",
			(long long)f->bytes, f->sha256.p ? f->sha256.p : "-", (long long)f->duration_s,
			(long long)f->width, (long long)f->height);
	}
	return told;
}

static void files_of_both_platforms_are_listed(void)
{
	static const struct {
		void (*list)(struct pool *pool, const struct json *message, struct inbound *item);
		const char *message, *told;
	} table[] = {
		{ whatsapp_list_files,
			"{'image':{'id':'900','mime_type':'image/jpeg','sha256':'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/"
			"YfIAFa0='}}",
			"[image 900 image/jpeg name= bytes=0 sha=ba7816bf s=0 0x0]" },
		{ whatsapp_list_files, "{'audio':{'id':'901','mime_type':'audio/ogg; codecs=opus','voice':true}}",
			"[voice 901 audio/ogg name= bytes=0 sha=- s=0 0x0]" },
		{ whatsapp_list_files, "{'document':{'id':902,'filename':'../../a.pdf','sha256':'" DIGEST "'}}",
			"[document 902  name=../../a.pdf bytes=0 sha=ba7816bf s=0 0x0]" },
		{ whatsapp_list_files, "{'image':{'id':'../v25.0/me'}}", "" },
		{ whatsapp_list_files, "{'image':{'id':''},'text':{'body':'x'}}", "" },
		{ whatsapp_list_files, "{'image':'900'}", "" },
		{ telegram_list_files,
			"{'photo':[{'file_id':'s','width':90,'height':60},{'file_id':'L-1_x','width':900,'height':600,"
			"'file_size':7},{'file_id':'m','width':320,'height':200}]}",
			"[image L-1_x image/jpeg name= bytes=7 sha=- s=0 900x600]" },
		{ telegram_list_files, "{'voice':{'file_id':'v','duration':3,'mime_type':'audio/ogg'}}",
			"[voice v audio/ogg name= bytes=0 sha=- s=3 0x0]" },
		{ telegram_list_files, "{'animation':{'file_id':'a'},'document':{'file_id':'d'}}",
			"[video a video/mp4 name= bytes=0 sha=- s=0 0x0]" },
		{ telegram_list_files, "{'sticker':{'file_id':'t','is_animated':true}}",
			"[sticker t application/x-tgsticker name= bytes=0 sha=- s=0 0x0]" },
		{ telegram_list_files, "{'document':{'file_id':'a b'}}", "" },
		{ telegram_list_files, "{'photo':[]}", "" },
		{ telegram_list_files, "{'text':'photo'}", "" },
	};
	pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct inbound item = { .n_files = 0 };
		table[i].list(pool, test_json(pool, table[i].message), &item);
		CHECK_STR(files_told(&item), table[i].told);
	}
	pool_free(pool);
}

static struct file_address files_address(const struct channel_ops *ops, int status, const char *body)
{
	struct channel c = files_channel(ops);
	char *text = pool_cstr(pool, str_of(body));
	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	struct http_response response = { .outcome = HTTP_ANSWERED, .status = status, .body = str_of(text) };
	struct file_address address;
	ops->judge_file_address(pool, &conf, &c, &response, &address);
	return address;
}

static void whatsapp_asks_where_a_file_is(void)
{
	struct http_request request;
	pool = pool_new();
	struct channel c = files_channel(&whatsapp_channel);
	CU_ASSERT_EQUAL(whatsapp_build_file_address(pool, &conf, &c, STR("900"), &request), ERR_OK);
	CHECK_STR(str_of(request.url), "https://graph.facebook.com/v25.0/900?phone_number_id=106540");
	CU_ASSERT_PTR_NOT_NULL(request.bearer);
	CU_ASSERT_EQUAL(whatsapp_build_file_address(pool, &conf, &c, STR("9/../1"), &request), ERR_INVALID);
	struct file_address a = files_address(&whatsapp_channel, 200,
		"{'url':'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1','sha256':'" DIGEST
		"','file_size':'303833'}");
	CU_ASSERT_EQUAL(a.outcome, FILE_FOUND);
	CHECK_INT(a.bytes, 303833);
	CHECK_STR(a.sha256, DIGEST);
	CU_ASSERT_PTR_NOT_NULL(a.download.bearer);
	CU_ASSERT_EQUAL(files_address(&whatsapp_channel, 404, "{'error':{'code':100}}").outcome, FILE_LOST);
	CU_ASSERT_EQUAL(files_address(&whatsapp_channel, 500, "{}").outcome, FILE_RETRY);
	CU_ASSERT_EQUAL(files_address(&whatsapp_channel, 401, "{}").outcome, FILE_RETRY);
	CU_ASSERT_EQUAL(files_address(&whatsapp_channel, 200, "no JSON").outcome, FILE_RETRY);
	pool_free(pool);
}

/* Whatever an answer says, the token goes to Meta's hosts over TLS only. */
static void the_token_goes_to_meta_only(void)
{
	static const char *const elsewhere[] = { "https://evil.example/x", "http://lookaside.fbsbx.com/x",
		"https://lookaside.fbsbx.com.evil.example/x", "https://fbsbx.com@evil.example/x",
		"https://evilfbsbx.com/x", "http://graph.facebook.com/x", "https://graph.facebook.com:444/x",
		"file:///etc/passwd", "" };
	pool = pool_new();
	for (size_t i = 0; i < COUNT(elsewhere); i++) {
		struct file_address a =
			files_address(&whatsapp_channel, 200, pool_printf(pool, "{'url':'%s'}", elsewhere[i]).p);
		CHECK_ROW(a.outcome == FILE_RETRY && !a.download.url, elsewhere[i]);
	}
	pool_free(pool);
}

static void telegram_asks_where_a_file_is(void)
{
	static const char *const paths[] = { "../bot7:KEY/logOut", "/etc/passwd", "a?b", "a b", "a#b", "%2e%2e/x", "" };
	struct http_request request;
	pool = pool_new();
	struct channel c = files_channel(&telegram_channel);
	CU_ASSERT_EQUAL(telegram_build_file_address(pool, &conf, &c, STR("L-1_x"), &request), ERR_OK);
	CHECK_STR(request.body, "{\"file_id\":\"L-1_x\"}");
	CU_ASSERT_EQUAL(telegram_build_file_address(pool, &conf, &c, STR("a\nb"), &request), ERR_INVALID);
	struct file_address a = files_address(
		&telegram_channel, 200, "{'ok':true,'result':{'file_path':'photos/file_1.jpg','file_size':9}}");
	CU_ASSERT_EQUAL(a.outcome, FILE_FOUND);
	CHECK_INT(a.bytes, 9);
	CHECK_STR(str_of(a.download.url), "https://api.telegram.org/file/bot7:KEY/photos/file_1.jpg");
	CU_ASSERT_PTR_NULL(a.download.bearer);
	a = files_address(&telegram_channel, 400, "{'ok':false,'description':'Bad Request: file is too big'}");
	CU_ASSERT_EQUAL(a.outcome, FILE_LOST);
	CHECK_STR(str_of(a.code), "too_large");
	for (size_t i = 0; i < COUNT(paths); i++) {
		a = files_address(&telegram_channel, 200,
			pool_printf(pool, "{'ok':true,'result':{'file_path':'%s'}}", paths[i]).p);
		CHECK_ROW(a.outcome == FILE_RETRY, paths[i]);
	}
	pool_free(pool);
}

/* The native kind that a platform makes of a file; "" when it takes none. */
static const char *files_native(const struct channel_ops *ops, struct file_facts facts)
{
	int64_t max_bytes;
	const struct file_rule *rule = channel_file_rule(ops, &facts, &max_bytes);
	return rule ? rule->native : "";
}

/* "sendPhoto" takes sides of 10000 pixels together, and a ratio of 20. */
static void a_picture_of_an_odd_shape_is_a_document(void)
{
	static const struct {
		const char *type;
		int64_t width, height, bytes;
		const char *whatsapp, *telegram;
	} table[] = { { "image/jpeg", 0, 0, 900, "image", "photo" }, { "image/jpeg", 2000, 100, 900, "image", "photo" },
		{ "image/jpeg", 2001, 100, 900, "image", "document" },
		{ "image/png", 100, 2001, 900, "image", "document" }, { "image/webp", 100, 2001, 900, "", "document" },
		{ "image/png", 5000, 5000, 900, "image", "photo" },
		{ "image/png", 5001, 5000, 900, "image", "document" }, { "image/gif", 1, 9000, 900, "", "animation" },
		{ "image/jpeg", 90, 90, 10000001, "", "document" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct file_facts facts = { .type = str_of(table[i].type),
			.bytes = table[i].bytes,
			.width = table[i].width,
			.height = table[i].height };
		CHECK_STR(str_of(files_native(&whatsapp_channel, facts)), table[i].whatsapp);
		CHECK_STR(str_of(files_native(&telegram_channel, facts)), table[i].telegram);
	}
}

/* A voice note of WhatsApp is Opus with one channel; what is not Opus is none anywhere. */
static void a_recording_is_a_voice_note_where_it_can_be(void)
{
	static const struct {
		int channels;
		bool recorded;
		const char *whatsapp, *telegram;
	} table[] = { { 1, true, "voice", "voice" }, { 2, true, "audio", "voice" }, { 0, true, "audio", "document" },
		{ 1, false, "audio", "document" } };
	for (size_t i = 0; i < COUNT(table); i++) {
		int64_t max_bytes;
		const struct file_facts facts = { .type = STR("audio/ogg"),
			.bytes = 900,
			.opus_channels = table[i].channels,
			.recorded = table[i].recorded };
		CHECK_STR(str_of(channel_file_rule(&whatsapp_channel, &facts, &max_bytes)->kind), table[i].whatsapp);
		CHECK_STR(str_of(channel_file_rule(&telegram_channel, &facts, &max_bytes)->kind), table[i].telegram);
	}
}

CU_TestInfo channel_files_tests[] = {
	{ "a picture of an odd shape is a document", a_picture_of_an_odd_shape_is_a_document },
	{ "a recording is a voice note where it can be", a_recording_is_a_voice_note_where_it_can_be },
	{ "files of both platforms are listed", files_of_both_platforms_are_listed },
	{ "WhatsApp is asked where a file is", whatsapp_asks_where_a_file_is },
	{ "the token goes to Meta's hosts only", the_token_goes_to_meta_only },
	{ "Telegram is asked where a file is", telegram_asks_where_a_file_is },
	CU_TEST_INFO_NULL,
};
