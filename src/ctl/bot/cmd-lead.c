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
	struct db_result *r;
	int64_t org = arg_number(ctl, "org"), limit = arg_number(ctl, "limit");
	enum err e = CTL_QUERY(ctl, org, &sql_lead_list_statement, &r, DB_INT(org), DB_CSTR(arg_text(ctl, "class")),
		DB_NULL, DB_NULL, DB_NULL, DB_INT(limit ? limit : 50), DB_NULL, DB_NULL);
	if (e == ERR_OK)
		out_listing(ctl, columns, r, "There is no lead yet.");
	return e;
}

/* Columns of lead_find. */
enum { CONVERSATION, NAME, PHONE, CLASS, SCORE, SUMMARY, FACTS, MANUAL, SOURCE, CHANGED };
static const struct column lead_columns[] = { [CONVERSATION] = { "conversation", NULL, COLUMN_NUMBER, 0 },
	[NAME] = { "name", NULL, COLUMN_TEXT, 0 },
	[PHONE] = { "phone", NULL, COLUMN_TEXT, 0 },
	[CLASS] = { "class", NULL, COLUMN_TEXT, 0 },
	[SCORE] = { "score", NULL, COLUMN_NUMBER, 0 },
	[SUMMARY] = { "summary", NULL, COLUMN_TEXT, 0 },
	[FACTS] = { "facts", NULL, COLUMN_JSON, 0 },
	[MANUAL] = { "manual", NULL, COLUMN_JSON, 0 },
	[SOURCE] = { "source", NULL, COLUMN_TEXT, 0 },
	[CHANGED] = { "updated_at", NULL, COLUMN_TIME, 0 },
	COLUMN_LAST };

struct one {
	int64_t org, conversation;
	struct str field, value; /* to set; field absent when nothing is */
	struct db_result *r;
};

static enum err cmd_lead_edit(struct ctl *ctl, const struct one *l)
{
	struct lead_change change = { l->field, l->value };
	int refused;
	enum err e = lead_set_by_hand(ctl->db, ctl->pool, l->org, l->conversation, &change, 1, &refused, &ctl->why);
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
	enum err e =
		DB_QUERY(ctl->db, ctl->pool, &sql_lead_find_statement, &l->r, DB_INT(l->org), DB_INT(l->conversation));
	if (e == ERR_OK && db_rows(l->r) == 0)
		return ctl_no_conversation(ctl, l->org, l->conversation);
	if (e != ERR_OK || !l->field.p)
		return e;
	e = cmd_lead_edit(ctl, l);
	return e == ERR_OK ? DB_QUERY(
		       ctl->db, ctl->pool, &sql_lead_find_statement, &l->r, DB_INT(l->org), DB_INT(l->conversation))
			   : e;
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
	printf("  %-13.*s %.*s%s\n", OUT_STR(name), OUT_STR(shown), by_hand ? "  (set by hand)" : "");
	return true;
}

static void cmd_lead_print(struct ctl *ctl, const struct db_result *r)
{
	struct str name = out_safe(ctl->pool, db_str(r, 0, NAME)), phone = out_safe(ctl->pool, db_str(r, 0, PHONE)),
		   summary = out_safe(ctl->pool, db_str(r, 0, SUMMARY));
	struct printing p = { .pool = ctl->pool };
	const struct json *facts;
	printf("Conversation %lld with %.*s %.*s\n", (long long)db_int(r, 0, CONVERSATION), OUT_STR(name),
		OUT_STR(phone));
	if (db_is_null(r, 0, SCORE)) {
		puts("  Nobody has looked at what it says yet.");
		return;
	}
	printf("  %.*s, score %lld: %.*s\n", OUT_STR(db_str(r, 0, CLASS)), (long long)db_int(r, 0, SCORE),
		OUT_STR(summary));
	if (json_parse(ctl->pool, db_str(r, 0, MANUAL), &p.manual, NULL) == ERR_OK
		&& json_parse(ctl->pool, db_str(r, 0, FACTS), &facts, NULL) == ERR_OK)
		json_each(facts, print_fact, &p);
}

static void cmd_lead_print_json(const struct db_result *r)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	out_json_row(w, lead_columns, r, 0);
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
		cmd_lead_print_json(l.r);
	else
		cmd_lead_print(ctl, l.r);
	return ERR_OK;
}
