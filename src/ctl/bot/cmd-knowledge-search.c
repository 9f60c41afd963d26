/*
 * cmd-knowledge-search.c - `deskbellctl knowledge search`: what the documents say to a question, one a line in, one
 * JSON object a line out, in the form of `ask` and without skills. Stores and sends nothing.
 */
#include "answer/retrieval/knowledge.h"
#include "core/clock.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#include <math.h>
#include <stdlib.h>

#define PASSAGES_SHOWN 10
#define PASSAGES_MOST 100

const struct arg_spec ctl_knowledge_search_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "most", "N", false, SHAPE_COUNT, NULL, "so many passages; default 10, at most 100" }, ARG_LAST };

static void cmd_knowledge_search_write_score(struct json_writer *w, double score)
{
	json_key(w, "score");
	json_write_double(w, round(score * 1e6) / 1e6);
}

static void write_passage(struct json_writer *w, const struct passage_hit *hit)
{
	json_begin_object(w);
	json_key(w, "document");
	json_write_str(w, hit->title);
	cmd_knowledge_search_write_score(w, hit->score);
	json_member_str(w, "heading", hit->heading);
	json_member_str(w, "url", hit->url);
	json_member_str(w, "text", hit->text);
	json_end_object(w);
}

static void print_result(struct pool *pool, const struct passage_hit *hits, int n, int64_t took_us)
{
	struct out_json j;
	struct quote quote = knowledge_quote(pool, hits, n, 0);
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "stage", quote.answers ? STR("knowledge") : STR("fallback"));
	cmd_knowledge_search_write_score(w, quote.score);
	json_key(w, "passages");
	json_begin_array(w);
	for (int i = 0; i < n; i++)
		write_passage(w, &hits[i]);
	json_end_array(w);
	json_key(w, "reply");
	json_write_str(w, quote.answers ? knowledge_reply(pool, &quote) : STR_NONE);
	json_member_str(w, "quote", quote.text);
	json_member_i64(w, "took_us", took_us);
	json_end_object(w);
	out_json_end(&j);
}

static enum err search_lines(struct ctl *ctl, int most)
{
	struct pool *pool = pool_new();
	struct passage_hit hits[PASSAGES_MOST];
	enum err e = ERR_OK;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	ctl_invite("one question a line");
	while (e == ERR_OK && !ferror(stdout) && (length = getline(&line, &room, stdin)) >= 0) {
		int n;
		int64_t began_us = clock_mono_us();
		e = knowledge_search(ctl->db, pool, arg_number(ctl, "org"),
			str_trim((struct str){ line, (size_t)length }), most, hits, &n);
		if (e == ERR_OK)
			print_result(pool, hits, n, clock_mono_us() - began_us);
		pool_reset(pool);
	}
	free(line);
	pool_free(pool);
	return e;
}

enum err ctl_knowledge_search(struct ctl *ctl)
{
	struct sql_organization_find_rows r;
	int64_t org = arg_number(ctl, "org"), most = arg_number(ctl, "most");
	if (most > PASSAGES_MOST)
		return explain(&ctl->why, ERR_USAGE, "--most must be at most %d", PASSAGES_MOST);
	enum err e = CTL_QUERY(ctl, org, sql_organization_find, org, &r);
	if (e == ERR_OK)
		e = search_lines(ctl, most ? (int)most : PASSAGES_SHOWN);
	return e == ERR_OK && ferror(stdin) ? explain(&ctl->why, ERR_IO, "standard input cannot be read") : e;
}
