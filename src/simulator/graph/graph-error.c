/*
 * graph-error.c - the table of failures and their JSON.
 *
 * Owns wording and codes of what can be injected; checks of a request word their own. Real Graph API keys on code and
 * details, so the words may differ from Meta's in detail.
 */
#include "simulator/graph/graph-error.h"

#include "core/json/json.h"
#include "simulator/graph/meta-json.h"

#define HTML_500 \
	"<!DOCTYPE html><html lang=\"en\" id=\"facebook\"><head><title>Facebook | Error</title><meta " \
	"charset=\"utf-8\"></head>" \
	"<body><div><h1>Sorry, something went wrong.</h1><p>We're working on it and we'll get it fixed as soon as we " \
	"can.</p></div></body></html>"
#define HTML_502 \
	"<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad " \
	"Gateway</h1></center></body></html>"
#define HTML_503 \
	"<html><body><h1>503 Service Unavailable</h1>No server is available to handle this request.</body></html>"

static const struct graph_error errors[] = {
	{ "unknown", 500, 131000, 0, NULL, "(#131000) Something went wrong",
		"Message failed to send due to an unknown error.", false, NULL, 0 },
	{ "service_unavailable", 500, 131016, 0, NULL, "(#131016) Service unavailable",
		"A service is temporarily unavailable.", false, NULL, 0 },
	{ "overloaded", 503, 2, 0, NULL, "An unexpected error has occurred. Please retry your request later.", NULL,
		true, NULL, 0 },
	{ "throughput", 429, 130429, 2494055, NULL, "(#130429) Rate limit hit",
		"Cloud API message throughput has been reached.", false, NULL, 0 },
	{ "pair_rate", 400, 131056, 0, NULL, "(#131056) (Business Account, Consumer Account) pair rate limit hit",
		"Message failed to send because there were too many messages sent from this phone number "
		"to the same phone number in a short period of time.",
		false, NULL, 0 },
	{ "app_limit", 429, 4, 2446079, NULL, "(#4) Application request limit reached", NULL, true, NULL, 1 },
	{ "account_limit", 429, 80007, 2446079, NULL,
		"(#80007) Business request limit reached for WhatsApp Business Account", NULL, true, NULL, 0 },
	{ "maintenance", 500, 131057, 0, NULL, "(#131057) Account in maintenance mode",
		"Business Account is in maintenance mode", false, NULL, 0 },
	{ "token_expired", 401, 190, 463, NULL,
		"Error validating access token: Session has expired on Saturday, 21-Nov-26 10:00:00 PST. "
		"The current time is Sunday, 22-Nov-26 10:00:00 PST.",
		NULL, false, NULL, 0 },
	{ "html_500", 500, 0, 0, NULL, "", NULL, false, HTML_500, 0 },
	{ "html_502", 502, 0, 0, NULL, "", NULL, false, HTML_502, 0 },
	{ "html_503", 503, 0, 0, NULL, "", NULL, false, HTML_503, 2 },
	{ "undeliverable", 400, 131026, 0, NULL, "(#131026) Message undeliverable", "Message Undeliverable.", false,
		NULL, 0 },
	/* The rest is never drawn by "random": each stops a channel for good, or needs a situation. */
	{ "window", 400, 131047, 0, NULL, "(#131047) Re-engagement message",
		"Message failed to send because more than 24 hours have passed since the customer last replied to this "
		"number.",
		false, NULL, 0 },
	{ "auth", 401, 0, 0, NULL, "(#0) We were unable to authenticate the app user", NULL, false, NULL, 0 },
	{ "capability", 500, 3, 0, NULL, "(#3) Application does not have the capability to make this API call.", NULL,
		false, NULL, 0 },
	{ "permission", 403, 10, 0, NULL, "(#10) Application does not have permission for this action", NULL, false,
		NULL, 0 },
	{ "no_permission", 403, 200, 1349174, NULL,
		"(#200) You do not have the necessary permissions required "
		"to send messages on behalf of this WhatsApp Business Account",
		NULL, false, NULL, 0 },
	{ "policy", 403, 368, 0, NULL, "(#368) Temporarily blocked for policies violations", NULL, false, NULL, 0 },
	{ "blocked_by_business", 400, 130403, 0, NULL, "(#130403) User is blocked",
		"The business has blocked this user.", false, NULL, 0 },
	{ "experiment", 400, 130472, 0, NULL, "(#130472) User's number is part of an experiment", NULL, false, NULL,
		0 },
	{ "country", 403, 130497, 0, NULL,
		"(#130497) Business account is restricted from messaging users in this country.", NULL, false, NULL,
		0 },
	{ "access_denied", 403, 131005, 0, NULL, "(#131005) Access denied", NULL, false, NULL, 0 },
	{ "parameter_value", 400, 131009, 0, NULL, "(#131009) Parameter value is not valid", "Parameter Invalid", false,
		NULL, 0 },
	{ "not_allowed", 400, 131030, 0, NULL, "(#131030) Recipient phone number not in allowed list",
		"Recipient phone number not in allowed list: Add recipient phone number to recipient list and try "
		"again.",
		false, NULL, 0 },
	{ "locked", 403, 131031, 0, NULL, "(#131031) Business Account locked", "Business account has been locked.",
		false, NULL, 0 },
	{ "payment", 400, 131042, 0, NULL, "(#131042) Business eligibility payment issue",
		"Message failed to send because there were one or more errors related to your payment method.", false,
		NULL, 0 },
	{ "unregistered", 500, 131045, 0, NULL, "(#131045) Incorrect certificate",
		"Message failed to send due to a phone number registration error.", false, NULL, 0 },
	{ "spam", 400, 131048, 0, NULL, "(#131048) Spam rate limit hit",
		"Message failed to send because there are restrictions on how many messages can be sent from this "
		"phone number.",
		false, NULL, 0 },
	{ "ecosystem", 400, 131049, 0, NULL,
		"(#131049) This message was not delivered to maintain healthy ecosystem engagement.",
		"In order to maintain a healthy ecosystem engagement, the message failed to be delivered.", false, NULL,
		0 },
	{ "media_download", 400, 131052, 0, NULL, "(#131052) Media download error",
		"Media file size too big. Max file size we currently support: 100 MB. Please communicate with your "
		"customer to send a media file that is less than 100 MB.",
		false, NULL, 0 },
	{ "media_upload", 400, 131053, 0, NULL, "(#131053) Media upload error",
		"Unable to upload the media used in the message.", false, NULL, 0 },
	{ "type", 400, 131051, 0, NULL, "(#131051) Unsupported message type", "Message type unknown", false, NULL, 0 },
	{ "bsuid", 400, 131062, 0, NULL, "(#131062) This message type cannot be sent to a business-scoped user ID",
		NULL, false, NULL, 0 },
	{ "number_not_registered", 400, 133010, 0, NULL, "(#133010) Account not registered", NULL, false, NULL, 0 },
	{ "same_number", 400, 131021, 0, NULL, "(#131021) Recipient cannot be sender",
		"Sender and recipient phone number is the same.", false, NULL, 0 },
	{ "code_1", 400, 1, 0, NULL, "(#1) An unknown error occurred", NULL, false, NULL, 0 },
};

#define N_ERRORS (sizeof(errors) / sizeof(*errors))
#define N_RANDOM 13 /* the first of the table, up to "undeliverable" */

const struct graph_error *graph_error_find(struct str name)
{
	int64_t code;
	bool is_code = str_to_i64(name, &code);

	for (size_t i = 0; i < N_ERRORS; i++)
		if (str_equal(str_of(errors[i].name), name) || (is_code && !errors[i].html && errors[i].code == code))
			return &errors[i];
	return NULL;
}

const struct graph_error *graph_error_draw(uint64_t draw)
{
	return &errors[draw % N_RANDOM];
}

void graph_error_names(struct buf *out)
{
	for (size_t i = 0; i < N_ERRORS; i++)
		buf_addf(out, "%s%s", i ? ", " : "", errors[i].name);
}

void graph_error_write(struct buf *out, const struct graph_error *error, const char *trace_id)
{
	struct json_writer w;
	struct buf plain;

	buf_init(&plain, 64 * 1024);
	json_writer_init(&w, &plain);
	json_begin_object(&w);
	json_key(&w, "error");
	json_begin_object(&w);
	json_member_str(&w, "message", str_of(error->message));
	json_member_str(&w, "type", str_of(error->type ? error->type : "OAuthException"));
	json_member_i64(&w, "code", error->code);
	if (error->details) {
		json_key(&w, "error_data");
		json_begin_object(&w);
		json_member_str(&w, "messaging_product", STR("whatsapp"));
		json_member_str(&w, "details", str_of(error->details));
		json_end_object(&w);
	}
	if (error->subcode)
		json_member_i64(&w, "error_subcode", error->subcode);
	if (error->transient)
		json_member_bool(&w, "is_transient", true);
	json_member_str(&w, "fbtrace_id", str_of(trace_id));
	json_end_object(&w);
	json_end_object(&w);
	meta_json_escape(out, buf_str(&plain));
	buf_fini(&plain);
}
