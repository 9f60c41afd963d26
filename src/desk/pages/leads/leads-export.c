/*
 * leads-export.c - /leads/export.csv: the leads as a file for a spreadsheet (desk/format/csv.h).
 *
 * The audit log records each. At most LEADS_MAX leads or BYTES_MAX bytes; a header reports what is cut off.
 */
#include "desk/format/csv.h"
#include "desk/pages/leads/lead-list.h"

#include "core/clock.h"

#define LEADS_MAX 10000
#define AT_ONCE 1000
#define BYTES_MAX (8 << 20)

/* Of the facts, in the order of their columns. */
static const char *const facts_columns[] = { "name", "phone", "email", "service", "date", "date_iso", "location",
	"budget", "intent" };
#define FACTS_COLUMNS (sizeof(facts_columns) / sizeof(facts_columns[0]))

static void add_lead(struct desk_request *v, struct buf *out, const struct sql_lead_list_row *row)
{
	char at[CLOCK_TEXT_SIZE];
	const struct json *facts = NULL;
	if (json_parse(v->pool, row->facts, &facts, NULL) != ERR_OK)
		facts = NULL;
	clock_format(row->last_message_ms, at);
	csv_add_cell(out, pool_printf(v->pool, "%lld", (long long)row->conversation), true);
	csv_add_cell(out, row->name, false);
	csv_add_cell(out, row->phone, false);
	csv_add_cell(out, row->class, false);
	csv_add_cell(out, pool_printf(v->pool, "%lld", (long long)row->score), false);
	for (size_t i = 0; i < FACTS_COLUMNS; i++)
		csv_add_cell(out, json_str(json_get(facts, facts_columns[i])), false);
	csv_add_cell(out, str_of(json_bool(json_get(facts, "non_business"), false) ? "yes" : "no"), false);
	csv_add_cell(out, row->summary, false);
	csv_add_cell(out, str_of(at), false);
	csv_end_row(out);
}

static void add_head(struct buf *out)
{
	static const char *const before[] = { "conversation", "contact", "number", "level", "score" };
	static const char *const after[] = { "not_a_customer", "summary", "last_message_at" };
	csv_begin(out);
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		csv_add_cell(out, str_of(before[i]), i == 0);
	for (size_t i = 0; i < FACTS_COLUMNS; i++)
		csv_add_cell(out, str_of(facts_columns[i]), false);
	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
		csv_add_cell(out, str_of(after[i]), false);
	csv_end_row(out);
}

struct export
{
	struct lead_filter filter;
	bool cut;
};

static enum err leads_export_write_all(struct desk_request *v, void *arg)
{
	struct export *x = arg;
	struct buf *out = &v->response->body;
	struct lead_filter f = x->filter;
	struct sql_lead_list_rows r;
	int n = AT_ONCE;
	buf_reset(out);
	add_head(out);
	enum err e = request_audit(v, "leads.export", STR_NONE);
	if (e != ERR_OK)
		return e;
	for (int all = 0; n == AT_ONCE; all += n) {
		x->cut = all >= LEADS_MAX || out->len > BYTES_MAX;
		if (x->cut)
			break;
		e = lead_list_load(v, &f, AT_ONCE, &r);
		if (e != ERR_OK)
			return e;
		n = r.n;
		for (int i = 0; i < n; i++) {
			const struct sql_lead_list_row row = sql_lead_list_row(&r, i);
			add_lead(v, out, &row);
			lead_filter_go_on(&f, &row);
		}
	}
	return out->err;
}

enum err desk_leads_export(struct desk_request *v)
{
	struct export x = { .filter = lead_filter_of(v) };
	x.filter.has_key = false;
	enum err e = request_transaction(v, leads_export_write_all, &x);
	if (e != ERR_OK)
		return e;
	v->response->status = 200;
	v->response->content_type = "text/csv; charset=utf-8";
	response_header(v->response, "Content-Disposition", STR("attachment; filename=\"leads.csv\""));
	if (x.cut)
		response_header(v->response, "X-Deskbell-Cut", STR("yes"));
	return ERR_OK;
}
