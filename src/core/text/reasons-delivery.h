/*
 * reasons-delivery.h - why a message could not be sent (outbox.error and messages.error, member `reason`), and so why a
 * channel does not send (channels.status_reason).
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_DELIVERY_H
#define DESKBELL_CORE_TEXT_REASONS_DELIVERY_H

/* What to do, where several rows say the same. */
#define NEXT_BY_ITSELF T("Nothing: it is tried again by itself.")
#define NEXT_AGAIN T("Send it again later, or reach the customer in another way.")
#define NEXT_OTHER_WAY T("Reach this customer in another way.")
#define NEXT_REPORT \
	T("Shorten or change the text and send it again; if it happens again, report it with the code and trace id.")
#define NEXT_REPORT_TIME T("Report it with the time and the conversation's number.")
#define NEXT_WINDOW T("Wait until the customer writes again; WhatsApp allows no free text before.")
#define NEXT_CONNECT_AGAIN T("Connect the channel again; what waits is sent then.")
#define NEXT_SHORTEN T("Shorten the text, or send it in two parts.")
#define NEXT_WITHOUT_QUOTE T("Send it again without quoting a message.")
#define NEXT_META_TOKEN \
	T("Make a new permanent token in Meta Business Settings (System users) and put it into the channel's " \
	  "settings.")
#define NEXT_META_PERMISSIONS \
	T("Give the system user the permissions whatsapp_business_messaging and whatsapp_business_management for " \
	  "this account, then make a new token.")
#define NEXT_META_ACCOUNT \
	T("Check the WhatsApp account in Meta Business Support. Sending resumes when the problem is solved.")
#define NEXT_META_NUMBER T("Open WhatsApp Manager, Phone numbers, and register the number again.")
#define NEXT_META_NUMBER_ID \
	T("Compare the phone number id in the channel's settings with WhatsApp > API setup in Meta's console.")
#define NEXT_TELEGRAM_TOKEN T("Ask @BotFather for the bot's token (/token) and put it into the channel's settings.")
#define NEXT_TELEGRAM_GROUP T("Let the bot write in the group again, or reach these people in another way.")

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_DELIVERY(X) \
	X(send_again_later, NEXT_AGAIN, NULL) \
	X(send_waits_for_status, T("Nothing: Deskbell waits for a delivery status before it tries again."), NULL) \
	X(send_once_more, T("Nothing: it is sent once more by itself."), NULL) \
	X(send_unreachable, T("{{platform}} could not be reached."), NEXT_BY_ITSELF) \
	X(send_no_answer, T("{{platform}} did not answer; the message may or may not have been sent."), NULL) \
	X(send_no_id, T("{{platform}} answered with success but named no message."), NULL) \
	X(send_sender_stopped, T("The sender stopped before the platform's answer was stored."), \
		T("Nothing: it is sent once more by itself, unless a delivery status proves that it has arrived.")) \
	X(send_no_answer_twice, T("The platform did not answer twice, and no delivery status came."), \
		T("The customer may or may not have the message: look at the chat on a phone before writing again.")) \
	X(send_failed_each_time, T("The platform failed each time it was tried."), NEXT_AGAIN) \
	X(send_window_closed, T("The 24-hour window of the conversation is closed."), NEXT_WINDOW) \
	X(send_window_closes, T("It could not be delivered before the 24-hour window closed."), NEXT_WINDOW) \
	X(send_a_day_late, T("It could not be delivered within a day."), T("Send it again if it still makes sense.")) \
	X(send_other_account, T("The channel has another number or bot now, to which the customer has not written."), \
		T("Wait until the customer writes to it.")) \
	X(send_not_built, T("The message could not be put into the platform's form."), NEXT_REPORT_TIME) \
	X(send_file_not_built, T("The file could not be put into the platform's form."), NEXT_REPORT_TIME) \
	X(send_file_lost, T("The file is no longer in the store."), T("Choose the file again and send it.")) \
	X(send_token_sealed, T("The channel's access token cannot be opened with the key file."), NEXT_CONNECT_AGAIN) \
	X(send_disconnected, T("The channel is disconnected."), NEXT_CONNECT_AGAIN) \
	REASONS_WHATSAPP(X) \
	REASONS_WHATSAPP_100(X) \
	REASONS_TELEGRAM(X)

/* Of the Cloud API; channel/whatsapp/whatsapp-errors.c says which error means what. */
#define REASONS_WHATSAPP(X) \
	X(whatsapp_upload_failed, T("The file could not be uploaded to WhatsApp."), NEXT_BY_ITSELF) \
	X(whatsapp_not_authenticated, T("Meta could not authenticate the app."), NEXT_META_TOKEN) \
	X(whatsapp_unknown_error, T("Meta reported an unknown error."), NEXT_BY_ITSELF) \
	X(whatsapp_overloaded, T("Meta's service is down or overloaded."), NEXT_BY_ITSELF) \
	X(whatsapp_no_capability, T("The app lacks a capability."), NEXT_META_PERMISSIONS) \
	X(whatsapp_app_calls, T("The app has made too many calls."), NEXT_BY_ITSELF) \
	X(whatsapp_no_permission, T("The token lacks a permission."), NEXT_META_PERMISSIONS) \
	X(whatsapp_user_calls, T("Too many calls for this user."), NEXT_BY_ITSELF) \
	X(whatsapp_number_deleted, T("The business phone number was deleted."), NEXT_META_NUMBER) \
	X(whatsapp_part_refused, T("Meta did not accept a part of the message."), NEXT_REPORT) \
	X(whatsapp_session_invalid, T("The session is not valid."), NEXT_META_TOKEN) \
	X(whatsapp_token_missing, T("The access token is missing."), NEXT_META_TOKEN) \
	X(whatsapp_token_expired, T("The access token has expired or was revoked."), NEXT_META_TOKEN) \
	X(whatsapp_app_limit, T("The app has reached a limit."), NEXT_BY_ITSELF) \
	X(whatsapp_account_blocked, T("The account is blocked for a while because of a policy."), NEXT_META_ACCOUNT) \
	X(whatsapp_too_many_calls, T("Too many calls."), NEXT_BY_ITSELF) \
	X(whatsapp_number_id_unknown, T("The phone number id does not exist for this token."), NEXT_META_NUMBER_ID) \
	X(whatsapp_account_calls, T("The WhatsApp account has reached its call limit."), NEXT_BY_ITSELF) \
	X(whatsapp_customer_blocked, T("Your business has blocked this customer."), \
		T("Unblock the customer in WhatsApp first.")) \
	X(whatsapp_too_fast, T("The number sends faster than Meta allows."), NEXT_BY_ITSELF) \
	X(whatsapp_experiment, T("The customer is part of an experiment by Meta and did not get the message."), \
		NEXT_OTHER_WAY) \
	X(whatsapp_country, T("Meta does not let this business write to the customer's country."), NEXT_OTHER_WAY) \
	X(whatsapp_went_wrong, T("Something went wrong at Meta."), NEXT_BY_ITSELF) \
	X(whatsapp_access_denied, T("Access denied."), NEXT_META_PERMISSIONS) \
	X(whatsapp_part_invalid, T("A part of the message is missing or not valid."), NEXT_REPORT) \
	X(whatsapp_unavailable, T("The service is not available for a moment."), NEXT_BY_ITSELF) \
	X(whatsapp_groups, T("Groups cannot be written to."), NEXT_REPORT) \
	X(whatsapp_to_itself, T("Sender and recipient are the same number."), T("Write from another phone to test.")) \
	X(whatsapp_undeliverable, \
		T("The message cannot be delivered: the number is not on WhatsApp, uses an old version, or has not " \
		  "accepted the terms."), \
		NEXT_OTHER_WAY) \
	X(whatsapp_not_on_list, T("The app is in development mode and this number is not on its list."), \
		T("Add the number to the allowed list in Meta's console, or publish the app.")) \
	X(whatsapp_account_locked, T("The account is locked."), NEXT_META_ACCOUNT) \
	X(whatsapp_name_not_approved, T("The display name of the number is not approved."), \
		T("Have the display name approved in WhatsApp Manager.")) \
	X(whatsapp_payment, T("There is a problem with the payment method."), \
		T("Check the payment method of the WhatsApp account in Meta Business Settings.")) \
	X(whatsapp_certificate, T("The number is not registered or its certificate is wrong."), NEXT_META_NUMBER) \
	X(whatsapp_window, T("More than 24 hours have passed since the customer's last message."), NEXT_WINDOW) \
	X(whatsapp_spam, T("Meta limits the number because customers marked its messages as spam."), \
		NEXT_META_ACCOUNT) \
	X(whatsapp_kept_low, T("Meta did not deliver it to keep the customer's number of business messages low."), \
		T("Write again tomorrow at the earliest, or reach the customer in another way.")) \
	X(whatsapp_no_marketing, T("The customer has stopped marketing messages of this business."), NEXT_OTHER_WAY) \
	X(whatsapp_type, T("The type of the message is not supported."), NEXT_REPORT) \
	X(whatsapp_file_not_fetched, T("Meta could not fetch the file of the message."), T("Send the message again.")) \
	X(whatsapp_file_refused, T("Meta could not take the file."), NEXT_REPORT) \
	X(whatsapp_pair_rate, T("Too many messages to this customer in a short time."), NEXT_BY_ITSELF) \
	X(whatsapp_maintenance, T("The account is in maintenance for a moment."), NEXT_BY_ITSELF) \
	X(whatsapp_only_by_number, T("This customer can only be reached by phone number for this kind of message."), \
		NEXT_OTHER_WAY) \
	X(whatsapp_kind_switched_off, T("Meta has switched off this kind of message for the account."), \
		NEXT_META_ACCOUNT) \
	X(whatsapp_template, T("A template or flow is wrong."), NEXT_REPORT) \
	X(whatsapp_number_moved, T("The number is being moved or deleted."), NEXT_META_NUMBER) \
	X(whatsapp_server_away, T("Meta's server is not available for a moment."), NEXT_BY_ITSELF) \
	X(whatsapp_not_registered, T("The number is not registered with the Cloud API."), NEXT_META_NUMBER) \
	X(whatsapp_registered_often, T("The number was registered too often."), \
		T("Wait 72 hours, then register it again.")) \
	X(whatsapp_payment_terms, T("The terms for payments have not been accepted."), NEXT_META_ACCOUNT) \
	X(whatsapp_identity_changed, T("The customer's identity has changed."), \
		T("Make sure that you speak to the right person, then send it again.")) \
	X(whatsapp_failed, T("Meta's service failed for a moment."), NEXT_BY_ITSELF) \
	X(whatsapp_credentials_refused, T("Meta refused the credentials."), NEXT_META_TOKEN) \
	X(whatsapp_refused, T("Meta refused the message."), NEXT_REPORT)

/* What only the details of its code 100 tell. */
#define REASONS_WHATSAPP_100(X) \
	X(whatsapp_number_in_review, T("Meta is still reviewing the business phone number."), \
		T("Wait until Meta has reviewed the number; sending resumes by itself.")) \
	X(whatsapp_number_id_invalid, T("The phone number id is not a valid one."), NEXT_META_NUMBER_ID) \
	X(whatsapp_number_of_others, T("The phone number id does not exist for this token."), \
		T("Compare the phone number id in the channel's settings with WhatsApp > API setup in Meta's " \
		  "console, " \
		  "and check that the token belongs to the same business.")) \
	X(whatsapp_text_too_long, T("The text is longer than the 4,096 characters that WhatsApp takes."), \
		NEXT_SHORTEN) \
	X(whatsapp_caption_too_long, T("A text with buttons or a caption is longer than WhatsApp takes."), \
		NEXT_SHORTEN) \
	X(whatsapp_text_refused, T("Meta did not accept the text of the message."), NEXT_REPORT) \
	X(whatsapp_buttons_refused, T("Meta did not accept the buttons of the message."), \
		T("Shorten the titles of the buttons, or send the text without them.")) \
	X(whatsapp_quote_gone, T("The message that is quoted is gone."), NEXT_WITHOUT_QUOTE) \
	X(whatsapp_phone_invalid, T("The customer's phone number is not a valid one."), NEXT_OTHER_WAY)

/* Of the Bot API; channel/telegram/telegram-errors.c says which error means what. */
#define REASONS_TELEGRAM(X) \
	X(telegram_supergroup, T("The group has become a supergroup with a new id."), NEXT_BY_ITSELF) \
	X(telegram_quote_gone, T("The message that is quoted is gone."), NEXT_BY_ITSELF) \
	X(telegram_restarts, T("Telegram restarts its service."), NEXT_BY_ITSELF) \
	X(telegram_went_wrong, T("Something went wrong at Telegram."), NEXT_BY_ITSELF) \
	X(telegram_pair_rate, T("Too many messages to this chat in a short time."), NEXT_BY_ITSELF) \
	X(telegram_no_chat, T("Telegram does not find this chat."), NEXT_OTHER_WAY) \
	X(telegram_no_customer, T("Telegram does not find this customer."), NEXT_OTHER_WAY) \
	X(telegram_not_written_yet, T("The customer has not written to the bot yet."), NEXT_OTHER_WAY) \
	X(telegram_deactivated, T("The customer's account or the group no longer exists."), NEXT_OTHER_WAY) \
	X(telegram_not_in_this_group, T("The bot may not write in this group."), NEXT_TELEGRAM_GROUP) \
	X(telegram_not_in_this_chat, T("The bot may not write in this chat."), NEXT_TELEGRAM_GROUP) \
	X(telegram_not_in_this_channel, T("The bot may not write in this channel."), NEXT_TELEGRAM_GROUP) \
	X(telegram_too_long, T("The message is too long for Telegram."), NEXT_REPORT) \
	X(telegram_no_text, T("The message has no text."), NEXT_REPORT) \
	X(telegram_markup, T("Telegram could not read the text's markup."), NEXT_REPORT) \
	X(telegram_topic_gone, T("The topic no longer exists. The message goes to the chat itself."), NEXT_REPORT) \
	X(telegram_topic_closed, T("The topic is closed."), T("Open it in Telegram, then send the message again.")) \
	X(telegram_address_refused, T("Telegram does not take the address for deliveries."), \
		T("Set public.base_url to an https:// address on port 443, 80, 88 or 8443 with a valid certificate, " \
		  "then subscribe again.")) \
	X(telegram_blocked, T("The customer has blocked the bot."), \
		T("Wait until the customer unblocks the bot, or reach the customer in another way.")) \
	X(telegram_removed, T("The bot was removed from the group."), NEXT_TELEGRAM_GROUP) \
	X(telegram_not_member, T("The bot is not in the group."), NEXT_TELEGRAM_GROUP) \
	X(telegram_to_bot, T("The recipient is a bot itself."), NEXT_OTHER_WAY) \
	X(telegram_not_accepted, T("Telegram did not accept the message."), NEXT_REPORT) \
	X(telegram_token_revoked, T("The bot token is not valid or was revoked."), NEXT_TELEGRAM_TOKEN) \
	X(telegram_not_allowed, T("Telegram does not let the bot write to this chat."), NEXT_OTHER_WAY) \
	X(telegram_token_unknown, T("Telegram does not know this bot token."), NEXT_TELEGRAM_TOKEN) \
	X(telegram_other_program, T("Another program fetches the messages of this bot."), \
		T("End the other program, or make a bot of its own for it; then check the channel with " \
		  "--subscribe.")) \
	X(telegram_too_slow, T("Telegram took too long."), NEXT_BY_ITSELF) \
	X(telegram_failed, T("Telegram's service failed for a moment."), NEXT_BY_ITSELF) \
	X(telegram_refused, T("Telegram refused the message."), NEXT_REPORT)

#endif
