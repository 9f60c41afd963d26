/*
 * parallel-questions.c - what customers of any business ask, in each language. Data.
 *
 * In the order of the table of languages (understanding/language.h).
 */
#include "answer/embeddings/parallel-questions.h"

#include "answer/understanding/language.h"

/* clang-format off */
const char *const parallel_questions[LANGUAGES][PARALLEL_QUESTIONS] = {
	{ "What are your opening hours?", "Where are you located?", "How much does it cost?",
	  "Can I pay by card?", "Is there parking?", "Can I cancel my appointment?",
	  "Do you deliver to my home?", "Do you sell gift vouchers?", "Can I bring my dog?",
	  "How do I get a refund?" },
	{ "Çalışma saatleriniz nedir?", "Neredesiniz, adresiniz nedir?", "Fiyatı ne kadar?",
	  "Kartla ödeyebilir miyim?", "Otopark var mı?", "Randevumu iptal edebilir miyim?",
	  "Eve teslimat yapıyor musunuz?", "Hediye çeki satıyor musunuz?", "Köpeğimi getirebilir miyim?",
	  "Paramı nasıl geri alırım?" },
	{ "¿Cuál es su horario?", "¿Dónde están ustedes?", "¿Cuánto cuesta?", "¿Puedo pagar con tarjeta?",
	  "¿Hay aparcamiento?", "¿Puedo cancelar mi cita?", "¿Hacen entregas a domicilio?",
	  "¿Venden vales regalo?", "¿Puedo llevar a mi perro?", "¿Cómo me devuelven el dinero?" },
	{ "Wie sind Ihre Öffnungszeiten?", "Wo finde ich Sie?", "Wie viel kostet das?",
	  "Kann ich mit Karte zahlen?", "Gibt es Parkplätze?", "Kann ich meinen Termin absagen?",
	  "Liefern Sie nach Hause?", "Verkaufen Sie Gutscheine?", "Darf ich meinen Hund mitbringen?",
	  "Wie bekomme ich mein Geld zurück?" },
	{ "Quels sont vos horaires d'ouverture ?", "Où êtes-vous situés ?", "Combien ça coûte ?",
	  "Puis-je payer par carte ?", "Y a-t-il un parking ?", "Puis-je annuler mon rendez-vous ?",
	  "Livrez-vous à domicile ?", "Vendez-vous des bons cadeaux ?", "Puis-je venir avec mon chien ?",
	  "Comment me faire rembourser ?" },
	{ "Qual é o horário de funcionamento?", "Onde ficam?", "Quanto custa?", "Posso pagar com cartão?",
	  "Há estacionamento?", "Posso cancelar a minha marcação?", "Fazem entregas em casa?",
	  "Vendem vales-presente?", "Posso levar o meu cão?", "Como recebo o meu dinheiro de volta?" },
	{ "Quali sono gli orari di apertura?", "Dove vi trovate?", "Quanto costa?",
	  "Posso pagare con la carta?", "C'è un parcheggio?", "Posso annullare il mio appuntamento?",
	  "Consegnate a domicilio?", "Vendete buoni regalo?", "Posso portare il mio cane?",
	  "Come ottengo un rimborso?" },
	{ "ما هي ساعات العمل؟", "أين موقعكم؟", "كم السعر؟", "هل يمكنني الدفع بالبطاقة؟",
	  "هل يوجد موقف للسيارات؟", "هل يمكنني إلغاء موعدي؟", "هل توصلون إلى المنزل؟",
	  "هل تبيعون قسائم هدايا؟", "هل يمكنني إحضار كلبي؟", "كيف أسترد نقودي؟" },
	{ "Какие у вас часы работы?", "Где вы находитесь?", "Сколько это стоит?", "Можно оплатить картой?",
	  "Есть ли парковка?", "Могу ли я отменить запись?", "Вы доставляете на дом?",
	  "Вы продаёте подарочные сертификаты?", "Можно прийти с собакой?", "Как вернуть деньги?" },
	{ "Jam berapa buka?", "Di mana lokasinya?", "Berapa harganya?", "Bisa bayar dengan kartu?",
	  "Apakah ada tempat parkir?", "Bisakah saya membatalkan janji?", "Apakah bisa diantar ke rumah?",
	  "Apakah menjual voucher hadiah?", "Boleh saya bawa anjing?",
	  "Bagaimana cara mendapatkan uang kembali?" },
};
/* clang-format on */
