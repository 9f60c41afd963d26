/*
 * control-llm.c - settings and keys of the language model.
 *
 * Never shows a key. What is wrong is said in words with 400.
 */
#include "simulator/control/control.h"

void control_get_llm(struct simulator *sim, struct exchange *ex)
{
	struct json_writer w;

	json_writer_init(&w, &ex->out);
	llm_write(&w, ex->pool, &sim->llm);
	control_succeed(ex);
}

void control_post_llm(struct simulator *sim, struct exchange *ex)
{
	struct explain why = { "" };

	if (llm_update(&sim->llm, ex->json, &why) != ERR_OK)
		control_refuse(ex, 400, why.text);
	else
		control_get_llm(sim, ex);
}

void control_post_llm_keys(struct simulator *sim, struct exchange *ex)
{
	struct explain why = { "" };

	if (llm_add_key(&sim->llm, json_str(json_get(ex->json, "key")), &why) != ERR_OK)
		control_refuse(ex, 400, why.text);
	else
		control_succeed_ok(ex);
}
