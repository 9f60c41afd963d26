/*
 * video-strip.c - a video without what a camera wrote into it, and not decoded.
 *
 * Nothing moves: the tables of a video say where in the file each sample lies. A box that is not needed to play becomes
 * "free" and its content zeros; so does a track that is neither picture nor sound (phones and action cameras record
 * positions in one), with its samples. What is needed is told by lists, so that a camera's own box does not go out
 * because it is not known. Reads what a stranger made: every length is checked against what is left, nothing is
 * nested deeper than the lists say, and the work is in proportion to the file. Sources: ISO/IEC 14496-12 (boxes, sample
 * tables), Apple "QuickTime File Format" (udta, meta).
 */
#include "files/video-strip.h"

#include "files/media-type.h"

#include <stdlib.h>
#include <string.h>

#define EDITS_MAX (1u << 18)
#define EDITS_FIRST 64
#define MDATS_MAX 32
#define HEAD_BYTES 8
#define LARGE_HEAD_BYTES 16

/* What plays a video, by the box in which it lies; what has room to fill stays, filled with zeros. */
#define TOP_NEEDED "ftyp moov mdat moof mfra sidx ssix styp prft pdin emsg wide"
#define MOOV_NEEDED "mvhd trak mvex iods pssh ctab clip prfl cmov rmra ainf"
#define TRAK_NEEDED "tkhd edts tref trgr mdia clip matt load imap txas tapt"
#define FILLING "free skip"
#define PLAYED "vide soun"

struct video_box {
	size_t at, body, end; /* in the file; `body` behind the head */
	const char *type;
};

/* What becomes of the bytes from `from` on: zeros, or for a type the word "free". */
struct video_edit {
	size_t from, to;
	bool is_type;
};

struct video {
	struct str s;
	struct pool *pool;
	struct video_edit *edits;
	size_t n_edits, room;
	struct video_box moov, mdats[MDATS_MAX];
	size_t n_mdats;
};

static uint64_t video_be(struct str s, size_t at, int bytes)
{
	uint64_t value = 0;
	for (int i = 0; i < bytes; i++)
		value = value << 8 | (unsigned char)s.p[at + (size_t)i];
	return value;
}

static bool video_is_one_of(const char *type, const char *list)
{
	for (const char *p = list; *p; p += p[4] ? 5 : 4)
		if (!memcmp(p, type, 4))
			return true;
	return false;
}

/* The box at `at`, which ends at `end` at the latest. False: there is none that is whole. */
static bool video_box_at(struct str s, size_t at, size_t end, struct video_box *out)
{
	if (end - at < HEAD_BYTES || !memcmp(s.p + at + 4, "\0\0\0\0", 4))
		return false;
	uint64_t size = video_be(s, at, 4);
	size_t head = size == 1 ? LARGE_HEAD_BYTES : HEAD_BYTES;
	if (end - at < head)
		return false;
	if (size == 1)
		size = video_be(s, at + 8, 8);
	else if (size == 0)
		size = end - at;
	if (size < head || size > end - at)
		return false;
	*out = (struct video_box){ .at = at, .body = at + head, .end = at + (size_t)size, .type = s.p + at + 4 };
	return true;
}

static bool video_child(struct str s, const struct video_box *in, const char *type, struct video_box *out)
{
	for (size_t at = in->body; at < in->end && video_box_at(s, at, in->end, out); at = out->end)
		if (!memcmp(out->type, type, 4))
			return true;
	return false;
}

/* ---- what becomes of it ---- */

static bool video_edit_add(struct video *v, size_t from, size_t to, bool is_type)
{
	struct video_edit *last = v->n_edits ? &v->edits[v->n_edits - 1] : NULL;
	if (from >= to)
		return true;
	if (last && !is_type && !last->is_type && last->to == from) {
		last->to = to;
		return true;
	}
	if (v->n_edits == v->room) {
		size_t room = v->room ? 2 * v->room : EDITS_FIRST;
		if (room > EDITS_MAX)
			return false;
		struct video_edit *more = pool_new_array(v->pool, room, struct video_edit);
		if (v->n_edits)
			memcpy(more, v->edits, v->n_edits * sizeof(*more));
		v->edits = more;
		v->room = room;
	}
	v->edits[v->n_edits++] = (struct video_edit){ from, to, is_type };
	return true;
}

static bool video_blank(struct video *v, const struct video_box *box)
{
	bool is_filling = video_is_one_of(box->type, FILLING);
	return (is_filling || video_edit_add(v, box->at + 4, box->at + 8, true))
	       && video_edit_add(v, box->body, box->end, false);
}

/* ---- the samples of a track that goes ---- */

struct video_tables {
	struct video_box sizes, runs, offsets;   /* stsz, stsc, and stco or co64 */
	size_t n_sizes, n_runs, n_offsets, wide; /* entries; bytes of an offset */
	uint64_t size;                           /* of every sample; 0: each has its own */
};

/* How many entries of `bytes` a table holds, as far as they are there; its count stands `at` bytes into it. */
static size_t video_entries(struct str s, const struct video_box *table, size_t at, size_t bytes)
{
	size_t room = table->end - table->body;
	if (room < at + 4)
		return 0;
	uint64_t n = video_be(s, table->body + at, 4), most = (room - at - 4) / bytes;
	return (size_t)(n < most ? n : most);
}

static bool video_tables_find(struct str s, const struct video_box *mdia, struct video_tables *t)
{
	struct video_box minf, stbl;
	*t = (struct video_tables){ .wide = 4 };
	if (!video_child(s, mdia, "minf", &minf) || !video_child(s, &minf, "stbl", &stbl)
		|| !video_child(s, &stbl, "stsz", &t->sizes) || !video_child(s, &stbl, "stsc", &t->runs))
		return false;
	if (!video_child(s, &stbl, "stco", &t->offsets)) {
		t->wide = 8;
		if (!video_child(s, &stbl, "co64", &t->offsets))
			return false;
	}
	if (t->sizes.end - t->sizes.body < 12)
		return false;
	t->size = video_be(s, t->sizes.body + 4, 4);
	t->n_sizes = t->size ? (size_t)video_be(s, t->sizes.body + 8, 4) : video_entries(s, &t->sizes, 8, 4);
	t->n_runs = video_entries(s, &t->runs, 4, 12);
	t->n_offsets = video_entries(s, &t->offsets, 4, t->wide);
	return true;
}

/* How many bytes the next `n` samples have, from sample `*at` on. */
static uint64_t video_samples_bytes(struct str s, const struct video_tables *t, size_t *at, uint64_t n)
{
	uint64_t bytes = 0, left = t->n_sizes - *at;
	if (n > left)
		n = left;
	if (t->size)
		bytes = n * t->size;
	else
		for (uint64_t i = 0; i < n; i++)
			bytes += video_be(s, t->sizes.body + 12 + 4 * (*at + (size_t)i), 4);
	*at += (size_t)n;
	return bytes;
}

/* Whatever a table says, nothing but the content of a file is blanked. */
static bool video_blank_samples(struct video *v, uint64_t from, uint64_t bytes)
{
	for (size_t i = 0; i < v->n_mdats; i++) {
		const struct video_box *mdat = &v->mdats[i];
		if (from >= mdat->body && from < mdat->end)
			return video_edit_add(
				v, (size_t)from, bytes < mdat->end - from ? (size_t)(from + bytes) : mdat->end, false);
	}
	return true;
}

static bool video_blank_track(struct video *v, const struct video_box *mdia)
{
	struct video_tables t;
	size_t sample = 0, run = 0;
	if (!video_tables_find(v->s, mdia, &t))
		return true;
	for (size_t chunk = 0; chunk < t.n_offsets && t.n_runs; chunk++) {
		while (run + 1 < t.n_runs && video_be(v->s, t.runs.body + 8 + 12 * (run + 1), 4) <= chunk + 1)
			run++;
		uint64_t n = video_be(v->s, t.runs.body + 8 + 12 * run + 4, 4),
			 from = video_be(v->s, t.offsets.body + 8 + t.wide * chunk, (int)t.wide);
		if (!video_blank_samples(v, from, video_samples_bytes(v->s, &t, &sample, n)))
			return false;
	}
	return true;
}

/* ---- what there is ---- */

/* What follows the last whole box of another: room that is too small for one. */
static bool video_end_is_small(struct video *v, size_t at, size_t end)
{
	return end - at < HEAD_BYTES && video_edit_add(v, at, end, false);
}

/* Whether a track is what the customer sees or hears; one that does not say what it is stays. */
static bool video_is_played(struct str s, const struct video_box *mdia)
{
	struct video_box hdlr;
	return !video_child(s, mdia, "hdlr", &hdlr) || hdlr.end - hdlr.body < 12
	       || video_is_one_of(s.p + hdlr.body + 8, PLAYED);
}

/* In a video of fragments the pieces of a track lie apart from it: there only its notes go. */
static bool video_read_track(struct video *v, const struct video_box *trak, bool is_fragmented)
{
	struct video_box box;
	size_t at = trak->body;
	if (!is_fragmented && video_child(v->s, trak, "mdia", &box) && !video_is_played(v->s, &box))
		return video_blank_track(v, &box) && video_blank(v, trak);
	for (; at < trak->end && video_box_at(v->s, at, trak->end, &box); at = box.end)
		if (!video_is_one_of(box.type, TRAK_NEEDED) && !video_blank(v, &box))
			return false;
	return at == trak->end || video_end_is_small(v, at, trak->end);
}

static bool video_read_moov(struct video *v)
{
	struct video_box box;
	bool is_fragmented = video_child(v->s, &v->moov, "mvex", &box);
	size_t at = v->moov.body;
	for (; at < v->moov.end && video_box_at(v->s, at, v->moov.end, &box); at = box.end) {
		bool is_needed = video_is_one_of(box.type, MOOV_NEEDED);
		if (!is_needed && !video_blank(v, &box))
			return false;
		if (!memcmp(box.type, "trak", 4) && !video_read_track(v, &box, is_fragmented))
			return false;
	}
	return at == v->moov.end || video_end_is_small(v, at, v->moov.end);
}

/* What is behind the last box is no part of the video, but where its content is cut off. */
static bool video_read_rest(struct video *v, size_t at)
{
	bool is_cut = v->s.n - at >= HEAD_BYTES && !memcmp(v->s.p + at + 4, "mdat", 4);
	return is_cut || video_edit_add(v, at, v->s.n, false);
}

static bool video_read(struct video *v)
{
	struct video_box box;
	size_t at = 0;
	for (; at < v->s.n && video_box_at(v->s, at, v->s.n, &box); at = box.end) {
		if (!video_is_one_of(box.type, TOP_NEEDED) && !video_blank(v, &box))
			return false;
		if (!memcmp(box.type, "moov", 4)) {
			if (v->moov.type)
				return false;
			v->moov = box;
		} else if (!memcmp(box.type, "mdat", 4) && v->n_mdats < MDATS_MAX) {
			v->mdats[v->n_mdats++] = box;
		}
	}
	return v->moov.type && video_read_moov(v) && video_read_rest(v, at);
}

/* ---- writing ---- */

static bool video_put_zeros(size_t n, bool (*put)(void *arg, struct str piece), void *arg)
{
	static const char zeros[4096];
	for (size_t piece; n; n -= piece) {
		piece = n < sizeof(zeros) ? n : sizeof(zeros);
		if (!put(arg, (struct str){ zeros, piece }))
			return false;
	}
	return true;
}

static int video_edit_compare(const void *a, const void *b)
{
	const struct video_edit *x = a, *y = b;
	return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

static bool video_write(struct video *v, bool (*put)(void *arg, struct str piece), void *arg)
{
	size_t at = 0;
	if (v->n_edits)
		qsort(v->edits, v->n_edits, sizeof(*v->edits), video_edit_compare);
	for (size_t i = 0; i < v->n_edits; i++) {
		const struct video_edit *e = &v->edits[i];
		size_t from = e->from > at ? e->from : at;
		if (from >= e->to)
			continue;
		if (from > at && !put(arg, (struct str){ v->s.p + at, from - at }))
			return false;
		bool good =
			e->is_type && from == e->from ? put(arg, STR("free")) : video_put_zeros(e->to - from, put, arg);
		if (!good)
			return false;
		at = e->to;
	}
	return at == v->s.n || put(arg, (struct str){ v->s.p + at, v->s.n - at });
}

bool video_strip(struct pool *pool, struct str video, bool (*put)(void *arg, struct str piece), void *arg)
{
	struct video v = { .s = video, .pool = pool };
	struct str type = str_of(media_type_of(str_cut(video, MEDIA_TYPE_BYTES)));
	if (video.n < HEAD_BYTES || str_has_prefix(type, STR("image/"))
		|| !video_is_one_of(video.p + 4, TOP_NEEDED " " FILLING " pnot"))
		return false;
	return video_read(&v) && video_write(&v, put, arg);
}
