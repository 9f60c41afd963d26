/*
 * template-parts.h - a compiled template; shared by template-compile.c and template.c only.
 */
#ifndef DESKBELL_DESK_TEMPLATE_TEMPLATE_PARTS_H
#define DESKBELL_DESK_TEMPLATE_TEMPLATE_PARTS_H

#include "desk/template/template.h"

enum node_kind {
	NODE_TEXT,
	NODE_INDENT, /* a line begins: here goes the indentation of the partial that we are in */
	NODE_VALUE,
	NODE_SECTION,
	NODE_INVERTED,
	NODE_PARTIAL,
	NODE_WORDS,
	NODE_CONTENT
};

/* A dotted name; "." has no parts. */
struct template_name {
	const char *const *parts;
	size_t n;
	struct str text; /* the whole */
};

struct node {
	enum node_kind kind;
	struct str text;           /* literal text; a partial's name; a message id, NUL-terminated */
	struct str indent;         /* of a partial that stands alone on its line */
	struct template_name name; /* value, section, inverted */
	size_t end;                /* sections: the node behind their last one */
};

struct template_body {
	const char *name;
	const struct node *nodes;
	size_t n;
};

struct template_set {
	struct pool *pool;
	struct template_body *bodies;
	size_t n;
};

/* "a.b" or "."; false when it is no name. */
bool template_name_parse(struct pool *pool, struct str text, struct template_name *out);
enum err template_compile(struct pool *pool, const char *name, struct str source, struct template_body *out,
	struct explain *why) MUST_CHECK;

#endif
