/*
 * cmd-user.c - `deskbellctl user add`, `user list`.
 *
 * A password comes from standard input or is generated; it is stored as a yescrypt hash, printed only when it was
 * generated, and never logged. An account belongs to a person, not to an organisation, so adding a user who has one
 * changes no password.
 */
#include "domain/quota.h"
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "ctl/people/password.h"
#include "domain/account.h"

const struct arg_spec ctl_user_add_args[] = { ARG_THE_ORG,
	{ ARG_OPTION, "email", "ADDRESS", true, SHAPE_ANY, NULL, "the address with which the person signs in" },
	{ ARG_OPTION, "role", "ROLE", true, SHAPE_ANY, "owner|admin|operator",
		"what the person may do: an operator answers, an admin also changes settings, an owner also manages "
		"people" },
	ARG_JSON, ARG_LAST };

const struct arg_spec ctl_user_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };

struct user_add {
	int64_t org, id;
	struct str email;
	struct ctl_password password;
	bool created;
	struct str role_before; /* absent: no membership */
};

/* Another run may add the same address at the same moment: the unique key says so, and the next try finds the
 * account. */
static enum err make_account(struct ctl *ctl, struct user_add *u)
{
	struct buf hash;
	struct sql_user_ensure_rows rows;
	buf_init(&hash, 512);
	enum err e = crypt_password_hash(u->password.text, &hash);
	if (e == ERR_OK)
		e = sql_user_ensure(ctl->db, ctl->pool, u->email, buf_str(&hash), &rows);
	buf_fini(&hash);
	if (e == ERR_CONFLICT)
		return ERR_DB_RACE;
	if (e != ERR_OK)
		return e;
	u->id = sql_user_ensure_row(&rows, 0).user_id;
	u->created = sql_user_ensure_row(&rows, 0).created;
	return ERR_OK;
}

static enum err cmd_user_record(struct ctl *ctl, const struct user_add *u)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "user", u->id);
	json_member_str(&w, "email", u->email);
	json_member_str(&w, "role", str_of(arg_text(ctl, "role")));
	json_member_str(&w, "role_before", u->role_before);
	json_member_bool(&w, "new_account", u->created);
	json_end_object(&w);
	enum err e = ctl_audit(ctl, u->org, "user.add", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err cmd_user_add(struct ctl *ctl, void *arg)
{
	struct user_add *u = arg;
	struct sql_user_ensure_rows found;
	struct quota_change quota;
	struct sql_membership_set_rows r;
	u->created = false;
	enum err e = quota_begin(&quota, ctl->db, u->org, QUOTA_OF_PEOPLE);
	if (e != ERR_OK)
		return e;
	e = sql_user_ensure(ctl->db, ctl->pool, u->email, STR_NONE, &found);
	if (e == ERR_OK && sql_user_ensure_row(&found, 0).has_user_id)
		u->id = sql_user_ensure_row(&found, 0).user_id;
	else if (e == ERR_OK)
		e = make_account(ctl, u);
	if (e == ERR_OK)
		e = sql_membership_set(ctl->db, ctl->pool, u->org, u->id, str_of(arg_text(ctl, "role")), &r);
	if (e != ERR_OK)
		return e;
	u->role_before = sql_membership_set_row(&r, 0).previous;
	e = quota_end(&quota, &ctl->why);
	return e == ERR_OK ? cmd_user_record(ctl, u) : e;
}

static void cmd_user_print_json(struct ctl *ctl, const struct user_add *u)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_i64(w, "id", u->id);
	json_member_str(w, "email", u->email);
	json_member_str(w, "role", str_of(arg_text(ctl, "role")));
	json_member_bool(w, "new_account", u->created);
	if (u->created && u->password.generated)
		json_member_str(w, "password", u->password.text);
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_user_print(struct ctl *ctl, const struct user_add *u)
{
	const char *role = arg_text(ctl, "role");
	if (u->role_before.p)
		printf("%.*s is %s of organisation %lld now (was %.*s).\n", OUT_STR(u->email), role, (long long)u->org,
			OUT_STR(u->role_before));
	else
		printf("%.*s is %s of organisation %lld.\n", OUT_STR(u->email), role, (long long)u->org);
	if (!u->created)
		puts("The account existed already; its password was not changed. Whoever knows it enters this "
		     "organisation, "
		     "too: 'deskbellctl user password' replaces it.");
	else if (u->password.generated)
		printf("password: %.*s\nIt is shown only this once.\n", OUT_STR(u->password.text));
}

enum err ctl_user_add(struct ctl *ctl)
{
	struct user_add u = { .org = arg_number(ctl, "org"), .email = str_of(arg_text(ctl, "email")) };
	if (!email_is_valid(u.email))
		return explain(&ctl->why, ERR_USAGE, "--email must be an address such as anna@example.com");
	enum err e = ctl_password_take(ctl, u.email, &u.password);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, u.org, cmd_user_add, &u);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_user_print_json(ctl, &u);
	else
		cmd_user_print(ctl, &u);
	return ERR_OK;
}

enum err ctl_user_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 },
		{ "email", "E-MAIL", COLUMN_TEXT, 0 }, { "role", "ROLE", COLUMN_TEXT, 0 },
		{ "member_since", "SINCE", COLUMN_TIME, 0 }, { "disabled", "DISABLED", COLUMN_FLAG, 0 }, COLUMN_LAST };
	struct sql_ping_rows pong;
	struct sql_user_list_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_ping, &pong); /* is there such an organisation? */
	if (e == ERR_OK)
		e = CTL_QUERY(ctl, 0, sql_user_list, org, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result,
			"Nobody has access yet: deskbellctl user add --org ID --email ADDRESS --role owner");
	return e;
}
