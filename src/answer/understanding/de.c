/*
 * de.c - German, as language.h says. Data. Folding makes a sharp s into ss and drops umlauts.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_de = {
	.tag = "de",
	.letters = "äß",
	.short_forms = "wieviel wie viel|wievel wie viel|gibts gibt es|aufn auf den|vllt vielleicht"
			"|viell vielleicht|evtl eventuell|wg wegen|bzgl wegen|std stunde|stdn stunden|min minuten"
			"|nr nummer|tel telefon|hab habe|haste hast du|kann man kann man|nochn noch ein"
			"|zb zum beispiel",
	.compounds = true,
	.function_words =
		"der die das den dem des ein eine einen einem einer eines ne nen nem ner n und oder aber denn weil "
			"dass da wenn "
		"als ob wie was wer wen wem wo wann warum wieso welche welcher welches welchen ich du er sie es wir "
			"ihr mich mir dich dir "
		"ihn ihm ihnen uns euch man mein meine meinen meinem meiner dein deine sein seine ihre ihren ihrem "
			"ihrer unser unsere "
		"euer eure eurem euren dieser diese dieses diesen jener jede jeder jedes jeden alle alles viele "
			"viel mehr wenig etwas "
		"nichts kein keine keinen keiner nicht nur auch noch schon sehr so zu zum zur in im ins an am ans "
			"auf aus bei beim "
		"bis durch fur gegen mit nach ohne uber um unter von vom vor vorm seit wegen ab bin bist ist sind "
			"seid war waren "
		"wird werden werde wurde wurden hab habe hast hat haben habt hatte hatten hatt kann kannst konnen "
			"konnt konnte konnten muss "
		"musst mussen soll sollte sollen darf durfen durft mochte mochten mocht will wollen wollte wurde "
			"geht gehts gibt gibts gab "
		"machen macht mache machst gemacht tun tut brauche braucht brauchen komme kommt kommen kommst "
			"nehmen nehmt nimmt bekomme bekommt bekommen "
		"wissen weiss weisst weiss sagen sag sagt frage fragen hallo hi hey guten tag moin danke dank bitte "
			"gern gerne mal eigentlich denn "
		"doch ja nein ok okay eben halt wohl vielleicht hier dort dann danach also sonst bzw usw euch "
			"einfach moglich "
		"sich lassen lasst lass finden sein bietet anbieten biete lg mfg vg gruss grusse liebe sehr geehrte "
			"zusammen beides "
		"davon dafur dazu dabei damit daran darauf dran drin rein raus her hin wirklich kurz info infos "
			"information uberhaupt ungefahr "
		"hatte wegen ware waere ware konnts konnte brauchte brauchte interessiere interessiert stehen steht "
			"liegt zb selbst selber nahe nahe in "
		"allem allen andere anderen anderer anderes dies diesem jedem einige einmal nun jetzt "
		"wieder weg meines eurer eures keinem welchem seinen seiner zwar "
			"gestern vllt evtl bzgl iwie "
			"genau",
	.acts = {
		.greeting = PATTERNS{ "hallo|hi|hey|moin|servus|tach|tag|gruezi|hallochen|hallochen|huhu|na|"
			"morgen|mahlzeit|abend ?zusammen|moin|ihr|liebes|team|alle",
			"guten|gute|schonen|schoen|schonen tag|morgen|abend|mittag|nachmittag|moin ?zusammen",
			"gruss|gruss|gruss|gruess gott|dich|euch", "liebes team",
			"sehr geehrte ?damen ?und ?herren", "wie geht|gehts ?s|es ?dir|ihnen|euch", "start", NULL },
		.thanks = PATTERNS{ "danke|dankeschon|dankeschoen|dankee|thx|merci|dankesehr|dank ?schon|schoen|"
			"sehr|dir|ihnen|euch|vielmals ?fur ?die|das|deine|ihre ?hilfe|info|antwort|auskunft",
			"vielen|besten|herzlichen|lieben|tausend|super|ok|alles|gut ?lieben dank|danke",
			"?das|ist|sehr|super nett|lieb|freundlich ?von ?ihnen|euch|dir",
			"das|hat hilft|geholfen ?mir ?sehr|weiter", "ihr ?seid super|toll|klasse|spitze|die",
			NULL },
		.farewell = PATTERNS{ "tschuss|tschuess|tschuss|tschuss|ciao|tschau|bye|tschussi|ade|servus",
			"auf ?ein wiedersehen|wiederhoren|bald", "bis ?zum|am ?nachsten|kommenden spater|morgen|"
			"bald|dann|nachher|dahin|gleich|demnachst|montag|dienstag|mittwoch|donnerstag|freitag|"
			"samstag|sonntag|woche|mal|nachste|ubermorgen ?woche", "schonen|schones|schoenen|gute|"
			"gutes ?noch|tag|abend|wochenende|nacht|restlichen|feierabend ?einen|ein|tag|abend ?noch",
			"wir sehen uns ?am|morgen|dann", "machts|mach|mach s gut", "lg|mfg|vg", "liebe|viele|"
			"beste|schone|freundliche|freundlichen|mit grusse|grusse|grussen|freundlichen ?grussen",
			NULL },
		.agreement = PATTERNS{ "ok|okay|okey|oki|alles|gut|klar|super|perfekt|prima|passt|top|klasse|toll|"
			"spitze|wunderbar|verstanden|verstehe|alright|ja|jo|jap|nein|nee|genau|ach|aha|cool|"
			"einverstanden|erledigt|mega|geil|fein|haha|hmm ?klar|gut|so|schon|dann|wunderbar|perfekt",
			"alles klar|gut|super", "kein|keine problem|ursache", "passt so|schon|mir", "gut zu wissen",
			"in ordnung", "weiss|weiss bescheid", "das|mehr war|wars|ist ?alles|nicht|schon|es",
			"hat sich erledigt", "so machen wir|ich ?es|das", NULL },
		.identity = PATTERNS{ "bist|biste|sind|seid du|sie|ihr ?hier ?etwa|denn|eigentlich|wirklich ?nur ?ein|eine|"
				"ne|nen|n ?echter|echte|richtiger|echtes ~roboter|bot|mensch|maschine|computer|ki|"
				"chatbot|person|automat|automatisch|jemand|menschen",
			"ist das|hier|dies ?hier ?etwa|denn|eigentlich|wirklich ?nur ?ein|eine|ne|nen|n "
				"?echter|echte|richtiger|echtes ~roboter|bot|chatbot|ki",
			"ist das|hier|dies ?hier ?etwa|denn|eigentlich|wirklich ?nur ?ein|eine|ne|nen|n "
				"?echter|echte|richtiger|echtes mensch|maschine|computer|person|automat|automatisch $",
			"ist das|dies ?hier ?eine automatische antwort|nachricht",
			"sprech|spreche|schreib|schreibe|rede|chatte ?ich ?hier ?gerade ?jetzt ?mit ?einem|"
				"einer|nem ?echten|richtigen ~roboter|bot|mensch|menschen|maschine|computer|ki|"
				"chatbot|person|mitarbeiter|automaten",
			"mit wem schreibe|spreche|rede|chatte ?ich",
			"wer bist du",
			"wer sind|seid sie|ihr $",
			"wer schreibt|antwortet ?mir ?hier ?da $",
			"ist|sitzt ?da|hier|dort ?ein|jemand ?echter mensch|jemand|person ?am|dran|da $",
			"ist|sitzt da|hier|dort ?ein ?echter mensch|person",
			"bot oder mensch",
			"mensch oder ?ein bot|maschine|roboter", NULL },
		.complaint = PATTERNS{ "frechheit|unverschamt|unverschamtheit|skandal|katastrophe|"
			"inakzeptabel|abzocke|betrug|betruger|unfassbar|saftladen|sauerei|unzumutbar|"
			"schweinerei|lacherlich|zumutung|emporend|emporend|enttauschend|miserabel|grottig|"
			"peinlich|unterirdisch|abgezockt|verarscht|verarsche",
			"das geht ?ja|gar ?gar nicht|garnicht", "so geht das|es ?ja nicht",
			"bin|sind|war|sehr ?ich|wir ?sehr|total|echt|wirklich|stinksauer|mehr ?als sauer|"
			"wutend|verargert|enttauscht|stinksauer|unzufrieden|entsetzt|emport|emport|genervt",
			"unzufrieden|enttauscht mit|von|uber",
			"nicht|gar|uberhaupt ?nicht zufrieden|akzeptabel", "will|mochte|verlange|fordere "
			"?ich ?sofort mein|das geld ?sofort zuruck|wieder", "mein geld zuruck|wieder",
			"beschweren|beschwere|beschwerde|reklamieren|reklamation|reklamiere",
			"schlechter|schlechte|schlechtester|mieser|furchtbarer|schlechteste service|laden|"
			"erfahrung|arbeit|behandlung|bedienung|beratung", "nie|niemals wieder",
			"keiner|niemand|nie|kein ?hat|geht|meldet|ruft|reagiert|antwortet|mensch ?sich "
			"?jemand ?ans ?telefon meldet|ruft|antwortet|reagiert|zuruck|gemeldet|ran|sich|da|"
			"geantwortet", "warte|warten|gewartet|wartet ?ich|wir|hier|habe|jetzt|schon|seit|"
			"bereits ?schon|seit|nun|jetzt ?schon ?uber|eine|einer|zwei|drei|2|3|4|5|6 stunde|"
			"stunden|wochen|tagen|ewig|ewigkeiten|tage|woche|monat|monate|monaten",
			"immer noch|wieder ?nicht|kein|keine|kaputt|nichts|schmerzen ?nicht|kaputt|da|"
			"fertig|passiert|gekommen|defekt", "schon wieder ?nicht|kaputt|ausgefallen|abgesagt|"
			"defekt|falsch", "wieder kaputt|abgefallen|ausgefallen|defekt",
			"verwelkt|ruiniert|zerstort|versaut|vermurkst|kaputtgemacht|verbrannt|verletzt",
			"kaputt gemacht", "schon|gleich|bereits|nach _2 kaputt gegangen",
			"zu viel|doppelt|falsch abgebucht|berechnet|abgerechnet|bezahlt",
			"mein|meinem|meinen anwalt", "verbraucherzentrale", "scheiss*|verdammt*|arsch*|mist",
			"nicht|nie ?mal aufgetaucht",
			"schlimmer ?geworden ?als ?vorher", NULL },
		.callback = PATTERNS{ "ruf|rufen|ruft ?sie ?bitte|mal|doch mich|uns",
			"ruf|rufen|ruft ?sie ?bitte|mal|doch an|zuruck", "mich|uns|mir ?bitte|jemand|mal "
			"?jemand|mal|bitte|kurz|telefonisch|heute|morgen anrufen|zuruckrufen|zuruckruft|"
			"anruft|anruf|telefonisch", "^ ?bitte ruckruf|zuruckrufen",
			"ruckruf|zuruckrufen bitte|erbeten|erwunscht", "bitte|um um|ruckruf ?einen ?ruckruf",
			"kann|konnte|konnten|konnen|konnt ?mich|uns|sie|ihr ?mich|uns ?mal|bitte ?jemand "
			"?mal|bitte|kurz anrufen|zuruckrufen", "meldet|melden euch|sie ?sich bitte|"
			"telefonisch|bei ?telefonisch ?bei ?mir|uns", "bitte meldet|melden", NULL },
		.emergency = PATTERNS{ "notfall", "notarzt|krankenwagen|notruf|rettungswagen",
			"bekommt|kriege|bekomme|kriegt ?keine|schlecht|kaum luft", "keine luft", "nicht atmen",
			"bewusstlos|ohnmachtig", "herzinfarkt|schlaganfall", "brustschmerzen",
			"blutet|bluten|blute|blutung ?sehr ?stark", "gasgeruch",
			"riecht|rieche|stinkt nach gas|rauch", "es brennt", "rohrbruch",
			"gift|giftkoder|rattengift|bleiche|batterie ?gegessen|_1 gefressen|geschluckt|"
			"gegessen|getrunken|verschluckt", "vergiftet|vergiftung", NULL },
	},
	.asking = (const struct ask_phrase[]){ { "wie ?viel|viele kostet|viel|teuer|kosten", CONCEPT_PRICE }, {
		"was|wieviel|wievie|wasn ?kostet|kosten|kostets|macht|nehmt|verlangt|zahl|zahle|zahlt|kost|koscht|"
		"bezahlt|bezahle ?ihr|ich|man ?fur", CONCEPT_PRICE }, { "wie lang|lange", CONCEPT_DURATION }, {
		"wie oft", CONCEPT_HOW_OFTEN }, { "wie viele|viel|wieviele", CONCEPT_HOW_MANY }, {
		"um|ab|bis wieviel|wie|welcher|wann|welche ?viel ?uhr ?uhrzeit", CONCEPT_WHEN }, {
		"?ab|bis|seit wann", CONCEPT_WHEN }, {
		"welche|welcher|welchen tag|tage|tagen|uhrzeit|zeiten|wochentage", CONCEPT_WHEN }, { "wo|wohin",
		CONCEPT_WHERE }, { "wer|wem", CONCEPT_WHO }, { "^ kann|konnen|konnt|konnte|gibt|habt|haben|ist|sind|"
		"seid|macht|darf|muss|soll|was|wie|welche|welcher|welches|warum|geht", CONCEPT_NONE }, {
		"was|wie|welche|welcher muss|ist|sind|kann|soll|brauche", CONCEPT_NONE },
		{ "geld zuruck|wieder", CONCEPT_REFUND }, { "kostenpflichtig", CONCEPT_PRICE },
		{ "gunstigst*|billigst*|preiswertest*", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ und|oder|aber|auch|ok|dann|also",
		"^ was|wie ist|ists|sieht|siehts ?es ?aus ?mit|bei", "^ das gleiche|selbe",
		"^ und|gilt|geht|kostet ?das|die|der|es",
		"^ der|die|das|den|dem|ein|eine|einen|einer|ne|mit|ohne|fur|am|im|bei|ab|wenn|nur", "^ wie|was|wann|"
		"wo|wer|welche|welcher ?lang|lange|viel|viele|oft|teuer|weit ?ist|sind|kostet|dauert|kosten|ware|"
		"braucht ?das|die|der|es|dann|denn $", "^ kann|muss|soll|darf|braucht|brauche|gibt|geht|gilt|ist|"
		"sind|habt|kostet ?ich|man|es ?das|die|den|der|es|dann|dafur|da",
		"das|dies|die|der|es|den|dafur|dabei|davon|dazu|dort|da|hin $", NULL },
	.requests = "schreiben|schicken|nennen|senden|sagen|teilen|schreibt|schickt|nennt|sagt|geben",
	.yes = "ja|jo|jap|genau|richtig",
	.concepts = {
		[CONCEPT_PRICE] = "preis*|kosten|kostet|kost|gebuhr*|tarif*|teuer|gunstig*|billig*|honorar*|euro|"
			"selbstzahl*|betrag",
		[CONCEPT_FREE] = "kostenlos*|gratis|umsonst|inklusive|inbegriffen|enthalten|kostenfrei*",
		[CONCEPT_DISCOUNT] = "rabatt*|ermassig*|ermassig*|vergunstig*|aktion*|angebot*|nachlass",
		[CONCEPT_DEPOSIT] = "anzahlung*|kaution*|pfand",
		[CONCEPT_PAY] = "zahlen|bezahl*|zahlung*|zahle|zahlt",
		[CONCEPT_CARD] = "karte|karten|kartenzahlung|ec|kreditkarte*|girocard|visa",
		[CONCEPT_CASH] = "bar|bargeld",
		[CONCEPT_INSTALMENT] = "rate|raten|ratenzahlung*",
		[CONCEPT_INVOICE] = "rechnung*|quittung*|beleg*|kassenbon",
		[CONCEPT_REFUND] = "erstatt*|ruckerstatt*",
		[CONCEPT_VOUCHER] = "gutschein*",
		[CONCEPT_OPEN] = "offen|geoffnet*|auf|offnet|offnen|offnung*|aufmachen|aufhaben",
		[CONCEPT_CLOSED] = "geschlossen|zu|schliesst|schliesst|schliessen|zumachen|schluss",
		[CONCEPT_HOURS] = "offnungszeit*|zeiten|sprechzeit*|uhrzeit*",
		[CONCEPT_WHERE] = "adresse*|anfahrt*|standort*|wegbeschreibung|strasse|finde",
		[CONCEPT_WHEN] = "termine|datum",
		[CONCEPT_DURATION] = "dauer*|lange|dauern",
		[CONCEPT_PARKING] = "park|parken|parkplatz*|parkhaus*|parkplatze|parkmoglichkeit*",
		[CONCEPT_TRANSPORT] =
			"bus|bahn|tram|strassenbahn*|ubahn|sbahn|zug|bahnhof*|haltestelle*|flughafen|taxi",
		[CONCEPT_BOOK] = "termin*|reservier*|buchen|buchung*|buche|anmeld*|vereinbar*",
		[CONCEPT_CANCEL] = "absag*|storni*|kundig*|abmeld*|abbestell*|ausfall*|absage*",
		[CONCEPT_RESCHEDULE] = "verschieb*|verleg*|umbuch*|ander*|tausch*",
		[CONCEPT_ORDER] = "bestell*|vorbestell*",
		[CONCEPT_DELIVER] = "liefer*|versand*|versend*|verschick*|schickt|zustell*",
		[CONCEPT_COLLECT] = "abhol*|hol*",
		[CONCEPT_WAIT] = "wart*|warteliste*|wartezeit*",
		[CONCEPT_CHILD] = "kind*|sohn|tochter|junge|madchen|jugendlich*",
		[CONCEPT_BABY] = "baby*|saugling*|kinderwagen",
		[CONCEPT_PET] = "hund*|haustier*|katze*|tier*",
		[CONCEPT_PERSON] = "person*|leute|erwachsene*|gast|gaste",
		[CONCEPT_GROUP] = "gruppe*|gruppen*|feier*|gesellschaft",
		[CONCEPT_STUDENT] = "student*|studierend*|studi*|schuler*|azubi*",
		[CONCEPT_SENIOR] = "senior*|rentner*",
		[CONCEPT_MAN] = "mann|manner|herren|herr",
		[CONCEPT_WOMAN] = "frau*|damen|dame",
		[CONCEPT_PARENT] = "eltern*|mutter|vater|mama|papa",
		[CONCEPT_DAY] = "tag|tage|taglich|tages*|tagen",
		[CONCEPT_WEEK] = "woche*|wochentlich",
		[CONCEPT_WEEKEND] = "wochenend*",
		[CONCEPT_MONTH] = "monat*",
		[CONCEPT_YEAR] = "jahr*",
		[CONCEPT_HOUR] = "stunde*|std",
		[CONCEPT_MINUTE] = "minute*|min",
		[CONCEPT_NIGHT] = "nacht*|nachte|ubernacht*",
		[CONCEPT_MORNING] = "morgens|vormittag*|fruh|morgen",
		[CONCEPT_EVENING] = "abend*|nachmittag*|mittag*",
		[CONCEPT_HALF] = "halb*|halfte",
		[CONCEPT_WIFI] = "wlan|wifi|internet|w|lan",
		[CONCEPT_LIFT] = "aufzug*|lift|fahrstuhl*",
		[CONCEPT_STAIRS] = "treppe*|stufe*",
		[CONCEPT_WHEELCHAIR] = "rollstuhl*|barrierefrei*|rollator*|behindert*",
		[CONCEPT_TOILET] = "toilette*|wc|klo",
		[CONCEPT_SHOWER] = "dusch*",
		[CONCEPT_TOWEL] = "handtuch*|handtucher",
		[CONCEPT_EAT] = "essen|esse|speise*|imbiss",
		[CONCEPT_DRINK] = "trinken|getrank*|trink*",
		[CONCEPT_COFFEE] = "kaffee*",
		[CONCEPT_WATER] = "wasser",
		[CONCEPT_BREAKFAST] = "fruhstuck*",
		[CONCEPT_DINNER] = "abendessen",
		[CONCEPT_MENU] = "speisekarte|menu*",
		[CONCEPT_VEGAN] = "vegan*|vegetari*",
		[CONCEPT_GLUTEN] = "gluten*|zoliakie",
		[CONCEPT_ALLERGY] = "allerg*|unvertrag*",
		[CONCEPT_LACTOSE] = "laktose*|milch*",
		[CONCEPT_REPAIR] = "repar*|reparier*",
		[CONCEPT_WARRANTY] = "garantie*|gewahrleist*",
		[CONCEPT_RETURN] = "umtausch*|zuruckgeb*|ruckgabe*|retour*",
		[CONCEPT_SIZE] = "grosse|grosse|grossen|grossen|mass|masse",
		[CONCEPT_COLOUR] = "farbe*|farb*",
		[CONCEPT_SMALL] = "klein*",
		[CONCEPT_MEDIUM] = "mittel*|mittler*",
		[CONCEPT_LARGE] = "gross|gross|grosse*|grosse*|grosser*|grosser*",
		[CONCEPT_NEW] = "neu*",
		[CONCEPT_USED] = "gebraucht*",
		[CONCEPT_RENT] = "miete*|mieten|leih*|ausleih*|verleih*",
		[CONCEPT_BUY] = "kaufen|kauf|verkauf*|kaufe",
		[CONCEPT_PHONE] = "telefon*|handy*|nummer",
		[CONCEPT_EMAIL] = "email*|mail*",
		[CONCEPT_WEBSITE] = "webseite*|website|online|homepage|app",
		[CONCEPT_JOB] = "job*|bewerb*|ausbildung*|praktik*|aushilf*|mitarbeiter|sucht",
		[CONCEPT_COURSE] = "kurs*|unterricht*|workshop*|stunden",
		[CONCEPT_BEGINNER] = "anfang*",
		[CONCEPT_AGE] = "alter|alt|alte|jahrig*",
		[CONCEPT_INSURANCE] = "versicher*|kasse|krankenkasse*|kassen*|privat*",
		[CONCEPT_PRESCRIPTION] = "rezept*|uberweisung*|verordn*",
		[CONCEPT_DOCUMENT] = "dokument*|ausweis*|unterlagen|papiere|formular*",
		[CONCEPT_LANGUAGE] = "sprache*|sprecht|sprechen|englisch",
		[CONCEPT_FIRST] = "erste*|erst*",
		[CONCEPT_EARLY] = "fruher|vorher|voraus|vorab|rechtzeitig",
		[CONCEPT_LATE] = "spat*|verspat*",
		[CONCEPT_BRING] = "mitbring*|mitnehm*|bringen",
		[CONCEPT_CAR] = "auto*|wagen|fahrzeug*|pkw",
		[CONCEPT_BIRTHDAY] = "geburtstag*",
		[CONCEPT_WEDDING] = "hochzeit*|braut*",
		[CONCEPT_GIFT] = "geschenk*|schenk*",
		[CONCEPT_HOLIDAY] = "feiertag*|urlaub*|ferien*",
		[CONCEPT_PREGNANT] = "schwanger*",
		[CONCEPT_CLOTHES] = "kleid*|anzieh*|schuhe|kleidung|anziehen",
		[CONCEPT_SMOKE] = "rauch*|zigarette*",
		[CONCEPT_STAFF] = "team|personal",
		[CONCEPT_CERTIFICATE] = "zertifikat*|bescheinig*|attest*",
		[CONCEPT_TOTAL] = "gesamt*|insgesamt|zusammen|summe|beides",
		[CONCEPT_READY] = "fertig|angekommen|abholbereit|eingetroffen",
		[CONCEPT_KEEP] = "halt|haltbar*|halten|frisch*",
	},
	.numbers = { "zwei|zwo", "drei", "vier", "funf|fuenf", "sechs", "sieben", "acht", "neun", "zehn",
		"elf", "zwolf|zwoelf" },
	.clock = {
		.weekdays = { "montag|montags|mo|montagvormittag|montagabend", "dienstag|dienstags|di|dienstagabend",
			"mittwoch|mittwochs|mi|mittwochnachmittag|mittwochabend",
			"donnerstag|donnerstags|do|donnerstagabend",
			"freitag|freitags|fr|freitagnachmittag|freitagabend|freitagmittag",
			"samstag|samstags|sa|sonnabend|samstagvormittag|sonnabends", "sonntag|sonntags|so" },
		.months = { "januar|jan|janner", "februar|feb", "marz|maerz", "april|apr", "mai", "juni|jun",
			"juli|jul", "august|aug", "september|sep|sept", "oktober|okt", "november|nov", "dezember|dez"
			},
		.today = "heute|heut",
		.tomorrow = "morgen",
		.day_after = "ubermorgen",
		.now = "jetzt|gerade|grad|momentan|aktuell|moment",
		.weekend = "wochenende|we|wochenenden",
		.open = PATTERNS{ "offen|geoffnet*|offnet|offnen|offnungszeit*|aufhaben|geschlossen|schliesst|"
			"schliesst|schliessen|sprechzeit*", "habt|haben|hat|ist|macht|machen|seid|sind ?ihr|sie|da|"
			"der|die|ihre|eure ?laden|geschaft|praxis|auch|denn|eigentlich ?auch _4 auf|zu|offen|da|"
			"geoffnet $", "habt|haben|macht|hat|ist _5 auf|zu ?macht $",
			"wie lange habt|haben|seid|geht|ist ?ihr|sie ?heute", "?ab|bis|um wann|wieviel ?uhr",
			"seid|sind|ist ihr|sie|jemand ?noch ?heute ?am ?da", "auf|zu $", NULL },
		.come = PATTERNS{ "kann|konnen|konnte|darf ich|wir _3 kommen|vorbeikommen|vorbeischauen|"
			"vorbeibringen|abgeben|abholen", "vorbei kommen|schauen", NULL },
		.half = "halb",
		.at = "um|gegen|ab|bis|vor|nach",
		.hour = "uhr|h",
		.am = "fruh|morgens|vormittags|vormittag",
		.pm = "nachmittags|abends|nachmittag|abend",
		.holidays = { "neujahr*", "heilige ?drei ?konige*|dreikonig*", "tag der arbeit",
			"maria himmelfahrt", "allerheiligen", "heiligabend|heilig ?abend|heiligabends",
			"weihnachten|erster|1 ?weihnachtstag|weihnachtsfeiertag|weihnachten",
			"zweiter|zweiten|2 weihnachtstag|weihnachtsfeiertag", "silvester", "karfreitag",
			"ostern|ostersonntag", "ostermontag", "himmelfahrt|vatertag", "pfingstmontag|pfingsten",
			"valentinstag|valentin", "zwischen den jahren|feiertagen" },
	},
	.texts = {
		.greeting = "Hallo und willkommen bei {business}! Was können wir für Sie tun?",
		.kind = "Gern geschehen! Wenn noch etwas ist, schreiben Sie einfach.",
		.identity = "Ich bin der automatische Assistent (ein Bot) von {business}. Wenn Sie lieber mit einem "
			"Menschen schreiben, schreiben Sie „Mitarbeiter“, dann antwortet Ihnen jemand aus dem "
				"Team.",
		.disclosure =
			"Das ist eine automatische Antwort. Für einen Menschen schreiben Sie einfach "
				"„Mitarbeiter“.",
		.automatic = "Das ist eine automatische Antwort.",
		.fallback = "Das kann ich leider nicht beantworten. Jemand aus dem Team von {business} hilft gern: "
			"Schreiben Sie „Mitarbeiter“, dann melden wir uns hier.",
		.topics = "Auskunft gebe ich auch zu:",
		.handover = "Jemand aus unserem Team übernimmt und antwortet Ihnen hier so bald wie möglich.",
		.away = "Im Moment ist niemand da. Sie bekommen eine Antwort, sobald wir zurück sind.",
		.sorry = "Das tut uns leid.",
		.detail = "Danke. Worum geht es? Schreiben Sie uns bitte kurz, was wir für Sie tun können, oder "
			"schreiben Sie „Mitarbeiter“, dann antwortet jemand aus dem Team.",
		.noted = "Danke, das haben wir notiert. Jemand aus unserem Team meldet sich hier bei Ihnen.",
		.unclear = "Was können wir für Sie tun? Schreiben Sie uns bitte Ihre Frage in wenigen Worten, oder "
			"schreiben Sie „Mitarbeiter“, dann antwortet jemand aus dem Team.",
		.did_you_mean = "Das weiß ich leider nicht sicher. Meinten Sie:",
		.or_person =
			"Antworten Sie bitte mit der Nummer, oder schreiben Sie „Mitarbeiter“, dann antwortet "
			"jemand aus dem Team.",
		.total = "Zusammen: {sum}",
		.person_button = "Mit Mensch sprechen",
		.as_written = "Das haben wir leider nur in unserer eigenen Sprache, so wie es geschrieben ist:",
		.perhaps = "Das weiß ich leider nicht sicher. Vielleicht hilft Ihnen das:",
		.if_not = "Wenn nicht, schreiben Sie „Mitarbeiter“, dann antwortet jemand aus dem Team.",
		.open_day = "Am {day} haben wir geöffnet: {hours} Uhr.",
		.open_day_special = "Am {day} haben wir geöffnet: {hours} Uhr ({reason}).",
		.closed_day = "Am {day} haben wir geschlossen.",
		.closed_day_reason = "Am {day} haben wir geschlossen ({reason}).",
		.open_now = "Ja, wir haben gerade geöffnet, heute bis {time} Uhr.",
		.closed_now = "Im Moment haben wir geschlossen.",
		.closed_now_reason = "Im Moment haben wir geschlossen ({reason}).",
		.next_open = "Wieder geöffnet: {day}, {hours} Uhr.",
		.open_at = "Ja, am {day} um {time} Uhr haben wir geöffnet ({hours} Uhr).",
		.closed_at =
			"Nein, am {day} um {time} Uhr haben wir geschlossen. Geöffnet ist an dem Tag: {hours} Uhr.",
		.closed_at_reason = "Nein, am {day} um {time} Uhr haben wir geschlossen ({reason}).",
		.closed_range = "{reason}: Wir haben vom {from} bis {to} geschlossen.",
		.weekdays = { "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag" },
		.months = { "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
			"Oktober", "November", "Dezember" },
		.date = "{weekday}, {day}. {month}",
		.week_hours = "Unsere Öffnungszeiten:",
		.and = " und ",
	},
};
