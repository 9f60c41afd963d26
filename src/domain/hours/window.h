/*
 * window.h - WhatsApp's customer service window.
 *
 * A business may answer freely for 24 hours after the customer's last message; Deskbell closes 5 minutes earlier,
 * because a message that is accepted too late fails later with an error (Meta, "Send messages": "in rare cases you may
 * receive a message but be unable to respond within the window").
 */
#ifndef DESKBELL_DOMAIN_WINDOW_H
#define DESKBELL_DOMAIN_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_OPEN_S (24 * 3600 - 5 * 60)

/* Seconds left, 0 when closed. `age_s` is the age of the customer's last message; negative (a clock ahead of ours)
 * counts as now. */
int64_t window_left_s(double age_s, bool has_spoken);

#endif
