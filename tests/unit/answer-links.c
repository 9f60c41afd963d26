/*
 * answer-links.c - tests of what an answer may point to, and of the cleaning of foreign text.
 */
#include "answer.h"
#include "check.h"

#include "answer/llm/links.h"
#include "documents/plain-text.h"

#include <stdlib.h>

/* What the business has written down; the last two are addresses of documents. */
static const char *const texts[] = {
	"Book at https://salon.example/randevu or write to info@salon.example. Phone: 0212 555 12 34, mobile +90 (532) "
	"111 22 33.",
	"Prices: http://www.salon.example/Prices/2026?list=all&utm_source=doc and our map salon.example/map.",
	"Directions [here](https://maps.example.org/place/Our_Salon_(Kadikoy)). Instagram: instagram.com/oursalon.",
	"Instagram: @OurSalon_Kadikoy. Write to anna@okbank, https://t.me/salonbot or sms:+905321112233?body=Hi; in "
	"need "
	"112. ETH 0x52908400098527886E0F7030069857D2E4169EE7, account MT84MALT011000012345MTLCAST001S, "
	"GB29 NWBK 6016 1331 9268 19 and bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq.",
	"IBAN TR33 0006 1005 1978 6457 8413 26. Also javascript:alert(1) and tg://resolve?domain=oursalon in a "
	"document.",
	"https://docs.example.net/files/menu.pdf?dl=1",
	"https://m\xC3\xBCzik.example/caf\xC3\xA9",
};

static struct links_result checked(struct pool *pool, const char *answer)
{
	struct str sources[COUNT(texts)];

	for (size_t i = 0; i < COUNT(texts); i++)
		sources[i] = plain_text(pool, str_of(texts[i]));
	return links_check(pool, plain_text(pool, str_of(answer)), sources, COUNT(texts));
}

struct rewriting {
	const char *from, *to; /* `to` NULL: unchanged */
};

static void check_all(const struct rewriting *rows, size_t n)
{
	struct pool *pool = pool_new();

	for (size_t i = 0; i < n; i++) {
		struct str want = str_of(rows[i].to ? rows[i].to : rows[i].from);
		CHECK_ROW(check_text(checked(pool, rows[i].from).text, want, __FILE__, __LINE__), rows[i].from);
		CHECK_ROW(str_equal(checked(pool, pool_cstr(pool, want)).text, want), rows[i].from); /* and stays so */
	}
	pool_free(pool);
}

static void links_of_the_sources_stay(void)
{
	static const struct rewriting rows[] = {
		{ "Book here: https://salon.example/randevu", NULL },
		{ "Book here: https://salon.example/randevu.", NULL },
		{ "Book (https://salon.example/randevu), please!", NULL },
		{ "Is it https://salon.example/randevu?", NULL },
		{ "See \xE2\x80\x9Chttps://salon.example/randevu\xE2\x80\x9D now", NULL },
		{ "https://salon.example/randevu'dan bakabilirsiniz", NULL },
		{ "https://salon.example/randevu\xE2\x80\x99"
		  "dan",
			NULL },
		{ "*https://salon.example/randevu*", NULL },
		{ "_https://salon.example/randevu_", NULL },
		{ "The map is salon.example/map.", NULL },
		{ "http://www.salon.example/Prices/2026?list=all&utm_source=doc", NULL },
		{ "Way: https://maps.example.org/place/Our_Salon_(Kadikoy).", NULL },
		{ "Way (https://maps.example.org/place/Our_Salon_(Kadikoy))", NULL },
		{ "Follow instagram.com/oursalon", NULL },
		{ "https://docs.example.net/files/menu.pdf?dl=1", NULL },
		{ "https://m\xC3\xBCzik.example/caf\xC3\xA9", NULL },
		{ "Chat: tg://resolve?domain=oursalon", NULL },
		{ "Write to info@salon.example.", NULL },
		{ "Write to <info@salon.example>", NULL },
		{ "\xE8\xAF\xB7\xE8\xAE\xBF\xE9\x97\xAEhttps://salon.example/randevu\xE3\x80\x82", NULL },
	};

	check_all(rows, COUNT(rows));
}

static void mangled_links_are_repaired(void)
{
#define BOOK "https://salon.example/randevu"
#define PRICES "http://www.salon.example/Prices/2026?list=all&utm_source=doc"
	static const struct rewriting rows[] = {
		{ "http://salon.example/randevu", BOOK },
		{ "HTTPS://SALON.EXAMPLE/RANDEVU", BOOK },
		{ "https://salon.example/Randevu", BOOK },
		{ "https://www.salon.example/randevu", BOOK },
		{ "https://salon.example:443/randevu/", BOOK },
		{ "https://salon.example./randevu", BOOK },
		{ "https://salon.example//randevu", NULL },
		{ "https:/salon.example/randevu", BOOK },
		{ "https:salon.example/randevu", BOOK },
		{ "https:\\\\salon.example/randevu", BOOK },
		{ "//salon.example/randevu", BOOK },
		{ "www.salon.example/randevu", BOOK },
		{ "salon.example/randevu", BOOK },
		{ "https://salon.example/randevu/", BOOK },
		{ "https://salon.example/randevu/.", BOOK "." },
		{ "https://salon.example/randevu?", BOOK "?" },
		{ "https://salon.example/randevu#top", BOOK },
		{ "https://salon.example/randevu?next=https://evil.com", BOOK },
		{ "https://salon.example/r%61ndevu", BOOK },
		{ "https://salon%2Eexample/randevu", BOOK },
		{ "https://salon.example/rand", BOOK },
		{ "https://salon.example/rand\xE2\x80\xA6", BOOK },
		{ "https://salon.example/rand... now", BOOK " now" },
		{ "https://sa\xE2\x80\x8Blon.example/ran\xC2\xAD"
		  "devu",
			BOOK },
		{ "\xEF\xBD\x88ttps://\xEF\xBD\x93\xEF\xBD\x81lon\xEF\xBC\x8E"
		  "example/randevu",
			BOOK },
		{ "http://www.salon.example/Prices/2026", PRICES },
		{ "https://salon.example/prices/2026?list=all", PRICES },
		{ "https://salon.example/prices", PRICES },
		{ "https://docs.example.net/files/menu.pdf", "https://docs.example.net/files/menu.pdf?dl=1" },
		{ "https://salon.example/map", "salon.example/map" },
		{ "Info@Salon.Example", "info@salon.example" },
		{ "mailto:info@salon.example?subject=Hi", "info@salon.example" },
		{ "\xE8\xAF\xB7https://salon.example/randevu\xE8\xB0\xA2\xE8\xB0\xA2",
			"\xE8\xAF\xB7" BOOK " \xE8\xB0\xA2\xE8\xB0\xA2" },
	};

	/* Two slashes are another path: not guessed. */
	struct rewriting some[COUNT(rows)];
	size_t n = 0;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].to)
			some[n++] = rows[i];
	check_all(some, n);
}

static void others_are_removed(void)
{
	static const struct rewriting rows[] = {
		{ "Book at https://evil.com/x today.", "Book at today." },
		{ "Book at https://evil.com/x.", "Book at." },
		{ "Book: https://evil.com", "Book" },
		{ "Book: https://evil.com.", "Book." },
		{ "Book (https://evil.com/x) today", "Book today" },
		{ "Book [https://evil.com/x], then come", "Book, then come" },
		{ "Book <https://evil.com/x> today", "Book today" },
		{ "Book \xC2\xABhttps://evil.com/x\xC2\xBB today", "Book today" },
		{ "Book ([\"https://evil.com/x\"]) today", "Book today" },
		{ "https://evil.com/x", "" },
		{ "https://evil.com/x is good", "is good" },
		{ "HTTP://EVIL.COM", "" },
		{ "https:evil.com", "" },
		{ "https:/\\evil.com", "" },
		{ "http:\\\\evil.com", "" },
		{ "//evil.com/x", "" },
		{ "xhttps://evil.com", "" },
		{ "hxxps://evil.com", "" },
		{ "ftp://evil.com/x", "" },
		{ "javascript:alert(1)", "" },
		{ "JavaScript:alert(document.cookie)", "" },
		{ "Click data:text/html,hello now", "Click now" },
		{ "vbscript:x", "" },
		{ "file:///etc/passwd", "" },
		{ "intent://evil#Intent;end", "" },
		{ "tg://resolve?domain=evil", "" },
		{ "whatsapp://send?phone=1", "" },
		{ "skype:evil?call", "" },
		{ "www.evil.com", "" },
		{ "WWW.evil.unknownending", "" },
		{ "evil.com/path", "" },
		{ "evil.com", "" },
		{ "Evil.Com", "" },
		{ "EVIL.TR", "" },
		{ "evil.tr", "" },
		{ "evil.com:8080", "" },
		{ "evil.co.uk?x=1", "" },
		{ "see evil.shop, ok", "see, ok" },
		{ "bit.ly/abc", "" },
		{ "t.me/evil", "" },
		{ "192.168.0.1/x", "" },
		{ "http://192.168.0.1/x", "" },
		{ "http://[::1]/x", "[::1]/x" },
		{ "http://0x7f.1/", "" },
		{ "http://2130706433/", "" },
		{ "https://salon.example.evil.com/randevu", "" },
		{ "https://salon.example@evil.com/randevu", "" },
		{ "https://salon.example:443@evil.com/randevu", "" },
		{ "https://evil.com@salon.example/randevu", "" },
		{ "https://salon.example\\@evil.com/randevu", "" },
		{ "https://evil.com/https://salon.example/randevu", "" },
		{ "https://evil.com?u=https://salon.example/randevu", "" },
		{ "https://evil.com#salon.example/randevu", "" },
		{ "https://salon.examples/randevu", "" },
		{ "https://xsalon.example/randevu", "" },
		{ "https://salon.exampl/randevu", "" },
		{ "https://salon.example:8080/randevu", "" },
		{ "https://salon.example/randevu/evil", "" },
		{ "https://salon.example/randevuevil", "" },
		{ "https://salon.example/../randevu", "" },
		{ "https://s\xD0\xB0lon.example/randevu", "" }, /* Cyrillic a */
		{ "s\xD0\xB0lon.example/randevu", "" },
		{ "https://xn--slon-6cd.example/randevu", "" },
		{ "xn--slon-6cd.example", "" },
		{ "\xEF\xBD\x85vil\xEF\xBC\x8E"
		  "com",
			"" }, /* full width */
		{ "evil\xE3\x80\x82"
		  "com",
			"" }, /* an ideographic stop */
		{ "\xF0\x9D\x90\x9E\xF0\x9D\x90\xAF\xF0\x9D\x90\xA2\xF0\x9D\x90\xA5.com", "" }, /* mathematical */
		{ "ev\xE2\x80\x8Bil.c\xE2\x80\x8Dom", "" },
		{ "https://evil%2Ecom/x", "" },
		{ "https://\xE4\xBE\x8B\xE5\xAD\x90.\xE4\xB8\xAD\xE5\x9B\xBD/x", "" },
		{ "wait...evil.com now", "wait... now" },
		{ "-evil.com-", "- -" },
		{ "evil@evil.com", "" },
		{ "Write to Evil <evil@evil.com> now", "Write to Evil now" },
		{ "info@salon.example.evil.com", "" },
		{ "info+x@salon.example", "" },
		{ "mailto:evil@evil.com", "" },
		{ "evil\xEF\xBC\xA0"
		  "evil.com",
			"" },
		{ "(evil@evil.com)", "" },
		{ "evil@evil.com/x", "" },
		{ "One:\nhttps://evil.com\nTwo", "One:\n\nTwo" },
	};

	check_all(rows, COUNT(rows));
}

static void names_and_codes_of_the_sources_stay(void)
{
	static const struct rewriting rows[] = {
		{ "We are @oursalon_kadikoy.", "We are @OurSalon_Kadikoy." },
		{ "(@OurSalon_Kadikoy)", NULL },
		{ "@OurSalon_Kadikoy'dan yazin", NULL },
		{ "Chat with @salonbot, please", "Chat with https://t.me/salonbot, please" },
		{ "Follow @oursalon", "Follow instagram.com/oursalon" },
		{ "Pay anna@okbank", NULL },
		{ "Write sms:+905321112233?body=Hi", NULL },
		{ "Tel:0212 555 12 34, tel:112.", NULL },
		{ "Tel: 112", NULL },
		{ "ETH 0x52908400098527886E0F7030069857D2E4169EE7.", NULL },
		{ "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", NULL },
		{ "IBAN MT84 MALT 0110 0001 2345 MTLC AST0 01S", "IBAN MT84MALT011000012345MTLCAST001S" },
		{ "IBAN GB29NWBK60161331926819", "IBAN GB29 NWBK 6016 1331 9268 19" },
		{ "IBAN GB29 NWBK 6016 1331 9268 19 is ours", NULL },
		{ "IBAN TR330006100519786457841326", "IBAN TR33 0006 1005 1978 6457 8413 26" },
	};

	check_all(rows, COUNT(rows));
}

static void other_names_and_codes_are_removed(void)
{
	static const struct rewriting rows[] = {
		{ "Write to @evil_bot now", "Write to now" },
		{ "Write to @evilbot.", "Write to." },
		{ "(@evil.bot)", "" },
		{ "@oursalon_kadikoy2", "" },
		{ "@oursalon.kadikoy", "" },
		{ "Hi. @evilbot", "Hi." },
		{ "_bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz_", "_ _" },
		{ "\xEF\xBC\xA0"
		  "evilbot",
			"" },
		{ "@evil@mastodon.example", "" },
		{ "@t\xC3\xBCrk_evil", "" },
		{ "Pay evil@ybl now", "Pay now" },
		{ "Dial tel:*21*5551234#", "Dial" },
		{ "Dial tel:911 now", "Dial now" },
		{ "Text sms:12345", "Text" },
		{ "Text SMS:12345?body=BUY", "Text" },
		{ "Text sms:+905321112233?body=BUY", "Text" },
		{ "Text smsto:12345:hello", "Text" },
		{ "sip:evil", "" },
		{ "Pay bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=1", "Pay" },
		{ "Pay upi:pay?pa=x", "Pay" },
		{ "BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "BTC" },
		{ "BTC bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdqq", "BTC" },
		{ "BTC BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", "BTC" },
		{ "ETH 0x52908400098527886E0F7030069857D2E4169EE8", "ETH" },
		{ "TON EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2", "TON" },
		{ "SOL DYw8jCTfwHNRJhhmFcbXvVDTqWMEVFBX6ZKUmG5CNSKK", "SOL" },
		{ "TRX TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TRX" },
		{ "PIX 123e4567-e89b-12d3-a456-426614174000", "PIX" },
		{ "vitalik.eth", "" },
		{ "IBAN GB82 WEST 1234 5698 7654 32 now", "IBAN now" },
		{ "IBAN GB82WEST12345698765432", "IBAN" },
		{ "IBAN NO93 8601 1117 947.", "IBAN." },
		{ "iban no9386011117947", "iban" },
		{ "IBAN MT84-MALT-0110-0001-2345-MTLC-AST0-02S", "IBAN" },
		{ "Key sk_live_51H8xYzABCDEFghijkl0123456789", "Key" },
	};

	check_all(rows, COUNT(rows));
}

static void words_are_no_links(void)
{
	static const struct rewriting rows[] = {
		{ "We open at 9.00, e.g. on Mondays, i.e. Mo.-Fr., a.m. and p.m.", NULL },
		{ "It costs 3.5 or 1.250,50 TL (approx.).", NULL },
		{ "Wait...what? Yes!No", NULL },
		{ "Node.js and menu.pdf", NULL },
		{ "#salon; and/or 24/7 1/2, @ 9:00, @2 and @5, a@b", NULL },
		{ "Tel: yes. Fax: none. SMS: no", NULL },
		{ "WhatsApp-Image-2026-11-29-at-10, A1B2-C3, covid19", NULL },
		{ "state-of-the-art-24-hour-emergency-service-center, Donaudampfschifffahrtsgesellschaft", NULL },
		{ "BMW X5 2026 with 4x4, ISO9001:2015", NULL },
		{ "IN 2026 WITH 5000 TEXT MORE CAPS", NULL },
		{ "T.C. kimlik, z.B. so", NULL },
		{ "tamam.Bekliyoruz", "tamam. Bekliyoruz" },
		{ "tamam.Ve geliyoruz", "tamam. Ve geliyoruz" },
		{ "Ltd.\xC5\x9Eti.", "Ltd. \xC5\x9Eti." },
		{ "evil.plumbing", "evil. plumbing" },
		{ "evil.\xD1\x80\xD1\x84", "evil. \xD1\x80\xD1\x84" },
		{ "evil.\xE4\xB8\xAD\xE5\x9B\xBD", "evil. \xE4\xB8\xAD\xE5\x9B\xBD" },
		{ "\xE4\xBD\xA0\xE5\xA5\xBD\xE3\x80\x82\xE8\xB0\xA2\xE8\xB0\xA2", NULL },
		{ "Note: yes. Data: no. about: us", NULL },
		{ "", NULL },
		{ ".", NULL },
		{ "://", NULL },
		{ "@@ @. .@ :: http: www.", NULL },
	};

	check_all(rows, COUNT(rows));
}

static void numbers_of_the_sources_stay(void)
{
	static const struct rewriting rows[] = {
		{ "Call 0212 555 12 34.", NULL },
		{ "Call 02125551234.", NULL },
		{ "Call (0212) 555-12-34.", NULL },
		{ "Call +90 212 555 12 34.", NULL },
		{ "Call 0090 212 5551234", NULL },
		{ "Call 555 12 34", NULL },
		{ "Call +905321112233", NULL },
		{ "Call 0532 111 22 33", NULL },
		{ "Call \xD9\xA0\xD9\xA2\xD9\xA1\xD9\xA2 \xD9\xA5\xD9\xA5\xD9\xA5 \xD9\xA1\xD9\xA2 \xD9\xA3\xD9\xA4",
			NULL },
		{ "IBAN TR33 0006 1005 1978 6457 8413 26", NULL },
		{ "Call 0212 555 12 35 now", "Call now" },
		{ "Call (0212) 555 12 35 now", "Call now" },
		{ "Call (0212 555 12 35) now", "Call now" },
		{ "Call +1 212 555 1235.", "Call." },
		{ "Call +44 7700 900123", "Call" },
		{ "Call: 0900 1234567", "Call" },
		{ "Call tel:+447700900123", "Call tel" },
		{ "Call 555-1235", "Call" },
		{ "Call \xEF\xBC\x90\xEF\xBC\x99\xEF\xBC\x90\xEF\xBC\x90 "
		  "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x93\xEF\xBC\x94\xEF\xBC\x95",
			"Call" },
		{ "IBAN TR99 0006 1005 1978 6457 8413 99 now", "IBAN now" },
		{ "Card 4111 1111 1111 1111", "Card" },
		{ "Call 12.34.5678, 5551-2345, 612.345.678, 55.66-77.88.", "Call." },
		{ "wa.me/447700900123", "" },
	};

	check_all(rows, COUNT(rows));
}

static void dates_and_amounts_stay(void)
{
	static const struct rewriting rows[] = {
		{ "On 22.11.2026 at 14:30, or 22/11/2026 or 2026-11-22 14:30.", NULL },
		{ "22.11.2026 14.30", NULL },
		{ "22.11.2026-24.11.2026, 22-24.11.2026", NULL },
		{ "Open 09.00-18.00, 9.00 - 18.00, 09:00-18:00, 10:00 - 22:30", NULL },
		{ "Since 2019-2024, 11/22/2026, 31.12-2.1.2027", NULL },
		{ "1.250.000 TL, 1 250 000 \xE2\x82\xBA, \xE2\x82\xBA"
		  "1250000, 2500000 TL, $ 1000000",
			NULL },
		{ "22.11.2026 0212 555 12 34 09.00-18.00", NULL },
		{ "2500-3500 TL, 900-1100 arasi, 2500 - 3500", NULL },
		{ "Room 101, floor 3, 20 people, 150 m2", NULL },
	};

	check_all(rows, COUNT(rows));
}

static void counts_what_it_did(void)
{
	struct pool *pool = pool_new();
	struct links_result r =
		checked(pool, "https://salon.example/randevu http://salon.example/map https://evil.com a@evil.com; "
			      "0900 1234567, 02125551234 09.00-18.00");

	CHECK_INT(r.kept, 2);
	CHECK_INT(r.repaired, 1);
	CHECK_INT(r.removed, 3);
	r = links_check(pool, STR("https://salon.example"), NULL, 0);
	CHECK_STR(r.text, "");
	CHECK_INT(r.removed, 1);
	pool_free(pool);
}

/* Signs in any order: nothing that an app makes clickable is left, nothing is read beyond the end. */
static void survives_noise(void)
{
	static const char *const pieces[] = { "http", "https://", ":", "//", "evil.com", "www.", "@", ".", "..", "(",
		")", "[", "]", "<", ">", " ", "\n", "0", "555 12 34", "+", "-", "\xE2\x80\x8B", "\xC5\x9F",
		"\xE4\xB8\xAD", "/", "?", "#", "%2E", "\\", "salon.example", "_", "x", "\xFF", "'", "\xE2\x80\xA6", "*",
		"@evilname", "tel:", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdz", "GB82 WEST 1234 5698 7654 32", "A" };
	struct pool *pool = pool_new();
	unsigned state = 7;

	for (int round = 0; round < 3000; round++) {
		char text[400] = "";
		for (int i = 0; i < 12; i++) {
			state = state * 1103515245 + 12345;
			strncat(text, pieces[(state >> 16) % COUNT(pieces)], sizeof(text) - strlen(text) - 1);
		}
		struct links_result r = checked(pool, text);
		CHECK_ROW(str_is_utf8(r.text), text);
		CHECK_ROW(!strstr(r.text.p, "evil.com"), text);
		CHECK_ROW(!strstr(r.text.p, " @evilname"), text);
		CHECK_ROW(!strstr(r.text.p, "GB82 WEST 1234 5698 7654 32"), text);
		pool_reset(pool);
	}
	pool_free(pool);
}

static void long_texts_take_no_time(void)
{
	static const char *const pieces[] = { "(", "[", "http://", "a.", "a@", "1 ", "1", "____", "<a ", "{\"",
		"evil.com ", "+", "w", "@", "@a", "@a@", "a1", "AB12 ", "tel:1", "tel:", "a-", "sms:1*" };
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(pieces); i++) {
		size_t n = strlen(pieces[i]), at = 0;
		char *text = pool_alloc(pool, 12001);
		for (; at + n <= 12000; at += n)
			memcpy(text + at, pieces[i], n);
		struct str all = { text, at };
		(void)links_check(pool, plain_without_markup(pool, plain_text(pool, all)), &all, 1);
		pool_reset(pool);
	}
	pool_free(pool);
}

CU_TestInfo link_tests[] = {
	{ "links of the sources stay", links_of_the_sources_stay },
	{ "mangled links are repaired", mangled_links_are_repaired },
	{ "all others are removed", others_are_removed },
	{ "names and codes of the sources stay", names_and_codes_of_the_sources_stay },
	{ "other names and codes are removed", other_names_and_codes_are_removed },
	{ "words are no links", words_are_no_links },
	{ "numbers of the sources stay, others do not", numbers_of_the_sources_stay },
	{ "dates, times and amounts stay", dates_and_amounts_stay },
	{ "counts what it did", counts_what_it_did },
	{ "survives noise", survives_noise },
	{ "long texts take no time", long_texts_take_no_time },
	CU_TEST_INFO_NULL,
};

/* ---- plain text ---- */

static void invisible_characters_go(void)
{
	static const struct rewriting rows[] = {
		{ "a\r\nb\tc\x01\x1b[31md\x7f", "a\nb c[31md" },
		{ "a\xE2\x80\x8B"
		  "b\xE2\x80\xAE"
		  "c\xEF\xBB\xBF\xC2\xAD"
		  "d\xE2\x81\xA6"
		  "e\xF3\xA0\x81\x81"
		  "f",
			"abcdef" },
		{ "a\xE2\x80\x8D"
		  "b",
			"ab" },
		{ "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x94\xA7", NULL }, /* a mechanic */
		{ "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE\xD9\x88\xD8\xA7\xD9\x87\xD9\x85", NULL },
		{ "a\xE2\x80\xA8"
		  "b",
			"a\nb" },
		{ "bad \xFF\xC3 byte", "bad \xEF\xBF\xBD\xEF\xBF\xBD byte" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_ROW(check_text(plain_text(pool, str_of(rows[i].from)),
				  str_of(rows[i].to ? rows[i].to : rows[i].from), __FILE__, __LINE__),
			rows[i].from);
	CHECK_STR(plain_text(pool, STR("a\0b")), "ab");
	CHECK_STR(plain_line(pool, STR(" a \n\n b\tc "), 100), "a b c");
	CHECK_STR(plain_line(pool, STR("g\xC3\xBC"), 2), "g");
	CHECK_STR(plain_line(pool, STR_NONE, 2), "");
	pool_free(pool);
}

static void markup_goes(void)
{
	static const struct rewriting rows[] = {
		{ "# Title\n## More\n#tag #1", "Title\nMore\n#tag #1" },
		{ "**bold** and ***both*** and *one*", "bold and both and *one*" },
		{ "__bold__ but https://a.example/x__y", "bold but https://a.example/x__y" },
		{ "`code` ```\nblock\n```", "code \nblock" },
		{ "```text\nblock\n```\nend", "block\nend" },
		{ "> quoted\n3 > 2 and 2 < 3", "quoted\n3 > 2 and 2 < 3" },
		{ "a\n---\nb\n- item", "a\nb\n- item" },
		{ "[here](https://a.example)", "here (https://a.example)" },
		{ "[https://a.example](https://a.example)", "https://a.example" },
		{ "[w](<https://a.example/b> \"t\")", "w (https://a.example/b)" },
		{ "[w](https://a.example/b_(c)) x", "w (https://a.example/b_(c)) x" },
		{ "![alt](https://a.example/i.png)", "alt (https://a.example/i.png)" },
		{ "[x] [y](", NULL },
		{ "<b>bold</b><br/> <a href=\"https://evil.com\">x</a><!-- c --> <https://a.example>",
			"bold x <https://a.example>" },
		{ "~~gone~~ ~5", "gone ~5" },
		{ "!", NULL },
		{ "[", NULL },
		{ "<", NULL },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_ROW(check_text(plain_without_markup(pool, str_of(rows[i].from)),
				  str_of(rows[i].to ? rows[i].to : rows[i].from), __FILE__, __LINE__),
			rows[i].from);
	pool_free(pool);
}

CU_TestInfo plain_text_tests[] = {
	{ "invisible characters go", invisible_characters_go },
	{ "markup goes", markup_goes },
	CU_TEST_INFO_NULL,
};
