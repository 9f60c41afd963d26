/*
 * link-scan.c - finds what may be a link in a text. Pure.
 *
 * Owns the question where such a thing begins and ends; the same answer is given for sources and for answers, so that
 * the two can be compared. It takes more for a link than any chat app makes clickable. Every code point is looked at a
 * bounded number of times.
 */
#include "answer/llm/link-parts.h"

#define SCHEME_MAX 30

/* Those that need no slashes. */
static const char *const schemes[] = { "http", "https", "javascript", "data", "vbscript", "mailto", "file", "intent",
	"blob", "view-source", "magnet", "skype", "facetime", "whatsapp", "tg", "geo", "market", "about", "smsto",
	"mmsto", "sip", "sips", "xmpp", "im", "viber", "signal", "sgnl", "weixin", "fb-messenger", "bitcoin",
	"bitcoincash", "ethereum", "litecoin", "dogecoin", "monero", "lightning", "solana", "tron", "ton", "ripple",
	"cardano", "upi", "pix", "paypal", "cashapp", "venmo" };

/* Labels as well: "Tel:0212 555 12 34" is no link, "tel:*21*1#", "sms:12345" and "sms:+34600?body=x" are. */
static const char *const phone_schemes[] = { "tel", "sms", "mms", "callto", "fax" };

/* Endings that a host's name may have; any two letters are a country's. */
static const char *const endings[] = { "academy", "agency", "app", "art", "asia", "bar", "beauty", "bet", "bid", "biz",
	"blog", "boutique", "business", "buzz", "cafe", "care", "casa", "cash", "casino", "cat", "center", "cfd",
	"chat", "cheap", "church", "city", "click", "clinic", "cloud", "club", "coach", "codes", "com", "community",
	"company", "consulting", "cool", "coop", "coupons", "credit", "crypto", "cyou", "date", "deals", "dental",
	"design", "dev", "digital", "direct", "discount", "download", "edu", "email", "energy", "estate", "eth",
	"events", "example", "exchange", "expert", "express", "family", "fashion", "finance", "financial", "fit",
	"fitness", "fun", "fund", "gallery", "games", "gift", "gifts", "global", "gold", "gov", "group", "guide",
	"guru", "hair", "health", "help", "holiday", "host", "hosting", "hotel", "house", "icu", "immo", "info", "ink",
	"int", "internal", "international", "invalid", "jobs", "kim", "land", "law", "legal", "life", "link", "live",
	"loan", "loans", "local", "localhost", "lol", "ltd", "market", "marketing", "mba", "media", "men", "menu",
	"mil", "mobi", "moda", "moe", "mom", "money", "mov", "museum", "name", "net", "network", "news", "ngo", "ninja",
	"one", "ong", "onion", "online", "onl", "ooo", "org", "page", "partners", "party", "photo", "photos", "pics",
	"pink", "pizza", "plus", "porn", "post", "press", "pro", "promo", "pub", "pw", "quest", "racing", "red", "rent",
	"report", "rest", "restaurant", "review", "reviews", "rip", "rocks", "run", "sale", "salon", "sbs", "school",
	"science", "services", "sex", "sexy", "shop", "shopping", "show", "site", "ski", "social", "software",
	"solutions", "space", "store", "stream", "studio", "style", "support", "surf", "systems", "tax", "taxi", "team",
	"tech", "tel", "test", "tips", "today", "tokyo", "tools", "top", "tours", "town", "toys", "trade", "trading",
	"training", "travel", "tube", "university", "vegas", "video", "vip", "wang", "watch", "webcam", "website",
	"wedding", "wiki", "win", "wine", "work", "works", "world", "wtf", "xn", "xxx", "xyz", "yoga", "zip", "zone" };

static bool link_scan_is_in(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}
#define IS_IN(words, word) link_scan_is_in(words, sizeof(words) / sizeof(words[0]), word)

static bool is_upper(uint32_t c)
{
	return c >= 'A' && c <= 'Z';
}

static uint32_t link_scan_lower(uint32_t c)
{
	return is_upper(c) ? c - 'A' + 'a' : c;
}

/* Lower case ASCII of the code points; "" when it is longer than the room or has others. */
static void lower_word(const struct skeleton *g, size_t from, size_t to, char out[SCHEME_MAX + 1])
{
	size_t n = 0;

	for (size_t i = from; i < to && n < SCHEME_MAX; i++)
		out[n++] = g->c[i] < 0x80 ? (char)link_scan_lower(g->c[i]) : '?';
	out[to - from > SCHEME_MAX ? 0 : n] = '\0';
}

static bool link_scan_is_one_of(uint32_t c, const char *set)
{
	return c > 0 && c < 0x80 && strchr(set, (int)c) != NULL;
}

static bool is_host_codepoint(uint32_t c)
{
	return codepoint_is_letter(c) || codepoint_is_digit(c) || link_scan_is_one_of(c, "._-");
}

/* Of a word as it stands before a colon or an at sign. */
static bool is_word_codepoint(uint32_t c)
{
	return is_host_codepoint(c) || link_scan_is_one_of(c, "+%");
}

static size_t run_end(const struct skeleton *g, size_t from, bool (*is_part)(uint32_t c))
{
	while (from < g->n && is_part(g->c[from]))
		from++;
	return from;
}

/* ---- where an address ends ---- */

static bool ends_address(uint32_t c)
{
	static const uint32_t signs[] = { 0xAB, 0xBB, 0x2018, 0x2019, 0x201C, 0x201D, 0x201E, 0x3001, 0x3002, 0x300C,
		0x300D, 0x300E, 0x300F, 0x3010, 0x3011 };

	if (c < 0x20 || codepoint_is_space(c) || link_scan_is_one_of(c, "<>\"'`{}|^[]"))
		return true;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (c == signs[i])
			return true;
	return false;
}

/* A closing parenthesis belongs to an address only when its opening one does; punctuation at the end never does. */
static size_t link_scan_address_end(const struct skeleton *g, size_t from)
{
	size_t to = from;
	int open = 0;

	for (; to < g->n && !ends_address(g->c[to]); to++) {
		open += g->c[to] == '(';
		if (g->c[to] == ')' && open-- == 0)
			break;
	}
	while (to > from && (link_scan_is_one_of(g->c[to - 1], ".,;:!?*_~(") || g->c[to - 1] == 0x2026))
		to--;
	return to;
}

/* ---- names ---- */

static bool is_country(const struct skeleton *g, size_t from, size_t to)
{
	return to - from == 2 && g->c[from] < 0x80 && g->c[from + 1] < 0x80;
}

/* The last label of what may be a host's name in [from, to), or `to`: it begins with two letters, so that 10.30 and
 * e.g. are none. */
static size_t last_label(const struct skeleton *g, size_t from, size_t to)
{
	size_t label = to;

	while (label > from && g->c[label - 1] != '.')
		label--;
	if (label <= from + 1 || to - label < 2)
		return to;
	return codepoint_is_letter(g->c[label]) && codepoint_is_letter(g->c[label + 1]) ? label : to;
}

/* Four numbers up to 255. */
static bool is_ip4(const struct skeleton *g, size_t from, size_t to)
{
	int parts = 1, value = 0;

	for (size_t i = from; i < to; i++) {
		if (g->c[i] == '.')
			parts++, value = 0;
		else if (!codepoint_is_digit(g->c[i]) || (value = value * 10 + (int)g->c[i] - '0') > 255)
			return false;
	}
	return parts == 4;
}

bool link_name_is_host(const struct skeleton *g, const struct link_span *name)
{
	size_t label = last_label(g, name->from, name->to);
	char word[SCHEME_MAX + 1];

	lower_word(g, label, name->to, word);
	if (is_country(g, label, name->to)) /* "today.We" is no name, "shop.we" and "SHOP.WE" are */
		return !is_upper(g->c[label]) || is_upper(g->c[label + 1]) || is_upper(g->c[name->from]);
	return strncmp(word, "xn-", 3) == 0 || IS_IN(endings, word);
}

/* What follows a name and makes it an address. */
static size_t after_name(const struct skeleton *g, size_t to)
{
	size_t at = to;

	if (g->c[at] == ':' && codepoint_is_digit(g->c[at + 1]))
		at = run_end(g, at + 1, codepoint_is_digit);
	return at > to || link_scan_is_one_of(g->c[at], "/\\?#@") ? link_scan_address_end(g, at) : to;
}

/* A name in one of the scripts without spaces: short, and with something else behind it. */
static size_t ideographic_label_end(const struct skeleton *g, size_t dot)
{
	size_t to = dot + 1;

	while (to < g->n && to < dot + 6 && g->c[to] >= 0x2E80 && !codepoint_is_letter(g->c[to])
		&& !ends_address(g->c[to]) && g->c[to] < 0xE000)
		to++;
	return to > dot + 2 && to < dot + 6
			       && (to == g->n || ends_address(g->c[to]) || link_scan_is_one_of(g->c[to], "/:.,!?"))
		       ? to
		       : dot;
}

static bool starts_www(const struct skeleton *g, size_t from, size_t to)
{
	return to - from > 4 && link_scan_lower(g->c[from]) == 'w' && link_scan_lower(g->c[from + 1]) == 'w'
	       && link_scan_lower(g->c[from + 2]) == 'w' && g->c[from + 3] == '.';
}

/* Where the name ends that begins at `from`: labels that end no name are none of it. `from` when nothing is left. */
static size_t name_end(const struct skeleton *g, size_t from, size_t to, bool ideographic)
{
	while (to > from) {
		while (to > from && link_scan_is_one_of(g->c[to - 1], "._-"))
			to--;
		if (ideographic || last_label(g, from, to) < to || (is_ip4(g, from, to) && after_name(g, to) > to))
			return to;
		while (to > from && g->c[to - 1] != '.')
			to--;
	}
	return from;
}

/* One stretch of name characters without two stops in a row. */
static bool scan_name(const struct skeleton *g, size_t from, size_t to, struct link_span *out)
{
	bool ideographic = false;
	size_t end;

	if (to > from + 1 && to < g->n && g->c[to - 1] == '.') {
		end = ideographic_label_end(g, to - 1);
		ideographic = end > to;
		to = ideographic ? end : to;
	}
	while (from < to && link_scan_is_one_of(g->c[from], "._-"))
		from++;
	to = name_end(g, from, to, ideographic);
	end = after_name(g, to);
	if (to == from)
		return false;
	*out = (struct link_span){ LINK_NAME, from, to };
	if (starts_www(g, from, to) || is_ip4(g, from, to) || (end > to && link_name_is_host(g, out)))
		*out = (struct link_span){ LINK_WEB, from, end };
	while (out->from > 0 && link_scan_is_one_of(g->c[out->from - 1], "/\\"))
		out->from--;
	return true;
}

static bool scan_names(const struct skeleton *g, size_t from, size_t to, struct link_span *out)
{
	while (from < to) {
		size_t end = from;
		while (end < to && is_host_codepoint(g->c[end])
			&& !(g->c[end] == '.' && end + 1 < to && g->c[end + 1] == '.'))
			end++;
		end += end < to && g->c[end] == '.';
		if (end > from && scan_name(g, from, end, out))
			return true;
		from = end > from ? end : from + 1;
	}
	return false;
}

/* ---- schemes, addresses of people ---- */

/* What a phone would call or write to; a long number alone is looked at as a number. */
static bool scan_phone_link(const struct skeleton *g, size_t start, size_t colon, struct link_span *out)
{
	struct link_span number;
	size_t to = colon + 1, digits = 0;
	bool code = false;

	for (; to < g->n && (codepoint_is_digit(g->c[to]) || link_scan_is_one_of(g->c[to], "+*#-.()/")); to++) {
		digits += codepoint_is_digit(g->c[to]);
		code |= link_scan_is_one_of(g->c[to], "*#");
	}
	bool more = link_scan_is_one_of(g->c[to], "?;&") && link_scan_address_end(g, to) > to;
	bool starts =
		codepoint_is_digit(g->c[colon + 1]) || (g->c[colon + 1] == '+' && codepoint_is_digit(g->c[colon + 2]));
	while (!more && to > colon + 1 && link_scan_is_one_of(g->c[to - 1], ".-()/"))
		to--;
	*out = (struct link_span){ LINK_SCHEME, start, more ? link_scan_address_end(g, to) : to };
	return digits > 0 && (more || code || !starts || !link_scan_number(g, colon + 1, &number));
}

/* `colon` ends the word that began at `from`. */
static bool scan_scheme(const struct skeleton *g, size_t from, size_t colon, struct link_span *out)
{
	size_t start = colon, end;
	char word[SCHEME_MAX + 1];

	while (start > from && g->c[start - 1] < 0x80 && !link_scan_is_one_of(g->c[start - 1], "_%"))
		start--;
	while (start < colon && !(g->c[start] < 0x80 && codepoint_is_letter(g->c[start])))
		start++;
	lower_word(g, start, colon, word);
	bool slashes = link_scan_is_one_of(g->c[colon + 1], "/\\") && link_scan_is_one_of(g->c[colon + 2], "/\\");
	if (start < colon && !slashes && IS_IN(phone_schemes, word))
		return scan_phone_link(g, start, colon, out);
	if (start == colon || (!slashes && !IS_IN(schemes, word)))
		return false;
	end = link_scan_address_end(g, colon + 1);
	if (end == colon + 1)
		return false;
	bool web = strcmp(word, "http") == 0 || strcmp(word, "https") == 0;
	bool mail = strcmp(word, "mailto") == 0;
	*out = (struct link_span){ web ? LINK_WEB : mail ? LINK_EMAIL : LINK_SCHEME, start, end };
	return true;
}

/* "anna@okbank": an address that money is sent to (UPI). */
static bool is_payment_name(const struct skeleton *g, size_t from, size_t at, size_t to)
{
	return at >= from + 2 && to >= at + 3 && codepoint_is_letter(g->c[at + 1]) && codepoint_is_letter(g->c[at + 2]);
}

/* `at` is the at sign behind the word that began at `from`. */
static bool scan_email(const struct skeleton *g, size_t from, size_t at, struct link_span *out)
{
	size_t to = run_end(g, at + 1, is_host_codepoint);

	while (to > at && link_scan_is_one_of(g->c[to - 1], "._-"))
		to--;
	if (from == at || (last_label(g, at + 1, to) == to && !is_payment_name(g, from, at, to)))
		return false;
	while (from > 0 && link_scan_is_one_of(g->c[from - 1], "!#$&*/=?~"))
		from--;
	*out = (struct link_span){ LINK_EMAIL, from, after_name(g, to) };
	return true;
}

/* ---- all of it ---- */

static bool scan_numbers(const struct skeleton *g, size_t from, size_t to, struct link_span *out)
{
	for (size_t i = from; i < to; i++) {
		*out = (struct link_span){ LINK_NUMBER, i, i + 1 };
		bool starts = codepoint_is_digit(g->c[i]) || (g->c[i] == '+' && codepoint_is_digit(g->c[i + 1]));
		bool inside = i > 0 && (codepoint_is_digit(g->c[i - 1]) || codepoint_is_letter(g->c[i - 1]));
		bool account = i >= 2 && inside && is_upper(g->c[i - 1]) && is_upper(g->c[i - 2]);
		if (starts && (!inside || account) && link_scan_number(g, i, out)) {
			out->from -= account ? 2 : 0; /* the country of an IBAN */
			return true;
		}
		i = out->to - 1;
	}
	return false;
}

static bool scan_codes(const struct skeleton *g, size_t from, size_t to, struct link_span *out)
{
	for (size_t i = from; i < to; i++)
		if (link_scan_code(g, from, i, out))
			return true;
	return false;
}

/* What is in the word [from, to), or begins there: the first. */
static bool scan_word(const struct skeleton *g, size_t from, size_t to, struct link_span *out)
{
	struct link_span earlier;
	size_t end = to;
	bool found =
		(g->c[to] == ':' && scan_scheme(g, from, to, out)) || (g->c[to] == '@' && scan_email(g, from, to, out));

	if (found)
		end = out->from < to ? out->from : to;
	if (scan_names(g, from, end, &earlier)) {
		*out = earlier;
		end = out->from;
		found = true;
	}
	if (scan_codes(g, from, end, &earlier)) {
		*out = earlier;
		end = out->from;
		found = true;
	}
	if (scan_numbers(g, from, end, &earlier) && (!found || earlier.to <= out->from)) {
		*out = earlier;
		found = true;
	}
	return found;
}

bool link_scan(const struct skeleton *g, size_t from, struct link_span *out)
{
	for (size_t i = from; i < g->n;) {
		size_t end = run_end(g, i, is_word_codepoint);
		if (end > i ? scan_word(g, i, end, out) : link_scan_handle(g, from, i, out))
			return true;
		i = end > i ? end : i + 1;
	}
	return false;
}
