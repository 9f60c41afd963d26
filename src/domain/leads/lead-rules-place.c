/*
 * lead-rules-place.c - where the customer wants it, or is. Pure.
 *
 * An address behind "my address is" is taken to the end of its line. Otherwise a place is a name with a capital letter
 * behind a word of place ("in Berlin", "en Sevilla") or before a Turkish ending ("Ankara'da"); days, months, languages
 * and the names of programs are not. Who writes everything in small letters is understood only behind sure words.
 */
#include "domain/leads/lead-rules.h"

#define ADDRESS_MAX 160

bool lead_is_capital(const struct pattern_word *word)
{
	uint32_t c;
	if (!str_utf8_next(word->raw, &c))
		return false;
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	if (c >= 0x100 && c <= 0x17f) /* capitals and small letters in turns, two stretches begin with an odd one */
		return ((c >= 0x139 && c <= 0x148) || c >= 0x179) == (c & 1);
	return (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x386 && c <= 0x3ab) || (c >= 0x400 && c <= 0x42f);
}

static const char addresses[] = "address|adresim|adres|adresimiz|direccion|adresse|indirizzo|endereco";

static const struct {
	const char *pattern;
	bool sure; /* small letters will do */
} cues[] = { { "i live in|at|near", true }, { "i m|am ?located in|from", false }, { "located in|at|near", true },
	{ "we ?are|re ?located in|from", false }, { "deliver|delivery|delivered|ship|shipping ?it|them to|in", false },
	{ "wedding|party|event|apartment|flat|house|office|venue in|at|near", false }, { "in|near|around", false },
	{ "vivo|vivimos en", true }, { "estoy|estamos en", false }, { "soy|somos de", false },
	{ "envio|entrega|enviar|entregar a|en", false }, { "en|cerca de", false }, { "en", false },
	{ "wohne in", true } };

static const char no_place[] =
	"english|turkish|spanish|german|french|italian|arabic|russian|ingles|espanol|aleman|frances|"
	"turkce|ingilizce|almanca|euro|euros|eur|usd|try|tl|dollars|advance|whatsapp|instagram|"
	"telegram|facebook|google|internet|tiktok|youtube|christmas|navidad|summer|winter|spring|"
	"autumn|verano|invierno|cash|person|general|the|a|an|my|your|our|mi|el|la|los|las|un|una|"
	"total|i|pdf|black|white|red|blue|green|size|xl|xxl|july|ramazan|bayram|yilbasi|excel|word|"
	"app|site|web|linkedin|stories|reels|maps|casa|amazon|trendyol|getir|bed|love|need|touch|time|town|order|fact";

static bool is_place_word(const struct pattern_word *w, bool sure)
{
	char first = w->folded.p[0];
	return !(first >= '0' && first <= '9') && (sure || lead_is_capital(w)) && !pattern_is(w, no_place)
	       && !lead_is_day_or_month(w);
}

/* Up to three words with capitals from `at` on. */
static int place_length(const struct pattern_text *t, int at, bool sure)
{
	int n = 0;
	while (n < 3 && at + n < t->n && t->words[at + n].before <= (n ? GAP_BLANK : GAP_BLANK)
		&& is_place_word(&t->words[at + n], sure && n == 0))
		n++;
	return n;
}

/* The rest of the line behind "address is" or "adresim:". */
static bool find_address(struct pool *pool, const struct pattern_text *t, struct str *location)
{
	for (int at = 0; at < t->n; at++) {
		int next = at + 1;
		if (!pattern_is(&t->words[at], addresses))
			continue;
		while (next < t->n && pattern_is(&t->words[next], "is|es|ist|e|soyle|su|bu"))
			next++;
		bool told = next > at + 1 || (next < t->n && t->words[next].before == GAP_COMMA);
		if (next >= t->n || t->words[next].before == GAP_STOP || !told)
			continue;
		struct str rest = { t->words[next].raw.p, (size_t)(t->text.p + t->text.n - t->words[next].raw.p) };
		rest = str_trim(str_take_until(&rest, '\n'));
		bool place = rest.n <= ADDRESS_MAX && !memchr(rest.p, '@', rest.n) && !memchr(rest.p, '?', rest.n)
			     && t->n > next + 1;
		if (place) {
			*location = pool_str(pool, rest);
			return true;
		}
	}
	return false;
}

/* "Kadıköy'de", "İzmir'deyim". */
static bool find_turkish(struct pool *pool, const struct pattern_text *t, struct str *location)
{
	for (int at = 1; at < t->n; at++) {
		bool joined = t->words[at].before == GAP_JOINT
			      && t->words[at - 1].raw.p + t->words[at - 1].raw.n < t->words[at].raw.p;
		if (!joined || !pattern_is(&t->words[at], "da|de|ta|te|dayim|deyim|tayim|teyim|dayiz|deyiz|daki|deki")
			|| !is_place_word(&t->words[at - 1], false) || t->words[at - 1].raw.n < 3)
			continue;
		*location = pool_str(pool, t->words[at - 1].raw);
		return true;
	}
	return false;
}

/* A text in capitals throughout tells nothing by them. */
static bool lead_rules_place_shouts(const struct pattern_text *t)
{
	int capitals = 0;
	for (int i = 0; i < t->n; i++)
		capitals += lead_is_capital(&t->words[i]);
	return t->n > 3 && capitals * 4 > t->n * 3;
}

bool lead_find_location(struct pool *pool, const struct pattern_text *t, struct str *location)
{
	if (find_address(pool, t, location))
		return true;
	if (lead_rules_place_shouts(t))
		return false;
	for (int at = 0; at < t->n; at++)
		for (size_t i = 0; i < sizeof(cues) / sizeof(cues[0]); i++) {
			int cue = pattern_match(t, at, cues[i].pattern);
			int n = cue ? place_length(t, at + cue, cues[i].sure) : 0;
			if (n) {
				*location = pool_str(pool, pattern_slice(t, at + cue, at + cue + n - 1));
				return true;
			}
		}
	return find_turkish(pool, t, location);
}
