/*
 * cmd-setting.c - `deskbellctl setting`: what an organisation can choose about its answers.
 *
 * The table of settings (domain/settings.h) says what there is and what is allowed. A secret comes from standard input
 * only, is sealed before it is stored and never printed.
 */
#include "domain/settings.h"

#include "ctl/ctl.h"
#include "ctl/output.h"

#define VALUE_MAX_BYTES 8192
#define ARG_NAME \
	{ \
		ARG_WORD, "NAME", NULL, true, SHAPE_ANY, NULL, "the setting ('deskbellctl setting list' shows all)" \
	}

const struct arg_spec ctl_setting_list_args[] = { ARG_THE_ORG, ARG_JSON, ARG_LAST };
const struct arg_spec ctl_setting_set_args[] = { ARG_THE_ORG, ARG_NAME,
	{ ARG_WORD, "VALUE", NULL, false, SHAPE_ANY, NULL, "its value" }, ARG_LAST };
const struct arg_spec ctl_setting_unset_args[] = { ARG_THE_ORG, ARG_NAME, ARG_LAST };

/* Column of organization_find. */
struct change {
	int64_t org;
	const struct setting *setting;
	struct str value; /* JSON; absent: the default again */
};

static struct str fallback_of(struct ctl *ctl, const struct setting *s)
{
	if (s->kind == SETTING_NUMBER || s->kind == SETTING_INT)
		return pool_printf(ctl->pool, "%g", s->fallback);
	if (s->kind != SETTING_CHOICE)
		return STR("");
	struct str rest = str_of(s->names), name = STR_NONE;
	for (int i = 0; i <= (int)s->fallback; i++)
		name = str_take_until(&rest, '|');
	return name;
}

static struct str cmd_setting_value_of(struct ctl *ctl, const struct setting *s, const struct json *stored)
{
	const struct json *value = json_get(stored, s->name);
	if (!value)
		return fallback_of(ctl, s);
	if (s->kind == SETTING_SECRET)
		return STR("****");
	if (json_kind(value) == JSON_DOUBLE)
		return pool_printf(ctl->pool, "%g", json_double(value, 0));
	return json_text(ctl->pool, value);
}

static void cmd_setting_print_json(struct ctl *ctl, const struct json *stored)
{
	struct out_json j;
	struct json_writer *w = out_json_begin(&j);
	json_begin_array(w);
	for (const struct setting *s = settings_table; s->name; s++) {
		json_begin_object(w);
		json_member_str(w, "name", str_of(s->name));
		json_member_str(w, "value", cmd_setting_value_of(ctl, s, stored));
		json_member_bool(w, "chosen", json_get(stored, s->name) != NULL);
		json_member_str(w, "default", fallback_of(ctl, s));
		json_member_str(w, "help", str_of(s->help));
		json_end_object(w);
	}
	json_end_array(w);
	out_json_end(&j);
}

static void print_table(struct ctl *ctl, const struct json *stored)
{
	for (const struct setting *s = settings_table; s->name; s++) {
		struct str value = out_cut(ctl->pool, out_safe(ctl->pool, cmd_setting_value_of(ctl, s, stored)), 60);
		printf("%s = %.*s%s\n    ", s->name, OUT_STR(value), json_get(stored, s->name) ? "" : "   (default)");
		out_wrapped(stdout, str_of(s->help), 4, 100);
		printf("\n");
	}
}

enum err ctl_setting_list(struct ctl *ctl)
{
	struct sql_organization_find_rows r;
	const struct json *stored = NULL;
	int64_t org = arg_number(ctl, "org");
	enum err e = CTL_QUERY(ctl, org, sql_organization_find, org, &r);
	if (e == ERR_OK)
		e = json_parse(ctl->pool, sql_organization_find_row(&r, 0).settings, &stored, &ctl->why);
	if (e != ERR_OK)
		return e;
	if (arg_flag(ctl, "json"))
		cmd_setting_print_json(ctl, stored);
	else
		print_table(ctl, stored);
	return ERR_OK;
}

static enum err find_setting(struct ctl *ctl, struct change *change)
{
	change->org = arg_number(ctl, "org");
	change->setting = setting_find(str_of(arg_text(ctl, "NAME")));
	if (!change->setting)
		return explain(&ctl->why, ERR_USAGE, "There is no setting '%s'. 'deskbellctl setting list' shows all.",
			arg_text(ctl, "NAME"));
	return ERR_OK;
}

static enum err read_value(struct ctl *ctl, const struct setting *setting, struct str *typed)
{
	const char *value = arg_text(ctl, "VALUE");
	if (value && setting->kind == SETTING_SECRET)
		return explain(&ctl->why, ERR_USAGE,
			"%s is a secret: leave the value out and give it on standard input.", setting->name);
	*typed = str_of(value);
	return value ? ERR_OK : ctl_read_stdin(ctl, VALUE_MAX_BYTES, setting->name, typed);
}

static enum err cmd_setting_seal(struct ctl *ctl, struct change *change, struct str typed, struct buf *json)
{
	const struct crypt_keys *keys;
	struct json_writer w;
	struct buf sealed;
	enum err e = ctl_load_keys(ctl, &keys);
	if (e != ERR_OK)
		return e;
	buf_init(&sealed, 1 << 16);
	crypt_seal(keys, setting_seal_context(ctl->pool, change->org, change->setting->name), str_trim(typed), &sealed);
	buf_reset(json);
	json_writer_init(&w, json);
	json_write_str(&w, buf_str(&sealed));
	buf_fini(&sealed);
	return ERR_OK;
}

static enum err cmd_setting_apply(struct ctl *ctl, void *arg)
{
	struct change *change = arg;
	struct sql_organization_set_setting_rows r;
	enum err e = sql_organization_set_setting(
		ctl->db, ctl->pool, change->org, str_of(change->setting->name), change->value, &r);
	if (e != ERR_OK)
		return e;
	/* The name is one of the table; values are left out, they may be secret. */
	return ctl_audit(ctl, change->org, change->value.p ? "setting.set" : "setting.unset",
		pool_printf(ctl->pool, "{\"name\":\"%s\"}", change->setting->name));
}

enum err ctl_setting_set(struct ctl *ctl)
{
	struct change change = { .org = 0 };
	struct str typed = STR_NONE;
	struct buf json;
	buf_init(&json, 1 << 16);
	enum err e = find_setting(ctl, &change);
	if (e == ERR_OK)
		e = read_value(ctl, change.setting, &typed);
	if (e == ERR_OK)
		e = setting_parse(change.setting, typed, &json, &ctl->why);
	if (e == ERR_OK && change.setting->kind == SETTING_SECRET)
		e = cmd_setting_seal(ctl, &change, typed, &json);
	change.value = pool_str(ctl->pool, buf_str(&json));
	secret_wipe(json.data, json.cap);
	buf_fini(&json);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, change.org, cmd_setting_apply, &change);
	if (e == ERR_OK)
		printf("%s of organisation %lld is set.\n", change.setting->name, (long long)change.org);
	return e;
}

enum err ctl_setting_unset(struct ctl *ctl)
{
	struct change change = { .org = 0, .value = STR_NONE };
	enum err e = find_setting(ctl, &change);
	if (e == ERR_OK)
		e = ctl_transaction(ctl, change.org, cmd_setting_apply, &change);
	if (e == ERR_OK)
		printf("%s of organisation %lld has its default again.\n", change.setting->name, (long long)change.org);
	return e;
}
