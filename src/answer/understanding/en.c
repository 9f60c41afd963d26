/*
 * en.c - English, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_en = {
	.tag = "en",
	.letters = "",
	.short_forms = "r are|u you|ur your|y why|wat what|wot what|wen when|hw how|2moro tomorrow|2mrw tomorrow"
			"|2nite tonight|appt appointment|appts appointments|wk week|wks weeks|b4 before|gr8 great"
			"|abt about|msg message|bday birthday|ppl people|resy reservation|ya you",
	.function_words =
		"a an the this that these those there here it its is am are was were be been being do does did "
			"doing done "
		"have has had having i im ive ill me my mine we us our ours you your yours u ur ya he she they them "
			"their "
		"his her him of to in on at by for from with without into onto over under about up down out off as "
			"than "
		"then and or but so if because while not no nor yes can could cant couldnt may might must shall "
			"should will "
		"would wont wouldnt dont doesnt didnt isnt arent hasnt havent what whats which who whom whose how "
			"hows why "
		"any some all each every every such only just also too very much many more most other another same "
			"own s t "
		"d ll re ve m get gets got getting give gives take takes make makes put want wants wanna wanted "
			"need needs "
		"like likes please pls plz know knows tell say says ask asking asked question questions wonder "
			"wondering "
		"let lets go goes going come comes see think guess mean means still again already yet now even ever "
			"never "
		"maybe perhaps really actually quite bit thing things something anything someone anybody anyone "
			"everybody "
		"possible able sure ok okay well right thanks thank hi hello hey there gonna use using don doesn "
			"isn aren wasn didn couldn wouldn hasn haven "
		"happen happens work works help look looking try find sort kind way lot lots else instead cheers "
			"mate love "
		"bother guys team sir madam one ones quick quickly info information possibly kindly am pm long "
			"often hiya "
		"interested hope im youre theyre thats whens wheres hows got gotta per lad folks both back bring "
			"brought basically honestly literally um uh erm hmm kinda sorta mr mrs ms dr near nearby close last next "
			"yesterday thx r tho tbh btw abt b4 "
			"exactly precisely",
	.acts = {
		.greeting = PATTERNS{ "hi|hello|hey|heya|hiya|hallo|yo|howdy|greetings|morning|afternoon|evening "
			"?there|all|team|guys|everyone",
			"good|gd morning|afternoon|evening|day ?there|all|team|guys|everyone",
				"how|hows are|r|is|s ?you|u|it ?doing|going ?today",
			"nice to meet you", "what s up", "sup", "start", NULL },
		.thanks = PATTERNS{ "thank|thx|thanks|thanx|tnx|thankyou|ty|tysm|cheers|ta ?you|u ?so|very|again|"
			"a ?much|million|lot|bunch ?for|mate ?your|the|all|everything ?your ?help|info|reply|"
			"answer",
			"many|big|ok|great thanks|thx", "much appreciated", "appreciate it|that",
				"i appreciate it|that", "you re|are the best|great|awesome|star",
				"that|this helps ?a ?lot", "that was helpful|quick|kind",
				"you ve been ?very|so helpful", NULL },
		.farewell = PATTERNS{ "bye|goodbye|byebye|cya ?bye ?for ?now", "good night", "see|c|cu you|u|ya|"
			"ye ?all ?there|then|later|soon|on|at|next|in|tomorrow|tonight|around ?the|monday|tuesday|"
			"wednesday|thursday|friday|saturday|sunday|week|morning|weekend|then",
			"talk|speak to you later|soon|tomorrow", "talk|speak soon|later",
				"have a ?very nice|good|great|lovely day|evening|weekend|one|night", "take care",
				"till|until then|tomorrow", "later|laters", NULL },
		.agreement = PATTERNS{ "ok|okay|k|kk|oki|okey|alright|cool|great|perfect|awesome|brilliant|lovely|"
			"nice|super|fine|wonderful|excellent|fantastic|sweet|sorted|noted|understood|deal|yep|yes|"
			"yeah|yup|sure|wow|haha|lol|right|good ?then|one|job|stuff",
			"all right|good|clear|set|fine", "got it|that|you", "sounds|that|thats|s|looks ?is|s|"
				"sounds good|great|fine|perfect|ok|okay|all|it|lovely", "will do",
				"no problem|worries|prob",
				"i see|understand", "never mind|nvm", "no ?that s ?is all", "makes sense",
				"works for me", "fair enough", "good to know", NULL },
		.identity = PATTERNS{ "are|r you|u ?just|really|actually|like|even ?a|an ?real|actual|live|human|chat|"
				"automated|automatic ~bot|robot|chatbot|machine|computer|ai|human|person|program|"
				"somebody|someone|automatic|automated",
			"is this|that|it ?just|really|actually ?a|an ?real|actual|chat ~bot|robot|chatbot|ai",
			"is this|that|it ?just|really|actually ?a|an ?real|actual|live machine|computer|"
				"human|person|program|somebody|someone $",
			"is this|that ?an automatic|automated ?reply|answer|message|response|chat|system $",
			"am i|we ?just|actually|really talking|speaking|chatting|texting|writing ?to|with ?a|"
				"an|the|some ?real|actual|live ~bot|robot|chatbot|machine|computer|ai|human|person|"
				"someone",
			"do i talk|speak|write to|with a ?real bot|robot|machine|human|person",
			"is ?there ?this ?a ?real|actual human|person|someone ?there|here $",
			"is ?there ?a ?real|actual human|person|someone reading|behind|there|here ?this|the|"
				"on|at",
			"is ?there ?a ?real|actual human|person|someone on the other end|side",
			"who am i talking|speaking|chatting|writing to|with",
			"who are you $",
			"who are you ?people|guys|then|really|exactly|actually $",
			"who is this $",
			"who is this ?texting|writing|speaking $",
			"what are you $",
			"what are you ?exactly|really|actually $",
			"bot or ?a human|person|real",
			"human or ?a bot|robot|machine",
			"^ ?are ?u ?a robot|bot|chatbot|robo|bots $", NULL },
		.complaint = PATTERNS{ "absolute|complete|total|utter|bloody|such|what ?a|an joke|disgrace|"
			"shambles|nightmare|disaster|rubbish|ripoff", "rip ?off|ripped ?off", "unacceptable|"
			"disgusting|disgraceful|outrageous|appalling|ridiculous|atrocious|scam|scammed|scammers|"
			"shameful|pathetic", "worst _2 ever|service|experience|shop|place|company",
			"terrible|horrible|awful|appalling|dreadful|bad|poor|rubbish|shit|crap service|experience|"
			"job|work|quality",
			"i|we|im|am|m ?am|are|m|re ?so|very|really|extremely|absolutely|not|totally furious|angry|"
				"livid|disappointed|outraged|fuming|upset",
				"not happy|satisfied|impressed|pleased|acceptable|good ?enough ?with|at ?all",
				"unhappy|dissatisfied with", "i|we want|demand ?all my|our money back",
				"want|demand|give ?me ?us my money back", "my money back",
				"still|again|already _2 broken|not ?working|doesn|dont|not|unusable ?work",
				"still _3 not|dont|doesnt|don|doesn|isn|cant|can ?t _2 work|working|here|arrived|"
					"come|fixed|ready|start|right",
			"broke|broken|fell|came|fallen|stopped ?off|out|apart|working _1 after|again|already|"
				"within|the|on ?a|one|two|1|2|3|just|same|next|first ?day|days|week|weeks",
				"make|file|lodge|have|raise|register a|an ?official|formal complaint",
				"complain about|to", "i complain", "nobody|noone ?has|ever|even answers|answered|"
					"replies|replied|called|came|turned|showed|picks|responded|cares",
					"no one ?has|ever|even answers|answered|replies|replied|called|came|"
					"turned|showed|picks|responded|cares", "waiting|waited ?for ?already "
					"?over ?an|a|two|three|2|3|4 hour|hours|week|weeks|ages|forever",
					"cheated|lied|overcharged|ignored ?me|us|to",
				"ruined|destroyed|damaged|scratched my|our",
				"you|u _1 ruined|destroyed|damaged|broke|lost|scratched|burned|burnt my|our",
				"my lawyer|solicitor", "trading standards", "sue you",
				"never coming|come|again|going ?back ?there|here",
				"didn|didnt|hasn|hasnt|never ?t ?even show|showed|shown|turn|turned up",
				"charged|billed me|us twice|double|wrong|wrongly|too", "wtf",
				"fuck*|bullshit|bastard*|idiots|liars|thieves|crooks", NULL },
		.callback = PATTERNS{ "call|ring|phone|telephone me|us back|on|at|please|pls|asap|now|today|"
			"tomorrow|later|when|about|regarding|urgently", "call|ring|phone|telephone me|us $",
			"give|gimme me|us ?a call|ring|bell|callback|shout", "can|could|would|will|please|pls "
				"?you|u|someone|somebody|anyone|one|they ?please call|ring|phone|contact me|us "
				"?back",
			"want|need|like|request|prefer ?to ?get|have|receive a call|callback", "callback ?please",
			"call ?me back", "ask|tell|have him|her|them|someone|somebody|the|your ?owner|manager|"
				"boss ?to call|ring|phone|contact me|us", "waiting for ?your|a ?the call|callback",
				NULL },
		.emergency = PATTERNS{ "emergency $", "it|this|is|have|s|got ?is|s ?an emergency",
			"life|medical threatening|emergency",
			"call|need|get ?an|the ambulance|paramedic|police", "unconscious|fainted|collapsed",
			"cant|cannot|not|hardly|stopped|t breathe|breath|breathing",
			"swallowed|drank|ate|eaten|inhaled|drunk _2 poison|bleach|battery|batteries|"
			"chemicals|detergent", "poisoned", "someone|somebody|one|people is|are|got|was "
			"?badly hurt|injured", "smoke coming|everywhere|in|from", "chest pain|pains",
			"heart attack", "bleeding ?a|so ?lot|heavily|badly|and|wont|doesn|won $",
			"smell|smells|smelling ?of|like gas|smoke|burning", "gas leak", "on fire", NULL },
	},
	.asking = (const struct ask_phrase[]){ { "how|hw much ?is|are|does|do|for|would", CONCEPT_PRICE }, {
		"how long", CONCEPT_DURATION }, { "how often", CONCEPT_HOW_OFTEN },
		{ "how many", CONCEPT_HOW_MANY }, { "what|which time|day|date|days|hours", CONCEPT_WHEN }, {
			"when|whens ?s", CONCEPT_WHEN }, { "where|wheres ?s", CONCEPT_WHERE }, {
			"till|until|til when|what ?time", CONCEPT_WHEN }, { "who|whos", CONCEPT_WHO }, {
			"what|which|why|how would|do|does|is|are|can|will|did|should", CONCEPT_NONE }, {
			"^ can|could|do|does|is|are|will|would|should|may", CONCEPT_NONE },
		{ "money|cash back", CONCEPT_REFUND },
		{ "cheapest|lowest ?price|priced", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ and|also|plus|or|but|then", "^ what|how about|abt", "^ same|ditto for|with",
		"^ in|on|for|at|with|without|if", "^ is it|that|this|he|she", "^ are they|those|these|both",
		"^ how much|long|many ?is|are|does|do ?it|that|this|they|those|both|i|you ?take|cost|last|need|"
		"needed|last ?each $",
		"^ do|does|can|could|would|will|should|did|has|have i|it|they|that|this|we|he|she",
		"^ which ?one|ones|is|would|do|should",
		"^ when|where|who|why ?is|s|does|do|would|was|will ?it|that|this|they|he|she|i $",
		"it|that|this|them|they|one|those|there|both $", NULL },
	.requests = "send|tell|write|share|give|let",
	.yes = "yes|yeah|yep|yup|sure|exactly|right",
	.concepts = {
		[CONCEPT_PRICE] = "price*|cost|costs|costing|fee|fees|rate|rates|tariff*|charge|charges|expensive|"
			"cheap|cheaper|cheapest|quote|pricing|priced",
		[CONCEPT_FREE] = "free|complimentary|gratis|included|include|includes|inclusive",
		[CONCEPT_DISCOUNT] = "discount*|reduction|reduced|offer|offers|deal|deals|concession*|promo*|sale",
		[CONCEPT_DEPOSIT] = "deposit*|downpayment|prepay|prepayment",
		[CONCEPT_PAY] = "pay|pays|paying|payment*|paid|payable",
		[CONCEPT_CARD] = "card|cards|visa|mastercard|amex|contactless|debit|credit",
		[CONCEPT_CASH] = "cash|coins",
		[CONCEPT_INSTALMENT] = "instalment*|installment*|monthly|financing|finance",
		[CONCEPT_INVOICE] = "invoice*|receipt*|bill|vat",
		[CONCEPT_REFUND] = "refund*|reimburse*",
		[CONCEPT_VOUCHER] = "voucher*|giftcard*|coupon*",
		[CONCEPT_OPEN] = "open|opens|opening|opened",
		[CONCEPT_CLOSED] = "closed|closes|closing|shut|closure*|close",
		[CONCEPT_HOURS] = "hours|times|schedule|timetable",
		[CONCEPT_WHERE] = "address|location|located|directions|situated|map",
		[CONCEPT_PARKING] = "park|parking|parked|carpark|garage",
		[CONCEPT_TRANSPORT] =
			"bus|buses|train|tram|metro|underground|tube|subway|station|airport|taxi|shuttle",
		[CONCEPT_BOOK] = "book|booking|bookings|booked|reserve*|reservation*|appointment*|appt|slot|slots",
		[CONCEPT_CANCEL] = "cancel*",
		[CONCEPT_RESCHEDULE] = "reschedul*|postpone*|rebook|move|moving|shift|change|changing",
		[CONCEPT_ORDER] = "order|orders|ordering|ordered|preorder*",
		[CONCEPT_DELIVER] = "deliver*|ship|ships|shipping|shipped|shipment|courier|postage",
		[CONCEPT_COLLECT] = "collect|collection|collecting|pickup|pick",
		[CONCEPT_WAIT] = "wait|waiting|waitlist|queue",
		[CONCEPT_CHILD] =
			"child|children|childrens|kid|kids|son|daughter|toddler*|boy|girl|boys|girls|lad|teen*",
		[CONCEPT_BABY] = "baby|babies|infant*|newborn*|pram|pushchair|stroller",
		[CONCEPT_PET] = "dog|dogs|pet|pets|puppy|cat|cats|animal|animals",
		[CONCEPT_PERSON] = "person|people|persons|guest|guests|pax|adult|adults",
		[CONCEPT_GROUP] = "group|groups|party|parties|company",
		[CONCEPT_STUDENT] = "student|students",
		[CONCEPT_SENIOR] = "senior|seniors|pensioner*|oap|elderly",
		[CONCEPT_MAN] = "man|men|mens|male|husband|gentlem*",
		[CONCEPT_WOMAN] = "woman|women|womens|female|wife|lady|ladies",
		[CONCEPT_PARENT] = "parent|parents|mum|mom|mother|dad|father|guardian",
		[CONCEPT_DAY] = "day|days|daily",
		[CONCEPT_WEEK] = "week|weeks|weekly",
		[CONCEPT_WEEKEND] = "weekend|weekends",
		[CONCEPT_MONTH] = "month|months|monthly",
		[CONCEPT_YEAR] = "year|years|yearly|annual*",
		[CONCEPT_HOUR] = "hour|hourly|hr|hrs",
		[CONCEPT_MINUTE] = "minute|minutes|min|mins",
		[CONCEPT_NIGHT] = "night|nights|overnight|nightly",
		[CONCEPT_MORNING] = "morning*",
		[CONCEPT_EVENING] = "evening|evenings|tonight|afternoon*|noon",
		[CONCEPT_HALF] = "half",
		[CONCEPT_WIFI] = "wifi|wi|fi|internet|wlan",
		[CONCEPT_LIFT] = "lift|elevator*",
		[CONCEPT_STAIRS] = "stairs|steps|stairway|upstairs",
		[CONCEPT_WHEELCHAIR] = "wheelchair*|accessible|accessibility|disabled|stepfree",
		[CONCEPT_TOILET] = "toilet*|restroom|loo|bathroom*",
		[CONCEPT_SHOWER] = "shower*",
		[CONCEPT_TOWEL] = "towel*",
		[CONCEPT_EAT] = "eat|eating|food|meal|meals|snack*",
		[CONCEPT_DRINK] = "drink|drinks|drinking|beverage*",
		[CONCEPT_COFFEE] = "coffee",
		[CONCEPT_WATER] = "water",
		[CONCEPT_BREAKFAST] = "breakfast*",
		[CONCEPT_DINNER] = "dinner*|supper",
		[CONCEPT_MENU] = "menu|menus",
		[CONCEPT_VEGAN] = "vegan*|vegetarian*|veggie",
		[CONCEPT_GLUTEN] = "gluten|coeliac|celiac",
		[CONCEPT_ALLERGY] = "allerg*|intoleran*",
		[CONCEPT_LACTOSE] = "lactose|dairy|milk",
		[CONCEPT_REPAIR] = "repair*|fix|fixes|fixed|fixing|mend*",
		[CONCEPT_WARRANTY] = "warranty|guarantee*",
		[CONCEPT_RETURN] = "return|returns|returning|exchange*|swap",
		[CONCEPT_SIZE] = "size|sizes|sizing|fit|fits",
		[CONCEPT_COLOUR] = "colour*|color*",
		[CONCEPT_SMALL] = "small|smaller|smallest|little|tiny|mini",
		[CONCEPT_MEDIUM] = "medium",
		[CONCEPT_LARGE] = "large|larger|largest|big|bigger|biggest|xl",
		[CONCEPT_NEW] = "new|brand",
		[CONCEPT_USED] = "used|secondhand|preowned",
		[CONCEPT_RENT] = "rent|rents|rental*|renting|hire|hires|hiring|lease",
		[CONCEPT_BUY] = "buy|buying|purchase*|sell|sells|selling|sold|stock",
		[CONCEPT_PHONE] = "phone|telephone|mobile|number",
		[CONCEPT_EMAIL] = "email|mail|emails",
		[CONCEPT_WEBSITE] = "website|online|web|site|app",
		[CONCEPT_JOB] = "job|jobs|vacanc*|hiring|career*|cv|employ*|apprentice*|internship",
		[CONCEPT_COURSE] = "course|courses|class|classes|lesson|lessons|workshop*|training",
		[CONCEPT_BEGINNER] = "beginner*|novice*|newbie*",
		[CONCEPT_AGE] = "age|aged|old|ages",
		[CONCEPT_INSURANCE] = "insurance*|insured|insurer*",
		[CONCEPT_PRESCRIPTION] = "prescription*|referral*",
		[CONCEPT_DOCUMENT] = "document*|id|passport|paperwork|papers|form|forms",
		[CONCEPT_LANGUAGE] = "language*|speak|spoken",
		[CONCEPT_FIRST] = "first|1st",
		[CONCEPT_EARLY] = "early|earlier|earliest|advance|beforehand",
		[CONCEPT_LATE] = "late|later|latest|lateness|delayed",
		[CONCEPT_BRING] = "bring|carry|pack",
		[CONCEPT_CAR] = "car|cars|vehicle*",
		[CONCEPT_BIRTHDAY] = "birthday*",
		[CONCEPT_WEDDING] = "wedding*|bridal|bride",
		[CONCEPT_GIFT] = "gift|gifts|present|presents",
		[CONCEPT_HOLIDAY] = "holiday|holidays|vacation*",
		[CONCEPT_PREGNANT] = "pregnan*",
		[CONCEPT_CLOTHES] = "wear|clothes|clothing|dress|outfit|shoes",
		[CONCEPT_SMOKE] = "smoke|smoking|smoker*|cigarette*",
		[CONCEPT_STAFF] = "staff|employee*|team",
		[CONCEPT_CERTIFICATE] = "certificate*|diploma*|licence|license",
		[CONCEPT_TOTAL] = "total|together|altogether|sum|combined|tot",
		[CONCEPT_READY] = "ready|arrived|finished",
		[CONCEPT_KEEP] = "keep|keeps|fresh",
		[CONCEPT_DURATION] = "duration|takes|lasts",
		[CONCEPT_WHO] = "who",
	},
	.numbers = { "two|2x", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
		"twelve" },
	.clock = {
		.weekdays = { "monday|mondays|mon", "tuesday|tuesdays|tue|tues", "wednesday|wednesdays|wed",
			"thursday|thursdays|thu|thur|thurs", "friday|fridays|fri", "saturday|saturdays|sat",
			"sunday|sundays|sun" },
		.months = { "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul",
			"august|aug", "september|sep|sept", "october|oct", "november|nov", "december|dec" },
		.today = "today|tonight|2day",
		.tomorrow = "tomorrow|tmrw|tmr|tomorow|tommorow|tomoro|2morrow",
		.day_after = "day after tomorrow",
		.now = "now|currently|moment|atm|right ?now",
		.weekend = "weekend|weekends",
		.open = PATTERNS{ "open|opened|opens|opening|close|closed|closes|closing|shut", "are|r|is you|u|"
			"anyone|anybody|someone|somebody|shop ?guys|still ?still there|here|around|in|working|"
			"available", "do you work|open|close", "hours|times", NULL },
		.come = PATTERNS{ "can|could|may|ok|if|shall i|we ?just come|pop|drop|stop|swing|call|bring|"
			"collect", "i|we ll|will ?just come|pop|drop|stop|swing", NULL },
		.at = "at|by|around|until|till|before|after|from",
		.hour = "oclock|o",
		.am = "am|morning",
		.pm = "pm|afternoon|evening|tonight",
		.holidays = { "new year|years|yrs ?s day", "epiphany", "labour|labor|may day", "assumption",
			"all saints ?day", "christmas|xmas eve", "christmas|xmas ?day", "boxing|stephens|stephen day",
			"new year|years|yrs ?s eve", "good friday", "easter ?sunday", "easter monday",
			"ascension ?day", "whit|pentecost monday",
			"valentine|valentines ?s ?day", "between the years" },
	},
	.texts = {
		.greeting = "Hello! This is {business}. How can we help you?",
		.kind = "You're welcome! Just write if there is anything else.",
		.identity = "I am an automatic assistant (a bot) of {business}. If you would rather have a person, "
			"write “person” and a colleague will answer you here.",
		.disclosure = "This is an automatic reply. For a person, just write “person”.",
		.automatic = "This is an automatic reply.",
		.fallback = "I'm sorry, I don't have the answer to this. A colleague of {business} will gladly "
			"help: write “person” and we will get back to you here.",
		.topics = "I can also tell you about:",
		.handover = "A colleague will take over and answer you here as soon as possible.",
		.away = "We are not there at the moment. You will have an answer when we are back.",
		.sorry = "We are sorry about this.",
		.detail = "Thank you. What is this about? Please write in a few words what we can do for you, or "
			"write “person” and a colleague will answer.",
		.noted = "Thank you, we have noted that. A colleague will get back to you here.",
		.unclear = "What can we do for you? Please write your question in a few words, or write “person” "
			"and a colleague will answer.",
		.did_you_mean = "I don't know for sure what you mean. Did you mean:",
		.or_person = "Please answer with the number, or write “person” and a colleague will answer you.",
		.total = "Total: {sum}",
		.person_button = "Talk to a person",
		.as_written = "We have this only in our own language, as it was written:",
		.perhaps = "I don't know for sure what you mean. Perhaps this helps:",
		.if_not = "If not, write “person” and a colleague will answer you here.",
		.open_day = "We are open on {day}: {hours}.",
		.open_day_special = "We are open on {day}: {hours} ({reason}).",
		.closed_day = "We are closed on {day}.",
		.closed_day_reason = "We are closed on {day} ({reason}).",
		.open_now = "Yes, we are open now, today until {time}.",
		.closed_now = "We are closed at the moment.",
		.closed_now_reason = "We are closed at the moment ({reason}).",
		.next_open = "We are open again on {day}: {hours}.",
		.open_at = "Yes, we are open on {day} at {time} ({hours}).",
		.closed_at = "No, on {day} at {time} we are closed. Open that day: {hours}.",
		.closed_at_reason = "No, we are closed on {day} at {time} ({reason}).",
		.closed_range = "{reason}: we are closed from {from} to {to}.",
		.weekdays = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" },
		.months = { "January", "February", "March", "April", "May", "June", "July", "August", "September",
			"October", "November", "December" },
		.date = "{weekday}, {day} {month}",
		.week_hours = "Our opening hours:",
		.and = " and ",
	},
};
