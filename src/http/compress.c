/*
 * compress.c - bodies of text as gzip, for people on mobile data.
 *
 * Owns zlib and its memory, for the time of one call. What is no text is left alone, and so is what fails: an answer
 * that is too long is better than none. A web server that compresses by itself leaves alone what has a
 * Content-Encoding.
 *
 * Secrets and what a stranger writes must not stand side by side in a compressed body, or its length tells of them
 * (BREACH): the one secret of a page, the token of its forms, is another in every answer (access/caller.c).
 */
#include "http/compress.h"

#include <zlib.h>

#define LEVEL 5
#define WINDOW_GZIP (15 + 16)
#define MEMORY_LEVEL 8

bool compress_is_accepted(struct str accepted)
{
	while (accepted.p) {
		struct str coding = str_trim(str_take_until(&accepted, ','));
		struct str name = str_trim(str_take_until(&coding, ';')), weight = str_trim(coding);
		if (!str_equal(name, STR("gzip")) && !str_equal(name, STR("*")))
			continue;
		if (!str_has_prefix(weight, STR("q=0")))
			return true;
		for (size_t i = 3; i < weight.n; i++)
			if (weight.p[i] >= '1' && weight.p[i] <= '9')
				return true;
		return false;
	}
	return false;
}

static bool compress_is_text(const char *type)
{
	struct str s = str_of(type);
	return str_has_prefix(s, STR("text/")) || str_has_prefix(s, STR("application/json"))
	       || str_has_prefix(s, STR("application/manifest")) || str_has_prefix(s, STR("image/svg"));
}

/* False when it did not become smaller, or there is no memory. */
static bool compress_into(struct str body, struct buf *out)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)body.p, .avail_in = (unsigned int)body.n };
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW_GZIP, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	char *room = buf_reserve(out, body.n);
	z.next_out = (unsigned char *)room;
	z.avail_out = (unsigned int)body.n;
	bool good = room && deflate(&z, Z_FINISH) == Z_STREAM_END;
	if (good)
		buf_commit(out, body.n - z.avail_out);
	deflateEnd(&z);
	return good;
}

void compress_response(struct str accepted, struct response *response)
{
	struct buf out;
	if (response->body.len < COMPRESS_MIN_BYTES || response->body.len > UINT32_MAX || response->status == 304
		|| !compress_is_text(response->content_type) || !compress_is_accepted(accepted))
		return;
	buf_init(&out, response->body.max);
	if (compress_into(buf_str(&response->body), &out)) {
		buf_reset(&response->body);
		buf_add_str(&response->body, buf_str(&out));
		response_header(response, "Content-Encoding", STR("gzip"));
	}
	buf_fini(&out);
}
