/*
 * locale.c - the few formats that pages need, for en, es and tr.
 *
 * Own tables, since the C library's are chosen by setlocale(3) for the whole process. Source: Unicode CLDR, the
 * locales' abbreviated months, decimal groups and medium dates.
 */
#include "desk/format/locale.h"

#include "core/buf.h"
#include "core/clock.h"
#include "domain/text.h"

#include <stdio.h>
#include <time.h>

struct words {
	const char *language;
	char group;
	const char *months[12];
	const char *long_months[12];
	const char *days[7]; /* from Sunday */
	const char *long_days[7];
	enum {
		DAY_DATE,
		DAY_DE_DATE,
		DATE_DAY
	} day_order; /* "Friday, 20 November", "viernes, 20 de noviembre", "20 Kasım Cuma" */
};

static const struct words table[] = {
	{ "en", ',', { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
		{ "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
			"November", "December" },
		{ "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" },
		{ "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }, DAY_DATE },
	{ "es", '.', { "ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic" },
		{ "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
			"noviembre", "diciembre" },
		{ "dom", "lun", "mar", "mié", "jue", "vie", "sáb" },
		{ "domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado" }, DAY_DE_DATE },
	{ "tr", '.', { "Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara" },
		{ "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım",
			"Aralık" },
		{ "Paz", "Pzt", "Sal", "Çar", "Per", "Cum", "Cmt" },
		{ "Pazar", "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi" }, DATE_DAY },
};

static const struct words *locale_words_of(const struct locale *locale)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].language, locale->language))
			return &table[i];
	return &table[0];
}

struct str locale_number(struct pool *pool, const struct locale *locale, int64_t n)
{
	char digits[24], out[40];
	size_t length = 0;
	snprintf(digits, sizeof(digits), "%llu", n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n);
	if (n < 0)
		out[length++] = '-';
	for (size_t i = 0, all = strlen(digits); i < all; i++) {
		if (i > 0 && (all - i) % 3 == 0)
			out[length++] = locale_words_of(locale)->group;
		out[length++] = digits[i];
	}
	return pool_str(pool, (struct str){ out, length });
}

struct str locale_decimal(struct pool *pool, const struct locale *locale, double value, int digits)
{
	bool comma = locale_words_of(locale)->group == '.';
	int64_t scale = 1;
	for (int i = 0; i < digits; i++)
		scale *= 10;
	int64_t scaled = (int64_t)(value * (double)scale + (value < 0 ? -0.5 : 0.5)),
		whole = scaled < 0 ? -scaled : scaled;
	struct str number = locale_number(pool, locale, whole / scale);
	return pool_printf(pool, "%s%.*s%c%0*lld", scaled < 0 ? "-" : "", (int)number.n, number.p, comma ? ',' : '.',
		digits, (long long)(whole % scale));
}

struct str locale_sentence(struct pool *pool, const struct locale *locale, struct str words)
{
	uint32_t first;
	struct buf out;
	size_t n = str_utf8_next(words, &first);
	if (n == 0 || !text_is_lower(first))
		return words;
	buf_init(&out, words.n + 8);
	buf_add_utf8(&out, first == 'i' && !strcmp(locale->language, "tr") ? 0x130 : text_capital(first));
	buf_add(&out, words.p + n, words.n - n);
	return pool_take(pool, &out);
}

static struct tm parts_of(const struct locale *locale, int64_t wall_ms)
{
	time_t at = (time_t)(wall_ms / 1000);
	struct tm parts;
	at += zone_offset_s(locale->zone, at);
	gmtime_r(&at, &parts);
	return parts;
}

/* Days since 1970-01-01 where the person is. */
static int64_t locale_day_number(const struct locale *locale, int64_t wall_ms)
{
	int64_t at_s = wall_ms / 1000 + zone_offset_s(locale->zone, (time_t)(wall_ms / 1000));
	return at_s >= 0 ? at_s / 86400 : (at_s - 86399) / 86400;
}

bool locale_same_day(const struct locale *locale, int64_t a_ms, int64_t b_ms)
{
	return locale_day_number(locale, a_ms) == locale_day_number(locale, b_ms);
}

struct str locale_clock(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms);
	return pool_printf(pool, "%02d:%02d", at.tm_hour, at.tm_min);
}

struct str locale_date(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms);
	return pool_printf(pool, "%d %s %d", at.tm_mday, locale_words_of(locale)->months[at.tm_mon], at.tm_year + 1900);
}

struct str locale_short_date(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms), now = parts_of(locale, locale->now_ms);
	if (at.tm_year != now.tm_year)
		return locale_date(pool, locale, wall_ms);
	return pool_printf(pool, "%d %s", at.tm_mday, locale_words_of(locale)->months[at.tm_mon]);
}

/* "Today" and "Yesterday"; absent for other days. */
static struct str near_day(const struct locale *locale, int64_t wall_ms)
{
	int64_t ago = locale_day_number(locale, locale->now_ms) - locale_day_number(locale, wall_ms);
	if (ago == 0)
		return str_of(translation_find(locale->translation, T("Today")));
	return ago == 1 ? str_of(translation_find(locale->translation, T("Yesterday"))) : STR_NONE;
}

static struct str locale_day_text(struct pool *pool, const struct words *words, const struct tm *at, const char *year)
{
	const char *day = words->long_days[at->tm_wday], *month = words->long_months[at->tm_mon];
	if (words->day_order == DATE_DAY)
		return pool_printf(pool, "%d %s%s %s", at->tm_mday, month, year, day);
	return pool_printf(
		pool, "%s, %d %s%s%s", day, at->tm_mday, words->day_order == DAY_DE_DATE ? "de " : "", month, year);
}

struct str locale_day(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms), now = parts_of(locale, locale->now_ms);
	const struct words *words = locale_words_of(locale);
	struct str near = near_day(locale, wall_ms);
	char year[16] = "";
	if (near.p)
		return near;
	if (at.tm_year != now.tm_year)
		snprintf(year, sizeof(year), " %d", at.tm_year + 1900);
	return locale_day_text(pool, words, &at, year);
}

struct str locale_brief(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms);
	int64_t ago = locale_day_number(locale, locale->now_ms) - locale_day_number(locale, wall_ms);
	if (ago == 0)
		return locale_clock(pool, locale, wall_ms);
	if (ago == 1)
		return near_day(locale, wall_ms);
	if (ago > 1 && ago < 7)
		return str_of(locale_words_of(locale)->days[at.tm_wday]);
	return locale_short_date(pool, locale, wall_ms);
}

struct str locale_time(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	struct tm at = parts_of(locale, wall_ms), now = parts_of(locale, locale->now_ms);
	const char *month = locale_words_of(locale)->months[at.tm_mon];
	if (at.tm_year == now.tm_year && at.tm_yday == now.tm_yday)
		return pool_printf(pool, "%02d:%02d", at.tm_hour, at.tm_min);
	if (at.tm_year == now.tm_year)
		return pool_printf(pool, "%d %s, %02d:%02d", at.tm_mday, month, at.tm_hour, at.tm_min);
	return pool_printf(pool, "%d %s %d", at.tm_mday, month, at.tm_year + 1900);
}

struct str locale_ago(struct pool *pool, const struct locale *locale, int64_t wall_ms)
{
	int64_t s = (locale->now_ms - wall_ms) / 1000;
	const char *minutes = translation_find(locale->translation, T("min"));
	const char *hours = translation_find(locale->translation, T("h"));
	const char *days = translation_find(locale->translation, T("d"));
	if (s < 60)
		return str_of(translation_find(locale->translation, T("now")));
	return s < 3600    ? pool_printf(pool, "%d %s", (int)(s / 60), minutes)
	       : s < 86400 ? pool_printf(pool, "%d %s", (int)(s / 3600), hours)
			   : pool_printf(pool, "%lld %s", (long long)(s / 86400), days);
}

static void write_iso(struct json_writer *w, int64_t wall_ms)
{
	char iso[CLOCK_TEXT_SIZE];
	clock_format(wall_ms, iso);
	json_member_str(w, "iso", str_of(iso));
}

void locale_write_time(struct json_writer *w, const char *key, const struct locale *locale, int64_t wall_ms)
{
	struct pool *pool = pool_new();
	json_key(w, key);
	json_begin_object(w);
	write_iso(w, wall_ms);
	json_member_str(w, "text", locale_time(pool, locale, wall_ms));
	json_member_str(w, "ago", locale_ago(pool, locale, wall_ms));
	json_end_object(w);
	pool_free(pool);
}

void locale_write_time_as(struct json_writer *w, const char *key, int64_t wall_ms, struct str text)
{
	json_key(w, key);
	json_begin_object(w);
	write_iso(w, wall_ms);
	json_member_str(w, "text", text);
	json_end_object(w);
}
