/*
 * qr.h - the door to libqrencode: a text as a QR code.
 */
#ifndef DESKBELL_CORE_QR_H
#define DESKBELL_CORE_QR_H

#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/* Appends an SVG image, black on white with the quiet zone of four modules (ISO/IEC 18004, 6.3.8). ERR_INVALID when the
 * text is too long for a QR code of the middle error correction (2,331 bytes) or holds a NUL. */
enum err qr_svg(struct str text, struct buf *out) MUST_CHECK;

#endif
