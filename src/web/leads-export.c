/*
 * leads-export.c - /leads/export.csv: the leads as a file for a spreadsheet.
 *
 * RFC 4180 with every cell in quotes, UTF-8 with a byte order mark, without which Excel takes it for something else. A
 * cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): what customers
 * write must not run on the computer of the business. At most LEADS_MAX leads or BYTES_MAX bytes; what is cut off
 * is said by a header.
 */
#include "web/lead-list.h"

#include "core/clock.h"

#define LEADS_MAX 10000
#define AT_ONCE 1000
#define BYTES_MAX (8 << 20)

/* Of the facts, in the order of their columns. */
static const char *const facts_columns[] = { "name", "phone", "email", "service", "date", "date_iso", "location",
	"budget", "intent" };
#define FACTS_COLUMNS (sizeof(facts_columns) / sizeof(facts_columns[0]))

/* Also the full-width forms, which some spreadsheets take for the same. */
static bool is_formula(struct str s)
{
	uint32_t c;
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\n'))
		s = (struct str){ s.p + 1, s.n - 1 };
	if (str_utf8_next(s, &c) == 0)
		return false;
	return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r' || c == 0xff1d || c == 0xff0b
	       || c == 0xff0d || c == 0xff20;
}

static void add_cell(struct buf *out, struct str s, char end)
{
	buf_add_cstr(out, is_formula(s) ? "\"'" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_add_char(out, '"');
		buf_add_char(out, s.p[i]);
	}
	buf_add_char(out, '"');
	buf_add_cstr(out, end == ',' ? "," : "\r\n");
}

static void add_lead(struct visit *v, struct buf *out, const struct db_result *r, int row)
{
	char at[CLOCK_TEXT_SIZE];
	const struct json *facts = NULL;
	if (json_parse(v->pool, db_str(r, row, LEAD_FACTS), &facts, NULL) != ERR_OK)
		facts = NULL;
	clock_format(db_int(r, row, LEAD_LAST_MESSAGE_MS), at);
	add_cell(out, db_str(r, row, LEAD_CONVERSATION), ',');
	add_cell(out, db_str(r, row, LEAD_CONTACT), ',');
	add_cell(out, db_str(r, row, LEAD_NUMBER), ',');
	add_cell(out, db_str(r, row, LEAD_CLASS), ',');
	add_cell(out, db_str(r, row, LEAD_SCORE), ',');
	for (size_t i = 0; i < FACTS_COLUMNS; i++)
		add_cell(out, json_str(json_get(facts, facts_columns[i])), ',');
	add_cell(out, str_of(json_bool(json_get(facts, "non_business"), false) ? "yes" : "no"), ',');
	add_cell(out, db_str(r, row, LEAD_SUMMARY), ',');
	add_cell(out, str_of(at), '\n');
}

static void add_head(struct buf *out)
{
	buf_add_cstr(out, "\xEF\xBB\xBF\"conversation\",\"contact\",\"number\",\"level\",\"score\",");
	for (size_t i = 0; i < FACTS_COLUMNS; i++)
		add_cell(out, str_of(facts_columns[i]), ',');
	buf_add_cstr(out, "\"not_a_customer\",\"summary\",\"last_message_at\"\r\n");
}

struct export
{
	struct lead_filter filter;
	bool cut;
};

static enum err write_all(struct visit *v, void *arg)
{
	struct export *x = arg;
	struct buf *out = &v->response->body;
	struct lead_filter f = x->filter;
	struct db_result *r;
	int n = AT_ONCE;
	buf_reset(out);
	add_head(out);
	for (int all = 0; n == AT_ONCE; all += n) {
		x->cut = all >= LEADS_MAX || out->len > BYTES_MAX;
		if (x->cut)
			break;
		enum err e = lead_list_load(v, &f, AT_ONCE, &r);
		if (e != ERR_OK)
			return e;
		n = db_rows(r);
		for (int i = 0; i < n; i++)
			add_lead(v, out, r, i);
		if (n > 0)
			lead_filter_go_on(&f, r, n - 1);
	}
	return out->err;
}

enum err desk_leads_export(struct visit *v)
{
	struct export x = { .filter = lead_filter_of(v) };
	x.filter.has_key = false;
	enum err e = visit_transaction(v, write_all, &x);
	if (e != ERR_OK)
		return e;
	v->response->status = 200;
	v->response->content_type = "text/csv; charset=utf-8";
	response_header(v->response, "Content-Disposition", STR("attachment; filename=\"leads.csv\""));
	if (x.cut)
		response_header(v->response, "X-Deskbell-Cut", STR("yes"));
	return ERR_OK;
}
