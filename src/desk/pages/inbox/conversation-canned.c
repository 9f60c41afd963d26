/*
 * conversation-canned.c - the placeholders of canned replies: {{contact.name}}, {{agent.name}}, {{organisation}}.
 *
 * Filled in when a reply is chosen, so that the operator sees what will be sent. What is no placeholder stays as it is,
 * and what is filled in is not looked at again. Pure.
 */
#include "desk/pages/inbox/conversation.h"

#define FILLED_MAX (64 << 10)

struct str canned_fill(struct desk_request *v, struct str body, struct str contact)
{
	struct str agent = v->caller.name.n ? v->caller.name : v->caller.email;
	const struct {
		const char *name;
		struct str value;
	} places[] = { { "{{contact.name}}", contact }, { "{{agent.name}}", agent },
		{ "{{organisation}}", v->caller.org_name } };
	struct buf out;
	buf_init(&out, FILLED_MAX);
	for (size_t at = 0; at < body.n;) {
		struct str rest = { body.p + at, body.n - at };
		size_t taken = 0;
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !taken; i++)
			if (str_has_prefix(rest, str_of(places[i].name))) {
				buf_add_str(&out, places[i].value);
				taken = strlen(places[i].name);
			}
		if (!taken)
			buf_add_char(&out, body.p[at]);
		at += taken ? taken : 1;
	}
	struct str text = out.err == ERR_OK ? pool_str(v->pool, buf_str(&out)) : body;
	buf_fini(&out);
	return text;
}
