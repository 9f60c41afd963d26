/*
 * ask.c - `deskbellctl ask`: what the bot would answer, one message a line in, one JSON object a line out.
 *
 * Runs the sender's own pipeline. Stores and sends nothing; the organisation's bot mode, locks and windows play no
 * part. A model that is not stored is trained for this run only.
 */
#include "answer/pipeline.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#include <math.h>
#include <stdlib.h>

const struct arg_spec ctl_ask_args[] = { ARG_THE_ORG, ARG_LAST };

/* Columns of organization_find. */
enum { NAME, LANGUAGE, BOT_MODE, FALLBACK, SKILLS_REVISION, SKILL_THRESHOLD };

static void write_score(struct json_writer *w, double score)
{
	json_key(w, "score");
	json_write_double(w, round(score * 1e6) / 1e6);
}

static void write_candidates(struct json_writer *w, const struct answer *a)
{
	json_key(w, "candidates");
	json_begin_array(w);
	for (int i = 0; i < a->n_candidates; i++) {
		json_begin_object(w);
		json_member_str(w, "skill", a->candidates[i].skill->title);
		write_score(w, a->candidates[i].score);
		json_end_object(w);
	}
	json_end_array(w);
}

static void print_answer(const struct answer *a)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "stage", str_of(a->stage));
	json_key(w, "skill");
	json_write_str(w, a->skill);
	write_score(w, a->score);
	write_candidates(w, a);
	json_key(w, "passages");
	json_begin_array(w);
	json_end_array(w);
	json_key(w, "reply");
	json_write_str(w, a->reply);
	json_end_object(w);
	out_json_end(&j);
}

static enum err read_organisation(struct ctl *ctl, struct question *q)
{
	struct db_result *r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, &sql_organization_find, &r, DB_INT(org));
	if (e != ERR_OK)
		return e;
	*q = (struct question){ .org_id = org,
		.has_text = true,
		.language = db_str(r, 0, LANGUAGE),
		.fallback_text = db_str(r, 0, FALLBACK),
		.skills_revision = db_int(r, 0, SKILLS_REVISION),
		.skill_threshold = db_double(r, 0, SKILL_THRESHOLD) };
	return ERR_OK;
}

static void answer_lines(struct pipeline *pipeline, struct question q)
{
	struct pool *pool = pool_new();
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	while ((n = getline(&line, &room, stdin)) >= 0) {
		struct answer a;
		q.text = str_trim((struct str){ line, (size_t)n });
		pipeline_answer(pipeline, pool, &q, &a);
		print_answer(&a);
		fflush(stdout);
		pool_reset(pool);
	}
	free(line);
	pool_free(pool);
}

enum err ctl_ask(struct ctl *ctl)
{
	struct question q;
	enum err e = read_organisation(ctl, &q);
	if (e != ERR_OK)
		return e;
	struct pipeline *pipeline = pipeline_new(&ctl->conf, ctl->db);
	e = pipeline_prepare(pipeline, q.org_id, q.skills_revision);
	if (e == ERR_OK)
		answer_lines(pipeline, q);
	pipeline_free(pipeline);
	return e == ERR_OK && ferror(stdin) ? explain(&ctl->why, ERR_IO, "standard input cannot be read") : e;
}
