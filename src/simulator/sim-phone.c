/*
 * sim-phone.c - serves the phone page from the program itself, so that there is nothing to install.
 *
 * Owns three static files. Never runs anything inline: the policy below would not let it.
 */
#include "simulator/sim-phone.h"

static void answer_file(struct exchange *ex, const unsigned char *bytes, size_t n, const char *type)
{
	buf_add(&ex->out, bytes, n);
	exchange_add_header(ex, "Cache-Control", "no-cache");
	exchange_add_header(ex, "Content-Security-Policy",
		"default-src 'none'; script-src 'self'; "
		"style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	exchange_add_header(ex, "X-Content-Type-Options", "nosniff");
	exchange_answer(ex, 200, type);
}

void phone_answer(struct exchange *ex)
{
	if (!strcmp(ex->method, "GET") && str_equal(ex->path, STR("/"))) {
		answer_file(ex, phone_html, phone_html_bytes, "text/html; charset=utf-8");
	} else if (!strcmp(ex->method, "GET") && str_equal(ex->path, STR("/phone.css"))) {
		answer_file(ex, phone_css, phone_css_bytes, "text/css; charset=utf-8");
	} else if (!strcmp(ex->method, "GET") && str_equal(ex->path, STR("/phone.js"))) {
		answer_file(ex, phone_js, phone_js_bytes, "text/javascript; charset=utf-8");
	} else {
		buf_add_cstr(&ex->out, "not found\n");
		exchange_answer(ex, 404, "text/plain");
	}
}
