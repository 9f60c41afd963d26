/*
 * reasons-webhook.h - why a delivery was refused (webhook_log.reason), or an item of it not stored
 * (quarantine.reason).
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_WEBHOOK_H
#define DESKBELL_CORE_TEXT_REASONS_WEBHOOK_H

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_WEBHOOK(X) \
	X(webhook_id_unknown, \
		T("The address ends with an id that no channel has: check the channel with --subscribe, so that " \
		  "Telegram learns the right one."), \
		NULL) \
	X(webhook_secret_missing, \
		T("The header X-Telegram-Bot-Api-Secret-Token is missing: the delivery did not come from Telegram, " \
		  "or a proxy took the header away."), \
		NULL) \
	X(webhook_secret_wrong, \
		T("The secret in the header is not the channel's: check the channel with --subscribe, so that " \
		  "Telegram learns the right one."), \
		NULL) \
	X(webhook_empty, T("The delivery was empty: its body was lost on its way."), NULL) \
	X(webhook_test, T("A test from Meta's console arrived."), NULL) \
	X(webhook_other_number, \
		T("A delivery for another number of the same account arrived. It was ignored, because no channel has " \
		  "that number."), \
		NULL) \
	X(webhook_signature_wrong, \
		T("The signature does not match this channel's app secret: compare the app secret in the settings " \
		  "with App settings > Basic in Meta's console."), \
		NULL) \
	X(webhook_names_no_channel, \
		T("The delivery names a phone number id or account that no channel has: compare the ids in the " \
		  "settings with WhatsApp > API setup in Meta's console."), \
		NULL) \
	X(webhook_not_json, T("The body is not valid JSON and is signed by no channel."), NULL) \
	X(webhook_signature_malformed, \
		T("The header X-Hub-Signature-256 is malformed: it is not 'sha256=' and 64 lower-case hex digits."), \
		NULL) \
	X(webhook_signature_missing, \
		T("The header X-Hub-Signature-256 is missing: the delivery did not come from Meta, or a proxy took " \
		  "the header away."), \
		NULL) \
	X(webhook_over_share, \
		T("Deliveries came faster than they are stored while other organizations have some: they were " \
		  "answered with 503, and the platform delivers them again."), \
		NULL) \
	X(webhook_verified, T("Meta verified the callback address."), NULL) \
	X(webhook_token_unknown, \
		T("No channel has this verify token: type the one from the settings into Meta's console."), NULL) \
	X(item_no_chat, T("an update that names no chat"), NULL) \
	X(item_echo_no_customer, T("an echo that names no customer"), NULL) \
	X(item_agent_no_customer, T("a message of Meta's agent that names no customer"), NULL) \
	X(item_no_object, T("a message that is not an object"), NULL) \
	X(item_names_nobody, T("a message that names nobody"), NULL) \
	X(item_unknown_field, T("messages in a field that is not known yet"), NULL) \
	X(item_of_third_party, T("an earlier message that comes from neither side of its conversation"), NULL) \
	X(item_status_incomplete, T("a status without id or status"), NULL) \
	X(item_body_no_object, T("the body is not a JSON object"), NULL) \
	X(item_too_many_updates, T("the delivery has too many updates"), NULL) \
	X(item_not_stored, T("the database does not take it"), NULL)

#endif
