/*
 * unit.c - passages as the smallest pieces that answer by themselves. Pure.
 *
 * Reads the light text of documents (documents/document.h): rows "a | b", items "- a", paragraphs of lines. A short
 * line above items or rows is their heading. The first row of a table that has no figures names its columns.
 */
#include "answer/evidence/unit.h"

#include "answer/retrieval/sentences.h"
#include "answer/terms/stems.h"
#include "core/buf.h"
#include "domain/leads/pattern.h"

#define UNITS_MAX 400
#define SECTION_WORDS 45 /* a section up to this length is a piece as a whole */
#define ANSWER_WORDS 70
#define HEADING_WORDS 8
#define LINE_WORDS 30 /* a line of several sentences up to this length is a piece as a whole, too */
#define NAME_WORDS 4  /* before a colon, which name what the line is about */
#define DATE_WORDS 4  /* before a month, in which its days stand */

/* ---- words ---- */

static bool is_hyphenated(const struct pattern_text *t, int at)
{
	const char *before = t->words[at].raw.p - 1;
	return t->words[at].before == GAP_JOINT && before == t->words[at - 1].raw.p + t->words[at - 1].raw.n
	       && *before == '-';
}

struct unit_words unit_words_of(struct pool *pool, struct str text, struct str language)
{
	struct pattern_text t = pattern_read(pool, text);
	struct stemmer *stemmer = stems_for(pool, language);
	const struct language *l = language_find(language);
	struct unit_words words = { pool_new_array(pool, 2 * (size_t)t.n + 1, struct unit_word), 0 };
	for (int i = 0; i < t.n; i++) {
		struct str folded = t.words[i].folded;
		words.all[words.n++] = (struct unit_word){ .folded = folded,
			.stem = pool_str(pool, stems_of_word(stemmer, folded)),
			.concept = l ? language_concept(l, folded) : CONCEPT_NONE,
			.function_word = l && language_is_function_word(l, folded),
			.joins = l && str_equal(folded, str_trim(str_of(l->texts.and))) };
		if (i == 0 || !is_hyphenated(&t, i))
			continue;
		/* "e-bike" is written "ebike" as well. */
		struct str whole = pool_printf(pool, "%.*s%.*s", (int)t.words[i - 1].folded.n, t.words[i - 1].folded.p,
			(int)folded.n, folded.p);
		words.all[words.n - 1].part = words.all[words.n - 2].part = true;
		words.all[words.n++] =
			(struct unit_word){ .folded = whole, .stem = pool_str(pool, stems_of_word(stemmer, whole)) };
	}
	return words;
}

/* ---- what kind of answer it holds ---- */

static bool is_currency(struct str word)
{
	static const char *const words[] = { "eur", "euro", "euros", "tl", "lira", "try", "usd", "dollar", "dollars",
		"gbp", "pound", "pounds", "chf", "franken", "rub", "руб", "рублеи", "rp", "idr", "brl", "reais", "درهم",
		"ريال", "جنيه", "p", "cent" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(word, str_of(words[i])))
			return true;
	return false;
}

static bool unit_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One of the signs of currencies: $, £, ¥, and those from U+20A0 on, as € and ₺. */
static bool has_sign(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		if (c == '$' || (c == 0xe2 && i + 1 < text.n && (unsigned char)text.p[i + 1] == 0x82)
			|| (c == 0xc2 && i + 1 < text.n
				&& ((unsigned char)text.p[i + 1] == 0xa3 || (unsigned char)text.p[i + 1] == 0xa5)))
			return true;
	}
	return false;
}

bool unit_has_money(struct pool *pool, struct str text)
{
	struct pattern_text t = pattern_read(pool, text);
	bool digit = false, currency = has_sign(text);
	for (int i = 0; i < t.n; i++) {
		digit |= unit_is_digit(t.words[i].folded.p[0]);
		currency |= is_currency(t.words[i].folded)
			    && ((i > 0 && unit_is_digit(t.words[i - 1].folded.p[0]))
				    || (i + 1 < t.n && unit_is_digit(t.words[i + 1].folded.p[0])));
	}
	return digit && currency;
}

bool unit_has_duration(const struct unit_words *w)
{
	for (int i = 0; i < w->n; i++) {
		enum concept c = w->all[i].concept;
		if (c == CONCEPT_MINUTE || c == CONCEPT_HOUR || c == CONCEPT_DAY || c == CONCEPT_WEEK
			|| c == CONCEPT_MONTH || c == CONCEPT_YEAR || c == CONCEPT_HOURS)
			return true;
	}
	return false;
}

/* "10h", "10h30" */
static bool unit_is_hour(struct str word)
{
	size_t n = 0;
	while (n < word.n && n < 2 && unit_is_digit(word.p[n]))
		n++;
	bool minutes = word.n == n + 3 && unit_is_digit(word.p[n + 1]) && unit_is_digit(word.p[n + 2]);
	return n && n < word.n && word.p[n] == 'h' && (word.n == n + 1 || minutes);
}

bool unit_has_time(struct pool *pool, struct str text, struct str language)
{
	struct pattern_text t = pattern_read(pool, text);
	const struct language *l = language_find(language);
	for (int i = 0; i < t.n; i++) {
		const char *behind = t.words[i].raw.p + t.words[i].raw.n;
		bool number = unit_is_digit(t.words[i].folded.p[0]);
		if (number && unit_is_hour(t.words[i].folded))
			return true;
		if (number && behind + 2 < text.p + text.n && (*behind == ':' || *behind == '.')
			&& unit_is_digit(behind[1]) && unit_is_digit(behind[2]))
			return true;
		if (number && i + 1 < t.n && l && pattern_is(&t.words[i + 1], "am|pm|uhr|h"))
			return true;
		for (int d = 0; l && d < 12; d++)
			if ((d < 7 && pattern_is(&t.words[i], l->clock.weekdays[d]))
				|| pattern_is(&t.words[i], l->clock.months[d]))
				return true;
	}
	return false;
}

/* ---- units ---- */

struct reader {
	struct units *units;
	struct pool *pool;
	const struct passage_hit *hit;
	int place;
	struct str context; /* title and headings */
	struct str above;   /* the last short line above items or rows */
	struct str columns[CELLS_MAX];
	int n_columns, table;
	/* Made once, as long as the texts are the same. */
	struct str label, context_of;
	struct unit_words label_words, context_words;
};

static void unit_finish(struct reader *r, struct unit *u)
{
	struct pool *pool = r->pool;
	struct str language = r->hit->language;
	u->hit = r->place;
	u->context = r->above.n ? pool_printf(
			     pool, "%.*s\n%.*s", (int)r->context.n, r->context.p, (int)r->above.n, r->above.p)
				: r->context;
	if (!r->label.p || !str_equal(r->label, u->label)) {
		r->label = u->label.p ? u->label : STR("");
		r->label_words = unit_words_of(pool, u->label, language);
	}
	if (!r->context_of.p || !str_equal(r->context_of, u->context)) {
		r->context_of = u->context;
		r->context_words = unit_words_of(pool, u->context, language);
	}
	u->label_words = r->label_words;
	u->context_words = r->context_words;
	u->text_words = unit_words_of(pool, u->text, language);
	for (int i = 0; i < u->n_cells; i++)
		u->column_words[i] = unit_words_of(pool, u->columns[i], language);
	for (int i = 0; i < u->text_words.n; i++) {
		enum concept concept = u->text_words.all[i].concept;
		u->has_number |= unit_is_digit(u->text_words.all[i].folded.p[0]);
		u->has_time |= language_weekday_of(concept) > 0 || language_month_of(concept) > 0;
	}
	u->has_money = u->has_number && unit_has_money(pool, u->text);
	u->has_time = u->has_time || (u->has_number && unit_has_time(pool, u->text, language));
	u->has_duration = unit_has_duration(&u->text_words);
}

static struct unit *new_unit(struct units *units, struct pool *pool)
{
	if (units->n == UNITS_MAX)
		return NULL;
	if (units->n == units->room) {
		int room = units->room ? 2 * units->room : 32;
		struct unit *more = pool_new_array(pool, (size_t)room, struct unit);
		if (units->n)
			memcpy(more, units->all, (size_t)units->n * sizeof(*more));
		units->all = more;
		units->room = room;
	}
	return &units->all[units->n++];
}

static void unit_add_text(struct reader *r, enum unit_kind kind, struct str label, struct str text)
{
	text = str_trim(text);
	struct unit *u = text.n ? new_unit(r->units, r->pool) : NULL;
	if (!u)
		return;
	u->kind = kind;
	u->label = label;
	u->text = text;
	unit_finish(r, u);
}

/* ---- tables ---- */

static bool unit_is_row(struct str line)
{
	return str_find_char(line, '|') >= 0;
}

static int split_cells(struct str line, struct str cells[CELLS_MAX])
{
	int n = 0;
	while (line.p && n < CELLS_MAX)
		cells[n++] = str_trim(str_take_until(&line, '|'));
	return n;
}

static bool has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (unit_is_digit(s.p[i]))
			return true;
	return false;
}

/* A row of figures: one of its cells but the first begins with a digit or a sign of a currency. */
static bool has_figures(const struct str cells[CELLS_MAX], int n)
{
	for (int i = 1; i < n; i++)
		if (has_digit((struct str){ cells[i].p, cells[i].n < 4 ? cells[i].n : 4 }))
			return true;
	return false;
}

/* Passages overlap: a row may have come with the passage before, perhaps without the head of its table. */
static struct unit *unit_same_row(const struct units *units, struct str line)
{
	for (int i = 0; i < units->n; i++)
		if (units->all[i].kind == UNIT_ROW && str_equal(units->all[i].text, line))
			return &units->all[i];
	return NULL;
}

/* `first`: of its table; `next` is the line below. */
static void unit_add_row(struct reader *r, struct str line, bool first, struct str next)
{
	struct str cells[CELLS_MAX], below[CELLS_MAX];
	int n = split_cells(line, cells);
	if (first)
		r->table = ++r->units->tables;
	if (first && unit_is_row(next)) {
		int n_below = split_cells(next, below);
		r->n_columns = 0;
		bool head = unit_has_money(r->pool, next) ? !unit_has_money(r->pool, line) : !has_figures(cells, n);
		if (head && has_figures(below, n_below)) {
			memcpy(r->columns, cells, sizeof(cells));
			r->n_columns = n;
			return;
		}
	}
	struct unit *u = unit_same_row(r->units, line);
	if (u && (u->columns[1].n || !r->n_columns))
		return;
	if (!u)
		u = new_unit(r->units, r->pool);
	if (!u)
		return;
	*u = (struct unit){ .kind = UNIT_ROW, .label = cells[0], .text = line, .n_cells = n, .table = r->table };
	memcpy(u->cells, cells, sizeof(cells));
	for (int i = 0; i < n && i < r->n_columns; i++)
		u->columns[i] = r->columns[i];
	unit_finish(r, u);
}

/* ---- running text ---- */

static struct str peek_line(struct str rest)
{
	struct str line = STR_NONE;
	while (rest.p && !line.n)
		line = str_trim(str_take_until(&rest, '\n'));
	return line;
}

static bool unit_is_item(struct str line)
{
	return str_has_prefix(line, STR("- "));
}

/* A line that stands above items or rows and names them. */
static bool is_heading(struct str line, struct str next)
{
	return !unit_is_item(line) && !unit_is_row(line) && (unit_is_item(next) || unit_is_row(next))
	       && (sentence_words(line) <= HEADING_WORDS || line.p[line.n - 1] == ':');
}

static struct str unit_last_heading(struct str path)
{
	for (size_t i = path.n; i > 2; i--)
		if (path.p[i - 2] == '>' && path.p[i - 1] == ' ')
			return (struct str){ path.p + i, path.n - i };
	return path;
}

/* "Luggage: we keep it for you.": what the line is about; absent when nothing says so. */
static struct str name_of_line(struct str line)
{
	int64_t colon = str_find_char(line, ':');
	if (colon <= 0 || (size_t)colon + 1 >= line.n || line.p[colon + 1] != ' ')
		return STR_NONE;
	struct str name = str_trim((struct str){ line.p, (size_t)colon });
	return sentence_words(name) <= NAME_WORDS && !unit_is_digit(name.p[name.n - 1]) ? name : STR_NONE;
}

/* Sentences of a line, each a piece; a short one with the one behind it. Of several the line is a piece as well,
 * because what it is about may stand in the first of them only. */
static void add_sentences(struct reader *r, struct str label, struct str line)
{
	struct str rest = line, name = name_of_line(line), first = sentence_next(&rest);
	bool several = str_trim(rest).n > 0;
	if (several && sentence_words(line) <= LINE_WORDS && !sentence_is_question(first))
		unit_add_text(r, UNIT_SECTION, name.n ? name : label, line);
	rest = line;
	for (struct str s = sentence_next(&rest); s.n; s = sentence_next(&rest)) {
		if (sentence_is_question(s))
			continue;
		unit_add_text(r, UNIT_SENTENCE, name.n ? name : label, s);
	}
}

/* The text of a passage without its question. */
static struct str without_question(const struct passage_hit *hit, struct str *question)
{
	struct str rest = hit->text, head = unit_last_heading(hit->heading);
	struct str copy = rest, first = sentence_next(&copy);
	*question = STR_NONE;
	if (sentence_is_question(first) || (head.n && str_equal(first, head))) {
		*question = first;
		return str_trim(copy);
	}
	if (head.n && sentence_is_question(head))
		*question = head;
	return rest;
}

static struct str plain_lines(struct pool *pool, struct str text)
{
	struct buf out;
	buf_init(&out, text.n + 16);
	while (text.p) {
		struct str line = str_trim(str_take_until(&text, '\n'));
		if (unit_is_item(line))
			line = (struct str){ line.p + 2, line.n - 2 };
		if (line.n && out.len)
			buf_add_char(&out, '\n');
		buf_add_str(&out, line);
	}
	return pool_take(pool, &out);
}

static void add_lines(struct reader *r, struct str label, struct str text)
{
	struct str rest = text;
	bool in_table = false;
	while (rest.p) {
		struct str line = str_trim(str_take_until(&rest, '\n')), next = peek_line(rest);
		if (!line.n)
			continue;
		if (unit_is_row(line))
			unit_add_row(r, line, !in_table, next);
		else if (is_heading(line, next))
			r->above = line;
		else if (unit_is_item(line))
			unit_add_text(r, UNIT_SENTENCE, label, (struct str){ line.p + 2, line.n - 2 });
		else
			add_sentences(r, label, line);
		in_table = unit_is_row(line);
		if (!unit_is_item(line) && !unit_is_row(line) && !is_heading(line, next))
			r->above = STR_NONE;
	}
}

static bool has_row(struct str text)
{
	return unit_is_row(text);
}

static int unit_day_number(const struct unit_word *w)
{
	int value = 0;
	size_t n = 0;
	while (n < w->folded.n && n < 3 && unit_is_digit(w->folded.p[n]))
		value = 10 * value + (w->folded.p[n++] - '0');
	return n >= 1 && n <= 2 && value >= 1 && value <= 31 ? value : 0;
}

/* Whether the days that stand before a month name one: "24 to 26 December", "24 and 31 December". */
static bool days_before_name(const struct unit_words *w, int month_at, int day)
{
	int numbers[DATE_WORDS] = { 0 }, n = 0;
	bool joined = false, named = false;
	for (int k = month_at - 1; k >= 0 && k >= month_at - DATE_WORDS; k--) {
		if (language_month_of(w->all[k].concept))
			break;
		int number = unit_day_number(&w->all[k]);
		if (number)
			numbers[n++] = number;
		joined |= n > 0 && n < 2 && w->all[k].joins;
	}
	for (int i = 0; i < n && (i == 0 || joined); i++)
		named |= numbers[i] == day;
	return named || (n > 1 && !joined && numbers[1] < numbers[0] && day >= numbers[1] && day <= numbers[0]);
}

bool unit_words_name_day(const struct unit_words *w, int month, int day)
{
	for (int i = 0; i < w->n; i++) {
		if (language_month_of(w->all[i].concept) != month)
			continue;
		bool first = i + 1 < w->n && unit_day_number(&w->all[i + 1]) == day
			     && !(i > 0 && unit_day_number(&w->all[i - 1]));
		if (first || days_before_name(w, i, day))
			return true;
	}
	return false;
}

struct str unit_heading(const struct unit *u, const struct passage_hit *hit)
{
	if (u->kind == UNIT_ANSWER)
		return u->label;
	return hit->heading.n ? unit_last_heading(hit->heading) : hit->title;
}

void units_add(struct units *units, struct pool *pool, const struct passage_hit *hit, int place)
{
	struct reader r = { .units = units, .pool = pool, .hit = hit, .place = place };
	struct str question, text = without_question(hit, &question), head = unit_last_heading(hit->heading);
	r.context = pool_printf(pool, "%.*s\n%.*s", (int)hit->title.n, hit->title.p, (int)hit->heading.n,
		hit->heading.p ? hit->heading.p : "");
	struct str label = question.n ? question : head;
	int words = sentence_words(text);
	if (question.n && words <= ANSWER_WORDS && !has_row(text)) {
		unit_add_text(&r, UNIT_ANSWER, label, plain_lines(pool, text));
		return;
	}
	if (head.n && words <= SECTION_WORDS && !has_row(text))
		unit_add_text(&r, UNIT_SECTION, label, plain_lines(pool, text));
	add_lines(&r, label, text);
}
