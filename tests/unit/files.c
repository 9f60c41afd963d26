/*
 * files.c - the unit tests of src/files: a whole file or none under a name, and what happens when it cannot be.
 */
#include "check.h"
#include "tap.h"

#include "core/log.h"
#include "files/file-store.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pool *pool;
static struct conf conf;

static void store_begin(void)
{
	pool = pool_new();
	char *dir = pool_cstr(pool, STR("/tmp/deskbell-files-XXXXXX"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	conf.files_dir = pool_printf(pool, "%s/files", dir).p;
}

static void store_end(void)
{
	CHECK_INT(system(pool_printf(pool, "rm -rf %.30s", conf.files_dir).p), 0);
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
	pool_free(pool);
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
		CU_SUITE_INFO_NULL,
	};
	log_open("test-files", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
