/*
 * cmd-lead.c - `deskbellctl leads`: what customers want, the best first; `deskbellctl lead`: one of them, and setting a
 * field by hand.
 *
 * Setting is domain/leads/lead-override.h's; works out no facts: the sender does.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/leads/lead-override.h"

const struct arg_spec ctl_leads_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "class", "CLASS", false, SHAPE_ANY, "hot|warm|cold", "only those of this class" },
	{ ARG_OPTION, "limit", "N", false, SHAPE_COUNT, NULL, "how many, the best first; default 50" }, ARG_JSON,
	ARG_LAST };

const struct arg_spec ctl_lead_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "conversation", "ID", true, SHAPE_ID, NULL,
		"the conversation ('deskbellctl leads' and 'conversation list' show them)" },
	{ ARG_OPTION, "set", "FIELD=VALUE", false, SHAPE_ANY, NULL,
		"set a field by hand; without a value what was set is taken back" },
	ARG_JSON, ARG_LAST };

enum err ctl_leads(struct ctl *ctl)
{
	static const struct column columns[] = { { "conversation", "CONVERSATION", COLUMN_NUMBER, 0 },
		{ "name", "NAME", COLUMN_TEXT, 25 }, { "phone", "PHONE", COLUMN_TEXT, 0 },
		{ "class", "CLASS", COLUMN_TEXT, 0 }, { "score", "SCORE", COLUMN_NUMBER, 0 },
		{ "summary", "SUMMARY", COLUMN_TEXT, 70 }, { "facts", NULL, COLUMN_JSON, 0 },
		{ "manual", NULL, COLUMN_JSON, 0 }, { "source", NULL, COLUMN_TEXT, 0 },
		{ "updated_at", "CHANGED", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_lead_list_rows r;
	int64_t org = arg_number(ctl, "org"), limit = arg_number(ctl, "limit");
	enum err e = CTL_QUERY(ctl, org, sql_lead_list,
		&(struct sql_lead_list_args){ .org_id = org,
			.class = str_of(arg_text(ctl, "class")),
			.below_score = NULL,
			.below_us = NULL,
			.below_conversation = NULL,
			.max_rows = limit ? limit : 50,
			.days = NULL,
			.words = STR_NONE },
		&r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "There is no lead yet.");
	return e;
}

static const struct column lead_columns[] = { { "conversation", NULL, COLUMN_NUMBER, 0 },
	{ "name", NULL, COLUMN_TEXT, 0 }, { "phone", NULL, COLUMN_TEXT, 0 }, { "class", NULL, COLUMN_TEXT, 0 },
	{ "score", NULL, COLUMN_NUMBER, 0 }, { "summary", NULL, COLUMN_TEXT, 0 }, { "facts", NULL, COLUMN_JSON, 0 },
	{ "manual", NULL, COLUMN_JSON, 0 }, { "source", NULL, COLUMN_TEXT, 0 }, { "updated_at", NULL, COLUMN_TIME, 0 },
	COLUMN_LAST };

struct one {
	int64_t org, conversation;
	struct str field, value; /* to set; field absent when nothing is */
	struct sql_lead_find_rows r;
};

static enum err cmd_lead_edit(struct ctl *ctl, const struct one *l)
{
	struct lead_change change = { l->field, l->value };
	int refused;
	enum err e = lead_set_manual(ctl->db, ctl->pool, l->org, l->conversation, &change, 1, &refused, &ctl->why);
	/* The field is one of the table: nothing in it needs escaping. The value is the customer's and stays out. */
	return e != ERR_OK
		       ? e
		       : ctl_audit(ctl, l->org, "lead.edit",
			       pool_printf(ctl->pool, "{\"conversation\":%lld,\"field\":\"%.*s\",\"set\":%s}",
				       (long long)l->conversation, OUT_STR(l->field), l->value.n ? "true" : "false"));
}

static enum err cmd_lead_show_or_set(struct ctl *ctl, void *arg)
{
	struct one *l = arg;
	enum err e = sql_lead_find(ctl->db, ctl->pool, l->org, l->conversation, &l->r);
	if (e == ERR_OK && l->r.n == 0)
		return ctl_no_conversation(ctl, l->org, l->conversation);
	if (e != ERR_OK || !l->field.p)
		return e;
	e = cmd_lead_edit(ctl, l);
	return e == ERR_OK ? sql_lead_find(ctl->db, ctl->pool, l->org, l->conversation, &l->r) : e;
}

struct printing {
	struct pool *pool;
	const struct json *manual;
};

static bool print_fact(void *arg, struct str key, const struct json *value)
{
	struct printing *p = arg;
	bool flag = json_kind(value) == JSON_BOOL;
	struct str text = flag ? str_of(json_bool(value, false) ? "yes" : "no") : json_str(value);
	struct str name = out_safe(p->pool, key), shown = out_safe(p->pool, text);
	bool by_hand = json_get(p->manual, pool_cstr(p->pool, key)) != NULL;
	printf("  %-13.*s %.*s%s\n", OUT_STR(name), OUT_STR(shown), by_hand ? "  (set manually)" : "");
	return true;
}

static void cmd_lead_print(struct ctl *ctl, const struct sql_lead_find_rows *r)
{
	const struct sql_lead_find_row row = sql_lead_find_row(r, 0);
	struct str name = out_safe(ctl->pool, row.name), phone = out_safe(ctl->pool, row.phone),
		   summary = out_safe(ctl->pool, row.summary);
	struct printing p = { .pool = ctl->pool };
	const struct json *facts;
	printf("Conversation %lld with %.*s %.*s\n", (long long)row.conversation, OUT_STR(name), OUT_STR(phone));
	if (!row.has_score) {
		puts("  Nobody has looked at what it says yet.");
		return;
	}
	printf("  %.*s, score %lld: %.*s\n", OUT_STR(row.class), (long long)row.score, OUT_STR(summary));
	if (json_parse(ctl->pool, row.manual, &p.manual, NULL) == ERR_OK
		&& json_parse(ctl->pool, row.facts, &facts, NULL) == ERR_OK)
		json_each(facts, print_fact, &p);
}

static void cmd_lead_print_json(const struct sql_lead_find_rows *r)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_row(w, lead_columns, r->result, 0);
	json_end_object(w);
	out_json_end(&j);
}

enum err ctl_lead(struct ctl *ctl)
{
	struct one l = { .org = arg_number(ctl, "org"), .conversation = arg_number(ctl, "conversation") };
	struct str set = str_of(arg_text(ctl, "set"));
	if (set.p) {
		l.field = str_take_until(&set, '=');
		l.value = set;
		if (!set.p)
			return explain(
				&ctl->why, ERR_USAGE, "--set must be FIELD=VALUE; FIELD= takes back what was set");
	}
	enum err e = ctl_transaction(ctl, l.org, cmd_lead_show_or_set, &l);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_lead_print_json(&l.r);
	else
		cmd_lead_print(ctl, &l.r);
	return ERR_OK;
}
