/*
 * media.c - messages that are no text: which placeholder stands for them. Pure; the files themselves are not kept.
 */
#include "desk/media.h"

static const struct {
	const char *kind, *shown_as, *words;
} table[] = {
	{ "image", "image", T("Photo") },
	{ "photo", "image", T("Photo") },
	{ "video", "video", T("Video") },
	{ "animation", "video", T("Video") },
	{ "video_note", "video", T("Video") },
	{ "audio", "audio", T("Voice message") },
	{ "voice", "audio", T("Voice message") },
	{ "document", "document", T("Document") },
	{ "sticker", "sticker", T("Sticker") },
	{ "location", "location", T("Location") },
	{ "venue", "location", T("Location") },
	{ "contacts", "contact", T("Contact card") },
	{ "contact", "contact", T("Contact card") },
};
#define KINDS (sizeof(table) / sizeof(table[0]))

static size_t media_find(struct str kind)
{
	size_t i = 0;
	while (i < KINDS && !str_equal(kind, str_of(table[i].kind)))
		i++;
	return i;
}

bool media_is_text(struct str kind)
{
	static const char *const texts[] = { "text", "button", "interactive", "callback_query", "reaction", "system",
		"edit", "revoke", "my_chat_member" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_equal(kind, str_of(texts[i])))
			return true;
	return false;
}

void media_write(struct json_writer *w, struct str kind, struct str detail)
{
	size_t i = media_find(kind);
	json_key(w, "media");
	if (media_is_text(kind)) {
		json_write_bool(w, false);
		return;
	}
	json_begin_object(w);
	if (i < KINDS)
		json_member_bool(w, table[i].shown_as, true);
	else
		json_member_str(w, "other", kind);
	json_key(w, "detail");
	json_write_str(w, detail);
	json_end_object(w);
}

struct str media_words(const struct translation *translation, struct str kind)
{
	size_t i = media_find(kind);
	return i < KINDS ? str_of(translation_find(translation, table[i].words)) : kind;
}
