/*
 * form.h - fields that a page declares in a table, with what may be in them.
 *
 *     static const struct field fields[] = {
 *         { "email", FIELD_EMAIL, FIELD_REQUIRED, EMAIL_MAX_BYTES, NULL, T("Write an address such as
 * anna@example.com.") }, FIELD_LAST };
 *
 * A wrong form is shown again with what was typed (passwords excepted) and with words next to each field that is wrong.
 */
#ifndef DESKBELL_DESK_FORM_H
#define DESKBELL_DESK_FORM_H

#include "core/json/json.h"
#include "http/params.h"
#include "core/text/translation.h"

#define FORM_FIELDS_MAX 56

enum field_shape {
	FIELD_LINE,     /* one line of text, trimmed */
	FIELD_TEXT,     /* several lines; CRLF becomes LF */
	FIELD_EMAIL,    /* trimmed */
	FIELD_PASSWORD, /* as typed; never shown again */
	FIELD_NEW_PASSWORD,
	FIELD_NUMBER, /* a whole number */
	FIELD_CHOICE, /* one of `choices` */
	FIELD_CHECK,  /* a box: "on" or nothing */
	FIELD_FILE    /* an upload; any bytes */
};

enum field_need { FIELD_OPTIONAL, FIELD_REQUIRED };

struct field {
	const char *name;
	enum field_shape shape;
	enum field_need need;
	size_t max_bytes;
	const char *choices; /* "a|b|c" */
	const char *words;   /* what to do when it is missing or wrong; T("...") */
};
/* What a field for a new password says when it is not one that Deskbell takes. */
#define NEW_PASSWORD_WORDS \
	T("Write a password of at least 10 characters that is not easy to guess: a few words that do not belong " \
	  "together, and not your address or the name of your business.")
#define FIELD_LAST \
	{ \
		NULL, FIELD_LINE, FIELD_OPTIONAL, 0, NULL, NULL \
	}

struct form {
	const struct field *fields;
	struct str values[FORM_FIELDS_MAX]; /* absent when not sent; cleaned up as the shape says */
	struct str file_names[FORM_FIELDS_MAX];
	const char *errors[FORM_FIELDS_MAX]; /* translated; NULL when the field is good */
	const char *error;                   /* about the form as a whole */
	bool wrong;
};

/* An empty form, for a page that is opened. */
void form_init(struct form *form, const struct field *fields);
/* Takes the fields from what was sent; true when all are good. Values live in the pool. */
bool form_parse(struct pool *pool, struct form *form, const struct field *fields, const struct params *params,
	const struct translation *translation);
/* The value of a declared field (anything else is a bug); absent when not sent. */
struct str form_value(const struct form *form, const char *name);
/* The name of an uploaded file, for its ending and as words; absent when there is none, or none that is text. */
struct str form_file_name(const struct form *form, const char *name);
bool form_checked(const struct form *form, const char *name);
int64_t form_number(const struct form *form, const char *name); /* 0 when absent */
/* What is wrong with the value of a declared field; NULL when nothing is. */
const char *form_error(const struct form *form, const char *name);
/* Puts a value into a field, for a page that shows what is stored. */
void form_set(struct form *form, const char *name, struct str value);
/* Words next to a field, found by the handler; already translated. */
void form_refuse(struct form *form, const char *name, const char *words);
/* The words about the first field that is wrong; NULL: none is. */
const char *form_first_error(const struct form *form);
/* Words about the whole form. */
void form_fail(struct form *form, const char *words);
/* Writes the member `key`: {"action", "error", FIELD: {"value", "error"}}. A choice gets "is": {VALUE: true} too, so
 * that a template can mark the chosen one. */
void form_write(struct json_writer *w, const char *key, const char *action, const struct form *form);

#endif
