/*
 * skill-words.c - the words of skills, kept. Not for several threads at once.
 *
 * Owns a pool for each of the organisations that were asked last; the oldest goes for a new one.
 */
#include "answer/evidence/skill-words.h"

#include "answer/evidence/content.h"

#define ORGANIZATIONS_KEPT 4

struct skill_words_of {
	struct pool *pool; /* NULL: free */
	int64_t org_id, revision, used;
	struct str language;
	struct skill_words *all;
	int n;
};

struct skill_words_cache {
	struct skill_words_of kept[ORGANIZATIONS_KEPT];
	int64_t clock;
};

struct skill_words_cache *skill_words_cache_new(struct pool *pool)
{
	return pool_new_of(pool, struct skill_words_cache);
}

void skill_words_cache_free(struct skill_words_cache *cache)
{
	for (int i = 0; cache && i < ORGANIZATIONS_KEPT; i++)
		if (cache->kept[i].pool)
			pool_free(cache->kept[i].pool);
}

struct skill_words_of *skill_words_get(
	struct skill_words_cache *cache, int64_t org_id, int64_t revision, int n_skills, struct str language)
{
	struct skill_words_of *of = &cache->kept[0];
	for (int i = 0; i < ORGANIZATIONS_KEPT; i++) {
		struct skill_words_of *one = &cache->kept[i];
		bool same = one->pool && one->org_id == org_id && one->revision == revision && one->n == n_skills
			    && str_equal(one->language, language);
		if (same || one->used < of->used)
			of = one;
		if (same) {
			of->used = ++cache->clock;
			return of;
		}
	}
	if (of->pool)
		pool_free(of->pool);
	*of = (struct skill_words_of){
		.pool = pool_new(), .org_id = org_id, .revision = revision, .used = ++cache->clock, .n = n_skills
	};
	of->language = pool_str(of->pool, language);
	of->all = pool_new_array(of->pool, (size_t)n_skills + 1, struct skill_words);
	return of;
}

/* The words of a phrase as a question has them: "how much" is a price. */
static struct unit_words phrase_words(struct pool *pool, struct str phrase, struct str language)
{
	const struct language *own = language_or_english(language);
	struct content_languages spoken = { own, own };
	struct content c = { .n = 0 };
	content_add(&c, pool, phrase, &spoken, 1, false);
	struct unit_words words = unit_words_of(pool, phrase, language);
	struct unit_words all = { pool_new_array(pool, (size_t)(words.n + c.n) + 1, struct unit_word), 0 };
	for (int i = 0; i < words.n; i++)
		if (!words.all[i].function_word || words.all[i].concept)
			all.all[all.n++] = words.all[i];
	for (int i = 0; i < c.n; i++)
		if (c.words[i].asks || !c.words[i].folded.n)
			all.all[all.n++] = (struct unit_word){ .concept = c.words[i].concept };
	return all;
}

static uint64_t add_digest(uint64_t digest, struct str s)
{
	return str_hash64(str_hash64(digest, s), STR("\xff"));
}

static uint64_t skill_words_digest_of(const struct skill *s)
{
	uint64_t digest = add_digest(add_digest(STR_HASH64, s->title), s->response);
	for (int t = 0; t < s->n_triggers; t++)
		digest = add_digest(digest, s->triggers[t]);
	return digest ? digest : 1;
}

const struct skill_words *skill_words_at(struct skill_words_of *of, const struct skill *skills, int place)
{
	struct skill_words *w = &of->all[place];
	const struct skill *s = &skills[place];
	uint64_t digest = skill_words_digest_of(s);
	if (w->digest == digest)
		return w;
	*w = (struct skill_words){ .digest = digest };
	w->title = phrase_words(of->pool, s->title, of->language);
	w->response = unit_words_of(of->pool, pool_str(of->pool, s->response), of->language);
	w->phrases = pool_new_array(of->pool, (size_t)s->n_triggers + 1, struct unit_words);
	for (int t = 0; t < s->n_triggers; t++)
		w->phrases[t] = phrase_words(of->pool, s->triggers[t], of->language);
	w->has_money = unit_has_money(of->pool, s->response);
	w->has_time = unit_has_time(of->pool, s->response, of->language);
	w->has_duration = unit_has_duration(&w->response);
	for (size_t i = 0; i < s->response.n; i++)
		w->has_number |= s->response.p[i] >= '0' && s->response.p[i] <= '9';
	return w;
}
