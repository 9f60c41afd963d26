/*
 * cmd-export.c - `deskbellctl export`: everything of an organisation, one JSON object a line.
 *
 * Owns the order of the kinds: what is named by others comes first. All pages are read in one snapshot, so that what is
 * printed is the state of one moment; of any size no more than a page is in memory. The objects are made in
 * sql/queries/export.sql, which leaves out secrets and password hashes. The last line says how many there were: without
 * it an export is not whole. Changes nothing but the audit log, which says beforehand that it was made.
 */
#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/org/export-files.h"
#include "ctl/output.h"

const struct arg_spec ctl_export_args[] = { ARG_THE_ORG, ARG_LAST };

static const struct kind {
	sql_export_organization_query *page; /* NULL: export_files */
	const char *type;
} kinds[] = {
	{ sql_export_organization, "organization" },
	{ sql_export_user, "user" },
	{ sql_export_channel, "channel" },
	{ sql_export_canned_reply, "canned_reply" },
	{ sql_export_skill, "skill" },
	{ NULL, "file" },
	{ sql_export_reply_content, "reply_content" },
	{ sql_export_document, "document" },
	{ sql_export_contact, "contact" },
	{ sql_export_conversation, "conversation" },
	{ sql_export_message, "message" },
	{ sql_export_decision, "decision" },
	{ sql_export_counter_example, "counter_example" },
	{ sql_export_proposal_verdict, "proposal_verdict" },
	{ sql_export_conversation_event, "conversation_event" },
	{ sql_export_lead, "lead" },
	{ sql_export_quarantine, "quarantine" },
	{ sql_export_webhook_log, "webhook_log" },
	{ sql_export_llm_usage, "llm_usage" },
	{ sql_export_message_costs, "message_costs" },
	{ sql_export_audit, "audit" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static enum err cmd_export_written(struct ctl *ctl)
{
	return ferror(stdout) ? explain(&ctl->why, ERR_IO, "standard output cannot be written; the export is not whole")
			      : ERR_OK;
}

/* One page; `key` is where the one before ended, and where this one ends. `n` grows by its objects. */
static enum err export_page(struct ctl *ctl, struct pool *pool, const struct kind *kind, int64_t *key, int64_t *n)
{
	struct sql_export_organization_rows r;
	enum err e = kind->page(ctl->db, pool, arg_number(ctl, "org"), *key, &r);
	if (e != ERR_OK)
		return e;
	for (int i = 0; i < r.n; i++) {
		const struct sql_export_organization_row row = sql_export_organization_row(&r, i);
		struct str object = row.object;
		fwrite(object.p, 1, object.n, stdout);
		putchar('\n');
		*key = row.key;
	}
	*n += r.n;
	if (r.n == 0)
		*key = -1;
	return cmd_export_written(ctl);
}

static enum err export_kind(struct ctl *ctl, const struct kind *kind, int64_t *n)
{
	struct pool *pool = pool_new();
	enum err e = kind->page ? ERR_OK : export_files(ctl, arg_number(ctl, "org"), n);
	for (int64_t key = kind->page ? 0 : -1; e == ERR_OK && key >= 0; pool_reset(pool))
		e = export_page(ctl, pool, kind, &key, n);
	pool_free(pool);
	return e;
}

static void print_end(struct ctl *ctl, const int64_t counts[KINDS])
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "type", STR("end"));
	json_member_i64(w, "organization", arg_number(ctl, "org"));
	out_json_time(w, "at", clock_wall_ms());
	json_key(w, "objects");
	json_begin_object(w);
	for (size_t i = 0; i < KINDS; i++)
		json_member_i64(w, kinds[i].type, counts[i]);
	json_end_object(w);
	json_end_object(w);
	out_json_end(&j);
}

/* Once begun it cannot be run again: lines are out. So it is no ctl_transaction. */
static enum err export_all(struct ctl *ctl, int64_t counts[KINDS])
{
	enum err e = db_begin_snapshot(ctl->db, arg_number(ctl, "org"));
	for (size_t i = 0; e == ERR_OK && i < KINDS; i++)
		e = export_kind(ctl, &kinds[i], &counts[i]);
	db_rollback(ctl->db); /* nothing was changed */
	return e;
}

static enum err note_export(struct ctl *ctl, void *arg)
{
	(void)arg;
	return ctl_audit(ctl, arg_number(ctl, "org"), "organization.export", STR_NONE);
}

enum err ctl_export(struct ctl *ctl)
{
	int64_t counts[KINDS] = { 0 };
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), note_export, NULL);
	if (e == ERR_OK)
		e = export_all(ctl, counts);
	if (e == ERR_OK)
		print_end(ctl, counts);
	else if (!*ctl->why.text)
		explain(&ctl->why, e, "the export is not whole: %s",
			*db_last_message(ctl->db) ? db_last_message(ctl->db) : err_info(e)->message);
	return e;
}
