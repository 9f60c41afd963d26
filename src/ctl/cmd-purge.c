/*
 * cmd-purge.c - `deskbellctl purge`: takes out what is old.
 *
 * Owns the order in which tables are looked at, and the least age. Works organisation by organisation and piece by
 * piece, each in a transaction of its own, so that no program waits for it and it can be stopped anywhere; what a piece
 * is and what must stay is in sql/functions/purge.sql. What waits to be sent is never taken out.
 */
#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "files/file-collect.h"

#define AGE_MIN_DAYS 7 /* Meta delivers again for seven days: a message that is gone would be taken for a new one */
#define AGE_MAX_DAYS 36500

const struct arg_spec ctl_purge_args[] = { { ARG_OPTION, "older-than", "AGE", true, SHAPE_ANY, NULL,
						   "such as 90d, 12w, 18mo or 2y" },
	ARG_SOME_ORG, { ARG_FLAG, "dry-run", NULL, false, SHAPE_ANY, NULL, "only count" },
	{ ARG_FLAG, "yes", NULL, false, SHAPE_ANY, NULL, "also less than 7 days" }, ARG_JSON, ARG_LAST };

static const struct step {
	sql_purge_messages_query *piece;
	const char *key, *words;
	const char *also_key, *also_words; /* what goes with them; NULL: nothing */
} steps[] = {
	{ sql_purge_messages, "messages", "messages", "deliveries", "of them with a delivery" },
	{ sql_purge_decisions, "decisions", "decisions of the bot", NULL, NULL },
	{ sql_purge_conversation_events, "conversation_events", "events of conversations", NULL, NULL },
	{ sql_purge_webhook_log, "webhook_log", "entries of the webhook log", NULL, NULL },
	{ sql_purge_quarantine, "quarantine", "items in quarantine", NULL, NULL },
	{ sql_purge_parked_statuses, "parked_statuses", "parked statuses", NULL, NULL },
	{ sql_purge_llm_usage, "llm_usage", "days of the model's use", NULL, NULL },
	{ sql_purge_audit_log, "audit_log", "entries of the audit log", NULL, NULL },
	/* Behind messages and decisions: whether it is empty shows then. */
	{ sql_purge_conversations, "conversations", "closed conversations", "contacts",
		"contacts without any other conversation" },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))

struct purge {
	int64_t org; /* that is being worked on */
	struct str before;
	int64_t before_ms;
	bool dry;
	const struct step *step;
	int64_t behind; /* the place that was reached; -1: the end */
	int64_t gone, also;
	int64_t total[STEPS], total_also[STEPS], of_org;
	int64_t organizations;
};

/* "18mo" as an interval of the database and roughly in days. */
static enum err parse_age(struct ctl *ctl, struct str text, struct str *interval, int64_t *days)
{
	static const struct {
		const char *suffix, *name;
		int64_t days;
	} units[] = { { "d", "days", 1 }, { "w", "weeks", 7 }, { "mo", "months", 30 }, { "y", "years", 365 } };
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct str suffix = str_of(units[i].suffix);
		int64_t n;
		if (!str_has_suffix(text, suffix) || !str_to_i64((struct str){ text.p, text.n - suffix.n }, &n))
			continue;
		if (n < 1 || n > AGE_MAX_DAYS / units[i].days)
			break;
		*days = n * units[i].days;
		*interval = pool_printf(ctl->pool, "%lld %s", (long long)n, units[i].name);
		return ERR_OK;
	}
	return explain(&ctl->why, ERR_USAGE,
		"--older-than must be a number from 1 on and a unit, d, w, mo or y, and at most 100 years, such as "
		"90d, "
		"12w, 18mo, 2y; not '%.40s'",
		text.p);
}

static enum err cmd_purge_piece(struct ctl *ctl, void *arg)
{
	struct purge *p = arg;
	struct sql_purge_messages_rows r;
	enum err e = p->step->piece(ctl->db, ctl->pool, p->org, p->behind, p->before, p->dry, &r);
	if (e != ERR_OK)
		return e;
	const struct sql_purge_messages_row row = sql_purge_messages_row(&r, 0);
	p->behind = !row.has_reached ? -1 : row.reached;
	p->gone = row.gone;
	p->also = row.also;
	return ERR_OK;
}

/* A pool of its own, so that a hundred thousand pieces take no more memory than one. */
static enum err run_step(struct ctl *ctl, struct purge *p)
{
	struct pool *whole = ctl->pool;
	size_t i = (size_t)(p->step - steps);
	enum err e = ERR_OK;
	for (p->behind = 0; e == ERR_OK && p->behind >= 0;) {
		ctl->pool = pool_new();
		e = ctl_transaction(ctl, p->org, cmd_purge_piece, p);
		pool_free(ctl->pool);
		if (e == ERR_OK) {
			p->total[i] += p->gone;
			p->total_also[i] += p->also;
			p->of_org += p->gone;
		}
	}
	ctl->pool = whole;
	return e;
}

static enum err cmd_purge_note(struct ctl *ctl, void *arg)
{
	struct purge *p = arg;
	char before[CLOCK_TEXT_SIZE];
	clock_format(p->before_ms, before);
	return ctl_audit(ctl, p->org, "purge",
		pool_printf(ctl->pool, "{\"before\":\"%s\",\"rows\":%lld}", before, (long long)p->of_org));
}

static enum err purge_organization(struct ctl *ctl, struct purge *p)
{
	enum err e = ERR_OK;
	p->of_org = 0;
	for (p->step = steps; e == ERR_OK && p->step < steps + STEPS; p->step++)
		e = run_step(ctl, p);
	if (e == ERR_OK && !p->dry && p->of_org > 0)
		e = ctl_transaction(ctl, p->org, cmd_purge_note, p);
	return e;
}

static void cmd_purge_print_json(const struct purge *p)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_time(w, "before", p->before_ms);
	json_member_bool(w, "dry_run", p->dry);
	json_member_i64(w, "organizations", p->organizations);
	for (size_t i = 0; i < STEPS; i++) {
		json_member_i64(w, steps[i].key, p->total[i]);
		if (steps[i].also_key)
			json_member_i64(w, steps[i].also_key, p->total_also[i]);
	}
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_purge_print(struct ctl *ctl, const struct purge *p)
{
	struct str before = out_time(ctl->pool, p->before_ms);
	printf("%s from before %.*s:\n", p->dry ? "Would be taken out" : "Taken out", OUT_STR(before));
	for (size_t i = 0; i < STEPS; i++) {
		printf("%10lld %s\n", (long long)p->total[i], steps[i].words);
		if (steps[i].also_key)
			printf("%10lld %s\n", (long long)p->total_also[i], steps[i].also_words);
	}
}

static enum err purge_all(struct ctl *ctl, struct purge *p, struct str interval)
{
	struct sql_purge_moment_rows moment;
	struct sql_purge_organizations_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_purge_moment, interval, &moment);
	if (e != ERR_OK)
		return e;
	const struct sql_purge_moment_row row = sql_purge_moment_row(&moment, 0);
	p->before = row.moment;
	p->before_ms = row.moment_ms;
	e = CTL_QUERY(ctl, 0, sql_purge_organizations, org ? &org : NULL, &r);
	for (int i = 0; e == ERR_OK && i < r.n; i++) {
		p->org = sql_purge_organizations_row(&r, i).id;
		e = purge_organization(ctl, p);
		if (e == ERR_NOT_FOUND && !org) /* deleted meanwhile */
			e = ERR_OK;
		p->organizations++;
	}
	return e;
}

enum err ctl_purge(struct ctl *ctl)
{
	struct purge p = { .dry = arg_flag(ctl, "dry-run") };
	struct str interval;
	int64_t days = 0;
	enum err e = parse_age(ctl, str_of(arg_text(ctl, "older-than")), &interval, &days);
	if (e != ERR_OK)
		return e;
	if (days < AGE_MIN_DAYS && !p.dry && !arg_flag(ctl, "yes"))
		return explain(&ctl->why, ERR_USAGE,
			"less than %d days: a platform may deliver a message again for that long, and one that was "
			"taken out would be taken for a new one. Add --yes if you mean it.",
			AGE_MIN_DAYS);
	e = purge_all(ctl, &p, interval);
	if (e == ERR_OK && !p.dry)
		e = file_collect_orphans(&ctl->conf, ctl->db, ctl->pool);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_purge_print_json(&p);
	else
		cmd_purge_print(ctl, &p);
	return ERR_OK;
}
