/*
 * cmd-knowledge-delete.c - `deskbellctl knowledge delete`: documents with their passages, all of them or none.
 */
#include "answer/retrieval/knowledge-store.h"
#include "ctl/ctl.h"
#include "ctl/output.h"

const struct arg_spec ctl_knowledge_delete_args[] = { ARG_THE_ORG,
	{ ARG_WORDS, "DOCUMENT", NULL, true, SHAPE_ID, NULL,
		"ids of documents ('deskbellctl knowledge list' shows them)" },
	ARG_LAST };

static enum err delete_one(struct ctl *ctl, struct knowledge_writer *w, const char *word)
{
	int64_t id = 0;
	if (!str_to_i64(str_of(word), &id))
		bug("an argument that is no number");
	enum err e = knowledge_delete(w, id);
	if (e == ERR_NOT_FOUND)
		return explain(&ctl->why, e,
			"organisation %lld has no document %lld; 'deskbellctl knowledge list' shows all. Nothing was "
			"deleted.",
			(long long)arg_number(ctl, "org"), (long long)id);
	return e == ERR_OK ? ctl_audit(ctl, arg_number(ctl, "org"), "knowledge.delete",
		       pool_printf(ctl->pool, "{\"document\":%lld}", (long long)id))
			   : e;
}

static enum err delete_all(struct ctl *ctl, void *arg)
{
	struct knowledge_writer *w;
	(void)arg;
	enum err e = knowledge_begin(ctl->db, ctl->pool, arg_number(ctl, "org"), &w);
	for (int i = 0; e == ERR_OK && i < ctl->args.n_words; i++)
		e = delete_one(ctl, w, ctl->args.words[i]);
	return e == ERR_OK ? knowledge_end(w, &ctl->why) : e;
}

enum err ctl_knowledge_delete(struct ctl *ctl)
{
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), delete_all, NULL);
	if (e == ERR_OK)
		printf("%d document%s deleted.\n", ctl->args.n_words, ctl->args.n_words == 1 ? "" : "s");
	return e;
}
