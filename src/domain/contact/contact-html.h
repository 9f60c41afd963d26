/*
 * contact-html.h - the objects of a contact's copy as a page that a person can read.
 */
#ifndef DESKBELL_DOMAIN_CONTACT_HTML_H
#define DESKBELL_DOMAIN_CONTACT_HTML_H

#include "domain/contact/contact-copy.h"

/* The head of the page; `at` is the moment of the copy as text. */
void contact_html_begin(const struct contact_copy *to, struct str at);
/* One object as its JSON text, those of one type after each other. `first`: of its type. */
void contact_html_object(const struct contact_copy *to, const char *type, struct str json, bool first);
void contact_html_end(const struct contact_copy *to);

#endif
