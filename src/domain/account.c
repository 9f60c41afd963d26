/*
 * account.c - the rules for addresses, passwords and API tokens. Never logs one.
 *
 * Rules about kinds of characters make passwords worse; what is asked for is length, and that a password is not among
 * those that are tried first (NIST SP 800-63B, 5.1.1.2). How many guesses it takes is estimated by libzxcvbn, which
 * brings lists of common passwords, words and names (Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX
 * Security 2016).
 */
#include "domain/account.h"

#include "core/crypto/crypt.h"
#include "core/secret.h"

#include <zxcvbn.h>

#define API_TOKEN_BYTES 32
#define GUESSES_BITS 25 /* about 30 million guesses: sign-in allows some hundred a day */
#define PERSONAL_MAX 16
#define PERSONAL_BYTES 512
#define PERSONAL_SHORTEST 3 /* bytes of a word that counts */

void api_token_new(struct buf *out)
{
	buf_add_cstr(out, "dbk_");
	crypt_random_token(out, API_TOKEN_BYTES);
}

struct str second_factor_seal_context(struct pool *pool, int64_t user_id)
{
	return pool_printf(pool, "user %lld second factor", (long long)user_id);
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

/* ---- passwords ---- */

static enum err password_is_writable(struct str password, struct explain *why)
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

/* Words of one person and place, in lower case. */
struct personal_words {
	const char *words[PERSONAL_MAX];
	int n;
	char text[PERSONAL_BYTES];
	size_t used;
};

static void personal_add_word(struct personal_words *p, struct str word)
{
	if (word.n < PERSONAL_SHORTEST || p->n == PERSONAL_MAX || p->used + word.n + 1 > sizeof(p->text))
		return;
	p->words[p->n++] = p->text + p->used;
	for (size_t i = 0; i < word.n; i++)
		p->text[p->used++] = word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] - 'A' + 'a') : word.p[i];
	p->text[p->used++] = '\0';
}

/* The text as a whole, and each of its parts. */
static void personal_add(struct personal_words *p, struct str text)
{
	personal_add_word(p, text);
	for (size_t from = 0; from < text.n;) {
		size_t n = 0;
		while (from + n < text.n && !strchr("@.-_+ ", text.p[from + n]))
			n++;
		if (n < text.n)
			personal_add_word(p, (struct str){ text.p + from, n });
		from += n + 1;
	}
}

/* What is left of the password, in lower case, without those words: "ana.ruiz.2026" leaves "..2026". */
static void personal_remove(const struct personal_words *p, char *text)
{
	for (char *c = text; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	for (int i = 0; i < p->n; i++)
		for (char *found; (found = strstr(text, p->words[i])) != NULL;)
			memmove(found, found + strlen(p->words[i]), strlen(found + strlen(p->words[i])) + 1);
}

enum err password_check(struct str password, const struct str *personal, int n_personal, struct explain *why)
{
	struct personal_words words = { .n = 0 };
	char text[PASSWORD_MAX_BYTES + 1];
	enum err e = password_is_writable(password, why);
	if (e != ERR_OK)
		return e;
	personal_add(&words, STR("deskbell"));
	for (int i = 0; i < n_personal; i++)
		personal_add(&words, personal[i]);
	memcpy(text, password.p, password.n);
	text[password.n] = '\0';
	double bits = ZxcvbnMatch(text, NULL, NULL);
	personal_remove(&words, text);
	double bits_left = ZxcvbnMatch(text, NULL, NULL);
	secret_wipe(text, sizeof(text));
	return bits >= GUESSES_BITS && bits_left >= GUESSES_BITS
		       ? ERR_OK
		       : explain(why, ERR_INVALID,
			       "the password is easy to guess: it is made of common passwords, words, names or "
			       "patterns. Use a few words that do not belong together");
}
