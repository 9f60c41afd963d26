/*
 * lead-rules-contact.c - e-mail address, phone number and name in a message. Pure.
 *
 * Each scan goes over the text once and forward; what it has passed it does not look at again, so hostile text costs
 * its length. A number is a phone number only by its form (+49..., 0532...) or by words before it, and never behind the
 * words of an order, a card or an account.
 */
#include "domain/leads/lead-rules.h"

#include "core/buf.h"
#include "domain/contact/phone.h"

#include <ctype.h>

/* ---- e-mail ---- */

#define EMAIL_MAX 254

static bool is_local_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("._%+-", c));
}

static bool is_domain_char(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-';
}

/* Labels of 1 to 63 characters, at least two, the last of letters. */
static bool is_domain(struct str domain)
{
	struct str label = STR_NONE;
	int labels = 0;
	while (domain.p) {
		label = str_take_until(&domain, '.');
		if (!label.n || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
			return false;
		labels++;
	}
	for (size_t i = 0; i < label.n; i++)
		if (!isalpha((unsigned char)label.p[i]))
			return false;
	return labels >= 2 && label.n >= 2 && label.n <= 24;
}

static bool is_local(struct str local)
{
	if (!local.n || local.n > 64 || local.p[0] == '.' || local.p[local.n - 1] == '.')
		return false;
	for (size_t i = 1; i < local.n; i++)
		if (local.p[i] == '.' && local.p[i - 1] == '.')
			return false;
	return true;
}

/* A character that could belong to a longer word: then what was found is only a part of something else. */
static bool lead_rules_contact_goes_on(struct str text, size_t at)
{
	return at < text.n && (text.p[at] == '@' || (text.p[at] & 0x80));
}

bool lead_find_email(struct pool *pool, const struct pattern_text *t, struct str *email)
{
	struct str text = t->text;
	size_t begin = 0; /* of the run of characters before the @ */
	for (size_t at = 0; at < text.n; at++) {
		if (text.p[at] != '@') {
			if (!is_local_char(text.p[at]))
				begin = at + 1;
			continue;
		}
		size_t end = at + 1;
		while (end < text.n && is_domain_char(text.p[end]))
			end++;
		size_t stop = end;
		while (stop > at + 1 && strchr(".-", text.p[stop - 1]))
			stop--;
		struct str local = { text.p + begin, at - begin }, domain = { text.p + at + 1, stop - at - 1 };
		bool part = lead_rules_contact_goes_on(text, end)
			    || (begin > 0 && lead_rules_contact_goes_on(text, begin - 1));
		if (!part && is_local(local) && domain.n && is_domain(domain) && stop - begin <= EMAIL_MAX) {
			*email = pool_str(pool, (struct str){ text.p + begin, stop - begin });
			return true;
		}
		begin = end;
		at = end - 1;
	}
	return false;
}

/* ---- phone ---- */

static const char phone_words[] =
	"phone|telephone|tel|number|mobile|cell|whatsapp|call|reach|telefon|telefonum|numara|numaram|"
	"cep|arayin|ulasin|gsm|telefono|numero|movil|celular|llamame|llamar|llame|contacto|"
	"handy|telefonnummer|nummer|portable|telefone|cellulare";
static const char other_numbers[] =
	"order|tracking|invoice|ticket|booking|reservation|reference|ref|account|iban|card|passport|"
	"id|serial|model|zip|code|tax|siparis|kargo|takip|fatura|rezervasyon|hesap|kart|tc|kimlik|"
	"seri|posta|kod|kodu|vergi|pedido|factura|seguimiento|reserva|referencia|cuenta|tarjeta|"
	"dni|pasaporte|codigo|serie|room|oda|habitacion";

/* "01.02.2026 10": digits that are a day. */
static bool is_day(struct str text, const struct phone_run *d)
{
	const char *p = text.p + d->begin;
	size_t n = d->end - d->begin, i = 0, groups = 0, length = 0;
	for (; i < n && groups < 3; i++) {
		if (isdigit((unsigned char)p[i])) {
			length++;
			continue;
		}
		if (length > 2 || !strchr("./-", p[i]))
			return groups == 2 && length == 4;
		groups++;
		length = 0;
	}
	return groups == 2 && (length == 4 || length == 2);
}

/* The words before byte `at`, the nearest first, up to the begin of the sentence. */
static bool lead_rules_contact_follows(const struct pattern_text *t, int word, const char *alternatives, int most)
{
	for (int n = 0; n < most && word > 0; n++) {
		bool begins = word < t->n && t->words[word].before == GAP_STOP;
		if (begins)
			return false;
		if (pattern_is(&t->words[--word], alternatives))
			return true;
	}
	return false;
}

static bool lead_rules_contact_is_phone(const struct pattern_text *t, int word, const struct phone_run *d)
{
	bool international = d->plus || (d->n > 9 && d->digits[0] == '0' && d->digits[1] == '0');
	bool national = d->digits[0] == '0' && (d->n == 10 || d->n == 11);
	if (d->n < 8 || d->n > 15 || is_day(t->text, d))
		return false;
	if (lead_rules_contact_follows(t, word, other_numbers, 3))
		return false;
	if (international)
		return d->n >= 9;
	return national || (d->n >= 9 && d->n <= 13 && lead_rules_contact_follows(t, word, phone_words, 5));
}

bool lead_find_phone(struct pool *pool, const struct pattern_text *t, struct str *phone)
{
	struct str text = t->text;
	int word = 0;
	for (size_t at = 0; at < text.n; at++) {
		bool inside = at > 0
			      && (isalnum((unsigned char)text.p[at - 1]) || strchr("@_#=/-.", text.p[at - 1])
				      || (text.p[at - 1] & 0x80 && text.p[at] != '+'));
		bool starts = isdigit((unsigned char)text.p[at])
			      || (text.p[at] == '+' && at + 1 < text.n && isdigit((unsigned char)text.p[at + 1]));
		if (!starts)
			continue;
		struct phone_run d = phone_read(text, at, " .-/()");
		while (word < t->n && t->words[word].raw.p < text.p + at)
			word++;
		bool behind = d.end < text.n && (isalpha((unsigned char)text.p[d.end]) || text.p[d.end] == '@');
		if (!inside && !behind && lead_rules_contact_is_phone(t, word, &d)) {
			bool zeros = !d.plus && d.digits[0] == '0' && d.digits[1] == '0';
			*phone = pool_printf(pool, "%s%.*s", d.plus || zeros ? "+" : "", d.n - (zeros ? 2 : 0),
				d.digits + (zeros ? 2 : 0));
			return true;
		}
		at = d.end > at ? d.end - 1 : at;
	}
	return false;
}

/* ---- name ---- */

/* What stands before a name. After a sure one small letters will do; after the others a capital must follow, and
 * nothing that goes on. */
static const struct {
	const char *pattern;
	bool sure;
} name_cues[] = { { "my name is", true }, { "my name s", true }, { "name is", false }, { "i am called", true },
	{ "call me", false }, { "this is", false }, { "i am", false }, { "i m", false }, { "benim adim", true },
	{ "adim", true }, { "ismim", true }, { "ben", false }, { "me llamo", true }, { "mi nombre es", true },
	{ "soy", false }, { "mein name ist", true }, { "ich heisse", true }, { "je m appelle", true },
	{ "mi chiamo", true }, { "meu nome e", true }, { "me chamo", true } };

static const char no_name[] =
	"on|in|the|a|an|not|already|is|it|under|with|for|of|spelled|and|my|your|here|very|so|looking|"
	"interested|from|back|de|en|el|la|una|un|ya|no|muy|ve|bir|de|da|degil|cok|i|you|we|"
	"english|turkish|spanish|german|french|american|british|turk|alman|ingiliz";

static int name_length(const struct pattern_text *t, int at, bool sure)
{
	int n = 0;
	for (; n < 3 && at + n < t->n; n++) {
		const struct pattern_word *w = &t->words[at + n];
		enum pattern_gap gap = w->before;
		if (gap > (n == 0 ? GAP_COMMA : GAP_BLANK) || isdigit((unsigned char)w->folded.p[0]))
			break;
		if (pattern_is(w, no_name))
			break;
		if (!lead_is_capital(w) && !(sure && n == 0))
			break;
		if (lead_is_day_or_month(w) && n == 0 && !sure)
			break;
	}
	return n;
}

static bool ends_well(const struct pattern_text *t, int at)
{
	return pattern_at_end(t, at) || t->words[at].before == GAP_COMMA
	       || pattern_is(&t->words[at], "from|here|and|de|ve|y|speaking");
}

bool lead_find_name(struct pool *pool, const struct pattern_text *t, struct str *name)
{
	for (int at = 0; at < t->n; at++)
		for (size_t i = 0; i < sizeof(name_cues) / sizeof(name_cues[0]); i++) {
			int cue = pattern_match(t, at, name_cues[i].pattern);
			int n = cue ? name_length(t, at + cue, name_cues[i].sure) : 0;
			bool plain = n && name_cues[i].sure && lead_is_capital(&t->words[at + cue]);
			if (!n || (!plain && !ends_well(t, at + cue + n)))
				continue;
			*name = pool_str(pool, pattern_slice(t, at + cue, at + cue + n - 1));
			return true;
		}
	return false;
}
