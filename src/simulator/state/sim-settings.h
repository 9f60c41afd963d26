/*
 * sim-settings.h - reading of single settings that the control interface takes.
 */
#ifndef DESKBELL_SIMULATOR_SIM_SETTINGS_H
#define DESKBELL_SIMULATOR_SIM_SETTINGS_H

#include "core/json/json.h"

/* Each: ERR_INVALID with the name and what is allowed, and `*field` as it was. */
enum err setting_parse_int(int64_t *field, const char *name, const struct json *v, int64_t min, int64_t max,
	struct explain *why) MUST_CHECK;
enum err setting_parse_bool(bool *field, const char *name, const struct json *v, struct explain *why) MUST_CHECK;
/* The error for a name that nothing has. */
enum err setting_unknown(const char *what, struct str name, struct explain *why) MUST_CHECK;

#endif
