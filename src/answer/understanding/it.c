/*
 * it.c - Italian, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_it = {
	.tag = "it",
	.letters = "ìò",
	.function_words =
		"il lo la i gli le l un uno una di del dello della dei degli delle a al allo alla ai agli alle da "
			"dal dalla dai dalle in nel nella nei nelle con col su sul sulla per "
		"tra fra e ed o ma se che chi cui non si no io tu lui lei noi voi loro mi ti ci vi ne me te mio mia "
			"miei mie tuo tua suo sua suoi nostro nostra vostro vostra vostri questo questa "
		"questi queste quello quella quelli c qui qua li e sono sei siamo siete era essere stato ho hai ha "
			"abbiamo avete hanno avere fare faccio fa fate fanno posso puo puoi possiamo potete possono "
		"potrei potrebbe vorrei vorremmo voglio vuole volete volere devo deve dovete bisogna serve servono "
			"sapere so sa sapete dire dica dite dare date andare vado va venire vengo come quale quali "
			"quando "
		"quanto quanta quanti quante dove perche piu meno molto molta poco tanto qualche qualcuno qualcosa "
			"niente nulla nessuno tutto tutta tutti tutte ogni altro altra altri stesso anche solo gia "
			"ancora ora "
		"adesso poi prima dopo cosi bene buono buon buona grazie ciao salve buongiorno buonasera prego "
			"favore domanda informazione informazioni forse ok allora sia d dell all nell sull quell "
			"cosa cos ecco "
		"prendere portare mettere usare sapere po fosse stata quest vicino "
		"ad sta stai sto stanno stiamo state sara saranno sarebbe sarei avro avrei avevo avuto "
		"fai farebbe farei faro dov negli nello sui sulle sullo vostre nostri sue tue tuoi "
		"dagli dall coi ero erano "
			"ieri cmq nn xke xche qst partire "
			"x preciso precisamente esattamente",
	.acts = {
		.greeting = PATTERNS{ "ciao|salve|buongiorno|buonasera|buondi|hey|ehi|pronto ?a ?tutti",
			"buon|buona giorno|sera|pomeriggio", "come va|stai|sta", "start", NULL },
		.thanks = PATTERNS{ "grazie|ringrazio|thanks ?a|mille|tante|infinite|molte|per ?tutto|lei|voi|la|"
			"l ?aiuto|informazione|risposta", "mille|tante|ok|molte grazie",
			"la|vi|ti ringrazio ?molto", "molto|gentile|gentilissimo|gentilissimi gentile|gentili",
			"gentilissimo|gentilissima|gentilissimi", NULL },
		.farewell = PATTERNS{ "arrivederci|addio|bye",
			"a presto|domani|dopo|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|piu ?tardi",
			"ci vediamo ?a|domani|presto",
			"buona|buon serata|giornata|notte|weekend|fine|domenica ?settimana", "saluti",
			"cordiali saluti", NULL },
		.agreement = PATTERNS{ "ok|okay|va|perfetto|benissimo|ottimo|bene|capito|certo|si|no|inteso|"
			"chiaro|giusto|fantastico|super|ottima|d ?bene|accordo|tutto", "d accordo",
			"tutto chiaro|bene|ok", "nessun problema", "ho capito", "va bene|benissimo", NULL },
		.identity = PATTERNS{
			"sei|e|siete|lei ?e ?un|una ?vera ~robot|bot|macchina|umano|persona|chatbot|ia",
			"parlo|sto ?parlando|chattando|scrivendo ?con ?un|una ?vera ~robot|bot|macchina|umano|"
			"persona|chatbot|chi", "chi sei|e|siete", "con chi ?sto parlo|parlando",
			"robot|bot o umano|persona", NULL },
		.complaint = PATTERNS{ "inaccettabile|vergogna|vergognoso|vergognosa|scandaloso|ridicolo|"
			"pessimo|pessima|orribile|truffa|truffatori|schifo|schifoso|assurdo|indecente|ladri",
			"voglio|rivoglio|ridatemi ?indietro ?i miei|soldi|rimborso ?soldi ?indietro",
			"molto|per|non|sono ?niente ?sono arrabbiato|arrabbiata|deluso|delusa|soddisfatto|"
			"soddisfatta|contento|furioso|insoddisfatto", "reclamo|lamentarmi|lamentela|denuncia",
			"nessuno ?mi risponde|richiama|chiama", "aspetto|aspettando|aspettiamo da ?piu|due|"
			"tre|ore|giorni|settimane", "ancora non _2 funziona|arrivato|arriva|ricevuto",
			"mai piu", "peggior|peggiore servizio|esperienza", "rotto|rotta|rotti di nuovo",
			"rotto|rotta|rotti gia|subito", "merda|cazzo", NULL },
		.callback = PATTERNS{ "chiamatemi|chiamami|richiamatemi|richiamami|telefonatemi|telefonami|"
			"chiamarmi|richiamarmi|telefonarmi", "?mi puo|potete|potrebbe|potreste ?qualcuno chiamare|"
			"richiamare|telefonare|chiamarmi|richiamarmi|contattarmi",
			"mi chiami|chiamate|richiami|richiamate|telefoni",
			"essere richiamato|richiamata|ricontattato|ricontattata", NULL },
		.emergency = PATTERNS{ "e ?un emergenza", "^ emergenza", "ambulanza", "avvelenato|avvelenata",
			"mangiato|bevuto|ingoiato|ingerito _2 veleno|candeggina|pila|detersivo",
			"fumo in camera|cucina|stanza|bagno", "non riesce|riesco a respirare|respirare",
			"svenuto|svenuta", "dolore al petto", "infarto", "sanguina molto",
			"odore|puzza di gas|bruciato", "fuga|perdita di gas|acqua", "incendio",
			"un|una|dei|e|sono ferito|ferita|feriti|feriti", NULL },
	},
	.asking = (const struct ask_phrase[]){ { "quanto costa|costano|viene|vengono|e|costerebbe|prendete|pago|si",
		CONCEPT_PRICE }, { "qual|quale|che ?e ?il prezzo|costo|tariffa", CONCEPT_PRICE }, {
		"quanto dura|tempo|ci", CONCEPT_DURATION }, { "quanto", CONCEPT_PRICE }, { "ogni quanto",
		CONCEPT_HOW_OFTEN }, { "quanti|quante", CONCEPT_HOW_MANY }, {
		"?a|fino|da ?a che|quali ora|ore|orario|orari|giorno|giorni", CONCEPT_WHEN }, { "?da|fino ?a quando",
		CONCEPT_WHEN }, { "?da dove|dov", CONCEPT_WHERE }, { "chi", CONCEPT_WHO }, {
		"^ posso|puo|potete|avete|c|e|qual|quale|quali|come|che|si", CONCEPT_NONE },
		{ "soldi indietro", CONCEPT_REFUND }, { "a pagamento", CONCEPT_PRICE },
		{ "piu economico|economica|economici|conveniente", CONCEPT_CHEAPEST },
		{ "meno caro|cara|costoso|costosa", CONCEPT_CHEAPEST }, { "costa meno", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ e|o|ma|allora|anche", "^ per|con|senza|il|la|i|le|se|di|a",
		"^ quanto|quando|dove|quale|quali|come ?costa|dura|e $", "^ lo stesso",
		"questo|questa|quello|quella|lui|lei|li $", NULL },
	.requests = "dica|invii|scriva|mandi|indichi|dite|inviate|scrivete|ci",
	.yes = "si|esatto|certo",
	.concepts = {
		[CONCEPT_PRICE] = "prezz*|costo|costa|costano|tariff*|caro|economico|euro|quota|preventivo",
		[CONCEPT_FREE] = "gratis|gratuit*|inclus*|compres*",
		[CONCEPT_DISCOUNT] = "scont*|promoz*|offert*",
		[CONCEPT_DEPOSIT] = "caparra*|acconto*|cauzione*|deposito",
		[CONCEPT_PAY] = "pagare|pagament*|paga|pago",
		[CONCEPT_CARD] = "carta|carte|bancomat|pos",
		[CONCEPT_CASH] = "contanti",
		[CONCEPT_INSTALMENT] = "rate|rata|rateizz*",
		[CONCEPT_INVOICE] = "fattur*|ricevut*|scontrino",
		[CONCEPT_REFUND] = "rimbors*",
		[CONCEPT_VOUCHER] = "buono|buoni|voucher",
		[CONCEPT_OPEN] = "apert*|apre*|aprono|aprite|aprire|apertura",
		[CONCEPT_CLOSED] = "chius*|chiude*|chiudono|chiudete",
		[CONCEPT_HOURS] = "orari*|ore",
		[CONCEPT_WHERE] = "indirizzo*|trov*|via|mappa|arrivare",
		[CONCEPT_DURATION] = "durata|dura|tempo",
		[CONCEPT_PARKING] = "parcheggi*",
		[CONCEPT_TRANSPORT] = "autobus|bus|metro|treno|tram|stazione|aeroporto|taxi|fermata",
		[CONCEPT_BOOK] = "prenot*|appuntament*|iscri*|disponibil*",
		[CONCEPT_CANCEL] = "annull*|cancell*|disdi*",
		[CONCEPT_RESCHEDULE] = "spost*|cambiare|rimandare|modificare",
		[CONCEPT_ORDER] = "ordin*",
		[CONCEPT_DELIVER] = "consegn*|sped*|domicilio",
		[CONCEPT_COLLECT] = "ritir*",
		[CONCEPT_WAIT] = "attesa|aspettare",
		[CONCEPT_CHILD] = "bambin*|figli*|ragazz*|bimb*",
		[CONCEPT_BABY] = "neonat*|passeggino",
		[CONCEPT_PET] = "cane|cani|animal*|gatt*",
		[CONCEPT_PERSON] = "person*|adult*",
		[CONCEPT_GROUP] = "grupp*|festa",
		[CONCEPT_STUDENT] = "student*",
		[CONCEPT_SENIOR] = "anzian*|pensionat*",
		[CONCEPT_MAN] = "uomo|uomini|marito",
		[CONCEPT_WOMAN] = "donn*",
		[CONCEPT_PARENT] = "genitor*|madre|padre|mamma",
		[CONCEPT_DAY] = "giorno|giorni|giornalier*|giornata",
		[CONCEPT_WEEK] = "settiman*",
		[CONCEPT_WEEKEND] = "weekend",
		[CONCEPT_MONTH] = "mese|mesi|mensil*",
		[CONCEPT_YEAR] = "anno|anni|annual*",
		[CONCEPT_HOUR] = "ora|orari*",
		[CONCEPT_MINUTE] = "minut*|min",
		[CONCEPT_NIGHT] = "notte|notti",
		[CONCEPT_MORNING] = "mattin*",
		[CONCEPT_EVENING] = "sera|serata",
		[CONCEPT_HALF] = "mezz*|meta",
		[CONCEPT_WIFI] = "wifi|internet|wi|fi",
		[CONCEPT_LIFT] = "ascensor*",
		[CONCEPT_STAIRS] = "scala|scale|gradin*",
		[CONCEPT_WHEELCHAIR] = "sedia|rotelle|disabil*|accessib*",
		[CONCEPT_TOILET] = "bagno|bagni|toilette",
		[CONCEPT_SHOWER] = "doccia|docce",
		[CONCEPT_TOWEL] = "asciugaman*",
		[CONCEPT_EAT] = "mangiare|cibo|pasto",
		[CONCEPT_DRINK] = "bere|bevand*",
		[CONCEPT_COFFEE] = "caffe*",
		[CONCEPT_WATER] = "acqua",
		[CONCEPT_BREAKFAST] = "colazion*",
		[CONCEPT_DINNER] = "cena|cenare",
		[CONCEPT_MENU] = "menu*",
		[CONCEPT_VEGAN] = "vegan*|vegetarian*",
		[CONCEPT_GLUTEN] = "glutine|celiac*",
		[CONCEPT_ALLERGY] = "allerg*|intolleran*",
		[CONCEPT_LACTOSE] = "lattosio|latte",
		[CONCEPT_REPAIR] = "ripar*|aggiust*",
		[CONCEPT_WARRANTY] = "garanzi*",
		[CONCEPT_RETURN] = "reso|restitu*|cambio",
		[CONCEPT_SIZE] = "taglia|taglie|misur*|dimension*",
		[CONCEPT_COLOUR] = "color*",
		[CONCEPT_SMALL] = "piccol*",
		[CONCEPT_MEDIUM] = "medi*",
		[CONCEPT_LARGE] = "grand*",
		[CONCEPT_NEW] = "nuov*",
		[CONCEPT_USED] = "usat*",
		[CONCEPT_RENT] = "noleggi*|affitt*",
		[CONCEPT_BUY] = "compr*|acquist*|vend*",
		[CONCEPT_PHONE] = "telefon*|numero|cellulare",
		[CONCEPT_EMAIL] = "email*|mail",
		[CONCEPT_WEBSITE] = "sito|online|app",
		[CONCEPT_JOB] = "lavoro|lavorare|assum*|curriculum|cv|tirocinio",
		[CONCEPT_COURSE] = "corso|corsi|lezion*|classe",
		[CONCEPT_BEGINNER] = "principiant*",
		[CONCEPT_AGE] = "eta|anni",
		[CONCEPT_INSURANCE] = "assicuraz*",
		[CONCEPT_PRESCRIPTION] = "ricett*|impegnativa",
		[CONCEPT_DOCUMENT] = "document*|passaporto",
		[CONCEPT_LANGUAGE] = "lingua|lingue|parlate|inglese",
		[CONCEPT_FIRST] = "prim*",
		[CONCEPT_EARLY] = "presto|anticipo",
		[CONCEPT_LATE] = "tardi|ritardo",
		[CONCEPT_BRING] = "portare",
		[CONCEPT_CAR] = "auto|macchina",
		[CONCEPT_BIRTHDAY] = "compleann*",
		[CONCEPT_WEDDING] = "matrimoni*|sposa",
		[CONCEPT_GIFT] = "regal*",
		[CONCEPT_HOLIDAY] = "ferie|festiv*|vacanz*",
		[CONCEPT_PREGNANT] = "incinta|gravidanza",
		[CONCEPT_CLOTHES] = "vestit*|abbigliamento|scarpe",
		[CONCEPT_SMOKE] = "fum*",
		[CONCEPT_STAFF] = "personale|squadra",
		[CONCEPT_CERTIFICATE] = "certificat*",
		[CONCEPT_TOTAL] = "totale|tot|insieme|tutto|entrambi",
		[CONCEPT_READY] = "pronto|pronta|pronti|pronte|arrivato|arrivata|arrivati|arrivate",
		[CONCEPT_KEEP] = "conserv*",
	},
	.numbers = { "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove", "dieci", "undici",
		"dodici" },
	.clock = {
		.weekdays = { "lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato",
			"domenica|domeniche" },
		.months = { "gennaio|gen", "febbraio|feb", "marzo", "aprile|apr", "maggio|mag", "giugno|giu",
			"luglio|lug", "agosto|ago", "settembre|set", "ottobre|ott", "novembre|nov", "dicembre|dic" },
		.today = "oggi",
		.tomorrow = "domani",
		.day_after = "dopodomani",
		.now = "ora|adesso|momento",
		.weekend = "weekend|fine ?settimana",
		.open = PATTERNS{ "apert*|apre*|aprono|aprite|aprire|chius*|chiude*|chiudono|chiudete|orari*",
			"c e qualcuno", "lavorate", NULL },
		.come = PATTERNS{ "posso|possiamo|potrei passare|venire|portare|ritirare",
			"se passo|vengo|passiamo", NULL },
		.at = "alle|verso",
		.hour = "ore|h",
		.am = "mattina",
		.pm = "pomeriggio|sera",
		.holidays = { "capodanno", "epifania|befana", "primo|1 maggio", "ferragosto", "ognissanti",
			"vigilia ?di ?natale", "natale", "santo stefano", "san silvestro", "venerdi santo", "pasqua",
			"pasquetta", "ascensione", "lunedi di pentecoste", "san valentino" },
	},
	.texts = {
		.greeting = "Ciao e benvenuti da {business}! Come possiamo aiutarvi?",
		.kind = "Prego! Se serve altro, basta scrivere.",
		.identity = "Sono l'assistente automatico (un bot) di {business}. Se preferisce parlare con una "
			"persona, scriva “operatore” e un collega risponderà qui.",
		.disclosure =
			"Questa è una risposta automatica. Per parlare con una persona, scriva “operatore”.",
		.automatic = "Questa è una risposta automatica.",
		.fallback = "Mi dispiace, non ho una risposta a questo. Una persona di {business} la aiuterà "
			"volentieri: scriva “operatore” e risponderemo qui.",
		.topics = "Posso informarla anche su:",
		.handover = "Un collega prenderà in carico la conversazione e le risponderà qui appena possibile.",
		.away = "In questo momento non ci siamo. Riceverà una risposta al nostro ritorno.",
		.sorry = "Ci dispiace molto.",
		.detail = "Grazie. Di cosa si tratta? Ci scriva in poche parole cosa possiamo fare per lei, o "
			"scriva “operatore” e un collega risponderà.",
		.noted = "Grazie, abbiamo preso nota. Un collega risponderà qui.",
		.unclear = "Come possiamo aiutarla? Scriva la sua domanda in poche parole, o scriva "
			"“operatore” e "
			"un collega risponderà.",
		.did_you_mean = "Non ho una risposta certa. Intendeva:",
		.or_person = "Risponda con il numero, o scriva “operatore” e un collega le risponderà.",
		.total = "Totale: {sum}",
		.person_button = "Parlare con qualcuno",
		.as_written = "Questo lo abbiamo solo nella nostra lingua, così come è scritto:",
		.perhaps = "Non ho una risposta certa. Forse le è utile questo:",
		.if_not = "Altrimenti scriva “operatore” e un collega le risponderà.",
		.open_day = "Siamo aperti {day}: {hours}.",
		.open_day_special = "Siamo aperti {day}: {hours} ({reason}).",
		.closed_day = "Siamo chiusi {day}.",
		.closed_day_reason = "Siamo chiusi {day} ({reason}).",
		.open_now = "Sì, siamo aperti adesso, oggi fino alle {time}.",
		.closed_now = "Al momento siamo chiusi.",
		.closed_now_reason = "Al momento siamo chiusi ({reason}).",
		.next_open = "Riapriamo {day}: {hours}.",
		.open_at = "Sì, {day} alle {time} siamo aperti ({hours}).",
		.closed_at = "No, {day} alle {time} siamo chiusi. Quel giorno siamo aperti: {hours}.",
		.closed_at_reason = "No, {day} alle {time} siamo chiusi ({reason}).",
		.closed_range = "{reason}: siamo chiusi dal {from} al {to}.",
		.weekdays = { "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica" },
		.months = { "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto",
			"settembre", "ottobre", "novembre", "dicembre" },
		.date = "{weekday} {day} {month}",
		.week_hours = "I nostri orari:",
		.and = " e ",
	},
};
