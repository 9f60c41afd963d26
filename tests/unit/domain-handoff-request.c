/*
 * domain-handoff-request.c - tests of src/domain/handoff-request.c: what is a handoff request for a person and what is
 * not, in nine languages.
 */
#include "check.h"
#include "domain.h"

#include "core/pool.h"
#include "domain/handoff-request.h"

#include <time.h>

static const char *const handoff_requests[] = {
	/* English */
	"Can I speak to a real person?",
	"can i talk to a human",
	"I want to speak to an agent",
	"agent please",
	"human",
	"Human!!!",
	"HUMAN PLEASE",
	"operator",
	"representative",
	"live agent",
	"real person please",
	"I need a human",
	"I need to speak with a representative right now",
	"connect me to an agent",
	"please transfer me to customer support representative",
	"put me through to the manager",
	"let me talk to a manager",
	"speak to somebody",
	"could I speak with someone please",
	"is there a real person I can talk to?",
	"can someone call me back",
	"I don't want to talk to a bot",
	"I want to talk to a person, not a robot",
	"stop the bot",
	"no more bots please",
	"give me a human",
	"get me a real person",
	"can i speak to a represenative",
	"i want to talk to a humna",
	"can i speek to an agent",
	"I'd like to chat with a live agent",
	"Hi, human please 🙏",
	"Thanks.\nBut can I talk to a human?",
	"hello\nagent\n",
	"this is not working can I talk to a human",
	"why can't I talk to a human",
	"No, I want to speak to a person",
	"Is there any human I can speak to",
	"need human support",
	"I would prefer to speak to a human being",
	"customer service representative",
	"can I get a human agent please",
	"Talk to a person",
	"pass me to your supervisor",
	"may I speak to the owner",
	"I don't want a bot",
	"customer support",
	/* Turkish */
	"müşteri temsilcisine bağlanmak istiyorum",
	"Müşteri temsilcisi",
	"MÜŞTERİ TEMSİLCİSİ LÜTFEN",
	"temsilci",
	"bir insanla konuşmak istiyorum",
	"gerçek biriyle görüşmek istiyorum",
	"yetkili biriyle görüşebilir miyim",
	"canlı destek",
	"canlı desteğe bağlanmak istiyorum",
	"canlı destek istiyorum",
	"beni bir temsilciye bağlayın",
	"operatöre bağla",
	"operatör lütfen",
	"insan",
	"yetkiliyle konuşabilir miyim acaba",
	"temsilciye aktarır mısınız",
	"biri beni arasın",
	"robotla konuşmak istemiyorum",
	"gerçek kişi",
	"müşteri temsilcisi ile görüşmem lazım değil mi\ntemsilci istiyorum",
	"Merhaba, bir yetkiliyle görüşmek istiyorum",
	"birisiyle konuşabilir miyim",
	"temsilciyle gorusmek istiyorum",
	"yetkili birine aktarabilir misiniz",
	/* Spanish */
	"quiero hablar con una persona",
	"¿Puedo hablar con un humano?",
	"necesito hablar con alguien",
	"agente",
	"asesor por favor",
	"humano",
	"hablar con un agente",
	"pásame con un asesor",
	"comuníqueme con un representante",
	"quiero un agente humano",
	"Quiero hablar con una persona real, no con un robot",
	"me puede comunicar con un asesor",
	"que me llame alguien",
	"no quiero hablar con un robot",
	"persona real",
	"atención humana por favor",
	"quisiera hablar con el encargado",
	"hola, quiero hablar con un operador",
	"quiero ablar con un humano\nhablar con un humano",
	"¿me pasas con una persona?",
	"quiero hablar con una presona",
	"can you connect me with customer service",
	"let me speak to your boss",
	"can I have a human please",
	"please let a human answer",
	"yetkili biri yok mu",
	"canlı destek var mı",
	"müşteri hizmetlerine bağlanmak istiyorum",
	"beni biri arayabilir mi",
	"con un asesor por favor",
	/* German */
	"Ich möchte mit einem Menschen sprechen",
	"kann ich mit einem Mitarbeiter sprechen?",
	"Mitarbeiter bitte",
	"mit jemandem reden bitte",
	"Verbinden Sie mich mit einem Mitarbeiter",
	"Ich will mit einer echten Person sprechen",
	"einen Menschen bitte",
	"können Sie mich an einen Mitarbeiter weiterleiten",
	"ich brauche einen echten Menschen",
	"Kann mich bitte jemand anrufen?\nIch möchte mit jemandem sprechen",
	"Mensch",
	"ich will nicht mit einem Roboter reden",
	"Kann ich mit einem Kundenberater chatten",
	/* French */
	"je veux parler à un humain",
	"puis-je parler à quelqu'un ?",
	"parler à un conseiller",
	"conseiller",
	"Je voudrais parler avec une vraie personne",
	"un humain s'il vous plaît",
	"passez-moi un conseiller",
	"mettez-moi en relation avec un conseiller",
	"je ne veux pas parler à un robot",
	"agent humain",
	"Est-ce que je peux parler à une personne réelle",
	"je veux un conseiller",
	/* Portuguese */
	"quero falar com um atendente",
	"falar com uma pessoa",
	"atendente",
	"preciso falar com alguém",
	"atendimento humano",
	"me transfere para um atendente",
	"posso falar com um humano?",
	"quero um atendente",
	"não quero falar com robô",
	/* Italian */
	"vorrei parlare con un operatore",
	"posso parlare con una persona?",
	"operatore",
	"voglio parlare con qualcuno",
	"mi passi un operatore",
	"un operatore umano per favore",
	"parlare con una persona vera",
	"non voglio parlare con un robot",
	/* Arabic */
	"أريد التحدث مع شخص حقيقي",
	"أريد التحدث إلى موظف",
	"موظف",
	"حولني إلى موظف",
	"ممكن أتكلم مع إنسان؟",
	"خدمة العملاء",
	"اريد موظف",
	"هل يمكنني التحدث مع ممثل خدمة العملاء",
	/* Russian */
	"Хочу поговорить с человеком",
	"соедините с оператором",
	"оператор",
	"Позовите оператора",
	"живой человек",
	"можно поговорить с живым человеком?",
	"переключите меня на менеджера",
	"нужен оператор",
	"не хочу общаться с роботом",
	"Свяжите меня с менеджером",
	"дайте живого человека",
};

static const char *const others[] = {
	/* English */
	"",
	"?",
	"🙏",
	"hello",
	"I don't need a person",
	"how many people per room",
	"is there a person limit",
	"travel agent prices",
	"representative sample",
	"is this a real human hair wig",
	"I do not want to talk to a human",
	"no need to speak to an agent",
	"I am a travel agent from Rome",
	"do you have human hair extensions",
	"table for 4 people please",
	"price per person?",
	"how much for one person",
	"I need a person for cleaning",
	"I need a cleaning agent for my carpet",
	"can I talk to my husband first",
	"your agent told me it is free",
	"the person at the desk was rude",
	"I spoke to someone yesterday",
	"is it safe for humans",
	"what is the human resources email",
	"a room for two persons",
	"we are 3 people and 1 dog",
	"do you sell to agents",
	"is this an operator license course",
	"machine operator jobs",
	"I want a human hair wig",
	"which person teaches yoga",
	"does anyone speak Spanish",
	"can a person with allergies eat it",
	"I want to book for one person",
	"support for iPhone?",
	"personal trainer prices",
	"manager course dates",
	"estate agent fees",
	"I never needed to speak to an agent",
	"without talking to an agent",
	"Do people tip here",
	"I need someone's gift idea",
	"what is your customer service phone number",
	"are you open now",
	"I would rather not speak to a person",
	"can someone under 18 rent a car",
	"the operator manual please",
	"agents of change book",
	"is a deposit per person",
	"one person is vegetarian",
	"I want to order human anatomy book",
	/* Turkish */
	"temsilci istemiyorum",
	"insanla konuşmak istemiyorum",
	"müşteri temsilcisine gerek yok",
	"kaç kişi kalabilir",
	"iki kişi için rezervasyon istiyorum",
	"bir kişilik oda istiyorum",
	"kişi başı ne kadar",
	"insan sağlığına zararlı mı",
	"yetkili servis istiyorum",
	"4 kişi için masa lazım",
	"eşimle konuşup döneceğim",
	"insan saçı peruk var mı",
	"destek ürünleri satıyor musunuz",
	"operatör belgesi kursu",
	"temsilcilik veriyor musunuz",
	"kişi sayısı değişti",
	"iki kişilik oda fiyatı",
	"biri siyah biri beyaz olsun",
	"canlı çiçek var mı",
	"canlı destek saatleri nedir",
	"bayilik ve temsilcilik şartları",
	"randevu almak istiyorum",
	"eleman alımı var mı",
	"bana indirim yapın",
	/* Spanish */
	"no necesito hablar con una persona",
	"no quiero hablar con nadie",
	"¿cuántas personas caben?",
	"precio por persona",
	"habitación para dos personas",
	"agente inmobiliario",
	"necesito una persona para limpieza",
	"¿es cabello humano?",
	"quiero una mesa para una persona",
	"agencia de viajes",
	"mesa para 4 personas por favor",
	"¿alguien habla inglés?",
	"asesoría fiscal precio",
	"quiero un curso de recursos humanos",
	"somos cuatro personas",
	"ya hablé con una persona ayer",
	"sin hablar con un agente",
	"quiero agentes de limpieza para piscina",
	"persona de contacto del hotel",
	/* German */
	"ich möchte nicht mit einem Menschen sprechen",
	"wie viele Personen passen in das Zimmer",
	"Preis pro Person",
	"Zimmer für zwei Personen",
	"ich brauche keinen Mitarbeiter",
	"Mitarbeiterrabatt?",
	"Haben Sie Perücken aus Menschenhaar",
	"Tisch für eine Person bitte",
	"Sind Mitarbeiter vor Ort",
	"ich habe mit einem Mitarbeiter gesprochen",
	"Kurs für jedermann",
	"Wie viel kostet es für eine Person",
	"ein Mitarbeiter war unfreundlich",
	"darf jemand mitkommen",
	/* French */
	"combien de personnes par chambre",
	"prix par personne",
	"une chambre pour deux personnes",
	"je ne veux pas parler à un humain",
	"pas besoin de parler à un conseiller",
	"agent immobilier",
	"personne ne répond à la porte",
	"cheveux humains",
	"une table pour une personne",
	"j'ai parlé à un conseiller hier",
	"est-ce que quelqu'un parle anglais",
	"je voudrais parler à un ami",
	"ressources humaines",
	/* Portuguese */
	"não quero falar com um atendente",
	"quantas pessoas cabem",
	"preço por pessoa",
	"quarto para duas pessoas",
	"cabelo humano",
	"agente de viagens",
	"mesa para uma pessoa",
	"não preciso falar com ninguém",
	"já falei com um atendente ontem",
	/* Italian */
	"quante persone per camera",
	"prezzo a persona",
	"camera per due persone",
	"non voglio parlare con un operatore",
	"capelli umani",
	"agente immobiliare",
	"tavolo per una persona",
	"ho parlato con un operatore ieri",
	"operatore turistico prezzi",
	/* Arabic */
	"كم شخص في الغرفة",
	"السعر للشخص الواحد",
	"لا أريد التحدث مع موظف",
	"غرفة لشخصين",
	"هل لديكم شعر بشري",
	"كم سعر الشخص",
	/* Russian */
	"сколько человек в номере",
	"цена за человека",
	"номер на двух человек",
	"не хочу говорить с оператором",
	"туроператор цены",
	"нас четыре человека",
	"волосы человека или искусственные",
	"оператор станка вакансия",
	"не нужен оператор",
	"are you a real person",
	"is this a bot?",
	"human or bot?",
	"I do not need a robot vacuum",
	"vengo senza macchina",
	"corte sin máquina",
	"ich habe keinen Computer",
	"café sans machine",
	"без робота пылесоса",
	"makineyle değil elle yıkama",
	"I don't need a machine",
	"una persona",
	"one person",
	"une personne",
	"quiero reservar para mi agente",
	/* nothing at all */
	"15000",
	"https://example.com/agent/person",
	"info@human.example",
	"....",
	"\xff\xfe\xff",
	"今天几点开门？",
	"담당자 이메일",
};

static void wishes_are_heard(void)
{
	struct pool *pool = pool_new();
	CU_ASSERT_TRUE(COUNT(handoff_requests) >= 120);
	for (size_t i = 0; i < COUNT(handoff_requests); i++)
		CHECK_ROW(handoff_requested(pool, str_of(handoff_requests[i])), handoff_requests[i]);
	pool_free(pool);
}

static void other_talk_is_no_wish(void)
{
	struct pool *pool = pool_new();
	CU_ASSERT_TRUE(COUNT(others) >= 120);
	for (size_t i = 0; i < COUNT(others); i++)
		CHECK_ROW(!handoff_requested(pool, str_of(others[i])), others[i]);
	CHECK_ROW(!handoff_requested(pool, STR_NONE), "absent");
	pool_free(pool);
}

/* A wish as one line of a burst, whatever the other lines are. */
static void each_line_is_looked_at(void)
{
	struct pool *pool = pool_new();
	for (size_t i = 0; i < COUNT(handoff_requests); i += 7)
		for (size_t k = 0; k < COUNT(others); k += 11) {
			struct str burst = pool_printf(pool, "%s\n%s\nok", others[k], handoff_requests[i]);
			CHECK_ROW(handoff_requested(pool, burst), burst.p);
		}
	pool_free(pool);
}

static void hostile_text_takes_no_time(void)
{
	static const char *const pieces[] = { "a", "i want to ", "human ", "to to ", "\xff", "\n",
		"can i speak to a real live ", "'" };
	enum { SIZE = 1 << 20 };
	static char text[SIZE];
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct pool *pool = pool_new();
		clock_t began = clock();
		for (size_t at = 0; at < SIZE; at++)
			text[at] = pieces[i][at % strlen(pieces[i])];
		handoff_requested(pool, (struct str){ text, SIZE });
		CHECK_ROW(clock() - began < CLOCKS_PER_SEC, pieces[i]);
		pool_free(pool);
	}
}

CU_TestInfo domain_wish_tests[] = {
	{ "wishes are heard", wishes_are_heard },
	{ "other talk is no wish", other_talk_is_no_wish },
	{ "each line is looked at", each_line_is_looked_at },
	{ "hostile text takes no time", hostile_text_takes_no_time },
	CU_TEST_INFO_NULL,
};
