/*
 * leads.c - works out what customers want, after the answer is on its way.
 *
 * A job is claimed under a lease; the local rules read the customer's messages, a model adds to it where there is one
 * and its budget allows, and the result is committed onto what was read (deskbell_commit_lead), with the promise of a
 * person in the same transaction when the lead has become hot and the organisation wants that. A model that fails
 * leaves what the rules found. Dies anywhere without loss, as answers.c.
 */
#include "outbox/sender.h"

#include "answer/llm/endpoints.h"
#include "answer/llm/llm.h"
#include "answer/handoff-message.h"
#include "channel/reply-parts.h"
#include "core/clock.h"
#include "core/process/crash.h"
#include "core/log.h"
#include "db/statements.h"
#include "domain/bot-mode.h"
#include "domain/leads/lead.h"
#include "outbox/busy.h"

struct lead_job {
	struct busy busy; /* among those of the sender */
	struct sender *sender;
	struct org_work *org;
	struct pool *pool; /* holds the job itself */
	int64_t org_id, conversation_id, up_to, manual_rev, attempts;
	enum bot_mode bot_mode;
	bool readable;
	struct settings settings;
	struct str language, contact_name, contact_phone, manual, summary;
	const struct channel_ops *ops;
	struct lead_message *messages;
	int n_messages;
	struct lead known, found;
	const char *source;
};

static void read_messages(struct lead_job *job, struct str text)
{
	const struct json *list;
	if (json_parse(job->pool, pool_str(job->pool, text), &list, NULL) != ERR_OK)
		return;
	job->messages = pool_new_array(job->pool, json_length(list), struct lead_message);
	for (size_t i = 0; i < json_length(list); i++) {
		struct lead_message *m = &job->messages[job->n_messages++];
		m->text = json_str(json_get(json_at(list, i), "text"));
		(void)json_i64(json_get(json_at(list, i), "at"), &m->at_s);
	}
}

static void find_by_rules(struct lead_job *job, struct str skills)
{
	const struct json *list = NULL;
	struct str *titles = NULL;
	size_t n = 0;
	if (json_parse(job->pool, pool_str(job->pool, skills), &list, NULL) == ERR_OK)
		n = json_length(list);
	titles = pool_new_array(job->pool, n, struct str);
	for (size_t i = 0; i < n; i++)
		titles[i] = json_str(json_at(list, i));
	lead_extract(job->pool,
		&(struct lead_input){
			.messages = job->messages, .n = job->n_messages, .skills = titles, .n_skills = (int)n },
		&job->found);
}

static struct lead_job *leads_job_new(struct sender *s, struct org_work *org, const struct sql_claim_leads_row *row)
{
	struct pool *pool = pool_new();
	struct lead_job *job = pool_new_of(pool, struct lead_job);
	*job = (struct lead_job){ .sender = s,
		.org = org,
		.pool = pool,
		.org_id = org->org_id,
		.conversation_id = row->conversation_id,
		.up_to = row->up_to,
		.manual_rev = row->manual_rev,
		.attempts = row->attempts,
		.ops = channel_find(row->platform),
		.source = "rules",
		.language = pool_str(pool, row->language),
		.contact_name = pool_str(pool, row->contact_name),
		.contact_phone = pool_str(pool, row->contact_phone),
		.manual = pool_str(pool, row->manual) };
	job->readable = bot_mode_parse(row->bot_mode, &job->bot_mode)
			&& settings_read(pool, pool_str(pool, row->settings), &job->settings)
			&& lead_read(pool, pool_str(pool, row->facts), &job->known);
	read_messages(job, row->messages);
	find_by_rules(job, row->skills);
	busy_add(&s->leads, &job->busy, job->org_id, job->conversation_id);
	works_hold(&s->works, org, WORK_LEAD, 1);
	return job;
}

static void leads_job_free(struct lead_job *job)
{
	busy_remove(&job->sender->leads, &job->busy);
	works_hold(&job->sender->works, job->org, WORK_LEAD, -1);
	pool_free(job->pool);
}

/* Whether the organisation wants it, as things are now. Who has the conversation was asked when the job was made: the
 * answer that called a person made one, too. */
static bool is_wanted(const struct lead_job *job)
{
	return job->bot_mode != BOT_OFF && job->settings.leads;
}

static void leads_write_facts(struct json_writer *w, const struct lead_job *job)
{
	json_key(w, "facts");
	lead_write(w, &job->known);
}

/* What follows if this has made the lead hot; the database knows whether it was before. */
static void write_consequence(struct json_writer *w, struct lead_job *job)
{
	const struct settings *settings = &job->settings;
	bool promises = settings->hot_lead_action == HOT_LEAD_SWITCH && job->bot_mode == BOT_ACTIVE;
	if (settings->hot_lead_action == HOT_LEAD_NONE)
		return;
	json_member_str(w, "attention", str_of(CODE(hot_lead)));
	json_member_bool(w, "hand_over", promises);
	if (promises)
		reply_parts_write(w, job->pool,
			handoff_message_text(job->pool,
				&(struct speaker){ .settings = settings,
					.own = job->language,
					.language = language_or_english(job->language) },
				clock_wall_ms() / 1000),
			job->ops, NULL);
}

/* What deskbell_commit_lead takes. */
static struct str result_of(struct lead_job *job)
{
	struct lead_view view = { .manual = job->manual,
		.contact_name = job->contact_name,
		.contact_phone = job->contact_phone,
		.language = job->language,
		.hot_from = (int)job->settings.hot_lead_score,
		.now_s = clock_wall_ms() / 1000 };
	struct lead_judged judged;
	struct json_writer w;
	struct buf b;
	lead_merge(&job->known, &job->found);
	judged = lead_judge(job->pool, &job->known, &view);
	buf_init(&b, 4u << 20);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_i64(&w, "up_to", job->up_to);
	json_member_i64(&w, "manual_rev", job->manual_rev);
	leads_write_facts(&w, job);
	json_member_i64(&w, "score", judged.score);
	json_member_str(&w, "class", str_of(lead_class_name(judged.class)));
	json_member_str(&w, "summary", job->summary.n ? job->summary : judged.summary);
	json_member_str(&w, "source", str_of(job->source));
	write_consequence(&w, job);
	json_end_object(&w);
	return pool_take(job->pool, &b);
}

/* `pause_s` of -1: the job goes. */
static enum err leads_postpone(struct lead_job *job, int64_t pause_s)
{
	return sql_postpone_lead(
		job->sender->db, job->pool, job->org_id, job->conversation_id, pause_s < 0 ? NULL : &pause_s);
}

static void leads_commit(struct lead_job *job)
{
	struct sql_commit_lead_rows rows;
	struct str result = result_of(job), became = STR_NONE;
	enum err e = ERR_DB_RACE;
	crash_point("lead-before-commit");
	for (int i = 0; i < 5 && e == ERR_DB_RACE; i++)
		e = sql_commit_lead(job->sender->db, job->pool, job->org_id, job->conversation_id, result, &rows);
	crash_point("lead-after-commit");
	if (e == ERR_OK)
		became = sql_commit_lead_row(&rows, 0).became;
	else if (e == ERR_DB_UNREACHABLE)
		job->sender->db_lost = true;
	else if (leads_postpone(job, jobs_pause_s(job->attempts)) != ERR_OK)
		LOG_WARN("lead.lease_kept", F_INT("conversation", job->conversation_id));
	LOG_INFO("lead.worked_out", F_INT("org", job->org_id), F_INT("conversation", job->conversation_id),
		F_CSTR("source", job->source), F_STR("became", became), F_CSTR("error", err_info(e)->name));
	leads_job_free(job);
}

static void leads_prefer(struct str *field, struct str value)
{
	if (value.n)
		*field = value;
}

/* The model understands better what is wanted; phone and e-mail are letters and digits, which the rules read exactly.
 */
static void leads_take_reply(struct lead_job *job, const struct llm_lead *lead)
{
	struct str *field = job->found.field;
	if (lead->date.n && !str_equal(lead->date, field[LEAD_DATE]))
		field[LEAD_DATE_ISO] = STR_NONE;
	leads_prefer(&field[LEAD_SERVICE], lead->service);
	leads_prefer(&field[LEAD_DATE], lead->date);
	leads_prefer(&field[LEAD_LOCATION], lead->location);
	leads_prefer(&field[LEAD_BUDGET], lead->budget);
	if (lead_intent_is_known(lead->intent))
		field[LEAD_INTENT] = lead->intent;
	leads_prefer(&field[LEAD_NAME], lead->name);
	if (!field[LEAD_PHONE].n)
		field[LEAD_PHONE] = lead->phone;
	if (!field[LEAD_EMAIL].n)
		field[LEAD_EMAIL] = lead->email;
	job->found.non_business = lead->non_business;
	job->summary = lead->summary;
	job->source = "llm";
}

static void on_reply(void *arg, const struct llm_lead_reply *reply)
{
	struct lead_job *job = arg;
	struct sender *s = job->sender;
	struct org_work *org = job->org;
	int64_t began_us = clock_mono_us();
	if (reply->ok)
		leads_take_reply(job, &reply->lead);
	else
		LOG_WARN("lead.model_failed", F_INT("org", job->org_id), F_STR("reason", reply->reason));
	if (sql_llm_used(s->db, job->pool, job->org_id, STR("lead"), !reply->ok, reply->cost.prompt_tokens,
		    reply->cost.completion_tokens)
		!= ERR_OK)
		LOG_WARN("lead.usage_not_counted", F_INT("org", job->org_id));
	leads_commit(job);
	works_charged(&s->works, org, WORK_LEAD, 1, 1, clock_mono_us() - began_us);
}

/* True when a model has been asked and will call back. */
static bool ask_model(struct lead_job *job)
{
	struct sender *s = job->sender;
	struct endpoint_choice choice;
	struct explain why;
	struct sql_llm_reserve_rows rows;
	if (!job->n_messages
		|| !endpoint_find(job->pool, pipeline_endpoints(s->pipeline), job->org_id, &job->settings,
			ENDPOINT_CHAT, &choice, &why)
		|| sql_llm_reserve(s->db, job->pool, job->org_id, STR("lead"), choice.daily_calls, &rows) != ERR_OK
		|| !sql_llm_reserve_row(&rows, 0).is_reserved)
		return false;
	struct llm_turn *turns = pool_new_array(job->pool, (size_t)job->n_messages, struct llm_turn);
	for (int i = 0; i < job->n_messages; i++)
		turns[i].text = job->messages[i].text;
	llm_extract_lead(s->http, job->pool, &choice.endpoint, turns, job->n_messages, job->language, on_reply, job);
	return true;
}

static void leads_work_out(struct lead_job *job)
{
	if (job->readable && is_wanted(job)) {
		if (!ask_model(job))
			leads_commit(job);
		return;
	}
	if (leads_postpone(job, job->readable ? -1 : 600) == ERR_DB_UNREACHABLE)
		job->sender->db_lost = true;
	leads_job_free(job);
}

static void leads_start(struct sender *s, struct org_work *org, struct db_result *result, int row)
{
	const struct sql_claim_leads_row claimed =
		sql_claim_leads_row(&(struct sql_claim_leads_rows){ result, db_rows(result) }, row);
	leads_work_out(leads_job_new(s, org, &claimed));
}

int leads_run(struct sender *s)
{
	return jobs_run(s, &(const struct claim){ .work = WORK_LEAD,
				   .statement = &sql_claim_leads_statement,
				   .busy = &s->leads,
				   .lease_s = s->conf->outbox_lease_s,
				   .start = leads_start });
}
