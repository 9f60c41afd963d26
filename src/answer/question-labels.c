/*
 * question-labels.c - labels before questions and answers. Pure.
 *
 * A letter alone says nothing ("A: entrance in the yard"), so a line is a question only when the next one has the label
 * that goes with it. Such a question needs no question mark.
 */
#include "answer/question-labels.h"

static const struct {
	const char *question, *answer;
} pairs[] = {
	{ "q", "a" }, { "question", "answer" },          /* English */
	{ "f", "a" }, { "frage", "antwort" },            /* German */
	{ "p", "r" }, { "pregunta", "respuesta" },       /* Spanish */
	{ "pergunta", "resposta" }, { "q", "r" },        /* Portuguese, French */
	{ "question", "r\xc3\xa9ponse" }, { "d", "r" },  /* French, Italian */
	{ "domanda", "risposta" }, { "s", "c" },         /* Italian, Turkish */
	{ "soru", "cevap" }, { "soru", "yan\xc4\xb1t" }, /* Turkish */
	{ "\xd8\xb3", "\xd8\xac" },                      /* Arabic */
	{ "\xd8\xb3\xd8\xa4\xd8\xa7\xd9\x84", "\xd8\xac\xd9\x88\xd8\xa7\xd8\xa8" },
	{ "\xe9\x97\xae", "\xe7\xad\x94" }, /* Chinese */
};

static struct str skip_spaces(struct str s)
{
	while (s.n && s.p[0] == ' ')
		s = (struct str){ s.p + 1, s.n - 1 };
	return s;
}

/* Takes "Q:", "q 12." or "Q)" off the line; what follows must not be empty. */
static bool take_label(struct str *line, struct str label)
{
	static const struct str ends[] = { { ":", 1 }, { ".", 1 }, { ")", 1 }, { "\xef\xbc\x9a", 3 } };
	if (line->n <= label.n || !str_equal_nocase((struct str){ line->p, label.n }, label))
		return false;
	struct str rest = skip_spaces((struct str){ line->p + label.n, line->n - label.n });
	while (rest.n && rest.p[0] >= '0' && rest.p[0] <= '9')
		rest = (struct str){ rest.p + 1, rest.n - 1 };
	rest = skip_spaces(rest);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!str_has_prefix(rest, ends[i]))
			continue;
		rest = (struct str){ rest.p + ends[i].n, rest.n - ends[i].n };
		if (ends[i].n == 1 && !str_has_prefix(rest, STR(" ")))
			return false;
		rest = skip_spaces(rest);
		if (rest.n)
			*line = rest;
		return rest.n > 0;
	}
	return false;
}

struct str question_label_take(struct str *line, struct str next)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct str question = *line, answer = next, label = str_of(pairs[i].answer);
		if (take_label(&answer, label) && take_label(&question, str_of(pairs[i].question))) {
			*line = question;
			return label;
		}
	}
	return STR_NONE;
}

bool answer_label_take(struct str *line, struct str label)
{
	return label.n && take_label(line, label);
}
