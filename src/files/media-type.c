/*
 * media-type.c - what a file is, by its first bytes. Pure: one table.
 */
#include "files/media-type.h"

#include <string.h>

#define UNKNOWN "application/octet-stream"

struct media_signature {
	size_t at;
	const char *bytes; /* NULL: none */
	size_t n;
};

#define SIGNATURE(at, bytes) \
	{ \
		(at), (bytes), sizeof(bytes) - 1 \
	}

/* Two signatures where one does not tell; the first row that fits counts. Sources: the formats' own specifications
 * (RIFF and ISO base media carry their kind at 8). */
static const struct {
	const char *type, *extension;
	bool shown;
	struct media_signature first, second;
} media_types[] = {
	{ "image/jpeg", ".jpg", true, SIGNATURE(0, "\xff\xd8\xff"), { 0 } },
	{ "image/png", ".png", true, SIGNATURE(0, "\x89PNG\r\n\x1a\n"), { 0 } },
	{ "image/gif", ".gif", true, SIGNATURE(0, "GIF8"), { 0 } },
	{ "image/webp", ".webp", true, SIGNATURE(0, "RIFF"), SIGNATURE(8, "WEBP") },
	{ "image/heic", ".heic", false, SIGNATURE(4, "ftyp"), SIGNATURE(8, "hei") },
	{ "image/heic", ".heic", false, SIGNATURE(4, "ftyp"), SIGNATURE(8, "mif1") },
	{ "image/avif", ".avif", true, SIGNATURE(4, "ftyp"), SIGNATURE(8, "avi") },
	{ "audio/mp4", ".m4a", true, SIGNATURE(4, "ftyp"), SIGNATURE(8, "M4A") },
	{ "audio/mp4", ".m4a", true, SIGNATURE(4, "ftyp"), SIGNATURE(8, "M4B") },
	{ "video/3gpp", ".3gp", true, SIGNATURE(4, "ftyp"), SIGNATURE(8, "3gp") },
	{ "video/quicktime", ".mov", true, SIGNATURE(4, "ftyp"), SIGNATURE(8, "qt  ") },
	{ "video/mp4", ".mp4", true, SIGNATURE(4, "ftyp"), { 0 } },
	{ "video/webm", ".webm", true, SIGNATURE(0, "\x1a\x45\xdf\xa3"), { 0 } },
	{ "audio/ogg; codecs=vorbis", ".ogg", true, SIGNATURE(0, "OggS"), SIGNATURE(28, "\x01vorbis") },
	{ "audio/ogg", ".ogg", true, SIGNATURE(0, "OggS"), { 0 } },
	{ "audio/flac", ".flac", true, SIGNATURE(0, "fLaC"), { 0 } },
	{ "audio/wav", ".wav", true, SIGNATURE(0, "RIFF"), SIGNATURE(8, "WAVE") },
	{ "audio/amr", ".amr", true, SIGNATURE(0, "#!AMR"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "ID3"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "\xff\xfb"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "\xff\xfa"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "\xff\xf3"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "\xff\xf2"), { 0 } },
	{ "audio/mpeg", ".mp3", true, SIGNATURE(0, "\xff\xe3"), { 0 } },
	{ "audio/aac", ".aac", true, SIGNATURE(0, "\xff\xf1"), { 0 } },
	{ "audio/aac", ".aac", true, SIGNATURE(0, "\xff\xf9"), { 0 } },
	{ "application/pdf", ".pdf", false, SIGNATURE(0, "%PDF-"), { 0 } },
};
#define MEDIA_TYPES (sizeof(media_types) / sizeof(media_types[0]))

static bool media_type_has(struct str head, const struct media_signature *s)
{
	return !s->bytes || (head.n >= s->at + s->n && memcmp(head.p + s->at, s->bytes, s->n) == 0);
}

static size_t media_type_find(struct str type)
{
	size_t i = 0;
	while (i < MEDIA_TYPES && !str_equal(type, str_of(media_types[i].type)))
		i++;
	return i;
}

const char *media_type_of(struct str head)
{
	for (size_t i = 0; i < MEDIA_TYPES; i++)
		if (media_type_has(head, &media_types[i].first) && media_type_has(head, &media_types[i].second))
			return media_types[i].type;
	return UNKNOWN;
}

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define ZIP "PK\x03\x04"
#define COMPOUND "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

static const struct {
	const char *extension, *type, *begins; /* NULL: with text */
} media_documents[] = { { ".docx", OFFICE "wordprocessingml.document", ZIP },
	{ ".xlsx", OFFICE "spreadsheetml.sheet", ZIP }, { ".pptx", OFFICE "presentationml.presentation", ZIP },
	{ ".doc", "application/msword", COMPOUND }, { ".xls", "application/vnd.ms-excel", COMPOUND },
	{ ".ppt", "application/vnd.ms-powerpoint", COMPOUND }, { ".txt", "text/plain", NULL } };

static bool media_type_is_text(struct str head)
{
	for (size_t i = 0; i < head.n; i++)
		if (((unsigned char)head.p[i] < 0x20 && !strchr("\t\r\n\f", head.p[i])) || !head.p[i])
			return false;
	return head.n > 0;
}

static bool media_type_ends_with(struct str name, const char *extension)
{
	size_t n = strlen(extension);
	return name.n > n && str_equal_nocase((struct str){ name.p + name.n - n, n }, str_of(extension));
}

const char *media_type_named(struct str head, struct str name)
{
	const char *type = media_type_of(head);
	if (!strcmp(type, "video/mp4") && media_type_ends_with(name, ".m4a"))
		return "audio/mp4"; /* as some phones record */
	if (strcmp(type, UNKNOWN) != 0)
		return type;
	for (size_t i = 0; i < sizeof(media_documents) / sizeof(media_documents[0]); i++) {
		const char *begins = media_documents[i].begins;
		if (media_type_ends_with(name, media_documents[i].extension)
			&& (begins ? str_has_prefix(head, str_of(begins)) : media_type_is_text(head)))
			return media_documents[i].type;
	}
	return UNKNOWN;
}

bool media_type_is_shown(struct str type)
{
	size_t i = media_type_find(type);
	return i < MEDIA_TYPES && media_types[i].shown;
}

const char *media_type_extension(struct str type)
{
	size_t i = media_type_find(type);
	return i < MEDIA_TYPES ? media_types[i].extension : "";
}
