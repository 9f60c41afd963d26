/*
 * channel.c - the unit tests of src/channel: which suites there are, and what they share.
 */
#include "channel.h"

#include "check.h"
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

static void add_member(struct buf *out, const char *name, struct str value)
{
	if (value.p)
		buf_addf(out, " %s=%.*s", name, (int)value.n, value.p);
}

static void add_message(struct buf *out, const struct inbound *m)
{
	for (int i = 0; i < m->n_identities; i++)
		buf_addf(out, " %s:%.*s", m->identities[i].kind, (int)m->identities[i].value.n,
			m->identities[i].value.p);
	add_member(out, "renamed", m->renamed_from);
	add_member(out, "phone", m->phone);
	add_member(out, "name", m->name);
	add_member(out, "user", m->username);
	buf_add_cstr(out, m->is_echo ? " echo" : "");
	add_member(out, "body", m->body);
	buf_addf(out, "%s%s%s", m->text_like ? " text-like" : "", m->wants_answer ? " answer" : "",
		m->opens_window ? " window" : "");
	buf_add_cstr(out, m->is_event ? " event" : "");
	add_member(out, "attention", m->attention);
	buf_addf(out, "%s", m->block == INBOUND_BLOCKED ? " blocks" : m->block == INBOUND_UNBLOCKED ? " unblocks" : "");
	add_member(out, "to", m->reply_to);
	add_member(out, "meta", m->metadata);
}

struct str test_told(struct pool *pool, const char *platform, const struct inbound_list *list)
{
	static const char *const ops[] = { "message", "status", "quarantine", "verified", "field" };
	struct buf b;
	buf_init(&b, 1 << 20);
	for (const struct inbound *m = list->first; m; m = m->next) {
		CU_ASSERT_TRUE(m->org_id == 1 && m->channel_id == 2 && !strcmp(m->platform, platform));
		buf_addf(&b, "%s%s", b.len ? "\n" : "", ops[m->op]);
		add_member(&b, "id", m->provider_id);
		if (m->at_s != 1790000000 && m->op <= INBOUND_STATUS)
			buf_addf(&b, " at=%s",
				m->at_s == TEST_NOW ? "now" : pool_printf(pool, "%lld", (long long)m->at_s).p);
		add_member(&b, "kind", m->kind);
		add_member(&b, "status", m->status);
		add_member(&b, "tag", m->tag);
		add_member(&b, "error", m->error);
		add_member(&b, "reason", m->reason);
		if (m->op == INBOUND_FIELD) {
			add_member(&b, "shape", m->metadata);
			buf_add_cstr(&b, m->channel_state == INBOUND_CHANNEL_BROKEN     ? " broken"
					 : m->channel_state == INBOUND_CHANNEL_RESTORED ? " restored"
											: "");
		}
		if (m->op == INBOUND_MESSAGE)
			add_message(&b, m);
	}
	return pool_take(pool, &b);
}

bool test_is_sentence(const char *s)
{
	return s && s[0] >= 'A' && s[0] <= 'Z' ? s[strlen(s) - 1] == '.'
					       : s && s[strlen(s) - 1] == '.' && strlen(s) > 10;
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
		if ((str_has_suffix(str_of(entry->d_name), STR(".json"))
			    || str_has_suffix(str_of(entry->d_name), STR(".md")))
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
		{ "facts", NULL, NULL, NULL, NULL, channel_fact_tests },
		{ "whatsapp webhook", NULL, NULL, NULL, NULL, channel_webhook_tests },
		{ "whatsapp scan", NULL, NULL, NULL, NULL, channel_scan_tests },
		{ "whatsapp signature", NULL, NULL, NULL, NULL, channel_signature_tests },
		{ "whatsapp errors", NULL, NULL, NULL, NULL, channel_error_tests },
		{ "whatsapp judge", NULL, NULL, NULL, NULL, channel_judge_tests },
		{ "whatsapp send", NULL, NULL, NULL, NULL, channel_send_tests },
		{ "telegram webhook", NULL, NULL, NULL, NULL, telegram_webhook_tests },
		{ "telegram errors", NULL, NULL, NULL, NULL, telegram_error_tests },
		{ "telegram send", NULL, NULL, NULL, NULL, telegram_send_tests },
		{ "channel files", NULL, NULL, NULL, NULL, channel_files_tests },
		{ "description", NULL, NULL, NULL, NULL, channel_description_tests },
		{ "channel config", NULL, NULL, NULL, NULL, channel_config_tests },
		CU_SUITE_INFO_NULL,
	};
	log_open("test-channel", "/dev/null", LOG_LEVEL_ERROR);
	return unit_main(suites);
}
