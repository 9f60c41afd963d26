/*
 * confirm-page.h - "are you sure?": the page between a button and what cannot be taken back.
 */
#ifndef DESKBELL_WEB_CONFIRM_PAGE_H
#define DESKBELL_WEB_CONFIRM_PAGE_H

#include "web/desk.h"

struct confirm {
	const char *nav;    /* the part of the desk */
	const char *title;  /* T("Delete the document"); also the button */
	struct str what;    /* which one: its name, shown behind the title */
	const char *words;  /* what happens; T("...") */
	const char *action; /* where the answer is posted */
	const char *back;
};

/* Whether the form says "confirmed=yes". */
bool confirm_given(const struct visit *v);
enum err confirm_show(struct visit *v, const struct confirm *confirm) MUST_CHECK;

#endif
