/*
 * stored-words.c - sentences that the sender stores in English (decisions, attention), marked for the translators.
 *
 * Owns nothing: the sentences are those of src/answer and src/outbox. One that is missing here is shown in English.
 */
#include "web/stored-words.h"

static const char *const known[] = {
	/* why a person should look */
	T("a skill asks for a person"),
	T("the customer asks for a person"),
	T("the bot had no answer several times in a row"),
	T("a message was too old for an automatic answer"),
	T("the bot stopped: the conversation looks like two machines that answer each other"),
	T("a hot lead"),
	/* why the bot was silent */
	T("the bot mode of the organisation cannot be read, which counts as off"),
	T("the bot is off in this organisation"),
	T("a person has taken over this conversation"),
	T("the message is too old for an automatic answer"),
	T("the 24-hour window of the conversation is closed"),
	T("the bot has given as many replies in this conversation as it may in an hour"),
	T("the message holds no text that could be answered"),
	T("the customer has sent the same text several times within an hour"),
	T("the bot has given the same reply several times within an hour"),
	T("somebody took over or the conversation changed while the answer was worked out"),
	/* what an answer rests on */
	T("the message is a trigger of the skill"),
	T("the message is most likely about the skill"),
	T("a document answers the message"),
	T("the model answers from the documents"),
	T("no skill and no document answers the message"),
	/* why triggers or documents were compared by words alone */
	T("the triggers have no vectors yet"),
	T("the skills have changed: their vectors are being made"),
	T("the triggers have vectors of another model"),
	T("the triggers' vectors have not been tried yet"),
	T("with the triggers' vectors their own skills are found less well"),
	T("the documents have no vectors yet"),
	T("the documents have vectors of another model"),
	T("the documents' vectors have not been tried yet"),
	T("with the documents' vectors their own headings are found less well"),
	T("the budget of the day is used up"),
};

struct str stored_words(const struct translation *translation, struct str stored)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_equal(stored, str_of(known[i])))
			return str_of(translation_find(translation, known[i]));
	return stored;
}
