/*
 * core-conf.c - tests of the configuration: defaults, file, environment, refusals in words, the sample.
 */
#include "core.h"

#include "core/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LITERAL(text) \
	{ \
		text, sizeof(text) - 1 \
	}
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char folder[64], path[80];

static void write_conf(struct str text)
{
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
}

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/deskbell-conf-%ld", (long)getpid());
	snprintf(path, sizeof(path), "%s/deskbell.conf", folder);
	CU_ASSERT_EQUAL_FATAL(mkdir(folder, 0700), 0);
}

static void end(void)
{
	unlink(path);
	rmdir(folder);
}

/* The words with which `text` is refused, without the folder; "" when it is taken. */
static const char *refusal(struct str text)
{
	static struct explain why;
	struct pool *pool = pool_new();
	struct conf conf;

	why.text[0] = '\0';
	begin();
	write_conf(text);
	enum err e = conf_load(pool, path, NULL, &conf, &why);
	end();
	pool_free(pool);
	CU_ASSERT_TRUE(e == (why.text[0] ? ERR_CONFIG : ERR_OK));
	return str_has_prefix(str_of(why.text), str_of(folder)) ? why.text + strlen(folder) + 1 : why.text;
}

static void conf_has_defaults(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why = { "" };

	CU_ASSERT_EQUAL(conf_load(pool, NULL, "/nonexistent/deskbell.conf", &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(why.text, "");
	CU_ASSERT_STRING_EQUAL(conf.path, "");
	CU_ASSERT_STRING_EQUAL(conf.database_url, "");
	CU_ASSERT_STRING_EQUAL(conf.graph_base_url, "https://graph.facebook.com");
	CU_ASSERT_STRING_EQUAL(conf.graph_version, "v25.0");
	CU_ASSERT_EQUAL(conf.log_level, LOG_LEVEL_INFO);
	CU_ASSERT_EQUAL(conf.outbox_kick, CONF_KICK_AUTO);
	CU_ASSERT_EQUAL(conf.database_pooler, CONF_POOLER_NONE);
	CU_ASSERT_EQUAL(conf.answer_debounce_ms, 3000);
	CU_ASSERT_EQUAL(conf.llm_timeout_ms, 12000);
	CU_ASSERT_EQUAL(conf.llm_daily_calls, 1000);
	CU_ASSERT_EQUAL(conf.embeddings_timeout_ms, 1500);
	CU_ASSERT_STRING_EQUAL(conf.embeddings_api_key_file, "");
	CU_ASSERT_STRING_EQUAL(conf.run_dir, "/nonexistent/run");
	CU_ASSERT_EQUAL(conf_load(pool, NULL, NULL, &conf, &why), ERR_OK);
	CU_ASSERT_EQUAL(conf.run_dir[0], '/');
	pool_free(pool);
}

static void conf_reads_a_file(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why = { "" };
	char run[100];

	begin();
	write_conf(STR("\xEF\xBB\xBF# a comment\r\n\r\n  # another\n"
		       "database.url = host=/run/pg dbname=desk\r\n"
		       "\toutbox.concurrency=2000\n"
		       "graph.base_url = http://127.0.0.1:9000/graph//\n"
		       "llm.base_url =\n"
		       "llm.model = g\xC3\xBCt # not a comment\n"
		       "answer.debounce_ms = 0\n"
		       "database.pooler = transaction\n"
		       "log.level = error"));
	CU_ASSERT_EQUAL(conf_load(pool, path, "/nonexistent", &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(why.text, "");
	CU_ASSERT_STRING_EQUAL(conf.path, path);
	CU_ASSERT_STRING_EQUAL(conf.database_url, "host=/run/pg dbname=desk");
	CU_ASSERT_EQUAL(conf.outbox_concurrency, 2000);
	CU_ASSERT_STRING_EQUAL(conf.graph_base_url, "http://127.0.0.1:9000/graph");
	CU_ASSERT_STRING_EQUAL(conf.llm_base_url, "");
	CU_ASSERT_STRING_EQUAL(conf.llm_model, "g\xC3\xBCt # not a comment");
	CU_ASSERT_EQUAL(conf.answer_debounce_ms, 0);
	CU_ASSERT_EQUAL(conf.database_pooler, CONF_POOLER_TRANSACTION);
	CU_ASSERT_EQUAL(conf.log_level, LOG_LEVEL_ERROR);
	snprintf(run, sizeof(run), "%s/run", folder);
	CU_ASSERT_STRING_EQUAL(conf.run_dir, run);
	end();
	pool_free(pool);
}

static void conf_finds_its_file(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why = { "" };

	begin();
	write_conf(STR("run.dir = sockets\n"));
	CU_ASSERT_EQUAL(conf_load(pool, NULL, path, &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.path, path);
	CU_ASSERT_TRUE(str_has_prefix(str_of(conf.run_dir), str_of(folder)));
	CU_ASSERT_TRUE(str_has_suffix(str_of(conf.run_dir), STR("/sockets")));
	CU_ASSERT_EQUAL(conf_load(pool, NULL, "/no-such-file.conf", &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.run_dir, "/run");
	setenv("DESKBELL_RUN_DIR", "/srv/desk", 1);
	CU_ASSERT_EQUAL(conf_load(pool, NULL, path, &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.run_dir, "/srv/desk");
	unsetenv("DESKBELL_RUN_DIR");
	setenv("DESKBELL_CONF", path, 1);
	CU_ASSERT_EQUAL(conf_load(pool, NULL, "/nonexistent", &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.path, path);
	/* One that was named has to be there. */
	CU_ASSERT_EQUAL(conf_load(pool, "/nonexistent/c", path, &conf, &why), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(why.text, "cannot read the configuration /nonexistent/c: No such file or directory");
	setenv("DESKBELL_CONF", folder, 1);
	CU_ASSERT_EQUAL(conf_load(pool, NULL, path, &conf, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "Is a directory"));
	setenv("DESKBELL_CONF", "", 1);
	CU_ASSERT_EQUAL(conf_load(pool, NULL, path, &conf, &why), ERR_OK);
	unsetenv("DESKBELL_CONF");
	end();
	pool_free(pool);
}

/* The programs are started in different folders, and nobody replaces '~' for them. */
static void conf_completes_paths(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why = { "" };
	char key[300];

	begin();
	snprintf(key, sizeof(key), "%s/my.key", folder);
	write_conf(STR("key.file = my.key\nlog.file = /var/log/desk.log\nllm.model = small\n"));
	CU_ASSERT_EQUAL(conf_load(pool, path, NULL, &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.key_file, key);
	CU_ASSERT_STRING_EQUAL(conf.log_file, "/var/log/desk.log");
	CU_ASSERT_STRING_EQUAL(conf.llm_model, "small");
	CU_ASSERT_STRING_EQUAL(conf.metrics_token_file, "");
	write_conf(STR("\nlog.file = ~/desk.log\n"));
	CU_ASSERT_EQUAL(conf_load(pool, path, NULL, &conf, &why), ERR_CONFIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, ":2: log.file must be a whole path"));
	end();
	pool_free(pool);
}

static void conf_takes_the_environment(void)
{
	struct pool *pool = pool_new();
	struct conf conf;
	struct explain why = { "" };

	begin();
	write_conf(STR("graph.base_url = https://a.example\noutbox.kick = auto\nllm.model = m\n"));
	setenv("DESKBELL_GRAPH_BASE_URL", " http://127.0.0.1:1/ ", 1);
	setenv("DESKBELL_OUTBOX_KICK", "off", 1);
	setenv("DESKBELL_LLM_MODEL", "", 1);
	setenv("DESKBELL_NO_SUCH_KEY", "x", 1);
	CU_ASSERT_EQUAL(conf_load(pool, path, NULL, &conf, &why), ERR_OK);
	CU_ASSERT_STRING_EQUAL(conf.graph_base_url, "http://127.0.0.1:1");
	CU_ASSERT_EQUAL(conf.outbox_kick, CONF_KICK_OFF);
	CU_ASSERT_STRING_EQUAL(conf.llm_model, "");
	setenv("DESKBELL_OUTBOX_KICK", "maybe", 1);
	CU_ASSERT_EQUAL(conf_load(pool, path, NULL, &conf, &why), ERR_CONFIG);
	CU_ASSERT_STRING_EQUAL(why.text, "DESKBELL_OUTBOX_KICK: outbox.kick must be auto or off, not 'maybe'");
	unsetenv("DESKBELL_GRAPH_BASE_URL");
	unsetenv("DESKBELL_OUTBOX_KICK");
	unsetenv("DESKBELL_LLM_MODEL");
	unsetenv("DESKBELL_NO_SUCH_KEY");
	end();
	pool_free(pool);
}

static void conf_refuses_in_words(void)
{
#define ADDRESS " must be empty or an address such as https://host.example/path, without user name, query or fragment"
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "\n#\noutbox.concurrency = many\n",
			"deskbell.conf:3: outbox.concurrency must be a whole number from 1 to 2000, not 'many'" },
		{ "outbox.concurrency = 0",
			"deskbell.conf:1: outbox.concurrency must be a whole number from 1 to 2000, not '0'" },
		{ "outbox.concurrency = 2001",
			"deskbell.conf:1: outbox.concurrency must be a whole number from 1 to 2000, not '2001'" },
		{ "outbox.concurrency =",
			"deskbell.conf:1: outbox.concurrency must be a whole number from 1 to 2000, not ''" },
		{ "log.level = loud", "deskbell.conf:1: log.level must be debug, info, warn or error, not 'loud'" },
		{ "log.level = inf\x1b[2J",
			"deskbell.conf:1: log.level must be debug, info, warn or error, not 'inf?[2J'" },
		{ "outbox.kick = 1234567890123456789012345678901234567890123456789012345678901234567890123456789012345",
			"deskbell.conf:1: outbox.kick must be auto or off, not "
			"'12345678901234567890123456789012345678901234567890123456789012345678901234567890...'" },
		{ "llm.timeout_ms = 999",
			"deskbell.conf:1: llm.timeout_ms must be a whole number from 1000 to 60000, not '999'" },
		{ "database.pooler =", "deskbell.conf:1: database.pooler must be none or transaction, not ''" },
		{ "graph.base_url = graph.facebook.com", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "graph.base_url = ftp://a", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "graph.base_url = https://", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "graph.base_url = https:///v1", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "graph.base_url = https://:80", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "graph.base_url = https://a b", "deskbell.conf:1: graph.base_url" ADDRESS },
		{ "llm.base_url = https://me:hunter2@a.example", "deskbell.conf:1: llm.base_url" ADDRESS },
		{ "llm.base_url = https://a.example/?key=hunter2", "deskbell.conf:1: llm.base_url" ADDRESS },
		{ "log.level = info\nlog.level = info", "deskbell.conf:2: log.level is already set in line 1" },
		{ "outbox.concurency = 4",
			"deskbell.conf:1: there is no key outbox.concurency; did you mean outbox.concurrency?" },
		{ "graph_version = v25.0",
			"deskbell.conf:1: there is no key graph_version; did you mean graph.version?" },
		{ "colour = red", "deskbell.conf:1: there is no key colour; 'deskbellctl conf --sample' lists all" },
		{ "log.level", "deskbell.conf:1: a line must be 'key = value', or a comment that starts with #" },
		{ "= x", "deskbell.conf:1: a line must be 'key = value', or a comment that starts with #" },
		{ "postgresql://me:hunter2@h/db?sslmode=require",
			"deskbell.conf:1: a line must be 'key = value', or a comment that starts with #" },
	};
#undef ADDRESS

	for (size_t i = 0; i < COUNT(cases); i++)
		CU_ASSERT_STRING_EQUAL(refusal(str_of(cases[i].text)), cases[i].words);
	CU_ASSERT_STRING_EQUAL(refusal(STR("llm.model = a\0b\n")), "deskbell.conf:1: the line holds a NUL byte");
	CU_ASSERT_STRING_EQUAL(refusal(STR("")), "");
}

/* Whatever is wrong around it, the value of database.url stays out of the words. */
static void conf_never_shows_the_database_address(void)
{
	static const struct str cases[] = {
		LITERAL("database.url = password=hunter2\ndatabase.url = password=hunter2\n"),
		LITERAL("database.ur = postgresql://me:hunter2@h/db\n"),
		LITERAL("database.url postgresql://me:hunter2@h/db\n"),
		LITERAL("database.url = \\\n  host=h password=hunter2\n"),
		LITERAL("database.url = hun\0ter2 hunter2\n"),
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *words = refusal(cases[i]);
		CU_ASSERT_NOT_EQUAL(words[0], '\0');
		CU_ASSERT_PTR_NULL(strstr(words, "hunter2"));
	}
}

static void conf_refuses_a_huge_file(void)
{
	size_t size = (1 << 20) + 1;
	char *text = malloc(size);

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, '\n', size);
	CU_ASSERT_PTR_NOT_NULL(strstr(refusal((struct str){ text, size }), "is larger than 1048576 bytes"));
	CU_ASSERT_STRING_EQUAL(refusal((struct str){ text, size - 1 }), "");
	free(text);
}

/* The sample as a file changes nothing; with its keys taken in, it says the defaults. */
static void conf_samples_itself(void)
{
	struct buf sample, open;
	struct str rest;
	unsigned int keys = 0;

	buf_init(&sample, 1 << 20);
	buf_init(&open, 1 << 20);
	conf_sample(&sample);
	for (rest = buf_str(&sample); rest.n > 0;) {
		struct str line = str_take_until(&rest, '\n');
		bool is_key = line.n > 1 && line.p[0] == '#' && line.p[1] != ' ';
		CU_ASSERT_TRUE(line.n <= 90);
		CU_ASSERT_TRUE(line.n == 0 || line.p[0] == '#');
		keys += is_key;
		buf_add_str(&open, is_key ? (struct str){ line.p + 1, line.n - 1 } : line);
		buf_add_char(&open, '\n');
	}
	CU_ASSERT_STRING_EQUAL(refusal(buf_str(&sample)), "");
	CU_ASSERT_STRING_EQUAL(refusal(buf_str(&open)), "");
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&sample), "\n# From 1 to 2000.\n#outbox.concurrency = 64\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&sample), "\n# One of: debug, info, warn, error.\n#log.level = info\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&sample), "\n#database.url =\n"));
#define ONE(...) +1
	CU_ASSERT_EQUAL(keys, 0 CONF_LIST(ONE, ONE, ONE, ONE, ONE));
#undef ONE
	buf_fini(&sample);
	buf_fini(&open);
}

CU_TestInfo core_conf_tests[] = {
	{ "has defaults", conf_has_defaults },
	{ "reads a file", conf_reads_a_file },
	{ "finds its file, and a named one must exist", conf_finds_its_file },
	{ "completes paths, and refuses ~", conf_completes_paths },
	{ "takes the environment over the file", conf_takes_the_environment },
	{ "refuses in words that name the line and what is allowed", conf_refuses_in_words },
	{ "never shows the database address", conf_never_shows_the_database_address },
	{ "refuses a huge file", conf_refuses_a_huge_file },
	{ "gives a sample that holds its defaults", conf_samples_itself },
	CU_TEST_INFO_NULL,
};
