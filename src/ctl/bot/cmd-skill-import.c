/*
 * cmd-skill-import.c - `deskbellctl skill import`: skills as JSON from standard input, checked as a whole before
 * anything is written; answer/skills/skill-edit.c has the rules.
 *
 * Importing the same file twice changes nothing but times. An error names the first element that is wrong.
 */
#include "answer/skills/skill-edit.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

#define INPUT_MAX_BYTES (32u << 20)

const struct arg_spec ctl_skill_import_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };

/* "skill 3 ('Opening hours'): the response is empty." */
static enum err cmd_skill_import_refuse(struct ctl *ctl, const struct skill_problem *p)
{
	struct str title = out_cut(ctl->pool, out_safe(ctl->pool, p->title), 60);
	struct str words = out_safe(ctl->pool, reason_text(ctl->pool, NULL, p->reason));
	if (p->line)
		return explain(&ctl->why, ERR_INVALID,
			"the skills on standard input, line %zu: %.*s. Nothing was imported.", p->line, OUT_STR(words));
	if (!p->number)
		return explain(&ctl->why, ERR_INVALID, "the skills on standard input: %.*s", OUT_STR(words));
	if (title.n == 0)
		return explain(
			&ctl->why, ERR_INVALID, "skill %zu: %.*s. Nothing was imported.", p->number, OUT_STR(words));
	return explain(&ctl->why, ERR_INVALID, "skill %zu ('%.*s'): %.*s. Nothing was imported.", p->number,
		OUT_STR(title), OUT_STR(words));
}

static enum err cmd_skill_import_save(struct ctl *ctl, void *arg)
{
	struct skill_edits *edits = arg;
	int64_t org = arg_number(ctl, "org");
	struct explain why;
	enum err e = skills_save(ctl->db, ctl->pool, org, edits, &why);
	if (e == ERR_INVALID || e == ERR_QUOTA)
		return explain(&ctl->why, e, "%s. Nothing was imported.", why.text);
	if (e != ERR_OK)
		return e;
	return ctl_audit(ctl, org, "skill.import",
		pool_printf(ctl->pool, "{\"added\":%lld,\"replaced\":%lld}", (long long)edits->added,
			(long long)edits->replaced));
}

enum err ctl_skill_import(struct ctl *ctl)
{
	struct skill_edits edits;
	struct str text;
	enum err e = ctl_read_stdin(ctl, INPUT_MAX_BYTES, "the skills as a JSON array", &text);
	if (e == ERR_OK && text.n == 0)
		return explain(&ctl->why, ERR_INVALID,
			"standard input is empty: pipe in the skills as a JSON array ('deskbellctl skill import "
			"--help' "
			"shows it)");
	if (e == ERR_OK && !skills_parse(ctl->pool, text, &edits))
		return cmd_skill_import_refuse(ctl, &edits.problems[0]);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_skill_import_save, &edits);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		printf("{\"added\":%lld,\"replaced\":%lld}\n", (long long)edits.added, (long long)edits.replaced);
	else
		printf("%zu skill%s imported: %lld new, %lld replaced.\n", edits.n, edits.n == 1 ? "" : "s",
			(long long)edits.added, (long long)edits.replaced);
	return ERR_OK;
}
