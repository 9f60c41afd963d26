/*
 * mail.c - composes e-mails.
 *
 * Owns nothing. What is not plain ASCII goes into encoded words, the body is base64, so a line never depends on what
 * a user typed. Fails with ERR_INVALID for an address that is not plain. Sources: RFC 5322, RFC 2045, RFC 2047
 * (encoded words of at most 75 characters), RFC 3834 (Auto-Submitted).
 */
#include "core/net/mail.h"

#include "core/clock.h"
#include "core/crypto/crypt.h"

#include <time.h>

#define ADDRESS_MAX_BYTES 254
#define WORD_BYTES 39 /* of text in an encoded word: 52 characters, 12 around them, and the name of the header */
#define LINE_BYTES 57 /* of the body in a line of 76 */
#define SUBJECT_MAX_BYTES 400

static bool mail_is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	       || (c && strchr(".!#$%&'*+/=?^_`{|}~-", c));
}

bool mail_address_is_plain(struct str address)
{
	ptrdiff_t at = str_find_char(address, '@');

	if (at < 1 || (size_t)at + 1 >= address.n || address.n > ADDRESS_MAX_BYTES || address.p[0] == '-')
		return false;
	for (size_t i = 0; i < address.n; i++)
		if (i != (size_t)at && !mail_is_word_char(address.p[i]))
			return false;
	return true;
}

/* Where the address begins in "Name <address>"; -1: there is no name. */
static ptrdiff_t mail_bracket(struct str from)
{
	return from.n > 0 && from.p[from.n - 1] == '>' ? str_find_char(from, '<') : -1;
}

struct str mail_address_of(struct str from)
{
	from = str_trim(from);
	ptrdiff_t at = mail_bracket(from);
	struct str address = at < 0 ? from : (struct str){ from.p + at + 1, from.n - (size_t)at - 2 };
	return mail_address_is_plain(address) ? address : STR_NONE;
}

/* Text of a header: as it is when it is short and plain, else in encoded words. Control characters become spaces. */
static void mail_add_text(struct pool *pool, struct buf *out, struct str text)
{
	char *clean = pool_cstr(pool, str_cut(text, SUBJECT_MAX_BYTES));
	bool plain = strlen(clean) <= 60;

	for (char *c = clean; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
		plain = plain && (*c == ' ' || (mail_is_word_char(*c) && *c != '=' && *c != '?'));
	}
	struct str left = str_of(clean);
	if (plain) {
		buf_add_str(out, left);
		return;
	}
	for (bool first = true; left.n > 0; first = false) {
		struct str word = str_cut(left, WORD_BYTES);
		if (word.n == 0) /* no UTF-8 */
			return;
		buf_add_cstr(out, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
		crypt_base64(out, word);
		buf_add_cstr(out, "?=");
		left = (struct str){ left.p + word.n, left.n - word.n };
	}
}

static void mail_add_from(struct pool *pool, struct buf *out, struct str from, struct str address)
{
	from = str_trim(from);
	ptrdiff_t at = mail_bracket(from);
	struct str name = at > 0 ? str_trim((struct str){ from.p, (size_t)at }) : STR_NONE;

	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = (struct str){ name.p + 1, name.n - 2 };
	buf_add_cstr(out, "From: ");
	if (name.n > 0) {
		mail_add_text(pool, out, name);
		buf_add_char(out, ' ');
	}
	buf_addf(out, "<%.*s>\r\n", (int)address.n, address.p);
}

/* In English and UTC, whatever the locale. */
static void mail_add_date(struct buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm t;

	gmtime_r(&now, &t);
	buf_addf(out, "Date: %.3s, %02d %.3s %d %02d:%02d:%02d +0000\r\n", days + 3 * (ptrdiff_t)t.tm_wday, t.tm_mday,
		months + 3 * (ptrdiff_t)t.tm_mon, t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void mail_add_id(struct buf *out, struct str from)
{
	struct str domain = from;

	(void)str_take_until(&domain, '@');
	buf_add_cstr(out, "Message-ID: <");
	crypt_random_token(out, 18);
	buf_addf(out, "@%.*s>\r\n", (int)domain.n, domain.p);
}

/* Base64 of the body with "\r\n" at the end of its lines. */
static void mail_add_body(struct buf *out, struct str body)
{
	struct buf lines;

	buf_init(&lines, 2 * body.n + 16);
	for (size_t i = 0; i < body.n; i++) {
		if (body.p[i] == '\n')
			buf_add_char(&lines, '\r');
		if (body.p[i] != '\r')
			buf_add_char(&lines, body.p[i]);
	}
	for (struct str left = buf_str(&lines); left.n > 0;) {
		size_t n = left.n < LINE_BYTES ? left.n : LINE_BYTES;
		crypt_base64(out, (struct str){ left.p, n });
		buf_add_cstr(out, "\r\n");
		left = (struct str){ left.p + n, left.n - n };
	}
	buf_fini(&lines);
}

enum err mail_compose(struct pool *pool, struct str from, const struct mail *mail, struct buf *out)
{
	struct str address = mail_address_of(from);

	if (!address.p || !mail_address_is_plain(mail->to))
		return ERR_INVALID;
	mail_add_from(pool, out, from, address);
	buf_addf(out, "To: <%.*s>\r\nSubject: ", (int)mail->to.n, mail->to.p);
	mail_add_text(pool, out, mail->subject);
	buf_add_cstr(out, "\r\n");
	mail_add_date(out);
	mail_add_id(out, address);
	buf_add_cstr(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
			  "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n");
	mail_add_body(out, mail->body);
	return ERR_OK;
}
