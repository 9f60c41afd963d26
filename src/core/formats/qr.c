/*
 * qr.c - the only file that knows libqrencode. Owns how a code is drawn: one path, a square a module.
 */
#include "core/formats/qr.h"

#include <qrencode.h>
#include <string.h>

#define QUIET_ZONE 4
#define TEXT_MAX 2331

enum err qr_svg(struct str text, struct buf *out)
{
	char copy[TEXT_MAX + 1];
	if (text.n > TEXT_MAX || memchr(text.p, '\0', text.n))
		return ERR_INVALID;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	QRcode *code = QRcode_encodeString8bit(copy, 0, QR_ECLEVEL_M);
	memset(copy, 0, sizeof(copy));
	if (!code)
		return ERR_INVALID;
	int side = code->width + 2 * QUIET_ZONE;
	buf_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">",
		side, side);
	buf_addf(out, "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"", side, side);
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				buf_addf(out, "M%d %dh1v1h-1z", x + QUIET_ZONE, y + QUIET_ZONE);
	buf_add_cstr(out, "\"/></svg>");
	QRcode_free(code);
	return out->err;
}
