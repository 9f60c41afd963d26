/*
 * moment.c - of which day, or time of a day, does a message speak? Pure.
 *
 * Words of the calendar come from the language (language.h), names of days from the organisation's own closures and
 * openings, which go before the calendar's holidays: "Christmas" is what the business calls so. A day without a year is
 * the coming one. Days that are not certain ("next week") are none.
 */
#include "answer/clock/moment.h"

#include "answer/understanding/holidays.h"
#include "domain/hours/calendar.h"

#define NAME_WORDS_MAX 8
#define WEEKDAY_DATE_DAYS 62

struct finder {
	const struct pattern_text *t;
	const struct language *language;
	const struct closures *closures;
	int64_t today;
	struct moment found;
	bool *taken;
};

/* ---- being open ---- */

int moment_asks_for_opening(const struct pattern_text *t, const struct language *language)
{
	for (const char *const *p = language->clock.open; *p; p++) {
		int taken = 0;
		if (pattern_find(t, 0, *p, &taken) >= 0)
			return taken;
	}
	return 0;
}

bool moment_asks_to_come(const struct pattern_text *t, const struct language *language)
{
	for (const char *const *p = language->clock.come; *p; p++)
		if (pattern_find(t, 0, *p, NULL) >= 0)
			return true;
	return false;
}

/* ---- days ---- */

static void moment_take(struct finder *f, int at, int words)
{
	for (int i = 0; i < words; i++)
		f->taken[at + i] = true;
	f->found.words += words;
}

static void set_days(struct finder *f, int at, int words, int64_t first, int64_t last)
{
	f->found.kind = MOMENT_DAYS;
	f->found.first_day = first;
	f->found.last_day = last;
	moment_take(f, at, words);
}

/* The place where a pattern matches, or -1. */
static int moment_find_pattern(const struct finder *f, const char *pattern, int *words)
{
	*words = 0;
	return pattern && *pattern ? pattern_find(f->t, 0, pattern, words) : -1;
}

static bool find_relative(struct finder *f)
{
	const struct clock_words *c = &f->language->clock;
	int words, at = moment_find_pattern(f, c->day_after, &words);
	if (at >= 0) {
		set_days(f, at, words, f->today + 2, f->today + 2);
		return true;
	}
	at = moment_find_pattern(f, c->tomorrow, &words);
	if (at >= 0) {
		set_days(f, at, words, f->today + 1, f->today + 1);
		return true;
	}
	at = moment_find_pattern(f, c->weekend, &words);
	if (at >= 0) {
		int64_t saturday = f->today + (5 - calendar_weekday(f->today) + 7) % 7;
		set_days(f, at, words, saturday, saturday + 1);
		return true;
	}
	at = moment_find_pattern(f, c->today, &words);
	if (at >= 0)
		set_days(f, at, words, f->today, f->today);
	return at >= 0;
}

/* The weekday that a word names, -1 for none. */
static int weekday_at(const struct finder *f, int at)
{
	for (int day = 0; day < 7; day++)
		if (pattern_is(&f->t->words[at], f->language->clock.weekdays[day]))
			return day;
	return -1;
}

static bool find_weekday(struct finder *f)
{
	for (int at = 0; at < f->t->n; at++) {
		int day = weekday_at(f, at);
		if (day < 0)
			continue;
		int64_t date = f->today + (day - calendar_weekday(f->today) + 7) % 7;
		set_days(f, at, 1, date, date);
		return true;
	}
	return false;
}

/* One or two digits, also with an ending: "29th", "1er"; -1 for anything else. */
static int small_number(const struct pattern_word *w)
{
	size_t n = 0;
	int value = 0;
	while (n < w->folded.n && n < 3 && w->folded.p[n] >= '0' && w->folded.p[n] <= '9')
		value = 10 * value + (w->folded.p[n++] - '0');
	return n >= 1 && n <= 2 && w->folded.n <= n + 2 ? value : -1;
}

static int month_of(const struct finder *f, const struct pattern_word *w)
{
	for (int m = 0; m < 12; m++)
		if (pattern_is(w, f->language->clock.months[m]))
			return m + 1;
	return 0;
}

static int64_t moment_year_at(const struct finder *f, int at)
{
	int64_t year;
	return at < f->t->n && str_to_i64(f->t->words[at].folded, &year) && year >= 2020 && year <= 2100 ? year : 0;
}

/* The coming day of that date. */
static bool set_date(struct finder *f, int at, int words, int day, int month)
{
	int64_t year = moment_year_at(f, at + words), this_year;
	int m, d;
	calendar_date_of(f->today, &this_year, &m, &d);
	bool named = year != 0;
	year = named ? year : this_year;
	if (!calendar_is_date(year, month, day))
		return false;
	int64_t date = calendar_day_of(year, month, day);
	if (!named && date < f->today && calendar_is_date(year + 1, month, day))
		date = calendar_day_of(year + 1, month, day);
	set_days(f, at, words + named, date, date);
	return true;
}

static bool is_joint(const struct finder *f, int at)
{
	return at < f->t->n && f->t->words[at].before == GAP_JOINT;
}

/* "29 October", "October 29th", "29 de octubre", "25.12." */
static bool moment_find_date(struct finder *f)
{
	const struct pattern_text *t = f->t;
	for (int at = 0; at < t->n; at++) {
		int day = small_number(&t->words[at]), month = month_of(f, &t->words[at]);
		for (int next = at + 1; day > 0 && next <= at + 2 && next < t->n; next++) {
			int m = month_of(f, &t->words[next]);
			if (m && set_date(f, at, next - at + 1, day, m))
				return true;
			if (t->words[next].folded.n > 3) /* "of", "de" */
				break;
		}
		if (month && at + 1 < t->n && small_number(&t->words[at + 1]) > 0
			&& set_date(f, at, 2, small_number(&t->words[at + 1]), month))
			return true;
		if (day > 0 && is_joint(f, at + 1) && small_number(&t->words[at + 1]) > 0
			&& small_number(&t->words[at + 1]) <= 12
			&& set_date(f, at, 2, day, small_number(&t->words[at + 1])))
			return true;
	}
	return false;
}

/* "Sunday 20", "domingo día 20": the coming day of that number, if it is such a weekday. */
static bool find_weekday_date(struct finder *f)
{
	for (int at = 0; at < f->t->n; at++) {
		int weekday = weekday_at(f, at), number = -1, next = at + 1;
		while (weekday >= 0 && next < f->t->n && next <= at + 2 && number < 0)
			number = small_number(&f->t->words[next++]);
		for (int64_t day = f->today; number > 0 && day < f->today + WEEKDAY_DATE_DAYS; day++) {
			int64_t year;
			int month, d;
			calendar_date_of(day, &year, &month, &d);
			if (d == number && calendar_weekday(day) == weekday) {
				set_days(f, at, next - at, day, day);
				return true;
			}
		}
	}
	return false;
}

static bool find_month(struct finder *f)
{
	for (int at = 0; at < f->t->n; at++) {
		int month = month_of(f, &f->t->words[at]), m, d;
		int64_t year;
		if (!month)
			continue;
		calendar_date_of(f->today, &year, &m, &d);
		year += month < m;
		f->found.kind = MOMENT_MONTH;
		f->found.first_day = calendar_day_of(year, month, 1);
		f->found.last_day = calendar_day_of(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1;
		moment_take(f, at, 1);
		return true;
	}
	return false;
}

/* ---- names ---- */

/* The holiday whose words are most, and more than `least`; so "Christmas Eve" is not Christmas. */
static bool find_holiday(struct finder *f, int least)
{
	enum holiday best = 0, one = 0;
	int best_at = -1, best_words = least, m, d;
	int64_t year;
	for (int at = 0; at < f->t->n; at++) {
		int words = holiday_at(f->t, at, f->language, &one);
		if (words > best_words) {
			best = one;
			best_at = at;
			best_words = words;
		}
	}
	if (best_at < 0)
		return false;
	calendar_date_of(f->today, &year, &m, &d);
	memset(f->taken, 0, (size_t)f->t->n * sizeof(*f->taken));
	f->found = (struct moment){ .minute = -1 };
	int64_t date = holiday_day(best, year);
	date = date < f->today ? holiday_day(best, year + 1) : date;
	set_days(f, best_at, best_words, date, best == HOLIDAY_BETWEEN_YEARS ? date + 3 : date);
	return true;
}

static bool moment_is_same(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	return str_equal(a, b) || (n >= 5 && memcmp(a.p, b.p, n) == 0 && (a.n > b.n ? a.n - b.n : b.n - a.n) <= 4);
}

/* How many words of the message are words of a name, when all the name's words that say something are there. */
static int match_name(const struct finder *f, struct pool *pool, struct str name, bool *taken)
{
	struct pattern_text t = pattern_read(pool, name);
	int matched = 0;
	for (int i = 0; i < t.n && i < NAME_WORDS_MAX; i++) {
		bool here = false;
		if (language_is_function_word(f->language, t.words[i].folded))
			continue;
		for (int k = 0; k < f->t->n && !here; k++)
			if (moment_is_same(f->t->words[k].folded, t.words[i].folded))
				here = taken[k] = true;
		if (!here)
			return 0;
		matched++;
	}
	return matched;
}

/* Takes the moment when more of its name is there than of the best so far. */
static void try_name(struct finder *f, struct pool *pool, struct str name, struct moment m, bool *taken, int *best)
{
	memset(taken, 0, (size_t)f->t->n * sizeof(*taken));
	int n = match_name(f, pool, name, taken);
	if (n <= *best || m.last_day < f->today)
		return;
	*best = n;
	m.kind = MOMENT_NAMED;
	m.minute = -1;
	m.words = n;
	f->found = m;
	memcpy(f->taken, taken, (size_t)f->t->n * sizeof(*taken));
}

static bool moment_find_name(struct finder *f)
{
	struct pool *pool = pool_new();
	bool *taken = pool_new_array(pool, (size_t)f->t->n + 1, bool);
	int best = 0;
	for (int i = 0; i < f->closures->n_closures; i++) {
		const struct closure *c = &f->closures->closures[i];
		struct moment m = { .first_day = calendar_day_at(c->from_s),
			.last_day = calendar_day_at(c->until_s - 1),
			.closure = c };
		try_name(f, pool, c->name, m, taken, &best);
	}
	for (int i = 0; i < f->closures->n_openings; i++) {
		const struct opening *o = &f->closures->openings[i];
		struct moment m = { .first_day = o->first_day, .last_day = o->last_day, .opening = o };
		try_name(f, pool, o->name, m, taken, &best);
	}
	pool_free(pool);
	return best > 0;
}

/* ---- the time of the day ---- */

static char before_word(const struct finder *f, int at)
{
	const char *p = f->t->words[at].raw.p;
	return p > f->t->text.p ? p[-1] : ' ';
}

/* "8:30", "8.30", "8h30": the minutes behind an hour, -1 without. */
static int minutes_behind(const struct finder *f, int at)
{
	char mark = at + 1 < f->t->n ? before_word(f, at + 1) : ' ';
	if (mark != ':' && mark != '.')
		return -1;
	struct str w = f->t->words[at + 1].folded;
	int minutes = small_number(&f->t->words[at + 1]);
	return w.n >= 2 && w.p[1] >= '0' && w.p[1] <= '9' && minutes >= 0 && minutes < 60 ? minutes : -1;
}

/* An hour with its ending in one word: "8am", "17h", "15uhr". */
static bool split_hour(const struct finder *f, int at, int *hour, struct str *ending)
{
	struct str w = f->t->words[at].folded;
	size_t n = 0;
	*hour = 0;
	while (n < w.n && w.p[n] >= '0' && w.p[n] <= '9' && n < 3)
		*hour = 10 * *hour + (w.p[n++] - '0');
	*ending = (struct str){ w.p + n, w.n - n };
	return n >= 1 && n <= 2 && *hour <= 24;
}

/* The minutes of an hour that has them in the same word: "17h30"; -1 without. */
static int minutes_in(struct str ending)
{
	if (ending.n != 3 || ending.p[0] != 'h' || ending.p[1] < '0' || ending.p[1] > '5' || ending.p[2] < '0'
		|| ending.p[2] > '9')
		return -1;
	return 10 * (ending.p[1] - '0') + (ending.p[2] - '0');
}

static bool is_of(struct str word, const char *list)
{
	struct pattern_word w = { .folded = word };
	return word.n && list && *list && pattern_is(&w, list);
}

static void find_time(struct finder *f)
{
	const struct clock_words *c = &f->language->clock;
	for (int at = 0; at < f->t->n; at++) {
		int hour, minutes, end = at + 1;
		struct str ending;
		if (f->taken[at] || !split_hour(f, at, &hour, &ending))
			continue;
		minutes = ending.n ? minutes_in(ending) : minutes_behind(f, at);
		end += minutes >= 0 && !ending.n;
		struct str next = end < f->t->n ? f->t->words[end].folded : STR_NONE;
		struct str before = at > 0 ? f->t->words[at - 1].folded : STR_NONE;
		bool hour_word = (ending.n && minutes >= 0) || is_of(ending, c->hour) || is_of(ending, "am|pm|h|hs")
				 || is_of(next, c->hour);
		bool pm = is_of(ending, "pm") || is_of(next, "pm") || is_of(next, c->pm)
			  || (hour_word && end + 1 < f->t->n && is_of(f->t->words[end + 1].folded, c->pm));
		bool am = is_of(ending, "am") || is_of(next, "am") || is_of(next, c->am);
		if ((ending.n && !hour_word) || (!hour_word && !am && !pm && minutes < 0 && !is_of(before, c->at)))
			continue;
		bool half = c->half && is_of(before, c->half);
		if (pm && hour < 12)
			hour += 12;
		f->found.half_known = am || pm || hour > 12 || f->t->words[at].folded.p[0] == '0';
		f->found.minute = hour * 60 + (minutes > 0 ? minutes : 0) - (half ? 30 : 0);
		moment_take(f, at, end - at);
		return;
	}
}

int64_t moment_find_day_of_month(const struct pattern_text *t, int64_t near_day, int64_t today, bool *taken)
{
	int64_t year;
	int month, d;
	calendar_date_of(near_day, &year, &month, &d);
	for (int at = 0; at < t->n; at++) {
		int day = small_number(&t->words[at]);
		if (day <= 0 || taken[at])
			continue;
		taken[at] = true;
		bool past = calendar_is_date(year, month, day) ? calendar_day_of(year, month, day) < today : day < d;
		if (past && ++month > 12) {
			month = 1;
			year++;
		}
		return calendar_is_date(year, month, day) ? calendar_day_of(year, month, day) : 0;
	}
	return 0;
}

/* "12 persons", "24 hours": a number of something. */
static bool is_unit(enum concept c)
{
	return c == CONCEPT_PERSON || c == CONCEPT_PRICE || c == CONCEPT_HOUR || c == CONCEPT_MINUTE || c == CONCEPT_DAY
	       || c == CONCEPT_WEEK || c == CONCEPT_MONTH || c == CONCEPT_YEAR || c == CONCEPT_NIGHT;
}

/* "the 24th", "dia 24", "am 24.": a number that is said as a day. */
static bool find_day_number(struct finder *f)
{
	for (int at = 0; at < f->t->n; at++) {
		struct str w = f->t->words[at].folded, raw = f->t->words[at].raw;
		int day = small_number(&f->t->words[at]);
		if (day < 1 || day > 31 || f->taken[at])
			continue;
		bool ordinal = w.n > 2 && w.p[w.n - 1] >= 'a' && w.p[w.n - 1] <= 'z';
		bool stop = raw.p + raw.n < f->t->text.p + f->t->text.n && raw.p[raw.n] == '.';
		struct str before = at > 0 ? f->t->words[at - 1].folded : STR_NONE;
		struct str next = at + 1 < f->t->n ? f->t->words[at + 1].folded : STR_NONE;
		bool called = before.n && language_concept(f->language, before) == CONCEPT_DAY;
		bool counted = next.n && is_unit(language_concept(f->language, next));
		bool led = before.n && language_is_function_word(f->language, before) && (stop || day > 12);
		if (!(called || ordinal || led) || (counted && !called && !ordinal))
			continue;
		int64_t date = moment_find_day_of_month(f->t, f->today, f->today, f->taken);
		if (date)
			set_days(f, at, 1, date, date);
		f->found.number_alone = date != 0;
		return date != 0;
	}
	return false;
}

struct moment moment_find(const struct pattern_text *t, const struct language *language,
	const struct closures *closures, int64_t local_s, bool *taken)
{
	struct finder f = { .t = t,
		.language = language,
		.closures = closures,
		.today = calendar_day_at(local_s),
		.found = { .minute = -1 },
		.taken = taken };
	int words, at;
	bool dated = moment_find_date(&f) || find_weekday_date(&f) || moment_find_name(&f);
	if (!dated || f.found.kind == MOMENT_NAMED)
		dated |= find_holiday(&f, f.found.words);
	if (!dated && !find_relative(&f) && !find_weekday(&f))
		(void)find_month(&f);
	f.found.dated = dated;
	at = moment_find_pattern(&f, language->clock.now, &words);
	if (at >= 0 && f.found.kind == MOMENT_NONE) {
		f.found.kind = MOMENT_NOW;
		moment_take(&f, at, words);
	}
	find_time(&f);
	if (f.found.kind == MOMENT_NONE && find_day_number(&f))
		f.found.dated = true;
	if (f.found.minute >= 0 && f.found.kind == MOMENT_NONE) {
		f.found.kind = MOMENT_DAYS;
		f.found.first_day = f.found.last_day = f.today;
	}
	return f.found;
}
