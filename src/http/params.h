/*
 * params.h - what a form sent, as names and values: urlencoded, multipart, or a flat JSON object.
 */
#ifndef DESKBELL_HTTP_PARAMS_H
#define DESKBELL_HTTP_PARAMS_H

#include "core/err.h"
#include "core/pool.h"
#include "core/str.h"

#define PARAMS_MAX 500

struct param {
	struct str name, value;
	struct str file_name, type; /* of an uploaded file; absent for others */
};

struct params {
	struct param *items;
	int n;
};

/* Adds one. ERR_INVALID when there are PARAMS_MAX already. */
enum err params_add(struct pool *pool, struct params *p, struct param param) MUST_CHECK;
/* The value of a parameter of a header, name="value" or name=value; absent when there is none. */
struct str params_of_header(struct str header, const char *name);
/* Name, file name and type of a part of a multipart body, from the lines of its head; `name` is absent when the head is
 * malformed. */
struct param params_part_head(struct str head);
/* By the Content-Type. Slices of `body` or copies in the pool. ERR_INVALID for what is malformed, holds more than
 * PARAMS_MAX values, or is of another type; an empty body has no parameters. */
enum err params_parse(struct pool *pool, struct str content_type, struct str body, struct params *out) MUST_CHECK;
/* The only parameter of that name; NULL when missing or given twice. */
const struct param *params_find(const struct params *params, const char *name);

#endif
