/*
 * es.c - Spanish, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_es = {
	.tag = "es",
	.letters = "ñ¿¡",
	.short_forms = "q que|k que|ke que|xq por que|pq por que|xke por que|tb tambien|tmb tambien|tbn tambien"
			"|x por|d de|pa para|xa para|bn bien|dnd donde|cdo cuando|qdo cuando|cto cuanto"
			"|qto cuanto|grax gracias|hrs horas|ps pues|aki aqui",
	.function_words =
		"el la los las lo un una unos unas de del al a ante con contra desde en entre hacia hasta para por "
			"segun sin "
		"sobre tras y e o u ni que qu q k pero sino porque pues si no se me te le les nos os mi mis tu tus "
			"su sus "
		"nuestro nuestra yo usted ustedes vosotros ellos ella ello este esta estos estas ese esa esos esas "
			"eso esto "
		"aquel aqui ahi alli alla soy es son eres somos sois era fue ser estar estoy estas estais estan "
			"estaba haber "
		"hay he ha han hemos habra tengo tiene tienes teneis tienen tener tenia hacer hago hace haceis "
			"hacen hacemos "
		"puedo puede puedes podeis pueden podemos poder podria podrian podriais quiero quiere quieres "
			"quereis querria "
		"quisiera queria gustaria necesito necesita necesitamos saber sabe sabes sabeis decir decirme "
			"digame dime diga "
		"dar dan dais das doy da ir voy va vamos vais van venir vengo viene venis ver como cual cuales "
			"quien cuando "
		"cuanto cuanta cuantos cuantas donde muy mas menos mucho mucha muchos poco algo alguien alguno "
			"alguna algun "
		"nada nadie ningun ninguna todo toda todos todas cada otro otra otros mismo tambien tampoco solo ya "
			"aun "
		"todavia ahora luego entonces asi bien vale gracias hola buenas buenos buen dias tardes noches "
			"favor porfa "
		"porfavor pregunta consulta duda informacion info posible quizas tal vez ok oye oiga disculpe perdon "
		"llevar llevo lleva traer coger pillar poner pongo sirve servis hola saludos tanto cosas cosa "
			"vuestro vuestra "
		"haria seria esteis sea hayan haya tendria tendriais pasa pasar puesto unas queda quedan quedar "
			"dice deja deje dejan dejar cerca "
		"estamos estado estaba estuve estare has habia hubo sera seria sean tenga tengan "
		"tendria tuve nosotros ti mio mia otras algunos algunas uno nuestros nuestras "
			"ayer xq pq tb tmb "
			"exactamente",
	.acts = {
		.greeting = PATTERNS{
			"hola|holaa|holi|ola|wenas|holaaa|saludos|alo ?a ?todos|buenas|que|chicos ?tal",
			"buenos|buenas|buen|feliz dias|dia|tardes|noches", "muy buenas|buenos ?dias|tardes|noches",
			"buenas", "que tal|pasa ?estais|esta|estas", "como esta|estas|estais|va ?todo", "start",
			NULL },
		.thanks = PATTERNS{ "?muchas|muchisimas|mil|ok|vale|muy gracias|grax|grcs|graciass|thanks|merci "
			"?a ?ti|usted|vosotros|por|de ?todo|la|su|tu|vuestra|todas ?ayuda|informacion|info|"
			"respuesta|formas|maneras|atencion", "agradecido|agradecida", "?se|os|te|le lo agradezco",
			"muy amable|amables", "sois|eres ?un ?unos ?los crack|cracks|geniales|genial|mejores|sol",
			NULL },
		.farewell = PATTERNS{ "adios|chao|chau|bye|ciao|agur|deu", "hasta luego|pronto|manana|otra|"
			"entonces|ahora|el|la|otro|siempre ?dia|lunes|martes|miercoles|jueves|viernes|sabado|"
			"domingo|vista|proxima|vez|semana", "nos vemos ?el|manana|pronto|luego|alli|ahi ?lunes|"
			"martes|miercoles|jueves|viernes|sabado|domingo", "que ?te|le|tengas|tenga|pase|pases|"
			"vaya ?tenga|vaya|pase ?un ?muy buen|bien|buena ?dia|tarde|finde|noche|fin",
			"buen|feliz fin|finde|dia|noche|tarde ?de ?semana", "un saludo|abrazo", "saludos",
			"cuidate|cuidaos|cuidese", "igualmente", NULL },
		.agreement = PATTERNS{ "ok|okay|okey|oki|vale|perfecto|perfe|genial|estupendo|fenomenal|bien|guay|"
			"listo|hecho|entendido|entiendo|entonces|claro|si|sip|no|nop|bueno|acuerdo|super|"
			"excelente|jaja|jajaja|jeje|fantastico|maravilloso|anotado|correcto|exacto|dale ?pues|"
			"entonces|esta", "de acuerdo", "muy|esta|todo bien|claro|bueno|amable",
			"no pasa|hay nada|problema", "me parece|vale bien|perfecto", "ya veo|esta", "sin problema",
			"queda claro", "nada mas", "eso|esto es todo", "por ahora ?nada|es|mas", NULL },
		.identity = PATTERNS{ "eres|sois ?usted|tu|vosotros ?un|una ~robot|bot|maquina|persona|humano|humana|"
				"automatico|contestador|ia|chatbot|ser|alguien|automatica|inteligencia",
			"es|son usted|ustedes|esto ?un|una ~robot|bot|maquina|persona|humano|humana|"
				"automatico|contestador|ia|chatbot|automatica|inteligencia",
			"es un|una ~robot|bot|chatbot|contestador|ia",
			"^ es un|una maquina|persona|humano ?real|de ?verdad $",
			"hablo|hablando|estoy|escribo|chateando ?hablando|chateando ?con ?un|una ?ser ~robot|"
				"bot|maquina|persona|humano|chatbot|ia|alguien|humana ?real|de",
			"hay ?alguien|una|un persona|humano|humana ?de ?verdad|real ahi|detras",
			"hay ?una|un persona|humano|humana ?de ?verdad|real $",
			"quien eres|sois",
			"quien es usted",
			"quien es ?este|esto|esta $",
			"quien es ?el ?la que me|nos|contesta|responde|escribe",
			"quien me|nos habla|contesta|responde|escribe|atiende",
			"quien habla|contesta|responde ?aqui|ahi $",
			"con quien hablo|estoy|hablamos",
			"robot|bot o persona|humano",
			"persona|humano o robot|bot|maquina", NULL },
		.complaint = PATTERNS{ "verguenza|vergonzoso|vergonzosa|inaceptable|indignante|indignado|"
			"indignada|estafa|estafadores|estafado|timo|ladrones|lamentable|asqueroso|asquerosa|"
			"desastre|intolerable|impresentable|chapuza|patetico|sinverguenzas|horroroso|penoso|"
			"horrible", "es un|una asco|verguenza|desastre|robo",
			"que|vaya ?un|una asco|verguenza|desastre|robo", "daba|da|dan asco",
			"fatal|pesimo|pesima|malisimo|horrible|mal|mala servicio|trato|atencion|experiencia|"
			"educacion", "servicio|trato|atencion|experiencia fatal|pesimo|pesima|horrible|"
			"lamentable|malisimo|malisima", "quiero|exijo|devolvedme|devuelvanme|quisiera ?que "
			"?me ?devuelvan|recuperar mi|el dinero", "devolvedme|devuelvanme|devuelvan|"
			"devolucion mi|el|del dinero", "estoy|muy|nada|no ?muy ?estoy enfadado|enfadada|"
			"cabreado|cabreada|molesto|molesta|contento|contenta|disgustado|decepcionado|"
			"decepcionada|satisfecho|harto|harta", "poner|quiero|hoja|hojas|presentar ?una|de "
			"?una queja|reclamacion|reclamaciones|denuncia",
			"reclamacion|quejarme|reclamar|quejas|denunciar", "nadie|no ?me|nos contesta|"
			"responde|coge|respondeis|contestais|atiende|atendeis|cogeis|llamado ?el ?a",
			"llevo|llevamos ?ya|mas|dos|tres|2|3|una ?de ?una|dos|tres ?horas|hora|semanas|"
			"semana|dias esperando", "sigue|todavia|aun _2 sin|no|roto|rota|estropeado ?funciona|"
			"llega|llegado|funcionar|va", "otra vez ?se roto|rota|mal|estropeado|estropeada",
			"se ?me|nos ha vuelto ?a romper|roto|rota|caer|caido|caida|estropear|estropeado|"
			"estropeada|averiar", "no|nunca se ?ha|han presentado|presento", "no|nunca ha|han aparecido",
			"nunca|jamas ?mas vuelvo|volvere|volveremos",
			"no ?pienso|vuelvo volver|vuelvo mas|nunca", "me|nos ?habeis|han|ha|haveis cobrado|"
			"cobrasteis ?de ?dos|mas|doble|mal", "me|nos ?habeis|han|has|ha|lo destrozado|"
			"quemado|arruinado|manchado", "me|nos habeis|han|has roto|estropeado", "mierda",
			"gilipollas|inutiles", NULL },
		.callback = PATTERNS{ "llamame|llamadme|llameme|llamenme|llamarme|telefoneadme|llamanos",
			"me ?puede|podeis|pueden|podria|puedes|podrian ?alguien llamar|llamais|llaman|llamas|"
			"llama|llame|llamen|telefonear",
			"puede|podeis|pueden|podria|puedes|podrian ?alguien llamarme|llamarnos",
			"que ?alguien ?me|nos llame|llamen|llameis",
			"quiero|necesito|espero|prefiero ?que|una ?vuestra ?me llamada|llamen|llameis",
			"devolvedme|devuelvanme|devolver la|una llamada", NULL },
		.emergency = PATTERNS{ "es ?una emergencia|urgencia", "^ emergencia", "ambulancia",
			"envenenado|envenenada|envenenamiento", "tragado|comido|bebido|trago|comio|bebio _2 "
			"veneno|lejia|pila|detergente", "no ?puede|puedo respirar|respira",
			"se ?ha desmayado|desmayo|inconsciente", "dolor ?en ?el de|pecho pecho|fuerte",
			"infarto", "sangra|sangrando ?mucho", "huele|olor a gas|quemado|humo", "fuga de gas",
			"incendio", "hay ?un fuego", "hay ?un|una herido|herida|heridos",
			"se ?esta|sale|inunda ?saliendo|inundando ?el agua", NULL },
	},
	.asking = (const struct ask_phrase[]){ { "cuanto|cuanta|q|que ?me cuesta|cuestan|vale|valen|costaria|cobran|"
		"cobrais|sale|seria|es|son|cobra|saldria|costara|cuestas|precio|pago", CONCEPT_PRICE }, {
		"a cuanto|como ?esta|estan|sale|va", CONCEPT_PRICE }, { "cuanto|cuantos|cuantas ?tiempo|rato|dias|"
		"horas|minutos|semanas|meses ?se tarda|tardais|tardan|dura|tiempo|duran|demora|rato|dias|horas|minutos|lleva|"
		"aguanta", CONCEPT_DURATION }, { "cuanto", CONCEPT_PRICE }, { "cada cuanto", CONCEPT_HOW_OFTEN }, {
		"cuantos|cuantas", CONCEPT_HOW_MANY }, {
		"?a|desde|hasta que|q|k|cuando hora|horas|horario|dia|dias|fecha", CONCEPT_WHEN }, {
		"?desde|hasta|para cuando", CONCEPT_WHEN }, { "?a|de|por donde", CONCEPT_WHERE }, { "quien|quienes",
		CONCEPT_WHO }, { "^ puedo|puede|pueden|podeis|podria|hay|teneis|tienen|tiene|es|se|que|cual|como|por",
		CONCEPT_NONE }, { "que|cual|como tengo|hago|pasa|incluye|es|hay", CONCEPT_NONE },
		{ "devuelven|devolveis|devuelve|devuelvo ?el dinero", CONCEPT_REFUND }, { "de pago", CONCEPT_PRICE },
		{ "mas barato|barata|baratos|baratas|economico|economica", CONCEPT_CHEAPEST }, { NULL,
		CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ y|o|e|pero|entonces|tambien|ademas", "^ que tal|pasa|hay ?con|si|de", "^ lo mismo",
		"^ el|la|los|las|ese|esa|este|esta|esos|eso|esto ?de", "^ para|con|sin|en|si|de|por",
		"^ cuanto|cuantos|cuando|donde|cual|cuales|quien ?es|son|cuesta|vale|dura|tarda|seria $",
		"^ a que hora $", "^ hasta que|cuando ?hora $", "eso|ese|esa|esta|este|ellos|ambos|alli|ahi $",
		NULL },
	.requests = "diganos|digame|dinos|envie|envienos|escriba|escribanos|mande|mandenos|indique|indiquenos|"
		"dime|enviar|cuentenos",
	.yes = "si|sip|claro|exacto|eso",
	.concepts = {
		[CONCEPT_PRICE] =
			"precio*|coste*|tarifa*|cuesta*|cuestan|importe*|barato*|caro|cara|presupuesto*|cobr*|euros",
		[CONCEPT_FREE] = "gratis|gratuit*|incluid*|incluye*",
		[CONCEPT_DISCOUNT] = "descuento*|promocion*|oferta*|rebaja*|bono*",
		[CONCEPT_DEPOSIT] = "deposito*|senal|fianza*|anticipo*|adelanto*",
		[CONCEPT_PAY] = "pago|pagos|pagar|paga|pagan|pagais|abonar|pagado",
		[CONCEPT_CARD] = "tarjeta*|visa|credito|debito|datafono",
		[CONCEPT_CASH] = "efectivo|metalico",
		[CONCEPT_INSTALMENT] = "plazos|cuotas|fraccionad*|financia*",
		[CONCEPT_INVOICE] = "factura*|ticket|recibo*|iva",
		[CONCEPT_REFUND] = "reembolso*|devolucion*|devolver*",
		[CONCEPT_VOUCHER] = "vale*|cupon*|bono*",
		[CONCEPT_OPEN] = "abierto*|abierta*|abris|abre*|abren|abrir|apertura",
		[CONCEPT_CLOSED] = "cerrado*|cerrada*|cierra*|cerrais|cierre*|cerrar|cerramos",
		[CONCEPT_HOURS] = "horario*|horas",
		[CONCEPT_WHERE] = "direccion*|ubicacion*|ubicad*|situad*|estais|calle|llegar|llego|mapa|llega",
		[CONCEPT_WHEN] = "fecha*|plazo*",
		[CONCEPT_DURATION] = "dura*|duracion*|tarda*|tardan|tiempo|demora*",
		[CONCEPT_PARKING] = "parking|aparca*|parquing|estaciona*|garaje*|aparcamiento*",
		[CONCEPT_TRANSPORT] =
			"autobus*|bus|metro|tren|tranvia*|estacion|aeropuerto|taxi*|parada*|buses|autobuses",
		[CONCEPT_BOOK] = "reserva*|reservar|cita*|turno*|hueco*|disponib*|libre*",
		[CONCEPT_CANCEL] = "cancel*|anul*",
		[CONCEPT_RESCHEDULE] = "cambi*|mover|aplaza*|pospon*",
		[CONCEPT_ORDER] = "pedido*|pedir|encarg*|pido",
		[CONCEPT_DELIVER] = "envi*|reparto*|repart*|entrega*|domicilio*|llevais",
		[CONCEPT_COLLECT] = "recog*|recoger",
		[CONCEPT_WAIT] = "esper*|cola",
		[CONCEPT_CHILD] = "nino*|nina*|hijo*|hija*|menor*|infantil*|peque*",
		[CONCEPT_BABY] = "bebe*|carrito*",
		[CONCEPT_PET] = "perr*|mascota*|animal*|gato*",
		[CONCEPT_PERSON] = "persona*|adulto*|gente|comensal*",
		[CONCEPT_GROUP] = "grupo*|fiesta*",
		[CONCEPT_STUDENT] = "estudiante*",
		[CONCEPT_SENIOR] = "jubilad*|mayores|pensionista*",
		[CONCEPT_MAN] = "hombre*|caballero*|marido",
		[CONCEPT_WOMAN] = "mujer*|senora*|chica*",
		[CONCEPT_PARENT] = "madre*|padre*",
		[CONCEPT_DAY] = "dia|dias|diario*",
		[CONCEPT_WEEK] = "semana|semanas|semanal*",
		[CONCEPT_WEEKEND] = "finde|findes",
		[CONCEPT_MONTH] = "mes|meses|mensual*",
		[CONCEPT_YEAR] = "ano|anos|anual*",
		[CONCEPT_HOUR] = "hora|h",
		[CONCEPT_MINUTE] = "minuto*|min",
		[CONCEPT_NIGHT] = "noche*",
		[CONCEPT_MORNING] = "manana*",
		[CONCEPT_EVENING] = "tarde|tardes",
		[CONCEPT_HALF] = "medio|media|mitad",
		[CONCEPT_WIFI] = "wifi|internet|wi|fi",
		[CONCEPT_LIFT] = "ascensor*",
		[CONCEPT_STAIRS] = "escalera*|escalon*",
		[CONCEPT_WHEELCHAIR] = "silla|ruedas|minusvalid*|discapac*|accesib*",
		[CONCEPT_TOILET] = "bano*|aseo*|servicios",
		[CONCEPT_SHOWER] = "ducha*",
		[CONCEPT_TOWEL] = "toalla*",
		[CONCEPT_EAT] = "comer|comida*|come",
		[CONCEPT_DRINK] = "beber|bebida*|bebe",
		[CONCEPT_COFFEE] = "cafe*",
		[CONCEPT_WATER] = "agua",
		[CONCEPT_BREAKFAST] = "desayun*",
		[CONCEPT_DINNER] = "cena*|cenar",
		[CONCEPT_MENU] = "menu*|carta",
		[CONCEPT_VEGAN] = "vegan*|vegetarian*",
		[CONCEPT_GLUTEN] = "gluten|celiac*",
		[CONCEPT_ALLERGY] = "alerg*|intoleran*|alergeno*",
		[CONCEPT_LACTOSE] = "lactosa|leche|lacteo*",
		[CONCEPT_REPAIR] = "repara*|arregl*|averia*",
		[CONCEPT_WARRANTY] = "garantia*",
		[CONCEPT_RETURN] = "devolv*|cambio",
		[CONCEPT_SIZE] = "talla*|tamano*|medida*",
		[CONCEPT_COLOUR] = "color*",
		[CONCEPT_SMALL] = "pequen*|chico",
		[CONCEPT_MEDIUM] = "median*",
		[CONCEPT_LARGE] = "grande*|gran",
		[CONCEPT_NEW] = "nuevo*|nueva*",
		[CONCEPT_USED] = "usad*|segunda",
		[CONCEPT_RENT] = "alquil*",
		[CONCEPT_BUY] = "comprar|compra*|vend*|venta*",
		[CONCEPT_PHONE] = "telefono*|numero*|movil*",
		[CONCEPT_EMAIL] = "email*|correo*|mail",
		[CONCEPT_WEBSITE] = "web|pagina|online|app",
		[CONCEPT_JOB] =
			"trabajo|trabajar|empleo*|curriculum|cv|vacante*|practicas|contrat*|contratando|personal",
		[CONCEPT_COURSE] = "curso*|clase*|taller*",
		[CONCEPT_BEGINNER] = "principiante*",
		[CONCEPT_AGE] = "edad*",
		[CONCEPT_INSURANCE] = "seguro*|mutua*|aseguradora*",
		[CONCEPT_PRESCRIPTION] = "receta*|volante*",
		[CONCEPT_DOCUMENT] = "document*|dni|pasaporte*|papeles",
		[CONCEPT_LANGUAGE] = "idioma*|habla*|ingles",
		[CONCEPT_FIRST] = "primera*|primer*",
		[CONCEPT_EARLY] = "antes|antelacion|temprano|pronto",
		[CONCEPT_LATE] = "retras*",
		[CONCEPT_BRING] = "traer|llevar",
		[CONCEPT_CAR] = "coche*|carro*|vehiculo*",
		[CONCEPT_BIRTHDAY] = "cumple*",
		[CONCEPT_WEDDING] = "boda*|novia*",
		[CONCEPT_GIFT] = "regal*",
		[CONCEPT_HOLIDAY] = "festivo*|vacaciones|fiestas|puente",
		[CONCEPT_PREGNANT] = "embaraz*",
		[CONCEPT_CLOTHES] = "ropa|vestir|zapat*",
		[CONCEPT_SMOKE] = "fumar|fuma*|tabaco",
		[CONCEPT_STAFF] = "equipo|emplead*",
		[CONCEPT_CERTIFICATE] = "certificado*|titulo*",
		[CONCEPT_TOTAL] = "total|juntos|juntas|suma|todo",
		[CONCEPT_READY] = "listo|lista|listos|listas|llegado|terminado|terminada",
		[CONCEPT_KEEP] = "conserva*|aguanta*|fresco*|caduc*",
	},
	.numbers = { "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once",
		"doce" },
	.clock = {
		.weekdays = { "lunes|lun", "martes|mar", "miercoles|mie", "jueves|jue", "viernes|vie",
			"sabado|sabados|sab", "domingo|domingos|dom" },
		.months = { "enero|ene", "febrero|feb", "marzo", "abril|abr", "mayo", "junio|jun", "julio|jul",
			"agosto|ago", "septiembre|setiembre|sep", "octubre|oct", "noviembre|nov", "diciembre|dic" },
		.today = "hoy",
		.tomorrow = "manana",
		.day_after = "pasado manana",
		.now = "ahora|ahorita ?mismo",
		.weekend = "finde|findes|fin ?de ?semana",
		.open = PATTERNS{ "abierto*|abierta*|abris|abre*|abren|abrir|cerrado*|cerrada*|cierra*|cerrais|"
			"cerrar|horario*|trabajais|atendeis", "hay alguien", "estais|esta|estan ?ahi|alli|abiertos $",
			"estais|estan $", "estareis|estaran", "?a|hasta que hora", NULL },
		.come = PATTERNS{ "puedo|podemos|podria pasar|pasarme|ir|venir|pasarnos|acercarme", "me paso",
			"si paso|voy|vamos", NULL },
		.at = "las|la",
		.hour = "h|hs|horas",
		.am = "manana|am",
		.pm = "tarde|noche|pm",
		.holidays = { "ano nuevo", "reyes|epifania", "dia del trabajo|trabajador", "asuncion",
			"todos|tosantos ?los santos", "nochebuena", "navidad", "san esteban",
			"nochevieja|fin ?de ?ano", "viernes santo", "?domingo ?de pascua|resurreccion",
			"lunes ?de pascua", "ascension", "lunes ?de pentecostes", "san valentin" },
	},
	.texts = {
		.greeting = "¡Hola! Gracias por escribir a {business}. ¿En qué podemos ayudarle?",
		.kind = "¡De nada! Si necesita algo más, escríbanos.",
		.identity = "Soy el asistente automático (un bot) de {business}. Si prefiere hablar con una "
			"persona, escriba «persona» y alguien del equipo le responderá aquí.",
		.disclosure = "Esta es una respuesta automática. Para hablar con una persona, escriba «persona».",
		.automatic = "Esta es una respuesta automática.",
		.fallback = "Lo siento, no tengo una respuesta a esto. Una persona de {business} le ayudará con "
			"gusto: escriba «persona» y le responderemos aquí.",
		.topics = "También puedo informarle sobre:",
		.handover = "Una persona del equipo se hará cargo y le responderá aquí lo antes posible.",
		.away = "En este momento estamos fuera de nuestro horario. Le responderemos cuando volvamos.",
		.sorry = "Lo sentimos mucho.",
		.detail = "Gracias. ¿De qué se trata? Escríbanos en pocas palabras qué necesita, o escriba "
			"«persona» y alguien del equipo le responderá.",
		.noted = "Gracias, lo hemos anotado. Una persona del equipo le responderá aquí.",
		.unclear = "¿En qué podemos ayudarle? Escriba su pregunta en pocas palabras, o escriba "
			"«persona» y "
			"alguien del equipo le responderá.",
		.did_you_mean = "No tengo una respuesta segura. ¿Quería decir…?",
		.or_person = "Responda con el número, o escriba «persona» y alguien del equipo le responderá.",
		.total = "Total: {sum}",
		.person_button = "Hablar con alguien",
		.as_written = "Solo tenemos esto en nuestro idioma, tal como está escrito:",
		.perhaps = "No tengo una respuesta segura. Quizá le sirva esto:",
		.if_not = "Si no es lo que busca, escriba «persona» y alguien del equipo le responderá.",
		.open_day = "El {day} abrimos: {hours}.",
		.open_day_special = "El {day} abrimos: {hours} ({reason}).",
		.closed_day = "El {day} estamos cerrados.",
		.closed_day_reason = "El {day} estamos cerrados ({reason}).",
		.open_now = "Sí, ahora estamos abiertos, hoy hasta las {time}.",
		.closed_now = "Ahora mismo estamos cerrados.",
		.closed_now_reason = "Ahora mismo estamos cerrados ({reason}).",
		.next_open = "Volvemos a abrir el {day}: {hours}.",
		.open_at = "Sí, el {day} a las {time} estamos abiertos ({hours}).",
		.closed_at = "No, el {day} a las {time} estamos cerrados. Ese día abrimos: {hours}.",
		.closed_at_reason = "No, el {day} a las {time} estamos cerrados ({reason}).",
		.closed_range = "{reason}: estamos cerrados del {from} al {to}.",
		.weekdays = { "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo" },
		.months = { "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
			"octubre", "noviembre", "diciembre" },
		.date = "{weekday} {day} de {month}",
		.week_hours = "Nuestro horario:",
		.and = " y ",
	},
};
