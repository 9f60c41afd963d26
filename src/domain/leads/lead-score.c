/*
 * lead-score.c - what a lead is worth, and how it is told in one line. Pure.
 *
 * The score is a sum of points over the facts, so that a person can work out where it comes from:
 *
 *   intent book or buy 4, price 2, info 1     service 1
 *   budget 2                                  place 1
 *   date 1, and 1 more when it is soon        phone or e-mail 1
 *   not business -8
 *
 * from 0 to 10. From the organisation's threshold on (7) a lead is hot, from 4 on warm. No model takes part.
 */
#include "domain/leads/lead.h"

#include "domain/leads/lead-rules.h"

#define SOON_DAYS 14
#define SCORE_MAX 10

static const struct {
	const char *intent;
	int points;
} intent_points[] = { { "book", 4 }, { "buy", 4 }, { "price", 2 }, { "info", 1 } };

static int points_of_intent(struct str intent)
{
	for (size_t i = 0; i < sizeof(intent_points) / sizeof(intent_points[0]); i++)
		if (str_equal(intent, str_of(intent_points[i].intent)))
			return intent_points[i].points;
	return 0;
}

static bool is_soon(struct str iso, int64_t now_s)
{
	int64_t day, today = now_s / 86400;
	return iso.p && lead_parse_iso(iso, &day) && day >= today - 1 && day <= today + SOON_DAYS;
}

void lead_points(const struct lead *lead, int64_t now_s, int out[LEAD_REASON_COUNT])
{
	const struct str *f = lead->field;
	out[LEAD_BY_INTENT] = points_of_intent(f[LEAD_INTENT]);
	out[LEAD_BY_SERVICE] = f[LEAD_SERVICE].p ? 1 : 0;
	out[LEAD_BY_BUDGET] = f[LEAD_BUDGET].p ? 2 : 0;
	out[LEAD_BY_DATE] = f[LEAD_DATE].p || f[LEAD_DATE_ISO].p ? 1 : 0;
	out[LEAD_BY_SOON] = is_soon(f[LEAD_DATE_ISO], now_s) ? 1 : 0;
	out[LEAD_BY_PLACE] = f[LEAD_LOCATION].p ? 1 : 0;
	out[LEAD_BY_CONTACT] = f[LEAD_PHONE].p || f[LEAD_EMAIL].p ? 1 : 0;
	out[LEAD_BY_NO_BUSINESS] = lead->non_business ? -8 : 0;
}

int lead_score(const struct lead *lead, int64_t now_s)
{
	int points[LEAD_REASON_COUNT], score = 0;
	lead_points(lead, now_s, points);
	for (int i = 0; i < LEAD_REASON_COUNT; i++)
		score += points[i];
	return score < 0 ? 0 : score > SCORE_MAX ? SCORE_MAX : score;
}

enum lead_class lead_classify(int score, int hot_from)
{
	if (score >= hot_from)
		return LEAD_HOT;
	return score >= LEAD_WARM_FROM ? LEAD_WARM : LEAD_COLD;
}

const char *lead_class_name(enum lead_class c)
{
	static const char *const names[] = { [LEAD_COLD] = "cold", [LEAD_WARM] = "warm", [LEAD_HOT] = "hot" };
	return names[c];
}

/* ---- the line ---- */

struct words {
	const char *language;
	const char *intents[7]; /* in the order of intent_names */
	const char *non_business, *date, *budget, *nothing;
};

static const char *const intent_names[7] = { "book", "buy", "price", "info", "support", "complaint", "other" };

static const struct words languages[] = {
	{ "en",
		{ "Wants to book", "Wants to buy", "Asks for the price", "Asks for information", "Needs support",
			"Complains", "Has written" },
		"Not business", "date", "budget", "nothing known yet" },
	{ "tr",
		{ "Randevu veya rezervasyon istiyor", "Satın almak istiyor", "Fiyat soruyor", "Bilgi istiyor",
			"Destek istiyor", "Şikâyet ediyor", "Yazdı" },
		"İş dışı", "tarih", "bütçe", "henüz bilgi yok" },
	{ "es",
		{ "Quiere reservar", "Quiere comprar", "Pregunta el precio", "Pide información", "Pide ayuda",
			"Se queja", "Ha escrito" },
		"No es un cliente", "fecha", "presupuesto", "sin datos todavía" },
};

static const struct words *lead_score_words_of(struct str language)
{
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++)
		if (str_has_prefix(language, str_of(languages[i].language)))
			return &languages[i];
	return &languages[0];
}

static const char *lead_score_intent_words(const struct words *w, struct str intent)
{
	for (size_t i = 0; i < sizeof(intent_names) / sizeof(intent_names[0]); i++)
		if (str_equal(intent, str_of(intent_names[i])))
			return w->intents[i];
	return NULL;
}

/* "; label value", or only the value without a label. */
static void lead_score_add(struct buf *b, const char *label, struct str value)
{
	if (!value.p)
		return;
	buf_add_cstr(b, b->len ? "; " : "");
	if (label)
		buf_addf(b, "%s ", label);
	buf_add_str(b, value);
}

struct str lead_summary(struct pool *pool, const struct lead *lead, struct str language)
{
	const struct words *w = lead_score_words_of(language);
	const struct str *f = lead->field;
	const char *intent = lead_score_intent_words(w, f[LEAD_INTENT]);
	struct buf b;
	buf_init(&b, 16 * LEAD_VALUE_MAX);
	if (lead->non_business)
		lead_score_add(&b, NULL, str_of(w->non_business));
	if (intent && f[LEAD_SERVICE].p)
		buf_addf(&b, "%s%s: %.*s", b.len ? "; " : "", intent, (int)f[LEAD_SERVICE].n, f[LEAD_SERVICE].p);
	else
		lead_score_add(&b, NULL, intent ? str_of(intent) : f[LEAD_SERVICE]);
	lead_score_add(&b, w->date, f[LEAD_DATE].p ? f[LEAD_DATE] : f[LEAD_DATE_ISO]);
	if (f[LEAD_DATE].p && f[LEAD_DATE_ISO].p)
		buf_addf(&b, " (%.*s)", (int)f[LEAD_DATE_ISO].n, f[LEAD_DATE_ISO].p);
	lead_score_add(&b, NULL, f[LEAD_LOCATION]);
	lead_score_add(&b, w->budget, f[LEAD_BUDGET]);
	lead_score_add(&b, NULL, f[LEAD_NAME]);
	lead_score_add(&b, NULL, f[LEAD_PHONE]);
	lead_score_add(&b, NULL, f[LEAD_EMAIL]);
	if (!b.len)
		buf_add_cstr(&b, w->nothing);
	return pool_take(pool, &b);
}

struct lead_judged lead_judge(struct pool *pool, const struct lead *facts, const struct lead_view *view)
{
	struct lead_judged j = { .lead = *facts };
	struct lead known = { .field = { [LEAD_NAME] = view->contact_name, [LEAD_PHONE] = view->contact_phone } };
	for (int f = LEAD_NAME; f <= LEAD_PHONE; f++)
		if (!j.lead.field[f].n)
			j.lead.field[f] = known.field[f].n ? known.field[f] : STR_NONE;
	lead_override(pool, &j.lead, view->manual);
	j.score = lead_score(&j.lead, view->now_s);
	j.class = lead_classify(j.score, view->hot_from);
	j.summary = lead_summary(pool, &j.lead, view->language);
	return j;
}
