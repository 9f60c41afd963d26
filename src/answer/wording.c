/*
 * wording.c - the built-in texts that customers read. Pure.
 */
#include "answer/wording.h"

#include "core/buf.h"

#define TOPICS_MAX 6

struct wording {
	const char *language;
	const char *alone, *topics; /* nothing answers: without and with topics below it */
	const char *promise;
	const char *away;
};

static const struct wording wordings[] = {
	{ "en",
		"Thank you for your message. I do not have an answer to this yet. "
		"If you would like to talk to a person, just say so.",
		"Thank you for your message. I do not have an answer to this. I can help with:",
		"A colleague will take over and answer you here as soon as possible.",
		"We are not there at the moment. You will have an answer when we are back." },
	{ "tr",
		"Mesajınız için teşekkürler. Bunun yanıtını henüz bilmiyorum. "
		"Bir yetkiliyle görüşmek isterseniz yazmanız yeterli.",
		"Mesajınız için teşekkürler. Bunun yanıtını bilmiyorum. Şu konularda yardımcı olabilirim:",
		"Bir arkadaşımız konuşmayı devralıp size en kısa sürede buradan yanıt verecek.",
		"Şu anda çalışma saatleri dışındayız. Döndüğümüzde size yanıt vereceğiz." },
	{ "es",
		"Gracias por su mensaje. Todavía no tengo una respuesta. "
		"Si prefiere hablar con una persona, solo tiene que decirlo.",
		"Gracias por su mensaje. No tengo una respuesta. Puedo ayudarle con:",
		"Una persona del equipo se hará cargo y le responderá aquí lo antes posible.",
		"En este momento estamos fuera de nuestro horario. Le responderemos cuando volvamos." }
};

static const struct wording *wording_for(struct str language)
{
	for (size_t i = 0; i < sizeof(wordings) / sizeof(wordings[0]); i++)
		if (str_has_prefix(language, str_of(wordings[i].language)))
			return &wordings[i];
	return &wordings[0];
}

struct str wording_fallback(struct pool *pool, struct str own, struct str language, const struct skill_index *index)
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

struct str wording_promise(struct pool *pool, struct str own, struct str language)
{
	return pool_str(pool, str_is_empty(str_trim(own)) ? str_of(wording_for(language)->promise) : own);
}

struct str wording_away(struct pool *pool, struct str own, struct str language)
{
	return pool_str(pool, str_is_empty(str_trim(own)) ? str_of(wording_for(language)->away) : own);
}
