/*
 * lead-rules-service.c - what the customer wants, in their words. Pure.
 *
 * English and Spanish name it behind the wish ("I need a wedding cake for Friday"), Turkish before it ("saç kesimi
 * istiyorum"). Where only an appointment is named, what it is for is taken. A name of at most five words that says
 * nothing ("help", "some information") is none.
 */
#include "domain/leads/lead-rules.h"

#define WORDS_MAX 5

static const char *const cues_before[] = { "i|we ?d|would|ll|am|re|m ?also|really|just need|want|like|love|require ?to "
					   "?book|buy|order|get|have|reserve|purchase|rent|schedule|make|hire",
	"looking|hoping|planning to book|buy|order|reserve|purchase|rent|schedule",
	"looking|interested for|in ?to ?buying|booking|getting|renting|ordering|hiring",
	"can|could|may i|we ?please book|buy|order|get|have|reserve|rent|purchase|schedule",
	"do you have|sell|offer|rent|do",
	"quiero|quisiera|necesito|busco|queremos|necesitamos|buscamos|deseo "
	"?comprar|reservar|pedir|contratar|alquilar|encargar|hacer|"
	"hacerme|agendar|sacar",
	"me|nos gustaria ?comprar|reservar|pedir|contratar|alquilar|encargar|hacer|agendar",
	"me|nos interesa|interesan", "venden|ofrecen|alquilan" };
/* Before the thing itself. */
static const char articles[] =
	"a|an|the|some|any|one|your|my|our|this|these|bir|un|una|unos|unas|el|la|los|las|su|sus|new|it|to|"
	"get|buy|book|have|order|please";
/* Where its name ends. */
static const char ends[] =
	"for|on|at|in|by|please|pls|tomorrow|today|tonight|next|this|with|and|to|because|but|if|that|who|so|"
	"from|asap|now|when|which|or|near|around|is|are|can|how|what|para|por|el|en|con|y|que|pero|manana|"
	"hoy|este|esta|porque|si|cuando|desde|icin|ve|before|after|until|under|up|hasta|under|about|thanks";
static const char generic[] =
	"appointment|appointments|reservation|booking|cita|reserva|reservacion|turno|quote|quotation|presupuesto|"
	"cotizacion|order|pedido|estimate|slot";
/* What is no service, alone or at the begin. */
static const char nothing[] =
	"help|information|info|price|prices|pricing|know|talk|speak|chat|ask|see|cancel|pay|be|go|come|person|"
	"human|agent|refund|discount|informacion|ayuda|saber|hablar|precio|precios|cancelar|pagar|ver|"
	"preguntar|persona|descuento|humano|change|you|him|her|them|me|us|more|it|that|do|make|not|find|"
	"check|tell|send|call|answer|receive|return|complain|confirm|somebody|someone|no|que|cambiar|"
	"bilgi|yardim|fiyat|indirim|iptal|iade|sikayet|konusmak|gorusmek|sormak|ogrenmek|bunu|sunu|onu|"
	"hemen|acil|temsilci|insan|yetkili|seni|sizi|something|anything|algo|everything|reschedule|"
	"open|time|idea|question|problem|bana|tekrar|cok|stay|live|work|ben|biz|operator";

static bool is_digit_word(const struct pattern_word *w)
{
	return w->folded.p[0] >= '0' && w->folded.p[0] <= '9';
}

static bool ends_name(const struct pattern_text *t, int at, int begin)
{
	const struct pattern_word *w = &t->words[at];
	return at - begin >= WORDS_MAX || (at > begin && w->before >= GAP_COMMA) || pattern_is(w, ends)
	       || (is_digit_word(w) && at > begin) || lead_is_day_or_month(w);
}

/* The name from `at` on; where it is an appointment, what that is for. */
static bool take_behind(struct pool *pool, const struct pattern_text *t, int at, struct str *service)
{
	for (int turn = 0; turn < 2; turn++) {
		while (at < t->n && t->words[at].before < GAP_COMMA && pattern_is(&t->words[at], articles))
			at++;
		int end = at;
		while (end < t->n && t->words[end].before != GAP_STOP && !ends_name(t, end, at))
			end++;
		bool named = end > at && t->words[at].before < GAP_COMMA && !pattern_is(&t->words[at], nothing);
		if (!named)
			return false;
		if (!pattern_is(&t->words[end - 1], generic)) {
			*service = pool_str(pool, pattern_slice(t, at, end - 1));
			return true;
		}
		if (end - at > 1) { /* "a haircut appointment" */
			*service = pool_str(pool, pattern_slice(t, at, end - 2));
			return true;
		}
		if (!pattern_match(t, end, "for|para|de"))
			return false;
		at = end + 1;
	}
	return false;
}

static const char turkish_cues[] =
	"istiyorum|isterim|istiyoruz|lazim|alabilir|ariyorum|ariyoruz|istiyom|alayim|yaptirmak|satiyor";
static const char turkish_verbs[] =
	"almak|yaptirmak|satin|siparis|etmek|vermek|olusturmak|randevu|randevusu|rezervasyon|"
	"rezervasyonu|icin|kiralamak|ayirtmak|rica|yapmak|oldurmak|acil|ihtiyacim|alabilir|da|de";
static const char turkish_ends[] =
	"merhaba|merhabalar|selam|ben|biz|bana|bize|yarin|bugun|haftaya|sizden|iyi|gunler|aksamlar|"
	"lutfen|saat|ve|ama|gunu|gunune|sabah|aksam|ogle|sonra|icin|su|o|acaba|kac|kisi|kisilik|"
	"ne|nasil|var|mi|size|sizinle|gun|hafta|sonu";

/* "Doğum günü pastası" has the word that otherwise ends a day. */
static bool is_birthday(const struct pattern_text *t, int at)
{
	return at > 0 && pattern_is(&t->words[at], "gunu") && pattern_is(&t->words[at - 1], "dogum");
}

/* Back from the wish over verbs to the name, and to its begin. */
static bool take_before(struct pool *pool, const struct pattern_text *t, int cue, struct str *service)
{
	int last = cue - 1;
	while (last >= 0 && t->words[last + 1].before < GAP_COMMA && pattern_is(&t->words[last], turkish_verbs))
		last--;
	int first = last + 1;
	while (first > 0 && last - first + 1 < 4 && t->words[first].before < GAP_COMMA
		&& (!pattern_is(&t->words[first - 1], turkish_ends) || is_birthday(t, first - 1))
		&& !is_digit_word(&t->words[first - 1]) && !lead_is_day_or_month(&t->words[first - 1])
		&& t->words[first].before != GAP_JOINT)
		first--;
	while (first <= last && pattern_is(&t->words[first], "te|ta|de|da|bir|iki|uc|adet|tane|en"))
		first++;
	if (first > last || last < 0 || pattern_is(&t->words[first], nothing) || pattern_is(&t->words[last], nothing))
		return false;
	*service = pool_str(pool, pattern_slice(t, first, last));
	return true;
}

bool lead_find_service(struct pool *pool, const struct pattern_text *t, struct str *service)
{
	for (int at = 0; at < t->n; at++) {
		for (size_t i = 0; i < sizeof(cues_before) / sizeof(cues_before[0]); i++) {
			int n = pattern_match(t, at, cues_before[i]);
			if (n && take_behind(pool, t, at + n, service))
				return true;
		}
		if (at > 0 && pattern_is(&t->words[at], turkish_cues) && take_before(pool, t, at, service))
			return true;
	}
	return false;
}
