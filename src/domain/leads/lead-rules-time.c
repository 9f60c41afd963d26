/*
 * lead-rules-time.c - when the customer wants it. Pure.
 *
 * The words are kept as they were written, with the time of day behind them; the day of the calendar is added only when
 * there is one reading: tomorrow, a day with its month, the coming Friday; not "next Friday", which people read in two
 * ways, nor 3/4/2027. A day that is over is no date for a service: "last Friday" and "born on 3.4.1990" are nothing.
 */
#include "domain/hours/calendar.h"
#include "domain/leads/lead-rules.h"

#include <ctype.h>

#define UNSURE (-1)
#define AHEAD_MOST 300 /* days: a day and month without a year that lie further ahead were meant as past */

static const char *const months[12] = { "january|jan|ocak|ocakta|enero|ene", "february|feb|subat|subatta|febrero",
	"march|mar|mart|martta|marzo", "april|apr|nisan|nisanda|abril|abr", "may|mayis|mayista|mayo",
	"june|jun|haziran|haziranda|junio", "july|jul|temmuz|temmuzda|julio", "august|aug|agustos|agustosta|agosto|ago",
	"september|sep|sept|eylul|eylulde|septiembre|setiembre", "october|oct|ekim|ekimde|octubre",
	"november|nov|kasim|kasimda|noviembre", "december|dec|aralik|aralikta|diciembre|dic" };

static const char *const weekdays[7] = { "monday|pazartesi|pazartesiye|lunes", "tuesday|sali|saliya|martes",
	"wednesday|carsamba|carsambaya|miercoles", "thursday|persembe|persembeye|jueves", "friday|cuma|cumaya|viernes",
	"saturday|cumartesi|cumartesiye|sabado", "sunday|pazar|pazara|domingo" };

/* Days from that of the message. */
static const struct {
	const char *pattern;
	int days;
} relative[] = { { "?the day after tomorrow", 2 }, { "tomorrow morning|afternoon|evening|night", 1 }, { "tomorrow", 1 },
	{ "this morning|afternoon|evening", 0 }, { "today", 0 }, { "tonight", 0 }, { "obur gun", 2 },
	{ "yarindan sonra", 2 }, { "yarin sabah|aksam|ogle|ogleden ?sonra", 1 }, { "yarin", 1 }, { "yarina", 1 },
	{ "bugun", 0 }, { "bu aksam", 0 }, { "pasado manana", 2 }, { "manana por la manana|tarde|noche", 1 },
	{ "manana", 1 }, { "hoy", 0 }, { "esta noche|tarde", 0 }, { "next week|month|weekend", UNSURE },
	{ "this weekend|week", UNSURE }, { "haftaya", UNSURE }, { "gelecek|onumuzdeki hafta|ay", UNSURE },
	{ "?bu hafta sonu", UNSURE }, { "?la proxima semana", UNSURE }, { "?el proximo mes", UNSURE },
	{ "este fin de semana", UNSURE }, { "?la semana que viene", UNSURE } };

/* Words before that say that it is over, comes again and again, or is no date at all. */
static const char no_date_behind[] =
	"last|gecen|pasado|pasada|ultimo|every|each|her|cada|todos|todas|since|desde|black|por|de|"
	"la|yesterday|dun|ayer|good|until|not|except|birthday|born|dogdum|naci|guten|ordered|"
	"buena|dogum|como";

bool lead_parse_iso(struct str iso, int64_t *day)
{
	return calendar_parse_day(iso, day);
}

/* ---- the forms ---- */

struct found {
	int words;   /* how many from the begin; 0: nothing */
	int64_t day; /* of the calendar, UNSURE */
	bool over;   /* a day in the past */
};

static int index_of(const struct pattern_word *w, const char *const *names, int n)
{
	for (int i = 0; i < n; i++)
		if (pattern_is(w, names[i]))
			return i;
	return -1;
}

bool lead_is_day_or_month(const struct pattern_word *word)
{
	return index_of(word, months, 12) >= 0 || index_of(word, weekdays, 7) >= 0;
}

/* A word of one to four digits; endings of ordinals may follow: 12th. -1 for none. */
static int64_t lead_rules_time_number_of(const struct pattern_word *w)
{
	struct str s = w->folded;
	size_t n = 0;
	int64_t v = 0;
	while (n < s.n && n < 4 && isdigit((unsigned char)s.p[n]))
		v = v * 10 + (s.p[n++] - '0');
	struct str tail = { s.p + n, s.n - n };
	bool ordinal = !tail.n || str_equal(tail, STR("st")) || str_equal(tail, STR("nd")) || str_equal(tail, STR("rd"))
		       || str_equal(tail, STR("th"));
	return n && ordinal ? v : -1;
}

static struct found read_relative(const struct pattern_text *t, int at, int64_t today)
{
	for (size_t i = 0; i < sizeof(relative) / sizeof(relative[0]); i++) {
		int n = pattern_match(t, at, relative[i].pattern);
		if (n)
			return (struct found){ n, relative[i].days == UNSURE ? UNSURE : today + relative[i].days,
				false };
	}
	return (struct found){ 0 };
}

/* "Friday", "on Friday", "next Friday", "cuma günü", "el próximo viernes". */
static struct found read_weekday(const struct pattern_text *t, int at, int64_t today)
{
	static const struct {
		const char *pattern;
		enum { COMING, EITHER, WEEK_AFTER } kind;
	} before[] = { { "next", EITHER }, { "this|on|coming", COMING }, { "gelecek|onumuzdeki", EITHER },
		{ "bu", COMING }, { "haftaya", WEEK_AFTER }, { "?el proximo", COMING }, { "el|este", COMING } };
	int taken = 0, kind = COMING;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]) && !taken; i++)
		if ((taken = pattern_match(t, at, before[i].pattern)) > 0)
			kind = before[i].kind;
	if (at + taken >= t->n || (taken && t->words[at + taken].before > GAP_BLANK))
		return (struct found){ 0 };
	int weekday = index_of(&t->words[at + taken], weekdays, 7);
	if (weekday < 0)
		return (struct found){ 0 };
	int64_t of_today = (today + 3) % 7, ahead = (weekday - of_today + 7) % 7; /* 1970-01-01 was a Thursday */
	struct found f = { taken + 1, ahead ? today + ahead : UNSURE, false };
	if (kind == EITHER)
		f.day = UNSURE;
	if (kind == WEEK_AFTER)
		f.day = today - of_today + 7 + weekday;
	f.over = pattern_match(t, at + f.words, "pasado|pasada") > 0;
	f.words += pattern_match(t, at + f.words, "gunu|gunune");
	return f;
}

/* The day and month, with a year when `year` is not 0. */
static struct found on_day(int words, int64_t year, int64_t month, int64_t day, int64_t today)
{
	int64_t this_year;
	int m, d;
	calendar_date_of(today, &this_year, &m, &d);
	if (year > 0 && year < 100)
		year += 2000;
	if (!calendar_is_date(year ? year : 2024, month, day))
		return (struct found){ 0 };
	if (year) {
		int64_t n = calendar_day_of(year, (int)month, (int)day);
		return (struct found){ words, n, n < today || n > today + 3 * 366 };
	}
	int64_t n = calendar_day_of(this_year, (int)month, (int)day);
	if (n < today)
		n = calendar_day_of(this_year + 1, (int)month, (int)day);
	bool sure =
		n - today <= AHEAD_MOST
		&& calendar_is_date(n < calendar_day_of(this_year + 1, 1, 1) ? this_year : this_year + 1, month, day);
	return (struct found){ words, sure ? n : UNSURE, false };
}

static int64_t lead_rules_time_year_at(const struct pattern_text *t, int at)
{
	int64_t y = at < t->n && t->words[at].before <= GAP_COMMA ? lead_rules_time_number_of(&t->words[at]) : -1;
	return y >= 2020 && y <= 2100 ? y : 0;
}

/* "12 May 2026", "12 de mayo de 2026", "May 12th", "12 Mayıs". */
static struct found read_month(const struct pattern_text *t, int at, int64_t today)
{
	int64_t number = lead_rules_time_number_of(&t->words[at]);
	int month;
	if (number > 0) {
		int next = at + 1 + pattern_match(t, at + 1, "de|of");
		if (next >= t->n || t->words[next].before > GAP_BLANK
			|| (month = index_of(&t->words[next], months, 12)) < 0)
			return (struct found){ 0 };
		int year = next + 1 + pattern_match(t, next + 1, "de|del");
		int64_t y = lead_rules_time_year_at(t, year);
		return on_day(y ? year + 1 - at : next + 1 - at, y, month + 1, number, today);
	}
	if ((month = index_of(&t->words[at], months, 12)) < 0 || at + 1 >= t->n || t->words[at + 1].before > GAP_BLANK)
		return (struct found){ 0 };
	bool may_verb = month == 4 && at > 0 && pattern_is(&t->words[at - 1], "i|we|you|they|he|she|it|who");
	number = lead_rules_time_number_of(&t->words[at + 1]);
	if (number < 1 || number > 31 || may_verb || pattern_match(t, at + 2, "people|guests|persons|kisi|personas"))
		return (struct found){ 0 };
	int64_t y = lead_rules_time_year_at(t, at + 2);
	return on_day(y ? 3 : 2, y, month + 1, number, today);
}

/* "12.05.2026", "12/5/2026", "2026-05-12", "12.05.": days and months in numbers, the same mark between. */
static struct found read_numbers(const struct pattern_text *t, int at, int64_t today)
{
	if (at + 2 >= t->n || t->words[at + 1].before != GAP_JOINT || t->words[at + 2].before != GAP_JOINT)
		return (struct found){ 0 };
	const struct pattern_word *w = &t->words[at];
	int64_t a = lead_rules_time_number_of(w), b = lead_rules_time_number_of(w + 1),
		c = lead_rules_time_number_of(w + 2);
	char mark = w->raw.p[w->raw.n], second = w[1].raw.p[w[1].raw.n];
	bool longer = at + 3 < t->n && t->words[at + 3].before == GAP_JOINT;
	if (a < 1 || b < 1 || c < 1 || mark != second || !strchr("./-", mark) || longer
		|| w->raw.p + w->raw.n + 1 != w[1].raw.p || w[1].raw.p + w[1].raw.n + 1 != w[2].raw.p)
		return (struct found){ 0 };
	if (w->raw.n == 4)
		return on_day(3, a, b, c, today);
	if (w[2].raw.n != 4 && !(w[2].raw.n == 2 && mark == '.'))
		return (struct found){ 0 };
	if (mark == '.' || a > 12 || a == b)
		return on_day(3, c, b, a, today);
	if (b > 12)
		return on_day(3, c, a, b, today);
	struct found f = on_day(3, c, b, a, today); /* day or month first? */
	if (f.words && !f.over)
		f.day = UNSURE;
	return f;
}

/* ---- the time of day behind it ---- */

static bool is_hour(const struct pattern_text *t, int at)
{
	if (at >= t->n || t->words[at].before > GAP_BLANK || !isdigit((unsigned char)t->words[at].folded.p[0]))
		return false;
	return t->words[at].folded.n <= 4;
}

/* The words of "at 5 pm", "saat 15:30", "a las 5 de la tarde" from `at` on. */
static int time_words(const struct pattern_text *t, int at)
{
	int n = at < t->n && t->words[at].before <= GAP_COMMA ? pattern_match(t, at, "at|saat|around|sobre|@") : 0;
	if (!n && pattern_match(t, at, "a|sobre|as las|la"))
		n = 2;
	if (!is_hour(t, at + n))
		return 0;
	bool cued = n > 0;
	n++;
	const struct pattern_word *hour = &t->words[at + n - 1];
	bool colon = at + n < t->n && hour->raw.p + hour->raw.n + 1 == t->words[at + n].raw.p
		     && strchr(":.", hour->raw.p[hour->raw.n]) && lead_rules_time_number_of(&t->words[at + n]) >= 0;
	n += colon;
	int half = pattern_match(t, at + n, "am|pm|a m|p m|h|hs|uhr|oclock");
	if (!half)
		half = pattern_match(t, at + n, "de la manana|tarde|noche");
	bool joined = str_has_suffix(hour->folded, STR("am")) || str_has_suffix(hour->folded, STR("pm"));
	return cued || colon || half || joined ? n + half : 0;
}

/* "Monday 30 November", "15 Aralık cumartesi": one day said twice. */
static struct found said_twice(const struct pattern_text *t, int at, struct found f, int64_t today)
{
	int next = at + f.words;
	if (pattern_at_end(t, next) || f.over)
		return f;
	if (index_of(&t->words[next - 1], weekdays, 7) >= 0) {
		struct found more = read_numbers(t, next, today);
		more = more.words ? more : read_month(t, next, today);
		if (more.words)
			return (struct found){ f.words + more.words, more.day, more.over };
	}
	if (index_of(&t->words[next], weekdays, 7) >= 0)
		f.words += 1 + pattern_match(t, next + 1, "gunu|gunune");
	return f;
}

bool lead_find_date(struct pool *pool, const struct pattern_text *t, int64_t day, struct str *words, struct str *iso)
{
	static struct found (*const forms[])(
		const struct pattern_text *, int, int64_t) = { read_numbers, read_month, read_weekday, read_relative };
	for (int at = 0; at < t->n; at++) {
		struct found f = { 0 };
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && !f.words; i++)
			f = forms[i](t, at, day);
		if (!f.words)
			continue;
		f = said_twice(t, at, f, day);
		bool refused =
			at > 0 && t->words[at].before <= GAP_BLANK && pattern_is(&t->words[at - 1], no_date_behind);
		if (f.over || refused) {
			at += f.words - 1;
			continue;
		}
		int last = at + f.words + time_words(t, at + f.words) - 1;
		*words = pool_str(pool, pattern_slice(t, at, last));
		*iso = STR_NONE;
		if (f.day != UNSURE) {
			int64_t y;
			int m, d;
			calendar_date_of(f.day, &y, &m, &d);
			*iso = pool_printf(pool, "%04lld-%02d-%02d", (long long)y, m, d);
		}
		return true;
	}
	return false;
}
