/*
 * stage-model.c - lets a chat model answer from the passages and from the clock.
 *
 * A model that fails, or whose budget is used up, leaves what stage-choose.c found. What a model declines is not quoted
 * either: it has read the passages.
 */
#include "answer/stages/stage.h"

#include "db/statements.h"
#include "domain/hours/calendar.h"
#include "domain/hours/working-hours.h"
#include "domain/hours/zone.h"

#define CLOCK_ID (-1) /* of the source that is no passage */
#define CLOCK_MAX_BYTES 12000
#define LLM_FLOOR 0.5 /* of the threshold for quoting: below, not even a model is asked */

static void keep_cited(struct run *run, const struct llm_answer *a)
{
	struct model_finding *m = &run->findings.model;
	for (int i = 0; i < a->n_cited && m->n_cited < CITED_MAX; i++) {
		if (a->cited[i] == CLOCK_ID)
			continue;
		const struct passage_hit *hit = &run->knowledge->hits[a->cited[i]];
		m->cited[m->n_cited++] = hit->title;
		findings_add_source(&run->findings, false, hit->document_id, hit->title);
	}
}

static void keep_model(struct run *run, const struct llm_answer *a)
{
	static const char *const verdicts[] = {
		[LLM_ANSWERED] = "answered", [LLM_DECLINED] = "declined", [LLM_FAILED] = "failed"
	};
	struct model_finding *m = &run->findings.model;
	m->verdict = verdicts[a->verdict];
	m->reason = a->reason;
	m->cost = a->cost;
	m->n_links_removed = a->n_links_removed;
	if (a->verdict == LLM_ANSWERED)
		keep_cited(run, a);
}

static void on_model(void *arg, const struct llm_answer *a)
{
	struct run *run = arg;
	struct answer *answer = run->answer;
	keep_model(run, a);
	enum err e = sql_llm_used(run->pipeline->db, run->pool, run->q->org_id, STR("answer"), a->verdict == LLM_FAILED,
		a->cost.prompt_tokens, a->cost.completion_tokens);
	if (e != ERR_OK)
		(void)stage_db_failed(run, e);
	if (answer->db_unreachable) {
		stage_resume(run, STAGE_FAILED);
		return;
	}
	if (a->verdict == LLM_FAILED) {
		stage_resume(run, stage_quote(run));
		return;
	}
	if (a->verdict == LLM_ANSWERED) {
		answer->stage = "knowledge";
		answer->reason = CODE(model_answers);
		answer->score = run->knowledge->hits[a->cited[0] == CLOCK_ID ? 0 : a->cited[0]].score;
		answer->reply = pool_str(run->pool, a->text);
	}
	stage_resume(run, a->verdict == LLM_ANSWERED ? STAGE_ANSWERED : STAGE_PASSED);
}

/* What no passage says: the present moment and when the business is open, as its people have written it. False where
 * they have written nothing. */
static bool stage_model_add_clock(const struct run *run, struct llm_source *out)
{
	const struct settings *s = &run->q->settings;
	if (!s->working_hours.n && !s->closures.n && !s->openings.n)
		return false;
	int64_t local_s = run->q->now_s + zone_offset_s(zone_load(run->pool, s->time_zone), (time_t)run->q->now_s);
	int64_t day = calendar_day_at(local_s), year;
	int month, date, minute = (int)((local_s - day * CALENDAR_DAY_S) / 60);
	calendar_date_of(day, &year, &month, &date);
	struct buf text;
	buf_init(&text, CLOCK_MAX_BYTES);
	buf_addf(&text, "now: %s %04d-%02d-%02d %02d:%02d", working_day_names[calendar_weekday(day)], (int)year, month,
		date, minute / 60, minute % 60);
	if (s->working_hours.n)
		buf_addf(&text, "\nopen: %.*s", (int)s->working_hours.n, s->working_hours.p);
	if (s->closures.n)
		buf_addf(&text, "\nclosed, whatever is open else: %.*s", (int)s->closures.n, s->closures.p);
	if (s->openings.n)
		buf_addf(&text, "\nopen at other hours: %.*s", (int)s->openings.n, s->openings.p);
	*out = (struct llm_source){ .id = CLOCK_ID, .title = STR("Clock"), .text = pool_take(run->pool, &text) };
	return true;
}

/* The places of the hits are their ids. */
static void send_question(struct run *run, const struct llm_endpoint *endpoint)
{
	const struct question *q = run->q;
	struct knowledge_work *work = run->knowledge;
	int n = work->n < LLM_SOURCES ? work->n : LLM_SOURCES;
	for (int i = 0; i < n; i++)
		work->sources[i] = (struct llm_source){
			.id = i, .title = work->hits[i].title, .text = work->hits[i].text, .url = work->hits[i].url
		};
	n += stage_model_add_clock(run, &work->sources[n]);
	work->recent = pool_new_array(run->pool, (size_t)q->n_recent, struct llm_turn);
	for (int i = 0; i < q->n_recent; i++)
		work->recent[i] = (struct llm_turn){ .from_business = !str_equal(q->recent[i].from, STR("contact")),
			.text = q->recent[i].text };
	run->findings.model.model = pool_str(run->pool, endpoint->model);
	llm_answer(run->pipeline->http, run->pool, endpoint,
		&(struct llm_question){ .text = q->text,
			.recent = work->recent,
			.n_recent = q->n_recent,
			.sources = work->sources,
			.n_sources = n,
			.language = run->answer->language,
			.organization = q->organization },
		on_model, run);
}

/* The model, if there is one and its budget allows; else the best sentences. */
enum stage_verdict stage_model(struct run *run)
{
	struct endpoint_choice choice;
	struct explain why;
	const struct question *q = run->q;
	if (!run->pipeline->http || run->knowledge->n == 0
		|| run->knowledge->hits[0].score < q->settings.knowledge_threshold * LLM_FLOOR)
		return stage_quote(run);
	if (!endpoint_find(
		    run->pool, &run->pipeline->endpoints, q->org_id, &q->settings, ENDPOINT_CHAT, &choice, &why)) {
		if (*why.text)
			run->findings.model.reason = pool_str(run->pool, explain_stored(&why));
		return stage_quote(run);
	}
	struct sql_llm_reserve_rows r;
	enum err e = sql_llm_reserve(run->pipeline->db, run->pool, q->org_id, STR("answer"), choice.daily_calls, &r);
	if (e != ERR_OK)
		return stage_db_failed(run, e);
	if (!sql_llm_reserve_row(&r, 0).is_reserved) {
		run->findings.model.reason = str_of(CODE(daily_budget_used));
		return stage_quote(run);
	}
	send_question(run, &choice.endpoint);
	return STAGE_WAITING;
}
