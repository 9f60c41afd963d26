/*
 * sim-form.h - multipart/form-data as both platforms take it: fields and files.
 */
#ifndef DESKBELL_SIMULATOR_MEDIA_SIM_FORM_H
#define DESKBELL_SIMULATOR_MEDIA_SIM_FORM_H

#include "simulator/server.h"

#define SIM_FORM_PARTS_MAX 24

struct sim_form_part {
	struct str name, file_name, type, value; /* file_name is absent for a field */
};

struct sim_form {
	struct sim_form_part parts[SIM_FORM_PARTS_MAX];
	size_t n;
};

/* False when the request has none, or one that is not well-formed. Borrows from the body. */
bool sim_form_read(const struct exchange *ex, struct sim_form *out);
/* NULL when there is none of that name. */
const struct sim_form_part *sim_form_find(const struct sim_form *form, struct str name);
/* The value of a field; absent for a file and for what is missing. */
struct str sim_form_text(const struct sim_form *form, const char *name);

#endif
