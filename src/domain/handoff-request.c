/*
 * handoff-request.c - does a customer say that a person should answer? Pure.
 *
 * Owns the wordings, one table for what is a handoff request wherever it stands and one for what is a handoff request
 * when it is all that a line says. Precision goes before recall: a person who is not called costs one more message, a
 * conversation that is locked for nothing costs the automatic answers. So a noun alone ("person", "agent") never counts
 * inside a sentence; it needs a verb of talking or an end behind it. Never asks a model.
 */
#include "domain/handoff-request.h"

#include "domain/leads/pattern.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- who is wanted, by language ---- */

#define EN_KIND "?real|live|actual|human|physical|proper|living|customer|sales|support|service|other|another"
#define EN_WHO \
	"~human|humans|~person|~agent|agents|~representative|rep|~operator|~advisor|~adviser|somebody|someone|" \
	"~manager|owner|~employee|~supervisor|receptionist|boss|staff|consultant|being"
#define EN_A "?a|an|the|your|some|any|one|real|another|you"
#define TR_WHO \
	"temsilci|temsilcisi|temsilcisine|temsilciye|temsilcisiyle|temsilciyle|temsilcinizle|temsilcinize|temsilcisi|" \
	"temsilcilerinizle|insan|insanla|insana|insanlarla|yetkili|yetkiliyle|yetkiliye|yetkilisiyle|yetkilisine|" \
	"yetkilinize|operator|operatore|operatorle|operatorunuze|danisman|danismana|danismanla|danismaniyla|biri|" \
	"biriyle|birine|birisi|birisiyle|birisine|kisi|kisiyle|kisiye|calisan|calisanla|calisana|calisaninizla|" \
	"personel|personelle|personele|gorevli|gorevliyle|gorevliye|elemanla|elemana|destek|destege|hizmetleri|" \
	"hizmetlerine|hizmetleriyle"
#define TR_TALK "konusmak|gorusmek|baglanmak|ulasmak|yazismak|iletisim|iletisime|gecmek|baglamanizi|aktarilmak"
#define TR_WANT "istiyorum|isterim|istiyoruz|isterdim|istedim|lazim|mumkun|rica|gerekiyor|istiom|istiyom"
#define TR_DO \
	"konusabilir*|gorusebilir*|baglanabilir*|ulasabilir*|yazisabilir*|gecebilir*|bagla|baglayin|baglayiniz|" \
	"baglar|baglarmisin*|baglarsaniz|baglayabilir*|aktar|aktarin|aktarir|aktarabilir*|yonlendir|yonlendirin|" \
	"yonlendirir|yonlendirebilir*|konusayim|goruseyim|gorustur|gorusturun|gorusturur*|konusalim|goruselim|" \
	"baglayalim"
#define ES_A "?un|una|el|la|los|algun|alguna|algien|otra|su|tu|alguno"
#define ES_KIND "?verdadera|verdadero|ser|de|vuestros|sus|tus|agente|asesor"
#define ES_WHO \
	"~persona|personas|~humano|humana|~agente|~asesor|~asesora|~operador|~operadora|~representante|~alguien|" \
	"encargado|encargada|gerente|ejecutivo|ejecutiva|responsable|dueno|duena|empleado|empleada|supervisor"
#define DE_A "?einem|einer|einen|eine|ner|nem|dem|der|den|ihrem|eurem|ihren|jemand|irgend"
#define DE_KIND "?echten|echtem|echter|richtigen|richtigem|realen|realer|lebenden|menschlichen|wirklichen"
#define DE_WHO \
	"~menschen|mensch|~mitarbeiter|mitarbeiterin|mitarbeitern|~person|berater|beraterin|kundenberater|" \
	"kundendienst|~jemandem|jemand|jemanden|ansprechpartner|kundenbetreuer|chef|operator|agenten|sachbearbeiter|" \
	"verkaufer|support"
#define DE_TALK "sprechen|reden|chatten|telefonieren|schreiben|verbunden|verbinden|kommunizieren|unterhalten"
#define FR_A "?un|une|l|le|la|votre|vos|quelqu|de|des|autre"
#define FR_KIND "?vrai|vraie|reel|veritable|etre|conseiller|agent|autre"
#define FR_WHO \
	"~humain|humaine|~personne|~conseiller|~conseillere|agent|operateur|responsable|employe|gerant|" \
	"representant|standardiste|collaborateur|vendeur"
#define PT_A "?um|uma|o|a|algum|alguma|de|com|seu|ser|outro"
#define PT_KIND "?ser|atendente|agente|verdadeira|real"
#define PT_WHO \
	"~pessoa|~humano|humana|~atendente|agente|~alguem|~representante|responsavel|gerente|~operador|operadora|" \
	"vendedor|vendedora|consultor|consultora|funcionario|dono"
#define IT_A "?un|una|uno|il|la|l|lo|vostro|qualche|il"
#define IT_KIND "?vera|vero|essere|operatore|persona|altra"
#define IT_WHO \
	"~persona|~operatore|operatrice|umano|umana|~qualcuno|addetto|addetta|~consulente|responsabile|agente|" \
	"rappresentante|impiegato|titolare|commesso"
#define AR_WHO \
	"موظف|موظفه|موظفة|لموظف|بموظف|شخص|لشخص|بشخص|" \
	"انسان|لانسان|بشري|بشرية|احد|حدا|ممثل|لممثل|" \
	"بممثل|وكيل|مسؤول|مسوول|المسوول|المسؤول|" \
	"الموظف|للموظف|مندوب|مدير|المدير|مشغل|احدكم"
#define RU_WHO \
	"человек*|оператор*|менеджер*|сотрудник*|" \
	"консультант*|специалист*|людьми|" \
	"представител*|администратор*|кем|кому|" \
	"руководител*"
#define RU_KIND \
	"?живым|живои|живому|живого|реальным|" \
	"реального|настоящим|настоящего|вашим|" \
	"вашему|каким|любым|кто|кого"

/* ---- a handoff request wherever it stands ---- */

static const char *const handoff_requests[] = {
	/* English */
	"~speak|talk|chat|talking|speaking|chatting|communicate ?directly to|with|2 " EN_A " " EN_KIND " " EN_KIND
	" " EN_WHO,
	"connect|transfer|put|pass|hand|forward|redirect|switch|escalate|get ?me|us|this|it "
	"?over|through|on|me "
	"to|with|through " EN_A " " EN_KIND " " EN_KIND " " EN_WHO,
	"get|give|find|bring|send|call ?me|us " EN_A " real|live|actual|human ?human ?support " EN_WHO,
	"get|give|bring|call ?me " EN_A " ~human|~representative|~operator|supervisor|manager|agent $",
	"need|want|require|like|prefer|demand " EN_A
	" real|live|actual|human|customer ?service|support|human|support " EN_WHO " $",
	"need|want|require|like|prefer|demand " EN_A
	" ~human|~representative|~operator|~agent|supervisor|person|manager|rep $",
	"need|want|require|like|prefer|demand " EN_A " real|live|actual|human ?human " EN_WHO
	" to talk|speak|help|assist|chat|answer|reply|respond|handle",
	"need|want|require|like|prefer " EN_A " human|live|real ?human support|assistance|help|assistant|chat $",
	"is|are there " EN_A " " EN_KIND " " EN_KIND " " EN_WHO
	" ?that|who ?i|we ?can|could|to|available ?i|we ?can|to talk|speak|chat",
	"can|could|may|have|let ?a|an|some|any|your|real|live ?real|live|human " EN_WHO
	" ?please call|ring|phone|contact me|us",
	"?don t|dont|not|no|stop|without|hate|tired|sick ?want|wanna|like|of|need ?to|the "
	"?talk|speak|talking|speaking|chat|"
	"chatting|deal|dealing to|with ?a|an|this|the|your|some|stupid ?stupid|dumb "
	"~robot|robots|bot|bots|~machine|~chatbot|"
	"~computer|ai",
	"no ?more bot|bots|robot|robots $",
	"?don t|dont|not|no want|like ?a|this|your bot|robot|chatbot $",
	"stop the|this bot",
	"human|live|real agent|support|representative|operator please|pls|now",
	"talk|speak to human|person|agent|representative|operator",
	"where is|are the real|actual|human " EN_WHO,
	"connect|transfer|put me|us to|with|through ?the|your customer ?customer service|support|care",
	"can|could|may|let|have ?i|we ?have|get|a|an a|an|any|real|human ?real|live|human "
	"human|person|agent|operator ?please answer|reply|respond",
	"help|assistance|support|answer|reply from a|an ?real|live|actual|human human|person|agent|being",
	"is|are there a|any|an ?real|live human|humans|operator ?here|available $",
	"can|could|may i|we ?please have|get a|an|any|some ?real|live human|representative|operator|agent "
	"?agent|operator|being $",
	/* Turkish */
	"canli destek var",
	"yetkili|temsilci|insan|operator ?biri|birisi|kimse var|yok mu",
	"temsilciye|operatore|yetkiliye|canliya baglan|gec $",
	"beni|bizi ?bir biri|birisi|yetkili|temsilci arayabilir*|arasin|arar|arayacak",
	TR_WHO " ?ile|biri|biriyle|gercek|hattina|hattiniza _1 " TR_TALK " _1 " TR_WANT,
	TR_WHO " ?ile|biri|hattina|hattiniza _1 " TR_DO,
	TR_DO " beni|bizi ?bir _2 " TR_WHO,
	"baglayin|baglar|aktarin|aktarir|bagla|aktar beni|bizi ?bir _2 " TR_WHO,
	"temsilci|temsilcisi|temsilcisini|operator|yetkili|insan|calisan ?biri|birini " TR_WANT " $",
	"canli destek|destege|temsilci|temsilciye|operator|yardim " TR_WANT,
	"canli destek|destege|temsilci|temsilciye ?ile|hattina _1 " TR_DO,
	"gercek ?bir ?bir kisi|insan|temsilci|biri|birisi|kisiyle|insanla " TR_WANT,
	"yetkili|temsilci|temsilciniz|temsilcisi|biri|birisi|birileri|yetkiliniz|biriniz ?biri|lutfen "
	"beni|bizi|bana "
	"?lutfen "
	"ara|arasin|arar|arayabilir|arasinlar|donsun|ulassin|donus",
	"robotla|botla|makineyle|makinayla konusmak|yazismak|gorusmek istemiyorum|istemem",
	"bot|robot istemiyorum",
	/* Spanish */
	"~hablar|chatear|comunicarme|comunicarnos|~conversar|contactarme|contactar|hablo|hablemos|platicar "
	"con|a|al "
	"" ES_A " " ES_KIND " " ES_KIND " " ES_WHO,
	"pasame|pasenme|paseme|pasar|comunicame|comuniqueme|comuniquenme|transfiereme|transferirme|conectame|"
	"conecteme|"
	"conectarme|derivame|deriveme|transfierame|ponme|pongame|pasarme|comunicarme con|a|al " ES_A " " ES_KIND
	" " ES_WHO,
	"me|nos "
	"pasan|pasas|pasa|comunica|comunicas|comunican|transfiere|transfieren|conecta|conectas|puede|puedes|"
	"pueden "
	"?pasar|comunicar|transferir|conectar|poner con|a|al " ES_A " " ES_KIND " " ES_WHO,
	"quiero|necesito|prefiero|deseo|quisiera|exijo ?a ?que|hablar " ES_A
	" ~humano|~agente|~asesor|~asesora|~operador|~operadora|~representante|supervisor ?humano|real|humana "
	"$",
	"quiero|necesito|prefiero|deseo|quisiera|exijo|dame|deme ?a " ES_A
	" persona|agente|asistente real|humana|humano|fisica|de",
	"atencion|asistencia|soporte|ayuda|agente|asesor humana|humano $",
	"llame|llamen|atienda|contacte|conteste|atiendan|llamar|atender|contactar|contestar|responda|llamarme|"
	"atenderme ?me "
	"" ES_A " ?verdadera|ser " ES_WHO " ?real|humana|humano $",
	"alguien|persona ?humano|real|puede|podria|que me|puede|podria ?me "
	"llame|llamen|llamar|llamarme|atienda|contacte",
	"no|sin|odio ?quiero|mas|deseo hablar|chatear con ?un|una|este|el|la robot|robots|"
	"bot|bots|maquina|maquinas|contestadora",
	"^ con ?un|una|el asesor|agente|humano|persona|operador $",
	/* German */
	"mit|an|zu|ans " DE_A " " DE_KIND " " DE_A " " DE_WHO
	" ?aus|von|vom|in ?ihrem|dem|kundenservice|kundendienst ?team ?zu|personlich|direkt|am " DE_TALK,
	"sprechen|reden|chatten|verbinden|verbinde|verbindet|weiterleiten|schreiben|durchstellen "
	"?ich|wir|sie|kann "
	"?mich|uns|"
	"gerne|bitte ?bitte mit|an|zu " DE_A " " DE_KIND " " DE_A " " DE_WHO,
	"mit ~jemandem|jemand|jemanden vom|von|aus|der|dem _2 " DE_TALK,
	"an " DE_A " " DE_KIND " " DE_WHO " weiterleiten|weitergeben|ubergeben|durchstellen|weiterverbinden",
	"brauche|will|mochte|wunsche|verlange|hatte ?ich ?gerne|gern|bitte einen|ne|nen|eine|jemanden "
	"?echten|echte|"
	"richtigen|menschlichen|realen ~menschen|~mitarbeiter|berater|ansprechpartner|operator ?sprechen $",
	"echten|richtigen|menschlichen menschen|mitarbeiter|ansprechpartner ?bitte $",
	"jemand|mitarbeiter|mensch ?bitte ?mich|uns ?bitte anrufen|zuruckrufen",
	"rufen|ruft ?sie|mich ?mich|bitte ?bitte jemand",
	"nicht|ohne mit ?einem|einer|nem|dem bot|roboter|maschine|chatbot|computer|ki "
	"sprechen|reden|chatten|schreiben",
	/* French */
	"parler|parlez|discuter|echanger|communiquer|dialoguer|parlons ?directement|en a|avec " FR_A " " FR_KIND
	" " FR_KIND " " FR_WHO,
	"parler|parlez|discuter|echanger directement|a|avec ?a|avec quelqu un",
	"joindre|contacter|avoir " FR_A " " FR_KIND
	" ~humain|~personne|~conseiller|~conseillere|operateur ?humain|humaine|"
	"reelle|au ?telephone $",
	"passez|passe|mettez|transferez|connectez|redirigez|transferer|passer|mettre|orienter "
	"moi|nous|en|me|vers "
	"?en|un ?"
	"contact|relation ?avec|a|vers|un|une|le " FR_A " " FR_KIND " " FR_WHO,
	"veux|voudrais|souhaite|besoin|exige|prefere ?d ?avoir ?un|une ?vrai|vraie|etre|agent "
	"~humain|~conseiller|~conseillere|"
	"operateur|agent|personne ?humain|reelle $",
	"qu|que quelqu un m|me|nous appelle|rappelle|contacte|reponde|aide",
	"quelqu un peut|pourrait ?il m|me appeler|rappeler|contacter",
	"pas|plus|sans|marre ?de parler|discuter a|avec ?un|une|des|le|ce robot|robots|bot|machine|chatbot",
	/* Portuguese */
	"~falar|~conversar|chat|falo|teclar ?direto|diretamente com " PT_A " " PT_A " " PT_KIND " " PT_WHO,
	"transfere|transfira|transferir|passa|passe|passar|conecta|conecte|conectar|encaminha|encaminhe|chama|"
	"chame "
	"?me|para|"
	"com ?para|pra|com|a|o " PT_A " " PT_WHO,
	"quero|preciso|prefiro|queria|gostaria|exijo ?de " PT_A
	" ~atendente|~humano|~representante|~operador|operadora ?humano|humana|real $",
	"quero|preciso|prefiro|queria|gostaria ?de atendimento|suporte|ajuda humano|humana",
	"atendimento|atendente|pessoa humano|humana|real $",
	"alguem ?pode|poderia ?que me ligar|ligue|atender|atenda|contatar|chamar",
	"nao|sem ?quero|aguento ?mais falar|conversar com ?um|o|esse|robo|uma robo|robos|bot|maquina",
	/* Italian */
	"~parlare|chattare|parlo|comunicare|dialogare|parlarne con " IT_A " " IT_KIND " " IT_WHO,
	"?mi passi|passa|passami|passatemi|connettetemi|trasferitemi|mettetemi|collegatemi "
	"?puo|puoi|potete|in|passi|passare|"
	"passate|trasferire ?passare|trasferire|contatto ?a|con " IT_A " " IT_KIND " " IT_WHO " ?umano|reale|umana $",
	"voglio|vorrei|serve|desidero|preferisco|bisogno ?di " IT_A
	" ?vera|vero|essere operatore|operatrice|umano|persona|addetto|"
	"consulente ?umano|reale|vera|umana $",
	"qualcuno ?puo|che|potrebbe ?mi|puo chiamarmi|chiami|contattarmi|contatti|richiami|richiamarmi",
	"non|senza|basta ?voglio parlare|chattare con ?un|una|questo|il|la robot|bot|macchina|chatbot",
	"mi puo|puoi|potete passare|trasferire|mettere|collegare ?in ?contatto ?a|con " IT_A " " IT_KIND " " IT_WHO,
	/* Arabic */
	"التحدث|اتحدث|نتحدث|احكي|اتكلم|التكلم|التواصل|"
	"اتواصل|الكلام|اكلم|تكلم|محادثه|محادثة|تحدث ?مباشره|مباشرة "
	"?مع|الي|الى ?"
	"اي|احد " AR_WHO,
	"حولني|حولوني|تحويلي|وصلني|وصلوني|تحويل|حول|"
	"اوصلني ?الى|الي|علي|على|ب|ل ?اي " AR_WHO,
	"اريد|ابغى|ابغي|ابي|عايز|عاوز|بدي|احتاج|محتاج|اود "
	"?الى|الي موظف|انسان|شخص|ممثل|بشري ?حقيقي|بشري|خدمة|خدمه "
	"?العملاء|عملاء $",
	/* Indonesian */
	"~bicara|berbicara|ngobrol|chat|bertanya ?langsung|saya dengan|sama|ke ?seorang "
	"orang|manusia|admin|cs|operator|petugas|"
	"staf|staff|pegawai|karyawan ?asli|langsung",
	"hubungkan|sambungkan|teruskan ?saya|kami ?ke|dengan ?ke orang|manusia|admin|cs|operator|petugas|staf|staff",
	"minta|butuh|mau ?bantuan ?dari admin|operator|cs|petugas|manusia|staf $",
	"tidak|jangan|bukan ?mau ?bicara|chat dengan ?sama bot|robot|mesin",
	/* Russian */
	"~поговорить|говорить|~связаться|~пообщаться|"
	"общаться|соедините|соединить|соедини|"
	"переключите|переключить|"
	"переключи|"
	"переведите|перевести|переведи|связать|свяжите|"
	"поговорю|беседовать ?меня|бы|мне|нас ?меня|мне "
	"с|со|на|к " RU_KIND " " RU_KIND " " RU_WHO,
	"позовите|позови|дайте|нужен|нужна|хочу|позвать|"
	"требую|пригласите|подключите ?мне|мне "
	"?живои|живого|реальныи|настоящии|"
	"реального|настоящего ?живои "
	"~человек|человека|оператор|оператора|менеджер|"
	"менеджера|сотрудник|сотрудника|консультант|"
	"консультанта|администратора $",
	"живои|живого|живым|реальныи|настоящии человек*|"
	"оператор*|сотрудник* ?нужен ?мне $",
	"не|без ?хочу|буду общаться|общения|говорить|"
	"разговаривать ?с робот*|ботом|бота|машинои",
	"перезвоните|позвоните мне",
	"можно|можете ?с ?живым|живого оператора|"
	"человеком|менеджером|оператором $",
};

/* ---- a handoff request when it is all that a line says, polite words aside ---- */

static const char *const bare[] = {
	"~human|humans|agent|~operator|~representative|rep|manager|supervisor|somebody $",
	"real|live|actual|human|customer ?service|support|human|care " EN_WHO " $",
	"human|live support|help|assistance|chat|agent $",
	"human being $",
	"^ ~person $",
	"^ ~persona $",
	"orang|manusia|admin|cs|petugas|staf $",
	"customer|client service|support|care $",
	"talk|speak to ?a|an|the " EN_WHO " $",
	"customer service|support representative|agent|rep $",
	"temsilci|insan|operator|yetkili|danisman $",
	"musteri temsilcisi|temsilci|hizmetleri|danismani $",
	"canli|gercek ?bir destek|temsilci|kisi|insan|operator|biri $",
	"yetkili|gercek biri|birisi|kisi $",
	"humano|~agente|~asesor|~asesora|~operador|~operadora|~representante|ejecutivo $",
	"agente|persona|asesor|operador|atencion|ser|soporte humano|humana|real $",
	"persona de verdad $",
	"un|una humano|agente|asesor|operador $",
	"~mensch|menschen|~mitarbeiter|operator|berater|kundenberater|kundenservice $",
	"echter|echten|ein|einen|richtiger mensch|menschen|mitarbeiter $",
	"~humain|~conseiller|conseillere|operateur $",
	"un|une|agent|conseiller|vrai|etre|service humain|conseiller|agent|operateur|humaine $",
	"vraie personne $",
	"~atendente|humano|operador|atendimento $",
	"atendimento|atendente|pessoa|ser|um humano|humana|real|atendente $",
	"~operatore|umano|addetto $",
	"operatore|persona|un|essere umano|reale|vera|operatore $",
	"موظف|انسان|بشري|ممثل $",
	"موظف|شخص|ممثل|خدمة|خدمه خدمة|خدمه|العملاء|حقيقي|بشري ?العملاء $",
	"оператор|человек|менеджер|оператора|человека|"
	"консультант|сотрудник|админ $",
	"живои|живого|реальныи|настоящии человек|"
	"человека|оператор|оператора|консультант $",
};

/* Greetings and the like before what a line says. */
static const char openers[] =
	"hi|hello|hey|ok|okay|no|yes|please|pls|a|an|the|so|well|just|merhaba|selam|lutfen|bir|tamam|"
	"hayir|hola|por|favor|si|un|una|buenas|hallo|bitte|ein|einen|nein|bonjour|non|svp|ola|oi|"
	"nao|ciao|no|salve|مرحبا|لا|здравствуите|привет|нет|да|пожалуиста";

/* ---- refusals ---- */

/* Words that may stand between a "not" and what is not wanted. */
static const char bridges[] =
	"want|need|wanted|needed|wants|needs|have|like|wanna|to|any|really|necessarily|actually|be|necesito|quiero|"
	"hace|"
	"falta|deseo|tengo|que|me|gustaria|quisiera|hablar|querer|necesario|muss|mochte|will|brauche|"
	"unbedingt|besoin|de|veux|voudrais|souhaite|preciso|quero|queria|voglio|vorrei|serve|bisogno|"
	"di|ho|devo|اريد|احتاج|ان|الى|нужно|хочу|надо|желаю|мне|"
	"necessary|asked|asking|bother|wish|i|"
	"eu|ich|je";
static const char refusals[] =
	"not|dont|doesnt|didnt|never|without|wont|neednt|tampoco|nunca|sin|nicht|kein|keinen|keine|"
	"ohne|pas|jamais|nao|sem|mai|senza|لا|لم|ليس|بدون|مو|مش|لست|не|"
	"незачем|без|rather|no|non|inutile|"
	"unnecessary|нет";
static const char refusals_of_t[] = "don|doesn|didn|won|wouldn|needn";
static const char refusals_behind[] =
	"istemiyorum|istemem|istemedim|gerek|gerekmez|gerekmiyor|degil|etmeyin|istemiyoruz|"
	"yok|gereksiz|istemezdim";

/* What is refused before: over bridging words back to a "not" in the same clause. "No, I want..." has a comma. */
static bool is_refused_before(const struct pattern_text *t, int at)
{
	for (int n = 0; n < 6 && at > 0 && t->words[at].before < GAP_COMMA; n++) {
		const struct pattern_word *word = &t->words[--at];
		if (pattern_is(word, refusals))
			return !(at + 1 < t->n && pattern_is(&t->words[at + 1], "i|eu|ich|je"));
		if (str_equal(word->folded, STR("t")))
			return at > 0 && pattern_is(&t->words[at - 1], refusals_of_t);
		if (!pattern_is(word, bridges))
			return false;
	}
	return false;
}

/* The same behind, where Turkish has it. */
static bool is_refused_behind(const struct pattern_text *t, int end)
{
	for (int at = end; at < end + 3 && !pattern_at_end(t, at); at++)
		if (pattern_is(&t->words[at], refusals_behind))
			return true;
	return false;
}

static bool is_requested_at(const struct pattern_text *t, int at, const char *pattern)
{
	int n = pattern_match(t, at, pattern);
	return n > 0 && !is_refused_before(t, at) && !is_refused_behind(t, at + n);
}

static bool is_bare_at(const struct pattern_text *t, int at)
{
	while (at + 1 < t->n && t->words[at + 1].before != GAP_STOP && pattern_is(&t->words[at], openers))
		at++;
	for (size_t i = 0; i < COUNT(bare); i++)
		if (pattern_match(t, at, bare[i]))
			return true;
	return false;
}

bool handoff_requested(struct pool *pool, struct str text)
{
	struct pattern_text t = pattern_read(pool, text);
	for (int at = 0; at < t.n; at++) {
		if (t.words[at].before == GAP_STOP && is_bare_at(&t, at))
			return true;
		for (size_t i = 0; i < COUNT(handoff_requests); i++)
			if (is_requested_at(&t, at, handoff_requests[i]))
				return true;
	}
	return false;
}
