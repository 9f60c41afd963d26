/*
 * negatives.c - data: short messages that hardly any skill is about, in the languages that we read. One with the words of an organisation's own phrase is left out there.
 */
#include "answer/negatives.h"

const char *const negatives[] = {
	"hi", "hello", "hey there", "good morning", "good afternoon", "good evening", "good night", "hi how are you",
	"how are you doing today", "what's up", "nice to meet you", "bye", "goodbye see you later", "talk to you tomorrow",
	"have a nice day", "have a great weekend", "thanks", "thank you very much", "thanks a lot for your help", "ok thanks",
	"great thank you", "ok", "okay", "alright", "yes", "yes please", "no", "no thanks", "maybe", "sure", "i see", "got it",
	"never mind", "sorry", "i don't know", "i am not sure", "wow that is amazing", "lol", "haha that is funny", "that is great",
	"that is bad", "i am so tired today", "i am bored", "i love you", "you are stupid", "you are the best", "are you a robot",
	"who are you", "what is your name", "where are you from", "how old are you", "do you have a girlfriend", "tell me a joke",
	"sing me a song", "tell me a story", "what is the meaning of life", "what time is it", "what day is it today",
	"what is the weather like tomorrow", "will it rain on sunday", "who won the football match yesterday",
	"who is the president of france", "what is the capital of japan", "how tall is mount everest", "how far is the moon",
	"who wrote romeo and juliet", "when did the second world war end", "what is 25 times 17", "how do you say cat in german",
	"translate this sentence into italian", "give me a recipe for chocolate cake", "how do i cook rice",
	"what should i eat for dinner tonight", "recommend a good film", "what is a good book to read", "play some music",
	"who is the best singer in the world", "how do i lose weight", "i have a headache", "my dog is sick",
	"my son has a birthday next week", "i am going on holiday to greece", "how do i learn to play the guitar",
	"how do i fix a flat tire", "how do i write a cover letter", "what are the side effects of aspirin",
	"what is the price of bitcoin", "should i buy shares of that company", "i want to become a millionaire",
	"do you believe in god", "is there life on mars", "why is the sky blue", "what are the lottery numbers",
	"can you do my homework", "call me later", "i am on my way", "where were you yesterday", "did you see the news",
	"it is very hot here", "happy birthday", "merry christmas", "happy new year", "congratulations", "wrong number",
	"who gave you my number", "please stop writing to me", "i am looking for a job", "invest now and earn money fast",
	"click this link to win a prize", "test", "testing one two three", "asdf", "are you there", "hello is anybody there",
	"i have a question", "can i ask you something", "i need help", "help me please", "please answer me", "hola", "hola buenos días",
	"buenas tardes", "buenas noches", "qué tal", "cómo estás", "gracias", "muchas gracias por todo", "de nada", "vale", "sí",
	"no gracias", "está bien", "adiós", "hasta luego", "que tengas un buen día", "feliz cumpleaños", "jajaja", "quién eres",
	"cómo te llamas", "eres un robot", "cuéntame un chiste", "qué hora es", "qué tiempo hará mañana", "quién ganó el partido ayer",
	"cuál es la capital de italia", "cuánto es doce por ocho", "dame una receta de paella", "recomiéndame una película",
	"me duele la cabeza", "estoy aburrido", "te quiero mucho", "número equivocado", "tengo una pregunta", "necesito ayuda",
	"merhaba", "selam", "günaydın", "iyi akşamlar", "iyi geceler", "nasılsın", "naber ne yapıyorsun", "teşekkürler",
	"çok teşekkür ederim", "sağ olun", "tamam", "evet", "hayır", "olur", "bilmiyorum", "görüşürüz", "hoşça kal", "iyi günler",
	"kolay gelsin", "doğum günün kutlu olsun", "bayramınız mübarek olsun", "sen kimsin", "adın ne", "robot musun",
	"bana bir fıkra anlat", "saat kaç", "yarın hava nasıl olacak", "dün maçı kim kazandı", "fransanın başkenti neresi",
	"on iki kere sekiz kaç eder", "bana bir kek tarifi ver", "güzel bir film öner", "başım ağrıyor", "canım sıkılıyor",
	"seni seviyorum", "yanlış numara", "bir şey soracağım", "yardım eder misiniz", "مرحبا", "السلام عليكم", "صباح الخير",
	"مساء الخير", "كيف حالك", "شكرا", "شكرا جزيلا", "نعم", "لا", "حسنا", "مع السلامة", "من أنت", "ما اسمك", "كم الساعة",
	"كيف الطقس غدا", "ما هي عاصمة فرنسا", "من فاز بالمباراة أمس", "احك لي نكتة", "عيد مبارك", "رقم خاطئ", "عندي سؤال", "hallo",
	"guten morgen", "guten tag", "guten abend", "wie geht es dir", "danke", "vielen dank", "bitte", "ja", "nein", "in ordnung",
	"tschüss", "bis morgen", "schönen tag noch", "wer bist du", "wie heißt du", "erzähl mir einen witz", "wie spät ist es",
	"wie wird das wetter morgen", "wer hat gestern gewonnen", "was ist die hauptstadt von spanien", "ich habe kopfschmerzen",
	"mir ist langweilig", "falsche nummer", "ich habe eine frage"
};

int negatives_count(void)
{
	return (int)(sizeof(negatives) / sizeof(negatives[0]));
}
