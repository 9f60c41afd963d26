/*
 * bot-test.c - does the model answer? One small call of each endpoint, on the explicit request of a user.
 *
 * All calls are under way at once and have 5 s together; no connection to the database is held meanwhile. The words
 * are those of answer/llm/llm-endpoint.h, which never hold a key.
 */
#include "desk/pages/bot/bot-page.h"

#include "answer/llm/endpoints.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEST_MS 5000
#define ANSWER_MAX_BYTES (1 << 20)

struct probe {
	struct desk_request *v;
	struct bot_finding *finding;
	bool done;
};

struct call {
	enum endpoint_kind kind;
	const char *subject, *path, *members;
};

static const struct call calls[BOT_FINDINGS_MAX] = {
	{ ENDPOINT_CHAT, T("Model for answers:"), "/chat/completions",
		"{\"messages\":[{\"role\":\"user\",\"content\":\"Say yes.\"}]}" },
	{ ENDPOINT_EMBEDDINGS, T("Model for embeddings:"), "/embeddings", "{\"input\":[\"yes\"]}" },
	{ ENDPOINT_TRANSCRIPTION, T("Model for voice notes:"), "/audio/transcriptions", NULL },
	{ ENDPOINT_VISION, T("Model for pictures:"), "/chat/completions",
		"{\"messages\":[{\"role\":\"user\",\"content\":\"Say yes.\"}]}" },
};

/* A quarter of a second of silence, as a file; -1 where there can be none. */
static int bot_test_silence(int64_t *bytes)
{
	enum { RATE = 8000, SAMPLES = 2000, HEAD = 44 };
	static const unsigned char head[HEAD] = "RIFF\xf4\x07\0\0WAVEfmt \x10\0\0\0\1\0\1\0"
						"\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\xd0\x07\0";
	unsigned char samples[SAMPLES];
	FILE *file = tmpfile();
	if (!file)
		return -1;
	memset(samples, 0x80, sizeof(samples));
	int fd =
		fwrite(head, 1, HEAD, file) == HEAD && fwrite(samples, 1, SAMPLES, file) == SAMPLES && fflush(file) == 0
			? dup(fileno(file))
			: -1;
	fclose(file);
	*bytes = HEAD + SAMPLES;
	return fd;
}

static void bot_test_answered(void *arg, const struct llm_outcome *outcome)
{
	struct probe *p = arg;
	struct pool *pool = p->v->pool;
	p->done = true;
	p->finding->level = outcome->body ? BOT_FINDING_GOOD : BOT_FINDING_BAD;
	p->finding->words = outcome->body ? pool_printf(pool, "%s %.1f",
				    request_translate(p->v, T("It answers. Seconds:")), (double)outcome->took_us / 1e6)
					  : request_reason(p->v, outcome->reason);
}

static void bot_test_begin(struct probe *p, struct http_client *http, const struct call *call,
	const struct endpoint_sources *from, const struct settings *settings)
{
	struct desk_request *v = p->v;
	struct endpoint_choice choice;
	struct explain why;
	p->finding->subject = request_translate(v, call->subject);
	if (!endpoint_find(v->pool, from, v->caller.org_id, settings, call->kind, &choice, &why)) {
		p->done = true;
		p->finding->level = *why.text ? BOT_FINDING_BAD : BOT_FINDING_WARNING;
		p->finding->words =
			*why.text ? request_explain(v, &why)
				  : str_of(request_translate(v, T("None is set, so there is nothing to test.")));
		return;
	}
	if (choice.endpoint.timeout_ms > TEST_MS)
		choice.endpoint.timeout_ms = TEST_MS;
	choice.endpoint.refuses = NULL;
	struct llm_upload silence = { .fd = -1, .name = STR("silence.wav"), .type = STR("audio/wav") };
	if (!call->members)
		silence.fd = bot_test_silence(&silence.bytes);
	llm_endpoint_call(http, &(struct llm_call){ .endpoint = &choice.endpoint,
					.path = call->path,
					.members = str_of(call->members),
					.upload = call->members ? NULL : &silence,
					.max_response_bytes = ANSWER_MAX_BYTES,
					.done = bot_test_answered,
					.arg = p });
}

static bool bot_test_is_over(const struct probe probes[BOT_FINDINGS_MAX])
{
	bool over = true;
	for (int i = 0; i < BOT_FINDINGS_MAX; i++)
		over = over && probes[i].done;
	return over;
}

enum err bot_test(struct desk_request *v, struct bot_finding findings[BOT_FINDINGS_MAX], int *n)
{
	struct bot_stored stored;
	struct settings settings;
	struct llm_endpoints installed = { 0 };
	struct endpoint_sources from = { .conf = v->desk->conf, .keys = v->desk->keys, .installed = &installed };
	struct probe probes[BOT_FINDINGS_MAX];
	struct explain why;
	enum err e = request_transaction(v, bot_load, &stored);
	if (e != ERR_OK)
		return e;
	request_put_db(v);
	(void)settings_read(v->pool, stored.text, &settings);
	if (llm_endpoints_load(v->pool, v->desk->conf, &installed, &why) != ERR_OK)
		installed = (struct llm_endpoints){ 0 }; /* the desk may not read the host's key */
	struct http_client *http =
		http_client_new(&(struct http_client_options){ .max_connections = BOT_FINDINGS_MAX });
	for (int i = 0; i < BOT_FINDINGS_MAX; i++) {
		probes[i] = (struct probe){ .v = v, .finding = &findings[i] };
		bot_test_begin(&probes[i], http, &calls[i], &from, &settings);
	}
	while (!bot_test_is_over(probes))
		http_client_run(http, NULL, 0, TEST_MS);
	http_client_free(http);
	*n = BOT_FINDINGS_MAX;
	return ERR_OK;
}
