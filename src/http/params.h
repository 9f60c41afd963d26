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

/* By the Content-Type. Slices of `body` or copies in the pool. ERR_INVALID for what is malformed, holds more than
 * PARAMS_MAX values, or is of another type; an empty body has no parameters. */
enum err params_parse(struct pool *pool, struct str content_type, struct str body, struct params *out) MUST_CHECK;
/* The only parameter of that name; NULL when missing or given twice. */
const struct param *params_find(const struct params *params, const char *name);

#endif
