/*
 * reasons-answer.h - why the bot answers or does not (decisions.reason), and why a person should look at a conversation
 * (conversations.attention_reason).
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_ANSWER_H
#define DESKBELL_CORE_TEXT_REASONS_ANSWER_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_ANSWER(X) \
	X(bot_mode_unknown, T("the bot mode of the organisation cannot be read, which counts as off"), NULL) \
	X(bot_off, T("the bot is off in this organisation"), NULL) \
	X(operator_has_it, T("a person has taken over this conversation"), NULL) \
	X(message_too_old, T("the message is too old for an automatic answer"), NULL) \
	X(window_closed, T("the 24-hour window of the conversation is closed"), NULL) \
	X(reply_cap_reached, T("the bot has given as many replies in this conversation as it may in an hour"), NULL) \
	X(no_text, T("the message holds no text that could be answered"), NULL) \
	X(same_question, T("the customer has sent the same text several times within an hour"), NULL) \
	X(same_reply, T("the bot has given the same reply several times within an hour"), NULL) \
	X(unsupported_notice, T("the message holds no text; the notice says so"), NULL) \
	X(greeting, T("the customer greets"), NULL) \
	X(acknowledgement, T("the customer thanks, agrees or says goodbye"), NULL) \
	X(acknowledged_before, T("thanks that were answered before need no answer"), NULL) \
	X(detail_alone, T("a detail alone does not say what the customer wants"), NULL) \
	X(detail_given, T("the customer gives what was asked for"), NULL) \
	X(identity_asked, T("the customer asks who answers"), NULL) \
	X(nothing_to_answer, T("the message has nothing to answer"), NULL) \
	X(skill_trigger, T("the message is a trigger of the skill"), NULL) \
	X(skill_likely, T("the message is most likely about the skill"), NULL) \
	X(clock_answers, T("the opening hours answer the message"), NULL) \
	X(document_answers, T("a document answers the message"), NULL) \
	X(model_answers, T("the model answers from the documents"), NULL) \
	X(clarify_asked, T("nothing is sure enough: the customer is asked what was meant"), NULL) \
	X(likeliest_said, T("nothing is sure enough: the likeliest answer is said as no more than that"), NULL) \
	X(nothing_answers, T("no skill and no document answers the message"), NULL) \
	X(conversation_changed, T("somebody took over or the conversation changed while the answer was worked out"), \
		NULL) \
	X(bot_switched_off, T("the bot was switched off while the answer was worked out"), NULL) \
	X(bot_loop, T("the bot stopped: the conversation looks like two machines that answer each other"), NULL) \
	X(unanswered_too_old, T("a message was too old for an automatic answer"), NULL) \
	X(skill_calls_person, T("a skill asks for a person"), NULL) \
	X(complaint, T("the customer complains"), NULL) \
	X(person_requested, T("the customer asks for a person"), NULL) \
	X(no_answer_repeatedly, T("the bot had no answer several times in a row"), NULL) \
	X(no_answer, T("the bot had no answer"), NULL) \
	X(requested_details, T("the customer gives details that the bot asked for"), NULL) \
	X(hot_lead, T("a hot lead"), NULL) \
	X(undelivered, T("a reply could not be delivered"), NULL) \
	X(agent_handed_over, T("Meta's agent handed the conversation over"), NULL) \
	X(customer_called, T("the customer called"), NULL) \
	X(sent_document, T("the customer sent a document"), NULL) \
	X(sent_lost_file, T("WhatsApp could not hand over a file of the customer"), NULL) \
	X(sent_voice, T("the customer sent a voice message"), NULL) \
	X(sent_contact, T("the customer sent a contact card"), NULL) \
	X(sent_location, T("the customer sent a location"), NULL) \
	X(sent_form, T("the customer sent a form"), NULL) \
	X(sent_order, T("the customer sent an order"), NULL) \
	X(sent_payment, T("the customer paid"), NULL) \
	X(payment_refunded, T("a payment was refunded"), NULL)

#endif
