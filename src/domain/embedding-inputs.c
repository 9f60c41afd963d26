/*
 * embedding-inputs.c - how a model for embeddings takes questions, and how passages. Pure.
 *
 * Models that are made for search embed a question otherwise than the text that answers it: E5 and Nomic by a prefix,
 * Cohere and Voyage by a member of the request, some servers by a second name of the model.
 */
#include "domain/embedding-inputs.h"

bool embedding_inputs_parse(struct str text, struct embedding_inputs *out)
{
	struct str rest = str_trim(text), word;
	*out = (struct embedding_inputs){ .text = rest };
	word = str_take_until(&rest, ' ');
	rest = rest.p ? str_trim(rest) : STR("");
	if (!word.n)
		return true;
	if (str_equal(word, STR("e5")) && !rest.n) {
		out->question_prefix = STR("query:");
		out->passage_prefix = STR("passage:");
		return true;
	}
	if (str_equal(word, STR("input_type")) && !rest.n)
		return out->input_type = true;
	if (str_equal(word, STR("model")) && rest.n) {
		out->question_model = rest;
		return true;
	}
	if (!str_equal(word, STR("prefix")) || str_find_char(rest, '|') < 0)
		return false;
	out->question_prefix = str_trim(str_take_until(&rest, '|'));
	out->passage_prefix = str_trim(rest);
	return out->question_prefix.n > 0 || out->passage_prefix.n > 0;
}
