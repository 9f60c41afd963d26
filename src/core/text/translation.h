/*
 * translation.h - words in other languages, from gettext's catalogues that are compiled in.
 *
 * gettext(3) itself is not used: it chooses the language by setlocale(3), which is one for the whole process, and here
 * threads answer people of different languages at the same moment; it also wants files next to the program.
 */
#ifndef DESKBELL_CORE_TEXT_TRANSLATION_H
#define DESKBELL_CORE_TEXT_TRANSLATION_H

#include "core/err.h" /* T() */
#include "core/str.h"

struct translation;

/* The languages of the desk and of e-mails, "en" first; ends with NULL. */
extern const char *const translation_languages[];
/* NULL, which is English, when there is no such language. Never freed. */
const struct translation *translation_of(const char *language);
/* The best of an Accept-Language header (RFC 9110, 12.5.4) that we speak; "en" without any. */
const char *translation_negotiate(struct str accept_language);
/* The words in that language; `words` itself when there is none. Never NULL. Thread-safe. */
const char *translation_find(const struct translation *translation, const char *words);

/* For tests: a catalogue in GNU's MO format; false when it is not one. `bytes` are borrowed. */
struct translation {
	const unsigned char *bytes;
	size_t n;
	uint32_t count, ids, texts; /* number of messages; where the tables of ids and texts begin */
};
bool translation_open(const unsigned char *bytes, size_t n, struct translation *out);

#endif
