/*
 * doctor-answers.c - the doctor's checks of what answers stand on next to the database: the model's endpoints, and
 * the files with secrets that the configuration names.
 *
 * Calls no endpoint: that costs money, and 'deskbellctl ask' shows more.
 */
#include "ctl/doctor/doctor.h"

#include "answer/llm/llm-endpoint.h"
#include "ctl/output.h"

#include <errno.h>
#include <sys/stat.h>

#define SECRET_LEAST 16 /* of a secret that opens an address of ours */
#define SECRET_MOST 4096

/* Whether a file with a secret can be read, by us and not by everybody. True when there is nothing to say. */
static bool check_secret_file(struct doctor *d, const char *check, const char *key, const char *path, size_t least)
{
	struct secret *secret;
	struct explain why = { "" };
	struct stat st;
	if (!*path)
		return true;
	if (secret_load(path, SECRET_MOST, &secret, &why) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, "let the file be readable by the user of the programs, or unset it",
			"%s: %s", key, why.text);
		return false;
	}
	size_t n = secret_bytes(secret).n;
	secret_free(secret);
	if (n < least) {
		doctor_note(d, DOCTOR_FAIL, check, "put a longer one into it",
			"%s: %s holds %zu characters, at least "
			"%zu are needed",
			key, path, n, least);
		return false;
	}
	if (stat(path, &st) == 0 && (st.st_mode & S_IRWXO)) {
		doctor_note(d, DOCTOR_WARN, check, pool_printf(d->ctl->pool, "chmod o= %s", path).p,
			"%s: %s can be used by everybody on this host (mode %04o)", key, path,
			(unsigned)st.st_mode & 07777);
		return false;
	}
	return true;
}

void doctor_secret_files(struct doctor *d)
{
	static const char check[] = "secret files";
	const struct conf *conf = &d->ctl->conf;
	bool good = check_secret_file(d, check, "llm.api_key_file", conf->llm_api_key_file, 1);
	good &= check_secret_file(d, check, "embeddings.api_key_file", conf->embeddings_api_key_file, 1);
	good &= check_secret_file(d, check, "transcription.api_key_file", conf->transcription_api_key_file, 1);
	good &= check_secret_file(d, check, "vision.api_key_file", conf->vision_api_key_file, 1);
	good &= check_secret_file(d, check, "webcron.key_file", conf->webcron_key_file, SECRET_LEAST);
	good &= check_secret_file(d, check, "metrics.token_file", conf->metrics_token_file, SECRET_LEAST);
	good &= check_secret_file(d, check, "mail.smtp_password_file", conf->mail_smtp_password_file, 1);
	if (good)
		doctor_note(d, DOCTOR_OK, check, NULL,
			"those that the configuration names can be read, and not by everybody");
}

/* "answers: some-model, embeddings: another" */
static const char *doctor_models_text(struct pool *pool, const struct llm_endpoints *endpoints)
{
	static const char *const subjects[ENDPOINT_KINDS] = { "answers", "embeddings", "voice notes", "pictures" };
	const char *text = "";
	for (int kind = 0; kind < ENDPOINT_KINDS; kind++)
		if (endpoints->has[kind])
			text = pool_printf(pool, "%s%s%s: %.*s", text, *text ? ", " : "", subjects[kind],
				OUT_STR(endpoints->of[kind].model))
				       .p;
	return *text ? text : "none is configured: answers come from skills and documents alone";
}

void doctor_model(struct doctor *d)
{
	static const char check[] = "model";
	struct llm_endpoints endpoints;
	struct explain why = { "" };
	if (llm_endpoints_load(d->ctl->pool, &d->ctl->conf, &endpoints, &why) != ERR_OK)
		doctor_note(d, DOCTOR_FAIL, check, "correct it: the sender does not start with it", "%s", why.text);
	else
		doctor_note(d, DOCTOR_OK, check, NULL, "%s", doctor_models_text(d->ctl->pool, &endpoints));
}

/* Endpoints that organisations have chosen for themselves. */
void doctor_own_models(struct doctor *d)
{
	static const char check[] = "model";
	struct sql_doctor_models_rows r;
	if (CTL_QUERY(d->ctl, 0, sql_doctor_models, &r) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	for (int i = 0; i < r.n; i++) {
		const struct sql_doctor_models_row row = sql_doctor_models_row(&r, i);
		struct str what = row.kind;
		long long org = row.org_id;
		doctor_note(d, DOCTOR_WARN, check,
			pool_printf(
				d->ctl->pool, "deskbellctl setting set --org %lld %.*s_model NAME", org, OUT_STR(what))
				.p,
			"organisation %lld names an endpoint (%.*s_base_url), but no model: it is not asked", org,
			OUT_STR(what));
	}
}

static enum err load_breakers(struct ctl *ctl, void *arg)
{
	return sql_doctor_breakers(ctl->db, ctl->pool, arg);
}

void doctor_breakers(struct doctor *d)
{
	static const char check[] = "model";
	struct sql_doctor_breakers_rows rows;
	struct pool *pool = d->ctl->pool;
	if (ctl_transaction(d->ctl, 0, load_breakers, &rows) != ERR_OK) {
		doctor_note(d, DOCTOR_FAIL, check, NULL, "%s", d->ctl->why.text);
		return;
	}
	for (int i = 0; i < rows.n; i++) {
		struct sql_doctor_breakers_row row = sql_doctor_breakers_row(&rows, i);
		struct str part = str_equal(row.kind, STR("chat")) ? STR("llm") : row.kind;
		const char *whose = row.org_id ? pool_printf(pool, "organisation %lld", (long long)row.org_id).p
					       : "this installation";
		doctor_note(d, DOCTOR_WARN, check,
			pool_printf(pool, "check that the endpoint answers within its time limit (%.*s.base_url)",
				OUT_STR(part))
				.p,
			"the endpoint of %s (%.*s) did not answer in time %lld times in a row since %.*s UTC; it is "
			"not "
			"asked until %.*s UTC",
			whose, OUT_STR(row.kind), (long long)row.failures, OUT_STR(row.since), OUT_STR(row.open_until));
	}
}
