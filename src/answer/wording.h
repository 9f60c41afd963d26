/*
 * wording.h - the texts of the product that customers read: the organisation's own, else built in, in ten languages.
 */
#ifndef DESKBELL_ANSWER_WORDING_H
#define DESKBELL_ANSWER_WORDING_H

#include "answer/skills/skills.h"
#include "answer/understanding/language.h"
#include "domain/settings.h"

/* Each is a setting of that name, but for the last ones, and a member of `struct texts` (understanding/language.h). */
#define WORDING_LIST(X) \
	X(GREETING, greeting, greeting_text) \
	X(KIND, kind, acknowledgement_text) \
	X(IDENTITY, identity, identity_text) \
	X(DISCLOSURE, disclosure, disclosure_text) \
	X(AUTOMATIC, automatic, disclosure_text) \
	X(FALLBACK, fallback, fallback_text) \
	X(HANDOVER, handover, handover_text) \
	X(AWAY, away, out_of_hours_text) \
	X(UNCLEAR, unclear, question_back_text) \
	X(DETAIL, detail, question_back_text)

enum wording {
#define X(name, member, setting) WORDING_##name,
	WORDING_LIST(X)
#undef X
		WORDINGS
};

/* To whom is spoken, and for whom. All borrowed. */
struct speaker {
	const struct settings *settings;
	struct str business;             /* its name, for {business} */
	struct str own;                  /* the organisation's language, a tag: that of its own texts */
	const struct language *language; /* the customer's */
};

/* The organisation's text, where it has one and the customer writes in its language; else the built-in one. In `pool`.
 */
struct str wording_text(struct pool *pool, const struct speaker *speaker, enum wording which);
/* The built-in text in a language (a tag; an unknown one is English), as a form shows it: with {business} in it. */
struct str wording_builtin(struct str language, enum wording which);

/* A name in braces and what stands for it. */
struct filling {
	const char *name;
	struct str value;
};
/* The text with each {name} replaced; a name that is not among the fillings stays as it is. In `pool`. */
struct str wording_fill(struct pool *pool, struct str text, const struct filling *fillings, int n);
/* Two texts as one, an empty line between them; either may be absent. In `pool`. */
struct str wording_join(struct pool *pool, struct str first, struct str second);
/* As the title of a button, at most 20 characters. In `pool`. */
#define BUTTON_TITLE_MAX 20
struct str wording_button(struct pool *pool, struct str text);
/* The fallback with up to four topics that a customer may ask about, where the customer reads the language of their
 * titles. `index` may be NULL. */
struct str wording_fallback(struct pool *pool, const struct speaker *speaker, const struct skill_index *index);

#endif
