/*
 * channel.c - the unit tests of src/channel: which suites there are, and what they share.
 */
#include "channel.h"

#include "tap.h"

#include "core/log.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct json *test_json(struct pool *pool, const char *text)
{
	const struct json *v;
	struct explain why;
	char *copy = pool_cstr(pool, str_of(text));
	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (json_parse(pool, str_of(copy), &v, &why) != ERR_OK)
		fatal(ERR_INTERNAL, "%s in %s", why.text, copy);
	return v;
}

static bool read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char chunk[4096];
	size_t n;
	if (!f)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
	return out->len > 0;
}

int test_corpus(const char *folder, void (*each)(const char *name, struct str content))
{
	struct pool *pool = pool_new();
	const char *named = getenv("DESKBELL_CORPUS"), *source = getenv("srcdir");
	const char *path = named ? pool_printf(pool, "%s/%s", named, folder).p
				 : pool_printf(pool, "%s/../shared/corpus/%s", source ? source : ".", folder).p;
	struct dirent *entry;
	int n = 0;
	DIR *dir = opendir(path);
	while (dir && (entry = readdir(dir)) != NULL) {
		struct buf content;
		buf_init(&content, 1 << 22);
		if (str_has_suffix(str_of(entry->d_name), STR(".json"))
			&& read_file(pool_printf(pool, "%s/%s", path, entry->d_name).p, &content)) {
			each(entry->d_name, buf_str(&content));
			n++;
		}
		buf_fini(&content);
	}
	if (dir)
		closedir(dir);
	if (n)
		printf("# %d examples in %s\n", n, folder);
	else
		printf("# skipped: there are no examples (%s); DESKBELL_CORPUS names their folder\n", path);
	pool_free(pool);
	return n;
}

int main(void)
{
	CU_SuiteInfo suites[] = {
		{ "whatsapp webhook", NULL, NULL, NULL, NULL, channel_webhook_tests },
		{ "whatsapp signature", NULL, NULL, NULL, NULL, channel_signature_tests },
		{ "whatsapp errors", NULL, NULL, NULL, NULL, channel_error_tests },
		{ "whatsapp judge", NULL, NULL, NULL, NULL, channel_judge_tests },
		{ "whatsapp send", NULL, NULL, NULL, NULL, channel_send_tests },
		{ "channel config", NULL, NULL, NULL, NULL, channel_config_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-channel", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
