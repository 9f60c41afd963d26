/*
 * reasons-channel.h - what is wrong with a channel: events of its account (channels.status_reason), and what a check
 * found (channels.health).
 */
#ifndef DESKBELL_CORE_TEXT_REASONS_CHANNEL_H
#define DESKBELL_CORE_TEXT_REASONS_CHANNEL_H

/* What to do, where several rows say the same. */
#define NEXT_SUBSCRIBE T("Run the check with --subscribe, or press Subscribe on the settings page.")
#define NEXT_FIELDS \
	T("Press Subscribe them all on the settings page, or subscribe them in Meta's console under WhatsApp > " \
	  "Configuration > Webhook fields.")
#define NEXT_PERMISSION T("Make a new token with this permission.")
#define NEXT_CERTIFICATE T("Use a certificate of a known authority for the whole chain.")

/* code, what happened, what to do; see core/text/reason.h */
#define REASONS_CHANNEL(X) \
	X(account_deleted, T("The WhatsApp account was deleted."), T("Connect another one.")) \
	X(account_disabled, T("Meta has disabled the WhatsApp account."), T("Look at it in Meta Business Support.")) \
	X(account_restricted, T("Meta has restricted the account: customers cannot be answered."), \
		T("Look at it in Meta Business Support.")) \
	X(account_removed, T("The number is no longer connected to the app."), \
		T("Connect it again in Meta's console.")) \
	X(account_offboarded, T("WhatsApp has paused the connection of the phone."), \
		T("It reconnects by itself in some minutes.")) \
	REASONS_SUBJECT(X) \
	REASONS_CHECK(X) \
	REASONS_WHATSAPP_CHECK(X) \
	REASONS_TELEGRAM_CHECK(X)

/* What a finding is about. */
#define REASONS_SUBJECT(X) \
	X(subject_phone_number, T("phone number"), NULL) \
	X(subject_number_status, T("number status"), NULL) \
	X(subject_quality, T("quality"), NULL) \
	X(subject_token, T("access token"), NULL) \
	X(subject_subscription, T("webhook subscription"), NULL) \
	X(subject_fields, T("webhook fields"), NULL) \
	X(subject_webhook, T("webhook"), NULL) \
	X(subject_bot, T("bot"), NULL) \
	X(subject_last_error, T("last error"), NULL) \
	X(subject_pending, T("pending updates"), NULL) \
	X(subject_delivery, T("delivery"), NULL) \
	X(subject_account_before, T("account before"), NULL)

#define REASONS_CHECK(X) \
	X(check_no_reason, T("no reason given"), NULL) \
	X(check_no_answer, T("no answer"), NULL) \
	X(check_unreachable, T("{{address}} cannot be reached: {{reason}}"), \
		T("Check the host's network and firewall; outgoing HTTPS must be allowed.")) \
	X(check_refused, T("{{reason}} (HTTP {{status}}, code {{code}}: {{said}})"), NULL) \
	X(check_released, T("{{account}} delivers no more"), NULL) \
	X(check_not_released, T("{{account}} could not be asked to stop delivering: {{reason}}"), \
		T("Nothing: what it delivers is refused."))

#define REASONS_WHATSAPP_CHECK(X) \
	X(whatsapp_check_opens, T("the token opens {{number}} ({{name}})"), NULL) \
	X(whatsapp_check_status, T("Meta reports {{status}} instead of CONNECTED"), \
		T("Open WhatsApp Manager, Phone numbers, and follow what it asks for.")) \
	X(whatsapp_check_quality, T("Meta rates the number {{rating}}"), \
		T("Customers block or report the messages; write less and better.")) \
	X(whatsapp_check_token_invalid, T("Meta reports that the token is not valid"), \
		T("Make a new permanent token and put it into the channel's settings.")) \
	X(whatsapp_check_token_expires, T("the token expires: it is a temporary one"), \
		T("Use a token of a system user with expiration 'Never'.")) \
	X(whatsapp_check_no_messaging, \
		T("the permission whatsapp_business_messaging is missing: nothing can be sent"), NEXT_PERMISSION) \
	X(whatsapp_check_no_management, \
		T("the permission whatsapp_business_management is missing: health and subscription cannot be " \
		  "managed"), \
		NEXT_PERMISSION) \
	X(whatsapp_check_subscribed, T("the account sends its messages to the app"), NULL) \
	X(whatsapp_check_not_subscribed, \
		T("no app is subscribed to this account: Meta's test messages arrive, real ones do not"), \
		NEXT_SUBSCRIBE) \
	X(whatsapp_check_subscribes, T("the app has been subscribed to the account"), NULL) \
	X(whatsapp_check_fields_subscribed, T("all webhook fields are subscribed"), NULL) \
	X(whatsapp_check_fields_subscribes, T("all webhook fields have been subscribed"), NULL) \
	X(whatsapp_check_fields_missing, T("not subscribed, so that Meta tells nothing of them: {{fields}}"), \
		NEXT_FIELDS) \
	X(whatsapp_check_fields_refused, T("Meta does not subscribe the webhook fields"), NEXT_FIELDS) \
	X(whatsapp_check_app_secret, \
		T("Meta does not show the app's webhook fields to this app secret (HTTP {{status}}, code {{code}})"), \
		T("Copy the app secret of the app that the token was made for: App settings > Basic.")) \
	X(whatsapp_check_no_app, \
		T("Meta does not say which app the token belongs to: its webhook fields are not known"), NEXT_FIELDS) \
	X(whatsapp_check_no_delivery, T("no signed delivery has arrived yet"), \
		T("Enter callback URL and verify token in Meta's console under WhatsApp > Configuration, subscribe " \
		  "the field 'messages', then write to the number.")) \
	X(whatsapp_prove_unreachable, T("Meta cannot be reached: {{reason}}"), NULL) \
	X(whatsapp_prove_not_shown, T("Meta does not show it to this token (HTTP {{status}}, code {{code}})"), NULL) \
	X(whatsapp_prove_other_number, T("Meta answers with another number"), NULL) \
	X(whatsapp_prove_not_listed, T("the number is not among those of the business account"), NULL)

#define REASONS_TELEGRAM_CHECK(X) \
	X(telegram_check_no_token, T("the channel has no bot token"), T("Connect it again.")) \
	X(telegram_check_opens, T("the token opens @{{name}}"), NULL) \
	X(telegram_check_no_name, T("Telegram answered without naming the bot"), NULL) \
	X(telegram_check_last_error, T("{{minutes}} minutes ago: {{reason}} ({{said}})"), NULL) \
	X(telegram_check_pending, T("{{n}} wait at Telegram for delivery"), NULL) \
	X(telegram_check_many_pending, T("{{n}} wait at Telegram for delivery"), \
		T("Deliveries do not come through fast enough; see the last error.")) \
	X(telegram_check_none_pending, T("none waits at Telegram"), NULL) \
	X(telegram_check_nowhere, T("Telegram delivers nowhere: no address is set"), NEXT_SUBSCRIBE) \
	X(telegram_check_elsewhere, T("Telegram delivers to another address, at {{host}}"), NEXT_SUBSCRIBE) \
	X(telegram_check_not_all_kinds, T("Telegram does not deliver all kinds of updates"), NEXT_SUBSCRIBE) \
	X(telegram_check_delivers, T("Telegram delivers here"), NULL) \
	X(telegram_check_delivers_now, T("Telegram delivers here now"), NULL) \
	X(telegram_check_no_address, T("public.base_url is not set: Telegram does not know where to deliver"), \
		T("Set public.base_url to the https:// address of this host, then check with --subscribe.")) \
	X(telegram_check_no_secret, T("the channel has no secret for deliveries"), T("Connect it again.")) \
	X(telegram_check_no_delivery, T("no delivery has arrived yet"), T("Write to the bot.")) \
	X(telegram_problem_secret, T("Deskbell refused the delivery: the secret does not match"), \
		T("Run the check with --subscribe.")) \
	X(telegram_problem_address, T("the address exists, but not as an address of Deskbell"), \
		T("Let the web server pass /api/webhooks/ to webhook.fcgi; see the samples for lighttpd and Apache.")) \
	X(telegram_problem_database, T("Deskbell could not store the messages: the database was unreachable"), \
		T("Run 'deskbellctl doctor'. Telegram delivers them again by itself.")) \
	X(telegram_problem_web_server, T("the web server answered with an error"), \
		T("Check the error log of the web server: webhook.fcgi may not start.")) \
	X(telegram_problem_nothing_listens, T("nothing listens at the address"), \
		T("Start the web server and open its port.")) \
	X(telegram_problem_silent, T("the address does not answer"), T("Open the port in the firewall.")) \
	X(telegram_problem_slow, T("the answer took too long"), T("Check the load of the host and of the database.")) \
	X(telegram_problem_name, T("the name in the address is not known"), \
		T("Correct public.base_url or the name service.")) \
	X(telegram_problem_certificate, T("the certificate is not accepted"), NEXT_CERTIFICATE) \
	X(telegram_problem_other, T("Telegram could not deliver"), T("Check the log of the web server at that time."))

#endif
