/*
 * sim-phone.h - the page on which a person writes as a customer.
 */
#ifndef DESKBELL_SIMULATOR_SIM_PHONE_H
#define DESKBELL_SIMULATOR_SIM_PHONE_H

#include "simulator/server.h"

/* The page and its files; 404 for any other path. */
void phone_answer(struct exchange *ex);

/* The files' bytes, made from phone.html, phone.css and phone.js when the program is built. */
extern const unsigned char phone_html[], phone_css[], phone_js[];
extern const size_t phone_html_bytes, phone_css_bytes, phone_js_bytes;

#endif
