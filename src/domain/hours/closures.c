/*
 * closures.c - when a business is open on a given day. Pure: knows no clock and no time zone.
 *
 * A closure beats everything, an opening beats the ordinary week. A span that ends after midnight belongs to the day on
 * which it begins.
 */
#include "domain/hours/closures.h"

#include "domain/hours/calendar.h"

/* ---- reading ---- */

static struct str next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	size_t n = 0;
	while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	struct str word = { rest->p, n };
	*rest = (struct str){ rest->p + n, rest->n - n };
	return word;
}

/* A day or a moment. */
static bool parse_point(struct str text, int64_t *local_s, bool *is_day)
{
	int64_t day;
	*is_day = calendar_parse_day(text, &day);
	if (*is_day)
		*local_s = day * CALENDAR_DAY_S;
	return *is_day || calendar_parse_local(text, local_s);
}

struct range {
	int64_t from_s, to_s;
	bool from_is_day, to_is_day;
};

/* "2026-12-24" or "2026-12-24..2026-12-26". */
static bool parse_range(struct str word, struct range *r)
{
	size_t n = 0;
	while (n + 1 < word.n && !(word.p[n] == '.' && word.p[n + 1] == '.'))
		n++;
	bool two = n + 1 < word.n;
	struct str first = { word.p, two ? n : word.n };
	if (!parse_point(first, &r->from_s, &r->from_is_day))
		return false;
	r->to_s = r->from_s;
	r->to_is_day = r->from_is_day;
	if (two && !parse_point((struct str){ word.p + n + 2, word.n - n - 2 }, &r->to_s, &r->to_is_day))
		return false;
	return r->to_s >= r->from_s;
}

static bool add_closure(struct str part, struct closures *out)
{
	struct range r;
	if (out->n_closures == CLOSURES_MAX || !parse_range(next_word(&part), &r))
		return false;
	int64_t until_s = r.to_is_day ? r.to_s + CALENDAR_DAY_S : r.to_s;
	if (until_s <= r.from_s)
		return false;
	out->closures[out->n_closures++] =
		(struct closure){ .from_s = r.from_s, .until_s = until_s, .name = str_trim(part) };
	return true;
}

/* "10:00-15:00"; false for anything else, such as the begin of a name. */
static bool parse_span(struct str word, struct working_span *out)
{
	struct working_hours hours;
	char text[32] = "mon ";
	if (word.n == 0 || word.n > 20 || word.p[0] < '0' || word.p[0] > '9')
		return false;
	memcpy(text + 4, word.p, word.n);
	if (!working_hours_parse(str_of(text), &hours) || hours.n != 1)
		return false;
	*out = hours.spans[0];
	return true;
}

static bool add_one_opening(struct closures *out, const struct range *r, int from, int until, struct str name)
{
	if (out->n_openings == CLOSURES_MAX || until <= from)
		return false;
	out->openings[out->n_openings++] = (struct opening){ .first_day = calendar_day_at(r->from_s),
		.last_day = calendar_day_at(r->to_s),
		.from = from,
		.until = until,
		.name = name };
	return true;
}

static int minutes_of(int64_t local_s)
{
	return (int)((local_s - calendar_day_at(local_s) * CALENDAR_DAY_S) / 60);
}

static bool add_opening(struct str part, struct closures *out)
{
	struct range r;
	if (!parse_range(next_word(&part), &r))
		return false;
	struct working_span spans[DAY_SPANS_MAX];
	int n = 0;
	for (struct str rest = part; n < DAY_SPANS_MAX && parse_span(next_word(&rest), &spans[n]); n++)
		part = rest;
	if (n == 0)
		return !r.from_is_day && !r.to_is_day
		       && add_one_opening(out, &r, minutes_of(r.from_s), minutes_of(r.to_s), str_trim(part));
	for (int i = 0; i < n; i++)
		if (!add_one_opening(out, &r, spans[i].from, spans[i].until, str_trim(part)))
			return false;
	return true;
}

static bool parse_list(struct str text, struct closures *out, bool (*add)(struct str part, struct closures *out))
{
	while (text.n > 0) {
		size_t n = 0;
		while (n < text.n && (text.p[n] == '\0' || !strchr(",;\n", text.p[n])))
			n++;
		struct str part = str_trim((struct str){ text.p, n });
		if (part.n && !add(part, out))
			return false;
		n += n < text.n;
		text = (struct str){ text.p + n, text.n - n };
	}
	return true;
}

bool closures_parse(struct str closures, struct str openings, struct closures *out)
{
	out->n_closures = out->n_openings = 0;
	return parse_list(closures, out, add_closure) && parse_list(openings, out, add_opening);
}

/* ---- asking ---- */

static void add_span(struct day_hours *h, int from, int until)
{
	int at = h->n;
	if (h->n == DAY_SPANS_MAX || from >= until)
		return;
	for (; at > 0 && h->spans[at - 1].from > from; at--)
		h->spans[at] = h->spans[at - 1];
	h->spans[at] = (struct working_span){ 0, from, until };
	h->n++;
}

/* Takes what is closed out of each span. */
static void cut_out(struct day_hours *h, int from, int until, struct str name)
{
	struct day_hours before = *h;
	h->n = 0;
	bool cuts = false;
	for (int i = 0; i < before.n; i++) {
		const struct working_span *s = &before.spans[i];
		bool inside = from < s->until && until > s->from;
		cuts |= inside;
		add_span(h, s->from, inside ? from : s->until);
		if (inside)
			add_span(h, until, s->until);
	}
	if (cuts || before.n == 0) {
		h->special = true;
		h->reason = name;
	}
}

static int clamp_minutes(int64_t seconds)
{
	int64_t most = 2 * (int64_t)CALENDAR_DAY_S;
	seconds = seconds < 0 ? 0 : seconds > most ? most : seconds;
	return (int)(seconds / 60);
}

struct day_hours closures_day(const struct working_hours *week, const struct closures *c, int64_t day)
{
	struct day_hours h = { .n = 0 };
	for (int i = 0; i < c->n_openings; i++) {
		const struct opening *o = &c->openings[i];
		if (day < o->first_day || day > o->last_day)
			continue;
		add_span(&h, o->from, o->until);
		h.special = true;
		h.reason = o->name;
	}
	for (int i = 0; !h.special && i < week->n; i++)
		if (week->spans[i].day == calendar_weekday(day))
			add_span(&h, week->spans[i].from, week->spans[i].until);
	for (int i = 0; i < c->n_closures; i++) {
		int64_t begin = day * CALENDAR_DAY_S;
		if (c->closures[i].until_s > begin && c->closures[i].from_s < begin + CALENDAR_DAY_S)
			cut_out(&h, clamp_minutes(c->closures[i].from_s - begin),
				clamp_minutes(c->closures[i].until_s - begin), c->closures[i].name);
	}
	return h;
}

bool closures_open_at(const struct working_hours *week, const struct closures *c, int64_t local_s)
{
	int64_t today = calendar_day_at(local_s);
	for (int64_t day = today - 1; day <= today; day++) {
		struct day_hours h = closures_day(week, c, day);
		int64_t minute = (local_s - day * CALENDAR_DAY_S) / 60;
		for (int i = 0; i < h.n; i++)
			if (minute >= h.spans[i].from && minute < h.spans[i].until)
				return true;
	}
	return false;
}
