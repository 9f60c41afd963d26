/*
 * whatsapp-send.c - a text to a customer, and what the answer means.
 *
 * Never sends itself: it fills a request and judges a response. Source: Meta, "Send messages", "Text messages", "Error
 * codes" (2026-09).
 */
#include "channel/whatsapp/whatsapp.h"

#include "channel/whatsapp/whatsapp-errors.h"

#include <stdio.h>

#define BUTTONS_BODY_MAX 1024 /* bytes, and so characters */

/* Takes the body over. */
static enum err post_message(struct pool *pool, const struct conf *conf, const struct channel *channel,
	struct buf *body, struct http_request *out)
{
	enum err e = body->err;
	*out = (struct http_request){ .method = "POST",
		.url = pool_printf(pool, "%s/%s/%.*s/messages", conf->graph_base_url, conf->graph_version,
			(int)channel->external_id.n, channel->external_id.p)
			       .p,
		.bearer = channel->secret[WHATSAPP_TOKEN],
		.content_type = STR("application/json"),
		.body = pool_str(pool, buf_str(body)),
		.timeout_ms = (int)conf->outbox_timeout_ms };
	buf_fini(body);
	return e;
}

/* Source: Meta, "Typing indicators": shown until the answer or for 25 s; marks the message as read too. */
enum err whatsapp_build_seen(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct received *message, struct http_request *out)
{
	struct buf b;
	struct json_writer w;
	if (!channel->secret[WHATSAPP_TOKEN] || !str_has_prefix(message->provider_id, STR("wamid.")))
		return ERR_INVALID;
	buf_init(&b, 4096);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "messaging_product", STR("whatsapp"));
	json_member_str(&w, "status", STR("read"));
	json_member_str(&w, "message_id", message->provider_id);
	json_key(&w, "typing_indicator");
	json_begin_object(&w);
	json_member_str(&w, "type", STR("text"));
	json_end_object(&w);
	json_end_object(&w);
	return post_message(pool, conf, channel, &b, out);
}

static void write_text_content(struct json_writer *w, const struct outgoing *message)
{
	json_member_str(w, "type", STR("text"));
	json_key(w, "text");
	json_begin_object(w);
	json_member_str(w, "body", message->body);
	json_member_bool(w, "preview_url", false);
	json_end_object(w);
}

/* Source: Meta, "Interactive reply buttons messages": at most three, below at most 1024 characters, with a picture,
 * video or document as header. A longer text goes without: what a button says may be written, too. */
static bool takes_buttons(const struct outgoing *message)
{
	return message->n_buttons > 0 && !message->place && !str_is_empty(message->body)
	       && message->body.n <= BUTTONS_BODY_MAX
	       && (!message->file || !str_equal(message->file->native, STR("audio")));
}

static void write_interactive(struct json_writer *w, const struct outgoing *message)
{
	json_member_str(w, "type", STR("interactive"));
	json_key(w, "interactive");
	json_begin_object(w);
	json_member_str(w, "type", STR("button"));
	if (message->file) {
		json_key(w, "header");
		json_begin_object(w);
		whatsapp_write_file(w, message->file, STR_NONE);
		json_end_object(w);
	}
	json_key(w, "body");
	json_begin_object(w);
	json_member_str(w, "text", message->body);
	json_end_object(w);
	json_key(w, "action");
	json_begin_object(w);
	json_key(w, "buttons");
	json_begin_array(w);
	for (int i = 0; i < message->n_buttons; i++) {
		json_begin_object(w);
		json_member_str(w, "type", STR("reply"));
		json_key(w, "reply");
		json_begin_object(w);
		json_member_str(w, "id", message->buttons[i]);
		json_member_str(w, "title", message->buttons[i]);
		json_end_object(w);
		json_end_object(w);
	}
	json_end_array(w);
	json_end_object(w);
	json_end_object(w);
}

enum err whatsapp_build_send(struct pool *pool, const struct conf *conf, const struct channel *channel,
	const struct outgoing *message, struct http_request *out, struct explain *why)
{
	struct buf b;
	struct json_writer w;
	if (!channel->secret[WHATSAPP_TOKEN] || str_is_empty(channel->external_id))
		return explain(why, ERR_INVALID, "the channel has no access token: connect it again");
	if (!message->to_phone.p && !message->to_user_id.p)
		return explain(why, ERR_INVALID, "the customer has neither a phone number nor a user id");
	buf_init(&b, 1 << 17);
	json_writer_init(&w, &b);
	json_begin_object(&w);
	json_member_str(&w, "messaging_product", STR("whatsapp"));
	json_member_str(&w, "recipient_type", STR("individual"));
	json_member_str(&w, "to", message->to_phone);
	if (!message->to_phone.p)
		json_member_str(&w, "recipient", message->to_user_id);
	if (takes_buttons(message))
		write_interactive(&w, message);
	else if (message->file)
		whatsapp_write_file(&w, message->file, message->body);
	else if (message->place)
		whatsapp_write_place(&w, message->place);
	else
		write_text_content(&w, message);
	if (message->reply_to.p) {
		json_key(&w, "context");
		json_begin_object(&w);
		json_member_str(&w, "message_id", message->reply_to);
		json_end_object(&w);
	}
	json_member_str(&w, "biz_opaque_callback_data", message->tag);
	json_end_object(&w);
	enum err e = post_message(pool, conf, channel, &b, out);
	return e == ERR_OK ? e : explain(why, e, "the text is too long");
}

static struct str details_of(struct pool *pool, const struct json *error)
{
	struct str details = json_str(json_path(error, "error_data", "details", NULL));
	if (str_is_empty(details))
		details = json_str(json_get(error, "details"));
	if (str_is_empty(details))
		details = json_str(json_get(error, "message"));
	if (str_is_empty(details))
		details = json_str(json_get(error, "title"));
	return str_is_empty(details) ? STR_NONE : send_shortened(pool, details);
}

void whatsapp_write_error(struct json_writer *w, int http_status, const struct json *error)
{
	struct pool *pool = pool_new();
	const struct send_rule *rule = whatsapp_error_judge(http_status, error);
	const struct log_field again[] = { F_REASON("next", str_of(CODE(send_again_later))), { .key = NULL } };
	json_begin_object(w);
	json_member_str(w, "class", str_of(send_class_name(rule->class)));
	json_member_str(w, "code", str_cut(json_text(pool, json_get(error, "code")), SEND_CODE_MAX_BYTES));
	reason_write(
		w, "reason", send_rule_passes(rule) ? reason_make(pool, rule->reason, again) : str_of(rule->reason));
	json_member_str(w, "details", details_of(pool, error));
	if (rule->wait_ms)
		json_member_i64(w, "wait_ms", rule->wait_ms);
	json_member_str(w, "trace", str_cut(json_str(json_get(error, "fbtrace_id")), SEND_CODE_MAX_BYTES));
	json_end_object(w);
	pool_free(pool);
}

/* X-Business-Use-Case-Usage: {"<account>":[{"estimated_time_to_regain_access":MINUTES}]}; the longest counts. */
static bool longest_wait(void *arg, struct str account, const struct json *list)
{
	int64_t *minutes = arg, m;
	(void)account;
	for (size_t i = 0; i < json_length(list); i++)
		if (json_i64(json_get(json_at(list, i), "estimated_time_to_regain_access"), &m) && m > *minutes
			&& m <= 24 * 60)
			*minutes = m;
	return true;
}

static int64_t wait_asked_for(struct pool *pool, const struct http_response *response)
{
	const struct json *usage = NULL;
	int64_t minutes = 0;
	if (response->retry_after_s > 0)
		return send_wait_ms(response->retry_after_s);
	if (response->usage.p && json_parse(pool, response->usage, &usage, NULL) == ERR_OK)
		json_each(usage, longest_wait, &minutes);
	return send_wait_ms(minutes * 60);
}

void whatsapp_judge_refusal(
	struct pool *pool, const struct http_response *response, const struct json *body, struct send_result *out)
{
	const struct json *error = json_get(body, "error");
	struct str code = json_text(pool, json_get(error, "code"));
	out->code = code.p ? code : pool_printf(pool, "http-%d", response->status);
	out->code = str_cut(out->code, SEND_CODE_MAX_BYTES);
	out->details = details_of(pool, error);
	out->trace = pool_str(pool, str_cut(json_str(json_get(error, "fbtrace_id")), SEND_CODE_MAX_BYTES));
	out->wait_ms = wait_asked_for(pool, response);
	send_rule_apply(out, whatsapp_error_judge(response->status, error));
}

void whatsapp_judge_send(struct pool *pool, const struct http_response *response, struct send_result *out)
{
	const struct json *body = NULL;
	*out = (struct send_result){ .outcome = SEND_FAILED };
	if (response->outcome != HTTP_ANSWERED) {
		send_judge_silence(pool, &whatsapp_channel, response, out);
		return;
	}
	if (json_parse(pool, response->body, &body, NULL) != ERR_OK)
		body = NULL;
	if (response->status >= 200 && response->status < 300) {
		send_judge_success(pool, &whatsapp_channel, response,
			json_str(json_get(json_at(json_get(body, "messages"), 0), "id")), out);
		return;
	}
	whatsapp_judge_refusal(pool, response, body, out);
	/* A server error without a platform's error object comes from the edge after the request was taken: it may have
	 * been carried out. */
	if (response->status >= 500 && !json_get(body, "error"))
		send_judge_unknown(pool, &whatsapp_channel, response, out->code, pool_cstr(pool, out->reason), out);
}
