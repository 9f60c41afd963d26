/*
 * fr.c - French, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_fr = {
	.tag = "fr",
	.letters = "œêùûôëï",
	.short_forms = "koi quoi|pk pourquoi|pq pourquoi|pkoi pourquoi|cb combien|cmb combien|qd quand|vs vous"
			"|ds dans|bcp beaucoup|tjs toujours|rdv rendez-vous|bjr bonjour|bsr bonsoir|mrc merci"
			"|dispo disponible|dispos disponibles|ya il y a|jms jamais|auj aujourd hui",
	.function_words =
		"le la les l un une des de du d au aux a et ou mais donc car ni que qu qui quoi dont ce cet cette "
			"ces c cela ca "
		"je j tu il elle on nous vous ils elles me m te t se s lui leur leurs y en mon ma mes ton ta tes "
			"son sa ses notre nos "
		"votre vos est es suis sommes etes sont etait etre ete ai as avons avez ont avoir avait eu fait "
			"faire faites fais font "
		"peut peux pouvez peuvent pouvoir pourrait pourriez pourrais veux veut voulez voudrais voudrait "
			"vouloir souhaite souhaiterais "
		"dois doit devez faut falloir aimerais besoin savoir sais sait dire dites dis donner donnez prendre "
			"prends prenez venir viens venez aller vais va allez "
		"dans sur sous avec sans pour par chez vers entre apres avant depuis pendant jusque jusqu si ne n "
			"pas plus moins tres trop peu beaucoup aussi "
		"encore deja toujours jamais tout toute tous toutes chaque quel quelle quels quelles comment "
			"combien quand ou pourquoi "
		"bonjour bonsoir salut merci svp stp s il plait oui non ok bien bon alors voila question demande "
			"infos information renseignement "
		"possible peut etre juste est ce quelqu quelque quelques meme autre autres chose ici la bas "
			"proposez propose avez vous acceptez "
		"madame monsieur cordialement bonne journee soiree mettre mis mets sera seront serait serez "
			"aurait pres proche "
		"moi toi eux avais avait etais serai serais aurai aurais aurez soit sois soyez ait aura "
			"hier vs ns ds qd pr pk pq bcp slt cc bjr tt tjs mnt auj dc jsuis partir cest jai "
			"exactement precisement",
	.acts = {
		.greeting = PATTERNS{ "bonjour|bonsoir|salut|coucou|bjr|bsr|hello|allo ?madame|monsieur|a|tout "
			"?tous|toutes|le ?monde", "bon matin", "comment allez|vas|va vous|tu", "ca va", "start",
			NULL },
		.thanks = PATTERNS{ "merci|mercii|mrc|thanks ?beaucoup|bien|infiniment|mille|a|pour ?fois|vous|"
			"toi|tout|votre|la|les ?aide|reponse|infos|info", "un ?grand merci",
			"c est ?tres gentil|sympa|parfait", "je vous|te remercie ?beaucoup", NULL },
		.farewell = PATTERNS{ "au revoir", "bye|ciao|adieu", "a bientot|demain|plus|tout|lundi|mardi|"
			"mercredi|jeudi|vendredi|samedi|dimanche|tantot|la ?tard|l|prochaine ?heure",
			"bonne|bon ?fin ?de journee|soiree|nuit|weekend|week|continuation|apres ?midi|end",
			"cordialement", NULL },
		.agreement = PATTERNS{ "ok|okay|d|daccord|parfait|super|genial|entendu|compris|tres|oui|non|"
			"nickel|top|excellent|bien|impeccable|formidable|note|cool|accord|voila ?accord|bien|"
			"compris", "ca marche|va|roule", "c est note|bon|parfait|tout|clair",
			"pas de souci|soucis|probleme", "je vois|comprends", "bonne idee", NULL },
		.identity = PATTERNS{ "etes|es|est vous|tu ?un|une ?vrai|vraie ~robot|bot|machine|humain|personne|"
				"ordinateur|chatbot|ia",
			"est ce|c ?que ?c ?est ?un|une ?vrai|vraie ~robot|bot|chatbot|ia",
			"vous|tu|t etes|es ?un|une ?vrai|vraie ~robot|bot|machine|humain|personne|chatbot|ia",
			"c est ?un|une ?vrai|vraie ~robot|bot|chatbot|ia",
			"^ c est ?un|une ?vrai|vraie humain|personne $",
			"je|j parle|discute|ecris ?a|avec ?un|une ?vrai|vraie ~robot|bot|machine|humain|"
				"personne|chatbot|ia|qui",
			"a qui ?je ai|parle|suis",
			"qui etes|es vous|tu",
			"robot|bot ou humain|personne",
			"y a t il ?un|une ?vrai|vraie humain|personne ?la|ici|derriere $",
			"y a t il quelqu un ?la|ici|derriere $", NULL },
		.complaint = PATTERNS{ "inacceptable|scandaleux|scandale|honteux|honte|arnaque|arnaqueurs|"
			"escroquerie|escrocs|lamentable|degueulasse|catastrophe|inadmissible|abuse|minable",
			"nul nul", "c est nul|honteux|scandaleux|inadmissible|une|du ?honte|vol|arnaque|"
			"foutage", "pas|tres|vraiment|plus du|mecontent|decu|decue|content|contente|"
			"satisfait|satisfaite|furieux|furieuse|enervee|enerve ?tout ?content|satisfait",
			"je|suis tres|vraiment ?mecontent|decu|decue|furieux|furieuse",
			"mecontent|mecontente|furieux|furieuse|decu|decue", "veux|exige ?etre|un|mon|le "
			"rembourse|remboursee|remboursement", "remboursez moi|nous|immediatement",
			"plainte|reclamation|plaindre", "personne ne repond|rappelle|vient|decroche",
			"attends|attend|attendons depuis", "toujours pas|rien ?de _2 repondu|recu|marche|"
			"fonctionne|nouvelles|livre|venu|repare",
			"plus|jamais jamais|plus ?je ?reviendrai|chez", "pire ?service|experience",
			"encore casse|cassee|panne", "mauvais|mauvaise|horrible ?tres service|experience|"
			"accueil|travail", "merde|putain|connards", NULL },
		.callback = PATTERNS{ "appelez|rappelez|telephonez|appelle|rappelle ?moi|nous moi|nous|s",
			"rappelez|appelez|rappelle moi|nous", "pouvez|peut|pourriez|pourrait|peux ?vous|on|tu|"
			"quelqu ?un ?me|m|nous appeler|rappeler|telephoner|joindre|contacter",
			"me|m|nous rappeler|appeler|telephoner|contacter",
			"etre rappele|rappelee|contacte|contactee", "un rappel", NULL },
		.emergency = PATTERNS{ "urgence $", "une urgence", "ambulance|samu|pompiers",
			"ne ?peux|peut ?plus respirer|pas ?respirer", "inconscient|evanoui",
			"douleur ?a poitrine", "crise cardiaque", "saigne beaucoup", "odeur de gaz|brule",
			"fuite de gaz|d ?eau", "avale|bu|mange|pris|ingere _2 javel|poison|pile|detergent|mort",
			"javel|produit dans l|les|mes|son ?oeil|yeux", "empoisonne|empoisonnee|intoxique",
			"fumee dans|partout", "il y a un|une|des blesse|blessee|blesses", "incendie",
			"au|en feu", "a le|prend|pris feu", NULL },
	},
	.asking = (const struct ask_phrase[]){ {
		"combien ?ca ?est ?ce ?que coute|coutent|couterait|faut|prenez|je|c|est|pour|vaut", CONCEPT_PRICE },
		{ "?a|c ?est quel|quels|quelle ?est ?le|la prix|tarif|cout", CONCEPT_PRICE }, {
		"combien de temps|jours|semaines|mois|minutes|heures", CONCEPT_DURATION }, { "combien de",
		CONCEPT_HOW_MANY }, { "combien", CONCEPT_PRICE }, {
		"?a|jusqu|de ?a quelle|quelles|quel|quels heure|heures|jour|jours|horaires|date", CONCEPT_WHEN }, {
		"?depuis|jusqu|pour ?a quand", CONCEPT_WHEN }, { "ou est|se|etes|sont|trouve|puis|peut|vous|on",
		CONCEPT_WHERE }, { "?c est ou $", CONCEPT_WHERE }, { "etes|es|sont ou", CONCEPT_WHERE }, { "qui", CONCEPT_WHO }, {
		"^ est|avez|peut|pouvez|puis|quel|quelle|quels|quelles|comment|pourquoi|que|qu|faut|y",
		CONCEPT_NONE },
		{ "payant|payante|payants", CONCEPT_PRICE },
		{ "moins cher|chere|chers|cheres", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ et|ou|mais|alors|donc|aussi", "^ pour|avec|sans|le|la|les|en|si|a",
		"^ c est combien|quand|ou|quoi", "^ combien|quand|ou|comment|quel|quelle $",
		"^ combien ?ca ?coute|de ?temps|dure $", "^ pareil|idem", "ca|cela|celui|celle|elle|il $", NULL },
	.requests = "dites|envoyez|ecrivez|indiquez|donnez|precisez",
	.yes = "oui|exact|exactement|voila",
	.concepts = {
		[CONCEPT_PRICE] = "prix|tarif*|cout*|cher|chere|frais|euro|euros|montant*|devis",
		[CONCEPT_FREE] = "gratuit*|inclus*|compris*|offert*",
		[CONCEPT_DISCOUNT] = "reduction*|remise*|promo*|rabais",
		[CONCEPT_DEPOSIT] = "acompte*|caution*|arrhes",
		[CONCEPT_PAY] = "payer|paiement*|paye*|regler|reglement*",
		[CONCEPT_CARD] = "carte*|cb|visa",
		[CONCEPT_CASH] = "especes|liquide",
		[CONCEPT_INSTALMENT] = "mensualite*|plusieurs",
		[CONCEPT_INVOICE] = "facture*|recu",
		[CONCEPT_REFUND] = "rembours*",
		[CONCEPT_VOUCHER] = "bon|bons|cadeau*|coupon*",
		[CONCEPT_OPEN] = "ouvert*|ouvre*|ouverture*|ouvrez|ouvrir",
		[CONCEPT_CLOSED] = "ferme*|fermeture*|fermez",
		[CONCEPT_HOURS] = "horaire*|heures",
		[CONCEPT_WHERE] = "adresse*|situe*|trouve*|itineraire|plan",
		[CONCEPT_DURATION] = "duree*|dure|durent|temps|longtemps",
		[CONCEPT_PARKING] = "parking*|garer|stationne*|place",
		[CONCEPT_TRANSPORT] = "bus|metro|train|tramway|tram|gare|aeroport|taxi|arret",
		[CONCEPT_BOOK] = "reserver|reserv*|rendez|rdv|creneau*|rendezvous|inscri*",
		[CONCEPT_CANCEL] = "annul*",
		[CONCEPT_RESCHEDULE] = "deplacer|reporter|changer|decaler|modifier",
		[CONCEPT_ORDER] = "command*",
		[CONCEPT_DELIVER] = "livr*|expedi*|envoy*|envoi",
		[CONCEPT_COLLECT] = "retir*|recuper*|chercher",
		[CONCEPT_WAIT] = "attente|attendre",
		[CONCEPT_CHILD] = "enfant*|fils|fille|garcon|gamin*",
		[CONCEPT_BABY] = "bebe*|poussette",
		[CONCEPT_PET] = "chien*|animal|animaux|chat",
		[CONCEPT_PERSON] = "personne*|adulte*|gens",
		[CONCEPT_GROUP] = "groupe*",
		[CONCEPT_STUDENT] = "etudiant*",
		[CONCEPT_SENIOR] = "senior*|retraite*",
		[CONCEPT_MAN] = "homme*|mari",
		[CONCEPT_WOMAN] = "femme*",
		[CONCEPT_PARENT] = "parent*|mere|pere",
		[CONCEPT_DAY] = "jour|jours|journee*|journalier*",
		[CONCEPT_WEEK] = "semaine*|hebdo*",
		[CONCEPT_WEEKEND] = "weekend*",
		[CONCEPT_MONTH] = "mois|mensuel*",
		[CONCEPT_YEAR] = "an|ans|annee*|annuel*",
		[CONCEPT_HOUR] = "heure|h",
		[CONCEPT_MINUTE] = "minute*|min",
		[CONCEPT_NIGHT] = "nuit*|nuitee*",
		[CONCEPT_MORNING] = "matin*|matinee",
		[CONCEPT_EVENING] = "soir*|soiree",
		[CONCEPT_HALF] = "demi*|moitie",
		[CONCEPT_WIFI] = "wifi|internet|wi|fi",
		[CONCEPT_LIFT] = "ascenseur*",
		[CONCEPT_STAIRS] = "escalier*|marche*",
		[CONCEPT_WHEELCHAIR] = "fauteuil|roulant|handicap*|pmr|accessib*",
		[CONCEPT_TOILET] = "toilette*|wc",
		[CONCEPT_SHOWER] = "douche*",
		[CONCEPT_TOWEL] = "serviette*",
		[CONCEPT_EAT] = "manger|repas|nourriture",
		[CONCEPT_DRINK] = "boire|boisson*",
		[CONCEPT_COFFEE] = "cafe*",
		[CONCEPT_WATER] = "eau",
		[CONCEPT_BREAKFAST] = "dejeuner*|dej|ptidej",
		[CONCEPT_DINNER] = "diner*",
		[CONCEPT_MENU] = "menu*|carte",
		[CONCEPT_VEGAN] = "vegan*|vegetari*|vegetal*",
		[CONCEPT_GLUTEN] = "gluten",
		[CONCEPT_ALLERGY] = "allerg*|intoleran*",
		[CONCEPT_LACTOSE] = "lactose|lait",
		[CONCEPT_REPAIR] = "repar*",
		[CONCEPT_WARRANTY] = "garantie*",
		[CONCEPT_RETURN] = "retour*|echange*",
		[CONCEPT_SIZE] = "taille*",
		[CONCEPT_COLOUR] = "couleur*|coloration",
		[CONCEPT_SMALL] = "petit*",
		[CONCEPT_MEDIUM] = "moyen*",
		[CONCEPT_LARGE] = "grand*",
		[CONCEPT_NEW] = "nouveau*|nouvelle*|neuf",
		[CONCEPT_USED] = "occasion",
		[CONCEPT_RENT] = "lou*|location*",
		[CONCEPT_BUY] = "achet*|acheter|vend*|vente",
		[CONCEPT_PHONE] = "telephone*|numero*|portable",
		[CONCEPT_EMAIL] = "email*|mail*|courriel",
		[CONCEPT_WEBSITE] = "site|ligne|appli",
		[CONCEPT_JOB] = "emploi*|travailler|recrut*|embauch*|cv|stage*|job",
		[CONCEPT_COURSE] = "cours|stage|formation*|atelier*",
		[CONCEPT_BEGINNER] = "debutant*",
		[CONCEPT_AGE] = "age*",
		[CONCEPT_INSURANCE] = "assurance*|mutuelle*",
		[CONCEPT_PRESCRIPTION] = "ordonnance*",
		[CONCEPT_DOCUMENT] = "document*|papiers|identite|piece",
		[CONCEPT_LANGUAGE] = "langue*|parlez|parle|anglais|francais",
		[CONCEPT_FIRST] = "premier*|premiere*",
		[CONCEPT_EARLY] = "tot|avance",
		[CONCEPT_LATE] = "retard*|tard",
		[CONCEPT_BRING] = "apporter|amener|emporter",
		[CONCEPT_CAR] = "voiture*|vehicule*",
		[CONCEPT_BIRTHDAY] = "anniversaire*",
		[CONCEPT_WEDDING] = "mariage*|mariee",
		[CONCEPT_GIFT] = "cadeau*|offrir",
		[CONCEPT_HOLIDAY] = "vacances|ferie*|conges",
		[CONCEPT_PREGNANT] = "enceinte*",
		[CONCEPT_CLOTHES] = "vetement*|tenue|chaussures",
		[CONCEPT_SMOKE] = "fum*",
		[CONCEPT_STAFF] = "equipe|personnel",
		[CONCEPT_CERTIFICATE] = "certificat*|attestation*",
		[CONCEPT_TOTAL] = "total|ensemble|tout",
		[CONCEPT_READY] = "pret|prets|prete|pretes|arrive|arrivee|arrives|arrivees|termine*",
		[CONCEPT_KEEP] = "conserv*",
	},
	.numbers = { "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze" },
	.clock = {
		.weekdays = { "lundi|lundis", "mardi|mardis", "mercredi|mercredis", "jeudi|jeudis",
			"vendredi|vendredis", "samedi|samedis", "dimanche|dimanches" },
		.months = { "janvier|janv", "fevrier|fev", "mars", "avril|avr", "mai", "juin", "juillet|juil", "aout",
			"septembre|sept", "octobre|oct", "novembre|nov", "decembre|dec" },
		.today = "aujourd ?hui|aujourdhui",
		.tomorrow = "demain",
		.day_after = "apres demain",
		.now = "maintenant|actuellement|la",
		.weekend = "weekend|week ?end",
		.open = PATTERNS{ "ouvert*|ouvre*|ouvrez|ouvrir|ferme*|fermez|horaire*|ouverture", "etes vous la",
			"il|y y|a a|quelqu ?quelqu un", "travaillez ?vous", NULL },
		.come = PATTERNS{ "peux|puis|peut|pouvons|pourrais|je j|je|nous|on ?passer|venir|deposer",
			"je peux passer|venir|deposer", "si je passe|viens", NULL },
		.at = "a|vers|des|jusqu",
		.hour = "h|heure|heures",
		.am = "matin",
		.pm = "soir|apres|midi",
		.holidays = { "jour|nouvel de|an ?l ?an", "epiphanie", "1er|premier|fete mai|du ?travail",
			"assomption", "toussaint", "reveillon|veille de noel", "noel", NULL,
			"saint|reveillon sylvestre|du", "vendredi saint", "paques", "lundi de paques", "ascension",
			"lundi de pentecote", "saint valentin", "entre les fetes" },
	},
	.texts = {
		.greeting = "Bonjour et bienvenue chez {business} ! Que pouvons-nous faire pour vous ?",
		.kind = "Avec plaisir ! N'hésitez pas à écrire si vous avez une autre question.",
		.identity =
			"Je suis l'assistant automatique (un bot) de {business}. Si vous préférez parler à une "
			"personne, écrivez « conseiller » et un collègue vous répondra ici.",
		.disclosure = "Ceci est une réponse automatique. Pour parler à une personne, écrivez « "
			"conseiller ».",
		.automatic = "Ceci est une réponse automatique.",
		.fallback = "Désolé, je n'ai pas de réponse à cela. Une personne de {business} vous aidera "
			"volontiers : écrivez « conseiller » et nous vous répondrons ici.",
		.topics = "Je peux aussi vous renseigner sur :",
		.handover = "Un collègue prend le relais et vous répondra ici dès que possible.",
		.away = "Nous sommes absents en ce moment. Vous aurez une réponse à notre retour.",
		.sorry = "Nous en sommes désolés.",
		.detail = "Merci. De quoi s'agit-il ? Dites-nous en quelques mots ce que nous pouvons faire pour "
			"vous, ou écrivez « conseiller » et un collègue vous répondra.",
		.noted = "Merci, c'est noté. Un collègue vous répondra ici.",
		.unclear = "Que pouvons-nous faire pour vous ? Écrivez votre question en quelques mots, ou écrivez "
			"« conseiller » et un collègue vous répondra.",
		.did_you_mean = "Je n'ai pas de réponse certaine. Vouliez-vous dire :",
		.or_person =
			"Répondez avec le numéro, ou écrivez « conseiller » et un collègue vous répondra.",
		.total = "Total : {sum}",
		.person_button = "Parler à un humain",
		.as_written = "Nous n'avons cela que dans notre langue, tel que c'est écrit :",
		.perhaps = "Je n'ai pas de réponse certaine. Ceci vous aide peut-être :",
		.if_not = "Sinon, écrivez « conseiller » et un collègue vous répondra.",
		.open_day = "Nous sommes ouverts le {day} : {hours}.",
		.open_day_special = "Nous sommes ouverts le {day} : {hours} ({reason}).",
		.closed_day = "Nous sommes fermés le {day}.",
		.closed_day_reason = "Nous sommes fermés le {day} ({reason}).",
		.open_now = "Oui, nous sommes ouverts en ce moment, aujourd'hui jusqu'à {time}.",
		.closed_now = "Nous sommes fermés en ce moment.",
		.closed_now_reason = "Nous sommes fermés en ce moment ({reason}).",
		.next_open = "Nous rouvrons le {day} : {hours}.",
		.open_at = "Oui, nous sommes ouverts le {day} à {time} ({hours}).",
		.closed_at = "Non, le {day} à {time} nous sommes fermés. Ouvert ce jour-là : {hours}.",
		.closed_at_reason = "Non, le {day} à {time} nous sommes fermés ({reason}).",
		.closed_range = "{reason} : nous sommes fermés du {from} au {to}.",
		.weekdays = { "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche" },
		.months = { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
			"octobre", "novembre", "décembre" },
		.date = "{weekday} {day} {month}",
		.week_hours = "Nos horaires :",
		.and = " et ",
	},
};
