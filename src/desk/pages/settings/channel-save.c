/*
 * channel-save.c - saving a channel's settings, testing and subscribing it, disconnecting it.
 *
 * The platform is only asked on the explicit request of a user, at most 5 s long, and never while a connection to the
 * database is held. What a check found is kept with the channel. Whose number it is that another organisation has
 * connected is not said. Never logs a field.
 */
#include "desk/pages/settings/channel-page.h"

#include "channel/connect.h"
#include "channel/channel-health.h"

#define FIELD_MAX_BYTES 4096

/* ---- the form ---- */

/* What to do about a field that is wrong; the hint below it says where to find it. */
static const struct {
	const char *name, *words;
} wrong_words[] = {
	{ "phone_number_id", T("It is the ID of the number: letters and digits, not the phone number itself.") },
	{ "business_account_id", T("It is the ID of the account: letters and digits.") },
	{ "verify_token", T("Choose a word without spaces, at most 256 characters of ASCII.") },
	{ "display_phone_number", T("Write a phone number such as +1 650 555 1234, or nothing.") },
	{ "bot_token", T("It is the whole token: digits, a colon, then letters and digits.") },
};

/* What the values of a platform look like today. One that does not is most likely half a copy, or another value of the
 * same page; but the platform may change its mind, so the form takes it when asked a second time. */
static bool is_all(struct str s, const char *chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (!s.p[i] || !strchr(chars, s.p[i]))
			return false;
	return s.n > 0;
}

static bool looks_like_id(struct str s)
{
	return is_all(s, "0123456789");
}

static bool looks_like_app_secret(struct str s)
{
	return s.n == 32 && is_all(s, "0123456789abcdef");
}

static bool looks_like_access_token(struct str s)
{
	return s.n >= 40 && str_has_prefix(s, STR("EAA"))
	       && is_all(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static const struct {
	const char *name;
	bool (*fits)(struct str);
	const char *words;
} shapes[] = {
	{ "phone_number_id", looks_like_id, T("This ID has digits only; it is not the phone number itself.") },
	{ "business_account_id", looks_like_id, T("This ID has digits only.") },
	{ "app_secret", looks_like_app_secret,
		T("An app secret has 32 characters, digits and a to f. Press Show in Meta's console before you copy "
		  "it.") },
	{ "permanent_access_token", looks_like_access_token,
		T("An access token begins with EAA and has letters and digits, more than 40 of them. Copy it as a "
		  "whole.") },
};

static const char *words_for(const char *name)
{
	for (size_t i = 0; i < sizeof(wrong_words) / sizeof(wrong_words[0]); i++)
		if (!strcmp(wrong_words[i].name, name))
			return wrong_words[i].words;
	return T("This is not valid: copy it again as a whole, without spaces.");
}

static const struct field *fields_of(struct desk_request *v, const struct channel_ops *ops)
{
	struct field *fields = pool_new_array(v->pool, CHANNEL_FIELDS_MAX + 3, struct field);
	int n = 0;
	for (int i = 0; ops->fields[i].name; i++) {
		const struct channel_field *f = &ops->fields[i];
		bool hidden = f->secret && i != ops->verify_field;
		if (f->own)
			continue;
		fields[n++] = (struct field){ f->name, hidden ? FIELD_PASSWORD : FIELD_LINE, FIELD_OPTIONAL,
			f->max_bytes, NULL, words_for(f->name) };
	}
	fields[n++] = (struct field){ "odd", FIELD_CHOICE, FIELD_OPTIONAL, 3, "yes", T("Choose one of the list.") };
	fields[n++] = (struct field){ "replace", FIELD_CHOICE, FIELD_OPTIONAL, 3, "yes", T("Choose one of the list.") };
	return fields;
}

/* As channel_read_form takes it. */
static const struct str *values_of(struct desk_request *v, const struct channel_ops *ops, const struct form *form)
{
	struct str *values = pool_new_array(v->pool, CHANNEL_FIELDS_MAX, struct str);
	for (int i = 0; ops->fields[i].name; i++)
		values[i] = ops->fields[i].own ? STR_NONE : form_value(form, ops->fields[i].name);
	return values;
}

/* Looks at each field, so that all that is wrong is told at once. */
static void check_fields(struct desk_request *v, struct form *form, const struct channel_view *view)
{
	for (int i = 0; view->ops->fields[i].name; i++) {
		const struct channel_field *f = &view->ops->fields[i];
		if (f->own)
			continue;
		struct str value = str_trim(form_value(form, f->name));
		bool kept = f->secret && (view->channel.secret[i] || i == view->ops->verify_field);
		if (str_is_empty(value) && f->required && !kept)
			form_refuse(form, f->name,
				request_translate(
					v, T("This field is required. The hint shows where to find the value.")));
		else if (!str_is_empty(value) && f->valid && !f->valid(value))
			form_refuse(form, f->name, request_translate(v, words_for(f->name)));
	}
}

/* What is well-formed, but looks like no value that the platform gives; asked for twice. */
static void check_shapes(struct desk_request *v, struct form *form, struct channel_view *view)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]) && str_is_empty(form_value(form, "odd")); i++) {
		int field = channel_field(view->ops, shapes[i].name);
		if (field < 0)
			continue;
		struct str value = str_trim(form_value(form, shapes[i].name));
		if (str_is_empty(value) || form_error(form, shapes[i].name) || shapes[i].fits(value))
			continue;
		form_refuse(form, shapes[i].name, request_translate(v, shapes[i].words));
		view->asks_odd = true;
	}
}

/* ---- saving ---- */

struct saving {
	struct channel_connect connect;
	bool same_token; /* what another channel has is the verify token */
};

static enum err channel_save_load(struct desk_request *v, void *arg)
{
	return channel_connect_load(&((struct saving *)arg)->connect, v->db);
}

static enum err channel_save_save(struct desk_request *v, void *arg)
{
	struct saving *s = arg;
	enum err e = channel_connect_save(&s->connect, v->db);
	s->same_token = e == ERR_CONFLICT && strstr(db_last_message(v->db), "channel_addresses_verify");
	return e;
}

/* All but what the fields say by themselves. */
static enum err channel_save_connect(struct desk_request *v, struct saving *s)
{
	enum err e = request_transaction(v, channel_save_load, s);
	if (e != ERR_OK)
		return e;
	request_put_db(v);
	if ((e = channel_connect_identify(&s->connect)) != ERR_OK)
		return e;
	if ((e = request_transaction(v, channel_save_save, s)) != ERR_OK)
		return e;
	request_put_db(v);
	const struct check_finding *found = channel_connect_subscribe(&s->connect);
	return found ? channel_health_keep(v, s->connect.channel.id, found) : ERR_OK;
}

static enum err channel_save_refuse(
	struct desk_request *v, struct channel_view *view, struct form *form, const struct saving *s, enum err e)
{
	const struct channel_ops *ops = view->ops;
	int external = ops->external_id_field;
	view->asks_replace = e == ERR_CONFLICT && s->connect.asks_replace;
	if (view->asks_replace)
		form_fail(form, request_translate(v, T("Nothing was saved: this is another number or bot. Tick below "
						       "that it takes the place of the one that is connected.")));
	else if (e == ERR_CONFLICT && s->same_token)
		form_refuse(form, ops->fields[ops->verify_field].name,
			request_translate(v, T("Another channel uses this verify token. Choose another one.")));
	else if (e == ERR_CONFLICT && external >= 0 && !ops->fields[external].own)
		form_refuse(form, ops->fields[external].name,
			request_translate(
				v, T("This number is connected to another organisation. Disconnect it there first.")));
	else if (e == ERR_CONFLICT)
		form_fail(form,
			request_translate(v, T("It is connected to another organisation. Disconnect it there first.")));
	else if (e == ERR_INVALID || e == ERR_REMOTE)
		form_fail(form, pool_cstr(v->pool, request_explain(v, s->connect.why)));
	else
		return e;
	return channel_page_show(v, view, form, e == ERR_CONFLICT ? 409 : 400);
}

enum err desk_channel_save(struct desk_request *v)
{
	struct channel_view view;
	struct form form;
	struct explain why = { "" };
	enum err e = channel_view_load(v, &view);
	if (e != ERR_OK)
		return e;
	bool good = form_parse(v->pool, &form, fields_of(v, view.ops), &v->params, v->locale.translation);
	if (good)
		check_fields(v, &form, &view);
	if (good)
		check_shapes(v, &form, &view);
	if (form.wrong)
		form_fail(&form, request_translate(v, T("Nothing was saved. Correct the marked fields.")));
	else if (!v->desk->keys)
		form_fail(&form, request_translate(v, T("Nothing was saved: this host has no key file.")));
	if (form.wrong)
		return channel_page_show(v, &view, &form, 400);
	struct saving s = { .connect = { .pool = v->pool,
				    .conf = v->desk->conf,
				    .keys = v->desk->keys,
				    .actor = request_actor(v),
				    .org = v->caller.org_id,
				    .ops = view.ops,
				    .form = values_of(v, view.ops, &form),
				    .replace = str_equal(form_value(&form, "replace"), STR("yes")),
				    .why = &why } };
	if (!request_enter_gate(v, GATE_REMOTE)) {
		form_fail(&form, request_busy_text(v, GATE_REMOTE));
		return channel_page_show(v, &view, &form, 503);
	}
	if ((e = channel_save_connect(v, &s)) != ERR_OK)
		return channel_save_refuse(v, &view, &form, &s, e);
	flash_set(v, "channel-saved");
	request_redirect(v, channel_page_path(v, view.ops, ""));
	return ERR_OK;
}

/* ---- checking ---- */

struct health {
	int64_t channel_id;
	struct str json;
	bool good;
};

static enum err channel_save_keep(struct desk_request *v, void *arg)
{
	const struct health *h = arg;
	return sql_channel_save_health(v->db, v->pool, v->caller.org_id, h->channel_id, h->json, h->good);
}

enum err channel_health_keep(struct desk_request *v, int64_t channel_id, const struct check_finding *findings)
{
	struct buf text;
	struct json_writer w;
	buf_init(&text, 1 << 18);
	json_writer_init(&w, &text);
	channel_health_write(&w, channel_id, findings);
	struct health h = {
		.channel_id = channel_id, .json = buf_str(&text), .good = channel_health_is_good(findings)
	};
	enum err e = request_transaction(v, channel_save_keep, &h);
	buf_fini(&text);
	return e;
}

static enum err channel_save_check(struct desk_request *v, bool subscribe)
{
	struct channel_view view;
	enum err e = channel_view_load(v, &view);
	if (e == ERR_OK && !view.connected)
		e = ERR_NOT_FOUND;
	if (e != ERR_OK)
		return e;
	if (view.sealed)
		return channel_page_show(v, &view, NULL, 409);
	request_put_db(v);
	if (!request_enter_gate(v, GATE_REMOTE))
		return request_refuse_busy(v, GATE_REMOTE);
	const struct check_finding *found = view.ops->check(v->pool, v->desk->conf, &view.channel, subscribe);
	if ((e = channel_health_keep(v, view.channel.id, found)) != ERR_OK)
		return e;
	flash_set(v, channel_health_is_good(found) ? "channel-works" : "channel-fails");
	request_redirect(v, channel_page_path(v, view.ops, ""));
	return ERR_OK;
}

enum err desk_channel_test(struct desk_request *v)
{
	return channel_save_check(v, false);
}

enum err desk_channel_subscribe(struct desk_request *v)
{
	return channel_save_check(v, true);
}

/* ---- disconnecting ---- */

static enum err channel_save_forget(struct desk_request *v, void *arg)
{
	const struct channel_view *view = arg;
	return channel_disconnect(v->pool, v->db, view->ops, v->caller.org_id, view->channel.id, request_actor(v));
}

static bool is_confirmed(struct desk_request *v, const struct channel_view *view, enum err *e)
{
	const char *path = channel_page_path(v, view->ops, "");
	struct confirmation c = { .title = T("Disconnect the channel"),
		.nav = "settings",
		.question = request_translate(v, T("Disconnect this channel?")),
		.words = request_translate(v, T("Customers can no longer be answered on it.")),
		.button = request_translate(v, T("Disconnect")),
		.effects = { request_translate(v, T("Messages from customers are refused from now on.")),
			request_translate(v, T("Replies that wait are not sent.")),
			request_translate(v, T("The stored keys are deleted; connecting again needs all of them.")) },
		.type = channel_view_address(view),
		.action = channel_page_path(v, view->ops, "/disconnect"),
		.back = path };
	return request_confirmed(v, &c, e);
}

enum err desk_channel_disconnect(struct desk_request *v)
{
	struct channel_view view;
	struct explain why;
	enum err e = channel_view_load(v, &view);
	if (e == ERR_OK && !view.connected)
		e = ERR_NOT_FOUND;
	if (e != ERR_OK || !is_confirmed(v, &view, &e))
		return e;
	request_put_db(v);
	if (!request_enter_gate(v, GATE_REMOTE))
		return request_refuse_busy(v, GATE_REMOTE);
	/* What the platform delivers afterwards is refused, so its failure stops nothing; the check cannot tell it. */
	bool told = !view.ops->unsubscribe || view.sealed
		    || view.ops->unsubscribe(v->pool, v->desk->conf, &view.channel, &why) == ERR_OK;
	if ((e = request_transaction(v, channel_save_forget, &view)) != ERR_OK)
		return e;
	flash_set(v, told ? "channel-disconnected" : "channel-disconnected-alone");
	request_redirect(v, "/settings/channels");
	return ERR_OK;
}
