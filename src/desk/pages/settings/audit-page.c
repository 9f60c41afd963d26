/*
 * audit-page.c - /audit: who changed what.
 *
 * Only reads. What was written there holds no secret; all the same every text is cut and escaped, since details carry
 * names that people chose.
 */
#include "desk/desk.h"

#include "core/formats/query.h"

#define PER_PAGE 100
#define DETAIL_MAX 300

struct audit {
	int64_t after; /* 0: from the top */
	struct str action, actor;
	struct sql_audit_list_rows r;
};

static enum err audit_page_load(struct desk_request *v, void *arg)
{
	struct audit *a = arg;
	return sql_audit_list(v->db, v->pool, v->caller.org_id, a->after ? &a->after : NULL, a->action, a->actor,
		PER_PAGE + 1, &a->r);
}

/* "/audit?action=...&actor=..." */
static struct str audit_page_address_of(struct desk_request *v, struct str action, struct str actor, int64_t after)
{
	struct buf b;
	buf_init(&b, 2000);
	buf_add_cstr(&b, "/audit");
	query_add(&b, "action", action);
	query_add(&b, "actor", actor);
	query_add_i64(&b, "after", after);
	return pool_take(v->pool, &b);
}

static struct str actor_name(struct desk_request *v, const struct sql_audit_list_rows *r, int i)
{
	const struct sql_audit_list_row row = sql_audit_list_row(r, i);
	struct str actor = row.actor, person = row.person;
	if (person.n)
		return person;
	if (str_has_prefix(actor, STR("token:")))
		return pool_printf(
			v->pool, "%s %.*s", request_translate(v, T("API token")), (int)(actor.n - 6), actor.p + 6);
	if (str_equal(actor, STR("sign-in")))
		return str_of(request_translate(v, T("Sign-in page")));
	return actor;
}

/* What was done, in words. Another version may have written an action that is not here: that one shows as it is. */
static const char *audit_page_words_of(struct desk_request *v, struct str action)
{
	static const struct {
		const char *action, *words;
	} actions[] = { { "backup.made", T("Backup made") }, { "channel.connect", T("Channel connected") },
		{ "channel.disconnect", T("Channel disconnected") }, { "channel.edit", T("Channel changed") },
		{ "contact.erase", T("Contact erased") }, { "contact.merge", T("Contacts merged") },
		{ "contact.separate", T("Contacts separated") }, { "contact.block", T("Contact blocked") },
		{ "contact.unblock", T("Contact unblocked") }, { "answer.wrong", T("Answer marked as wrong") },
		{ "answer.wrong.remove", T("Answer no longer marked as wrong") },
		{ "proposal.reject", T("Proposed answer rejected") },
		{ "question.not-ours", T("Questions marked as not ours") },
		{ "contact.export", T("Copy of a contact's data made") },
		{ "invitation.accept", T("Invitation accepted") }, { "invitation.add", T("Person invited") },
		{ "invitation.remove", T("Invitation withdrawn") }, { "key.rotate", T("Keys rotated") },
		{ "knowledge.add", T("Document added") }, { "knowledge.change", T("Document changed") },
		{ "knowledge.delete", T("Document deleted") }, { "knowledge.fetch", T("Document fetched") },
		{ "knowledge.import", T("Documents imported") }, { "knowledge.replace", T("Document replaced") },
		{ "lead.edit", T("Lead changed") }, { "leads.export", T("Leads exported") },
		{ "organization.add", T("Organisation made") }, { "organization.bot_mode", T("Bot mode changed") },
		{ "organization.edit", T("Organisation changed") },
		{ "organization.export", T("Organisation exported") },
		{ "organization.import", T("Organisation imported") },
		{ "organization.security", T("Security settings changed") },
		{ "password.change", T("Password changed") }, { "purge", T("Old data taken out") },
		{ "queue.discard", T("Message discarded") }, { "queue.retry", T("Message sent again") },
		{ "reply.add", T("Canned reply added") }, { "reply.delete", T("Canned reply deleted") },
		{ "reply.edit", T("Canned reply changed") }, { "retention", T("Old data removed by retention") },
		{ "second_factor.codes", T("New recovery codes") },
		{ "second_factor.recovery", T("Signed in with a recovery code") },
		{ "second_factor.remove", T("Second factor removed") },
		{ "second_factor.reset", T("Second factor reset") }, { "second_factor.set", T("Second factor set up") },
		{ "second_factor.wrong", T("Wrong second factor") }, { "session.end", T("Signed out") },
		{ "setting.set", T("Setting changed") }, { "setting.unset", T("Setting back at its default") },
		{ "setup", T("Desk set up") }, { "sign_in.good", T("Signed in") },
		{ "sign_in.wrong", T("Wrong password") }, { "skill.add", T("Skill added") },
		{ "skill.change", T("Skill changed") }, { "skill.delete", T("Skill deleted") },
		{ "skill.import", T("Skills imported") }, { "skill.learn", T("Skills trained") },
		{ "skill.off", T("Skill switched off") }, { "skill.on", T("Skill switched on") },
		{ "token.add", T("API token created") }, { "token.revoke", T("API token revoked") },
		{ "user.add", T("Person added") }, { "user.disable", T("Account switched off") },
		{ "user.enable", T("Account switched on") }, { "user.password", T("Password replaced") },
		{ "user.remove", T("Person removed") }, { "user.reset", T("Password replaced by its user") },
		{ "user.reset-link", T("Link for a new password made") }, { "user.role", T("Role changed") },
		{ "user.sessions", T("Sessions ended") } };
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (str_equal(action, str_of(actions[i].action)))
			return request_translate(v, actions[i].words);
	return pool_cstr(v->pool, action);
}

/* "key: value, key: value" */
static bool add_member(void *arg, struct str key, const struct json *value)
{
	struct buf *text = arg;
	struct json_writer w;
	if (json_kind(value) == JSON_NULL)
		return true;
	buf_addf(text, "%s%.*s: ", text->len ? ", " : "", (int)key.n, key.p);
	if (json_kind(value) == JSON_STRING) {
		buf_add_str(text, json_str(value));
	} else {
		json_writer_init(&w, text);
		json_write_value(&w, value);
	}
	return text->len < DETAIL_MAX;
}

static struct str detail_of(struct desk_request *v, struct str stored)
{
	struct buf text;
	const struct json *detail;
	if (!stored.p || json_parse(v->pool, stored, &detail, NULL) != ERR_OK)
		return STR("");
	buf_init(&text, 1 << 20);
	json_each(detail, add_member, &text);
	struct str cut = pool_str(v->pool, str_cut(buf_str(&text), DETAIL_MAX));
	buf_fini(&text);
	return cut;
}

static void write_entry(struct desk_request *v, struct json_writer *w, const struct sql_audit_list_rows *r, int i)
{
	json_begin_object(w);
	const struct sql_audit_list_row row = sql_audit_list_row(r, i);
	json_member_i64(w, "id", row.id);
	locale_write_time(w, "time", &v->locale, row.at_ms);
	json_member_str(w, "actor", actor_name(v, r, i));
	json_member_str(w, "actor_href", audit_page_address_of(v, STR_NONE, row.actor, 0));
	json_member_str(w, "action", row.action);
	json_member_str(w, "what", str_of(audit_page_words_of(v, row.action)));
	json_member_str(w, "action_href", audit_page_address_of(v, row.action, STR_NONE, 0));
	json_member_str(w, "detail", detail_of(v, row.detail));
	json_end_object(w);
}

static void audit_page_write_filter(struct desk_request *v, struct json_writer *w, const struct audit *a)
{
	struct str actor = a->actor.n && a->r.n > 0 ? actor_name(v, &a->r, 0) : a->actor;
	json_key(w, "filter");
	json_begin_object(w);
	json_member_bool(w, "active", a->action.n || a->actor.n);
	page_write_text(w, "action", a->action.n ? str_of(audit_page_words_of(v, a->action)) : a->action);
	page_write_text(w, "actor", actor);
	json_end_object(w);
}

enum err desk_audit(struct desk_request *v)
{
	struct audit a = { .action = request_query_text(v, "action", 100),
		.actor = request_query_text(v, "actor", 100) };
	if (!str_to_i64(request_query(v->request, "after"), &a.after) || a.after < 1)
		a.after = 0;
	enum err e = request_transaction(v, audit_page_load, &a);
	if (e != ERR_OK)
		return e;
	int n = a.r.n > PER_PAGE ? PER_PAGE : a.r.n;
	struct json_writer *w = page_begin(v, "audit", "settings", T("Audit log"));
	page_write_flag(w, "tab", STR("audit"));
	audit_page_write_filter(v, w, &a);
	json_member_bool(w, "has_entries", n > 0);
	json_key(w, "entries");
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		write_entry(v, w, &a.r, i);
	json_end_array(w);
	page_write_pager(w, a.after ? audit_page_address_of(v, a.action, a.actor, 0) : STR_NONE,
		a.r.n > n ? audit_page_address_of(v, a.action, a.actor, sql_audit_list_row(&a.r, n - 1).id) : STR_NONE);
	return page_end(v, 200);
}
