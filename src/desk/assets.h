/*
 * assets.h - files inside the program: templates, and what browsers fetch.
 */
#ifndef DESKBELL_DESK_ASSETS_H
#define DESKBELL_DESK_ASSETS_H

#include "core/pool.h"
#include "desk/template/template.h"

/* Made by the build from templates/ and htdocs/; each ends with a NULL name. */
extern const struct embedded_file template_files[], asset_files[];

/* A file that browsers fetch, under a name that changes with its content: so it may be kept for ever. */
struct asset {
	const char *name; /* "desk.css" */
	const char *path; /* "/assets/desk.1a2b3c4d5e6f7a8b.css" */
	const char *type;
	struct str bytes;
};

/* All of them; ends with a NULL name. In the pool. */
const struct asset *assets_load(struct pool *pool);
/* By file name, or by path; NULL when there is none. */
const struct asset *asset_named(const struct asset *assets, const char *name);
const struct asset *asset_at(const struct asset *assets, struct str path);

#endif
