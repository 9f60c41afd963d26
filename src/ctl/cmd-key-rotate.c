/*
 * cmd-key-rotate.c - `deskbellctl key rotate`: a fresh key in front of the key file, and everything sealed again under
 * it.
 *
 * Programs run meanwhile. They follow the key file by themselves (core/crypto/crypt-keys.c), so what they seal from now
 * on is sealed under the fresh key; what lies in the database is sealed again row by row, each in a transaction of its
 * own that changes only what is still as it was read. It can be stopped anywhere and run again: old keys stay in the
 * file until --drop-old has seen, under a lock, that nothing is sealed under them. A secret that does not open is told
 * and left alone. Never prints a key or a secret.
 */
#include "ctl/output.h"
#include "ctl/sealed.h"

#include <unistd.h>

#define PASSES_MAX 5
/* Who has sealed a value under an old key stores it within this time. */
#define STORE_S 3

const struct arg_spec ctl_key_rotate_args[] = {
	{ ARG_FLAG, "drop-old", NULL, false, SHAPE_ANY, NULL,
		"take the older keys out of the file when nothing is sealed under them any more" },
	ARG_JSON, ARG_LAST
};

struct rotation {
	const struct crypt_keys *keys;
	struct str newest; /* id */
	int64_t channels, channel_secrets, organizations, settings, second_factors, push_keys, closed;
	int64_t moved; /* rows that a user edited meanwhile: they are looked at again */
	struct explain first_closed;
};

/* What becomes of one row. */
struct reseal {
	struct rotation *rotation;
	const struct sealed_row *row;
	struct buf old, new; /* JSON objects: the fields as they were read, and sealed again */
	int fields;
	unsigned char digest[CRYPT_SHA256_BYTES];
	bool has_digest, is_changed;
};

static void note_closed(
	struct ctl *ctl, struct rotation *r, const struct sealed_row *row, const char *field, const struct explain *why)
{
	if (r->closed++ == 0)
		explain(&r->first_closed, ERR_SEALED, "%s of %s cannot be opened: %s", field, sealed_row_name(ctl, row),
			why->text);
}

/* The verify token is found by a digest under the key, which has to follow. */
static bool digest_is_old(struct reseal *s, const struct sealed_field *field, const struct secret *plain)
{
	const struct channel_ops *ops = s->row->ops;
	struct buf hex;
	if (!ops || ops->verify_field < 0 || strcmp(ops->fields[ops->verify_field].name, field->name)
		|| !s->row->verify_digest.p
		|| channel_verify_digests(s->rotation->keys, secret_bytes(plain), &s->digest, 1) != 1)
		return false;
	buf_init(&hex, 100);
	crypt_hex(&hex, (struct str){ (const char *)s->digest, sizeof(s->digest) });
	s->has_digest = !str_equal(buf_str(&hex), s->row->verify_digest);
	buf_fini(&hex);
	return s->has_digest;
}

static void cmd_key_rotate_add_field(struct reseal *s, struct json_writer *old, struct json_writer *new,
	const struct sealed_field *field, const struct secret *plain)
{
	struct buf sealed;
	buf_init(&sealed, 1 << 16);
	crypt_seal(s->rotation->keys, field->context, secret_bytes(plain), &sealed);
	json_member_str(old, field->name, field->value);
	json_member_str(new, field->name, buf_str(&sealed));
	buf_fini(&sealed);
	s->fields++;
}

static void reseal_fields(struct ctl *ctl, struct reseal *s)
{
	struct json_writer old, new;
	json_writer_init(&old, &s->old);
	json_writer_init(&new, &s->new);
	json_begin_object(&old);
	json_begin_object(&new);
	for (int i = 0; i < s->row->n; i++) {
		const struct sealed_field *field = &s->row->field[i];
		struct secret *plain = NULL;
		struct explain why = { "" };
		if (crypt_open(s->rotation->keys, field->context, field->value, &plain, &why) != ERR_OK)
			note_closed(ctl, s->rotation, s->row, field->name, &why);
		else if (digest_is_old(s, field, plain)
			 || !str_equal(crypt_sealed_under(field->value), s->rotation->newest))
			cmd_key_rotate_add_field(s, &old, &new, field, plain);
		secret_free(plain);
	}
	json_end_object(&old);
	json_end_object(&new);
}

static enum err store_row(struct ctl *ctl, const struct reseal *s, int *n)
{
	const struct sealed_row *row = s->row;
	struct str digest = s->has_digest ? (struct str){ (const char *)s->digest, sizeof(s->digest) } : STR_NONE;
	struct str old = buf_str(&s->old), new = buf_str(&s->new);
	struct sql_organization_reseal_rows r;
	struct sql_channel_reseal_rows of_channel;
	struct sql_push_key_reseal_rows of_host;
	enum err e;
	if (row->channel_id) {
		e = sql_channel_reseal(ctl->db, ctl->pool, row->org_id, row->channel_id, old, new, digest, &of_channel);
		*n = of_channel.n;
		return e;
	}
	if (row->is_push_key) {
		e = sql_push_key_reseal(ctl->db, ctl->pool, old, new, &of_host);
		*n = of_host.n;
		return e;
	}
	e = row->user_id ? sql_user_reseal(ctl->db, ctl->pool, row->user_id, old, new, &r)
			 : sql_organization_reseal(ctl->db, ctl->pool, row->org_id, old, new, &r);
	*n = r.n;
	return e;
}

static enum err cmd_key_rotate_store(struct ctl *ctl, void *arg)
{
	struct reseal *s = arg;
	const struct sealed_row *row = s->row;
	int n;
	enum err e = store_row(ctl, s, &n);
	if (e != ERR_OK)
		return e;
	s->is_changed = n > 0;
	if (!s->is_changed || row->user_id || row->is_push_key) /* of no organisation whose log it belongs to */
		return ERR_OK;
	return ctl_audit(ctl, row->org_id, "key.rotate",
		row->channel_id ? pool_printf(
			ctl->pool, "{\"channel\":%lld,\"secrets\":%d}", (long long)row->channel_id, s->fields)
				: pool_printf(ctl->pool, "{\"settings\":%d}", s->fields));
}

static void cmd_key_rotate_count(struct rotation *r, const struct reseal *s)
{
	if (!s->is_changed)
		r->moved++;
	else if (s->row->is_push_key)
		r->push_keys++;
	else if (s->row->user_id)
		r->second_factors++;
	else if (s->row->channel_id)
		r->channels++, r->channel_secrets += s->fields;
	else
		r->organizations++, r->settings += s->fields;
}

static enum err reseal_row(struct ctl *ctl, const struct sealed_row *row, void *arg)
{
	struct reseal s = { .rotation = arg, .row = row };
	enum err e = ERR_OK;
	buf_init(&s.old, 1 << 20);
	buf_init(&s.new, 1 << 20);
	reseal_fields(ctl, &s);
	if (s.fields > 0 && (e = ctl_transaction(ctl, 0, cmd_key_rotate_store, &s)) == ERR_OK)
		cmd_key_rotate_count(s.rotation, &s);
	buf_fini(&s.old);
	buf_fini(&s.new);
	return e;
}

/* Until a pass finds nothing that was edited under its hands. */
static enum err reseal_all(struct ctl *ctl, struct rotation *r)
{
	enum err e = ERR_OK;
	for (int pass = 0; pass < PASSES_MAX && e == ERR_OK && (pass == 0 || r->moved > 0); pass++) {
		r->moved = r->closed = 0;
		r->newest = crypt_keys_newest(ctl->pool, r->keys);
		e = sealed_each(ctl, reseal_row, r);
	}
	if (e == ERR_OK && r->moved > 0)
		return explain(&ctl->why, ERR_DB_RACE, "%lld rows were edited again and again; run it once more",
			(long long)r->moved);
	return e;
}

/* No program can seal anything while this looks and the file changes. */
static enum err drop_old(struct ctl *ctl, void *arg)
{
	struct rotation *r = arg;
	struct sql_sealed_keys_rows used;
	enum err e = sql_sealed_lock(ctl->db, ctl->pool);
	if (e == ERR_OK)
		e = sealed_keys(ctl, &used);
	if (e != ERR_OK)
		return e;
	r->newest = crypt_keys_newest(ctl->pool, r->keys);
	for (int i = 0; i < used.n; i++) {
		const struct sql_sealed_keys_row row = sql_sealed_keys_row(&used, i);
		struct str id = row.id;
		if (!str_equal(id, r->newest) && crypt_keys_have(r->keys, id))
			return explain(&ctl->why, ERR_CONFLICT,
				"the older keys were kept: %lld secrets are sealed under key %.*s; run it again",
				(long long)row.n, OUT_STR(id));
	}
	return crypt_keys_drop_old(ctl->conf.key_file, r->newest, &ctl->why);
}

static void cmd_key_rotate_print_json(const struct rotation *r, bool dropped)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_object(w);
	json_member_str(w, "key", r->newest);
	json_member_i64(w, "channels", r->channels);
	json_member_i64(w, "channel_secrets", r->channel_secrets);
	json_member_i64(w, "organizations", r->organizations);
	json_member_i64(w, "settings", r->settings);
	json_member_i64(w, "second_factors", r->second_factors);
	json_member_i64(w, "push_keys", r->push_keys);
	json_member_i64(w, "not_opened", r->closed);
	json_member_bool(w, "old_keys_dropped", dropped);
	json_end_object(w);
	out_json_end(&j);
}

static void cmd_key_rotate_print(struct ctl *ctl, const struct rotation *r, bool dropped)
{
	printf("Key %.*s was added to %s and seals from now on. Keep a new copy of the file in a safe place.\n",
		OUT_STR(r->newest), ctl->conf.key_file);
	printf("Sealed again: %lld secrets of %lld channels, %lld secret settings of %lld organisations, %lld second "
	       "factors.\n",
		(long long)r->channel_secrets, (long long)r->channels, (long long)r->settings,
		(long long)r->organizations, (long long)r->second_factors);
	puts(dropped ? "The older keys were taken out of the file: nothing is sealed under them any more."
		     : "The older keys are still in the file; 'deskbellctl key rotate --drop-old' takes them out.");
}

enum err ctl_key_rotate(struct ctl *ctl)
{
	struct rotation r = { .keys = NULL };
	bool drop = arg_flag(ctl, "drop-old");
	enum err e = ctl_load_keys(ctl, &r.keys);
	if (e == ERR_OK)
		e = crypt_keys_add(ctl->conf.key_file, &ctl->why);
	if (e == ERR_OK)
		e = reseal_all(ctl, &r);
	if (e == ERR_OK && drop && r.closed == 0) {
		sleep(STORE_S);
		if ((e = reseal_all(ctl, &r)) == ERR_OK)
			e = ctl_transaction(ctl, 0, drop_old, &r);
	}
	if (e != ERR_OK)
		return e;
	bool dropped = drop && r.closed == 0;
	if (arg_flag(ctl, "json"))
		cmd_key_rotate_print_json(&r, dropped);
	else
		cmd_key_rotate_print(ctl, &r, dropped);
	return r.closed == 0 ? ERR_OK
			     : explain(&ctl->why, ERR_SEALED, "%lld secrets were left as they are. The first: %s",
				     (long long)r.closed, r.first_closed.text);
}
