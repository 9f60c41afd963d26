/*
 * window.c - WhatsApp's customer service window. Pure.
 */
#include "domain/hours/window.h"

int64_t window_left_s(double age_s, bool has_spoken)
{
	if (!has_spoken)
		return 0;
	if (age_s < 0)
		age_s = 0;
	return age_s >= WINDOW_OPEN_S ? 0 : WINDOW_OPEN_S - (int64_t)age_s;
}
