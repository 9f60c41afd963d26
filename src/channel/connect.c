/*
 * connect.c - a channel's form into the database, sealed: what deskbellctl and the settings page do alike.
 *
 * One channel per organisation and platform: connecting again edits it in place, also after a disconnect, so its
 * conversations stay. The platform is asked outside of any transaction. The unique indexes decide between two
 * organisations that connect the same number, bot or verify token at the same moment. Never prints a secret.
 */
#include "channel/connect.h"

#include "db/statements.h"

/* The stored channel as far as it can be opened. With another key file nothing opens: then every secret has to come
 * with the form, and `sealed` says why. */
static struct channel open_old(
	const struct channel_connect *c, const struct sql_channel_of_platform_rows *r, struct explain *sealed)
{
	struct channel old = { .org_id = c->org, .ops = c->ops };
	if (r->n == 0)
		return old;
	const struct sql_channel_of_platform_row row = sql_channel_of_platform_row(r, 0);
	old.id = row.id;
	old.external_id = row.external_id;
	old.account_id = row.account_id;
	if (channel_open(c->pool, c->keys, row.config, &old, sealed) != ERR_OK)
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
		if (new->ops->fields[i].secret && i != new->ops->verify_field && (old->secret[i] || new->secret[i])
			&& !same_secret(old->secret[i], new->secret[i]))
			return false;
	return str_equal(old->external_id, new->external_id) && str_equal(old->account_id, new->account_id);
}

/* The form on top of what is stored: the channel as it will be, but for what the platform is asked. */
static enum err read_channel(
	struct channel_connect *c, const struct sql_channel_of_platform_rows *r, struct channel *old)
{
	struct explain sealed = { "" };
	*old = open_old(c, r, &sealed);
	struct channel base = *old;
	int verify = c->ops->verify_field;
	if (verify >= 0 && !base.secret[verify])
		base.secret[verify] = c->generated;
	enum err e = channel_read_form(c->pool, c->ops, c->form, &base, &c->channel, c->why);
	if (e != ERR_OK)
		return *sealed.text
			       ? explain(c->why, e, "%s (What is stored cannot be used: %s)", c->why->text, sealed.text)
			       : e;
	c->channel.org_id = c->org;
	c->channel.id = old->id;
	c->used_generated = verify >= 0 && same_secret(c->channel.secret[verify], c->generated);
	return ERR_OK;
}

/* What the platform said goes into the channel that is stored. What was made up for the same account stays as it is
 * when another admin has stored it meanwhile: two who connect at once tell the platform the same. */
static void take_identity(struct channel_connect *c, const struct channel *stored)
{
	int account = c->ops->account_id_field;
	if (!c->ops->identify)
		return;
	bool same = str_equal(stored->external_id, c->identified.external_id);
	for (int i = 0; c->ops->fields[i].name; i++) {
		if (!c->ops->fields[i].own)
			continue;
		c->channel.plain[i] = c->identified.plain[i];
		if (!same || !c->channel.secret[i])
			c->channel.secret[i] = c->identified.secret[i];
	}
	if (same && account >= 0 && c->ops->fields[account].own && !str_is_empty(stored->account_id))
		c->channel.plain[account] = stored->account_id;
	c->channel.external_id = c->identified.external_id;
	c->channel.account_id = account >= 0 ? c->channel.plain[account] : STR_NONE;
}

/* What the platform does not confirm now stays as it was while the number does; else the operator's word counts. */
static void keep_ownership(struct channel_connect *c, struct str before, const struct channel *old)
{
	if (c->was_connected && str_equal(old->external_id, c->channel.external_id))
		c->ownership = str_equal(before, STR("proved"))    ? CHANNEL_PROVED
			       : str_equal(before, STR("vouched")) ? CHANNEL_VOUCHED
								   : CHANNEL_CLAIMED;
	if (c->ownership == CHANNEL_CLAIMED && c->vouched)
		c->ownership = CHANNEL_VOUCHED;
}

static enum err connect_merge(struct channel_connect *c, const struct sql_channel_of_platform_rows *r)
{
	struct channel old;
	int verify = c->ops->verify_field, verified_at = channel_field(c->ops, "webhook_verified_at");
	enum err e = read_channel(c, r, &old);
	if (e != ERR_OK)
		return e;
	take_identity(c, &old);
	if (c->ops->rotate)
		c->ops->rotate(c->pool, &old, &c->channel);
	const struct sql_channel_of_platform_row row = sql_channel_of_platform_row(r, 0);
	c->was_connected = r->n > 0 && !row.is_disconnected;
	c->replaced = old.id && !str_equal(old.external_id, c->channel.external_id) ? old : (struct channel){ 0 };
	if (c->ownership == CHANNEL_CLAIMED)
		keep_ownership(c, row.ownership, &old);
	bool was_verified = c->was_connected && str_equal(row.status, STR("verified"));
	bool proved = proof_holds(&old, &c->channel);
	c->status = was_verified && proved ? STR("verified") : STR("pending");
	if (verified_at >= 0 && (verify >= 0 ? same_secret(old.secret[verify], c->channel.secret[verify]) : proved))
		c->channel.plain[verified_at] = old.plain[verified_at];
	return ERR_OK;
}

/* Which of the two unique things it was; a third one means that a colleague connected the same organisation at this
 * moment: then edit what is there now. */
static enum err explain_conflict(const struct channel_connect *c, struct db *db, enum err e)
{
	if (e != ERR_CONFLICT)
		return e;
	if (strstr(db_last_message(db), "channel_addresses_external"))
		return explain(c->why, e, "another organisation has connected this %s; disconnect it there first",
			c->ops->own_address ? "bot" : "number");
	if (strstr(db_last_message(db), "channel_addresses_verify"))
		return explain(c->why, e,
			"another channel uses this verify_token; choose another one, or leave it out to have one "
			"generated");
	return ERR_DB_RACE;
}

static enum err connect_record(const struct channel_connect *c, struct db *db)
{
	struct buf detail;
	struct json_writer w;
	buf_init(&detail, 4096);
	json_writer_init(&w, &detail);
	json_begin_object(&w);
	json_member_i64(&w, "channel", c->channel.id);
	json_member_str(&w, "platform", str_of(c->ops->platform));
	json_member_str(&w, "external_id", c->channel.external_id);
	json_member_str(&w, "ownership", str_of(channel_ownership_name(c->ownership)));
	json_end_object(&w);
	enum err e = sql_audit(db, c->pool, c->org, str_of(c->actor),
		str_of(c->edited ? "channel.edit" : "channel.connect"), buf_str(&detail));
	buf_fini(&detail);
	return e;
}

static enum err connect_store(const struct channel_connect *c, struct db *db)
{
	struct buf config;
	unsigned char digest[1][CRYPT_SHA256_BYTES];
	struct str verify = STR_NONE;
	if (c->ops->verify_field >= 0 && c->channel.secret[c->ops->verify_field]
		&& channel_verify_digests(c->keys, secret_bytes(c->channel.secret[c->ops->verify_field]), digest, 1)
			   == 1)
		verify = (struct str){ (const char *)digest[0], CRYPT_SHA256_BYTES };
	buf_init(&config, 1 << 18);
	channel_seal(c->keys, &c->channel, &config);
	enum err e = sql_channel_save(db, c->pool,
		&(struct sql_channel_save_args){ .org_id = c->org,
			.id = c->channel.id,
			.external_id = c->channel.external_id,
			.account_id = c->channel.account_id,
			.config = buf_str(&config),
			.verify_digest = verify,
			.status = c->status,
			.ownership = str_of(channel_ownership_name(c->ownership)) });
	buf_fini(&config);
	return e;
}

static enum err connect_add(struct channel_connect *c, struct db *db)
{
	struct sql_channel_add_rows added;
	const struct channel_limits *l = &c->ops->limits;
	enum err e = sql_channel_add(db, c->pool, c->org, str_of(c->ops->platform), c->channel.external_id,
		str_of(channel_ownership_name(c->ownership)), &added);
	if (e != ERR_OK)
		return e;
	c->channel.id = sql_channel_add_row(&added, 0).id;
	return sql_channel_set_limits(db, c->pool,
		&(struct sql_channel_set_limits_args){ .org_id = c->org,
			.id = c->channel.id,
			.rate_per_s = l->rate_per_s,
			.pair_interval_ms = l->pair_interval_ms,
			.pair_burst = l->pair_burst,
			.echo_wait_s = l->echo_wait_s,
			.has_window = c->ops->has_window });
}

/* Message 42:7 of one bot is not message 42:7 of another. */
static enum err separate_ids(const struct channel_connect *c, struct db *db)
{
	if (!c->ops->own_ids || !c->replaced.ops)
		return ERR_OK;
	enum err e = sql_channel_set_ids_aside(db, c->pool, c->org, c->channel.id, c->replaced.external_id);
	if (e == ERR_OK)
		e = sql_channel_take_ids_back(db, c->pool, c->org, c->channel.id, c->channel.external_id);
	return e;
}

enum err channel_connect_load(struct channel_connect *c, struct db *db)
{
	struct sql_channel_of_platform_rows r;
	if (!c->generated)
		c->generated = channel_generate_secret(c->pool);
	enum err e = sql_channel_stored(db, c->pool, c->org, str_of(c->ops->platform), &r);
	return e == ERR_OK ? read_channel(c, &r, &c->old) : e;
}

enum err channel_connect_identify(struct channel_connect *c)
{
	enum err e = ERR_OK;
	if (c->ops->identify)
		e = c->ops->identify(c->pool, c->conf, c->old.id ? &c->old : NULL, &c->channel, c->why);
	c->identified = c->channel;
	if (e == ERR_OK)
		c->ownership =
			c->ops->prove ? c->ops->prove(c->pool, c->conf, &c->channel, &c->unproved) : CHANNEL_PROVED;
	return e;
}

/* What is only claimed cannot be what another organisation has proved. */
static enum err connect_check_claim(const struct channel_connect *c, struct db *db)
{
	struct sql_channel_is_taken_rows rows;
	if (c->ownership != CHANNEL_CLAIMED)
		return ERR_OK;
	enum err e = sql_channel_is_taken(db, c->pool, c->org, str_of(c->ops->platform), c->channel.external_id, &rows);
	if (e == ERR_OK && sql_channel_is_taken_row(&rows, 0).is_taken)
		e = explain(c->why, ERR_CONFLICT,
			"another organisation has this number, and it is not proved to be this one's: %s",
			c->unproved.text);
	return e;
}

/* Another number or bot in the place of one that is connected is asked for twice: its conversations end. */
static enum err connect_check_replaced(struct channel_connect *c)
{
	c->asks_replace = c->replaced.ops && c->was_connected && !c->replace;
	if (!c->asks_replace)
		return ERR_OK;
	return explain(c->why, ERR_CONFLICT,
		"%.*s is connected. With %.*s in its place replies that wait are not sent, and no customer is written "
		"to "
		"before writing to the new %s",
		(int)c->replaced.external_id.n, c->replaced.external_id.p, (int)c->channel.external_id.n,
		c->channel.external_id.p, c->ops->own_address ? "bot" : "number");
}

enum err channel_connect_save(struct channel_connect *c, struct db *db)
{
	struct sql_channel_of_platform_rows r;
	enum err e = sql_channel_of_platform(db, c->pool, c->org, str_of(c->ops->platform), &r);
	if (e == ERR_OK)
		e = connect_merge(c, &r);
	if (e != ERR_OK)
		return e;
	c->edited = r.n > 0;
	e = connect_check_replaced(c);
	if (e == ERR_OK)
		e = connect_check_claim(c, db);
	if (e != ERR_OK)
		return e;
	e = c->edited ? ERR_OK : connect_add(c, db);
	if (e == ERR_OK)
		e = connect_store(c, db);
	if (e == ERR_OK)
		e = separate_ids(c, db);
	if (e == ERR_OK && c->replaced.ops)
		e = sql_channel_cut_off(db, c->pool, c->org, c->channel.id);
	return e == ERR_OK ? connect_record(c, db) : explain_conflict(c, db, e);
}

/* The account before must deliver no more: what it delivers is refused, but its owner should not find it busy. NULL
 * when there was none that could be told. */
static struct check_finding *connect_release(const struct channel_connect *c)
{
	struct explain why = { "" };
	const struct channel *old = &c->replaced;
	if (!old->ops || !c->was_connected || !old->ops->unsubscribe)
		return NULL;
	struct check_finding *f = pool_new_of(c->pool, struct check_finding);
	f->subject = CODE(subject_account_before);
	f->level = CHECK_GOOD;
	f->reason = REASON(c->pool, check_released, F_STR("account", old->external_id));
	if (old->ops->unsubscribe(c->pool, c->conf, old, &why) != ERR_OK) {
		f->level = CHECK_WARNING;
		f->reason = REASON(c->pool, check_not_released, F_STR("account", old->external_id),
			F_REASON("reason", explain_stored(&why)));
	}
	return f;
}

struct check_finding *channel_connect_subscribe(const struct channel_connect *c)
{
	struct check_finding *before, *found;
	if (!c->ops->own_address)
		return NULL;
	before = connect_release(c);
	found = c->ops->check(c->pool, c->conf, &c->channel, true);
	if (!before)
		return found;
	before->next_finding = found;
	return before;
}

enum err channel_disconnect(
	struct pool *pool, struct db *db, const struct channel_ops *ops, int64_t org, int64_t id, const char *actor)
{
	struct buf names;
	struct db_array a;
	struct sql_channel_disconnect_rows r;
	buf_init(&names, 4096);
	db_array_begin(&a, &names);
	for (const struct channel_field *f = ops->fields; f->name; f++)
		if (f->secret || (f->own && ops->rotate)) /* what is known of the credentials goes with them */
			db_array_text(&a, str_of(f->name));
	db_array_end(&a);
	enum err e = sql_channel_disconnect(db, pool, org, id, buf_str(&names), &r);
	buf_fini(&names);
	if (e != ERR_OK)
		return e;
	if (r.n == 0)
		return ERR_NOT_FOUND;
	return sql_audit(db, pool, org, str_of(actor), STR("channel.disconnect"),
		pool_printf(pool, "{\"channel\":%lld,\"platform\":\"%s\"}", (long long)id, ops->platform));
}
