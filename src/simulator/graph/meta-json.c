/*
 * meta-json.c - spelling of what Meta sends.
 *
 * Pure functions. The escaped form is what makes signatures fail in receivers that decode before they verify ("Validate
 * payloads" in the webhook guide), so it has to be exact. A wamid is opaque to clients; the layout here follows ids
 * seen in real payloads.
 */
#include "simulator/graph/meta-json.h"

#include <stdio.h>

#include "simulator/random.h"

static void meta_json_add_unit(struct buf *out, uint32_t unit)
{
	buf_addf(out, "\\u%04x", unit);
}

static void add_code_point(struct buf *out, uint32_t c)
{
	if (c < 0x10000) {
		meta_json_add_unit(out, c);
		return;
	}
	meta_json_add_unit(out, 0xd800 + ((c - 0x10000) >> 10));
	meta_json_add_unit(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* An escape that is there already; \uXXXX gets lower-case digits. Returns its length. */
static size_t meta_json_add_escape(struct buf *out, struct str s)
{
	size_t n = s.n >= 6 && s.p[1] == 'u' ? 6 : 2;

	if (n > s.n)
		n = s.n;
	for (size_t i = 0; i < n; i++)
		buf_add_char(out, i > 1 && s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] + 32) : s.p[i]);
	return n;
}

/* The length of the stretch that needs no change. */
static size_t plain_span(struct str s)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] < 0x80 && s.p[n] != '\\' && s.p[n] != '/')
		n++;
	return n;
}

void meta_json_escape(struct buf *out, struct str json)
{
	while (json.n) {
		size_t n = plain_span(json);
		uint32_t c;

		if (n) {
			buf_add(out, json.p, n);
		} else if (*json.p == '\\') {
			n = meta_json_add_escape(out, json);
		} else if (*json.p == '/') {
			buf_add_cstr(out, "\\/");
			n = 1;
		} else if ((n = str_utf8_next(json, &c))) {
			add_code_point(out, c);
		} else {
			meta_json_add_unit(out, 0xfffd);
			n = 1;
		}
		json.p += n;
		json.n -= n;
	}
}

size_t meta_base64(char *out, const unsigned char *in, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *start = out;

	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v =
			(uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) | (left > 2 ? in[i + 2] : 0);

		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = left > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[v & 63] : '=';
	}
	*out = '\0';
	return (size_t)(out - start);
}

void meta_wamid(char out[META_WAMID_SIZE], struct str who, bool inbound, uint64_t serial)
{
	unsigned char raw[180];
	char id[24];
	size_t n = 0, id_n = inbound ? 20 : 18;

	if (who.n > 139)
		who.n = 139;
	snprintf(id, sizeof(id), "3A%016llX%02X", (unsigned long long)random_mix(serial), (unsigned)(serial & 0xff));
	raw[n++] = 0x1c;
	raw[n++] = 0x18;
	raw[n++] = (unsigned char)who.n;
	if (who.n)
		memcpy(raw + n, who.p, who.n);
	n += who.n;
	raw[n++] = 0x15;
	raw[n++] = 0x02;
	raw[n++] = 0x00;
	raw[n++] = inbound ? 0x12 : 0x11;
	raw[n++] = 0x18;
	raw[n++] = (unsigned char)id_n;
	memcpy(raw + n, inbound ? id : id + 2, id_n);
	n += id_n;
	raw[n++] = 0x00;
	memcpy(out, "wamid.", 6);
	meta_base64(out + 6, raw, n);
}

void meta_trace_id(char out[META_TRACE_ID_SIZE], uint64_t serial)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint64_t state = serial;

	out[0] = 'A';
	for (size_t i = 1; i < META_TRACE_ID_SIZE - 1; i++)
		out[i] = digits[random_next(&state) & 63];
	out[META_TRACE_ID_SIZE - 1] = '\0';
}
