/*
 * channel.c - the table of platforms, and a channel's config between a form, its sealed form in the database and a
 * program's memory.
 *
 * Owns the sealing context (org:channel:field), by which a sealed value copied elsewhere does not open. Never logs a
 * field.
 */
#include "channel/channel.h"

#include <stdio.h>

#define GENERATED_BYTES 18

const struct channel_ops *const channel_platforms[] = { &whatsapp_channel, &telegram_channel, NULL };

const struct channel_ops *channel_find(struct str platform)
{
	for (const struct channel_ops *const *ops = channel_platforms; *ops; ops++)
		if (str_equal(platform, str_of((*ops)->platform)))
			return *ops;
	return NULL;
}

const char *channel_title(struct str platform)
{
	const struct channel_ops *ops = channel_find(platform);
	return ops ? ops->title : "?";
}

struct str channel_callback_url(struct pool *pool, const struct conf *conf, const struct channel *channel)
{
	if (!*conf->public_base_url)
		return STR_NONE;
	struct str id = channel->ops->own_address ? channel->account_id : STR_NONE;
	return pool_printf(pool, "%s/api/webhooks/%s%s%.*s", conf->public_base_url, channel->ops->platform,
		id.p ? "/" : "", (int)id.n, id.p ? id.p : "");
}

struct secret *channel_generate_secret(struct pool *pool)
{
	struct buf token;
	buf_init(&token, 64);
	crypt_random_token(&token, GENERATED_BYTES);
	struct secret *s = secret_in_pool(pool, buf_str(&token));
	secret_wipe(token.data, token.len);
	buf_fini(&token);
	return s;
}

static bool channel_picture_fits(const struct picture_limits *limits, const struct file_facts *file)
{
	int64_t longer = file->width > file->height ? file->width : file->height,
		shorter = file->width + file->height - longer;
	return longer + shorter <= limits->sides && longer <= limits->ratio * shorter;
}

static bool channel_rule_fits(const struct file_rule *rule, const struct file_facts *file)
{
	if (rule->type && !str_equal(file->type, str_of(rule->type)))
		return false;
	if (rule->voice_channels
		&& (!file->recorded || file->opus_channels < 1 || file->opus_channels > rule->voice_channels))
		return false;
	return !rule->limits || channel_picture_fits(rule->limits, file);
}

const struct file_rule *channel_file_rule(
	const struct channel_ops *ops, const struct file_facts *file, int64_t *max_bytes)
{
	*max_bytes = 0;
	for (const struct file_rule *rule = ops->file_rules; rule->kind; rule++) {
		if (!channel_rule_fits(rule, file))
			continue;
		if (file->bytes <= rule->max_bytes)
			return rule;
		*max_bytes = rule->max_bytes > *max_bytes ? rule->max_bytes : *max_bytes;
	}
	return NULL;
}

int channel_field(const struct channel_ops *ops, const char *name)
{
	for (int i = 0; ops->fields[i].name; i++)
		if (!strcmp(ops->fields[i].name, name))
			return i;
	return -1;
}

const char *send_class_name(enum send_class c)
{
	static const char *const names[] = { [SEND_CLASS_NONE] = "",
		[SEND_CLASS_RETRY] = "retry",
		[SEND_CLASS_PAIR] = "pair-rate",
		[SEND_CLASS_THROTTLE] = "throttle",
		[SEND_CLASS_BROKEN] = "channel-broken",
		[SEND_CLASS_RECIPIENT] = "recipient",
		[SEND_CLASS_REQUEST] = "request",
		[SEND_CLASS_WINDOW] = "window",
		[SEND_CLASS_UNKNOWN] = "unknown" };
	return names[c];
}

static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static enum err check_field(const struct channel_field *f, struct str value, struct explain *why)
{
	if (value.n > f->max_bytes)
		return explain(why, ERR_INVALID, "%s is too long: %zu bytes, at most %zu are allowed", f->name, value.n,
			f->max_bytes);
	if (has_control(value) || !str_is_utf8(value) || (f->valid && !f->valid(value)))
		return explain(why, ERR_INVALID, "%s is not valid: it must be %s. You find it %s.", f->name, f->shape,
			f->where);
	return ERR_OK;
}

const struct str *channel_form_of_json(struct pool *pool, const struct channel_ops *ops, const struct json *form)
{
	struct str *values = pool_new_array(pool, CHANNEL_FIELDS_MAX, struct str);
	for (int i = 0; ops->fields[i].name; i++)
		values[i] = json_text(pool, json_get(form, ops->fields[i].name));
	return values;
}

enum err channel_read_form(struct pool *pool, const struct channel_ops *ops, const struct str *form,
	const struct channel *old, struct channel *out, struct explain *why)
{
	*out = (struct channel){ .ops = ops };
	for (int i = 0; ops->fields[i].name; i++) {
		const struct channel_field *f = &ops->fields[i];
		struct str value = f->own ? STR_NONE : str_trim(form[i]);
		if (str_is_empty(value) && old && f->secret && old->secret[i])
			value = secret_bytes(old->secret[i]);
		if (str_is_empty(value)) {
			if (f->required)
				return explain(why, ERR_INVALID, "%s is missing. You find it %s.", f->name, f->where);
			continue;
		}
		enum err e = check_field(f, value, why);
		if (e != ERR_OK)
			return e;
		if (f->secret)
			out->secret[i] = secret_in_pool(pool, value);
		else
			out->plain[i] = pool_str(pool, value);
	}
	out->external_id = ops->external_id_field >= 0 ? out->plain[ops->external_id_field] : STR_NONE;
	out->account_id = ops->account_id_field >= 0 ? out->plain[ops->account_id_field] : STR_NONE;
	return ERR_OK;
}

static struct str seal_context(char *room, size_t size, const struct channel *channel, const char *field)
{
	int n = snprintf(room, size, "%lld:%lld:%s", (long long)channel->org_id, (long long)channel->id, field);
	return (struct str){ room, (size_t)n };
}

struct str channel_seal_context(struct pool *pool, const struct channel *channel, const char *field)
{
	char room[96];
	return pool_str(pool, seal_context(room, sizeof(room), channel, field));
}

void channel_seal(const struct crypt_keys *keys, const struct channel *channel, struct buf *out)
{
	struct json_writer w;
	struct buf sealed;
	char context[96];
	json_writer_init(&w, out);
	json_begin_object(&w);
	for (int i = 0; channel->ops->fields[i].name; i++) {
		const char *name = channel->ops->fields[i].name;
		json_member_str(&w, name, channel->plain[i]);
		if (!channel->secret[i])
			continue;
		buf_init(&sealed, 1 << 16);
		crypt_seal(keys, seal_context(context, sizeof(context), channel, name),
			secret_bytes(channel->secret[i]), &sealed);
		json_member_str(&w, name, buf_str(&sealed));
		buf_fini(&sealed);
	}
	json_end_object(&w);
}

static void free_secret(void *secret)
{
	secret_free(secret);
}

enum err channel_open(struct pool *pool, const struct crypt_keys *keys, struct str stored, struct channel *channel,
	struct explain *why)
{
	const struct json *config;
	char context[96];
	enum err e = json_parse(pool, stored, &config, why);
	if (e != ERR_OK)
		return e;
	for (int i = 0; channel->ops->fields[i].name; i++) {
		const struct channel_field *f = &channel->ops->fields[i];
		struct str value = json_str(json_get(config, f->name));
		if (!value.p)
			continue;
		if (!f->secret) {
			channel->plain[i] = pool_str(pool, value);
			continue;
		}
		e = crypt_open(keys, seal_context(context, sizeof(context), channel, f->name), value,
			&channel->secret[i], why);
		if (e != ERR_OK)
			return e;
		pool_defer(pool, free_secret, channel->secret[i]);
	}
	return ERR_OK;
}

int channel_verify_digests(
	const struct crypt_keys *keys, struct str token, unsigned char (*out)[CRYPT_SHA256_BYTES], int max)
{
	int n = 0;
	while (n < max && crypt_digest(keys, (size_t)n, "verify-token", token, out[n]))
		n++;
	return n;
}

const char *channel_ownership_name(enum channel_ownership ownership)
{
	static const char *const names[] = {
		[CHANNEL_CLAIMED] = "claimed", [CHANNEL_VOUCHED] = "vouched", [CHANNEL_PROVED] = "proved"
	};
	return names[ownership];
}
