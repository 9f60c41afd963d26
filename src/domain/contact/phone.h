/*
 * phone.h - telephone numbers as people write them: digits with blanks, dots, hyphens and brackets between.
 *
 * What a run of digits means (a number to call, an order, a day) is for the caller, who knows the words around it. In
 * a reply of the model numbers are looked for among similar characters as well: answer/llm/link-number.c.
 */
#ifndef DESKBELL_DOMAIN_CONTACT_PHONE_H
#define DESKBELL_DOMAIN_CONTACT_PHONE_H

#include "core/pool.h"

#define PHONE_DIGITS_MAX 15 /* E.164 */

struct phone_run {
	char digits[PHONE_DIGITS_MAX + 1]; /* the first ones, with a NUL */
	int n;                             /* of all digits; may be more than fit */
	bool plus;                         /* it begins with one */
	size_t begin, end;                 /* of the text; a separator at its end is no part of it */
};

/* Reads the run that begins at byte `at`: an optional plus, digits, between them up to two of `separators` in a row. */
struct phone_run phone_read(struct str text, size_t at, const char *separators);
/* "tel:+4930..." for a number as it was written, signs and words left out; absent with fewer than three digits. */
struct str phone_link(struct pool *pool, struct str written);
/* The digits of what holds nothing but digits and the signs that people write between them, without zeros at the
 * begin; absent for anything else, and for fewer than five. For a search: what it finds is stored without zeros at
 * the begin as well (deskbell_phone_ends). */
struct str phone_typed(struct pool *pool, struct str typed);

#endif
