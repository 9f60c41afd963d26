/*
 * sealed.c - everything in the database that is sealed with the keys of key.file: channels' credentials and secret
 * settings of organisations.
 *
 * The one list of such places, for the rotation of keys and for the doctor. A value is known by its form, not by a list
 * of names, so that a new secret field cannot be forgotten. Never opens anything.
 */
#include "ctl/sealed.h"

#include "domain/settings.h"

enum { ORG, CHANNEL, PLATFORM, DIGEST, STORED };

struct collect {
	struct ctl *ctl;
	struct sealed_row *row;
};

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
	row->field[row->n++] = (struct sealed_field){ name, sealed,
		row->channel_id ? channel_seal_context(
			c->ctl->pool, &(struct channel){ .org_id = row->org_id, .id = row->channel_id }, name)
				: setting_seal_context(c->ctl->pool, row->org_id, name) };
	return true;
}

static struct sealed_row *read_row(struct ctl *ctl, const struct db_result *r, int n)
{
	struct sealed_row *row = pool_new_of(ctl->pool, struct sealed_row);
	const struct json *stored;
	row->org_id = db_int(r, n, ORG);
	row->channel_id = db_int(r, n, CHANNEL);
	row->ops = channel_find(db_str(r, n, PLATFORM));
	row->verify_digest = db_str(r, n, DIGEST);
	if (json_parse(ctl->pool, db_str(r, n, STORED), &stored, NULL) == ERR_OK)
		json_each(stored, collect_field, &(struct collect){ ctl, row });
	return row;
}

/* Pages along the key (org_id, channel_id). */
static enum err each_of(struct ctl *ctl, const struct db_statement *statement,
	enum err (*each)(struct ctl *ctl, const struct sealed_row *row, void *arg), void *arg)
{
	int64_t org = 0, channel = 0;
	for (;;) {
		struct db_result *r;
		enum err e = CTL_QUERY(ctl, 0, statement, &r, DB_INT(org), DB_INT(channel));
		if (e != ERR_OK || db_rows(r) == 0)
			return e;
		for (int n = 0; n < db_rows(r); n++) {
			const struct sealed_row *row = read_row(ctl, r, n);
			org = row->org_id;
			channel = row->channel_id;
			if (row->n > 0 && (e = each(ctl, row, arg)) != ERR_OK)
				return e;
		}
	}
}

enum err sealed_each(
	struct ctl *ctl, enum err (*each)(struct ctl *ctl, const struct sealed_row *row, void *arg), void *arg)
{
	enum err e = each_of(ctl, &sql_sealed_channels, each, arg);
	return e == ERR_OK ? each_of(ctl, &sql_sealed_settings, each, arg) : e;
}

const char *sealed_row_name(struct ctl *ctl, const struct sealed_row *row)
{
	if (row->channel_id)
		return pool_printf(ctl->pool, "channel %lld (organisation %lld)", (long long)row->channel_id,
			(long long)row->org_id)
			.p;
	return pool_printf(ctl->pool, "the settings of organisation %lld", (long long)row->org_id).p;
}

enum err sealed_keys(struct ctl *ctl, struct db_result **out)
{
	return DB_QUERY(ctl->db, ctl->pool, &sql_sealed_keys, out, DB_NULL);
}
