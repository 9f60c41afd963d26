/*
 * graph-media.c - GET /{media id}: where a customer's file is.
 *
 * The digest is hexadecimal here and base64 in a webhook, as at Meta. Any number of the same account may ask.
 */
#include "core/crypto/crypt.h"
#include "simulator/graph/graph.h"
#include "simulator/media/sim-media-serve.h"

#include <inttypes.h>

bool graph_get_media(struct graph_call *call)
{
	struct sim_media *file = sim_media_find(&call->sim->media, call->object);
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct buf plain;
	if (!file)
		return false;
	enum sim_media_fault fault =
		sim_media_take_fault(file, SIM_MEDIA_BIT(SIM_MEDIA_WRONG_HASH) | SIM_MEDIA_BIT(SIM_MEDIA_EXPIRED)
						   | SIM_MEDIA_BIT(SIM_MEDIA_ELSEWHERE));
	if (fault == SIM_MEDIA_EXPIRED) {
		graph_refuse_object(call);
		return true;
	}
	crypt_sha256(fault == SIM_MEDIA_WRONG_HASH ? STR("wrong") : (struct str){ file->bytes, file->n }, digest);
	struct str address = sim_media_address(call->sim, call->ex,
		fault == SIM_MEDIA_ELSEWHERE ? STR("https://files.example.net") : sim_media_origin(call->ex), file);
	buf_init(&plain, 8192);
	buf_addf(&plain, "{\"messaging_product\":\"whatsapp\",\"url\":\"%.*s\",\"mime_type\":\"%s\",\"sha256\":\"",
		(int)address.n, address.p, file->mime_type ? file->mime_type : "");
	crypt_hex(&plain, (struct str){ (const char *)digest, sizeof(digest) });
	buf_addf(&plain, "\",\"file_size\":%zu,\"id\":\"%s\"}", file->n, file->id);
	graph_succeed(call, &plain);
	buf_fini(&plain);
	return true;
}
