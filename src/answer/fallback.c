/*
 * fallback.c - what is said when nothing answers. Pure.
 */
#include "answer/fallback.h"

#include "core/buf.h"

#define TOPICS_MAX 6

struct wording {
	const char *language;
	const char *alone, *topics;
};

static const struct wording wordings[] = {
	{ "en",
		"Thank you for your message. I do not have an answer to this; "
		"a colleague will look at it.",
		"Thank you for your message. I do not have an answer to this. I can help with:" },
	{ "tr",
		"Mesajınız için teşekkürler. Bunun yanıtını bilmiyorum; "
		"bir arkadaşım ilgilenecek.",
		"Mesajınız için teşekkürler. Bunun yanıtını bilmiyorum. "
		"Şu konularda yardımcı olabilirim:" },
	{ "es", "Gracias por su mensaje. No tengo una respuesta; una persona del equipo lo verá.",
		"Gracias por su mensaje. No tengo una respuesta. Puedo ayudarle con:" }
};

static const struct wording *wording_for(struct str language)
{
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (str_has_prefix(language, str_of(wordings[i].language)))
			return &wordings[i];
	return &wordings[0];
}

struct str fallback_text(struct pool *pool, struct str own, struct str language, const struct skill_index *index)
{
	int n = 0;
	const struct skill *skills = index ? skill_index_skills(index, &n) : NULL;
	const struct wording *wording = wording_for(language);
	if (!str_is_empty(str_trim(own)))
		return pool_str(pool, own);
	if (n == 0)
		return str_of(wording->alone);
	struct buf text;
	buf_init(&text, 1 << 16);
	buf_add_cstr(&text, wording->topics);
	for (int i = 0; i < n && i < TOPICS_MAX; i++) {
		buf_add_cstr(&text, "\n• ");
		buf_add_str(&text, skills[i].title);
	}
	struct str result = pool_str(pool, buf_str(&text));
	buf_fini(&text);
	return result;
}
