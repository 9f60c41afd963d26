/*
 * voice-note.c - WebM with Opus into Ogg with Opus: the packets are taken out of one container and put into the other.
 *
 * Never holds more than a page of Ogg in memory and never looks into the sound. Reads what a stranger may have made:
 * every length is checked against what is left, an element that is not known is skipped, and anything odd ends it.
 * Sources: RFC 8794 (EBML), RFC 9559 (Matroska), RFC 3533 (Ogg), RFC 7845 (Ogg for Opus), RFC 6716, 3.1 (durations).
 */
#include "files/voice-note.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PAGE_PACKETS 50 /* a second of usual packets */
#define PAGE_BYTES 65025
#define PAGE_LACES 255
#define PACKET_MAX_BYTES 16000 /* a page holds at least four of them */
#define HEAD_BYTES 19
#define SERIAL 0x64657362u
#define UNKNOWN_SIZE INT64_MAX

enum {
	EBML_HEADER = 0x1a45dfa3,
	SEGMENT = 0x18538067,
	TRACKS = 0x1654ae6b,
	TRACK_ENTRY = 0xae,
	CODEC_ID = 0x86,
	CODEC_PRIVATE = 0x63a2,
	CLUSTER = 0x1f43b675,
	BLOCK_GROUP = 0xa0,
	BLOCK = 0xa1,
	SIMPLE_BLOCK = 0xa3
};

struct voice_reader {
	int fd;
	unsigned char held[16384];
	size_t at, n;
	int64_t read; /* bytes taken so far */
	bool failed;
};

struct voice_page {
	unsigned char laces[PAGE_LACES], data[PAGE_BYTES];
	int n_laces, n_packets;
	size_t n;
	uint32_t sequence;
};

struct voice_job {
	struct voice_reader in;
	struct voice_page page;
	unsigned char head[HEAD_BYTES];
	bool is_opus, has_head, began;
	int64_t samples; /* at 48 kHz, those to be skipped at the beginning included */
	bool (*put)(void *arg, struct str piece);
	void *arg;
	const char *wrong; /* NULL: nothing */
	bool refused;      /* by `put` */
};

/* ---- reading ---- */

static bool voice_fill(struct voice_reader *r)
{
	ssize_t n;
	do
		n = read(r->fd, r->held, sizeof(r->held));
	while (n < 0 && errno == EINTR);
	r->failed = r->failed || n < 0;
	r->at = 0;
	r->n = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* False at the end of the file. `into` may be NULL: the bytes are skipped. */
static bool voice_read(struct voice_reader *r, unsigned char *into, int64_t n)
{
	while (n > 0) {
		if (r->at == r->n && !voice_fill(r))
			return false;
		size_t some = r->n - r->at < (size_t)n ? r->n - r->at : (size_t)n;
		if (into) {
			memcpy(into, r->held + r->at, some);
			into += some;
		}
		r->at += some;
		r->read += (int64_t)some;
		n -= (int64_t)some;
	}
	return true;
}

/* A number of EBML of at most `most` bytes, with its marker or without. */
static bool voice_number(struct voice_reader *r, int most, bool with_marker, int64_t *out)
{
	unsigned char byte;
	int length = 1;
	if (!voice_read(r, &byte, 1) || byte == 0)
		return false;
	while (!(byte & (0x80 >> (length - 1))))
		length++;
	if (length > most)
		return false;
	int64_t value = with_marker ? byte : byte & (0x7f >> (length - 1));
	bool all_ones = (byte | (0xff << (8 - length) & 0xff)) == 0xff;
	for (int i = 1; i < length; i++) {
		if (!voice_read(r, &byte, 1))
			return false;
		all_ones = all_ones && byte == 0xff;
		value = value * 256 + byte;
	}
	*out = all_ones && !with_marker ? UNKNOWN_SIZE : value;
	return true;
}

/* ---- writing ---- */

static uint32_t voice_crc(uint32_t crc, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		crc ^= (uint32_t)bytes[i] << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x80000000u ? crc << 1 ^ 0x04c11db7u : crc << 1;
	}
	return crc;
}

static void voice_le(unsigned char *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (unsigned char)(value >> (8 * i));
}

static bool voice_put(struct voice_job *j, const unsigned char *bytes, size_t n)
{
	j->refused = j->refused || !j->put(j->arg, (struct str){ (const char *)bytes, n });
	return !j->refused;
}

/* Writes the page that is begun. `flags`: 2 the first one, 4 the last one. */
static bool voice_flush(struct voice_job *j, int flags)
{
	struct voice_page *p = &j->page;
	unsigned char head[27] = "OggS";
	head[5] = (unsigned char)flags;
	voice_le(head + 6, (uint64_t)j->samples, 8);
	voice_le(head + 14, SERIAL, 4);
	voice_le(head + 18, p->sequence++, 4);
	head[26] = (unsigned char)p->n_laces;
	uint32_t crc = voice_crc(0, head, sizeof(head));
	crc = voice_crc(crc, p->laces, (size_t)p->n_laces);
	voice_le(head + 22, voice_crc(crc, p->data, p->n), 4);
	bool good = voice_put(j, head, sizeof(head)) && voice_put(j, p->laces, (size_t)p->n_laces)
		    && voice_put(j, p->data, p->n);
	p->n_laces = p->n_packets = 0;
	p->n = 0;
	return good;
}

/* Room was made before. */
static void voice_add_packet(struct voice_page *p, const unsigned char *bytes, size_t n)
{
	memcpy(p->data + p->n, bytes, n);
	p->n += n;
	for (size_t left = n;; left -= 255) {
		p->laces[p->n_laces++] = (unsigned char)(left < 255 ? left : 255);
		if (left < 255)
			break;
	}
	p->n_packets++;
}

static bool voice_has_room(const struct voice_page *p, size_t n)
{
	return p->n_packets < PAGE_PACKETS && p->n_laces + (int)(n / 255) + 1 <= PAGE_LACES && p->n + n <= PAGE_BYTES;
}

/* The two pages that come first: what the decoder must know, and no comments. */
static bool voice_begin(struct voice_job *j)
{
	static const unsigned char tags[] = "OpusTags\x08\0\0\0Deskbell\0\0\0";
	j->began = true;
	voice_add_packet(&j->page, j->head, HEAD_BYTES);
	if (!voice_flush(j, 2))
		return false;
	voice_add_packet(&j->page, tags, sizeof(tags));
	return voice_flush(j, 0);
}

/* Samples of a packet by its first bytes; 0 for one that cannot be. */
static int64_t voice_samples(const unsigned char *packet, size_t n)
{
	static const int silk[] = { 480, 960, 1920, 2880 }, hybrid[] = { 480, 960 }, celt[] = { 120, 240, 480, 960 };
	int config = packet[0] >> 3, code = packet[0] & 3;
	int frame = config < 12 ? silk[config % 4] : config < 16 ? hybrid[config % 2] : celt[config % 4];
	int frames = code == 0 ? 1 : code < 3 ? 2 : n < 2 ? 0 : packet[1] & 0x3f;
	return frame * frames <= 5760 ? frame * frames : 0;
}

static bool voice_take_packet(struct voice_job *j, const unsigned char *packet, size_t n)
{
	int64_t samples = n > 0 ? voice_samples(packet, n) : 0;
	if (samples == 0) {
		j->wrong = "a packet is damaged";
		return false;
	}
	if (!j->began && !voice_begin(j))
		return false;
	if (!voice_has_room(&j->page, n) && !voice_flush(j, 0))
		return false;
	voice_add_packet(&j->page, packet, n);
	j->samples += samples;
	return true;
}

/* ---- elements ---- */

static bool voice_take_codec(struct voice_job *j, int64_t id, int64_t size)
{
	unsigned char bytes[64] = { 0 };
	if (size > (int64_t)sizeof(bytes)) {
		j->wrong = "the description of its track is too long";
		return false;
	}
	if (!voice_read(&j->in, bytes, size))
		return false;
	if (id == CODEC_ID) {
		j->is_opus = size >= 6 && !memcmp(bytes, "A_OPUS", 6);
		return true;
	}
	/* One stream, mapped the simple way: at most two channels. */
	j->has_head =
		size == HEAD_BYTES && !memcmp(bytes, "OpusHead", 8) && bytes[9] >= 1 && bytes[9] <= 2 && bytes[18] == 0;
	memcpy(j->head, bytes, HEAD_BYTES);
	j->head[9] = 1;
	return true;
}

static bool voice_take_block(struct voice_job *j, int64_t size)
{
	unsigned char packet[PACKET_MAX_BYTES], flags[3];
	int64_t track, began = j->in.read;
	if (!j->is_opus || !j->has_head) {
		j->wrong = "it holds no sound in Opus";
		return false;
	}
	if (!voice_number(&j->in, 8, false, &track) || !voice_read(&j->in, flags, sizeof(flags)))
		return false;
	size -= j->in.read - began;
	if (size <= 0 || size > PACKET_MAX_BYTES || (flags[2] & 0x06)) {
		j->wrong = "a block is not of the usual form";
		return false;
	}
	return voice_read(&j->in, packet, size) && voice_take_packet(j, packet, (size_t)size);
}

static bool voice_is_master(int64_t id)
{
	return id == SEGMENT || id == TRACKS || id == TRACK_ENTRY || id == CLUSTER || id == BLOCK_GROUP;
}

/* One element; what is inside of a master element follows as if it stood next to it: only leaves matter here. False at
 * the end, or when something is wrong. */
static bool voice_step(struct voice_job *j)
{
	int64_t id, size;
	if (!voice_number(&j->in, 4, true, &id) || !voice_number(&j->in, 8, false, &size))
		return false;
	if (voice_is_master(id))
		return true;
	if (size == UNKNOWN_SIZE) {
		j->wrong = "an element has no length";
		return false;
	}
	if (id == CODEC_ID || id == CODEC_PRIVATE)
		return voice_take_codec(j, id, size);
	if (id == BLOCK || id == SIMPLE_BLOCK)
		return voice_take_block(j, size);
	return voice_read(&j->in, NULL, size);
}

enum err voice_note_remux(
	int fd, bool (*put)(void *arg, struct str piece), void *arg, struct voice_note *out, struct explain *why)
{
	static const int64_t per_ms = 48;
	struct voice_job j = { .in = { .fd = fd }, .put = put, .arg = arg };
	int64_t id = 0;
	*out = (struct voice_note){ .duration_ms = 0 };
	if (lseek(fd, 0, SEEK_SET) != 0 || !voice_number(&j.in, 4, true, &id) || id != EBML_HEADER)
		return explain(why, ERR_INVALID, "it is no recording of a browser");
	if (!voice_number(&j.in, 8, false, &id) || id == UNKNOWN_SIZE || !voice_read(&j.in, NULL, id))
		return explain(why, ERR_INVALID, "it is no recording of a browser");
	while (voice_step(&j))
		continue;
	if (j.refused || j.in.failed)
		return explain(why, ERR_IO, "the voice note could not be written");
	if (!j.wrong && !j.began)
		j.wrong = "it holds no sound";
	if (j.wrong)
		return explain(why, ERR_INVALID, "%s", j.wrong);
	if (!voice_flush(&j, 4))
		return explain(why, ERR_IO, "the voice note could not be written");
	*out = (struct voice_note){ .duration_ms = j.samples / per_ms };
	return ERR_OK;
}

/* The first page holds the packet that describes the sound and nothing else. */
int voice_note_channels(struct str head)
{
	const size_t page_head = 27, version = 8, channels = 9;
	if (!str_has_prefix(head, STR("OggS")) || head.n <= page_head)
		return 0;
	size_t at = page_head + (unsigned char)head.p[page_head - 1];
	if (head.n < at + HEAD_BYTES || memcmp(head.p + at, "OpusHead", version) != 0)
		return 0;
	unsigned char n = (unsigned char)head.p[at + channels];
	return n <= 2 ? n : 0;
}
