/*
 * lead-intent.c - why the customer writes, and whether it is business at all. Pure.
 *
 * Intents are a closed set, from the strongest: book (an appointment, a table, a room), buy (an order), complaint,
 * support (something ordered or bought before), price, info, other. One message has the first of them that matches in
 * the order of the table; a conversation has the strongest, and of equal ones the last, so that "thanks" does not make
 * little of "I want to book". Talk that is no business counts only while nothing else was said.
 */
#include "domain/leads/lead-rules.h"

static const struct {
	const char *name;
	int strength;
	bool business;
} intents[] = { { "book", 5, true }, { "buy", 5, true }, { "complaint", 5, false }, { "support", 4, false },
	{ "price", 3, true }, { "info", 2, false }, { "other", 1, false } };

int lead_intent_strength(struct str intent)
{
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++)
		if (str_equal(intent, str_of(intents[i].name)))
			return intents[i].strength;
	return 0;
}

bool lead_intent_is_known(struct str intent)
{
	return lead_intent_strength(intent) > 0;
}

bool lead_intent_is_business(struct str intent)
{
	for (size_t i = 0; i < sizeof(intents) / sizeof(intents[0]); i++)
		if (str_equal(intent, str_of(intents[i].name)))
			return intents[i].business;
	return false;
}

/* In the order in which they are tried. */
static const struct {
	const char *intent, *pattern;
} rules[] = {
	/* English */
	{ "complaint",
		"complain|complaint|refund|unacceptable|terrible|awful|disgusting|disappointed|scam|scammed|rude" },
	{ "complaint", "money back" },
	{ "complaint", "worst|bad ?service|experience service|experience" },
	{ "complaint", "never|still|hasn|not ?t ?not ?been arrived|delivered|received" },
	{ "complaint", "arrived|came|is|was broken|damaged|cold|wrong" },
	{ "support", "where is|s my order|package|parcel|delivery" },
	{ "support", "cancel|reschedule|postpone|change my|our|the|an|it" },
	{ "support", "doesn|isn|not|stopped ?t ?not work|working" },
	{ "support", "tracking number" },
	{ "support", "problem|issue|trouble with" },
	{ "book", "book|reserve|schedule a|an|the|my|our|it|for|me|us|one|two|tomorrow|today|this|appointment" },
	{ "book", "to book|reserve|schedule" },
	{ "book", "need|want|like|make|get|have|for _2 appointment|reservation|booking" },
	{ "book", "appointment|reservation|table|room _1 for|on|tomorrow|today|at" },
	{ "book", "have|has|got|any ?any availability|slots|openings" },
	{ "book", "are|is|have|any you|there|it ?any|a availability|slots|slot|rooms|room|tables|table|available" },
	{ "book", "need|want|like _1 room|rooms|table" },
	{ "book", "to|can|could ?i|we rent|hire" },
	{ "buy", "to buy|purchase|order" },
	{ "buy", "buy|purchase|order a|an|the|some|one|two|it|this|these|your|your" },
	{ "buy", "i ?d|would ?ll like|want|need|take|love ?to ?have|get|a|an|the|some|one|two|this|these "
		 "a|an|the|some|one|two|this|"
		 "these|your|it|new" },
	{ "buy", "i ?m|am ?interested ?looking|interested for|in a|an|the|some|your|buying|getting|to" },
	{ "buy", "can|could|may i|we ?please have|get|order|buy a|an|the|some|one|two|this" },
	{ "price", "how much" },
	{ "price", "price|prices|pricing|cost|costs|quote|quotation|estimate|rates|fee|fees|discount" },
	{ "info", "opening|working|business hours" },
	{ "info", "are|do|is|does|can|what|where|when|which|how you|is|are|time|does|do|the|can|there|i|long|it" },
	/* Turkish */
	{ "complaint", "sikayet*|rezalet|berbat|dolandir*|iade" },
	{ "complaint", "memnun degil*|kalmadim" },
	{ "complaint", "hala|halen gelmedi|ulasmadi" },
	{ "complaint", "kirik|bozuk|soguk|yanlis geldi|cikti" },
	{ "support", "siparisim|kargom|paketim" },
	{ "support", "calismiyor|sorun|sorunum|ariza|takip" },
	{ "support", "iptal|degistirmek|ertelemek|degisiklik" },
	{ "book", "randevu*|rezervasyon*" },
	{ "book", "yer|masa|oda ayirt*|ayir" },
	{ "book", "bos|musait yer*|oda*|masa*|misiniz|saat*" },
	{ "book", "kiralamak|kiralayabilir*" },
	{ "price", "fiyat*|ucret*|indirim" },
	{ "price", "ne kadar" },
	{ "price", "kac para|tl|lira" },
	{ "buy", "satin|siparis al*|ver*" },
	{ "buy", "almak|yaptirmak|siparis istiyorum|isterim|istiyoruz" },
	{ "buy", "istiyorum|isterim|istiyoruz|lazim|alayim|aliyorum" },
	{ "buy", "ihtiyacim|ihtiyacimiz var" },
	{ "info", "acik|kapali misiniz|mi" },
	{ "info", "nerede*|adresiniz|bilgi*|nasil|hangi" },
	{ "info", "var mi" },
	/* Spanish */
	{ "complaint", "queja*|reclam*|reembolso|pesimo|pesima|estafa|horrible|decepcionad*" },
	{ "complaint", "no ?me ha|han llegado|entregado" },
	{ "complaint", "llego|esta|vino roto|rota|mal|frio|equivocado" },
	{ "support", "donde esta mi pedido|paquete" },
	{ "support", "cancelar|cambiar|anular mi|la|el|una" },
	{ "support", "no funciona|sirve" },
	{ "support", "problema con" },
	{ "book", "reservar|reserva|reservacion|agendar|cita|turno" },
	{ "book", "tienen|hay disponibilidad|disponible|hueco|mesa|habitacion*" },
	{ "book", "alquilar|rentar" },
	{ "price", "cuanto cuesta|cuestan|vale|valen|es|sale|cobran|seria|saldria" },
	{ "price", "precio|precios|tarifa|tarifas|presupuesto|cotizacion|costo|coste|descuento" },
	{ "buy", "comprar|encargar|ordenar" },
	{ "buy", "quiero|quisiera|necesito|busco|queremos|necesitamos ?hacer|pedir un|una|unos|unas|el|la|dos|tres" },
	{ "buy", "me|nos interesa|interesan|gustaria" },
	{ "info", "horario|horarios|ubicacion|informacion|info" },
	{ "info", "abren|abierto|abiertos|tienen|donde|cuando|como|hacen" },
};

bool lead_find_intent(const struct pattern_text *t, struct str *intent)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (pattern_find(t, 0, rules[i].pattern, NULL) >= 0) {
			*intent = str_of(rules[i].intent);
			return true;
		}
	*intent = STR("other");
	return t->n > 0;
}

static const char *const no_business[] = {
	/* applications */
	"hiring|vacancy|vacancies|internship|resume|curriculum|vacante|ozgecmis|ozgecmisim|cv|cvmi",
	"job|jobs opening|openings|offer|application|position|available",
	"apply for ?a|the ?a job|position|role|work",
	"looking for ?a work|job|employment",
	"is|eleman basvurusu|ilani|alimi|araniyor|ariyorum",
	"eleman|personel aliyor|ariyor*",
	"busco|buscando|solicito trabajo|empleo",
	"estan contratando",
	/* people who sell to the business, and spam */
	"seo|backlinks|crypto|bitcoin|forex|casino|lottery|viagra",
	"our|my agency|seo|marketing team|services|agency|company",
	"we offer|provide _4 services|solutions|marketing|websites",
	"grow|boost|promote|increase|rank your business|sales|website|revenue|brand|page|instagram",
	"you ?have won",
	"click ?on here|link|this",
	"free|more followers|likes",
	"investment opportunity",
	"business loan|loans|funding",
	"partnership|collaboration proposal|opportunity|offer",
	"isbirligi|reklam|tanitim teklifi|teklifimiz",
	"takipci satin|kazan*|hizmeti",
	"?web siteniz|sitenizi|sitenize _2 ilk|one|yukselt*|tasi*|tasar*",
	"nuestra agencia|empresa ofrece",
	"ofrecemos servicios|soluciones",
	"posicionamiento web",
	"aumentar|aumente|impulse|impulsar sus|tus|su ventas|negocio",
	/* personal */
	"i ?really love|miss you",
	"happy birthday",
	"wrong number",
	"good night honey|baby|dear|love",
	"seni seviyorum|ozledim",
	"dogum gunun kutlu",
	"iyi ki dogdun",
	"yanlis numara",
	"canim|askim nasilsin|naber|napiyorsun",
	"te amo|extrano",
	"te quiero ?mucho $",
	"feliz cumpleanos",
	"numero equivocado",
};

bool lead_is_non_business(const struct pattern_text *t)
{
	for (size_t i = 0; i < sizeof(no_business) / sizeof(no_business[0]); i++)
		if (pattern_find(t, 0, no_business[i], NULL) >= 0)
			return true;
	return false;
}

static const char *const corrections[] = { "^ ?oh no|sorry|actually|correction|oops", "i meant|mean",
	"actually|instead|rather", "not _2 but", "changed my mind", "^ ?ay yok|pardon|aslinda|duzeltiyorum",
	"aslinda|yerine", "yanlis yazdim|yazmisim|soyledim", "demek istedim|istemistim",
	"^ ?ay perdon|no|mejor|corrijo|disculpa", "quise|queria decir", "en realidad", "mejor el|la|para|en",
	"en vez|lugar de" };

bool lead_is_correction(const struct pattern_text *t)
{
	for (size_t i = 0; i < sizeof(corrections) / sizeof(corrections[0]); i++)
		if (pattern_find(t, 0, corrections[i], NULL) >= 0)
			return true;
	return false;
}
