/*
 * cmd-token.c - `deskbellctl token add`, `token list`, `token revoke`: what programs call the desk with.
 *
 * A token is shown once, when it is made; only its digest is stored. Its role is at most admin: a program makes no
 * owners.
 */
#include "ctl/ctl.h"
#include "ctl/output.h"
#include "domain/account.h"

#define NAME_MAX_BYTES 100

const struct arg_spec ctl_token_add_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "NAME", NULL, true, SHAPE_ANY, NULL, "what it is for, as the list shows it" },
	{ ARG_OPTION, "role", "ROLE", false, SHAPE_ANY, "operator|admin", "what it may do; default operator" },
	{ ARG_OPTION, "scope", "SCOPE", false, SHAPE_ANY, "read|write", "whether it only reads; default write" },
	{ ARG_OPTION, "days", "N", false, SHAPE_COUNT, NULL, "after how many days it ends; default never" }, ARG_LAST };
const struct arg_spec ctl_token_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_token_revoke_args[] = { ARG_THE_ORG,
	{ ARG_WORD, "TOKEN", NULL, true, SHAPE_ID, NULL, "the token's id ('deskbellctl token list' shows them)" },
	ARG_LAST };

struct token {
	struct buf text;
	int64_t id;
};

static enum err cmd_token_record(struct ctl *ctl, const char *action, int64_t id, struct str name)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "token", id);
	json_member_str(&w, "name", name);
	json_end_object(&w);
	enum err e = ctl_audit(ctl, arg_number(ctl, "org"), action, buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err cmd_token_add(struct ctl *ctl, void *arg)
{
	struct token *t = arg;
	const char *role = arg_text(ctl, "role"), *scope = arg_text(ctl, "scope");
	unsigned char digest[CRYPT_SHA256_BYTES];
	struct sql_token_add_rows rows;
	int64_t days = arg_text(ctl, "days") ? arg_number(ctl, "days") : 0;
	crypt_sha256(buf_str(&t->text), digest);
	enum err e = sql_token_add(ctl->db, ctl->pool,
		&(struct sql_token_add_args){ .org_id = arg_number(ctl, "org"),
			.hash = { (const char *)digest, sizeof(digest) },
			.name = str_of(arg_text(ctl, "NAME")),
			.role = str_of(role ? role : "operator"),
			.scope = str_of(scope ? scope : "write"),
			.days = days ? &days : NULL },
		&rows);
	if (e != ERR_OK)
		return e;
	t->id = sql_token_add_row(&rows, 0).id;
	return cmd_token_record(ctl, "token.add", t->id, str_of(arg_text(ctl, "NAME")));
}

enum err ctl_token_add(struct ctl *ctl)
{
	struct token t;
	struct str name = str_of(arg_text(ctl, "NAME"));
	if (name.n > NAME_MAX_BYTES || !str_is_utf8(name))
		return explain(&ctl->why, ERR_USAGE, "NAME must be at most %d bytes of UTF-8", NAME_MAX_BYTES);
	buf_init(&t.text, 100);
	api_token_new(&t.text);
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_token_add, &t);
	if (e == ERR_OK) {
		printf("%s\n", buf_cstr(&t.text));
		fprintf(stderr, "This is token %lld. It is shown only this once.\n", (long long)t.id);
	}
	secret_wipe(t.text.data, t.text.len);
	buf_fini(&t.text);
	return e;
}

enum err ctl_token_list(struct ctl *ctl)
{
	static const struct column columns[] = { { "id", "ID", COLUMN_NUMBER, 0 }, { "name", "NAME", COLUMN_TEXT, 40 },
		{ "role", "ROLE", COLUMN_TEXT, 0 }, { "scope", "SCOPE", COLUMN_TEXT, 0 },
		{ "maker", "MAKER", COLUMN_TEXT, 30 }, { "created_at", "CREATED", COLUMN_TIME, 0 },
		{ "used_at", "USED", COLUMN_TIME, 0 }, { "expires_at", "ENDS", COLUMN_TIME, 0 }, COLUMN_LAST };
	struct sql_token_list_rows r;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_token_list, org, &r);
	if (e == ERR_OK)
		out_listing(ctl, columns, r.result, "There is no API token: deskbellctl token add --org ID NAME");
	return e;
}

static enum err cmd_token_revoke(struct ctl *ctl, void *arg)
{
	struct sql_token_revoke_rows r;
	int64_t id = arg_number(ctl, "TOKEN");
	(void)arg;
	enum err e = sql_token_revoke(ctl->db, ctl->pool, arg_number(ctl, "org"), id, &r);
	if (e != ERR_OK)
		return e;
	if (r.n == 0)
		return explain(&ctl->why, ERR_NOT_FOUND,
			"the organisation has no token %lld; 'deskbellctl token list' shows all", (long long)id);
	return cmd_token_record(ctl, "token.revoke", id, sql_token_revoke_row(&r, 0).name);
}

enum err ctl_token_revoke(struct ctl *ctl)
{
	enum err e = ctl_transaction(ctl, arg_number(ctl, "org"), cmd_token_revoke, NULL);
	if (e == ERR_OK)
		puts("The token is revoked; it works no more.");
	return e;
}
