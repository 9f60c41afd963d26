/*
 * json-parts.h - what the three json files share; everybody else uses json.h.
 */
#ifndef DESKBELL_CORE_JSON_PARTS_H
#define DESKBELL_CORE_JSON_PARTS_H

#include "core/json/json.h"

/* Put behind an integer beyond 64 bits: json-c then keeps it as a fraction with its digits, which are given back
 * without the mark. */
#define JSON_MARK "e000"

/* Refuses what RFC 8259 does not allow and more than JSON_DEPTH_MAX levels (ERR_INVALID), and values that would take
 * more than `values_max` bytes of memory (ERR_TOO_LARGE), with position and reason. What passes every version of json-c
 * reads in the same way. `corrected` stays empty when the text can be used as it is; otherwise it holds the text to
 * parse. */
enum err json_check(struct str text, size_t values_max, struct buf *corrected, struct explain *why) MUST_CHECK;

#define JSON_INT_ROOM 24
/* A number as it was written, in the document or in `room`; absent for anything else. */
struct str json_number_words(const struct json *v, char room[JSON_INT_ROOM]);

#endif
