/*
 * answer-understanding.c - what customers do with their messages, in ten languages; and that the languages are whole.
 */
#include "answer.h"
#include "check.h"
#include "tap.h"

#include "answer/understanding/understand.h"
#include "domain/text.h"

/* ---- the languages ---- */

static bool is_folded(struct pool *pool, struct str word)
{
	while (word.n && strchr("~?^$_*", word.p[0]))
		word = (struct str){ word.p + 1, word.n - 1 };
	if (word.n && word.p[word.n - 1] == '*')
		word.n--;
	return word.n <= 1 || str_equal(text_fold(pool, word), word);
}

static void check_list(struct pool *pool, const struct language *l, const char *list, char separator)
{
	for (struct str rest = str_of(list); rest.p;) {
		struct str element = str_take_until(&rest, separator);
		while (element.p) {
			struct str word = str_take_until(&element, '|');
			CHECK_ROW(is_folded(pool, word),
				pool_printf(pool, "%s: '%.*s'", l->tag, (int)word.n, word.p ? word.p : "").p);
		}
	}
}

static void check_patterns(struct pool *pool, const struct language *l, const char *const *patterns)
{
	for (; *patterns; patterns++)
		check_list(pool, l, *patterns, ' ');
}

static void words_are_written_as_they_are_compared(void)
{
	struct pool *pool = pool_new();
	for (int i = 0; i < LANGUAGES; i++) {
		const struct language *l = languages[i];
		check_list(pool, l, l->function_words, ' ');
		for (int c = 1; c < CONCEPTS; c++)
			check_list(pool, l, l->concepts[c], '|');
		check_patterns(pool, l, l->acts.greeting);
		check_patterns(pool, l, l->acts.thanks);
		check_patterns(pool, l, l->acts.farewell);
		check_patterns(pool, l, l->acts.agreement);
		check_patterns(pool, l, l->acts.identity);
		check_patterns(pool, l, l->acts.complaint);
		check_patterns(pool, l, l->acts.callback);
		check_patterns(pool, l, l->acts.emergency);
		check_patterns(pool, l, l->follow_up);
		check_patterns(pool, l, l->clock.open);
		check_patterns(pool, l, l->clock.come);
		for (const struct ask_phrase *a = l->asking; a->pattern; a++)
			check_list(pool, l, a->pattern, ' ');
	}
	pool_free(pool);
}

static void the_button_for_a_person_is_understood(void)
{
	struct pool *pool = pool_new();
	for (int i = 0; i < LANGUAGES; i++) {
		struct str title = str_of(languages[i]->texts.person_button), tag = str_of(languages[i]->tag);
		size_t characters = 0;
		for (size_t k = 0; k < title.n; k++)
			characters += ((unsigned char)title.p[k] & 0xc0) != 0x80;
		CHECK_ROW(characters <= 20 && title.n <= 64, languages[i]->tag);
		CHECK_ROW(understand(pool, title, tag, tag).act == ACT_PERSON, languages[i]->tag);
	}
	pool_free(pool);
}

static void every_language_has_every_text(void)
{
	for (int i = 0; i < LANGUAGES; i++) {
		const struct language *l = languages[i];
		const char *const *text = (const char *const *)&l->texts;
		for (size_t k = 0; k < sizeof(l->texts) / sizeof(*text); k++)
			CHECK_ROW(text[k] && *text[k], l->tag);
		CHECK_ROW(strstr(l->texts.fallback, "{business}") != NULL, l->tag);
		CHECK_ROW(language_find(str_of(l->tag)) == l && language_index(l) == i, l->tag);
	}
	CU_ASSERT_PTR_EQUAL(language_find(STR("pt-BR")), &language_pt);
	CU_ASSERT_PTR_NULL(language_find(STR("xx")));
	CU_ASSERT_PTR_EQUAL(language_or_english(STR_NONE), &language_en);
}

/* ---- acts ---- */

struct row {
	const char *text, *own, *language, *act;
};

static void check_rows(const struct row *rows, size_t n)
{
	struct pool *pool = pool_new();
	for (size_t i = 0; i < n; i++) {
		struct understood u = understand(pool, str_of(rows[i].text), STR_NONE, str_of(rows[i].own));
		CHECK_ROW(!strcmp(act_name(u.act), rows[i].act) && !strcmp(u.language->tag, rows[i].language),
			pool_printf(pool, "%s: %s %s", rows[i].text, u.language->tag, act_name(u.act)).p);
	}
	pool_free(pool);
}

static void each_act_in_each_language(void)
{
	static const struct row rows[] = { { "hi", "en", "en", "greet" }, { "good morning!", "en", "en", "greet" },
		{ "merhaba", "en", "tr", "greet" }, { "iyi günler, kolay gelsin", "tr", "tr", "acknowledge" },
		{ "hola, buenas tardes", "en", "es", "greet" }, { "Guten Tag", "en", "de", "greet" },
		{ "bonjour", "de", "fr", "greet" }, { "boa tarde", "en", "pt", "greet" },
		{ "buongiorno", "en", "it", "greet" }, { "السلام عليكم", "en", "ar", "greet" },
		{ "Здравствуйте!", "en", "ru", "greet" }, { "selamat pagi kak", "en", "id", "greet" },
		{ "/start", "es", "es", "greet" }, { "ok thx", "en", "en", "acknowledge" },
		{ "👍", "tr", "tr", "acknowledge" }, { "see you friday", "en", "en", "acknowledge" },
		{ "thanks, bye", "en", "en", "acknowledge" }, { "ok see you tomorrow then", "en", "en", "acknowledge" },
		{ "tamam yarın uğrarım", "tr", "tr", "acknowledge" }, { "çok teşekkürler", "tr", "tr", "acknowledge" },
		{ "gracias, hasta mañana", "es", "es", "acknowledge" }, { "vielen Dank!", "de", "de", "acknowledge" },
		{ "merci beaucoup", "en", "fr", "acknowledge" }, { "obrigado", "es", "pt", "acknowledge" },
		{ "grazie mille", "en", "it", "acknowledge" }, { "شكرا جزيلا", "en", "ar", "acknowledge" },
		{ "спасибо", "en", "ru", "acknowledge" }, { "terima kasih", "en", "id", "acknowledge" },
		{ "are you a bot?", "en", "en", "identity" }, { "bot musun", "tr", "tr", "identity" },
		{ "¿eres un robot?", "es", "es", "identity" }, { "bist du ein bot", "de", "de", "identity" },
		{ "vous êtes un robot ?", "fr", "fr", "identity" }, { "voce é um robô?", "pt", "pt", "identity" },
		{ "sei un bot?", "it", "it", "identity" }, { "هل انت روبوت", "ar", "ar", "identity" },
		{ "вы бот?", "ru", "ru", "identity" }, { "apakah ini bot?", "id", "id", "identity" },
		{ "this is unacceptable, I want my money back", "en", "en", "complaint" },
		{ "rezalet, paramı geri istiyorum", "tr", "tr", "complaint" },
		{ "my instructor didn't show up today!!", "en", "en", "complaint" },
		{ "el técnico no se ha presentado", "es", "es", "complaint" },
		{ "der Monteur ist nicht aufgetaucht", "de", "de", "complaint" },
		{ "qué vergüenza de servicio", "es", "es", "complaint" },
		{ "das ist eine Frechheit", "de", "de", "complaint" }, { "c'est scandaleux", "fr", "fr", "complaint" },
		{ "isso é uma vergonha", "pt", "pt", "complaint" }, { "è una vergogna", "it", "it", "complaint" },
		{ "هذا غير مقبول", "ar", "ar", "complaint" }, { "это безобразие", "ru", "ru", "complaint" },
		{ "saya sangat kecewa", "id", "id", "complaint" },
		{ "please call me on 07700 900123", "en", "en", "person" },
		{ "beni arar mısınız", "tr", "tr", "person" }, { "llámenme por favor", "es", "es", "person" },
		{ "bitte rufen Sie mich an", "de", "de", "person" },
		{ "pouvez-vous me rappeler", "fr", "fr", "person" }, { "podem me ligar?", "pt", "pt", "person" },
		{ "può richiamarmi?", "it", "it", "person" }, { "اتصلوا بي من فضلك", "ar", "ar", "person" },
		{ "перезвоните мне", "ru", "ru", "person" }, { "tolong hubungi saya", "id", "id", "person" },
		{ "person", "en", "en", "person" }, { "persona", "es", "es", "person" },
		{ "yetkili", "tr", "tr", "person" }, { "Mitarbeiter", "de", "de", "person" },
		{ "conseiller", "fr", "fr", "person" }, { "atendente", "pt", "pt", "person" },
		{ "operatore", "it", "it", "person" }, { "موظف", "ar", "ar", "person" },
		{ "оператор", "ru", "ru", "person" }, { "operator", "id", "id", "person" },
		{ "07700 900123", "en", "en", "detail" }, { "Lindenweg 4", "de", "de", "detail" },
		{ "4", "es", "es", "detail" }, { "??", "en", "en", "unclear" }, { "😡", "en", "en", "unclear" } };
	check_rows(rows, COUNT(rows));
}

/* None of these may lock a conversation. */
static void questions_stay_questions(void)
{
	static const struct row rows[] = { { "hi, how much is a cut, thanks", "en", "en", "question" },
		{ "can I get a refund?", "en", "en", "question" },
		{ "so could you guys do that and what would you charge me thanks", "en", "en", "question" },
		{ "I have no car, can someone come to me", "en", "en", "question" },
		{ "kann mein hund mit rein", "de", "de", "question" },
		{ "hay ascensor? mi madre no puede subir", "es", "es", "question" },
		{ "b otomatik ne kadar", "tr", "tr", "question" },
		{ "y el domingo hay alguien", "es", "es", "question" },
		{ "what is your complaint procedure", "en", "en", "question" },
		{ "is there a phone number", "en", "en", "question" }, { "2?", "en", "en", "question" },
		{ "my phone broke yesterday, can you fix it", "en", "en", "question" },
		{ "mein Handy ist kaputt gegangen, repariert ihr sowas", "de", "de", "question" },
		{ "telefonum bozuldu tamir eder misiniz", "tr", "tr", "question" },
		{ "se me ha roto la pantalla, cuánto vale", "es", "es", "question" },
		{ "mon téléphone est tombé en panne, vous réparez ?", "fr", "fr", "question" },
		{ "quebrou a tela do celular", "pt", "pt", "question" },
		{ "si è rotto lo schermo, quanto costa", "it", "it", "question" },
		{ "разбился экран, сколько стоит замена", "ru", "ru", "question" },
		{ "layar hp saya pecah berapa biaya ganti", "id", "id", "question" },
		{ "is there a fee for cancelling", "en", "en", "question" },
		{ "what if I don't turn up", "en", "en", "question" },
		{ "can I turn up without an appointment", "en", "en", "question" },
		{ "gibt es einen Notfalltermin am Wochenende", "de", "de", "question" },
		{ "do you remove smoke smell from cars", "en", "en", "question" },
		{ "salida de emergencia", "es", "es", "question" },
		{ "can you collect the broken sofa", "en", "en", "question" },
		{ "is there an emergency exit near my room", "en", "en", "question" },
		{ "do I have to call before I come", "en", "en", "question" },
		{ "my lamp is broken, do you repair it", "en", "en", "question" },
		{ "my tooth bleeds a little after brushing, is that normal", "en", "en", "question" },
		{ "how do I return a damaged item", "en", "en", "question" },
		{ "is smoking allowed by the fire pit", "en", "en", "question" },
		{ "bozuk klimayı tamir ediyor musunuz", "tr", "tr", "question" },
		{ "acil pasaport fotoğrafı çekiyor musunuz", "tr", "tr", "question" },
		{ "gelmeden aramam gerekiyor mu", "tr", "tr", "question" },
		{ "diş etim kanıyor, randevu alabilir miyim", "tr", "tr", "question" },
		{ "yangın merdiveni var mı odada", "tr", "tr", "question" },
		{ "hay que llamar antes de venir", "es", "es", "question" },
		{ "se puede hacer fuego en el jardín", "es", "es", "question" },
		{ "quiero devolver una silla, cómo lo hago", "es", "es", "question" },
		{ "mi moto está rota, la arregláis", "es", "es", "question" },
		{ "tenéis seguro de robo para las bicis", "es", "es", "question" },
		{ "riecht das neue Sofa stark", "de", "de", "question" },
		{ "rufen Sie für Gäste auch ein Taxi", "de", "de", "question" },
		{ "wo kann ich mich melden wenn ich später komme", "de", "de", "question" },
		{ "mein Fahrrad ist kaputt, repariert ihr das", "de", "de", "question" },
		{ "wie läuft das mit dem Rückruf ab wenn man einen Termin hat", "de", "de", "question" },
		{ "je veux un rdv vendredi à 15h", "fr", "fr", "question" },
		{ "je veux réserver une table pour deux", "fr", "fr", "question" },
		{ "avez-vous une cheminée ou un feu de bois", "fr", "fr", "question" },
		{ "ma chaise est cassée, vous réparez", "fr", "fr", "question" },
		{ "il faut appeler avant de venir ?", "fr", "fr", "question" },
		{ "meu carro quebrou, vocês consertam?", "pt", "pt", "question" },
		{ "posso ligar o ar condicionado à noite?", "pt", "pt", "question" },
		{ "quero marcar consulta para sexta", "pt", "pt", "question" },
		{ "como faço para devolver um produto", "pt", "pt", "question" },
		{ "o celular avariou, quanto custa o conserto", "pt", "pt", "question" },
		{ "vorrei prenotare per venerdì sera", "it", "it", "question" },
		{ "devo chiamare prima di venire?", "it", "it", "question" },
		{ "la bici è rotta, la riparate?", "it", "it", "question" },
		{ "come faccio a restituire un articolo", "it", "it", "question" },
		{ "si può accendere il camino in camera?", "it", "it", "question" },
		{ "كيف اتصل بكم", "ar", "ar", "question" }, { "هل يجب الاتصال قبل الحضور", "ar", "ar", "question" },
		{ "اريد حجز موعد يوم الجمعة", "ar", "ar", "question" },
		{ "هل تصلحون الهاتف المكسور", "ar", "ar", "question" },
		{ "зуб сильно болит, можно записаться на завтра?", "ru", "ru", "question" },
		{ "хочу записаться на пятницу", "ru", "ru", "question" },
		{ "у меня сломался велосипед, почините?", "ru", "ru", "question" },
		{ "нужно звонить перед приходом?", "ru", "ru", "question" },
		{ "как вернуть товар", "ru", "ru", "question" },
		{ "saya mau booking untuk hari jumat", "id", "id", "question" },
		{ "apakah harus telepon dulu sebelum datang", "id", "id", "question" },
		{ "motor saya rusak parah, bisa diperbaiki?", "id", "id", "question" },
		{ "bagaimana cara mengembalikan barang", "id", "id", "question" } };
	check_rows(rows, COUNT(rows));
}

static void danger_and_calls_are_for_a_person(void)
{
	static const struct row rows[] = { { "my husband collapsed in the sauna help", "en", "en", "person" },
		{ "I swallowed bleach what do I do", "en", "en", "person" },
		{ "there is smoke coming out of the socket", "en", "en", "person" },
		{ "he is not breathing", "en", "en", "person" },
		{ "can someone ring me about this", "en", "en", "person" },
		{ "köpeğim zehirlendi", "tr", "tr", "person" }, { "çocuk çamaşır suyu içti", "tr", "tr", "person" },
		{ "eşim bayıldı yardım edin", "tr", "tr", "person" },
		{ "beni geri ararsanız sevinirim", "tr", "tr", "person" },
		{ "mi perro se ha envenenado", "es", "es", "person" },
		{ "mi padre se ha desmayado", "es", "es", "person" },
		{ "hay fuego en la cocina", "es", "es", "person" },
		{ "me podéis llamar esta tarde?", "es", "es", "person" },
		{ "mein Hund hat Gift gefressen", "de", "de", "person" },
		{ "meine Frau ist ohnmächtig", "de", "de", "person" },
		{ "es riecht nach Gas im Zimmer", "de", "de", "person" },
		{ "bitte melden Sie sich bei mir", "de", "de", "person" },
		{ "ruft mich bitte an", "de", "de", "person" },
		{ "J'ai pris de l'eau de javel dans l'oeil", "fr", "fr", "person" },
		{ "mon mari s'est évanoui", "fr", "fr", "person" },
		{ "il y a le feu à la cuisine", "fr", "fr", "person" },
		{ "rappelez moi au 06 12 34 56 78", "fr", "fr", "person" },
		{ "meu cachorro comeu veneno", "pt", "pt", "person" }, { "minha mãe desmaiou", "pt", "pt", "person" },
		{ "me liga por favor", "pt", "pt", "person" }, { "ligue para mim amanhã", "pt", "pt", "person" },
		{ "il cane ha mangiato veleno", "it", "it", "person" },
		{ "mia moglie è svenuta", "it", "it", "person" }, { "c'è fumo in camera", "it", "it", "person" },
		{ "mi potete richiamare?", "it", "it", "person" }, { "زوجي فاقد الوعي", "ar", "ar", "person" },
		{ "هناك حريق في المطبخ", "ar", "ar", "person" }, { "اتصل بي من فضلك", "ar", "ar", "person" },
		{ "собака съела яд", "ru", "ru", "person" }, { "муж потерял сознание", "ru", "ru", "person" },
		{ "пожар на кухне", "ru", "ru", "person" }, { "идёт кровь, что делать", "ru", "ru", "person" },
		{ "позвоните мне пожалуйста", "ru", "ru", "person" },
		{ "anjing saya makan racun", "id", "id", "person" }, { "suami saya pingsan", "id", "id", "person" },
		{ "ada asap di kamar", "id", "id", "person" }, { "tolong telepon saya", "id", "id", "person" } };
	check_rows(rows, COUNT(rows));
}

/* Who answers is asked in few words; the same words in a question about the business ask something else. */
static void who_answers_is_told_from_other_questions(void)
{
	static const struct row rows[] = { { "who are you?", "en", "en", "identity" },
		{ "is there a real person there", "en", "en", "identity" }, { "who is this", "en", "en", "identity" },
		{ "what are you", "en", "en", "identity" }, { "who are you insured with", "en", "en", "question" },
		{ "what are you offering for children", "en", "en", "question" },
		{ "is it a computer test", "en", "en", "question" }, { "is it automatic?", "en", "en", "question" },
		{ "is there someone who speaks German", "en", "en", "question" },
		{ "¿quién eres?", "es", "es", "identity" }, { "¿con quién hablo?", "es", "es", "identity" },
		{ "¿es usted una persona?", "es", "es", "identity" }, { "¿es un bot?", "es", "es", "identity" },
		{ "¿quién es el dueño?", "es", "es", "question" },
		{ "¿quién es la doctora de los martes?", "es", "es", "question" },
		{ "¿el coche es automático?", "es", "es", "question" },
		{ "¿quién habla inglés en la clínica?", "es", "es", "question" },
		{ "robot musun", "tr", "tr", "identity" }, { "insan mısınız", "tr", "tr", "identity" },
		{ "robotla mı konuşuyorum", "tr", "tr", "identity" }, { "bu bir bot mu", "tr", "tr", "identity" },
		{ "yapay zeka mısın", "tr", "tr", "identity" },
		{ "kahve makinesi makine dairesi nerede", "tr", "tr", "question" },
		{ "çiçekler yapay mı", "tr", "tr", "question" }, { "kışlık bot var mı", "tr", "tr", "question" },
		{ "bir masa kaç insan alır", "tr", "tr", "question" }, { "wer bist du", "de", "de", "identity" },
		{ "wer sind Sie?", "de", "de", "identity" }, { "sind Sie ein Mensch?", "de", "de", "identity" },
		{ "ist das ein Bot", "de", "de", "identity" }, { "wer sind die Trainer?", "de", "de", "question" },
		{ "ist das Tor automatisch?", "de", "de", "question" },
		{ "ist jemand am Samstag da", "de", "de", "question" }, { "qui êtes-vous ?", "fr", "fr", "identity" },
		{ "c'est un robot ?", "fr", "fr", "identity" }, { "y a-t-il un parking", "fr", "fr", "question" },
		{ "y a-t-il quelqu'un ?", "fr", "fr", "identity" },
		{ "y a-t-il quelqu'un qui parle anglais", "fr", "fr", "question" },
		{ "quem é você?", "pt", "pt", "identity" }, { "é um robô?", "pt", "pt", "identity" },
		{ "quem é o dentista?", "pt", "pt", "question" },
		{ "quanto custa para dois adultos e uma pessoa idosa", "pt", "pt", "question" },
		{ "chi sei?", "it", "it", "identity" }, { "è un bot?", "it", "it", "identity" },
		{ "chi è il medico?", "it", "it", "question" },
		{ "quanto costa un adulto e una persona anziana", "it", "it", "question" },
		{ "кто вы?", "ru", "ru", "identity" }, { "кто мне поможет с документами", "ru", "ru", "question" },
		{ "это машина на автомате?", "ru", "ru", "question" }, { "siapa ini?", "id", "id", "identity" },
		{ "apakah mesin cuci ada", "id", "id", "question" } };
	check_rows(rows, COUNT(rows));
}

static void a_greeting_does_not_swallow_the_question(void)
{
	static const struct {
		const char *text, *left;
		int parts;
	} table[] = { { "hi, how much is X, thanks", "how much is X,", 1 },
		{ "how much is it thanks", "how much is it", 1 },
		{ "Hello! Do you do implants? And can I park somewhere? Thanks", NULL, 2 },
		{ "guten tag, was kostet das? lg", NULL, 1 }, { "right shoe is broken", "right shoe is broken", 1 } };
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(table); i++) {
		struct understood u = understand(pool, str_of(table[i].text), STR_NONE, STR_NONE);
		CHECK_ROW(u.act == ACT_QUESTION && u.n_parts == table[i].parts, table[i].text);
		if (table[i].left)
			CHECK_STR(u.text, table[i].left);
	}
	pool_free(pool);
}

static void a_start_brings_its_payload(void)
{
	struct pool *pool = pool_new();
	CHECK_STR(understand(pool, STR("/start ad-7"), STR_NONE, STR("en")).referral, "ad-7");
	CU_ASSERT_PTR_NULL(understand(pool, STR("/start"), STR_NONE, STR("en")).referral.p);
	CU_ASSERT_EQUAL(understand(pool, STR("/starting"), STR_NONE, STR("en")).act, ACT_QUESTION);
	pool_free(pool);
}

static void what_was_spoken_so_far_decides(void)
{
	struct pool *pool = pool_new();
	CU_ASSERT_PTR_EQUAL(understand(pool, STR("ok"), STR("de"), STR("en")).language, &language_de);
	CU_ASSERT_PTR_EQUAL(understand(pool, STR("Rahmen"), STR("fr"), STR("de")).language, &language_fr);
	CU_ASSERT_FALSE(understand(pool, STR("Rahmen"), STR_NONE, STR("de")).language_sure);
	CU_ASSERT_TRUE(understand(pool, STR("wie teuer ist das"), STR("en"), STR("en")).language_sure);
	pool_free(pool);
}

CU_TestInfo understanding_tests[] = {
	{ "words are written as they are compared", words_are_written_as_they_are_compared },
	{ "the button for a person is understood", the_button_for_a_person_is_understood },
	{ "every language has every text", every_language_has_every_text },
	{ "each act in each language", each_act_in_each_language },
	{ "questions stay questions", questions_stay_questions },
	{ "danger and calls are for a person", danger_and_calls_are_for_a_person },
	{ "who answers is told from other questions", who_answers_is_told_from_other_questions },
	{ "a greeting does not swallow the question", a_greeting_does_not_swallow_the_question },
	{ "/start brings its payload", a_start_brings_its_payload },
	{ "what was spoken so far decides", what_was_spoken_so_far_decides },
	CU_TEST_INFO_NULL,
};
