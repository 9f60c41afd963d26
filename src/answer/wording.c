/*
 * wording.c - the texts of the product that customers read. Pure.
 *
 * Owns which text is said and what its braces stand for; the built-in ones lie with their languages. What an
 * organisation wrote itself is in its own language, so a customer of another reads the built-in text.
 */
#include "answer/wording.h"

#include "answer/understanding/understand.h"
#include "core/buf.h"

#define TOPICS_MAX 4
#define TOPIC_MAX_BYTES 60
#define TEXT_MAX_BYTES (1 << 16)

static const char *wording_builtin_text(const struct language *language, enum wording which)
{
	switch (which) {
#define X(name, member, setting) \
	case WORDING_##name: return language->texts.member;
		WORDING_LIST(X)
#undef X
	default: return "";
	}
}

static struct str own_text(const struct settings *settings, enum wording which)
{
	switch (which) {
#define X(name, member, setting) \
	case WORDING_##name: return settings->setting;
		WORDING_LIST(X)
#undef X
	default: return STR_NONE;
	}
}

struct str wording_builtin(struct str language, enum wording which)
{
	return str_of(wording_builtin_text(language_or_english(language), which));
}

struct str wording_fill(struct pool *pool, struct str text, const struct filling *fillings, int n)
{
	struct buf out;
	buf_init(&out, TEXT_MAX_BYTES);
	while (text.n) {
		int i = 0;
		size_t length = 0;
		for (; text.p[0] == '{' && i < n; i++) {
			struct str name = str_of(fillings[i].name);
			length = name.n + 2;
			if (text.n >= length && memcmp(text.p + 1, name.p, name.n) == 0 && text.p[length - 1] == '}')
				break;
		}
		if (text.p[0] == '{' && i < n) {
			buf_add_str(&out, fillings[i].value);
		} else {
			length = 1;
			buf_add_char(&out, text.p[0]);
		}
		text = (struct str){ text.p + length, text.n - length };
	}
	return pool_take(pool, &out);
}

struct str wording_text(struct pool *pool, const struct speaker *s, enum wording which)
{
	struct str own = str_trim(own_text(s->settings, which));
	bool same = language_find(s->own) == s->language || !language_find(s->own);
	struct str text = own.n && same ? own : str_of(wording_builtin_text(s->language, which));
	return wording_fill(pool, text, &(struct filling){ "business", s->business }, 1);
}

struct str wording_join(struct pool *pool, struct str first, struct str second)
{
	if (str_is_empty(first))
		return second;
	if (str_is_empty(second))
		return first;
	return pool_printf(pool, "%.*s\n\n%.*s", (int)first.n, first.p, (int)second.n, second.p);
}

struct str wording_button(struct pool *pool, struct str text)
{
	size_t end = 0, cut = 0;
	int n = 0;
	text = str_trim(text);
	for (struct str rest = text; rest.n; n++) {
		uint32_t c;
		size_t bytes = str_utf8_next(rest, &c);
		bytes = bytes ? bytes : 1;
		if (n == BUTTON_TITLE_MAX - 1)
			cut = end;
		end += bytes;
		rest = (struct str){ rest.p + bytes, rest.n - bytes };
	}
	if (n <= BUTTON_TITLE_MAX)
		return text;
	struct str begin = str_trim((struct str){ text.p, cut });
	return pool_printf(pool, "%.*s\xe2\x80\xa6", (int)begin.n, begin.p);
}

/* Whether a customer who did not find an answer is helped by knowing of it. */
static bool is_topic(struct pool *pool, const struct skill *skill, struct str language)
{
	if (skill->requires_human_handover || skill->title.n > TOPIC_MAX_BYTES)
		return false;
	for (int i = 0; i < skill->n_triggers && i < 3; i++)
		if (understand(pool, skill->triggers[i], language, language).act != ACT_QUESTION)
			return false;
	return true;
}

struct str wording_fallback(struct pool *pool, const struct speaker *s, const struct skill_index *index)
{
	struct str text = wording_text(pool, s, WORDING_FALLBACK);
	int n = 0, shown = 0;
	const struct skill *skills = index ? skill_index_skills(index, &n) : NULL;
	if (language_find(s->own) != s->language || str_trim(s->settings->fallback_text).n)
		return text;
	struct buf out;
	buf_init(&out, TEXT_MAX_BYTES);
	for (int i = 0; i < n && shown < TOPICS_MAX; i++) {
		if (!is_topic(pool, &skills[i], s->own))
			continue;
		buf_add_cstr(&out, shown++ ? ", " : s->language->texts.topics);
		buf_add_cstr(&out, shown == 1 ? " " : "");
		buf_add_str(&out, skills[i].title);
	}
	if (shown)
		buf_add_char(&out, '.');
	return wording_join(pool, text, pool_take(pool, &out));
}
