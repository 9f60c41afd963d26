/*
 * understand.c - what a customer does with a message. Pure.
 *
 * Greetings, thanks and goodbyes are taken off; what is left is the question, and only when nothing is left is the
 * message nothing else. Calling a person goes before any question, because it locks the conversation: precision goes
 * before recall there, the word lists are narrow. The words are those of the message's language, of the
 * organisation's and of English (language.h).
 */
#include "answer/understanding/understand.h"

#include "answer/understanding/language-guess.h"
#include "core/buf.h"
#include "domain/leads/pattern.h"
#include "domain/handoff-request.h"

#define TRIED_MAX 3
#define WORDS_OF_DETAIL 5
#define PHONE_DIGITS 6
#define EMPTY_WORDS 2
#define NAMES 1 /* words next to thanks that need not be a question */

/* One message while it is looked at. */
struct view {
	struct pool *pool;
	const struct pattern_text *t;
	const struct language *tried[TRIED_MAX]; /* whose words are looked for */
	int n_tried;
	bool *taken; /* by a greeting or thanks */
	bool greets, acknowledges;
};

const char *act_name(enum act act)
{
	static const char *const names[] = { [ACT_QUESTION] = "question",
		[ACT_GREETING] = "greet",
		[ACT_ACKNOWLEDGEMENT] = "acknowledge",
		[ACT_IDENTITY] = "identity",
		[ACT_COMPLAINT] = "complaint",
		[ACT_PERSON] = "person",
		[ACT_DETAIL] = "detail",
		[ACT_UNCLEAR] = "unclear" };
	return names[act];
}

/* ---- characters ---- */

struct characters {
	int letters, digits, questions, pictures, angry;
};

static bool is_picture(uint32_t c)
{
	return (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x1f000 && c <= 0x1f2ff)
	       || c == 0x2764 || c == 0x2b50;
}

/* Pouting, steaming, swearing, a thumb down. */
static bool is_angry(uint32_t c)
{
	return c == 0x1f44e || c == 0x1f620 || c == 0x1f621 || c == 0x1f624 || c == 0x1f92c || c == 0x1f595;
}

static struct characters count_characters(struct str text)
{
	struct characters n = { 0 };
	while (text.n) {
		uint32_t c = 0;
		size_t bytes = str_utf8_next(text, &c);
		bytes = bytes ? bytes : 1;
		if (c >= '0' && c <= '9')
			n.digits++;
		else if (is_picture(c))
			*(is_angry(c) ? &n.angry : &n.pictures) += 1;
		else if (c == '?' || c == 0x61f)
			n.questions++;
		else if ((c | 0x20) >= 'a' && ((c | 0x20) <= 'z' || c >= 0xc0) && c < 0x2000)
			n.letters++;
		text = (struct str){ text.p + bytes, text.n - bytes };
	}
	return n;
}

/* ---- greetings and thanks ---- */

/* The words that the longest of the patterns takes at a place. */
static int understand_longest(const struct pattern_text *t, int at, const char *const *patterns)
{
	int most = 0;
	for (; *patterns; patterns++) {
		int n = pattern_match(t, at, *patterns);
		most = n > most ? n : most;
	}
	return most;
}

static bool understand_found(const struct pattern_text *t, const char *const *patterns)
{
	for (; *patterns; patterns++)
		if (pattern_find(t, 0, *patterns, NULL) >= 0)
			return true;
	return false;
}

static bool ends_at(const struct view *v, int at)
{
	return at >= v->t->n || v->t->words[at].before >= GAP_COMMA;
}

struct social {
	int words;
	bool greets; /* else it thanks, agrees or says goodbye */
};

static struct social social_at(const struct view *v, int at)
{
	struct social best = { 0, false };
	for (int i = 0; i < v->n_tried; i++) {
		const struct act_patterns *a = &v->tried[i]->acts;
		int n = understand_longest(v->t, at, a->thanks), m = understand_longest(v->t, at, a->farewell),
		    k = understand_longest(v->t, at, a->agreement), g = understand_longest(v->t, at, a->greeting);
		n = m > n ? m : n;
		n = k > n ? k : n;
		if (n > best.words)
			best = (struct social){ n, false };
		if (g > best.words)
			best = (struct social){ g, true };
	}
	return best;
}

static bool thanks_at(const struct view *v, int at)
{
	for (int i = 0; i < v->n_tried; i++)
		if (understand_longest(v->t, at, v->tried[i]->acts.thanks))
			return true;
	return false;
}

static bool is_empty_word(const struct view *v, const struct pattern_word *word)
{
	for (int i = 0; i < v->n_tried; i++)
		if (language_is_function_word(v->tried[i], word->folded))
			return true;
	return false;
}

static bool asks_at(const struct view *v, int at)
{
	for (int i = 0; i < v->n_tried; i++)
		for (const struct ask_phrase *a = v->tried[i]->asking; a->pattern; a++)
			if (pattern_match(v->t, at, a->pattern))
				return true;
	return false;
}

/* "See you then so": what ends a sentence and says nothing. */
static bool ends_soon(const struct view *v, int at)
{
	int end = at;
	while (!ends_at(v, end) && end < at + EMPTY_WORDS && is_empty_word(v, &v->t->words[end]) && !asks_at(v, end))
		end++;
	return ends_at(v, end);
}

/* Whether what stands at a place is said for itself: at the begin of a sentence, or with thanks at its end. */
static bool stands_alone(const struct view *v, int at, const struct social *s)
{
	int end = at + s->words;
	bool begins = at == 0 || v->t->words[at].before >= GAP_COMMA || v->taken[at - 1];
	bool ends = ends_soon(v, end) || social_at(v, end).words > 0;
	if (begins && (ends || s->greets || thanks_at(v, at)))
		return true;
	return ends_at(v, end) && thanks_at(v, at);
}

static void take_social(struct view *v)
{
	for (int at = 0; at < v->t->n; at++) {
		struct social s = social_at(v, at);
		if (!s.words || !stands_alone(v, at, &s))
			continue;
		for (int i = 0; i < s.words; i++)
			v->taken[at + i] = true;
		v->greets |= s.greets;
		v->acknowledges |= !s.greets;
		at += s.words - 1;
	}
}

/* ---- what is left ---- */

/* How many words are left that say something. */
static int count_left(const struct view *v, bool *asks)
{
	int n = 0;
	*asks = false;
	for (int at = 0; at < v->t->n; at++) {
		if (v->taken[at])
			continue;
		n += !is_empty_word(v, &v->t->words[at]);
		*asks |= asks_at(v, at);
	}
	return n;
}

/* "1." in "on the 1. of May" ends no sentence. */
static bool is_ordinal(const struct pattern_text *t, int at)
{
	struct str raw = t->words[at].raw;
	bool stop = raw.p + raw.n < t->text.p + t->text.n && raw.p[raw.n] == '.';
	return stop && raw.n <= 2 && raw.p[0] >= '0' && raw.p[0] <= '9' && raw.p[raw.n - 1] >= '0'
	       && raw.p[raw.n - 1] <= '9';
}

/* The words that are not taken, sentence by sentence: into parts and together. */
static void write_left(const struct view *v, struct understood *u)
{
	struct buf all;
	buf_init(&all, 2 * v->t->text.n + 64);
	for (int at = 0; at < v->t->n;) {
		int end = at + 1;
		while (end < v->t->n && v->taken[end] == v->taken[at]
			&& (v->t->words[end].before < GAP_STOP || is_ordinal(v->t, end - 1)))
			end++;
		if (!v->taken[at]) {
			const char *behind = end < v->t->n ? v->t->words[end].raw.p : v->t->text.p + v->t->text.n;
			struct str part = str_trim(
				(struct str){ v->t->words[at].raw.p, (size_t)(behind - v->t->words[at].raw.p) });
			if (u->n_parts < PARTS_MAX)
				u->parts[u->n_parts++] = part;
			buf_add_cstr(&all, all.len ? "\n" : "");
			buf_add_str(&all, part);
		}
		at = end;
	}
	u->text = pool_take(v->pool, &all);
}

/* ---- acts ---- */

/* `list`: where the patterns are in struct act_patterns. */
static bool any_found(const struct view *v, size_t list)
{
	for (int i = 0; i < v->n_tried; i++) {
		const char *const *patterns;
		memcpy(&patterns, (const char *)&v->tried[i]->acts + list, sizeof(patterns));
		if (understand_found(v->t, patterns))
			return true;
	}
	return false;
}
#define ANY_FOUND(view, list) any_found((view), offsetof(struct act_patterns, list))

static bool follows_up(const struct view *v)
{
	struct pattern_text left = *v->t;
	while (left.n && v->taken[v->t->n - left.n]) {
		left.words++;
		left.n--;
	}
	for (int i = 0; i < v->n_tried && left.n; i++)
		for (const char *const *p = v->tried[i]->follow_up; *p; p++)
			if ((*p)[0] == '^' ? pattern_match(&left, 0, *p) > 0 : pattern_find(&left, 0, *p, NULL) >= 0)
				return true;
	return false;
}

/* A telephone number, an address, "4": a number and at most a few words that ask nothing. */
static bool is_detail(const struct view *v, const struct characters *n)
{
	if (n->questions || !n->digits || v->t->n > 2 * WORDS_OF_DETAIL)
		return false;
	if (!n->letters)
		return true;
	int words = 0;
	bool ends_in_number =
		v->t->words[v->t->n - 1].folded.p[0] >= '0' && v->t->words[v->t->n - 1].folded.p[0] <= '9';
	if (n->digits < PHONE_DIGITS && !ends_in_number)
		return false;
	for (int at = 0; at < v->t->n; at++) {
		const struct pattern_word *w = &v->t->words[at];
		bool number = w->folded.p[0] >= '0' && w->folded.p[0] <= '9';
		if (!number && (is_empty_word(v, w) || asks_at(v, at)))
			return false;
		for (int i = 0; i < v->n_tried && !number; i++)
			if (language_concept(v->tried[i], w->folded))
				return false;
		words += !number;
	}
	return words <= 3;
}

static enum act act_of(struct view *v, struct understood *u, const struct characters *n)
{
	int left = count_left(v, &u->asks);
	u->asks |= n->questions > 0;
	u->callback = ANY_FOUND(v, callback);
	u->emergency = ANY_FOUND(v, emergency);
	if (ANY_FOUND(v, complaint))
		return ACT_COMPLAINT;
	if (u->callback || u->emergency || handoff_requested(v->pool, v->t->text))
		return ACT_PERSON;
	if (ANY_FOUND(v, identity))
		return ACT_IDENTITY;
	if (left == 0 && !u->asks && (v->greets || v->acknowledges))
		return v->acknowledges ? ACT_ACKNOWLEDGEMENT : ACT_GREETING;
	if (v->t->n == 0)
		return n->pictures && !n->questions && !n->angry ? ACT_ACKNOWLEDGEMENT : ACT_UNCLEAR;
	if (is_detail(v, n))
		return ACT_DETAIL;
	if (left <= NAMES && !u->asks && v->acknowledges)
		return ACT_ACKNOWLEDGEMENT;
	return ACT_QUESTION;
}

static void try_language(struct view *v, const struct language *l)
{
	for (int i = 0; i < v->n_tried; i++)
		if (v->tried[i] == l)
			return;
	if (l && v->n_tried < TRIED_MAX)
		v->tried[v->n_tried++] = l;
}

/* ---- short forms ---- */

/* What a short form of chats stands for; absent: the word is none. */
static struct str long_form(const struct language *l, struct str folded)
{
	for (struct str rest = str_of(l->short_forms); rest.p;) {
		struct str words = str_take_until(&rest, '|'), form = str_take_until(&words, ' ');
		if (str_equal(form, folded))
			return words;
	}
	return STR_NONE;
}

/* "a q hora abris" is "a que hora abris": what is asked is looked for in words as they are written elsewhere. */
static struct str written_out(
	struct pool *pool, struct str text, const struct pattern_text *t, const struct language *l)
{
	struct buf out;
	const char *from = text.p;
	buf_init(&out, 16 * text.n + 16);
	for (int i = 0; i < t->n; i++) {
		struct str words = long_form(l, t->words[i].folded), raw = t->words[i].raw;
		if (!words.n)
			continue;
		buf_add_str(&out, (struct str){ from, (size_t)(raw.p - from) });
		buf_add_str(&out, words);
		from = raw.p + raw.n;
	}
	if (from == text.p) {
		buf_fini(&out);
		return text;
	}
	buf_add_str(&out, (struct str){ from, (size_t)(text.p + text.n - from) });
	return pool_take(pool, &out);
}

/* Telegram's first message, "/start" or "/start PAYLOAD": a greeting. */
static bool take_start(struct str *text, struct str *referral)
{
	struct str trimmed = str_trim(*text);
	if (!str_has_prefix(trimmed, STR("/start")) || (trimmed.n > 6 && trimmed.p[6] != ' '))
		return false;
	struct str payload = str_trim((struct str){ trimmed.p + 6, trimmed.n - 6 });
	*referral = payload.n ? payload : STR_NONE;
	return true;
}

struct understood understand(struct pool *pool, struct str text, struct str expected, struct str organization)
{
	struct understood u = { .act = ACT_GREETING };
	struct pattern_text t = pattern_read(pool, text);
	struct language_guess guess = language_guess(&t, expected, organization);
	struct view v = { .pool = pool, .t = &t };
	u.language = guess.language;
	u.language_sure = guess.sure;
	if (take_start(&text, &u.referral)) {
		u.language = language_or_english(expected.n ? expected : organization);
		u.language_sure = false;
		return u;
	}
	text = written_out(pool, text, &t, guess.language);
	t = pattern_read(pool, text);
	try_language(&v, guess.language);
	try_language(&v, language_find(organization));
	try_language(&v, languages[0]);
	struct characters n = count_characters(text);
	v.taken = pool_new_array(pool, (size_t)t.n + 1, bool);
	take_social(&v);
	u.act = act_of(&v, &u, &n);
	u.social = v.greets || v.acknowledges;
	u.thanks = v.acknowledges;
	u.follow_up = follows_up(&v);
	write_left(&v, &u);
	if (u.n_parts == 0) {
		u.text = str_trim(text);
		u.parts[u.n_parts++] = u.text;
	}
	return u;
}
