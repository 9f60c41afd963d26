/*
 * args.c - the command line against a command's table of arguments.
 *
 * Owns nothing. Never shows the value of an option that it does not know: a user may have put a secret there. Fails
 * with ERR_USAGE and words that name the argument and the remedy.
 */
#include "ctl/ctl.h"

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h");
}

/* --config FILE, --config=FILE, --help, --version. Returns elements used: 0 when it is none of them, -1 when its value
 * is missing. */
static int take_global(struct ctl_globals *globals, int argc, char **argv, struct explain *why)
{
	if (is_help(argv[0])) {
		globals->help = true;
		return 1;
	}
	if (!strcmp(argv[0], "--version")) {
		globals->version = true;
		return 1;
	}
	if (!strncmp(argv[0], "--config=", 9)) {
		globals->conf_path = argv[0] + 9;
		return 1;
	}
	if (strcmp(argv[0], "--config"))
		return 0;
	if (argc < 2) {
		explain(why, ERR_USAGE, "--config needs the path of a configuration file");
		return -1;
	}
	globals->conf_path = argv[1];
	return 2;
}

int args_take_globals(struct ctl_globals *globals, int argc, char **argv, struct explain *why)
{
	int i = 0;
	while (i < argc) {
		int used = take_global(globals, argc - i, argv + i, why);
		if (used < 0)
			return -1;
		if (used == 0)
			break;
		i += used;
	}
	return i;
}

static enum err refuse_option(struct str name, struct explain *why)
{
	static const char *const secret[] = { "pass", "token", "secret", "key" };
	char shown[40];
	snprintf(shown, sizeof(shown), "%.*s", (int)name.n, name.p);
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		if (strstr(shown, secret[i]))
			return explain(why, ERR_USAGE,
				"unknown option --%s; secrets are never taken from the command line, where other users "
				"of this host can "
				"read them, but from standard input (see --help)",
				shown);
	return explain(why, ERR_USAGE, "unknown option --%s; --help lists what there is", shown);
}

static const struct arg_spec *find_option(const struct arg_spec *spec, struct str name)
{
	for (; spec->kind != ARG_END; spec++)
		if (spec->kind != ARG_WORD && spec->kind != ARG_WORDS && str_equal(name, str_of(spec->name)))
			return spec;
	return NULL;
}

static bool args_is_choice(const char *choices, const char *value)
{
	struct str rest = str_of(choices);
	while (rest.p)
		if (str_equal(str_take_until(&rest, '|'), str_of(value)))
			return true;
	return false;
}

static const char *args_dashes(const struct arg_spec *s)
{
	return s->kind == ARG_WORD || s->kind == ARG_WORDS ? "" : "--";
}

/* The words of a value that is refused are shown only where the allowed ones are known: then it is no secret. */
static enum err args_keep(struct args *out, const struct arg_spec *s, const char *value, struct explain *why)
{
	size_t i = (size_t)(s - out->spec);
	if (out->text[i])
		return explain(why, ERR_USAGE, "%s%s is given twice", args_dashes(s), s->name);
	if (!*value)
		return explain(why, ERR_USAGE, "%s%s is empty: %s", args_dashes(s), s->name, s->words);
	if (s->choices && !args_is_choice(s->choices, value))
		return explain(why, ERR_USAGE, "%s%s must be one of %s, not '%.40s'", args_dashes(s), s->name,
			s->choices, value);
	if (s->shape != SHAPE_ANY && (!str_to_i64(str_of(value), &out->number[i]) || out->number[i] < 1))
		return explain(why, ERR_USAGE, "%s%s must be a whole number from 1, not '%.40s': %s", args_dashes(s),
			s->name, value, s->words);
	if (s->shape == SHAPE_COUNT && out->number[i] > 100000)
		return explain(why, ERR_USAGE, "%s%s must be at most 100000", args_dashes(s), s->name);
	out->text[i] = value;
	return ERR_OK;
}

/* One more of many. */
static enum err keep_another(struct args *out, const struct arg_spec *s, char *value, char **place, struct explain *why)
{
	int64_t id;
	if (!*value)
		return explain(why, ERR_USAGE, "%s is empty: %s", s->name, s->words);
	if (s->shape == SHAPE_ID && (!str_to_i64(str_of(value), &id) || id < 1))
		return explain(
			why, ERR_USAGE, "%s must be a whole number from 1, not '%.40s': %s", s->name, value, s->words);
	if (!out->n_words)
		out->words = place;
	out->words[out->n_words++] = value;
	out->text[s - out->spec] = out->words[0];
	return ERR_OK;
}

/* --name, --name value, --name=value. */
static enum err args_take_option(struct args *out, int argc, char **argv, int *used, struct explain *why)
{
	struct str rest = str_of(argv[0] + 2);
	struct str name = str_take_until(&rest, '=');
	const struct arg_spec *s = find_option(out->spec, name);
	if (!s)
		return refuse_option(name, why);
	if (s->kind == ARG_FLAG) {
		if (rest.p)
			return explain(why, ERR_USAGE, "--%s takes no value", s->name);
		out->text[s - out->spec] = s->name;
		return ERR_OK;
	}
	if (rest.p)
		return args_keep(out, s, rest.p, why);
	if (argc < 2)
		return explain(why, ERR_USAGE, "--%s needs a value: %s", s->name, s->words);
	*used = 2;
	return args_keep(out, s, argv[1], why);
}

/* Words of ARG_WORDS are moved together within argv: behind the first one there is room. */
static enum err args_take_word(struct args *out, char **place, struct explain *why)
{
	for (const struct arg_spec *s = out->spec; s->kind != ARG_END; s++)
		if (s->kind == ARG_WORDS)
			return keep_another(out, s, *place, place, why);
		else if (s->kind == ARG_WORD && !out->text[s - out->spec])
			return args_keep(out, s, *place, why);
	return explain(why, ERR_USAGE, "one argument too many: '%.40s'; --help shows what is taken", *place);
}

static enum err check_required(const struct args *args, struct explain *why)
{
	for (const struct arg_spec *s = args->spec; s->kind != ARG_END; s++)
		if (s->required && !args->text[s - args->spec])
			return explain(why, ERR_USAGE, "%s%s is missing: %s", args_dashes(s), s->name, s->words);
	return ERR_OK;
}

enum err args_parse(struct args *out, const struct arg_spec *spec, struct ctl_globals *globals, int argc, char **argv,
	struct explain *why)
{
	bool only_words = false;
	*out = (struct args){ .spec = spec };
	for (int i = 0, used; i < argc; i += used) {
		enum err e = ERR_OK;
		used = 1;
		if (only_words || argv[i][0] != '-' || !argv[i][1]) {
			e = args_take_word(out, &argv[i], why);
		} else if (!strcmp(argv[i], "--")) {
			only_words = true;
		} else if ((used = take_global(globals, argc - i, argv + i, why)) < 0) {
			return ERR_USAGE;
		} else if (used == 0) {
			used = 1;
			e = argv[i][1] == '-'
				    ? args_take_option(out, argc - i, argv + i, &used, why)
				    : explain(why, ERR_USAGE,
					    "unknown option -%c; options are written --name; --help lists them",
					    argv[i][1]);
		}
		if (globals->help || globals->version)
			return ERR_OK;
		if (e != ERR_OK)
			return e;
	}
	return check_required(out, why);
}

static const struct arg_spec *args_declared(const struct ctl *ctl, const char *name)
{
	for (const struct arg_spec *s = ctl->args.spec; s->kind != ARG_END; s++)
		if (!strcmp(s->name, name))
			return s;
	bug("%s has no argument %s", ctl->command->name, name);
}

const char *arg_text(const struct ctl *ctl, const char *name)
{
	return ctl->args.text[args_declared(ctl, name) - ctl->args.spec];
}

int64_t arg_number(const struct ctl *ctl, const char *name)
{
	return ctl->args.number[args_declared(ctl, name) - ctl->args.spec];
}

bool arg_flag(const struct ctl *ctl, const char *name)
{
	return arg_text(ctl, name) != NULL;
}
