/*
 * password.c - a password for an account: from standard input, or generated. Never from an argument, never logged.
 */
#include "ctl/people/password.h"

#include "domain/account.h"

#include <unistd.h>

#define GENERATED_BYTES 12 /* 96 bits, 16 characters */

static struct str password_line(struct str s)
{
	if (str_has_suffix(s, STR("\n")))
		s.n--;
	if (str_has_suffix(s, STR("\r")))
		s.n--;
	return s;
}

enum err ctl_password_take(struct ctl *ctl, struct str email, struct ctl_password *out)
{
	struct buf token;
	*out = (struct ctl_password){ .generated = false };
	if (!isatty(STDIN_FILENO)) {
		enum err e = ctl_read_stdin(ctl, 4096, "the password", &out->text);
		if (e != ERR_OK)
			return e;
		out->text = password_line(out->text);
		if (out->text.n > 0)
			return password_check(out->text, &email, 1, &ctl->why);
	}
	buf_init(&token, 64);
	crypt_random_token(&token, GENERATED_BYTES);
	out->text = secret_bytes(secret_in_pool(ctl->pool, buf_str(&token)));
	secret_wipe(token.data, token.len);
	buf_fini(&token);
	out->generated = true;
	return ERR_OK;
}
