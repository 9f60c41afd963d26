/*
 * stems.c - words without their endings, by the Snowball stemmers of libstemmer.
 *
 * Pure. The stemmers expect accents; they are given folded words all the same, because people leave accents out and
 * both sides of a comparison must agree. A language without a stemmer is no error: its words stay whole.
 */
#include "answer/terms/stems.h"

#include <libstemmer.h>

#define TAG_MAX 4 /* ISO 639: two or three letters */

static void delete_stemmer(void *stemmer)
{
	sb_stemmer_delete(stemmer);
}

struct stemmer *stems_for(struct pool *pool, struct str language)
{
	char tag[TAG_MAX] = "";
	struct str first = str_take_until(&language, '-');
	if (first.n < 2 || first.n >= TAG_MAX)
		return NULL;
	memcpy(tag, first.p, first.n);
	struct sb_stemmer *stemmer = sb_stemmer_new(tag, "UTF_8");
	if (stemmer)
		pool_defer(pool, delete_stemmer, stemmer);
	return (struct stemmer *)stemmer;
}

struct str stems_of_word(struct stemmer *stemmer, struct str word)
{
	struct sb_stemmer *s = (struct sb_stemmer *)stemmer;
	const sb_symbol *stem = s ? sb_stemmer_stem(s, (const sb_symbol *)word.p, (int)word.n) : NULL;
	return stem ? (struct str){ (const char *)stem, (size_t)sb_stemmer_length(s) } : word;
}
