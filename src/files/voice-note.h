/*
 * voice-note.h - what a browser records (WebM with Opus) as what both platforms take for a voice note (Ogg with Opus).
 */
#ifndef DESKBELL_FILES_VOICE_NOTE_H
#define DESKBELL_FILES_VOICE_NOTE_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>

struct voice_note {
	int64_t duration_ms;
};

/* Reads the file at `fd` from its beginning and gives the other container to `put`, piece by piece; the sound itself
 * stays as it is, and is declared to be mono, as WhatsApp wants it: a decoder makes one channel of packets that have
 * two (RFC 7845, 5.1). ERR_INVALID with words for anything but one track of Opus; ERR_IO when `put` returns false or
 * the file cannot be read. */
enum err voice_note_remux(int fd, bool (*put)(void *arg, struct str piece), void *arg, struct voice_note *out,
	struct explain *why) MUST_CHECK;

/* How many channels a file of Ogg with Opus has, one or two, by its first bytes (MEDIA_TYPE_BYTES are enough); 0 for
 * anything else. */
int voice_note_channels(struct str head);

#endif
