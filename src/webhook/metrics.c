/*
 * metrics.c - GET /metrics: what a monitor wants to know of an installation, in the text format of Prometheus.
 *
 * Only for who sends the content of metrics.token_file as bearer token; without that setting the address does not
 * exist. Owns the names and the words; the numbers are one call of the database (sql/functions/metrics.sql), which
 * looks at a bounded number of rows. Never shows a contact's name, number or text; ids of organisations only when
 * metrics.organizations is on. While the database is unreachable the answer is 503, which a monitor shows as down.
 * Source: Prometheus, "Exposition formats" 0.0.4 and "Metric and label naming".
 */
#include "config.h"
#include "core/log.h"
#include "db/statements.h"
#include "webhook/receiver.h"

#include <stdio.h>

#define LABELS_MAX 3
#define TOKEN_MIN 16
#define TOKEN_MAX 256

/* Each is a gauge, but for those that only grow, of which a monitor makes rates. */
enum family_type { GAUGE, COUNTER, HISTOGRAM };

static const struct family {
	const char *key; /* as the database calls it */
	const char *name, *help;
	const char *labels[LABELS_MAX + 1];
	enum family_type type;
} families[] = {
	{ "messages", "deskbell_messages_last_hour", "Messages of the last hour by their status now.",
		{ "platform", "direction", "status" } },
	{ "decisions", "deskbell_decisions_last_hour", "What the bot decided in the last hour.",
		{ "outcome", "stage" } },
	{ "outbox", "deskbell_outbox_messages", "Messages that wait to be sent, at most 4000.", { "state" } },
	{ "outbox_oldest", "deskbell_outbox_oldest_seconds", "Age of the oldest message that waits to be sent.",
		{ NULL } },
	{ "answers", "deskbell_answer_jobs_due", "Answers that are due to be worked out, at most 4000.", { NULL } },
	{ "answers_oldest", "deskbell_answer_jobs_oldest_seconds", "How long the first of them has been due.",
		{ NULL } },
	{ "leads", "deskbell_lead_jobs_due", "Leads that are due to be worked out, at most 4000.", { NULL } },
	{ "leads_oldest", "deskbell_lead_jobs_oldest_seconds", "How long the first of them has been due.", { NULL } },
	{ "senders", "deskbell_senders", "Senders that gave a sign in the last 10 seconds.", { NULL } },
	{ "loop_max", "deskbell_sender_loop_max_seconds",
		"Longest turn of a sender's event loop in the last two minutes, its waiting apart.", { NULL } },
	{ "channels", "deskbell_channels", "Channels by status.", { "platform", "status" } },
	{ "channels_paused", "deskbell_channels_paused", "Channels that send nothing at the moment.", { "platform" } },
	{ "breakers", "deskbell_model_breakers_open",
		"Endpoints of models that are not asked because they did not answer several times in a row.",
		{ "endpoint" } },
	{ "quarantine", "deskbell_quarantine_items", "Signed items that could not be stored, at most 4000.", { NULL } },
	{ "refused", "deskbell_webhooks_refused_last_hour", "Webhooks that were refused in the last hour.", { NULL } },
	{ "messages_total", "deskbell_messages_total",
		"Messages since the installation was made, those that came twice included.", { NULL }, COUNTER },
	{ "decisions_total", "deskbell_decisions_total", "Decisions of the bot since then.", { NULL }, COUNTER },
	{ "webhooks_total", "deskbell_webhooks_total", "Lines of the webhook log since then.", { NULL }, COUNTER },
	{ "unknown_total", "deskbell_webhooks_unknown_total", "Webhooks for no channel that is known, since then.",
		{ NULL }, COUNTER },
	{ "quarantine_total", "deskbell_quarantine_items_total", "Signed items that could not be stored, since then.",
		{ NULL }, COUNTER },
	{ "mails_total", "deskbell_mails_total", "E-mails that were to be sent since then.", { NULL }, COUNTER },
	{ "answer_time", "deskbell_answer_seconds",
		"How long answers were worked out, from when they were begun to the decision.", { "le" }, HISTOGRAM },
	{ "delivery_time", "deskbell_delivery_seconds", "How long platforms took to answer to a message that was sent.",
		{ "le" }, HISTOGRAM },
};
#define FAMILIES (sizeof(families) / sizeof(families[0]))

static void add_label(struct buf *out, const char *name, struct str value, char *before)
{
	if (!value.p)
		return;
	buf_addf(out, "%c%s=\"", *before, name);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\n')
			buf_add_cstr(out, "\\n");
		else if (value.p[i] == '"' || value.p[i] == '\\')
			buf_addf(out, "\\%c", value.p[i]);
		else
			buf_add_char(out, value.p[i]);
	buf_add_char(out, '"');
	*before = ',';
}

static void add_sample(struct buf *out, const struct family *f, const struct sql_metrics_row *row)
{
	const struct str labels[LABELS_MAX] = { row->a, row->b, row->c };
	char before = '{', org[24];
	bool is_bound = f->type == HISTOGRAM && !str_equal(row->a, STR("sum")) && !str_equal(row->a, STR("count"));
	buf_add_cstr(out, f->name);
	if (f->type == HISTOGRAM)
		buf_addf(out, "_%.*s", is_bound ? 6 : (int)row->a.n, is_bound ? "bucket" : row->a.p);
	snprintf(org, sizeof(org), "%lld", (long long)row->organization);
	if (row->has_organization)
		add_label(out, "org", str_of(org), &before);
	for (int i = 0; f->labels[i] && (f->type != HISTOGRAM || is_bound); i++)
		add_label(out, f->labels[i], labels[i], &before);
	buf_addf(out, f->type == COUNTER ? "%s %.0f\n" : "%s %.15g\n", before == ',' ? "}" : "", row->value);
}

/* The samples of a family stand together under its words. */
static void write_families(struct buf *out, const struct sql_metrics_rows *r)
{
	static const char *const types[] = { [GAUGE] = "gauge", [COUNTER] = "counter", [HISTOGRAM] = "histogram" };
	for (const struct family *f = families; f < families + FAMILIES; f++) {
		buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", f->name, f->help, f->name, types[f->type]);
		for (int i = 0; i < r->n; i++) {
			const struct sql_metrics_row row = sql_metrics_row(r, i);
			if (str_equal(row.family, str_of(f->key)))
				add_sample(out, f, &row);
		}
	}
	buf_add_cstr(out, "# HELP deskbell_build_info The version that answers.\n# TYPE deskbell_build_info gauge\n"
			  "deskbell_build_info{version=\"" PACKAGE_VERSION "\"} 1\n");
}

/* Digests are compared, so that not even the length of the token shows. */
static bool token_matches(struct str header, struct str token)
{
	static const size_t scheme_n = sizeof("Bearer ") - 1;
	unsigned char given[CRYPT_SHA256_BYTES], right[CRYPT_SHA256_BYTES];
	if (header.n <= scheme_n || !str_equal_nocase((struct str){ header.p, scheme_n }, STR("Bearer ")))
		return false;
	crypt_sha256(str_trim((struct str){ header.p + scheme_n, header.n - scheme_n }), given);
	crypt_sha256(token, right);
	return crypt_equal(
		(struct str){ (const char *)given, sizeof(given) }, (struct str){ (const char *)right, sizeof(right) });
}

/* ERR_NOT_FOUND when no token is configured, ERR_DENIED for a wrong token. */
static enum err metrics_check_token(struct app *app, struct request *request)
{
	struct secret *token;
	struct explain why;
	const char *path = app->conf->metrics_token_file;
	if (!*path)
		return ERR_NOT_FOUND;
	if (secret_load(path, TOKEN_MAX, &token, &why) != ERR_OK) {
		LOG_LIMITED(LOG_LEVEL_ERROR, "metrics.token", F_CSTR("reason", why.text));
		return ERR_CONFIG;
	}
	bool is_long = secret_bytes(token).n >= TOKEN_MIN,
	     right = token_matches(request_header(request, "HTTP_AUTHORIZATION"), secret_bytes(token));
	secret_free(token);
	if (!is_long) {
		LOG_LIMITED(
			LOG_LEVEL_ERROR, "metrics.token", F_CSTR("reason", "the token has fewer than 16 characters"));
		return ERR_CONFIG;
	}
	return right ? ERR_OK : ERR_DENIED;
}

void metrics_get(struct app *app, struct request *request, struct str body, struct response *response)
{
	struct sql_metrics_rows r;
	enum err e = metrics_check_token(app, request);
	(void)body;
	if (e == ERR_NOT_FOUND) {
		respond_text(response, 404, STR("no such address\n"));
		return;
	}
	if (e == ERR_OK) {
		struct db *db = db_pool_take(app->db);
		e = sql_metrics(db, request->pool, app->conf->metrics_organizations == CONF_ON, &r);
		db_pool_put(app->db, db);
	}
	if (e != ERR_OK) {
		respond_error(response, e);
		return;
	}
	respond_text(response, 200, STR_NONE);
	response->content_type = "text/plain; version=0.0.4; charset=utf-8";
	write_families(&response->body, &r);
}
