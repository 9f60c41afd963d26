/*
 * totp.c - time-based one-time passwords (RFC 6238). Pure: it owns nothing, and knows neither a clock nor which codes
 * were used. HMAC comes from crypt.c.
 */
#include "core/crypto/totp.h"

#include "core/crypto/crypt.h"

#include <stdio.h>

int totp_code(struct str secret, int64_t step)
{
	unsigned char counter[8], mac[CRYPT_SHA1_BYTES];
	for (int i = 0; i < 8; i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
	crypt_hmac_sha1(secret, (struct str){ (const char *)counter, sizeof(counter) }, mac);
	/* Dynamic truncation: RFC 4226, section 5.3. */
	const unsigned char *p = mac + (mac[CRYPT_SHA1_BYTES - 1] & 15);
	uint32_t number = (uint32_t)(p[0] & 0x7f) << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	return (int)(number % 1000000);
}

/* The digits of what was typed; false when there are not exactly six, or anything else but white space. */
static bool totp_read_digits(struct str typed, char out[TOTP_DIGITS])
{
	int n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ')
			continue;
		if (typed.p[i] < '0' || typed.p[i] > '9' || n == TOTP_DIGITS)
			return false;
		out[n++] = typed.p[i];
	}
	return n == TOTP_DIGITS;
}

int64_t totp_find(struct str secret, struct str typed, int64_t now)
{
	char given[TOTP_DIGITS], text[16];
	int64_t found = 0;
	if (!totp_read_digits(typed, given))
		return 0;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		snprintf(text, sizeof(text), "%06d", totp_code(secret, step));
		if (crypt_equal((struct str){ given, TOTP_DIGITS }, str_of(text)))
			found = step;
	}
	return found;
}

void base32(struct buf *out, struct str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned group = 0;
	int bits = 0;
	for (size_t i = 0; i < bytes.n; i++) {
		group = (group << 8 | (unsigned char)bytes.p[i]) & 0xffff;
		for (bits += 8; bits >= 5; bits -= 5)
			buf_add_char(out, digits[group >> (bits - 5) & 31]);
	}
	if (bits > 0)
		buf_add_char(out, digits[group << (5 - bits) & 31]);
}
