/*
 * first-steps.c - /start: the steps of a new organisation, each done as soon as the database shows it.
 *
 * Shown to admins until all are done or one of them dismisses the list. Two steps leave no trace elsewhere and are
 * marked: that a message was tried, and that the desk was installed as an app. The rest is read from what there is, so
 * a step that is undone (a channel is disconnected) is open again.
 */
#include "desk/pages/start/first-steps.h"

enum step { CONNECT, VERIFY, MESSAGE, SKILLS, TRY, BOT, INVITE, INSTALL, STEPS };

static const struct {
	const char *key, *title, *words, *button, *href;
} table[STEPS] = {
	[CONNECT] = { "connect", T("Connect a channel"),
		T("WhatsApp with a number of your own takes about twenty minutes, Telegram two."), T("Connect"),
		"/settings/channels" },
	[VERIFY] = { "verify", T("Have it verified"),
		T("The platform has to reach Deskbell. The channel's page says what to do next, and follows along."),
		T("Open the channel"), "/settings/channels" },
	[MESSAGE] = { "message", T("Receive the first message"),
		T("Write to your business yourself, from another telephone. The message appears in the inbox within "
		  "seconds."),
		T("Open the inbox"), "/inbox?view=all" },
	[SKILLS] = { "skills", T("Give the bot three answers"),
		T("Start from the questions that customers of your trade ask most, and fill in what is yours."),
		T("Write the answers"), "/start/skills" },
	[TRY] = { "try", T("Try a message"),
		T("Write what a customer would write, and see what the bot answers and why. Nothing is sent."),
		T("Try it"), "/skills/try" },
	[BOT] = { "bot", T("Turn the bot on"),
		T("In shadow mode it only suggests its replies to you; active, it answers by itself."),
		T("Choose the mode"), "/settings/bot" },
	[INVITE] = { "invite", T("Invite a colleague"),
		T("Everybody signs in with an account of their own and sees who answers whom."), T("Invite"),
		"/settings/people" },
	[INSTALL] = { "install", T("Install the desk as an app"),
		T("Open the browser's menu and choose Install, on a phone Add to home screen. Then turn on "
		  "notifications in your account."),
		T("Turn on notifications"), "/account" },
};

enum err first_steps_load(struct desk_request *v, struct sql_first_steps_rows *out)
{
	*out = (struct sql_first_steps_rows){ .n = 0 };
	return v->caller.role >= ROLE_ADMIN ? sql_first_steps(v->db, v->pool, v->caller.org_id, out) : ERR_OK;
}

static void first_steps_read(struct desk_request *v, const struct sql_first_steps_row *row, bool done[STEPS])
{
	const struct json *marks;
	if (json_parse(v->pool, row->marks, &marks, NULL) != ERR_OK)
		marks = NULL;
	done[CONNECT] = row->is_connected;
	done[VERIFY] = row->is_verified;
	done[MESSAGE] = row->has_message;
	done[SKILLS] = row->skills >= 3;
	done[TRY] = json_bool(json_get(marks, table[TRY].key), false);
	done[BOT] = str_equal(row->bot_mode, STR("active"));
	done[INVITE] = row->people > 1;
	done[INSTALL] = json_bool(json_get(marks, table[INSTALL].key), false);
}

static struct str first_steps_href(struct desk_request *v, int step, const struct sql_first_steps_row *row)
{
	if (step == VERIFY && row->platform.p)
		return pool_printf(v->pool, "/settings/channels/%.*s", (int)row->platform.n, row->platform.p);
	return str_of(table[step].href);
}

static void first_steps_write_step(
	struct desk_request *v, int step, const struct sql_first_steps_row *row, bool is_done, bool is_next)
{
	struct json_writer *w = &v->w;
	json_begin_object(w);
	json_member_str(w, "key", str_of(table[step].key));
	json_member_bool(w, "done", is_done);
	json_member_bool(w, "next", is_next);
	json_member_bool(w, "marked", step == INSTALL);
	json_member_str(w, "title", str_of(request_translate(v, table[step].title)));
	json_member_str(w, "words", str_of(request_translate(v, table[step].words)));
	json_member_str(w, "button", str_of(request_translate(v, table[step].button)));
	json_member_str(w, "href", first_steps_href(v, step, row));
	json_end_object(w);
}

void first_steps_write(struct desk_request *v, const struct sql_first_steps_rows *rows, bool done_too)
{
	bool done[STEPS] = { false };
	int n = 0, next = STEPS;
	const struct sql_first_steps_row row =
		rows->n ? sql_first_steps_row(rows, 0) : (struct sql_first_steps_row){ 0 };
	if (rows->n)
		first_steps_read(v, &row, done);
	for (int i = STEPS - 1; i >= 0; i--) {
		n += done[i];
		next = done[i] ? next : i;
	}
	json_key(&v->w, "first_steps");
	if (!rows->n || (n == STEPS && !done_too)) {
		json_write_bool(&v->w, false);
		return;
	}
	json_begin_object(&v->w);
	json_member_i64(&v->w, "done", n);
	json_member_i64(&v->w, "of", STEPS);
	json_member_bool(&v->w, "all", n == STEPS);
	json_key(&v->w, "steps");
	json_begin_array(&v->w);
	for (int i = 0; i < STEPS; i++)
		first_steps_write_step(v, i, &row, done[i], i == next);
	json_end_array(&v->w);
	json_end_object(&v->w);
}

enum err first_steps_mark(struct desk_request *v, const char *step)
{
	return sql_first_steps_mark(v->db, v->pool, v->caller.org_id, str_of(step));
}

/* ---- the page ---- */

static enum err first_steps_page_load(struct desk_request *v, void *arg)
{
	return first_steps_load(v, arg);
}

enum err desk_start(struct desk_request *v)
{
	struct sql_first_steps_rows rows;
	enum err e = request_transaction(v, first_steps_page_load, &rows);
	if (e != ERR_OK)
		return e;
	page_begin(v, "start", "start", T("First steps"));
	first_steps_write(v, &rows, true);
	return page_end(v, 200);
}

static enum err first_steps_load_updates(struct desk_request *v, void *arg)
{
	struct sql_first_steps_rows *rows = arg;
	bool done[STEPS] = { false };
	char stamp[STEPS + 1] = "";
	enum err e = first_steps_load(v, rows);
	if (e != ERR_OK)
		return e;
	if (rows->n) {
		const struct sql_first_steps_row row = sql_first_steps_row(rows, 0);
		first_steps_read(v, &row, done);
		for (int i = 0; i < STEPS; i++)
			stamp[i] = done[i] ? '1' : '0';
	}
	return fragment_stamp(v, str_of(stamp));
}

enum err desk_start_updates(struct desk_request *v)
{
	struct sql_first_steps_rows rows;
	if (fragment_is_fresh(v))
		return ERR_OK;
	enum err e = request_transaction(v, first_steps_load_updates, &rows);
	if (e != ERR_OK || fragment_not_modified(v))
		return e;
	fragment_begin(v, "start-updates", "start");
	first_steps_write(v, &rows, true);
	return fragment_end(v);
}

/* ---- marking and dismissing ---- */

static const struct field mark_fields[] = {
	{ "do", FIELD_CHOICE, FIELD_REQUIRED, 8, "install|dismiss", T("Choose one of the list.") }, FIELD_LAST
};

static enum err first_steps_store(struct desk_request *v, void *arg)
{
	const struct form *form = arg;
	if (str_equal(form_value(form, "do"), STR("dismiss")))
		return sql_first_steps_dismiss(v->db, v->pool, v->caller.org_id);
	return first_steps_mark(v, table[INSTALL].key);
}

enum err desk_start_mark(struct desk_request *v)
{
	struct form form;
	if (!form_parse(v->pool, &form, mark_fields, &v->params, v->locale.translation))
		return request_refuse(v, 400, NULL);
	enum err e = request_transaction(v, first_steps_store, &form);
	if (e != ERR_OK)
		return e;
	bool dismissed = str_equal(form_value(&form, "do"), STR("dismiss"));
	if (dismissed)
		flash_set(v, "first-steps-dismissed");
	request_redirect(v, dismissed ? "/inbox" : "/start");
	return ERR_OK;
}
