/*
 * skill-evidence.c - what speaks for which skill, message by message: the raw material of tests/quality/calibrate.
 *
 *     skill-evidence SKILLS.JSON TEST.TSV [SKILLS TRIGGERS OFFSET]
 *
 * With numbers: as if the organisation had only so many skills (chosen by the offset) and triggers; a message about
 * another skill is then about none. One JSON object a line.
 */
#include "answer/skills/training/confidence.h"
#include "answer/skills/training/training-phrases.h"
#include "answer/skills/skill-model.h"
#include "core/json/json.h"
#include "core/log.h"
#include "domain/text.h"

#include <stdio.h>
#include <stdlib.h>

#define FILE_MAX_BYTES (64u << 20)
#define BEST 6

struct sizes {
	int64_t skills, triggers, offset;
};

static struct str read_file(struct pool *pool, const char *path)
{
	struct buf text;
	FILE *f = fopen(path, "rb");
	char *room;
	size_t n;
	if (!f)
		fatal(ERR_IO, "%s cannot be read", path);
	buf_init(&text, FILE_MAX_BYTES);
	while ((room = buf_reserve(&text, 65536)) && (n = fread(room, 1, 65536, f)) > 0)
		buf_commit(&text, n);
	fclose(f);
	struct str s = pool_str(pool, buf_str(&text));
	buf_fini(&text);
	return s;
}

static struct skill skill_of(struct pool *pool, const struct json *v, int64_t most_triggers)
{
	const struct json *list = json_get(v, "triggers");
	struct str *triggers = pool_new_array(pool, json_length(list) + 1, struct str);
	struct skill s = { .title = json_str(json_get(v, "title")), .triggers = triggers };
	for (size_t i = 0; i < json_length(list) && s.n_triggers < most_triggers; i++)
		triggers[s.n_triggers++] = json_str(json_at(list, i));
	return s;
}

static int read_skills(struct pool *pool, const char *path, const struct sizes *sizes, struct skill **out)
{
	const struct json *doc;
	struct explain why;
	int n = 0;
	if (json_parse(pool, read_file(pool, path), &doc, &why) != ERR_OK)
		fatal(ERR_INVALID, "%s: %s", path, why.text);
	size_t total = json_length(doc);
	*out = pool_new_array(pool, total + 1, struct skill);
	for (size_t i = 0; i < total; i++)
		if ((int64_t)((i * 7919 + (size_t)sizes->offset) % total) < sizes->skills)
			(*out)[n++] = skill_of(pool, json_at(doc, i), sizes->triggers);
	return n;
}

static bool is_exact(const struct phrases *p, struct str folded)
{
	for (int i = 0; i < p->n_of_skills; i++)
		if (str_equal(p->all[i].folded, folded))
			return true;
	return false;
}

static void write_skill(struct json_writer *w, const struct skill *skill, const struct evidence *e)
{
	json_begin_array(w);
	json_write_str(w, skill->title);
	json_write_double(w, e->log_odds);
	json_write_double(w, e->centre);
	json_write_double(w, e->nearest);
	json_end_array(w);
}

/* The best few by the classifier, which is all that matters. */
static void write_best(
	struct json_writer *w, struct pool *pool, const struct phrases *p, const struct evidence *evidence)
{
	bool *written = pool_new_array(pool, (size_t)p->n_skills, bool);
	json_begin_array(w);
	for (int k = 0; k < BEST && k < p->n_skills; k++) {
		int best = -1;
		for (int s = 0; s < p->n_skills; s++)
			if (!written[s] && (best < 0 || evidence[s].log_odds > evidence[best].log_odds))
				best = s;
		written[best] = true;
		if (evidence[best].nearest > 0)
			write_skill(w, &p->skills[best], &evidence[best]);
	}
	json_end_array(w);
}

static bool knows(const struct phrases *p, struct str title)
{
	for (int s = 0; s < p->n_skills; s++)
		if (str_equal(p->skills[s].title, title))
			return true;
	return false;
}

static void tell(const struct skill_index *index, struct str text, struct str want)
{
	const struct phrases *p = skill_index_phrases(index);
	struct pool *pool = pool_new();
	struct evidence *evidence = pool_new_array(pool, (size_t)p->n_skills, struct evidence);
	struct buf line;
	struct json_writer w;
	skill_index_evidence(index, pool, text, evidence);
	buf_init(&line, 1 << 20);
	json_writer_init(&w, &line);
	json_begin_object(&w);
	json_member_str(&w, "want", knows(p, want) ? want : STR(""));
	json_member_bool(&w, "exact", is_exact(p, text_fold(pool, text)));
	json_key(&w, "skills");
	write_best(&w, pool, p, evidence);
	json_end_object(&w);
	puts(buf_cstr(&line));
	buf_fini(&line);
	pool_free(pool);
}

int main(int argc, char **argv)
{
	struct sizes sizes = { 1 << 20, 1 << 20, 0 };
	struct pool *pool = pool_new();
	struct skill *skills;
	log_open("skill-evidence", NULL, LOG_LEVEL_ERROR);
	if (argc != 3
		&& (argc != 6 || !str_to_i64(str_of(argv[3]), &sizes.skills)
			|| !str_to_i64(str_of(argv[4]), &sizes.triggers)
			|| !str_to_i64(str_of(argv[5]), &sizes.offset)))
		fatal(ERR_USAGE, "usage: skill-evidence SKILLS.JSON TEST.TSV [SKILLS TRIGGERS OFFSET]");
	int n = read_skills(pool, argv[1], &sizes, &skills);
	struct skill_index *index = skill_index_new(pool, skills, n);
	skill_index_set_model(index, skill_model_train(pool, skill_index_phrases(index), NULL));
	struct str rest = read_file(pool, argv[2]);
	while (rest.n) {
		struct str want = str_take_until(&rest, '\n'), text = str_take_until(&want, '\t');
		tell(index, text, want);
	}
	pool_free(pool);
	return 0;
}
