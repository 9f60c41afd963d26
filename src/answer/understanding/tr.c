/*
 * tr.c - Turkish, as language.h says. Data.
 */
#include "answer/understanding/language.h"

/* clang-format off */
#define PATTERNS (const char *const[])

const struct language language_tr = {
	.tag = "tr",
	.letters = "ışğİ",
	.short_forms = "nkdr ne kadar|nekdr ne kadar|nkadar ne kadar|slm selam|mrb merhaba|mrhb merhaba"
			"|tsk tesekkurler|tskler tesekkurler|tmm tamam|nzmn ne zaman|nrde nerede|bi bir|yrn yarin"
			"|bgn bugun|pzt pazartesi|cmt cumartesi|hft hafta|fyt fiyat|fiyt fiyat|rdv randevu"
			"|rndv randevu|vrmi var mi",
	.function_words =
		"tane napicaz napcaz napacagiz napayim napabilirim napalim yapabilirim yapabiliriz yapayim "
			"yapalim yapmaliyim "
		"ve veya ya da de bir bu su o ben sen biz siz onlar bana sana bize size benim senin bizim sizin "
			"onun bunun "
		"icin ile mi mu mi musunuz misiniz misin musun miyim miyiz muyum muyuz ne neden nasil niye hangi "
			"hangisi kim kime "
		"kac nerede nereden nereye gibi kadar gore ama fakat ancak cunku eger ise degil var yok evet hayir "
			"cok az en "
		"daha her hep hic bazi butun tum sey seyler olan olarak olur olmaz oldu olsun olacak oluyor olup "
			"olursa "
		"mumkun lutfen rica acaba peki tamam ki iste yani simdi sonra once hala artik sadece yalnizca bile "
			"ayrica "
		"istiyorum istiyoruz istiyordum isterim ister istesem lazim gerek gerekir gerekiyor gerekli "
			"edebilir edebilirim "
		"edebilir yapabilir yapabiliyor alabilir alabilirim alinir alabiliyor almak alsam yapmak yapiyor "
			"yapiyorsunuz yapar yapilir yapilabilir olabilir "
		"ediyor ediyorsunuz ediyormusunuz etmek eder edin ederim ediyorum ettim aldim geldim gelsem "
			"gelebilir gelecek gelecegim "
		"soru sorum sormak bilgi bilgim ogrenmek ogrenebilir merak soyler soyleyin selam merhaba tesekkur "
			"tesekkurler sagol iyi gunler "
		"hocam abi abla beyefendi hanimefendi arkadas arkadaslar kolay gelsin bi bisey sizde sizden orda "
			"burda orada burada "
		"yapiyor veriyor veriyorsunuz verir gelir gelmek gidiyor gitmek tane adet kisaca acil bunu sunu onu "
			"icinde dahil "
		"varmi yokmu nedir neler neyi nasil midir mudur diye kullanmam kullanmak zaman nezaman vardi bakar "
			"sizi beni bizi hanim hanimin bey beyin olsa olsun yer yeri yerde yakin yakinda "
		"belki biri birkac hem hepsi nerde nicin aslinda birsey "
			"dun slm mrb nbr tsk ltf "
			"tam yaptirmak istiyorduk",
	.acts = {
		.greeting = PATTERNS{
			"merhaba|merhabalar|mrb|mrhb|meraba|selam|selamlar|slm|gunaydin|alo ?herkese|hocam|hanim|"
				"bey", "iyi gunler|aksamlar|geceler|haftalar|calismalar",
				"hayirli gunler|aksamlar|isler|sabahlar|cumalar", "kolay gelsin",
				"selamun ?aleykum", "selamunaleykum|selamlar|sa", "nasilsin|nasilsiniz", "start",
				NULL },
		.thanks = PATTERNS{ "?cok ?cok tesekkurler|tesekkur|tesekur|tesekkurlar|tsk|tskler|tesekkr "
			"?ederim|ederiz|ettim ?cok ?simdiden",
			"?cok sagol|sagolun|saol|saolun|sagolasin|eyvallah|eyw|tskr", "sag ol|olun|olasin",
			"elinize|emeginize|ellerinize saglik", "minnettarim",
			"cok|super naziksiniz|iyisiniz|yardimci", "allah razi olsun", "mersi", NULL },
		.farewell = PATTERNS{ "gorusuruz|gorusmek|gorusecegiz ?uzere", "hosca|hos kal|kalin|kalin",
			"hoscakal|hoscakalin|bay|bye|baybay", "iyi geceler|gunler|aksamlar ?dilerim",
			"kendinize iyi bakin", "?yarin|sonra|pazartesi|sali|carsamba|persembe|cuma|cumartesi|"
			"pazar|haftaya ?gunu|gorusmek gorusuruz|gorusmek ?uzere", "allaha emanet",
			"?yarin|simdi|birazdan|o|aksam|sonra|haftaya|ogleden ?zaman|sonra ugrarim|ugrariz|"
			"gelirim|geliyorum|geliriz|gelecegim|ugrayacagim|yazarim", NULL },
		.agreement = PATTERNS{ "tamam|tamamdir|tmm|tm|ok|okey|okay|peki|olur|anladim|anlastik|super|"
			"harika|guzel|mukemmel|sahane|evet|hayir|aynen|hm|hmm|tabii|tabi|eyvallah|yok|elbette|iyi "
			"?o|zaman|oldu|tamam", "sorun|problem degil|yok", "cok|gayet guzel|iyi", "hic sorun degil",
			"not aldim|ettim", "bilginiz|haberiniz olsun", "simdilik bu ?kadar",
			"baska ?bir ?sorum yok",
			NULL },
		.identity = PATTERNS{ "~robot|bot|makine|insan misin|misiniz|musun|musunuz",
			"yapay zeka ?mi ?misin ?misiniz $",
			"yapay zeka misin|misiniz|mi|ile",
			"~robotla|botla|insanla|makineyle ?mi konusuyorum|yazisiyorum|gorusuyorum|yaziyorum",
			"~robot|bot|insan|makine ile ?mi konusuyorum|yazisiyorum|gorusuyorum|yaziyorum",
			"^ ?bu ?bir robot|bot|insan mi|mu ?yoksa $",
			"robot mu insan",
			"insan mi robot|bot|makine",
			"botmusun|robotmusun|insanmisin|botmusunuz|robotmusunuz|insanmisiniz",
			"gercek ?bir kisi|insan|biri|insanla|kisiyle|biriyle ?mi|misin|misiniz|konusuyorum|"
				"yaziyorum|mu",
			"siz|sen ?gercek robot|bot|insan",
			"kiminle|kimle konusuyorum|gorusuyorum|yazisiyorum",
			"sen|siz kimsin|kimsiniz|nesin",
			"otomatik mesaj|cevap|yanit ?mi|misin",
			"otomatik misin|misiniz",
			"karsimda|karsimdaki ?bir ?gercek insan|robot|bot", NULL },
		.complaint = PATTERNS{ "rezalet|kepazelik|rezillik|skandal|igrenc|berbat|felaket|dolandirici*|"
			"sahtekar*|kazik*|utanmaz*|terbiyesiz*|saygisiz*|ayip|yuh|sikayet* ?bir ?yer|hizmet",
			"sikayet|sikayetim|sikayetci ?etmek|etmek|var|olacagim|istiyorum",
			"paramiz*|param* _2 geri|iade|istiyorum|verin", "param* iade|geri", "kabul edilemez|edilir",
			"hic|hicbir ?bir|hic memnun|memnuniyet degilim|kalmadim|kalmadik|degiliz",
			"memnun degilim|kalmadim|kalmadik|degiliz", "memnuniyetsiz*", "hayal kirikligi*",
			"bir daha|asla ?asla gelmem|gelmeyecegim|gelmeyiz|ugramam|almam",
			"cok kizgin*|sinirli*|ofkeli*|kotu ?bir hizmet|davran*|muamele|deneyim",
			"mahvettiniz|mahvoldu|mahvetti|yaktiniz|bozdunuz|berbat ?ettiniz", "kimse|hala ?kimse|"
			"hala ?beni ?bana cevap|aramadi|donmedi|gelmedi|ilgilenmiyor|ilgilenmedi|yanit|bakmiyor|"
			"donus ?vermiyor|vermedi|yapmadi|yok", "cevap|donus veren|yapan|eden yok",
			"saattir|gundur|haftadir|aydir _2 bekliyorum|bekliyoruz|bekletiyorsunuz|gelmedi|yok",
			"tuketici haklari|hakem*|mahkeme*",
			"hala|yine|gene _2 calismiyor|bozuk|gelmedi|bozuldu|olmadi",
			"bozuldu|dustu|kirildi|cikti _1 hemen|yine", "zarar verdiniz",
			"yanlis|fazla ucret|para aldiniz|cektiniz|cekildi", NULL },
		.callback = PATTERNS{ "beni|bizi|bana ?lutfen|bir|hemen|geri ?lutfen ara|arayin|arar|"
			"ararmisin*|arasin*|arayabilir*|arasaniz|arayiniz|arayabilirmisin*|donus|donun",
			"arar|arayabilir misin|misiniz|mi ?beni", "geri arayin|arar|arama|donus|arayabilir* "
			"?misiniz|yapin|yapar", "telefonla|telefonda|sesli arayin|arar|konusabilir*|"
			"gorusebilir*|gorusmek|konusmak", "arayabilir misiniz|misin",
			"beni|bizi geri ararsaniz|arayabilirseniz", "bana|bize telefon edin|eder|acin", NULL },
		.emergency = PATTERNS{ "acil ?bir durum*|yardim", "ambulans*", "nefes alamiyor*|alamiyorum",
			"bayildi|bayildim|baygin*", "kalp krizi", "kanama* ?cok ?durmuyor",
			"gaz kokusu|kokuyor|kacagi", "yangin ?var|cikti $", "yangin var|cikti",
			"camasir suyu|deterjan|zehir|zehri|pil icti|yedi|yuttu|yutmus|yemis|icmis", "zehirlen*",
			"hayati tehlike*", NULL },
	},
	.asking = (const struct ask_phrase[]){ { "ne|kac|kaca kadar|para|lira|tl|liraya|paraya|kadara|kadardir",
		CONCEPT_PRICE }, { "nekadar|kaca", CONCEPT_PRICE },
		{ "ne|nekadar ?kadar sure|surer|suruyor|surede|zamanda|zamandir|once|onceden|dayanir|dayaniyor",
		CONCEPT_DURATION }, { "kac gun|gunde|saat|saatte|dakika|dakikada|dk|hafta|haftada|ay|ayda|yil|sene "
		"?sure|surer|suruyor|icinde|once|onceden|biter|bitiyor|tamamlanir|olur|hazir|cikar", CONCEPT_DURATION },
		{ "ne siklikla|siklikta", CONCEPT_HOW_OFTEN }, { "kac gunde|haftada|ayda bir|kez|kere|defa",
		CONCEPT_HOW_OFTEN }, { "kac tane|adet|kisi|kisilik|kez|kere|defa", CONCEPT_HOW_MANY },
		{ "kac", CONCEPT_HOW_MANY }, { "ne zaman|zamana|zamandan|vakit ?kadar", CONCEPT_WHEN },
		{ "nezaman", CONCEPT_WHEN }, { "saat kac|kacta|kaca|kacda|kactan ?kadar", CONCEPT_WHEN },
		{ "kacta|kactan|kacda ?kadar", CONCEPT_WHEN }, { "kaca kadar", CONCEPT_WHEN }, { "kac gibi|bucukta",
		CONCEPT_WHEN }, { "hangi gun|gunler|gunu|gunleri|saat|saatler|saatlerde|saatte|tarih|tarihte|tarihler|"
		"saatleri", CONCEPT_WHEN }, { "nerede|nerde|neresi|nereye|neredesiniz|nerdesiniz|neresindesiniz",
		CONCEPT_WHERE }, { "kim|kimler|kiminle|kime", CONCEPT_WHO },
		{ "ne|mi|mu|misiniz|musunuz|miyim|miyiz|midir|mudur|misin|musun|niye|neden|hangi|nasil", CONCEPT_NONE },
		{ "paramizi|parami|parayi|para geri", CONCEPT_REFUND }, { "ucretli mi|midir", CONCEPT_PRICE },
		{ "en ucuz|uygun|ekonomik|ucuzu|ucuzunuz ?fiyat|fiyatli|olan", CONCEPT_CHEAPEST }, { NULL, CONCEPT_NONE } },
	.follow_up = PATTERNS{ "^ peki|ya|ve|bir|ayrica|hem ?de",
		"^ o|bu|su|bunun|onun|bunlar|onlar|orasi|orada|bunu|onu|onda|bunda",
		"^ ne|kac ?kadar|saat|zaman|gun|dakika ?surer|suruyor|olur|oluyor $",
		"^ kaca|kacta|nerede|nasil|nezaman ?kadar $", "^ hangisi|hangi", "^ ikisi|ikisini|her",
		"da|de|icinde $", NULL },
	.requests = "yazin|gonderin|iletin|belirtin|soyleyin|yazar|paylasin|bildirin|birakin",
	.yes = "evet|aynen|tabii|olur",
	.concepts = {
		[CONCEPT_PRICE] = "fiyat*|ucret*|tarife*|bedel*|ucuz*|pahali*|tutar*|tutuyor|para|lira|tl",
		[CONCEPT_FREE] = "ucretsiz*|bedava|dahil|parasiz",
		[CONCEPT_DISCOUNT] = "indirim*|kampanya*|firsat*",
		[CONCEPT_DEPOSIT] = "depozito*|kapora*|onodeme*",
		[CONCEPT_PAY] = "odeme*|oden*|odey*|oduyor*|odemek|odenir",
		[CONCEPT_CARD] = "kart|karti|karta|kartla|kredi|temassiz",
		[CONCEPT_CASH] = "nakit*|pesin*",
		[CONCEPT_INSTALMENT] = "taksit*",
		[CONCEPT_INVOICE] = "fatura*|fis|kdv*",
		[CONCEPT_REFUND] = "iade*",
		[CONCEPT_VOUCHER] = "hediye|cek|ceki|kupon*",
		[CONCEPT_OPEN] = "acik*|acil*|aciyor*|acar*|acigiz|acma",
		[CONCEPT_CLOSED] = "kapali*|kapan*|kapat*|kapaliyiz",
		[CONCEPT_HOURS] = "saatler*|saatiniz|calisma|mesai*",
		[CONCEPT_WHERE] = "nerde*|nerede*|adres*|konum*|yeriniz|yol|tarif",
		[CONCEPT_WHEN] = "saatte|saatler|tarih*|kacta|vakit",
		[CONCEPT_DURATION] = "sur*|surer|surede|suresi",
		[CONCEPT_PARKING] = "otopark*|park|parki|parketmek|vale",
		[CONCEPT_TRANSPORT] = "otobus*|metro*|tramvay*|durak*|taksi*|havaalani*|servis*|istasyon*",
		[CONCEPT_BOOK] = "randevu*|rezervasyon*|yer|ayirt*",
		[CONCEPT_CANCEL] = "iptal*|vazgec*",
		[CONCEPT_RESCHEDULE] = "ertele*|degistir*|degisik*|kaydir*",
		[CONCEPT_ORDER] = "siparis*",
		[CONCEPT_DELIVER] = "teslim*|kargo*|gonder*|eve|nakliye*",
		[CONCEPT_WAIT] = "bekle*|sira",
		[CONCEPT_CHILD] = "cocuk*|ogul|oglum*|kizim*|kizimin|oglumun|yas|yasinda*",
		[CONCEPT_BABY] = "bebek*|puset*",
		[CONCEPT_PET] = "kopek*|kedi*|evcil|hayvan*",
		[CONCEPT_PERSON] = "kisi*|yetiskin*|misafir*|insan",
		[CONCEPT_GROUP] = "grup*|topluca|parti",
		[CONCEPT_STUDENT] = "ogrenci*",
		[CONCEPT_SENIOR] = "emekli*|yasli*",
		[CONCEPT_MAN] = "erkek*|esim",
		[CONCEPT_WOMAN] = "kadin*|bayan*",
		[CONCEPT_PARENT] = "anne*|baba*|veli*|ebeveyn*",
		[CONCEPT_DAY] = "gun|gunluk|gunde|gunu|gunler",
		[CONCEPT_WEEK] = "hafta|haftalik|haftada|haftalar",
		[CONCEPT_WEEKEND] = "haftasonu*",
		[CONCEPT_MONTH] = "ay|aylik|ayda|aylar",
		[CONCEPT_YEAR] = "yil|yillik|yilda|sene*",
		[CONCEPT_HOUR] = "saat|saatlik",
		[CONCEPT_MINUTE] = "dakika*|dk",
		[CONCEPT_NIGHT] = "gece*|gecelik",
		[CONCEPT_MORNING] = "sabah*",
		[CONCEPT_EVENING] = "aksam*|ogle*",
		[CONCEPT_HALF] = "yarim*|bucuk",
		[CONCEPT_WIFI] = "wifi|internet*|wi|fi|kablosuz",
		[CONCEPT_LIFT] = "asansor*",
		[CONCEPT_STAIRS] = "merdiven*",
		[CONCEPT_WHEELCHAIR] = "tekerlekli|engelli*",
		[CONCEPT_TOILET] = "tuvalet*|wc|lavabo*",
		[CONCEPT_SHOWER] = "dus|duslar",
		[CONCEPT_TOWEL] = "havlu*",
		[CONCEPT_EAT] = "yemek*|yiyecek*|ye|yemeli|yiyebilir*",
		[CONCEPT_DRINK] = "icecek*|icmek|icebilir*|icki",
		[CONCEPT_COFFEE] = "kahve*",
		[CONCEPT_WATER] = "su|suyu|sulama",
		[CONCEPT_BREAKFAST] = "kahvalti*",
		[CONCEPT_MENU] = "menu*",
		[CONCEPT_VEGAN] = "vegan*|vejetaryen*",
		[CONCEPT_GLUTEN] = "gluten*|glutensiz|colyak",
		[CONCEPT_ALLERGY] = "alerji*|alerjik",
		[CONCEPT_LACTOSE] = "laktoz*|sut*",
		[CONCEPT_REPAIR] = "tamir*|onarim*",
		[CONCEPT_WARRANTY] = "garanti*",
		[CONCEPT_RETURN] = "degisim*",
		[CONCEPT_SIZE] = "beden*|boy|boyu|olcu*|ebat",
		[CONCEPT_COLOUR] = "renk*|rengi",
		[CONCEPT_SMALL] = "kucuk*|kucug*|ufak*|ufag*",
		[CONCEPT_MEDIUM] = "orta*",
		[CONCEPT_LARGE] = "buyuk*|buyug*",
		[CONCEPT_NEW] = "yeni*",
		[CONCEPT_RENT] = "kira*|kirala*",
		[CONCEPT_BUY] = "satin|satis*|satiyor*|satilik",
		[CONCEPT_PHONE] = "telefon*|numara*",
		[CONCEPT_EMAIL] = "mail*|eposta*",
		[CONCEPT_WEBSITE] = "site*|online|internetten|uygulama*",
		[CONCEPT_JOB] = "eleman|ise|ilan*|kariyer|ozgecmis|cv|staj*|isci",
		[CONCEPT_COURSE] = "kurs*|ders*|egitim*",
		[CONCEPT_BEGINNER] = "baslangic*|acemi*",
		[CONCEPT_AGE] = "yas*|yasin*",
		[CONCEPT_INSURANCE] = "sigorta*|sgk",
		[CONCEPT_PRESCRIPTION] = "recete*|sevk*",
		[CONCEPT_DOCUMENT] = "belge*|evrak*|kimlik*|rapor*",
		[CONCEPT_LANGUAGE] = "dil|dilde|ingilizce|almanca",
		[CONCEPT_FIRST] = "ilk|birinci",
		[CONCEPT_EARLY] = "erken*|onceden",
		[CONCEPT_LATE] = "gec|gecik*",
		[CONCEPT_BRING] = "getir*",
		[CONCEPT_CAR] = "araba*|arac*|otomobil*",
		[CONCEPT_BIRTHDAY] = "dogum",
		[CONCEPT_WEDDING] = "dugun*|gelin*",
		[CONCEPT_GIFT] = "hediye*",
		[CONCEPT_HOLIDAY] = "bayram*|tatil*",
		[CONCEPT_PREGNANT] = "hamile*|gebe*",
		[CONCEPT_CLOTHES] = "kiyafet*|giy*|elbise*",
		[CONCEPT_SMOKE] = "sigara*",
		[CONCEPT_STAFF] = "ekip*|calisan*|personel*",
		[CONCEPT_CERTIFICATE] = "sertifika*|ehliyet*",
		[CONCEPT_TOTAL] = "toplam*|ikisi|ikisini|hepsi|beraber|birlikte",
		[CONCEPT_READY] = "hazir*|geldi|geldimi|bitti|bittimi|tamamlandi",
		[CONCEPT_KEEP] = "dayan*|taze*",
	},
	.numbers = { "iki", "uc", "dort", "bes", "alti", "yedi", "sekiz", "dokuz", NULL, "onbir", "oniki" },
	.clock = {
		.weekdays = { "pazartesi|pazartesileri|pzt", "sali|salilari", "carsamba|carsambalari",
			"persembe|persembeleri", "cuma|cumalari", "cumartesi|cumartesileri|cmt", "pazar|pazarlari" },
		.months = { "ocak|ocakta", "subat|subatta", "mart|martta", "nisan|nisanda", "mayis|mayista",
			"haziran|haziranda", "temmuz|temmuzda", "agustos|agustosta", "eylul|eylulde", "ekim|ekimde",
			"kasim|kasimda", "aralik|aralikta" },
		.today = "bugun",
		.tomorrow = "yarin",
		.day_after = "obur|ertesi gun",
		.now = "suan|simdi|su ?an|anda",
		.weekend = "haftasonu|hafta ?sonu",
		.open = PATTERNS{ "acik*|acigiz|kapali*|kapan*|acil*|aciyor*|calisiyor*|calisma",
			"orada|yerinde|dukkanda misiniz|misin", "var misiniz|mi $",
			"kaca|kacta|saat ?kaca|kacta|kac ?kadar", NULL },
		.come = PATTERNS{ "gelsem|gelsek|gelebilir*|geleyim|gelecegim|gelicem|ugrasam|ugrayabilir*|"
			"ugrayayim", NULL },
		.at = "saat",
		.hour = "da|de|te|ta|gibi|e|a|ye|ya",
		.am = "sabah|sabahi",
		.pm = "aksam|ogleden|oglen",
		.holidays = { "yilbasi*", NULL, "1 mayis ?isci", NULL, NULL, NULL, "noel*", NULL, "yilbasi gecesi",
			NULL, "paskalya*", NULL, NULL, NULL, "sevgililer ?gunu|gununde" },
	},
	.texts = {
		.greeting = "Merhaba, {business}. Size nasıl yardımcı olabiliriz?",
		.kind = "Rica ederiz! Başka bir sorunuz olursa yazmanız yeterli.",
		.identity = "Ben {business} işletmesinin otomatik asistanıyım (bot). Bir insanla görüşmek "
			"isterseniz “yetkili” yazın, bir arkadaşımız buradan yanıtlar.",
		.disclosure = "Bu otomatik bir yanıttır. Bir yetkili için “yetkili” yazmanız yeterli.",
		.automatic = "Bu otomatik bir yanıttır.",
		.fallback = "Üzgünüm, bunun yanıtını henüz bilmiyorum. {business} ekibinden bir "
			"arkadaşımız size "
			"yardımcı olur: “yetkili” yazın, size buradan dönüş yapalım.",
		.topics = "Şu konularda da bilgi verebilirim:",
		.handover = "Bir arkadaşımız konuşmayı devralıp size en kısa sürede buradan yanıt verecek.",
		.away = "Şu anda çalışma saatleri dışındayız. Döndüğümüzde size yanıt vereceğiz.",
		.sorry = "Bunun için üzgünüz.",
		.detail = "Teşekkürler. Bu hangi konuyla ilgili? Kısaca yazar mısınız, ya da “yetkili” "
			"yazın, bir "
			"arkadaşımız yanıtlasın.",
		.noted = "Teşekkürler, not aldık. Bir arkadaşımız size buradan dönecek.",
		.unclear = "Size nasıl yardımcı olabiliriz? Sorunuzu kısaca yazar mısınız, ya da "
			"“yetkili” yazın, "
			"bir arkadaşımız yanıtlasın.",
		.did_you_mean = "Tam yanıtını bilmiyorum. Şunlardan birini mi sordunuz:",
		.or_person =
			"Numarasını yazmanız yeterli; “yetkili” yazarsanız bir arkadaşımız yanıtlar.",
		.total = "Toplam: {sum}",
		.person_button = "Yetkiliye bağlan",
		.as_written = "Bu bilgi bizde yalnızca kendi dilimizde var, yazıldığı gibi:",
		.perhaps = "Tam yanıtını bilmiyorum, belki şu işinize yarar:",
		.if_not = "Aradığınız bu değilse “yetkili” yazın, bir arkadaşımız yanıtlasın.",
		.open_day = "{day} açığız: {hours}.",
		.open_day_special = "{day} açığız: {hours} ({reason}).",
		.closed_day = "{day} kapalıyız.",
		.closed_day_reason = "{day} kapalıyız ({reason}).",
		.open_now = "Evet, şu anda açığız, bugün {time} saatine kadar.",
		.closed_now = "Şu anda kapalıyız.",
		.closed_now_reason = "Şu anda kapalıyız ({reason}).",
		.next_open = "{day} yeniden açığız: {hours}.",
		.open_at = "Evet, {day} saat {time} için açığız ({hours}).",
		.closed_at = "Hayır, {day} saat {time} itibarıyla kapalıyız. O gün açık olduğumuz "
			"saatler: {hours}.",
		.closed_at_reason = "Hayır, {day} saat {time} itibarıyla kapalıyız ({reason}).",
		.closed_range = "{reason}: {from} - {to} arasında kapalıyız.",
		.weekdays = { "Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar" },
		.months = { "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül",
			"Ekim", "Kasım", "Aralık" },
		.date = "{day} {month} {weekday} günü",
		.week_hours = "Çalışma saatlerimiz:",
		.and = " ve ",
	},
};
