/*
 * sim-settings.c - numbers and switches out of JSON.
 *
 * Pure functions. Fails with words for the person who wrote the request.
 */
#include "simulator/state/sim-settings.h"

#include <inttypes.h>

enum err setting_parse_int(
	int64_t *field, const char *name, const struct json *v, int64_t min, int64_t max, struct explain *why)
{
	int64_t n;

	if (!json_i64(v, &n) || n < min || n > max)
		return explain(why, ERR_INVALID, "%s is a whole number from %" PRId64 " to %" PRId64, name, min, max);
	*field = n;
	return ERR_OK;
}

enum err setting_parse_bool(bool *field, const char *name, const struct json *v, struct explain *why)
{
	if (json_kind(v) != JSON_BOOL)
		return explain(why, ERR_INVALID, "%s is true or false", name);
	*field = json_bool(v, false);
	return ERR_OK;
}

enum err setting_unknown(const char *what, struct str name, struct explain *why)
{
	return explain(why, ERR_INVALID, "there is no %s called %.*s", what, (int)(name.n < 60 ? name.n : 60), name.p);
}
