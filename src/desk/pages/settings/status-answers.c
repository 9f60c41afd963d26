/*
 * status-answers.c - what became of customers' questions, a day a row and in sum. A fallback is no answer, and an
 * answer after which the customer came back is none that was enough.
 */
#include "desk/pages/settings/status-parts.h"

#define DAY_MS INT64_C(86400000)

struct answer_figures {
	int64_t asked, answered, not_again_day, not_again_week, open_day, open_week, handed_over, unanswered;
};

static void status_answers_add(struct answer_figures *sum, const struct sql_status_answers_row *row)
{
	sum->asked += row->asked;
	sum->answered += row->answered;
	sum->not_again_day += row->not_again_day;
	sum->not_again_week += row->not_again_week;
	sum->open_day += row->open_day;
	sum->open_week += row->open_week;
	sum->handed_over += row->handed_over;
	sum->unanswered += row->unanswered;
}

static void status_answers_write_number(struct desk_request *v, struct json_writer *w, const char *key, int64_t n)
{
	json_member_str(w, key, locale_number(v->pool, &v->locale, n));
}

/* Those for which the time is over, and those for which it is not. */
static void status_answers_write_quiet(
	struct desk_request *v, struct json_writer *w, const char *key, int64_t quiet, int64_t open)
{
	json_key(w, key);
	json_begin_object(w);
	status_answers_write_number(v, w, "n", quiet - open);
	page_member_or_false(w, "open", open ? locale_number(v->pool, &v->locale, open) : STR_NONE);
	json_end_object(w);
}

static void status_answers_write_figures(struct desk_request *v, struct json_writer *w, const struct answer_figures *f)
{
	status_answers_write_number(v, w, "asked", f->asked);
	status_answers_write_number(v, w, "answered", f->answered);
	status_answers_write_quiet(v, w, "by_day", f->not_again_day, f->open_day);
	status_answers_write_quiet(v, w, "by_week", f->not_again_week, f->open_week);
	status_answers_write_number(v, w, "handed_over", f->handed_over);
	status_answers_write_number(v, w, "unanswered", f->unanswered);
}

void status_write_answers(struct desk_request *v, struct json_writer *w, const struct status *s)
{
	const struct sql_status_answers_rows *r = &s->answers;
	struct answer_figures sum = { .asked = 0 };
	int64_t now_s = v->locale.now_ms / 1000, today = (now_s + zone_offset_s(v->locale.zone, now_s)) / 86400;
	json_key(w, "answers");
	json_begin_object(w);
	json_member_bool(w, "any", r->n > 0);
	json_key(w, "days");
	json_begin_array(w);
	for (int i = r->n - 1; i >= 0; i--) {
		const struct sql_status_answers_row row = sql_status_answers_row(r, i);
		struct answer_figures day = { .asked = 0 };
		status_answers_add(&day, &row);
		status_answers_add(&sum, &row);
		json_begin_object(w);
		json_member_str(w, "day",
			locale_short_date(v->pool, &v->locale, v->locale.now_ms + (row.day - today) * DAY_MS));
		status_answers_write_figures(v, w, &day);
		json_end_object(w);
	}
	json_end_array(w);
	json_key(w, "sum");
	json_begin_object(w);
	status_answers_write_figures(v, w, &sum);
	json_end_object(w);
	json_end_object(w);
}
