/*
 * cmd-user-access.c - `deskbellctl user password`, `sessions`, `disable`, `enable`, `second-factor`, `remove`: an
 * account by its address, whatever organisations it belongs to.
 *
 * The functions of sql/functions/access.sql change the rows and write the audit log of every organisation of the
 * account. A password comes from standard input or is generated and printed once.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "ctl/people/password.h"
#include "domain/account.h"

#define ARG_THE_EMAIL \
	{ \
		ARG_OPTION, "email", "ADDRESS", true, SHAPE_ANY, NULL, "the address of the account" \
	}

const struct arg_spec ctl_user_password_args[] = { ARG_THE_EMAIL, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_user_sessions_args[] = { ARG_THE_EMAIL,
	{ ARG_FLAG, "end", NULL, false, SHAPE_ANY, NULL, "end them all" }, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_user_disable_args[] = { ARG_THE_EMAIL, ARG_LAST };
const struct arg_spec ctl_user_enable_args[] = { ARG_THE_EMAIL, ARG_LAST };
const struct arg_spec ctl_user_second_factor_args[] = { ARG_THE_EMAIL,
	{ ARG_FLAG, "reset", NULL, false, SHAPE_ANY, NULL, "take it away" }, ARG_LAST };
const struct arg_spec ctl_user_remove_args[] = { ARG_THE_EMAIL,
	{ ARG_OPTION, "org", "ID", false, SHAPE_ID, NULL,
		"only from this organisation; without it the account itself goes" },
	ARG_LAST };

struct user_access {
	struct str email;
	struct ctl_password password;
	int64_t sessions;
	bool disable;
	const int64_t *org;
	struct str outcome;
};

static enum err user_is_absent(struct ctl *ctl, const struct user_access *u)
{
	return explain(&ctl->why, ERR_NOT_FOUND,
		"there is no account with the address %.*s ('deskbellctl user list --org ID' shows those of an "
		"organisation)",
		OUT_STR(u->email));
}

static enum err user_access_begin(struct ctl *ctl, struct user_access *u)
{
	*u = (struct user_access){ .email = str_of(arg_text(ctl, "email")) };
	return email_is_valid(u->email)
		       ? ERR_OK
		       : explain(&ctl->why, ERR_USAGE, "--email must be an address such as anna@example.com");
}

/* ---- password ---- */

static enum err set_password(struct ctl *ctl, void *arg)
{
	struct user_access *u = arg;
	struct sql_user_password_rows rows;
	struct buf hash;
	buf_init(&hash, 512);
	enum err e = crypt_password_hash(u->password.text, &hash);
	if (e == ERR_OK)
		e = sql_user_password(ctl->db, ctl->pool, u->email, buf_str(&hash), &rows);
	buf_fini(&hash);
	if (e != ERR_OK)
		return e;
	if (!sql_user_password_row(&rows, 0).has_sessions)
		return user_is_absent(ctl, u);
	u->sessions = sql_user_password_row(&rows, 0).sessions;
	return ERR_OK;
}

static void print_password_json(const struct user_access *u)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "email", u->email);
	json_member_i64(w, "sessions_ended", u->sessions);
	if (u->password.generated)
		json_member_str(w, "password", u->password.text);
	json_end_object(w);
	out_json_end(&j);
}

enum err ctl_user_password(struct ctl *ctl)
{
	struct user_access u;
	enum err e = user_access_begin(ctl, &u);
	if (e == ERR_OK)
		e = ctl_password_take(ctl, u.email, &u.password);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, set_password, &u);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json")) {
		print_password_json(&u);
		return ERR_OK;
	}
	printf("%.*s has a new password; %lld sessions ended.\n", OUT_STR(u.email), (long long)u.sessions);
	if (u.password.generated)
		printf("password: %.*s\nIt is shown only this once.\n", OUT_STR(u.password.text));
	return ERR_OK;
}

/* ---- sessions ---- */

static enum err cmd_user_access_end_sessions(struct ctl *ctl, void *arg)
{
	struct user_access *u = arg;
	struct sql_user_sessions_end_rows rows;
	enum err e = sql_user_sessions_end(ctl->db, ctl->pool, u->email, &rows);
	if (e != ERR_OK)
		return e;
	if (!sql_user_sessions_end_row(&rows, 0).has_sessions)
		return user_is_absent(ctl, u);
	u->sessions = sql_user_sessions_end_row(&rows, 0).sessions;
	return ERR_OK;
}

static enum err list_sessions(struct ctl *ctl, const struct user_access *u)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 },
		{ "address", "ADDRESS", COLUMN_TEXT, 0 }, { "browser", "BROWSER", COLUMN_TEXT, 50 },
		{ "began_at", "BEGAN", COLUMN_TIME, 0 }, { "seen_at", "SEEN", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_user_sessions_rows r;
	enum err e = CTL_QUERY(ctl, 0, sql_user_sessions, u->email, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "The account has no session, or there is no such account.");
	return e;
}

enum err ctl_user_sessions(struct ctl *ctl)
{
	struct user_access u;
	enum err e = user_access_begin(ctl, &u);
	if (e != ERR_OK)
		return e;
	if (!arg_flag(ctl, "end"))
		return list_sessions(ctl, &u);
	if ((e = ctl_transaction(ctl, 0, cmd_user_access_end_sessions, &u)) == ERR_OK)
		printf("%lld sessions of %.*s ended.\n", (long long)u.sessions, OUT_STR(u.email));
	return e;
}

/* ---- disable, enable, remove ---- */

static enum err set_disabled(struct ctl *ctl, void *arg)
{
	struct user_access *u = arg;
	struct sql_user_disable_rows rows;
	enum err e = sql_user_disable(ctl->db, ctl->pool, u->email, u->disable, &rows);
	if (e == ERR_OK)
		u->outcome = sql_user_disable_row(&rows, 0).outcome;
	return e == ERR_OK && str_equal(u->outcome, STR("absent")) ? user_is_absent(ctl, u) : e;
}

static enum err switch_account(struct ctl *ctl, bool disable)
{
	struct user_access u;
	enum err e = user_access_begin(ctl, &u);
	u.disable = disable;
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, set_disabled, &u);
	if (e != ERR_OK)
		return e;
	if (str_equal(u.outcome, STR("same")))
		printf("%.*s was %s already.\n", OUT_STR(u.email), disable ? "disabled" : "enabled");
	else
		printf(disable ? "%.*s is disabled: no sign-in, no session, no API token that this account has made.\n"
			       : "%.*s may sign in again; API tokens that ended stay ended.\n",
			OUT_STR(u.email));
	return ERR_OK;
}

enum err ctl_user_disable(struct ctl *ctl)
{
	return switch_account(ctl, true);
}

enum err ctl_user_enable(struct ctl *ctl)
{
	return switch_account(ctl, false);
}

/* ---- second factor ---- */

struct user_second {
	struct user_access access;
	bool reset, had;
};

static enum err cmd_user_access_second(struct ctl *ctl, void *arg)
{
	struct user_second *s = arg;
	struct sql_user_second_factor_rows rows;
	enum err e = sql_user_second_factor(ctl->db, ctl->pool, s->access.email, s->reset, &rows);
	if (e != ERR_OK)
		return e;
	if (!sql_user_second_factor_row(&rows, 0).has_had)
		return user_is_absent(ctl, &s->access);
	s->had = sql_user_second_factor_row(&rows, 0).had;
	return ERR_OK;
}

enum err ctl_user_second_factor(struct ctl *ctl)
{
	struct user_second s = { .reset = arg_flag(ctl, "reset") };
	enum err e = user_access_begin(ctl, &s.access);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, cmd_user_access_second, &s);
	if (e != ERR_OK)
		return e;
	if (s.had && s.reset)
		printf("The second factor of %.*s is taken away; all sessions ended.\n", OUT_STR(s.access.email));
	else
		printf("%.*s has %s second factor.\n", OUT_STR(s.access.email), s.had ? "a" : "no");
	return ERR_OK;
}

static enum err remove_account(struct ctl *ctl, void *arg)
{
	struct user_access *u = arg;
	struct sql_user_remove_rows rows;
	enum err e = sql_user_remove(ctl->db, ctl->pool, u->email, u->org, &rows);
	if (e != ERR_OK)
		return e;
	u->outcome = sql_user_remove_row(&rows, 0).outcome;
	if (str_equal(u->outcome, STR("absent")))
		return user_is_absent(ctl, u);
	if (str_equal(u->outcome, STR("non_member")))
		return explain(&ctl->why, ERR_NOT_FOUND, "%.*s does not belong to organisation %lld", OUT_STR(u->email),
			(long long)*u->org);
	if (str_equal(u->outcome, STR("last-owner")))
		return explain(&ctl->why, ERR_CONFLICT,
			"%.*s is the last owner of an organisation; give it another one first: deskbellctl user add "
			"--org ID --email ADDRESS --role owner",
			OUT_STR(u->email));
	return ERR_OK;
}

enum err ctl_user_remove(struct ctl *ctl)
{
	struct user_access u;
	int64_t org = arg_text(ctl, "org") ? arg_number(ctl, "org") : 0;
	enum err e = user_access_begin(ctl, &u);
	u.org = org ? &org : NULL;
	if (e == ERR_OK)
		e = ctl_transaction(ctl, 0, remove_account, &u);
	if (e != ERR_OK)
		return e;
	if (org)
		printf("%.*s no longer belongs to organisation %lld.\n", OUT_STR(u.email), (long long)org);
	else
		printf("The account of %.*s is removed.\n", OUT_STR(u.email));
	return ERR_OK;
}
