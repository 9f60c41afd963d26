/*
 * lead-page.c - /leads/{id}: what is known of one customer's request, what users enter manually, and where the score
 * comes from. {id} is the conversation's.
 *
 * Owns nothing of the facts: domain/leads/lead-override.h stores what is set. The audit says which fields, never what
 * is in them.
 */
#include "desk/pages/leads/lead-list.h"

#include "core/clock.h"
#include "domain/leads/lead-override.h"

static const struct field fields[] = { { "name", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL,
					       T("Write one line of at most 200 bytes.") },
	{ "phone", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write one line of at most 200 bytes.") },
	{ "email", FIELD_EMAIL, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write an address such as anna@example.com.") },
	{ "service", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write one line of at most 200 bytes.") },
	{ "date", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write one line of at most 200 bytes.") },
	{ "location", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write one line of at most 200 bytes.") },
	{ "budget", FIELD_LINE, FIELD_OPTIONAL, LEAD_VALUE_MAX, NULL, T("Write one line of at most 200 bytes.") },
	{ "intent", FIELD_CHOICE, FIELD_OPTIONAL, 16, "buy|book|price|info|support|complaint|other",
		T("Choose what the customer wants.") },
	{ "non_business", FIELD_CHECK, FIELD_OPTIONAL, 8, NULL, NULL }, FIELD_LAST };
#define N_TEXTS 8 /* fields before the box */

static const struct {
	const char *value, *words;
} intents[] = { { "buy", T("Wants to buy") }, { "book", T("Wants to book") }, { "price", T("Asks for the price") },
	{ "info", T("Asks for information") }, { "support", T("Needs support") }, { "complaint", T("Complains") },
	{ "other", T("Something else") } };

struct one {
	struct sql_lead_find_rows r;
	struct lead found, shown;  /* by the customer's words; with what was set manually */
	const struct json *manual; /* NULL for none */
	struct form form;
	int refused;
	struct explain why;
};

static void add_contact(struct lead *lead, const struct sql_lead_find_row *row)
{
	if (!lead->field[LEAD_NAME].n)
		lead->field[LEAD_NAME] = row->name;
	if (!lead->field[LEAD_PHONE].n)
		lead->field[LEAD_PHONE] = row->phone;
}

static enum err lead_page_load(struct desk_request *v, void *arg)
{
	struct one *l = arg;
	enum err e = sql_lead_find(v->db, v->pool, v->caller.org_id, v->path.ids[0], &l->r);
	if (e != ERR_OK)
		return e;
	if (l->r.n == 0)
		return ERR_NOT_FOUND;
	const struct sql_lead_find_row row = sql_lead_find_row(&l->r, 0);
	lead_read(v->pool, row.found_facts, &l->found);
	add_contact(&l->found, &row);
	lead_read(v->pool, row.facts, &l->shown);
	add_contact(&l->shown, &row);
	if (!row.manual.p || json_parse(v->pool, row.manual, &l->manual, NULL) != ERR_OK)
		l->manual = NULL;
	return ERR_OK;
}

static void write_found(struct json_writer *w, const struct lead *found)
{
	json_key(w, "found");
	json_begin_object(w);
	for (int f = 0; f < LEAD_FIELD_COUNT; f++)
		if (f != LEAD_INTENT)
			page_write_text(w, lead_field_name((enum lead_field)f), found->field[f]);
	json_end_object(w);
}

static const char *lead_page_intent_words(struct str intent)
{
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++)
		if (str_equal(intent, str_of(intents[i].value)))
			return intents[i].words;
	return NULL;
}

static void write_intents(struct desk_request *v, struct json_writer *w, const struct one *l)
{
	const char *found = lead_page_intent_words(l->found.field[LEAD_INTENT]);
	page_write_text(w, "found_intent", found ? str_of(request_translate(v, found)) : STR_NONE);
	json_key(w, "intents");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++) {
		json_begin_object(w);
		json_member_str(w, "value", str_of(intents[i].value));
		json_member_bool(w, "here", str_equal(form_value(&l->form, "intent"), str_of(intents[i].value)));
		json_member_str(w, "words", str_of(request_translate(v, intents[i].words)));
		json_end_object(w);
	}
	json_end_array(w);
}

static struct str reason_value(struct desk_request *v, const struct lead *lead, enum lead_reason reason)
{
	const struct str *f = lead->field;
	const char *intent = lead_page_intent_words(f[LEAD_INTENT]);
	switch (reason) {
	case LEAD_BY_INTENT: return intent ? str_of(request_translate(v, intent)) : STR_NONE;
	case LEAD_BY_SERVICE: return f[LEAD_SERVICE];
	case LEAD_BY_BUDGET: return f[LEAD_BUDGET];
	case LEAD_BY_DATE: return f[LEAD_DATE].p ? f[LEAD_DATE] : f[LEAD_DATE_ISO];
	case LEAD_BY_PLACE: return f[LEAD_LOCATION];
	case LEAD_BY_CONTACT: return f[LEAD_PHONE].p ? f[LEAD_PHONE] : f[LEAD_EMAIL];
	default: return STR_NONE;
	}
}

/* What gave points and what did not, so that one sees what is missing. */
static void write_points(struct desk_request *v, struct json_writer *w, const struct lead *lead)
{
	static const struct {
		const char *words;
		int most;
	} reasons[LEAD_REASON_COUNT] = { [LEAD_BY_INTENT] = { T("Intent"), 4 },
		[LEAD_BY_SERVICE] = { T("Service"), 1 },
		[LEAD_BY_BUDGET] = { T("Budget"), 2 },
		[LEAD_BY_DATE] = { T("Date"), 1 },
		[LEAD_BY_SOON] = { T("The date is near"), 1 },
		[LEAD_BY_PLACE] = { T("Place"), 1 },
		[LEAD_BY_CONTACT] = { T("Phone or e-mail"), 1 },
		[LEAD_BY_NO_BUSINESS] = { T("Not a customer"), 8 } };
	int points[LEAD_REASON_COUNT];
	lead_points(lead, clock_wall_ms() / 1000, points);
	json_key(w, "points");
	json_begin_array(w);
	for (int i = 0; i < LEAD_REASON_COUNT; i++) {
		struct str value = reason_value(v, lead, (enum lead_reason)i);
		if (i == LEAD_BY_NO_BUSINESS && points[i] == 0)
			continue;
		json_begin_object(w);
		json_member_str(w, "words", str_of(request_translate(v, reasons[i].words)));
		page_write_text(w, "value", value);
		json_member_i64(w, "points", points[i]);
		json_member_i64(w, "percent", (points[i] < 0 ? 0 : points[i]) * 100 / reasons[i].most);
		json_end_object(w);
	}
	json_end_array(w);
}

static void lead_page_write_lead(struct desk_request *v, struct json_writer *w, const struct one *l)
{
	const struct sql_lead_find_row row = sql_lead_find_row(&l->r, 0);
	int64_t id = row.conversation;
	struct str name = l->shown.field[LEAD_NAME].n ? l->shown.field[LEAD_NAME] : l->shown.field[LEAD_PHONE];
	json_key(w, "lead");
	json_begin_object(w);
	json_member_i64(w, "id", id);
	json_member_str(w, "name", name.n ? name : str_of(request_translate(v, T("Customer without a name"))));
	json_member_str(w, "conversation", pool_printf(v->pool, "/inbox/%lld", (long long)id));
	if (row.class.p)
		lead_write_level(w, row.class, row.score);
	else
		json_member_bool(w, "level", false);
	page_member_or_false(w, "summary", row.summary);
	page_member_or_false(w, "referral", row.referral);
	write_points(v, w, &l->shown);
	json_end_object(w);
}

static enum err lead_page_show(struct desk_request *v, const struct one *l, int status)
{
	struct json_writer *w = page_begin(v, "lead", "leads", T("Lead"));
	lead_page_write_lead(v, w, l);
	form_write(w, "form", pool_cstr(v->pool, v->request->path), &l->form);
	write_found(w, &l->found);
	write_intents(v, w, l);
	return page_end(v, status);
}

enum err desk_lead(struct desk_request *v)
{
	struct one l = { .refused = 0 };
	enum err e = request_transaction(v, lead_page_load, &l);
	if (e != ERR_OK)
		return e;
	form_init(&l.form, fields);
	for (int i = 0; i < N_TEXTS; i++)
		form_set(&l.form, fields[i].name, json_str(json_get(l.manual, fields[i].name)));
	form_set(&l.form, "non_business", l.shown.non_business ? STR("on") : STR_NONE);
	return lead_page_show(v, &l, 200);
}

/* Only what differs is a change: an edit of one field says nothing of the others. */
static int find_changes(const struct one *l, struct lead_change changes[])
{
	int n = 0;
	bool checked = form_checked(&l->form, "non_business");
	for (int i = 0; i < N_TEXTS; i++) {
		struct str was = json_str(json_get(l->manual, fields[i].name)), is = l->form.values[i];
		if (!is.p || (was.n == 0 && is.n == 0) || str_equal(was, is))
			continue;
		changes[n++] = (struct lead_change){ str_of(fields[i].name), is };
	}
	if (checked != l->shown.non_business)
		changes[n++] = (struct lead_change){ STR("non_business"),
			checked == l->found.non_business ? STR("") : str_of(checked ? "true" : "false") };
	return n;
}

static enum err lead_page_record(struct desk_request *v, const struct lead_change *changes, int n)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "conversation", v->path.ids[0]);
	json_key(&w, "fields");
	json_begin_array(&w);
	for (int i = 0; i < n; i++)
		json_write_str(&w, changes[i].field);
	json_end_array(&w);
	json_end_object(&w);
	enum err e = request_audit(v, "lead.edit", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err lead_page_save(struct desk_request *v, void *arg)
{
	struct one *l = arg;
	struct lead_change changes[N_TEXTS + 1];
	enum err e = lead_page_load(v, l);
	if (e != ERR_OK || l->form.wrong)
		return e;
	int n = find_changes(l, changes);
	if (n == 0)
		return ERR_OK;
	e = lead_set_manual(v->db, v->pool, v->caller.org_id, v->path.ids[0], changes, n, &l->refused, &l->why);
	return e == ERR_OK ? lead_page_record(v, changes, n) : e;
}

enum err desk_lead_save(struct desk_request *v)
{
	struct one l = { .refused = 0 };
	form_parse(v->pool, &l.form, fields, &v->params, v->locale.translation);
	enum err e = request_transaction(v, lead_page_save, &l);
	if (e == ERR_INVALID)
		form_fail(&l.form,
			request_translate(v, T("That could not be saved: a value is too long or no plain text.")));
	else if (e != ERR_OK)
		return e;
	if (l.form.wrong)
		return lead_page_show(v, &l, 400);
	flash_set(v, "lead-saved");
	request_redirect(v, pool_cstr(v->pool, v->request->path));
	return ERR_OK;
}
