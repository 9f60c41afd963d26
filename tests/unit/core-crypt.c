/*
 * core-crypt.c - tests of digests, text forms, the key file, sealing and password hashes. Known answers come from FIPS
 * 180-4, RFC 4231 and RFC 4648.
 */
#include "core.h"

#include "core/crypto/crypt.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KEY_A "0a0b0c0d AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
#define KEY_B "11112222 ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\n"

static bool hex_is(const unsigned char digest[CRYPT_SHA256_BYTES], const char *expected)
{
	struct buf out;
	bool same;

	buf_init(&out, 100);
	crypt_hex(&out, (struct str){ (const char *)digest, CRYPT_SHA256_BYTES });
	same = strcmp(buf_cstr(&out), expected) == 0;
	buf_fini(&out);
	return same;
}

static void sha256_known_answers(void)
{
	unsigned char out[CRYPT_SHA256_BYTES];

	crypt_sha256(STR("abc"), out);
	CU_ASSERT_TRUE(hex_is(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	crypt_sha256(STR_NONE, out);
	CU_ASSERT_TRUE(hex_is(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
}

/* RFC 4231 section 4, cases 1, 2, 3, 4, 6 and 7. */
static void sha256_in_pieces(void)
{
	unsigned char whole[CRYPT_SHA256_BYTES], pieces[CRYPT_SHA256_BYTES];
	struct crypt_sha256 *digest = crypt_sha256_begin();

	crypt_sha256(STR("piece by piece"), whole);
	crypt_sha256_add(digest, STR("piece "));
	crypt_sha256_add(digest, STR(""));
	crypt_sha256_add(digest, STR("by piece"));
	crypt_sha256_end(digest, pieces);
	CU_ASSERT_EQUAL(memcmp(whole, pieces, sizeof(whole)), 0);
	crypt_sha256_end(crypt_sha256_begin(), NULL);
}

static void hmac_known_answers(void)
{
	char key[131], data[50], counting[25];
	unsigned char out[CRYPT_SHA256_BYTES];

	memset(key, 0x0b, sizeof(key));
	crypt_hmac_sha256((struct str){ key, 20 }, STR("Hi There"), out);
	CU_ASSERT_TRUE(hex_is(out, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
	crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	CU_ASSERT_TRUE(hex_is(out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	crypt_hmac_sha256((struct str){ key, 20 }, (struct str){ data, 50 }, out);
	CU_ASSERT_TRUE(hex_is(out, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
	for (size_t i = 0; i < sizeof(counting); i++)
		counting[i] = (char)(i + 1);
	memset(data, 0xcd, sizeof(data));
	crypt_hmac_sha256((struct str){ counting, 25 }, (struct str){ data, 50 }, out);
	CU_ASSERT_TRUE(hex_is(out, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"));
	crypt_hmac_sha256((struct str){ key, 131 }, STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	CU_ASSERT_TRUE(hex_is(out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
	crypt_hmac_sha256((struct str){ key, 131 },
		STR("This is a test using a larger than block-size key and a larger than block-size data. "
		    "The key needs to be hashed before being used by the HMAC algorithm."),
		out);
	CU_ASSERT_TRUE(hex_is(out, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"));
	crypt_hmac_sha256(STR_NONE, STR_NONE, out);
	CU_ASSERT_TRUE(hex_is(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
}

static void *hmac_often(void *arg)
{
	unsigned char out[CRYPT_SHA256_BYTES];

	for (int i = 0; i < 2000; i++) {
		crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
		*(bool *)arg = *(bool *)arg && out[0] == 0x5b && out[31] == 0x43;
	}
	return NULL;
}

static void hmac_in_threads(void)
{
	pthread_t threads[8];
	bool good[8];

	for (size_t i = 0; i < COUNT(threads); i++) {
		good[i] = true;
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, hmac_often, &good[i]), 0);
	}
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_TRUE(good[i]);
	}
}

static void compares(void)
{
	CU_ASSERT_TRUE(crypt_equal(STR("a\0b"), STR("a\0b")));
	CU_ASSERT_FALSE(crypt_equal(STR("a\0b"), STR("a\0c")));
	CU_ASSERT_FALSE(crypt_equal(STR("ab"), STR("abc")));
	CU_ASSERT_TRUE(crypt_equal(STR_NONE, STR("")));
}

static void hex_both_ways(void)
{
	unsigned char out[3];

	CU_ASSERT_TRUE(crypt_unhex(STR("00fFa9"), out, 3));
	CU_ASSERT_TRUE(out[0] == 0 && out[1] == 0xff && out[2] == 0xa9);
	CU_ASSERT_FALSE(crypt_unhex(STR("00fFa"), out, 3) || crypt_unhex(STR("00fFa9a"), out, 3)
			|| crypt_unhex(STR("00fg00"), out, 3) || crypt_unhex(STR("00 f00"), out, 3)
			|| crypt_unhex(STR_NONE, out, 3));
	CU_ASSERT_TRUE(crypt_unhex(STR(""), out, 0));
}

/* RFC 4648 section 10, without padding, and the two letters of the URL alphabet. */
static void base64url_both_ways(void)
{
	static const struct {
		struct str plain;
		const char *text;
	} pairs[] = {
		{ { "", 0 }, "" },
		{ { "f", 1 }, "Zg" },
		{ { "fo", 2 }, "Zm8" },
		{ { "foo", 3 }, "Zm9v" },
		{ { "foob", 4 }, "Zm9vYg" },
		{ { "fooba", 5 }, "Zm9vYmE" },
		{ { "foobar", 6 }, "Zm9vYmFy" },
		{ { "\xff\xef\xbe\0", 4 }, "_---AA" },
	};
	static const char *const bad[] = { "Z", "Zg==", "Zh", "Zm9", "Zm9v Yg", "Zm+v", "Zm/v", "Zm9vY" };
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT(pairs); i++) {
		buf_reset(&out);
		crypt_base64url(&out, pairs[i].plain);
		CU_ASSERT_STRING_EQUAL(buf_cstr(&out), pairs[i].text);
		buf_reset(&out);
		CU_ASSERT_TRUE(crypt_base64url_decode(&out, str_of(pairs[i].text)));
		CU_ASSERT_TRUE(str_equal(buf_str(&out), pairs[i].plain));
	}
	buf_reset(&out);
	buf_add_cstr(&out, "kept");
	for (size_t i = 0; i < COUNT(bad); i++)
		CU_ASSERT_FALSE(crypt_base64url_decode(&out, str_of(bad[i])));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "kept");
	buf_fini(&out);
}

/* With padding; in parts or whole, a long text is the same. */
static void base64_both_ways(void)
{
	static const char *const bad[] = { "Zg", "Zg=", "Zh==", "Zm9v=", "Zm9v\n", " Zm9v", "Zm-v", "Zg==Zg==" };
	char long_text[10001];
	struct buf out, back;

	buf_init(&out, 20000);
	buf_init(&back, 20000);
	crypt_base64(&out, STR("\xff\xef\xbe"));
	crypt_base64(&out, STR("fo"));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&out), "/+++Zm8=");
	for (size_t i = 0; i < COUNT(bad); i++)
		CU_ASSERT_FALSE(crypt_base64_decode(&back, str_of(bad[i])));
	for (size_t i = 0; i < sizeof(long_text); i++)
		long_text[i] = (char)(i * 7 + i / 256);
	for (size_t n = sizeof(long_text) - 3; n <= sizeof(long_text); n++) {
		buf_reset(&out);
		buf_reset(&back);
		crypt_base64(&out, (struct str){ long_text, n });
		CU_ASSERT_EQUAL(out.len, (n + 2) / 3 * 4);
		CU_ASSERT_TRUE(crypt_base64_decode(&back, buf_str(&out)));
		CU_ASSERT_TRUE(str_equal(buf_str(&back), (struct str){ long_text, n }));
	}
	buf_fini(&out);
	buf_fini(&back);
}

static void tokens_differ(void)
{
	struct buf a, b;

	buf_init(&a, 100);
	buf_init(&b, 100);
	crypt_random_token(&a, 32);
	crypt_random_token(&b, 32);
	CU_ASSERT_EQUAL(a.len, 43);
	CU_ASSERT_FALSE(str_equal(buf_str(&a), buf_str(&b)));
	buf_fini(&a);
	buf_fini(&b);
}

/* ---- key files ---- */

static char folder[64];

static const char *in_folder(const char *name)
{
	static char path[128];

	if (!folder[0]) {
		snprintf(folder, sizeof(folder), "/tmp/deskbell-crypt-XXXXXX");
		CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	}
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void folder_remove(void)
{
	(void)rmdir(folder);
	folder[0] = '\0';
}

/* Loads a key file with this text. */
static enum err load_text(const char *text, mode_t mode, struct crypt_keys **keys, struct explain *why)
{
	const char *path = in_folder("keys");
	FILE *file = fopen(path, "w");
	enum err e;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
	chmod(path, mode);
	e = crypt_keys_load(path, keys, why);
	unlink(path);
	folder_remove();
	return e;
}

static struct crypt_keys *keys_of(const char *text)
{
	struct crypt_keys *keys = NULL;
	struct explain why = { "" };

	CU_ASSERT_EQUAL_FATAL(load_text(text, 0600, &keys, &why), ERR_OK);
	return keys;
}

static void key_files_are_read(void)
{
	struct crypt_keys *keys = keys_of("# comment\r\n\n  " KEY_B "\t# more\n" KEY_A);
	struct pool *pool = pool_new();

	CU_ASSERT_STRING_EQUAL(crypt_keys_newest(pool, keys).p, "11112222");
	CU_ASSERT_TRUE(crypt_keys_have(keys, STR("0a0b0c0d")));
	CU_ASSERT_FALSE(crypt_keys_have(keys, STR("0a0b0c0e")));
	pool_free(pool);
	crypt_keys_free(keys);
	crypt_keys_free(NULL);
}

static void key_files_are_checked(void)
{
	static const struct {
		const char *text, *words;
	} bad[] = {
		{ "", "holds no key" },
		{ "# only\n", "holds no key" },
		{ KEY_A KEY_A, "line 2" },
		{ "0a0b0c0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "line 1" },
		{ KEY_A "11112222 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg\n", "line 2" },
		{ "\n0a0b0c0d\n", "line 2" },
		{ "0a0b0c0d !!ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "line 1" },
	};
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0666 };
	struct crypt_keys *keys = NULL;
	struct explain why;

	for (size_t i = 0; i < COUNT(bad); i++) {
		CU_ASSERT_EQUAL(load_text(bad[i].text, 0600, &keys, &why), ERR_CONFIG);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, bad[i].words));
		CU_ASSERT_PTR_NULL(strstr(why.text, "AECAwQF"));
	}
	for (size_t i = 0; i < COUNT(open_modes); i++) {
		CU_ASSERT_EQUAL(load_text(KEY_A, open_modes[i], &keys, &why), ERR_CONFIG);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "run: chmod 600 /tmp/deskbell-crypt-"));
	}
	CU_ASSERT_EQUAL(crypt_keys_load("/nonexistent/keys", &keys, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/nonexistent/keys"));
	CU_ASSERT_EQUAL(crypt_keys_load("/dev/null", &keys, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NULL(keys);
}

static void key_files_are_created_once(void)
{
	char path[128];
	struct crypt_keys *first = NULL, *again = NULL;
	struct pool *pool = pool_new();
	struct explain why = { "" };
	struct stat st;
	mode_t mask;

	snprintf(path, sizeof(path), "%s", in_folder("new.keys"));
	mask = umask(0);
	CU_ASSERT_EQUAL(crypt_keys_create(path, &why), ERR_OK);
	umask(mask);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0600);
	CU_ASSERT_EQUAL(st.st_nlink, 1);
	CU_ASSERT_EQUAL(crypt_keys_load(path, &first, &why), ERR_OK);
	CU_ASSERT_EQUAL(crypt_keys_create(path, &why), ERR_CONFLICT);
	CU_ASSERT_EQUAL(crypt_keys_load(path, &again, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(crypt_keys_newest(pool, first).p, crypt_keys_newest(pool, again).p);
	pool_free(pool);
	crypt_keys_free(first);
	crypt_keys_free(again);
	unlink(path);
	CU_ASSERT_EQUAL(rmdir(folder), 0); /* no temporary file was left */
	folder[0] = '\0';
	CU_ASSERT_EQUAL(crypt_keys_create("/nonexistent/keys", &why), ERR_IO);
}

/* How many keys a file holds. */
static int keys_in(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[200];
	int n = 0;

	while (file && fgets(line, sizeof(line), file))
		n += line[0] != '#' && line[0] != '\n';
	if (file)
		fclose(file);
	return n;
}

static void key_files_change(void)
{
	char path[128], link[140];
	struct crypt_keys *keys = NULL;
	struct pool *pool = pool_new();
	struct explain why = { "" };
	struct stat st;
	struct str first, second;
	int added = 0;

	snprintf(path, sizeof(path), "%s", in_folder("changed.keys"));
	snprintf(link, sizeof(link), "%s.link", path);
	CU_ASSERT_EQUAL(crypt_keys_create(path, &why), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(crypt_keys_load(path, &keys, &why), ERR_OK);
	first = crypt_keys_newest(pool, keys);
	CU_ASSERT_EQUAL(chmod(path, 0400), 0);
	CU_ASSERT_EQUAL(symlink(path, link), 0);
	CU_ASSERT_EQUAL(crypt_keys_add(link, &why), ERR_OK);
	CU_ASSERT_EQUAL(lstat(link, &st), 0);
	CU_ASSERT_TRUE(S_ISLNK(st.st_mode));
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 07777, 0400);
	second = crypt_keys_newest(pool, keys); /* keys in memory follow the file */
	CU_ASSERT_FALSE(str_equal(first, second));
	CU_ASSERT_TRUE(crypt_keys_have(keys, first));
	CU_ASSERT_EQUAL(crypt_keys_drop_old(path, first, &why), ERR_CONFLICT);
	CU_ASSERT_EQUAL(keys_in(path), 2);
	CU_ASSERT_EQUAL(crypt_keys_drop_old(path, second, &why), ERR_OK);
	CU_ASSERT_EQUAL(keys_in(path), 1);
	CU_ASSERT_TRUE(str_equal(crypt_keys_newest(pool, keys), second));
	CU_ASSERT_FALSE(crypt_keys_have(keys, first));
	while (added < 100 && crypt_keys_add(path, &why) == ERR_OK)
		added++;
	CU_ASSERT_EQUAL(added + 1, keys_in(path)); /* as many as can be read again, no more */
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "no room"));
	CU_ASSERT_TRUE(added > 50 && crypt_keys_have(keys, second));
	unlink(path);
	CU_ASSERT_EQUAL(crypt_keys_add(path, &why), ERR_CONFIG);
	CU_ASSERT_TRUE(crypt_keys_have(keys, second)); /* a file that is gone takes no key away */
	unlink(link);
	CU_ASSERT_EQUAL(rmdir(folder), 0); /* no temporary file was left */
	folder[0] = '\0';
	pool_free(pool);
	crypt_keys_free(keys);
}

/* ---- sealing ---- */

static bool opens(const struct crypt_keys *keys, struct str context, struct str sealed, struct str expected)
{
	struct secret *secret = NULL;
	struct explain why = { "" };
	enum err e = crypt_open(keys, context, sealed, &secret, &why);
	bool good = e == ERR_OK && str_equal(secret_bytes(secret), expected);

	CU_ASSERT_TRUE(e == ERR_OK || (e == ERR_SEALED && why.text[0] && !secret));
	secret_free(secret);
	return good;
}

static void sealed_values_open(void)
{
	struct crypt_keys *keys = keys_of(KEY_A);
	struct buf one, two;
	char large[5000];

	buf_init(&one, 10000);
	buf_init(&two, 10000);
	crypt_seal(keys, STR("org 1"), STR("pass\0word"), &one);
	crypt_seal(keys, STR("org 1"), STR("pass\0word"), &two);
	CU_ASSERT_TRUE(str_has_prefix(buf_str(&one), STR("s1.0a0b0c0d.")));
	CU_ASSERT_FALSE(str_equal(buf_str(&one), buf_str(&two)));
	CU_ASSERT_TRUE(opens(keys, STR("org 1"), buf_str(&one), STR("pass\0word")));
	CU_ASSERT_FALSE(opens(keys, STR("org 2"), buf_str(&one), STR("pass\0word")));
	CU_ASSERT_FALSE(opens(keys, STR(""), buf_str(&one), STR("pass\0word")));
	buf_reset(&one);
	crypt_seal(keys, STR_NONE, STR(""), &one);
	CU_ASSERT_TRUE(opens(keys, STR_NONE, buf_str(&one), STR("")));
	memset(large, 'x', sizeof(large));
	buf_reset(&one);
	crypt_seal(keys, STR("c"), (struct str){ large, sizeof(large) }, &one);
	CU_ASSERT_TRUE(opens(keys, STR("c"), buf_str(&one), (struct str){ large, sizeof(large) }));
	buf_fini(&one);
	buf_fini(&two);
	crypt_keys_free(keys);
}

static void no_bit_can_change(void)
{
	struct crypt_keys *keys = keys_of(KEY_A KEY_B);
	struct buf sealed;
	int opened = 0;

	buf_init(&sealed, 1000);
	crypt_seal(keys, STR("org 1"), STR("a secret"), &sealed);
	for (size_t i = 0; i < sealed.len * 8; i++) {
		sealed.data[i / 8] = (char)(sealed.data[i / 8] ^ (1 << i % 8));
		opened += opens(keys, STR("org 1"), buf_str(&sealed), STR("a secret"));
		sealed.data[i / 8] = (char)(sealed.data[i / 8] ^ (1 << i % 8));
	}
	for (size_t n = 0; n < sealed.len; n++)
		opened += opens(keys, STR("org 1"), (struct str){ sealed.data, n }, STR("a secret"));
	CU_ASSERT_EQUAL(opened, 0);
	CU_ASSERT_TRUE(opens(keys, STR("org 1"), buf_str(&sealed), STR("a secret")));
	buf_add_char(&sealed, 'A');
	CU_ASSERT_FALSE(opens(keys, STR("org 1"), buf_str(&sealed), STR("a secret")));
	CU_ASSERT_FALSE(opens(keys, STR("org 1"), STR("s1.0a0b0c0d"), STR(""))
			|| opens(keys, STR("org 1"), STR("s1.0a0b0c0d."), STR(""))
			|| opens(keys, STR("org 1"), STR_NONE, STR(""))
			|| opens(keys, STR("org 1"), STR("plain text"), STR("")));
	buf_fini(&sealed);
	crypt_keys_free(keys);
}

static void rotated_keys_open(void)
{
	struct crypt_keys *old = keys_of(KEY_A), *both = keys_of(KEY_B KEY_A), *new = keys_of(KEY_B);
	struct secret *secret = NULL;
	struct explain why;
	struct buf before, after;

	buf_init(&before, 1000);
	buf_init(&after, 1000);
	crypt_seal(old, STR("c"), STR("v"), &before);
	crypt_seal(both, STR("c"), STR("v"), &after);
	CU_ASSERT_TRUE(str_has_prefix(buf_str(&after), STR("s1.11112222.")));
	CU_ASSERT_TRUE(opens(both, STR("c"), buf_str(&before), STR("v")));
	CU_ASSERT_TRUE(opens(both, STR("c"), buf_str(&after), STR("v")));
	CU_ASSERT_TRUE(opens(new, STR("c"), buf_str(&after), STR("v")));
	CU_ASSERT_EQUAL(crypt_open(new, STR("c"), buf_str(&before), &secret, &why), ERR_SEALED);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "0a0b0c0d"));
	CU_ASSERT_TRUE(str_equal(crypt_sealed_under(buf_str(&before)), STR("0a0b0c0d")));
	CU_ASSERT_PTR_NULL(crypt_sealed_under(STR("s1.0a0b0c0d")).p);
	CU_ASSERT_PTR_NULL(crypt_sealed_under(STR("s1.")).p);
	CU_ASSERT_PTR_NULL(crypt_sealed_under(STR_NONE).p);
	buf_fini(&before);
	buf_fini(&after);
	crypt_keys_free(old);
	crypt_keys_free(both);
	crypt_keys_free(new);
}

static void digests_find_secrets(void)
{
	struct crypt_keys *old = keys_of(KEY_A), *both = keys_of(KEY_B KEY_A);
	unsigned char a[CRYPT_SHA256_BYTES], b[CRYPT_SHA256_BYTES];

	CU_ASSERT_TRUE(crypt_digest(old, 0, "verify", STR("token"), a));
	CU_ASSERT_TRUE(crypt_digest(both, 1, "verify", STR("token"), b));
	CU_ASSERT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	CU_ASSERT_TRUE(crypt_digest(both, 0, "verify", STR("token"), b));
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	CU_ASSERT_TRUE(crypt_digest(old, 0, "session", STR("token"), b));
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	CU_ASSERT_FALSE(crypt_digest(both, 2, "verify", STR("token"), b));
	crypt_keys_free(old);
	crypt_keys_free(both);
}

/* Whether `password` proves, under the setting of `hash`, what `hash` proves itself. */
static bool proves(struct str password, struct str hash)
{
	unsigned char wanted[CRYPT_SHA256_BYTES], given[CRYPT_SHA256_BYTES];
	struct str setting = hash;
	while (setting.n && setting.p[setting.n - 1] != '$')
		setting.n--;
	crypt_sha256(hash, wanted);
	return crypt_password_proof(password, setting, given) && !memcmp(given, wanted, sizeof(wanted));
}

static void passwords(void)
{
	char long_one[600];
	unsigned char proof[CRYPT_SHA256_BYTES];
	struct buf hash, again;

	buf_init(&hash, 400);
	buf_init(&again, 400);
	CU_ASSERT_EQUAL(crypt_password_hash(STR("correct horse \xc3\xa4"), &hash), ERR_OK);
	CU_ASSERT_EQUAL(crypt_password_hash(STR("correct horse \xc3\xa4"), &again), ERR_OK);
	CU_ASSERT_TRUE(str_has_prefix(buf_str(&hash), STR("$y$")));
	CU_ASSERT_FALSE(str_equal(buf_str(&hash), buf_str(&again)));
	CU_ASSERT_TRUE(proves(STR("correct horse \xc3\xa4"), buf_str(&hash)));
	CU_ASSERT_FALSE(proves(STR("correct horse"), buf_str(&hash)));
	CU_ASSERT_FALSE(proves(STR("correct horse \xc3\xa4\0x"), buf_str(&hash)));
	CU_ASSERT_FALSE(proves(STR(""), buf_str(&hash)));
	for (size_t i = 0; i < 5; i++) {
		static const char *const weak[] = { "", "*0", "$y$", "xxj31ZMTZzkVA", "$1$salt$" };
		CU_ASSERT_FALSE(crypt_password_proof(STR("x"), str_of(weak[i]), proof));
	}
	CU_ASSERT_FALSE(crypt_password_proof(STR("x"), STR_NONE, proof));
	memset(long_one, 'x', sizeof(long_one));
	CU_ASSERT_EQUAL(crypt_password_hash((struct str){ long_one, sizeof(long_one) }, &hash), ERR_INVALID);
	CU_ASSERT_EQUAL(crypt_password_hash(STR("a\0b"), &hash), ERR_INVALID);
	CU_ASSERT_FALSE(proves((struct str){ long_one, sizeof(long_one) }, buf_str(&hash)));
	buf_fini(&hash);
	buf_fini(&again);
}

CU_TestInfo core_crypt_tests[] = {
	{ "SHA-256: known answers", sha256_known_answers },
	{ "SHA-256 in pieces", sha256_in_pieces },
	{ "HMAC: known answers of RFC 4231", hmac_known_answers },
	{ "HMAC in threads", hmac_in_threads },
	{ "compares", compares },
	{ "hex both ways", hex_both_ways },
	{ "base64url both ways", base64url_both_ways },
	{ "base64 both ways", base64_both_ways },
	{ "tokens differ", tokens_differ },
	{ "key files are read", key_files_are_read },
	{ "key files are checked", key_files_are_checked },
	{ "key files are created once", key_files_are_created_once },
	{ "key files change, keys in memory follow", key_files_change },
	{ "sealed values open in their place only", sealed_values_open },
	{ "no bit of a sealed value can change", no_bit_can_change },
	{ "rotated keys open", rotated_keys_open },
	{ "digests find secrets", digests_find_secrets },
	{ "passwords", passwords },
	CU_TEST_INFO_NULL,
};
