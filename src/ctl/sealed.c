/*
 * sealed.c - everything in the database that is sealed with the keys of key.file: channels' credentials, secret
 * settings of organisations, second factors of users, the installation's key for Web
 * Push.
 *
 * The one list of such places, for the rotation of keys and for the doctor. A value is known by its form, not by a list
 * of names, so that a new secret field cannot be forgotten. Never opens anything.
 */
#include "ctl/sealed.h"

#include "domain/account.h"
#include "domain/push-key.h"
#include "domain/settings.h"

struct collect {
	struct ctl *ctl;
	struct sealed_row *row;
};

static struct str context_of(struct pool *pool, const struct sealed_row *row, const char *name)
{
	if (row->is_push_key)
		return STR(PUSH_KEY_CONTEXT);
	if (row->user_id)
		return second_factor_seal_context(pool, row->user_id);
	if (row->channel_id)
		return channel_seal_context(
			pool, &(struct channel){ .org_id = row->org_id, .id = row->channel_id }, name);
	return setting_seal_context(pool, row->org_id, name);
}

static bool collect_field(void *arg, struct str key, const struct json *value)
{
	struct collect *c = arg;
	struct sealed_row *row = c->row;
	struct str sealed = json_str(value);
	const char *name;
	if (!crypt_sealed_under(sealed).p)
		return true;
	if (row->n == SEALED_FIELDS_MAX)
		bug("more than %d sealed values in a row", SEALED_FIELDS_MAX);
	name = pool_cstr(c->ctl->pool, key);
	row->field[row->n++] = (struct sealed_field){ name, sealed, context_of(c->ctl->pool, row, name) };
	return true;
}

/* Whose rows a page is of. */
enum sealed_owner { SEALED_OF_ORG, SEALED_OF_USER, SEALED_OF_HOST };

static struct sealed_row *sealed_read_row(
	struct ctl *ctl, const struct sql_sealed_channels_rows *r, int n, enum sealed_owner owner)
{
	struct sealed_row *i = pool_new_of(ctl->pool, struct sealed_row);
	const struct json *stored;
	const struct sql_sealed_channels_row row = sql_sealed_channels_row(r, n);
	i->org_id = owner == SEALED_OF_ORG ? row.owner_id : 0;
	i->user_id = owner == SEALED_OF_USER ? row.owner_id : 0;
	i->is_push_key = owner == SEALED_OF_HOST;
	i->channel_id = row.id;
	i->ops = channel_find(row.platform);
	i->verify_digest = row.digest;
	if (json_parse(ctl->pool, row.config, &stored, NULL) == ERR_OK)
		json_each(stored, collect_field, &(struct collect){ ctl, i });
	return i;
}

/* Pages along the key (org_id, channel_id), or the user's id and 0. */
static enum err each_of(struct ctl *ctl, sql_sealed_channels_query *page, enum sealed_owner owner,
	enum err (*each)(struct ctl *ctl, const struct sealed_row *i, void *arg), void *arg)
{
	int64_t org = 0, channel = 0;
	for (;;) {
		struct sql_sealed_channels_rows r;
		enum err e = CTL_QUERY(ctl, 0, page, org, channel, &r);
		if (e != ERR_OK || r.n == 0)
			return e;
		for (int n = 0; n < r.n; n++) {
			const struct sealed_row *i = sealed_read_row(ctl, &r, n, owner);
			org = sql_sealed_channels_row(&r, n).owner_id;
			channel = i->channel_id;
			if (i->n > 0 && (e = each(ctl, i, arg)) != ERR_OK)
				return e;
		}
	}
}

enum err sealed_each(
	struct ctl *ctl, enum err (*each)(struct ctl *ctl, const struct sealed_row *row, void *arg), void *arg)
{
	enum err e = each_of(ctl, sql_sealed_channels, SEALED_OF_ORG, each, arg);
	if (e == ERR_OK)
		e = each_of(ctl, sql_sealed_settings, SEALED_OF_ORG, each, arg);
	if (e == ERR_OK)
		e = each_of(ctl, sql_sealed_users, SEALED_OF_USER, each, arg);
	return e == ERR_OK ? each_of(ctl, sql_sealed_push_key, SEALED_OF_HOST, each, arg) : e;
}

const char *sealed_row_name(struct ctl *ctl, const struct sealed_row *row)
{
	if (row->channel_id)
		return pool_printf(ctl->pool, "channel %lld (organisation %lld)", (long long)row->channel_id,
			(long long)row->org_id)
			.p;
	if (row->is_push_key)
		return "the key for Web Push";
	if (row->user_id)
		return pool_printf(ctl->pool, "user %lld", (long long)row->user_id).p;
	return pool_printf(ctl->pool, "the settings of organisation %lld", (long long)row->org_id).p;
}

enum err sealed_keys(struct ctl *ctl, struct sql_sealed_keys_rows *out)
{
	return sql_sealed_keys(ctl->db, ctl->pool, out);
}
