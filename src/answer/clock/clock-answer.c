/*
 * clock-answer.c - when a business is open, in a sentence. Pure but for the time zone's file.
 *
 * Only messages about being open are answered, and the surer the less else they speak of: "is the pool open on Sunday"
 * is a question about the pool, which documents may answer. Hours that cannot be read, or were never set, answer
 * nothing.
 */
#include "answer/clock/clock-answer.h"

#include "answer/clock/moment.h"
#include "answer/evidence/content.h"
#include "answer/wording.h"
#include "core/buf.h"
#include "domain/hours/calendar.h"
#include "domain/hours/zone.h"

#include <math.h>

#define SURE 0.97
#define ORDINARY_DATE 0.78 /* a date about which only the ordinary week is known: a document may say more */
#define WITH_ONE_WORD 0.58 /* that is about something else */
#define WITH_MORE 0.3
#define WEEK_ONLY 0.5 /* no day is named: a skill for opening hours goes first */
#define MAY_COME 0.7  /* where visits are by appointment, a skill says so */
#define DAYS_AHEAD 60
#define EARLIEST_MINUTE (7 * 60)

struct clock {
	struct pool *pool;
	const struct texts *texts;
	struct working_hours week;
	struct closures closures;
	int64_t local_s;
};

static struct str clock_answer_time_text(struct pool *pool, int minute)
{
	int m = minute % WORKING_DAY_MINUTES;
	return pool_printf(pool, "%d:%02d", m / 60, m % 60);
}

static struct str hours_text(const struct clock *c, const struct day_hours *h)
{
	struct buf out;
	buf_init(&out, 4096);
	for (int i = 0; i < h->n; i++)
		buf_addf(&out, "%s%s-%s",
			!i              ? ""
			: i + 1 == h->n ? c->texts->and
					: ", ",
			clock_answer_time_text(c->pool, h->spans[i].from).p,
			clock_answer_time_text(c->pool, h->spans[i].until).p);
	return pool_take(c->pool, &out);
}

static struct str clock_answer_day_text(const struct clock *c, int64_t day)
{
	int64_t year;
	int month, d;
	calendar_date_of(day, &year, &month, &d);
	struct filling fillings[] = { { "weekday", str_of(c->texts->weekdays[calendar_weekday(day)]) },
		{ "day", pool_printf(c->pool, "%d", d) }, { "month", str_of(c->texts->months[month - 1]) } };
	return wording_fill(c->pool, str_of(c->texts->date), fillings, 3);
}

/* `minute` and `hours` may be left out by sentences that have no place for them. */
static struct str clock_answer_sentence(
	const struct clock *c, const char *text, int64_t day, int minute, const struct day_hours *h)
{
	struct filling fillings[] = { { "day", clock_answer_day_text(c, day) },
		{ "time", clock_answer_time_text(c->pool, minute < 0 ? 0 : minute) }, { "hours", hours_text(c, h) },
		{ "reason", h->reason } };
	return wording_fill(c->pool, str_of(text), fillings, 4);
}

static bool is_within(const struct day_hours *h, int minute)
{
	for (int i = 0; i < h->n; i++)
		if (minute >= h->spans[i].from && minute < h->spans[i].until)
			return true;
	return false;
}

static struct str about_day(const struct clock *c, int64_t day, int minute)
{
	const struct texts *t = c->texts;
	struct day_hours h = closures_day(&c->week, &c->closures, day);
	bool named = h.reason.n > 0;
	if (h.n == 0)
		return clock_answer_sentence(c, named ? t->closed_day_reason : t->closed_day, day, minute, &h);
	if (minute < 0)
		return clock_answer_sentence(c, named ? t->open_day_special : t->open_day, day, minute, &h);
	if (is_within(&h, minute))
		return clock_answer_sentence(c, t->open_at, day, minute, &h);
	return clock_answer_sentence(c, t->closed_at, day, minute, &h);
}

/* The first opening after a moment. */
static struct str next_opening(const struct clock *c, int64_t local_s)
{
	int64_t today = calendar_day_at(local_s);
	int now = (int)((local_s - today * CALENDAR_DAY_S) / 60);
	for (int64_t day = today; day < today + DAYS_AHEAD; day++) {
		struct day_hours h = closures_day(&c->week, &c->closures, day);
		while (day == today && h.n > 0 && h.spans[0].from <= now) {
			h.n--;
			memmove(h.spans, h.spans + 1, (size_t)h.n * sizeof(*h.spans));
		}
		if (h.n > 0)
			return clock_answer_sentence(c, c->texts->next_open, day, -1, &h);
	}
	return STR_NONE;
}

static struct str one_line(struct pool *pool, struct str a, struct str b)
{
	return b.n ? pool_printf(pool, "%.*s %.*s", (int)a.n, a.p, (int)b.n, b.p) : a;
}

static struct str about_now(const struct clock *c)
{
	int64_t today = calendar_day_at(c->local_s);
	for (int64_t day = today - 1; day <= today; day++) {
		struct day_hours h = closures_day(&c->week, &c->closures, day);
		int minute = (int)((c->local_s - day * CALENDAR_DAY_S) / 60);
		for (int i = 0; i < h.n; i++)
			if (minute >= h.spans[i].from && minute < h.spans[i].until)
				return clock_answer_sentence(c, c->texts->open_now, today, h.spans[i].until, &h);
	}
	struct day_hours h = closures_day(&c->week, &c->closures, today);
	bool named = h.n == 0 && h.reason.n > 0;
	return one_line(c->pool,
		clock_answer_sentence(c, named ? c->texts->closed_now_reason : c->texts->closed_now, today, -1, &h),
		next_opening(c, c->local_s));
}

static struct str about_closure(const struct clock *c, const struct closure *closure)
{
	int64_t first = calendar_day_at(closure->from_s), last = calendar_day_at(closure->until_s - 1);
	int minute = (int)((closure->from_s - first * CALENDAR_DAY_S) / 60);
	if (first == last)
		return about_day(c, first, -1);
	struct str from = clock_answer_day_text(c, first);
	if (minute)
		from = pool_printf(c->pool, "%.*s %s", (int)from.n, from.p, clock_answer_time_text(c->pool, minute).p);
	struct filling fillings[] = { { "reason", closure->name }, { "from", from },
		{ "to", clock_answer_day_text(c, last) } };
	return one_line(c->pool, wording_fill(c->pool, str_of(c->texts->closed_range), fillings, 3),
		next_opening(c, closure->until_s - 1));
}

/* Absent when nothing is special about the month. */
static struct str about_month(const struct clock *c, const struct moment *m)
{
	struct str text = STR_NONE;
	for (int i = 0; i < c->closures.n_closures; i++) {
		const struct closure *one = &c->closures.closures[i];
		if (calendar_day_at(one->from_s) <= m->last_day && calendar_day_at(one->until_s - 1) >= m->first_day)
			text = text.p ? one_line(c->pool, text, about_closure(c, one)) : about_closure(c, one);
	}
	return text;
}

/* The week as it is ordinarily; days with equal hours together. */
static struct str about_week(const struct clock *c)
{
	static const struct closures none;
	struct buf out;
	buf_init(&out, 4096);
	buf_add_cstr(&out, c->texts->week_hours);
	int64_t monday = 4; /* 5 January 1970 */
	for (int day = 0, end; day < 7; day = end) {
		struct day_hours h = closures_day(&c->week, &none, monday + day);
		struct str hours = hours_text(c, &h);
		for (end = day + 1; end < 7; end++) {
			struct day_hours next = closures_day(&c->week, &none, monday + end);
			if (!str_equal(hours_text(c, &next), hours))
				break;
		}
		if (h.n == 0)
			continue;
		buf_addf(&out, "\n%s", c->texts->weekdays[day]);
		if (end - day > 1)
			buf_addf(&out, " - %s", c->texts->weekdays[end - 1]);
		buf_addf(&out, ": %.*s", (int)hours.n, hours.p);
	}
	return pool_take(c->pool, &out);
}

/* The closure in which several days lie, or NULL. */
static const struct closure *closure_around(const struct clock *c, int64_t first, int64_t last)
{
	for (int i = 0; i < c->closures.n_closures; i++) {
		const struct closure *one = &c->closures.closures[i];
		if (one->from_s <= first * CALENDAR_DAY_S && one->until_s >= (last + 1) * CALENDAR_DAY_S)
			return one;
	}
	return NULL;
}

static struct str clock_answer_speak(const struct clock *c, const struct moment *m)
{
	struct str text = STR_NONE;
	if (m->kind == MOMENT_NOW)
		return about_now(c);
	if (m->kind == MOMENT_MONTH)
		return about_month(c, m);
	if (m->kind == MOMENT_NAMED && m->closure && m->first_day != m->last_day)
		return about_closure(c, m->closure);
	if (m->kind == MOMENT_NONE)
		return about_week(c);
	const struct closure *whole = m->first_day < m->last_day ? closure_around(c, m->first_day, m->last_day) : NULL;
	if (whole)
		return about_closure(c, whole);
	for (int64_t day = m->first_day; day <= m->last_day && day < m->first_day + 7; day++)
		text = text.p ? one_line(c->pool, text, about_day(c, day, m->minute)) : about_day(c, day, m->minute);
	return text;
}

/* "When do you open again?", of a day on which it is closed; absent when it is not. */
static struct str opens_again(const struct clock *c, const struct moment *m)
{
	if (m->kind == MOMENT_NOW || m->kind == MOMENT_NONE)
		return STR_NONE;
	struct day_hours h = closures_day(&c->week, &c->closures, m->last_day);
	return h.n == 0 ? next_opening(c, (m->last_day + 1) * CALENDAR_DAY_S - 1) : STR_NONE;
}

/* ---- is it asked? ---- */

/* A word by which the message matches a pattern; what stands between such words is none. */
static bool is_matched_word(const struct pattern_text *t, const char *const *patterns, struct str folded)
{
	struct pattern_word word = { .folded = folded };
	for (const char *const *p = patterns; *p; p++) {
		if (!folded.n || pattern_find(t, 0, *p, NULL) < 0)
			continue;
		for (struct str rest = str_of(*p); rest.p;) {
			struct str element = str_take_until(&rest, ' ');
			char alternatives[256];
			size_t skip = element.n && element.p[0] == '?';
			if (element.n <= skip || element.n >= sizeof(alternatives) || strchr("_^$", element.p[skip]))
				continue;
			memcpy(alternatives, element.p + skip, element.n - skip);
			alternatives[element.n - skip] = '\0';
			if (pattern_is(&word, alternatives))
				return true;
		}
	}
	return false;
}

/* A word by which the message asks for being open, or whether its writer may come. */
static bool is_opening_word(const struct pattern_text *t, const struct language *l, struct str folded)
{
	return is_matched_word(t, l->clock.open, folded) || is_matched_word(t, l->clock.come, folded);
}

/* What is said when about being open, by whatever word. */
static bool is_about_time(enum concept c)
{
	return language_is_about_hours(c) || c == CONCEPT_WHEN || c == CONCEPT_HOLIDAY || c == CONCEPT_DAY
	       || c == CONCEPT_MORNING || c == CONCEPT_EVENING || c == CONCEPT_LATE || c == CONCEPT_HOUR
	       || c == CONCEPT_WEEKEND || c == CONCEPT_EARLY || language_weekday_of(c) || language_month_of(c);
}

/* Words about something else than being open. */
static int other_words(
	struct pool *pool, const struct pattern_text *t, const struct content_languages *l, const bool *taken)
{
	int n = 0;
	struct content content = { .n = 0 };
	content_add(&content, pool, t->text, l, 1, false);
	for (int i = 0; i < content.n; i++) {
		const struct content_word *w = &content.words[i];
		bool named = w->folded.n && w->folded.p[0] >= '0' && w->folded.p[0] <= '9'; /* of a date or a time */
		for (int k = 0; k < t->n; k++)
			named |= taken[k] && str_equal(t->words[k].folded, w->folded);
		n += !named && !w->asks && !is_about_time(w->concept) && !is_opening_word(t, l->message, w->folded);
	}
	return n;
}

/* "At 3" is in the afternoon when the business is closed at night, and open then. */
static void clock_answer_choose_half(const struct clock *c, struct moment *m)
{
	if (m->kind != MOMENT_DAYS || m->half_known || m->minute < 0 || m->minute >= EARLIEST_MINUTE)
		return;
	struct day_hours h = closures_day(&c->week, &c->closures, m->first_day);
	if (!is_within(&h, m->minute) && is_within(&h, m->minute + WORKING_DAY_MINUTES / 2))
		m->minute += WORKING_DAY_MINUTES / 2;
}

static bool asks_when(struct pool *pool, struct str text, const struct content_languages *l)
{
	struct content content = { .n = 0 };
	content_add(&content, pool, text, l, 1, false);
	return content_asks(&content, CONCEPT_WHEN);
}

static bool clock_set(struct clock *c, const struct question *q)
{
	const struct settings *s = &q->settings;
	if (!working_hours_parse(s->working_hours, &c->week) || c->week.n == 0)
		return false;
	if (!closures_parse(s->closures, s->openings, &c->closures))
		c->closures.n_closures = c->closures.n_openings = 0;
	const struct zone *zone = zone_load(c->pool, s->time_zone);
	c->local_s = q->now_s + zone_offset_s(zone, (time_t)q->now_s);
	return true;
}

/* "And on the 24th?" is of the month of the day that was asked for before. False: no day is named. */
static bool clock_answer_take_day(const struct clock *c, const struct pattern_text *t, bool *taken, struct moment *m)
{
	int64_t today = calendar_day_at(c->local_s);
	bool dated = m->kind == MOMENT_DAYS || m->kind == MOMENT_NAMED;
	int64_t day = moment_find_day_of_month(t, dated ? m->first_day : today, today, taken);
	if (day)
		*m = (struct moment){
			.kind = MOMENT_DAYS, .first_day = day, .last_day = day, .minute = -1, .dated = true
		};
	return day > 0;
}

/* A message about being open, and what was asked before it. */
struct opening_question {
	struct pool *pool;
	const struct clock *clock;
	const struct language *language;
	struct content_languages spoken;
	struct pattern_text text, topic;
	bool *taken, *topic_taken; /* the words that name the moment */
	struct moment moment;
	bool asks;         /* by its own words */
	bool asked_before; /* the topic did */
	bool comes;        /* it asks whether its writer may come */
	bool day_alone;    /* it is about what was asked before, on another day perhaps */
	int others;        /* words about something else */
};

static bool clock_answer_asks_when(const struct opening_question *o)
{
	return asks_when(o->pool, o->text.text, &o->spoken);
}

static struct moment clock_answer_moment(const struct opening_question *o, const struct pattern_text *text, bool *taken)
{
	return moment_find(text, o->language, &o->clock->closures, o->clock->local_s, taken);
}

/* Which moment it means. False: it is about something else. */
static bool clock_answer_find_moment(struct opening_question *o)
{
	struct moment *m = &o->moment;
	bool day_found = false;
	*m = clock_answer_moment(o, &o->text, o->taken);
	o->day_alone = o->asked_before && (m->kind == MOMENT_NONE || (m->number_alone && m->minute < 0));
	if (o->day_alone) {
		memset(o->taken, 0, (size_t)o->text.n * sizeof(*o->taken));
		*m = clock_answer_moment(o, &o->topic, o->topic_taken);
		day_found = clock_answer_take_day(o->clock, &o->text, o->taken, m);
	}
	o->others = other_words(o->pool, &o->text, &o->spoken, o->taken);
	/* "Can I pay by card?" is no question about the day that was asked for before. */
	return !o->day_alone || o->asks || day_found || o->others == 0 || clock_answer_asks_when(o);
}

/* Whether it asks for being open at all, by itself, by what it leans on, or by coming. */
static bool clock_answer_is_asked(struct opening_question *o)
{
	const struct moment *m = &o->moment;
	if (o->asks || o->asked_before)
		return true;
	/* "On the 6th, until when?" asks for the opening hours though it does not say so. */
	o->asks = o->topic.text.n == 0 && o->others == 0 && m->kind == MOMENT_DAYS && clock_answer_asks_when(o);
	o->comes = !o->asks && m->kind == MOMENT_DAYS && m->minute >= 0 && moment_asks_to_come(&o->text, o->language);
	o->asks |= o->comes;
	return o->asks;
}

/* What the topic adds: the day of a time that is named alone, and what it speaks of besides. False: no moment is left
 * that could be answered. */
static bool clock_answer_lean(struct opening_question *o)
{
	struct moment *m = &o->moment;
	if (o->day_alone)
		o->others += other_words(o->pool, &o->topic, &o->spoken, o->topic_taken) > 1;
	else if (o->asked_before && m->minute >= 0 && m->first_day == calendar_day_at(o->clock->local_s)) {
		struct moment earlier = clock_answer_moment(o, &o->topic, o->topic_taken);
		if (earlier.kind == MOMENT_DAYS) {
			m->first_day = earlier.first_day;
			m->last_day = earlier.last_day;
		}
	}
	if (!o->asks && m->kind == MOMENT_NONE)
		return false;
	/* "Is it open on Monday?" is about what was asked before. */
	if (!o->day_alone)
		o->others += other_words(o->pool, &o->topic, &o->spoken, o->topic_taken);
	return true;
}

static bool clock_answer_is_ordinary(const struct opening_question *o)
{
	return !closures_day(&o->clock->week, &o->clock->closures, o->moment.first_day).special;
}

static double clock_answer_sureness(const struct opening_question *o)
{
	const struct moment *m = &o->moment;
	double score = o->others == 0 ? SURE : o->others == 1 ? WITH_ONE_WORD : WITH_MORE;
	if (o->comes)
		score = fmin(score, MAY_COME);
	if (m->kind == MOMENT_NONE)
		score = o->others == 0 ? WEEK_ONLY : 0;
	return m->dated && score > ORDINARY_DATE && clock_answer_is_ordinary(o) ? ORDINARY_DATE : score;
}

struct clock_answer clock_answer(
	struct pool *pool, const struct question *q, const struct language *language, struct str text, struct str topic)
{
	struct clock *c = pool_new_of(pool, struct clock);
	const struct clock_answer none = { .score = 0 };
	c->pool = pool;
	c->texts = &language->texts;
	struct opening_question o = { .pool = pool,
		.clock = c,
		.language = language,
		.spoken = { language, language_or_english(q->language) },
		.text = pattern_read(pool, text),
		.topic = pattern_read(pool, topic) };
	const struct moment *m = &o.moment;
	o.taken = pool_new_array(pool, (size_t)o.text.n + 1, bool);
	o.topic_taken = pool_new_array(pool, (size_t)o.topic.n + 1, bool);
	o.asks = moment_asks_for_opening(&o.text, language) > 0;
	o.asked_before = topic.n && moment_asks_for_opening(&o.topic, language) > 0;
	if (!clock_set(c, q) || !clock_answer_find_moment(&o) || !clock_answer_is_asked(&o))
		return none;
	clock_answer_choose_half(c, &o.moment);
	if (!clock_answer_lean(&o))
		return none;
	struct str again = o.day_alone && clock_answer_asks_when(&o) ? opens_again(c, m) : STR_NONE;
	struct clock_answer a = { .reply = again.n ? again : clock_answer_speak(c, m),
		.score = clock_answer_sureness(&o),
		.dated = m->dated,
		.week = m->kind == MOMENT_NONE };
	if (m->kind == MOMENT_DAYS && m->first_day == m->last_day && clock_answer_is_ordinary(&o))
		a.ordinary_day = m->first_day;
	return a.reply.p && a.score > 0 ? a : none;
}
