/*
 * zones.c - a list for forms.
 */
#include "desk/format/zones.h"

static const char *const zones[] = { "Europe/Istanbul", "Europe/Madrid", "Europe/London", "Europe/Berlin",
	"Europe/Paris", "Europe/Rome", "Europe/Amsterdam", "Europe/Athens", "Europe/Lisbon", "Europe/Warsaw",
	"Atlantic/Canary", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
	"America/Mexico_City", "America/Bogota", "America/Lima", "America/Santiago", "America/Argentina/Buenos_Aires",
	"America/Sao_Paulo", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Australia/Sydney", "UTC" };

void zones_write(struct json_writer *w)
{
	json_key(w, "zones");
	json_begin_array(w);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		json_write_str(w, str_of(zones[i]));
	json_end_array(w);
}
