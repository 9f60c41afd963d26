/*
 * template.h - pages from models: the logic-less Mustache language over JSON.
 *
 * Source of the language: mustache(5) and the public specification (interpolation, sections, inverted, comments,
 * partials, delimiters). Left out on purpose: raw insertion, except {{{content}}} which only the renderer fills, and
 * lambdas. Of our own: {{#t}}words{{/t}} is translated; its inner text with white space collapsed is the message id,
 * and {{names}} in the translation are filled. False are: absent, null, false, 0, "", [].
 */
#ifndef DESKBELL_DESK_TEMPLATE_TEMPLATE_H
#define DESKBELL_DESK_TEMPLATE_TEMPLATE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/json/json.h"
#include "core/text/embedded.h"

struct template_set;
struct translation;

/* Compiles every file "NAME.mustache". NULL with words (file, line) when one is wrong. The texts are borrowed. */
struct template_set *template_set_new(const struct embedded_file *files, struct explain *why);
void template_set_free(struct template_set *set);
bool template_exists(const struct template_set *set, const char *name);

/* A name for which the model has nothing, not even null: `name` as it stands in the template `in`. Members of an object
 * that names one of several ({"admin":true}, {}) may be missing, and those of what is false. */
typedef void (*template_missing_fn)(void *arg, const char *in, struct str name);

struct template_input {
	const struct json *model;
	const struct translation *translation; /* NULL: the words as they stand */
	struct str content;                    /* for {{{content}}}, inserted as it is */
	template_missing_fn missing;           /* NULL: absent counts as false, as the language has it */
	void *arg;
};

/* Appends the page to `out`. ERR_NOT_FOUND for an unknown template, ERR_INVALID when partials or contexts are nested
 * too deeply, ERR_TOO_LARGE when `out` is full. Thread-safe. */
enum err template_render(const struct template_set *set, const char *name, const struct template_input *input,
	struct buf *out) MUST_CHECK;
/* `s` with & < > " ' as references. */
void template_escape(struct buf *out, struct str s);

#endif
