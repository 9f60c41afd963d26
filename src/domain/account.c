/*
 * account.c - the rules for addresses, passwords and API tokens. Never logs one.
 *
 * Only the length of a password is asked for: rules about kinds of characters make passwords worse (NIST SP 800-63B,
 * 5.1.1.2).
 */
#include "domain/account.h"

#include "core/crypt.h"

#define API_TOKEN_BYTES 32

void api_token_new(struct buf *out)
{
	buf_add_cstr(out, "dbk_");
	crypt_random_token(out, API_TOKEN_BYTES);
}

bool email_is_valid(struct str s)
{
	struct str domain = s;
	struct str local = str_take_until(&domain, '@');
	if (s.n > EMAIL_MAX_BYTES || local.n == 0 || !domain.p || domain.n == 0 || str_find_char(domain, '@') >= 0
		|| !str_is_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

enum err password_check(struct str password, struct explain *why)
{
	size_t characters = 0;
	uint32_t c;
	if (password.n > PASSWORD_MAX_BYTES)
		return explain(
			why, ERR_INVALID, "the password is too long: at most %d bytes are allowed", PASSWORD_MAX_BYTES);
	if (!str_is_utf8(password))
		return explain(why, ERR_INVALID, "the password is not valid UTF-8");
	for (size_t n; (n = str_utf8_next(password, &c)) > 0; password.p += n, password.n -= n, characters++)
		if (c < 0x20 || c == 0x7f)
			return explain(why, ERR_INVALID,
				"the password holds a control character or a line end: pipe in one line");
	if (characters < PASSWORD_MIN_CHARACTERS)
		return explain(why, ERR_INVALID, "the password is too short: it must have at least %d characters",
			PASSWORD_MIN_CHARACTERS);
	return ERR_OK;
}
