/*
 * pipeline.c - from a customer's words to an answer.
 *
 * Owns the order of the stages, and what is added to every reply: that it is automatic. A stage answers, passes, fails
 * or waits for a model; a failure is written down and the next stage has its turn. Then escalation looks at the result.
 * Never sends or stores anything. A database that is unreachable ends the run without an answer: what the later stages
 * would find is not the answer.
 */
#include "answer/escalation.h"
#include "answer/evidence/skill-words.h"
#include "answer/skills/skill-cache.h"
#include "answer/stages/stage.h"
#include "answer/embeddings/embedding-cache.h"
#include "core/log.h"
#include "domain/leads/pattern.h"

#define OPTION_WORDS 4 /* that choose one of what was offered */
#define DISCLOSED_FOR_S (30.0 * 86400)

void stage_offer_person(struct run *run)
{
	struct answer *a = run->answer;
	if (a->n_buttons < BUTTONS_MAX)
		a->buttons[a->n_buttons++] = str_of(run->speaker.language->texts.person_button);
}

/* The skills are got again: what the first stage had may have gone while a later one waited. */
static enum stage_verdict stage_fallback(struct run *run)
{
	const struct question *q = run->q;
	if (run->understood.thanks && !run->understood.asks && stage_act_instead(run))
		return STAGE_ANSWERED;
	const struct skill_index *index;
	if (skill_cache_get(run->pipeline->skills, q->org_id, q->skills_revision, &index) != ERR_OK)
		index = NULL; /* then without topics */
	run->answer->stage = "fallback";
	run->answer->reason = CODE(nothing_answers);
	run->answer->reply = wording_fallback(run->pool, &run->speaker, index);
	run->answer->says_how = true;
	stage_offer_person(run);
	return STAGE_ANSWERED;
}

static const struct {
	const char *name;
	enum stage_verdict (*run)(struct run *run);
} stages[] = { { "skill", stage_skill }, { "act", stage_act }, { "knowledge", stage_knowledge },
	{ "choose", stage_choose }, { "fallback", stage_fallback } };

enum err pipeline_new(const struct conf *conf, struct db *db, const struct crypt_keys *keys, struct http_client *http,
	struct pipeline **out, struct explain *why)
{
	struct pool *pool = pool_new();
	struct pipeline *p = pool_new_of(pool, struct pipeline);
	p->pool = pool;
	p->db = db;
	p->http = http;
	p->endpoints = (struct endpoint_sources){ .conf = conf, .keys = keys, .installed = &p->installed };
	enum err e = llm_endpoints_load(pool, conf, &p->installed, why);
	if (e != ERR_OK) {
		pool_free(pool);
		*out = NULL;
		return e;
	}
	p->endpoints.breakers = breakers_load(pool, db);
	p->skills = skill_cache_new(db);
	p->skill_words = skill_words_cache_new(pool);
	p->embeddings = embedding_cache_new(db, EMBEDDING_CACHE_BYTES);
	*out = p;
	return ERR_OK;
}

struct pipeline *pipeline_new_quiet(struct db *db)
{
	struct pool *pool = pool_new();
	struct pipeline *p = pool_new_of(pool, struct pipeline);
	*p = (struct pipeline){ .pool = pool, .db = db, .skills = skill_cache_new(db) };
	p->skill_words = skill_words_cache_new(pool);
	skill_cache_never_train(p->skills);
	return p;
}

struct pipeline *pipeline_new_draft(struct db *db, const struct skill *draft)
{
	struct pipeline *p = pipeline_new_quiet(db);
	skill_cache_set_draft(p->skills, draft);
	return p;
}

const struct endpoint_sources *pipeline_endpoints(const struct pipeline *p)
{
	return &p->endpoints;
}

struct embedding_cache *pipeline_embeddings(const struct pipeline *p)
{
	return p->embeddings;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	skill_cache_free(p->skills);
	skill_words_cache_free(p->skill_words);
	embedding_cache_free(p->embeddings);
	pool_free(p->pool);
}

void pipeline_in_background(struct pipeline *p, const char *program)
{
	skill_cache_in_background(p->skills, p->endpoints.conf, program);
}

int pipeline_socket(const struct pipeline *p)
{
	return skill_cache_socket(p->skills);
}

enum err pipeline_prepare(struct pipeline *p, int64_t org_id, int64_t skills_revision)
{
	const struct skill_index *index;
	return skill_cache_get_patiently(p->skills, org_id, skills_revision, &index);
}

bool pipeline_poll(struct pipeline *p, bool *again)
{
	return skill_cache_poll(p->skills, again);
}

enum stage_verdict stage_db_failed(struct run *run, enum err e)
{
	run->answer->db_unreachable = err_info(e)->retry != RETRY_NEVER;
	return STAGE_FAILED;
}

/* Whether the customer was told, since a person last wrote, that the replies are automatic. */
static bool is_disclosed(const struct question *q)
{
	for (int i = q->n_recent; i-- > 0;) {
		if (q->recent[i].age_s > DISCLOSED_FOR_S || str_equal(q->recent[i].from, STR("operator")))
			return false;
		if (str_equal(q->recent[i].from, STR("bot")))
			return true;
	}
	return false;
}

static void pipeline_disclose(struct run *run)
{
	struct answer *answer = run->answer;
	if (!answer->reply.p || answer->says_bot || !run->q->settings.disclosure || is_disclosed(run->q))
		return;
	bool says_how = answer->says_how || answer->hand_over;
	answer->reply = wording_join(run->pool, answer->reply,
		wording_text(run->pool, &run->speaker, says_how ? WORDING_AUTOMATIC : WORDING_DISCLOSURE));
}

static void pipeline_remember(struct run *run)
{
	struct conversation_memory *memory = &run->answer->memory;
	if (run->understood.language_sure || !memory->language.n)
		memory->language = str_of(run->understood.language->tag);
	if (run->understood.referral.n)
		memory->referral = run->understood.referral;
	if (run->understood.act != ACT_ACKNOWLEDGEMENT)
		memory->kind_said = false;
}

static void pipeline_end(struct run *run)
{
	struct answer *answer = run->answer;
	if (!answer->db_unreachable) {
		if (!answer->stage)
			answer->stage = stages[run->stage].name;
		escalation_apply(run->pool, run->q, &run->speaker, answer);
		if (answer->hand_over)
			answer->n_buttons = 0; /* a person is coming */
		pipeline_disclose(run);
		pipeline_remember(run);
	}
	run->done(run->arg);
}

static void record_failure(struct run *run)
{
	const char *stage = stages[run->stage].name;
	findings_add_failed(&run->findings, stage);
	LOG_WARN("answer.stage_failed", F_CSTR("stage", stage), F_INT("org", run->q->org_id),
		F_INT("conversation", run->q->conversation_id));
}

/* Goes from stage to stage until one answers or waits. */
static void go_on(struct run *run, enum stage_verdict verdict)
{
	while (verdict == STAGE_PASSED || verdict == STAGE_FAILED) {
		if (verdict == STAGE_FAILED)
			record_failure(run);
		if (run->answer->db_unreachable)
			break;
		run->stage++;
		verdict = stages[run->stage].run(run);
	}
	if (verdict != STAGE_WAITING)
		pipeline_end(run);
}

void stage_resume(struct run *run, enum stage_verdict verdict)
{
	go_on(run, verdict);
}

/* The place of what the customer chooses of what was offered, from 1; 0: none. */
static int chosen_option(struct pool *pool, const struct question *q)
{
	struct pattern_text t = pattern_read(pool, q->text);
	const struct language *l = language_or_english(q->memory.language.n ? q->memory.language : q->language);
	int64_t number;
	for (int i = 0; i < q->memory.n_options; i++)
		if (str_equal_nocase(str_trim(q->text), wording_button(pool, q->memory.options[i])))
			return i + 1;
	if (t.n == 0 || t.n > OPTION_WORDS)
		return 0;
	for (int i = 0; i < t.n; i++) {
		if (str_to_i64(t.words[i].folded, &number))
			return number >= 1 && number <= q->memory.n_options ? (int)number : 0;
		if (language_concept(l, t.words[i].folded) == CONCEPT_FIRST)
			return 1;
	}
	return q->memory.n_options == 1 && pattern_is(&t.words[0], l->yes) ? 1 : 0;
}

/* "Did you mean ...?" was asked and is answered: what was chosen is the question. */
static const struct question *pipeline_take_option(struct pool *pool, const struct question *q)
{
	int option = q->memory.n_options > 0 ? chosen_option(pool, q) : 0;
	if (!option)
		return q;
	struct question *chosen = pool_new_of(pool, struct question);
	*chosen = *q;
	chosen->text = q->memory.options[option - 1];
	return chosen;
}

void pipeline_answer(struct pipeline *pipeline, struct pool *pool, const struct question *q, struct answer *out,
	void (*done)(void *arg), void *arg)
{
	struct run *run = pool_new_of(pool, struct run);
	*run = (struct run){ .pipeline = pipeline, .pool = pool, .q = q, .answer = out, .done = done, .arg = arg };
	*out = (struct answer){ .memory = q->memory, .findings = &run->findings };
	run->q = pipeline_take_option(pool, q);
	run->understood = understand(pool, run->q->text, q->memory.language, q->language);
	if (run->q != q) {
		run->understood.act = ACT_QUESTION;
		run->understood.language = language_or_english(q->memory.language.n ? q->memory.language : q->language);
		run->understood.language_sure = false;
	}
	run->speaker = (struct speaker){ .settings = &q->settings,
		.business = q->organization,
		.own = q->language,
		.language = run->understood.language };
	out->act = run->understood.act;
	out->language = str_of(run->understood.language->tag);
	go_on(run, stages[0].run(run));
}
