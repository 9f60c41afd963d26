/*
 * files.c - the unit tests of src/files: a whole file or none under a name, and what happens when it cannot be.
 */
#include "check.h"
#include "tap.h"

#include "core/log.h"
#include "files/file-store.h"
#include "files/media-type.h"
#include "files/picture-clean.h"
#include "files/picture-head.h"
#include "files/picture-strip.h"
#include "files/s3-sign.h"
#include "files/video-strip.h"
#include "files/voice-note.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pool *pool;
static struct conf conf;
static char *folder; /* that the store lies in */

static void store_begin(void)
{
	pool = pool_new();
	folder = pool_cstr(pool, STR("/tmp/deskbell-files-XXXXXX"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	conf.files_dir = pool_printf(pool, "%s/files", folder).p;
}

static void store_end(void)
{
	CHECK_INT(system(pool_printf(pool, "rm -rf %s", folder).p), 0);
	CHECK_INT(access(folder, F_OK), -1);
	pool_free(pool);
}

static enum err store_put(struct str content, int64_t max_bytes, struct file_key *key, struct explain *why)
{
	struct file_writer *w;
	enum err e = file_writer_begin(&conf, max_bytes, &w, why);
	for (size_t i = 0; e == ERR_OK && i < content.n; i++)
		if (!file_writer_add(w, (struct str){ content.p + i, 1 }))
			break;
	return e == ERR_OK ? file_writer_keep(w, 7, key, why) : e;
}

static struct str store_read(const struct file_key *key)
{
	char *bytes = pool_alloc(pool, 1000);
	int fd = file_store_open(&conf, key);
	if (fd < 0)
		return STR_NONE;
	ssize_t n = read(fd, bytes, 1000);
	close(fd);
	return (struct str){ bytes, n < 0 ? 0 : (size_t)n };
}

/* Files below the folder, temporary ones included. */
static int store_count(void)
{
	FILE *f = popen(pool_printf(pool, "find %s -type f | wc -l", conf.files_dir).p, "r");
	int n = -1;
	CU_ASSERT_EQUAL(fscanf(f, "%d", &n), 1);
	pclose(f);
	return n;
}

static void keeps_by_content(void)
{
	struct file_key key, again, other;
	struct explain why;
	unsigned char want[CRYPT_SHA256_BYTES];
	store_begin();
	CU_ASSERT_EQUAL(store_put(STR("abc"), 3, &key, &why), ERR_OK);
	crypt_sha256(STR("abc"), want);
	CU_ASSERT_EQUAL(memcmp(key.sha256, want, sizeof(want)), 0);
	CU_ASSERT_EQUAL(store_put(STR("abc"), 100, &again, &why), ERR_OK);
	CU_ASSERT_EQUAL(store_put(STR(""), 100, &other, &why), ERR_OK);
	CHECK_INT(store_count(), 2);
	CHECK_STR(store_read(&again), "abc");
	key.org_id = 8;
	CU_ASSERT_PTR_NULL(store_read(&key).p);
	CU_ASSERT_TRUE(file_store_remove(&conf, &again));
	CU_ASSERT_TRUE(file_store_remove(&conf, &again));
	CU_ASSERT_PTR_NULL(store_read(&again).p);
	CHECK_STR(store_read(&other), "");
	CU_ASSERT_TRUE(file_store_remove_all(&conf, 8)); /* has none */
	CHECK_INT(store_count(), 1);
	CU_ASSERT_TRUE(file_store_remove_all(&conf, 7));
	CHECK_INT(store_count(), 0);
	store_end();
}

static void leaves_nothing_of_what_fails(void)
{
	struct file_key key;
	struct explain why;
	struct rlimit old, small = { 2, 2 };
	store_begin();
	CU_ASSERT_EQUAL(store_put(STR("abcd"), 3, &key, &why), ERR_TOO_LARGE);
	CHECK_INT(store_count(), 0);
	CU_ASSERT_EQUAL(getrlimit(RLIMIT_FSIZE, &old), 0);
	small.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &small), 0);
	enum err e = store_put(STR("abcd"), 100, &key, &why);
	CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &old), 0);
	CU_ASSERT_NOT_EQUAL(e, ERR_OK);
	CHECK_INT(store_count(), 0);
	conf.files_dir = "/proc/nothing";
	CU_ASSERT_NOT_EQUAL(store_put(STR("abcd"), 100, &key, &why), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/proc/nothing"));
	conf.files_dir = "";
	CU_ASSERT_EQUAL(file_store_check(&conf, &why), ERR_CONFIG);
	store_end();
}

static void sweeps_what_the_dead_left(void)
{
	struct file_writer *w;
	struct file_key key;
	struct explain why;
	store_begin();
	CU_ASSERT_EQUAL(file_writer_begin(&conf, 10, &w, &why), ERR_OK);
	CU_ASSERT_TRUE(file_writer_add(w, STR("half")));
	CHECK_INT(file_store_sweep(&conf, 3600), 0);
	CHECK_INT(file_store_sweep(&conf, -1), 1);
	CU_ASSERT_NOT_EQUAL(file_writer_keep(w, 7, &key, &why), ERR_OK);
	CHECK_INT(store_count(), 0);
	CU_ASSERT_EQUAL(file_store_check(&conf, &why), ERR_OK);
	CHECK_INT(store_count(), 0);
	store_end();
}

/* ---- what files are ---- */

static void types_go_by_bytes_then_by_name(void)
{
	static const struct {
		const char *head, *name, *type;
	} rows[] = { { "\xff\xd8\xff", "a.exe", "image/jpeg" }, { "<html>", "a.jpg", "application/octet-stream" },
		{ "PK\x03\x04", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "PK\x03\x04", "a.zip", "application/octet-stream" },
		{ "<html>", "a.docx", "application/octet-stream" }, { "plain words", "a.TXT", "text/plain" },
		{ "wo\x01ds", "a.txt", "application/octet-stream" }, { "%PDF-1.7", "a.txt", "application/pdf" },
		{ "....ftypavif", "a.avif", "image/avif" }, { "....ftypqt  ", "a.mp4", "video/quicktime" },
		{ "....ftypmp42", "memo.M4A", "audio/mp4" }, { "....ftypmp42", "a.mp4", "video/mp4" },
		{ "\xff\xf2\x40", "a.bin", "audio/mpeg" }, { "fLaC", "a", "audio/flac" },
		{ "OggS........................\x01vorbis", "a.ogg", "audio/ogg; codecs=vorbis" },
		{ "OggS........................OpusHead", "a.ogg", "audio/ogg" },
		{ "", "a.txt", "application/octet-stream" }, { "words", ".txt", "application/octet-stream" } };
	for (size_t i = 0; i < COUNT(rows); i++)
		CU_ASSERT_STRING_EQUAL(media_type_named(str_of(rows[i].head), str_of(rows[i].name)), rows[i].type);
}

/* Whatever is cut off or changed, the reader stays inside; the memory checker of the sanitizers looks on. */
static void heads_of_pictures_are_read(void)
{
	static const char jpeg[] = "\xff\xd8\xff\xe1\x00\x22"
				   "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
				   "\xff\xc0\0\x11\x08\x01\x02\x03\x04\x03";
	struct str good = { jpeg, sizeof(jpeg) - 1 };
	struct picture_head head;
	CU_ASSERT_TRUE(picture_head_read(good, &head));
	CHECK_INT(head.width, 0x304);
	CHECK_INT(head.height, 0x102);
	CHECK_INT(head.orientation, 6);
	CU_ASSERT_FALSE(picture_is_plain(good));
	CU_ASSERT_TRUE(picture_is_plain((struct str){ "\xff\xd8\xff\xe0\0\x04xx\xff\xda\0\x02", 12 }));
	CU_ASSERT_FALSE(picture_is_plain((struct str){ "\xff\xd8\xff\xe0\0\x04xx\xff\xfe\0\x02", 12 }));
	for (size_t n = 0; n < good.n; n++)
		for (int bit = 0; bit < 8; bit++) {
			char *changed = malloc(n + 1);
			memcpy(changed, good.p, n + 1);
			changed[n] ^= (char)(1 << bit);
			picture_head_read((struct str){ changed, n + 1 }, &head);
			picture_is_plain((struct str){ changed, n + 1 });
			free(changed);
		}
}

static bool collect(void *arg, struct str piece)
{
	buf_add_str(arg, piece);
	return true;
}

/* What comes out, with '.' for what cannot be printed. */
static void check_stripped(const char *bytes, size_t n, const char *want, size_t want_n)
{
	struct buf out;
	buf_init(&out, 1 << 16);
	CU_ASSERT_TRUE(picture_strip((struct str){ bytes, n }, collect, &out));
	CHECK_INT(out.len, want_n);
	CU_ASSERT_TRUE(out.len == want_n && !memcmp(out.data, want, want_n));
	buf_fini(&out);
	for (size_t cut = 0; cut < n; cut++) {
		buf_init(&out, 1 << 16);
		picture_strip((struct str){ bytes, cut }, collect, &out);
		buf_fini(&out);
	}
}

#define CHECK_STRIPPED(bytes, want) check_stripped(bytes, sizeof(bytes) - 1, want, sizeof(want) - 1)

static void notes_of_pictures_are_taken_out(void)
{
#define FRAME "\xff\xc0\0\x11\x08\x01\x02\x03\x04\x03\1\2\3\4\5\6\7\x08\x09"
#define SCAN "\xff\xda\0\x03\1sound\xff\0\xff\xd1image"
	static const char jpeg[] = "\xff\xd8\xff\xe1\0\x0aGPS 12 N\xff\xe0\0\x04JF" FRAME "\xff\xfe\0\x06mine" SCAN
				   "\xff\xed\0\x04pr\xff\xff\xd9 another picture";
	static const char turned[] = "\xff\xd8\xff\xe1\0\x22"
				     "Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0GPS!" FRAME SCAN "\xff\xd9";
	static const char png[] =
		"\x89PNG\r\n\x1a\n\0\0\0\1IHDRxCRCC\0\0\0\2tEXtabCRCC\0\0\0\0IDATCRCC\0\0\0\3eXIfGPSCRCC"
		"\0\0\0\0IENDCRCCmore";
	static const char webp[] =
		"RIFF\x34\0\0\0WEBPVP8X\x0a\0\0\0\x1c\0\0\0\1\0\0\1\0\0VP8 \2\0\0\0xyEXIF\3\0\0\0GPS\0"
		"XMP \0\0\0\0";
	CHECK_STRIPPED(jpeg, "\xff\xd8\xff\xe0\0\x04JF" FRAME SCAN "\xff\xd9");
	CHECK_STRIPPED(turned, "\xff\xd8\xff\xe1\0\x22"
			       "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0" FRAME SCAN "\xff\xd9");
	CHECK_STRIPPED(png, "\x89PNG\r\n\x1a\n\0\0\0\1IHDRxCRCC\0\0\0\0IDATCRCC\0\0\0\0IENDCRCC");
	CHECK_STRIPPED(webp, "RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\1\0\0\1\0\0VP8 \2\0\0\0xy");
}

static struct str video_of(const char *name)
{
	const char *top = getenv("srcdir");
	char *bytes = pool_alloc(pool, 1 << 16);
	FILE *f = fopen(pool_printf(pool, "%s/tests/fuzz/corpus/video/%s", top ? top : ".", name).p, "rb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	size_t n = fread(bytes, 1, 1 << 16, f);
	fclose(f);
	return (struct str){ bytes, n };
}

static bool video_holds(struct str s, const char *words)
{
	return memmem(s.p, s.n, words, strlen(words)) != NULL;
}

/* Places as telephones, cameras and programs write them, a title, and a track of positions. The video is as long as
 * before, and a piece of one is read within its bounds. */
static void notes_of_videos_are_taken_out(void)
{
	static const char *const files[] = { "android.mp4", "start.mov", "phone.3gp", "keys.mov", "track.mp4",
		"fragments.mp4", "memo.m4a" };
	static const char *const notes[] = { "38.7", "zqplace", "loci", "\xa9xyz", "location", "udta", "sbtl" };
	struct buf out;
	pool = pool_new();
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct str video = video_of(files[i]);
		buf_init(&out, 1 << 16);
		CU_ASSERT_TRUE(video_strip(pool, video, collect, &out));
		CHECK_INT(out.len, video.n);
		for (size_t k = 0; k < sizeof(notes) / sizeof(notes[0]); k++)
			CU_ASSERT_FALSE(video_holds(buf_str(&out), notes[k]));
		CU_ASSERT_TRUE(video_holds(buf_str(&out), "free"));
		buf_fini(&out);
		for (size_t cut = 0; cut < video.n; cut += 7) {
			buf_init(&out, 1 << 16);
			video_strip(pool, (struct str){ video.p, cut }, collect, &out);
			buf_fini(&out);
		}
	}
	CU_ASSERT_FALSE(video_strip(pool,
		STR("\0\0\0\x18"
		    "ftypheic\0\0\0\0mif1heic\0\0\0\x08moov"),
		collect, &out));
	pool_free(pool);
}

/* What a camera wrote stays in what came, and that must not go out because there is no room for the rest. */
static void a_picture_that_cannot_be_cleaned_is_refused(void)
{
	static const char jpeg[] = "\xff\xd8\xff\xe1\0\x0aGPS 12 N" FRAME SCAN "\xff\xd9";
	struct str picture = { jpeg, sizeof(jpeg) - 1 }, head = STR_NONE;
	struct file_writer *w;
	struct explain why = { "" };
	store_begin();
	CHECK_INT(file_writer_begin(&conf, 1 << 20, &w, &why), ERR_OK);
	CU_ASSERT_TRUE(file_writer_add(w, picture));
	const char *good = conf.files_dir;
	conf.files_dir = "/dev/null/files";
	CU_ASSERT_NOT_EQUAL(picture_clean(pool, &conf, NULL, STR("image/jpeg"), &w, &head), ERR_OK);
	conf.files_dir = good;
	conf.files_max_bytes = 1 << 20;
	CHECK_INT(file_writer_bytes(w), picture.n);
	CHECK_INT(picture_clean(pool, &conf, NULL, STR("image/jpeg"), &w, &head), ERR_OK);
	CHECK_INT(file_writer_bytes(w), picture.n - 12);
	file_writer_drop(w);
	store_end();
}

/* ---- voice notes ---- */

#define WEBM_HEAD \
	"\x1a\x45\xdf\xa3\x84\x42\x86\x81\x01"             /* EBML */ \
	"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" /* Segment of unknown size */ \
	"\x16\x54\xae\x6b\xa3\xae\xa1"                     /* Tracks, TrackEntry */ \
	"\x86\x86" \
	"A_OPUS\x63\xa2\x93OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"
#define WEBM_CLUSTER "\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff"
#define WEBM_BLOCK \
	"\xa3\x8a\x81\0\0\x80\x0c" \
	"12345" /* 60 ms of SILK in one frame */

static enum err remux(struct str webm, struct buf *out, struct voice_note *note)
{
	char path[] = "/tmp/deskbell-voice-XXXXXX";
	struct explain why;
	int fd = mkstemp(path);
	unlink(path);
	buf_init(out, 1 << 20);
	CHECK_INT(write(fd, webm.p, webm.n), (int)webm.n);
	enum err e = voice_note_remux(fd, collect, out, note, &why);
	close(fd);
	return e;
}

static void a_recording_becomes_a_voice_note(void)
{
	static const char webm[] = WEBM_HEAD WEBM_CLUSTER WEBM_BLOCK WEBM_BLOCK WEBM_CLUSTER WEBM_BLOCK;
	struct voice_note note;
	struct buf out;
	CHECK_INT(remux((struct str){ webm, sizeof(webm) - 1 }, &out, &note), ERR_OK);
	int frame = 60; /* ms: config 1 of SILK is 20 ms, and so on */
	CU_ASSERT_TRUE(note.duration_ms > 0 && note.duration_ms % 3 == 0 && note.duration_ms <= 3 * frame);
	CU_ASSERT_TRUE(str_has_prefix(buf_str(&out), STR("OggS")));
	CU_ASSERT_PTR_NOT_NULL(memmem(out.data, out.len, "OpusHead\x01\x01", 10));
	CU_ASSERT_PTR_NOT_NULL(memmem(out.data, out.len, "OpusTags", 8));
	const char *sound = memmem(out.data, out.len,
		"\x0c"
		"12345\x0c"
		"12345\x0c"
		"12345",
		18);
	CU_ASSERT_PTR_NOT_NULL(sound);
	CHECK_INT(out.len, 28 + 19 + 28 + 24 + 27 + 3 + 18);
	CHECK_INT(out.data[5], 2);
	CHECK_INT(out.data[28 + 19 + 28 + 24 + 5], 4);
	buf_fini(&out);
}

static void a_stereo_recording_is_declared_mono(void)
{
	char webm[] = WEBM_HEAD WEBM_CLUSTER WEBM_BLOCK;
	struct voice_note note;
	struct buf out;
	char *head = memmem(webm, sizeof(webm), "OpusHead\x01\x01", 10);
	head[9] = 2;
	CHECK_INT(remux((struct str){ webm, sizeof(webm) - 1 }, &out, &note), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(memmem(out.data, out.len, "OpusHead\x01\x01", 10));
	buf_fini(&out);
}

static void channels_of_a_file_are_read(void)
{
	static const char webm[] = WEBM_HEAD WEBM_CLUSTER WEBM_BLOCK, vorbis[] = "OggS\0\2"
										 "0123456789012345678901\1\x1e\1vorbis";
	struct voice_note note;
	struct buf out;
	CHECK_INT(remux((struct str){ webm, sizeof(webm) - 1 }, &out, &note), ERR_OK);
	struct str ogg = buf_str(&out);
	CHECK_INT(voice_note_channels(ogg), 1);
	CHECK_INT(voice_note_channels((struct str){ ogg.p, 64 }), 1);
	for (size_t n = 0; n < 28 + 19; n++)
		CHECK_INT(voice_note_channels((struct str){ ogg.p, n }), 0);
	for (int channels = 0; channels < 256; channels++) {
		out.data[28 + 9] = (char)channels;
		CHECK_INT(voice_note_channels(ogg), channels <= 2 ? channels : 0);
	}
	CHECK_INT(voice_note_channels((struct str){ vorbis, sizeof(vorbis) - 1 }), 0);
	CHECK_INT(voice_note_channels((struct str){ webm, sizeof(webm) - 1 }), 0);
	buf_fini(&out);
}

static void a_broken_recording_is_refused(void)
{
	static const char webm[] = WEBM_HEAD WEBM_CLUSTER WEBM_BLOCK;
	struct voice_note note;
	struct buf out;
	for (size_t n = 0; n + sizeof(WEBM_BLOCK) < sizeof(webm); n++) {
		CHECK_INT(remux((struct str){ webm, n }, &out, &note), ERR_INVALID);
		buf_fini(&out);
	}
	for (size_t n = 0; n < sizeof(webm) - 1; n++) {
		char changed[sizeof(webm)];
		memcpy(changed, webm, sizeof(webm));
		changed[n] = (char)(changed[n] ^ 0xff);
		enum err e = remux((struct str){ changed, sizeof(webm) - 1 }, &out, &note);
		CU_ASSERT_TRUE(e == ERR_OK || e == ERR_INVALID);
		buf_fini(&out);
	}
}

/* Source: AWS, "Authenticating requests: using the Authorization header", the examples of Amazon S3. */
static void signs_as_published(void)
{
	static const struct {
		const char *query, *signature;
	} cases[] = { { "lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543" },
		{ "max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7" } };
	struct pool *own = pool_new();
	const struct s3_account account = { .access_key = STR("AKIAIOSFODNN7EXAMPLE"),
		.region = STR("us-east-1"),
		.secret_key = secret_in_pool(own, STR("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")) };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *headers[S3_HEADERS];
		const struct s3_request request = { .method = "GET",
			.host = STR("examplebucket.s3.amazonaws.com"),
			.path = STR("/"),
			.query = str_of(cases[i].query),
			.sha256 = STR("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
			.at_s = 1369353600 };
		s3_sign(own, &account, &request, headers);
		CU_ASSERT_PTR_NOT_NULL(strstr(headers[2], cases[i].signature));
		CU_ASSERT_PTR_NOT_NULL(
			strstr(headers[2], "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"));
		CU_ASSERT_STRING_EQUAL(headers[1], "x-amz-date: 20130524T000000Z");
		CU_ASSERT_PTR_NULL(headers[3]);
	}
	pool_free(own);
}

static CU_TestInfo kind_tests[] = {
	{ "requests to a service are signed as published", signs_as_published },
	{ "types go by bytes, then by name", types_go_by_bytes_then_by_name },
	{ "heads of pictures are read", heads_of_pictures_are_read },
	{ "notes of pictures are taken out", notes_of_pictures_are_taken_out },
	{ "notes of videos are taken out", notes_of_videos_are_taken_out },
	{ "a picture that cannot be cleaned is refused", a_picture_that_cannot_be_cleaned_is_refused },
	{ "a recording becomes a voice note", a_recording_becomes_a_voice_note },
	{ "a stereo recording is declared mono", a_stereo_recording_is_declared_mono },
	{ "channels of a file are read", channels_of_a_file_are_read },
	{ "a broken recording is refused", a_broken_recording_is_refused },
	CU_TEST_INFO_NULL,
};

static CU_TestInfo store_tests[] = {
	{ "keeps a file by its content, apart for each organisation", keeps_by_content },
	{ "leaves nothing of what fails", leaves_nothing_of_what_fails },
	{ "sweeps what dead programs left", sweeps_what_the_dead_left },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "file store", NULL, NULL, NULL, NULL, store_tests },
		{ "kinds of files", NULL, NULL, NULL, NULL, kind_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-files", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
