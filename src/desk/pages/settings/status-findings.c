/*
 * status-findings.c - what Deskbell finds out about itself from inside: nothing here asks another host.
 *
 * The checks are those of deskbellctl doctor (domain/self-check.h), as far as this process can make them and they say
 * nothing of other tenants.
 */
#include "desk/pages/settings/status-parts.h"

#include "domain/costs/costs.h"
#include "domain/self-check.h"

enum level { GOOD, WARNING, BAD };

struct finding {
	enum level level;
	const char *subject, *words, *next; /* T("..."); next may be NULL */
	struct str value;                   /* after the words; absent for none */
};

static void status_findings_write_finding(struct desk_request *v, struct json_writer *w, const struct finding *f)
{
	const char *words = request_translate(v, f->words);
	json_begin_object(w);
	json_member_bool(w, "good", f->level == GOOD);
	json_member_bool(w, "warning", f->level == WARNING);
	json_member_bool(w, "bad", f->level == BAD);
	json_member_str(w, "subject", pool_printf(v->pool, "%s:", request_translate(v, f->subject)));
	json_member_str(w, "words",
		f->value.n ? pool_printf(v->pool, "%s: %.*s", words, (int)f->value.n, f->value.p) : str_of(words));
	page_write_text(w, "next_step", f->next ? str_of(request_translate(v, f->next)) : STR_NONE);
	json_end_object(w);
}

static struct finding status_findings_check_server(const struct status *s)
{
	const struct sql_doctor_server_row row = sql_doctor_server_row(&s->server, 0);
	struct finding f = { GOOD, T("Database"), T("answers and is writable, PostgreSQL"), NULL, row.version };
	if (row.is_read_only) {
		f = (struct finding){ BAD, T("Database"), T("is read-only: nothing can be stored"),
			T("Let database.url name the primary."), STR_NONE };
	} else if (row.version_number < OLDEST_SERVER) {
		f.level = BAD;
		f.words = T("is too old, PostgreSQL");
		f.next = T("Upgrade the server: 13 is the oldest that is supported.");
	}
	return f;
}

static struct finding status_findings_check_schema(const struct status *s)
{
	return s->is_migrated
		       ? (struct finding){ GOOD, T("Schema"), T("the database is at the version of this program"), NULL,
				 STR_NONE }
		       : (struct finding){ BAD, T("Schema"), T("the database is not at the version of this program"),
				 T("Run deskbellctl migrate."), STR_NONE };
}

static struct finding status_findings_check_role(const struct status *s)
{
	const struct sql_doctor_server_row found = sql_doctor_server_row(&s->server, 0);
	bool passes = found.is_superuser || found.bypasses_rls;
	return passes ? (struct finding){ BAD, T("Tenants"),
		T("the database role of the desk passes row-level security"),
		T("Give the desk a role of its own; the installation guide shows how."), STR_NONE }
		      : (struct finding){ GOOD, T("Tenants"), T("kept apart by the database"), NULL, STR_NONE };
}

static struct finding check_run_dir(struct desk_request *v)
{
	static const struct finding table[] = {
		[RUN_DIR_GOOD] = { GOOD, T("Run folder"), T("is writable"), NULL, { NULL, 0 } },
		[RUN_DIR_TOO_LONG] = { BAD, T("Run folder"), T("its path is too long for a socket"),
			T("Set run.dir to a shorter path."), { NULL, 0 } },
		[RUN_DIR_MISSING] = { WARNING, T("Run folder"), T("does not exist yet"),
			T("A sender makes it when it starts."), { NULL, 0 } },
		[RUN_DIR_NO_PLACE] = { BAD, T("Run folder"), T("does not exist, and the desk cannot make it"),
			T("Make it, and give it to the user of the programs."), { NULL, 0 } },
		[RUN_DIR_NO_FOLDER] = { BAD, T("Run folder"), T("is not a folder that can be entered"),
			T("Set run.dir to a folder."), { NULL, 0 } },
		[RUN_DIR_NOT_WRITABLE] = { BAD, T("Run folder"), T("cannot be written by the desk"),
			T("Give it to the user under which the programs run."), { NULL, 0 } },
		[RUN_DIR_OPEN] = { WARNING, T("Run folder"), T("can be written by everybody"),
			T("Take that right away: chmod o-w."), { NULL, 0 } },
	};
	return table[run_dir_check(v->desk->conf->run_dir)];
}

static struct finding status_findings_check_address(struct desk_request *v)
{
	static const struct finding table[] = {
		[ADDRESS_GOOD] = { GOOD, T("Address"), T("is https"), NULL, { NULL, 0 } },
		[ADDRESS_MISSING] = { BAD, T("Address"),
			T("public.base_url is not set: platforms do not know where to deliver"),
			T("Set it to the https address of this host."), { NULL, 0 } },
		[ADDRESS_NOT_HTTPS] = { WARNING, T("Address"),
			T("public.base_url is http: Meta delivers to https only"),
			T("Give the web server a certificate and use https."), { NULL, 0 } },
	};
	return table[address_check(v->desk->conf)];
}

static struct finding check_limits(struct desk_request *v)
{
	return lease_outlasts_timeout(v->desk->conf)
		       ? (struct finding){ GOOD, T("Limits"), T("fit each other"), NULL, STR_NONE }
		       : (struct finding){ BAD, T("Limits"),
				 T("outbox.lease_s is not longer than outbox.timeout_ms: a slow delivery is taken for "
				   "a dead one"),
				 T("Make outbox.lease_s longer."), STR_NONE };
}

static struct finding check_webhooks(struct desk_request *v, const struct status *s)
{
	const struct sql_status_refused_row row = sql_status_refused_row(&s->refused, 0);
	int64_t n = row.refused;
	if (n == 0)
		return (struct finding){ GOOD, T("Webhooks"), T("nothing was refused in the last 24 hours"), NULL,
			STR_NONE };
	struct str count = locale_number(v->pool, &v->locale, n), reason = request_reason(v, row.reason),
		   at = locale_time(v->pool, &v->locale, row.last_ms);
	return (struct finding){ WARNING, T("Webhooks"), T("refused in the last 24 hours"),
		T("Is the app secret the one in the console of Meta?"),
		pool_printf(v->pool, "%.*s (%.*s, %.*s)", (int)count.n, count.p, (int)at.n, at.p, (int)reason.n,
			reason.p ? reason.p : "") };
}

static struct finding check_queue(struct desk_request *v, const struct status *s)
{
	const struct sql_status_late_row row = sql_status_late_row(&s->late, 0);
	int64_t n = row.deliveries, answers = row.answers;
	struct str count = locale_number(v->pool, &v->locale, n ? n : answers);
	if (n + answers == 0)
		return (struct finding){ GOOD, T("Queue"), T("nothing waits longer than 5 minutes"), NULL, STR_NONE };
	return (struct finding){ BAD, T("Queue"),
		n ? T("messages that wait longer than 5 minutes")
		  : T("answers that are overdue by more than 5 minutes"),
		n ? T("The queue page shows the reason.") : T("Is a sender running?"), count };
}

/* Warned at 700, 900 and 1,000 of the free messages of a month, and when a payment method is missing. */
static void write_money(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	const struct sql_status_month_row month = sql_status_month_row(&s->month, 0);
	int64_t n = status_service_messages(s);
	struct str count = locale_number(v->pool, &v->locale, n);
	if (month.unpaid)
		status_findings_write_finding(v, w,
			&(struct finding){ BAD, T("Costs"), T("messages that were not delivered: no payment method"),
				T("Add a payment method to the WhatsApp account in Meta Business Settings."),
				locale_number(v->pool, &v->locale, month.unpaid) });
	if (n >= COSTS_FREE_SERVICE)
		status_findings_write_finding(v, w,
			&(struct finding){ WARNING, T("Costs"),
				T("the free service messages of this month are used up"),
				T("Each one more is billed. Make sure that a payment method is set."), count });
	else if (n >= 900 || n >= 700)
		status_findings_write_finding(v, w,
			&(struct finding){ WARNING, T("Costs"),
				n >= 900 ? T("of the 1,000 free service messages of this month more than 900 are used")
					 : T("of the 1,000 free service messages of this month more than 700 are used"),
				T("Make sure that a payment method is set before they are used up."), count });
}

static const char *status_findings_endpoint(struct str kind)
{
	static const char *const names[][2] = { { "embeddings", T("Embeddings") },
		{ "transcription", T("Voice notes as text") }, { "vision", T("Pictures described") } };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal(kind, str_of(names[i][0])))
			return names[i][1];
	return T("Language model");
}

/* One for each endpoint that is not asked; one that is good when all are. */
static void write_breakers(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	for (int i = 0; i < s->breakers.n; i++) {
		struct sql_status_breakers_row row = sql_status_breakers_row(&s->breakers, i);
		struct str since = locale_time(v->pool, &v->locale, row.since_ms),
			   until = locale_time(v->pool, &v->locale, row.until_ms);
		struct finding f = { WARNING, status_findings_endpoint(row.kind),
			T("its endpoint does not answer in time, so it is not asked for a while"),
			row.is_own ? T("Check the endpoint under Settings, Bot, and test it there.")
				   : T("This endpoint belongs to the installation: inform the administrator of the "
				       "server."),
			pool_printf(v->pool, "%.*s - %.*s", (int)since.n, since.p, (int)until.n, until.p) };
		status_findings_write_finding(v, w, &f);
	}
	if (s->breakers.n == 0)
		status_findings_write_finding(v, w,
			&(struct finding){ GOOD, T("Language model"), T("no endpoint is paused"), NULL, STR_NONE });
}

void status_write_findings(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	struct finding all[] = { status_findings_check_server(s), status_findings_check_schema(s),
		status_findings_check_role(s), check_run_dir(v), check_limits(v), status_findings_check_address(v),
		check_webhooks(v, s), check_queue(v, s) };
	json_key(w, "findings");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		status_findings_write_finding(v, w, &all[i]);
	write_money(v, w, s);
	write_breakers(v, w, s);
	json_end_array(w);
}
