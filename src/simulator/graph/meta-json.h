/*
 * meta-json.h - how Meta spells things: escaped JSON, message ids, trace ids.
 */
#ifndef DESKBELL_SIMULATOR_GRAPH_META_JSON_H
#define DESKBELL_SIMULATOR_GRAPH_META_JSON_H

#include "core/buf.h"

/* Appends valid JSON text in the form that Meta puts on the wire and signs: ASCII only, \uXXXX with lower-case digits,
 * slashes as \/. */
void meta_json_escape(struct buf *out, struct str json);

#define META_BASE64_SIZE(n) (((n) + 2) / 3 * 4 + 1)
/* Padded base64 (RFC 4648, section 4) and a NUL into META_BASE64_SIZE(n) bytes; returns its length. */
size_t meta_base64(char *out, const unsigned char *in, size_t n);

#define META_WAMID_SIZE 256
/* "wamid." and the base64 of the recipient or sender and a fresh id; `serial` must never repeat. `who` is at most 139
 * bytes. */
void meta_wamid(char out[META_WAMID_SIZE], struct str who, bool inbound, uint64_t serial);

#define META_TRACE_ID_SIZE 24
void meta_trace_id(char out[META_TRACE_ID_SIZE], uint64_t serial);

#endif
