/*
 * cmd-learn.c - `deskbellctl learn`: trains an organisation's skills now, stores the model, and says which skills are
 * easily mistaken for each other.
 *
 * Not needed for the bot to work: the sender trains by itself when skills have changed.
 */
#include "answer/skills/training/training-phrases.h"
#include "answer/skills/skill-lint.h"
#include "answer/skills/skill-model.h"
#include "answer/skills/skill-store.h"
#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_learn_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };

#define MODEL_MAX_BYTES (128u << 20)
#define CONFUSIONS_SHOWN 20
#define TITLE_COLUMNS 40

struct lesson {
	int64_t org, took_ms;
	struct skill_set skills;
	struct skill_index *index;
	struct buf model;
	bool stored;
	struct confusion *confusions;
	int n_confusions;
};

static enum err cmd_learn_train(struct ctl *ctl, struct lesson *l)
{
	int64_t began_us = clock_mono_us();
	l->index = skill_index_new(ctl->pool, l->skills.all, l->skills.n);
	const struct skill_model *model = skill_model_train(ctl->pool, skill_index_phrases(l->index), NULL);
	if (!model)
		return explain(&ctl->why, ERR_INVALID,
			"the skills have no words to train on: give them titles and triggers with letters");
	skill_model_write(model, &l->model);
	l->took_ms = (clock_mono_us() - began_us) / 1000;
	return l->model.err;
}

static enum err cmd_learn_save(struct ctl *ctl, void *arg)
{
	struct lesson *l = arg;
	struct sql_skill_model_store_rows r;
	enum err e = sql_skill_model_store(
		ctl->db, ctl->pool, l->org, l->skills.revision, buf_str(&l->model), l->took_ms, &r);
	if (e != ERR_OK)
		return e;
	l->stored = sql_skill_model_store_row(&r, 0).is_stored;
	return ctl_audit(ctl, l->org, "skill.learn",
		pool_printf(ctl->pool, "{\"revision\":%lld,\"skills\":%d,\"bytes\":%zu,\"stored\":%s}",
			(long long)l->skills.revision, l->skills.n, l->model.len, l->stored ? "true" : "false"));
}

static enum err check_organisation(struct ctl *ctl, int64_t org)
{
	struct sql_organization_find_rows r;
	return CTL_QUERY(ctl, org, sql_organization_find, org, &r);
}

static enum err cmd_learn_learn(struct ctl *ctl, struct lesson *l)
{
	enum err e = check_organisation(ctl, l->org);
	if (e == ERR_OK)
		e = skill_store_load(ctl->db, ctl->pool, l->org, &l->skills);
	if (e != ERR_OK)
		return e;
	if (l->skills.n == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"organisation %lld has no enabled skills to train: 'deskbellctl skill import' adds some",
			(long long)l->org);
	e = cmd_learn_train(ctl, l);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, l->org, cmd_learn_save, l);
	if (e == ERR_OK)
		l->n_confusions = skill_lint(l->index, ctl->pool, &l->confusions);
	return e;
}

static struct str cmd_learn_shown(struct ctl *ctl, struct str title)
{
	return out_cut(ctl->pool, out_safe(ctl->pool, title), TITLE_COLUMNS);
}

static void print_confusion(struct ctl *ctl, const struct confusion *c)
{
	struct str a = cmd_learn_shown(ctl, c->skill->title), b = cmd_learn_shown(ctl, c->taken_for->title),
		   example = cmd_learn_shown(ctl, c->example);
	if (c->same)
		printf("warning: \"%.*s\" is a trigger of '%.*s' and of '%.*s': keep it in one of them.\n",
			OUT_STR(example), OUT_STR(a), OUT_STR(b));
	else
		printf("warning: '%.*s' is easily mistaken for '%.*s': %d trigger%s of it %s nearer to the other, for "
		       "example \"%.*s\".\n",
			OUT_STR(a), OUT_STR(b), c->n, c->n == 1 ? "" : "s", c->n == 1 ? "is" : "are", OUT_STR(example));
}

static void cmd_learn_print_words(struct ctl *ctl, const struct lesson *l)
{
	const struct phrases *p = skill_index_phrases(l->index);
	printf("%d skill%s with %d phrases trained in %lld ms; the model has %zu bytes%s.\n", l->skills.n,
		l->skills.n == 1 ? "" : "s", p->n_of_skills, (long long)l->took_ms, l->model.len,
		l->stored ? "" : " and was not stored, since the skills have changed meanwhile");
	for (int i = 0; i < l->n_confusions && i < CONFUSIONS_SHOWN; i++)
		print_confusion(ctl, &l->confusions[i]);
	if (l->n_confusions > CONFUSIONS_SHOWN)
		printf("%d more pairs of skills are alike; --json lists all.\n", l->n_confusions - CONFUSIONS_SHOWN);
	if (l->n_confusions)
		puts("Skills that are mistaken for each other need triggers that say where they differ, or should be "
		     "one skill.");
}

static void cmd_learn_print_json(const struct lesson *l)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_i64(w, "skills", l->skills.n);
	json_member_i64(w, "phrases", skill_index_phrases(l->index)->n_of_skills);
	json_member_i64(w, "revision", l->skills.revision);
	json_member_i64(w, "took_ms", l->took_ms);
	json_member_i64(w, "bytes", (int64_t)l->model.len);
	json_member_bool(w, "stored", l->stored);
	json_key(w, "confusions");
	json_begin_array(w);
	for (int i = 0; i < l->n_confusions; i++) {
		const struct confusion *c = &l->confusions[i];
		json_begin_object(w);
		json_member_str(w, "skill", c->skill->title);
		json_member_str(w, "taken_for", c->taken_for->title);
		json_member_i64(w, "triggers", c->n);
		json_member_str(w, "example", c->example);
		json_member_bool(w, "same", c->same);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
	out_json_end(&j);
}

enum err ctl_learn(struct ctl *ctl)
{
	struct lesson l = { .org = arg_number(ctl, "org") };
	buf_init(&l.model, MODEL_MAX_BYTES);
	enum err e = cmd_learn_learn(ctl, &l);
	if (e == ERR_OK && arg_flag(ctl, "json"))
		cmd_learn_print_json(&l);
	else if (e == ERR_OK)
		cmd_learn_print_words(ctl, &l);
	buf_fini(&l.model);
	return e;
}
