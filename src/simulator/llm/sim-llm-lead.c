/*
 * sim-llm-lead.c - what a customer wants, found by looks: enough for a test to see that facts travel.
 *
 * Pure but for the pool. Reads English only and takes the words as they stand; the last message that has a fact wins.
 * What is not found is null. Never judges whether a fact is true.
 */
#include "simulator/llm/sim-llm-reply.h"

#define FACT_MAX_BYTES 200
#define SUMMARY_MAX_BYTES 160

/* A fact that follows a phrase, and where it ends. */
struct cue {
	const char *phrase;
	const char *ends; /* words before which it ends, between bars; sentence marks always end it */
};

#define SERVICE_ENDS "|on|for|at|in|tomorrow|today|next|please|and|because|with|my|this|"
#define NAME_ENDS "|and|from|i|at|in|my|but|"
#define DATE_ENDS "|at|in|for|please|and|my|with|if|is|i|or|"

static const struct cue service_cues[] = { { "book a ", SERVICE_ENDS }, { "book an ", SERVICE_ENDS },
	{ "appointment for a ", SERVICE_ENDS }, { "need a ", SERVICE_ENDS }, { "need an ", SERVICE_ENDS },
	{ "want a ", SERVICE_ENDS }, { "want an ", SERVICE_ENDS }, { "looking for a ", SERVICE_ENDS },
	{ "quote for a ", SERVICE_ENDS }, { NULL, NULL } };
static const struct cue name_cues[] = { { "my name is ", NAME_ENDS }, { "this is ", NAME_ENDS }, { NULL, NULL } };
static const struct cue location_cues[] = { { "i live in ", DATE_ENDS }, { "located in ", DATE_ENDS },
	{ "address is ", "|and|" }, { "in the city of ", DATE_ENDS }, { NULL, NULL } };
static const struct cue date_cues[] = { { "on monday", DATE_ENDS }, { "on tuesday", DATE_ENDS },
	{ "on wednesday", DATE_ENDS }, { "on thursday", DATE_ENDS }, { "on friday", DATE_ENDS },
	{ "on saturday", DATE_ENDS }, { "on sunday", DATE_ENDS }, { "tomorrow", DATE_ENDS }, { "today", DATE_ENDS },
	{ "next week", DATE_ENDS }, { "next month", DATE_ENDS }, { NULL, NULL } };

static bool sim_llm_lead_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool sim_llm_lead_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool sim_llm_lead_is_mark(char c)
{
	return c == '.' || c == ',' || c == '!' || c == '?' || c == ';' || c == '\n' || c == '(' || c == ')';
}

static struct str sim_llm_lead_skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

static bool ends_fact(const char *ends, struct str rest)
{
	char word[16] = "|";
	size_t n = 0;

	while (n < rest.n && n < sizeof(word) - 3 && !sim_llm_lead_is_space(rest.p[n])
		&& !sim_llm_lead_is_mark(rest.p[n])) {
		word[n + 1] = llm_lower(rest.p[n]);
		n++;
	}
	word[n + 1] = '|';
	word[n + 2] = '\0';
	return n && strstr(ends, word);
}

/* From the start of `s` to the next mark or ending word. */
static struct str take_fact(struct str s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && n < FACT_MAX_BYTES && !sim_llm_lead_is_mark(s.p[n])
		&& !(n && sim_llm_lead_is_space(s.p[n]) && ends_fact(ends, sim_llm_lead_skip(s, n + 1))))
		n++;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	s = str_trim((struct str){ s.p, n });
	return s.n ? s : STR_NONE;
}

static struct str find_cue(struct str text, const struct cue *cues, bool with_phrase)
{
	for (; cues->phrase; cues++) {
		struct str phrase = str_of(cues->phrase), start;
		ptrdiff_t at = llm_find_nocase(text, phrase);

		if (at < 0)
			continue;
		start = sim_llm_lead_skip(text, (size_t)at + (with_phrase ? 0 : phrase.n));
		if (with_phrase && str_has_prefix(phrase, STR("on ")))
			start = sim_llm_lead_skip(start, 3);
		return take_fact(start, cues->ends);
	}
	return STR_NONE;
}

static struct str find_service(struct str text)
{
	return find_cue(text, service_cues, false);
}

static struct str sim_llm_lead_find_name(struct str text)
{
	return find_cue(text, name_cues, false);
}

static struct str find_location(struct str text)
{
	return find_cue(text, location_cues, false);
}

static struct str sim_llm_lead_find_date(struct str text)
{
	for (size_t i = 0; i + 10 <= text.n; i++) {
		struct str s = sim_llm_lead_skip(text, i);

		if (sim_llm_lead_is_digit(s.p[0]) && sim_llm_lead_is_digit(s.p[3]) && s.p[4] == '-'
			&& sim_llm_lead_is_digit(s.p[5]) && s.p[7] == '-' && sim_llm_lead_is_digit(s.p[9]))
			return (struct str){ s.p, 10 };
	}
	return find_cue(text, date_cues, true);
}

static bool is_mail_byte(char c)
{
	return (llm_lower(c) >= 'a' && llm_lower(c) <= 'z') || sim_llm_lead_is_digit(c) || (c && strchr("._+-", c));
}

static struct str find_email(struct str text)
{
	ptrdiff_t at = str_find_char(text, '@');
	size_t from, to;

	if (at < 0)
		return STR_NONE;
	for (from = (size_t)at; from && is_mail_byte(text.p[from - 1]); from--)
		;
	for (to = (size_t)at + 1; to < text.n && is_mail_byte(text.p[to]); to++)
		;
	while (to > (size_t)at && text.p[to - 1] == '.')
		to--;
	return from < (size_t)at && to > (size_t)at + 3 ? (struct str){ text.p + from, to - from } : STR_NONE;
}

/* Eight to fifteen digits, with what people put between them. */
static struct str find_phone(struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		size_t n = i, digits = 0, end = i;

		if (!sim_llm_lead_is_digit(text.p[i]) && text.p[i] != '+')
			continue;
		for (; n < text.n && (sim_llm_lead_is_digit(text.p[n]) || memchr("+ -()/", text.p[n], 6)); n++)
			if (sim_llm_lead_is_digit(text.p[n])) {
				digits++;
				end = n + 1;
			}
		if (digits > 8 && digits < 16)
			return (struct str){ text.p + i, end - i };
		i = n;
	}
	return STR_NONE;
}

static size_t number_length(struct str s)
{
	size_t n = 0;

	while (n < s.n
		&& (sim_llm_lead_is_digit(s.p[n])
			|| ((s.p[n] == '.' || s.p[n] == ',') && n + 1 < s.n && sim_llm_lead_is_digit(s.p[n + 1]))))
		n++;
	return n;
}

/* A number with a currency before or behind it. */
static struct str find_budget(struct str text)
{
	static const char *const signs[] = { "$", "\xe2\x82\xac", "\xc2\xa3", "usd", "eur", "gbp", "dollars", "euros" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		struct str sign = str_of(signs[i]);
		ptrdiff_t at = llm_find_nocase(text, sign);
		size_t from, to;

		if (at < 0)
			continue;
		to = (size_t)at + sign.n;
		while (to < text.n && text.p[to] == ' ')
			to++;
		if (number_length(sim_llm_lead_skip(text, to)))
			return (struct str){ text.p + at,
				to + number_length(sim_llm_lead_skip(text, to)) - (size_t)at };
		for (from = (size_t)at; from && text.p[from - 1] == ' '; from--)
			;
		while (from && (sim_llm_lead_is_digit(text.p[from - 1]) || memchr(".,", text.p[from - 1], 2)))
			from--;
		if (number_length(sim_llm_lead_skip(text, from)))
			return (struct str){ text.p + from, (size_t)at + sign.n - from };
	}
	return STR_NONE;
}

static bool has_any(struct str text, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (llm_find_nocase(text, str_of(*phrases)) >= 0)
			return true;
	return false;
}

static struct str find_intent(struct str text)
{
	static const char *const booking[] = { "book", "appointment", "reserve", NULL };
	static const char *const price[] = { "how much", "price", "cost", "quote", NULL };

	if (has_any(text, booking))
		return STR("booking");
	if (has_any(text, price))
		return STR("price");
	return str_find_char(text, '?') >= 0 ? STR("question") : STR_NONE;
}

static bool is_non_business(struct str text)
{
	static const char *const phrases[] = { "lottery", "crypto", "i love you", "wrong number", "birthday party",
		NULL };

	return has_any(text, phrases);
}

static const struct fact {
	const char *name;
	struct str (*find)(struct str text);
} facts[] = { { "service", find_service }, { "date", sim_llm_lead_find_date }, { "location", find_location },
	{ "budget", find_budget }, { "intent", find_intent }, { "name", sim_llm_lead_find_name },
	{ "phone", find_phone }, { "email", find_email } };

static bool is_customers(const struct json *message)
{
	return str_equal(json_str(json_get(message, "from")), STR("customer"));
}

static void write_fact(struct json_writer *w, const struct fact *fact, const struct json *messages)
{
	struct str value = STR_NONE;

	for (size_t i = 0; i < json_length(messages); i++) {
		struct str text = json_str(json_get(json_at(messages, i), "text")), found;

		if (!is_customers(json_at(messages, i)) || !(found = fact->find(text)).p)
			continue;
		value = found;
	}
	json_key(w, fact->name);
	json_write_str(w, value);
}

/* The first sentence that the customer wrote. */
static void write_rest(struct json_writer *w, const struct json *messages)
{
	struct str summary = STR_NONE;
	bool non_business = false;

	for (size_t i = 0; i < json_length(messages); i++) {
		struct str text = json_str(json_get(json_at(messages, i), "text"));

		if (!is_customers(json_at(messages, i)))
			continue;
		non_business = non_business || is_non_business(text);
		if (!summary.p)
			summary = llm_take_sentence(&text);
	}
	if (summary.n > SUMMARY_MAX_BYTES)
		summary.n = SUMMARY_MAX_BYTES;
	while (summary.n && !str_is_utf8(summary))
		summary.n--;
	json_member_bool(w, "non_business", non_business);
	json_key(w, "summary");
	json_write_str(w, summary);
}

struct str llm_reply_lead(struct pool *pool, const struct json *messages)
{
	struct json_writer w;
	struct buf out;

	buf_init(&out, 1024 * 1024);
	json_writer_init(&w, &out);
	json_begin_object(&w);
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++)
		write_fact(&w, &facts[i], messages);
	write_rest(&w, messages);
	json_end_object(&w);
	return pool_take(pool, &out);
}
