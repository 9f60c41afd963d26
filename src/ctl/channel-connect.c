/*
 * channel-connect.c - `deskbellctl channel connect`: the channel's config from standard input into the database,
 * sealed.
 *
 * One channel per organisation and platform: connecting again edits it in place, also after a disconnect, so its
 * conversations stay. What only the platform knows is asked before anything is stored. Secrets are in memory that is
 * wiped; the only one ever printed is a verify token that was generated here, because a person has to type it into
 * Meta's console. A number or a verify token that another organisation has is refused with words; the unique indexes
 * decide between two who try at the same moment.
 */
#include "ctl/channels.h"
#include "ctl/output.h"

#define FORM_MAX_BYTES 65536
#define DIGESTS_MAX 64

const struct arg_spec ctl_channel_connect_args[] = { { ARG_WORD, "PLATFORM", NULL, true, SHAPE_ANY, "whatsapp|telegram",
							     "the platform" },
	ARG_THE_ORG, ARG_JSON, ARG_LAST };

struct connect {
	int64_t org;
	const struct channel_ops *ops;
	const struct crypt_keys *keys;
	const struct json *form;
	struct secret *generated;  /* a verify token, used if none is given or stored */
	struct channel identified; /* what the platform says it is; nothing where it is not asked */
	struct channel channel;
	struct check_finding *subscribed; /* what came of telling the platform where to deliver */
	struct str status;
	bool edited, used_generated, bot_is_off;
};

struct unknown {
	const struct channel_ops *ops;
	struct str key;
};

/* Stops at a field that the platform does not have, and leaves its name. */
static bool is_known(void *arg, struct str key, const struct json *value)
{
	struct unknown *u = arg;
	(void)value;
	u->key = key;
	for (const struct channel_field *f = u->ops->fields; f->name; f++)
		if (!f->own && str_equal(key, str_of(f->name)))
			return true;
	return false;
}

static enum err read_form(struct ctl *ctl, struct connect *c)
{
	struct str text;
	struct unknown u = { .ops = c->ops };
	enum err e = ctl_read_stdin(ctl, FORM_MAX_BYTES, "the channel's config as a JSON object", &text);
	if (e != ERR_OK)
		return e;
	if (str_is_empty(str_trim(text)))
		return explain(&ctl->why, ERR_INVALID,
			"standard input is empty: pipe in the channel's config as a JSON object ('deskbellctl channel "
			"connect --help' names its fields)");
	if ((e = json_parse(ctl->pool, text, &c->form, &ctl->why)) != ERR_OK)
		return explain(
			&ctl->why, e, "the channel's config on standard input is not valid JSON: %s", ctl->why.text);
	if (json_kind(c->form) != JSON_OBJECT)
		return explain(&ctl->why, ERR_INVALID,
			"the channel's config on standard input must be a JSON object: {\"%s\": ...}",
			c->ops->fields[0].name);
	/* A mistyped name would otherwise look like a missing field. The name is shown, its value is not. */
	if (!json_each(c->form, is_known, &u))
		return explain(&ctl->why, ERR_INVALID, "a %s channel has no field '%.*s'; --help names its fields",
			c->ops->title, u.key.n > 40 ? 40 : (int)u.key.n, u.key.p);
	return ERR_OK;
}

/* The stored channel as far as it can be opened. With another key file nothing opens: then every secret has to come
 * with the form, and `sealed` says why. */
static struct channel open_old(
	struct ctl *ctl, const struct connect *c, const struct db_result *r, struct explain *sealed)
{
	struct channel old = { .org_id = c->org, .ops = c->ops };
	if (db_rows(r) == 0)
		return old;
	old.id = db_int(r, 0, 0);
	old.external_id = db_str(r, 0, 1);
	old.account_id = db_str(r, 0, 2);
	if (channel_open(ctl->pool, c->keys, db_str(r, 0, 3), &old, sealed) != ERR_OK)
		memset(old.secret, 0, sizeof(old.secret));
	return old;
}

static bool same_secret(const struct secret *a, const struct secret *b)
{
	return a && b && str_equal(secret_bytes(a), secret_bytes(b));
}

/* What a signed delivery has proved stays proved as long as nothing that it depends on changes. */
static bool proof_holds(const struct channel *old, const struct channel *new)
{
	for (int i = 0; new->ops->fields[i].name; i++)
		if (new->ops->fields[i].secret && i != new->ops->verify_field
			&& !same_secret(old->secret[i], new->secret[i]))
			return false;
	return str_equal(old->external_id, new->external_id) && str_equal(old->account_id, new->account_id);
}

/* The form on top of what is stored: the channel as it will be, but for what the platform is asked. */
static enum err read_channel(struct ctl *ctl, struct connect *c, const struct db_result *r, struct channel *old)
{
	struct explain sealed = { "" };
	*old = open_old(ctl, c, r, &sealed);
	struct channel base = *old;
	int verify = c->ops->verify_field;
	if (verify >= 0 && !base.secret[verify])
		base.secret[verify] = c->generated;
	enum err e = channel_read_form(ctl->pool, c->ops, c->form, &base, &c->channel, &ctl->why);
	if (e != ERR_OK)
		return *sealed.text ? explain(
			       &ctl->why, e, "%s (What is stored cannot be used: %s)", ctl->why.text, sealed.text)
				    : e;
	c->channel.org_id = c->org;
	c->channel.id = old->id;
	c->used_generated = verify >= 0 && same_secret(c->channel.secret[verify], c->generated);
	return ERR_OK;
}

/* Before any transaction: whatever takes long. */
static enum err identify(struct ctl *ctl, struct connect *c)
{
	struct db_result *r;
	struct channel old;
	enum err e = CTL_QUERY(ctl, c->org, &sql_channel_stored, &r, DB_INT(c->org), DB_CSTR(c->ops->platform));
	if (e == ERR_OK)
		e = read_channel(ctl, c, r, &old);
	if (e == ERR_OK && c->ops->identify)
		e = c->ops->identify(ctl->pool, &ctl->conf, old.id ? &old : NULL, &c->channel, &ctl->why);
	c->identified = c->channel;
	return e;
}

/* What the platform said goes into the channel that is stored. */
static void take_identity(struct connect *c)
{
	if (!c->ops->identify)
		return;
	for (int i = 0; c->ops->fields[i].name; i++)
		if (c->ops->fields[i].own) {
			c->channel.plain[i] = c->identified.plain[i];
			c->channel.secret[i] = c->identified.secret[i];
		}
	c->channel.external_id = c->identified.external_id;
	c->channel.account_id = c->identified.account_id;
}

static enum err merge(struct ctl *ctl, struct connect *c, const struct db_result *r)
{
	struct channel old;
	int verify = c->ops->verify_field, verified_at = channel_field(c->ops, "webhook_verified_at");
	enum err e = read_channel(ctl, c, r, &old);
	if (e != ERR_OK)
		return e;
	take_identity(c);
	bool was_verified = db_rows(r) > 0 && str_equal(db_str(r, 0, 4), STR("verified")) && !db_bool(r, 0, 5);
	bool proved = proof_holds(&old, &c->channel);
	c->status = was_verified && proved ? STR("verified") : STR("pending");
	if (verified_at >= 0 && (verify >= 0 ? same_secret(old.secret[verify], c->channel.secret[verify]) : proved))
		c->channel.plain[verified_at] = old.plain[verified_at];
	return ERR_OK;
}

/* Which of the two unique things it was; a third one means that a colleague connected the same organisation at this
 * moment: then edit what is there now. */
static enum err explain_conflict(struct ctl *ctl, const struct connect *c, enum err e)
{
	if (e != ERR_CONFLICT)
		return e;
	if (strstr(db_last_message(ctl->db), "channels_external"))
		return explain(&ctl->why, e,
			"another organisation has connected this %s; disconnect it there first ('deskbellctl "
			"channel list' shows where)",
			c->ops->own_address ? "bot" : "number");
	if (strstr(db_last_message(ctl->db), "channels_verify"))
		return explain(&ctl->why, e,
			"another channel uses this verify_token; choose another one, or leave it out to have one "
			"generated");
	return ERR_DB_RACE;
}

static enum err record(struct ctl *ctl, const struct connect *c)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "channel", c->channel.id);
	json_member_str(&w, "platform", str_of(c->ops->platform));
	json_member_str(&w, "external_id", c->channel.external_id);
	json_end_object(&w);
	enum err e = ctl_audit(ctl, c->org, c->edited ? "channel.edit" : "channel.connect", buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err store(struct ctl *ctl, const struct connect *c)
{
	struct buf config;
	unsigned char digest[1][CRYPT_SHA256_BYTES];
	struct db_value verify = DB_NULL;
	if (c->ops->verify_field >= 0 && c->channel.secret[c->ops->verify_field]
		&& channel_verify_digests(c->keys, secret_bytes(c->channel.secret[c->ops->verify_field]), digest, 1)
			   == 1)
		verify = DB_BYTES(((struct str){ (const char *)digest[0], CRYPT_SHA256_BYTES }));
	buf_init(&config, 1 << 18);
	channel_seal(c->keys, &c->channel, &config);
	enum err e = DB_QUERY(ctl->db, ctl->pool, &sql_channel_save, NULL, DB_INT(c->org), DB_INT(c->channel.id),
		DB_TEXT(c->channel.external_id), DB_TEXT(c->channel.account_id), DB_TEXT(buf_str(&config)), verify,
		DB_TEXT(c->status));
	buf_fini(&config);
	return e;
}

static enum err add(struct ctl *ctl, struct connect *c)
{
	struct db_result *added;
	const struct channel_limits *l = &c->ops->limits;
	enum err e = DB_QUERY(ctl->db, ctl->pool, &sql_channel_add, &added, DB_INT(c->org), DB_CSTR(c->ops->platform),
		DB_TEXT(c->channel.external_id));
	if (e != ERR_OK)
		return e;
	c->channel.id = db_int(added, 0, 0);
	return DB_QUERY(ctl->db, ctl->pool, &sql_channel_set_limits, NULL, DB_INT(c->org), DB_INT(c->channel.id),
		DB_INT(l->rate_per_s), DB_INT(l->pair_interval_ms), DB_INT(l->pair_burst), DB_INT(l->echo_wait_s),
		DB_BOOL(c->ops->has_window));
}

static enum err save(struct ctl *ctl, void *arg)
{
	struct connect *c = arg;
	struct db_result *r;
	enum err e =
		DB_QUERY(ctl->db, ctl->pool, &sql_channel_of_platform, &r, DB_INT(c->org), DB_CSTR(c->ops->platform));
	if (e == ERR_OK)
		e = merge(ctl, c, r);
	if (e != ERR_OK)
		return e;
	c->edited = db_rows(r) > 0;
	if (!c->edited && (e = add(ctl, c)) != ERR_OK)
		return explain_conflict(ctl, c, e);
	if ((e = store(ctl, c)) != ERR_OK)
		return explain_conflict(ctl, c, e);
	struct db_result *org;
	if ((e = DB_QUERY(ctl->db, ctl->pool, &sql_organization_find, &org, DB_INT(c->org))) != ERR_OK)
		return e;
	c->bot_is_off = str_equal(db_str(org, 0, 2), STR("off"));
	return record(ctl, c);
}

/* Asked before, of all organisations, because the words should name who has it. Digests under older keys count too. */
static enum err check_taken(struct ctl *ctl, const struct connect *c)
{
	unsigned char digests[DIGESTS_MAX][CRYPT_SHA256_BYTES];
	struct db_result *r;
	struct buf array;
	struct db_array a;
	int external = c->ops->external_id_field, verify = c->ops->verify_field;
	struct str id = c->channel.external_id;
	const struct secret *token = verify >= 0 ? c->channel.secret[verify] : NULL;
	int n = token ? channel_verify_digests(c->keys, secret_bytes(token), digests, DIGESTS_MAX) : 0;
	buf_init(&array, 1 << 16);
	db_array_begin(&a, &array);
	for (int i = 0; i < n; i++)
		db_array_bytes(&a, (struct str){ (const char *)digests[i], CRYPT_SHA256_BYTES });
	db_array_end(&a);
	enum err e = CTL_QUERY(ctl, 0, &sql_channel_taken, &r, DB_CSTR(c->ops->platform), DB_INT(c->org), DB_TEXT(id),
		DB_TEXT(buf_str(&array)));
	buf_fini(&array);
	if (e != ERR_OK || db_rows(r) == 0)
		return e;
	long long channel = db_int(r, 0, 0), org = db_int(r, 0, 1);
	struct str name = db_str(r, 0, 2);
	if (db_bool(r, 0, 3))
		return explain(&ctl->why, ERR_CONFLICT,
			"%s %.*s is connected already, as channel %lld of organisation %lld ('%.*s'). Disconnect it "
			"there first "
			"(deskbellctl channel disconnect %lld), or use another one.",
			c->ops->fields[external].name, OUT_STR(id), channel, org, OUT_STR(name), channel);
	return explain(&ctl->why, ERR_CONFLICT,
		"channel %lld of organisation %lld ('%.*s') uses the same %s. Choose another one, or leave it out to "
		"have one generated.",
		channel, org, OUT_STR(name), c->ops->fields[verify].name);
}

static struct str callback_url(struct ctl *ctl, const struct connect *c)
{
	return channel_callback_url(ctl->pool, &ctl->conf, &c->channel);
}

/* Where a channel has an address of its own, nobody but the platform has to learn it: it is told at once. */
static void subscribe(struct ctl *ctl, struct connect *c)
{
	if (c->ops->own_address)
		c->subscribed = c->ops->check(ctl->pool, &ctl->conf, &c->channel, true);
}

static void print_json(struct ctl *ctl, const struct connect *c)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_i64(w, "id", c->channel.id);
	json_member_i64(w, "org", c->org);
	json_member_str(w, "platform", str_of(c->ops->platform));
	json_member_bool(w, "new", !c->edited);
	json_member_str(w, "status", c->status);
	json_member_str(w, "callback_url", callback_url(ctl, c));
	if (c->used_generated)
		json_member_str(w, "verify_token", secret_bytes(c->generated));
	findings_write(w, c->subscribed);
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
	for (const char *const *words = c->ops->steps; *words; words++)
		printf("  %d. %s\n", step++, *words);
	if (!c->ops->own_address || !*ctl->conf.public_base_url)
		printf("  %d. deskbellctl channel check %lld --subscribe\n", step++, (long long)c->channel.id);
	if (c->bot_is_off)
		printf("  %d. The bot is off: deskbellctl bot-mode --org %lld active, once there are skills.\n", step++,
			(long long)c->org);
	printf("  %d. Write to %s.\n", step, c->ops->own_address ? "the bot" : "the number from a phone");
}

static void print(struct ctl *ctl, const struct connect *c)
{
	struct str url = callback_url(ctl, c);
	printf("channel %lld: %s %.*s of organisation %lld is %s.\n", (long long)c->channel.id, c->ops->title,
		OUT_STR(c->channel.external_id), (long long)c->org, c->edited ? "changed" : "connected");
	printf("Callback URL:  %.*s\n",
		OUT_STR(url.p ? url : STR("not known: public.base_url is not set in the configuration")));
	if (c->used_generated)
		printf("Verify token:  %.*s  (generated; it is shown only this once)\n",
			OUT_STR(secret_bytes(c->generated)));
	findings_print(ctl, c->subscribed);
	if (!str_equal(c->status, STR("verified")))
		print_next_steps(ctl, c);
}

enum err ctl_channel_connect(struct ctl *ctl)
{
	struct connect c = { .org = arg_number(ctl, "org"), .ops = channel_find(str_of(arg_text(ctl, "PLATFORM"))) };
	if (!c.ops)
		bug("the argument allows a platform that is not there");
	enum err e = ctl_load_keys(ctl, &c.keys);
	if (e == ERR_OK)
		e = read_form(ctl, &c);
	c.generated = channel_generate_secret(ctl->pool);
	if (e == ERR_OK)
		e = identify(ctl, &c);
	if (e == ERR_OK)
		e = check_taken(ctl, &c);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, c.org, save, &c);
	if (e != ERR_OK)
		return e;
	subscribe(ctl, &c);
	if (arg_flag(ctl, "json"))
		print_json(ctl, &c);
	else
		print(ctl, &c);
	return ERR_OK;
}
