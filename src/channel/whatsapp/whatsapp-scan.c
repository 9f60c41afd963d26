/*
 * whatsapp-scan.c - finds the ids that name channels in the raw bytes of a delivery, before anything is parsed.
 *
 * A tree of the payload may take hundreds of times the memory of its bytes, so the signature is checked first, and for
 * that the channel must be known. The scan follows one path through the bytes (the table below) and builds nothing. It
 * never decides that a delivery is valid: it only says which secrets to try. It finds at least every id that the parsed
 * payload has at that place, and more where names are repeated; the parsed payload is routed by itself afterwards.
 * Never fails: in what is not JSON it finds what it finds. Escapes outside of ASCII do not occur in ids and are not
 * decoded.
 */
#include "channel/whatsapp/whatsapp.h"

/* The containers on the way to the ids, the outermost first: each with the member that leads on, and the member that is
 * an id. */
static const struct {
	char opens;
	const char *leads_on, *id;
} levels[] = {
	{ '{', "entry", NULL },
	{ '[', NULL, NULL },
	{ '{', "changes", "id" },
	{ '[', NULL, NULL },
	{ '{', "value", NULL },
	{ '{', "metadata", NULL },
	{ '{', NULL, "phone_number_id" },
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))
#define ACCOUNT_LEVEL 3

/* Longest text of an id or a member's name in which each character may be an escape. */
#define ESCAPED_MAX (6 * WHATSAPP_ID_MAX_BYTES)

struct scan {
	struct pool *pool;
	struct str body;
	size_t at;
	size_t depth;    /* of all containers */
	size_t on_path;  /* of those that fit the table; the innermost of them is the innermost of all when both are
			    equal */
	bool after_name; /* a member's value comes next, `name` is the member's */
	struct str name; /* as it stands there, escapes and all */
	struct whatsapp_ids *out;
};

static int scan_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The ASCII character of four hex digits; -1 when it is another or they are not digits. */
static int scan_unicode(struct str digits)
{
	int c = 0;

	if (digits.n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = scan_hex(digits.p[i]);
		if (digit < 0)
			return -1;
		c = c << 4 | digit;
	}
	return c < 0x80 ? c : -1;
}

/* Decodes the content of a string into `out`. False when it is longer than WHATSAPP_ID_MAX_BYTES or not decoded here.
 */
static bool scan_decode(struct str raw, char out[WHATSAPP_ID_MAX_BYTES], size_t *length)
{
	static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

	*length = 0;
	for (size_t i = 0; i < raw.n; i++) {
		int c = (unsigned char)raw.p[i];
		if (*length == WHATSAPP_ID_MAX_BYTES)
			return false;
		if (c == '\\') {
			const char *letter = ++i < raw.n && raw.p[i] ? strchr(letters, raw.p[i]) : NULL;
			if (i < raw.n && raw.p[i] == 'u') {
				c = scan_unicode((struct str){ raw.p + i + 1, raw.n - i - 1 });
				i += 4;
			} else {
				c = letter ? letter[1] : -1;
			}
			if (c < 0)
				return false;
		}
		out[(*length)++] = (char)c;
	}
	return true;
}

static bool scan_is(struct str raw, const char *name)
{
	char decoded[WHATSAPP_ID_MAX_BYTES];
	size_t n;

	if (!name)
		return false;
	if (raw.n == strlen(name) && memcmp(raw.p, name, raw.n) == 0)
		return true;
	return raw.n > strlen(name) && raw.n <= ESCAPED_MAX && memchr(raw.p, '\\', raw.n)
	       && scan_decode(raw, decoded, &n) && n == strlen(name) && memcmp(decoded, name, n) == 0;
}

static void scan_add(struct pool *pool, struct whatsapp_id_list *list, struct str id)
{
	for (int i = 0; i < list->n; i++)
		if (str_equal(list->ids[i], id))
			return;
	if (list->n < WHATSAPP_SCAN_MAX)
		list->ids[list->n++] = pool_str(pool, id);
}

/* A text or number that is the value of `name` in the innermost container on the path. */
static void scan_take(struct scan *s, struct str raw)
{
	char decoded[WHATSAPP_ID_MAX_BYTES];
	size_t n;

	if (!s->after_name || s->on_path == 0 || s->depth != s->on_path || raw.n == 0 || raw.n > ESCAPED_MAX
		|| !scan_is(s->name, levels[s->on_path - 1].id) || !scan_decode(raw, decoded, &n))
		return;
	scan_add(s->pool, s->on_path == ACCOUNT_LEVEL ? &s->out->accounts : &s->out->phone_numbers,
		(struct str){ decoded, n });
}

static char scan_byte(const struct scan *s)
{
	return s->at < s->body.n ? s->body.p[s->at] : '\0';
}

static void scan_string(struct scan *s)
{
	size_t start = ++s->at;

	while (s->at < s->body.n && s->body.p[s->at] != '"')
		s->at += s->body.p[s->at] == '\\' ? 2 : 1;
	if (s->at >= s->body.n)
		return;
	struct str raw = { s->body.p + start, s->at - start };
	s->at++;
	if (s->depth != s->on_path)
		return;
	while (scan_byte(s) == ' ' || scan_byte(s) == '\t' || scan_byte(s) == '\n' || scan_byte(s) == '\r')
		s->at++;
	if (!s->after_name && scan_byte(s) == ':') {
		s->at++;
		s->name = raw;
		s->after_name = true;
		return;
	}
	scan_take(s, raw);
	s->after_name = false;
}

static void scan_number(struct scan *s)
{
	size_t start = s->at;

	while (s->at < s->body.n && strchr("+-.0123456789Ee", s->body.p[s->at]) && s->body.p[s->at])
		s->at++;
	scan_take(s, (struct str){ s->body.p + start, s->at - start });
	s->after_name = false;
}

/* Whether the container that opens here is the next one of the path. */
static bool scan_leads_on(const struct scan *s, char bracket)
{
	if (s->depth != s->on_path || s->on_path == LEVELS || levels[s->on_path].opens != bracket)
		return false;
	if (s->on_path == 0 || levels[s->on_path - 1].opens == '[')
		return true;
	return s->after_name && scan_is(s->name, levels[s->on_path - 1].leads_on);
}

static void scan_bracket(struct scan *s, char bracket)
{
	if (bracket == '{' || bracket == '[') {
		bool leads_on = scan_leads_on(s, bracket);
		s->depth++;
		if (leads_on)
			s->on_path = s->depth;
	} else if (s->depth > 0) {
		if (s->on_path == s->depth)
			s->on_path--;
		s->depth--;
	}
	s->after_name = false;
	s->at++;
}

void whatsapp_scan(struct pool *pool, struct str body, struct whatsapp_ids *out)
{
	struct scan s = { .pool = pool, .body = body, .out = out };

	*out = (struct whatsapp_ids){ .phone_numbers = { .n = 0 } };
	while (s.at < body.n && out->phone_numbers.n < WHATSAPP_SCAN_MAX) {
		char c = body.p[s.at];
		if (c == '"')
			scan_string(&s);
		else if (c == '{' || c == '[' || c == '}' || c == ']')
			scan_bracket(&s, c);
		else if (c == '-' || (c >= '0' && c <= '9'))
			scan_number(&s);
		else {
			s.after_name = s.after_name && c != ',';
			s.at++;
		}
	}
}
