/*
 * translation.c - reads MO files in memory.
 *
 * Owns the list of languages. Ids are sorted in a MO file, so a look-up is a binary search; nothing is written after
 * the first use, so threads share it. Source: GNU gettext manual, "The Format of GNU MO Files". Only files of this
 * machine's byte order are taken: they are made by the build.
 */
#include "core/text/translation.h"

#include "core/text/embedded.h"

#include <pthread.h>
#include <stdlib.h>

#define MO_MAGIC 0x950412deu
#define HEADER_BYTES 28

const char *const translation_languages[] = { "en", "es", "tr", NULL };
#define LANGUAGES (sizeof(translation_languages) / sizeof(translation_languages[0]) - 1)

static uint32_t translation_word(const struct translation *t, size_t at)
{
	uint32_t v;
	memcpy(&v, t->bytes + at, sizeof(v));
	return v;
}

/* A table of `count` pairs of length and place, every text inside and with a NUL behind it. */
static bool is_sound(const struct translation *t, uint32_t table)
{
	if (table > t->n || t->count > (t->n - table) / 8)
		return false;
	for (uint32_t i = 0; i < t->count; i++) {
		uint32_t length = translation_word(t, table + 8 * (size_t)i),
			 place = translation_word(t, table + 8 * (size_t)i + 4);
		if (place >= t->n || length >= t->n - place || t->bytes[place + length] != '\0')
			return false;
	}
	return true;
}

bool translation_open(const unsigned char *bytes, size_t n, struct translation *out)
{
	struct translation t = { .bytes = bytes, .n = n };
	if (n < HEADER_BYTES || translation_word(&t, 0) != MO_MAGIC)
		return false;
	t.count = translation_word(&t, 8);
	t.ids = translation_word(&t, 12);
	t.texts = translation_word(&t, 16);
	*out = t;
	return is_sound(&t, t.ids) && is_sound(&t, t.texts);
}

static const char *text_at(const struct translation *t, uint32_t table, uint32_t i)
{
	return (const char *)t->bytes + translation_word(t, table + 8 * (size_t)i + 4);
}

const char *translation_find(const struct translation *t, const char *words)
{
	uint32_t low = 0, high = t && *words ? t->count : 0; /* the entry of "" is the catalogue's own head */
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = strcmp(words, text_at(t, t->ids, middle));
		if (order == 0) {
			const char *text = text_at(t, t->texts, middle);
			return *text ? text : words;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return words;
}

static struct translation opened[LANGUAGES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void translation_open_all(void)
{
	for (size_t i = 0; i < LANGUAGES; i++)
		for (const struct embedded_file *f = catalogue_files; f->name; f++)
			if (str_equal(str_of(f->name), str_of(translation_languages[i]))
				&& !translation_open(f->bytes, f->n, &opened[i]))
				opened[i] = (struct translation){ .count = 0 };
}

const struct translation *translation_of(const char *language)
{
	pthread_once(&once, translation_open_all);
	for (size_t i = 0; i < LANGUAGES; i++)
		if (language && !strcmp(translation_languages[i], language))
			return opened[i].count ? &opened[i] : NULL;
	return NULL;
}

static const char *language_of(struct str tag)
{
	struct str primary = str_take_until(&tag, '-');
	for (size_t i = 0; i < LANGUAGES; i++)
		if (str_equal_nocase(primary, str_of(translation_languages[i])))
			return translation_languages[i];
	return NULL;
}

/* "q=0.8" as 800; 1000 without one. */
static int quality_of(struct str parameter)
{
	int quality = 0, unit = 100;
	parameter = str_trim(parameter);
	if (!str_has_prefix(parameter, STR("q=0")))
		return 1000;
	for (size_t i = 4; i < parameter.n && i < 7; i++, unit /= 10)
		if (parameter.p[i] >= '0' && parameter.p[i] <= '9')
			quality += (parameter.p[i] - '0') * unit;
	return quality;
}

const char *translation_negotiate(struct str accept_language)
{
	const char *best = translation_languages[0];
	int best_quality = 0;
	for (int i = 0; i < 20 && accept_language.p; i++) {
		struct str parameter = str_take_until(&accept_language, ',');
		struct str tag = str_trim(str_take_until(&parameter, ';'));
		const char *language = language_of(tag);
		if (language && quality_of(parameter) > best_quality) {
			best = language;
			best_quality = quality_of(parameter);
		}
	}
	return best;
}
