/*
 * cmd-channel-connect.c - `deskbellctl channel connect`: the channel's config from standard input into the database,
 * and what is left to do.
 *
 * What connecting is, is in channel/connect.c. Secrets are in memory that is wiped; the only one ever printed is a
 * verify token that was generated here, because a person has to type it into Meta's console. A number, a bot or a
 * verify token that another organisation has is refused with that organisation's name.
 */
#include "channel/connect.h"
#include "ctl/channels/channels.h"
#include "ctl/output.h"

#define FORM_MAX_BYTES 65536
#define DIGESTS_MAX 64

const struct arg_spec ctl_channel_connect_args[] = {
	{ ARG_WORD, "PLATFORM", NULL, true, SHAPE_ANY, "whatsapp|telegram", "the platform" }, ARG_THE_ORG,
	{ ARG_FLAG, "vouch", NULL, false, SHAPE_ANY, NULL,
		"the number is this organisation's, although Meta cannot be asked or does not say so" },
	{ ARG_FLAG, "replace", NULL, false, SHAPE_ANY, NULL,
		"another number or bot takes the place of the one that is connected" },
	ARG_JSON, ARG_LAST
};

struct connect {
	struct channel_connect x;
	struct check_finding *subscribed; /* what came of telling the platform where to deliver */
	bool bot_is_off;
};

struct unknown {
	const struct channel_ops *ops;
	struct str key;
};

/* Stops at a field that the platform does not have, and leaves its name. */
static bool cmd_channel_connect_is_known(void *arg, struct str key, const struct json *value)
{
	struct unknown *u = arg;
	(void)value;
	u->key = key;
	for (const struct channel_field *f = u->ops->fields; f->name; f++)
		if (!f->own && str_equal(key, str_of(f->name)))
			return true;
	return false;
}

static enum err cmd_channel_connect_read_form(struct ctl *ctl, struct connect *c)
{
	struct str text;
	const struct json *form;
	struct unknown u = { .ops = c->x.ops };
	enum err e = ctl_read_stdin(ctl, FORM_MAX_BYTES, "the channel's config as a JSON object", &text);
	if (e != ERR_OK)
		return e;
	if (str_is_empty(str_trim(text)))
		return explain(&ctl->why, ERR_INVALID,
			"standard input is empty: pipe in the channel's config as a JSON object ('deskbellctl channel "
			"connect --help' names its fields)");
	if ((e = json_parse(ctl->pool, text, &form, &ctl->why)) != ERR_OK)
		return explain(
			&ctl->why, e, "the channel's config on standard input is not valid JSON: %s", ctl->why.text);
	if (json_kind(form) != JSON_OBJECT)
		return explain(&ctl->why, ERR_INVALID,
			"the channel's config on standard input must be a JSON object: {\"%s\": ...}",
			c->x.ops->fields[0].name);
	/* A mistyped name would otherwise look like a missing field. The name is shown, its value is not. */
	if (!json_each(form, cmd_channel_connect_is_known, &u))
		return explain(&ctl->why, ERR_INVALID, "a %s channel has no field '%.*s'; --help names its fields",
			c->x.ops->title, u.key.n > 40 ? 40 : (int)u.key.n, u.key.p);
	c->x.form = channel_form_of_json(ctl->pool, c->x.ops, form);
	return ERR_OK;
}

/* Asked before, of all organisations, because the words should name who has it. Digests under older keys count too. */
static enum err check_taken(struct ctl *ctl, const struct connect *c)
{
	unsigned char digests[DIGESTS_MAX][CRYPT_SHA256_BYTES];
	struct sql_channel_taken_rows r;
	struct buf array;
	struct db_array a;
	int external = c->x.ops->external_id_field, verify = c->x.ops->verify_field;
	struct str id = c->x.channel.external_id;
	const struct secret *token = verify >= 0 ? c->x.channel.secret[verify] : NULL;
	int n = token ? channel_verify_digests(c->x.keys, secret_bytes(token), digests, DIGESTS_MAX) : 0;
	buf_init(&array, 1 << 16);
	db_array_begin(&a, &array);
	for (int i = 0; i < n; i++)
		db_array_bytes(&a, (struct str){ (const char *)digests[i], CRYPT_SHA256_BYTES });
	db_array_end(&a);
	enum err e =
		CTL_QUERY(ctl, 0, sql_channel_taken, str_of(c->x.ops->platform), c->x.org, id, buf_str(&array), &r);
	buf_fini(&array);
	if (e != ERR_OK || r.n == 0)
		return e;
	const struct sql_channel_taken_row row = sql_channel_taken_row(&r, 0);
	long long channel = row.id, org = row.org_id;
	struct str name = row.org_name;
	if (row.has_external_id)
		return explain(&ctl->why, ERR_CONFLICT,
			"%s %.*s is connected already, as channel %lld of organisation %lld ('%.*s'). Disconnect it "
			"there first "
			"(deskbellctl channel disconnect %lld), or use another one.",
			c->x.ops->fields[external].name, OUT_STR(id), channel, org, OUT_STR(name), channel);
	return explain(&ctl->why, ERR_CONFLICT,
		"channel %lld of organisation %lld ('%.*s') uses the same %s. Choose another one, or leave it out to "
		"have one generated.",
		channel, org, OUT_STR(name), c->x.ops->fields[verify].name);
}

static enum err cmd_channel_connect_load(struct ctl *ctl, void *arg)
{
	return channel_connect_load(&((struct connect *)arg)->x, ctl->db);
}

static enum err cmd_channel_connect_save(struct ctl *ctl, void *arg)
{
	struct connect *c = arg;
	struct sql_organization_find_rows org;
	enum err e = channel_connect_save(&c->x, ctl->db);
	if (e == ERR_OK)
		e = sql_organization_find(ctl->db, ctl->pool, c->x.org, &org);
	if (e == ERR_OK)
		c->bot_is_off = str_equal(sql_organization_find_row(&org, 0).bot_mode, STR("off"));
	return e;
}

static struct str callback_url(struct ctl *ctl, const struct connect *c)
{
	return channel_callback_url(ctl->pool, &ctl->conf, &c->x.channel);
}

static void cmd_channel_connect_print_json(struct ctl *ctl, const struct connect *c)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_i64(w, "id", c->x.channel.id);
	json_member_i64(w, "org", c->x.org);
	json_member_str(w, "platform", str_of(c->x.ops->platform));
	json_member_bool(w, "new", !c->x.edited);
	json_member_str(w, "status", c->x.status);
	json_member_str(w, "ownership", str_of(channel_ownership_name(c->x.ownership)));
	json_member_str(w, "callback_url", callback_url(ctl, c));
	if (c->x.used_generated)
		json_member_str(w, "verify_token", secret_bytes(c->x.generated));
	check_findings_write(w, c->subscribed);
	json_end_object(w);
	out_json_end(&j);
}

static void print_next_steps(struct ctl *ctl, const struct connect *c)
{
	int step = 1;
	puts("\nNext:");
	if (!*ctl->conf.public_base_url)
		printf("  %d. Before anything else: set public.base_url to the https:// address of this host.\n",
			step++);
	for (const char *const *words = c->x.ops->steps; *words; words++)
		printf("  %d. %s\n", step++, *words);
	if (!c->x.ops->own_address || !*ctl->conf.public_base_url)
		printf("  %d. deskbellctl channel check %lld --subscribe\n", step++, (long long)c->x.channel.id);
	if (c->bot_is_off)
		printf("  %d. The bot is off: deskbellctl bot-mode --org %lld active, once there are skills.\n", step++,
			(long long)c->x.org);
	printf("  %d. Write to %s.\n", step, c->x.ops->own_address ? "the bot" : "the number from a phone");
}

static void cmd_channel_connect_print(struct ctl *ctl, const struct connect *c)
{
	struct str url = callback_url(ctl, c);
	printf("channel %lld: %s %.*s of organisation %lld is %s.\n", (long long)c->x.channel.id, c->x.ops->title,
		OUT_STR(c->x.channel.external_id), (long long)c->x.org, c->x.edited ? "changed" : "connected");
	printf("Callback URL:  %.*s\n",
		OUT_STR(url.p ? url : STR("not known: public.base_url is not set in the configuration")));
	if (c->x.used_generated)
		printf("Verify token:  %.*s  (generated; it is shown only this once)\n",
			OUT_STR(secret_bytes(c->x.generated)));
	if (c->x.ownership == CHANNEL_CLAIMED)
		printf("Not proved:    %s. Another organisation that proves the number gets its messages. Connect "
		       "again when "
		       "the token is right, or with --vouch.\n",
			c->x.unproved.text);
	check_findings_print(ctl, c->subscribed);
	if (!str_equal(c->x.status, STR("verified")))
		print_next_steps(ctl, c);
}

enum err ctl_channel_connect(struct ctl *ctl)
{
	struct connect c = { .x = { .pool = ctl->pool,
				     .conf = &ctl->conf,
				     .actor = "deskbellctl",
				     .org = arg_number(ctl, "org"),
				     .ops = channel_find(str_of(arg_text(ctl, "PLATFORM"))),
				     .vouched = arg_flag(ctl, "vouch"),
				     .replace = arg_flag(ctl, "replace"),
				     .why = &ctl->why } };
	if (!c.x.ops)
		bug("the argument allows a platform that is not there");
	enum err e = ctl_load_keys(ctl, &c.x.keys);
	if (e == ERR_OK)
		e = cmd_channel_connect_read_form(ctl, &c);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, c.x.org, cmd_channel_connect_load, &c);
	if (e == ERR_OK)
		e = channel_connect_identify(&c.x);
	if (e == ERR_OK)
		e = check_taken(ctl, &c);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, c.x.org, cmd_channel_connect_save, &c);
	if (e != ERR_OK)
		return e;
	c.subscribed = channel_connect_subscribe(&c.x);
	if (arg_flag(ctl, "json"))
		cmd_channel_connect_print_json(ctl, &c);
	else
		cmd_channel_connect_print(ctl, &c);
	return ERR_OK;
}
