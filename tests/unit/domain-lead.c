/*
 * domain-lead.c - tests of src/domain/lead*.c: what one message tells, what a conversation adds up to, what it is
 * worth.
 */
#include "check.h"
#include "domain.h"

#include "domain/leads/lead.h"

#include <time.h>

#define WEDNESDAY 1795600800 /* 2026-11-25 10:00 UTC */

static struct lead extract(struct pool *pool, struct str text)
{
	struct lead_message message = { text, WEDNESDAY };
	struct lead_input in = { .messages = &message, .n = 1 };
	struct lead lead;
	lead_extract(pool, &in, &lead);
	return lead;
}

struct row {
	const char *text, *want; /* NULL: nothing */
};

static void check_rows(enum lead_field field, const struct row *rows, size_t n)
{
	struct pool *pool = pool_new();
	for (size_t i = 0; i < n; i++) {
		struct str got = extract(pool, str_of(rows[i].text)).field[field];
		bool same = rows[i].want ? str_equal(got, str_of(rows[i].want)) : got.p == NULL;
		if (!same)
			printf("# %s: got \"%.*s\", want \"%s\"\n", lead_field_name(field), (int)got.n,
				got.p ? got.p : "", rows[i].want ? rows[i].want : "nothing");
		CHECK_ROW(same, rows[i].text);
	}
	pool_free(pool);
}

static void emails(void)
{
	static const struct row rows[] = {
		{ "my mail is ana.gomez+shop@mail.example.com.", "ana.gomez+shop@mail.example.com" },
		{ "(ben@example.org)", "ben@example.org" },
		{ "e-posta:ali@ornek.com.tr lütfen", "ali@ornek.com.tr" },
		{ "mailto:x@y.io", "x@y.io" },
		{ "follow me @ana", NULL },
		{ "a@b", NULL },
		{ "a@b.c", NULL },
		{ "a@@b.com", NULL },
		{ "@b.com", NULL },
		{ ".a@b.com", NULL },
		{ "a..b@c.com", NULL },
		{ "a@b..com", NULL },
		{ "a@-b.com", NULL },
		{ "a@b.com@c.com", NULL },
		{ "a@1.2", NULL },
		{ "öa@b.com", NULL },
		{ "first a@b, then c@d.com", "c@d.com" },
	};
	check_rows(LEAD_EMAIL, rows, COUNT(rows));
}

static void phones(void)
{
	static const struct row rows[] = {
		{ "call me at +49 151 2345 6789", "+4915123456789" },
		{ "+1 (555) 078-3881 thanks", "+15550783881" },
		{ "0049 151 23456789", "+4915123456789" },
		{ "numaram 0532 123 45 67", "05321234567" },
		{ "0 532 123 45 67 arayın", "05321234567" },
		{ "mi teléfono es 612 345 678", "612345678" },
		{ "my number is 555-078-3881", "5550783881" },
		{ "05321234567", "05321234567" },
		{ "room 12", NULL },
		{ "https://shop.example.com/p/0532123456?id=4915123456789", NULL },
		{ "order 15000 pieces", NULL },
		{ "order number 0532123456", NULL },
		{ "sipariş no 05321234567", NULL },
		{ "tracking number +4912345678901", NULL },
		{ "612345678", NULL },
		{ "4111 1111 1111 1111", NULL },
		{ "on 01.02.2026 10:00", NULL },
		{ "01.02.2026 1000", NULL },
		{ "2026-11-25", NULL },
		{ "+12", NULL },
		{ "1234567890123456789012345", NULL },
		{ "DE89 3704 0044 0532 0130 00", NULL },
		{ "IBAN 0532 123 45 67", NULL },
		{ "a+4915123456789", NULL },
		{ "x05321234567", NULL },
		{ "from 10 to 12", NULL },
		{ "number of guests: 250", NULL },
	};
	check_rows(LEAD_PHONE, rows, COUNT(rows));
}

static void names(void)
{
	static const struct row rows[] = {
		{ "Hi, my name is Ana Gómez and I need a cake", "Ana Gómez" },
		{ "my name is ana", "ana" },
		{ "I am Ben.", "Ben" },
		{ "I'm Carla, from Lima", "Carla" },
		{ "this is Dan speaking", "Dan" },
		{ "Merhaba, adım Ayşe Yılmaz", "Ayşe Yılmaz" },
		{ "ben Çağla", "Çağla" },
		{ "hola, me llamo María José", "María José" },
		{ "soy Pedro", "Pedro" },
		{ "mi nombre es Łukasz", "Łukasz" },
		{ "my name is on the list", NULL },
		{ "my name is wrong on the invoice", NULL },
		{ "I am looking for a dress", NULL },
		{ "I'm not sure", NULL },
		{ "this is great", NULL },
		{ "soy de Madrid", NULL },
		{ "ben de istiyorum", NULL },
		{ "I am Monday free", NULL },
		{ "my name is 12345", NULL },
	};
	check_rows(LEAD_NAME, rows, COUNT(rows));
}

static void budgets(void)
{
	static const struct row rows[] = {
		{ "my budget is 1500 euros", "1500 EUR" },
		{ "budget: 1.500 €", "1500 EUR" },
		{ "Budget around $1,500.50", "1500.50 USD" },
		{ "I can spend up to €2k", "2000 EUR" },
		{ "our budget is 1000-1500 EUR", "1000-1500 EUR" },
		{ "my budget is around 1500", "1500" },
		{ "bütçem 20 bin TL", "20000 TRY" },
		{ "2.000 TL'ye kadar", "2000 TRY" },
		{ "bütçemiz 15000₺", "15000 TRY" },
		{ "en fazla 5000 lira", "5000 TRY" },
		{ "mi presupuesto es de 800 euros", "800 EUR" },
		{ "tengo 500 euros", "500 EUR" },
		{ "500 €", "500 EUR" },
		{ "no more than 300 pounds", "300 GBP" },
		{ "order 15000 pieces", NULL },
		{ "in 2024", NULL },
		{ "room 12", NULL },
		{ "how much is the 50€ package?", NULL },
		{ "is it 300 euros?", NULL },
		{ "I have 3 children", NULL },
		{ "need a presupuesto para 20 puertas", NULL },
		{ "up to 20 people", NULL },
		{ "call 555-1234", NULL },
		{ "my budget is tight", NULL },
		{ "budget hotel for 2 nights", NULL },
		{ "I want to spend 3 days", NULL },
		{ "1.2.3.4 €", NULL },
		{ "I have 2 dogs, 30 euros per dog?", NULL },
		{ "we paid 500 euros", NULL },
	};
	check_rows(LEAD_BUDGET, rows, COUNT(rows));
}

static void dates(void)
{
	static const struct row words[] = {
		{ "can I come tomorrow at 5pm?", "tomorrow at 5pm" },
		{ "on Friday please", "on Friday" },
		{ "next Friday", "next Friday" },
		{ "this weekend", "this weekend" },
		{ "12 May 2027", "12 May 2027" },
		{ "May 12th is fine", "May 12th" },
		{ "yarın saat 15:30 olur mu", "yarın saat 15:30" },
		{ "cuma günü gelebilirim", "cuma günü" },
		{ "12 Aralık", "12 Aralık" },
		{ "mañana a las 5 de la tarde", "mañana a las 5 de la tarde" },
		{ "el próximo viernes", "el próximo viernes" },
		{ "el 12 de diciembre", "12 de diciembre" },
		{ "am 12.12.2026", "12.12.2026" },
		{ "2026-12-01", "2026-12-01" },
		{ "in 2024", NULL },
		{ "I bought it last Friday", NULL },
		{ "el lunes 30 de noviembre a las 17:30", "el lunes 30 de noviembre a las 17:30" },
		{ "15 Aralık cumartesi günü", "15 Aralık cumartesi günü" },
		{ "every Sunday", NULL },
		{ "Black Friday sale?", NULL },
		{ "I may 2 come", NULL },
		{ "born on 03.04.1990", NULL },
		{ "el viernes pasado", NULL },
		{ "buenas, por la mañana", NULL },
		{ "version 1.2.3", NULL },
		{ "31.02.2027", NULL },
		{ "99.99.2027", NULL },
		{ "room 12", NULL },
		{ "march 200 people", NULL },
		{ "where is my order from 12 May", NULL },
	};
	static const struct row days[] = {
		{ "tomorrow", "2026-11-26" },
		{ "the day after tomorrow", "2026-11-27" },
		{ "today", "2026-11-25" },
		{ "on Friday", "2026-11-27" },
		{ "this Sunday", "2026-11-29" },
		{ "next Friday", NULL },
		{ "on Wednesday", NULL },
		{ "haftaya cuma", "2026-12-04" },
		{ "yarın", "2026-11-26" },
		{ "pasado mañana", "2026-11-27" },
		{ "el próximo lunes", "2026-11-30" },
		{ "12 May", "2027-05-12" },
		{ "12 de diciembre", "2026-12-12" },
		{ "20 November", NULL },
		{ "12.12.2026", "2026-12-12" },
		{ "3/4/2027", NULL },
		{ "13/4/2027", "2027-04-13" },
		{ "4/13/2027", "2027-04-13" },
		{ "29 February", NULL },
		{ "29.02.2028", "2028-02-29" },
		{ "2026-12-01", "2026-12-01" },
		{ "this weekend", NULL },
		{ "next week", NULL },
	};
	check_rows(LEAD_DATE, words, COUNT(words));
	check_rows(LEAD_DATE_ISO, days, COUNT(days));
}

static void locations(void)
{
	static const struct row rows[] = {
		{ "do you deliver to New York?", "New York" },
		{ "I live in berlin", "berlin" },
		{ "a wedding in San Sebastián", "San Sebastián" },
		{ "Kadıköy'de misiniz", "Kadıköy" },
		{ "İzmir'deyim", "İzmir" },
		{ "vivo en Sevilla", "Sevilla" },
		{ "my address is Main Street 5, 12345 Springfield", "Main Street 5, 12345 Springfield" },
		{ "adresim: Moda Cad. 5 Kadıköy", "Moda Cad. 5 Kadıköy" },
		{ "in 2024", NULL },
		{ "in English please", NULL },
		{ "in July", NULL },
		{ "Instagram'da gördüm", NULL },
		{ "en general", NULL },
		{ "I AM IN A HURRY IN MY CAR", NULL },
		{ "what is your address?", NULL },
		{ "in the morning", NULL },
		{ "Salı'da", NULL },
	};
	check_rows(LEAD_LOCATION, rows, COUNT(rows));
}

static void services(void)
{
	static const struct row rows[] = {
		{ "I need a wedding cake for Friday", "wedding cake" },
		{ "I'd like to book a deep tissue massage tomorrow", "deep tissue massage" },
		{ "looking for a used bike", "used bike" },
		{ "I want to make an appointment for a haircut", "haircut" },
		{ "can I get a haircut appointment", "haircut" },
		{ "saç kesimi istiyorum", "saç kesimi" },
		{ "20 kişilik doğum günü pastası sipariş etmek istiyorum", "doğum günü pastası" },
		{ "yarın saat 3'te saç boyama randevusu alabilir miyim", "saç boyama" },
		{ "I'm looking to book a table", "table" },
		{ "yarın için saç kesimi randevusu almak istiyorum", "saç kesimi" },
		{ "merhaba düğün pastası lazım", "düğün pastası" },
		{ "necesito una torta de boda para mañana", "torta de boda" },
		{ "busco apartamento en Sevilla", "apartamento" },
		{ "quiero reservar una mesa", "mesa" },
		{ "I need help", NULL },
		{ "I want to know the price", NULL },
		{ "I need a refund", NULL },
		{ "quiero hablar con una persona", NULL },
		{ "bilgi istiyorum", NULL },
		{ "hello", NULL },
		{ "I want to book an appointment", NULL },
		{ "I need it tomorrow", NULL },
		{ "istiyorum", NULL },
		{ "where is my order", NULL },
	};
	check_rows(LEAD_SERVICE, rows, COUNT(rows));
}

static void intents(void)
{
	static const struct row rows[] = {
		{ "I want to book a room", "book" },
		{ "can I make an appointment?", "book" },
		{ "do you have any availability on Friday", "book" },
		{ "I would like to order a cake", "buy" },
		{ "I need a plumber", "buy" },
		{ "how much is it", "price" },
		{ "price list please", "price" },
		{ "are you open on Sunday", "info" },
		{ "what are your opening hours", "info" },
		{ "where is my order", "support" },
		{ "the app doesn't work", "support" },
		{ "please cancel my appointment", "support" },
		{ "I want a refund", "complaint" },
		{ "my cake arrived broken", "complaint" },
		{ "we want to rent a car", "book" },
		{ "I need 3 rooms", "book" },
		{ "randevu almak istiyorum", "book" },
		{ "sipariş vermek istiyorum", "buy" },
		{ "fiyat nedir", "price" },
		{ "ne kadar", "price" },
		{ "açık mısınız", "info" },
		{ "siparişim nerede", "support" },
		{ "ürün kırık geldi, iade istiyorum", "complaint" },
		{ "quiero reservar una mesa", "book" },
		{ "quiero comprar dos", "buy" },
		{ "¿cuánto cuesta?", "price" },
		{ "¿a qué hora abren?", "info" },
		{ "¿dónde está mi pedido?", "support" },
		{ "no me ha llegado el paquete", "complaint" },
		{ "ok thanks", "other" },
		{ "今天几点开门？", "other" },
		{ "🙏", NULL },
		{ "", NULL },
	};
	check_rows(LEAD_INTENT, rows, COUNT(rows));
}

static void what_is_no_business(void)
{
	static const char *const yes[] = { "Are you hiring? I attach my CV", "iş başvurusu yapmak istiyorum",
		"busco trabajo", "We offer SEO services to boost your sales", "Our agency can grow your business",
		"I love you", "happy birthday!", "yanlış numara", "te quiero mucho", "You have won a prize",
		"bitcoin investment", "sitenizi ilk sıraya çıkaralım" };
	static const char *const no[] = { "I'd love to book a table", "do you sell birthday cakes", "price please",
		"saç kesimi istiyorum", "quiero una mesa", "hello", "we would love two rooms",
		"can I apply the discount", "my wife lost her job, can I cancel" };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(yes); i++)
		CHECK_ROW(extract(pool, str_of(yes[i])).non_business, yes[i]);
	for (size_t i = 0; i < COUNT(no); i++)
		CHECK_ROW(!extract(pool, str_of(no[i])).non_business, no[i]);
	pool_free(pool);
}

/* ---- a conversation ---- */

static struct lead talk(struct pool *pool, const char *const *texts, int n)
{
	static const struct str skills[] = { { "Wedding cakes", 13 } };
	struct lead_message *messages = pool_new_array(pool, (size_t)n, struct lead_message);
	struct lead_input in = { .messages = messages, .n = n, .skills = skills, .n_skills = 1 };
	struct lead lead;
	for (int i = 0; i < n; i++)
		messages[i] = (struct lead_message){ str_of(texts[i]), WEDNESDAY };
	lead_extract(pool, &in, &lead);
	return lead;
}

static void later_messages_add(void)
{
	static const char *const texts[] = { "hi", "I want to book a tasting", "tomorrow", "my name is Ana",
		"budget 500 EUR", "ana@example.com", "thanks" };
	struct pool *pool = pool_new();
	struct lead l = talk(pool, texts, COUNT(texts));
	CHECK_STR(l.field[LEAD_SERVICE], "tasting");
	CHECK_STR(l.field[LEAD_INTENT], "book");
	CHECK_STR(l.field[LEAD_DATE_ISO], "2026-11-26");
	CHECK_STR(l.field[LEAD_NAME], "Ana");
	CHECK_STR(l.field[LEAD_BUDGET], "500 EUR");
	CHECK_STR(l.field[LEAD_EMAIL], "ana@example.com");
	CHECK_STR(talk(pool, texts, 1).field[LEAD_SERVICE], "Wedding cakes"); /* from the skill that answered */
	pool_free(pool);
}

static void a_correction_replaces(void)
{
	static const char *const texts[] = { "I need a wedding cake on Friday", "my name is Ana", "I need a candle",
		"sorry, my name is Anna", "next week is better", "budget 500 EUR", "budget 700 EUR" };
	struct pool *pool = pool_new();
	struct lead l = talk(pool, texts, COUNT(texts));
	CHECK_STR(l.field[LEAD_SERVICE], "wedding cake"); /* no words of correction */
	CHECK_STR(l.field[LEAD_NAME], "Anna");
	CHECK_STR(l.field[LEAD_DATE], "next week");
	CHECK_STR(l.field[LEAD_DATE_ISO], ""); /* the day of "Friday" has gone with it */
	CHECK_STR(l.field[LEAD_BUDGET], "700 EUR");
	pool_free(pool);
}

static void merging_never_erases(void)
{
	static const char *const first[] = { "I want to book a massage on Friday, my name is Ana, budget 500 EUR" };
	static const char *const second[] = { "how much is a facial? I am Ben." };
	static const char *const third[] = { "oh sorry, my name is Carla" };
	struct pool *pool = pool_new();
	struct lead known = talk(pool, first, 1), none = { .business = false }, found = talk(pool, second, 1);
	lead_merge(&known, &none);
	CHECK_STR(known.field[LEAD_BUDGET], "500 EUR");
	CHECK_STR(known.field[LEAD_DATE_ISO], "2026-11-27");
	lead_merge(&known, &found);
	CHECK_STR(known.field[LEAD_SERVICE], "massage");
	CHECK_STR(known.field[LEAD_NAME], "Ana");
	CHECK_STR(known.field[LEAD_INTENT], "book");
	CHECK_STR(known.field[LEAD_DATE], "on Friday");
	found = talk(pool, third, 1);
	lead_merge(&known, &found);
	CHECK_STR(known.field[LEAD_NAME], "Ana"); /* alone it corrects nothing that it knows */
	none.non_business = true;
	lead_merge(&known, &none);
	CU_ASSERT_TRUE(known.non_business);
	found = talk(pool, first, 1);
	lead_merge(&known, &found);
	CU_ASSERT_FALSE(known.non_business);
	pool_free(pool);
}

/* ---- as JSON, by hand, worth ---- */

static void facts_go_out_and_back(void)
{
	struct pool *pool = pool_new();
	struct lead l = { .non_business = true, .field = { [LEAD_NAME] = STR("A\"na"), [LEAD_BUDGET] = STR("5 EUR") } },
		    back;
	struct buf b;
	struct json_writer w;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	lead_write(&w, &l);
	CHECK_STR(buf_str(&b), "{\"budget\":\"5 EUR\",\"name\":\"A\\\"na\",\"non_business\":true}");
	CU_ASSERT_TRUE(lead_read(pool, buf_str(&b), &back));
	CHECK_STR(back.field[LEAD_NAME], "A\"na");
	CU_ASSERT_TRUE(back.non_business);
	CU_ASSERT_FALSE(lead_read(pool, STR("[1]"), &back));
	CU_ASSERT_FALSE(lead_read(pool, STR("{"), &back));
	CU_ASSERT_TRUE(lead_read(pool, STR("{\"name\":7,\"phone\":[],\"email\":\" a\\u0000\\nb \"}"), &back));
	CHECK_STR(back.field[LEAD_NAME], "");
	buf_fini(&b);
	pool_free(pool);
}

static void what_is_set_by_hand_wins(void)
{
	struct pool *pool = pool_new();
	struct lead facts = { .field = { [LEAD_NAME] = STR("Ana"),
				      [LEAD_DATE] = STR("tomorrow"),
				      [LEAD_DATE_ISO] = STR("2026-11-26"),
				      [LEAD_PHONE] = STR("0532"),
				      [LEAD_INTENT] = STR("info") } };
	struct lead_view view = {
		.manual = STR("{\"name\":\"Anna\",\"date\":\"soon\",\"phone\":null,\"intent\":\"book\",\"x\":1}"),
		.contact_name = STR("profile"),
		.contact_phone = STR("+49"),
		.language = STR("tr"),
		.hot_from = 7,
		.now_s = WEDNESDAY
	};
	struct lead_judged j = lead_judge(pool, &facts, &view);
	CHECK_STR(j.lead.field[LEAD_NAME], "Anna");
	CHECK_STR(j.lead.field[LEAD_DATE], "soon");
	CHECK_STR(j.lead.field[LEAD_DATE_ISO], "");
	CHECK_STR(j.lead.field[LEAD_PHONE], ""); /* known to be nothing, the channel's number notwithstanding */
	CHECK_INT(j.score, 5);
	CHECK_INT(j.class, LEAD_WARM);
	CHECK_STR(j.summary, "Randevu veya rezervasyon istiyor; tarih soon; Anna");
	view.manual = STR("broken");
	j = lead_judge(pool, &facts, &view);
	CHECK_STR(j.lead.field[LEAD_NAME], "Ana");
	pool_free(pool);
}

static void people_edit_one_field_at_a_time(void)
{
	static const struct {
		const char *name, *value, *want; /* NULL: refused */
	} rows[] = { { "name", "Ana", "{\"name\":\"Ana\"}" },
		{ "budget", "5 EUR", "{\"name\":\"Ana\",\"budget\":\"5 EUR\"}" }, { "intent", "steal", NULL },
		{ "date_iso", "2027-02-29", NULL }, { "name", "a\nb", NULL }, { "class", "hot", NULL },
		{ "non_business", "maybe", NULL }, { "name", "\xff", NULL }, { "name", "", "{\"budget\":\"5 EUR\"}" },
		{ "non_business", "true", "{\"budget\":\"5 EUR\",\"non_business\":true}" },
		{ "non_business", "", "{\"budget\":\"5 EUR\"}" }, { "budget", "", "{}" },
		{ "date_iso", "2028-02-29", "{\"date_iso\":\"2028-02-29\"}" }, { "", "", NULL } };
	struct pool *pool = pool_new();
	struct str manual = STR_NONE;
	struct explain why;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum err e = lead_edit(pool, manual, str_of(rows[i].name), str_of(rows[i].value), &manual, &why);
		CHECK_INT(e, rows[i].want ? ERR_OK : ERR_INVALID);
		if (rows[i].want)
			CHECK_STR(manual, rows[i].want);
	}
	pool_free(pool);
}

static void the_score_is_the_table(void)
{
	static const struct {
		const char *text;
		int score;
		const char *summary;
	} rows[] = {
		{ "hello", 0, "Has written" },
		{ "how much is it", 2, "Asks for the price" },
		{ "I want to book a massage", 5, "Wants to book: massage" },
		{ "I want to book a massage tomorrow", 7, "Wants to book: massage; date tomorrow (2026-11-26)" },
		{ "I want to book a massage on 12 May 2027", 6,
			"Wants to book: massage; date 12 May 2027 (2027-05-12)" },
		{ "I need a massage tomorrow in Berlin, budget 100 EUR, mail a@b.com", 10,
			"Wants to buy: massage; date tomorrow (2026-11-26); Berlin; budget 100 EUR; a@b.com" },
		{ "busco trabajo", 0, "Not business" },
	};
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct lead l = extract(pool, str_of(rows[i].text));
		CHECK_INT(lead_score(&l, WEDNESDAY), rows[i].score);
		CHECK_STR(lead_summary(pool, &l, STR("en")), rows[i].summary);
	}
	struct lead none = { .business = false };
	CHECK_STR(lead_summary(pool, &none, STR("es-MX")), "sin datos todavía");
	CHECK_INT(lead_classify(7, 7), LEAD_HOT);
	CHECK_INT(lead_classify(7, 8), LEAD_WARM);
	CHECK_INT(lead_classify(4, 7), LEAD_WARM);
	CHECK_INT(lead_classify(3, 7), LEAD_COLD);
	pool_free(pool);
}

static void hostile_text_takes_no_time(void)
{
	static const char *const pieces[] = { "@", "1", "a@", "a.", "1.", "1 ", "+1", "1-", "1,000", "€", "12.",
		"12.05.", "may 1 ", "my name is ", "in A ", "\xff", "\xe2", "i want a ", "istiyorum ", "'da",
		"budget 1 eur ", "address is " };
	enum { SIZE = 1 << 20 };
	static char text[SIZE];
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct pool *pool = pool_new();
		clock_t began = clock();
		for (size_t at = 0; at < SIZE; at++)
			text[at] = pieces[i][at % strlen(pieces[i])];
		struct lead l = extract(pool, (struct str){ text, SIZE });
		for (int f = 0; f < LEAD_FIELD_COUNT; f++)
			CHECK_ROW(l.field[f].n <= LEAD_VALUE_MAX && str_is_utf8(l.field[f]), pieces[i]);
		CHECK_ROW(clock() - began < 2 * CLOCKS_PER_SEC, pieces[i]);
		pool_free(pool);
	}
}

CU_TestInfo domain_lead_tests[] = {
	{ "e-mail addresses", emails },
	{ "phone numbers", phones },
	{ "names", names },
	{ "budgets", budgets },
	{ "dates", dates },
	{ "places", locations },
	{ "services", services },
	{ "intents", intents },
	{ "what is no business", what_is_no_business },
	{ "later messages add", later_messages_add },
	{ "a correction replaces", a_correction_replaces },
	{ "merging never erases", merging_never_erases },
	{ "facts go out and back", facts_go_out_and_back },
	{ "what is set manually wins", what_is_set_by_hand_wins },
	{ "people edit one field at a time", people_edit_one_field_at_a_time },
	{ "the score is the table", the_score_is_the_table },
	{ "hostile text takes no time", hostile_text_takes_no_time },
	CU_TEST_INFO_NULL,
};
